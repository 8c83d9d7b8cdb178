// needs: ../dom.js ../channel.js style.css
/* The bar of a meeting: which step this is, what the facilitator or a table can press, and a clock. Arrow keys and a
 * clicker's page keys go forward and back while nobody is typing.
 */
const meetingBars = new WeakMap();
const FORWARD = ["ArrowRight", "PageDown"];
const BACK = ["ArrowLeft", "PageUp"];
const TYPING = "input, textarea, select, [contenteditable=true], [role=slider], [role=dialog] *, summary";

export default function ({ parentElement, data }) {
  let bar = meetingBars.get(parentElement);
  if (!bar) {
    bar = new MeetingBar(parentElement.querySelector(".ik-meeting"));
    meetingBars.set(parentElement, bar);
  }
  bar.update(JSON.parse(data.json));
  return () => {
    bar.close();
    meetingBars.delete(parentElement);
  };
}

class MeetingBar {
  constructor(root) {
    this.spoken = node(root, "div", "ik-voice", { role: "status", "aria-live": "polite" });
    const top = node(root, "div", "ik-meeting-top");
    this.brand = node(top, "span", "ik-meeting-brand");
    this.count = node(top, "span", "ik-meeting-count");
    this.code = node(top, "span", "ik-meeting-code");
    this.clock = node(top, "span", "ik-meeting-clock", { role: "timer" });
    this.tools = node(top, "div", "ik-meeting-tools", { role: "group" });
    this.heading = node(root, "h1", "ik-heading");
    this.shape = null;
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.timer = setInterval(() => this.tick(), 1000);
  }

  close() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.keys);
  }

  update(data) {
    if (data.clock) this.begun = performance.now() - data.clock.elapsed * 1000;
    this.data = data;
    document.documentElement.lang = data.language;
    document.documentElement.toggleAttribute("data-ik-present", data.present);
    setText(this.brand, data.brand);
    setText(this.count, data.count);
    setText(this.code, data.code);
    // What is another page to people begins at its top.
    const before = this.heading.textContent;
    if (before && before !== data.heading) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    setText(this.heading, data.heading);
    setText(this.spoken, data.spoken);
    setAttribute(this.tools, "aria-label", data.words.tools);
    const shape = JSON.stringify(data.buttons.map((button) => button.id));
    if (shape !== this.shape) {
      this.shape = shape;
      this.tools.replaceChildren();
      this.buttons = data.buttons.map(({ id }) => {
        const button = node(this.tools, "button", "ik-button", { type: "button", "data-meeting": id });
        button.addEventListener("click", () => this.press(id));
        return button;
      });
    }
    data.buttons.forEach((wanted, i) => {
      setText(this.buttons[i], wanted.label);
      this.buttons[i].disabled = Boolean(wanted.disabled);
      this.buttons[i].toggleAttribute("data-main", Boolean(wanted.main));
      if (wanted.pressed === undefined) this.buttons[i].removeAttribute("aria-pressed");
      else setAttribute(this.buttons[i], "aria-pressed", String(Boolean(wanted.pressed)));
    });
    this.tick();
  }

  press(id) {
    channel.press("meeting", { id, step: this.data.step });
  }

  key(event) {
    if (!this.data?.keys || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest?.(TYPING)) return;
    const id = FORWARD.includes(event.key) ? "next" : BACK.includes(event.key) ? "back" : null;
    const button = id && this.data.buttons.find((one) => one.id === id);
    if (!button || button.disabled || event.repeat) return;
    event.preventDefault();
    this.press(id);
  }

  /* The minutes that are left of the step; over time counts up, with a plus. */
  tick() {
    const { clock } = this.data ?? {};
    this.clock.hidden = !clock;
    if (!clock) return;
    const left = Math.round(clock.minutes * 60 - (performance.now() - this.begun) / 1000);
    const whole = Math.abs(left);
    const shown = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    setText(this.clock, left < 0 ? `+${shown}` : shown);
    this.clock.toggleAttribute("data-over", left < 0);
    setAttribute(this.clock, "aria-label", (left < 0 ? clock.over : clock.left).replace("{time}", shown));
  }
}
