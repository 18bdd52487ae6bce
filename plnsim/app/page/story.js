import { byId, element } from "./dom.js";
import { schoolOf, takingPart, teacherName } from "./schools.js";
import { percent, weekLabel } from "./words.js";

// The panel in which a teacher, a school or a network tells its story: in depth, where `ask({of, place, side})` gives a Promise of one,
// else from the film of the run (film.js). `goTo(week)` moves the page to a week, `point(posts, side)` marks teachers in the picture.
//
// A story: {title, facts: [text], ties: [teachers to point out], events: [{week, kind, text, who}]}; `who`: another teacher in it, or null.

export function storyOf({ ask, goTo, point }) {
  let films = {};
  let deep = false;
  const school = byId("story-school");
  const teacher = byId("story-teacher");
  const side = byId("story-side");
  const film = () => films[side.value];

  // `other`: what the side is called that "what if" is compared with, or null where there is one side.
  function offer(those, other, inDepth) {
    [films, deep] = [those, inDepth];
    const before = school.value, chosen = side.value;
    side.replaceChildren(element("option", { value: "if" }, "what if"), ...(other ? [element("option", { value: "is" }, other)] : []));
    side.value = other && chosen === "is" ? "is" : "if";
    side.parentElement.hidden = !other;
    const { schools, networks } = film();
    school.replaceChildren(...schools.map((one, place) => element("option", { value: `school ${place}` }, `School ${one.name}`)),
      ...networks.map((one, place) => element("option", { value: `network ${place}` }, one.name)));
    school.value = before || "school 0";
    teachers();
  }

  function teachers() {
    const [of, place] = school.value.split(" ");
    const own = of === "school" ? film().schools[place] : null;
    teacher.parentElement.hidden = own === null;
    teacher.replaceChildren(element("option", { value: "" }, "the school itself"));
    for (let post = own?.first ?? 0; post < (own?.after ?? 0); post += 1) {
      const network = networkOf(film(), post);
      teacher.append(element("option", { value: post }, `${teacherName(film(), post)}${network < 0 ? "" : ` (seat in ${film().networks[network].name})`}`));
    }
  }

  // Sets the lists to whose story is told.
  function choose(of, place, which) {
    side.value = which;
    school.value = of === "teacher" ? `school ${schoolOf(film())(place)}` : `${of} ${place}`;
    teachers();
    teacher.value = of === "teacher" ? place : "";
  }

  async function tell(of, place, which) {
    const story = deep ? await ask({ of, place, side: which }) : STORIES[of](films[which], Number(place));
    if (!story) return;
    choose(of, Number(place), which);
    const lines = story.events.map((one) => element("li", { class: one.kind },
      element("button", { class: "week", onclick: () => goTo(one.week) }, weekLabel(one.week)), ` ${one.text} `,
      one.who === null ? null : element("button", { class: "who", onclick: () => tell("teacher", one.who, which) }, `her story (${teacherName(film(), one.who)})`)));
    byId("told").replaceChildren(element("h3", {}, story.title), ...story.facts.map((fact) => element("p", { class: "small" }, fact)),
      lines.length ? element("ol", { class: "events" }, ...lines) : element("p", {}, "Nothing happens here that has to do with the practice."));
    byId("story").hidden = false;
    point(of === "teacher" ? [Number(place), ...story.ties] : story.ties, which);
    byId("told").focus({ preventScroll: true });
    byId("told").scrollIntoView({ block: "nearest" });
  }

  school.onchange = teachers;
  side.onchange = teachers;
  byId("tell").onclick = () => {
    const [of, place] = school.value.split(" ");
    if (of === "school" && teacher.value !== "") tell("teacher", teacher.value, side.value);
    else tell(of, place, side.value);
  };
  return { offer, tell, clear: () => byId("told").replaceChildren() };
}

// The network in which a teacher's school ever takes part with her in a seat; -1 where there is none.
function networkOf(film, post) {
  const home = schoolOf(film)(post);
  return film.networks.findIndex((one) => one.seats.includes(post) && one.joined.some((_, week) => takingPart(one, week).includes(home)));
}

const STORIES = {
  teacher(film, post) {
    const { teachers } = film.ends, network = networkOf(film, post);
    const turnsTo = [...new Set(film.adviceTo.slice(film.adviceFirst[post], film.adviceFirst[post + 1]))];
    const state = film.states.at(-1)[post], tried = film.states.some((week) => week[post]);
    const use = state ? ["is trying it", "uses it out of habit"][state - 1] : `does not use it${tried ? " any more" : ""}`;
    return { title: `Teacher ${teacherName(film, post)}`, ties: turnsTo, events: film.events.teacher[post], facts: [
      network < 0 ? "A home colleague: no seat in a network." : `Holds a seat in ${film.networks[network].name}.`,
      turnsTo.length ? `Turns to ${turnsTo.map((other) => teacherName(film, other)).join(", ")}.` : "Turns to nobody.",
      `At the end: ${use}, knows ${percent(teachers.knowledge[post])} of the core, believes in it to ${percent(teachers.belief[post])}.`,
    ] };
  },
  school(film, place) {
    const { name, first, after, disadvantage } = film.schools[place], { schools } = film.ends;
    const users = film.states.at(-1).slice(first, after).filter(Boolean).length;
    return { title: `School ${name}`, ties: [], events: film.events.school[place], facts: [
      `${after - first} teachers, among the ${disadvantage < 0.5 ? "less" : "more"} disadvantaged.`,
      `At the end: ${users} of ${after - first} use it; priority of the practice ${percent(schools.vision[place])}, routine ${percent(schools.routine[place])}.`,
    ] };
  },
  network(film, place) {
    const { name, seats, active, schools } = film.networks[place], last = film.weeks - 1;
    const there = takingPart(film.networks[place], last).map((school) => film.schools[school].name);
    return { title: name, ties: seats, events: film.events.network[place], facts: [
      `Schools ${schools.map((school) => film.schools[school].name).join(", ")} have seats.`,
      `At the end: ${active[last] ? `goes on, with schools ${there.join(", ")}` : "has ended"}.`,
    ] };
  },
};
