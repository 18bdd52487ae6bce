"""What one week of the model does, counted mechanism by mechanism: the steps are interpreted with everything they
touch watched.

Counted are draws, exponentials, logarithms, square roots, powers and normal quantiles; fields looked at of other
teachers (a gather each, of colleagues or from afar: of another school); and bytes of the teachers' state and of ties
read and written, each at most once in a pass over the teachers (one pass in which everybody observes, one in which
everybody updates).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np

from plnsim.common import streams
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of, rules
from plnsim.model.world.entities import TEACHER_DTYPE, World
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.engine.numba_types import TIE_DTYPE
from plnsim.simulation.scenario.declared import to_namespace

PASSES = {
    "network_observes": "observes",
    "school_observes": "observes",
    "teacher_observes": "observes",
    "teacher_updates": "updates",
    "school_updates": "updates",
    "network_updates": "updates",
}


class Counts:
    """Counters by mechanism, and who is moving at the moment."""

    def __init__(self):
        self.by_mechanism = defaultdict(Counter)
        self.mechanism, self.own, self.passing = "", None, ""
        self.touched, self.gathered = set(), set()

    def add(self, what: str, number: float = 1) -> None:
        self.by_mechanism[self.mechanism][what] += number

    def once(self, what: str, key: object, bytes_touched: int) -> None:
        """Counts bytes unless they were touched in this pass already (by whichever mechanism)."""
        if (what, key) not in self.touched:
            self.touched.add((what, key))
            self.add(what, bytes_touched)

    def begin(self, mechanism: str, entity: object, passing: str) -> None:
        if passing != self.passing:
            self.touched.clear()
        self.mechanism, self.own, self.passing = mechanism, entity, passing
        self.gathered.clear()


class _Teacher:
    """A teacher whose every attribute access is counted: as bytes of her own state, or as a glance at somebody else."""

    __slots__ = ("_counts", "_post", "_state")

    def __init__(self, state, counts):
        for name, value in (("_state", state), ("_counts", counts), ("_post", state.post)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        counts = self._counts
        if counts.own is not self and isinstance(counts.own, _Teacher):
            if (self._post, name) not in counts.gathered:
                counts.gathered.add((self._post, name))
                counts.add("gather" if self._state.school == counts.own._state.school else "afar")
        else:
            counts.once("read", (self._post, name), TEACHER_DTYPE[name].itemsize)
        return getattr(self._state, name)

    def __setattr__(self, name, value):
        self._counts.once("written", (self._post, name), TEACHER_DTYPE[name].itemsize)
        setattr(self._state, name, value)


class _Teachers:
    """All teachers, each made when she is first looked at."""

    def __init__(self, records, counts):
        self.records, self.counts, self.made = records, counts, {}

    def __len__(self):
        return len(self.records)

    def __getitem__(self, post):
        if post not in self.made:
            self.made[post] = _Teacher(_plain(self.records[post : post + 1])[0], self.counts)
        return self.made[post]


class _Ties:
    """The ties of a layer, whose every access is counted."""

    def __init__(self, values, counts, layer):
        self.values, self.counts, self.layer = values, counts, layer

    def __getitem__(self, place):
        self.counts.once("read", (self.layer, place), TIE_DTYPE.itemsize)
        return self.values[place].item()


class _Number(float):
    """A parameter whose use as an exponent is counted."""

    counts = None

    def __rpow__(self, base):
        self.counts.add("power")
        return base ** float(self)

    def __rtruediv__(self, other):
        return type(self)(other / float(self))


def _watched_parameters(values: dict, counts: Counts):
    number = type("Number", (_Number,), {"counts": counts})
    sections = to_namespace(values)
    return SimpleNamespace(
        **{
            name: SimpleNamespace(
                **{
                    parameter: number(value) if isinstance(value, float) else value
                    for parameter, value in vars(section).items()
                }
            )
            for name, section in vars(sections).items()
        }
    )


def _plain(records: np.ndarray) -> list[SimpleNamespace]:
    return [SimpleNamespace(**dict(zip(records.dtype.names, record.tolist(), strict=True))) for record in records]


def _counting(function, what: str, counts: Counts):
    def count_and_call(*arguments):
        counts.add(what)
        return function(*arguments)

    return count_and_call


def _watch_arithmetic(counts: Counts, everything: ExitStack) -> None:
    """Replaces draws and elementary functions in all modules of the model by counting ones, until the stack is
    left.
    """
    counted_math = SimpleNamespace(
        **{name: _counting(getattr(math, name), name, counts) for name in ("exp", "log", "sqrt")}
    )
    for module in (streams, rules, engine_counts, *SCHEDULE):
        for name, what in (("uniform", "draw"), ("normal_quantile", "quantile")):
            if hasattr(module, name):
                everything.enter_context(patch.object(module, name, _counting(getattr(module, name), what, counts)))
        if hasattr(module, "math"):
            everything.enter_context(patch.object(module, "math", counted_math))


def counted_week(world: World, week: np.void, values: dict, sample: int) -> tuple[dict[str, Counter], int]:
    """Counts by mechanism of one week that begins in the state of ``world`` (which is left as it is), and the teachers
    counted.

    Only the first ``sample`` schools take steps, with their teachers and as large a share of the networks; what is
    counted at the end of a week is counted too.
    """
    counts, sample = Counts(), min(sample, len(world.schools))
    teachers, number = _Teachers(world.teachers, counts), int(world.schools["after_last_teacher"][sample - 1])
    schools, networks = _plain(world.schools), _plain(world.networks)
    ties = {name: _Ties(getattr(world, name), counts, name) for name in World._fields[3:]}
    watched = World(teachers, schools, networks, **ties)
    of_week = SimpleNamespace(**{name: week[name].item() for name in week.dtype.names})
    p = _watched_parameters(values, counts)
    everyone = {
        "network": networks[: -(-len(networks) * number // len(teachers))],
        "school": schools[:sample],
        "teacher": [teachers[post] for post in range(number)],
    }
    with ExitStack() as everything:
        _watch_arithmetic(counts, everything)
        for kind in STEP_KINDS:
            for entity in everyone[kind.partition("_")[0]]:
                for mechanism in SCHEDULE:
                    if hasattr(mechanism, kind):
                        counts.begin(name_of(mechanism), entity, PASSES[kind])
                        getattr(mechanism, kind)(entity, watched, of_week, p)
        for school in everyone["school"]:
            counts.begin("(counts)", school, "updates")
            engine_counts.count_school(
                school, watched, of_week, p, SimpleNamespace(**dict.fromkeys(engine_counts.COUNT_NAMES, 0))
            )
    return counts.by_mechanism, number
