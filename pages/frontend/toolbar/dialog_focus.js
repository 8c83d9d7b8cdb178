/* A button that makes a file is disabled meanwhile, and a disabled button cannot hold the focus: Escape would no longer
 * reach its dialog. The dialog holds it until the button can again. A dialog that has just opened on a busy machine does
 * not hold it yet: Escape closes it all the same.
 */
const CLOSE = "button[aria-label=Close]";

class DialogFocus {
  constructor() {
    this.button = null;
    this.watch = new MutationObserver((changes) => changes.forEach(({ target }) => this.turned(target)));
    this.watch.observe(document.body, { subtree: true, attributeFilter: ["disabled"] });
    this.early = (event) => {
      const { activeElement, body } = document;
      if (event.key !== "Escape" || !(activeElement === body || activeElement?.closest("[data-testid=stApp]"))) return;
      [...document.querySelectorAll("body > .stDialog [role=dialog]")].pop()?.querySelector(CLOSE)?.click();
    };
    window.addEventListener("keydown", this.early, true);
  }

  close() {
    this.watch.disconnect();
    window.removeEventListener("keydown", this.early, true);
  }

  turned(button) {
    const dialog = button.closest("[data-testid=stDialog] [role=dialog]");
    if (!dialog) return;
    const { activeElement } = document;
    if (button.disabled && button === activeElement) {
      this.button = button;
      dialog.focus({ preventScroll: true });
    } else if (!button.disabled && button === this.button) {
      this.button = null;
      // Not where the reader has gone on meanwhile.
      if (activeElement === dialog) button.focus({ preventScroll: true });
    }
  }
}
