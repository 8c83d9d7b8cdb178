// needs: ../dom.js style.css
/* Who comes into the target groups and where they go: three columns of bars joined by ribbons as wide as the flow.
 * Nodes are kept from one scenario to the next; only shapes and texts change. One tab stop, arrow keys inside.
 */
const diagrams = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let diagram = diagrams.get(parentElement);
  if (!diagram) {
    diagram = new Flow(parentElement.querySelector(".ik-flow"));
    diagrams.set(parentElement, diagram);
  }
  diagram.update(JSON.parse(component.data.json));
  return () => {
    diagram.close();
    diagrams.delete(parentElement);
  };
}

const BAR = 10; // width of a node's bar, px
const NARROW = 38; // em; below it the first column is left out
const COLUMN_EM = 26; // all flows together are this high
const SLOT_EM = 1.5; // least room for a node's label

const ribbon = (x0, y0, x1, y1, width) => {
  const middle = (x0 + x1) / 2;
  const n = (value) => value.toFixed(1);
  return `M${n(x0)},${n(y0)}C${n(middle)},${n(y0)} ${n(middle)},${n(y1)} ${n(x1)},${n(y1)}V${n(y1 + width)}` +
    `C${n(middle)},${n(y1 + width)} ${n(middle)},${n(y0 + width)} ${n(x0)},${n(y0 + width)}Z`;
};

class Flow {
  constructor(root) {
    this.root = root;
    this.hint = node(root, "p", "ik-flow-hint");
    this.svg = drawing(root, "svg", { role: "group" });
    this.heads = [0, 1, 2].map(() => drawing(this.svg, "text", { class: "ik-flow-head", "aria-hidden": "true" }));
    this.links = drawing(this.svg, "g", { "aria-hidden": "true" });
    this.ghosts = drawing(this.svg, "g", { "aria-hidden": "true" });
    this.bars = drawing(this.svg, "g");
    this.said = node(root, "p", "ik-flow-said", { "aria-live": "polite" });
    this.parts = { link: new Map(), node: new Map() };
    this.pointed = null;
    this.watch = new ResizeObserver(() => this.lay());
    this.watch.observe(root);
    // A pointer that rests while the page scrolls under it points at nothing.
    this.svg.addEventListener("pointermove", (event) => {
      if (event.movementX || event.movementY) this.point(event.target);
    });
    this.svg.addEventListener("pointerdown", (event) => this.point(event.target));
    this.svg.addEventListener("pointerleave", () => this.point(null));
    this.svg.addEventListener("focusin", (event) => this.point(event.target));
    this.svg.addEventListener("focusout", () => this.point(null));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  close() {
    this.watch.disconnect();
  }

  update(data) {
    this.data = data;
    this.byId = new Map(data.nodes.map((one) => [one.id, one]));
    setText(this.hint, data.words.hint);
    setAttribute(this.svg, "aria-label", data.words.name);
    data.columns.forEach((title, i) => setText(this.heads[i], title));
    this.keep("link", data.links, () => drawing(this.links, "path", {}));
    this.keep("node", data.nodes, (one) => {
      const group = drawing(this.bars, "g", { class: "ik-flow-node", role: "img", tabindex: "-1" });
      drawing(group, "rect", { width: BAR });
      drawing(group, "text", {});
      return group;
    });
    for (const one of data.nodes) {
      const group = this.parts.node.get(one.id);
      setAttribute(group, "aria-label", one.said);
      setText(group.querySelector("text"), one.label);
    }
    if (data.focus !== this.about || !this.byId.has(this.tab)) {
      this.about = data.focus;
      this.tab = data.focus || data.nodes.find((one) => one.column === 1)?.id;
    }
    this.lay();
  }

  /* Elements by id: those that are no longer there go, new ones are made, the others stay. */
  keep(kind, wanted, make) {
    const known = this.parts[kind];
    const ids = new Set(wanted.map((one) => one.id));
    for (const [id, element] of known) {
      if (ids.has(id)) continue;
      element.remove();
      known.delete(id);
    }
    for (const one of wanted) {
      if (known.has(one.id)) continue;
      const element = make(one);
      element.dataset.kind = kind;
      element.dataset.id = one.id;
      known.set(one.id, element);
    }
  }

  lay() {
    const width = this.root.clientWidth;
    if (!this.data || !width) return;
    const em = parseFloat(getComputedStyle(this.root).fontSize);
    const narrow = width < NARROW * em;
    const { nodes, links, most } = this.data;
    const scale = (COLUMN_EM * em) / (most || 1);
    const thick = (value) => Math.max(1, value * scale);
    const shown = links.filter((link) => !narrow || this.byId.get(link.from).column > 0);
    const right = (narrow ? 14.5 : 15.5) * em; // the longest name and its number
    const left = narrow ? 0 : 10.5 * em;
    const across = { 0: left, 1: narrow ? 0 : left + 0.3 * (width - left - right), 2: width - right - BAR };

    const tall = new Map(nodes.map((one) => [one.id, { in: 0, out: 0 }]));
    for (const link of shown) {
      tall.get(link.from).out += thick(link.value);
      tall.get(link.to).in += thick(link.value);
    }
    const place = new Map();
    let bottom = 0;
    for (const column of [0, 1, 2]) {
      let y = 2 * em;
      for (const one of nodes.filter((n) => n.column === column)) {
        const sides = tall.get(one.id);
        // As high as all its flows, those that are too small to be drawn included.
        const height = Math.max(2, sides.in, sides.out, one.value * scale);
        const slot = Math.max(height, SLOT_EM * em);
        place.set(one.id, { x: across[column], y: y + (slot - height) / 2, height, in: 0, out: 0 });
        y += slot + 0.35 * em;
      }
      bottom = Math.max(bottom, column === 0 && narrow ? 0 : y);
    }
    setAttribute(this.svg, "height", String(Math.ceil(bottom)));
    this.head(0, narrow ? null : left + BAR, em, "end");
    this.head(1, across[1], em, "start");
    this.head(2, across[2], em, "start");
    for (const one of nodes) this.bar(one, place.get(one.id), em, one.column === 0 && narrow);

    this.where = new Map();
    const order = (id) => nodes.findIndex((one) => one.id === id);
    const byTarget = [...shown].sort((a, b) => order(a.to) - order(b.to));
    const bySource = [...shown].sort((a, b) => order(a.from) - order(b.from));
    for (const link of byTarget) {
      const from = place.get(link.from);
      this.where.set(link.id, { x0: from.x + BAR, y0: from.y + from.out, width: thick(link.value), base: thick(link.base) });
      from.out += thick(link.value);
    }
    for (const link of bySource) {
      const to = place.get(link.to);
      Object.assign(this.where.get(link.id), { x1: to.x, y1: to.y + to.in });
      to.in += thick(link.value);
    }
    for (const link of links) {
      const w = this.where.get(link.id);
      setAttribute(this.parts.link.get(link.id), "d", w ? ribbon(w.x0, w.y0, w.x1, w.y1, w.width) : "");
    }
    this.light();
  }

  head(i, x, em, anchor) {
    setAttribute(this.heads[i], "visibility", x === null ? "hidden" : "visible");
    setAttribute(this.heads[i], "x", String(x ?? 0));
    setAttribute(this.heads[i], "y", String(0.7 * em));
    setAttribute(this.heads[i], "text-anchor", anchor);
  }

  bar(one, at, em, gone) {
    const group = this.parts.node.get(one.id);
    const [bar, label] = group.children;
    setAttribute(group, "visibility", gone ? "hidden" : "visible");
    setAttribute(group, "tabindex", one.id === this.tab && !gone ? "0" : "-1");
    for (const name of ["x", "y", "height"]) setAttribute(bar, name, at[name].toFixed(1));
    setAttribute(label, "text-anchor", one.column === 0 ? "end" : "start");
    setAttribute(label, "x", (one.column === 0 ? at.x - 0.4 * em : at.x + BAR + 0.4 * em).toFixed(1));
    setAttribute(label, "y", (at.y + at.height / 2).toFixed(1));
  }

  /* What is pointed at or has the focus; else the group that the page is about. */
  point(target) {
    const element = target && target.closest ? target.closest("[data-kind]") : null;
    const focused = this.bars.querySelector(":focus-visible");
    const now = element || focused;
    this.pointed = now ? { kind: now.dataset.kind, id: now.dataset.id } : null;
    this.light();
  }

  light() {
    const { links, nodes, focus } = this.data;
    const about = this.pointed || (focus ? { kind: "node", id: focus } : null);
    const concerns = (link) =>
      about && (about.kind === "link" ? link.id === about.id : link.from === about.id || link.to === about.id);
    this.ghosts.replaceChildren();
    for (const link of links) {
      const lit = concerns(link);
      const name = "ik-flow-link" + (lit ? " ik-flow-strong" : about ? " ik-flow-quiet" : "");
      setAttribute(this.parts.link.get(link.id), "class", name);
      const w = this.where.get(link.id);
      if (!lit || !w || !this.pointed || Math.abs(w.base - w.width) < 0.5) continue;
      const shift = (w.width - w.base) / 2;
      drawing(this.ghosts, "path", { class: "ik-flow-ghost", d: ribbon(w.x0, w.y0 + shift, w.x1, w.y1 + shift, w.base) });
    }
    for (const one of nodes) {
      const lit = about && about.kind === "node" && one.id === about.id;
      setAttribute(this.parts.node.get(one.id), "class", "ik-flow-node" + (lit ? " ik-flow-active" : ""));
    }
    const list = about && about.kind === "link" ? links : nodes;
    const shown = about ? list.find((one) => one.id === about.id) : null;
    setText(this.said, shown ? shown.said : "");
  }

  key(event) {
    const at = this.byId.get(event.target.dataset?.id);
    if (!at) return;
    const visible = (one) => this.parts.node.get(one.id).getAttribute("visibility") !== "hidden";
    const column = this.data.nodes.filter((one) => one.column === at.column);
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    let next = null;
    if (event.key in steps) next = column[column.indexOf(at) + steps[event.key]];
    if (event.key === "ArrowRight") next = this.data.nodes.find((one) => one.column === at.column + 1);
    if (event.key === "ArrowLeft") next = this.data.nodes.find((one) => one.column === at.column - 1);
    if (!next || !visible(next)) return;
    event.preventDefault();
    setAttribute(this.parts.node.get(this.tab), "tabindex", "-1");
    this.tab = next.id;
    setAttribute(this.parts.node.get(next.id), "tabindex", "0");
    this.parts.node.get(next.id).focus();
  }
}
