"""A population of a school register: the schools that it keeps, their staff, place and disadvantage, and the others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from plnsim.common.errors import InputError, join_or, printable, quote_value, suggestion
from plnsim.model.world.csv_rows import folded
from plnsim.model.world.row_problems import excerpt_of
from plnsim.model.world.row_sources import UTF_8, WINDOWS, BrokenRow, RowSource, row_source
from plnsim.simulation.imports.records import Dropped, ImportedSchools, ImportOptions, School
from plnsim.simulation.imports.registers import FEW, MISSING, PRIMARY, SECONDARY, Register

NUMBERS = ("pupils", "teachers", "share", "count", "rank", "east", "north", "latitude", "longitude")
KM_A_DEGREE = 111.2
"""Of latitude."""


def import_schools(register: Register, paths: Sequence[Path], options: ImportOptions) -> ImportedSchools:
    """Makes a population of the files of a register; raises ``InputError`` where they hold none."""
    return _Import(register, options).read(paths)


class _Import:
    """A register being read, file by file."""

    def __init__(self, register: Register, options: ImportOptions):
        self.register, self.options = register, options
        for column in options.columns:
            if column not in register.columns:
                raise InputError(
                    f"unknown column {quote_value(column)}",
                    place=f"--column {printable(column)}",
                    right=suggestion(column, register.columns),
                )
        named = {column: (name,) for column, name in options.columns.items()}
        self.names = {**register.columns, **named}
        self.phases = {word.casefold(): phase for word, phase in {**register.phases, **options.phases}.items()}
        self.phase_without = options.phase or register.phase_without
        self.phased = False
        self.used: dict[str, str] = {}
        self.schools: dict[str, School] = {}
        self.dropped: list[Dropped] = []
        self.unchosen: set[str] = set()
        self.notes: list[str] = []

    def read(self, paths: Sequence[Path]) -> ImportedSchools:
        sources = [
            (path, row_source(path, "schools", (UTF_8, WINDOWS), lambda row: len(_places(row, self.names))))
            for path in paths
        ]
        self._check_named(sources)
        for path, source in sources:
            if source.header_line > 1:
                self.notes.append(f"{path.name}: the headings are in row {source.header_line}")
        lists = [(path, source) for path, source in sources if self._is_list(source)]
        if not lists and not self.register.mark:
            raise self._lacks(*sources[0], "teachers", "pupils")
        if not lists:
            raise InputError(
                f"none of the files is a list of schools: no column {self.register.mark}",
                place=", ".join(printable(str(path)) for path, _ in sources),
                right=f"the file of {self.register.title} with the columns "
                + ", ".join(self._named(column) for column in ("school", "phase", "status") if column in self.names),
            )
        self.phased = any("phase" in _places(source.header, self.names) for _, source in lists)
        for path, source in lists:
            self._read_list(path, source)
        for path, source in sources:
            if (path, source) not in lists:
                self._read_more(path, source)
        if not self.schools:
            raise InputError(
                f"no school is left: {', '.join(f'{count:,} {why}' for why, count in self._reasons())}",
                place=printable(str(lists[0][0])),
                right="schools that are open, of a phase that is primary or secondary, and as --where asks",
            )
        self._check_numbers()
        disadvantage = self._disadvantage()
        chosen = {id: school for id, school in self.schools.items() if id not in self.unchosen}
        columns = self._columns(chosen, disadvantage)
        pupils_a_teacher = self._pupils_a_teacher(chosen)
        return ImportedSchools(self.register, columns, self.dropped, len(self.unchosen), self.notes, pupils_a_teacher)

    def _check_named(self, sources: Sequence[tuple[Path, RowSource]]) -> None:
        """Raises ``InputError`` for a name of ``--column`` that no file has."""
        headings = [name for _, source in sources for name in source.header if name]
        for column, name in self.options.columns.items():
            if folded(name) not in map(folded, headings):
                path, source = sources[0]
                raise InputError(
                    f"there is no column {quote_value(name)}",
                    place=f"{printable(str(path))}:{source.header_line}",
                    excerpt=excerpt_of(source.header, -1, source.delimiter),
                    right=f"--column {column}=NAME: {suggestion(name, headings)}",
                )

    def _check_numbers(self) -> None:
        """Raises ``InputError`` for a column that ``--column`` names for numbers and that has none in any row."""
        for column, name in self.options.columns.items():
            if column in NUMBERS and not any(column in school.numbers for school in self.schools.values()):
                raise InputError(
                    f"the column {quote_value(name)} has no number in any row",
                    place=f"--column {printable(f'{column}={name}')}",
                    right=f"a column that holds {column} as numbers",
                )

    def _lacks(self, path: Path, source: RowSource, *columns: str) -> InputError:
        """That none of some columns is there, with the headings that were read."""
        does = {
            "school": "names the school",
            "phase": "says primary or secondary",
            "teachers": "says how many teachers a school has",
        }[columns[0]]
        return InputError(
            "; ".join(f"there is no column {self._named(column)}" for column in columns),
            place=f"{printable(str(path))}:{source.header_line}",
            excerpt=excerpt_of(source.header, -1, source.delimiter),
            right=f"the column that {does}; --column {columns[0]}=NAME gives it another name",
        )

    def _pupils_a_teacher(self, chosen: dict[str, School]) -> float | None:
        """Pupils for each teacher of the schools of which files say both, which is told."""
        known = [one.numbers for one in chosen.values() if {"pupils", "teachers"} <= one.numbers.keys()]
        pupils, teachers = (sum(one[column] for one in known) for column in ("pupils", "teachers"))
        if not teachers > 0 or not 0.1 <= round(pupils / teachers, 2) <= 1000:  # as the parameter is bounded
            return None
        self.notes.append(f"pupils: {pupils / teachers:.2f} a teacher, in the {len(known):,} schools that say both")
        return pupils / teachers

    def _reasons(self) -> list[tuple[str, int]]:
        return Counter(school.why for school in self.dropped).most_common(5)

    def _named(self, column: str) -> str:
        return join_or([repr(name) for name in self.names.get(column, (column,))])

    def _is_list(self, source: RowSource) -> bool:
        if self.register.mark:
            return self.register.mark in source.header
        return bool(set(_places(source.header, self.names)) & {"phase", "teachers", "pupils"})

    def _places(self, path: Path, source: RowSource) -> dict[str, int]:
        """In which field of a row each column stands; raises ``InputError`` where the school is not named."""
        places = _places(source.header, self.names)
        self.used |= {column: source.header[place] for column, place in places.items()}
        if "school" not in places:
            raise self._lacks(path, source, "school")
        return places

    def _rows(self, path: Path, source: RowSource) -> Iterator[tuple[int, list[str]]]:
        try:
            for line, fields in source.rows():
                if any(fields):
                    yield line, fields + [""] * (len(source.header) - len(fields))
        except BrokenRow as row:
            raise InputError(
                row.wrong, place=f"{printable(str(path))}:{row.line}", excerpt=row.excerpt, right="as it was downloaded"
            ) from None

    def _id(self, fields: list[str], places: Mapping[str, int]) -> str:
        """The name of a school; Dutch files of pupils give a location by two digits behind its institution."""
        own = fields[places["school"]]
        institution = fields[places["institution"]] if "institution" in places else ""
        return institution + own if len(own) <= 2 else own

    def _read_list(self, path: Path, source: RowSource) -> None:
        places = self._places(path, source)
        asked = [(self._place_of(path, source, column), value) for column, value in self.options.where]
        if "phase" not in places and (self.phased or self.register.mark) and not self.phase_without:
            raise self._lacks(path, source, "phase")
        for line, fields in self._rows(path, source):
            id = self._id(fields, places)
            name = fields[places["name"]] if "name" in places else ""
            phase = self._phase(fields, places)
            status = fields[places["status"]] if "status" in places else ""
            why = ""
            if not id:
                why = "no id"
            elif id in self.schools:
                why = "stands in the list a second time"
            elif status and self.register.open and status.casefold() not in self.register.open:
                why = f"not open: {status}"
            elif phase not in (PRIMARY, SECONDARY) and (phase or self.phased):
                why = f"neither primary nor secondary: {phase or 'no phase'}"
            if why:
                self.dropped.append(Dropped(id, name, path.name, line, why))
                continue
            self.schools[id] = School(id, name, phase)
            self._take_numbers(self.schools[id], fields, places)
            if any(fields[place].casefold() != value.casefold() for place, value in asked):
                self.unchosen.add(id)

    def _place_of(self, path: Path, source: RowSource, column: str) -> int:
        if column not in source.header:
            raise InputError(
                f"there is no column {quote_value(column)}",
                place=f"{printable(str(path))}:{source.header_line}",
                right=suggestion(column, [name for name in source.header if name]),
            )
        return source.header.index(column)

    def _phase(self, fields: list[str], places: Mapping[str, int]) -> str:
        if "phase" not in places:
            return SECONDARY if "structure" in places else self.phase_without
        word = fields[places["phase"]]
        return self.phases.get(word.casefold(), word)

    def _take_numbers(self, school: School, fields: list[str], places: Mapping[str, int]) -> None:
        for column in NUMBERS:
            if column in places and (number := _number(fields[places[column]])) is not None:
                school.numbers.setdefault(column, number)

    def _read_more(self, path: Path, source: RowSource) -> None:
        """Adds what another file of the register says of the schools; of several years the last, of several rows the
        sum.
        """
        places = self._places(path, source)
        summed = [
            place
            for place, name in enumerate(source.header)
            if self.register.summed and name.startswith(self.register.summed)
        ]
        found: dict[str, dict[str, dict[str, float]]] = {}
        for _, fields in self._rows(path, source):
            year = fields[places["year"]] if "year" in places else ""
            numbers = found.setdefault(self._id(fields, places), {}).setdefault(year, {})
            for column in NUMBERS:
                if column in places and (number := _number(fields[places[column]])) is not None:
                    numbers[column] = numbers.get(column, 0.0) + number
            for place in summed:
                numbers["pupils"] = numbers.get("pupils", 0.0) + (_number(fields[place]) or 0.0)
        known = [id for id in found if id in self.schools]
        for id in known:
            self.schools[id].numbers.update(found[id][max(found[id])])
        self.notes.append(
            f"{path.name} says more of {len(known):,} of {len(self.schools):,} schools"
            + (f"; {len(found) - len(known):,} others stand in it" if len(found) > len(known) else "")
        )

    def _disadvantage(self) -> dict[str, float]:
        """The rank of each school among all that are open, of those whose share is known; notes what was taken."""
        from scipy.stats import rankdata

        ranks = {id: each.numbers["rank"] for id, each in self.schools.items() if "rank" in each.numbers}
        if ranks:
            if not all(0 <= rank <= 1 for rank in ranks.values()):
                raise InputError(
                    f"ranks of disadvantage run from {min(ranks.values()):g} to {max(ranks.values()):g}",
                    place=self._named("rank"),
                    right="ranks from 0 to 1; a share of pupils stands in a column that is called share",
                )
            self.notes.append(f"disadvantage: ranks, as the column {self.used['rank']!r} has them")
            return ranks
        shares = {id: share for id, school in self.schools.items() if (share := _share(school)) is not None}
        if not shares:
            return {}
        order = (rankdata(list(shares.values())) - 0.5) / len(shares)
        taken = repr(self.used["share"]) if "share" in self.used else f"{self.used['count']!r} of its pupils"
        self.notes.append(f"disadvantage: ranks by {taken} among {len(shares):,} schools")
        return dict(zip(shares, order.tolist(), strict=True))

    def _columns(self, chosen: dict[str, School], disadvantage: dict[str, float]) -> dict[str, list[str]]:
        """The columns of the schools file; schools without staff are dropped."""
        staff = self._staff(chosen)
        kept = [school for id, school in chosen.items() if id in staff]
        if not kept:
            raise InputError(
                "of no school is the number of teachers known"
                if chosen
                else f"no school is as --where asks: {len(self.unchosen):,} are not",
                place="--pupils-per-teacher" if chosen else "--where",
                right=f"a file with numbers in a column {self._named('teachers')}, or --pupils-per-teacher 20"
                if chosen
                else "a value that stands in the column",
            )
        columns = {
            "school": [school.id for school in kept],
            "name": [school.name for school in kept],
            "teachers": [str(staff[school.id]) for school in kept],
        }
        if all(school.phase for school in kept):
            columns["phase"] = [school.phase for school in kept]
        else:
            self.notes.append(
                "phase: no column; the largest count as secondary, as many as population.secondary_share says "
                "(--phase primary, or secondary, says it of all)"
            )
        if disadvantage:
            self._note_missing("disadvantage", [school for school in kept if school.id not in disadvantage], "rank .5")
            columns["disadvantage"] = [f"{disadvantage.get(school.id, 0.5):.4f}" for school in kept]
        return columns | self._minutes(kept)

    def _staff(self, chosen: dict[str, School]) -> dict[str, int]:
        """Teachers of each school: as a file says, else by its pupils; a school has one at least."""
        ratio, staff, by_pupils = self.options.pupils_a_teacher, {}, 0
        for id, school in chosen.items():
            number = school.numbers.get("teachers", 0.0)
            if number <= 0 and ratio and school.numbers.get("pupils", 0.0) > 0:
                number, by_pupils = school.numbers["pupils"] / ratio, by_pupils + 1
            if number > 0:
                staff[id] = max(1, math.floor(number + 0.5))
            else:
                self.dropped.append(Dropped(id, school.name, "", 0, "no number of teachers"))
        self.notes.append(
            f"teachers: of {len(staff) - by_pupils:,} schools as a file says, rounded"
            + (f"; of {by_pupils:,} by their pupils, {ratio:g} a teacher" if by_pupils else "")
        )
        return staff

    def _minutes(self, kept: list[School]) -> dict[str, list[str]]:
        """East and north of the schools in minutes of travel, from the place that is farthest west and south."""
        degrees = not any("east" in school.numbers for school in kept)
        axes = ("longitude", "latitude") if degrees else ("east", "north")
        known = [school for school in kept if all(axis in school.numbers for axis in axes)]
        if not known:
            self.notes.append("place: no coordinates; schools are placed by chance")
            return {}
        east, north = (np.array([school.numbers[axis] for school in known]) for axis in axes)
        if degrees:
            east = east * KM_A_DEGREE * math.cos(math.radians(float(north.mean())))
            north = north * KM_A_DEGREE
        minutes_a_unit = 60 / self.options.km_an_hour * (1 if degrees else 0.001)
        minutes = {
            name: dict(zip((school.id for school in known), (axis - axis.min()) * minutes_a_unit, strict=True))
            for name, axis in (("east", east), ("north", north))
        }
        self._note_missing("place", [school for school in kept if school not in known], "the middle of the others")
        self.notes.append(
            f"place: minutes of travel at {self.options.km_an_hour:g} km an hour in a straight line, from "
            + ("latitude and longitude" if degrees else "metres east and north")
        )
        middle = {name: float(np.median(list(values.values()))) for name, values in minutes.items()}
        return {
            name: [f"{values.get(school.id, middle[name]):.1f}" for school in kept] for name, values in minutes.items()
        }

    def _note_missing(self, what: str, without: list[School], instead: str) -> None:
        if without:
            those = "1 school without gets" if len(without) == 1 else f"{len(without):,} schools without get"
            self.notes.append(f"{what}: {those} {instead}")


def _places(headings: Sequence[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """In which field of a row each column stands, by the first of its names that the header has."""
    header = [folded(name) for name in headings]
    return {
        column: next(header.index(folded(name)) for name in given if folded(name) in header)
        for column, given in names.items()
        if any(folded(name) in header for name in given)
    }


def _number(text: str) -> float | None:
    """The number in a cell, nothing where it is missing or hidden."""
    text = text.strip().removesuffix("%").strip()
    if text.casefold() in MISSING:
        return None
    if text in FEW:
        return FEW[text]
    try:
        number = float(text.replace(",", ".")) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _share(school: School) -> float | None:
    """The share of a school's pupils who are disadvantaged, in any unit."""
    if "share" in school.numbers:
        return school.numbers["share"]
    if "count" in school.numbers and school.numbers.get("pupils", 0.0) > 0:
        return school.numbers["count"] / school.numbers["pupils"]
    return None
