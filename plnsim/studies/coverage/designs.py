"""How often the intervals of experiments hold the truth: functions with known answers and known luck in the model's
place, each design drawn and analysed again and again with other seeds.

A nominal 95 % interval should hold it in 92 to 98 of 100.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.design import CHAOS, DUMMY, MORRIS_LEVELS, Design, sample_design
from plnsim.studies.experiment.factorial import full_factorial
from plnsim.studies.experiment.luck import luck_numbers, variance_split
from plnsim.studies.experiment.methods import indices_of
from plnsim.studies.experiment.quantile import quantiles_in_place
from plnsim.studies.experiment.sensitivity import SPREAD, analyze

NAMES = ("a", "b", "c", DUMMY)
RESAMPLES = 300
CERTAIN = 1e-9
"""An interval that is not wider has nothing to hold: no luck is left in what it is of."""
SHARE = ("luck's share", "")
Answer = dict[str, tuple[float, ...]]
"""The true value of each index for a, b, c and the dummy."""


def _slopes(x: np.ndarray) -> np.ndarray:
    """3 a + 1.8 b + 0.6 c, divided by its standard deviation."""
    return np.asarray((x[..., :3] @ SLOPES) / SLOPES_SD)


SLOPES = np.array([3.0, 1.8, 0.6])
SLOPES_SD = math.sqrt(float((SLOPES**2).sum()) / 12.0)


def _ishigami(x: np.ndarray) -> np.ndarray:
    """The function of Ishigami and Homma (1990), divided by its standard deviation."""
    a, b, c = (math.pi * (2.0 * x[..., column] - 1.0) for column in range(3))
    return np.asarray((np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)) / math.sqrt(13.844588))


@dataclass(frozen=True)
class Luck:
    """The standard deviations of three kinds of luck, in those of the function: equal for all points that share it, the
    larger the farther ``a`` is from its middle, and of each run by itself.
    """

    additive: float = 0.0
    with_a: float = 0.0
    by_run: float = 0.0

    __repr__ = short_repr

    @property
    def variance(self) -> float:
        return self.additive**2 + self.with_a**2 + self.by_run**2

    def draw(self, design: Design, replicates: int, seed: int) -> np.ndarray:
        """The luck of every run of a design, points x replicates."""
        rng = np.random.default_rng([seed, 1])
        numbers, luck = np.unique(luck_numbers(design), return_inverse=True)
        shared, with_a = rng.normal(size=(2, len(numbers), replicates))
        own = rng.normal(size=(len(luck), replicates))
        slope = math.sqrt(12.0) * (design.unit_sample[:, :1] - 0.5)
        return np.asarray(self.additive * shared[luck] + self.with_a * slope * with_a[luck] + self.by_run * own)


LUCKS = {
    "additive": Luck(additive=0.7),
    "with a": Luck(with_a=0.7),
    "of each run": Luck(by_run=0.7),
    "all three": Luck(0.5, 0.5, 0.3),
}
SOBOL: dict[str, Answer] = {
    "slopes": {
        kind: (*(float(slope) ** 2 / 12.0 / SLOPES_SD**2 for slope in SLOPES), 0.0)
        for kind in ("first", "total", "shapley")
    },
    "ishigami": {
        "first": (0.313905, 0.442411, 0.0, 0.0),
        "total": (0.557589, 0.442411, 0.243684, 0.0),
        "shapley": (0.435747, 0.442411, 0.121842, 0.0),
    },
}
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"slopes": _slopes, "ishigami": _ishigami}


@dataclass(frozen=True)
class Case:
    """What is tried: a method at a size, and the indices that are looked at."""

    method: str
    size: int
    replicates: int
    indices: tuple[str, ...]
    groups: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    """The functions it is tried with; all where none is named."""
    lucks: tuple[str, ...] = ()
    """The kinds of luck it is tried with; all where none is named."""
    spread: bool = False
    """Whether the indices are those of the variance that luck makes."""
    quantile: float = 0.0
    """Where above 0, indices are of this quantile over the runs of each point."""
    long_run_seeds: int = 200
    """Designs whose mean is the long-run value of an index that no formula gives."""

    __repr__ = short_repr

    def design(self, seed: int) -> Design:
        if self.method == "factorial":
            return Design(self.method, NAMES[:3], (), full_factorial((2, 2, 2)), 1)
        names = NAMES[:3] if self.method == "grid" else NAMES
        return sample_design(self.method, names, self.size, seed, groups=self.groups)

    def truth(self, function: str, luck: Luck) -> dict[tuple[str, str], float]:
        """The true value of each index by its name and factor; of those that no formula gives, the mean of many
        designs.
        """
        if self.spread:  # luck that grows with a makes all of it
            return {(kind, name): float(name == "a") for kind in self.indices for name in NAMES}
        if self.groups:
            return _truth_of_groups(function, self.indices)
        if self.method in ("sobol", CHAOS):
            return {
                (kind, name): value
                for kind in self.indices
                for name, value in zip(NAMES, SOBOL[function][kind], strict=True)
            }
        if self.method in ("factorial", "one-at-a-time"):  # what the design gives where there is no luck
            return self.estimates(function, Luck(), 0)[0]
        found = [self.estimates(function, luck, 10_000 + seed, 2)[0] for seed in range(self.long_run_seeds)]
        return {key: float(np.mean([values[key] for values in found])) for key in found[0]}

    def estimates(
        self, function: str, luck: Luck, seed: int, resamples: int = RESAMPLES
    ) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
        """The indices of one design, and the half-widths of their intervals."""
        design, cube = self.runs(function, luck, seed)
        if self.spread:
            runs = np.arange(cube.size)
            table = {"run": runs, "point": runs // self.replicates, "replicate": runs % self.replicates}
            found = analyze(design, pandas.DataFrame(table | {"use": cube.reshape(-1)}), ["use"], resamples=resamples)
            rows = found.indices[found.indices["outcome"] == f"{SPREAD}use"]
        else:
            if self.quantile:
                cube = quantiles_in_place(cube, ["outcome"], {"outcome": self.quantile})
            rows = indices_of(design, cube, ["outcome"], resamples, seed, smooth=not self.quantile)
        rows = rows[rows["index"].isin(self.indices)]
        rows.index = pandas.MultiIndex.from_arrays(
            [rows["index"], rows["factor"] + rows["with"].where(rows["with"] == "", " x " + rows["with"])]
        )
        return rows["value"].to_dict(), rows["half_width_95"].to_dict()

    def runs(self, function: str, luck: Luck, seed: int) -> tuple[Design, np.ndarray]:
        design = self.design(seed)
        return design, (FUNCTIONS[function](design.unit_sample)[:, None] + luck.draw(design, self.replicates, seed))[
            :, :, None
        ]


def _truth_of_groups(function: str, kinds: Iterable[str]) -> dict[tuple[str, str], float]:
    """First and total indices of a and b together, and of c; in both functions b acts by itself alone."""
    first, total = (SOBOL[function][kind] for kind in ("first", "total"))
    of_both = {"first": 1.0 - total[2], "total": 1.0 - first[2]}
    of_c = {"first": first[2], "total": total[2]}
    return {
        (kind, group): value
        for kind in kinds
        for group, value in (("ab", of_both[kind]), ("c", of_c[kind]), (DUMMY, 0.0))
    }


def share_of_luck(design: Design, function: str, luck: Luck) -> float:
    """The true share of luck in the variance of a run: over the points of a design that are given, else over the
    whole cube.
    """
    if design.method == "morris":
        levels = np.linspace(0.0, 1.0, MORRIS_LEVELS)
        points = np.array(list(itertools.product(levels, repeat=len(NAMES))))
    elif design.method == "efast":  # the variance over its curves, which depends on their phases
        points = np.vstack([sample_design("efast", NAMES, design.size, seed).unit_sample for seed in range(50)])
    elif design.method in ("factorial", "one-at-a-time", "grid"):
        points = design.unit_sample
    else:
        return luck.variance / (luck.variance + 1.0)
    slope = 12.0 * float(((points[:, 0] - 0.5) ** 2).mean())
    lucky = luck.additive**2 + luck.with_a**2 * slope + luck.by_run**2
    return lucky / (lucky + float(FUNCTIONS[function](points).var()))


SECOND = ("first", "total")
CASES = {
    "Sobol, first and total": Case("sobol", 128, 2, SECOND),
    "Sobol, groups": Case("sobol", 128, 2, SECOND, ("ab", "ab", "c", DUMMY)),
    "Sobol, spread of": Case(
        "sobol", 256, 8, SECOND, functions=("slopes",), lucks=("with a", "all three"), spread=True
    ),
    "Sobol, of a quantile": Case(
        "sobol", 128, 8, SECOND, functions=("slopes",), lucks=("additive", "of each run"), quantile=0.25
    ),
    "Morris, mu*": Case("morris", 40, 2, ("mu_star",)),
    "eFAST, first and total": Case("efast", 129, 2, SECOND),
    "PAWN, median": Case("pawn", 500, 2, ("pawn_median",)),
    "delta": Case("delta", 150, 2, ("delta",), long_run_seeds=60),
    "rank correlation, Latin hypercube": Case("latin", 200, 2, ("rank_correlation",)),
    "polynomial chaos, first and total": Case("polynomial-chaos", 200, 2, SECOND),
    "polynomial chaos, Shapley": Case("polynomial-chaos", 200, 2, ("shapley",)),
    "rank correlation, grid": Case("grid", 4, 5, ("rank_correlation",)),
    "factorial, effects": Case("factorial", 1, 5, ("effect",), functions=("slopes",)),
    "one at a time, effects": Case("one-at-a-time", 3, 5, ("effect",), functions=("slopes",)),
}


@dataclass(frozen=True)
class Coverage:
    """How many of so many intervals held the truth."""

    held: int
    tried: int

    __repr__ = short_repr

    @property
    def share(self) -> float:
        return self.held / self.tried


def coverage_of(case: Case, function: str, luck: Luck, seeds: int) -> dict[str, Coverage]:
    """How often the intervals of a case held the truth over so many seeds, by index and factor and for luck's share."""
    truth = case.truth(function, luck)
    held, tried = dict.fromkeys([*truth, SHARE], 0), dict.fromkeys([*truth, SHARE], 0)
    share = share_of_luck(case.design(0), function, luck)
    for seed in range(seeds):
        values, widths = case.estimates(function, luck, seed)
        for key, value in truth.items():
            if widths[key] > CERTAIN:
                held[key] += abs(values[key] - value) <= widths[key]
                tried[key] += 1
        row = variance_split(*case.runs(function, luck, seed), ["outcome"], RESAMPLES, seed).iloc[0]
        held[SHARE] += row["aleatory_share_low"] <= share <= row["aleatory_share_high"]
        tried[SHARE] += 1
    return {" ".join(key).strip(): Coverage(held[key], tried[key]) for key in held if tried[key]}
