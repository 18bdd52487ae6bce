import { startRunner } from "./runner.js";

// The runs behind the page: of what is and of what if, by their values; those asked for last are kept.

const MOST_SIDES = 8;

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function simulationsOf(worker, { about, module, pack }) {
  const runner = startRunner(worker, { module: bytesOf(module), pack: bytesOf(pack), prices: about.prices });
  const kept = new Map();

  // {results: all replicates in order, film: of the one that is shown}; what there is so far is told to `onFirst` with the shown run.
  async function side({ values, years, shown, signal, onFirst }) {
    const key = JSON.stringify([Object.entries(values).sort(), years]);
    const found = kept.get(key) ?? { results: [], films: new Map() };
    kept.delete(key);
    kept.set(key, found);
    if (kept.size > MOST_SIDES) kept.delete(kept.keys().next().value);
    const done = new Set(found.results.map((result) => result.replicate));
    const replicates = [...(found.films.has(shown) ? [] : [shown]), ...Array.from({ length: about.runs }, (_, run) => run).filter((run) => run !== shown && !done.has(run))];
    const take = ({ film, ...result }) => {
      if (film) found.films.set(shown, film);
      if (!done.has(result.replicate)) found.results.push(result);
      done.add(result.replicate);
      found.results.sort((one, other) => one.replicate - other.replicate);
      if (film && done.size < about.runs) onFirst?.({ results: found.results, film });
    };
    if (replicates.length) await runner.simulate({ values, years, replicates, film: shown, onResult: take, signal });
    return { results: found.results, film: found.films.get(shown) };
  }

  return { model: runner.model, side, end: runner.end };
}
