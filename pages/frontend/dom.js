/* Small helpers that the components share; put in front of each component's own script. */
const node = (parent, tag, className, attributes = {}) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (parent) parent.append(element);
  return element;
};

const drawing = (parent, tag, attributes = {}) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};

const setText = (element, text) => {
  const wanted = text || "";
  if (element.textContent !== wanted) element.textContent = wanted;
};

const setAttribute = (element, name, value) => {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};

/* One list of texts as list items. */
const fillList = (list, texts) => {
  while (list.children.length > texts.length) list.lastChild.remove();
  texts.forEach((text, i) => setText(list.children[i] || node(list, "li", ""), text));
};

/* Status as a shape that differs without colour: disc with tick, ring, tick, arrow, wave, bars, arrow back, plus, dash. */
const ARROW = "M2 7h7.2L6.4 4.2 7.8 2.8 13 8l-5.2 5.2-1.4-1.4L9.2 9H2Z";
const RING = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z";
const PLUS = "M7 3h2v4h4v2H9v4H7V9H3V7h4Z";
const DASH = "M3 7h10v2H3Z";
const WAVE = "M2 8.2C4 5 6 5 8 6.6s4 1.6 6-1.6v2.8c-2 3.2-4 3.2-6 1.6S4 7.8 2 11Z";
const ICONS = {
  reached: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-1.2 10L3.6 7.8l1.3-1.3 1.9 1.9 4.3-4.3 1.3 1.3Z",
  reached_assumed: RING,
  may_be_reached: RING,
  reached_anyway: "M6.8 11 3.6 7.8l1.3-1.3 1.9 1.9 4.3-4.3 1.3 1.3Z",
  better_in_time: ARROW,
  better: ARROW,
  same_or_better: WAVE,
  same_or_worse: WAVE,
  better_or_worse: WAVE,
  same: "M2 5h12v2H2Zm0 4h12v2H2Z",
  worse: "M14 7H6.8l2.8-2.8-1.4-1.4L3 8l5.2 5.2 1.4-1.4L6.8 9H14Z",
  more_effort: PLUS,
  less_effort: DASH,
  effort_reached: PLUS,
  none: DASH,
};

/* A status: icon and word; returns what to fill. */
const statusParts = (parent, className) => {
  const status = node(parent, "span", "ik-status " + className);
  const icon = drawing(status, "svg", { viewBox: "0 0 16 16", class: "ik-icon", "aria-hidden": "true" });
  return { status, shape: drawing(icon, "path"), word: node(status, "span") };
};

const fillStatus = (parts, status, word) => {
  setAttribute(parts.status, "data-status", status);
  setAttribute(parts.shape, "d", ICONS[status] || ICONS.none);
  setText(parts.word, word);
};

/* A number as people write it, with comma or point before the decimals; NaN for what is none, and for 1.000, which is a
 * thousand to one reader and one to another. A native number field reads only its browser's own mark. */
const readNumber = (text) => {
  const written = text.trim().replace(/[\u2010-\u2014\u2212]/g, "-").replace(/(\d)[ \u00a0\u202f](?=\d{3}(\D|$))/g, "$1");
  const either = /^[-+]?[1-9]\d{0,2}[.,]\d{3}$/.test(written);
  return !either && /^[-+]?(\d+([.,]\d*)?|[.,]\d+)$/.test(written) ? Number(written.replace(",", ".")) : NaN;
};
