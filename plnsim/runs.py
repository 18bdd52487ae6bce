"""One run, or replicates: simulated, measured, and recorded so that they can be replayed.

Replicates with one seed have the same luck in every scenario, so scenarios are compared pairwise, replicate by replicate.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from numbers import Integral

import numpy as np

from plnsim.errors import BadInput, suggestion, told
from plnsim.measure import BARRIERS, Measured
from plnsim.mechanisms.rules import TALLY_UNIT
from plnsim.notebook import Curve, card, curves, quantity, table
from plnsim.outcome import BY_NAME, WEEKLY, WeeklyOutcome, measured
from plnsim.scenario import Scenario
from plnsim.scenario.shown import in_python
from plnsim.scenario.weeks import records_of
from plnsim.world.school_year import SCHOOL_WEEKS

READINGS = ("compiled", "mesa")
MOST_REPLICATES = 1_000_000
MOST_WORKERS = 10_000
RANGE = (0.05, 0.95)
"""The quantiles between which 90 % of the runs lie."""
FAN = (RANGE, (0.25, 0.75))
"""The quantiles between which the bands around a median lie."""
SHOWN = ("use", "home_use", "use_when_support_ends", "depth", "deep_use", "retention", "ownership", "sustained_scale_up", "pupil_effect",
         "cost_per_adopter")
"""The outcomes that a run shows in a notebook."""
LARGE_POPULATION = 50_000
"""Teachers from which one run uses all threads itself, rather than several runs one thread each."""
USUAL_REPLICATES, USUAL_REPLICATES_OF_MANY = 20, 3
"""Runs of a command that is not told how many; chance evens out within a large population, where 3 runs show how little is left of it."""
WEEKS_AT_ONCE = 13
"""Weeks of a large population after which a run says how far it is, and can be interrupted."""

Progress = Callable[[int, int], None]


def simulated(scenario: Scenario, seed: int = 1, replicate: int = 0, reading: str = "compiled", threads: int = 1,
              by_week: Callable[[int], None] | None = None) -> Measured:
    """Simulates one run and gives what was counted in it.

    ``by_week`` is called with the weeks done, from 0 when the starting world stands (compiled reading only).
    """
    if reading == "mesa":
        from plnsim.engine.mesa_reading import PLNModel

        model = PLNModel(scenario, seed=seed, replicate=replicate)
        while model.running and model.week < len(model.weeks):
            model.step()
        return as_measured(scenario, model.book)
    from plnsim.engine.compiled_reading import CompiledReading

    world, weeks, sets = scenario.begun(seed, replicate)
    run = CompiledReading(world, weeks, records_of(sets), threads)
    while by_week and run.week < len(weeks):
        by_week(run.week)
        run.advance(WEEKS_AT_ONCE)
    run.advance()
    return as_measured(scenario, run.book)


def as_measured(scenario: Scenario, book) -> Measured:
    """The counts of a run by name, with tallies turned back into sums."""
    from plnsim.engine.observed import OBSERVED

    weeks, years = {}, {}
    for column, one in enumerate(OBSERVED):
        unit = TALLY_UNIT if one.unit == "tally" else 1.0
        weeks[one.name] = book.series[:, :, column] / unit
        years[one.name] = book.years[:, :, column] / unit
    networks = {name: book.networks[name] for name in book.networks.dtype.names}
    return Measured(weeks, years, book.routine, networks, scenario.values, scenario.support_ends)


@dataclass(frozen=True)
class Run:
    """The replicates of a scenario: ``outcomes``, ``weeks`` and ``schools`` are tidy tables."""

    scenario: Scenario
    seed: int
    reading: str
    measured: tuple[Measured, ...]

    @property
    def replicates(self) -> int:
        return len(self.measured)

    @cached_property
    def outcomes(self):
        """One row a replicate, one column an outcome (a ``pandas.DataFrame``)."""
        import pandas

        return pandas.DataFrame([{"replicate": number} | measured(one) for number, one in enumerate(self.measured)])

    @cached_property
    def weeks(self):
        """One row a replicate and week; each weekly outcome for all schools, the less and the more disadvantaged half."""
        import pandas

        return pandas.concat([pandas.DataFrame(self._weeks_of(number, one)) for number, one in enumerate(self.measured)], ignore_index=True)

    def _weeks_of(self, number: int, one: Measured) -> dict[str, object]:
        columns: dict[str, object] = {"replicate": number, "week": np.arange(one.length)}
        columns["supported"] = columns["week"] < one.support_ends
        with np.errstate(invalid="ignore", divide="ignore"):
            for outcome in WEEKLY:
                count, of = one.weeks[outcome.count], one.weeks[outcome.of]
                columns[outcome.name] = count.sum(axis=1) / of.sum(axis=1)
                if outcome.name in ("use", "deep_use"):
                    columns[f"{outcome.name}_less_disadvantaged"] = count[:, 0] / of[:, 0]
                    columns[f"{outcome.name}_more_disadvantaged"] = count[:, 1] / of[:, 1]
        columns["networks_active"] = one.networks["active"]
        columns["schools_in_networks"] = one.networks["schools"]
        return columns

    @cached_property
    def schools(self):
        """One row a replicate, year and school."""
        import pandas

        return pandas.concat([self._schools_of(number, one) for number, one in enumerate(self.measured)], ignore_index=True)

    def _schools_of(self, number: int, one: Measured):
        import pandas

        years, schools = one.routine.shape
        weeks = np.array([min(SCHOOL_WEEKS, one.length - year * SCHOOL_WEEKS) for year in range(years)])[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            columns = {
                "replicate": number, "year": np.repeat(np.arange(1, years + 1), schools), "school": np.tile(np.arange(schools), years),
                "staff": (one.years["staff"] / weeks).ravel(),
                "members": (one.years["members"] / weeks).ravel(),
                "use": (one.years["users"] / one.years["staff"]).ravel(),
                "belief": (one.years["belief"] / one.years["staff"]).ravel(),
                "fidelity": (one.years["fidelity"] / one.years["users"]).ravel(),
                "routine": one.routine.ravel(),
            }
        return pandas.DataFrame(columns)

    def values(self, outcome: str) -> np.ndarray:
        """The values of an outcome, one a replicate; raises ``BadInput`` for an unknown one."""
        if outcome not in BY_NAME:
            raise BadInput(f"there is no outcome {told(outcome)}", right=suggestion(outcome, BY_NAME))
        return np.array([BY_NAME[outcome].function(one) for one in self.measured], dtype=np.float64)

    def by_week(self, outcome: WeeklyOutcome) -> np.ndarray:
        """A weekly outcome of all schools, replicates by weeks."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.array([one.weeks[outcome.count].sum(axis=1) / one.weeks[outcome.of].sum(axis=1) for one in self.measured])

    def _repr_html_(self) -> str:
        """The run as a notebook shows it."""
        use, years, supported = self.by_week(WEEKLY[0]), self.scenario.weeks / SCHOOL_WEEKS, self.scenario.support_ends / SCHOOL_WEEKS
        bands = tuple(tuple(np.quantile(use, pair, axis=0)) for pair in FAN) if self.replicates > 1 else ()
        rows = []
        for one in (BY_NAME[name] for name in SHOWN):
            mean, low, high, defined = summary(self.values(one.name))
            rows.append((one.name, quantity(mean, one.unit), f"{quantity(low, one.unit)} to {quantity(high, one.unit)}" if defined > 1 else "",
                         str(defined), one.meaning))
        count = f"{self.replicates} run{'s' if self.replicates > 1 else ''}"
        told = f"Teachers using the practice: median of {count}" + ("; bands hold 50 and 90 % of them" if bands else "")
        seen = f"{told}; {quantity(float(np.median(use[:, -1])), 'share')} in the last week."
        parts = (curves([Curve(np.median(use, axis=0), bands=bands)], years, supported, seen), f"<p>{told}</p>",
                 table(("outcome", "mean", "90 % of runs", "defined in", "meaning"), rows))
        asked = f"seed={self.seed}, replicates={self.replicates}" + (f", reading={self.reading!r}" if self.reading != READINGS[0] else "")
        code = f"from plnsim import Scenario, run\n\ndone = run({in_python(self.scenario)},\n           {asked})"
        return card(self.scenario.title or self.scenario.name, f"{count}, seed {self.seed}, {self.reading} reading", parts, code)


def summary(values: np.ndarray) -> tuple[float, float, float, int]:
    """Mean, lower and upper end of the ``RANGE`` of the defined values, and how many there are."""
    defined = values[np.isfinite(values)]
    if len(defined) == 0:
        return math.nan, math.nan, math.nan, 0
    low, high = np.quantile(defined, RANGE)
    return float(defined.mean()), float(low), float(high), len(defined)


def checked_seed(seed: object) -> int:
    return _whole("the seed", seed, 0, 2**63 - 1)


def checked_replicates(replicates: object) -> int:
    return _whole("replicates", replicates, 1, MOST_REPLICATES)


def checked_workers(workers: object) -> int:
    return (os.cpu_count() or 1) if workers is None else _whole("workers", workers, 1, MOST_WORKERS)


def _whole(what: str, number: object, least: int, most: int) -> int:
    if isinstance(number, bool) or not isinstance(number, Integral) or not least <= number <= most:
        raise BadInput(f"{what} cannot be {told(number)}", right=f"a whole number from {least} to {most}")
    return int(number)


def run(scenario, *, seed: int = 1, replicates: int = 1, reading: str = "compiled", workers: int | None = None,
        progress: Progress | None = None, by_week: Progress | None = None) -> Run:
    """Simulates the replicates of a scenario.

    ``scenario``: a ``Scenario``, the name of a shipped one, or the path of a file. ``workers``: threads, by default one a core; the
    result does not depend on them. ``progress`` is called with the runs done and the runs in all, and ``by_week``, where the
    population is large, with the weeks done of all runs and the weeks in all. Raises ``BadInput``.
    """
    scenario = Scenario.of(scenario)
    seed, replicates = checked_seed(seed), checked_replicates(replicates)
    if reading not in READINGS:
        raise BadInput(f"there is no reading {told(reading)}", right=suggestion(str(reading), READINGS))
    workers = checked_workers(workers)
    found = []
    with closing(_each(scenario, seed, replicates, reading, workers, by_week)) as each:
        for number, one in enumerate(each, start=1):
            found.append(one)
            if progress:
                progress(number, replicates)
    return Run(scenario, seed, reading, tuple(found))


def _each(scenario: Scenario, seed: int, replicates: int, reading: str, workers: int, by_week: Progress | None) -> Iterator[Measured]:
    """The runs in their order, several at a time; a large population shares the threads within each run instead.

    Only a few runs wait for a thread at any time, so that an interrupted command ends at once.
    """
    if is_large(scenario):
        weeks = scenario.weeks
        for replicate in range(replicates):
            within = by_week and partial(lambda before, done: by_week(before + done, replicates * weeks), replicate * weeks)
            yield simulated(scenario, seed, replicate, reading, workers, within)
        return
    yield simulated(scenario, seed, 0, reading)
    if reading == "mesa" or workers == 1:
        for replicate in range(1, replicates):
            yield simulated(scenario, seed, replicate, reading)
        return
    begun: deque[Future] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for replicate in range(1, replicates):
                begun.append(pool.submit(simulated, scenario, seed, replicate))
                if len(begun) > 2 * workers:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def usual_replicates(scenario: Scenario) -> int:
    """The runs that a command makes when it is not told how many."""
    return USUAL_REPLICATES_OF_MANY if is_large(scenario) else USUAL_REPLICATES


def is_large(scenario: Scenario) -> bool:
    """Whether a population is so large that one run uses all threads by itself."""
    if scenario.given:
        return int(scenario.given.schools["staff"].sum()) >= LARGE_POPULATION
    value = scenario.values
    mean = value["population.primary_staff"] + value["population.secondary_share"] * (
        value["population.secondary_staff"] - value["population.primary_staff"])
    return value["population.schools"] * mean >= LARGE_POPULATION


@dataclass(frozen=True)
class Barriers:
    """What is named as in the way against what is: shares of naming, and the gain in deep use from lifting each condition."""

    named: dict[str, float]
    gain: dict[str, np.ndarray]

    @property
    def actual(self) -> str:
        """The condition whose lift gains most on average."""
        return max(BARRIERS, key=lambda one: np.nan_to_num(summary(self.gain[one])[0], nan=-np.inf))


def barriers(scenario, *, seed: int = 1, replicates: int = 20, lift: float = 0.3, outcome: str = "deep_use",
             workers: int | None = None) -> Barriers:
    """Compares the stated barrier with the actual one: paired runs in which a share ``lift`` of each condition's gap is closed.

    The lifted runs have the same luck as the plain ones, so each gain is a difference within a replicate.
    """
    scenario = Scenario.of(scenario)
    if outcome not in BY_NAME:
        raise BadInput(f"there is no outcome {told(outcome)}", right=suggestion(str(outcome), BY_NAME))
    plain = run(scenario, seed=seed, replicates=replicates, workers=workers)
    gain = {}
    for one in BARRIERS:
        gain[one] = run(scenario.lifted(one, lift), seed=seed, replicates=replicates, workers=workers).values(outcome) - plain.values(outcome)
    return Barriers({one: float(np.nanmean(plain.values(f"names_{one}"))) for one in BARRIERS}, gain)
