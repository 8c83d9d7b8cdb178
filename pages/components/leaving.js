/* A page that is being left keeps silent. What a part of it says after another page has been asked for, and before that
 * page stands, is taken as said of the old one: the new page is thrown out again, and the window may stay empty. What
 * still has to be said is said at "ik-leave", before the click on the link reaches Streamlit.
 */
const NOT_COMING = 10000; // ms after which a page that was asked for is no longer waited for

if (!document.ikAsked) {
  document.ikAsked = { path: null, at: 0 };
  const plain = (event) => !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  let last = null;
  const leave = (event) => {
    const link = event.target.closest?.("a[href]");
    const { location } = window;
    if (!link || !plain(event) || link.target || link.download || link.origin !== location.origin) return;
    if (link.pathname === location.pathname) return;
    if (link === last) {
      last = null;
      Object.assign(document.ikAsked, { path: link.pathname, at: Date.now() });
      return;
    }
    // Streamlit sends what a component says a moment later; the click waits until that is under way.
    event.preventDefault();
    event.stopImmediatePropagation();
    document.dispatchEvent(new CustomEvent("ik-leave"));
    const go = () => {
      if (document.ikTurn.who) return setTimeout(go, 0);
      last = link;
      link.click();
      last = null;
    };
    setTimeout(go, 0);
  };
  window.addEventListener("click", leave, true);
  window.addEventListener("popstate", () => (document.ikAsked.path = null));
}

/* Whether a part of the page at that path has to keep silent. */
const silent = (home) => {
  const { ikAsked: asked } = document;
  const here = window.location.pathname;
  if (here === asked.path || Date.now() - asked.at > NOT_COMING) asked.path = null;
  return here !== home || (asked.path !== null && asked.path !== home);
};
