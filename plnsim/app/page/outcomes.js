import { SCHOOL_WEEKS } from "./words.js";

// What a whole run is measured by, as plnsim/model/outcome.py and plnsim/model/survival.py have it, to the bit: the mean of the last
// year of each weekly outcome, cost and hours, sustained scale-up, and how much of the practice is left year after year.
//
//   measuresOf(run, number, prices) -> {last: {name: share}, cost, notPriced: [words], hours, scaledUp, teachers: [share], schools: [share]}
//
// `run` is an engine's run that is over, `number(name)` gives the value of a parameter, `prices` are those of the page's data.
// `teachers` and `schools` are survival at the end of support and 1, 2, ... years after. What is not defined is NaN.

const NETWORKS = "networks.";
const STEADY_YEARS = 3;

export function measuresOf(run, number, prices) {
  const counted = countedOf(run);
  const last = Object.fromEntries(run.outcomes.map(([name, of, among]) => [name, counted.ratio(of, among)]));
  return {
    last,
    cost: costOf(run, prices),
    notPriced: notPriced(run, prices),
    hours: sumOf(counted.all("network_hours")) + sumOf(counted.all("colleague_hours")),
    scaledUp: scaledUpOf(run, counted, number),
    teachers: yearly(teachersSurvive(run, counted)),
    schools: schoolsSurvive(run, counted, number),
  };
}

// Sums as NumPy makes them: eight at a time, in blocks of at most 128.
export function sumOf(values, from = 0, count = values.length) {
  if (count < 8) {
    let sum = 0;
    for (let place = from; place < from + count; place += 1) sum += values[place];
    return sum;
  }
  if (count > 128) {
    const half = Math.floor(count / 2), first = half - (half % 8);
    return sumOf(values, from, first) + sumOf(values, from + first, count - first);
  }
  const parts = Array.from(values.slice(from, from + 8)), whole = count - (count % 8);
  for (let place = 8; place < whole; place += 1) parts[place % 8] += values[from + place];
  const [a, b, c, d, e, f, g, h] = parts;
  let sum = (a + b + (c + d)) + (e + f + (g + h));
  for (let place = whole; place < count; place += 1) sum += values[from + place];
  return sum;
}

function countedOf(run) {
  const years = Math.ceil(run.weeks / SCHOOL_WEEKS);
  // Of both halves of schools, week by week.
  const all = (name, from = 0) => {
    const halves = [run.count(name, 0), run.count(name, 1)];
    return Float64Array.from({ length: 2 * (run.weeks - from) }, (_, place) => halves[place % 2][from + (place >> 1)]);
  };
  const ratio = (of, among, from = Math.max(0, run.weeks - SCHOOL_WEEKS)) => {
    const under = sumOf(all(among, from));
    return under > 0 ? sumOf(all(of, from)) / under : NaN;
  };
  const bySchool = (of, among, year = years - 1) => {
    const under = run.bySchool(among, year);
    return run.bySchool(of, year).map((value, school) => value / under[school]);
  };
  return { all, ratio, bySchool, years };
}

// What a run costs in all, as plnsim/model/cost.py has it: each item is a count of each week, times what is in force, at its price.
function costOf(run, { items }) {
  return items.reduce((sum, item) => sum + unitsOf(run, item) * item.price, 0);
}

function unitsOf(run, item) {
  const ofNetworks = item.count.startsWith(NETWORKS);
  const counted = ofNetworks ? run.networks(item.count.slice(NETWORKS.length)) : run.count(item.count);
  const factor = item.times ? run.inForce(item.times) : null, sharing = item.shared ? run.inForce(item.shared) : null;
  const weekly = counted.map((value, week) => {
    let units = value;
    if (factor) units *= item.above === null ? factor[week] : Math.max(0, factor[week] - item.above);
    if (sharing) units /= Math.max(1, sharing[week]);
    return item.supported && week >= run.supportEnds ? 0 : units;
  });
  const total = item.once ? weekly.reduce((most, value) => Math.max(most, value)) : sumOf(weekly);
  return item.a_year ? total / SCHOOL_WEEKS : total;
}

// What is set higher than usual and no item pays for, in words.
function notPriced(run, prices) {
  return Object.entries(prices.not_priced).filter(([name, { above }]) => run.inForce(name).some((value) => value > above)).map(([, { label }]) => label);
}

// -- survival (Kaplan and Meier) and reproduction ----------------------------------------------------------------------------------

function kaplanMeier(followed, events) {
  const first = followed[0] > 0 ? 1 : NaN, share = [first];
  let product = 1;
  for (let step = 0; step < events.length; step += 1) {
    product *= 1 - events[step] / (followed[step] > 0 ? followed[step] : NaN);
    share.push(share[step] === 0 ? 0 : first * product);
  }
  return share;
}

const yearly = (share) => share.filter((_, week) => week % SCHOOL_WEEKS === 0);

function teachersSurvive(run) {
  if (run.supportEnds >= run.weeks) return [];
  const first = Math.max(0, run.supportEnds - 1);
  return kaplanMeier(run.count("followed").slice(first), run.count("followed_gave_up").slice(first + 1));
}

function schoolsSurvive(run, counted, number) {
  const whole = Math.floor(run.weeks / SCHOOL_WEEKS);
  const last = Math.min(Math.floor(Math.max(0, Math.min(run.supportEnds, run.weeks) - 1) / SCHOOL_WEEKS), counted.years - 1);
  if (run.supportEnds >= run.weeks || last >= whole) return [];
  const users = run.bySchool("users", last), followed = [];
  let keeps = Array.from(counted.bySchool("users", "staff", last), (share, school) => share >= number("measure.fate_from") && users[school] > 0);
  for (let year = last; year < whole; year += 1) {
    const shares = counted.bySchool("users", "staff", year);
    if (year > last) keeps = keeps.map((kept, school) => kept && shares[school] >= number("measure.method_use"));
    followed.push(keeps.filter(Boolean).length);
  }
  return kaplanMeier(followed, followed.slice(1).map((value, year) => followed[year] - value));
}

// -- sustained scale-up --------------------------------------------------------------------------------------------------------

function scaledUpOf(run, counted, number) {
  if (run.supportEnds >= run.weeks) return NaN;
  const relative = (value, name) => (number(name) > 0 ? value / number(name) : 1);
  const mean = (values, holds) => values.filter(holds).length / values.length;
  const depth = counted.ratio("depth", "users");
  const routine = new Float64Array(run.counted("routine").buffer).slice(-run.bySchool("staff", 0).length);
  const inRoutine = mean(routine, (value) => value >= number("measure.routine_level"));
  const active = run.networks("active").slice(Math.max(0, run.supportEnds - 2)), most = Math.max(...active);
  const alone = most > 0 ? active.at(-1) / most : 0;
  return Number(Math.min(
    relative(counted.ratio("users", "staff"), "measure.spread"),
    relative(mean(counted.bySchool("users", "staff"), (share) => share >= 0.5), "measure.schools_half"),
    Number.isNaN(depth) ? 0 : relative(depth, "measure.depth"),
    sustained(run, counted, relative),
    Math.max(relative(inRoutine, "measure.schools_in_routine"), most > 0 ? relative(alone, "measure.networks_alone") : 0),
  ) >= 1);
}

function sustained(run, counted, relative) {
  const after = Math.max(0, run.weeks - run.supportEnds);
  const weeks = Math.min(STEADY_YEARS, Math.floor(after / SCHOOL_WEEKS)) * SCHOOL_WEEKS || after;
  const [tookUp, gaveUp, left] = ["took_up", "gave_up", "left_using"].map((name) => sumOf(counted.all(name, run.weeks - weeks)));
  const gained = tookUp - gaveUp;
  if (left === 0) return gained >= 0 ? 1 : 0;
  return Math.max(0, relative(gained / left, "measure.reproduction"));
}
