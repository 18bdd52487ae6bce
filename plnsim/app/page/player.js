import { byId } from "./dom.js";

// Play, pause, step and reset: moves the page from week to week with `goTo`; in steps of a quarter-year where the reader's
// system asks for little motion.

const STRIDE = 13;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

// Scrolls as far as it takes to see the teachers while they change, with as much of the chart above them as the window has room for.
function scrollToTeachers() {
  const { top, bottom, height } = byId("sides").getBoundingClientRect();
  const block = height < innerHeight ? "end" : "start";
  if (top < 0 || bottom > innerHeight) byId("sides").scrollIntoView({ block, behavior: reducedMotion.matches ? "auto" : "smooth" });
}

export function playerOf({ goTo, week, last }) {
  let frame = null;

  function play() {
    if (frame) return pause();
    if (week() >= last()) goTo(0);
    const from = week();
    const began = performance.now();
    const stride = reducedMotion.matches ? STRIDE : 1;
    byId("play").textContent = "Pause";
    scrollToTeachers();
    const advance = (now) => {
      const next = Math.min(last(), from + Math.floor(((now - began) / 1000) * (Number(byId("speed").value) / stride)) * stride);
      if (next > week()) goTo(next);
      if (next < last()) frame = requestAnimationFrame(advance);
      else pause();
    };
    frame = requestAnimationFrame(advance);
  }

  function pause() {
    cancelAnimationFrame(frame);
    frame = null;
    byId("play").textContent = "Play";
    goTo(week());
  }

  byId("play").onclick = play;
  byId("step").onclick = () => { pause(); goTo(week() + 1); };
  byId("reset").onclick = () => { pause(); goTo(0); };
  byId("week").oninput = () => { const wanted = Number(byId("week").value); pause(); goTo(wanted); };
  return { pause, playing: () => frame !== null };
}
