// Where the page gets its data. The same page is one file without a server (embedded.js) and what `plnsim serve` gives (this file).
//
// Rules that keep the page one text: every module has named exports only, each top-level name is unique over all modules,
// and an import stands on one line, `import { a, b } from "./file.js";`. Joined in the order of their imports, with the
// import lines and the word `export` taken away, the modules are one script.
//
// A source:
//   open(request)       the data of a scenario: `{}` the page's own; `{scenario: name}` or `{text}` where it can `open` others
//   worker()            a Worker that runs the text of worker.js
//   can                 {open: other scenarios and files, gather: a class's guesses}
//   story(asked, signal)    where there is one: the story of a teacher, school or network in depth
//   openClass(), join(asked), guess(asked), guesses(asked)   where it can gather; a class's `address` is how other machines reach it, or null
//
// data: {
//   about: {title, purpose, lead, note, seed, years, runs, outcomes: [{name, title}], controls, groups, presets: [{name, values}], prices,
//           scenario, command}. A control: {name, label, group, meaning, unit, suffix, source, first, value, kind: "number", low, high, step}
//           or {..., kind: "choice", options: {name: meaning}}; `first` ones stand in front.
//   module, pack        base64: the WebAssembly module and the scenario packed for it (see engine.js)
//   stored              {outcome: side}: curves of the scenario as it is, for a browser that cannot run the module (see curves.js)
//   words               see curves.js
//   scenarios           [{name, title}] to choose from, where the source can open others
// }
// `values` maps dotted parameter names to numbers or option names, and holds only what differs from the scenario. A failure rejects
// with an Error whose message is shown as it is; one with `again` may be asked again after so many seconds, one of `status` 410 finds no class.

// Above its most connections the server says 503 and no more.
const AGAIN = 5;
const MANY_CONNECTIONS = { error: { wrong: `Too many pages ask; try again in ${AGAIN} seconds` } };

export function serverSource() {
  return {
    can: { open: true, gather: true },
    worker: () => new Worker("worker.js"),
    open: (request) => postJson("/api/open", request),
    story: (asked, signal) => postJson("/api/story", asked, signal),
    openClass: () => postJson("/api/class", {}),
    join: (asked) => postJson("/api/join", asked),
    guess: (asked) => postJson("/api/guess", asked),
    guesses: (asked) => postJson("/api/guesses", asked),
  };
}

async function postJson(address, asked, signal) {
  let reply;
  try {
    reply = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked), signal });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Error("The server does not answer. Is plnsim serve still running?");
  }
  const busy = reply.status === 503;
  const data = await (busy ? reply.json().catch(() => MANY_CONNECTIONS) : reply.json());
  if (reply.ok) return data;
  const { wrong, place, right } = data.error;
  const problem = new Error([busy ? `${wrong}.` : wrong, place && `(${place})`, right && `Right would be: ${right}.`].filter(Boolean).join(" "));
  problem.status = reply.status;
  if (busy) problem.again = Number(reply.headers.get("retry-after") ?? AGAIN);
  throw problem;
}
