import { byId, element, svgElement } from "./dom.js";
import { SCHOOL_WEEKS, percent } from "./words.js";
import { carriedModel, mean, meanByWeek, ratio, runAll, sum } from "./runs.js";
import { curvesOf } from "./curves.js";
import { byHabit, schoolsMap } from "./schools_map.js";
import { causesOf } from "./causes.js";

// The guided story: at each step a guess, then runs of the model in the page. Words come from `texts`, facts of the
// scenario from `facts`; every other number is computed here.

const { texts, facts, years, levers, causes } = JSON.parse(byId("data").textContent);
const HOURS = "time.hours", SUPPORT = "programme.support_years", NOTHING = { "learning.from_network": 0 };
const NAMES = { hours: HOURS, vision: "leadership.vision", alignment: "focus.alignment", support: SUPPORT };

const fill = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? facts[name]);
const share = (value) => (Number.isFinite(value) ? percent(value) : fill("words.unknown"));
const number = (value) => String(Number(value.toPrecision(3)));
const wide = () => Math.min(document.querySelector("main").clientWidth, 680);

// A guess: the slider shows itself, the button runs; what was guessed stays.
function bet(step, { show = (value) => percent(value / 100), run }) {
  const box = byId(`bet-${step}`), input = byId(`guess-${step}`), button = box.querySelector("button"), found = byId(`found-${step}`);
  const told = () => {
    box.querySelector("output").textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", show(Number(input.value)));
  };
  input.addEventListener("input", told);
  told();
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = fill("words.running");
    try {
      const guess = Number(input.value), { found: value, sentences } = await run(guess, found);
      found.hidden = false;
      found.querySelector("[role=status]").textContent = [fill("words.guessed", { guess: show(guess), found: value }), ...sentences].join(" ");
      found.dispatchEvent(new Event("shown"));
    } finally {
      button.disabled = false;
      button.textContent = fill("words.run");
    }
  });
  return { again: () => { found.hidden = true; } };
}

// A slider of a parameter, within its plausible range; `changed` is called with its value.
function lever(id, name, model, changed) {
  const input = byId(id), { low, high, step } = levers[name], own = model.parameters[name].value;
  Object.assign(input, { min: low, max: high, step });
  input.value = own;
  const told = () => { byId(id).parentElement.querySelector("output").textContent = number(Number(input.value)); };
  told();
  input.addEventListener("input", () => { told(); changed(Number(input.value)); });
}

// What the steps want to know of a run.
function read(run) {
  const last = Math.ceil(run.weeks / SCHOOL_WEEKS) - 1, users = run.bySchool("users", last), staff = run.bySchool("staff", last);
  const took = staff.map((_, school) => sum(Array.from({ length: last + 1 }, (_, year) => run.bySchool("members", year)[school])) > 0);
  const among = (taking) => sum(users.filter((_, school) => Boolean(took[school]) === taking)) / sum(staff.filter((_, school) => Boolean(took[school]) === taking));
  const active = run.networks("active"), window = facts.window, ends = run.supportEnds;
  return {
    use: run.outcome("use"), ends, last: ratio(run, "users", "staff"), knows: run.outcome("knowledge").at(-1), inside: among(true), outside: among(false),
    before: ends <= run.weeks ? ratio(run, "users", "staff", ends - window, ends) : NaN, alive: active[Math.max(0, Math.min(ends, run.weeks) - 2)], left: active.at(-1),
  };
}

const meanOf = (runs, name) => mean(runs.map((run) => run[name]).filter(Number.isFinite));
const verdict = (step, difference) => fill(`${step}.${Math.abs(difference) < 0.005 ? "same" : difference < 0 ? "less" : "more"}`);

function picture(lines, supportEnds, guess) {
  const shown = lines.map(({ runs, ...line }) => ({ ...line, values: meanByWeek(runs.map(({ use }) => use)), end: meanOf(runs, "last") }));
  const description = fill("words.chart", { ends: shown.map(({ label, end }) => `${label} ${share(end)}`).join(", ") });
  return curvesOf(shown, { weeks: shown[0].values.length, supportEnds, description, axis: fill("words.years"), ends: fill("words.ends"), guess, guessLabel: fill("words.your_guess"), wide: wide() });
}

function networkStep(weeks) {
  const [first] = weeks, teachers = first.member.length, box = byId("map");
  const counts = ({ uses, habit }) => ({ users: sum(uses), habit: sum(Array.from(uses, (one, place) => byHabit(one, habit[place]))) });
  const said = (week) => fill("network.now", { year: Math.floor(week / SCHOOL_WEEKS) + 1, week: (week % SCHOOL_WEEKS) + 1, ...counts(weeks[week]) });
  let at = 0;
  const map = schoolsMap(first.run, wide() < 480 ? 4 : 5, () => said(at));
  box.replaceChildren(map.picture);
  box.classList.add("guessing");
  const show = (week) => {
    at = week;
    byId("week").value = week + 1;
    byId("now").textContent = said(week);
    map.paint(weeks[week].uses, weeks[week].habit);
  };
  byId("week").max = weeks.length;
  byId("week").addEventListener("input", () => show(Number(byId("week").value) - 1));
  let timer = null;
  const stop = () => { clearInterval(timer); timer = null; byId("play").textContent = fill("network.play"); };
  byId("play").addEventListener("click", () => {
    if (timer) { stop(); return; }
    byId("play").textContent = fill("network.stop");
    if (at === weeks.length - 1) at = -1;
    timer = setInterval(() => { if (at < weeks.length - 1) show(at + 1); else stop(); }, 60);
  });
  show(0);
  bet("network", { run: async () => {
    box.classList.remove("guessing");
    const members = sum(first.member), from = new Set(Array.from(first.school).filter((_, place) => first.member[place])).size;
    const networks = new Set(Array.from(first.network).filter((_, place) => first.member[place])).size;
    return { found: share(members / teachers), sentences: [fill("network.found", { members, taking_part: from, networks })] };
  } });
}

// Every week of one run: what teachers are then.
function follow(run, values, weeks, names) {
  run.begin(0, values, years);
  return Array.from({ length: Math.min(weeks, run.weeks) }, () => {
    run.advance(1);
    return Object.fromEntries(names.map((name) => [name, run.people("teachers", name)]));
  });
}

function teacherStep(model, run, weeks) {
  const names = ["uses", "applied", "quality"], own = model.parameters[HOURS].value, [first] = weeks, year = weeks.slice(0, SCHOOL_WEEKS);
  const firstUse = (some, who) => some.findIndex(({ uses }) => uses[who]) + 1;
  const usedBy = (some) => some.filter(({ applied }) => applied[Number(select.value)] > 0).length;
  const told = (week) => (week > 0 && week <= SCHOOL_WEEKS ? fill("teacher.week", { week }) : fill("teacher.never"));
  const seated = Array.from(first.member.keys()).filter((who) => first.member[who]);
  const tries = seated.filter((who) => firstUse(year, who) > 1).sort((one, other) => firstUse(year, one) - firstUse(year, other));
  const select = byId("who"), bySchool = Map.groupBy ? Map.groupBy(first.school.keys(), (who) => first.school[who]) : groups(first.school);
  select.replaceChildren(...[...bySchool].map(([school, people]) => element("optgroup", { label: fill("teacher.school", { school: school + 1 }) },
    ...people.map((who) => element("option", { value: who }, fill(first.member[who] ? "teacher.with_seat" : "teacher.name", { number: who + 1 }))))));
  select.value = String(tries[0] ?? seated[0] ?? 0);
  const { again } = bet("teacher", { show: told, run: async (guess, found) => {
    const who = Number(select.value), count = (test) => year.filter(test).length;
    found.querySelector("figure").replaceChildren(yearOf(year, who));
    byId("year-again").textContent = "";
    return { found: told(firstUse(year, who)), sentences: [fill("teacher.counted", { meetings: count(({ quality }) => quality[who] > 0), used: count(({ applied }) => applied[who] > 0), missed: count(({ applied }) => applied[who] < 0) })] };
  } });
  select.addEventListener("change", again);
  lever("year-hours", HOURS, model, (hours) => {
    const other = follow(run, { [HOURS]: hours }, SCHOOL_WEEKS, names);
    byId("year-again").textContent = fill("teacher.again", { hours: number(hours), own: number(own), found: told(firstUse(other, Number(select.value))), used: usedBy(other), own_used: usedBy(year) });
  });
}

function groups(school) {
  const found = new Map();
  school.forEach((place, who) => found.set(place, [...(found.get(place) ?? []), who]));
  return found;
}

function yearOf(year, who) {
  const lines = [["knows", "knowledge"], ["believes", "belief"], ["habit", "habit"]].map(([kind, name]) => ({ kind, label: fill(`teacher.${kind}`), values: year.map((week) => week[name][who]) }));
  const ends = Object.fromEntries(lines.map(({ kind, values }) => [kind, share(values.at(-1))]));
  const shown = curvesOf(lines, { weeks: year.length, description: fill("teacher.chart", { number: who + 1, ...ends }), axis: fill("words.weeks"), wide: wide() }), drawn = shown.querySelector("svg");
  const grid = drawn.querySelectorAll(".grid")[0], left = Number(grid.getAttribute("x1")), step = (Number(grid.getAttribute("x2")) - left) / year.length;
  year.forEach(({ quality, applied }, week) => {
    const x = left + step * (week + 0.5);
    if (quality[who] > 0) drawn.append(svgElement("path", { class: "met", d: `M${x - 4} 10h8v-8h-8z` }));
    if (applied[who] !== 0) drawn.append(svgElement("circle", { class: applied[who] > 0 ? "used" : "missed", cx: x, cy: 20, r: Math.min(4.2, step / 2.4) }));
  });
  return shown;
}

function aloneStep(model, asItIs) {
  bet("alone", { run: async (guess, found) => {
    const is = await asItIs(), without = await runAll(model, { values: NOTHING, years, read });
    const alone = meanOf(without, "last"), own = meanOf(is, "last");
    found.querySelector("figure").replaceChildren(picture([{ kind: "is", label: fill("words.as_it_is"), runs: is }, { kind: "if", label: fill("alone.label"), runs: without }], is[0].ends, guess / 100));
    return { found: share(alone), sentences: [
      fill("alone.found", { as_it_is: share(own) }), verdict("alone", alone - own),
      fill("alone.knows", { alone: share(meanOf(without, "knows")), as_it_is: share(meanOf(is, "knows")) }),
      fill("alone.taking_part", { inside: share(meanOf(is, "inside")), outside: share(meanOf(is, "outside")) })] };
  } });
}

function endsStep(model, asItIs) {
  let is = null, wanted = 0;
  const show = (other, ends) => byId("found-ends").querySelector("figure").replaceChildren(picture([{ kind: "is", label: fill("words.as_it_is"), runs: is }, ...other], ends, Number(byId("guess-ends").value) / 100));
  bet("ends", { run: async () => {
    is = await asItIs();
    const never = await runAll(model, { values: { [SUPPORT]: years }, years, read });
    show([{ kind: "if", label: fill("ends.never"), runs: never }], is[0].ends);
    const before = meanOf(is, "before"), last = meanOf(is, "last");
    return { found: share(meanOf(never, "last")), sentences: [
      fill("ends.found", { before: share(before), own: share(last) }), ...(Number.isFinite(before) ? [verdict("ends", last - before)] : []),
      fill("ends.networks", { alive: number(meanOf(is, "alive")), left: number(meanOf(is, "left")) })] };
  } });
  lever("ends-years", SUPPORT, model, async (support) => {
    const mine = (wanted += 1), runs = await runAll(model, { values: { [SUPPORT]: support }, years, read, stopped: () => mine !== wanted });
    if (!runs) return;
    show([{ kind: "if", label: fill("ends.other"), runs }], runs[0].ends);
    byId("ends-again").textContent = fill("ends.again", { years: number(support), last: share(meanOf(runs, "last")), own: share(meanOf(is, "last")) });
  });
}

function planStep(model, asItIs, pictured) {
  const values = {};
  const { again } = bet("plan", { run: async (guess, found) => {
    const is = await asItIs(), runs = await runAll(model, { values: { ...values }, years, read }), differences = runs.map(({ last }, place) => last - is[place].last);
    found.querySelector("figure").replaceChildren(picture([{ kind: "is", label: fill("words.as_it_is"), runs: is }, { kind: "if", label: fill("plan.label"), runs }], runs[0].ends, guess / 100));
    const moved = Object.entries(values).some(([name, value]) => value !== model.parameters[name].value);
    return { found: share(meanOf(runs, "last")), sentences: [!moved ? fill("plan.unmoved") : fill("plan.found", { as_it_is: share(meanOf(is, "last")), ahead: differences.filter((one) => one > 0).length, behind: differences.filter((one) => one < 0).length })] };
  } });
  for (const [short, name] of Object.entries(NAMES)) {
    lever(`plan-${short}`, name, model, (value) => { values[name] = value; again(); pictured.choose(name); });
  }
}

async function begin() {
  const pictured = causesOf(causes, fill);
  pictured.choose(HOURS);
  const model = await carriedModel("story"), run = await model.newRun();
  const names = ["uses", "habit", "applied", "quality", "knowledge", "belief", "member", "school", "network"];
  const weeks = follow(run, {}, Infinity, names);
  follow(run, {}, 1, []);
  weeks[0].run = run;
  let kept = null;
  const asItIs = () => (kept ??= runAll(model, { values: {}, years, read }));
  networkStep(weeks);
  teacherStep(model, run, weeks);
  aloneStep(model, asItIs);
  endsStep(model, asItIs);
  planStep(model, asItIs, pictured);
}

byId("stored").hidden = true;
begin().catch(() => { byId("stored").hidden = false; });
