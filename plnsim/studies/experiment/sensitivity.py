"""What an experiment says: indices with intervals for every outcome, where the variance comes from, and whether it has
converged.

Indices are of the *mean* over replicates, and for Sobol of the *spread* between replicates as well. The dummy shows
the noise floor. An outcome that is not finite in some runs, or constant, is named and left out, never analysed as if
it were a number.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas

from plnsim.studies.experiment.design import MORRIS_LEVELS, Design
from plnsim.studies.experiment.factorial import effects
from plnsim.studies.experiment.indices import sobol_indices, varies_at_base_points
from plnsim.studies.experiment.task import WEEK_PREFIX, Row

CONVERGED_WIDTH = 0.05
"""An index counts as converged when the half-width of its 95 % interval is below this share of the variance."""
SPREAD = "spread of "
MAX_LISTED_RUNS = 5
DELTA_RESAMPLES = 20
"""SALib's bootstrap of delta takes minutes an outcome with more."""


@dataclass(frozen=True)
class Analysis:
    """What an experiment says of one variant.

    Attributes
    ----------
    indices : pandas.DataFrame
        A row an outcome, index and factor (or pair): value, and half-width of the 95 % interval.
    over_time : pandas.DataFrame
        The same for deep use, a row a week that was asked for.
    variance : pandas.DataFrame
        A row an outcome: variance between runs, and the share of chance in it.
    convergence : pandas.DataFrame
        Total Sobol indices on growing parts of the design.
    verdict : str
        Whether the indices have converged, and if not, how large a design is likely to be needed.
    excluded : dict of str to str
        Outcomes that could not be analysed, and why.

    Notes
    -----
    Indices are of the mean over replicates and, for Sobol, of the spread between them as well. They count as converged
    when every half-width is at most 0.05.
    """

    indices: pandas.DataFrame
    over_time: pandas.DataFrame
    variance: pandas.DataFrame
    convergence: pandas.DataFrame
    verdict: str
    excluded: dict[str, str] = field(default_factory=dict)

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
    design: Design, runs: pandas.DataFrame, outcomes: list[str], *, resamples: int = 1000, seed: int = 1
) -> Analysis:
    """Analyses the runs of a design: all of them, one row a run and replicate, in the order of their numbers."""
    replicates = int(runs["replicate"].max()) + 1
    if len(runs) != len(design.unit_sample) * replicates:
        raise ValueError(
            f"{len(runs)} runs for {len(design.unit_sample)} points of {replicates} replicates: the experiment is not "
            "finished"
        )
    if not np.array_equal(runs["run"], np.arange(len(runs))):
        raise ValueError("the runs are not in the order of their numbers, by which indices take them")
    cube = runs[outcomes].to_numpy(dtype=np.float64).reshape(len(design.unit_sample), replicates, len(outcomes))
    columns, excluded = _usable(cube, outcomes)
    if design.method == "sobol":
        for name in [
            name for name, column in columns.items() if not varies_at_base_points(column[:, None], design.step)[0]
        ]:
            del columns[name]
            excluded[name] = "the same at all base points"
    names = list(columns)
    points = np.column_stack(list(columns.values())) if columns else np.zeros((len(cube), 0))
    variance = _variance_split(cube, outcomes, excluded)
    if not names:
        return Analysis(
            pandas.DataFrame(), pandas.DataFrame(), variance, pandas.DataFrame(), "no outcome can be analysed", excluded
        )
    if design.method == "factorial":
        table = pandas.DataFrame(
            [
                _index(name, "effect", *row)
                for index, name in enumerate(outcomes)
                if name in columns
                for row in effects(design.unit_sample, design.names, cube[:, :, index])
            ]
        )
    else:
        table = _METHODS[design.method](design, points, names, resamples, seed)
    judged = [index for index, name in enumerate(names) if not name.startswith(WEEK_PREFIX)]
    convergence = pandas.DataFrame()
    if design.method == "sobol":
        convergence = _convergence(design, points[:, judged], [names[index] for index in judged], seed)
    table, over_time = _split_weeks(table)
    return Analysis(table, over_time, variance, convergence, _verdict(design, table), excluded)


def _split_weeks(table: pandas.DataFrame) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """The indices of the outcomes, and those of single weeks with the week as a number."""
    of_week = table["outcome"].str.startswith(WEEK_PREFIX)
    over_time = table[of_week].reset_index(drop=True)
    weeks = over_time["outcome"].str.removeprefix(WEEK_PREFIX).astype(int)
    over_time = over_time.drop(columns="outcome")
    over_time.insert(0, "week", weeks)
    return table[~of_week].reset_index(drop=True), over_time


def _usable(cube: np.ndarray, outcomes: list[str]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Means and spreads over replicates that are finite and vary; the others with the reason."""
    columns, excluded = {}, {}
    for index, name in enumerate(outcomes):
        values = cube[:, :, index]
        wrong = ~np.isfinite(values)
        if wrong.any():
            excluded[name] = (
                f"not a finite number in {int(wrong.any(axis=1).sum())} of {len(values)} points ({_list_runs(wrong)})"
            )
            continue
        with_spread = values.shape[1] > 1 and not name.startswith(WEEK_PREFIX)
        parts = {name: values.mean(axis=1)} | ({SPREAD + name: values.std(axis=1, ddof=1)} if with_spread else {})
        for part, column in parts.items():
            if np.ptp(column) <= 1e-12 * max(1.0, np.abs(column).max()):
                excluded[part] = "constant"
            else:
                columns[part] = column
    return columns, excluded


def _list_runs(wrong: np.ndarray) -> str:
    """Which runs those are, by number: the first few of them."""
    runs = np.flatnonzero(wrong)
    named = ", ".join(map(str, runs[:MAX_LISTED_RUNS]))
    return f"run {named}" if len(runs) == 1 else f"runs {named}{', ...' if len(runs) > MAX_LISTED_RUNS else ''}"


def _variance_split(cube: np.ndarray, outcomes: list[str], excluded: dict[str, str]) -> pandas.DataFrame:
    """Share of the variance of a single run that parameters explain, and that chance does (from within points)."""
    rows = []
    for index, name in enumerate(outcomes):
        if name in excluded or cube.shape[1] < 2:
            continue
        values = cube[:, :, index]
        aleatory = float(values.var(axis=1, ddof=1).mean())
        total = float(values.var())
        rows.append(
            {
                "outcome": name,
                "variance": total,
                "aleatory": aleatory,
                "parametric": max(0.0, total - aleatory),
                "aleatory_share": min(1.0, aleatory / total) if total > 0 else math.nan,
            }
        )
    return pandas.DataFrame(rows)


def _sobol(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    factors = design.factors
    indices = sobol_indices(points, len(factors), second_order=design.second_order, resamples=resamples, seed=seed)
    rows = []
    for row, outcome in enumerate(names):
        for column, factor in enumerate(factors):
            for kind, values, conf in (
                ("first", indices.first, indices.first_conf),
                ("total", indices.total, indices.total_conf),
            ):
                rows.append(_index(outcome, kind, factor, "", values[row, column], conf[row, column]))
            if indices.second is None or indices.second_conf is None:
                continue
            for other in range(column + 1, len(factors)):
                value, conf = indices.second[row, column, other], indices.second_conf[row, column, other]
                rows.append(_index(outcome, "second", factor, factors[other], value, conf))
    return pandas.DataFrame(rows)


def _index(outcome: str, kind: str, factor: str, other: str, value: float, conf: float = math.nan) -> Row:
    return {
        "outcome": outcome,
        "index": kind,
        "factor": factor,
        "with": other,
        "value": float(value),
        "half_width_95": float(conf),
    }


def _morris(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    from SALib.analyze import morris

    rows = []
    for index, outcome in enumerate(names):
        result = morris.analyze(
            design.problem,
            design.unit_sample,
            points[:, index],
            num_resamples=resamples,
            num_levels=MORRIS_LEVELS,
            scaled=False,
            seed=seed or 1,
        )
        grouped = bool(design.groups)
        for column, factor in enumerate(result["names"]):
            rows.append(
                _index(outcome, "mu_star", factor, "", result["mu_star"][column], result["mu_star_conf"][column])
            )
            if not grouped:
                rows += [
                    _index(outcome, "mu", factor, "", result["mu"][column]),
                    _index(outcome, "sigma", factor, "", result["sigma"][column]),
                ]
    return pandas.DataFrame(rows)


def _efast(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    """First and total order by eFAST; without intervals, as SALib's are known to be wrong (#649)."""
    from SALib.analyze import fast

    rows = []
    for index, outcome in enumerate(names):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the intervals, which are not shown
            result = fast.analyze(design.problem, points[:, index], M=4, num_resamples=2, seed=seed or 1)
        for column, factor in enumerate(design.factors):
            rows += [
                _index(outcome, "first", factor, "", result["S1"][column]),
                _index(outcome, "total", factor, "", result["ST"][column]),
            ]
    return pandas.DataFrame(rows)


def _pawn(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    from SALib.analyze import pawn

    rows = []
    for index, outcome in enumerate(names):
        result = pawn.analyze(design.problem, design.unit_sample, points[:, index], S=10, seed=seed or 1)
        for column, factor in enumerate(design.factors):
            rows += [
                _index(outcome, f"pawn_{kind}", factor, "", result[kind][column]) for kind in ("median", "maximum")
            ]
    return pandas.DataFrame(rows)


def _delta(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    from SALib.analyze import delta

    rows = []
    for index, outcome in enumerate(names):
        with warnings.catch_warnings(
            record=True
        ):  # SALib shows notices of joined bins for every parameter, and sets the filters of the process
            result = delta.analyze(
                design.problem,
                design.unit_sample,
                points[:, index],
                num_resamples=min(resamples, DELTA_RESAMPLES),
                seed=seed or 1,
            )
        for column, factor in enumerate(design.factors):
            rows += [
                _index(
                    outcome,
                    "delta",
                    factor,
                    "",
                    result["delta_balanced"][column],
                    result["delta_balanced_conf"][column],
                ),
                _index(outcome, "first", factor, "", result["S1"][column], result["S1_conf"][column]),
            ]
    return pandas.DataFrame(rows)


def _effects(design: Design, points: np.ndarray, names: list[str], resamples: int, seed: int) -> pandas.DataFrame:
    """What moving each parameter by itself from end to end changes (sweeps), or its correlation of ranks (grids, Latin
    hypercubes).
    """
    rows = []
    for index, outcome in enumerate(names):
        for column, factor in enumerate(design.factors):
            share, values = design.unit_sample[:, column], points[:, index]
            if design.method == "one-at-a-time":
                low, high = (
                    values[(share == end) & (np.delete(design.unit_sample, column, axis=1) == 0.5).all(axis=1)]
                    for end in (0.0, 1.0)
                )
                rows.append(_index(outcome, "effect", factor, "", high.mean() - low.mean()))
            else:
                ranks = [pandas.Series(series).rank().to_numpy() for series in (share, values)]
                rows.append(_index(outcome, "rank_correlation", factor, "", np.corrcoef(*ranks)[0, 1]))
    return pandas.DataFrame(rows)


_METHODS = {
    "sobol": _sobol,
    "morris": _morris,
    "efast": _efast,
    "pawn": _pawn,
    "delta": _delta,
    "latin": _effects,
    "grid": _effects,
    "one-at-a-time": _effects,
}


def _convergence(design: Design, points: np.ndarray, names: list[str], seed: int) -> pandas.DataFrame:
    """Total indices on growing first parts of the design, down to sixteen base points."""
    factors = len(design.factors)
    base, rows = len(points) // design.step, []
    size = 16
    while size <= base:
        some = points[: size * design.step]
        usable = np.flatnonzero(varies_at_base_points(some, design.step))
        indices = sobol_indices(some[:, usable], factors, second_order=design.second_order, resamples=100, seed=seed)
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


def _verdict(design: Design, table: pandas.DataFrame) -> str:
    """Whether the indices have converged, and if not, how large a design is likely to be needed (widths fall as
    1/sqrt(size)).
    """
    judged = table[table["index"].isin(["total", "mu_star"]) & ~table["outcome"].str.startswith(SPREAD)]
    if design.method not in ("sobol", "morris") or judged.empty:
        return "no intervals to judge convergence by"
    width = judged["half_width_95"].max()
    if design.method == "morris":
        largest = judged.groupby("outcome")["value"].transform("max")
        width = float((judged["half_width_95"] / largest).max())
    if width <= CONVERGED_WIDTH:
        return f"converged: the widest 95 % interval is {width:.3f} to either side"
    needed = design.size * (width / CONVERGED_WIDTH) ** 2
    if design.method == "sobol":
        needed = 2 ** math.ceil(math.log2(needed))
    return (
        f"not yet converged: the widest 95 % interval is {width:.3f} to either side; about "
        f"{math.ceil(needed - design.size):,} more {'base points' if design.method == 'sobol' else 'trajectories'} are "
        f"needed (size {math.ceil(needed):,})"
    )
