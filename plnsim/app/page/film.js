import { SCHOOL_WEEKS, percent, schoolName } from "./words.js";

// One run week by week: everybody's state for the picture, and what happened to whom, told from how the state changes. Whom she
// asked, who told her and why she stopped is known to `plnsim serve`, which follows each rule.
//
//   filmOf(run) -> {weeks, supportEnds, states: [Uint8Array], schools, networks, events: {teacher, school, network}, ends, ties}
//
// `states[week][teacher]`: 0 not using, 1 trying, 2 habit. `schools`: [{name, first, after, disadvantage}]. `networks`: [{name, seats,
// schools, active: [0 or 1 a week], joined: [[0 or 1 for each of its schools] a week]}]. `events.teacher[post]`: [{week, kind, text, who}].

const HABIT_FROM = 1 / 3;
const HABIT_LOST = HABIT_FROM / 2;
const ROUTINE_FROM = "measure.routine_level";
const OF_TEACHERS = ["uses", "habit", "parts", "member", "vacant", "mobilises", "new", "applied", "heard", "advised", "contact_parts", "watches",
  "knowledge", "belief", "time", "exposure"];
const OF_SCHOOLS = ["routine", "own_vision", "vision", "standing", "lasting_leadership", "invited"];
const OF_NETWORKS = ["active", "begun", "schools"];

export function filmOf(run, number) {
  const now = () => ({ teachers: columns(run, "teachers", OF_TEACHERS), schools: columns(run, "schools", OF_SCHOOLS), networks: columns(run, "networks", OF_NETWORKS) });
  const people = peopleOf(run), log = logOf(people, number(ROUTINE_FROM));
  const states = [], active = [], standing = [];
  for (let before = now(); run.week < run.weeks;) {
    run.advance(1);
    const after = now();
    log.week(run.week - 1, before, after, run.week <= run.supportEnds);
    states.push(Uint8Array.from(after.teachers.uses, (uses, post) => uses + (uses && after.teachers.habit[post] >= HABIT_FROM ? 1 : 0)));
    active.push(after.networks.active);
    standing.push(after.schools.standing);
    before = after;
  }
  return {
    weeks: run.weeks, supportEnds: run.supportEnds, states, schools: people.schools,
    networks: people.networks.map((network, place) => ({ ...network, active: active.map((week) => week[place]),
      joined: standing.map((week) => network.schools.map((school) => Number(week[school] > 0))) })),
    events: log.events, ends: now(), adviceFirst: run.ties("advice_first"), adviceTo: run.ties("advice_to"), network: run.people("teachers", "network"),
  };
}

const columns = (run, kind, names) => Object.fromEntries(names.map((name) => [name, run.people(kind, name)]));

function peopleOf(run) {
  const { first_teacher: first, after_last_teacher: after, disadvantage } = columns(run, "schools", ["first_teacher", "after_last_teacher", "disadvantage"]);
  const { first_seat: firstSeat, after_last_seat: afterSeat } = columns(run, "networks", ["first_seat", "after_last_seat"]);
  const { school, seat, network } = columns(run, "teachers", ["school", "seat", "network"]), seats = run.ties("seats");
  return {
    school, network,
    schools: Array.from(first, (_, place) => ({ name: schoolName(place), first: first[place], after: after[place], disadvantage: disadvantage[place] })),
    networks: Array.from(firstSeat, (from, place) => {
      const own = Array.from(seats.slice(from, afterSeat[place]));
      const inOrder = [...own].sort((one, other) => seat[one] - seat[other]);
      return { name: `Network ${place + 1}`, seats: own, schools: [...new Set(inOrder.map((post) => school[post]))] };
    }),
  };
}

function logOf({ school, network, schools, networks }, routineFrom) {
  const events = { teacher: Array.from(school, () => []), school: schools.map(() => []), network: networks.map(() => []) };
  const told = Array.from(school, () => new Set()), used = new Int32Array(school.length), missed = new Int32Array(school.length);
  const habit = new Uint8Array(school.length), inRoutine = new Uint8Array(schools.length), tried = new Uint8Array(schools.length);
  const nameOf = (post) => `${schools[school[post]].name}.${post - schools[school[post]].first + 1}`;

  function teacher(week, post, was, is, of) {
    const tell = (kind, text, once = null) => {
      if (once !== null && told[post].has(once)) return;
      told[post].add(once);
      events.teacher[post].push({ week, kind, text, who: null });
    };
    const gone = is.new[post] && week % SCHOOL_WEEKS === SCHOOL_WEEKS - 1;
    if (gone) {
      told[post].clear();
      tell("leaves", `Leaves at the end of year ${Math.floor(week / SCHOOL_WEEKS) + 1}${was.uses[post] ? ", and her use of it with her" : ""}. ` +
        `A newcomer takes the post, who knows ${percent(is.knowledge[post])} of it.`);
    } else {
      const place = `Network ${network[post] + 1}`;
      if (is.member[post] > was.member[post]) tell("joins", `Takes her seat in ${place}, on behalf of her colleagues.`);
      else if (is.member[post] < was.member[post] && !is.vacant[post]) {
        tell("ends", `${place} ${of.networks.active[network[post]] ? "goes on without her school, which has left it" : "has ended, and her part in it"}.`);
      }
      if (is.parts[post] & ~was.parts[post]) learns(post, is, was, tell, place);
      if (is.mobilises[post] > was.mobilises[post]) tell("shares", "Shares what she knows with colleagues at home, as a broker.", "shares");
    }
    if (is.uses[post] && (gone || !was.uses[post])) {
      tell("tries", gone ? "The school's routine brings the newcomer in: she uses it from the start."
        : `Takes it up: she knows ${percent(is.knowledge[post])} of it and believes in it to ${percent(is.belief[post])}; ${percent(is.exposure[post])} of those she turns to use it.`);
      used[post] = missed[post] = 0;
      if (!tried[school[post]]) events.school[school[post]].push({ week, kind: "tries", text: `${nameOf(post)} is the first to try it.`, who: post });
      tried[school[post]] = 1;
    } else if (was.uses[post] && !is.uses[post] && !gone) {
      tell("stops", `Stops. She used it in ${weeksOf(used[post])} and found no way in ${weeksOf(missed[post])}. This week her time covers ` +
        `${percent(is.time[post])} of what it takes, leadership stands at ${percent(of.schools.lasting_leadership[school[post]])}; her habit was ` +
        `${percent(was.habit[post])}, and ${percent(is.exposure[post])} of those she turns to use it.`);
    }
    used[post] += is.applied[post] > 0;
    missed[post] += is.applied[post] < 0;
    const has = is.uses[post] && is.habit[post] >= (habit[post] ? HABIT_LOST : HABIT_FROM);
    if (has && !habit[post]) tell("habit", `Using it has become a habit, after ${weeksOf(used[post])} of use.`);
    else if (habit[post] && !has && is.uses[post]) tell("weakens", "The habit is lost: she has missed it too often.");
    habit[post] = has;
  }

  function learns(post, is, was, tell, place) {
    const gained = is.parts[post] & ~was.parts[post];
    if (gained & is.advised[post]) tell("hears", "A colleague who was in the network brings it home to her, as advice.", "advised");
    else if (gained & is.heard[post]) tell("hears", "Hears of it from a colleague who was in the network.", "heard");
    else if (gained & is.contact_parts[post]) tell("hears", "Asks a colleague who uses it, and learns from her.", "asked");
    else if (is.member[post]) tell("hears", `Learns about the practice at a meeting of ${place}.`, "meeting");
    if (is.watches[post]) tell("hears", "Watches a lesson of a colleague who uses it.", "watched");
  }

  return {
    events,
    week(week, before, after, supported) {
      for (let post = 0; post < school.length; post += 1) teacher(week, post, before.teachers, after.teachers, after);
      for (let place = 0; place < schools.length; place += 1) {
        const tell = (kind, text) => events.school[place].push({ week, kind, text, who: null });
        const [was, is] = [before.schools, after.schools];
        if (is.own_vision[place] !== was.own_vision[place]) {
          tell("head", `A new head comes; the priority of the practice goes from ${percent(was.vision[place])} to ${percent(is.vision[place])}.`);
        }
        const has = is.routine[place] >= routineFrom;
        if (has && !inRoutine[place]) tell("routine", "The practice has become part of the school's routines.");
        else if (!has && inRoutine[place]) tell("weakens", "The practice is no longer part of the school's routines.");
        inRoutine[place] = has;
        if (is.standing[place] > was.standing[place]) tell("joins", was.standing[place] < 0 ? "Comes back to its network." : "Joins its network.");
        else if (is.standing[place] < was.standing[place] && is.invited[place] > 0) tell("ends", "Leaves its network.");
      }
      for (let place = 0; place < networks.length; place += 1) {
        const tell = (kind, text) => events.network[place].push({ week, kind, text, who: null });
        const [was, is] = [before.networks, after.networks];
        if (is.begun[place] > was.begun[place]) tell("joins", "Is founded.");
        if (is.active[place] < was.active[place]) tell("ends", `Ends; ${is.schools[place]} schools were left.`);
        else if (is.active[place] && week % SCHOOL_WEEKS === SCHOOL_WEEKS - 1 && !supported) tell("shares", "Goes on by itself for another year.");
      }
    },
  };
}

const weeksOf = (count) => `${count} week${count === 1 ? "" : "s"}`;
