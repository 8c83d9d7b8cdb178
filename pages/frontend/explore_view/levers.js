/* A panel of live sliders.
 *
 * While a slider moves, its value goes to the server at most every GAP milliseconds, and never while an earlier
 * value is unanswered: the server answers by echoing the number of the last message it has worked through (`ack`).
 * The user's value rules until it is answered; a new `revision` (undo, reset, opening a file) gives the server's
 * value the word. A gesture ends when the pointer is released, or when no key is down and REST milliseconds have passed.
 */
const GAP = 35;
const REST = 400;
const LOST = 4000;
const LOST_AT_MOST = 32000;
const AGAIN = 1000;
/* A lever that moves by itself stands still this long first, and again while an answer is overdue. In few steps where
 * movement is not wanted. */
const HOLD = 500;
const OVERDUE = 1200;
const CALM_STEPS = 5;

/* Where the keyboard was, should the page take the sliders down and put them up again under the hand. */
let lastFocus = null;
const REMEMBERED = 3000;

/* What a hand has done and no server has kept yet; the bar hands it back with what it remembers, should the server
 * have gone meanwhile. */
function unfinished(move) {
  document.ikUnfinished = move;
}

/* A message as it was before it was sent. */
const bare = ({ session, client, seq, played, ...move }) => move;

class Panel {
  constructor(root) {
    this.root = root;
    root.addEventListener("focusin", (event) => (lastFocus = { id: event.target.id, at: Date.now() }));
    this.client = Math.random().toString(36).slice(2);
    this.seq = 0;
    this.queue = [];
    this.pending = null;
    this.last = 0; // when it was said last,
    this.said = 0; // and first
    this.rows = new Map();
    this.shape = null;
    this.revision = null;
    this.session = null;
    this.unheard = false; // an answer that never came, until one comes
    this.patience = LOST;
    this.first = 0; // when what waits longest came
    this.flows = false; // within a gesture: nothing but its own values is under way
    this.playing = null;
    this.replayed = null;
    this.after = [];
    this.home = window.location.pathname;
    // A lever that moves by itself stops for a hand on any slider, for Escape, and for whoever asks.
    const hand = (event) => event.target.matches("input[type=range]") && this.stop();
    const quiet = ["Tab", "Shift", "Control", "Alt", "Meta"];
    root.addEventListener("pointerdown", hand, true);
    root.addEventListener("keydown", (event) => quiet.includes(event.key) || hand(event), true);
    this.escape = (event) => event.key === "Escape" && this.stop();
    // What has been done here is not overtaken by what is pressed after it.
    this.asked = (event) => {
      if (!this.playing && !this.queue.length) return;
      event.preventDefault();
      this.stopFor(event.detail);
    };
    document.addEventListener("keydown", this.escape);
    document.addEventListener("ik-stop", this.asked);
    this.left = () => this.leave();
    document.addEventListener("ik-leave", this.left);
  }

  close() {
    document.removeEventListener("keydown", this.escape);
    document.removeEventListener("ik-stop", this.asked);
    document.removeEventListener("ik-leave", this.left);
    if (this.playing) this.tellPlaying(false);
    for (const row of this.rows.values()) if (row.open) this.queue.push(this.closing(row));
    clearTimeout(this.timer);
    clearTimeout(this.guard);
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
    // The run that was to hear it may have been broken off for the page that comes: that page's bar says it again.
    document.ikLeft = this.unsaid() || document.ikLeft;
    document.dispatchEvent(new CustomEvent("ik-left"));
    for (const next of this.after.splice(0)) next();
  }

  update(data, setStateValue, setTriggerValue) {
    this.setState = setStateValue;
    this.trigger = setTriggerValue;
    this.data = data;
    if (this.locale !== data.locale) {
      this.locale = data.locale;
      this.format = new Intl.NumberFormat(data.locale, { minimumFractionDigits: 0, maximumFractionDigits: 2 });
    }
    const forced = this.revision !== null && this.revision !== data.revision;
    this.revision = data.revision;
    const restarted = this.session !== null && this.session !== data.session;
    this.session = data.session;
    if (restarted) {
      // The server has started again and knows nothing of the value that is under way.
      if (this.pending) this.queue.unshift(bare(this.pending));
      this.pending = null;
      this.flows = false;
      this.first = performance.now();
      this.heard();
    } else if (forced && !this.active) {
      this.pending = null;
      // What waits was done after what has changed it all, and comes on top.
      if (!this.queue.length) {
        clearTimeout(this.rest);
        unfinished(null);
        for (const row of this.rows.values()) row.open = false;
        this.stop();
      }
    }
    const ack = data.ack;
    if (this.pending && ack && ack.client === this.client && ack.seq >= this.pending.seq) {
      if (this.pending.phase === "end" && !this.queue.length) unfinished(null);
      this.pending = null;
      this.heard();
    }
    // First of all: the server can work on the next value while this answer is drawn.
    this.pump();
    const shape = JSON.stringify([
      data.view,
      data.present,
      data.language,
      data.sections.map((s) => [s.id, s.title, s.items.map((i) => i.id)]),
      data.themes.map((t) => t.id),
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
      this.play(data.replay);
    }
    this.pump();
    if (!this.pending && !this.queue.length) for (const next of this.after.splice(0)) next();
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
      back.addEventListener("click", () => this.stopFor(() => this.trigger("view", "main")));
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
      // On the big screen the list is folded away: the room looks at the levers that are moved.
      const nav = node(null, data.present ? "details" : "nav", "ik-themes", { "aria-label": data.words.more });
      node(nav, data.present ? "summary" : "p", "ik-legend").textContent = data.words.more;
      for (const theme of data.themes) {
        const button = node(null, "button", "ik-theme", { type: "button" });
        const label = node(null, "span");
        const count = node(null, "span", "ik-count");
        button.append(label, count);
        button.addEventListener("click", () => this.stopFor(() => this.trigger("view", theme.id)));
        this.themeButtons.set(theme.id, { button, label, count });
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
    track.append(change, mark, input);
    const foot = node(null, "div", "ik-foot");
    const effect = node(null, "span", "ik-effect");
    const resets = node(null, "span", "ik-resets");
    const toBaseline = node(null, "button", "ik-reset", { type: "button" });
    const toSaved = node(null, "button", "ik-reset", { type: "button" });
    const stop = node(null, "button", "ik-stop", { type: "button", hidden: "" });
    stop.addEventListener("click", () => this.stop());
    resets.append(stop, toSaved, toBaseline);
    const ask = node(null, "button", "ik-ask", { type: "button", "aria-expanded": "false" });
    ask.textContent = "?";
    const help = node(null, "p", "ik-help", { id: id + "-help", hidden: "" });
    ask.setAttribute("aria-controls", help.id);
    head.insertBefore(ask, value);
    foot.append(effect, resets);
    element.append(head, track, foot, help);

    const row = { element, label, value, change, mark, input, effect, toBaseline, toSaved, stop, help, ask, item, local: item.value };
    input.min = item.min;
    input.max = item.max;
    // As fine as the baseline is known; what a hand or a key reaches is the lever's own steps (see `reached`).
    input.step = item.fine;
    input.value = item.value;
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
    const reset = (to) => this.stopFor(() => this.trigger("reset", { id: item.id, to }));
    toBaseline.addEventListener("click", () => reset("baseline"));
    toSaved.addEventListener("click", () => reset("saved"));
    ask.addEventListener("click", () => {
      help.hidden = !help.hidden;
      ask.setAttribute("aria-expanded", String(!help.hidden));
    });
    this.rows.set(item.id, row);
    return element;
  }

  /* What the server says of one lever. */
  fill(item) {
    const row = this.rows.get(item.id);
    row.item = item;
    setText(row.label, item.label);
    const mine =
      this.active === item.id ||
      this.playing?.id === item.id ||
      (this.pending && this.pending.id === item.id) ||
      this.queue.some((message) => message.id === item.id);
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
    setText(row.stop, this.data.words.stop);
    setAttribute(row.stop, "aria-label", this.data.words.stopLabel.replace("{name}", item.name));
    row.stop.hidden = this.playing?.id !== item.id;
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
    if (row.marked !== item.base) row.mark.style.setProperty("--base", part((row.marked = item.base)));
    const changed = value !== item.base;
    row.element.classList.toggle("ik-changed", changed);
    // The effect belongs to the server's value; beside another value it would be stale.
    row.effect.classList.toggle("ik-stale", value !== item.value);
    setText(row.effect, item.effect || "");
    row.toBaseline.hidden = !changed;
    row.toSaved.hidden = item.saved === null || item.saved === undefined || item.saved === value;
    const spoken =
      this.format.format(value) + item.suffixSpoken + (changed ? ", " + item.baseSpoken : "");
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
    this.push({ id: row.item.id, value, phase: "move" });
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
    this.push(this.closing(row));
  }

  closing(row) {
    row.open = false;
    return { id: row.item.id, value: row.local, phase: "end" };
  }

  push(message) {
    unfinished({ id: message.id, value: message.value });
    if (!this.queue.length) this.first = performance.now();
    const at = this.queue.length - 1;
    if (at >= 0 && this.queue[at].id === message.id && this.queue[at].phase === "move") this.queue[at] = message;
    else this.queue.push(message);
    this.pump();
  }

  pump() {
    if (!this.queue.length || this.pending) return;
    let wait = this.last + GAP - performance.now();
    if (silent(this.home)) wait = AGAIN;
    else if (this.flows ? pageRuns() : busy(this.first)) wait = SOON;
    if (wait > 0) {
      if (!this.timer) {
        this.timer = setTimeout(() => {
          this.timer = 0;
          this.pump();
        }, wait);
      }
      return;
    }
    this.send(this.queue.shift());
  }

  send(move) {
    const message = this.addressed(move);
    this.pending = message;
    this.last = this.said = performance.now();
    this.flows = move.phase === "move";
    clearTimeout(this.guard);
    this.guard = setTimeout(() => this.again(message), this.patience);
    this.setState("gesture", message);
  }

  /* No answer: the connection or the run was lost, or the server is slow. The same is said again, which counts once, and
   * then the whole page runs, which hears it too.
   */
  again(message) {
    if (this.pending !== message) return;
    this.unheard = true;
    this.patience = Math.min(2 * this.patience, LOST_AT_MOST);
    const leaving = silent(this.home);
    this.guard = setTimeout(() => this.again(message), leaving ? AGAIN : this.patience);
    if (leaving) return;
    this.last = performance.now();
    this.setState("gesture", message);
    document.dispatchEvent(new CustomEvent("ik-unanswered"));
  }

  heard() {
    this.unheard = false;
    this.patience = LOST;
  }

  addressed(move) {
    return { ...move, session: this.session, client: this.client, seq: ++this.seq, played: this.replayed };
  }

  /* Another page has been asked for: what is still to be sent goes at once. */
  leave() {
    this.stop();
    for (const row of this.rows.values()) this.ended(row);
    if (this.queue.length) this.send(this.all());
  }

  /* All that no answer has come to as one message; null where there is nothing. */
  unsaid() {
    if (this.pending && !this.queue.length) return this.pending;
    return this.queue.length ? this.addressed(this.all()) : null;
  }

  /* What waits to be sent as one move, which takes along what may not have come. */
  all() {
    const moves = this.queue.splice(0);
    if (this.pending) moves.unshift(bare(this.pending));
    const flat = moves.flatMap(({ before = [], ...move }) => [...before, move]);
    return { ...flat.pop(), before: flat };
  }

  /* How long, in ms, what has been done here has waited for its answer. */
  waited(now = performance.now()) {
    return this.pending ? now - this.said : this.queue.length ? now - this.first : 0;
  }

  /* --- a lever that moves by itself --- */

  /* Its values go the same way as those of a hand: one step of the history at the end, offered again when lost. */
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
    if (!this.unheard && this.waited(now) < OVERDUE) play.spent += Math.min(Math.max(0, now - play.at), 100);
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
    this.push({ id: row.item.id, value, phase: "move" });
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

  /* What would overtake a moving lever waits until its last value is answered. */
  stopFor(next) {
    const moving = this.playing;
    this.stop();
    if (this.queue.length || (moving && this.pending)) this.after.push(next);
    else next();
  }

  tellPlaying(on) {
    document.dispatchEvent(new CustomEvent("ik-playing", { detail: on }));
  }
}
