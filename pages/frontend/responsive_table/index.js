// needs: ../dom.js style.css
/* A table of texts: a real table on a wide screen, one block per row on a narrow one. */
export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".ik-facts");
  const packed = data.json;
  if (root.dataset.shown === packed) return;
  root.dataset.shown = packed;
  const { caption, heads, rows } = JSON.parse(packed);
  root.replaceChildren();
  const table = node(root, "table", "");
  // Roles that a block display would take from the table are given back.
  table.setAttribute("role", "table");
  node(table, "caption", "").textContent = caption;
  const line = node(node(table, "thead", "", { role: "rowgroup" }), "tr", "", { role: "row" });
  for (const head of heads) {
    const cell = node(line, "th", "", { scope: "col", role: "columnheader" });
    cell.textContent = head.label;
    if (head.number) cell.setAttribute("data-number", "");
  }
  const body = node(table, "tbody", "", { role: "rowgroup" });
  for (const row of rows) {
    const line = node(body, "tr", "", { role: "row" });
    row.forEach((words, i) => {
      const cell = i
        ? node(line, "td", "", { role: "cell", "data-head": heads[i].label })
        : node(line, "th", "", { scope: "row", role: "rowheader" });
      if (heads[i].number) cell.setAttribute("data-number", "");
      const [first, ...more] = Array.isArray(words) ? words : [words];
      cell.textContent = first;
      for (const text of more) if (text) node(cell, "span", "ik-facts-more").textContent = text;
    });
  }
}
