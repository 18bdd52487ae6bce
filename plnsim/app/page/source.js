// Where the page gets its data. The page knows a source only by the five functions below, so that the same page is a
// live app (this file: `serverSource`, asks the server) and one file without a server (grid.js: `grid`, reads what is embedded).
//
// Rules that keep the page one text: every module has named exports only, each top-level name is unique over all modules,
// and an import stands on one line, `import { a, b } from "./file.js";`. Joined in the order of their imports, with the
// import lines and the word `export` taken away, the modules are one script. `page.js` has no knowledge of a source; it exports
// `begin(source)`, which the last line of a page calls: live.js calls begin(serverSource()), the explorable calls begin(grid(data)).
//
// A source is an object of functions; each gives a Promise. `signal` is an AbortSignal: a call that is aborted rejects with an
// AbortError and may stop working. Any other failure rejects with an Error whose message is shown to the class as it is; one
// with `again` was refused because too many ask: the page asks again after so many seconds.
// Shares are numbers 0..1, weeks count from 0, `values` maps dotted parameter names to numbers or option names, and holds
// only what differs from the scenario. A number that is not defined is null.
//
// about() -> {
//   title, purpose          text; `purpose` may be empty
//   lead                    one line below the title: how many schools, teachers, years; that they are invented
//   note                    what stands at the foot: what the model cannot tell, how exact the numbers are
//   seed                    the seed to begin with
//   years                   years of a run with the scenario's own values
//   runs                    replicates behind each fan
//   question                what the class predicts, about the scenario's own last year
//   outcomes                [{name, title, meaning}], the first is shown first
//   controls                [{name, label, group, meaning, unit, source, first, kind: "number", low, high, step, whole, value}
//                            or {..., kind: "choice", options: {name: meaning}, value}]; `first` ones stand in front, `value` is
//                            the scenario's own; `stops: [numbers]` (optional) are the only values that the slider takes
//   groups                  names of groups in their order
//   presets                 [{name, values}]
//   scenarios               [{name, title}] to choose from, or [] ; `scenario` is the name of this one
//   command                 words of the command line that reproduces the scenario's own run, e.g. ["plnsim", "run", "baseline"]
//   can                     {seed, stories, upload, schools, all}: what this source can do. Without `seed` there is no seed
//                           box, without `stories` nothing can be clicked, without `upload` no file is taken, without
//                           `all` there is no "more" below the front sliders; without `schools` picture() gives dots
// }
//
// curves({seed, outcome, is, if}, signal) -> {      `is` and `if` are values: what is, what if; `if` is null when they are alike
//   outcome
//   is, if                  sides: {at: [weeks], support_ends: week or null, weeks: length of the run,
//                                   middle: [..], inner: [[low..], [high..]] (half of runs), outer: [[low..], [high..]] (9 in 10),
//                                   one: [..] the single run of the picture, or null,
//                                   last: {mean, low, high}: the last year over all runs}; `if` may be null
//   paired                  {mean, low, high} difference of the last year, what if minus what is, run by run, or null
//   sentence                the one sentence that the page says aloud
// }
//
// picture({seed, values, side}, signal) -> `side` is "is" or "if"; with can.schools, one run (replicate 0) as {
//   weeks, support_ends
//   states                  [text for each week], one digit for each teacher: 0 not using, 1 trying, 2 habit
//   schools                 [{name, first, after, disadvantage}]: its teachers are first..after-1
//   networks                [{name, schools: [places], seats: [their teachers], active: text,
//                             one digit for each week, joined: [text for each week], one digit for each of its schools: 1 takes part}]
// } or, without, {dots: number of teachers, at: [weeks], trying: [share], habit: [share], support_ends, weeks}
//
// story({seed, values, of, place}, signal) -> only with can.stories. `of` is "teacher", "school" or "network", `place` its number
// {  title, facts: [text], ties: [teachers to point out], events: [{week, kind, text, who}] }   `who`: another teacher in it, or null
//
// open({scenario, text}, signal) -> about() of another scenario: a listed name, or the text of an uploaded file. Only with
// can.upload or more than one scenario.

// Above its most connections the server says 503 and no more.
const AGAIN = 5;
const MANY_CONNECTIONS = { error: { wrong: `Too many pages ask; try again in ${AGAIN} seconds` } };

export function serverSource() {
  let session = null;
  let openedWith = {};
  let reopening = null;

  async function open(request, signal) {
    const reply = await fetchJson("/api/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request), signal });
    session = reply.session;
    openedWith = request;
    return reply.about;
  }

  // A session that was left alone is freed by the server; what it began with opens another.
  async function ask(path, words, signal) {
    const used = session;
    const get = () => fetchJson(`/api/${path}?${new URLSearchParams([["session", session], ...words])}`, { signal });
    try {
      return await get();
    } catch (problem) {
      if (problem.status !== 410) throw problem;
      if (used === session) await (reopening ??= open(openedWith).finally(() => { reopening = null; }));
      return get();
    }
  }

  return {
    about: () => open({}),
    open,
    curves: ({ seed, outcome, is, if: other }, signal) =>
      ask("curves", [["seed", seed], ["outcome", outcome], ...prefixed(is, "is."), ...prefixed(other ?? is, "")], signal),
    picture: ({ seed, values, side }, signal) => ask("picture", [["seed", seed], ["side", side], ...prefixed(values, "")], signal),
    story: ({ seed, values, of, place }, signal) => ask("story", [["seed", seed], ["of", of], ["place", place], ...prefixed(values, "")], signal),
  };
}

function prefixed(values, before) {
  return Object.entries(values).map(([name, value]) => [before + name, value]);
}

async function fetchJson(address, how) {
  let reply;
  try {
    reply = await fetch(address, how);
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
  if (reply.status === 409) problem.name = "AbortError";
  throw problem;
}
