import { byId, element, svgElement } from "./dom.js";

// A class's guesses: a pupil's page sends its own to the class that it joined; the page that opened the class draws all that are of
// the plan that it shows. `plan()` is {number, name}: equal sliders have equal numbers on every page.
// Only numbers travel, and the server forgets them when the class is left alone.

const EVERY_SECONDS = 2;
const BIN = 5;
const BINS = 100 / BIN;
const [BAR, TALL] = [28, 120];
const GONE = 410;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const ONLY_HERE = "Only this machine can open this page, no phone: begin again with plnsim serve --host 0.0.0.0. The code here is ";

export function classroomOf(source, { told, problem, plan }) {
  const page = crypto.getRandomValues(new Uint32Array(1))[0];
  let joining = Promise.resolve(null);
  let timer = 0;

  function say(text) {
    byId("joined").hidden = false;
    byId("joined").textContent = text;
  }

  const wrongCode = (code) => `There is no class ${code}: the code is mistyped, or the class is over. Ask for the code and type it under “Class” above.`;

  function join(code) {
    joining = tryToJoin(code);
  }

  // Gives the code of the class that this page is in then, or null.
  async function tryToJoin(code) {
    try {
      if (!/^\d{5}$/.test(code)) throw Object.assign(new Error(), { status: GONE });
      await source.join({ code: Number(code) });
      say(`You are in class ${code}. Your next guess goes there, a number and nothing else.`);
      byId("class").open = false;
      return code;
    } catch (error) {
      say(error.status === GONE ? wrongCode(code) : `You are not in the class yet. ${error.message}`);
      return null;
    }
  }

  async function send(guess) {
    const of = plan(), code = await joining, share = Math.round(100 * guess);
    if (code === null) return;
    try {
      await source.guess({ code: Number(code), page, plan: of.number, guess: share });
      say(`Your guess of ${share} % for “${of.name}” has arrived in class ${code}.`);
    } catch (error) {
      say(`Your guess has not arrived. ${error.status === GONE ? wrongCode(code) : error.message}`);
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
      const { number, name } = plan(), { guesses, others } = await source.guesses({ code, key, plan: number });
      if (number !== plan().number) return;
      const elsewhere = others ? ` Of other plans: ${others} ${others === 1 ? "guess" : "guesses"}, not drawn here.` : "";
      byId("histogram").replaceChildren(element("p", {}, "Guessed for ", element("strong", {}, name), `.${elsewhere}`), histogramOf(guesses, told()));
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
  const said = guesses.length === 1 ? `One guess: ${middle} %.` : guesses.length ? `${guesses.length} guesses from ${guesses[0]} to ${guesses.at(-1)} %, the middle one ${middle} %.` : "No guess yet.";
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
