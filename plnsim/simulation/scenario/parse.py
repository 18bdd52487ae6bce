"""Scenario files: parsed as TOML, checked key by key, every problem named with its line and column."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from plnsim.common.errors import InputError, join_or, quote_value, suggestion, warn_of_input
from plnsim.common.parameter import Value
from plnsim.common.sources import SOURCES
from plnsim.model.measure import BARRIERS
from plnsim.model.prices import SECTION, with_country
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS, current_name
from plnsim.simulation.scenario.places import KeyPath
from plnsim.simulation.scenario.population_files import FileOptions, read_data, read_files
from plnsim.simulation.scenario.toml_file import Content, TomlFile, load_text
from plnsim.simulation.scenario.weeks import EVENTS, CalendarEvent, length

if TYPE_CHECKING:
    from plnsim.model.world.population import PopulationData

WORDS = ("title", "purpose", "teachers_do")
LISTS = ("sources", "known", "assumed", "special", "omitted")
ANALYSIS = ("measure", SECTION)
"""The sections whose values hold for a whole run, since they only say how it is measured and priced."""
CALENDAR_KEYS = ("year", "week", "until_year", "until_week", "set", "lift", "event", "share", "note")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SETS = "set = { time.hours = 1.2 }"
ABOVE_SECTIONS = (*WORDS, *LISTS, "years")


class ScenarioFields(TypedDict):
    """The fields of a ``Scenario``, by name."""

    name: str
    title: str
    purpose: str
    teachers_do: str
    sources: tuple[str, ...]
    known: tuple[str, ...]
    assumed: tuple[str, ...]
    special: tuple[str, ...]
    omitted: tuple[str, ...]
    years: float | None
    changed: dict[str, Value]
    files: dict[str, Path]
    file_options: FileOptions
    calendar: tuple[CalendarEvent, ...]
    population_data: PopulationData | None


def read_file(path: Path) -> ScenarioFields:
    """The fields of a ``Scenario`` from its file; raises ``InputError`` naming file, line and column."""
    return read_text(load_text(path), name=path.stem, place=str(path), folder=path.parent)


def read_text(text: str, *, name: str, place: str, folder: Path) -> ScenarioFields:
    """The fields of a ``Scenario`` from the text of its file."""
    return _Reader(text, place, folder).read(name)


class _Reader(TomlFile):
    """Reads one scenario file, key by key."""

    def __init__(self, text: str, place: str, folder: Path):
        super().__init__(text, place)
        self.folder = folder

    def read(self, name: str) -> ScenarioFields:
        """The fields of the scenario in the file; raises ``InputError`` with every problem."""
        content = self.content()
        words = {key: self._words(content.pop(key, ""), key) for key in WORDS}
        lists = {key: self._list(content.pop(key, []), key) for key in LISTS}
        self._check_sources(lists["sources"])
        years = self._years(content.pop("years", None))
        listed_files, listed_events = content.pop("files", {}), content.pop("calendar", [])
        changed = self._values(content)
        files, file_options = read_files(self, listed_files, self.folder)
        calendar: tuple[CalendarEvent, ...] = ()
        population_data = None
        if not self.problems:
            calendar = self._calendar(listed_events, changed, years)
            population_data = read_data(self, files, file_options)
            if "ties" in files and changed.get("ties.pattern") == "complete":
                warn_of_input(f'{self.place}: with ties.pattern = "complete" observed advice has no effect')
        self.raise_problems()
        return ScenarioFields(
            name=name,
            title=words["title"] or name.replace("-", " ").capitalize(),
            purpose=words["purpose"],
            teachers_do=words["teachers_do"],
            sources=lists["sources"],
            known=lists["known"],
            assumed=lists["assumed"],
            special=lists["special"],
            omitted=lists["omitted"],
            years=years,
            changed=changed,
            files=files,
            file_options=file_options,
            calendar=calendar,
            population_data=population_data,
        )

    # -- parts of the file ---------------------------------------------------------------------------------------------

    def _words(self, value: object, *path: str | int) -> str:
        if not isinstance(value, str):
            self.problem(path, f"{path[-1]} must be a text in quotes, got {quote_value(value)}", f'{path[-1]} = "..."')
            return ""
        self._check_printable(value, path)
        return value.strip()

    def _list(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.problem((key,), f"{key} must be a list of texts", f'{key} = ["...", "..."]')
            return ()
        for place, text in enumerate(value):
            self._check_printable(text, (key, place))
        return tuple(value)

    def _check_printable(self, text: str, path: KeyPath) -> None:
        """Notes a text that holds what a terminal would obey and an SVG file may not hold."""
        if UNPRINTABLE.search(text):
            self.problem(
                path, f"{quote_value(text)} holds a control character", "a plain text; line breaks may be in it"
            )

    def _check_sources(self, sources: tuple[str, ...]) -> None:
        for place, source in enumerate(sources):
            if " " not in source.strip() and source not in SOURCES:
                near = suggestion(source, SOURCES)
                right = (
                    near
                    if "did you mean" in near
                    else "a key of plnsim's list, or a reference of your own with author, year and title"
                )
                self.problem(("sources", place), f"unknown source {quote_value(source)}", right)

    def _years(self, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self.problem(
                ("years",), f"years must be a number above 0 and at most 100, got {quote_value(value)}", "years = 7"
            )
            return None
        return float(value)

    def _values(self, content: Content) -> dict[str, Value]:
        """Parameters by dotted name, from the tables of the file."""
        sections = MODEL_PARAMETERS.sections
        values: dict[str, Value] = {}
        for section, table in content.items():
            if section not in sections:
                self.problem(
                    (section,),
                    f"unknown {'section' if isinstance(table, dict) else 'key'} {quote_value(section)}",
                    _known_key(section),
                )
            elif not isinstance(table, dict):
                self.problem(
                    (section,),
                    f"{section} must be a section, got {quote_value(table)}",
                    f"[{section}] on a line of its own, its parameters below",
                )
            else:
                of_section = self._section((), section, table, structural=True)
                for name in of_section.keys() & values.keys():
                    self.problem((section,), f"{name} is set twice, once by its name of version 0.1", "one of the two")
                values |= of_section
        return with_country(values)

    def _section(self, path: KeyPath, section: str, table: Content, *, structural: bool) -> dict[str, Value]:
        known = {parameter.name for parameter in MODEL_PARAMETERS.sections[section]}
        values: dict[str, Value] = {}
        for name, value in table.items():
            where = (*path, section, name)
            qualified_name = f"{section}.{name}"
            if name not in known and qualified_name in OLD_PARAMETERS:
                now = current_name(qualified_name)
                if now is None:
                    continue
                qualified_name = now
            elif name not in known:
                self.problem(
                    where, f"unknown parameter {section}.{_key(name)}", _known_parameter(name, known, structural)
                )
                continue
            if not structural and (MODEL_PARAMETERS[qualified_name].structural or section in ANALYSIS):
                what = "belongs to the analysis of a run" if section in ANALYSIS else "shapes the starting world"
                self.problem(
                    where,
                    f"{qualified_name} {what} and cannot change in mid-run",
                    f"write it under [{section}], or lift a condition in the calendar",
                )
                continue
            try:
                values[qualified_name] = MODEL_PARAMETERS[qualified_name].validate(value)
            except InputError as problem:
                self.problem(where, problem.wrong, problem.right)
        return values

    # -- calendar ------------------------------------------------------------------------------------------------------

    def _calendar(self, calendar: object, changed: dict[str, Value], years: float | None) -> tuple[CalendarEvent, ...]:
        if not isinstance(calendar, list) or not all(isinstance(table, dict) for table in calendar):
            self.problem(
                ("calendar",),
                "the calendar must be a list of tables",
                "[[calendar]] above each entry, with two brackets",
            )
            return ()
        read = [self._event(place, table) for place, table in enumerate(calendar)]
        events = tuple(event for event in read if event is not None)
        weeks = length(MODEL_PARAMETERS.defaults() | changed, events, years)
        for place, event in enumerate(read):
            if event is not None and event.week >= weeks:
                self.problem(
                    ("calendar", place),
                    f"the calendar names week {event.week}, and the run has {weeks} weeks",
                    f"a week before {weeks} (year {weeks / SCHOOL_WEEKS:g}), or a longer run by years = ...",
                )
        return events

    def _event(self, place: int, table: Content) -> CalendarEvent | None:
        path = ("calendar", place)
        before = len(self.problems)
        for key in table:
            if key not in CALENDAR_KEYS:
                self.problem(
                    (*path, key), f"unknown key {quote_value(key)} in the calendar", suggestion(key, CALENDAR_KEYS)
                )
        week, until = self._moment(path, table, "year", "week"), self._moment(path, table, "until_year", "until_week")
        if week is None and len(self.problems) == before:
            self.problem(path, "an entry of the calendar needs its beginning", "year = 3.0, or week = 117")
        if week is not None and until is not None and until <= week:
            self.problem(
                path, f"an entry ends (week {until}) before it begins (week {week})", "a later until_year or until_week"
            )
        values = self._changes(path, table)
        name = table.get("event")
        event = name if isinstance(name, str) and name in EVENTS else None
        if name is not None and event is None:
            self.problem((*path, "event"), f"unknown event {quote_value(name)}", suggestion(str(name), EVENTS))
        note = self._words(table.get("note", ""), *path, "note")
        share = table.get("share", 1.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            self.problem(
                (*path, "share"),
                f"share must be a number from 0 to 1, got {quote_value(share)}",
                "share = 0.5 for half of the schools",
            )
            share = 1.0
        if not values and event is None and len(self.problems) == before:
            self.problem(
                path,
                "an entry of the calendar changes nothing",
                'set = { ... }, lift = { time = 0.3 } or event = "new head"',
            )
        if len(self.problems) > before or week is None:
            return None
        return CalendarEvent(week, until, tuple(values.items()), event, float(share), note)

    def _moment(self, path: KeyPath, table: Content, year: str, week: str) -> int | None:
        """A moment given in years or weeks, as a week."""
        if year in table and week in table:
            self.problem((*path, week), f"{year} and {week} name the same moment twice", f"either {year} or {week}")
        key = year if year in table else week
        value = table.get(key)
        if value is None:
            return None
        most = 100 if key == year else 100 * SCHOOL_WEEKS
        kind = "number" if key == year else "whole number"
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 <= value <= most
            or (key == week and value != int(value))
        ):
            self.problem(
                (*path, key),
                f"{key} must be a {kind} from 0 to {most}, got {quote_value(value)}",
                f"{key} = {3 if key == year else 117}",
            )
            return None
        return round(value * SCHOOL_WEEKS) if key == year else int(value)

    def _inner_table(self, path: KeyPath, table: Content, key: str, right: str) -> Content | None:
        inner = table.get(key, {})
        if isinstance(inner, dict):
            return inner
        self.problem((*path, key), f"{key} must be a table, got {quote_value(inner)}", right)
        return None

    def _changes(self, path: KeyPath, table: Content) -> dict[str, Value]:
        """Values that an event sets, and conditions that it lifts."""
        values: dict[str, Value] = {}
        changes = self._inner_table(path, table, "set", SETS)
        lifts = self._inner_table(path, table, "lift", "lift = { time = 0.3 }") if changes is not None else None
        if changes is None or lifts is None:
            return values
        for section, inner in changes.items():
            if section not in MODEL_PARAMETERS.sections or not isinstance(inner, dict):
                near = (
                    ""
                    if section in MODEL_PARAMETERS.sections
                    else suggestion(
                        section, MODEL_PARAMETERS.sections if isinstance(inner, dict) else MODEL_PARAMETERS.by_name
                    )
                )
                self.problem(
                    (*path, "set", section),
                    f"unknown parameter {_key(section)}",
                    near or f"section and name, as in {SETS}",
                )
            else:
                values |= self._section((*path, "set"), section, inner, structural=False)
        for condition, share in lifts.items():
            if condition not in BARRIERS:
                self.problem(
                    (*path, "lift", condition),
                    f"unknown condition {quote_value(condition)}",
                    suggestion(condition, BARRIERS),
                )
                continue
            try:
                values[f"conditions.{condition}_shift"] = MODEL_PARAMETERS[f"conditions.{condition}_shift"].validate(
                    share
                )
            except InputError as problem:
                self.problem((*path, "lift", condition), problem.wrong, problem.right)
        return values


def _key(name: str) -> str:
    """A key as a message shows it: as it is where it is plain, else quoted."""
    return name if re.fullmatch(r"[\w.-]{1,60}", name) else quote_value(name)


def _known_key(key: str) -> str:
    """The help for an unknown key or section at the top of a file."""
    homes = [parameter.section for parameter in MODEL_PARAMETERS if parameter.name == key]
    if homes:
        return f"{key} belongs below [{'] or ['.join(homes)}]"
    return suggestion(key, [*MODEL_PARAMETERS.sections, *ABOVE_SECTIONS, "files", "calendar"])


def _known_parameter(name: str, known: set[str], structural: bool) -> str:
    """The help for an unknown parameter of a section."""
    if structural and name in ABOVE_SECTIONS:
        return f"{name} stands above the first [section]"
    homes = [parameter.qualified_name for parameter in MODEL_PARAMETERS if parameter.name == name]
    return f"did you mean {join_or(homes)}?" if homes else suggestion(name, known)
