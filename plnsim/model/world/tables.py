"""Real populations: schools, teachers, ties and networks as CSV files, checked row by row."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import NamedTuple

import numpy as np

from plnsim.common.errors import InputError
from plnsim.model.world.csv_rows import CsvReader, RowRef
from plnsim.model.world.population import Group, PopulationData
from plnsim.model.world.ties import Pairs

SHARES = {
    "disadvantage": "disadvantage",
    "vision": "vision",
    "support": "support",
    "distributed": "distributed",
    "focus": "own_focus",
    "routine": "routine",
}
MINUTES = {"east": "east", "north": "north"}
PHASES = ("primary", "secondary")
ANSWERS = ("no", "yes")
YES_NO_COLUMNS, SHARE_COLUMNS = ("formal", "uses"), ("knowledge", "belief")
IMPLIED_COLUMNS = {"uses": "tried", "belief": "first_belief"}
KINDS = ("information", "advice", "co-teaching")
MOST_TEACHERS, MOST_DEPARTMENTS, LARGEST_NETWORK = 1_000_000, 32_000, 5000
MOST_MINUTES, MOST_YEARS = 10_000, 100
MOST_WEIGHT = 5
MOST_DELEGATES, DELEGATES = 100, 2


class _Schools(NamedTuple):
    """The schools of a file: places, rows, teachers (0 where a staff file tells) and columns of the school record."""

    rows: CsvReader
    places: dict[str, int]
    row_refs: list[RowRef]
    staff: np.ndarray
    columns: dict[str, np.ndarray]


class _Staff(NamedTuple):
    """The teachers of a file, school by school: posts, teachers of each school and columns of the teacher record."""

    posts: dict[str, int]
    counts: np.ndarray
    columns: dict[str, np.ndarray]


def read_population(paths: dict[str, Path]) -> PopulationData:
    """Reads the files of a real population; whatever they leave out stays to be drawn. Raises ``InputError``.

    ``paths`` has any of the keys schools, staff, ties and networks. The problems of one file come in one message.
    """
    if not paths:
        return PopulationData()
    for kind, needed in (("staff", "schools"), ("ties", "schools"), ("networks", "schools"), ("ties", "staff")):
        if kind in paths and needed not in paths:
            raise InputError(
                f"a file of {kind} needs a file of {needed}",
                place=str(paths[kind]),
                right=f'{needed} = "{needed}.csv" under [files]',
            )
    schools = _read_schools(paths["schools"], "staff" in paths)
    staff = _read_staff(paths["staff"], schools) if "staff" in paths else None
    counts = staff.counts if staff else schools.staff
    ties = _read_ties(paths["ties"], staff) if staff and "ties" in paths else {}
    networks = _NetworkReader(paths["networks"], schools.places, counts, staff).read() if "networks" in paths else None
    return PopulationData(
        schools.columns | {"staff": counts},
        staff.columns if staff else {},
        ties.get("advice"),
        ties.get("information"),
        networks,
    )


# -- schools -----------------------------------------------------------------------------------------------------------


def _read_schools(path: Path, staff_listed: bool) -> _Schools:
    """The schools of a file in its order; ``name`` is there for people to read and is not used."""
    rows = CsvReader(path, ("school",), ("teachers", "name", "phase", *SHARES, *MINUTES))
    _check_columns(rows, staff_listed)
    bounds = {column: (0, 1) for column in SHARES} | {column: (-MOST_MINUTES, MOST_MINUTES) for column in MINUTES}
    numbers = {column: array("d") for column in rows.columns if column in bounds}
    lines: dict[str, int] = {}
    row_refs, staff, secondary = [], array("q"), array("b")
    for _ in rows:
        rows.new_name("school", lines)
        row_refs.append(rows.here)
        staff.append(rows.number("teachers", 1, MOST_TEACHERS, integer=True, default=0 if staff_listed else None))
        for column, values in numbers.items():
            values.append(rows.number(column, *bounds[column]))
        if "phase" in rows.columns:
            secondary.append(rows.one_of("phase", PHASES) == "secondary")
    rows.finish()
    columns = {(SHARES | MINUTES)[column]: np.array(values) for column, values in numbers.items()}
    if "phase" in rows.columns:
        columns["secondary"] = np.array(secondary, np.int8)
    return _Schools(
        rows, {name: place for place, name in enumerate(lines)}, row_refs, np.array(staff, np.int64), columns
    )


def _check_columns(rows: CsvReader, staff_listed: bool) -> None:
    if "teachers" not in rows.columns and not staff_listed:
        rows.problem(
            "teachers",
            "there is no column teachers, and no staff file",
            "a column teachers, or a staff file that lists them",
        )
    for axis, other in (MINUTES, tuple(MINUTES)[::-1]):
        if axis in rows.columns and other not in rows.columns:
            rows.problem(
                axis, f"there is a column {axis} and no column {other}", "both, in minutes of travel, or neither"
            )


# -- staff -------------------------------------------------------------------------------------------------------------


def _read_staff(path: Path, schools: _Schools) -> _Staff:
    """The teachers of a file, ordered school by school; who uses the practice has tried it."""
    rows = CsvReader(path, ("teacher", "school"), ("department", "years", *YES_NO_COLUMNS, *SHARE_COLUMNS))
    lines: dict[str, int] = {}
    listed: dict[str, array[float]] = {
        column: array("d" if column in SHARE_COLUMNS else "q") for column in rows.columns if column != "teacher"
    }
    departments: dict[int, dict[str, int]] = {}
    for _ in rows:
        rows.new_name("teacher", lines)
        school = rows.place("school", "school", schools.places)
        listed["school"].append(school)
        if "department" in listed:
            listed["department"].append(_department(rows, departments.setdefault(school, {})))
        if "years" in listed:
            listed["years"].append(rows.number("years", 0, MOST_YEARS, integer=True))
        for column, values in listed.items():
            if column in YES_NO_COLUMNS:
                values.append(rows.one_of(column, ANSWERS) == "yes")
            elif column in SHARE_COLUMNS:
                values.append(rows.number(column, 0, 1))
    rows.finish()
    school_of_row = np.array(listed["school"], np.int64)
    counts = np.bincount(school_of_row, minlength=len(schools.places))
    _check_counts(schools, counts)
    order = np.argsort(school_of_row, kind="stable")
    posts = np.argsort(order, kind="stable")
    columns = {column: np.array(values)[order] for column, values in listed.items()}
    columns |= {implied: columns[column] for column, implied in IMPLIED_COLUMNS.items() if column in columns}
    return _Staff(dict(zip(lines, posts.tolist(), strict=True)), counts, columns)


def _department(rows: CsvReader, numbers: dict[str, int]) -> int:
    """The number of a department within its school, in the order in which they first appear."""
    number = numbers.setdefault(rows.text("department"), len(numbers))
    if number == MOST_DEPARTMENTS:
        rows.problem(
            "department",
            f"the school has more than {MOST_DEPARTMENTS:,} departments",
            "departments that several teachers share",
        )
    return min(number, MOST_DEPARTMENTS)


def _check_counts(schools: _Schools, counts: np.ndarray) -> None:
    """Raises ``InputError`` for schools without a teacher, or with another number than the staff file lists."""
    for name, place in schools.places.items():
        listed, stated = int(counts[place]), int(schools.staff[place])
        if not listed:
            schools.rows.problem(
                "school",
                f"the staff file lists no teacher of the school {name[:60]!r}",
                "a teacher in every school",
                at=schools.row_refs[place],
            )
        elif stated and stated != listed:
            schools.rows.problem(
                "teachers",
                f"the school {name[:60]!r} has {stated:,} teachers, and the staff file lists {listed:,}",
                "the same number, or no column teachers",
                at=schools.row_refs[place],
            )
    schools.rows.finish()


# -- ties --------------------------------------------------------------------------------------------------------------


def _read_ties(path: Path, staff: _Staff) -> dict[str, Pairs]:
    """Pairs of posts by layer: the first turns to the second, or hears from the second; a weight repeats the tie."""
    rows = CsvReader(path, ("from", "to", "type"), ("weight",))
    layers = {layer: (array("q"), array("q")) for layer in ("advice", "information")}
    school = staff.columns["school"].tolist()
    for _ in rows:
        source, to = rows.place("from", "teacher", staff.posts), rows.place("to", "teacher", staff.posts)
        kind = rows.one_of("type", KINDS)
        weight = rows.number("weight", 1, MOST_WEIGHT, integer=True, default=1)
        if source < 0 or to < 0:
            continue
        if source == to:
            rows.problem("to", "the tie leads from a teacher to the same teacher", "two teachers of one school")
        elif school[source] != school[to]:
            rows.problem(
                "to",
                "the two teachers are at different schools",
                "two teachers of one school; ties across schools come from networks",
            )
        sources, ends = layers["information" if kind == "information" else "advice"]
        sources.extend([source] * weight)
        ends.extend([to] * weight)
        if kind == "co-teaching":
            sources.extend([to] * weight)
            ends.extend([source] * weight)
    rows.finish()
    return {
        layer: (np.array(sources, np.int64), np.array(ends, np.int64))
        for layer, (sources, ends) in layers.items()
        if sources
    }


# -- networks ----------------------------------------------------------------------------------------------------------


class _NetworkReader:
    """Reads which teachers hold a seat in which network, by teacher or by school with its delegates."""

    def __init__(self, path: Path, places: dict[str, int], counts: np.ndarray, staff: _Staff | None):
        self.rows = CsvReader(path, ("network",), ("teacher", "school", "delegates"))
        self.places, self.counts, self.staff = places, counts, staff
        self.first = np.cumsum(counts) - counts
        self.seats: dict[str, dict[int, list[int]]] = {}
        self.begun: dict[str, RowRef] = {}
        self.held: dict[int, tuple[str, int]] = {}

    def read(self) -> list[Group]:
        """The networks in the order of their first rows: for each, its schools in that order with their posts."""
        if not {"teacher", "school"} & set(self.rows.columns):
            self.rows.problem(
                "school",
                "there is no column school and no column teacher",
                "who takes part: a column school, or a column teacher",
            )
        if "teacher" in self.rows.columns and self.staff is None:
            self.rows.problem(
                "teacher",
                "a column teacher needs a staff file",
                'staff = "staff.csv" under [files], or a column school',
            )
        for row in self.rows:
            network = self.rows.text("network")
            self.begun.setdefault(network, self.rows.here)
            for school, post in self._named(row):
                self._seat(network, school, post)
        if not self.rows.count:
            for network, schools in self.seats.items():
                self._check_size(network, sum(map(len, schools.values())))
        self.rows.finish()
        return [
            [(school, np.array(posts, np.int64)) for school, posts in schools.items()]
            for schools in self.seats.values()
        ]

    def _named(self, row: dict[str, str]) -> list[tuple[int, int]]:
        """School and post of each teacher whom a row gives a seat."""
        teacher, school = row.get("teacher", ""), row.get("school", "")
        if bool(teacher) == bool(school):
            self.rows.problem(
                "teacher" if "teacher" in row else "school",
                "the row names a teacher and a school" if teacher else "the row names nobody",
                "either a teacher, or a school with its delegates",
            )
            return []
        if school:
            return self._delegates()
        if self.staff is None:  # which was named as a problem before the first row
            return []
        if row.get("delegates"):
            self.rows.problem("delegates", "delegates belong to a school, and the row names a teacher", "an empty cell")
        post = self.rows.place("teacher", "teacher", self.staff.posts)
        return [(int(self.staff.columns["school"][post]), post)] if post >= 0 else []

    def _delegates(self) -> list[tuple[int, int]]:
        """School and post of the first teachers of a school, as many as the row says."""
        number = self.rows.number("delegates", 1, MOST_DELEGATES, integer=True, default=0)
        school = self.rows.place("school", "school", self.places)
        if school < 0:
            return []
        if number > self.counts[school]:
            self.rows.problem(
                "delegates",
                f"{number} delegates of a school with {self.counts[school]} teachers",
                "at most all of its teachers",
            )
        first = int(self.first[school])
        return [(school, first + place) for place in range(min(number or DELEGATES, int(self.counts[school])))]

    def _seat(self, network: str, school: int, post: int) -> None:
        column = "teacher" if self.rows.row.get("teacher") else "school"
        if post in self.held:
            other, line = self.held[post]
            who = "the teacher" if column == "teacher" else "a delegate of the school"
            self.rows.problem(
                column,
                f"{who} holds a seat already, in the network {other[:60]!r} on line {line}",
                "one seat for each teacher",
            )
        else:
            self.held[post] = network, self.rows.here[0]
        self.seats.setdefault(network, {}).setdefault(school, []).append(post)

    def _check_size(self, network: str, members: int) -> None:
        if members < 2:
            self.rows.problem(
                "network", f"the network {network[:60]!r} has one member", "two members or more", self.begun[network]
            )
        elif members > LARGEST_NETWORK:
            self.rows.problem(
                "network",
                f"the network {network[:60]!r} has {members:,} members",
                f"at most {LARGEST_NETWORK:,}",
                self.begun[network],
            )
