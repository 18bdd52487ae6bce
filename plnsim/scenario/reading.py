"""Scenario files: read as TOML, checked key by key, every problem named with its line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from plnsim.errors import BadInput, one_of, suggestion, told
from plnsim.world.school_year import SCHOOL_WEEKS
from plnsim.parameter import Value
from plnsim.scenario.declared import DECLARED
from plnsim.scenario.places import places
from plnsim.scenario.weeks import EVENTS, Entry, length
from plnsim.sources import SOURCES

WORDS = ("title", "purpose")
LISTS = ("sources", "known", "assumed", "special")
CONDITIONS = ("time", "leadership", "focus")
FILES = ("schools", "staff", "ties", "networks")
CALENDAR_KEYS = ("year", "week", "until_year", "until_week", "set", "lift", "event", "share", "note")
LARGEST_FILE = 4_000_000
WIDEST_EXCERPT = 110
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DECIMAL_COMMA = re.compile(r"=\s*[+-]?\d+,\d+\s*(#|$)")
MANY_DIGITS = re.compile(r"[0-9][0-9_]{4000,}")
SETS = "set = { time.hours = 1.2 }"
ABOVE_SECTIONS = (*WORDS, *LISTS, "years")


def read_file(path: Path) -> dict:
    """The fields of a ``Scenario`` from its file; raises ``BadInput`` naming file, line and column."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path} is {path.stat().st_size:,} bytes long", place=str(path), right="a scenario file is a short text")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(f"there is no file {path}", place=str(path), right="the path of a scenario file that ends in .toml") from None
    except UnicodeDecodeError as error:
        lines = error.object[:error.start].split(b"\n")
        raise BadInput("the file is no UTF-8 text", place=f"{path}:{len(lines)}:{len(lines[-1]) + 1}", right="save it as UTF-8") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise BadInput(f"the file cannot be read: {why}", place=CONTROL.sub("?", str(path)), right="a readable scenario file") from None
    return read_text(text, name=path.stem, place=str(path), folder=path.parent)


def read_text(text: str, *, name: str, place: str, folder: Path) -> dict:
    """The fields of a ``Scenario`` from the text of its file."""
    return _Reader(text, place, folder).read(name)


class _Reader:
    """Reads one file; collects its problems, so that one look at the messages mends them all."""

    def __init__(self, text: str, place: str, folder: Path):
        self.text, self.place, self.folder = text.replace("\r\n", "\n"), place, folder
        self.problems: list[BadInput] = []
        self.lines = self.text.split("\n")

    def read(self, name: str) -> dict:
        try:
            content = tomllib.loads(self.text)
            self.places = places(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(error) from None
        except RecursionError:
            raise BadInput("the file nests too deeply", place=self.place, right="tables of parameters, no deeper than [section]") from None
        except ValueError:
            raise self._too_many_digits() from None
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
        return f"{self.place}:{line}:{column}", self._excerpt(line, column)

    def _excerpt(self, line: int, column: int) -> str:
        """A line on which a mark stands below a column; of a long line, what lies around it."""
        skipped = max(0, column - 1 - WIDEST_EXCERPT // 2) if len(self.lines[line - 1]) > WIDEST_EXCERPT else 0
        shown = CONTROL.sub(" ", self.lines[line - 1][skipped:skipped + WIDEST_EXCERPT]).rstrip()
        return f"{shown}\n{' ' * (column - 1 - skipped)}^"

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
        wrong = re.sub(r"\s*\(at .*\)", "", str(error))
        if where:
            line, column, right = int(where[1]), int(where[2]), "key = value, with texts in quotes, and [sections]"
        else:
            line = max((number for number, one in enumerate(self.lines, start=1) if one.strip()), default=1)
            column, right = len(self.lines[line - 1].rstrip()) + 1, "finish the last line"
        if "twice" in wrong or "overwrite" in wrong:
            wrong, right = "this key or section stands twice", "each key and each [section] once"
        elif wrong == r"Illegal character '\n'":
            wrong, right = "a text does not end on its line", "a quotation mark at its end"
        elif DECIMAL_COMMA.search(self.lines[line - 1]):
            right = "a decimal point, as in 1.2"
        return BadInput(f"the file is no valid TOML: {wrong[:1].lower()}{wrong[1:]}", place=f"{self.place}:{line}:{column}",
                        excerpt=self._excerpt(line, column), right=right)

    def _too_many_digits(self) -> BadInput:
        """The problem of a whole number so long that Python refuses to read it."""
        line, column = next(((number, found.start() + 1) for number, one in enumerate(self.lines, start=1)
                             if (found := MANY_DIGITS.search(one))), (1, 1))
        return BadInput("a whole number has too many digits", place=f"{self.place}:{line}:{column}", excerpt=self._excerpt(line, column),
                        right="numbers of at most 20 digits")

    # -- parts of the file ---------------------------------------------------------------------------------------------

    def _words(self, value: object, key: str) -> str:
        if not isinstance(value, str):
            self._problem((key,), f"{key} must be a text in quotes, got {told(value)}", f'{key} = "..."')
            return ""
        return value.strip()

    def _list(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._problem((key,), f"{key} must be a list of texts", f'{key} = ["...", "..."]')
            return ()
        return tuple(value)

    def _check_sources(self, sources: tuple[str, ...]) -> None:
        for place, source in enumerate(sources):
            if " " not in source.strip() and source not in SOURCES:
                self._problem(("sources", place), f"unknown source {told(source)}", suggestion(source, SOURCES) +
                              " A reference of your own is a text with author, year and title.")

    def _years(self, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self._problem(("years",), f"years must be a number above 0 and at most 100, got {told(value)}", "years = 7")
            return None
        return float(value)

    def _values(self, content: dict) -> dict[str, Value]:
        """Parameters by dotted name, from the tables of the file."""
        sections = DECLARED.sections
        values: dict[str, Value] = {}
        for section, table in content.items():
            if section not in sections:
                self._problem((section,), f"unknown {'section' if isinstance(table, dict) else 'key'} {told(section)}", _known_key(section))
            elif not isinstance(table, dict):
                self._problem((section,), f"{section} must be a section, got {told(table)}",
                              f"[{section}] on a line of its own, its parameters below")
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
                self._problem(where, f"unknown parameter {section}.{_key(name)}", _known_parameter(name, known, structural))
                continue
            if not structural and (DECLARED[dotted].structural or section == "measure"):
                what = "belongs to the analysis of a run" if section == "measure" else "shapes the starting world"
                self._problem(where, f"{dotted} {what} and cannot change in mid-run",
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
            self._problem(("files",), f"files must be a section, got {told(files)}", "[files] with schools, staff, ties or networks = a CSV file")
            return {}
        paths = {}
        for kind, name in files.items():
            if kind not in FILES:
                self._problem(("files", kind), f"unknown kind of file {told(kind)}", suggestion(kind, FILES))
            elif not isinstance(name, str) or "\0" in name:
                self._problem(("files", kind), f"files.{kind} must be a file name, got {told(name)}", f'{kind} = "{kind}.csv"')
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
            self._problem(("calendar",), "the calendar must be a list of tables", "[[calendar]] above each entry, with two brackets")
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
                self._problem((*path, key), f"unknown key {told(key)} in the calendar", suggestion(key, CALENDAR_KEYS))
        week, until = self._moment(path, table, "year", "week"), self._moment(path, table, "until_year", "until_week")
        if week is None and len(self.problems) == before:
            self._problem(path, "an entry of the calendar needs its beginning", "year = 3.0, or week = 117")
        if week is not None and until is not None and until <= week:
            self._problem(path, f"an entry ends (week {until}) before it begins (week {week})", "a later until_year or until_week")
        values = self._changes(path, table)
        event = table.get("event")
        if event is not None and event not in EVENTS:
            self._problem((*path, "event"), f"unknown event {told(event)}", suggestion(str(event), EVENTS))
        share = table.get("share", 1.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            self._problem((*path, "share"), f"share must be a number from 0 to 1, got {told(share)}", "share = 0.5 for half of the schools")
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
        kind = "number" if key == year else "whole number"
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or (key == week and value != int(value)):
            self._problem((*path, key), f"{key} must be a {kind} from 0 to {most}, got {told(value)}", f"{key} = {3 if key == year else 117}")
            return None
        return round(value * SCHOOL_WEEKS) if key == year else int(value)

    def _changes(self, path: tuple, table: dict) -> dict[str, Value]:
        """Values that an entry sets, and conditions that it lifts."""
        values: dict[str, Value] = {}
        changes, lifts = table.get("set", {}), table.get("lift", {})
        for key, inner, right in (("set", changes, SETS), ("lift", lifts, "lift = { time = 0.3 }")):
            if not isinstance(inner, dict):
                self._problem((*path, key), f"{key} must be a table, got {told(inner)}", right)
                return values
        for section, inner in changes.items():
            if section not in DECLARED.sections or not isinstance(inner, dict):
                near = "" if section in DECLARED.sections else suggestion(section, DECLARED.sections if isinstance(inner, dict) else DECLARED.by_name)
                self._problem((*path, "set", section), f"unknown parameter {_key(section)}", near or f"section and name, as in {SETS}")
            else:
                values |= self._section((*path, "set"), section, inner, structural=False)
        for condition, share in lifts.items():
            if condition not in CONDITIONS:
                self._problem((*path, "lift", condition), f"unknown condition {told(condition)}", suggestion(condition, CONDITIONS))
                continue
            try:
                values[f"conditions.{condition}_shift"] = DECLARED[f"conditions.{condition}_shift"].checked(share)
            except BadInput as problem:
                self._problem((*path, "lift", condition), problem.wrong, problem.right)
        return values


def _key(name: str) -> str:
    """A key as a message shows it: as it is where it is plain, else quoted."""
    return name if re.fullmatch(r"[\w.-]{1,60}", name) else told(name)


def _known_key(key: str) -> str:
    """The help for an unknown key or section at the top of a file."""
    homes = [one.section for one in DECLARED if one.name == key]
    if homes:
        return f"{key} belongs below [{'] or ['.join(homes)}]"
    return suggestion(key, [*DECLARED.sections, *ABOVE_SECTIONS, "files", "calendar"])


def _known_parameter(name: str, known: set[str], structural: bool) -> str:
    """The help for an unknown parameter of a section."""
    if structural and name in ABOVE_SECTIONS:
        return f"{name} stands above the first [section]"
    homes = [one.dotted for one in DECLARED if one.name == name]
    return f"did you mean {one_of(homes)}?" if homes else suggestion(name, known)
