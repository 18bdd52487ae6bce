"""How likely sustained change is in schools as a leader describes them, and what stands in its way.

The answers become ranges of parameters in a small region whose schools all take part. The ranges, and with them the
rates of the model that nobody knows, are drawn together; every draw is simulated as described, and again with each
factor lifted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from os import PathLike

import numpy as np

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import OUTCOMES_BY_NAME, retention
from plnsim.model.outcome import depth as mean_depth
from plnsim.model.values import number_of
from plnsim.simulation.runs import map_ordered, simulate_run
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.readiness.answers import Answers, answers_of
from plnsim.studies.readiness.questions import QUESTIONS
from plnsim.studies.uncertainty.parameters import latin_hypercube, uncertain_parameters, values_at

REGION = Scenario(
    "readiness",
    "The schools of the questionnaire",
    changed={
        "population.schools": 12,
        "programme.participation": 1.0,
        "programme.schools_a_network": 6.0,
        "programme.schools_at_most": 6,
    },
)
"""Twelve schools in two networks, with two delegates each; everything else stands at its default where no answer moves
it.
"""

LIFT = 0.3
"""The share of a factor's gap, from where it is to the best of its plausible range, that a lift closes."""

AS_DESCRIBED = "as described"
"""The version of the schools in which no factor is lifted."""

TOGETHER = "together"
"""The version of the schools in which every factor is lifted."""

RETENTION_THRESHOLD = 0.5
DRAWS = 200


def lasting_use(run_counts: RunCounts) -> float:
    """The milder success: 1 if in the last year at least half as many use it as when support ended, and in depth; else
    0.

    Where fewer than 2 % used it when support ended there was nothing to last, and it is 0. Depth is measured against
    the threshold that sustained scale-up needs as well.
    """
    kept, deep = retention(run_counts), mean_depth(run_counts)
    return float(
        not math.isnan(kept)
        and not math.isnan(deep)
        and kept >= RETENTION_THRESHOLD
        and deep >= number_of(run_counts.values, "measure.depth")
    )


RECORDED_OUTCOMES: dict[str, Callable[[RunCounts], float]] = {
    name: OUTCOMES_BY_NAME[name].function for name in ("sustained_scale_up", "deep_use", "use", "use_when_support_ends")
} | {"lasting_use": lasting_use}
"""What is kept of every run."""


@dataclass(frozen=True, eq=False)
class Readiness:
    """What the runs of a questionnaire showed.

    Outcomes are ``sustained_scale_up``, ``lasting_use`` (both 0 or 1), ``deep_use``, ``use`` and
    ``use_when_support_ends`` (shares).

    Attributes
    ----------
    answers : Answers
    seed : int
    baseline : dict of str to numpy.ndarray of shape (draws,)
        Each outcome of the schools as described.
    lifted : dict of str to dict
        The same by outcome with a factor lifted, by its key, or with all of them, by ``"together"``.
    """

    answers: Answers
    seed: int
    baseline: dict[str, np.ndarray]
    lifted: dict[str, dict[str, np.ndarray]]

    __repr__ = short_repr

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.baseline["deep_use"])

    def count(self, outcome: str, lifted: str | None = None) -> int:
        """Counts the draws in which a success came about.

        Parameters
        ----------
        outcome : {"sustained_scale_up", "lasting_use"}
        lifted : str, optional
            Key of the factor that is lifted, or ``"together"``; by default the schools as described.

        Returns
        -------
        int
        """
        return int((self.lifted[lifted] if lifted else self.baseline)[outcome].sum())

    def gain(self, key: str, outcome: str = "deep_use") -> np.ndarray:
        """Subtracts the schools as described from those with a factor lifted, draw by draw.

        Parameters
        ----------
        key : str
            Key of the factor, or ``"together"``.
        outcome : str, default "deep_use"

        Returns
        -------
        numpy.ndarray
            Of shape (draws,), in the outcome's unit.
        """
        gain: np.ndarray = self.lifted[key][outcome] - self.baseline[outcome]
        return gain

    @property
    def ranked(self) -> list[str]:
        """Keys of all factors, the one whose lift gains most deep use first."""
        return sorted((question.key for question in QUESTIONS), key=lambda key: -self.gain(key).mean())

    @property
    def bottleneck(self) -> str:
        """Key of the factor whose lift gains most, among those that were answered (among all if none was)."""
        return next((key for key in self.ranked if key in self.answers.given), self.ranked[0])

    def is_ahead(self, first: str, second: str) -> bool:
        """Tells whether the draws are enough to say that one lift gains more deep use than another.

        Parameters
        ----------
        first, second : str
            Keys of factors.

        Returns
        -------
        bool
            Whether the mean difference is above twice its standard error.
        """
        apart = self.gain(first) - self.gain(second)
        return bool(apart.mean() > 2.0 * apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else False


def readiness(
    answers: Answers | Mapping[str, int | str] | str | PathLike[str],
    *,
    seed: int = 1,
    draws: int = DRAWS,
    lift: float = LIFT,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Readiness:
    """Simulates schools as a leader describes them, as they are and with each factor lifted.

    Parameters
    ----------
    answers : Answers, mapping of str to int or str, str or path-like
        The number of an anchor (1 to 5) or ``"do not know"`` for each question, or the path of a file of answers; what
        is missing is not known.
    seed : int, default 1
    draws : int, default 200
        Draws of all that is not known; each is simulated 14 times.
    lift : float, default 0.3
        Share of the gap, from where a factor is to the best of its plausible range, that is closed.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    progress : callable, optional
        Called with the runs done and the runs in all.

    Returns
    -------
    Readiness

    Raises
    ------
    InputError
        Before anything is simulated.

    Notes
    -----
    Every answer stands for the stretch of its parameter's plausible range that lies nearest to its anchor. Answers and
    the rates of the model that nobody knows are drawn together from a Latin hypercube. The schools are twelve in two
    networks.

    Examples
    --------
    >>> from plnsim import readiness
    >>> result = readiness({"vision": 2, "time": 4}, seed=1, draws=3)
    >>> result.count("lasting_use"), result.draws
    (0, 3)
    >>> result.bottleneck, result.gain("vision").shape
    ('vision', (3,))
    """
    answers = answers_of(answers)
    seed, draws, workers = validate_seed(seed), validate_replicates(draws), validate_workers(workers)
    asked = [question.parameter for question in QUESTIONS]
    names = [*asked, *uncertain_parameters([REGION], moved=asked)]
    unit_sample = latin_hypercube(names, draws, seed)
    for column, question in enumerate(QUESTIONS):
        low, high = answers.shares(question.key)
        unit_sample[:, column] = low + (high - low) * unit_sample[:, column]
    keys = [AS_DESCRIBED, TOGETHER, *(question.key for question in QUESTIONS)]
    lifts: list[list[int]] = [[], list(range(len(QUESTIONS))), *([column] for column in range(len(QUESTIONS)))]
    tasks = [(lifted, draw) for draw in range(draws) for lifted in lifts]
    rows = list(map_ordered(partial(_simulate_draw, names, unit_sample, lift, seed), tasks, workers, progress))
    outcomes = {
        key: {name: np.array([row[name] for row in rows[index :: len(keys)]]) for name in RECORDED_OUTCOMES}
        for index, key in enumerate(keys)
    }
    return Readiness(answers, seed, outcomes.pop(AS_DESCRIBED), outcomes)


def _simulate_draw(
    names: list[str], unit_sample: np.ndarray, lift: float, seed: int, task: tuple[list[int], int]
) -> dict[str, float]:
    """Simulates one draw with some of the factors lifted."""
    lifted, draw = task
    point = unit_sample[draw].copy()
    point[lifted] += lift * (1.0 - point[lifted])
    run_counts = simulate_run(REGION.with_values(values_at(names, point)), seed, draw)
    return {name: float(function(run_counts)) for name, function in RECORDED_OUTCOMES.items()}
