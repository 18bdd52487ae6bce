import { element } from "./dom.js";
import { amount } from "./words.js";

// The state of the page, kept: as its address, as a command, as a scenario file, as a table. `state` is that of the page.

export function sorted(values) {
  return Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function addressOf({ outcome, values, pins, against, shown, guess, guessing }) {
  return new URLSearchParams([["outcome", outcome], ...(shown ? [["run", shown + 1]] : []), ...Object.entries(values),
    ...pins.map(({ name, values: pinned }) => ["pin", JSON.stringify([name, sorted(pinned)])]), ...(against < 0 ? [] : [["against", against + 1]]),
    ...(guess === null ? [] : [["guess", Math.round(100 * guess)]]), ...(guessing ? [] : [["shown", 1]])]);
}

// Takes over what an address says, as far as the scenario's controls and `fixed(name)` let it; gives an Error that names what it
// does not understand, or null.
export function readAddress(text, state, fixed) {
  const wrong = [];
  for (const [name, word] of new URLSearchParams(text)) {
    const number = word.trim() === "" ? NaN : Number(word);
    const value = valueOf(name, word, state.about, fixed);
    if (value !== null) state.values[name] = value;
    else if (name === "outcome" && state.about.outcomes.some((one) => one.name === word)) state.outcome = word;
    else if (name === "run" && Number.isInteger(number) && number >= 1 && number <= state.about.runs) state.shown = number - 1;
    else if (name === "guess" && number >= 0 && number <= 100) state.guess = number / 100;
    else if (name === "pin" && readPin(word, state, fixed)) continue;
    else if (name === "against" && Number.isInteger(number) && number >= 1 && number <= state.pins.length) state.against = number - 1;
    else if (name === "shown") state.guessing = false;
    else if (name !== "class") wrong.push(`${name}=${word}`);
  }
  return wrong.length ? new Error(`The address of this page holds what it does not understand: ${wrong.join(", ")}. It was left out.`) : null;
}

function valueOf(name, word, about, fixed) {
  const control = about.controls.find((one) => one.name === name);
  if (!control || fixed(name) || String(word).trim() === "") return null;
  if (control.kind === "choice") return word in control.options ? word : null;
  return Number(word) >= control.low && Number(word) <= control.high ? Number(word) : null;
}

function readPin(word, state, fixed) {
  try {
    const [name, values] = JSON.parse(word);
    const known = Object.entries(values).map(([parameter, value]) => [parameter, valueOf(parameter, value, state.about, fixed)]);
    if (typeof name !== "string" || known.some(([, value]) => value === null)) return false;
    return state.pins.push({ name: name.slice(0, 30), values: Object.fromEntries(known) });
  } catch {
    return false;
  }
}

const FOLLOWED = "programme.follow_up_years";

// Years of a run: those of the scenario whatever its support; who asks for a longer follow-up moves the end of both sides by so much.
export function yearsOf(about, ...sides) {
  const asked = sides.filter((values) => values && FOLLOWED in values).map((values) => values[FOLLOWED]);
  return about.years + (asked.length ? Math.max(...asked) - about.controls.find(({ name }) => name === FOLLOWED).value : 0);
}

export function commandOf({ about, values }) {
  const years = yearsOf(about, values);
  const command = about.command.map((word, place) => (about.command[place - 1] === "--years" && years !== about.years ? String(years) : word));
  const set = Object.entries(sorted(values)).flatMap(([name, value]) => ["--set", `${name}=${amount(value)}`]);
  return [...command, ...set, "--seed", String(about.seed)].map((word) => (/^[\w.=/-]+$/.test(word) ? word : `'${word}'`)).join(" ");
}

export function tomlOf(values) {
  const sections = new Map();
  for (const [name, value] of Object.entries(sorted(values))) {
    const [section, key] = name.split(".");
    sections.set(section, [...(sections.get(section) ?? []), `${key} = ${typeof value === "string" ? JSON.stringify(value) : value}`]);
  }
  return [...sections].map(([section, lines]) => `[${section}]\n${lines.join("\n")}`).join("\n\n");
}

export function csvOf(curves) {
  const head = "side,week,median,quantile_25,quantile_75,quantile_05,quantile_95,single_run";
  const rows = ["is", "if"].filter((name) => curves[name]).flatMap((name) => {
    const { middle, inner, outer, one } = curves[name];
    return middle.map((value, week) => [name, week, value, inner[0][week], inner[1][week], outer[0][week], outer[1][week], one?.[week]].join(","));
  });
  return [head, ...rows, ""].join("\n");
}

export function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
