/* On a phone the goals lie below the levers: while the levers are in sight and the goals are not, a strip at the foot of
 * the window follows them. It only says again what the cards say, so screen readers and keys pass it by.
 */
class MobileSummary {
  constructor(root, levers, board) {
    this.root = root;
    this.seen = { levers: false, board: false };
    this.sight = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) this.seen[target === levers ? "levers" : "board"] = isIntersecting;
        root.toggleAttribute("data-shown", this.seen.levers && !this.seen.board);
      },
      // The strip itself covers the window's foot.
      { rootMargin: "0px 0px -20% 0px" },
    );
    for (const part of [levers, board]) this.sight.observe(part);
    root.addEventListener("click", () => board.scrollIntoView());
    this.list = node(root, "div", "ik-glance-goals");
    const line = node(root, "div", "ik-glance-budget");
    this.budget = { label: node(line, "span", ""), amount: node(line, "b", ""), word: node(line, "span", "") };
    this.cells = [];
  }

  close() {
    this.sight.disconnect();
  }

  update({ cards, budget }) {
    while (this.cells.length > cards.length) this.cells.pop().cell.remove();
    while (this.cells.length < cards.length) this.cells.push(this.cell());
    cards.forEach((card, i) => {
      const { cell, number, status, value, unit } = this.cells[i];
      cell.style.setProperty("--goal", card.colour);
      cell.classList.toggle("ik-moved", card.moved);
      setText(number, card.number);
      fillStatus(status, card.status, "");
      setText(value, card.scenario);
      setText(unit, card.unit);
      unit.style.order = card.unitFirst ? -1 : 0;
    });
    const total = budget.years.at(-1);
    setText(this.budget.label, total.label);
    setText(this.budget.amount, total.value.filter(Boolean).join("\u00a0"));
    setText(this.budget.word, total.word);
  }

  cell() {
    const cell = node(this.list, "div", "ik-glance-goal");
    const head = node(cell, "div", "ik-glance-head");
    const number = node(head, "span", "");
    const status = statusParts(head, "");
    const figure = node(cell, "div", "ik-glance-figure");
    return { cell, number, status, value: node(figure, "b", ""), unit: node(figure, "span", "") };
  }
}
