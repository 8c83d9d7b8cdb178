/* What the levers do: one sentence, the goals as cards with a small line each, the budget year by year.
 * The nodes stay; only texts and paths change while a slider moves.
 */
const WIDTH = 200;
const HEIGHT = 44;
const EDGE = 3;

const path = (values, low, high) => {
  const across = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  const up = (HEIGHT - 2 * EDGE) / (high - low || 1);
  let d = "";
  let pen = "M";
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) {
      pen = "M";
      continue;
    }
    d += pen + (EDGE + i * across).toFixed(1) + "," + (HEIGHT - EDGE - (values[i] - low) * up).toFixed(1);
    pen = "L";
  }
  return d;
};

/* An amount as word, number, word: the number is large, the words beside it are not. */
const amountParts = (line) => ({
  front: node(line, "span", "ik-year-unit"),
  value: node(line, "span", "ik-year-value"),
  back: node(line, "span", "ik-year-unit"),
});

class ResultCards {
  constructor(root) {
    this.root = root;
    this.shape = null;
  }

  update(data) {
    const shape = JSON.stringify([data.language, data.cards.map((c) => c.id), data.budget.years.map((y) => y.id)]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(data);
    }
    this.fill(data);
  }

  build(data) {
    const { root } = this;
    root.replaceChildren();
    const room = node(root, "div", "ik-said");
    const said = node(room, "div", "");
    // The sentence's room only grows, so that the cards do not hop up and down while it changes.
    let most = 0;
    new ResizeObserver(() => {
      if (said.offsetHeight > most) room.style.minHeight = (most = said.offsetHeight) + "px";
    }).observe(said);
    this.headline = node(said, "p", "ik-headline");
    this.limits = node(said, "ul", "ik-limits");
    this.warnings = node(root, "details", "ik-warnings");
    this.warningSummary = node(this.warnings, "summary", "");
    this.warningList = node(this.warnings, "ul", "");

    const list = node(root, "ul", "ik-cards", { "aria-label": data.words.goals });
    this.cards = data.cards.map((card) => this.card(node(list, "li", "ik-item"), card));

    const budget = node(root, "section", "ik-budget", { "aria-label": data.words.budget });
    const head = node(budget, "div", "ik-budget-head");
    node(head, "h2", "ik-budget-title").textContent = data.words.budget;
    this.budgetNote = node(head, "p", "ik-budget-note");
    this.share = node(head, "p", "ik-share");
    const years = node(budget, "ul", "ik-years");
    this.years = data.budget.years.map((year) => {
      const cell = node(years, "li", "ik-year" + (year.id === "total" ? " ik-total" : ""));
      return {
        label: node(cell, "span", "ik-year-label"),
        ...amountParts(node(cell, "span", "ik-year-line")),
        word: node(cell, "span", "ik-year-word"),
        range: node(cell, "span", "ik-year-range"),
        amount: node(cell, "span", "ik-year-amount"),
      };
    });
  }

  card(item, card) {
    const button = node(item, "button", "ik-card", { type: "button" });
    button.style.setProperty("--goal", card.colour);
    button.addEventListener("click", () => channel.press("focus", { to: card.id }));
    const title = node(button, "span", "ik-title");
    const badge = node(title, "span", "ik-badge");
    const name = node(title, "span", "ik-name");
    const indicator = node(button, "span", "ik-indicator");
    const figures = node(button, "span", "ik-figures");
    const front = node(figures, "span", "ik-unit");
    const base = node(figures, "span", "ik-base");
    const arrow = node(figures, "span", "ik-arrow", { "aria-hidden": "true" });
    arrow.textContent = "→";
    const scenario = node(figures, "span", "ik-scenario");
    const unit = node(figures, "span", "ik-unit");
    const target = node(button, "span", "ik-target");
    const status = statusParts(button, "");
    const spark = drawing(button, "svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "ik-spark", preserveAspectRatio: "none", "aria-hidden": "true",
    });
    const line = (kind) => drawing(spark, "path", { class: kind, d: "", "vector-effect": "non-scaling-stroke" });
    const lines = { target: line("ik-line-target"), base: line("ik-line-base"), scenario: line("ik-line-scenario") };
    const others = node(button, "span", "ik-others");
    return { button, badge, name, indicator, front, base, arrow, scenario, unit, target, status, lines, others };
  }

  fill(data) {
    setText(this.headline, data.headline);
    fillList(this.limits, data.limits);
    this.limits.hidden = !data.limits.length;
    this.warnings.hidden = !data.warnings.length;
    setText(this.warningSummary, data.warningSummary);
    fillList(this.warningList, data.warnings);
    data.cards.forEach((card, i) => {
      const parts = this.cards[i];
      setAttribute(parts.button, "aria-pressed", String(card.id === data.focus));
      setText(parts.badge, card.number);
      setText(parts.name, card.title);
      setText(parts.indicator, card.indicator);
      setText(parts.base, card.base);
      setText(parts.scenario, card.scenario);
      parts.base.hidden = parts.arrow.hidden = !card.moved;
      setText(parts.front, card.unitFirst ? card.unit : "");
      parts.front.hidden = !card.unitFirst;
      setText(parts.unit, card.unitFirst ? "" : card.unit);
      setText(parts.target, card.target);
      fillStatus(parts.status, card.status, card.statusText);
      setText(parts.others, card.others);
      setAttribute(parts.button, "aria-label", card.spoken);
      parts.others.hidden = !card.others;
      const { low, high, base, scenario, target } = card.spark;
      setAttribute(parts.lines.base, "d", path(base, low, high));
      setAttribute(parts.lines.scenario, "d", path(scenario, low, high));
      setAttribute(parts.lines.target, "d", target === null ? "" : path([target, target], low, high));
    });
    setText(this.budgetNote, data.budget.note);
    data.budget.years.forEach((year, i) => {
      const parts = this.years[i];
      setText(parts.label, year.label);
      setText(parts.front, year.value[0]);
      setText(parts.value, year.value[1]);
      setText(parts.back, year.value[2]);
      setText(parts.word, year.word);
      setText(parts.range, year.range);
      setText(parts.amount, year.amount);
    });
    setText(this.share, data.budget.share);
  }
}
