import { byId, element, svgElement } from "./dom.js";

// A class's guesses: a pupil's page sends its own to the class that it joined; the page that opened the class draws them all.
// Only numbers travel, and the server forgets them when the class is left alone.

const EVERY_SECONDS = 2;
const BIN = 5;
const BINS = 100 / BIN;
const [BAR, TALL] = [28, 120];
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const ONLY_HERE = "Only this machine can open this page, no phone: begin again with plnsim serve --host 0.0.0.0. The code here is ";

export function classroomOf(source, { told, problem }) {
  const page = crypto.getRandomValues(new Uint32Array(1))[0];
  let joined = null;
  let timer = 0;

  function join(code) {
    joined = Number(code);
    byId("joined").hidden = false;
    byId("joined").textContent = `This page sends its next guess to class ${code}, and nothing else.`;
    byId("class").open = false;
  }

  async function send(guess) {
    if (joined === null) return;
    try {
      await source.guess({ code: joined, page, guess: Math.round(100 * guess) });
    } catch (error) {
      problem(error);
    }
  }

  async function gather() {
    try {
      const { code, key, address } = await source.openClass();
      const shown = String(code).padStart(5, "0");
      byId("gathered").hidden = false;
      byId("class").open = false;
      const from = LOOPBACK.includes(location.hostname) ? address : location.origin;
      byId("how-to-join").replaceChildren(...(from ? ["Open ", element("strong", {}, `${from}/#class=${shown}`), ", or join with the code "] : [ONLY_HERE]),
        element("strong", { class: "code" }, shown), ".");
      clearInterval(timer);
      timer = setInterval(() => draw(code, key), 1000 * EVERY_SECONDS);
      await draw(code, key);
    } catch (error) {
      problem(error);
    }
  }

  async function draw(code, key) {
    try {
      byId("histogram").replaceChildren(histogramOf((await source.guesses({ code, key })).guesses, told()));
    } catch (error) {
      clearInterval(timer);
      problem(error);
    }
  }

  byId("join").onsubmit = (event) => { event.preventDefault(); join(byId("code").value); };
  byId("gather").onclick = gather;
  return { join, send };
}

// `reached`: what the runs give, or null while it is not to be seen.
export function histogramOf(guesses, reached) {
  const bins = new Array(BINS).fill(0);
  for (const guess of guesses) bins[Math.min(BINS - 1, Math.floor(guess / BIN))] += 1;
  const most = Math.max(1, ...bins), middle = guesses[Math.floor(guesses.length / 2)];
  const said = guesses.length ? `${guesses.length} guesses from ${guesses[0]} to ${guesses.at(-1)} %, the middle one ${middle} %.` : "No guess yet.";
  const picture = svgElement("svg", { viewBox: `0 0 ${BINS * BAR + 20} ${TALL + 40}`, role: "img", "aria-label": `${said} ${reached === null ? "" : `The runs give ${Math.round(100 * reached)} %.`}` });
  bins.forEach((count, bin) => {
    const height = (TALL * count) / most;
    picture.append(svgElement("rect", { class: "bar", x: 10 + bin * BAR + 1, y: 18 + TALL - height, width: BAR - 2, height }));
    if (count) picture.append(svgElement("text", { class: "tick", x: 10 + (bin + 0.5) * BAR, y: 14 + TALL - height, "text-anchor": "middle" }, String(count)));
  });
  for (const share of [0, 25, 50, 75, 100]) picture.append(svgElement("text", { class: "tick", x: 10 + (share / BIN) * BAR, y: TALL + 36, "text-anchor": share ? (share === 100 ? "end" : "middle") : "start" }, `${share} %`));
  picture.append(svgElement("line", { class: "grid", x1: 10, x2: 10 + BINS * BAR, y1: 18 + TALL, y2: 18 + TALL }));
  if (reached !== null) picture.append(svgElement("line", { class: "reached", x1: 10 + ((100 * reached) / BIN) * BAR, x2: 10 + ((100 * reached) / BIN) * BAR, y1: 4, y2: 18 + TALL }));
  return element("figure", {}, picture, element("figcaption", {}, said));
}
