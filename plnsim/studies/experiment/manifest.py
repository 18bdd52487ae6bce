"""What the manifest of an experiment's store says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from plnsim.common.parameter import Value


class Settings(TypedDict):
    """What an experiment asked for, as its manifest says it."""

    scenario: str
    method: str
    names: Sequence[str]
    groups: Sequence[str]
    second_order: bool
    outcomes: Sequence[str]
    replicates: int
    seed: int
    luck: NotRequired[str]
    """What has luck of its own; where it is not said, nothing has: in the stores of 0.1 all points share one luck."""
    every_weeks: NotRequired[int]
    lift: NotRequired[float]
    factors: NotRequired[Mapping[str, Mapping[str, Mapping[str, Value]]]]
    distributions: NotRequired[Mapping[str, Mapping[str, object]]]
    correlations: NotRequired[Sequence[Sequence[object]]]
    formulas: NotRequired[Mapping[str, str]]
    grows: NotRequired[bool]
    """Whether points or replicates were added step by step; ``replicates`` are those that it began with."""
    by_school: NotRequired[Sequence[int]]
    functions: NotRequired[Mapping[str, object]]
    """The names of the outcomes in a file of functions, and its hash; the file is never run from a store by itself."""
    size: NotRequired[int]


class ExperimentManifest(TypedDict):
    """What the manifest of an experiment's store holds: by what it is told from others, and what was asked for."""

    experiment: str
    model: str
    name: str
    variant: str
    asked: Settings
    functions: NotRequired[Mapping[str, Mapping[str, str]]]
    """The unit and the meaning of each outcome in the file of functions."""
    again: NotRequired[str]
    """The command that makes it again in the folder of the whole experiment."""
