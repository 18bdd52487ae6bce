import { element, svgElement } from "./dom.js";
import { SCHOOL_WEEKS, percent } from "./words.js";

// Curves of shares over weeks: an axis from 0 to 100 %, years below, the supported time shaded, a number at
// the right end of each (the last value, or `end`), and their names beneath.

const SIZE = { height: 300, left: 64, right: 76, top: 12, bottom: 40 };
const APART = 18;

// lines: [{values, kind, label, colour, end}]; `kind` is their class. guess: a share marked at the right edge.
export function curvesOf(lines, { weeks, supportEnds = 0, description, axis = "", ends = "", guess = null, guessLabel = "", wide = 640 }) {
  const { height, left, right, top, bottom } = SIZE;
  const x = (week) => left + ((wide - left - right) * week) / weeks;
  const y = (share) => height - bottom - (height - top - bottom) * share;
  const picture = svgElement("svg", { viewBox: `0 0 ${wide} ${height}`, role: "img", "aria-label": description });
  if (supportEnds > 0) picture.append(svgElement("rect", { class: "supported", x: x(0), y: y(1), width: x(Math.min(supportEnds, weeks)) - x(0), height: y(0) - y(1) }));
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    picture.append(svgElement("line", { class: "grid", x1: left, x2: wide - right, y1: y(share), y2: y(share) }),
      svgElement("text", { x: left - 6, y: y(share) + 5, "text-anchor": "end" }, `${100 * share}\u00a0%`));
  }
  for (let week = 0; week <= weeks; week += weeks > 2 * SCHOOL_WEEKS ? SCHOOL_WEEKS : 13) {
    const number = weeks > 2 * SCHOOL_WEEKS ? week / SCHOOL_WEEKS : week;
    picture.append(svgElement("text", { x: x(week), y: height - bottom + 18, "text-anchor": "middle" }, String(number)));
  }
  picture.append(svgElement("text", { x: (x(0) + x(weeks)) / 2, y: height - 4, "text-anchor": "middle" }, axis));
  if (supportEnds > 0 && supportEnds < weeks) {
    picture.append(svgElement("line", { class: "ends", x1: x(supportEnds), x2: x(supportEnds), y1: y(1), y2: y(0) }),
      svgElement("text", { x: x(supportEnds) + 5, y: y(1) + 14 }, ends));
  }
  const coloured = (what, colour) => (colour ? { style: `${what}:${colour}` } : {});
  for (const { values, kind, colour } of lines) {
    let path = "", down = false;
    values.forEach((value, week) => {
      const known = Number.isFinite(value);
      if (known) path += `${down ? "L" : "M"}${x(week + 1).toFixed(1)} ${y(value).toFixed(1)}`;
      down = known;
    });
    picture.append(svgElement("path", { class: `line ${kind}`, d: path, ...coloured("stroke", colour) }));
  }
  const labels = lines.map(({ values, kind, label, colour, end }) => ({ kind, label, colour, at: end ?? values.at(-1) }));
  if (guess !== null) labels.push({ kind: "guess", label: guessLabel, at: guess });
  const shown = labels.filter(({ at }) => Number.isFinite(at)).sort((one, other) => other.at - one.at);
  shown.forEach((one, place) => { one.y = Math.max(y(one.at) + 5, place ? shown[place - 1].y + APART : top); });
  for (let place = shown.length - 1, most = y(0) + 5; place >= 0; place -= 1, most -= APART) shown[place].y = Math.min(shown[place].y, most);
  for (const one of shown) {
    if (one.kind === "guess") picture.append(svgElement("path", { class: "guess", d: `M${wide - right} ${y(one.at)}l9 -6v12z` }));
    picture.append(svgElement("text", { class: `label ${one.kind}`, x: wide - right + 11, y: one.y, ...coloured("fill", one.colour) }, percent(one.at)));
  }
  const names = labels.map(({ kind, label, colour }) => element("li", {}, svgElement("svg", { viewBox: "0 0 30 12", class: "swatch", "aria-hidden": "true" },
    svgElement("path", kind === "guess" ? { class: "guess", d: "M10 6l9 -6v12z" } : { class: `line ${kind}`, d: "M0 6h30", ...coloured("stroke", colour) })), label));
  return element("div", { class: "curves" }, picture, element("ul", { class: "legend" }, ...names));
}
