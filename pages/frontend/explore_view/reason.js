/* Below a slider, where a table builds a proposal: why it is moved, in one sentence. What is typed goes to the channel when
 * the hand has paused, and before the field is left; while it has the focus it keeps what was typed.
 */
const PAUSE = 1200;
const REASON_LENGTH = 200;

const reasonField = (parent, id, wanted) => {
  if (!wanted) return null;
  const field = node(parent, "input", "ik-reason", { type: "text", maxlength: REASON_LENGTH, autocomplete: "off", "data-reason": id });
  let timer;
  let said = null;
  const say = () => {
    clearTimeout(timer);
    if (field.value === said) return;
    said = field.value;
    channel.append("reason", { id, text: said });
  };
  field.addEventListener("focus", () => (said = field.value));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, PAUSE);
  });
  field.addEventListener("change", say);
  return field;
};

const fillReason = (field, item, { locked, words }) => {
  if (!field) return;
  setAttribute(field, "placeholder", words.reason);
  setAttribute(field, "aria-label", words.reasonLabel.replace("{name}", item.name));
  field.readOnly = Boolean(locked);
  const said = channel.pending.some((entry) => entry.kind === "reason" && entry.id === item.id);
  if (field !== document.activeElement && !said && field.value !== item.why) field.value = item.why;
};
