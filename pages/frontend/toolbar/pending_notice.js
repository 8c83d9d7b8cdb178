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
    document.ikWaits = () => this.asked() || hands() > 0;
    this.app = document.querySelector("[data-testid=stApp]");
    this.ends = new MutationObserver(() => this.ended());
    this.ended();
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

  ended() {
    if (!running()) Object.assign(document.ikTurn, { looks: false, rested: performance.now() });
  }

  /* Whether the page has been asked for something that has not been drawn yet; a slider's values come and go by
   * themselves.
   */
  asked() {
    const { ikTurn: turn } = document;
    const looks = turn.looks && turn.hand <= turn.rested;
    const runs = running() && !looks && hands() === 0;
    return turn.said !== null || turn.waiting.length > 0 || pageRuns() || runs;
  }

  look() {
    if (!this.words) return;
    const now = performance.now();
    const held = hands();
    this.since = this.asked() ? (this.since ?? now - this.held) : null;
    this.held = held;
    this.away = this.connection() === "CONNECTED" ? null : (this.away ?? now);
    const late = (this.since !== null && now - this.since >= SLOW) || held >= SLOW;
    const gone = this.away !== null && now - this.away >= SLOW;
    setText(this.sign, gone ? this.words.lost : late ? this.words.waits : "");
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
