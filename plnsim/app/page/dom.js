// Small helpers: elements, SVG elements, and numbers as people read them.

export const SCHOOL_WEEKS = 39;
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function element(name, given = {}, ...within) {
  return populate(document.createElement(name), given, within);
}

export function svgElement(name, given = {}, ...within) {
  return populate(document.createElementNS(SVG, name), given, within);
}

function populate(made, given, within) {
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...within.filter((one) => one !== null && one !== undefined));
  return made;
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
