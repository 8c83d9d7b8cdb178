// needs: ../dom.js ../channel.js reason.js reason.css levers.js levers.css told.js told.css result_cards.js result_cards.css indicator_list.js indicator_list.css mobile_summary.js mobile_summary.css present.css
/* The live part of the page in one component, so that one message carries an answer: levers, board, the list of
 * measuring points, and a phone's strip. They stand in a grid around the chart (page.css).
 */
const pages = new WeakMap();

export default function ({ parentElement, data: { json } }) {
  const data = JSON.parse(json);
  let page = pages.get(parentElement);
  if (!page) {
    const root = (name) => parentElement.querySelector(name);
    page = {
      panel: new LeverPanel(root(".ik-levers")),
      told: new Told(root(".ik-told"), root(".ik-tries")),
      board: new ResultCards(root(".ik-results")),
      list: new IndicatorList(root(".ik-focus")),
      glance: new MobileSummary(root(".ik-glance"), root(".ik-levers"), root(".ik-results")),
    };
    pages.set(parentElement, page);
    markWrappers(root(".ik-levers"));
  }
  channel.hear(data.panel.acknowledged);
  page.panel.update(data.panel);
  page.told.update(data.board);
  page.board.update(data.board);
  page.list.update(data.list);
  page.glance.update(data.board);
  return () => {
    page.panel.close();
    page.told.close();
    page.glance.close();
    pages.delete(parentElement);
  };
}

/* Streamlit's boxes between its container and the parts: the style sheet takes them out of the layout. */
const markWrappers = (part) => {
  for (let box = part.parentElement; !box.matches(".stElementContainer"); box = box.parentElement) {
    box.setAttribute("data-ik-wrapper", "");
  }
};
