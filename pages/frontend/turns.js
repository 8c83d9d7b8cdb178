/* Who speaks when. Streamlit gathers all that is said within a moment into one message, and if any of it comes from a part
 * that runs by itself, nothing but that part runs: a press on a button would be taken, and never drawn. And a part
 * that runs right behind a run of the whole page throws away what that run has not sent yet: it is taken down and put
 * up again, out of the hand that holds it. So each speaks in a moment of its own, and a part waits for the end of a run
 * of the whole page.
 */
const QUIET = 250; // ms that the hand has rested before a part looks for news of its own accord
const SOON = 20; // ms between looks whether a run has ended
const AGAIN_AFTER = 1000; // ms, twice as long each time, after which what was not heard is said again,
const AGAIN_AT_MOST = 8000;
const TIMES = 6; // so many times
const GIVEN_UP = 10000; // ms after which the end of a run is no longer waited for

if (!document.ikTurn) {
  const turn = { who: null, asked: 0, at: null, said: null, answered: 0, hand: 0, timer: 0, waiting: [], look: 0, looks: false, rested: 0, hands: () => 0 };
  document.ikTurn = turn;
  for (const kind of ["pointerdown", "pointerup", "keydown", "keyup", "change"]) {
    window.addEventListener(kind, () => (turn.hand = performance.now()), true);
  }
  // A press in the very moment of a look waits until that is on its way.
  let own = false;
  const hold = (event) => {
    const button = event.target.closest?.("button, label, [role=option], [role=tab]");
    if (own || !turn.who || !button || !event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const press = () => {
      if (turn.who) return setTimeout(press, 0);
      own = true;
      (event.target.click ? event.target : button).click(); // a drawing in a button cannot be pressed
      own = false;
    };
    press();
  };
  window.addEventListener("click", hold, true);
}

const running = () => /^(running|rerunRequested)$/.test(document.querySelector("[data-testid=stApp]")?.dataset.testScriptState);

/* Says it as soon as nobody else is about to. */
function inTurn(who, say) {
  const { ikTurn: turn } = document;
  if (turn.who && turn.who !== who) {
    setTimeout(() => inTurn(who, say), 0);
    return;
  }
  say();
  turn.who = who;
  clearTimeout(turn.timer);
  // Streamlit's own timer was set just before this one, and sends first.
  turn.timer = setTimeout(() => (turn.who = null), 0);
}

/* The same for a part that looks for news of its own accord: nobody waits for that run. */
function lookAs(who, say) {
  document.ikTurn.looks = true;
  inTurn(who, say);
}

/* Whether the server has not heard yet what was said to the page last. Without a bar, as while a server that has started
 * again loads the model, nobody hears how far it is.
 */
const unheard = ({ asked, answered }) => answered < asked && document.querySelector(".ik-bar") !== null;
const recent = (at) => performance.now() - at < GIVEN_UP;

/* What a server has to be told before anything new: what it has forgotten, and what was done before. */
const rank = (name) => ["memory", "left"].indexOf(name) + 1 || 3;

/* Says what lets the whole page run, as the bar; it hears how far the server has heard. One after the other, in the order in
 * which it came: of two that come together Streamlit throws out the first. While the page is being left it waits for
 * the one that comes. A run that is broken off before it has worked through a press takes that along: it is said again,
 * and counts once.
 */
function toPage(way, name, value) {
  const { waiting } = document.ikTurn;
  const at = waiting.findIndex((other) => rank(other.name) > rank(name));
  waiting.splice(at < 0 ? waiting.length : at, 0, { way, name, value });
  sayWaiting();
}

function sayWaiting() {
  const { ikTurn: turn } = document;
  clearTimeout(turn.look);
  if (turn.said && turn.answered >= turn.said.turn) turn.said = null;
  if (!turn.said && !turn.waiting.length) return;
  turn.look = setTimeout(sayWaiting, SOON);
  // Without a bar, as while a server that has started again loads the model, nobody would say it or hear of it.
  if (silent(document.ikBar.home) || !document.querySelector(".ik-bar")) return;
  if (!turn.said) {
    turn.asked += 1;
    turn.said = { ...turn.waiting.shift(), turn: turn.asked, times: 0 };
  } else {
    const { said } = turn;
    const wait = Math.min(AGAIN_AFTER * 2 ** (said.times - 1), AGAIN_AT_MOST);
    if (running() || performance.now() - said.at < wait) return;
    if (said.times > TIMES) {
      turn.said = null;
      return;
    }
  }
  const { said } = turn;
  said.times += 1;
  said.at = turn.at = performance.now();
  const { way, name, value, turn: number, times } = said;
  inTurn("page", () => document.ikBar[way](name, { ...value, turn: number, times }));
}

/* Whether the page has been asked to run as a whole and has not come to the end of it. */
function pageRuns() {
  const { ikTurn: turn } = document;
  if (turn.at && !(recent(turn.at) && (unheard(turn) || running()))) turn.at = null;
  return turn.at !== null;
}

/* Whether anything runs, or was asked to; not for ever. */
const busy = (since) => recent(since) && (pageRuns() || running());

/* Does it when nothing runs any more. */
function afterRun(act, since = performance.now()) {
  if (busy(since)) setTimeout(afterRun, SOON, act, since);
  else act();
}

/* Whether a part may look for news of its own accord: nothing runs or was asked to, and no hand is at work. */
const mayLook = () => !pageRuns() && !running() && performance.now() - document.ikTurn.hand > QUIET;
