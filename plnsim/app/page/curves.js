import { sumOf } from "./outcomes.js";
import { percent, SCHOOL_WEEKS, amount } from "./words.js";

// What some runs show: a fan for the chart, means and ranges of the last year, and the sentence that says so. `words` is the page's
// data: {bands: [[least share, word]], quantiles: [low, lower, middle, upper, high], range, model}.
//
// A side: {weeks, supportEnds, one, middle, inner: [low, high], outer: [low, high], last: {mean, low, high}}; what is not defined is null.

const known = (value) => (Number.isFinite(value) ? value : null);
const meanOf = (values) => sumOf(values) / values.length;

// As NumPy's: in proportion between the two values around it.
function quantileOf(ordered, share) {
  const place = share * (ordered.length - 1), below = Math.floor(place), rest = place - below;
  const low = ordered[below], high = ordered[Math.min(below + 1, ordered.length - 1)], apart = high - low;
  return rest >= 0.5 ? high - apart * (1 - rest) : low + apart * rest;
}

const inOrder = (values) => values.filter(Number.isFinite).sort((one, other) => one - other);

export function summaryOf(values, quantiles) {
  const defined = values.filter(Number.isFinite), ordered = inOrder(values);
  if (defined.length === 0) return { mean: null, low: null, high: null };
  return { mean: meanOf(defined), low: quantileOf(ordered, quantiles[0]), high: quantileOf(ordered, quantiles.at(-1)) };
}

// `shown` is the replicate of the single run.
export function sideOf(results, outcome, shown, { quantiles }) {
  const { weeks, supportEnds } = results[0];
  const levels = quantiles.map(() => new Array(weeks).fill(null));
  for (let week = 0; week < weeks; week += 1) {
    const ordered = inOrder(results.map((result) => result.weekly[outcome][week]));
    if (ordered.length) quantiles.forEach((share, level) => { levels[level][week] = quantileOf(ordered, share); });
  }
  const [low, lower, middle, upper, high] = levels;
  const one = results.find((result) => result.replicate === shown);
  return { weeks, supportEnds, one: one ? Array.from(one.weekly[outcome], known) : null, middle, inner: [lower, upper], outer: [low, high],
    last: summaryOf(results.map((result) => result.last[outcome]), quantiles) };
}

// Points of a difference of shares, signed: whole ones, one decimal below 10.
export function pointsOf(difference) {
  const value = 100 * difference, size = Math.abs(value);
  const text = size < 9.95 ? size.toFixed(1) : String(Math.round(size));
  return Number(text) === 0 ? "0" : `${value > 0 ? "+" : "\u2212"}${text}`;
}

// What the runs of one side, or of two run by run, show in the last year; `base` is what the first is called.
export function sentenceOf(is, other, outcome, base, words) {
  const current = other ?? is, years = amount(current[0].weeks / SCHOOL_WEEKS);
  const lasts = (results) => results.map((result) => result.last[outcome.name]);
  const { mean, low, high } = summaryOf(lasts(current), words.quantiles);
  if (mean === null) return `${outcome.title}: not defined here.`;
  const said = `${outcome.title}, in the last of ${years} years: about ${percent(mean)} (${words.range}: ${percent(low)} to ${percent(high)})`;
  if (!other) return `${said}. Sustained scale-up, ${words.model}: ${scaledUpIn(is, words)}.`;
  const before = summaryOf(lasts(is), words.quantiles).mean;
  const difference = differenceOf(lasts(other).map((one, run) => one - lasts(is)[run]), base, words);
  return `${said}, against about ${percent(before)} ${base}. In${words.model.slice(2)}: ${difference}; ` +
    `sustained scale-up ${scaledUpIn(other, words)}, ${base} ${scaledUpIn(is, words)}.`;
}

function differenceOf(gains, base, words) {
  const defined = gains.filter(Number.isFinite);
  if (!defined.some(Boolean)) return defined.length ? "the same in every run" : "no difference is defined";
  const mean = meanOf(defined), more = mean > 0;
  const count = defined.filter((gain) => (more ? gain > 0 : gain < 0)).length;
  return `${more ? "more" : "less"} than ${base} ${likelihoodOf(count, defined.length, "paired runs", words)}, ${pointsOf(mean)} points on average`;
}

function scaledUpIn(results, words) {
  const defined = results.map((result) => result.scaledUp).filter(Number.isFinite);
  if (defined.length === 0) return "not tested, as support lasts to the end";
  return likelihoodOf(defined.filter(Boolean).length, defined.length, "runs", words);
}

const likelihoodOf = (count, of, what, words) =>
  `${of < words.fewest ? words.few : words.bands.find(([least]) => count / of >= least)[1]} (${count} of ${of} ${what})`;
