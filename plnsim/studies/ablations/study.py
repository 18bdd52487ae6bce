"""Runs scenarios with and without what an ablation takes away, pair by pair, and says what each pair lost."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from os import PathLike
from typing import TypedDict

import numpy as np
import pandas

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import ProgressCallback, run
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.ablations.declared import ABLATIONS, LEAST, PROCESSES, Ablation, Side
from plnsim.studies.comparison import different_scenarios
from plnsim.studies.validation.scoring import MET, Scoreboard, score_patterns

PROGRAMMES = (
    "baseline",
    "challenge-partners",
    "research-learning-communities",
    "research-learning-network",
    "lesson-study",
)
"""The scenarios of the guide's page: the defaults, and programmes that the literature says work by exchange."""
OUTCOMES = ("deep_use", "use", "teacher_survival_3", "school_survival_3", "sustained_scale_up")
"""What is looked at; processes are judged by the first."""
REPLICATES = 30
LEVEL = 0.95


class Effect(TypedDict):
    """What an ablation changes of an outcome in a scenario: a row of the table ``ablations``.

    ``change`` is the mean paired difference, without minus with; ``relative`` the same as a share of the mean with.
    Each stands between the ends of its 95 % interval over pairs.
    """

    scenario: str
    process: str
    ablation: str
    outcome: str
    unit: str
    whole: float
    ablated: float
    change: float
    change_low: float
    change_high: float
    relative: float
    relative_low: float
    relative_high: float
    pairs: int


class Absence(TypedDict):
    """A scenario from which something cannot be taken away, with the reason."""

    scenario: str
    process: str
    ablation: str
    reason: str


class PatternScore(TypedDict):
    """Whether a model meets a published pattern: a row of the table ``patterns``; the whole model has no ablation."""

    ablation: str
    pattern: str
    met: bool


@dataclass(frozen=True)
class Verdict:
    """Whether a process matters, by the effects of its ablations on the first outcome.

    ``effects`` are those that show what the theory expects by a tenth or more, whole intervals on that side of 0;
    ``closest`` is the one that comes closest to it, of all.
    """

    process: str
    effects: tuple[Effect, ...]
    closest: Effect | None

    __repr__ = short_repr

    @property
    def matters(self) -> bool:
        return bool(self.effects)


@dataclass(frozen=True, eq=False)
class AblationResult:
    """What taking away does, scenario by scenario.

    Attributes
    ----------
    scenarios : tuple of Scenario
    ablations : tuple of Ablation
    seed, replicates : int
    effects : tuple of Effect
    absences : tuple of Absence
    pattern_replicates : int
        Replicates of each arm of the published patterns; 0 where they were not asked for.
    pattern_scores : tuple of PatternScore
        Each pattern that can be tested, under the whole model and without each process.
    """

    scenarios: tuple[Scenario, ...]
    ablations: tuple[Ablation, ...]
    seed: int
    replicates: int
    effects: tuple[Effect, ...]
    absences: tuple[Absence, ...]
    pattern_replicates: int = 0
    pattern_scores: tuple[PatternScore, ...] = ()

    __repr__ = short_repr

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str], Effect]:
        """The effects by names of scenario, ablation and outcome."""
        return {(row["scenario"], row["ablation"], row["outcome"]): row for row in self.effects}

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether each process that was taken away matters."""
        asked = {ablation.process for ablation in self.ablations}
        return tuple(judge(process, self.effects, self.ablations) for process in PROCESSES if process in asked)

    def met(self, ablation: str = "") -> list[str]:
        """The patterns that are met under an ablation, or by the whole model."""
        return [score["pattern"] for score in self.pattern_scores if score["ablation"] == ablation and score["met"]]

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """The tables by name: ``ablations``, ``absences``, and ``patterns`` where that was asked for."""
        tables = {
            "ablations": pandas.DataFrame(list(self.effects), columns=list(Effect.__annotations__)),
            "absences": pandas.DataFrame(list(self.absences), columns=list(Absence.__annotations__)),
        }
        if self.pattern_scores:
            tables["patterns"] = pandas.DataFrame(list(self.pattern_scores))
        return tables


def judge(process: str, effects: Sequence[Effect], ablations: Sequence[Ablation]) -> Verdict:
    """Whether a process matters: without it, or a part of it, some scenario loses, gains or changes what the theory
    expects, by a tenth or more.
    """
    sides = {one.name: one.side for one in ablations if one.process == process}
    rows = [
        row
        for row in effects
        if row["ablation"] in sides and row["outcome"] == OUTCOMES[0] and math.isfinite(row["relative"])
    ]
    rows.sort(key=lambda row: -towards(row, sides[row["ablation"]]))
    return Verdict(
        process,
        tuple(row for row in rows if shows(row, sides[row["ablation"]])),
        rows[0] if rows else None,
    )


def towards(effect: Effect, side: Side) -> float:
    """By which share an outcome changes to a side; below 0 where it changes to the other one."""
    return {"loses": -1.0, "gains": 1.0, "changes": math.copysign(1.0, effect["change"])}[side] * effect["relative"]


def shows(effect: Effect, side: Side, share: float = LEAST) -> bool:
    """Whether an outcome changes to a side by a share or more, and its interval leaves out no change at all."""
    return towards(effect, side) >= share and effect["change_low"] * effect["change_high"] > 0.0


def describe_pairs(whole: np.ndarray, ablated: np.ndarray) -> tuple[float, ...]:
    """Of the pairs in which both are defined: the means with and without, the mean change and the relative one, each
    with the ends of its interval (Student's t over pairs, of the ratio by the jackknife), and how many there are.
    """
    defined = np.isfinite(whole) & np.isfinite(ablated)
    whole, ablated = whole[defined], ablated[defined]
    pairs = len(whole)
    if pairs == 0:
        return (*(math.nan,) * 8, 0)
    before, after = float(whole.mean()), float(ablated.mean())
    change, relative = after - before, after / before - 1.0 if before != 0.0 else math.nan
    half_width = half_width_relative = math.nan
    if pairs > 1:
        from scipy.stats import t

        quantile = float(t.ppf((1.0 + LEVEL) / 2.0, pairs - 1))
        half_width = quantile * float((ablated - whole).std(ddof=1)) / math.sqrt(pairs)
        with np.errstate(divide="ignore", invalid="ignore"):
            without = (ablated.sum() - ablated) / (whole.sum() - whole)
        if np.isfinite(without).all():
            half_width_relative = quantile * math.sqrt((pairs - 1) * float(np.var(without)))
    return (
        before,
        after,
        change,
        change - half_width,
        change + half_width,
        relative,
        relative - half_width_relative,
        relative + half_width_relative,
        pairs,
    )


def ablate(
    scenarios: Sequence[Scenario | str | PathLike[str]] = PROGRAMMES,
    *,
    ablations: Sequence[Ablation] = ABLATIONS,
    seed: int = 1,
    replicates: int = REPLICATES,
    pattern_replicates: int = 0,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> AblationResult:
    """Takes processes away from scenarios, one at a time, in pairs of runs with the same luck.

    Parameters
    ----------
    scenarios : sequence of Scenario, str or path-like, default PROGRAMMES
    ablations : sequence of Ablation, default ABLATIONS
    seed : int, default 1
    replicates : int, default 30
        Pairs of runs of each scenario and ablation.
    pattern_replicates : int, default 0
        Replicates of each arm of the published patterns, which are then held against the whole model and each ablated
        one; 0: they are not.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    progress : callable, optional
        Called with the runs done and the runs in all; a replicate of all patterns counts as one.

    Returns
    -------
    AblationResult

    Raises
    ------
    InputError
        Before anything is simulated.
    """
    if isinstance(scenarios, (str, PathLike, Scenario)):
        scenarios = [scenarios]
    resolved = tuple(different_scenarios(scenarios))
    seed, replicates, workers = validate_seed(seed), validate_replicates(replicates), validate_workers(workers)
    cases = [(scenario, ablation) for scenario in resolved for ablation in ablations]
    absences: list[Absence] = [
        {"scenario": scenario.name, "process": ablation.process, "ablation": ablation.name, "reason": reason}
        for scenario, ablation in cases
        if (reason := ablation.absent(scenario))
    ]
    pairs = [
        (scenario, ablation, ablation.whole(scenario), ablation.ablated(scenario))
        for scenario, ablation in cases
        if not ablation.absent(scenario)
    ]
    steps = replicates * len({one for *_, whole, ablated in pairs for one in (whole, ablated)})
    steps += pattern_replicates * (1 + len(ablations)) if pattern_replicates else 0
    done = 0

    def step(*_: int) -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, steps)

    values: dict[Scenario, dict[str, np.ndarray]] = {}

    def values_of(scenario: Scenario) -> dict[str, np.ndarray]:
        if scenario not in values:
            result = run(scenario, seed=seed, replicates=replicates, workers=workers, progress=step)
            values[scenario] = {name: result.values(name) for name in OUTCOMES}
        return values[scenario]

    effects: list[Effect] = []
    for scenario, ablation, whole, ablated in pairs:
        before, after = values_of(whole), values_of(ablated)
        for name in OUTCOMES:
            figures = describe_pairs(before[name], after[name])
            effects.append(_effect(scenario, ablation, name, figures))
    scores: list[PatternScore] = []
    if pattern_replicates:
        play = partial(score_patterns, seed=seed, replicates=pattern_replicates, workers=workers, progress=step)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of means of nobody, where a figure is not defined
            scores = _pattern_scores("", play())
            for one in ablations:
                scores += _pattern_scores(one.name, play(change=one.ablated))
    return AblationResult(
        resolved,
        tuple(ablations),
        seed,
        replicates,
        tuple(effects),
        tuple(absences),
        pattern_replicates,
        tuple(scores),
    )


def _pattern_scores(ablation: str, board: Scoreboard) -> list[PatternScore]:
    return [
        {"ablation": ablation, "pattern": verdict.pattern.key, "met": verdict.word == MET}
        for verdict in board.verdicts
        if verdict.pattern.testable
    ]


def _effect(scenario: Scenario, ablation: Ablation, outcome: str, figures: tuple[float, ...]) -> Effect:
    whole, ablated, change, change_low, change_high, relative, relative_low, relative_high, pairs = figures
    return {
        "scenario": scenario.name,
        "process": ablation.process,
        "ablation": ablation.name,
        "outcome": outcome,
        "unit": OUTCOMES_BY_NAME[outcome].unit,
        "whole": whole,
        "ablated": ablated,
        "change": change,
        "change_low": change_low,
        "change_high": change_high,
        "relative": relative,
        "relative_low": relative_low,
        "relative_high": relative_high,
        "pairs": int(pairs),
    }
