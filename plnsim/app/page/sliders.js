import { byId, element } from "./dom.js";
import { amount, percent } from "./words.js";

// Controls made from the parameters' declarations. `values` holds what differs from the scenario; `changed` is called after a change.
// What is `fixed` would draw other people, ties or networks, which the page cannot: its control says so.

export function slidersOf(about, values, fixed, changed) {
  const known = new Map(about.controls.map((one) => [one.name, one]));
  const shown = [];

  function set(name, value) {
    if (value === known.get(name).value) delete values[name];
    else values[name] = value;
    refresh();
    changed();
  }

  function rowOf(control) {
    const id = `control-${control.name.replace(/\W/g, "-")}`;
    const output = element("span", { class: "value" });
    const input = control.kind === "choice" ? choice(control, id) : slider(control, id);
    input.addEventListener("input", () => set(control.name, control.kind === "choice" ? input.value : input.read()));
    const row = element("div", { class: "control" },
      element("div", { class: "name" }, element("label", { for: id }, control.label), output, infoOf(control)), input,
      fixed(control.name) ? element("p", { class: "small" }, WHY_FIXED) : null);
    input.disabled = fixed(control.name);
    const show = () => {
      const value = values[control.name] ?? control.value;
      if (control.kind === "choice") input.value = value;
      else input.write(value);
      const text = control.kind === "choice" ? "" : formatValue(value, control.first && control.unit !== "share" ? "" : control.unit) + control.suffix;
      output.textContent = text;
      if (text) input.setAttribute("aria-valuetext", text);
      row.classList.toggle("moved", control.name in values);
    };
    shown.push(show);
    show();
    return row;
  }

  function refresh() {
    for (const show of shown) show();
    const moved = Object.keys(values).filter((name) => !known.get(name)?.first);
    byId("changed").replaceChildren(...(moved.length ? [element("p", { class: "small" }, "Changed behind “more”:"), element("ul", { class: "chips" },
      ...moved.map((name) => element("li", {}, `${known.get(name)?.label ?? name} ${typeof values[name] === "number" ? formatValue(values[name], known.get(name)?.unit ?? "") : values[name]} `,
        element("button", { "aria-label": `Undo ${known.get(name)?.label ?? name}`, onclick: () => { delete values[name]; refresh(); changed(); } }, "×"))))] : []));
  }

  byId("front").replaceChildren(...about.controls.filter((one) => one.first).map(rowOf));
  byId("groups").replaceChildren(...about.groups.map((group) => groupOf(group, about.controls, rowOf)));
  byId("find").oninput = () => find(byId("find").value.trim().toLowerCase());
  byId("find").value = "";
  byId("found").textContent = "";
  refresh();
  return { refresh };
}

const WHY_FIXED = "Stands still here: it would draw other people, ties or networks. plnsim run --set moves it.";

function formatValue(value, unit) {
  return unit === "share" ? percent(value) : `${amount(value)} ${unit}`.trim();
}

function infoOf(control) {
  return element("details", { class: "about" }, element("summary", { "aria-label": `About ${control.label}` }, "i"),
    element("p", {}, `${control.meaning} The model calls it ${control.name} (${control.unit}). Source: ${control.source}.`));
}

function slider(control, id) {
  const input = element("input", { id, type: "range" });
  const { low, high, step } = control;
  const parts = Math.round((high - low) / step);
  Object.assign(input, { min: 0, max: parts, step: 1 });
  input.read = () => Number((low + ((high - low) * Number(input.value)) / parts).toPrecision(10));
  input.write = (value) => { input.value = String(Math.round(((value - low) / (high - low)) * parts)); };
  return input;
}

function choice(control, id) {
  return element("select", { id }, ...Object.entries(control.options).map(([name, meaning]) => element("option", { value: name, title: meaning }, name)));
}

// A group's controls are made when it is first opened, or searched.
function groupOf(group, controls, rowOf) {
  const own = controls.filter((one) => one.group === group && !one.first);
  const inside = element("div");
  const box = element("details", { class: "group", hidden: own.length === 0 }, element("summary", {}, `${group} (${own.length})`), inside);
  box.rows = () => {
    if (!inside.hasChildNodes()) inside.append(...own.map(rowOf));
    return own.map((control, place) => [control, inside.children[place]]);
  };
  box.addEventListener("toggle", () => box.open && box.rows());
  return box;
}

function find(text) {
  let hits = 0;
  for (const box of byId("groups").children) {
    let here = 0;
    for (const [control, row] of box.rows()) {
      row.hidden = !`${control.name} ${control.label} ${control.meaning} ${control.group}`.toLowerCase().includes(text);
      here += row.hidden ? 0 : 1;
    }
    box.hidden = here === 0;
    box.open = text !== "" && here > 0;
    hits += here;
  }
  byId("found").textContent = text ? `${hits} found` : "";
}
