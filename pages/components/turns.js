/* Who speaks when. Streamlit gathers all that is said within a moment into one message, and if any of it comes from a part
 * that runs by itself, nothing but that part runs: a press on a button would be taken, and never drawn. And a part
 * that runs right behind a run of the whole page throws away what that run has not sent yet: it is taken down and put
 * up again, out of the hand that holds it. So each speaks in a moment of its own, and a part waits for the end of a run
 * of the whole page.
 */
const QUIET = 250; // ms that the hand has rested before a part looks for news of its own accord
const SOON = 20; // ms between looks whether a run has ended
const GIVEN_UP = 10000; // ms after which the end of a run is no longer waited for

if (!document.ikTurn) {
  const turn = { who: null, asked: 0, at: 0, answered: 0, hand: 0, timer: 0 };
  document.ikTurn = turn;
  for (const kind of ["pointerdown", "pointerup", "keydown", "keyup", "change"]) {
    window.addEventListener(kind, () => (turn.hand = Date.now()), true);
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

/* Says what lets the whole page run; the bar hears how far the server has heard. */
function toPage(say, name, value) {
  const { ikTurn: turn } = document;
  turn.asked += 1;
  turn.at = Date.now();
  inTurn("page", () => say(name, { ...value, turn: turn.asked }));
}

/* Whether the page has been asked to run as a whole and has not come to the end of it. */
function pageRuns() {
  const { ikTurn: turn } = document;
  // Without a bar, as while a server that has started again loads the model, nobody hears how far it is.
  if (Date.now() - turn.at > GIVEN_UP || !document.querySelector(".ik-bar")) return false;
  if (turn.answered >= turn.asked && !running()) turn.at = 0;
  return turn.at > 0;
}

/* Does it when nothing runs any more. */
function afterRun(act, since = Date.now()) {
  if ((pageRuns() || running()) && Date.now() - since < GIVEN_UP) setTimeout(afterRun, SOON, act, since);
  else act();
}

/* Whether a part may look for news of its own accord: nothing runs or was asked to, and no hand is at work. */
const mayLook = () => !pageRuns() && !running() && Date.now() - document.ikTurn.hand > QUIET;
