import { byId, weekLabel, element } from "./dom.js";
import { schoolOf, takingPart, teacherName } from "./schools.js";

// The panel in which a teacher, a school or a network tells its story. `ask({of, place, side})` gives a Promise of the story,
// `goTo(week)` moves the page to a week, `point(posts, side)` marks teachers in the picture.

export function storyOf({ ask, goTo, point }) {
  let run = null;
  const school = byId("story-school");
  const teacher = byId("story-teacher");

  function offer(picture, two) {
    run = picture;
    const before = school.value;
    school.replaceChildren(...picture.schools.map((one, place) => element("option", { value: `school ${place}` }, `School ${one.name}`)),
      ...picture.networks.map((one, place) => element("option", { value: `network ${place}` }, one.name)));
    school.value = before || "school 0";
    byId("story-side").parentElement.hidden = !two;
    if (!two) byId("story-side").value = "if";
    teachers();
  }

  function teachers() {
    const [of, place] = school.value.split(" ");
    const own = of === "school" ? run.schools[place] : null;
    teacher.parentElement.hidden = own === null;
    teacher.replaceChildren(element("option", { value: "" }, "the school itself"));
    for (let post = own?.first ?? 0; post < (own?.after ?? 0); post += 1) {
      teacher.append(element("option", { value: post }, `${teacherName(run, post)}${seatOf(post)}`));
    }
  }

  function seatOf(post) {
    const home = schoolOf(run)(post);
    const network = run.networks.findIndex((one) => one.seats.includes(post) && one.joined.some((_, week) => takingPart(one, week).includes(home)));
    return network < 0 ? "" : ` (seat in ${run.networks[network].name})`;
  }

  // Sets the lists to whose story is told.
  function choose(of, place, side) {
    byId("story-side").value = side;
    school.value = of === "teacher" ? `school ${schoolOf(run)(place)}` : `${of} ${place}`;
    teachers();
    teacher.value = of === "teacher" ? place : "";
  }

  async function tell(of, place, side) {
    const story = await ask({ of, place, side });
    if (!story) return;
    choose(of, Number(place), side);
    const lines = story.events.map((one) => element("li", { class: one.kind },
      element("button", { class: "week", onclick: () => goTo(one.week) }, weekLabel(one.week)), ` ${one.text} `,
      one.who === null ? null : element("button", { class: "who", onclick: () => tell("teacher", one.who, side) }, `her story (${teacherName(run, one.who)})`)));
    byId("told").replaceChildren(element("h3", {}, story.title), ...story.facts.map((fact) => element("p", { class: "small" }, fact)),
      lines.length ? element("ol", { class: "events" }, ...lines) : element("p", {}, "Nothing happens here that has to do with the practice."));
    byId("story").hidden = false;
    point(of === "teacher" ? [Number(place), ...story.ties] : story.ties, side);
    byId("told").focus({ preventScroll: true });
    byId("told").scrollIntoView({ block: "nearest" });
  }

  school.onchange = teachers;
  byId("tell").onclick = () => {
    const [of, place] = school.value.split(" ");
    if (of === "school" && teacher.value !== "") tell("teacher", teacher.value, byId("story-side").value);
    else tell(of, place, byId("story-side").value);
  };
  return { offer, tell, clear: () => byId("told").replaceChildren() };
}
