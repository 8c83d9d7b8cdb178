/* A panel of live sliders. What a hand moves goes to the channel, and the hand's value stands until the server has acknowledged
 * it; then the server's does. A gesture ends when the pointer is released, or when no key is down and REST ms have passed.
 */
const REST = 400;
/* A lever that moves by itself stands still this long first, and again while an answer is overdue. In few steps where
 * movement is not wanted. */
const HOLD = 500;
const OVERDUE = 1200;
const CALM_STEPS = 5;
const PENCIL = "M11.6 1.6 14.4 4.4 5 13.8 1.4 14.6 2.2 11ZM10 3.2 12.8 6";

/* Where the keyboard was, should the page take the sliders down and put them up again under the hand. */
let lastFocus = null;
const REMEMBERED = 3000;

class LeverPanel {
  constructor(root) {
    this.root = root;
    root.addEventListener("focusin", (event) => (lastFocus = { id: event.target.id, at: Date.now() }));
    this.rows = new Map();
    this.shape = null;
    this.playing = null;
    this.replayed = null;
    // A lever that moves by itself stops for a hand on any slider, for Escape, and for whoever asks.
    const hand = (event) => event.target.matches("input[type=range]") && this.stop();
    const quiet = ["Tab", "Shift", "Control", "Alt", "Meta"];
    root.addEventListener("pointerdown", hand, true);
    root.addEventListener("keydown", (event) => quiet.includes(event.key) || hand(event), true);
    this.escape = (event) => event.key === "Escape" && this.stop();
    document.addEventListener("keydown", this.escape);
    this.settle = () => this.endGestures();
    channel.settle = this.settle;
  }

  close() {
    document.removeEventListener("keydown", this.escape);
    this.endGestures();
    if (channel.settle === this.settle) channel.settle = () => {};
  }

  update(data) {
    this.data = data;
    if (this.locale !== data.locale) {
      this.locale = data.locale;
      this.format = new Intl.NumberFormat(data.locale, { minimumFractionDigits: 0, maximumFractionDigits: 2 });
    }
    const shape = JSON.stringify([
      data.view,
      data.present,
      data.language,
      data.sections.map((s) => [s.id, s.title, s.items.map((i) => i.id)]),
      data.themes.map((t) => t.id),
      data.reasons,
    ]);
    if (shape !== this.shape) {
      const turned = this.view !== undefined && this.view !== data.view;
      this.shape = shape;
      this.view = data.view;
      this.build();
      if (turned) {
        this.root.scrollIntoView({ block: "start" });
        this.root.querySelector("button, input")?.focus();
      }
    }
    for (const section of data.sections) for (const item of section.items) this.fill(item);
    this.fillThemes();
    if (data.replay && data.replay.token !== this.replayed) {
      this.replayed = data.replay.token;
      channel.append("animated", { token: data.replay.token });
      this.play(data.replay);
    }
  }

  build() {
    const { data, root } = this;
    let focused = document.activeElement && document.activeElement.id;
    const nowhere = !document.activeElement || document.activeElement === document.body;
    if (nowhere && lastFocus && Date.now() - lastFocus.at < REMEMBERED) focused = lastFocus.id;
    root.replaceChildren();
    this.rows.clear();
    this.themeButtons = new Map();
    if (data.back) {
      const back = node(null, "button", "ik-back", { type: "button" });
      back.textContent = data.back;
      back.addEventListener("click", () => channel.press("view", { to: "main" }));
      root.append(back);
    }
    const grid = node(null, "div", "ik-sections");
    for (const section of data.sections) {
      const group = node(null, "fieldset", "ik-section");
      if (section.title) node(group, "legend", "ik-legend").textContent = section.title;
      if (section.note) {
        const note = node(null, "p", "ik-note");
        note.textContent = section.note;
        group.append(note);
      }
      for (const item of section.items) group.append(this.row(item));
      grid.append(group);
    }
    root.append(grid);
    if (data.themes.length) {
      const nav = node(null, "nav", "ik-themes", { "aria-label": data.words.more });
      node(nav, "p", "ik-legend").textContent = data.words.more;
      for (const theme of data.themes) {
        const button = node(null, "button", "ik-theme", { type: "button" });
        const label = node(null, "span");
        const count = node(null, "span", "ik-count");
        const third = node(null, "span", "ik-count ik-their-count", { role: "img" });
        button.append(label, count, third);
        button.addEventListener("click", () => channel.press("view", { to: theme.id }));
        this.themeButtons.set(theme.id, { button, label, count, third });
        nav.append(button);
      }
      root.append(nav);
    }
    if (focused) document.getElementById(focused)?.focus();
  }

  fillThemes() {
    for (const theme of this.data.themes) {
      const parts = this.themeButtons.get(theme.id);
      setText(parts.label, theme.label);
      setText(parts.count, theme.changed);
      setText(parts.third, theme.third);
      parts.third.hidden = !theme.third;
      for (const name of ["aria-label", "title"]) setAttribute(parts.third, name, theme.thirdSpoken);
    }
  }

  row(item) {
    const element = node(null, "div", "ik-row");
    const id = "ik-" + item.id.replace(/[^a-z_]/g, "-");
    const head = node(null, "div", "ik-head");
    const label = node(null, "label", "ik-label", { for: id });
    const value = node(null, "output", "ik-value", { for: id });
    head.append(label, value);
    const track = node(null, "div", "ik-track");
    const change = node(null, "span", "ik-change", { "aria-hidden": "true" });
    const mark = node(null, "span", "ik-mark", { "aria-hidden": "true" });
    const input = node(null, "input", "", { type: "range", id, "data-lever": item.id });
    const third = node(null, "span", "ik-third", { "aria-hidden": "true", hidden: "" });
    track.append(change, mark, input, third);
    const foot = node(null, "div", "ik-foot");
    const effect = node(null, "span", "ik-effect");
    // Of which years the baseline is: on one line with the rest, or not at all (see levers.css).
    const dated = node(node(null, "span", "ik-dated"), "span");
    const resets = node(null, "span", "ik-resets");
    const toBaseline = node(null, "button", "ik-reset", { type: "button" });
    const toSaved = node(null, "button", "ik-reset", { type: "button" });
    const stop = node(null, "button", "ik-stop", { type: "button", hidden: "" });
    stop.addEventListener("click", () => this.stop());
    const pencil = node(null, "button", "ik-pencil", { type: "button" });
    const icon = drawing(pencil, "svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    drawing(icon, "path", { d: PENCIL });
    const steps = node(pencil, "span");
    pencil.addEventListener("click", () => channel.press("lever", { id: item.id }));
    resets.append(stop, toSaved, toBaseline, pencil);
    const ask = node(null, "button", "ik-ask", { type: "button", "aria-expanded": "false" });
    ask.textContent = "?";
    const help = node(null, "p", "ik-help", { id: id + "-help", hidden: "" });
    ask.setAttribute("aria-controls", help.id);
    head.insertBefore(ask, value);
    foot.append(effect, dated.parentElement, resets);
    element.append(head, track, foot, help);

    const row = { element, label, value, change, mark, third, input, effect, dated, toBaseline, toSaved, stop, pencil, steps, help, ask, item, local: item.value };
    input.addEventListener("keydown", () => (row.byKey = row.held = true));
    input.addEventListener("keyup", () => {
      row.held = false;
      this.rests(row);
    });
    input.addEventListener("pointerdown", () => {
      row.byKey = false;
      this.active = item.id;
    });
    input.addEventListener("input", () => this.moved(row));
    input.addEventListener("change", () => !row.byKey && this.ended(row));
    input.addEventListener("blur", () => {
      row.held = false;
      if (row.open) this.ended(row);
    });
    const release = () => {
      if (this.active === item.id) this.active = null;
      if (row.open && !row.byKey) this.ended(row);
    };
    input.addEventListener("pointerup", release);
    input.addEventListener("pointercancel", release);
    const reset = (to) => channel.press("reset", { id: item.id, to });
    toBaseline.addEventListener("click", () => reset("baseline"));
    toSaved.addEventListener("click", () => reset("saved"));
    ask.addEventListener("click", () => {
      help.hidden = !help.hidden;
      ask.setAttribute("aria-expanded", String(!help.hidden));
    });
    row.reason = reasonField(element, item.id, this.data.reasons);
    this.rows.set(item.id, row);
    return element;
  }

  /* What the server says of one lever. */
  fill(item) {
    const row = this.rows.get(item.id);
    row.item = item;
    const scale = `${item.min} ${item.max} ${item.fine} ${item.base}`;
    if (scale !== row.scale) {
      // Another municipality has another range, and the native slider cuts a value off at its own.
      row.scale = scale;
      row.input.min = item.min;
      row.input.max = item.max;
      // As fine as the baseline is known; what a hand or a key reaches is the lever's own steps (see `reached`).
      row.input.step = item.fine;
      row.mark.style.setProperty("--base", (item.base - item.min) / (item.max - item.min || 1));
    }
    setText(row.label, item.label);
    const mine =
      this.active === item.id ||
      this.playing?.id === item.id ||
      channel.isAhead(item.id, this.data.acknowledged);
    if (!mine) {
      row.local = item.value;
      if (Number(row.input.value) !== item.value) row.input.value = item.value;
    }
    setText(row.help, item.help);
    row.ask.setAttribute("aria-label", item.askLabel);
    row.ask.hidden = !item.help;
    setAttribute(row.input, "aria-label", item.name);
    setText(row.toBaseline, item.resetText);
    row.toBaseline.setAttribute("aria-label", item.resetLabel);
    row.toBaseline.title = item.resetLabel;
    setText(row.toSaved, item.savedText || "");
    row.toSaved.setAttribute("aria-label", item.savedLabel || "");
    row.toSaved.title = item.savedLabel || "";
    const third = typeof item.third === "number";
    row.third.hidden = !third;
    if (third) {
      const at = (item.third - item.min) / (item.max - item.min || 1);
      row.third.style.setProperty("--at", Math.min(1, Math.max(0, at)));
    }
    row.dated.classList.toggle("ik-theirs", third);
    setText(row.dated, this.data.present && !third ? "" : item.dated);
    setAttribute(row.dated, "title", item.datedHint);
    setText(row.steps, item.steps);
    setAttribute(row.pencil, "aria-label", [item.pencilLabel, item.stepsHint].filter(Boolean).join(". "));
    setAttribute(row.pencil, "title", [item.pencilLabel, item.stepsHint, item.why].filter(Boolean).join("\n"));
    row.pencil.classList.toggle("ik-written", Boolean(item.why));
    setText(row.stop, this.data.words.stop);
    setAttribute(row.stop, "aria-label", this.data.words.stopLabel.replace("{name}", item.name));
    row.stop.hidden = this.playing?.id !== item.id;
    row.input.disabled = Boolean(this.data.locked);
    fillReason(row.reason, item, this.data);
    this.paint(row);
  }

  paint(row) {
    const { item, input } = row;
    const part = (value) => (value - item.min) / (item.max - item.min || 1);
    const value = row.local;
    setText(row.value, this.format.format(value) + item.suffix);
    const from = Math.min(part(item.base), part(value));
    const length = Math.abs(part(item.base) - part(value));
    row.change.style.transform = `translateX(${100 * from}%) scaleX(${length})`;
    const changed = value !== item.base;
    row.element.classList.toggle("ik-changed", changed || Boolean(item.steps));
    // The effect belongs to the server's value; beside another value it would be stale.
    row.effect.classList.toggle("ik-stale", value !== item.value);
    setText(row.effect, item.effect || "");
    row.toBaseline.hidden = !changed || Boolean(this.data.locked);
    row.toSaved.hidden = item.saved === null || item.saved === undefined || item.saved === value;
    const spoken =
      this.format.format(value) + item.suffixSpoken + (changed ? ", " + item.baseSpoken : "") + (item.thirdSpoken ? ", " + item.thirdSpoken : "");
    if (input.getAttribute("aria-valuetext") !== spoken) input.setAttribute("aria-valuetext", spoken);
  }

  /* The value that a movement of the native slider stands for: a whole step, or the baseline's own value. */
  reached(row, raw) {
    const { min, max, step, base } = row.item;
    const steps = (raw - min) / step;
    const tidy = (value) => Number(Math.min(max, Math.max(min, value)).toFixed(6));
    if (row.byKey && Math.abs(raw - row.local) <= 2 * row.item.fine) {
      // An arrow key moves the native slider by its finest step; it means the lever's next one.
      const at = (row.local - min) / step;
      const next = raw > row.local ? Math.floor(at + 1e-6) + 1 : Math.ceil(at - 1e-6) - 1;
      const value = tidy(min + next * step);
      const passes = (base - row.local) * (base - value) < 0;
      return passes ? base : value;
    }
    const whole = tidy(min + Math.round(steps) * step);
    return Math.abs(raw - base) < Math.abs(raw - whole) || Math.abs(raw - base) < step / 4 ? base : whole;
  }

  moved(row) {
    const value = this.reached(row, Number(row.input.value));
    row.input.value = value;
    if (value === row.local) return;
    row.local = value;
    row.open = true;
    this.paint(row);
    channel.move(row.item.id, value);
    if (row.byKey) this.rests(row);
  }

  /* The first repetition of a key that is held down comes late: until it is up, the gesture goes on. */
  rests(row) {
    clearTimeout(this.rest);
    if (row.open && !row.held) this.rest = setTimeout(() => this.ended(row), REST);
  }

  ended(row) {
    if (!row.open) return;
    clearTimeout(this.rest);
    row.open = false;
    channel.append("end", { id: row.item.id, value: row.local });
  }

  /* Before a press, and before the page is left: nothing stays half done. */
  endGestures() {
    this.stop();
    for (const row of this.rows.values()) this.ended(row);
  }

  /* --- a lever that moves by itself --- */

  /* Its values go the same way as those of a hand: one step of the history at the end. */
  play({ id, from, to, seconds }) {
    const row = this.rows.get(id);
    if (!row) return;
    this.stop();
    row.element.scrollIntoView({ block: "nearest" });
    this.playing = { id, stops: this.stops(row.item, from, to), seconds, spent: 0, at: performance.now() };
    row.stop.hidden = false;
    row.stop.focus({ preventScroll: true });
    this.tellPlaying(true);
    this.show(row, from);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /* The values on the way: the lever's own steps, and both ends. */
  stops({ min, step }, from, to) {
    const way = Math.sign(to - from);
    const small = step * 1e-6;
    const stops = [];
    let at = way > 0 ? Math.floor((from - min) / step + 1e-6) + 1 : Math.ceil((from - min) / step - 1e-6) - 1;
    for (let value = from; (to - value) * way > small; at += way) {
      stops.push(value);
      value = Number((min + at * step).toFixed(6));
    }
    stops.push(to);
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches || stops.length <= CALM_STEPS + 1) return stops;
    const last = stops.length - 1;
    return Array.from({ length: CALM_STEPS + 1 }, (_, i) => stops[Math.round((i * last) / CALM_STEPS)]);
  }

  tick(now) {
    const play = this.playing;
    const row = this.rows.get(play.id);
    if (!row) return this.stop();
    // The clock waits for an answer that is overdue, and for a window that was out of sight.
    if (channel.waited < OVERDUE) play.spent += Math.min(Math.max(0, now - play.at), 100);
    play.at = now;
    const t = Math.min(1, Math.max(0, (play.spent - HOLD) / (1000 * play.seconds - HOLD)));
    this.show(row, play.stops[Math.floor(t * (play.stops.length - 1) + 1e-9)]);
    if (t < 1) this.frame = requestAnimationFrame((next) => this.tick(next));
    else this.stop();
  }

  show(row, value) {
    if (value === row.local) return;
    row.local = value;
    row.input.value = value;
    row.open = true;
    this.paint(row);
    channel.move(row.item.id, value);
  }

  /* The lever stays where it is; that is one step. */
  stop() {
    const play = this.playing;
    if (!play) return;
    this.playing = null;
    cancelAnimationFrame(this.frame);
    const row = this.rows.get(play.id);
    if (row) {
      this.ended(row);
      if (document.activeElement === row.stop) row.input.focus({ preventScroll: true });
      row.stop.hidden = true;
    }
    this.tellPlaying(false);
  }

  tellPlaying(on) {
    document.dispatchEvent(new CustomEvent("ik-playing", { detail: on }));
  }
}
