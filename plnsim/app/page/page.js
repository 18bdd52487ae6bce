import { chartOf, tableOf } from "./chart.js";
import { SCHOOL_WEEKS, amount, byId, dated, element, percent } from "./dom.js";
import { counted, dotsOf, schoolsOf } from "./schools.js";
import { slidersOf } from "./sliders.js";
import { storyOf } from "./story.js";

// The page: what is asked for, what is shown, and how one leads to the other. Nothing of a source is known here.

const PATIENCE = 700;
const STILL = 40;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export async function begin(source) {
  const state = { about: null, seed: 1, outcome: "use", values: {}, base: {}, guess: null, guessing: true, week: 0, playing: null };
  const shown = { curves: null, is: null, if: null, pictures: {} };
  let under = new AbortController();
  let still = 0;
  let sliders = null;
  const story = storyOf({ ask: askStory, goTo, point: (posts, side) => {
    for (const [kind, picture] of Object.entries(shown.pictures)) picture.point(kind === side || !shown.if ? posts : []);
  } });

  // -- asking ----------------------------------------------------------------------------------------------------------

  const differs = () => JSON.stringify(sorted(state.values)) !== JSON.stringify(sorted(state.base));

  function changed() {
    noteInAddress();
    keep();
    clearTimeout(still);
    still = setTimeout(run, STILL);
  }

  async function run() {
    under.abort();
    under = new AbortController();
    const { signal } = under;
    const patience = setTimeout(() => busy(true), PATIENCE);
    document.body.classList.add("working");
    const { seed, outcome, base } = state;
    const other = differs() ? { ...state.values } : null;
    try {
      const pictures = Promise.all([source.picture({ seed, values: base, side: "is" }, signal),
        other ? source.picture({ seed, values: other, side: "if" }, signal) : null]).then((found) => showPictures(found, signal));
      const [curves] = await Promise.all([source.curves({ seed, outcome, is: base, if: other }, signal), pictures]);
      if (signal.aborted) return;
      shown.curves = curves;
      story.clear();
      problem(null);
      show();
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    } finally {
      clearTimeout(patience);
      if (under.signal === signal) {
        busy(false);
        document.body.classList.remove("working");
      }
    }
  }

  // One run is there long before twenty, so its picture does not wait for the curves.
  function showPictures([is, other], signal) {
    if (signal.aborted) return;
    Object.assign(shown, { is, if: other });
    if (!shown.curves) return;
    drawPictures();
    goTo(state.week);
  }

  async function askStory({ of, place, side }) {
    const asking = new AbortController();
    byId("enough").onclick = () => asking.abort();
    const patience = setTimeout(() => { byId("telling").hidden = false; }, PATIENCE);
    const values = side === "if" && shown.if ? state.values : state.base;
    try {
      const told = await source.story({ seed: state.seed, values, of, place }, asking.signal);
      problem(null);
      return told;
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
      return null;
    } finally {
      clearTimeout(patience);
      byId("telling").hidden = true;
    }
  }

  function busy(on) {
    byId("busy").hidden = !on;
    byId("cancel").onclick = () => { under.abort(); busy(false); };
  }

  function problem(error) {
    byId("problem").hidden = !error;
    byId("problem").textContent = error ? error.message : "";
  }

  // -- showing ---------------------------------------------------------------------------------------------------------

  const hidden = () => (state.guessing ? (shown.curves.if ? "if" : "all") : null);

  function show() {
    if (!shown.curves) return;
    const { curves } = shown;
    document.body.classList.toggle("guessing", state.guessing);
    byId("said").textContent = state.guessing ? "Make a guess first, or run without one." : curves.sentence;
    byId("table").replaceChildren(tableOf(curves, hidden()));
    guessed();
    drawChart();
    drawPictures();
    byId("week").max = shown.curves.is.weeks - 1;
    byId("time").hidden = state.guessing;
    goTo(state.week);
  }

  function drawChart() {
    if (!shown.curves) return;
    const width = Math.max(300, Math.floor(byId("chart").clientWidth));
    const title = state.about.outcomes.find((one) => one.name === shown.curves.outcome).title;
    const guess = shown.curves.outcome === state.about.outcomes[0].name ? state.guess : null;
    shown.chart = chartOf(shown.curves, { title, guess, hidden: hidden(), width, height: width < 520 ? 260 : 290 });
    byId("chart").replaceChildren(shown.chart);
    goTo(state.week);
  }

  function drawPictures() {
    const visible = state.guessing ? [] : [shown.if ? ["is", "As it is", shown.is] : ["if", "", shown.is], ...(shown.if ? [["if", "What if", shown.if]] : [])];
    shown.pictures = {};
    byId("sides").replaceChildren(...visible.map(([kind, name, run]) => {
      const columns = visible.length > 1 || innerWidth < 700 ? Math.ceil(Math.sqrt(run.schools?.length ?? 1)) : Math.ceil(Math.sqrt((run.schools?.length ?? 1) * 2));
      const picture = run.dots ? dotsOf(run, name) : schoolsOf(run, columns, name);
      picture.dataset.side = kind;
      shown.pictures[kind] = picture;
      const caption = element("figcaption", {}, element("strong", {}, name), " ", element("span", { class: "counts" }));
      return element("figure", {}, caption, picture);
    }));
    byId("pictures").hidden = state.guessing;
    byId("story").hidden = state.guessing || !state.about.can.stories;
    byId("sides").classList.toggle("two", visible.length > 1);
    if (visible.length && state.about.can.stories) story.offer(shown.is, Boolean(shown.if));
  }

  function goTo(week) {
    if (!shown.curves) return;
    state.week = Math.max(0, Math.min(week, shown.curves.is.weeks - 1));
    const ends = (shown.curves.if ?? shown.curves.is).support_ends;
    const text = `${dated(state.week)}${ends !== null && state.week >= ends ? ", support has ended" : ", with support"}`;
    byId("week").value = state.week;
    byId("week").setAttribute("aria-valuetext", text);
    byId("when").textContent = text[0].toUpperCase() + text.slice(1);
    shown.chart?.place(state.week);
    for (const [kind, picture] of Object.entries(shown.pictures)) {
      picture.show(state.week);
      const run = kind === "if" && shown.if ? shown.if : shown.is;
      picture.parentElement.querySelector(".counts").textContent = counted(run, state.week);
      if (!state.playing) picture.setAttribute("aria-label", `${kind === "if" && shown.if ? "What if" : "As it is"}, ${text}: ${counted(run, state.week)}`);
    }
  }

  // -- playing ---------------------------------------------------------------------------------------------------------

  function play() {
    if (state.playing) return pause();
    const last = shown.curves.is.weeks - 1;
    if (state.week >= last) goTo(0);
    const from = state.week;
    const began = performance.now();
    const every = calm.matches ? 13 : 1;
    byId("play").textContent = "Pause";
    const move = (now) => {
      const week = Math.min(last, from + Math.floor(((now - began) / 1000) * Number(byId("speed").value) / every) * every);
      if (week !== state.week) goTo(week);
      if (week < last) state.playing = requestAnimationFrame(move);
      else pause();
    };
    state.playing = requestAnimationFrame(move);
  }

  function pause() {
    cancelAnimationFrame(state.playing);
    state.playing = null;
    byId("play").textContent = "Play";
    goTo(state.week);
  }

  // -- predicting ------------------------------------------------------------------------------------------------------

  function guessed() {
    const first = state.about.outcomes[0];
    const reached = (shown.curves.if ?? shown.curves.is).last.mean;
    const told = byId("guessed");
    for (const part of [byId("question"), document.querySelector(".bet")]) part.hidden = !state.guessing;
    told.hidden = state.guessing || state.guess === null || shown.curves.outcome !== first.name;
    byId("again").hidden = state.guessing;
    if (told.hidden || reached === null) return;
    const off = Math.round(100 * (state.guess - reached));
    told.textContent = `You guessed ${percent(state.guess)}; the runs give about ${percent(reached)}` +
      (off === 0 ? ": spot on." : `: your guess was ${Math.abs(off)} points too ${off > 0 ? "high" : "low"}.`);
  }

  function place(guess) {
    state.guess = guess;
    state.guessing = false;
    noteInAddress();
    show();
    goTo(shown.curves ? shown.curves.is.weeks - 2 : 0);
    byId("play").focus();
  }

  function predictAgain() {
    pause();
    state.guessing = true;
    show();
    byId("guess").focus();
  }

  // -- keeping ---------------------------------------------------------------------------------------------------------

  function noteInAddress() {
    const words = [["seed", state.seed], ["outcome", state.outcome], ...Object.entries(state.values),
      ...Object.entries(state.base).map(([name, value]) => [`is.${name}`, value]),
      ...(state.guess === null ? [] : [["guess", Math.round(100 * state.guess)]]), ...(state.guessing ? [] : [["shown", 1]])];
    history.replaceState(null, "", `#${new URLSearchParams(words)}`);
  }

  function readAddress() {
    const known = new Map(state.about.controls.map((one) => [one.name, one]));
    const wrong = [];
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
      const control = known.get(name.replace(/^is\./, ""));
      const number = text.trim() === "" ? NaN : Number(text);
      if (control && (control.kind === "choice" ? text in control.options : Number.isFinite(number))) {
        (name.startsWith("is.") ? state.base : state.values)[control.name] = control.kind === "choice" ? text : number;
      } else if (name === "outcome" && state.about.outcomes.some((one) => one.name === text)) state.outcome = text;
      else if (name === "seed" && Number.isInteger(number) && number >= 0) state.seed = number;
      else if (name === "guess" && number >= 0 && number <= 100) state.guess = number / 100;
      else if (name === "shown") state.guessing = false;
      else wrong.push(`${name}=${text}`);
    }
    return wrong.length ? new Error(`The address of this page holds what it does not understand: ${wrong.join(", ")}. It was left out.`) : null;
  }

  function keep() {
    const entries = Object.entries(sorted(state.values));
    byId("as-command").value = [...state.about.command, ...entries.flatMap(([name, value]) => ["--set", `${name}=${amount(value)}`]),
      "--seed", state.seed].map((word) => (/^[\w.=/-]+$/.test(word) ? word : `'${word}'`)).join(" ");
    const sections = new Map();
    for (const [name, value] of entries) {
      const [section, key] = name.split(".");
      sections.set(section, [...(sections.get(section) ?? []), `${key} = ${typeof value === "string" ? JSON.stringify(value) : value}`]);
    }
    byId("as-toml").value = [...sections].map(([section, lines]) => `[${section}]\n${lines.join("\n")}`).join("\n\n");
  }

  function download() {
    const { is, if: iff, outcome } = shown.curves;
    const head = ["side", "week", "median", "quantile_25", "quantile_75", "quantile_05", "quantile_95", "single_run"].join(",");
    const rows = [["is", is], ["if", iff]].filter(([, side]) => side).flatMap(([name, side]) => side.at.map((week, place) =>
      [name, week, side.middle[place], side.inner[0][place], side.inner[1][place], side.outer[0][place], side.outer[1][place], side.one?.[place]].join(",")));
    const address = URL.createObjectURL(new Blob([`${head}\n${rows.join("\n")}\n`], { type: "text/csv" }));
    element("a", { href: address, download: `plnsim-${state.about.scenario}-${outcome}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  // -- beginning -------------------------------------------------------------------------------------------------------

  function furnish(about) {
    Object.assign(state, { about, seed: about.seed, outcome: about.outcomes[0].name, values: {}, base: {}, week: Infinity });
    const wrong = readAddress();
    document.title = `${about.title} | plnsim`;
    byId("title").textContent = about.title;
    byId("lead").textContent = about.lead;
    byId("note").textContent = about.note;
    byId("question").textContent = about.question;
    byId("key").textContent = `Dark band: half of ${about.runs} runs; light band: 9 in 10; thin line: the one run shown below. At the right: the mean of the last year.`;
    byId("seed").value = state.seed;
    byId("seed-box").hidden = !about.can.seed;
    byId("outcome").replaceChildren(...about.outcomes.map((one) => element("option", { value: one.name }, one.title)));
    byId("outcome").value = state.outcome;
    byId("scenarios").hidden = about.scenarios.length < 2 && !about.can.upload;
    byId("upload").hidden = !about.can.upload;
    byId("scenario").replaceChildren(...about.scenarios.map((one) => element("option", { value: one.name }, one.title)));
    byId("scenario").value = about.scenario;
    byId("legend").replaceChildren(...[["not", "not using"], ["trying", "trying"], ["habit", "habit"], ...(about.can.schools ? [["seated", "holds a seat in a network"]] : [])]
      .map(([kind, text]) => element("li", {}, element("span", { class: `mark ${kind}` }), text)));
    sliders = slidersOf(about, state.values, changed);
    byId("presets").replaceChildren(...about.presets.map((one) => element("button", { onclick: () => preset(one.values) }, one.name)));
    keep();
    return wrong;
  }

  function preset(values) {
    for (const name of Object.keys(state.values)) delete state.values[name];
    Object.assign(state.values, values);
    sliders.refresh();
    changed();
  }

  async function another(asked) {
    try {
      const about = await source.open(asked);
      history.replaceState(null, "", "#");
      state.guess = null;
      state.guessing = true;
      furnish(about);
      byId("scenarios").open = false;
      await run();
    } catch (error) {
      problem(error);
    }
  }

  byId("guess").oninput = () => {
    byId("guess-value").textContent = percent(byId("guess").value / 100);
    byId("guess").setAttribute("aria-valuetext", percent(byId("guess").value / 100));
  };
  byId("place").onclick = () => place(Number(byId("guess").value) / 100);
  byId("skip").onclick = () => place(null);
  byId("again").onclick = predictAgain;
  byId("play").onclick = play;
  byId("step").onclick = () => { pause(); goTo(state.week + 1); };
  byId("reset").onclick = () => { pause(); goTo(0); };
  byId("week").oninput = () => { if (state.playing) pause(); goTo(Number(byId("week").value)); };
  byId("outcome").onchange = () => { state.outcome = byId("outcome").value; changed(); };
  byId("seed").onchange = () => {
    if (!byId("seed").checkValidity() || byId("seed").value === "") return problem(new Error("The seed is a whole number from 0 to 999999999."));
    state.seed = Number(byId("seed").value);
    changed();
  };
  byId("pin").onclick = () => { state.base = { ...state.values }; changed(); };
  byId("csv").onclick = download;
  byId("scenario").onchange = () => another({ scenario: byId("scenario").value });
  byId("file").onchange = async () => { if (byId("file").files[0]) await another({ text: await byId("file").files[0].text() }); };
  byId("sides").onclick = (event) => {
    const hit = event.target.closest("[data-of]");
    if (hit && state.about.can.stories) story.tell(hit.dataset.of, hit.dataset.place, event.target.closest("svg").dataset.side);
  };
  new ResizeObserver(drawChart).observe(byId("chart"));

  try {
    const wrong = furnish(await source.about());
    await run();
    if (wrong) problem(wrong);
  } catch (error) {
    problem(error);
  }
}

function sorted(values) {
  return Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
}
