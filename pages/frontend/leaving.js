/* A page that is being left keeps silent. What a part of it says after another page has been asked for, and before that
 * page stands, is taken as said of the old one: the new page is thrown out again, and the window may stay empty. What
 * still has to be said is said at "ik-leave", before the click on the link reaches Streamlit. Buttons that lead to
 * another page have a key that begins with "go-".
 */
const NOT_COMING = 60000; // ms after which a page that was asked for is no longer waited for
// How long, in ms, a page stands still after a run until it is plain that a link, or a button, has not led away.
const STAYS = { link: 10000, button: 3000 };
const CONNECTION = "data-test-connection-state";
const GOES = "[class*=st-key-go-] button:enabled";

if (!document.ikAsked) {
  const asked = { from: null, at: 0, way: null, kind: null, timer: 0 };
  document.ikAsked = asked;
  const plain = (event) => !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const leads = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return event.target.closest?.(GOES);
    const { origin, pathname } = window.location;
    const other = link.origin === origin && link.pathname !== pathname;
    return plain(event) && !link.target && !link.download && other ? link : null;
  };
  let last = null;
  const leave = (event) => {
    const way = leads(event);
    if (!way) return;
    if (way === last) {
      last = null;
      clearTimeout(asked.timer);
      Object.assign(asked, { from: window.location.pathname, at: Date.now(), way, kind: way.matches(GOES) ? "button" : "link" });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    // The second half of a double click.
    if (event.detail > 1 && way === asked.way && silent(window.location.pathname)) return;
    // Streamlit sends what a component says a moment later; the click waits until that is under way.
    document.dispatchEvent(new CustomEvent("ik-leave"));
    const go = () => {
      if (document.ikTurn.who) return setTimeout(go, 0);
      last = way;
      way.click();
      last = null;
    };
    setTimeout(go, 0);
  };
  window.addEventListener("click", leave, true);
  window.addEventListener("popstate", () => (asked.from = null));
  const app = document.querySelector("[data-testid=stApp]");
  const given = () => (asked.from = null);
  const watch = new MutationObserver((changes) => {
    clearTimeout(asked.timer);
    if (asked.from === null) return;
    // What was said over a line that was lost has not been heard.
    if (changes.some((change) => change.attributeName === CONNECTION)) return given();
    if (app.dataset.testScriptState === "notRunning") asked.timer = setTimeout(given, STAYS[asked.kind]);
  });
  if (app) watch.observe(app, { attributeFilter: ["data-test-script-state", CONNECTION] });
}

/* Whether a part of the page at that path has to keep silent. */
const silent = (home) => {
  const { ikAsked: asked } = document;
  const here = window.location.pathname;
  if (here !== asked.from || Date.now() - asked.at > NOT_COMING) asked.from = null;
  return here !== home || asked.from !== null;
};
