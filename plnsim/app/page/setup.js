import { byId, element } from "./dom.js";

// Sets the page up for a scenario: titles, notes and lists.

const QUESTION = "What share of all teachers will use the practice in the last year? Choose a plan first, if you like: what it leads to stays hidden until you have guessed.";
const STATES_SHOWN = [["not", "not using"], ["trying", "trying"], ["habit", "habit"], ["seated", "holds a seat in a network"]];

export function setUpPage({ about, scenarios = [] }, can) {
  document.title = `${about.title} | plnsim`;
  byId("title").textContent = about.title;
  byId("lead").textContent = about.lead;
  byId("note").textContent = about.note;
  byId("question").textContent = QUESTION;
  byId("key").textContent = `Dark band: half of ${about.runs} runs; light band: 9 in 10; thin line: the one run of which the teachers are shown. At the right: the mean of the last year.`;
  byId("outcome").replaceChildren(...about.outcomes.map((one) => element("option", { value: one.name }, one.title)));
  byId("run").replaceChildren(...Array.from({ length: about.runs }, (_, run) => element("option", { value: run }, `${run + 1} of ${about.runs}`)));
  byId("scenarios").hidden = !can.open;
  byId("class").hidden = !can.gather;
  byId("scenario").replaceChildren(...scenarios.map((one) => element("option", { value: one.name }, one.title)));
  byId("scenario").value = about.scenario;
  byId("legend").replaceChildren(...STATES_SHOWN.map(([kind, text]) => element("li", {}, element("span", { class: `mark ${kind}` }), text)));
}
