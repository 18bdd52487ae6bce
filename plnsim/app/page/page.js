import { AS_IT_IS, capital, chartOf, tableOf } from "./chart.js";
import { classroomOf } from "./classroom.js";
import { sentenceOf, sideOf, summaryOf } from "./curves.js";
import { byId, delay, element } from "./dom.js";
import { costsOf, lastingOf } from "./measures.js";
import { pinsOf, planOf, sameValues } from "./pins.js";
import { playerOf } from "./player.js";
import { drawFigures, stateShares } from "./schools.js";
import { setUpPage } from "./setup.js";
import { simulationsOf } from "./simulations.js";
import { slidersOf } from "./sliders.js";
import { addressOf, commandOf, csvOf, download, readAddress, sorted, tomlOf, yearsOf } from "./storage.js";
import { storyOf } from "./story.js";
import { percent, weekLabel } from "./words.js";

// The page: its state, its runs and what it renders. A run's results are as worker.js gives them; where data comes from, only its
// source knows (see source.js).

const BUSY_DELAY = 700;
const TRIES = 5;
const SPREAD = 0.5;
const BEFORE_LAST_SUMMER = Infinity;
const OLD_BROWSER = "it is older than 2023, or forbids WebAssembly";

export async function begin(source) {
  const state = { about: null, outcome: "use", values: {}, pins: [], against: -1, shown: 0, guess: null, guessFor: null, guessing: true, week: 0 };
  // What is drawn: both sides' results and films, or stored curves where the browser cannot run the model.
  const drawn = { is: null, if: null, curves: null, stored: null, visible: [], pictures: {} };
  let data = null;
  let opened = {};
  let simulations = null;
  let runRequest = new AbortController();
  let storyRequest = new AbortController();
  let waiting = false;
  let movedMeanwhile = false;
  let sliders = null;
  const player = playerOf({ goTo, week: () => state.week, last: () => drawn.curves.is.weeks - 1 });
  const story = storyOf({ ask: fetchStory, goTo, point: (posts, side) => {
    for (const [kind, picture] of Object.entries(drawn.pictures)) picture.point(kind === side || !drawn.if ? posts : []);
  } });
  const pins = pinsOf(state, changed);
  const classroom = classroomOf(source, { problem, plan: () => planOf(state), told: () => (state.guessing || !drawn.is ? null : lastMean(drawn.if ?? drawn.is, state.about.outcomes[0].name)) });

  // -- runs ------------------------------------------------------------------------------------------------------------

  const { base, baseName } = pins;
  const settings = () => JSON.stringify([sorted(state.values), sorted(base())]);
  const lastMean = ({ results }, outcome) => summaryOf(results.map((result) => result.last[outcome]), [0, 1]).mean;

  // While the first curve of one move is awaited, the next moves wait as well: so curves follow a finger that does not stop.
  function changed() {
    updateExports();
    pins.show();
    movedMeanwhile = waiting;
    if (!waiting) run();
  }

  async function run() {
    if (drawn.stored) return show();
    waiting = true;
    movedMeanwhile = false;
    runRequest.abort();
    storyRequest.abort();
    runRequest = new AbortController();
    const { signal } = runRequest;
    const busyTimer = setTimeout(() => busy(true), BUSY_DELAY);
    document.body.classList.add("working");
    const is = { ...base() }, other = sameValues(state.values, is) ? null : { ...state.values };
    const asked = { years: yearsOf(state.about, is, other), shown: state.shown, signal };
    try {
      const before = await simulations.side({ ...asked, values: is, onPart: (part) => !other && take(part, null, false) });
      const after = other ? await simulations.side({ ...asked, values: other, onPart: (part) => take(before, part, false) }) : null;
      take(before, after, true);
      problem(null);
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    } finally {
      clearTimeout(busyTimer);
      if (runRequest.signal === signal) {
        waiting = false;
        updateAddress();
        busy(false);
        document.body.classList.remove("working");
        if (movedMeanwhile) run();
      }
    }

    // The first run is there long before the others: its curve is drawn at once, and its teachers as soon as their film is there.
    function take(before, after, whole) {
      if (signal.aborted) return;
      Object.assign(drawn, { is: before, if: after });
      show(whole);
      waiting = false;
      if (movedMeanwhile) run();
    }
  }

  async function fetchStory({ of, place, side }) {
    storyRequest.abort();
    storyRequest = new AbortController();
    const { signal } = storyRequest;
    const values = side === "if" && drawn.if ? state.values : base();
    const busyTimer = setTimeout(() => { byId("telling").hidden = false; }, BUSY_DELAY);
    try {
      const years = yearsOf(state.about, base(), state.values);
      const told = await ask(() => source.story({ ...opened, values, years, replicate: state.shown, of, place: Number(place) }, signal), signal);
      problem(null);
      return told;
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
      return null;
    } finally {
      clearTimeout(busyTimer);
      if (storyRequest.signal === signal) byId("telling").hidden = true;
    }
  }

  // What a server has no time for is asked for again, a few times. Each page waits a little longer than it was told, by chance, so
  // that not all come at once again.
  async function ask(get, signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await get();
      } catch (error) {
        if (!error.again || tries === TRIES) throw error;
        problem(new Error(`${error.message} This page tries again by itself.`));
        await delay(error.again * (1 + SPREAD * Math.random()), signal);
      }
    }
  }

  function busy(on) {
    byId("busy").hidden = !on;
  }

  function cancel() {
    movedMeanwhile = false;
    runRequest.abort();
    problem(new Error("Cancelled: what is shown is from before the last move."));
  }

  function problem(error) {
    byId("problem").hidden = !error;
    byId("problem").textContent = error ? error.message : "";
  }

  // -- rendering -------------------------------------------------------------------------------------------------------

  const hidden = () => (state.guessing ? (drawn.if ? "if" : "all") : null);
  const outcomeShown = () => state.about.outcomes.find((one) => one.name === state.outcome);

  function show(whole = true) {
    if (!drawn.is && !drawn.stored) return;
    const side = (of) => (of ? sideOf(of.results, state.outcome, state.shown, data.words) : null);
    drawn.curves = drawn.stored ? { is: drawn.stored[state.outcome], if: null, name: AS_IT_IS } : { is: side(drawn.is), if: side(drawn.if), name: baseName() };
    document.body.classList.toggle("guessing", state.guessing);
    drawChart();
    drawPictures();
    byId("week").max = drawn.curves.is.weeks - 1;
    byId("time").hidden = state.guessing || Boolean(drawn.stored);
    if (!whole) return;
    byId("said").textContent = state.guessing ? "Make a guess first, or run without one." : saidOf();
    byId("table").replaceChildren(tableOf(drawn.curves, hidden()));
    showVerdict();
    showMeasures();
  }

  function saidOf() {
    if (!drawn.stored) return sentenceOf(drawn.is.results, drawn.if?.results ?? null, outcomeShown(), baseName(), data.words);
    const { mean, low, high } = drawn.curves.is.last;
    return `${outcomeShown().title}, ${AS_IT_IS}, in the last year: about ${percent(mean)} (${data.words.range}: ${percent(low)} to ${percent(high)}).`;
  }

  function showMeasures() {
    if (drawn.stored) return;
    const sides = [[baseName(), drawn.is.results], ...(drawn.if ? [["what if", drawn.if.results]] : [])];
    byId("costs").replaceChildren(costsOf(sides, state.about.prices));
    byId("lasting").hidden = state.guessing;
    byId("lasting").replaceChildren(lastingOf(sides));
  }

  function drawChart() {
    if (!drawn.curves) return;
    const width = Math.max(300, Math.floor(byId("chart").clientWidth));
    const guess = state.outcome === state.about.outcomes[0].name ? state.guess : null;
    drawn.chart = chartOf(drawn.curves, { title: outcomeShown().title, guess, hidden: hidden(), width, height: innerWidth < 900 ? 250 : 190 });
    byId("chart").replaceChildren(drawn.chart);
    goTo(state.week);
  }

  function drawPictures() {
    const visible = state.guessing || drawn.stored ? [] : [drawn.if ? ["is", capital(baseName()), drawn.is.film] : ["if", "", drawn.is.film], ...(drawn.if ? [["if", "What if", drawn.if.film]] : [])];
    byId("pictures").hidden = byId("story").hidden = visible.length === 0;
    const drawnAlready = visible.length === drawn.visible.length && visible.flat().every((part, place) => part === drawn.visible.flat()[place]);
    if (drawnAlready || visible.some(([, , film]) => !film)) return;
    drawn.visible = visible;
    drawn.pictures = drawFigures(byId("sides"), visible);
    story.clear();
    if (visible.length) story.offer({ is: drawn.is.film, if: drawn.if?.film ?? drawn.is.film }, drawn.if ? baseName() : null, Boolean(source.story));
    goTo(state.week);
  }

  function goTo(week) {
    if (!drawn.curves) return;
    const { weeks } = drawn.curves.is;
    state.week = week === BEFORE_LAST_SUMMER ? weeks - 2 : Math.max(0, Math.min(week, weeks - 1));
    const ends = (drawn.curves.if ?? drawn.curves.is).supportEnds;
    const text = `${weekLabel(state.week)}${ends < weeks && state.week >= ends ? ", support has ended" : ", with support"}`;
    byId("week").value = state.week;
    byId("week").setAttribute("aria-valuetext", text);
    byId("when").textContent = capital(text);
    drawn.chart?.place(state.week);
    for (const [kind, picture] of Object.entries(drawn.pictures)) {
      const [, name, film] = drawn.visible.find(([of]) => of === kind);
      picture.show(state.week);
      picture.parentElement.querySelector(".counts").textContent = stateShares(film, state.week);
      if (!player.playing()) picture.setAttribute("aria-label", `${name || capital(baseName())}, ${text}: ${stateShares(film, state.week)}`);
    }
  }

  // -- the prediction --------------------------------------------------------------------------------------------------

  function showVerdict() {
    const first = state.about.outcomes[0].name;
    for (const part of [byId("question"), byId("bet")]) part.hidden = !state.guessing;
    byId("again").hidden = state.guessing;
    byId("guessed").hidden = state.guessing || state.guess === null || state.outcome !== first;
    if (byId("guessed").hidden) return;
    const reached = drawn.stored ? drawn.stored[first].last.mean : lastMean(drawn.if ?? drawn.is, first);
    const off = Math.round(100 * (state.guess - reached));
    const how = off === 0 ? "spot on" : `${Math.abs(off)} points too ${off > 0 ? "high" : "low"}`;
    byId("guessed").textContent = settings() === state.guessFor ? `You guessed ${percent(state.guess)}; the runs give about ${percent(reached)}: ${how}.`
      : `You guessed ${percent(state.guess)} for other settings than these.`;
  }

  function place(guess) {
    Object.assign(state, { guess, guessing: false, guessFor: settings() });
    if (guess !== null) classroom.send(guess);
    updateAddress();
    show();
    goTo(BEFORE_LAST_SUMMER);
    byId("play").focus({ preventScroll: true });
  }

  function predictAgain() {
    player.pause();
    state.guessing = true;
    byId("guess").value = "";
    show();
    byId("guess").focus();
  }

  // -- address and exports ----------------------------------------------------------------------------------------------

  function updateAddress() {
    history.replaceState(null, "", `#${addressOf(state)}`);
  }

  function updateExports() {
    byId("as-command").value = commandOf(state);
    byId("as-toml").value = tomlOf(state.values);
  }

  function preset(values) {
    for (const name of Object.keys(state.values)) delete state.values[name];
    Object.assign(state.values, values);
    sliders.refresh();
    changed();
  }

  // -- setup -----------------------------------------------------------------------------------------------------------

  async function open(request) {
    const told = await ask(() => source.open(request));
    simulations?.end();
    runRequest.abort();
    [data, opened] = [told, request];
    const { about } = data;
    Object.assign(state, { about, outcome: about.outcomes[0].name, values: {}, pins: [], against: -1, shown: 0, week: BEFORE_LAST_SUMMER });
    Object.assign(drawn, { is: null, if: null, curves: null, stored: null, visible: [], pictures: {} });
    setUpPage(data, source.can);
    let fixed = () => true;
    try {
      if (typeof Worker === "undefined") throw new Error(OLD_BROWSER);
      simulations = simulationsOf(source.worker(), data);
      const { parameters } = await simulations.model;
      fixed = (name) => Boolean(parameters[name].fixed);
    } catch (error) {
      drawn.stored = data.stored;
      problem(new Error(`This browser cannot run the model (${error.message}), so the page shows stored curves of ${about.runs} runs, as it is.`));
    }
    byId("settings").hidden = Boolean(drawn.stored);
    const wrong = readAddress(location.hash.slice(1), state, fixed);
    state.guessFor = settings();
    byId("outcome").value = state.outcome;
    byId("run").value = state.shown;
    sliders = slidersOf(about, state.values, fixed, changed);
    byId("presets").replaceChildren(...about.presets.map((one) => element("button", { onclick: () => preset(one.values) }, one.name)));
    updateExports();
    pins.show();
    await run();
    if (wrong) problem(wrong);
  }

  async function openOther(request) {
    try {
      history.replaceState(null, "", "#");
      Object.assign(state, { guess: null, guessing: true });
      await open(request);
      byId("scenarios").open = false;
    } catch (error) {
      problem(error);
    }
  }

  byId("bet").onsubmit = (event) => { event.preventDefault(); place(Number(byId("guess").value) / 100); };
  byId("skip").onclick = () => place(null);
  byId("again").onclick = predictAgain;
  byId("outcome").onchange = () => { state.outcome = byId("outcome").value; updateAddress(); show(); };
  byId("run").onchange = () => { state.shown = Number(byId("run").value); changed(); };
  byId("cancel").onclick = cancel;
  byId("enough").onclick = () => storyRequest.abort();
  byId("csv").onclick = () => download(csvOf(drawn.curves), `plnsim-${state.about.scenario}-${state.outcome}.csv`);
  byId("scenario").onchange = () => openOther({ scenario: byId("scenario").value });
  byId("file").onchange = async () => { if (byId("file").files[0]) await openOther({ text: await byId("file").files[0].text() }); };
  byId("sides").onclick = (event) => {
    const hit = event.target.closest("[data-of]");
    if (hit) story.tell(hit.dataset.of, hit.dataset.place, event.target.closest("svg").dataset.side);
  };
  new ResizeObserver(drawChart).observe(byId("chart"));

  const { class: code } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (source.can.gather && code !== undefined) classroom.join(code);
  try {
    await open({});
  } catch (error) {
    problem(error);
  }
}
