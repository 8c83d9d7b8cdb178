/* Says when what is on screen is not yet the answer to what was asked, and when the server cannot be reached: a choice
 * shows itself at once, and the figures beside it would pass for its own.
 */
const SLOW = 600; // ms that an answer may take before it is said that it is on its way
const LOOKS = 100; // ms between looks
const STREAMLITS_TITLE = "Connection error";

const hands = () => document.ikTurn.hands?.() ?? 0; // a window may have been open before there were any

class Waits {
  constructor(root) {
    this.sign = node(root, "p", "ik-waits", { role: "status" });
    this.words = null;
    this.since = null; // since when it is waited for
    this.held = 0; // how long at the last look a slider's value had waited
    this.away = null; // since when there is no connection
    this.at = 0; // when the page was last drawn
    document.ikWaits = () => this.asked() || hands() > 0;
    this.app = document.querySelector("[data-testid=stApp]");
    this.ends = new MutationObserver(() => running() || (document.ikTurn.looks = false));
    if (this.app) this.ends.observe(this.app, { attributeFilter: ["data-test-script-state"] });
    this.timer = setInterval(() => this.look(), LOOKS);
    // Dialogs stand at the end of the document.
    this.opens = new MutationObserver(() => this.translate());
    this.opens.observe(document.body, { childList: true });
  }

  close() {
    clearInterval(this.timer);
    this.ends.disconnect();
    this.opens.disconnect();
  }

  fill(words) {
    this.words = words;
    this.look();
  }

  drawn() {
    this.at = performance.now();
  }

  /* Whether the page has been asked for something that has not been drawn yet; a slider's values come and go by
   * themselves. Without an answer, a page that has been drawn since will not draw it any more.
   */
  asked() {
    const { ikTurn: turn } = document;
    const runs = running() && !turn.looks && hands() === 0;
    const unheard = turn.answered < turn.asked && (this.at < turn.askedAt || running());
    return turn.waiting.length > 0 || unheard || pageRuns() || runs;
  }

  look() {
    if (!this.words) return;
    const now = performance.now();
    const held = hands();
    this.since = this.asked() ? (this.since ?? now - this.held) : null;
    this.held = held;
    this.away = this.connection() === "CONNECTED" ? null : (this.away ?? now);
    const late = (this.since !== null && now - this.since >= SLOW) || held >= SLOW;
    const { lost, waits } = this.words;
    if (this.away !== null) setText(this.sign, now - this.away >= SLOW ? lost : "");
    else setText(this.sign, late ? waits : "");
    this.translate();
  }

  connection() {
    return this.app?.dataset.testConnectionState ?? "CONNECTED";
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
      let told = dialog.querySelector(".ik-lost");
      if (title.textContent === STREAMLITS_TITLE) title.textContent = lost;
      const ours = title.textContent === lost;
      if (ours && !told) body.after((told = node(null, "p", "ik-lost")));
      if (ours) setText(told, this.connection() === "DISCONNECTED_FOREVER" ? goneWords : lostWords);
      else if (told) told.remove();
      if (told) body.style.display = ours ? "none" : "";
    }
  }
}
