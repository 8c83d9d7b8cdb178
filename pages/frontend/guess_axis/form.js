/* Below the graph: one number or two, typed, and the button that keeps them. */
class GuessForm {
  constructor(root, guess) {
    this.guess = guess;
    this.form = node(root, "form", "ik-guess-form", { novalidate: "" });
    this.kinds = node(this.form, "fieldset", "ik-guess-kinds");
    this.kind = node(this.kinds, "legend", "ik-voice");
    const group = "guess-" + Math.random().toString(36).slice(2);
    this.radios = ["point", "range"].map((kind) => {
      const label = node(this.kinds, "label", "ik-guess-kind");
      const radio = node(label, "input", "", { type: "radio", name: group, value: kind });
      radio.addEventListener("change", () => guess.range(kind === "range"));
      return { kind, radio, name: node(label, "span", "") };
    });
    this.fields = [0, 1].map((i) => {
      const label = node(this.form, "label", "ik-guess-field");
      const name = node(label, "span", "");
      const line = node(label, "span", "ik-guess-typed");
      const before = node(line, "span", "");
      const box = node(line, "input", "", { type: "text", inputmode: "decimal", autocomplete: "off", size: "7" });
      box.addEventListener("input", () => this.typed());
      return { i, label, name, box, before, after: node(line, "span", "") };
    });
    this.button = node(this.form, "button", "ik-guess-button ik-guess-save", { type: "submit", "data-guess": "save" });
    this.problem = node(this.form, "p", "ik-guess-problem", { role: "alert" });
    this.said = node(this.form, "p", "ik-guess-said", { role: "status" });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.typed()) guess.save();
    });
  }

  update({ mode, words, unit }) {
    this.form.hidden = mode !== "guess";
    setText(this.kind, words.kind);
    for (const { kind, name } of this.radios) setText(name, words[kind]);
    for (const { before, after } of this.fields) {
      setText(before, unit[0].trim());
      setText(after, unit[1].trim());
    }
    setText(this.button, words.save);
  }

  show(value, ranged) {
    const { words, language, decimals } = this.guess.data;
    this.radios[0].radio.checked = !ranged;
    this.radios[1].radio.checked = ranged;
    this.fields[1].label.hidden = !ranged;
    setText(this.fields[0].name, ranged ? words.low : words.value);
    setText(this.fields[1].name, words.high);
    for (const { i, box } of this.fields) {
      // What somebody is typing stays as it is typed.
      if (document.activeElement === box && value && readNumber(box.value) === value[i]) continue;
      if (this.typing && document.activeElement === box) continue;
      const plain = value ? Number(value[i].toFixed(Math.max(decimals, 0))).toString() : "";
      box.value = language === "da" ? plain.replace(".", ",") : plain;
    }
    if (!this.typing) setText(this.problem, "");
  }

  say(words, unsaved) {
    setText(this.said, words);
    this.said.toggleAttribute("data-unsaved", unsaved);
    this.button.disabled = !unsaved && !this.problem.textContent;
  }

  /* Returns whether what is typed is a guess; if so it is drawn. */
  typed() {
    const { guess } = this;
    const { words, bounds, decimals } = guess.data;
    const boxes = guess.ranged ? this.fields : this.fields.slice(0, 1);
    const numbers = boxes.map(({ box }) => Number(readNumber(box.value).toFixed(Math.max(decimals, 0))));
    const [low, high] = guess.ranged ? numbers : [numbers[0], numbers[0]];
    const outside = numbers.some((one) => one < bounds[0] || one > bounds[1]);
    const empty = boxes.some(({ box }) => !box.value.trim());
    const problem = numbers.some(Number.isNaN) ? words.unreadable
      : outside ? words.outside.replace("{low}", guess.text(bounds[0])).replace("{high}", guess.text(bounds[1]))
        : low > high ? words.order : "";
    for (const { box } of boxes) setAttribute(box, "aria-invalid", String(Boolean(problem && !empty)));
    setText(this.problem, empty ? "" : problem);
    if (problem) {
      this.button.disabled = true;
      return false;
    }
    this.typing = true;
    guess.set([low, high]);
    this.typing = false;
    return true;
  }
}
