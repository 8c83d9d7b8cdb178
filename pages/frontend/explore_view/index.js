// needs: ../dom.js ../leaving.js ../turns.js levers.js levers.css result_cards.js result_cards.css indicator_list.js indicator_list.css mobile_summary.js mobile_summary.css
/* The live part of the page in one component, so that one message carries an answer: levers, board, the list of
 * measuring points, and a phone's strip. They stand in a grid around the chart (page.css).
 */
const pages = new WeakMap();
const SLOWER = 1.2;
const SLOWEST = 700;

export default function (component) {
  const { parentElement } = component;
  const setStateValue = (...said) => inTurn("live", () => component.setStateValue(...said));
  const look = () => lookAs("live", () => component.setTriggerValue("again", Date.now()));
  const setTriggerValue = (...said) => afterRun(() => inTurn("live", () => component.setTriggerValue(...said)));
  const data = JSON.parse(component.data.json);
  let page = pages.get(parentElement);
  if (!page) {
    const root = (name) => parentElement.querySelector(name);
    page = {
      panel: new Panel(root(".ik-levers")),
      board: new Board(root(".ik-results")),
      list: new List(root(".ik-focus")),
      glance: new Glance(root(".ik-glance"), root(".ik-levers"), root(".ik-results")),
      home: window.location.pathname,
    };
    pages.set(parentElement, page);
    page.hands = document.ikTurn.hands = () => page.panel.waited();
  }
  // The sliders come first: they may send the next value while the rest is drawn.
  page.panel.update(data.panel, setStateValue, setTriggerValue);
  page.board.update(data.board, setTriggerValue);
  page.list.update(data.list, setTriggerValue);
  page.glance.update(data.board);
  // The band is made beside the page: look again, ever more slowly, until it is there. An unchanged answer does not
  // come here. While a slider's value waits for its answer nothing else is asked.
  clearTimeout(page.again);
  const lookIn = (wait, then) => {
    page.again = setTimeout(() => {
      if (!page.panel.pending && !silent(page.home) && mayLook()) look();
      lookIn(then, Math.min(then * SLOWER, SLOWEST));
    }, wait);
  };
  if (data.again) lookIn(...data.again);
  return () => {
    clearTimeout(page.again);
    if (document.ikTurn.hands === page.hands) document.ikTurn.hands = () => 0;
    page.panel.close();
    page.glance.close();
    pages.delete(parentElement);
  };
}
