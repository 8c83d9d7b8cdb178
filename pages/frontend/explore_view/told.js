/* What the levers do in at most two lines, what limits it in one, and examples to try. Their room is fixed: while a
 * lever moves nothing changes its place, and what is longer lies over the page when it is asked for.
 */
class Told {
  constructor(root, tries) {
    this.headline = node(root, "p", "ik-headline");
    this.caveats = node(root, "details", "ik-warnings");
    const line = node(this.caveats, "summary", "");
    this.count = node(line, "span", "ik-caveat-count");
    this.first = node(line, "span", "ik-caveat");
    this.list = node(this.caveats, "ul", "ik-sheet ik-limits");
    this.why = node(root, "button", "ik-why", { type: "button" });
    this.why.addEventListener("click", () => document.querySelector(".st-key-go-why button")?.click());
    this.aside = (event) => {
      if (event.type === "keydown" ? event.key === "Escape" : !this.caveats.contains(event.target)) this.caveats.open = false;
    };
    document.addEventListener("pointerdown", this.aside);
    document.addEventListener("keydown", this.aside);
    this.tries = tries;
    this.shape = null;
  }

  close() {
    document.removeEventListener("pointerdown", this.aside);
    document.removeEventListener("keydown", this.aside);
  }

  update(data) {
    setText(this.headline, data.headline);
    setText(this.why, data.words.why);
    this.why.hidden = !data.words.why;
    setText(this.count, data.caveats);
    setText(this.first, data.caveat);
    // A hint is no caveat: it has nothing to open.
    this.caveats.toggleAttribute("data-hint", !data.caveats);
    // Its place stays, but what says nothing is nothing to press.
    this.caveats.toggleAttribute("data-empty", !this.count.textContent && !this.first.textContent);
    fillList(this.list, [...data.warnings, ...data.limits]);
    const shape = JSON.stringify(data.tries);
    if (shape === this.shape) return;
    this.shape = shape;
    this.tries.replaceChildren();
    if (!data.tries.length) return;
    node(this.tries, "span", "ik-try-word").textContent = data.words.tries;
    for (const { id, label, title } of data.tries) {
      const chip = node(this.tries, "button", "ik-try", { type: "button", title });
      chip.textContent = label;
      chip.addEventListener("click", () => channel.press("action", { id: "try", value: id }));
    }
  }
}
