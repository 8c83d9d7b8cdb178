/* Language of the document, the address that holds the scenario, and the button that copies it.
 *
 * The address is replaced, never pushed, so that Back leaves the page as one expects. If the server has started
 * again meanwhile (another session token), the component hands back what it remembers.
 */
const shells = new WeakMap();

export default function (component) {
  const { parentElement, setStateValue } = component;
  const data = JSON.parse(component.data.json);
  let shell = shells.get(parentElement);
  if (!shell) {
    shell = { session: null, query: null };
    shells.set(parentElement, shell);
    const button = parentElement.querySelector("button");
    button.addEventListener("click", async () => {
      const copied = await copy(window.location.href);
      button.textContent = copied ? shell.words.copied : shell.words.failed;
      clearTimeout(shell.timer);
      shell.timer = setTimeout(() => (button.textContent = shell.words.copy), 2500);
    });
    button.textContent = data.words.copy;
  }
  if (!shell.words || shell.words.copy !== data.words.copy) {
    parentElement.querySelector("button").textContent = data.words.copy;
  }
  shell.words = data.words;
  document.documentElement.lang = data.language;
  document.documentElement.toggleAttribute("data-ik-present", data.present);

  if (shell.session !== null && shell.session !== data.session && shell.query !== null && shell.query !== data.query) {
    shell.session = data.session;
    setStateValue("memory", { session: data.session, query: shell.query });
    return undefined;
  }
  shell.session = data.session;
  if (data.query !== null) {
    shell.query = data.query;
    const address = window.location.pathname + (data.query ? "?" + data.query : "") + window.location.hash;
    if (address !== window.location.pathname + window.location.search + window.location.hash) {
      window.history.replaceState(window.history.state, "", address);
    }
  }
  return () => {
    clearTimeout(shell.timer);
    shells.delete(parentElement);
  };
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https the clipboard is closed to scripts; a selected field still copies.
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
