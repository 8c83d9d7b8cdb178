/* Says when what is on screen is not yet the answer to what was asked, and when the server cannot be reached: a choice
 * shows itself at once, and the figures beside it would pass for its own.
 */
const SLOW = 600; // ms that an answer may take before it is said that it is on its way
const LOOKS = 100; // ms between looks
const STREAMLITS_TITLE = "Connection error";

/* Whether the page has been asked for something that has not been drawn yet; a slider's values come and go by themselves. */
function asked() {
  const { ikTurn: turn } = document;
  return pageRuns() || turn.waiting.length > 0 || (turn.hands() === 0 && running());
}

class Waits {
  constructor(root) {
    this.sign = node(root, "p", "ik-waits", { role: "status" });
    this.since = null;
    this.words = { waits: "", lost: "", lostWords: "" };
    document.ikWaits = () => asked() || document.ikTurn.hands() > 0;
    this.timer = setInterval(() => this.look(), LOOKS);
    // Dialogs stand at the end of the document.
    this.watch = new MutationObserver(() => this.translate());
    this.watch.observe(document.body, { childList: true });
  }

  close() {
    clearInterval(this.timer);
    this.watch.disconnect();
  }

  fill(words) {
    this.words = words;
    this.look();
    this.translate();
  }

  look() {
    const now = performance.now();
    this.since = asked() ? (this.since ?? now) : null;
    const late = this.since !== null && now - this.since >= SLOW;
    setText(this.sign, late || document.ikTurn.hands() > SLOW ? this.words.waits : "");
  }

  /* Streamlit's own words when the server is gone are in English, and of Streamlit. */
  translate() {
    for (const dialog of document.querySelectorAll("body > .stDialog [role=dialog]")) {
      const title = dialog.querySelector("h2");
      if (title?.textContent !== STREAMLITS_TITLE) continue;
      title.textContent = this.words.lost;
      title.nextElementSibling.textContent = this.words.lostWords;
    }
  }
}
