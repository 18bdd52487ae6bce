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
// What a week is compared in with the one before; all else is read of whom something happens to.
const OF_TEACHERS = ["uses", "habit", "parts", "member", "mobilises", "new", "applied"];
const OF_SCHOOLS = ["routine", "own_vision", "vision", "standing"];
const OF_NETWORKS = ["active", "begun"];

export function filmOf(run, number) {
  const now = () => ({ teachers: columns(run, "teachers", OF_TEACHERS), schools: columns(run, "schools", OF_SCHOOLS), networks: columns(run, "networks", OF_NETWORKS) });
  const people = peopleOf(run), count = people.school.length, log = logOf(run, people, number(ROUTINE_FROM));
  const all = new Uint8Array((run.weeks - run.week) * count), states = [], active = [], standing = [];
  for (let before = now(); run.week < run.weeks;) {
    run.advance(1);
    const after = now(), { uses, habit } = after.teachers, week = all.subarray(states.length * count, (states.length + 1) * count);
    log.week(run.week - 1, before, after, run.week <= run.supportEnds);
    for (let post = 0; post < count; post += 1) week[post] = uses[post] && habit[post] >= HABIT_FROM ? 2 : uses[post];
    states.push(week);
    active.push(after.networks.active);
    standing.push(after.schools.standing);
    before = after;
  }
  return {
    weeks: run.weeks, supportEnds: run.supportEnds, states, schools: people.schools,
    networks: people.networks.map((network, place) => ({ ...network, active: active.map((week) => week[place]),
      joined: standing.map((week) => network.schools.map((school) => Number(week[school] > 0))) })),
    events: log.events, ends: { teachers: columns(run, "teachers", ["knowledge", "belief"]), schools: columns(run, "schools", ["vision", "routine"]) },
    adviceFirst: run.ties("advice_first"), adviceTo: run.ties("advice_to"), network: run.people("teachers", "network"),
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

function logOf(run, { school, network, schools, networks }, routineFrom) {
  const events = { teacher: Array.from(school, () => []), school: schools.map(() => []), network: networks.map(() => []) };
  const told = Array.from(school, () => new Set()), used = new Int32Array(school.length), missed = new Int32Array(school.length);
  const habit = new Uint8Array(school.length), inRoutine = new Uint8Array(schools.length), tried = new Uint8Array(schools.length);
  const nameOf = (post) => `${schools[school[post]].name}.${post - schools[school[post]].first + 1}`;
  const ofTeacher = (name, post) => run.person("teachers", name, post);

  function tell(week, post, kind, text, once = null) {
    if (once !== null && told[post].has(once)) return;
    told[post].add(once);
    events.teacher[post].push({ week, kind, text, who: null });
  }

  function teacher(week, post, was, is, gone) {
    if (gone) {
      told[post].clear();
      tell(week, post, "leaves", `Leaves at the end of year ${Math.floor(week / SCHOOL_WEEKS) + 1}${was.uses[post] ? ", and her use of it with her" : ""}. ` +
        `A newcomer takes the post, who knows ${percent(ofTeacher("knowledge", post))} of it.`);
    } else {
      if (is.member[post] !== was.member[post]) seat(week, post, is.member[post] > was.member[post]);
      if (is.parts[post] !== was.parts[post]) learns(week, post, is.parts[post] & ~was.parts[post], is.member[post]);
      if (is.mobilises[post] > was.mobilises[post]) tell(week, post, "shares", "Shares what she knows with colleagues at home, as a broker.", "shares");
    }
    if (is.uses[post] && (gone || !was.uses[post])) {
      tell(week, post, "tries", gone ? "The school's routine brings the newcomer in: she uses it from the start."
        : `Takes it up: she knows ${percent(ofTeacher("knowledge", post))} of it and believes in it to ${percent(ofTeacher("belief", post))}; ` +
        `${percent(ofTeacher("exposure", post))} of those she turns to use it.`);
      used[post] = missed[post] = 0;
      if (!tried[school[post]]) events.school[school[post]].push({ week, kind: "tries", text: `${nameOf(post)} is the first to try it.`, who: post });
      tried[school[post]] = 1;
    } else if (was.uses[post] && !is.uses[post] && !gone) {
      tell(week, post, "stops", `Stops. She used it in ${weeksOf(used[post])} and found no way in ${weeksOf(missed[post])}. This week her time covers ` +
        `${percent(ofTeacher("time", post))} of what it takes, leadership stands at ${percent(run.person("schools", "lasting_leadership", school[post]))}; her habit was ` +
        `${percent(was.habit[post])}, and ${percent(ofTeacher("exposure", post))} of those she turns to use it.`);
    }
  }

  function seat(week, post, taken) {
    const place = `Network ${network[post] + 1}`;
    if (taken) tell(week, post, "joins", `Takes her seat in ${place}, on behalf of her colleagues.`);
    else if (!ofTeacher("vacant", post)) {
      tell(week, post, "ends", `${place} ${run.person("networks", "active", network[post]) ? "goes on without her school, which has left it" : "has ended, and her part in it"}.`);
    }
  }

  function learns(week, post, gained, member) {
    if (!gained) return;
    if (gained & ofTeacher("advised", post)) tell(week, post, "hears", "A colleague who was in the network brings it home to her, as advice.", "advised");
    else if (gained & ofTeacher("heard", post)) tell(week, post, "hears", "Hears of it from a colleague who was in the network.", "heard");
    else if (gained & ofTeacher("contact_parts", post)) tell(week, post, "hears", "Asks a colleague who uses it, and learns from her.", "asked");
    else if (member) tell(week, post, "hears", `Learns about the practice at a meeting of Network ${network[post] + 1}.`, "meeting");
    if (ofTeacher("watches", post)) tell(week, post, "hears", "Watches a lesson of a colleague who uses it.", "watched");
  }

  function practise(week, post, uses, applied, has) {
    used[post] += applied > 0;
    missed[post] += applied < 0;
    const now = uses && has >= (habit[post] ? HABIT_LOST : HABIT_FROM) ? 1 : 0;
    if (now === habit[post]) return;
    if (now) tell(week, post, "habit", `Using it has become a habit, after ${weeksOf(used[post])} of use.`);
    else if (uses) tell(week, post, "weakens", "The habit is lost: she has missed it too often.");
    habit[post] = now;
  }

  return {
    events,
    week(week, before, after, supported) {
      const yearEnds = week % SCHOOL_WEEKS === SCHOOL_WEEKS - 1, [wasTeachers, teachers] = [before.teachers, after.teachers];
      for (let post = 0; post < school.length; post += 1) {
        teacher(week, post, wasTeachers, teachers, yearEnds && teachers.new[post] !== 0);
        practise(week, post, teachers.uses[post], teachers.applied[post], teachers.habit[post]);
      }
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
        else if (is.standing[place] < was.standing[place] && run.person("schools", "invited", place) > 0) tell("ends", "Leaves its network.");
      }
      for (let place = 0; place < networks.length; place += 1) {
        const tell = (kind, text) => events.network[place].push({ week, kind, text, who: null });
        const [was, is] = [before.networks, after.networks];
        if (is.begun[place] > was.begun[place]) tell("joins", "Is founded.");
        if (is.active[place] < was.active[place]) tell("ends", `Ends; ${run.person("networks", "schools", place)} schools were left.`);
        else if (is.active[place] && yearEnds && !supported) tell("shares", "Goes on by itself for another year.");
      }
    },
  };
}

const weeksOf = (count) => `${count} week${count === 1 ? "" : "s"}`;
