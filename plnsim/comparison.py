"""Compares scenarios run by run with the same luck, and gives the tables that every sentence and figure of it is made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas

from plnsim.draws import decision, drawn, luck_of_run, luck_of_week
from plnsim.errors import BadInput, suggestion, told
from plnsim.outcome import BARRIERS, BY_NAME, OUTCOMES, SCHOOL_WEEKS, Outcome
from plnsim.parameter import Parameter
from plnsim.runs import RANGE, Progress, Run, barriers, checked_replicates, checked_seed, checked_workers, run
from plnsim.scenario import Scenario
from plnsim.scenario.declared import DECLARED

LEADING = "deep_use"
"""The outcome by which scenarios are put in order, barriers lifted and parameters weighed: sustained deep use."""
HALF = (0.25, 0.75)
QUANTILES = {f"quantile_{round(100 * one):02d}": one for one in (RANGE[0], *HALF, RANGE[1])}
LIFT = 0.3
"""The share of the gap in a condition that is closed to find the actual barrier."""
MOVED_SECTIONS = ("programme", "leadership", "time", "focus", "mobilisation", "renewal")
KEPT = {"programme.follow_up_years"}
MOST_INFLUENTIAL, FIRST_LOOK, CLOSER_LOOK = 10, 2, 8
"""Parameters looked at more closely, runs of the first look at all of them, and of the closer look."""
RESAMPLES = 1000


@dataclass(frozen=True)
class Side:
    """One scenario of a comparison with its runs as tables; to be read as a ``plnsim.runs.Run`` is."""

    scenario: Scenario
    seed: int
    outcomes: pandas.DataFrame
    weeks: pandas.DataFrame

    @classmethod
    def of(cls, done: Run) -> Side:
        return cls(done.scenario, done.seed, done.outcomes, done.weeks)

    @property
    def name(self) -> str:
        return self.scenario.name

    @property
    def replicates(self) -> int:
        return len(self.outcomes)

    @property
    def outlasts_support(self) -> bool:
        return self.scenario.support_ends < self.scenario.weeks

    def values(self, quantity: str) -> np.ndarray:
        """The values of an outcome or of one of ``DERIVED``, one a replicate."""
        if quantity in DERIVED:
            return DERIVED[quantity].function(self)
        return self.outcomes[quantity].to_numpy(dtype=np.float64)

    def by_week(self, column: str) -> np.ndarray:
        """A column of the weeks as an array, replicates by weeks."""
        return self.weeks[column].to_numpy(dtype=np.float64).reshape(self.replicates, -1)


def _last_year(column: str) -> Callable[[Side], np.ndarray]:
    return lambda side: side.by_week(column)[:, -SCHOOL_WEEKS:].mean(axis=1)


def _gap(side: Side) -> np.ndarray:
    return side.values("use_less_disadvantaged") - side.values("use_more_disadvantaged")


def _change(side: Side) -> np.ndarray:
    return side.values("use") - side.values("use_when_support_ends") if side.outlasts_support else np.full(side.replicates, math.nan)


DERIVED = {one.name: one for one in (
    Outcome("use_less_disadvantaged", "share", "Use in the less disadvantaged half of schools, last year.", _last_year("use_less_disadvantaged")),
    Outcome("use_more_disadvantaged", "share", "Use in the more disadvantaged half of schools, last year.", _last_year("use_more_disadvantaged")),
    Outcome("use_gap", "share", "Use in the less minus use in the more disadvantaged half, last year.", _gap),
    Outcome("change_after_support", "share", "Use in the last year minus use when support ended.", _change),
)}
"""What a comparison looks at besides the outcomes of a run; each function takes a ``Side``."""
QUANTITIES: dict[str, Outcome] = BY_NAME | DERIVED


def spread_of(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of the defined values."""
    defined = values[np.isfinite(values)]
    if len(defined) == 0:
        return {"mean": math.nan} | dict.fromkeys(QUANTILES, math.nan)
    return {"mean": float(defined.mean())} | {name: float(np.quantile(defined, at)) for name, at in QUANTILES.items()}


def _counted(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of differences, and in how many runs they are above, below and defined at all."""
    return spread_of(values) | {"higher": int((values > 0).sum()), "lower": int((values < 0).sum()), "pairs": int(np.isfinite(values).sum())}


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side, replicate by replicate with the same luck; of one scenario alone where nothing is compared."""

    sides: tuple[Side, ...]
    baseline: str
    barriers: pandas.DataFrame | None = None
    sensitivity: pandas.DataFrame | None = None

    @property
    def base(self) -> Side:
        return next(side for side in self.sides if side.name == self.baseline)

    @property
    def others(self) -> list[Side]:
        return [side for side in self.sides if side.name != self.baseline]

    @cached_property
    def leading(self) -> Side:
        """The scenario with the most sustained deep use on average; the first of equals."""
        return max(self.sides, key=lambda side: np.nan_to_num(spread_of(side.values(LEADING))["mean"]))

    def difference(self, side: Side, quantity: str) -> np.ndarray:
        """A scenario minus the baseline, pair by pair."""
        return side.values(quantity) - self.base.values(quantity)

    def _joined(self, table: str) -> pandas.DataFrame:
        return pandas.concat([getattr(side, table).assign(scenario=side.name) for side in self.sides], ignore_index=True).pipe(
            lambda joined: joined[["scenario", *joined.columns[:-1]]])

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """All tables by name: the runs, what is computed from them, and the further runs of the leading scenario."""
        summaries = [{"scenario": side.name, "outcome": name, "unit": one.unit, "runs": int(np.isfinite(side.values(name)).sum())}
                     | spread_of(side.values(name)) for side in self.sides for name, one in QUANTITIES.items()]
        differences = [{"scenario": side.name, "baseline": self.baseline, "outcome": name, "unit": one.unit}
                       | _counted(self.difference(side, name)) for side in self.others for name, one in QUANTITIES.items()]
        found = {"outcomes": self._joined("outcomes"), "weeks": self._joined("weeks"), "summary": pandas.DataFrame(summaries),
                 "differences": pandas.DataFrame(differences), "costs": pandas.DataFrame([cost_of(side) for side in self.sides])}
        return found | {name: table for name in ("barriers", "sensitivity") if (table := getattr(self, name)) is not None}


def cost_of(side: Side) -> dict[str, object]:
    """The cost of each sustained adopter: total cost of all runs over their total adopters, with a bootstrap interval.

    Where there is less than one adopter a run on average it is infinite; so is an end of the interval where that holds of
    the resampled runs.
    """
    cost, adopters = side.values("cost"), side.values("sustained_adopters")
    runs = len(cost)
    luck = luck_of_week(luck_of_run(side.seed, 0), 0)
    ratios = np.empty(RESAMPLES)
    for resample in range(RESAMPLES):
        who = np.arange(resample * runs, (resample + 1) * runs, dtype=np.uint64)
        chosen = (drawn(luck, decision("dummy"), who) * runs).astype(int)
        ratios[resample] = _ratio(cost[chosen], adopters[chosen])
    low, high = np.quantile(ratios, RANGE, method="inverted_cdf") if runs > 1 else (math.nan, math.nan)
    return {"scenario": side.name, "cost": float(cost.mean()), "sustained_adopters": float(adopters.mean()), "cost_per_adopter": _ratio(cost, adopters),
            "resampled_05": float(low), "resampled_95": float(high), "reached": int((adopters >= 1.0).sum()), "runs": runs, "resamples": RESAMPLES}


def _ratio(cost: np.ndarray, adopters: np.ndarray) -> float:
    return float(cost.sum() / adopters.sum()) if adopters.sum() >= len(adopters) else math.inf


def checked(scenarios: Sequence[object], baseline: str | None = None) -> tuple[list[Scenario], str]:
    """The scenarios to compare and the name of the baseline; raises ``BadInput``."""
    asked = [Scenario.of(one) for one in scenarios]
    names = [one.name for one in asked]
    if len(asked) < 2:
        raise BadInput("a comparison takes two scenarios or more", right="plnsim run simulates a single one, and plnsim report writes its page")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadInput(f"two of the scenarios are called {told(name)}", right="different scenarios, in files of different names")
    if baseline is None:
        return asked, names[0]
    known = dict(zip(map(str, scenarios), names, strict=True)) | {name: name for name in names}
    if baseline not in known:
        raise BadInput(f"the baseline {told(baseline)} is not among the scenarios", place="--baseline", right=suggestion(baseline, known))
    return asked, known[baseline]


def compare(scenarios: Sequence[object], *, baseline: str | None = None, seed: int = 1, replicates: int = 20, workers: int | None = None,
            quick: bool = False, progress: Progress | None = None) -> Comparison:
    """Simulates scenarios with the same luck, replicate by replicate, and looks closer at the leading one.

    ``baseline``: the scenario that the others are compared with, by default the first. ``quick`` leaves out the sensitivity of
    the leading scenario. ``progress`` is called with the steps done and the steps in all. Raises ``BadInput``.
    """
    asked, base = checked(scenarios, baseline)
    seed, replicates, workers = checked_seed(seed), checked_replicates(replicates), checked_workers(workers)
    steps = len(asked) * replicates + len(BARRIERS) * replicates + (0 if quick else 2 * (len(candidates()) + MOST_INFLUENTIAL))
    done = 0

    def step(number: int = 1) -> None:
        nonlocal done
        done += number
        if progress:
            progress(done, steps)

    sides = tuple(Side.of(run(one, seed=seed, replicates=replicates, workers=workers, progress=lambda *_: step())) for one in asked)
    found = Comparison(sides, base)
    lifted = barriers_of(found.leading, workers)
    step(len(BARRIERS) * replicates)
    return Comparison(sides, base, lifted, None if quick else sensitivity_of(found.leading, workers, step))


def barriers_of(side: Side, workers: int | None = None) -> pandas.DataFrame:
    """What is named as in the way and what is: one row a condition, with the gain from closing a share of its gap.

    No gain is given for a condition that the scenario itself moves from outside: there the same lift would mean something else.
    """
    found = barriers(side.scenario, seed=side.seed, replicates=side.replicates, lift=LIFT, outcome=LEADING, workers=workers)
    gain = {one: np.full(side.replicates, math.nan) if side.scenario.values[f"conditions.{one}_shift"] else found.gain[one] for one in BARRIERS}
    best = np.max([np.nan_to_num(values, nan=-np.inf) for values in gain.values()], axis=0)
    return pandas.DataFrame([{"scenario": side.name, "condition": one, "lift": LIFT, "outcome": LEADING, "named": found.named[one]}
                             | _counted(gain[one]) | {"largest": int((gain[one] == best).sum())} for one in BARRIERS])


def candidates() -> list[Parameter]:
    """The parameters that are moved to both ends of their plausible range."""
    return [one for section in MOVED_SECTIONS for one in DECLARED.sections[section]
            if isinstance(one, Parameter) and one.dotted not in KEPT and one.plausible[0] < one.plausible[1]]


def sensitivity_of(side: Side, workers: int | None = None, step: Callable[[], None] = lambda: None) -> pandas.DataFrame:
    """How deep use answers to each candidate at both ends of its plausible range, the most influential first.

    One at a time, paired with the scenario's own runs: few runs for all, more for the most influential.
    """
    rough = _moved(side, candidates(), FIRST_LOOK, workers, step)
    order = rough.groupby("parameter", sort=False)["change"].apply(lambda change: change.abs().max()).sort_values(ascending=False, kind="stable")
    first = list(order.index[:MOST_INFLUENTIAL])
    close = _moved(side, [DECLARED[name] for name in first], CLOSER_LOOK, workers, step)
    span = close.groupby("parameter", sort=False)["change"].apply(lambda change: change.abs().max()).sort_values(ascending=False, kind="stable")
    rest = [rough[rough["parameter"] == name] for name in order.index[MOST_INFLUENTIAL:]]
    return pandas.concat([*(close[close["parameter"] == name] for name in span.index), *rest], ignore_index=True)


def _moved(side: Side, parameters: list[Parameter], runs: int, workers: int | None, step: Callable[[], None]) -> pandas.DataFrame:
    """One row for each parameter and end of its plausible range."""
    runs = min(runs, side.replicates)
    own = side.values(LEADING)[:runs]

    def row(parameter: Parameter, end: int) -> dict[str, object]:
        value, moved_to = side.scenario.values[parameter.dotted], parameter.plausible[end]
        there = own if value == moved_to else run(side.scenario.with_values({parameter.dotted: moved_to}), seed=side.seed, replicates=runs,
                                                  workers=1).values(LEADING)
        step()
        return {"scenario": side.name, "parameter": parameter.dotted, "unit": parameter.unit, "source": parameter.source, "value": value,
                "end": ("low", "high")[end], "moved_to": moved_to, "outcome": LEADING, "runs": runs, "own": float(own.mean()),
                "mean": float(there.mean()), "change": float((there - own).mean()), "least": float((there - own).min()),
                "most": float((there - own).max())}

    ends = [(parameter, end) for parameter in parameters for end in (0, 1)]
    with ThreadPoolExecutor(checked_workers(workers)) as pool:
        return pandas.DataFrame(list(pool.map(lambda one: row(*one), ends)))


__all__ = ["Comparison", "Side", "compare"]
