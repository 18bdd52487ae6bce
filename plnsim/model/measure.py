"""What was counted in a run, ready to be measured, and the parameters of measuring.

None of the thresholds below touches the dynamics.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plnsim.common.parameter import Parameter, Value
from plnsim.common.short_repr import short_repr
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import integer_of

BARRIERS = ("time", "leadership", "focus")
"""The three conditions, each of which can be named as what is in the way, in this order everywhere."""


def _share(
    name: str,
    default: float,
    plausible_range: tuple[float, float],
    meaning: str,
    *,
    unit: str = "share",
    bounds: tuple[float, float] = (0.0, 1.0),
    direction: str | None = None,
) -> Parameter:
    return Parameter(
        name,
        default=default,
        unit=unit,
        range=plausible_range,
        meaning=meaning,
        group="analysis",
        bounds=bounds,
        direction=direction,
    )


MEASURE = (
    _share(
        "spread",
        0.20,
        (0.15, 0.25),
        "Sustained scale-up needs at least this share of all teachers using the practice in the last year.",
    ),
    _share(
        "schools_half",
        0.15,
        (0.11, 0.19),
        "It needs at least this share of schools in which half of the staff or more use it.",
    ),
    _share("depth", 0.45, (0.34, 0.56), "It needs at least this mean depth among users."),
    _share(
        "reproduction",
        0.80,
        (0.7, 1.0),
        "It needs at least this many teachers taking it up, net of those giving it up, for each user who leaves.",
        unit="ratio",
        bounds=(0.0, 3.0),
    ),
    _share(
        "retention",
        0.80,
        (0.6, 1.0),
        "Retained scale-up needs instead at least this ratio of use in the last year to use when support ended.",
        unit="ratio",
        bounds=(0.0, 3.0),
    ),
    _share(
        "schools_in_routine",
        0.10,
        (0.07, 0.13),
        "It needs at least this share of schools with the practice in routine, or ...",
    ),
    _share("networks_alone", 0.50, (0.38, 0.62), "... at least this share of the networks going on by themselves."),
    _share(
        "routine_level",
        0.30,
        (0.2, 0.4),
        "A school has the practice in routine from this level on.",
        direction="prenger-2022",
    ),
    _share(
        "method_use",
        0.25,
        (0.15, 0.35),
        "A school kept the method if at least this share of staff use it ...",
        direction="tappel-2023",
    ),
    _share("method_fidelity", 0.60, (0.5, 0.7), "... with at least this mean fidelity.", direction="tappel-2023"),
    _share(
        "full_implementation",
        0.40,
        (0.3, 0.7),
        "A school fully implements it if its staff use at least this share of the parts on average.",
    ),
    _share(
        "goal_belief",
        0.50,
        (0.4, 0.6),
        "A school kept the goal if staff's mean belief is at least this, or the practice is in routine.",
        direction="tappel-2023",
    ),
    _share("fate_from", 0.30, (0.2, 0.4), "Schools with at least this share of users when support ended are followed."),
    _share(
        "minimal_important_difference",
        0.01,
        (0.005, 0.03),
        "The smallest difference in sustained deep use that matters; one below it is said to be small.",
    ),
    Parameter(
        "window",
        default=4,
        unit="weeks",
        range=(1, 8),
        meaning="Weeks before support ends over which use is averaged.",
        group="analysis",
        bounds=(1, SCHOOL_WEEKS),
        integer=True,
    ),
    Parameter(
        "pupils_a_teacher",
        default=18.0,
        unit="pupils",
        range=(13.0, 22.0),
        meaning="Pupils for each teacher, by whom pupils are counted.",
        group="analysis",
        source="dfe-workforce-2024",
        bounds=(0.1, 1000.0),
    ),
)


@dataclass(frozen=True, eq=False)
class RunCounts:
    """What was counted in one run, by name, ready for outcomes.

    Attributes
    ----------
    weeks : mapping of str to numpy.ndarray of shape (weeks, 2)
        Counts of the less and the more disadvantaged half of schools; what is no number of teachers is a sum over them.
    years : mapping of str to numpy.ndarray of shape (years, schools)
        The same for each school, summed over the weeks of a year.
    routine : numpy.ndarray of shape (years, schools)
        Routine at the end of each year, 0 to 1.
    networks : mapping of str to numpy.ndarray of shape (weeks,)
        Counts of all networks.
    values : mapping of str to float, int or str
        The scenario's own values by dotted name.
    support_ends : int
        The first week without outside support, from 0.
    parameter_sets : sequence of mappings
        The different values that the calendar puts in force.
    regime : numpy.ndarray of shape (weeks,)
        Which of the parameter sets holds in each week.
    schools : mapping of str to numpy.ndarray of shape (schools,)
        What schools began with: ``disadvantage``, their rank (0 least, 1 most), and whether they are ``secondary``.
    """

    weeks: Mapping[str, np.ndarray]
    years: Mapping[str, np.ndarray]
    routine: np.ndarray
    networks: Mapping[str, np.ndarray]
    values: Mapping[str, Value]
    support_ends: int
    parameter_sets: Sequence[Mapping[str, Value]]
    regime: NDArray[np.intp]
    schools: Mapping[str, np.ndarray] = field(default_factory=dict)

    __repr__ = short_repr

    def in_force(self, name: str) -> np.ndarray:
        """Gives the value of a parameter in each week, as the calendar sets it.

        Parameters
        ----------
        name : str
            Dotted name.

        Returns
        -------
        numpy.ndarray
            Of shape (weeks,).
        """
        return np.array([values[name] for values in self.parameter_sets])[self.regime]

    @property
    def length(self) -> int:
        """Weeks of the run."""
        return len(self.networks["active"])

    @property
    def outlasts_support(self) -> bool:
        """Whether the run outlasts outside support; otherwise nothing can be said about what lasts without it."""
        return self.support_ends < self.length

    @cached_property
    def last_year(self) -> slice:
        """The weeks of the last year of the run."""
        return slice(max(0, self.length - SCHOOL_WEEKS), self.length)

    @cached_property
    def end_of_support(self) -> slice:
        """The last weeks of outside support; of the run, when it ends earlier."""
        end = max(1, min(self.support_ends, self.length))
        return slice(max(0, end - integer_of(self.values, "measure.window")), end)

    @cached_property
    def last_supported_year(self) -> int:
        """The place of the year in which support ended; of the last year, when the run ends earlier."""
        return min(max(0, min(self.support_ends, self.length) - 1) // SCHOOL_WEEKS, len(self.routine) - 1)

    def ratio(self, name: str, of: str, when: slice = slice(None), half: int | None = None) -> float:
        """Divides one count by another, both summed over some weeks.

        Parameters
        ----------
        name, of : str
            Names of counts in ``weeks``.
        when : slice, default slice(None)
            Weeks, by default all.
        half : {0, 1}, optional
            The less (0) or the more disadvantaged half of schools, by default all schools.

        Returns
        -------
        float
            NaN where the count ``of`` is 0.
        """
        over, under = (
            self.weeks[count][when] if half is None else self.weeks[count][when, half] for count in (name, of)
        )
        total = under.sum()
        return float(over.sum() / total) if total > 0 else math.nan

    def by_school(self, name: str, of: str, year: int = -1) -> np.ndarray:
        """Divides one count by another for each school, both summed over a year.

        Parameters
        ----------
        name, of : str
            Names of counts in ``years``.
        year : int, default -1
            Place of the year, by default the last.

        Returns
        -------
        numpy.ndarray
            Of shape (schools,), NaN or infinite where the count ``of`` is 0.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio: np.ndarray = self.years[name][year] / self.years[of][year]
        return ratio

    @property
    def teachers(self) -> float:
        """Teachers of all schools in the last week."""
        return float(self.weeks["staff"][-1].sum())
