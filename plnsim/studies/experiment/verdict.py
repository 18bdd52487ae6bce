"""Whether an experiment has converged, and if not, what is short: which outcome decides, and whether more points or
more replicates would narrow its widest interval at less cost.
"""

from __future__ import annotations

import math

import numpy as np
import pandas
import scipy

from plnsim.studies.experiment.design import CHAOS, DUMMY, HYPERCUBES, Design
from plnsim.studies.experiment.indices import total_indices
from plnsim.studies.experiment.luck import luck_numbers
from plnsim.studies.experiment.methods import R2, elementary_effects

CONVERGED_WIDTH = 0.05
"""An index counts as converged when the half-width of its 95 % interval is below this: as a share of the variance, of
the largest effect, or of 1 for a correlation or a distance.
"""
JUDGED = {
    "sobol": "total",
    "efast": "total",
    "morris": "mu_star",
    "pawn": "pawn_median",
    "delta": "delta",
    CHAOS: "total",
    "latin": "rank_correlation",
    "grid": "rank_correlation",
    "one-at-a-time": "effect",
    "factorial": "effect",
}
"""The index by which each method is judged."""
POINTS, REPLICATES = "points", "replicates"
"""What may be short."""
RELATIVE = ("mu_star", "effect")
"""Indices in the unit of the outcome: their widths are judged against the largest of the outcome."""
SIZES = {
    "sobol": "base points",
    "morris": "trajectories",
    "efast": "points a curve",
    "pawn": "points",
    "delta": "points",
    CHAOS: "points",
    "latin": "points",
}
"""What the size of a design counts where a larger one narrows intervals; where there is none, only replicates do."""
FEWEST_BASE_POINTS = 16
REFUSED, ROUGH = 0.5, 0.8
"""R2 out of sample below which an emulator says nothing, and below which it is said to be rough."""
SAME_SHARE, LEAST_VARIATION = 0.95, 0.01
"""An outcome is nearly constant when this share of the points has one value, or when its standard deviation over the
points is less than this share of its mean: its indices say what moves next to nothing, and do not decide.
"""
MOST_SENSIBLE = 64
"""A size so many times as large as that at hand is not proposed: nothing is known so far ahead."""
LUCK_DRAWS, MOST_TIMES, WORTHWHILE = 40, 4, 0.8
"""At most so many times the replicates are asked for, since what luck does is known from few; and more of them only
where the runs are this share of those that more points would take.
"""


def verdict(design: Design, cube: np.ndarray, names: list[str], table: pandas.DataFrame) -> str:
    """The verdict on a table of indices; ``cube``: points x replicates x outcomes, of the outcomes that may decide."""
    flat = [name for index, name in enumerate(names) if _nearly_constant(cube[:, :, index])]
    judged = table[(table["index"] == _judged_index(design)) & table["outcome"].isin(set(names) - set(flat))]
    said = _verdict(design, cube, names, judged)
    r2 = table[(table["index"] == R2) & table["outcome"].isin(names) & (table["value"] < ROUGH)]
    if len(r2):
        worst = r2.loc[r2["value"].idxmin()]
        said = f"rough: the emulator foretells {worst['value']:.2f} of the variance of {worst['outcome']}; {said}"
    return said + (f". Not judged, as nearly constant: {', '.join(flat)}" if flat else "")


def narrowed_by(design: Design, cube: np.ndarray, names: list[str], table: pandas.DataFrame) -> tuple[float, str]:
    """The half-width of the widest interval (infinite where nothing is told), and whether twice the points or twice the
    replicates would narrow it more.

    Twice the points halve its square. Twice the replicates do clearly more only where products of lucks make it: in
    Sobol's squares; an index of another method gains from a new point what it gains from a new run at an old one, and
    more.
    """
    flat = [name for index, name in enumerate(names) if _nearly_constant(cube[:, :, index])]
    judged = table[(table["index"] == _judged_index(design)) & (table["factor"] != DUMMY)]
    judged = judged[judged["outcome"].isin(set(names) - set(flat))]
    if judged.empty:
        return math.inf, POINTS
    hidden = judged["half_width_95"].isna() | ((judged["half_width_95"] > 1.0) & (judged["index"] == "total"))
    row = judged[hidden].iloc[0] if hidden.any() else judged.loc[judged["half_width_95"].idxmax()]
    values = cube[:, :, names.index(row["outcome"])]
    if hidden.any():
        return math.inf, REPLICATES if design.method == "sobol" and _swollen(values) > 2.0 else POINTS
    width, replicates = float(row["half_width_95"]), values.shape[1]
    if design.method != "sobol":
        return width, POINTS
    fixed, alpha, beta = _parts_of_width(design, values, row.rename({"half_width_95": "width"}))
    left = fixed + alpha / (2 * replicates) + beta / (2 * replicates * (2 * replicates - 1))
    return width, REPLICATES if left < WORTHWHILE * width**2 / 2.0 else POINTS


def _judged_index(design: Design) -> str:
    """The index by which a design is judged."""
    return "shapley" if design.correlations and design.method == CHAOS else JUDGED[design.method]


def _verdict(design: Design, cube: np.ndarray, names: list[str], judged: pandas.DataFrame) -> str:
    """The verdict on the indices that decide."""
    if judged[judged["factor"] != DUMMY].empty:
        return "nothing to judge convergence by"
    replicates = cube.shape[1]
    if design.method == "sobol" and design.size < FEWEST_BASE_POINTS:
        return (
            f"not yet converged: {design.size} base points cannot say how wide the intervals are; points are short: "
            f"{FEWEST_BASE_POINTS} are the least (size = {FEWEST_BASE_POINTS})"
        )
    largest = judged["value"].abs().groupby(judged["outcome"]).transform("max")
    scale = largest if JUDGED[design.method] in RELATIVE else largest**0
    judged = judged.assign(width=judged["half_width_95"] / scale, share=judged["value"].abs() / scale)
    if replicates == 1 and (problem := _one_replicate(design, judged)):
        return f"not yet converged: replicates are short: {problem}"
    dummy, judged = judged[judged["factor"] == DUMMY], judged[judged["factor"] != DUMMY]
    hidden = judged["width"].isna() | ((judged["width"] > 1.0) & (judged["index"] == "total"))
    if replicates > 1 and hidden.any():
        row = judged[hidden].iloc[0]
        short = (
            f"replicates are short: {replicates} more at each point (replicates = {2 * replicates})"
            if _swollen(cube[:, :, names.index(row["outcome"])]) > 2.0
            else f"points are short: {design.size:,} more {SIZES[design.method]} (size = {2 * design.size:,})"
        )
        return (
            f"not yet converged: what the parameters do to {row['outcome']} is hidden by luck; {short}, then look again"
        )
    row = judged.loc[judged["width"].idxmax()]
    if design.method == "morris" and (problem := _size_of_luck(design, cube, names, judged, float(row["width"]))):
        return f"not yet converged: replicates are short: {problem}"
    width = f"the widest 95 % interval is {row['width']:.3f} to either side ({_what(row)})"
    if len(dummy) and dummy["width"].max() > row["width"]:
        width += f", not counting the dummy's {dummy['width'].max():.3f}"
    if row["width"] <= CONVERGED_WIDTH:
        return f"converged: {width}"
    return f"not yet converged: {width}; {_needed(design, cube[:, :, names.index(row['outcome'])], row)}"


def _what(row: pandas.Series) -> str:
    return f"{row['factor']}{' x ' + row['with'] if row['with'] else ''} for {row['outcome']}"


def _nearly_constant(values: np.ndarray) -> bool:
    """Whether hardly any point differs from the others; ``values``: points x replicates."""
    means = values.mean(axis=1)
    _, counts = np.unique(means, return_counts=True)
    return bool(counts.max() >= SAME_SHARE * len(means) or means.std() < LEAST_VARIATION * abs(means.mean()))


def _one_replicate(design: Design, judged: pandas.DataFrame) -> str:
    """What a single replicate cannot say; nothing where it can, or where the dummy shows that luck does next to
    nothing.
    """
    if design.method not in SIZES:
        return "one cannot say how sure an effect is; 2 or more are needed"
    if design.method not in ("sobol", "morris", "efast"):
        return ""
    dummy = judged[judged["factor"] == DUMMY]
    if dummy.empty:
        return "with one, luck counts as an effect of the parameters, and no dummy shows how large it is; 2 are needed"
    row = dummy.loc[(dummy["share"] + dummy["width"]).idxmax()]
    if row["share"] + row["width"] <= CONVERGED_WIDTH:
        return ""
    of = "the variance" if design.method != "morris" else "the largest effect"
    return (
        f"with one, luck counts as an effect of the parameters (the dummy, which is luck alone, comes to "
        f"{row['share']:.2f} of {of} for {row['outcome']}); 2 are needed"
    )


def _size_of_luck(design: Design, cube: np.ndarray, names: list[str], judged: pandas.DataFrame, width: float) -> str:
    """Where luck lends an elementary effect more of its size than its interval is wide: how much, and what helps.

    The mean size of the replicates' mean is too large by luck; that of each with the sign of the others' mean is too
    small. The truth lies between.
    """
    if cube.shape[1] < 2:
        return ""
    each = elementary_effects(design, cube)
    others = each.sum(axis=2, keepdims=True) - each
    lent = (np.abs(each.mean(axis=2)) - (np.sign(others) * each).mean(axis=2)).mean(axis=0)
    largest = np.abs(each.mean(axis=2)).mean(axis=0).max(axis=0)
    decide = [index for index, name in enumerate(names) if name in set(judged["outcome"])]
    share = np.where(np.array([factor == DUMMY for factor in design.factors])[:, None], 0.0, lent / largest)[:, decide]
    column, place = np.unravel_index(int(share.argmax()), share.shape)
    worst = float(share[column, place])
    if worst <= max(width, CONVERGED_WIDTH):
        return ""
    more = math.ceil(cube.shape[1] * (worst / CONVERGED_WIDTH) ** 2)
    return (
        f"of the effect of {design.factors[column]} on {names[decide[place]]}, up to {worst:.2f} of the largest may be "
        f"luck; about {more - cube.shape[1]:,} more at each point are needed (replicates = {more:,})"
    )


def _needed(design: Design, values: np.ndarray, row: pandas.Series) -> str:
    """How many more points or replicates are likely to be needed, in words; ``values``: points x replicates."""
    replicates, ratio = values.shape[1], float(row["width"]) / CONVERGED_WIDTH
    if design.method not in SIZES:
        more = max(2, math.ceil(replicates * ratio**2))
        return f"replicates are short: about {more - replicates:,} more are needed (replicates = {more:,})"
    what, size = SIZES[design.method], _round_up(design, design.size * ratio**2)
    points = f"points are short: about {size - design.size:,} more {what} are needed (size = {size:,})"
    if size > MOST_SENSIBLE * design.size:
        points = (
            f"points are short: so many more {what} that it cannot be said from {design.size:,} how many; double them "
            f"(size = {2 * design.size:,}) and look again, or vary less"
        )
    if replicates == 1 or design.method != "sobol":
        return points
    fixed, alpha, beta = _parts_of_width(design, values, row)
    costs = {}
    for number in range(replicates, MOST_TIMES * replicates + 1):
        left = fixed + alpha / number + beta / (number * (number - 1))
        costs[number] = _round_up(design, design.size * max(1.0, left / CONVERGED_WIDTH**2))
    best = min(costs, key=lambda number: number * costs[number])
    if (
        best == replicates
        or costs[best] > MOST_SENSIBLE * design.size
        or best * costs[best] > WORTHWHILE * replicates * size
    ):
        return points
    verb = "is" if best - replicates == 1 else "are"
    more = f"about {best - replicates:,} more at each point {verb} needed (replicates = {best:,}"
    if costs[best] == design.size:
        return f"replicates are short: {more})"
    return f"replicates and points are short: {more}, size = {costs[best]:,})"


def _round_up(design: Design, size: float) -> int:
    """The least size from this on that the method takes: a power of two, or so many doublings."""
    if design.method == "sobol":
        return 1 << math.ceil(math.log2(size))
    if design.method in HYPERCUBES:
        return design.size << max(0, math.ceil(math.log2(size / design.size)))
    return math.ceil(size)


def _parts_of_width(design: Design, values: np.ndarray, row: pandas.Series) -> tuple[float, float, float]:
    """The square of a half-width in three parts: what stays whatever the replicates, what falls as 1 / replicates, and
    what falls as 1 / (replicates x (replicates - 1)), as products of lucks do.
    """
    replicates = values.shape[1]
    once, twice = (_luck_variance(design, values, row, number) for number in (replicates, 2 * replicates))
    gap = 1.0 / (replicates - 1) - 1.0 / (2 * replicates - 1)
    beta = max(0.0, replicates * (once - 2.0 * twice) / gap)
    alpha = max(0.0, replicates * once - beta / (replicates - 1))
    return max(0.0, float(row["width"]) ** 2 - once), alpha, beta


def _luck_variance(design: Design, values: np.ndarray, row: pandas.Series, replicates: int) -> float:
    """The square of the half-width that luck alone would give the index at these points with so many replicates.

    What replicates differ by is mixed at random (a wild bootstrap, with one mixture for all points that share luck), on
    top of their means, whose variance luck has swollen already: by that the widths are too narrow.
    """
    rng = np.random.default_rng(1)
    _, luck = np.unique(luck_numbers(design), return_inverse=True)
    column = design.factors.index(row["factor"])
    means = values.mean(axis=1, keepdims=True)
    residuals = (values - means) / math.sqrt(values.shape[1] - 1)
    drawn = []
    for _ in range(LUCK_DRAWS):
        mixture = rng.normal(size=(luck.max() + 1, values.shape[1], replicates))
        cube = (means + np.einsum("pr,prs->ps", residuals, mixture[luck]))[:, :, None]
        drawn.append(total_indices(cube, len(design.factors), second_order=design.second_order)[0, column])
    return float((scipy.stats.norm.ppf(0.975) * _swollen(values)) ** 2 * np.nanvar(drawn, ddof=1))


def _swollen(values: np.ndarray) -> float:
    """How many times the variance of the mean over luck that of the replicates' means is (points x replicates)."""
    variance = float(values.mean(axis=1).var())
    of_luck = float(values.var(axis=1, ddof=1).mean()) / values.shape[1]
    return float(variance / max(variance - of_luck, 1e-3 * variance))
