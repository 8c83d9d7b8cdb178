/* The measuring points of the goal in focus; a click draws another one in the chart. */
class IndicatorList {
  constructor(root) {
    this.root = root;
    this.shape = null;
  }

  update(data) {
    const shape = JSON.stringify([data.goal, data.language, data.rows.map((r) => r.id), data.quote]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(data);
    }
    setText(this.title, data.title);
    setText(this.sentence, data.sentence);
    setText(this.sure, data.sure);
    setText(this.band, data.words.band);
    this.band.hidden = !data.words.band;
    setText(this.note, data.note);
    this.note.hidden = !data.note;
    data.rows.forEach((row, i) => {
      const parts = this.rows[i];
      setAttribute(parts.button, "aria-pressed", String(row.id === data.indicator));
      setText(parts.name, row.title);
      setText(parts.figures, row.figures);
      fillStatus(parts.status, row.status, row.statusText);
    });
  }

  build(data) {
    this.root.replaceChildren();
    // Two parts, so that the page can put the second one under the chart.
    const root = node(this.root, "div", "ik-part ik-points");
    const more = node(this.root, "div", "ik-part ik-more");
    this.title = node(root, "h2", "ik-focus-heading");
    this.sentence = node(root, "p", "ik-sentence");
    this.sure = node(root, "p", "ik-sure");
    this.note = node(root, "p", "ik-point-note");
    const table = node(root, "button", "ik-table", { type: "button" });
    table.textContent = data.words.table;
    table.addEventListener("click", () => channel.press("table"));
    this.band = node(root, "button", "ik-band", { type: "button" });
    this.band.addEventListener("click", () => channel.press("band"));
    node(root, "h3", "ik-focus-title").textContent = data.words.indicators;
    const list = node(root, "ul", "ik-rows");
    this.rows = data.rows.map((row) => {
      const item = node(list, "li", "");
      const button = node(item, "button", "ik-point", { type: "button" });
      button.addEventListener("click", () => channel.press("indicator", { to: row.id }));
      const name = node(button, "span", "ik-point-name");
      const line = node(button, "span", "ik-point-line");
      const figures = node(line, "span", "ik-point-figures");
      const status = statusParts(line, "ik-point-status");
      return { button, name, figures, status };
    });
    node(more, "p", "ik-quote").textContent = data.quote;
    if (data.notMeasured.length) {
      node(more, "h3", "ik-focus-title").textContent = data.words.notMeasured;
      const missing = node(more, "ul", "ik-missing");
      for (const text of data.notMeasured) node(missing, "li", "").textContent = text;
    }
    node(more, "p", "ik-source").textContent = data.source;
  }
}
