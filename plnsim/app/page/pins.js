import { AS_IT_IS } from "./chart.js";
import { byId, element } from "./dom.js";
import { sorted } from "./storage.js";

// Plans that are pinned, each by a name, to compare what the sliders say with: `state` holds them and which of them is compared with,
// `changed` is called when another one is. Compared with none of them, what is stays as the scenario has it.

export const sameValues = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const presetOf = ({ about, values }) => about.presets.find((one) => sameValues(one.values, values))?.name;

// What the sliders say, by name and by number: a hash (FNV-1a) of the scenario and of what differs from it.
export function planOf(state) {
  let number = 0x811c9dc5;
  for (const letter of JSON.stringify([state.about.scenario, sorted(state.values)])) number = Math.imul(number ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return { number, name: presetOf(state) ?? "a plan of one's own" };
}

export function pinsOf(state, changed) {
  const ownName = () => presetOf(state) ?? `Plan ${state.pins.length + 1}`;

  function show() {
    byId("pin-name").placeholder = ownName();
    state.about.presets.forEach((one, place) => byId("presets").children[place].setAttribute("aria-pressed", String(sameValues(one.values, state.values))));
    byId("pins").hidden = state.pins.length === 0;
    const choice = (name, place) => element("button", { "aria-pressed": String(state.against === place), onclick: () => compareWith(place) }, name);
    byId("pins").replaceChildren("Compared with: ", choice(AS_IT_IS, -1), ...state.pins.flatMap(({ name }, place) => [choice(name, place),
      element("button", { "aria-label": `Unpin ${name}`, class: "unpin", onclick: () => unpin(place) }, "×")]));
  }

  function compareWith(place) {
    state.against = place;
    changed();
  }

  function pin() {
    state.pins.push({ name: byId("pin-name").value.trim() || ownName(), values: { ...state.values } });
    byId("pin-name").value = "";
    compareWith(state.pins.length - 1);
  }

  function unpin(place) {
    state.pins.splice(place, 1);
    compareWith(state.against === place ? -1 : state.against - (state.against > place));
  }

  byId("pin").onsubmit = (event) => { event.preventDefault(); pin(); };
  return { base: () => state.pins[state.against]?.values ?? {}, baseName: () => state.pins[state.against]?.name ?? AS_IT_IS, show };
}
