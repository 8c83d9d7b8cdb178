/* Says when what is on screen is not yet the answer to what was asked, and when the server cannot be reached: a choice
 * shows itself at once, and the figures beside it would pass for its own.
 */
const SLOW = 600; // ms that an answer may take before it is said that it is on its way
const LOOKS = 100; // ms between looks
const STREAMLITS_TITLE = "Connection error";

class PendingNotice {
  constructor(root) {
    this.sign = node(root, "p", "ik-waits", { role: "status" });
    this.words = null;
    this.away = null; // since when there is no connection
    this.timer = setInterval(() => this.look(), LOOKS);
    // Dialogs stand at the end of the document.
    this.opens = new MutationObserver(() => this.translate());
    this.opens.observe(document.body, { childList: true });
  }

  close() {
    clearInterval(this.timer);
    this.opens.disconnect();
  }

  fill(words) {
    this.words = words;
    this.look();
  }

  look() {
    if (!this.words) return;
    const now = performance.now();
    this.away = connected() ? null : (this.away ?? now);
    const late = channel.waited >= SLOW;
    const gone = this.away !== null && now - this.away >= SLOW;
    setText(this.sign, gone ? this.words.lost : late ? this.words.waits : "");
    this.translate();
  }

  /* Streamlit's own words when the server is gone are in English, and of Streamlit. They are hidden, not replaced: they
   * are renewed with every try.
   */
  translate() {
    if (!this.words) return;
    for (const dialog of document.querySelectorAll("body > .stDialog [role=dialog]")) {
      const title = dialog.querySelector("h2");
      const body = title?.nextElementSibling;
      if (!body) continue;
      const { lost, lostWords, goneWords } = this.words;
      let note = dialog.querySelector(".ik-lost");
      if (title.textContent === STREAMLITS_TITLE) title.textContent = lost;
      const ours = title.textContent === lost;
      if (ours && !note) body.after((note = node(null, "p", "ik-lost")));
      if (ours) setText(note, app().dataset.testConnectionState === "DISCONNECTED_FOREVER" ? goneWords : lostWords);
      else if (note) note.remove();
      if (note) body.style.display = ours ? "none" : "";
    }
  }
}
