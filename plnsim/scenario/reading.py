"""Scenario files: read as TOML, checked key by key, every problem named with its line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from plnsim.errors import BadInput, suggestion
from plnsim.mechanisms.school_year import SCHOOL_WEEKS
from plnsim.parameter import Value
from plnsim.scenario.declared import DECLARED
from plnsim.scenario.places import places
from plnsim.scenario.weeks import EVENTS, Entry, length
from plnsim.sources import SOURCES

WORDS = ("title", "purpose")
LISTS = ("sources", "known", "assumed")
CONDITIONS = ("time", "leadership", "focus")
FILES = ("schools", "staff", "ties", "networks")
CALENDAR_KEYS = ("year", "week", "until_year", "until_week", "set", "lift", "event", "share", "note")
LARGEST_FILE = 4_000_000


def read_file(path: Path) -> dict:
    """The fields of a ``Scenario`` from its file; raises ``BadInput`` naming file, line and column."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path} is {path.stat().st_size:,} bytes long", place=str(path), right="a scenario file is a short text")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput(f"there is no file {path}", place=str(path), right="the path of a scenario file that ends in .toml") from None
    except UnicodeDecodeError as error:
        raise BadInput("the file is no UTF-8 text", place=f"{path}: byte {error.start}", right="save it as UTF-8") from None
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", place=str(path), right="a readable scenario file") from None
    return read_text(text, name=path.stem, place=str(path), folder=path.parent)


def read_text(text: str, *, name: str, place: str, folder: Path) -> dict:
    """The fields of a ``Scenario`` from the text of its file."""
    return _Reader(text, place, folder).read(name)


class _Reader:
    """Reads one file; collects its problems, so that one look at the messages mends them all."""

    def __init__(self, text: str, place: str, folder: Path):
        self.text, self.place, self.folder = text, place, folder
        self.problems: list[BadInput] = []
        self.lines = text.splitlines()

    def read(self, name: str) -> dict:
        try:
            content = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(error) from None
        except RecursionError:
            raise BadInput("the file nests too deeply", place=self.place, right="tables of parameters, no deeper than [section]") from None
        self.places = places(self.text)
        fields: dict = {"name": name}
        for key in WORDS:
            fields[key] = self._words(content.pop(key, ""), key)
        for key in LISTS:
            fields[key] = self._list(content.pop(key, []), key)
        self._check_sources(fields["sources"])
        fields["years"] = self._years(content.pop("years", None))
        files = content.pop("files", {})
        calendar = content.pop("calendar", [])
        fields["changed"] = self._values(content)
        fields["files"] = self._files(files)
        if not self.problems:
            fields["calendar"] = self._calendar(calendar, fields)
            fields["given"] = self._population(fields["files"])
        self._raise_problems()
        if not fields["title"]:
            fields["title"] = name.replace("-", " ").capitalize()
        return fields

    # -- problems ------------------------------------------------------------------------------------------------------

    def _at(self, path: tuple) -> tuple[str, str]:
        """Place and excerpt of a key; of the nearest table above where it was not found."""
        while path and path not in self.places:
            path = path[:-1]
        if path not in self.places:
            return self.place, ""
        line, column = self.places[path]
        return f"{self.place}:{line}:{column}", f"{self.lines[line - 1].rstrip()}\n{' ' * (column - 1)}^"

    def _problem(self, path: tuple, wrong: str, right: str) -> None:
        place, excerpt = self._at(path)
        self.problems.append(BadInput(wrong, place=place, right=right, excerpt=excerpt))

    def _raise_problems(self) -> None:
        if len(self.problems) == 1:
            raise self.problems[0]
        if self.problems:
            shown = "\n\n".join(str(one) for one in self.problems[:20])
            raise BadInput(f"{shown}\n\n{len(self.problems)} problems in {self.place}. Nothing was run.")

    def _syntax(self, error: tomllib.TOMLDecodeError) -> BadInput:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = re.sub(r"\s*\(at .*\)", "", str(error))
        message = f"the file is no valid TOML: {message[:1].lower()}{message[1:]}"
        if not where:
            return BadInput(message, place=f"{self.place}:{max(1, len(self.lines))}:1", right="finish the last line")
        line, column = int(where[1]), int(where[2])
        excerpt = f"{self.lines[line - 1].rstrip()}\n{' ' * (column - 1)}^" if line <= len(self.lines) else ""
        return BadInput(message, place=f"{self.place}:{line}:{column}", excerpt=excerpt,
                        right="key = value, with texts in quotes, and [sections]")

    # -- parts of the file ---------------------------------------------------------------------------------------------

    def _words(self, value: object, key: str) -> str:
        if not isinstance(value, str):
            self._problem((key,), f"{key} must be a text, got {value!r}", f'{key} = "..."')
            return ""
        return value.strip()

    def _list(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._problem((key,), f"{key} must be a list of texts", f'{key} = ["...", "..."]')
            return ()
        return tuple(value)

    def _check_sources(self, sources: tuple[str, ...]) -> None:
        for source in sources:
            if " " not in source.strip() and source not in SOURCES:
                self._problem(("sources",), f"unknown source {source!r}", suggestion(source, SOURCES) +
                              "; a reference of your own is a text with author, year and title")

    def _years(self, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self._problem(("years",), f"years must be a number above 0 and at most 100, got {value!r}", "years = 7")
            return None
        return float(value)

    def _values(self, content: dict) -> dict[str, Value]:
        """Parameters by dotted name, from the tables of the file."""
        sections = DECLARED.sections
        values: dict[str, Value] = {}
        for section, table in content.items():
            if section not in sections:
                self._problem((section,), f"unknown key {section}", suggestion(section, [*sections, *WORDS, *LISTS, "years", "files", "calendar"]))
            elif not isinstance(table, dict):
                self._problem((section,), f"{section} must be a table", f"[{section}]")
            else:
                values |= self._section((), section, table, structural=True)
        return values

    def _section(self, path: tuple, section: str, table: dict, *, structural: bool) -> dict[str, Value]:
        known = {one.name for one in DECLARED.sections[section]}
        values: dict[str, Value] = {}
        for name, value in table.items():
            where = (*path, section, name)
            dotted = f"{section}.{name}"
            if name not in known:
                self._problem(where, f"unknown parameter {dotted}", suggestion(name, known) if known else f"{section} has no parameters")
                continue
            if not structural and DECLARED[dotted].structural:
                self._problem(where, f"{dotted} shapes the starting world and cannot change in mid-run",
                              f"write it under [{section}], or lift a condition in the calendar")
                continue
            try:
                values[dotted] = DECLARED[dotted].checked(value)
            except BadInput as problem:
                self._problem(where, problem.wrong, problem.right)
        return values

    def _files(self, files: object) -> dict[str, Path]:
        """The CSV files of a real population, by kind; their names are relative to the scenario file."""
        if not isinstance(files, dict):
            self._problem(("files",), "files must be a table", "[files] with schools, staff, ties or networks = a CSV file")
            return {}
        paths = {}
        for kind, name in files.items():
            if kind not in FILES:
                self._problem(("files", kind), f"unknown kind of file {kind}", suggestion(kind, FILES))
            elif not isinstance(name, str) or "\0" in name:
                self._problem(("files", kind), f"files.{kind} must be a file name, got {name!r}", f'{kind} = "{kind}.csv"')
            else:
                paths[kind] = self.folder / name
        return paths

    def _population(self, paths: dict[str, Path]):
        if not paths:
            return None
        from plnsim.world.tables import read_population

        return read_population(paths)

    # -- calendar ------------------------------------------------------------------------------------------------------

    def _calendar(self, calendar: object, fields: dict) -> tuple[Entry, ...]:
        if not isinstance(calendar, list) or not all(isinstance(one, dict) for one in calendar):
            self._problem(("calendar",), "the calendar must be a list of tables", "[[calendar]]")
            return ()
        entries = [self._entry(place, one) for place, one in enumerate(calendar)]
        found = tuple(entry for entry in entries if entry is not None)
        weeks = length(DECLARED.defaults() | fields["changed"], found, fields["years"])
        for place, entry in enumerate(entries):
            if entry is not None and entry.week >= weeks:
                self._problem(("calendar", place), f"the calendar names week {entry.week}, and the run has {weeks} weeks",
                              f"a week before {weeks} (year {weeks / SCHOOL_WEEKS:g}), or a longer run by years = ...")
        return found

    def _entry(self, place: int, table: dict) -> Entry | None:
        path = ("calendar", place)
        before = len(self.problems)
        for key in table:
            if key not in CALENDAR_KEYS:
                self._problem((*path, key), f"unknown key {key} in the calendar", suggestion(key, CALENDAR_KEYS))
        week, until = self._moment(path, table, "year", "week"), self._moment(path, table, "until_year", "until_week")
        if week is None and len(self.problems) == before:
            self._problem(path, "an entry of the calendar needs its beginning", "year = 3.0, or week = 117")
        if week is not None and until is not None and until <= week:
            self._problem(path, f"an entry ends (week {until}) before it begins (week {week})", "a later until_year or until_week")
        values = self._changes(path, table)
        event = table.get("event")
        if event is not None and event not in EVENTS:
            self._problem((*path, "event"), f"unknown event {event!r}", suggestion(str(event), EVENTS))
        share = table.get("share", 1.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            self._problem((*path, "share"), f"share must be a number from 0 to 1, got {share!r}", "share = 0.5 for half of the schools")
        if not values and event is None and len(self.problems) == before:
            self._problem(path, "an entry of the calendar changes nothing", "set = { ... }, lift = { time = 0.3 } or event = \"new head\"")
        if len(self.problems) > before:
            return None
        return Entry(week, until, tuple(values.items()), event, float(share), str(table.get("note", "")))

    def _moment(self, path: tuple, table: dict, year: str, week: str) -> int | None:
        """A moment given in years or weeks, as a week."""
        if year in table and week in table:
            self._problem((*path, week), f"{year} and {week} name the same moment twice", f"either {year} or {week}")
        key = year if year in table else week
        value = table.get(key)
        if value is None:
            return None
        most = 100 if key == year else 100 * SCHOOL_WEEKS
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self._problem((*path, key), f"{key} must be a number from 0 to {most}, got {value!r}", f"{key} = {3 if key == year else 117}")
            return None
        return round(value * SCHOOL_WEEKS) if key == year else int(value)

    def _changes(self, path: tuple, table: dict) -> dict[str, Value]:
        """Values that an entry sets, and conditions that it lifts."""
        values: dict[str, Value] = {}
        changes, lifts = table.get("set", {}), table.get("lift", {})
        for key, inner in (("set", changes), ("lift", lifts)):
            if not isinstance(inner, dict):
                self._problem((*path, key), f"{key} must be a table", f"{key} = {{ ... }}")
                return values
        for section, inner in changes.items():
            if section not in DECLARED.sections or not isinstance(inner, dict):
                self._problem((*path, "set", section), f"unknown parameter {section}", "set = { time.hours = 1.2 }: section and name; " +
                              suggestion(section, DECLARED.sections))
            else:
                values |= self._section((*path, "set"), section, inner, structural=False)
        for condition, share in lifts.items():
            if condition not in CONDITIONS:
                self._problem((*path, "lift", condition), f"unknown condition {condition}", suggestion(condition, CONDITIONS))
                continue
            try:
                values[f"conditions.{condition}_shift"] = DECLARED[f"conditions.{condition}_shift"].checked(share)
            except BadInput as problem:
                self._problem((*path, "lift", condition), problem.wrong, problem.right)
        return values
