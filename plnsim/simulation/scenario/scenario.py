"""A scenario: a programme described in a file, read, checked and varied."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import Literal

import numpy as np

from plnsim.common.checks import validate_replicate, validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.model.prices import with_country
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import integer_of, number_of
from plnsim.model.world import population
from plnsim.model.world.entities import World
from plnsim.model.world.population import PopulationData, build_world, set_known_values
from plnsim.simulation.scenario import parse
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS, to_namespace, to_record
from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS, current_name
from plnsim.simulation.scenario.shipped import shipped_scenarios
from plnsim.simulation.scenario.weeks import (
    CalendarEvent,
    end_of_support,
    length,
    start_week,
    week_attributes,
    weeks_of,
)

Engine = Literal["numba", "mesa"]
"""Who simulates: compiled code, or Mesa's agents in plain Python; both give the same bits."""
LONGEST_RUN = 100 * SCHOOL_WEEKS


@dataclass(frozen=True)
class Scenario:
    """A programme, its population and its length; immutable.

    Usually made by ``Scenario.of`` and varied by ``with_values`` and ``with_years``.

    Parameters
    ----------
    name : str
        Short name, by which results are told apart; that of the file where there is one.
    title, purpose : str, default ""
        One line, for pages and tables.
    teachers_do : str, default ""
        What a teacher who uses the practice does differently, in one line.
    sources : tuple of str, default ()
        Works that describe the programme.
    known : tuple of str, default ()
        Facts of the programme that rest on its sources.
    assumed : tuple of str, default ()
        Facts that rest on none.
    special : tuple of str, default ()
        What sets the programme apart, in the model's terms, with the parameters that stand for it in back quotes.
    omitted : tuple of str, default ()
        What is characteristic of it by its sources and not in the model.
    changed : mapping of str to float, int or str, default {}
        Values by dotted parameter name; only those that differ from the defaults are kept.
    calendar : tuple of CalendarEvent, default ()
        What happens on the way: values set from a week on, or a named event.
    years : float, optional
        Length of a run in school years of 39 weeks; by default whole years of support and the follow-up.
    files : mapping of str to Path, default {}
        Files of the population that the scenario file names, by their keys.
    file_options : mapping of str to str or tuple of str, default {}
        How those are read: what ``disadvantage`` is, and names of ``columns`` of one's own.
    population_data : PopulationData, optional
        Schools, teachers, ties and networks that are known; what is missing is drawn.

    See Also
    --------
    run : Simulates a scenario.

    Examples
    --------
    >>> from plnsim import Scenario
    >>> scenario = Scenario.of("baseline").with_values({"population.schools": 6, "time.hours": 1.0}).with_years(2)
    >>> scenario.weeks, scenario.number_of_schools, scenario.expected_teachers
    (78, 6, 144.0)
    >>> dict(scenario.changed)
    {'population.schools': 6, 'time.hours': 1.0}
    """

    name: str
    title: str = ""
    purpose: str = field(default="", repr=False)
    teachers_do: str = field(default="", repr=False)
    sources: tuple[str, ...] = field(default=(), repr=False)
    known: tuple[str, ...] = field(default=(), repr=False)
    assumed: tuple[str, ...] = field(default=(), repr=False)
    special: tuple[str, ...] = field(default=(), repr=False)
    omitted: tuple[str, ...] = field(default=(), repr=False)
    changed: Mapping[str, Value] = field(default_factory=dict)
    calendar: tuple[CalendarEvent, ...] = ()
    years: float | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    file_options: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    population_data: PopulationData | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        changed = {
            name: value
            for name, value in self.changed.items()
            if name not in MODEL_PARAMETERS or value != MODEL_PARAMETERS[name].default
        }
        object.__setattr__(self, "changed", changed)

    def __hash__(self) -> int:
        """By content, as scenarios are compared: equal ones have equal hashes."""
        by_name = tuple(frozenset(mapping.items()) for mapping in (self.changed, self.files, self.file_options))
        return hash((self.name, self.title, self.calendar, self.years, self.population_data, *by_name))

    @classmethod
    def of(cls, scenario: Scenario | str | os.PathLike[str]) -> Scenario:
        """Takes a scenario as it is, by the name of a shipped one, or from a file.

        Parameters
        ----------
        scenario : Scenario, str or path-like
            ``plnsim scenarios`` lists the names; a file ends in ``.toml``.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            Where there is no such scenario, or the file is wrong; the message names line and column.
        """
        if isinstance(scenario, Scenario):
            return scenario
        if not isinstance(scenario, (str, os.PathLike)):
            raise InputError(
                f"a scenario cannot be {quote_value(scenario)}",
                right="a Scenario, the name of a shipped one, or the path of a file",
            )
        path, shipped = Path(scenario), shipped_scenarios()
        if str(scenario) in shipped:
            return cls(**parse.read_file(shipped[str(scenario)]))
        if path.suffix == ".toml" or os.path.isfile(path):
            return cls(**parse.read_file(path))
        if os.path.isdir(path):
            raise InputError(
                f"{path} is a folder",
                place=str(path),
                right="the name of a shipped scenario, or a file that ends in .toml",
            )
        near = f"did you mean {path}.toml?" if os.path.isfile(f"{path}.toml") else suggestion(str(scenario), shipped)
        right = near if "did you mean" in near else "a name that plnsim scenarios lists, or a file that ends in .toml"
        raise InputError(f"there is no scenario {quote_value(str(scenario))}", right=right)

    @classmethod
    def from_text(cls, text: str, name: str = "scenario", folder: str | Path = ".") -> Scenario:
        r"""Parses the text of a scenario file.

        Parameters
        ----------
        text : str
            TOML, as in a scenario file.
        name : str, default "scenario"
            Name of the scenario, and the place that messages give.
        folder : str or Path, default "."
            Where the files lie that the text names.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            Names line and column of every problem.

        Examples
        --------
        >>> from plnsim import Scenario
        >>> Scenario.from_text("[time]\nhours = 1.0", name="own").values["time.hours"]
        1.0
        """
        return cls(**parse.read_text(text, name=name, place=name, folder=Path(folder)))

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every parameter's value by dotted name, defaults included; units are those that the parameters declare."""
        return MODEL_PARAMETERS.defaults() | dict(self.changed)

    def with_values(self, values: Mapping[str, object]) -> Scenario:
        """Gives the same scenario with other values.

        Parameters
        ----------
        values : mapping of str to float, int or str
            By dotted name, in the parameter's unit; names of options for choices.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            Where a parameter is unknown, or a value outside its bounds.
        """
        named = {current_name(name) if name in OLD_PARAMETERS else name: value for name, value in values.items()}
        checked = {name: MODEL_PARAMETERS[name].validate(value) for name, value in named.items() if name is not None}
        return replace(self, changed=dict(self.changed) | with_country(checked))

    def with_condition_lifted(self, condition: str, share: float) -> Scenario:
        """Gives the same scenario with a share of the gap in a condition closed in every week.

        It comes on top of what the scenario and its calendar do to the condition already.

        Parameters
        ----------
        condition : {"time", "leadership", "focus"}
        share : float
            Share of the gap between the condition as it is and its best, 0 to 1.

        Returns
        -------
        Scenario
        """
        shift, target = f"conditions.{condition}_shift", f"conditions.{condition}_target"

        def on_top(values: Mapping[str, Value]) -> dict[str, Value]:
            so_far = self.values | dict(values)
            before = number_of(so_far, shift)
            after = 1.0 - (1.0 - before) * (1.0 - share)
            reached = before * (1.0 - share) * number_of(so_far, target) + share
            return dict(values) | {shift: after, target: min(1.0, reached / after) if after > 0 else 1.0}

        calendar = tuple(
            replace(event, values=tuple(on_top(dict(event.values)).items()))
            if any(name in (shift, target) for name, _ in event.values)
            else event
            for event in self.calendar
        )
        return replace(self.with_values(on_top(self.changed)), calendar=calendar)

    def with_years(self, years: float) -> Scenario:
        """Gives the same scenario with another length.

        Parameters
        ----------
        years : float
            School years of 39 weeks, more than 0 and at most 100.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            Where a run cannot be so long.
        """
        if isinstance(years, bool) or not isinstance(years, Real) or not 0 < years * SCHOOL_WEEKS <= LONGEST_RUN:
            raise InputError(
                f"a run cannot last {quote_value(years)} years",
                right=f"more than 0 and at most {LONGEST_RUN // SCHOOL_WEEKS} years",
            )
        return replace(self, years=float(years))

    @property
    def number_of_schools(self) -> int:
        """Schools of the population."""
        if self.population_data:
            return len(self.population_data.schools["staff"])
        return integer_of(self.values, "population.schools")

    @property
    def expected_teachers(self) -> float:
        """Teachers of the population; counted where it is given, expected where it is drawn."""
        if self.population_data:
            return float(self.population_data.schools["staff"].sum())
        schools, primary, secondary, secondary_share = (
            number_of(self.values, f"population.{name}")
            for name in ("schools", "primary_staff", "secondary_staff", "secondary_share")
        )
        return schools * (primary + secondary_share * (secondary - primary))

    @property
    def weeks(self) -> int:
        """School weeks of a run."""
        return length(self.values, self.calendar, self.years)

    @property
    def support_ends(self) -> int:
        """The first week without outside support, counted from 0; it may lie after the end of the run."""
        return end_of_support(self.values, self.calendar)

    def world(self, seed: int = 1, replicate: int = 0, engine: Engine = "numba") -> World:
        """Builds the starting world of a run.

        Parameters
        ----------
        seed : int, default 1
        replicate : int, default 0
            Runs of one seed have random numbers of their own by this number.
        engine : {"numba", "mesa"}, default "numba"
            Who computes the starting values; the same to the bit.

        Returns
        -------
        World
            Teachers, schools and networks as structured arrays with a field for each state variable, and ties as arrays
            of places.

        Raises
        ------
        InputError
            Also where the world would not fit in memory.
        """
        seed, replicate = validate_seed(seed), validate_replicate(replicate)
        world = build_world(self.values, seed, replicate, self.population_data)
        week = start_week(seed, replicate)
        start: Callable[..., None]
        know: Callable[..., None]
        at: tuple[object, object]
        if engine == "mesa":
            start, know = population.start_people, population.know_shares
            at = week_attributes(week), to_namespace(self.values)
        else:
            from plnsim.simulation.engine.start import know_shares, start_people

            start, know = start_people, know_shares
            at = week, to_record(self.values)
        start(world, *at)
        if self.population_data is not None:
            set_known_values(world, self.population_data)
            if "knowledge" in self.population_data.teachers:
                know(world, *at)
        return world

    def initialise(
        self, seed: int, replicate: int, engine: Engine = "numba"
    ) -> tuple[World, np.ndarray, list[dict[str, Value]]]:
        """Makes what an engine begins with.

        Parameters
        ----------
        seed : int
        replicate : int
        engine : {"numba", "mesa"}, default "numba"

        Returns
        -------
        world : World
        weeks : numpy.ndarray of shape (weeks,)
            A record for each week: its number, its random key, what happens in it, and its parameter set.
        parameter_sets : list of dict
            The values by dotted name that are in force at some time.

        Raises
        ------
        InputError
            Also where the world would not fit in memory.
        """
        seed, replicate = validate_seed(seed), validate_replicate(replicate)
        weeks, parameter_sets = weeks_of(self.values, self.calendar, self.years, seed, replicate)
        return self.world(seed, replicate, engine), weeks, parameter_sets

    @property
    def is_as_shipped(self) -> bool:
        """Whether its name alone, on a command line, gives a scenario that simulates the same."""
        if self.name not in shipped_scenarios():
            return False
        base = Scenario.of(self.name)
        return all(
            getattr(self, name) == getattr(base, name)
            for name in ("changed", "calendar", "years", "files", "file_options")
        )

    def to_python(self) -> str:
        """Writes the Python expression that makes the scenario again.

        Where that takes a calendar or files of its own, it reads them from a file, and a comment says how such a file
        is written.

        Returns
        -------
        str
        """
        shipped = self.name in shipped_scenarios()
        base = Scenario.of(self.name) if shipped else Scenario(self.name, title=self.title)
        if base.calendar != self.calendar or base.files != self.files:
            file = "the file that plnsim.simulation.scenario.save.to_toml(scenario) gives"
            return f"Scenario.of({json.dumps(f'{self.name}.toml', ensure_ascii=False)})  # {file}"
        text = f'Scenario.of("{self.name}")' if shipped else f"Scenario({self.name!r}, title={self.title!r})"
        if values := {name: value for name, value in self.values.items() if value != base.values[name]}:
            text += f".with_values({values!r})"
        return text + (f".with_years({self.years!r})" if self.years != base.years else "")

    def _repr_html_(self) -> str:
        """The scenario as a notebook shows it."""
        from plnsim.simulation.scenario.html import to_html

        return to_html(self)
