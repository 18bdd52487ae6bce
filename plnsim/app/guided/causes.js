import { byId, element, svgElement } from "./dom.js";

// Who influences what: the steps of a week on the left, state variables on the right. What is chosen enters some of
// them at once; what these move follows, and nothing else is shown. `rules` are [mechanism, parameters, reads, sets]: what a mechanism sets, and on
// which parameters and states that rests.

export function causesOf({ rules, meanings, labels }, fill) {
  const mechanisms = [...new Set(rules.map(([name]) => name))];
  const parameters = Object.keys(labels);
  const states = [...new Set(rules.flatMap(([, , reads, writes]) => [...reads, ...writes]))].filter((name) => rules.some(([, , , writes]) => writes.includes(name)));
  const buttons = new Map(), box = byId("causes"), lines = svgElement("svg", { "aria-hidden": "true" });
  let chosen = null;

  const button = (name, shown) => {
    const one = element("button", { type: "button", title: meanings[name] ?? null, "aria-pressed": "false", onclick: () => choose(name) }, shown.replaceAll("_", " "));
    buttons.set(name, one);
    return element("li", {}, one);
  };
  const left = element("div", { class: "steps" }, element("h3", {}, fill("causes.steps")), element("ul", {}, ...mechanisms.map((name) => button(name, name))));
  const right = element("div", {}, ...["teacher", "school", "network"].flatMap((entity) => [
    element("h3", {}, fill(`causes.${entity}`)),
    element("ul", { class: "states" }, ...states.filter((name) => name.startsWith(`${entity}.`)).map((name) => button(name, name.slice(entity.length + 1))))]));
  box.replaceChildren(lines, left, right);
  byId("parameter").replaceChildren(...parameters.map((name) => element("option", { value: name }, labels[name])));
  byId("parameter").onchange = () => choose(byId("parameter").value);
  byId("causes-table").replaceChildren(tableOf(rules, fill));
  addEventListener("resize", () => chosen && draw(reach(chosen)));
  box.closest("details").addEventListener("toggle", () => chosen && draw(reach(chosen)));

  // What a name leads to: steps and states of each order.
  function reach(name) {
    const entered = (among, place) => rules.filter((rule) => rule[place].some((one) => among.has(one)));
    const taking = (some, place) => new Set(some.flatMap((rule) => (place ? rule[place] : [rule[0]])));
    let first;
    if (parameters.includes(name)) first = entered(new Set([name]), 1);
    else if (mechanisms.includes(name)) first = rules.filter(([mechanism]) => mechanism === name);
    else return { steps: new Set(), states: new Set([name]), next: taking(entered(new Set([name]), 2), 0), then: taking(entered(new Set([name]), 2), 3), from: taking(entered(new Set([name]), 3), 0) };
    const set = taking(first, 3), next = entered(set, 2);
    return { steps: taking(first, 0), states: set, next: taking(next, 0), then: taking(next, 3), from: new Set(), entering: taking(first, 1) };
  }

  function choose(name) {
    chosen = name;
    const found = reach(name), many = (names) => [...names].map((one) => one.replaceAll("_", " ")).join(", ") || fill("causes.nothing");
    for (const [one, shown] of buttons) {
      const order = found.steps.has(one) ? "o0" : found.states.has(one) ? "o1" : found.next.has(one) ? "o2" : found.then.has(one) ? "o3" : "";
      shown.className = `${order}${found.from.has(one) ? " from" : ""}`;
      shown.setAttribute("aria-pressed", String(one === name));
      shown.parentElement.hidden = !shown.className;
    }
    for (const head of box.querySelectorAll("h3")) head.hidden = !head.nextElementSibling.querySelector("li:not([hidden])");
    if (parameters.includes(name)) byId("parameter").value = name;
    const kind = parameters.includes(name) ? "of_parameter" : mechanisms.includes(name) ? "of_step" : "of_state";
    const said = fill(`causes.${kind}`, { name: labels[name] ?? name.replaceAll("_", " "), steps: many(found.steps), states: many(found.states), next: many(found.next), from: many(found.from), parameters: many(found.entering ?? []) });
    byId("moved").textContent = meanings[name] ? `${said} (${meanings[name]})` : said;
    draw(found);
  }

  // Lines from the steps that are entered to the states that they set, and from these to the steps that read them.
  function draw(found) {
    const around = box.getBoundingClientRect(), of = (name) => buttons.get(name)?.getBoundingClientRect();
    const line = (step, state, kind) => {
      const one = of(step), other = of(state);
      if (!one || !other) return null;
      const [x1, y1, x2, y2] = [one.right - around.left, one.top + one.height / 2 - around.top, other.left - around.left, other.top + other.height / 2 - around.top];
      return svgElement("path", { class: kind, d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}` });
    };
    const pairs = new Map();
    for (const [step, , reads, writes] of rules) {
      if (found.steps.has(step)) writes.filter((name) => found.states.has(name)).forEach((name) => pairs.set(`${step} ${name}`, [step, name, ""]));
      if (found.from.has(step)) writes.filter((name) => found.states.has(name)).forEach((name) => pairs.set(`${step} ${name}`, [step, name, ""]));
      if (found.next.has(step)) reads.filter((name) => found.states.has(name)).forEach((name) => pairs.has(`${step} ${name}`) || pairs.set(`${step} ${name}`, [step, name, "next"]));
    }
    lines.replaceChildren(...[...pairs.values()].map((pair) => line(...pair)).filter(Boolean));
  }

  return { choose };
}

function tableOf(rules, fill) {
  const by = new Map();
  for (const [name, ...touched] of rules) {
    const own = by.get(name) ?? by.set(name, [new Set(), new Set(), new Set()]).get(name);
    touched.forEach((names, place) => names.forEach((one) => own[place].add(one)));
  }
  const heads = ["steps", "parameters", "reads", "sets"].map((key) => element("th", { scope: "col" }, fill(`causes.${key}`)));
  const rows = [...by].map(([name, sets]) => element("tr", {}, element("th", { scope: "row" }, name), ...sets.map((one) => element("td", {}, [...one].join(", ")))));
  return element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
}
