// Numbers and names as people read them; used in the page and in the worker.

export const SCHOOL_WEEKS = 39;

export function percent(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return "not defined";
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

// Schools are called A to Z, then A2 to Z2 and so on.
export function schoolName(place) {
  return String.fromCharCode(65 + (place % 26)) + (place >= 26 ? Math.floor(place / 26) + 1 : "");
}
