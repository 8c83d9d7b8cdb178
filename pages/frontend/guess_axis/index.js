// needs: ../dom.js ../channel.js drawing.js form.js style.css
/* A guess on the graph's own axis: a point or a range, drawn with finger or mouse, moved by keyboard, or typed. After the
 * reveal: all guesses as dots without names, and the run that is drawn beside them.
 */
const guessRoots = new WeakMap();
const PLAYED_IN = 4000; // ms in which the run's line is drawn

export default function ({ parentElement, data }) {
  let guess = guessRoots.get(parentElement);
  if (!guess) {
    guess = new GuessAxis(parentElement.querySelector(".ik-guess"));
    guessRoots.set(parentElement, guess);
  }
  guess.update(JSON.parse(data.json));
  return () => {
    guess.close();
    guessRoots.delete(parentElement);
  };
}

class GuessAxis {
  constructor(root) {
    this.root = root;
    this.status = node(root, "p", "ik-guess-status", { role: "status" });
    this.sentence = node(root, "p", "ik-guess-sentence");
    this.caption = node(root, "p", "ik-guess-caption");
    this.plot = node(root, "div", "ik-guess-plot");
    this.svg = drawing(this.plot, "svg", { role: "img" });
    this.handles = ["low", "high"].map((end) => this.handle(end));
    this.note = node(root, "p", "ik-guess-note");
    this.foot = node(root, "div", "ik-guess-foot");
    this.legend = node(this.foot, "ul", "ik-guess-legend");
    this.again = node(this.foot, "button", "ik-guess-button", { type: "button", "data-guess": "play" });
    this.again.addEventListener("click", () => this.play());
    this.form = new GuessForm(root, this);
    this.plot.addEventListener("click", (event) => this.tapped(event));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(root);
    this.resized = () => this.draw();
    window.addEventListener("resize", this.resized);
    this.part = 1; // of the run's line that is drawn
  }

  close() {
    this.watch.disconnect();
    window.removeEventListener("resize", this.resized);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  /* --- what the server says --- */

  update(data) {
    const before = this.data;
    this.data = data;
    if (before?.where !== data.where || before?.present !== data.present) this.begin();
    else if (JSON.stringify(before.own) !== JSON.stringify(data.own)) this.answered(before.own);
    setAttribute(this.root, "data-mode", data.mode);
    setText(this.status, data.status);
    setText(this.caption, data.caption);
    setText(this.again, data.words.play);
    setAttribute(this.svg, "aria-label", data.alt);
    const { run } = data.reveal ?? {};
    const comes = run && before && before.where === data.where && !before.reveal?.run;
    this.form.update(data);
    this.words();
    if (comes) this.play();
    else this.draw();
  }

  /* Another round or table: what was guessed there is on the server, or was left unsaved on this device. */
  begin() {
    this.sending = false;
    this.take(this.data.own);
    if (!this.data.keep || this.data.mode !== "guess") return;
    const left = JSON.parse(this.left(() => sessionStorage.getItem(this.data.where)) || "null");
    if (left) this.set(left);
  }

  /* A guess was kept, here or for this table elsewhere. What the hand has moved since then stays. */
  answered(before) {
    if (!this.sending && JSON.stringify(this.value) === JSON.stringify(before)) this.take(this.data.own);
    this.sending = false;
    const { keep, where } = this.data;
    if (keep && this.saved) this.left(() => sessionStorage.removeItem(where));
  }

  /* A guess that is refused changes nothing here: the notice tells why, and the button can be pressed again. */
  wait() {
    clearTimeout(this.timer);
    if (!this.sending) return;
    if (channel.pending.some((entry) => entry.kind === "guess")) this.timer = setTimeout(() => this.wait(), 300);
    else this.sending = false;
    this.words();
  }

  take(own) {
    this.value = own ? [...own] : null;
    this.ranged = Boolean(own && own[0] !== own[1]);
  }

  /* A browser that keeps nothing keeps nothing here either. */
  left(what) {
    try {
      return what();
    } catch {
      return null;
    }
  }

  get saved() {
    return JSON.stringify(this.value) === JSON.stringify(this.data.own ?? null);
  }

  /* --- guessing --- */

  set(value) {
    this.value = value;
    this.ranged ||= value[0] !== value[1];
    const { keep, where } = this.data;
    if (keep) this.left(() => sessionStorage.setItem(where, JSON.stringify(value)));
    this.words();
    this.draw();
  }

  range(on) {
    const [low, high] = this.value ?? [null, null];
    this.ranged = on;
    if (low === null) {
      this.words();
      return this.draw();
    }
    const { axis, bounds } = this.data;
    const apart = (axis.high - axis.low) / 10;
    if (!on) this.set([this.round((low + high) / 2), this.round((low + high) / 2)]);
    else if (low === high) {
      this.set([Math.max(bounds[0], this.round(low - apart)), Math.min(bounds[1], this.round(high + apart))]);
    }
  }

  save() {
    if (!this.value) return;
    const { send } = this.data;
    this.sending = true;
    channel.press("guess", { ...send, low: this.value[0], high: this.value[1] });
    this.wait();
  }

  /* A value on one of the handle's steps, as exact as the indicator is shown. */
  round(value) {
    const { step, decimals } = this.data;
    return Number((Math.round(value / step) * step).toFixed(decimals)) + 0;
  }

  within(value) {
    const { low, high } = this.ends();
    return Math.min(Math.max(this.round(value), low), high);
  }

  /* Moves one end; neither passes the other. */
  move(end, value) {
    const to = this.within(value);
    const [low, high] = this.value ?? this.unset();
    if (!this.ranged) this.set([to, to]);
    else this.set(end === "low" ? [Math.min(to, high), high] : [low, Math.max(to, low)]);
  }

  handle(end) {
    const handle = node(this.plot, "div", "ik-guess-handle", {
      role: "slider", tabindex: "0", "aria-orientation": "vertical", "data-end": end,
    });
    handle.addEventListener("pointerdown", (event) => this.grab(event, end));
    handle.addEventListener("keydown", (event) => this.key(event, end));
    return handle;
  }

  grab(event, end) {
    if (event.button) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const from = event.clientY - this.box().y((this.value ?? this.unset())[end === "low" ? 0 : 1]);
    let which = end;
    let onOne = this.ranged && this.value && this.value[0] === this.value[1];
    const drag = (moved) => {
      const to = this.within(this.box().at(moved.clientY - from));
      // Two ends on one spot: the way of the hand says which one it has.
      if (onOne && to !== this.value[0]) [which, onOne] = [to > this.value[0] ? "high" : "low", false];
      this.move(which, to);
    };
    const done = () => {
      handle.removeEventListener("pointermove", drag);
      for (const kind of ["pointerup", "pointercancel"]) handle.removeEventListener(kind, done);
      this.dragged = performance.now();
    };
    handle.addEventListener("pointermove", drag);
    for (const kind of ["pointerup", "pointercancel"]) handle.addEventListener(kind, done);
  }

  key(event, end) {
    const { step } = this.data;
    const { low, high } = this.ends();
    const now = (this.value ?? this.unset())[end === "low" ? 0 : 1];
    const to = {
      ArrowUp: now + step, ArrowRight: now + step, ArrowDown: now - step, ArrowLeft: now - step,
      PageUp: now + 10 * step, PageDown: now - 10 * step, Home: low, End: high,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(end, to);
  }

  /* A tap in the empty part of the graph: the nearest handle goes there. */
  tapped(event) {
    if (this.data.mode !== "guess" || performance.now() - (this.dragged ?? -Infinity) < 100) return;
    if (event.target.closest(".ik-guess-handle")) return;
    const box = this.box();
    const { left } = this.plot.getBoundingClientRect();
    if (event.clientX - left < box.x(this.data.begins)) return;
    const to = box.at(event.clientY);
    const [low, high] = this.value ?? this.unset();
    this.move(Math.abs(to - low) < Math.abs(to - high) || to < low ? "low" : "high", to);
  }

  /* Where the handles stand before anything is guessed: around the middle, so that they suggest nothing. */
  unset() {
    const { low, high } = this.ends();
    const apart = this.ranged ? (high - low) / 8 : 0;
    return [this.round((low + high) / 2 - apart), this.round((low + high) / 2 + apart)];
  }

  /* --- words --- */

  text(value) {
    const { language, decimals, unit } = this.data;
    const shown = value.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return unit[0] + shown + unit[1];
  }

  words() {
    const { data, value, ranged } = this;
    this.form.show(value, ranged);
    const said = !value ? data.words.hint
      : this.sending ? data.words.saving
        : this.saved ? data.words.saved.replace("{value}", value[0] === value[1] ? this.text(value[0]) : value.map((one) => this.text(one)).join(" – "))
          : data.words.unsaved;
    this.form.say(data.mode === "guess" ? said : "", Boolean(value) && !this.saved && !this.sending);
    const names = ranged ? [data.words.low, data.words.high] : [data.words.value, data.words.value];
    const { low, high } = this.ends();
    this.handles.forEach((handle, i) => {
      const now = (value ?? this.unset())[i];
      handle.hidden = data.mode !== "guess" || (i === 0 && !ranged);
      setAttribute(handle, "aria-label", names[i]);
      setAttribute(handle, "aria-valuemin", String(low));
      setAttribute(handle, "aria-valuemax", String(high));
      setAttribute(handle, "aria-valuenow", String(now));
      setAttribute(handle, "aria-valuetext", value ? this.text(now) : data.words.hint);
      handle.toggleAttribute("data-unset", !value);
    });
  }

  /* --- the graph --- */

  /* The axis, with room for a typed guess outside it. */
  ends() {
    const { axis, own, first } = this.data;
    const held = [...(this.value ?? []), ...(own ?? []), ...(first ?? [])];
    return { low: Math.min(axis.low, ...held), high: Math.max(axis.high, ...held) };
  }

  box() {
    return boxOf(this);
  }

  draw() {
    if (this.data) drawGuess(this);
  }

  play() {
    cancelAnimationFrame(this.frame);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const begun = performance.now();
    const next = (now) => {
      this.part = still ? 1 : Math.min(Math.max(now - begun, 0) / PLAYED_IN, 1);
      this.draw();
      if (this.part < 1) this.frame = requestAnimationFrame(next);
    };
    next(begun);
  }
}
