"""Real populations: schools, teachers, ties and networks as CSV files or workbooks, checked row by row."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import NamedTuple

import numpy as np

from plnsim.common.errors import InputError, warn_of_input
from plnsim.model.world.csv_rows import CsvReader
from plnsim.model.world.population import PopulationData
from plnsim.model.world.reading import Names, Reading, Staff
from plnsim.model.world.row_sources import Row
from plnsim.model.world.tie_tables import NetworkReader, read_ties

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
YES_NO_COLUMNS, SHARE_COLUMNS = ("formal", "uses"), ("knowledge", "belief")
IMPLIED_COLUMNS = {"uses": "tried", "belief": "first_belief"}
MOST_TEACHERS, MOST_DEPARTMENTS = 1_000_000, 32_000
MOST_MINUTES, MOST_YEARS = 10_000, 100
COLUMNS = {
    "school",
    "teachers",
    "name",
    "phase",
    *SHARES,
    *MINUTES,
    "teacher",
    "department",
    "years",
    *YES_NO_COLUMNS,
    *SHARE_COLUMNS,
    *("from", "to", "type", "weight", "network", "delegates"),
}
"""The columns of all files."""
NEEDS = (("staff", "schools"), ("ties", "schools"), ("networks", "schools"), ("ties", "staff"))
"""Which file needs which other."""
DISADVANTAGE = ("rank", "share")
"""What a column of disadvantage may hold: the rank of a school among all, or the share of its pupils who are."""
FEWEST_RANKS, FARTHEST_FROM_EVEN = 8, 1.63
"""Fewer ranks are not looked at; the largest distance from an even spread, times the root of their number, that one in
a hundred such columns reaches by chance (Kolmogorov's distribution).
"""


class Schools(NamedTuple):
    """The schools of a file: places, rows, teachers (0 where a staff file tells) and columns of the school record."""

    rows: CsvReader
    places: dict[str, int]
    row_refs: list[Row]
    staff: np.ndarray
    columns: dict[str, np.ndarray]


def read_population(paths: dict[str, Path], names: Names | None = None, disadvantage: str = "rank") -> PopulationData:
    """Reads the files of a real population; whatever they leave out stays to be drawn. Raises ``InputError``.

    ``paths`` has any of the keys schools, staff, ties and networks. The problems of one file come in one message.
    """
    if not paths:
        return PopulationData()
    for kind, needed in NEEDS:
        if kind in paths and needed not in paths:
            raise InputError(
                f"a file of {kind} needs a file of {needed}",
                place=str(paths[kind]),
                right=f'{needed} = "{needed}.csv" under [files]',
            )
    reading = Reading(paths, names or {}, set())
    schools = _read_schools(reading, disadvantage)
    staff = _read_staff(reading, schools) if "staff" in paths else None
    counts = staff.counts if staff else schools.staff
    networks = NetworkReader(reading, schools.places, counts, staff).read() if "networks" in paths else None
    ties = read_ties(reading, staff, networks) if staff and "ties" in paths else {}
    reading.check_names()
    names = {"schools": tuple(schools.places)}
    if staff:
        names["teachers"] = tuple(sorted(staff.posts, key=staff.posts.__getitem__))
    return PopulationData(
        schools.columns | {"staff": counts},
        staff.columns if staff else {},
        ties.get("advice"),
        ties.get("information"),
        ties.get("exchange"),
        networks,
        names,
    )


# -- schools -----------------------------------------------------------------------------------------------------------


def _read_schools(reading: Reading, disadvantage: str) -> Schools:
    """The schools of a file in its order; ``name`` is there for people to read and is not used."""
    staff_listed = "staff" in reading.paths
    rows = reading.rows("schools", ("school",), ("teachers", "name", "phase", *SHARES, *MINUTES))
    _check_columns(rows, staff_listed)
    bounds = {column: (0, 1) for column in SHARES} | {column: (-MOST_MINUTES, MOST_MINUTES) for column in MINUTES}
    if disadvantage == "share":
        bounds["disadvantage"] = (0, 100)
    numbers = {column: array("d") for column in rows.columns if column in bounds}
    lines: dict[str, int] = {}
    row_refs, staff, secondary = [], array("q"), array("b")
    for _ in rows:
        rows.new_name("school", lines)
        row_refs.append(rows.here)
        staff.append(_teachers(rows, staff_listed))
        for column, values in numbers.items():
            blank = column == "disadvantage" and not rows.row[column]
            values.append(np.nan if blank else rows.number(column, *bounds[column]))
        if "phase" in rows.columns:
            secondary.append(rows.one_of("phase", PHASES) == "secondary")
    rows.finish()
    columns = {(SHARES | MINUTES)[column]: np.array(values) for column, values in numbers.items()}
    if "disadvantage" in columns:
        given = columns.pop("disadvantage")
        known = ~np.isnan(given)
        if not known.all():
            instead = "get rank .5" if known.any() else "have it drawn"
            warn_of_input(f"{rows.path.name}: {np.sum(~known):,} schools without disadvantage {instead}")
        if known.any():
            columns["disadvantage"] = np.full(len(given), 0.5)
            columns["disadvantage"][known] = _ranks(given[known], disadvantage, rows.path.name)
    if "phase" in rows.columns:
        columns["secondary"] = np.array(secondary, np.int8)
    return Schools(
        rows, {name: place for place, name in enumerate(lines)}, row_refs, np.array(staff, np.int64), columns
    )


def _teachers(rows: CsvReader, staff_listed: bool) -> int:
    """The teachers of a school; 0 where a staff file lists them and here are full-time equivalents, which are fewer."""
    rounded = sum(map(len, rows.rounded.values()))
    number = rows.number("teachers", 1, MOST_TEACHERS, integer=True, default=0 if staff_listed else None, rounds=True)
    return 0 if staff_listed and sum(map(len, rows.rounded.values())) > rounded else number


def _ranks(given: np.ndarray, disadvantage: str, file: str) -> np.ndarray:
    """Ranks of disadvantage, from 0 to 1; shares of pupils become ranks among the schools of the file.

    Warns of what was taken as what, and of ranks that spread as no ranks do. Equal shares have the mean of their ranks.
    """
    from scipy.stats import rankdata

    number = len(given)
    if disadvantage == "share":
        percent = " in per cent" if given.max() > 1 else ""
        warn_of_input(
            f"{file}: disadvantage is taken as shares of pupils{percent} ({given.min():g} to {given.max():g}), which "
            f"become ranks among these {number:,} schools"
        )
        ranks: np.ndarray = (rankdata(given) - 0.5) / number
        return ranks
    steps = np.arange(number) / number
    ordered = np.sort(given)
    farthest = max(np.abs(ordered - steps).max(), np.abs(ordered - steps - 1 / number).max())
    if number >= FEWEST_RANKS and farthest * np.sqrt(number) > FARTHEST_FROM_EVEN:
        warn_of_input(
            f"{file}: disadvantage is taken as ranks from 0 to 1, but does not spread like ranks: half of the schools "
            f"are below {np.median(given):.2g}, all from {given.min():.2g} to {given.max():.2g}. "
            'If these are shares of pupils: disadvantage = "share" under [files]'
        )
    return given


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


def _read_staff(reading: Reading, schools: Schools) -> Staff:
    """The teachers of a file, ordered school by school; who uses the practice has tried it."""
    rows = reading.rows("staff", ("teacher", "school"), ("department", "years", *YES_NO_COLUMNS, *SHARE_COLUMNS))
    lines: dict[str, int] = {}
    listed: dict[str, array[float]] = {
        column: array("d" if column in SHARE_COLUMNS else "q")
        for column in ("school", *rows.columns)
        if column not in ("", "teacher")
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
                values.append(rows.answer(column))
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
    return Staff(dict(zip(lines, posts.tolist(), strict=True)), counts, columns)


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


def _check_counts(schools: Schools, counts: np.ndarray) -> None:
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
