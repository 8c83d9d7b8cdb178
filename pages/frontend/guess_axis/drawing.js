/* The picture: what was published, the first year without changes, then nothing until the end, where one guesses; after
 * the reveal the guesses beside each other at the end, and the run.
 */
const DAYS_OF_YEAR = 365.25;
const BESIDE = 1.25; // of a dot's width, between two that would lie on each other

const boxOf = (guess) => {
  const { data, plot, root } = guess;
  const letter = parseFloat(getComputedStyle(plot).fontSize);
  const width = plot.clientWidth || 320;
  const shown = data.mode === "shown";
  const columns = data.reveal?.rounds.length ?? 0;
  const labels = Math.max(...data.axis.marks.map(([, words]) => words.length));
  const left = (0.6 * labels + 1) * letter;
  const label = Math.max(...[data.reveal?.run?.label ?? "", ""].map((words) => words.length));
  const column = Math.max(3.5 * letter, Math.min(5 * letter, width / 8));
  const right = shown ? columns * column + (label ? (0.85 * label + 1.2) * letter : letter) : Math.max(30, 1.6 * letter);
  const top = (columns > 1 ? 1.5 : 0.7) * letter;
  const bottom = 1.6 * letter;
  let height = width < 500 ? 300 : 360;
  if (data.present) {
    const below = root.getBoundingClientRect().bottom - plot.getBoundingClientRect().bottom;
    const above = plot.getBoundingClientRect().top + (document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0);
    height = Math.max(8 * letter, window.innerHeight - above - below - 0.8 * letter);
  }
  const { low, high } = guess.ends();
  const first = Math.min(data.begins, ...data.past.map(([day]) => day));
  const x = (day) => left + ((day - first) / (data.ends - first)) * (width - left - right);
  const inner = height - top - bottom;
  const of = (value) => top + (1 - (value - low) / (high - low)) * inner;
  const y = (value) => plot.getBoundingClientRect().top + of(value);
  const at = (clientY) => low + (1 - (clientY - plot.getBoundingClientRect().top - top) / inner) * (high - low);
  return { letter, width, height, left, right, top, bottom, column, columns, x, of, y, at, first };
};

const pathOf = (points, box) => points.map(([day, value], i) => `${i ? "L" : "M"}${box.x(day).toFixed(1)} ${box.of(value).toFixed(1)}`).join("");

const drawGuess = (guess) => {
  const { data, svg, plot } = guess;
  const box = boxOf(guess);
  plot.style.height = box.height + "px";
  setAttribute(svg, "width", String(box.width));
  setAttribute(svg, "height", String(box.height));
  svg.replaceChildren();
  const words = (x, y, text, className, attributes = {}) => {
    drawing(svg, "text", { x, y, class: className, ...attributes }).textContent = text;
  };
  const line = (className, x1, y1, x2, y2) => drawing(svg, "line", { class: className, x1, y1, x2, y2 });
  const end = box.x(data.ends);
  for (const [mark, label] of data.axis.marks) {
    line("ik-guess-grid", box.left, box.of(mark), end, box.of(mark));
    words(box.left - 0.4 * box.letter, box.of(mark) + 0.35 * box.letter, label, "ik-guess-quiet", { "text-anchor": "end" });
  }
  drawYears(box, data, words, line);
  if (data.target) {
    line("ik-guess-target", box.left, box.of(data.target[0]), end, box.of(data.target[0]));
    words(box.left + 4, box.of(data.target[0]) - 5, data.target[1], "ik-guess-ink");
  }
  if (data.past.length) drawing(svg, "path", { class: "ik-guess-past", d: pathOf(data.past, box) });
  const revealed = drawRun(guess, box, end, words, line);
  if (!revealed) {
    const last = data.known.at(-1);
    drawing(svg, "path", { class: "ik-guess-base", d: pathOf(data.known, box) });
    if (last) {
      const [x, y] = [box.x(last[0]), box.of(last[1])];
      const below = (guess.value ?? [last[1]])[1] > last[1];
      drawing(svg, "circle", { class: "ik-guess-known", cx: x, cy: y, r: 0.35 * box.letter });
      const long = 0.55 * data.knownLabel.length * box.letter;
      words(Math.max(box.left + 4, Math.min(x - 3 * box.letter, end - long - box.letter)), y + (below ? 1.5 : -0.8) * box.letter, data.knownLabel, "ik-guess-quiet");
    }
  }
  line("ik-guess-end", end, box.top, end, box.height - box.bottom);
  if (data.mode === "watch") words(end - 0.6 * box.letter, (box.top + box.height - box.bottom) / 2 + 0.5 * box.letter, "?", "ik-guess-figure", { "text-anchor": "end" });
  else if (data.mode !== "shown") drawOwn(guess, box, end, words, line);
  drawLegend(guess);
  setText(guess.sentence, guess.part < 1 ? "\u00a0" : data.reveal?.sentence ?? "");
  setText(guess.note, guess.part < 1 ? "\u00a0" : data.reveal?.note ?? "");
  guess.again.hidden = !data.reveal?.run;
};

const drawYears = (box, data, words, line) => {
  const from = 1970 + Math.ceil(box.first / DAYS_OF_YEAR);
  const to = 1970 + Math.floor((data.ends + 10) / DAYS_OF_YEAR);
  const room = 3.2 * box.letter;
  let last = -Infinity;
  for (let year = from; year <= to; year++) {
    const x = box.x((Date.UTC(year, 0, 1)) / 86400000);
    if (x < box.left || x - last < room) continue;
    last = x;
    line("ik-guess-grid", x, box.height - box.bottom, x, box.height - box.bottom + 5);
    words(x, box.height - 0.35 * box.letter, String(year), "ik-guess-quiet", { "text-anchor": "middle" });
  }
};

/* One's own guess, before the reveal: from what is known to where it ends. */
const drawOwn = (guess, box, end, words, line) => {
  const { data, svg, value } = guess;
  const colour = data.colours.guess;
  const start = data.known.at(-1) ?? data.past.at(-1);
  if (data.first) {
    const [low, high] = data.first;
    if (low !== high) line("ik-guess-first", end, box.of(low), end, box.of(high)).style.stroke = colour;
    for (const each of new Set(data.first)) drawing(svg, "circle", { class: "ik-guess-ring", cx: end, cy: box.of(each), r: 0.55 * box.letter, style: `stroke:${colour}` });
  }
  const shown = value ?? (data.mode === "guess" ? guess.unset() : null);
  if (shown && start && value) {
    const area = [[start[0], start[1]], [data.ends, shown[1]], [data.ends, shown[0]]];
    drawing(svg, "path", { class: "ik-guess-way", d: pathOf(area, box) + "Z", style: `stroke:${colour};fill:${colour}` });
  }
  if (shown) {
    const [low, high] = shown;
    if (low !== high) line("ik-guess-bar", end, box.of(low), end, box.of(high)).style.stroke = colour;
    for (const each of new Set(shown)) {
      drawing(svg, "circle", {
        class: value ? "ik-guess-dot" : "ik-guess-unset", cx: end, cy: box.of(each), r: Math.max(10, 0.6 * box.letter), style: `--guess:${colour}`,
      });
      if (value) words(end - Math.max(16, box.letter), box.of(each) - 0.5 * box.letter, guess.text(each), "ik-guess-value", { "text-anchor": "end" });
    }
  }
  guess.handles.forEach((handle, i) => {
    handle.style.left = end + "px";
    handle.style.top = box.of((shown ?? guess.unset())[i]) + "px";
  });
};

/* Dots that would lie on each other stand side by side; returns how far each is moved, in widths of a dot. */
const besides = (spots, box, size) => {
  const placed = [];
  return spots.map(({ low, high }) => {
    const top = box.of(high) - size / 2;
    const bottom = box.of(low) + size / 2;
    let lane = 0;
    while (placed.some((one) => one.lane === lane && one.top < bottom && top < one.bottom)) lane++;
    placed.push({ lane, top, bottom });
    return lane;
  });
};

/* The reveal; returns whether the run is drawn. */
const drawRun = (guess, box, end, words, line) => {
  const { data, svg } = guess;
  if (!data.reveal) return false;
  const { rounds, run } = data.reveal;
  const part = guess.part;
  if (run) {
    drawing(svg, "path", { class: "ik-guess-base", d: pathOf(run.base, box) });
    if (part === 1 && run.band.length) {
      const upper = run.band.map(([day, , high]) => [day, high]);
      const lower = run.band.map(([day, low]) => [day, low]).reverse();
      drawing(svg, "path", { class: "ik-guess-band", d: pathOf(upper, box) + pathOf(lower, box).replace("M", "L") + "Z" });
    }
    const upTo = data.begins + part * (data.ends - data.begins);
    drawing(svg, "path", { class: "ik-guess-run", d: pathOf(run.line.filter(([day]) => day <= upTo), box) });
  }
  rounds.forEach((round, i) => {
    const middle = end + (i + 0.5) * box.column;
    if (round.label) words(middle, 0.9 * box.letter, round.label, "ik-guess-quiet", { "text-anchor": "middle" });
    const lanes = Math.max(1, ...besides(round.spots, box, 0.8 * box.letter).map((lane) => lane + 1));
    const size = Math.max(6, Math.min(0.8 * box.letter, (0.94 * box.column) / (BESIDE * lanes)));
    const lane = besides(round.spots, box, size);
    const most = Math.max(...lane, 0);
    round.spots.forEach((spot, n) => drawSpot(svg, spot, middle + (lane[n] - most / 2) * BESIDE * size, size, box, data.colours.guess));
  });
  if (run && part === 1) drawRange(svg, run, box, end, words, line);
  return Boolean(run);
};

const drawSpot = (svg, spot, x, size, box, colour) => {
  const attributes = { class: "ik-guess-spot", style: `--guess:${colour}`, ...(spot.late ? { "data-late": "" } : {}), ...(spot.own ? { "data-own": "" } : {}) };
  if (spot.low === spot.high) {
    drawing(svg, "circle", { ...attributes, cx: x, cy: box.of(spot.low), r: size / 2 });
    return;
  }
  drawing(svg, "rect", { ...attributes, x: x - size / 3, y: box.of(spot.high), width: size / 1.5, height: Math.max(box.of(spot.low) - box.of(spot.high), 3), rx: size / 3 });
};

/* The run's end beside the guesses: a dot with its range, its figure, and the line without changes. */
const drawRange = (svg, run, box, end, words, line) => {
  const x = end + box.columns * box.column + 0.4 * box.letter;
  line("ik-guess-lead", end, box.of(run.value), x, box.of(run.value));
  if (run.range) line("ik-guess-range", x, box.of(run.range[0]), x, box.of(run.range[1]));
  drawing(svg, "circle", { class: "ik-guess-answer", cx: x, cy: box.of(run.value), r: 0.45 * box.letter });
  words(x + 0.7 * box.letter, box.of(run.value) + 0.5 * box.letter, run.label, "ik-guess-figure");
  const base = box.of(run.baseValue);
  const away = Math.abs(base - box.of(run.value)) < 1.2 * box.letter && base <= box.of(run.value) ? -0.7 : 1.25;
  words(end - 0.4 * box.letter, base + away * box.letter, run.baseLabel, "ik-guess-quiet", { "text-anchor": "end" });
};

const drawLegend = (guess) => {
  const { words, reveal, colours } = guess.data;
  const spots = reveal?.rounds.flatMap((round) => round.spots) ?? [];
  const kinds = [
    [spots.length, "dot", words.guesses], [spots.some((spot) => spot.late), "late", words.late],
    [spots.some((spot) => spot.own), "own", words.own], [reveal?.run, "run", words.run],
  ].filter(([is]) => is);
  const wanted = JSON.stringify([kinds, colours]);
  if (guess.legended === wanted) return;
  guess.legended = wanted;
  guess.legend.replaceChildren();
  for (const [, kind, label] of kinds) {
    const item = node(guess.legend, "li", "");
    node(item, "span", "ik-guess-key", { "data-key": kind, "aria-hidden": "true", style: `--guess:${colours.guess}` });
    node(item, "span", "").textContent = label;
  }
};
