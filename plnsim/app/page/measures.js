import { element } from "./dom.js";
import { summaryOf } from "./curves.js";
import { percent } from "./words.js";

// What the plans cost and what is left of the practice year after year, as tables. `sides`: [[name, results]], one or two.

const LASTS = [["teachers", "of teachers who used it, have not given it up (where they stay)"], ["schools", "of schools that had spread it, keep it"]];
const MOST_YEARS = 6;

const meanBy = (results, take) => summaryOf(results.map(take), [0, 1]).mean;
const rounded = (value) => (value === null ? "not defined" : Number(value.toPrecision(3)).toLocaleString("en"));

// What a plan costs in all, in the currency of the price list, and what of it has no price; the hours that teachers give.
export function costsOf(sides, prices) {
  const paid = (results) => [`${prices.sign}${rounded(meanBy(results, (result) => result.cost))}`, unpriced(results[0].notPriced)];
  const unpriced = (words) => (words.length ? element("div", { class: "small" }, `not priced: ${words.join(", ")}`) : null);
  const cells = [["cost, all years", paid], ["hours of teachers", (results) => [rounded(meanBy(results, (result) => result.hours))]]];
  const head = element("tr", {}, element("th", { scope: "col" }, "costs"), ...sides.map(([name]) => element("th", { scope: "col" }, name)));
  const rows = cells.map(([title, told]) => element("tr", {}, element("th", { scope: "row" }, title),
    ...sides.map(([, results]) => element("td", {}, ...told(results)))));
  return element("table", { class: "costs" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

export function lastingOf(sides) {
  const years = Math.min(MOST_YEARS, Math.max(...sides.map(([, results]) => results[0].teachers.length - 1)));
  if (years < 1) return element("p", { class: "small" }, "Support lasts to the end: what lasts without it cannot be told.");
  const rows = LASTS.flatMap(([kind, title]) => [
    element("tr", {}, element("th", { scope: "colgroup", colspan: years + 1, class: "kind" }, title)),
    ...sides.map(([name, results]) => element("tr", {}, element("th", { scope: "row" }, name),
      ...Array.from({ length: years }, (_, year) => element("td", {}, shareOf(results, kind, year + 1))))),
  ]);
  const head = element("tr", {}, element("th", { scope: "col" }, "years after support"), ...Array.from({ length: years }, (_, year) => element("th", { scope: "col" }, String(year + 1))));
  return element("table", {}, element("caption", {}, "Does it last?"), element("thead", {}, head), element("tbody", {}, ...rows));
}

function shareOf(results, kind, year) {
  const mean = meanBy(results, (result) => result[kind][year] ?? NaN);
  return mean === null ? "–" : percent(mean);
}
