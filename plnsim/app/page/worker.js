import { loadModel } from "./engine.js";
import { filmOf } from "./film.js";
import { measuresOf } from "./outcomes.js";

// The model in a worker of its own, so that the page stays lively; runner.js speaks with it. One run's memory is used for all.

const state = { model: null, run: null, prices: null, stopped: new Set() };

async function load({ module, pack, prices }) {
  state.model = await loadModel(module, pack);
  state.run = await state.model.newRun();
  state.prices = prices;
  const { scenario, seed, parameters, replicates } = state.model;
  postMessage({ kind: "loaded", model: { scenario, seed, parameters, replicates } });
}

function resultOf({ values, years, film }, replicate) {
  const { model, run, prices } = state;
  run.begin(replicate, values, years);
  const number = (name) => values[name] ?? model.parameters[name].value;
  const shown = film === replicate ? filmOf(run, number) : null;
  run.advance();
  const weekly = Object.fromEntries(run.outcomes.map(([name]) => [name, run.outcome(name)]));
  return { replicate, weeks: run.weeks, supportEnds: run.supportEnds, weekly, ...measuresOf(run, number, prices), film: shown };
}

// A turn for messages between runs: one may say that nobody waits any more.
const turn = () => new Promise((resolve) => { setTimeout(resolve); });

async function simulate(job) {
  for (const replicate of job.replicates) {
    await turn();
    if (state.stopped.delete(job.number)) return;
    postMessage({ kind: "result", number: job.number, result: resultOf(job, replicate) });
  }
  postMessage({ kind: "done", number: job.number });
}

// One job after the other.
let last = Promise.resolve();
addEventListener("message", ({ data }) => {
  if (data.kind === "stop") return state.stopped.add(data.number);
  const work = data.kind === "load" ? load : simulate;
  last = last.then(() => work(data)).catch((problem) => postMessage({ kind: "failed", number: data.number, message: problem.message }));
});
