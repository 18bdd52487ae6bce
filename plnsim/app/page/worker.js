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

function resultOf(run, number, replicate) {
  run.advance();
  const weekly = Object.fromEntries(run.outcomes.map(([name]) => [name, run.outcome(name)]));
  return { replicate, weeks: run.weeks, supportEnds: run.supportEnds, weekly, ...measuresOf(run, number, state.prices) };
}

// A turn for messages between runs: one may say that nobody waits any more. (Timers would wait for 4 ms each.)
const channel = new MessageChannel();
const turn = () => new Promise((resolve) => {
  channel.port1.onmessage = resolve;
  channel.port2.postMessage(null);
});

// A film takes longer than the run alone, so it is made when the run's curve has been told.
async function simulate({ number, values, years, replicates, film }) {
  const { model, run } = state, valueOf = (name) => values[name] ?? model.parameters[name].value;
  const parts = replicates.map((replicate) => ["result", replicate]);
  if (film !== null) parts.splice(replicates[0] === film ? 1 : 0, 0, ["film", film]);
  for (const [kind, replicate] of parts) {
    await turn();
    if (state.stopped.delete(number)) return;
    run.begin(replicate, values, years);
    postMessage({ kind, number, [kind]: kind === "film" ? filmOf(run, valueOf) : resultOf(run, valueOf, replicate) });
  }
  postMessage({ kind: "done", number });
}

// One job after the other.
let last = Promise.resolve();
addEventListener("message", ({ data }) => {
  if (data.kind === "stop") return state.stopped.add(data.number);
  const work = data.kind === "load" ? load : simulate;
  last = last.then(() => work(data)).catch((problem) => postMessage({ kind: "failed", number: data.number, message: problem.message }));
});
