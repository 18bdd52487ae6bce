// The whole model in the browser: the WebAssembly module that comes with plnsim, and a scenario packed for it
// (`plnsim.simulation.wasm.pack` says what a pack holds). Counts and states equal those of `plnsim run` to the bit.
//
//   const model = await loadModel(moduleBytes, packBytes)
//   model.parameters        {name: {value, bounds or options, fixed}}; a fixed one would draw other ties or networks
//   const run = await model.newRun()         memory of its own, to be used again and again
//   run.begin(replicate, values, years)      a starting world; `values` holds what differs from the scenario
//   run.advance(weeks)                       some weeks, or all that are left
//   run.week, run.weeks, run.supportEnds     weeks done and in all, and the first without outside support
//   run.outcome(name)                        a number for each week done, NaN where it is not defined
//   run.outcomes                             all there are: [[name, count, count to divide it by]]
//   run.count(name, half)                    the same of a count: of all schools, or of the less (0) or more (1) disadvantaged half
//   run.bySchool(name, year)                 a count of each school, summed over a year
//   run.networks(name)                       what is counted of all networks, each week
//   run.people(kind, name)                   a state variable of all "teachers", "schools" or "networks", as it is now
//   run.person(kind, name, place)            that of one of them
//   run.inForce(name)                        the value of a parameter in each week of the run, as the calendar sets it
//   run.variables                            their names: {teachers: [...], schools: [...], networks: [...]}
//   run.ties(name)                           ties and seats as places, e.g. "advice_first" and "advice_to"
//
// A number that a parameter cannot take, or a world that is for another version of the model, raises an Error to be shown as it is.

const PACK_VERSION = 1;
const PAGE_BYTES = 65536;
const LINE_BYTES = 64;
const ARRAYS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: BigInt64Array, u4: Uint32Array, u8: BigUint64Array, f8: Float64Array };

export async function loadModel(moduleBytes, packBytes) {
  const [module, bytes] = await Promise.all([WebAssembly.compile(moduleBytes), gunzip(packBytes)]);
  const view = new DataView(bytes.buffer);
  if (new TextDecoder().decode(bytes.subarray(0, 4)) !== "PLNP" || view.getUint32(4, true) !== PACK_VERSION) {
    throw new Error("This is no packed scenario of this version of plnsim.");
  }
  const after = 12 + view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, after)));
  const [origin] = WebAssembly.Module.customSections(module, "plnsim");
  if (!origin || JSON.parse(new TextDecoder().decode(origin)).fingerprint !== header.model) {
    throw new Error("This scenario was packed for another version of the model.");
  }
  const columns = bytes.slice(Math.ceil(after / 8) * 8).buffer;
  return {
    scenario: header.scenario,
    seed: header.seed,
    parameters: header.parameters.fields,
    replicates: header.replicates.length,
    newRun: () => newRun(module, header, columns),
  };
}

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function newRun(module, header, columns) {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return new ModelRun(instance.exports, memory, header, columns);
}

class ModelRun {
  #exports; #memory; #header; #columns; #free; #at; #replicate;

  constructor(exports, memory, header, columns) {
    this.#exports = exports;
    this.#memory = memory;
    this.#header = header;
    this.#columns = columns;
    this.#at = null;
    this.week = this.weeks = this.supportEnds = 0;
    this.outcomes = header.outcomes;
    this.variables = Object.fromEntries(Object.entries(header.layouts).map(([kind, { fields }]) => [kind, Object.keys(fields)]));
  }

  begin(replicate, values = {}, years = this.#header.calendar.years) {
    const header = this.#header;
    this.#at = null;
    this.#replicate = header.replicates[replicate];
    if (!this.#replicate) throw new Error(`There is no replicate ${replicate}; there are ${header.replicates.length}.`);
    this.#free = this.#exports.__heap_base.value;
    const own = this.#placeParameters(values), inForce = own + header.parameters.bytes;
    this.supportEnds = Number(this.#exports.supported_weeks(own, BigInt(header.calendar.support_ends_at)));
    this.weeks = Number(this.#exports.length(own, BigInt(this.supportEnds), years));
    this.week = 0;
    this.#at = { own, inForce, ...this.#placeWeeks(), ...this.#placeCounts() };
    this.#placeWorld();
    this.#exports.fill_weeks(this.#at.start, this.#at.weeks, BigInt(this.weeks), inForce, BigInt(header.sets.from.length), BigInt(this.#replicate.run), BigInt(this.supportEnds));
    this.#exports.start(this.#at.world, this.#at.start, own);
    for (const [kind, known] of Object.entries(header.known)) this.#setPeople(kind, known);
    if (header.known.teachers?.knowledge !== undefined) this.#exports.know(this.#at.world, this.#at.start, own);
  }

  advance(weeks = Infinity) {
    const at = this.#now, until = Math.min(this.weeks, this.week + Math.max(0, weeks));
    const count = BigInt(this.weeks), sets = BigInt(this.#header.sets.from.length), schools = BigInt(this.#replicate.count.schools);
    this.#exports.advance(
      at.world, at.weeks, count, at.inForce, sets, schools, at.weekCounts, at.weekCounts, BigInt(at.yearsCounted),
      at.series, at.years, at.routine, at.vision, at.networks, BigInt(this.week), BigInt(until),
    );
    this.week = until;
  }

  outcome(name) {
    const [, of, among] = this.#header.outcomes.find(([known]) => known === name) ?? unknown("outcome", name);
    const under = this.count(among);
    return this.count(of).map((value, week) => value / under[week]);
  }

  count(name, half) {
    const [place, divisor] = this.#countOf(name), columns = this.#header.counts.length;
    const all = new BigInt64Array(this.#memory.buffer, this.#now.series, this.week * 2 * columns);
    const at = (week, side) => Number(all[(week * 2 + side) * columns + place]) / divisor;
    return Float64Array.from({ length: this.week }, (_, week) => (half === undefined ? at(week, 0) + at(week, 1) : at(week, half)));
  }

  bySchool(name, year) {
    const { years, yearsCounted } = this.#now, { schools } = this.#replicate.count;
    const [place, divisor] = this.#countOf(name), columns = this.#header.counts.length;
    const all = new BigInt64Array(this.#memory.buffer, years, yearsCounted * schools * columns);
    return Float64Array.from({ length: schools }, (_, school) => Number(all[(year * schools + school) * columns + place]) / divisor);
  }

  networks(name) {
    const { bytes, fields } = this.#header.network_counts, { type, offset } = fields[name] ?? unknown("count of networks", name);
    return Float64Array.from(this.#strided(type, this.#now.networks + offset, bytes, this.week), Number);
  }

  inForce(name) {
    const { parameters, sets } = this.#header, { type, offset } = parameters.fields[name] ?? unknown("parameter", name);
    const values = this.#strided(type, this.#now.inForce + offset, parameters.bytes, sets.from.length);
    return Float64Array.from({ length: this.weeks }, (_, week) => Number(values[sets.from.findLastIndex((from) => from <= week)]));
  }

  people(kind, name) {
    const { people } = this.#now, count = this.#replicate.count[kind];
    const { type, before, more, stride } = this.#header.layouts[kind]?.fields[name] ?? unknown("state variable", `${kind}.${name}`);
    return this.#strided(type, people[kind] + before * count + more, stride, count);
  }

  person(kind, name, place) {
    const { type, before, more, stride } = this.#header.layouts[kind].fields[name];
    return new ARRAYS[type](this.#memory.buffer, this.#now.people[kind] + before * this.#replicate.count[kind] + more + place * stride, 1)[0];
  }

  ties(name) {
    const { ties } = this.#now, place = this.#header.ties.indexOf(name);
    if (place < 0) unknown("kind of ties", name);
    return new Int32Array(this.#memory.buffer, ties[place], this.#replicate.ties[place][1]).slice();
  }

  // Bytes of memory: a run that is begun again takes no more than before.
  get memoryBytes() {
    return this.#memory.buffer.byteLength;
  }

  // The bytes of one part of what was counted, as the native engine keeps them: "series", "years", "routine", "vision" or "networks".
  counted(part) {
    return new Uint8Array(this.#memory.buffer, this.#now[part], this.#now.sizes[part]).slice();
  }

  // Where everything lies since the run was begun.
  get #now() {
    if (!this.#at) throw new Error("Nothing is begun yet.");
    return this.#at;
  }

  #countOf(name) {
    const place = this.#header.counts.findIndex(([known]) => known === name);
    return place < 0 ? unknown("count", name) : [place, this.#header.counts[place][1]];
  }

  // Room for so many bytes, all 0, at a whole line of the cache.
  #place(bytes) {
    const at = Math.ceil(this.#free / LINE_BYTES) * LINE_BYTES;
    this.#free = at + bytes;
    const missing = this.#free - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint8Array(this.#memory.buffer, at, bytes).fill(0);
    return at;
  }

  #placeParameters(values) {
    const { parameters, sets } = this.#header, number = 1 + sets.from.length;
    const at = this.#place(number * parameters.bytes);
    new Uint8Array(this.#memory.buffer, at).set(new Uint8Array(this.#columns, sets.at, number * parameters.bytes));
    const view = new DataView(this.#memory.buffer, at);
    for (const [name, value] of Object.entries(values)) {
      const parameter = parameters.fields[name] ?? unknown("parameter", name);
      const code = parameterCode(name, parameter, value);
      for (let set = 0; set < number; set += 1) {
        if (set > 0 && sets.holds[set - 1].includes(name)) continue;
        const offset = set * parameters.bytes + parameter.offset;
        if (parameter.type === "f8") view.setFloat64(offset, code, true);
        else view.setBigInt64(offset, BigInt(code), true);
      }
    }
    return at;
  }

  #placeWeeks() {
    const { week, sets, calendar } = this.#header;
    const start = this.#place(week.bytes), weeks = this.#place(this.weeks * week.bytes);
    const column = (name) => {
      const { type, offset } = week.fields[name], { array, first, step } = this.#column(type, weeks + offset, week.bytes);
      return (number, value) => { if (number < this.weeks) array[first + number * step] = value; };
    };
    const setRegime = column("regime");
    sets.from.forEach((from, set) => { for (let number = from; number < this.weeks; number += 1) setRegime(number, set); });
    for (const name of ["new_head", "tune_up"]) calendar[name].forEach(([number, value]) => column(name)(number, value));
    return { start, weeks };
  }

  #placeWorld() {
    const { layouts } = this.#header, { count, columns, ties } = this.#replicate, words = [];
    this.#at.people = {};
    for (const [kind, { bytes, more }] of Object.entries(layouts)) {
      this.#at.people[kind] = this.#place(count[kind] * bytes + more);
      words.push(this.#at.people[kind], count[kind]);
      this.#setPeople(kind, columns[kind]);
    }
    this.#at.ties = ties.map(([from, length]) => {
      const at = this.#place(4 * length);
      new Int32Array(this.#memory.buffer, at, length).set(new Int32Array(this.#columns, from, length));
      words.push(at, length);
      return at;
    });
    this.#at.world = this.#place(8 * words.length);
    new BigInt64Array(this.#memory.buffer, this.#at.world, words.length).set(words.map(BigInt));
  }

  #placeCounts() {
    const { counts, network_counts: ofNetworks, school_weeks: schoolWeeks } = this.#header, { schools } = this.#replicate.count;
    const yearsCounted = Math.ceil(this.weeks / schoolWeeks), row = 8 * counts.length;
    const sizes = {
      series: this.weeks * 2 * row, years: yearsCounted * schools * row, routine: yearsCounted * schools * 8,
      vision: yearsCounted * schools * 8, networks: this.weeks * ofNetworks.bytes, weekCounts: schools * row,
    };
    const places = Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, this.#place(bytes)]));
    return { ...places, sizes, yearsCounted };
  }

  #setPeople(kind, columns) {
    const count = this.#replicate.count[kind];
    for (const [name, from] of Object.entries(columns)) {
      const { type, before, more, stride } = this.#header.layouts[kind].fields[name];
      const { array, first, step } = this.#column(type, this.#at.people[kind] + before * count + more, stride);
      const values = new ARRAYS[type](this.#columns, from, count);
      for (let place = 0; place < count; place += 1) array[first + place * step] = values[place];
    }
  }

  // The memory as numbers of a type, and which of them are those at an address and every so many bytes on.
  #column(type, address, stride) {
    const array = new ARRAYS[type](this.#memory.buffer), { BYTES_PER_ELEMENT: size } = array;
    return { array, first: address / size, step: stride / size };
  }

  // Copied as bytes or as words, whatever the type: that is one loop for a browser to compile.
  #strided(type, address, stride, count) {
    const values = new ARRAYS[type](count), { BYTES_PER_ELEMENT: size } = values, Part = size % 4 ? Uint8Array : Uint32Array;
    const all = new Part(this.#memory.buffer), copy = new Part(values.buffer), width = Part.BYTES_PER_ELEMENT, [first, step, parts] = [address / width, stride / width, size / width];
    if (stride === size) copy.set(all.subarray(first, first + count * parts));
    else for (let place = 0; place < count; place += 1) for (let part = 0; part < parts; part += 1) copy[place * parts + part] = all[first + place * step + part];
    return values;
  }
}

// The number by which a run knows a value: of an option, its place.
function parameterCode(name, parameter, value) {
  if (parameter.fixed && value !== parameter.value) throw new Error(`${name} cannot be moved here: it would draw other people, ties or networks.`);
  if (parameter.options) {
    const place = parameter.options.indexOf(value);
    if (place < 0) throw new Error(`${name} must be one of ${parameter.options.join(", ")}, got ${value}.`);
    return place;
  }
  const [low, high] = parameter.bounds;
  const whole = parameter.type !== "f8";
  if (typeof value !== "number" || !(low <= value && value <= high) || (whole && !Number.isInteger(value))) {
    throw new Error(`${name} must be a ${whole ? "whole number" : "number"} from ${low} to ${high}, got ${value}.`);
  }
  return value;
}

function unknown(what, name) {
  throw new Error(`There is no ${what} called ${name}.`);
}
