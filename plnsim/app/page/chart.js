import { svgElement, element } from "./dom.js";
import { SCHOOL_WEEKS, percent } from "./words.js";

// The time series: what is in grey, what if as a fan of half and of 9 in 10 runs, the single run of the picture as a thin
// line; support shaded, its end marked; the guess stays at the right edge. The vertical axis is always 0 to 100 %.
// `sides`: {is, if or null, name: what the first is called}; a side is as curves.js makes it.

const MARGIN = { left: 52, right: 158, top: 14, bottom: 40 };
const NARROW = { ...MARGIN, right: 120 };
const APART = 19;
const LONGEST = 14;
export const AS_IT_IS = "as it is";
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const brief = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

export function chartOf(sides, { title, guess, hidden, width, height }) {
  const margin = width < 520 ? NARROW : MARGIN;
  const weeks = Math.max(sides.is.weeks, sides.if?.weeks ?? 0);
  const x = (week) => MARGIN.left + ((width - margin.left - margin.right) * (week + 1)) / weeks;
  const y = (share) => height - MARGIN.bottom - (height - MARGIN.top - MARGIN.bottom) * share;
  const picture = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": altText(sides, title, guess, hidden) });
  picture.append(...frame(weeks, x, y, width, height, margin));
  picture.append(...supportMarks(sides, x, y));
  if (hidden !== "all") picture.append(...curve(sides.is, "is", x, y, Boolean(sides.if)));
  if (sides.if && !hidden) picture.append(...curve(sides.if, "if", x, y, false));
  picture.append(...endLabels(sides, guess, hidden, x(weeks - 1), y, width < 520));
  picture.append(svgElement("line", { class: "now", y1: y(1), y2: y(0) }));
  picture.place = (week) => {
    for (const end of ["x1", "x2"]) picture.querySelector(".now").setAttribute(end, x(week));
  };
  return picture;
}

function frame(weeks, x, y, width, height, margin) {
  const parts = [];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(svgElement("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: y(share), y2: y(share) }));
    parts.push(svgElement("text", { class: "tick", x: margin.left - 6, y: y(share) + 5, "text-anchor": "end" }, `${100 * share}\u00a0%`));
  }
  const years = Math.floor(weeks / SCHOOL_WEEKS);
  const every = Math.max(1, Math.ceil(years / (width < 480 ? 5 : 12)));
  for (let year = 0; year <= years; year += every) {
    parts.push(svgElement("text", { class: "tick", x: x(year * SCHOOL_WEEKS - 1), y: height - MARGIN.bottom + 18, "text-anchor": "middle" }, String(year)));
  }
  parts.push(svgElement("text", { class: "tick", x: (x(0) + x(weeks - 1)) / 2, y: height - 5, "text-anchor": "middle" }, "school years"));
  return parts;
}

function supportMarks(sides, x, y) {
  const shown = sides.if ?? sides.is;
  const until = shown.supportEnds;
  const parts = [svgElement("rect", { class: "supported", x: x(-1), y: y(1), width: x(until - 1) - x(-1), height: y(0) - y(1) })];
  if (until >= shown.weeks) return parts;
  const right = until > shown.weeks * 0.7;
  parts.push(svgElement("line", { class: "ends", x1: x(until - 1), x2: x(until - 1), y1: y(1), y2: y(0) }));
  parts.push(svgElement("text", { class: "tick", x: x(until - 1) + (right ? -6 : 6), y: y(1) + 14, "text-anchor": right ? "end" : "start" }, "support ends"));
  if (sides.if && sides.is.supportEnds < sides.is.weeks && sides.is.supportEnds !== until) {
    parts.push(svgElement("line", { class: "ends before", x1: x(sides.is.supportEnds - 1), x2: x(sides.is.supportEnds - 1), y1: y(1), y2: y(0) }));
  }
  return parts;
}

function curve(side, kind, x, y, quiet) {
  const parts = [];
  if (!quiet) {
    parts.push(svgElement("path", { class: `outer ${kind}`, d: band(side.outer, x, y) }));
    parts.push(svgElement("path", { class: `inner ${kind}`, d: band(side.inner, x, y) }));
    if (side.one) parts.push(svgElement("path", { class: `one ${kind}`, d: line(side.one, x, y) }));
  } else {
    parts.push(svgElement("path", { class: `outer ${kind}`, d: band(side.outer, x, y) }));
  }
  parts.push(svgElement("path", { class: `middle ${kind}${quiet ? " beside" : ""}`, d: line(side.middle, x, y) }));
  return parts;
}

// A path through the defined points; where a value is missing, the pen is lifted.
function line(values, x, y) {
  let path = "";
  let down = false;
  values.forEach((value, week) => {
    if (value !== null) path += `${down ? "L" : "M"}${x(week).toFixed(1)} ${y(value).toFixed(1)}`;
    down = value !== null;
  });
  return path;
}

function band([low, high], x, y) {
  const points = low.map((least, week) => [week, least, high[week]]).filter(([, least]) => least !== null);
  if (points.length === 0) return "";
  const above = points.map(([week, , most]) => `${x(week).toFixed(1)} ${y(most).toFixed(1)}`);
  const below = points.reverse().map(([week, least]) => `${x(week).toFixed(1)} ${y(least).toFixed(1)}`);
  return `M${above.join("L")}L${below.join("L")}Z`;
}

// The last year of each curve and the guess, at the right edge, moved apart where they would meet.
function endLabels(sides, guess, hidden, right, y, narrow) {
  const labels = [];
  if (hidden !== "all") labels.push({ kind: "is", at: sides.is.last.mean, text: sides.if || sides.name !== AS_IT_IS ? brief(sides.name) : "" });
  if (sides.if && !hidden) labels.push({ kind: "if", at: sides.if.last.mean, text: "what if" });
  if (guess !== null) labels.push({ kind: "guess", at: guess, text: narrow ? "guess" : "your guess" });
  const known = labels.filter((one) => one.at !== null).sort((one, other) => other.at - one.at);
  known.forEach((one, place) => { one.y = Math.max(y(one.at) + 5, place ? known[place - 1].y + APART : 0); });
  for (let place = known.length - 1, most = y(0) + 5; place >= 0; place -= 1, most -= APART) known[place].y = Math.min(known[place].y, most);
  return known.flatMap((one) => [
    one.kind === "guess" ? svgElement("path", { class: "guess", d: `M${right} ${y(one.at)}l9 -6v12z` }) : null,
    svgElement("text", { class: `label ${one.kind}`, x: right + 12, y: one.y }, `${one.text} ${percent(one.at)}`.trim()),
  ]).filter(Boolean);
}

function altText(sides, title, guess, hidden) {
  const said = [`${title} over ${Math.round(sides.is.weeks / SCHOOL_WEEKS)} school years.`];
  if (hidden !== "all") said.push(`${capital(sides.name)}: ${percent(sides.is.last.mean)} in the last year.`);
  if (sides.if && !hidden) said.push(`What if: ${percent(sides.if.last.mean)} in the last year.`);
  if (guess !== null) said.push(`Your guess: ${percent(guess)}.`);
  return said.join(" ");
}

// The end of each year as a table: middle and the range of 9 in 10 runs.
export function tableOf(sides, hidden) {
  const shown = [[sides.name, hidden === "all" ? null : sides.is], ["what if", hidden ? null : sides.if]].filter(([, side]) => side);
  const head = element("tr", {}, element("th", { scope: "col" }, "end of year"), ...shown.map(([name]) => element("th", { scope: "col" }, `${name} (9 in 10 runs)`)));
  const rows = [];
  for (let year = 1; year <= Math.floor(sides.is.weeks / SCHOOL_WEEKS); year += 1) {
    const cells = shown.map(([, side]) => {
      const place = year * SCHOOL_WEEKS - 1;
      return element("td", {}, `${percent(side.middle[place])} (${percent(side.outer[0][place])} to ${percent(side.outer[1][place])})`);
    });
    rows.push(element("tr", {}, element("th", { scope: "row" }, String(year)), ...cells));
  }
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}
