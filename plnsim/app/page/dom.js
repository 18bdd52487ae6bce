// Small helpers: elements, SVG elements, and numbers as people read them.

export const SCHOOL_WEEKS = 39;
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...within) {
  return populate(document.createElement(name), attributes, within);
}

export function svgElement(name, attributes = {}, ...within) {
  return populate(document.createElementNS(SVG, name), attributes, within);
}

function populate(node, attributes, within) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...within.filter((one) => one !== null && one !== undefined));
  return node;
}

// Waits for some seconds, or until the signal is aborted: then with its AbortError.
export function delay(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    const abort = () => { clearTimeout(timer); reject(signal.reason); };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}

export function percent(share) {
  if (share === null || share === undefined) return "not defined";
  const value = 100 * share;
  return `${Math.abs(value) < 9.95 && value !== 0 ? value.toFixed(1) : Math.round(value)}\u00a0%`;
}

export function amount(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
}

// Week 0 is the first of the run; year and week are counted from 1.
export function weekLabel(week) {
  return `year ${Math.floor(week / SCHOOL_WEEKS) + 1}, week ${(week % SCHOOL_WEEKS) + 1}`;
}
