import { workerFrom } from "./runner.js";

// The source of a page that is one file: its data and the worker's text stand in it.

export function embeddedSource() {
  return {
    can: { open: false, gather: false },
    open: async () => JSON.parse(document.getElementById("data").textContent),
    worker: () => workerFrom(document.getElementById("worker").textContent),
  };
}
