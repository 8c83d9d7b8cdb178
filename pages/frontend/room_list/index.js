// needs: ../dom.js style.css
/* What the tables are asked within, and how far each is: a list that stays as it is while single words of it change. */
const seatLists = new WeakMap();
// So many have room for figures in large letters.
const FEW = 8;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".ik-seats");
  let parts = seatLists.get(root);
  if (!parts) {
    parts = { facts: node(root, "dl", "ik-seats-facts"), list: node(root, "ul", "ik-seats-tables"), none: node(root, "p", "ik-seats-none") };
    seatLists.set(root, parts);
  }
  const { facts, tables, label, none, figures } = JSON.parse(data.json);
  setAttribute(parts.list, "aria-label", label);
  parts.list.toggleAttribute("data-large", figures && tables.length <= FEW);
  setText(parts.none, none);
  while (parts.facts.children.length > facts.length) parts.facts.lastChild.remove();
  facts.forEach((fact, i) => {
    const row = parts.facts.children[i] || node(parts.facts, "div", "ik-seats-fact");
    const [name, words] = row.children.length ? row.children : [node(row, "dt"), node(row, "dd")];
    setText(name, fact.name);
    setText(words, fact.words);
  });
  while (parts.list.children.length > tables.length) parts.list.lastChild.remove();
  tables.forEach((table, i) => {
    const row = parts.list.children[i] || node(parts.list, "li", "ik-seats-table");
    if (!row.children.length) {
      node(row, "span", "ik-seats-name");
      row.ikStatus = statusParts(row, "");
    }
    setAttribute(row, "data-state", table.state);
    setText(row.children[0], table.name);
    fillStatus(row.ikStatus, { handed_in: "reached", draft: "may_be_reached" }[table.state] || "none", table.words);
  });
}
