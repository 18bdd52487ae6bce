// Runs of the model for a page, simulated in a worker (worker.js joined with what it imports is its text). Any page can embed it.
//
//   const runner = startRunner(workerFrom(text), { module, pack, prices })   bytes of the module and of the pack, and the page's prices
//   await runner.model                        {scenario, seed, parameters, replicates}; fails with a sentence where the browser cannot run it
//   await runner.simulate({ values, years, replicates, film, onResult, onFilm, signal })
//                                             results in the order of `replicates`, each told to `onResult` as soon as it is there, and
//                                             every week of the replicate `film` to `onFilm` (see film.js); null: of none
//
// A result: {replicate, weeks, supportEnds, weekly: {outcome: Float64Array}, last: {outcome: share}, cost, hours, scaledUp,
// teachers, schools (see outcomes.js)}.

export function workerFrom(text) {
  return new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
}

export function startRunner(worker, data) {
  const jobs = new Map();
  let number = 0;
  const model = new Promise((resolve, reject) => { jobs.set(0, { resolve, reject }); });
  worker.addEventListener("error", (event) => fail(new Error(event.message || "The worker does not start.")));
  worker.addEventListener("message", ({ data: { kind, number: of = 0, ...told } }) => {
    const job = jobs.get(of);
    if (!job) return;
    if (kind === "result") {
      job.results.push(told.result);
      job.onResult?.(told.result);
      return;
    }
    if (kind === "film") return job.onFilm?.(told.film);
    jobs.delete(of);
    if (kind === "failed") job.reject(new Error(told.message));
    else job.resolve(kind === "loaded" ? told.model : job.results);
  });
  worker.postMessage({ kind: "load", ...data });

  function fail(problem) {
    for (const job of jobs.values()) job.reject(problem);
    jobs.clear();
  }

  function simulate({ values = {}, years, replicates, film = null, onResult, onFilm, signal }) {
    number += 1;
    const of = number;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      jobs.set(of, { resolve, reject, onResult, onFilm, results: [] });
      signal?.addEventListener("abort", () => {
        if (jobs.delete(of)) worker.postMessage({ kind: "stop", number: of });
        reject(signal.reason);
      }, { once: true });
      worker.postMessage({ kind: "simulate", number: of, values, years, replicates, film });
    });
  }

  return { model, simulate, end: () => worker.terminate() };
}
