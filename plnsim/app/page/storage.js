import { amount, element } from "./dom.js";

// The state of the page, kept: as its address, as a command, as a scenario file, as a table. `state` is that of the page.

export function sorted(values) {
  return Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function addressOf({ seed, outcome, values, base, guess, guessing }) {
  return new URLSearchParams([["seed", seed], ["outcome", outcome], ...Object.entries(values),
    ...Object.entries(base).map(([name, value]) => [`is.${name}`, value]),
    ...(guess === null ? [] : [["guess", Math.round(100 * guess)]]), ...(guessing ? [] : [["shown", 1]])]);
}

// Takes over what an address says; gives an Error that names what it does not understand, or null.
export function readAddress(text, state) {
  const known = new Map(state.about.controls.map((one) => [one.name, one]));
  const wrong = [];
  for (const [name, word] of new URLSearchParams(text)) {
    const control = known.get(name.replace(/^is\./, ""));
    const number = word.trim() === "" ? NaN : Number(word);
    if (control && (control.kind === "choice" ? word in control.options : Number.isFinite(number))) {
      (name.startsWith("is.") ? state.base : state.values)[control.name] = control.kind === "choice" ? word : number;
    } else if (name === "outcome" && state.about.outcomes.some((one) => one.name === word)) state.outcome = word;
    else if (name === "seed" && Number.isInteger(number) && number >= 0) state.seed = number;
    else if (name === "guess" && number >= 0 && number <= 100) state.guess = number / 100;
    else if (name === "shown") state.guessing = false;
    else wrong.push(`${name}=${word}`);
  }
  return wrong.length ? new Error(`The address of this page holds what it does not understand: ${wrong.join(", ")}. It was left out.`) : null;
}

const FOLLOWED = "programme.follow_up_years";
export function commandOf({ about, values, seed }) {
  const longer = FOLLOWED in values ? values[FOLLOWED] - about.controls.find(({ name }) => name === FOLLOWED).value : 0;
  const command = about.command.map((word, place) => (about.command[place - 1] === "--years" && longer ? String(about.years + longer) : word));
  const set = Object.entries(sorted(values)).flatMap(([name, value]) => ["--set", `${name}=${amount(value)}`]);
  return [...command, ...set, "--seed", String(seed)].map((word) => (/^[\w.=/-]+$/.test(word) ? word : `'${word}'`)).join(" ");
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
    const { at, middle, inner, outer, one } = curves[name];
    return at.map((week, place) => [name, week, middle[place], inner[0][place], inner[1][place], outer[0][place], outer[1][place], one?.[place]].join(","));
  });
  return [head, ...rows, ""].join("\n");
}

export function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
