/* The form that lets a lever move by itself, in a menu of the bar; while it moves, a button to stop it stands there. */
class AnimationForm {
  constructor(act) {
    this.act = act;
    this.on = false;
    this.onPlaying = (event) => this.turn(event.detail);
    document.addEventListener("ik-playing", this.onPlaying);
  }

  close() {
    document.removeEventListener("ik-playing", this.onPlaying);
    document.documentElement.removeAttribute("data-ik-playing");
  }

  build(parent) {
    const details = node(parent, "details", "ik-menu ik-play", { "data-menu": "play" });
    const summary = node(node(details, "summary", "ik-button"), "span", "");
    const form = node(details, "form", "ik-sheet ik-form", { novalidate: "" });
    const hint = node(form, "p", "ik-hint");
    const lever = this.field(form, "select", { "data-play": "lever" });
    const ends = node(form, "div", "ik-ends");
    const [from, to] = ["from", "to"].map((end) => this.field(ends, "input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-play": end }));
    const unit = node(ends, "span", "");
    const start = node(form, "button", "ik-button ik-primary", { type: "submit", "data-action": "play" });
    const same = node(form, "p", "ik-hint", { role: "status" });
    const possible = node(form, "button", "ik-button", { type: "button", "data-action": "possible" });
    possible.addEventListener("click", () => {
      details.open = false;
      this.act("possible");
    });
    const stop = node(parent, "button", "ik-button ik-primary", { type: "button", "data-action": "stop", hidden: "" });
    stop.addEventListener("click", () => channel.settle());
    lever.box.addEventListener("change", () => this.suggest());
    for (const end of [from, to]) end.box.addEventListener("input", () => this.check());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (start.disabled) return;
      details.open = false;
      this.act("play", { item: lever.box.value, from: readNumber(from.box.value), to: readNumber(to.box.value) });
    });
    this.parts = { details, summary, hint, lever, from, to, unit, start, same, possible, stop };
    this.shape = this.filled = null;
    this.turn(this.on);
    return details;
  }

  field(parent, tag, attributes) {
    const label = node(parent, "label", "ik-field");
    return { name: node(label, "span", ""), box: node(label, tag, "", attributes) };
  }

  fill(data) {
    this.data = data;
    const { details, summary, hint, lever, from, to, start, stop } = this.parts;
    details.hidden = !data || this.on;
    if (!data) return;
    setText(summary, data.label);
    setText(hint, data.hint);
    for (const [field, word] of [[lever, "lever"], [from, "from"], [to, "to"]]) setText(field.name, data.words[word]);
    setText(start, data.words.start);
    setText(stop, data.words.stop);
    setText(this.parts.possible, data.words.possible);
    const shape = JSON.stringify(data.levers.map((one) => [one.id, one.label, one.group]));
    if (shape !== this.shape) {
      this.shape = shape;
      fillOptions(lever.box, data.levers.map((one) => ({ value: one.id, label: one.label, group: one.group })));
    }
    // What the visitor has written stays until the scenario offers something else.
    const now = JSON.stringify([data.chosen, data.levers.map((one) => [one.from, one.to])]);
    if (now === this.filled) return;
    this.filled = now;
    lever.box.value = data.chosen;
    this.suggest();
  }

  suggest() {
    const { lever, from, to, unit } = this.parts;
    const one = this.data.levers.find((each) => each.id === lever.box.value);
    for (const [end, value] of [[from, one.from], [to, one.to]]) {
      end.box.value = String(value).replace(".", this.data.decimal);
    }
    setText(unit, one.unit);
    this.check();
  }

  check() {
    const { from, to, start, same } = this.parts;
    const ends = [readNumber(from.box.value), readNumber(to.box.value)];
    const unreadable = ends.some(Number.isNaN);
    start.disabled = unreadable || ends[0] === ends[1];
    setText(same, unreadable ? this.data.words.unreadable : start.disabled ? this.data.words.same : "");
  }

  turn(on) {
    this.on = on;
    document.documentElement.toggleAttribute("data-ik-playing", on);
    if (!this.parts) return;
    const { details, stop } = this.parts;
    // As wide as what it stands for, so that the other buttons keep their place.
    if (on && details.offsetWidth) stop.style.minWidth = details.offsetWidth + "px";
    stop.hidden = !on || !this.data;
    details.hidden = on || !this.data;
  }
}
