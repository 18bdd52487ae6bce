import { svgElement, element } from "./dom.js";
import { percent } from "./words.js";

// The picture of one run: schools as rings of teachers, networks as nodes tied to the teachers who hold their seats. A
// teacher's state shows in fill and outline as well as in colour. `picture.show(week)` changes only what differs from before.

export const STATES = ["not", "trying", "habit"];
const CELL = 116;
const DOT = 6.4;
const SPACE = 16.5;
const ONE_RING = 19;

export function schoolsOf(run, columns, name) {
  const rows = Math.ceil(run.schools.length / columns);
  const picture = svgElement("svg", { viewBox: `0 0 ${columns * CELL} ${rows * CELL}`, role: "img", "aria-label": name, class: "schools" });
  const centre = (place) => [(place % columns + 0.5) * CELL, (Math.floor(place / columns) + 0.5) * CELL];
  const at = run.schools.flatMap((school, place) => ring(school.after - school.first, centre(place)));
  const nodes = nodesOf(run, centre, columns, rows);
  const ties = run.networks.map((network, place) => tiesOf(network, at, nodes[place], place, schoolOf(run)));
  const dots = at.map(([x, y], post) => svgElement("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: DOT, "data-of": "teacher", "data-place": post },
    svgElement("title", {}, teacherName(run, post))));
  picture.append(svgElement("g", { class: "ties" }, ...ties.flat().map((one) => one.line)));
  picture.append(svgElement("g", {}, ...run.schools.map((school, place) => svgElement("text", { class: "school", x: centre(place)[0], y: centre(place)[1] + 5,
    "data-of": "school", "data-place": place }, school.name))));
  picture.append(svgElement("g", {}, ...dots), svgElement("g", {}, ...nodes.map((node) => node.mark)));
  const shown = new Array(dots.length).fill("");
  picture.show = (week) => {
    const now = Math.min(week, run.weeks - 1);
    const seated = new Set();
    run.networks.forEach((network, place) => {
      const active = network.active[now] === 1;
      nodes[place].mark.classList.toggle("ended", !active);
      const joined = new Set(active ? takingPart(network, now) : []);
      for (const tie of ties[place]) {
        tie.line.classList.toggle("away", !joined.has(tie.school));
        if (joined.has(tie.school)) seated.add(tie.post);
      }
    });
    dots.forEach((dot, post) => {
      const kind = `${STATES[run.states[now][post]]}${seated.has(post) ? " seated" : ""}`;
      if (shown[post] === kind) return;
      shown[post] = kind;
      dot.setAttribute("class", `${kind}${dot.classList.contains("pointed") ? " pointed" : ""}`);
    });
  };
  picture.point = (posts) => dots.forEach((dot, post) => dot.classList.toggle("pointed", posts.includes(post)));
  return picture;
}

export function teacherName(run, post) {
  const school = run.schools[schoolOf(run)(post)];
  return `${school.name}.${post - school.first + 1}`;
}

// The schools of a network that take part in a week.
export const takingPart = (network, week) => network.schools.filter((_, place) => network.joined[week][place] === 1);

export const schoolOf = (run) => (post) => run.schools.findIndex((school) => post < school.after);

// Places on one ring, or on two where the staff is large.
function ring(staff, [x, y]) {
  const outer = staff <= ONE_RING ? staff : Math.ceil((staff * 2) / 3);
  const widest = CELL / 2 - DOT - 3;
  const circle = (count, radius, turned) => Array.from({ length: count }, (_, place) => {
    const turn = (2 * Math.PI * (place + turned)) / count - Math.PI / 2;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
  const radius = Math.min(widest, Math.max(18, (outer * SPACE) / (2 * Math.PI)));
  return [...circle(outer, radius, 0), ...circle(staff - outer, Math.max(16, radius - SPACE), 0.5)];
}

// Each network's node stands in the free corner between cells that is nearest to the middle of its schools.
function nodesOf(run, centre, columns, rows) {
  const corners = [];
  for (let row = 1; row < rows; row += 1) for (let column = 1; column < columns; column += 1) corners.push([column * CELL, row * CELL]);
  return run.networks.map((network, place) => {
    const schools = takingPart(network, 0).map(centre);
    const middle = [0, 1].map((axis) => schools.reduce((sum, one) => sum + one[axis], 0) / Math.max(1, schools.length));
    const far = ([x, y]) => (x - middle[0]) ** 2 + (y - middle[1]) ** 2;
    const nearest = corners.reduce((best, corner, number) => (best < 0 || far(corner) < far(corners[best]) ? number : best), -1);
    const [x, y] = nearest < 0 ? middle : corners.splice(nearest, 1)[0];
    const mark = svgElement("g", { class: `node n${place % 4}`, "data-of": "network", "data-place": place },
      svgElement("title", {}, network.name), svgElement("rect", { x: x - 10, y: y - 10, width: 20, height: 20, rx: 3 }),
      svgElement("text", { x, y: y + 5 }, String(place + 1)));
    return { x, y, mark };
  });
}

function tiesOf(network, at, node, place, school) {
  return network.seats.map((post) => ({ post, school: school(post), line: svgElement("line", { class: `tie n${place % 4}`, x1: at[post][0].toFixed(1),
    y1: at[post][1].toFixed(1), x2: node.x, y2: node.y }) }));
}

// The pictures of some runs, [[kind, name, run]], side by side; gives them by kind.
export function drawFigures(box, visible) {
  const pictures = {};
  box.replaceChildren(...visible.map(([kind, name, run]) => {
    const schools = run.schools.length;
    const columns = Math.ceil(Math.sqrt(visible.length > 1 || innerWidth < 700 ? schools : 2 * schools));
    pictures[kind] = schoolsOf(run, columns, name);
    pictures[kind].dataset.side = kind;
    return element("figure", {}, element("figcaption", {}, element("strong", {}, name), " ", element("span", { class: "counts" })), pictures[kind]);
  }));
  box.classList.toggle("two", visible.length > 1);
  return pictures;
}

// How many are in each state, in words.
export function stateShares(run, week) {
  const states = run.states[Math.min(week, run.weeks - 1)], counts = [0, 0, 0];
  for (const state of states) counts[state] += 1;
  const [not, trying, habit] = counts.map((count) => percent(count / states.length));
  return `${habit} habit, ${trying} trying, ${not} not using`;
}
