// needs: ../dom.js ../leaving.js ../turns.js tour.js tour.css animation.js animation.css dialog_focus.js pending_notice.js style.css
/* The top of every page: title, what one can do, and what is chosen. It also keeps the document's language, the
 * address that holds the scenario, and the live region that speaks results; its nodes stay, since a replaced region is
 * not heard. What it knows of the server stays with the document: while a server that has started again loads the
 * model, the bar is not there.
 *
 * The address is replaced, never pushed, so that Back leaves the page as one expects. After a lost connection the bar
 * hands back what it remembers: if the server has started again meanwhile, it knows nothing of this page and of its
 * part that follows the sliders until the whole page has run once more.
 */
const bars = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let bar = bars.get(parentElement);
  if (!bar) {
    bar = new Bar(parentElement.querySelector(".ik-bar"));
    bars.set(parentElement, bar);
  }
  bar.update(JSON.parse(component.data.json), component.setStateValue, component.setTriggerValue);
  return () => {
    bar.close();
    bars.delete(parentElement);
  };
}

class Bar {
  constructor(root) {
    this.root = root;
    this.shape = null;
    this.spoken = node(root, "div", "ik-voice", { role: "status", "aria-live": "polite" });
    this.body = node(root, "div", "ik-bar-body");
    this.tour = new Tour(root);
    this.play = new Play((id, value) => this.act(id, value));
    this.held = new Held();
    this.waits = new Waits(root);
    this.lost = () => this.remember();
    document.addEventListener("ik-unanswered", this.lost);
    this.left = () => this.hearOut();
    document.addEventListener("ik-left", this.left);
    this.aside = (event) => this.fold(event);
    document.addEventListener("pointerdown", this.aside);
    document.addEventListener("keydown", this.aside);
    const app = document.querySelector("[data-testid=stApp]");
    this.watch = new MutationObserver(() => {
      if (app.getAttribute("data-test-connection-state") !== "CONNECTED") this.away = true;
      else if (this.away) {
        this.away = false;
        const { ikKnown: known } = document;
        // Streamlit first settles the new connection. A new server that has been told already is not told twice.
        setTimeout(() => known && known.session === document.ikKnown.session && this.remember(), 250);
      }
    });
    if (app) this.watch.observe(app, { attributeFilter: ["data-test-connection-state"] });
  }

  close() {
    clearTimeout(this.timer);
    this.tour.close();
    this.play.close();
    this.held.close();
    this.waits.close();
    this.watch.disconnect();
    document.removeEventListener("ik-unanswered", this.lost);
    document.removeEventListener("ik-left", this.left);
    document.removeEventListener("pointerdown", this.aside);
    document.removeEventListener("keydown", this.aside);
  }

  update(data, setState, trigger) {
    // The bar stays from page to page.
    this.home = window.location.pathname;
    // What waits until another page stands is said by the bar of that page.
    document.ikBar = { home: this.home, setState, trigger };
    this.data = data;
    this.heard = data.heard;
    // A server that has started again knows of no turns.
    const { ikTurn: turn, ikKnown: known } = document;
    turn.answered = known && known.session !== data.session ? turn.asked : Math.max(turn.answered, data.turn);
    document.documentElement.lang = data.language;
    document.documentElement.toggleAttribute("data-ik-present", data.present);
    this.keepAddress(data);
    const shape = JSON.stringify([
      data.language, data.present, data.buttons.map((b) => b.id), data.menus.map((m) => m.id),
      data.choices.map((c) => [c.id, c.options.length]),
    ]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(data);
    }
    this.fill(data);
    setText(this.spoken, data.spoken);
    this.hearOut();
  }

  /* --- the address --- */

  keepAddress(data) {
    const { ikKnown: known, ikUnfinished: move } = document;
    if (known && known.session !== data.session && (known.query !== data.query || move)) {
      // A server that has started again, and shows something else than what was on screen.
      this.remember();
      document.ikUnfinished = null;
      document.ikKnown = { session: data.session, query: known.query };
      return;
    }
    document.ikKnown = { session: data.session, query: data.query };
    const here = window.location;
    if (document.ikHome !== here.pathname) {
      // This page was drawn after all that the one before it had sent.
      document.ikHome = here.pathname;
      document.ikUnfinished = null;
    }
    const address = here.pathname + (data.query ? "?" + data.query : "") + here.hash;
    if (address !== here.pathname + here.search + here.hash) {
      window.history.replaceState(window.history.state, "", address);
    }
  }

  setState(...said) {
    toPage("setState", ...said);
  }

  trigger(...said) {
    toPage("trigger", ...said);
  }

  remember() {
    const { ikKnown: known, ikUnfinished: move } = document;
    if (known) this.setState("memory", { ...known, move: move || null, at: Date.now() });
  }

  /* What the page before had sent and no run has worked through. */
  hearOut() {
    const { ikLeft: left } = document;
    if (!left || silent(this.home)) return;
    document.ikLeft = null;
    const heard = this.heard && this.heard.client === left.client && this.heard.seq >= left.seq;
    if (!heard) this.trigger("left", left);
  }

  /* --- what one sees --- */

  act(id, value = null) {
    // Nobody hears it. What is on screen goes on to be what the figures are of, and the sign says why.
    if (this.away) return this.fill(this.data);
    const next = () => this.trigger("action", { id, value });
    // A lever that moves by itself is stopped first, and its last value is not overtaken.
    if (document.dispatchEvent(new CustomEvent("ik-stop", { detail: next, cancelable: true }))) next();
  }

  build(data) {
    const open = this.body.querySelector("details[open]")?.dataset.menu;
    this.body.replaceChildren();
    const top = node(this.body, "div", "ik-top");
    this.heading = node(top, "h1", "ik-heading");
    const tools = node(top, "div", "ik-tools", { role: "group", "aria-label": data.words.tools });
    this.buttons = new Map();
    this.menus = new Map();
    for (const id of data.order) {
      const button = data.buttons.find((b) => b.id === id);
      if (button) this.buttons.set(id, this.button(tools, button));
      const menu = data.menus.find((m) => m.id === id);
      if (menu) this.menus.set(id, this.menu(tools, menu));
      if (id === "play") this.play.build(tools);
    }
    const again = open && this.body.querySelector(`[data-menu=${open}]`);
    if (again) again.open = true;
    const choices = node(this.body, "div", "ik-choices");
    this.choices = data.choices.map((choice) => this.choice(choices, choice));
    this.about = node(choices, "p", "ik-about");
    this.opened = node(choices, "p", "ik-opened");
    this.tour.build(choices);
  }

  button(parent, { id, link }) {
    const button = node(parent, "button", "ik-button", { type: "button", "data-action": id });
    button.addEventListener("click", () => (link ? this.copy(button) : this.act(id)));
    return button;
  }

  menu(parent, { id }) {
    const details = node(parent, "details", "ik-menu", { "data-menu": id });
    const summary = node(details, "summary", "ik-button");
    const label = node(summary, "span", "");
    const sheet = node(details, "div", "ik-sheet");
    const hint = node(sheet, "p", "ik-hint");
    const list = node(sheet, "ul", "ik-entries");
    return { details, summary, label, hint, list };
  }

  choice(parent, { id }) {
    const label = node(parent, "label", "ik-choice");
    const name = node(label, "span", "ik-choice-name");
    const select = node(label, "select", "", { "data-choice": id });
    select.addEventListener("change", () => this.act(id, select.value));
    return { name, select, shape: null };
  }

  fill(data) {
    this.words = data.words;
    setText(this.heading, data.heading);
    for (const button of data.buttons) {
      const element = this.buttons.get(button.id);
      if (!button.link || !element.dataset.copied) setText(element, button.label);
      element.disabled = button.disabled;
    }
    for (const menu of data.menus) {
      const parts = this.menus.get(menu.id);
      setText(parts.label, menu.label);
      setText(parts.hint, menu.hint);
      parts.hint.hidden = !menu.hint;
      const shape = JSON.stringify(menu.entries);
      if (shape === parts.shape) continue;
      parts.shape = shape;
      parts.list.replaceChildren();
      for (const entry of menu.entries) {
        const item = node(parts.list, "li", "");
        const button = node(item, "button", "ik-entry", { type: "button", "data-action": entry.id });
        setText(button, entry.label);
        button.disabled = entry.disabled;
        if (entry.current) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => {
          if (!entry.stays) parts.details.open = false;
          this.act(entry.id, entry.value);
        });
      }
    }
    data.choices.forEach((choice, i) => {
      const parts = this.choices[i];
      setText(parts.name, choice.label);
      const shape = JSON.stringify(choice.options);
      if (shape !== parts.shape) {
        parts.shape = shape;
        fillOptions(parts.select, choice.options);
      }
      if (parts.select.value !== choice.value) parts.select.value = choice.value;
    });
    setText(this.about, data.about);
    setText(this.opened, data.opened);
    this.play.fill(data.play);
    this.tour.fill(data.tour);
    this.waits.fill(data.words);
  }

  /* Menus close on Escape and when one presses elsewhere. */
  fold(event) {
    if (event.type === "keydown" && event.key !== "Escape") return;
    for (const details of this.body.querySelectorAll("details[open]")) {
      if (event.type === "pointerdown" && details.contains(event.target)) continue;
      details.open = false;
      if (event.type === "keydown") details.querySelector("summary").focus();
    }
  }

  async copy(button) {
    const copied = await copyText(window.location.href);
    button.dataset.copied = "yes";
    button.textContent = copied ? this.words.copied : this.words.failed;
    setText(this.spoken, button.textContent);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      delete button.dataset.copied;
      button.textContent = this.words.copy;
    }, 2500);
  }
}

/* Options of a list to choose from, those of a group together. */
function fillOptions(select, options) {
  select.replaceChildren();
  let group = null;
  for (const option of options) {
    if (option.group && option.group !== group?.label) group = node(select, "optgroup", "", { label: option.group });
    node(option.group ? group : select, "option", "", { value: option.value }).textContent = option.label;
  }
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https the clipboard is closed to scripts; a selected field still copies.
    const field = node(document.body, "textarea", "");
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
