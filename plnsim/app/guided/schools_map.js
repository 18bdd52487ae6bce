import { svgElement } from "./dom.js";

// Schools as boxes, teachers as dots, and who meets whom across schools; painted anew for each week.

const BOX = 108, DOT = 15, IN_A_ROW = 6, HEAD = 14, KINDS = 4;

// columns: how many schools stand side by side. Gives {picture, paint(uses, habit)}.
export function schoolsMap(run, columns, describe) {
  const school = run.people("teachers", "school"), member = run.people("teachers", "member"), network = run.people("teachers", "network");
  const size = Math.max(...staffOf(school)), height = HEAD + DOT * Math.ceil(size / IN_A_ROW) + 6, rows = Math.ceil(staffOf(school).length / columns);
  const picture = svgElement("svg", { viewBox: `0 0 ${columns * BOX} ${rows * (height + 8)}`, role: "img" }), dots = [], seen = [];
  staffOf(school).forEach((_, place) => {
    const [x, y] = corner(place);
    picture.append(svgElement("rect", { x, y, width: BOX - 8, height, rx: 6 }));
  });
  school.forEach((place, teacher) => {
    const number = (seen[place] = (seen[place] ?? -1) + 1), [x, y] = corner(place);
    const at = { cx: x + 10 + DOT * (number % IN_A_ROW), cy: y + HEAD + DOT * Math.floor(number / IN_A_ROW), r: 5.2 };
    dots.push(svgElement("circle", at));
    dots[teacher].seat = member[teacher] ? ` seat n${network[teacher] % KINDS}` : "";
  });
  const first = run.ties("cross_first"), to = run.ties("cross_to");
  for (let teacher = 0; teacher < dots.length; teacher += 1) {
    for (let tie = first[teacher]; tie < first[teacher + 1]; tie += 1) {
      if (teacher < to[tie] && member[teacher] && member[to[tie]]) picture.append(lineBetween(dots[teacher], dots[to[tie]], network[teacher] % KINDS));
    }
  }
  picture.append(...dots);

  function corner(place) {
    return [4 + BOX * (place % columns), 4 + (height + 8) * Math.floor(place / columns)];
  }

  function paint(uses, habit, she = -1) {
    dots.forEach((dot, teacher) => {
      dot.setAttribute("class", `${stateOf(uses[teacher], habit[teacher])}${dot.seat}${teacher === she ? " she" : ""}`);
    });
    picture.setAttribute("aria-label", describe(uses, habit));
  }

  return { picture, paint };
}

export const byHabit = (uses, habit) => Boolean(uses) && habit >= 0.5;

function stateOf(uses, habit) {
  if (!uses) return "not";
  return byHabit(uses, habit) ? "habit" : "uses";
}

function staffOf(school) {
  const staff = [];
  school.forEach((place) => { staff[place] = (staff[place] ?? 0) + 1; });
  return staff;
}

function lineBetween(one, other, kind) {
  const [x1, y1, x2, y2] = [one, other].flatMap((dot) => [dot.getAttribute("cx"), dot.getAttribute("cy")]);
  return svgElement("line", { class: `n${kind}`, x1, y1, x2, y2 });
}
