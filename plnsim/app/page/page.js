import { chartOf, tableOf } from "./chart.js";
import { byId, delay, weekLabel, element, percent } from "./dom.js";
import { setUpPage } from "./setup.js";
import { addressOf, commandOf, csvOf, download, readAddress, sorted, tomlOf } from "./storage.js";
import { playerOf } from "./player.js";
import { drawFigures, stateShares } from "./schools.js";
import { slidersOf } from "./sliders.js";
import { storyOf } from "./story.js";

// The page: its state, its requests and what it renders. Nothing of a source is known here.

const BUSY_DELAY = 700;
const DEBOUNCE = 40;
const TRIES = 5;
const SPREAD = 0.5;
const BEFORE_LAST_SUMMER = Infinity;

export async function begin(source) {
  const state = { about: null, seed: 1, outcome: "use", values: {}, base: {}, guess: null, guessFor: null, guessing: true, week: 0 };
  const shown = { curves: null, is: null, if: null, pictures: {} };
  let runRequest = new AbortController();
  let storyRequest = new AbortController();
  let debounceTimer = 0;
  let sliders = null;
  const player = playerOf({ goTo, week: () => state.week, last: () => shown.curves.is.weeks - 1 });
  const story = storyOf({ ask: fetchStory, goTo, point: (posts, side) => {
    for (const [kind, picture] of Object.entries(shown.pictures)) picture.point(kind === side || !shown.if ? posts : []);
  } });

  // -- requests --------------------------------------------------------------------------------------------------------

  const differs = () => JSON.stringify(sorted(state.values)) !== JSON.stringify(sorted(state.base));
  const settings = () => JSON.stringify([sorted(state.values), state.seed]);

  function changed() {
    updateAddress();
    updateExports();
    clearTimeout(debounceTimer);
    debounceTimer = setTimeout(run, DEBOUNCE);
  }

  // What its source has no time for is asked for again, a few times, while what stands there stays. Each page waits a little
  // longer than it was told, by chance, so that not all come at once again.
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

  async function run() {
    runRequest.abort();
    storyRequest.abort();
    runRequest = new AbortController();
    const { signal } = runRequest;
    const busyTimer = setTimeout(() => busy(true), BUSY_DELAY);
    document.body.classList.add("working");
    const { seed, outcome, base } = state;
    const other = differs() ? { ...state.values } : null;
    try {
      const pictures = Promise.all([ask(() => source.picture({ seed, values: base, side: "is" }, signal), signal),
        other ? ask(() => source.picture({ seed, values: other, side: "if" }, signal), signal) : null]).then((found) => showPictures(found, signal));
      const [curves] = await Promise.all([ask(() => source.curves({ seed, outcome, is: base, if: other }, signal), signal), pictures]);
      if (signal.aborted) return;
      shown.curves = curves;
      if (!curves.if) shown.if = null;
      story.clear();
      problem(null);
      show();
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    } finally {
      clearTimeout(busyTimer);
      if (runRequest.signal === signal) {
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

  async function fetchStory({ of, place, side }) {
    storyRequest.abort();
    storyRequest = new AbortController();
    const { signal } = storyRequest;
    const busyTimer = setTimeout(() => { byId("telling").hidden = false; }, BUSY_DELAY);
    const values = side === "if" && shown.if ? state.values : state.base;
    try {
      const { seed } = state;
      const answer = await ask(() => source.story({ seed, values, of, place }, signal), signal);
      problem(null);
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
      return null;
    } finally {
      clearTimeout(busyTimer);
      if (storyRequest.signal === signal) byId("telling").hidden = true;
    }
  }

  function busy(on) {
    byId("busy").hidden = !on;
  }

  function cancel() {
    runRequest.abort();
    problem(new Error("Cancelled: what is shown is from before the last move."));
  }

  function problem(error) {
    byId("problem").hidden = !error;
    byId("problem").textContent = error ? error.message : "";
  }

  // -- rendering -------------------------------------------------------------------------------------------------------

  const hidden = () => (state.guessing ? (shown.curves.if ? "if" : "all") : null);

  function show() {
    if (!shown.curves) return;
    const { curves } = shown;
    document.body.classList.toggle("guessing", state.guessing);
    byId("said").textContent = state.guessing ? "Make a guess first, or run without one." : curves.sentence;
    byId("table").replaceChildren(tableOf(curves, hidden()));
    showVerdict();
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
    shown.chart = chartOf(shown.curves, { title, guess, hidden: hidden(), width, height: 250 });
    byId("chart").replaceChildren(shown.chart);
    goTo(state.week);
  }

  function drawPictures() {
    const visible = state.guessing ? [] : [shown.if ? ["is", "As it is", shown.is] : ["if", "", shown.is], ...(shown.if ? [["if", "What if", shown.if]] : [])];
    shown.pictures = drawFigures(byId("sides"), visible);
    byId("pictures").hidden = state.guessing;
    byId("story").hidden = state.guessing || !state.about.can.stories;
    if (visible.length && state.about.can.stories) story.offer(shown.is, Boolean(shown.if));
  }

  function goTo(week) {
    if (!shown.curves) return;
    const { weeks } = shown.curves.is;
    state.week = week === BEFORE_LAST_SUMMER ? weeks - 2 : Math.max(0, Math.min(week, weeks - 1));
    const ends = (shown.curves.if ?? shown.curves.is).support_ends;
    const text = `${weekLabel(state.week)}${ends !== null && state.week >= ends ? ", support has ended" : ", with support"}`;
    byId("week").value = state.week;
    byId("week").setAttribute("aria-valuetext", text);
    byId("when").textContent = text[0].toUpperCase() + text.slice(1);
    shown.chart?.place(state.week);
    for (const [kind, picture] of Object.entries(shown.pictures)) {
      picture.show(state.week);
      const run = kind === "if" && shown.if ? shown.if : shown.is;
      picture.parentElement.querySelector(".counts").textContent = stateShares(run, state.week);
      if (!player.playing()) picture.setAttribute("aria-label", `${kind === "if" && shown.if ? "What if" : "As it is"}, ${text}: ${stateShares(run, state.week)}`);
    }
  }

  // -- the prediction --------------------------------------------------------------------------------------------------

  function showVerdict() {
    const first = state.about.outcomes[0];
    const reached = (shown.curves.if ?? shown.curves.is).last.mean;
    const verdict = byId("guessed");
    for (const part of [byId("question"), document.querySelector(".bet")]) part.hidden = !state.guessing;
    verdict.hidden = state.guessing || state.guess === null || shown.curves.outcome !== first.name;
    byId("again").hidden = state.guessing;
    if (verdict.hidden || reached === null) return;
    const off = Math.round(100 * (state.guess - reached));
    const how = off === 0 ? "spot on" : `your guess was ${Math.abs(off)} points too ${off > 0 ? "high" : "low"}`;
    verdict.textContent = settings() === state.guessFor ? `You guessed ${percent(state.guess)}; the runs give about ${percent(reached)}: ${how}.`
      : `You guessed ${percent(state.guess)} for other settings than these.`;
  }

  function place(guess) {
    Object.assign(state, { guess, guessing: false, guessFor: settings() });
    updateAddress();
    show();
    goTo(BEFORE_LAST_SUMMER);
    byId("play").focus();
  }

  function predictAgain() {
    player.pause();
    state.guessing = true;
    show();
    byId("guess").focus();
  }

  // -- address and exports ---------------------------------------------------------------------------------------------

  function updateAddress() {
    history.replaceState(null, "", `#${addressOf(state)}`);
  }

  function updateExports() {
    byId("as-command").value = commandOf(state);
    byId("as-toml").value = tomlOf(state.values);
  }

  // -- setup -----------------------------------------------------------------------------------------------------------

  function setUp(about) {
    Object.assign(state, { about, seed: about.seed, outcome: about.outcomes[0].name, values: {}, base: {}, week: BEFORE_LAST_SUMMER });
    const wrong = readAddress(location.hash.slice(1), state);
    state.guessFor = settings();
    setUpPage(about);
    byId("unpin").hidden = Object.keys(state.base).length === 0;
    byId("seed").value = state.seed;
    byId("outcome").value = state.outcome;
    sliders = slidersOf(about, state.values, changed);
    byId("presets").replaceChildren(...about.presets.map((one) => element("button", { onclick: () => preset(one.values) }, one.name)));
    updateExports();
    return wrong;
  }

  function pin(values) {
    state.base = values;
    byId("unpin").hidden = Object.keys(values).length === 0;
    changed();
  }

  function preset(values) {
    for (const name of Object.keys(state.values)) delete state.values[name];
    Object.assign(state.values, values);
    sliders.refresh();
    changed();
  }

  async function openScenario(request) {
    try {
      const about = await ask(() => source.open(request));
      history.replaceState(null, "", "#");
      state.guess = null;
      state.guessing = true;
      setUp(about);
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
  byId("outcome").onchange = () => { state.outcome = byId("outcome").value; changed(); };
  byId("seed").onchange = () => {
    if (!byId("seed").checkValidity() || byId("seed").value === "") return problem(new Error("The seed is a whole number from 0 to 999999999."));
    state.seed = Number(byId("seed").value);
    changed();
  };
  byId("cancel").onclick = cancel;
  byId("enough").onclick = () => storyRequest.abort();
  byId("pin").onclick = () => pin({ ...state.values });
  byId("unpin").onclick = () => pin({});
  byId("csv").onclick = () => download(csvOf(shown.curves), `plnsim-${state.about.scenario}-${state.outcome}.csv`);
  byId("scenario").onchange = () => openScenario({ scenario: byId("scenario").value });
  byId("file").onchange = async () => { if (byId("file").files[0]) await openScenario({ text: await byId("file").files[0].text() }); };
  byId("sides").onclick = (event) => {
    const hit = event.target.closest("[data-of]");
    if (hit && state.about.can.stories) story.tell(hit.dataset.of, hit.dataset.place, event.target.closest("svg").dataset.side);
  };
  new ResizeObserver(drawChart).observe(byId("chart"));

  try {
    const wrong = setUp(await ask(source.about));
    await run();
    if (wrong) problem(wrong);
  } catch (error) {
    problem(error);
  }
}
