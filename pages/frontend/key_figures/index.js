// needs: ../dom.js style.css
/* Key figures side by side: baseline, scenario, difference, and what the figure counts. Nodes stay, texts change. */
const tileRoots = new WeakMap();

export default function ({ parentElement, data }) {
  const wanted = JSON.parse(data.json);
  const root = parentElement.querySelector(".ik-tiles");
  let list = tileRoots.get(root);
  if (!list) {
    list = node(root, "ul", "ik-tile-list");
    tileRoots.set(root, list);
  }
  setAttribute(list, "aria-label", wanted.label);
  while (list.children.length > wanted.items.length) list.lastChild.remove();
  wanted.items.forEach((item, i) => {
    const tile = list.children[i] || node(list, "li", "ik-tile");
    if (!tile.children.length) {
      for (const part of ["label", "line", "change", "note"]) node(tile, "span", "ik-tile-" + part, { "aria-hidden": "true" });
      for (const part of ["base", "arrow", "value", "unit"]) node(tile.children[1], "span", "ik-tile-" + part);
      node(tile, "span", "ik-voice");
    }
    const [label, line, change, note, voice] = tile.children;
    const [base, arrow, value, unit] = line.children;
    setText(label, item.label);
    setText(base, item.before);
    setText(arrow, item.before ? "→" : "");
    setText(value, item.after);
    setText(unit, item.unit);
    setText(change, item.change);
    setText(note, item.note);
    setText(voice, item.spoken);
  });
}
