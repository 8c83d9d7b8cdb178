// needs: ../dom.js ../channel.js style.css
/* What a proposal costs against the most that it may, as a bar that fills, and the way to hand it in. Nodes stay, texts and
 * places change. On a table's device it stays at the foot of the window.
 */
const draftBars = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".ik-draft");
  let bar = draftBars.get(root);
  if (!bar) {
    bar = new DraftBar(root);
    draftBars.set(root, bar);
  }
  bar.update(JSON.parse(data.json));
  return () => {
    bar.close();
    draftBars.delete(root);
  };
}

const place = (part, from, to = from) => {
  part.hidden = from === null;
  if (from === null) return;
  part.style.left = 100 * from + "%";
  part.style.width = 100 * (to - from) + "%";
};

class DraftBar {
  constructor(root) {
    this.root = root;
    const money = node(root, "section", "ik-draft-money");
    this.money = money;
    const line = node(money, "p", "ik-draft-line");
    for (const name of ["label", "value", "word", "range"]) this[name] = node(line, "span", "ik-draft-" + name);
    this.track = node(money, "div", "ik-draft-track", { "aria-hidden": "true" });
    this.fill = node(this.track, "span", "ik-draft-fill");
    this.whisker = node(this.track, "span", "ik-draft-whisker");
    this.most = node(this.track, "span", "ik-draft-most");
    const said = node(money, "p", "ik-draft-said", { role: "status" });
    this.limit = node(said, "span", "ik-draft-limit");
    this.sentence = node(said, "span", "ik-draft-sentence");
    this.hand = node(root, "div", "ik-draft-hand");
    this.state = node(this.hand, "p", "ik-draft-state", { role: "status" });
    this.button = node(this.hand, "button", "ik-draft-button", { type: "button" });
    this.button.addEventListener("click", () => channel.press("meeting", { id: this.data.button.id, step: this.data.step }));
    this.hint = node(root, "p", "ik-draft-hint");
  }

  close() {
    document.documentElement.removeAttribute("data-ik-draft");
  }

  update(data) {
    this.data = data;
    const { money, button, bar = money.bar } = data;
    document.documentElement.toggleAttribute("data-ik-draft", data.atFoot);
    this.root.toggleAttribute("data-foot", data.atFoot);
    setAttribute(this.money, "aria-label", data.label);
    for (const name of ["label", "value", "word", "range", "limit", "sentence"]) setText(this[name], money[name]);
    setAttribute(this.root, "data-limit", money.state);
    this.track.hidden = !bar;
    if (bar) {
      place(this.fill, 0, bar.at);
      place(this.whisker, bar.low, bar.high);
      place(this.most, bar.most);
    }
    this.hand.hidden = !data.state;
    setText(this.state, data.state);
    this.state.toggleAttribute("data-done", data.done);
    this.button.hidden = !button;
    if (button) {
      setText(this.button, button.label);
      this.button.toggleAttribute("data-main", button.main);
    }
    // What can be done as long as it is open is told by the button alone, where there is little room.
    this.root.toggleAttribute("data-open", Boolean(button?.main));
    setText(this.hint, data.hint);
    // What else stays at the foot stands on top of it.
    if (data.atFoot) document.documentElement.style.setProperty("--ik-draft-height", this.root.offsetHeight + "px");
  }
}
