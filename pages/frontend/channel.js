/* The page's line to the server: an append-only log of what the visitor does.
 *
 * A message carries every entry that the server has not acknowledged, as the state of one component. Each entry has a
 * number (seq), and the server does each number once, in order. So it does not matter whether Streamlit merges, repeats
 * or breaks off runs: nothing is lost, done twice or overtaken. The answer is drawn as the last element of a run; when it
 * comes, the page that it speaks of has been drawn.
 */
const GAP = 35; // ms between two messages
const TICK = 20; // ms between looks whether a message may go
const RESEND = 1500; // ms until a message without an answer is sent again, twice as long each time
const MAX_RESEND = 8000;
const MAX_WAIT = 10000; // ms that a message waits for a run that a widget of Streamlit's has started
const SETTLING = 250; // ms that Streamlit takes after a connection is back
const RESTED = 250; // ms without a hand at work, before the page polls
const SLOWER = 1.2; // each poll waits that many times longer than the one before
const SLOWEST = 700; // ms between two polls at most, where the page asks for no slower ones
const SENDING = 20; // ms within which Streamlit sends what a component has written
// ms after a run that a page which was asked for is still waited for, by a link or a button; and without any run.
const PATIENCE = { link: 10000, button: 3000 };
const NOT_COMING = 60000;
const LEADS_AWAY = "[class*=st-key-go-] button:enabled";

const app = () => document.querySelector("[data-testid=stApp]");
const running = () => /^(running|rerunRequested)$/.test(app()?.dataset.testScriptState);
const connected = () => (app()?.dataset.testConnectionState ?? "CONNECTED") === "CONNECTED";
const pageOf = (path) => path.split("/").pop();
const OURS = /^(s|beside|made|lang|m|b|kode|plan|rum)(=|$)/; // what the page writes of the address's query
const SECRET = /^(m|b|kode|plan|rum)=/; // of a meeting or its plan: it goes into no link

class Channel {
  constructor() {
    this.client = Math.random().toString(36).slice(2);
    this.log = []; // what is not acknowledged, and a last move that has not ended: a server that dies has not kept it
    this.seq = this.sent = this.acknowledged = 0;
    this.session = null; // the server's session, what it shows, and on which page
    this.query = null;
    // Others' parameters, as embed=true: they stay as they were, also on the next page.
    this.others = window.location.search.slice(1).split("&").filter((part) => part && !OURS.test(part));
    this.page = null;
    this.restore = null; // what another server is to show first
    this.polling = false; // the page waits for work beside it
    this.open = false; // a message is under way that has not been answered
    this.write = null; // sends a message, while the component is mounted
    this.near = null; // sends it from within a form that is open: then the form alone is drawn again, and does not blink
    this.leaving = null; // the page that was asked for and has not come
    this.settle = () => {}; // ends what a hand or an animation has begun, before anything else is done
    this.sentAt = this.since = this.inputAt = this.runSince = this.connectedAt = -Infinity;
    this.ownRun = false; // the run under way was asked for here: it may be broken off
    this.resendAfter = RESEND;
    for (const kind of ["pointerdown", "pointerup", "keydown", "keyup", "change"]) {
      window.addEventListener(kind, () => (this.inputAt = performance.now()), true);
    }
    window.addEventListener("click", (event) => this.leave(event), true);
    window.addEventListener("popstate", () => this.leaveFor(pageOf(window.location.pathname), "link"));
    this.wasConnected = connected();
    this.wasRunning = false;
    new MutationObserver(() => this.observe()).observe(document.documentElement, {
      subtree: true, attributeFilter: ["data-test-script-state", "data-test-connection-state"],
    });
  }

  observe() {
    if (running() !== this.wasRunning) {
      this.wasRunning = running();
      this.runSince = performance.now();
      // A message that went before the run had ended asks for the next one.
      if (!this.wasRunning) this.ownRun = this.open;
      if (this.leaving) Object.assign(this.leaving, { ran: true, at: this.runSince });
    }
    if (connected() === this.wasConnected) return;
    this.wasConnected = connected();
    this.leaving = null;
    this.connectedAt = performance.now();
    if (this.wasConnected) this.resend();
  }

  /* --- the log --- */

  /* A slider's value; of those that have not been sent only the last counts. */
  move(id, value) {
    const last = this.log.at(-1);
    if (last?.kind === "move" && last.id === id && last.seq > this.sent) last.value = value;
    else this.append("move", { id, value });
  }

  /* A button or a choice: what was begun before it is ended before it. */
  press(kind, body = {}) {
    this.settle();
    this.append(kind, body);
  }

  append(kind, body) {
    if (!this.pending.length) this.since = performance.now();
    this.log.push({ ...body, kind, seq: ++this.seq });
    this.flush();
  }

  get pending() {
    return this.log.filter((entry) => entry.seq > this.acknowledged);
  }

  /* Whether a slider was moved after what the server had done when it answered so. The end of a move brings no value. */
  isAhead(id, acknowledged) {
    const seq = acknowledged?.client === this.client ? acknowledged.seq : 0;
    return this.log.some((entry) => entry.kind === "move" && entry.id === id && entry.seq > seq);
  }

  /* How long, in ms, the visitor has waited for an answer: for an entry, or for a widget of Streamlit's. */
  get waited() {
    const now = performance.now();
    const forEntry = this.pending.length ? now - this.since : 0;
    const others = running() && (!this.ownRun || this.inputAt > this.runSince);
    return Math.max(forEntry, others ? now - Math.max(this.runSince, this.since) : 0);
  }

  /* --- sending --- */

  flush() {
    clearTimeout(this.timer);
    if (!this.pending.length && this.restore === null) return;
    this.timer = setTimeout(() => this.flush(), TICK);
    if (!this.maySend()) return;
    if (this.open) this.resendAfter = Math.min(2 * this.resendAfter, MAX_RESEND);
    this.send();
  }

  /* One message is under way at a time. One more may break off a run that was asked for here, which is in the log, but not
   * at once one that a widget of Streamlit's has started, which is not.
   */
  maySend() {
    if (!this.write || !connected() || this.isLeaving()) return false;
    const now = performance.now();
    if (now - this.connectedAt < SETTLING) return false;
    const age = now - this.sentAt;
    if (this.open) return !running() && age >= this.resendAfter;
    return age >= GAP && (!running() || this.ownRun || now - this.since > MAX_WAIT);
  }

  send() {
    const { client, session, log, restore } = this;
    this.ownRun ||= !running();
    this.open = this.pending.length > 0 || restore !== null;
    this.sentAt = performance.now();
    this.sent = this.seq;
    const write = this.near ?? this.write;
    write({ client, session, log, at: Date.now(), ...(restore === null ? {} : { restore }) });
  }

  /* The connection was lost or the server has started again: all that it may not know, with what the page shows. */
  resend() {
    if (this.session === null) return;
    this.restore ??= this.query;
    this.open = false;
    this.flush();
  }

  /* --- answers --- */

  /* The live part is drawn before the end of the page: its next value need not wait for that. */
  hear(acknowledged) {
    if (acknowledged?.client !== this.client || acknowledged.session !== this.session) return;
    this.acknowledge(acknowledged.seq, true);
    this.flush();
  }

  answer({ session, acknowledged, query, page, poll }) {
    const known = acknowledged?.client === this.client;
    this.poll(poll);
    // A server that has started again: a lever that moves by itself, or under a hand, stays where it is.
    if (this.session !== null && this.session !== session) this.settle();
    if (this.session !== null && this.session !== session && !known) return this.resend();
    if (known) this.acknowledge(acknowledged.seq, session === this.session);
    const turned = this.page !== null && this.page !== page;
    Object.assign(this, { session, query, page });
    const { leaving } = this;
    if (leaving && (leaving.to === null ? turned : leaving.to === page)) this.leaving = null;
    // A run so short that its state was never seen to change still answers.
    else if (leaving) leaving.answeredAt = performance.now();
    // The run that was to answer has given way to the new page.
    if (turned && this.open) this.resend();
    this.keepAddress();
    this.flush();
  }

  acknowledge(seq, sameSession) {
    if (seq > this.acknowledged) this.since = performance.now();
    this.acknowledged = sameSession ? Math.max(this.acknowledged, seq) : seq;
    this.restore = null;
    this.resendAfter = RESEND;
    const last = this.log.findLast((entry) => entry.seq <= this.acknowledged);
    this.log = this.log.filter((entry) => entry.seq > this.acknowledged || (entry === last && last.kind === "move"));
    this.open = this.pending.some((entry) => entry.seq <= this.sent);
  }

  /* The address holds the scenario. It is replaced, never pushed, so that Back leaves the page as one expects. */
  keepAddress() {
    const { pathname, search, hash } = window.location;
    const parts = [...this.others, ...(this.query ? [this.query] : [])];
    const wanted = parts.length ? "?" + parts.join("&") : "";
    if (pageOf(pathname) !== this.page || search === wanted) return;
    window.history.replaceState(window.history.state, "", pathname + wanted + hash);
  }

  /* The address as a link for others: without what opens a meeting. */
  get link() {
    const { origin, pathname, search } = window.location;
    const parts = search.slice(1).split("&").filter((part) => part && !SECRET.test(part));
    return origin + pathname + (parts.length ? "?" + parts.join("&") : "");
  }

  /* --- polling --- */

  /* Runs the page again after so many ms, and then ever more slowly, as long as the answer stays the same: something may be
   * ready then. Never beside anything else.
   */
  poll(waits) {
    clearTimeout(this.pollTimer);
    this.polling = Boolean(waits);
    if (!waits) return;
    const [wait, next] = waits;
    this.pollTimer = setTimeout(() => {
      const rested = performance.now() - this.inputAt > RESTED;
      const dialog = document.querySelector("body > .stDialog");
      if (rested && !dialog && !running() && !this.open && this.maySend()) this.send();
      this.poll([next, Math.max(next, Math.min(next * SLOWER, SLOWEST))]);
    }, wait);
  }

  /* --- leaving the page --- */

  /* A click on a link, or on a button that leads to another page (its key begins with "go-"). */
  leave(event) {
    const way = leadsAway(event);
    if (!way) return;
    const stop = () => (event.preventDefault(), event.stopImmediatePropagation());
    if (event.detail > 1 && this.leaving?.way === way) return stop(); // the second half of a double click
    this.leaveFor(way.href ? pageOf(way.pathname) : null, way.href ? "link" : "button", way);
    if (performance.now() - this.sentAt >= SENDING) return;
    // Streamlit sends a message a moment after it was written: after this click it would ask for the old page again.
    stop();
    setTimeout(() => way.click(), SENDING);
  }

  /* Until another page that was asked for is drawn nothing is sent: it would be taken as sent by the old page, and bring it
   * back. A run of the old page may still come, and has the old page's address put back for a moment.
   */
  leaveFor(to, kind, way = null) {
    if (to === this.page && !this.leaving) return;
    this.leaving = { to, kind, way, ran: false, at: performance.now() };
    this.settle();
  }

  isLeaving() {
    const { leaving } = this;
    if (!leaving) return false;
    const { ran, answeredAt, at } = leaving;
    const patience = ran ? PATIENCE[leaving.kind] : answeredAt ? PATIENCE.link : NOT_COMING;
    if (!running() && performance.now() - ((!ran && answeredAt) || at) > patience) this.leaving = null;
    return this.leaving !== null;
  }
}

/* The link or button by which a click leaves the page. */
const leadsAway = (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link) return event.target.closest?.(LEADS_AWAY);
  const { origin, pathname } = window.location;
  const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  return plain && !link.target && !link.download && link.origin === origin && link.pathname !== pathname ? link : null;
};

const channel = (document.ikChannel ??= new Channel());
