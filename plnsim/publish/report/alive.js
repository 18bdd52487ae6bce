import { byId, element } from "./dom.js";
import { percent } from "./words.js";
import { carriedModel, mean, meanByWeek, ratio, runAll } from "./runs.js";
import { curvesOf } from "./curves.js";

// The levers of a report: what is moved in one of the compared scenarios, or in all, is simulated in the page.

const { sides, base, lead, levers, runs } = JSON.parse(byId("data").textContent);
const moved = {}, MINUS = "\u2212";

const read = (run) => ({ use: run.outcome("use"), last: ratio(run, "users", "staff"), deep: ratio(run, "depth", "staff"), ends: run.supportEnds });
const meanOf = (some, name) => mean(some.map((one) => one[name]));
const points = (difference) => `${difference < 0 ? MINUS : "+"}${Math.abs(100 * difference).toFixed(1)}`;
const where = () => byId("alive-where")?.value ?? "all";
const isMoved = (place) => Object.keys(moved).length > 0 && (where() === "all" || Number(where()) === place);

async function begin() {
  const models = await Promise.all(sides.map((_, place) => carriedModel(String(place))));
  const was = [], simulate = (place, values, stopped) => runAll(models[place], { values, years: sides[place].years, read, stopped });
  for (const place of sides.keys()) was.push(await simulate(place, {}));
  const carried = models[0].replicates, ofRuns = carried < runs ? `the first ${carried} of the ${runs} runs` : runs > 1 ? `the ${runs} runs` : "the run";
  let wanted = 0, shown = was;

  async function update() {
    const mine = (wanted += 1), now = [];
    byId("alive-said").textContent = "Running …";
    for (const place of sides.keys()) {
      const some = isMoved(place) ? await simulate(place, { ...moved }, () => mine !== wanted) : was[place];
      if (!some) return;
      now.push(some);
    }
    shown = now;
    draw();
  }

  function draw() {
    const changed = sides.map((_, place) => shown[place] !== was[place]);
    const lines = sides.flatMap(({ label, colour }, place) => [
      { kind: "now", label, colour, values: meanByWeek(shown[place].map(({ use }) => use)), end: meanOf(shown[place], "last") },
      ...(changed[place] ? [{ kind: "was", label: `${label}, as it was`, colour, values: meanByWeek(was[place].map(({ use }) => use)), end: meanOf(was[place], "last") }] : []),
    ]).sort((one, other) => other.values.length - one.values.length);
    const description = `Teachers using the practice, week by week. In the last year: ${lines.map(({ label, end }) => `${label} ${percent(end)}`).join(", ")}.`;
    byId("alive-curves").replaceChildren(curvesOf(lines, { weeks: lines[0].values.length, supportEnds: shown[base][0].ends, description, axis: "school years", ends: "support ends", wide: Math.min(700, byId("alive").clientWidth) }));
    byId("alive-table").replaceChildren(table(changed));
    const place = where() === "all" ? lead : Number(where());
    byId("alive-said").textContent = changed.some(Boolean)
      ? `Moved in ${where() === "all" ? "all of them" : sides[place].label}: ${percent(meanOf(shown[place], "last"))} of all teachers use it in the last year${where() === "all" && sides.length > 1 ? ` in ${sides[place].label}` : ""}, ${percent(meanOf(was[place], "last"))} as it was; means of ${ofRuns}, with the same luck.`
      : `Nothing is moved yet: means of ${ofRuns} on this page. Move what you would do otherwise; the luck stays the same.`;
  }

  function table(changed) {
    const heads = ["", "Use", "Deep use", ...(sides.length > 1 ? [`Deep use against ${sides[base].label}, points`] : [])];
    const rows = sides.map(({ label }, place) => {
      const both = (text, before) => (changed[place] ? `${text} (was ${before})` : text);
      const cells = ["last", "deep"].map((name) => both(percent(meanOf(shown[place], name)), percent(meanOf(was[place], name))));
      const ahead = (some) => points(mean(some[place].map(({ deep }, run) => deep - some[base][run].deep)));
      if (sides.length > 1) cells.push(place === base ? "" : changed[place] || changed[base] ? `${ahead(shown)} (was ${ahead(was)})` : ahead(shown));
      return element("tr", {}, element("th", { scope: "row" }, label), ...cells.map((cell) => element("td", {}, cell)));
    });
    return element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))), element("tbody", {}, ...rows));
  }

  function place() {
    const own = sides[where() === "all" ? lead : Number(where())].values;
    levers.forEach(({ name, unit }, number) => {
      const input = byId(`lever-${number}`), value = moved[name] ?? own[name], text = `${Number(value.toPrecision(3))} ${unit}`;
      if (!(name in moved)) input.value = value;
      input.previousElementSibling.textContent = text;
      input.setAttribute("aria-valuetext", text);
    });
  }

  levers.forEach(({ name }, number) => byId(`lever-${number}`).addEventListener("input", ({ target }) => {
    moved[name] = Number(Number(target.value).toPrecision(3));
    place();
    update();
  }));
  byId("alive-where")?.addEventListener("change", () => { place(); update(); });
  byId("alive-back").addEventListener("click", () => {
    for (const name of Object.keys(moved)) delete moved[name];
    place();
    update();
  });
  byId("alive").hidden = false;
  place();
  draw();
}

// Begins when the section is first seen: who only reads the page simulates nothing.
const cannot = byId("alive-said").textContent;
byId("alive-said").textContent = "Running …";
new IntersectionObserver(([seen], observer) => {
  if (!seen.isIntersecting) return;
  observer.disconnect();
  begin().catch(() => { byId("alive-said").textContent = cannot; });
}).observe(byId("alive-said"));
