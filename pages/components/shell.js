/* Language of the document, the address that holds the scenario, and the button that copies it.
 *
 * The address is replaced, never pushed, so that Back leaves the page as one expects. After a lost connection the
 * component hands back what it remembers: if the server has started again meanwhile, it knows nothing of this page
 * and its part that follows the slider, until the whole page has run once more.
 */
const shells = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let shell = shells.get(parentElement);
  if (!shell) {
    shell = new Shell(parentElement.querySelector("button"));
    shells.set(parentElement, shell);
  }
  shell.update(JSON.parse(component.data.json), component.setStateValue);
  return () => {
    shell.close();
    shells.delete(parentElement);
  };
}

class Shell {
  constructor(button) {
    this.button = button;
    this.session = null;
    this.query = null;
    button.addEventListener("click", () => this.copy());
    this.lost = () => this.remember();
    document.addEventListener("ik-unanswered", this.lost);
    const app = document.querySelector("[data-testid=stApp]");
    this.watch = new MutationObserver(() => {
      const state = app.getAttribute("data-test-connection-state");
      if (state !== "CONNECTED") this.away = true;
      else if (this.away) {
        this.away = false;
        // Streamlit first settles the new connection.
        setTimeout(() => this.remember(), 250);
      }
    });
    if (app) this.watch.observe(app, { attributeFilter: ["data-test-connection-state"] });
  }

  close() {
    clearTimeout(this.timer);
    this.watch.disconnect();
    document.removeEventListener("ik-unanswered", this.lost);
  }

  update(data, setState) {
    this.setState = setState;
    if (!this.words || this.words.copy !== data.words.copy) this.button.textContent = data.words.copy;
    this.words = data.words;
    document.documentElement.lang = data.language;
    document.documentElement.toggleAttribute("data-ik-present", data.present);
    if (this.session !== null && this.session !== data.session && this.query !== null && this.query !== data.query) {
      // A server that has started again, and shows something else than what was on screen.
      this.remember();
      this.session = data.session;
      return;
    }
    this.session = data.session;
    this.query = data.query;
    const here = window.location;
    const address = here.pathname + (data.query ? "?" + data.query : "") + here.hash;
    if (address !== here.pathname + here.search + here.hash) {
      window.history.replaceState(window.history.state, "", address);
    }
  }

  remember() {
    if (this.query !== null) this.setState("memory", { session: this.session, query: this.query, at: Date.now() });
  }

  async copy() {
    const copied = await copyText(window.location.href);
    this.button.textContent = copied ? this.words.copied : this.words.failed;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.button.textContent = this.words.copy), 2500);
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
