// needs: ../dom.js ../channel.js tour.js tour.css animation.js animation.css dialog_focus.js pending_notice.js style.css
/* The top of every page: whose figures, what one can do, and in one line what the figures rest on. It also keeps the
 * document's language and the live region that speaks results; its nodes stay, since a replaced region is not heard.
 */
const bars = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let bar = bars.get(parentElement);
  if (!bar) {
    bar = new Toolbar(parentElement.querySelector(".ik-bar"));
    bars.set(parentElement, bar);
  }
  bar.update(JSON.parse(component.data.json));
  return () => {
    bar.close();
    bars.delete(parentElement);
  };
}

class Toolbar {
  constructor(root) {
    this.root = root;
    this.shape = null;
    this.skip = new SkipLink();
    this.spoken = node(root, "div", "ik-voice", { role: "status", "aria-live": "polite" });
    this.body = node(root, "div", "ik-bar-body");
    this.tour = new Tour(root);
    this.play = new AnimationForm((id, value) => this.act(id, value));
    this.held = new DialogFocus();
    this.waits = new PendingNotice(root);
    this.aside = (event) => this.fold(event);
    document.addEventListener("pointerdown", this.aside);
    document.addEventListener("keydown", this.aside);
  }

  close() {
    clearTimeout(this.timer);
    this.skip.close();
    this.tour.close();
    this.play.close();
    this.held.close();
    this.waits.close();
    document.removeEventListener("pointerdown", this.aside);
    document.removeEventListener("keydown", this.aside);
  }

  update(data) {
    this.data = data;
    document.documentElement.lang = data.language;
    document.documentElement.toggleAttribute("data-ik-present", data.present);
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
  }

  /* --- what one sees --- */

  act(id, value = null) {
    // Without a connection what is on screen goes on to be what the figures are of, and the notice says why.
    if (!connected()) return this.fill(this.data);
    channel.press("action", { id, value });
  }

  build(data) {
    const open = this.body.querySelector("details[open]")?.dataset.menu;
    this.body.replaceChildren();
    this.buttons = new Map();
    this.menus = new Map();
    this.choices = new Map();
    const top = node(this.body, "div", "ik-top");
    const whose = node(top, "div", "ik-whose");
    node(whose, "span", "ik-brand").textContent = data.brand;
    const town = data.choices.find((choice) => choice.id === "municipality");
    if (town) this.choice(whose, town);
    this.dated = node(whose, "span", "ik-dated");
    this.opened = node(whose, "span", "ik-opened");
    const tools = node(top, "div", "ik-tools", { role: "group", "aria-label": data.words.tools });
    for (const id of data.order) {
      const button = data.buttons.find((b) => b.id === id);
      if (button) this.buttons.set(id, this.button(tools, button));
      const menu = data.menus.find((m) => m.id === id);
      if (menu) this.menus.set(id, this.menu(tools, menu));
      if (id === "play") this.play.build(tools);
    }
    this.heading = node(this.body, "h1", "ik-heading");
    this.buildPremises(data);
    const again = open && this.body.querySelector(`[data-menu=${open}]`);
    if (again) again.open = true;
  }

  /* What the figures rest on: one line, with all choices behind one word. */
  buildPremises(data) {
    const line = node(this.body, "div", "ik-premises");
    const details = node(line, "details", "ik-menu", { "data-menu": "premises" });
    this.premises = node(node(details, "summary", "ik-button ik-small"), "span", "");
    const sheet = node(details, "div", "ik-sheet");
    const choices = node(sheet, "div", "ik-choices");
    for (const choice of data.choices) if (choice.id !== "municipality") this.choice(choices, choice);
    this.about = node(sheet, "p", "ik-about");
    this.notes = node(sheet, "ul", "ik-notes");
    const language = data.buttons.find((b) => b.id === "language");
    if (language) this.buttons.set("language", this.button(sheet, language));
    this.line = node(line, "p", "ik-line");
    this.tour.build(line);
  }

  button(parent, { id }) {
    const button = node(parent, "button", "ik-button", { type: "button", "data-action": id });
    // The button that leads to the other page stands on the page itself, which the big screen hides.
    const go = () => document.querySelector(".st-key-go-compare button")?.click();
    button.addEventListener("click", () => (id === "compare" ? go() : this.act(id)));
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

  choice(parent, { id, label: title }) {
    const label = node(parent, "label", "ik-choice");
    const name = node(label, "span", "ik-choice-name");
    const select = node(label, "select", "", { "data-choice": id });
    if (id === "municipality") select.title = title;
    select.addEventListener("change", () => this.act(id, select.value));
    this.choices.set(id, { name, select, shape: null });
  }

  fill(data) {
    this.words = data.words;
    setText(this.heading, data.heading);
    this.heading.classList.toggle("ik-voice", data.onExplore);
    this.skip.fill(data.words.skip);
    for (const button of data.buttons) {
      const element = this.buttons.get(button.id);
      setText(element, button.label);
      element.disabled = button.disabled;
    }
    for (const menu of data.menus) this.fillMenu(menu, this.menus.get(menu.id));
    for (const choice of data.choices) {
      const parts = this.choices.get(choice.id);
      setText(parts.name, choice.label);
      const shape = JSON.stringify(choice.options);
      if (shape !== parts.shape) {
        parts.shape = shape;
        fillOptions(parts.select, choice.options);
      }
      if (parts.select.value !== choice.value) parts.select.value = choice.value;
    }
    setText(this.dated, data.dated);
    setText(this.opened, data.opened);
    setText(this.premises, data.words.premises);
    setText(this.line, data.line);
    setAttribute(this.line, "title", data.line);
    setText(this.about, data.about);
    fillList(this.notes, data.notes);
    this.play.fill(data.play);
    this.tour.fill(data.tour);
    this.waits.fill(data.words);
  }

  fillMenu(menu, parts) {
    setText(parts.label, menu.label);
    setText(parts.hint, menu.hint);
    parts.hint.hidden = !menu.hint;
    const shape = JSON.stringify(menu.entries);
    if (shape === parts.shape) return;
    parts.shape = shape;
    parts.list.replaceChildren();
    for (const entry of menu.entries) {
      const item = node(parts.list, "li", entry.apart ? "ik-apart" : "");
      const button = node(item, "button", "ik-entry", { type: "button", "data-action": entry.id });
      setText(button, entry.label);
      button.disabled = entry.disabled;
      if (entry.current) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => {
        if (entry.id === "link") return this.copy(button);
        // A dialog gives the focus back to what had it: to what is still there when the menu is closed.
        parts.details.querySelector("summary").focus();
        parts.details.open = false;
        this.act(entry.id, entry.value);
      });
    }
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
    const copied = await copyText(channel.link);
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

/* The first stop of the keyboard: past the pages' names and the bar to the levers, or to what the page is about. */
class SkipLink {
  constructor() {
    this.link = node(null, "a", "ik-skip", { href: "#" });
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      const lever = document.querySelector(".ik-levers input");
      if (lever) return lever.focus();
      const first = "a[href], button:not(:disabled), input, select, textarea, summary, [tabindex='0']";
      const main = [...document.querySelectorAll("[data-testid=stMain] :is(" + first + ")")];
      main.find((e) => !e.closest(".ik-bar") && e.checkVisibility())?.focus();
    });
    document.body.prepend(this.link);
  }

  close() {
    this.link.remove();
  }

  fill(words) {
    setText(this.link, words);
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
