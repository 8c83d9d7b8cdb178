// needs: ../dom.js ../channel.js tour.js tour.css animation.js animation.css dialog_focus.js pending_notice.js style.css
/* The top of every page: title, what one can do, and what is chosen. It also keeps the document's language and the live
 * region that speaks results; its nodes stay, since a replaced region is not heard.
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
