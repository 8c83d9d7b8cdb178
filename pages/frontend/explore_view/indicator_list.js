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
    for (const name of ["band", "season"]) {
      setText(this.ways[name], data.words[name]);
      this.ways[name].hidden = !data.words[name];
    }
    if (this.select.value !== data.indicator) this.select.value = data.indicator;
    setText(this.note, data.note);
    this.note.hidden = !data.note;
    data.rows.forEach((row, i) => {
      const parts = this.rows[i];
      setAttribute(parts.button, "aria-pressed", String(row.id === data.indicator));
      setText(parts.name, row.title);
      setText(parts.figures, row.figures);
      setText(parts.third, row.third);
      parts.third.hidden = !row.third;
      fillStatus(parts.status, row.status, row.statusText);
    });
  }

  build(data) {
    this.root.replaceChildren();
    this.buildHead(data);
    this.buildFoot(data);
    // Two parts, so that the page can put one beside the other.
    const root = node(this.root, "div", "ik-part ik-points");
    const more = node(this.root, "div", "ik-part ik-more");
    this.title = node(root, "h2", "ik-focus-heading");
    this.sentence = node(root, "p", "ik-sentence");
    this.note = node(root, "p", "ik-point-note");
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
      const third = node(button, "span", "ik-point-third");
      return { button, name, figures, status, third };
    });
    node(more, "p", "ik-quote").textContent = data.quote;
    if (data.notMeasured.length) {
      node(more, "h3", "ik-focus-title").textContent = data.words.notMeasured;
      const missing = node(more, "ul", "ik-missing");
      for (const text of data.notMeasured) node(missing, "li", "").textContent = text;
    }
    node(more, "p", "ik-source").textContent = data.source;
  }

  /* Over the chart: which measuring point of the goal it shows. */
  buildHead(data) {
    const head = node(this.root, "div", "ik-part ik-head-of-chart");
    const label = node(head, "label", "ik-choice");
    node(label, "span", "ik-choice-name").textContent = data.words.point;
    this.select = node(label, "select", "", { "data-choice": "indicator" });
    for (const row of data.rows) node(this.select, "option", "", { value: row.id }).textContent = row.title;
    this.select.addEventListener("change", () => channel.press("indicator", { to: this.select.value }));
  }

  /* Under the chart: how sure it is, and other ways to look at it. */
  buildFoot(data) {
    const foot = node(this.root, "div", "ik-part ik-foot-of-chart");
    this.sure = node(foot, "p", "ik-sure");
    const ways = node(foot, "p", "ik-ways");
    const way = (name) => {
      const button = node(ways, "button", "ik-" + name, { type: "button" });
      button.addEventListener("click", () => channel.press(name));
      return button;
    };
    this.ways = { table: way("table"), band: way("band"), season: way("season") };
    setText(this.ways.table, data.words.table);
  }
}
