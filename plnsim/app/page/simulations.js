import { startRunner } from "./runner.js";

// The runs behind the page: of what is and of what if, by their values; those asked for last are kept.

const MOST_SIDES = 8;

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function simulationsOf(worker, { about, module, pack }) {
  const runner = startRunner(worker, { module: bytesOf(module), pack: bytesOf(pack), prices: about.prices });
  const kept = new Map();

  // {results: all replicates in order, film: of the one that is shown}. What there is so far is told to `onPart`: first the one that is shown
  // without its film, then with it.
  async function side({ values, years, shown, signal, onPart }) {
    const key = JSON.stringify([Object.entries(values).sort(), years]);
    const found = kept.get(key) ?? { results: [], films: new Map() };
    kept.delete(key);
    kept.set(key, found);
    if (kept.size > MOST_SIDES) kept.delete(kept.keys().next().value);
    const done = new Set(found.results.map((result) => result.replicate));
    const replicates = [shown, ...Array.from({ length: about.runs }, (_, run) => run).filter((run) => run !== shown)].filter((run) => !done.has(run));
    const film = found.films.has(shown) ? null : shown, part = () => ({ results: found.results, film: found.films.get(shown) });
    const onResult = (result) => {
      found.results.push(result);
      found.results.sort((one, other) => one.replicate - other.replicate);
      if (result.replicate === shown) onPart?.(part());
    };
    const onFilm = (told) => {
      found.films.set(shown, told);
      onPart?.(part());
    };
    if (replicates.length || film !== null) await runner.simulate({ values, years, replicates, film, onResult, onFilm, signal });
    return part();
  }

  return { model: runner.model, side, end: runner.end };
}
