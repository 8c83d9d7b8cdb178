/* Says on a page that never gets its connection what is in the way. All other scripts come over the connection; this one
 * stands in the page itself (pages/shell/connection_notice.py). It ends when the first message of the server has come:
 * from then on pending_notice.js tells of a connection that is lost.
 */
const LOOKS = 250; // ms between looks
const QUIET = 6000; // ms that the page stands without a connection before the server is asked another way
const SILENT = 20000; // ms that a connection may stand without a word
const HELD = 1000; // ms that a connection must last to be one: some proxies let it through and close it
const ANSWER = 2000; // ms that the server may take to answer
const AGAIN = 5000; // ms between two questions

class ConnectionNotice {
  constructor(texts) {
    this.language = /[?&]lang=en\b/.test(window.location.search) ? "en" : "da";
    this.texts = texts[this.language];
    this.since = this.connectedAt = this.askedAt = null;
    this.shown = null; // which notice
    this.timer = setInterval(() => this.look(), LOOKS);
  }

  look() {
    const app = document.querySelector("[data-testid=stApp]");
    if (!app) return; // Streamlit's own scripts are on their way
    const { testScriptState: script, testConnectionState: connection } = app.dataset;
    if (script !== "initial") return this.end();
    const now = performance.now();
    this.since ??= now;
    this.connectedAt = connection === "CONNECTED" ? (this.connectedAt ?? now) : null;
    const connected = this.connectedAt !== null;
    if (connected && now - this.connectedAt < HELD) return;
    if (now - this.since < (connected ? SILENT : QUIET)) return;
    if (this.askedAt === null || now - this.askedAt >= AGAIN) this.ask(now);
  }

  async ask(now) {
    this.askedAt = now;
    const options = { cache: "no-store", signal: AbortSignal.timeout(ANSWER) };
    const answers = await fetch(this.address("_stcore/health"), options).then((answer) => answer.ok, () => false);
    if (this.timer) this.show(answers ? "blocked" : "gone");
  }

  /* An address of the server, wherever below its name the app lives. */
  address(path) {
    const script = document.querySelector("script[src*='static/js/']");
    return new URL(`../../${path}`, script?.src ?? window.location.href);
  }

  show(kind) {
    if (kind === this.shown) return;
    this.shown = kind;
    this.root ??= this.node(document.body, "div", { id: "ik-connection", role: "alert", lang: this.language });
    this.root.replaceChildren();
    this.node(this.root, "h1", {}, this.texts.title);
    this.node(this.root, "p", {}, this.texts[kind]);
    if (kind === "blocked") {
      this.node(this.root, "h2", {}, this.texts.allow);
      const list = this.node(this.root, "ul");
      const stream = String(this.address("_stcore/stream")).replace(/^http/, "ws");
      for (const text of this.texts.list) this.node(list, "li", {}, text.replace("{address}", stream));
    }
    this.node(this.root, "p", {}, this.texts.again);
  }

  node(parent, tag, attributes = {}, text = "") {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    parent.append(element);
    return element;
  }

  end() {
    clearInterval(this.timer);
    this.timer = null;
    this.root?.remove();
  }
}
