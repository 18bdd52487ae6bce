import { byId, element } from "./dom.js";

// Sets the page up for a scenario: titles, notes, lists, and which parts this source has no use for.

export function setUpPage(about) {
  document.title = `${about.title} | plnsim`;
  byId("title").textContent = about.title;
  byId("lead").textContent = about.lead;
  byId("note").textContent = about.note;
  byId("question").textContent = about.question;
  byId("key").textContent = `Dark band: half of ${about.runs} runs; light band: 9 in 10; thin line: the one run shown below. At the right: the mean of the last year.`;
  byId("seed-box").hidden = !about.can.seed;
  byId("outcome").replaceChildren(...about.outcomes.map((one) => element("option", { value: one.name }, one.title)));
  byId("scenarios").hidden = about.scenarios.length < 2 && !about.can.upload;
  byId("upload").hidden = !about.can.upload;
  byId("scenario").replaceChildren(...about.scenarios.map((one) => element("option", { value: one.name }, one.title)));
  byId("scenario").value = about.scenario;
  const states = [["not", "not using"], ["trying", "trying"], ["habit", "habit"], ...(about.can.schools ? [["seated", "holds a seat in a network"]] : [])];
  byId("legend").replaceChildren(...states.map(([kind, text]) => element("li", {}, element("span", { class: `mark ${kind}` }), text)));
}
