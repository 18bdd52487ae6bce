"""Plays the arms of patterns and holds the statistics against their ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.runs import ProgressCallback, map_ordered, to_run_counts
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import to_records
from plnsim.studies.validation.catalogue import PATTERNS, held_out
from plnsim.studies.validation.pattern import Arm, ArmRun, Clause, Pattern

REPLICATES = 30
MET, MISSED, UNTESTABLE = "met", "not met", "not testable yet"


@dataclass(frozen=True)
class ClauseScore:
    """What the model says to one clause: its figure over all replicates, the standard error, and how far off it is.

    ``distance`` is 0 inside the range; outside it is counted in widths of the range, or in standard errors where the
    range is open.
    """

    clause: Clause
    value: float
    error: float
    replicates: int

    @property
    def met(self) -> bool:
        return bool(self.clause.low <= self.value <= self.clause.high)

    @property
    def bounded(self) -> bool:
        return math.isfinite(self.clause.low) and math.isfinite(self.clause.high)

    @property
    def distance(self) -> float:
        if math.isnan(self.value):
            return math.inf
        beyond = max(self.clause.low - self.value, self.value - self.clause.high, 0.0)
        unit = self.clause.high - self.clause.low if self.bounded else self.error
        return beyond / unit if beyond > 0 and unit > 0 else beyond

    @property
    def near(self) -> bool:
        """Whether a bound of the range lies within two standard errors, so that chance may decide the verdict."""
        return any(abs(self.value - bound) < 2 * self.error for bound in (self.clause.low, self.clause.high))


@dataclass(frozen=True)
class Verdict:
    """What the model says to a pattern: met when all of its clauses are."""

    pattern: Pattern
    scores: tuple[ClauseScore, ...]
    held_out: bool

    __repr__ = short_repr

    @property
    def word(self) -> str:
        if not self.pattern.testable:
            return UNTESTABLE
        return MET if all(score.met for score in self.scores) else MISSED

    @property
    def distance(self) -> float:
        return max((score.distance for score in self.scores), default=math.nan)


@dataclass(frozen=True)
class Scoreboard:
    """The verdicts on some patterns, and with which seed and how many replicates they were found."""

    verdicts: tuple[Verdict, ...]
    seed: int
    replicates: int

    __repr__ = short_repr

    def count(self, word: str = MET, held_out: bool | None = None) -> int:
        return sum(
            verdict.word == word
            for verdict in self.verdicts
            if held_out is None or (verdict.held_out == held_out and verdict.pattern.testable)
        )

    def tested(self, held_out: bool | None = None) -> int:
        return sum(
            verdict.pattern.testable for verdict in self.verdicts if held_out is None or verdict.held_out == held_out
        )


def run_arm(scenario: Scenario, seed: int, replicate: int) -> ArmRun:
    """One run of a scenario, with the world before and after it."""
    world, weeks, parameter_sets = scenario.initialise(seed, replicate)
    backend = NumbaBackend(world, weeks, to_records(parameter_sets))
    backend.advance()
    return ArmRun(to_run_counts(scenario, backend.counts), world, backend.state())


def _name(arm: Arm) -> object:
    """What two arms that are the same share, so that they are played once."""
    return id(arm) if arm.people else (arm.base, tuple(sorted(arm.values.items())), arm.years, arm.calendar)


def scenarios_of(patterns: Sequence[Pattern], defaults: Mapping[str, Value] | None = None) -> dict[object, Scenario]:
    """The different scenarios that the arms of patterns stand for."""
    return {_name(arm): arm.scenario(defaults) for pattern in patterns for arm in pattern.arms.values()}


def run_replicate(
    patterns: Sequence[Pattern], scenarios: Mapping[object, Scenario], seed: int, replicate: int
) -> list[np.ndarray]:
    """For each pattern the statistics of its clauses in one replicate, as rows of (over, under)."""
    arm_runs = {name: run_arm(scenario, seed, replicate) for name, scenario in scenarios.items()}
    statistics = []
    for pattern in patterns:
        arms = {name: arm_runs[_name(arm)] for name, arm in pattern.arms.items()}
        rows = [clause.statistic(arms) for clause in pattern.clauses]
        statistics.append(
            np.array([row if isinstance(row, tuple) else (row, 1.0) for row in rows], dtype=float).reshape(-1, 2)
        )
    return statistics


def score_clause(clause: Clause, rows: np.ndarray) -> ClauseScore:
    """The answer to a clause from its (over, under) rows, one a replicate: the ratio of sums, and its jackknife
    standard error.
    """
    rows = rows[np.isfinite(rows).all(axis=1)]
    total = rows.sum(axis=0)
    if len(rows) == 0 or total[1] == 0:
        return ClauseScore(clause, math.nan, math.nan, len(rows))
    value = total[0] / total[1]
    if len(rows) < 2:
        return ClauseScore(clause, float(value), math.nan, len(rows))
    with np.errstate(invalid="ignore", divide="ignore"):
        without = (total[0] - rows[:, 0]) / (total[1] - rows[:, 1])
    error = math.sqrt((len(rows) - 1) * float(np.var(without))) if np.isfinite(without).all() else math.nan
    return ClauseScore(clause, float(value), error, len(rows))


def score_patterns(
    patterns: Sequence[Pattern] = PATTERNS,
    *,
    seed: int = 1,
    replicates: int = REPLICATES,
    workers: int | None = None,
    defaults: Mapping[str, Value] | None = None,
    change: Callable[[Scenario], Scenario] | None = None,
    progress: ProgressCallback | None = None,
) -> Scoreboard:
    """Plays the arms of all patterns and gives the verdicts; ``defaults`` stand in for the model's, and ``change`` is
    made to every arm, whatever it sets itself. Raises ``InputError``.
    """
    seed, replicates, workers = validate_seed(seed), validate_replicates(replicates), validate_workers(workers)
    scenarios = scenarios_of(patterns, defaults)
    if change:
        scenarios = {name: change(scenario) for name, scenario in scenarios.items()}
    statistics = list(
        map_ordered(partial(run_replicate, patterns, scenarios, seed), range(replicates), workers, progress)
    )
    kept_out = held_out()
    verdicts = tuple(
        Verdict(
            pattern,
            tuple(
                score_clause(clause, np.array([rows[index][row] for rows in statistics]))
                for row, clause in enumerate(pattern.clauses)
            ),
            pattern.key in kept_out,
        )
        for index, pattern in enumerate(patterns)
    )
    return Scoreboard(verdicts, seed, replicates)
