"""Skill: what a model's score says beyond what models without content reach.

A pattern that any model meets says nothing for one that meets it. Its information is the surprisal of being met by a
model without content, in bits: -log2 of the share of null models that meet it, by Laplace's rule of succession
(met + 1) / (models + 2), so that none is 0 or certain. A model's skill is the sum over the patterns that it meets.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from plnsim.common.parameter import Parameter, Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.runs import ProgressCallback
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.validation.catalogue import PATTERNS
from plnsim.studies.validation.null_models import NULL_MODELS
from plnsim.studies.validation.pattern import Pattern
from plnsim.studies.validation.scoring import MET, Scoreboard, score_patterns

RANDOM_POINTS = 30
REPLICATES = 4
"""Replicates of each arm with a null model: enough to tell which patterns it meets, but for those near a bound."""
SEED_OF_POINTS = 20_261_130
FIRST_MODEL = Path(__file__).parent / "first_model.json"
NOT_VARIED = ("population", "programme", "conditions", "measure", "barrier")
"""Sections that say who takes part in what, or how is measured, and nothing of how it works."""


@dataclass(frozen=True)
class ModelScore:
    """Which patterns a model meets, of those that it was asked."""

    name: str
    met: frozenset[str]
    asked: frozenset[str]

    __repr__ = short_repr


@dataclass(frozen=True)
class Skill:
    """What null models meet, and what a pattern is worth by that."""

    null_models: tuple[ModelScore, ...]

    __repr__ = short_repr

    def met_by(self, key: str) -> int:
        """How many null models meet a pattern."""
        return sum(key in model.met for model in self.null_models)

    def information(self, key: str) -> float:
        """What meeting a pattern says, in bits."""
        return -math.log2((self.met_by(key) + 1) / (len(self.null_models) + 2))

    def bits(self, met: Collection[str]) -> float:
        """The skill of a model that meets these patterns."""
        return math.fsum(map(self.information, met))  # whatever their order in a set

    @cached_property
    def by_name(self) -> dict[str, ModelScore]:
        return {model.name: model for model in self.null_models}


def random_models() -> dict[str, dict[str, Value]]:
    """Points of a Latin hypercube over the plausible ranges of whatever says how the model works, by name."""
    parameters = [
        parameter
        for name, parameter in MODEL_PARAMETERS.by_name.items()
        if isinstance(parameter, Parameter)
        and name.split(".")[0] not in NOT_VARIED
        and parameter.range[0] < parameter.range[1]
    ]
    names = tuple(parameter.qualified_name for parameter in parameters)
    points = sample_design("latin", names, RANDOM_POINTS, SEED_OF_POINTS).unit_sample
    return {
        f"random point {number}": {
            parameter.qualified_name: parameter.ppf(float(share))
            for parameter, share in zip(parameters, point, strict=True)
        }
        for number, point in enumerate(points, 1)
    }


def score_of(name: str, board: Scoreboard) -> ModelScore:
    """Which patterns of a scoreboard are met."""
    asked = [verdict for verdict in board.verdicts if verdict.pattern.testable]
    return ModelScore(
        name,
        frozenset(verdict.pattern.key for verdict in asked if verdict.word == MET),
        frozenset(verdict.pattern.key for verdict in asked),
    )


def first_model(patterns: Sequence[Pattern] = PATTERNS) -> ModelScore:
    """Which patterns the first model meets, by the figures that it had: of those that were played with it."""
    figures: Mapping[str, Mapping[str, float]] = json.loads(FIRST_MODEL.read_text(encoding="utf-8"))["figures"]
    asked = [pattern for pattern in patterns if pattern.testable and pattern.key in figures]
    met = [
        pattern.key
        for pattern in asked
        if all(
            clause.low <= figures[pattern.key].get(clause.name, math.nan) <= clause.high for clause in pattern.clauses
        )
    ]
    return ModelScore("the first model", frozenset(met), frozenset(pattern.key for pattern in asked))


def play_null_models(
    patterns: Sequence[Pattern] = PATTERNS,
    *,
    seed: int = 1,
    replicates: int = REPLICATES,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> Skill:
    """Plays all patterns with models without content: nobody or everybody adopts, networks of one school, everybody
    tied to everybody, and random points of the plausible ranges. Raises ``InputError``.
    """
    points = random_models()
    models: list[ModelScore] = []
    total = (len(NULL_MODELS) + len(points)) * replicates

    def step(done: int, _: int) -> None:
        if progress:
            progress(len(models) * replicates + done, total)

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of means of nobody, where a figure is not defined
        for null in NULL_MODELS:
            board = score_patterns(
                patterns, seed=seed, replicates=replicates, workers=workers, change=null.change, progress=step
            )
            models.append(score_of(null.name, board))
        for name, values in points.items():
            board = score_patterns(
                patterns, seed=seed, replicates=replicates, workers=workers, defaults=values, progress=step
            )
            models.append(score_of(name, board))
    return Skill(tuple(models))
