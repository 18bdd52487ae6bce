// What the tests ask of the WebAssembly engine, in node and in a browser alike; it stands in one module behind engine.js.

export async function performRuns(moduleBytes, packs, tasks) {
  const runs = {}, results = [];
  for (const { pack, replicate, values, years, weekly } of tasks) {
    runs[pack] ??= await (await loadModel(moduleBytes, packs[pack])).newRun();
    const run = runs[pack], began = performance.now();
    run.begin(replicate, values, years ?? undefined);
    const start = performance.now(), states = [await digestsOf(run)], ready = performance.now();
    while (weekly && run.week < run.weeks) {
      run.advance(1);
      states.push(await digestsOf(run));
    }
    run.advance();
    const milliseconds = { start: start - began, run: performance.now() - ready };
    if (!weekly) states.push(await digestsOf(run));
    results.push({ weeks: run.weeks, supportEnds: run.supportEnds, states, milliseconds, memory: run.memoryBytes });
  }
  return results;
}

async function digestsOf(run) {
  const parts = ["series", "years", "routine", "vision", "networks"].map((part) => [part, run.counted(part)]);
  for (const [kind, names] of Object.entries(run.variables)) {
    for (const name of names) parts.push([`${kind}.${name}`, new Uint8Array(run.people(kind, name).buffer)]);
  }
  return Object.fromEntries(await Promise.all(parts.map(async ([part, bytes]) => [part, await digest(bytes)])));
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
