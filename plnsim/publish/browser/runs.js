import { loadModel } from "./engine.js";
import { SCHOOL_WEEKS } from "./words.js";

// Scenarios that a page carries, simulated in it.

// What stands in an element as base64.
export function bytesOf(id) {
  return Uint8Array.from(atob(document.getElementById(id).textContent), (letter) => letter.charCodeAt(0));
}

export async function carriedModel(pack) {
  return loadModel(bytesOf("module"), bytesOf(`pack-${pack}`));
}

// Runs each replicate to its end with some values and gives what `read` takes of it, in their order; between two runs
// the page answers. `stopped` says when nobody waits for it any more; then it gives nothing.
export async function runAll(model, { values, years, replicates = model.replicates, read, stopped = () => false }) {
  const run = (model.kept ??= await model.newRun()), results = [];
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    await new Promise((resume) => { setTimeout(resume); });
    if (stopped()) return null;
    run.begin(replicate, values, years);
    run.advance();
    results.push(read(run));
  }
  return results;
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;

// The mean of a number over runs week by week, of those runs in which it is defined.
export function meanByWeek(runs) {
  return Array.from(runs[0], (_, week) => mean(runs.map((values) => values[week]).filter(Number.isFinite)));
}

// A count over another, both summed over some weeks, as the outcomes of `plnsim run` are; the last year without `from`.
export function ratio(run, of, among, from = run.week - SCHOOL_WEEKS, until = run.week) {
  const total = (name) => sum(run.count(name).slice(Math.max(0, from), until));
  return total(of) / total(among);
}
