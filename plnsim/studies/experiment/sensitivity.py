"""What an experiment says: indices with intervals for every outcome, where the variance comes from, and whether it has
converged.

Indices are of the *mean* over luck, and of the *spread* that luck makes where there are replicates enough. The dummy
shows what luck alone looks like. An outcome that is not finite in some runs, or constant, is named and left out, never
analysed as if it were a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.design import Design
from plnsim.studies.experiment.even_points import even_points
from plnsim.studies.experiment.indices import sobol_indices, varies_at_base_points
from plnsim.studies.experiment.luck import variance_split
from plnsim.studies.experiment.methods import R2, indices_of
from plnsim.studies.experiment.quantile import quantiles_in_place
from plnsim.studies.experiment.task import WEEK_PREFIX
from plnsim.studies.experiment.verdict import POINTS, REFUSED, narrowed_by, verdict

SPREAD = "spread of "
MAX_LISTED_RUNS = 5


@dataclass(frozen=True)
class Analysis:
    """What an experiment says of one variant.

    Attributes
    ----------
    indices : pandas.DataFrame
        A row an outcome, index and factor (or pair): value, and half-width of the 95 % interval, which holds luck.
    over_time : pandas.DataFrame
        The same for deep use, a row a week that was asked for.
    variance : pandas.DataFrame
        A row an outcome: variance of a single run, and the share of luck in it with the ends of its 95 % interval.
    convergence : pandas.DataFrame
        Total Sobol indices on growing parts of the design.
    verdict : str
        Whether the indices have converged; if not, which outcome decides, whether points or replicates are short, and
        how many are likely to be needed.
    excluded : dict of str to str
        Outcomes that could not be analysed, and why.
    widest : float
        Half-width of the widest 95 % interval, where a design grows until it is narrow enough; else infinite.
    short : str
        What of that design narrows it more when doubled: "points" or "replicates".

    Notes
    -----
    Indices are of the mean over luck and, from four replicates on, of the variance that luck makes (*spread of*). They
    count as converged when every half-width is at most 0.05.
    """

    indices: pandas.DataFrame
    over_time: pandas.DataFrame
    variance: pandas.DataFrame
    convergence: pandas.DataFrame
    verdict: str
    excluded: dict[str, str] = field(default_factory=dict)
    widest: float = math.inf
    short: str = POINTS

    __repr__ = short_repr

    @property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """The tables by the names of their files, each a ``pandas.DataFrame``."""
        return {
            "indices": self.indices,
            "indices_over_time": self.over_time,
            "variance": self.variance,
            "convergence": self.convergence,
        }

    def first_and_total(self, outcome: str) -> pandas.DataFrame:
        """Gives the first and total Sobol indices of an outcome, the largest total first.

        Parameters
        ----------
        outcome : str

        Returns
        -------
        pandas.DataFrame
            A row a factor: ``factor``, ``first``, ``total`` and their half-widths, as shares of the variance.
        """
        rows = self.indices[(self.indices["outcome"] == outcome) & self.indices["index"].isin(["first", "total"])]
        wide = rows.pivot(index="factor", columns="index", values=["value", "half_width_95"])
        wide.columns = [kind if what == "value" else f"{kind}_half_width" for what, kind in wide.columns]
        return (
            wide[["first", "total", "first_half_width", "total_half_width"]]
            .sort_values("total", ascending=False)
            .reset_index()
        )


def analyze(
    design: Design,
    runs: pandas.DataFrame,
    outcomes: list[str],
    *,
    quantiles: Mapping[str, float] | None = None,
    resamples: int = 1000,
    seed: int = 1,
    grows: bool = False,
) -> Analysis:
    """Analyses the runs of a design: all of them, one row a run and replicate, in the order of their numbers.

    The blocks of the design must have had luck of their own, as ``luck_numbers`` gives it. Of outcomes among
    ``quantiles`` it is that quantile over the runs of each point. Of a design that ``grows`` it says how.
    """
    quantiles = quantiles or {}
    replicates = int(runs["replicate"].max()) + 1
    if len(runs) != len(design.unit_sample) * replicates:
        raise ValueError(
            f"{len(runs)} runs for {len(design.unit_sample)} points of {replicates} replicates: the experiment is not "
            "finished"
        )
    if not np.array_equal(runs["run"], np.arange(len(runs))):
        raise ValueError("the runs are not in the order of their numbers, by which indices take them")
    cube = runs[outcomes].to_numpy(dtype=np.float64).reshape(len(design.unit_sample), replicates, len(outcomes))
    excluded = _not_finite(cube, outcomes)
    known = [name not in excluded for name in outcomes]
    cube, names = cube[:, :, known], [name for name, keep in zip(outcomes, known, strict=True) if keep]
    variance = pandas.DataFrame()
    cube = quantiles_in_place(cube, names, quantiles)
    if names:
        of_runs = [index for index, name in enumerate(names) if name not in quantiles]
        if replicates > 1 and of_runs:
            told = [names[index] for index in of_runs]
            variance = variance_split(design, cube[:, :, of_runs], told, resamples, seed)
        cube, names = _varying(design, cube, names, excluded)
    if not names:
        return Analysis(
            pandas.DataFrame(), pandas.DataFrame(), variance, pandas.DataFrame(), "no outcome can be analysed", excluded
        )
    tables = []
    for smooth in (True, False):
        those = [index for index, name in enumerate(names) if (name not in quantiles) == smooth]
        if those:
            told = [names[index] for index in those]
            tables.append(indices_of(design, cube[:, :, those], told, resamples, seed, smooth=smooth))
    spread, spread_names = _spread(design, cube, names, quantiles, excluded)
    if spread_names:
        tables.append(indices_of(design, spread, spread_names, resamples, seed))
    table, over_time = _split_weeks(_without_guesses(pandas.concat(tables, ignore_index=True), excluded))
    judged = [index for index, name in enumerate(names) if not (name.startswith(WEEK_PREFIX) or name in excluded)]
    cube, names = cube[:, :, judged], [names[index] for index in judged]
    convergence = _convergence(design, cube, names, seed) if design.method == "sobol" else pandas.DataFrame()
    said = verdict(design, cube, names, table)
    widest, short = narrowed_by(design, cube, names, table) if grows else (math.inf, POINTS)
    return Analysis(table, over_time, variance, convergence, said, excluded, widest, short)


def _without_guesses(table: pandas.DataFrame, excluded: dict[str, str]) -> pandas.DataFrame:
    """The table without the indices of emulators that foretell too little; those outcomes go to ``excluded``."""
    poor = table[(table["index"] == R2) & ~(table["value"] >= REFUSED)]
    for _, row in poor.iterrows():
        excluded[row["outcome"]] = (
            f"its emulator foretells {max(0.0, row['value']):.2f} of the variance at points that it has not seen, and "
            f"{REFUSED} is the least: more points or replicates, or another method"
        )
    return table[(table["index"] == R2) | ~table["outcome"].isin(poor["outcome"])]


def _split_weeks(table: pandas.DataFrame) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """The indices of the outcomes, and those of single weeks with the week as a number."""
    of_week = table["outcome"].str.startswith(WEEK_PREFIX)
    over_time = table[of_week].reset_index(drop=True)
    weeks = over_time["outcome"].str.removeprefix(WEEK_PREFIX).astype(int)
    over_time = over_time.drop(columns="outcome")
    over_time.insert(0, "week", weeks)
    return table[~of_week].reset_index(drop=True), over_time


def _not_finite(cube: np.ndarray, outcomes: list[str]) -> dict[str, str]:
    """The outcomes that are not a finite number in some run, and in which."""
    wrong = ~np.isfinite(cube)
    return {
        name: f"not a finite number in {int(wrong[:, :, index].any(axis=1).sum())} of {len(cube)} points "
        f"({_list_runs(wrong[:, :, index])})"
        for index, name in enumerate(outcomes)
        if wrong[:, :, index].any()
    }


def _list_runs(wrong: np.ndarray) -> str:
    """Which runs those are, by number: the first few of them."""
    runs = np.flatnonzero(wrong)
    named = ", ".join(map(str, runs[:MAX_LISTED_RUNS]))
    return f"run {named}" if len(runs) == 1 else f"runs {named}{', ...' if len(runs) > MAX_LISTED_RUNS else ''}"


def _varying(
    design: Design, cube: np.ndarray, names: list[str], excluded: dict[str, str]
) -> tuple[np.ndarray, list[str]]:
    """The outcomes that parameters move, and their names; the others go to ``excluded`` with the reason."""
    means = cube.mean(axis=1)
    constant = np.ptp(means, axis=0) <= 1e-12 * np.maximum(1.0, np.abs(means).max(axis=0, initial=0.0))
    reasons = ["constant" if one else "" for one in constant]
    if design.method == "sobol":
        at_base = varies_at_base_points(cube, design.block)
        reasons = [
            reason or ("" if varies else "the same at all base points")
            for reason, varies in zip(reasons, at_base, strict=True)
        ]
    excluded |= {name: reason for name, reason in zip(names, reasons, strict=True) if reason}
    kept = [not reason for reason in reasons]
    return cube[:, :, kept], [name for name in names if name not in excluded]


def _spread(
    design: Design, cube: np.ndarray, names: list[str], quantiles: Mapping[str, float], excluded: dict[str, str]
) -> tuple[np.ndarray, list[str]]:
    """The variance that luck makes at each point, as an outcome of its own: its replicates are those of pairs of runs.

    It takes two pairs to know what the luck of such a variance is.
    """
    whole = [index for index, name in enumerate(names) if not (name.startswith(WEEK_PREFIX) or name in quantiles)]
    pairs = cube.shape[1] // 2
    if pairs < 2 or design.method == "factorial":
        return cube[:, :0], []
    of_pairs = cube[:, : 2 * pairs, whole].reshape(len(cube), pairs, 2, len(whole)).var(axis=2, ddof=1)
    return _varying(design, of_pairs, [SPREAD + names[index] for index in whole], excluded)


def _convergence(design: Design, cube: np.ndarray, names: list[str], seed: int) -> pandas.DataFrame:
    """Total indices on growing first parts of the design, down to sixteen base points."""
    factors = len(design.factors)
    base, rows = len(cube) // design.block, []
    size = 16
    while size <= base:
        some = cube[: size * design.block]
        usable = np.flatnonzero(varies_at_base_points(some, design.block))
        indices = sobol_indices(
            some[:, :, usable],
            factors,
            second_order=design.second_order,
            resamples=100,
            seed=seed,
            even=even_points(design, size),
        )
        for row, index in enumerate(usable):
            rows += [
                {
                    "outcome": names[index],
                    "size": size,
                    "factor": factor,
                    "total": float(indices.total[row, number]),
                    "half_width_95": float(indices.total_conf[row, number]),
                }
                for number, factor in enumerate(design.factors)
            ]
        size *= 2
    return pandas.DataFrame(rows)
