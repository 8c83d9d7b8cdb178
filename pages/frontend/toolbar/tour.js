/* A guided tour in three steps: an invitation that stands in the bar, and a box beside what it speaks of.
 *
 * The box is not modal: the first step asks the visitor to move a slider. It stands right after the bar in the page's
 * order, so that Tab goes on to the sliders. Nothing of it reaches the server; the browser remembers that it was seen.
 */
const SEEN = "indsatskompas.tour";
const AIR = 6;
const NARROW = "(max-width: 44rem)";
/* What each step frames, and beside which of the page's parts its box stands. */
const FIRST_LEVER = ".ik-section:first-child .ik-row:first-of-type";
const TOUR = [
  { frames: [FIRST_LEVER, ".ik-cards"], beside: "levers" },
  { frames: [".ik-told", ".ik-budget", ".ik-sure"], beside: "levers" },
  { frames: [".ik-tools", "[data-testid=stTopNavLink], [data-testid=stExpandSidebarButton]"], beside: "tools" },
];

/* A browser that may not remember anything invites again. */
const remembered = () => {
  try {
    return window.localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
};

const remember = () => {
  try {
    window.localStorage.setItem(SEEN, "1");
  } catch {
    return;
  }
};

class Tour {
  constructor(root) {
    this.root = root;
    this.step = null;
    this.seen = remembered();
    this.rings = [];
    this.watched = new Set();
    this.place = () => this.step !== null && this.arrange();
    this.escape = (event) => {
      // What lies above the box goes first.
      const above = "[data-ik-playing], .ik-menu[open], [data-testid=stDialog]";
      if (event.key === "Escape" && this.step !== null && !document.querySelector(above)) this.end();
    };
    this.sizes = new ResizeObserver(this.place);
    document.addEventListener("keydown", this.escape, true);
    document.addEventListener("scroll", this.place, { capture: true, passive: true });
    window.addEventListener("resize", this.place);
  }

  close() {
    this.end();
    document.removeEventListener("keydown", this.escape, true);
    document.removeEventListener("scroll", this.place, { capture: true });
    window.removeEventListener("resize", this.place);
  }

  /* --- the invitation --- */

  build(parent) {
    const line = node(parent, "p", "ik-invite");
    const words = node(line, "span", "");
    const start = node(line, "button", "ik-button ik-small", { type: "button", "data-action": "tour" });
    const no = node(line, "button", "ik-quiet", { type: "button", "data-action": "tour-no" });
    start.addEventListener("click", () => this.begin());
    no.addEventListener("click", () => {
      this.dismiss();
      start.focus();
    });
    this.invite = { line, words, start, no };
  }

  dismiss() {
    remember();
    this.seen = true;
    this.fillInvitation();
  }

  fill(data) {
    this.data = data;
    if (!data && this.step !== null) this.end();
    this.fillInvitation();
    if (this.step !== null) this.show();
  }

  fillInvitation() {
    const { line, words, start, no } = this.invite;
    line.hidden = !this.data;
    if (!this.data) return;
    const said = this.data.words;
    setText(words, said.invite);
    setText(start, this.seen ? said.again : said.start);
    setText(no, said.no);
    words.hidden = no.hidden = this.seen;
  }

  /* --- the steps --- */

  begin() {
    this.dismiss();
    if (this.step === null) this.make();
    this.turn(0);
    this.next.focus({ preventScroll: true });
  }

  make() {
    const box = node(this.root, "section", "ik-tour", {
      role: "dialog", "aria-labelledby": "ik-tour-title", "aria-describedby": "ik-tour-text",
    });
    const said = node(box, "div", "", { role: "status", "aria-live": "polite", "aria-atomic": "true" });
    const title = node(said, "h2", "ik-tour-title", { id: "ik-tour-title" });
    this.count = node(title, "span", "ik-tour-count");
    this.title = node(title, "span", "");
    this.text = node(said, "p", "", { id: "ik-tour-text" });
    const buttons = node(box, "div", "ik-tour-buttons");
    const button = (className, act) => {
      const made = node(buttons, "button", className, { type: "button" });
      made.addEventListener("click", act);
      return made;
    };
    this.skip = button("ik-quiet", () => this.end());
    this.back = button("ik-button", () => this.turn(this.step - 1));
    this.next = button("ik-button ik-primary", () => (this.last() ? this.end() : this.turn(this.step + 1)));
    this.box = box;
  }

  last() {
    return this.step === TOUR.length - 1;
  }

  turn(step) {
    this.step = step;
    this.show();
    this.bringIntoSight();
    this.arrange();
  }

  show() {
    const { steps, words } = this.data;
    const step = steps[this.step];
    setText(this.count, step.count);
    setText(this.title, step.title);
    setText(this.text, step.text);
    setText(this.skip, words.skip);
    setText(this.back, words.back);
    setText(this.next, this.last() ? words.end : words.next);
    const first = this.step === 0;
    if ((first && document.activeElement === this.back) || (this.last() && document.activeElement === this.skip)) {
      this.next.focus({ preventScroll: true });
    }
    this.back.hidden = first;
    this.skip.hidden = this.last();
    this.arrange();
  }

  end() {
    if (this.step === null) return;
    const within = this.box.contains(document.activeElement);
    this.step = null;
    this.sizes.disconnect();
    this.watched.clear();
    for (const ring of this.rings.splice(0)) ring.remove();
    this.box.remove();
    if (within) this.invite.start.focus();
  }

  /* --- where it stands --- */

  /* The parts of the page that are framed; several that belong together have one frame. */
  targets() {
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility() && e.offsetWidth);
    return TOUR[this.step].frames.map(seen).filter((parts) => parts.length);
  }

  /* All that is framed, where the window has room for it; else the first. */
  bringIntoSight() {
    const boxes = this.targets().map(around);
    if (!boxes.length) return;
    const page = document.querySelector("[data-testid=stMain]");
    const head = document.querySelector("[data-testid=stHeader]").offsetHeight + 2 * AIR;
    const top = Math.min(...boxes.map((box) => box.top));
    const bottom = Math.max(...boxes.map((box) => box.bottom)) + 2 * AIR;
    const fits = bottom - top < window.innerHeight - head;
    if (!fits || top < head) page.scrollTop += (fits ? top : boxes[0].top) - head;
    else if (bottom > window.innerHeight) page.scrollTop += bottom - window.innerHeight;
  }

  arrange() {
    const targets = this.targets();
    // To watch a part once more would report it once more, without end.
    for (const part of targets.flat()) {
      if (!this.watched.has(part)) this.sizes.observe(part);
      this.watched.add(part);
    }
    while (this.rings.length < targets.length) this.rings.push(node(this.root, "div", "ik-ring", { "aria-hidden": "true" }));
    while (this.rings.length > targets.length) this.rings.pop().remove();
    targets.forEach((target, i) => {
      const box = around(target);
      set(this.rings[i], box.left - AIR, box.top - AIR, box.width + 2 * AIR, box.height + 2 * AIR);
    });
    const docked = window.matchMedia(NARROW).matches;
    this.box.classList.toggle("ik-docked", docked);
    if (docked) this.box.removeAttribute("style");
    else if (TOUR[this.step].beside === "levers") this.besideLevers();
    else this.belowTools();
  }

  /* Over the other levers, under the one that is framed: nothing that the steps speak of is covered. */
  besideLevers() {
    const levers = document.querySelector(".ik-levers").getBoundingClientRect();
    const row = document.querySelector(FIRST_LEVER).getBoundingClientRect();
    const width = Math.max(levers.width, 240);
    this.box.style.width = width + "px";
    const lowest = window.innerHeight - this.box.offsetHeight - 2 * AIR;
    set(this.box, levers.left, Math.max(8 * AIR, Math.min(row.bottom + 3 * AIR, lowest)), width);
  }

  belowTools() {
    const tools = document.querySelector(".ik-tools").getBoundingClientRect();
    const width = Math.min(400, window.innerWidth - 4 * AIR);
    set(this.box, Math.max(2 * AIR, tools.right - width), tools.bottom + 3 * AIR, width);
  }
}

/* The smallest box around some parts of the page. */
const around = (parts) => {
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])));
  const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...boxes.map((box) => box[side])));
  return { left, top, right, bottom, width: right - left, height: bottom - top };
};

const set = (element, left, top, width, height) => {
  element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  element.style.width = Math.round(width) + "px";
  if (height !== undefined) element.style.height = Math.round(height) + "px";
};
