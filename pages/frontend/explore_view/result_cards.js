/* The goals as five slim rows, and the difference in expenditure: per row now, scenario and target on one scale.
 * The nodes stay; only texts and places change while a slider moves.
 */

/* An amount as word, number, word: the number is large, the words beside it are not. */
const amountParts = (line) => ({
  front: node(line, "span", "ik-year-unit"),
  value: node(line, "span", "ik-year-value"),
  back: node(line, "span", "ik-year-unit"),
});

/* Where a part of a bar stands; null: it is not there. */
const put = (part, at, to = at) => {
  part.hidden = at === null;
  if (at === null) return;
  part.style.left = 100 * Math.min(at, to) + "%";
  part.style.width = 100 * Math.abs(to - at) + "%";
};

/* More years than this stand in narrow columns. */
const MANY = 5;

class ResultCards {
  constructor(root) {
    this.root = root;
    this.shape = null;
  }

  update(data) {
    const shape = JSON.stringify([data.language, data.cards.map((c) => c.id), data.budget.years.map((y) => y.id), Boolean(data.budget.third)]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(data);
    }
    this.fill(data);
  }

  build(data) {
    const { root } = this;
    root.replaceChildren();
    root.classList.toggle("ik-with-third", Boolean(data.budget.third));
    const list = node(root, "ul", "ik-cards", { "aria-label": data.words.goals });
    this.cards = data.cards.map((card) => this.card(node(list, "li", "ik-item"), card));

    const budget = node(root, "section", "ik-budget", { "aria-label": data.words.budget });
    const head = node(budget, "div", "ik-budget-head");
    node(head, "h2", "ik-budget-title").textContent = data.words.budget;
    this.share = node(head, "p", "ik-share");
    const years = node(budget, "ul", "ik-years");
    years.style.setProperty("--years", data.budget.years.length - 1);
    years.classList.toggle("ik-many", data.budget.years.length - 1 > MANY);
    this.years = data.budget.years.map((year) => {
      const total = year.id === "total";
      const cell = node(years, "li", "ik-year" + (total ? " ik-total" : ""));
      const parts = {
        label: node(cell, "span", "ik-year-label"),
        ...amountParts(node(cell, "span", "ik-year-line")),
        word: node(cell, "span", "ik-year-word"),
        range: node(cell, "span", "ik-year-range"),
      };
      const bar = node(cell, "span", "ik-bar-track ik-money", { "aria-hidden": "true" });
      return { ...parts, zero: node(bar, "span", "ik-bar-target"), ...this.marks(bar) };
    });
    if (data.budget.third) this.third = this.thirdRow(node(years, "li", "ik-their-money"));
    this.budgetNote = node(budget, "p", "ik-budget-note");
  }

  /* What the administration's proposal costs, small, under the scenario's own: an amount on one line, its range below. */
  thirdRow(row) {
    const line = node(row, "span", "ik-their-line");
    const [name, value, word] = ["name", "value", "word"].map((part) => node(line, "span", "ik-their-" + part));
    return { row, line, name, value, word, range: node(row, "span", "ik-their-range"), note: node(row, "span", "ik-their-note") };
  }

  marks(bar) {
    return {
      change: node(bar, "span", "ik-bar-change"),
      whisker: node(bar, "span", "ik-bar-whisker"),
      dot: node(bar, "span", "ik-bar-dot"),
    };
  }

  card(item, card) {
    const button = node(item, "button", "ik-card", { type: "button" });
    button.style.setProperty("--goal", card.colour);
    button.addEventListener("click", () => channel.press("focus", { to: card.id }));
    const line = () => node(button, "span", "ik-card-line");
    const head = line();
    const badge = node(head, "span", "ik-badge");
    const name = node(head, "span", "ik-name");
    const figures = node(head, "span", "ik-figures");
    const front = node(figures, "span", "ik-unit");
    const base = node(figures, "span", "ik-base");
    const arrow = node(figures, "span", "ik-arrow", { "aria-hidden": "true" });
    arrow.textContent = "→";
    const scenario = node(figures, "span", "ik-scenario");
    const unit = node(figures, "span", "ik-unit");
    const what = line();
    const indicator = node(what, "span", "ik-indicator");
    const target = node(what, "span", "ik-target");
    const foot = line();
    const bar = node(foot, "span", "ik-bar-track", { "aria-hidden": "true" });
    const marks = { now: node(bar, "span", "ik-bar-now"), goal: node(bar, "span", "ik-bar-target"), third: node(bar, "span", "ik-bar-third"), ...this.marks(bar) };
    const status = statusParts(foot, "");
    return { button, badge, name, indicator, front, base, arrow, scenario, unit, target, status, marks };
  }

  fill(data) {
    data.cards.forEach((card, i) => this.fillCard(this.cards[i], card, card.id === data.focus));
    setText(this.budgetNote, data.budget.note);
    data.budget.years.forEach((year, i) => {
      const parts = this.years[i];
      setText(parts.label, year.label);
      setText(parts.front, year.value[0]);
      setText(parts.value, year.value[1]);
      setText(parts.back, year.value[2]);
      setText(parts.word, year.word);
      setText(parts.range, year.range);
      const { zero, at, low, high } = year.bar;
      put(parts.zero, zero);
      put(parts.change, zero, at);
      put(parts.whisker, low, high);
      put(parts.dot, at);
    });
    setText(this.share, data.budget.share);
    if (!data.budget.third) return;
    for (const part of ["name", "value", "word", "range", "note"]) setText(this.third[part], data.budget.third[part]);
    this.third.row.classList.toggle("ik-noted", Boolean(data.budget.third.note));
    setAttribute(this.third.note, "title", data.budget.third.note);
  }

  fillCard(parts, card, pressed) {
    setAttribute(parts.button, "aria-pressed", String(pressed));
    setText(parts.badge, card.number);
    setText(parts.name, card.title);
    setText(parts.indicator, card.indicator);
    setAttribute(parts.indicator, "title", card.indicator);
    setText(parts.base, card.base);
    setText(parts.scenario, card.scenario);
    parts.base.hidden = parts.arrow.hidden = !card.moved;
    setText(parts.front, card.unitFirst ? card.unit : "");
    parts.front.hidden = !card.unitFirst;
    setText(parts.unit, card.unitFirst ? "" : card.unit);
    setText(parts.target, card.target);
    fillStatus(parts.status, card.status, card.statusText);
    setAttribute(parts.status.status, "title", card.statusText);
    setAttribute(parts.button, "aria-label", card.spoken);
    const { base, scenario, target, low, high, reference } = card.bar;
    const { marks } = parts;
    put(marks.now, base);
    put(marks.goal, target);
    put(marks.third, reference);
    put(marks.change, base === null || scenario === null ? null : base, scenario);
    put(marks.whisker, low, high);
    put(marks.dot, scenario);
  }
}
