/* The live part of the page in one component, so that one message carries an answer: levers, board and the list of
 * measuring points. They stand in a grid around the chart (frame.css).
 */
const pages = new WeakMap();

export default function (component) {
  const { parentElement, setStateValue, setTriggerValue } = component;
  const data = JSON.parse(component.data.json);
  let page = pages.get(parentElement);
  if (!page) {
    const root = (name) => parentElement.querySelector(name);
    page = {
      panel: new Panel(root(".ik-levers")),
      board: new Board(root(".ik-results")),
      list: new List(root(".ik-focus")),
    };
    pages.set(parentElement, page);
  }
  // The sliders come first: they may send the next value while the rest is drawn.
  page.panel.update(data.panel, setStateValue, setTriggerValue);
  page.board.update(data.board, setTriggerValue);
  page.list.update(data.list, setTriggerValue);
  // The band is made beside the page: look again and again until it is there. An unchanged answer does not come here.
  clearInterval(page.again);
  // While a slider's value waits for its answer nothing else is asked.
  const look = () => page.panel.pending || page.panel.active || setTriggerValue("again", Date.now());
  if (data.again) page.again = setInterval(look, data.again);
  return () => {
    clearInterval(page.again);
    page.panel.close();
    pages.delete(parentElement);
  };
}
