// needs: ../dom.js ../channel.js style.css
/* The path of a lever in its form. A step is a knob that is dragged by mouse or finger, or moved by the arrow keys: up and
 * down by the lever's own step, left and right from one month or quarter to the next. What it came to is one entry of the
 * channel's log when the hand lets go; the typed fields follow from the server.
 */
const paths = new WeakMap();
const KEYS_REST = 400; // ms after the last key, before it counts
const REMEMBERED = 5000;
const ROOM = 18; // radius of what a finger reaches
const SIDEWAYS = 6; // px
const LEAST_MONTH = 8; // px between two stops
const MARGIN = { left: 44, right: 20, top: 26, bottom: 22 };
let focusedStep = null; // should the page put the knobs up again under the hand

/* The next round number above. */
const round = (value) => {
  const ten = 10 ** Math.floor(Math.log10(value));
  return ten * [1, 2, 2.5, 5, 10].find((one) => one * ten >= value);
};

class LeverPath {
  constructor(root) {
    this.root = root;
    this.unit = node(root, "p", "ik-path-unit");
    this.svg = drawing(root, "svg", { role: "group" });
    this.back = drawing(this.svg, "g", { "aria-hidden": "true" });
    this.handles = new Map();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(root);
  }

  update(data) {
    this.data = data;
    if (this.held) return;
    this.steps = data.steps.map((step) => ({ ...step }));
    this.format = new Intl.NumberFormat(data.locale, { maximumFractionDigits: 2 });
    const highest = Math.max(data.base, ...data.steps.map((step) => step.to)) - data.min;
    this.top = Math.min(data.max, data.min + 2 * round(highest ? 0.8 * highest : (data.max - data.min) / 8));
    setAttribute(this.svg, "aria-label", data.alt);
    setText(this.unit, data.unit);
    const keys = new Set(this.steps.map((step) => step.key));
    for (const [key, handle] of this.handles) {
      if (keys.has(key)) continue;
      handle.remove();
      this.handles.delete(key);
    }
    for (const step of this.steps) if (!this.handles.has(step.key)) this.handles.set(step.key, this.handle(step.key));
    this.draw();
    const waiting = focusedStep?.token === data.token && this.handles.get(focusedStep.key);
    if (waiting && Date.now() - focusedStep.at < REMEMBERED) this.refocus(waiting);
  }

  /* The form's frame takes the focus when what had it is taken down, at once or a moment later. */
  refocus(handle) {
    const nowhere = () => !document.activeElement || document.activeElement.contains(this.root);
    for (const wait of [0, 100, 400]) setTimeout(() => nowhere() && handle.focus({ preventScroll: true }), wait);
  }

  step(key) {
    return this.steps.find((step) => step.key === key);
  }

  handle(key) {
    const handle = drawing(this.svg, "g", { class: "ik-path-handle", role: "slider", tabindex: "0", "data-step": key });
    drawing(handle, "circle", { class: "ik-path-room", r: ROOM });
    drawing(handle, "circle", { class: "ik-path-knob", r: 8 });
    drawing(handle, "text", { class: "ik-path-said", y: -14, "text-anchor": "middle" });
    handle.addEventListener("focus", () => this.remember(key));
    handle.addEventListener("blur", () => this.held === "keys" && this.release(key));
    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      this.held = "pointer";
      this.from = event.clientX;
      this.draw();
    });
    handle.addEventListener("pointermove", (event) => this.held === "pointer" && this.drag(key, event));
    handle.addEventListener("pointerup", () => this.held === "pointer" && this.release(key));
    handle.addEventListener("pointercancel", () => this.held && this.putBack());
    handle.addEventListener("keydown", (event) => this.key(key, event));
    return handle;
  }

  get width() {
    return Math.max(200, this.root.clientWidth) - MARGIN.left - MARGIN.right;
  }

  get height() {
    return this.svg.clientHeight - MARGIN.top - MARGIN.bottom;
  }

  x(day) {
    return MARGIN.left + (this.width * Math.min(day, this.data.days)) / this.data.days;
  }

  y(value) {
    const { min } = this.data;
    return MARGIN.top + this.height * (1 - Math.min(1, Math.max(0, (value - min) / (this.top - min || 1))));
  }

  /* Where a step may begin: at months, or at quarters where months lie too close, and between its neighbours. */
  stops(key, all) {
    const close = (this.width * 30) / this.data.days < LEAST_MONTH && !all;
    const own = this.step(key);
    const others = this.steps.filter((step) => step.key !== key).map((step) => step.day);
    const after = Math.max(-1, ...others.filter((day) => day < own.day));
    const before = Math.min(Infinity, ...others.filter((day) => day > own.day));
    return this.data.stops.filter((stop) => stop.day > after && stop.day < before && (!close || stop.quarter));
  }

  tidy(value) {
    const { min, max, step, base } = this.data;
    if (Math.abs(value - base) < step / 4) return base;
    return Number(Math.min(max, Math.max(min, min + Math.round((value - min) / step) * step)).toFixed(6));
  }

  drag(key, event) {
    const box = this.svg.getBoundingClientRect();
    const step = this.step(key);
    const part = (event.clientX - box.left - MARGIN.left) / this.width;
    const wanted = part * this.data.days - 7 * step.weeks;
    const nearest = (best, stop) => (Math.abs(stop.day - wanted) < Math.abs(best.day - wanted) ? stop : best);
    const stops = this.stops(key, false);
    // A hand that goes straight up or down keeps the day, also one that no stop has.
    if (Math.abs(event.clientX - this.from) > SIDEWAYS) this.from = NaN;
    if (stops.length && Number.isNaN(this.from)) Object.assign(step, stops.reduce(nearest));
    const up = 1 - (event.clientY - box.top - MARGIN.top) / this.height;
    step.to = this.tidy(Math.min(this.top, this.data.min + up * (this.top - this.data.min)));
    this.draw();
  }

  key(key, event) {
    if (event.key === "Escape" && this.held) {
      event.stopPropagation();
      return this.putBack();
    }
    const step = this.step(key);
    const { min, max, step: size } = this.data;
    const up = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    const stops = this.stops(key, true);
    const next = { ArrowRight: stops.find((stop) => stop.day > step.day), ArrowLeft: stops.findLast((stop) => stop.day < step.day) };
    const end = { Home: min, End: max }[event.key];
    if (up === undefined && end === undefined && !(event.key in next)) return;
    event.preventDefault();
    if (up !== undefined) step.to = this.tidy(step.to + up * size);
    if (end !== undefined) step.to = end;
    if (next[event.key]) Object.assign(step, next[event.key]);
    this.held = "keys";
    this.draw();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.release(key), KEYS_REST);
  }

  putBack() {
    clearTimeout(this.rest);
    this.held = null;
    this.update(this.data);
  }

  remember(key) {
    focusedStep = { token: this.data.token, key, at: Date.now() };
  }

  /* A drag, or a run of keys, is one change of the form. */
  release(key) {
    clearTimeout(this.rest);
    if (!this.held) return;
    this.remember(key);
    this.held = null;
    const step = this.step(key);
    const before = this.data.steps.find((one) => one.key === key);
    if (before && (before.to !== step.to || before.date !== step.date)) {
      channel.press("step", { token: this.data.token, step: key, from: step.date, to: step.to });
    }
    this.draw();
  }

  /* The line: a step phases in from where the lever stands on its day. */
  line() {
    const { base, days } = this.data;
    const points = [[0, base]];
    let at = (day) => base;
    const steps = [...this.steps].sort((a, b) => a.day - b.day);
    steps.forEach((step, i) => {
      const from = at(step.day);
      const span = 7 * step.weeks;
      at = (day) => (span && day < step.day + span ? from + ((step.to - from) * (day - step.day)) / span : step.to);
      const until = i + 1 < steps.length ? steps[i + 1].day : days;
      points.push([step.day, from], [Math.min(step.day + span, until), at(Math.min(step.day + span, until))], [until, at(until)]);
    });
    points.push([days, at(days)]);
    return points.map(([day, value]) => `${this.x(day)},${this.y(value)}`).join(" ");
  }

  draw() {
    const { data, back } = this;
    if (!data || !this.root.clientWidth) return;
    back.replaceChildren();
    const right = MARGIN.left + this.width;
    const say = (text, x, y, anchor) => (drawing(back, "text", { x, y, "text-anchor": anchor }).textContent = text);
    for (const value of [data.min, (data.min + this.top) / 2, this.top]) {
      drawing(back, "line", { class: "ik-path-axis", x1: MARGIN.left, x2: right, y1: this.y(value), y2: this.y(value) });
      say(this.format.format(value), MARGIN.left - 8, this.y(value) + 4, "end");
    }
    const bottom = MARGIN.top + this.height;
    for (const year of data.years) say(year.label, this.x(year.day), bottom + 17, year.day < data.days / 20 ? "start" : "middle");
    drawing(back, "line", { class: "ik-path-base", x1: MARGIN.left, x2: right, y1: this.y(data.base), y2: this.y(data.base) });
    drawing(back, "polyline", { class: "ik-path-line", points: this.line() });
    for (const step of this.steps) this.fill(step, right);
  }

  fill(step, right) {
    const { data } = this;
    const handle = this.handles.get(step.key);
    const x = this.x(step.day + 7 * step.weeks);
    setAttribute(handle, "transform", `translate(${x} ${this.y(step.to)})`);
    handle.classList.toggle("ik-path-held", Boolean(this.held) && document.activeElement === handle);
    const value = this.format.format(step.to);
    const said = handle.querySelector("text");
    setText(said, this.held && document.activeElement === handle ? `${value}${data.suffix}, ${step.words}` : "");
    setAttribute(said, "text-anchor", x > right - 70 ? "end" : x < MARGIN.left + 70 ? "start" : "middle");
    const spoken = { label: step.label, valuemin: data.min, valuemax: data.max, valuenow: step.to };
    spoken.valuetext = `${value}${data.suffix}, ${step.words}`;
    for (const [name, words] of Object.entries(spoken)) setAttribute(handle, "aria-" + name, String(words));
  }
}

export default function ({ parentElement, data: { json }, setStateValue }) {
  const root = parentElement.querySelector(".ik-path");
  const data = JSON.parse(json);
  const write = (message) => setStateValue("message", message);
  channel.near = write;
  channel.hear(data.acknowledged);
  if (!paths.has(root)) paths.set(root, new LeverPath(root));
  paths.get(root).update(data);
  return () => {
    if (channel.near === write) channel.near = null;
    paths.get(root)?.observer.disconnect();
    paths.delete(root);
  };
}
