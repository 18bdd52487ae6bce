import { percent } from "./dom.js";

// The source of a page without a server: reads the grid that plnsim/app/grid.py simulated and plnsim/app/explorable.py embedded.
// Between the settings of the grid everything is read in proportion (multilinear), run by run where pairs are compared.
//
// data -> { about, own: {name: value}, axes: [{name, label, nodes}], at: [weeks], weeks, ends: [support ends, for each node of the last axis],
//           outcomes: [{name, meaning}], levels, runs, dots, years, range: [low, high], named (what holds the range), words: [[least, word]],
//           curves, teachers, last, scaled: base64 of bytes (last: of 32-bit floats; scaled: 255 where it is not tested) }

export function grid(data) {
  const curves = bytesOf(data.curves);
  const teachers = bytesOf(data.teachers);
  const last = new Float32Array(bytesOf(data.last).buffer);
  const scaled = bytesOf(data.scaled);
  const moments = data.at.length;

  // The settings of the grid around some values, each with its weight.
  function around(values) {
    let corners = [[0, 1]];
    for (const { name, label, nodes } of data.axes) {
      const value = values[name] ?? data.own[name];
      if (!(value >= nodes[0] && value <= nodes[nodes.length - 1])) throw new Error(`This page knows ${label} from ${nodes[0]} to ${nodes[nodes.length - 1]}, not ${value}.`);
      const place = nodes.findLastIndex((one) => one <= value);
      const share = nodes[place] === value ? 0 : (value - nodes[place]) / (nodes[place + 1] - nodes[place]);
      corners = corners.flatMap(([index, weight]) => [[index * nodes.length + place, weight * (1 - share)],
        ...(share > 0 ? [[index * nodes.length + place + 1, weight * share]] : [])]);
    }
    return corners;
  }

  function interpolate(table, corners, from, count, width) {
    return Array.from({ length: count }, (_, place) => corners.reduce((sum, [index, weight]) => sum + weight * table[index * width + from + place], 0));
  }

  function endOf(values) {
    const { name, nodes } = data.axes[data.axes.length - 1];
    return data.ends[nodes.findLastIndex((one) => one <= (values[name] ?? data.own[name]))];
  }

  function sideOf(values, outcome) {
    const corners = around(values);
    const width = data.outcomes.length * data.levels * moments;
    const curve = (level) => interpolate(curves, corners, (outcome * data.levels + level) * moments, moments, width).map((byte) => byte / 255);
    const [middle, lower, upper, low, high, one] = Array.from({ length: data.levels }, (_, level) => curve(level));
    const each = interpolate(last, corners, outcome * data.runs, data.runs, data.outcomes.length * data.runs);
    const reached = interpolate(scaled, corners, 0, data.runs, data.runs);
    const tested = corners.every(([index]) => scaled[index * data.runs] !== 255);
    return { each, scaledUp: tested ? Math.round(reached.reduce((sum, one) => sum + one, 0)) : null,
      shown: { at: data.at, weeks: data.weeks, support_ends: endOf(values), middle, inner: [lower, upper], outer: [low, high], one, last: rangeOf(each) } };
  }

  function rangeOf(values) {
    return { mean: meanOf(values), low: quantileOf(values, data.range[0]), high: quantileOf(values, data.range[1]) };
  }

  // -- words, as plnsim/app/curves.py has them -----------------------------------------------------------------------------

  const IN_THIS_MODEL = "in this model, at these assumptions";
  const counted = (count, what) => `${data.words.find(([least]) => count / data.runs >= least)[1]} (${count} of ${data.runs} ${what})`;
  const scaledUp = (side) => (side.scaledUp === null ? "not tested, as support lasts to the end" : counted(side.scaledUp, "runs"));

  function sentenceOf(is, iff, outcome) {
    const { mean, low, high } = (iff ?? is).shown.last;
    const said = `${data.outcomes[outcome].meaning.replace(/\.$/, "")}, in the last of ${data.years} years: about ${percent(mean)} ` +
      `(${data.named}: ${percent(low)} to ${percent(high)})`;
    if (!iff) return `${said}. Sustained scale-up, ${IN_THIS_MODEL}: ${scaledUp(is)}.`;
    return `${said}, against about ${percent(is.shown.last.mean)} as it is. ${differenceOf(iff.each.map((one, run) => one - is.each[run]))} ` +
      `Sustained scale-up, ${IN_THIS_MODEL}: ${scaledUp(iff)}; as it is: ${scaledUp(is)}.`;
  }

  function differenceOf(gain) {
    if (gain.every((one) => one === 0)) return "That is the same in every run.";
    const more = meanOf(gain) > 0;
    return `${more ? "More" : "Less"} than as it is, ${IN_THIS_MODEL}: ${counted(gain.filter((one) => (more ? one > 0 : one < 0)).length, "paired runs")}, ` +
      `${signed(meanOf(gain))} points on average.`;
  }

  // -- the source ----------------------------------------------------------------------------------------------------------

  return {
    about: async () => data.about,
    async curves({ outcome, is, if: other }) {
      const place = data.outcomes.findIndex((one) => one.name === outcome);
      const before = sideOf(is, place);
      const after = other ? sideOf(other, place) : null;
      return { outcome, is: before.shown, if: after?.shown ?? null, sentence: sentenceOf(before, after, place),
        paired: after ? rangeOf(after.each.map((one, run) => one - before.each[run])) : null };
    },
    async picture({ values }) {
      const corners = around(values);
      const [trying, habit] = [0, 1].map((kind) => interpolate(teachers, corners, kind * moments, moments, 2 * moments).map((byte) => byte / 255));
      return { dots: data.dots, at: data.at, trying, habit, support_ends: endOf(values), weeks: data.weeks };
    },
    async story() { throw new Error("This page has no stories; plnsim serve tells them."); },
    async open() { throw new Error("This page knows one scenario; plnsim serve opens others."); },
  };
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const meanOf = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

function quantileOf(values, at) {
  const ordered = [...values].sort((one, other) => one - other);
  const place = at * (ordered.length - 1);
  const below = Math.floor(place);
  return ordered[below] + (place - below) * ((ordered[below + 1] ?? ordered[below]) - ordered[below]);
}

// A difference of shares in signed percentage points: whole points, one decimal below 10.
function signed(difference) {
  const value = 100 * difference;
  const digits = Math.abs(value) < 9.95 ? Math.abs(value).toFixed(1) : String(Math.round(Math.abs(value)));
  return Number(digits) === 0 ? "0" : `${value > 0 ? "+" : "\u2212"}${digits}`;
}
