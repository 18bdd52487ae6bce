"""The indices of each method with 95 % intervals that hold luck: blocks of points are drawn again, or what they differ
by is measured.

Each function takes a design, a cube of points x replicates x outcomes and outcomes' names, and gives a row an index.
Variances (Sobol, eFAST, Morris' sigma) are those of the mean over luck. Sizes, ranks and distributions (mu*, rank
correlations, PAWN, delta) are those of the mean of so many replicates: what luck lends them, the dummy shows.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
import pandas
import scipy

from plnsim.model.survival import NORMAL_QUANTILE
from plnsim.studies.experiment.chaos import indices_of_fit
from plnsim.studies.experiment.design import CHAOS, MORRIS_LEVELS, Design
from plnsim.studies.experiment.even_points import even_points
from plnsim.studies.experiment.factorial import effects, half_width
from plnsim.studies.experiment.indices import crossed_square, sobol_indices
from plnsim.studies.experiment.luck import bootstrap_weights, jackknife
from plnsim.studies.experiment.task import Row

DELTA_RESAMPLES, DELTA_CLASSES = 100, 48
"""A resample of delta takes milliseconds; the most classes that SALib cuts a parameter into."""
PAWN_SLIDES = 10
DIGITS = 12
CONSTANT = 1e-9
"""A variance below this share of the mean square is rounding: the resample holds one value."""
EFAST_HARMONICS = 4
RULE_OF_THREE = 3.0
"""What happened at none of n points happens at 3/n of all at most (95 %); so large is the index of an input that moved
the outcome at no base point if it moves it there as far as two points taken at random differ.
"""
R2 = "r2"


def index_row(outcome: str, kind: str, factor: str, other: str, value: float, conf: float = math.nan) -> Row:
    return {
        "outcome": outcome,
        "index": kind,
        "factor": factor,
        "with": other,
        "value": float(value),
        "half_width_95": float(conf),
    }


def _sobol(
    design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int, *, smooth: bool = True
) -> list[Row]:
    factors = design.factors
    indices = sobol_indices(
        cube,
        len(factors),
        second_order=design.second_order,
        resamples=resamples,
        seed=seed,
        even=even_points(design) if smooth else None,
    )
    rows = []
    for row, outcome in enumerate(names):
        for column, factor in enumerate(factors):
            for kind, values, conf in (
                ("first", indices.first, indices.first_conf),
                ("total", indices.total, indices.total_conf),
            ):
                value, width = values[row, column], conf[row, column]
                width = RULE_OF_THREE / design.size if value == width == 0.0 else width
                rows.append(index_row(outcome, kind, factor, "", value, width))
            if indices.second is None or indices.second_conf is None:
                continue
            for other in range(column + 1, len(factors)):
                value, conf = indices.second[row, column, other], indices.second_conf[row, column, other]
                rows.append(index_row(outcome, "second", factor, factors[other], value, conf))
    return rows


def elementary_effects(design: Design, cube: np.ndarray) -> np.ndarray:
    """The change of the outcomes over the whole range of each factor: trajectories x factors x replicates x outcomes.

    Of a group only the size means something, as its members move in different directions.
    """
    steps = np.diff(design.unit_sample.reshape(-1, design.block, len(design.names)), axis=1)
    groups = design.groups or design.names
    belongs = np.array([[group == factor for factor in design.factors] for group in groups])
    changes = np.diff(cube.reshape(-1, design.block, *cube.shape[1:]), axis=1)
    moved = steps @ belongs  # trajectories x steps x factors: not 0 where the step moves the factor
    if design.groups:
        moved = np.abs(steps) @ belongs
    delta = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1))
    return np.asarray(np.einsum("tsf,tsrk->tfrk", np.sign(moved), changes) / delta)


def _morris(design: Design, cube: np.ndarray, names: list[str], *_: object) -> list[Row]:
    by_trajectory = elementary_effects(design, cube)
    means = by_trajectory.mean(axis=2)
    variance = crossed_square(by_trajectory, axis=2).mean(axis=0) - means.mean(axis=0) ** 2
    sigma = np.sqrt(np.maximum(variance, 0.0) * len(means) / max(1, len(means) - 1))
    rows = []
    for index, outcome in enumerate(names):
        for column, factor in enumerate(design.factors):
            mean = means[:, column, index]
            rows.append(index_row(outcome, "mu_star", factor, "", np.abs(mean).mean(), half_width(np.abs(mean))))
            if not design.groups:
                rows.append(index_row(outcome, "mu", factor, "", mean.mean(), half_width(mean)))
                rows.append(index_row(outcome, "sigma", factor, "", sigma[column, index]))
    return rows


def _efast(design: Design, cube: np.ndarray, names: list[str], *_: object) -> list[Row]:
    """First and total order by eFAST; SALib's intervals are known to be wrong (#649), so curves with other phases are
    compared.
    """
    factors = len(design.factors)
    curves = cube.reshape(-1, factors, design.size, *cube.shape[1:])
    rows = []
    for index, outcome in enumerate(names):
        for column, factor in enumerate(design.factors):
            parts = np.array([_orders_over_luck(curve[:, :, index]) for curve in curves[:, column]])
            variance = parts[:, 2].mean()
            for place, kind in enumerate(("first", "total")):
                value = parts[:, place].mean() / variance
                spread = (parts[:, place] - value * parts[:, 2]) / variance
                rows.append(index_row(outcome, kind, factor, "", value, half_width(spread)))
    return rows


def _orders_over_luck(curve: np.ndarray) -> np.ndarray:
    """Of one curve (points x replicates): the variance of first order, of total order, and all, of the mean over luck.

    Spectra are squares: the replicates' own say what luck adds to that of their mean.
    """
    replicates = curve.shape[1]
    of_mean = _orders(curve.mean(axis=1))
    if replicates < 2:
        return of_mean
    of_each = np.mean([_orders(curve[:, replicate]) for replicate in range(replicates)], axis=0)
    return np.asarray((replicates * of_mean - of_each) / (replicates - 1))


def _orders(values: np.ndarray) -> np.ndarray:
    """SALib's indices of one curve, times its variance, and the variance."""
    from SALib.analyze.fast import compute_orders

    points = len(values)
    spectrum = np.abs(np.fft.fft(values)[1 : math.ceil(points / 2)]) / points
    variance = 2.0 * float((spectrum**2).sum())
    if variance == 0.0:
        return np.zeros(3)
    omega = math.floor((points - 1) / (2 * EFAST_HARMONICS))
    first, total = compute_orders(values, points, EFAST_HARMONICS, omega)
    return variance * np.array([first, total, 1.0])


def _pawn(design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int) -> list[Row]:
    from SALib.analyze import pawn

    points = cube.mean(axis=1)
    weights = bootstrap_weights(len(points), resamples, seed)[1:]
    slides = [_slides(share) for share in design.unit_sample.T]
    rows = []
    for index, outcome in enumerate(names):
        result = pawn.analyze(design.problem, design.unit_sample, points[:, index], S=PAWN_SLIDES, seed=seed or 1)
        for column, factor in enumerate(design.factors):
            distances = _distances(points[:, index], slides[column], weights)
            for kind, summary in (("median", np.nanmedian), ("maximum", np.nanmax)):
                conf = NORMAL_QUANTILE * summary(distances, axis=1).std(ddof=1)
                rows.append(index_row(outcome, f"pawn_{kind}", factor, "", result[kind][column], conf))
    return rows


def _slides(share: np.ndarray) -> np.ndarray:
    """Which points lie in which slide of a parameter, as SALib cuts it: slides x points, as booleans."""
    edges = np.nanquantile(share, np.arange(0, 1 + 1 / PAWN_SLIDES, 1 / PAWN_SLIDES))
    return np.asarray((share >= edges[:-1, None]) & (share < edges[1:, None]))


def _distances(values: np.ndarray, slides: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The Kolmogorov-Smirnov distance of each slide to all points, in each resample: resamples x slides.

    As SciPy has it, for many resamples of one sample at once.
    """
    order = np.argsort(values, kind="stable")
    _, first, tie, counts = np.unique(values[order], return_index=True, return_inverse=True, return_counts=True)
    weight = weights[:, order]
    below = np.cumsum(weight, axis=1)
    up_to = below[:, first + counts - 1]  # resamples x different values: the share of all points up to each
    before = up_to - np.add.reduceat(weight, first, axis=1)
    distances = np.full((len(weights), len(slides)), np.nan)
    for column, slide in enumerate(slides[:, order]):
        there = np.flatnonzero(slide)
        if not len(there):
            continue
        ends = np.append(np.diff(tie[there]) > 0, True)  # a slide's share moves where its values do, and only there
        within = np.cumsum(weight[:, there], axis=1)
        with np.errstate(invalid="ignore"):
            shares = within[:, ends] / within[:, -1:]
        lower = np.hstack([np.zeros((len(weights), 1)), shares[:, :-1]])
        at = tie[there][ends]
        distances[:, column] = np.maximum(
            np.abs(shares - up_to[:, at]).max(axis=1), np.abs(lower - before[:, at]).max(axis=1)
        )
    return distances


def _delta(design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int) -> list[Row]:
    """Delta with its bias reduced (Plischke, Borgonovo and Smith 2013), and first order, by SALib's functions.

    SALib's ``analyze`` takes both from a resample of the data in place of the data (1.6), which swells the
    variance of delta to five times what its interval says, and that of first order to twice.
    """
    from SALib.analyze.delta import calc_delta, sobol_first

    points = len(cube)
    classes = min(math.ceil(points ** (2.0 / (7.0 + math.tanh((1500.0 - points) / 500.0)))), DELTA_CLASSES)
    edges = np.linspace(0, points, classes + 1)
    picks = np.random.default_rng(seed or 1).integers(points, size=(min(resamples, DELTA_RESAMPLES), points))
    rows = []
    for index, outcome in enumerate(names):
        values = cube[:, :, index].mean(axis=1)
        grid = np.linspace(values.min(), values.max(), 100)
        for column, factor in enumerate(design.factors):
            share = design.unit_sample[:, column]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about classes in which an outcome does not vary
                drawn = [
                    (calc_delta(values[pick], grid, share[pick], edges), sobol_first(values[pick], share[pick], edges))
                    for pick in picks
                ]
                value, first = calc_delta(values, grid, share, edges), sobol_first(values, share, edges)
            of_delta, of_first = np.array(drawn).T
            rows += [
                index_row(
                    outcome, "delta", factor, "", 2.0 * value - of_delta.mean(), NORMAL_QUANTILE * of_delta.std(ddof=1)
                ),
                index_row(outcome, "first", factor, "", first, NORMAL_QUANTILE * of_first.std(ddof=1)),
            ]
    return rows


def _chaos(design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int) -> list[Row]:
    """Indices from an emulator of each outcome, and R2: how much of the variance it foretells out of sample."""
    rows = []
    for index, outcome in enumerate(names):
        emulator, kinds = indices_of_fit(design, cube[:, :, index], resamples, seed)
        rows.append(index_row(outcome, R2, "", "", emulator.r2))
        rows += [
            index_row(outcome, kind, factor, "", value, conf)
            for kind, (values, widths) in kinds.items()
            for factor, value, conf in zip(design.factors, values, widths, strict=True)
        ]
    return rows


def _rank_correlations(design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int) -> list[Row]:
    """Spearman's correlation with each parameter.

    Points are drawn again, each with its luck; on a grid, whose points are given, replicates are left out in turn.
    """
    ranks = np.column_stack([scipy.stats.rankdata(share) for share in design.unit_sample.T])
    if design.method == "grid":
        value, conf = jackknife(lambda part: _correlations(ranks, _ranks(part))[0], cube)
    else:
        found = _correlations(ranks, _ranks(cube), bootstrap_weights(len(cube), resamples, seed))
        value, conf = found[0], NORMAL_QUANTILE * np.nanstd(found[1:], axis=0, ddof=1)
    return [
        index_row(outcome, "rank_correlation", factor, "", value[column, index], conf[column, index])
        for index, outcome in enumerate(names)
        for column, factor in enumerate(design.factors)
    ]


def _ranks(cube: np.ndarray) -> np.ndarray:
    """Ranks of the points' means; what differs by rounding alone is equal."""
    means = cube.mean(axis=1)
    scale = np.maximum(np.abs(means).max(axis=0), np.finfo(np.float64).tiny)
    return np.asarray(scipy.stats.rankdata((means / scale).round(DIGITS), axis=0))


def _correlations(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Correlations of columns of ``x`` with columns of ``y`` in each row of weights: rows x columns x columns."""
    weights = np.full((1, len(x)), 1.0 / len(x)) if weights is None else weights
    x, y = ((values - values.mean(axis=0)) / len(values) for values in (x, y))
    mean_x, mean_y = weights @ x, weights @ y
    products = (weights @ (x[:, :, None] * y[:, None, :]).reshape(len(x), -1)).reshape(
        len(weights), x.shape[1], y.shape[1]
    )
    spread_x, spread_y = (
        np.where(squares - mean**2 > CONSTANT * squares, squares - mean**2, np.nan)
        for squares, mean in ((weights @ x**2, mean_x), (weights @ y**2, mean_y))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            (products - mean_x[:, :, None] * mean_y[:, None, :]) / np.sqrt(spread_x[:, :, None] * spread_y[:, None, :])
        )


def _one_at_a_time(design: Design, cube: np.ndarray, names: list[str], *_: object) -> list[Row]:
    """What moving each parameter by itself from end to end changes, replicate by replicate."""
    rows = []
    for index, outcome in enumerate(names):
        for column, factor in enumerate(design.factors):
            others = (np.delete(design.unit_sample, column, axis=1) == 0.5).all(axis=1)
            share = design.unit_sample[:, column]
            low, high = (cube[(share == end) & others][:, :, index].mean(axis=0) for end in (0.0, 1.0))
            rows.append(index_row(outcome, "effect", factor, "", (high - low).mean(), half_width(high - low)))
    return rows


def _factorial(design: Design, cube: np.ndarray, names: list[str], *_: object) -> list[Row]:
    return [
        index_row(outcome, "effect", *row)
        for index, outcome in enumerate(names)
        for row in effects(design.unit_sample, design.names, cube[:, :, index])
    ]


_METHODS: dict[str, Callable[[Design, np.ndarray, list[str], int, int], list[Row]]] = {
    "morris": _morris,
    "efast": _efast,
    "pawn": _pawn,
    "delta": _delta,
    CHAOS: _chaos,
    "latin": _rank_correlations,
    "grid": _rank_correlations,
    "one-at-a-time": _one_at_a_time,
    "factorial": _factorial,
}


def indices_of(
    design: Design, cube: np.ndarray, names: list[str], resamples: int, seed: int, *, smooth: bool = True
) -> pandas.DataFrame:
    """The table of the indices of a method: a row an outcome, index and factor, with value and half-width.

    Of a Sobol design, ``smooth`` outcomes have intervals that know how even the points are; quantiles are too rough for
    that (coverage 91 %, against 97 % by resampling points).
    """
    if design.method == "sobol":
        return pandas.DataFrame(_sobol(design, cube, names, resamples, seed, smooth=smooth))
    return pandas.DataFrame(_METHODS[design.method](design, cube, names, resamples, seed))
