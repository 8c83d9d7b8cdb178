// needs: ../dom.js style.css
/* The model's drawing: who comes, the three states inside public support, who leaves. Arrows are as thick as the flow.
 * Lying on a wide screen, standing on a narrow one; letters keep their size, so it is drawn anew when the width changes.
 */
const drawn = new WeakMap();
const NARROW = 640;

class StateDiagram {
  constructor(root) {
    this.root = root;
    this.svg = drawing(root, "svg", { role: "img" });
    this.pen = document.createElement("canvas").getContext("2d");
    new ResizeObserver(() => this.draw()).observe(root);
  }

  update(data) {
    this.data = data;
    setAttribute(this.svg, "aria-label", data.alt);
    this.last = 0;
    this.draw();
  }

  /* Words on as many lines as they take. */
  lines(words, width, weight = 400) {
    this.pen.font = `${weight} ${this.size}px ${getComputedStyle(this.root).fontFamily}`;
    const out = [];
    for (const word of words.split(" ")) {
      const longer = out.length ? out[out.length - 1] + " " + word : word;
      if (out.length && this.pen.measureText(longer).width <= width) out[out.length - 1] = longer;
      else out.push(word);
    }
    return out;
  }

  /* A figure over its words, both at x; returns how high they are. */
  label(item, x, y, width, anchor) {
    const { size } = this;
    this.text(item.figure, x, y + size, anchor, "ik-state-figure");
    const words = this.lines(item.label, width);
    words.forEach((line, i) => this.text(line, x, y + (i + 2) * size * 1.2, anchor, ""));
    return (words.length + 1.4) * size * 1.2;
  }

  text(words, x, y, anchor, className) {
    const node = drawing(this.svg, "text", { x, y, "text-anchor": anchor, class: className, "font-size": this.size });
    node.textContent = words;
  }

  /* An arrow of a thickness, from one point to another, either across or down. */
  arrow(x, y, length, thick, down) {
    const head = Math.max(thick * 0.9, this.size * 0.5);
    const half = thick / 2;
    const wide = half + this.size * 0.35;
    const along = [[0, -half], [length - head, -half], [length - head, -wide], [length, 0], [length - head, wide], [length - head, half], [0, half]];
    const points = along.map(([a, b]) => (down ? [x - b, y + a] : [x + a, y + b])).map((p) => p.map((n) => n.toFixed(1)).join(","));
    drawing(this.svg, "polygon", { points: points.join(" "), class: "ik-state-arrow" });
  }

  thick(item) {
    return item.share > 0 ? Math.max(1.5, item.share * this.size * 1.7) : 1;
  }

  box(x, y, width, height, className) {
    drawing(this.svg, "rect", { x, y, width, height, rx: 6, class: className });
  }

  draw() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.data || !width || width === this.last) return;
    this.last = width;
    this.size = this.data.present ? 36 : 14;
    this.svg.replaceChildren();
    const height = width < (this.data.present ? 1400 : NARROW) ? this.standing(width) : this.lying(width);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(height)}`);
    this.svg.setAttribute("height", Math.ceil(height));
  }

  lying(width) {
    const { data, size } = this;
    const side = width * 0.16;
    const close = width < size * 62; // large letters on a screen that is not as large
    const reach = size * (close ? 3 : 5);
    const left = side + reach;
    const right = width - side - reach;
    const gap = size * (close ? 1.6 : 3);
    const boxWidth = (right - left - 2 * size - 2 * gap) / 3;
    const row = size * 4.4;
    const most = Math.max(data.arrivals.length, data.exits.length);
    const names = data.states.map((r) => this.lines(r.label, boxWidth - size));
    const tall = (Math.max(...names.map((n) => n.length)) + 3.2) * size * 1.2;
    const starts = this.lines(data.starts, right - left - 2 * size);
    const hall = Math.max(most * row, tall + (starts.length + 3.6) * size * 1.25 + size);
    this.text(data.words.arrivals, side, size, "end", "ik-state-quiet");
    this.text(data.words.exits, right + reach, size, "start", "ik-state-quiet");
    const top = size * 1.8;
    this.box(left, top, right - left, hall, "ik-state-hall");
    this.text(data.hall, left + size, top + size * 1.6, "start", "ik-state-figure");
    const y = top + size * 2.6;
    data.states.forEach((item, i) => {
      const x = left + size + i * (boxWidth + gap);
      this.box(x, y, boxWidth, tall, "ik-state");
      const middle = x + boxWidth / 2;
      names[i].forEach((line, k) => this.text(line, middle, y + (k + 1.3) * size * 1.2, "middle", ""));
      this.text(item.figure, middle, y + tall - size * 1.9, "middle", "ik-state-figure");
      this.text(item.share, middle, y + tall - size * 0.6, "middle", "ik-state-quiet");
      if (i < 2) this.inner(x + boxWidth + 4, y + tall / 2, gap - 8);
    });
    // Back from "after" into an offer.
    const from = left + size + 2.5 * boxWidth + 2 * gap;
    const to = left + size + 1.5 * boxWidth + gap;
    const low = y + tall + size * 1.1;
    drawing(this.svg, "path", { class: "ik-state-inner", d: `M${from},${y + tall + 2} V${low} H${to} V${y + tall + size * 0.6}` });
    drawing(this.svg, "path", { class: "ik-state-head", d: `M${to},${y + tall + 2} l${size * 0.35},${size * 0.6} h${-size * 0.7} Z` });
    starts.forEach((line, i) => this.text(line, left + size, low + (i + 1.3) * size * 1.25, "start", ""));
    data.arrivals.forEach((item, i) => {
      const at = top + (i + 0.5) * (hall / data.arrivals.length);
      this.label(item, side, at - size * 1.8, side, "end");
      this.arrow(left - reach + size * 0.7, at, reach - size * 0.9, this.thick(item), false);
    });
    data.exits.forEach((item, i) => {
      const at = top + (i + 0.5) * (hall / data.exits.length);
      this.arrow(right + size * 0.2, at, reach - size * 0.7, this.thick(item), false);
      this.label(item, right + reach, at - size * 1.8, side, "start");
    });
    return top + hall + 2;
  }

  /* From one state to the next. */
  inner(x, y, length) {
    const { size } = this;
    drawing(this.svg, "path", { class: "ik-state-inner", d: `M${x},${y} h${length - size * 0.5}` });
    drawing(this.svg, "path", { class: "ik-state-head", d: `M${x + length},${y} l${-size * 0.6},${-size * 0.35} v${size * 0.7} Z` });
  }

  standing(width) {
    const { data, size } = this;
    const line = size * 1.35;
    let y = size;
    const flows = (title, items) => {
      this.text(title, 0, y, "start", "ik-state-quiet");
      y += line * 0.6;
      for (const item of items) {
        const words = this.lines(`${item.figure} ${item.label}`, width - size * 3.6);
        const high = Math.max(words.length * line, size * 2.1) + size * 0.4;
        this.arrow(size * 1.2, y, high - size * 0.4, this.thick(item), true);
        words.forEach((w, i) => this.text(w, size * 3.4, y + (i + 0.85) * line, "start", i ? "" : ""));
        y += high;
      }
    };
    flows(data.words.arrivals, data.arrivals);
    y += size * 0.3;
    const inside = width - 2 * size;
    const hallTop = y;
    const hall = drawing(this.svg, "rect", { x: 0, y: hallTop, width, height: 10, rx: 6, class: "ik-state-hall" });
    y += line * 1.2;
    this.lines(data.hall, inside, 600).forEach((w) => { this.text(w, size, y, "start", "ik-state-figure"); y += line; });
    data.states.forEach((item) => {
      const words = this.lines(item.label, inside - 2 * size);
      const high = (words.length + 1.7) * line;
      this.box(size, y - line * 0.5, inside, high, "ik-state");
      words.forEach((w, i) => this.text(w, 2 * size, y + (i + 0.6) * line, "start", ""));
      this.text(`${item.figure} · ${item.share}`, 2 * size, y + (words.length + 0.6) * line, "start", "ik-state-figure");
      y += high + line * 0.6;
    });
    this.lines(data.starts, inside).forEach((w) => { this.text(w, size, y + line * 0.3, "start", ""); y += line; });
    y += line * 0.2;
    hall.setAttribute("height", y - hallTop);
    y += line * 1.3;
    flows(data.words.exits, data.exits);
    return y;
  }
}

export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".ik-states");
  if (!drawn.has(root)) drawn.set(root, new StateDiagram(root));
  drawn.get(root).update(JSON.parse(data.json));
}
