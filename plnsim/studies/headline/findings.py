"""What the headline study found, as small tables: leading conditions, groups, the crossing of conditions, named
against actual barriers.
"""

from __future__ import annotations

import numpy as np
import pandas
from scipy.stats import binomtest

from plnsim.model.measure import BARRIERS
from plnsim.studies.headline.results import HeadlineExperiment

TIES = 1e-12
MATCHED = 0.08
"""Shortfalls of time and leadership count as matched when the means that were felt differ by less than this."""
LEAST_GAIN = 0.005
"""Sustained deep use below which a gain says nothing: of a lift about what is in the way, of all conditions together
about which is first.
"""


def over_time(result: HeadlineExperiment) -> pandas.DataFrame:
    """Total indices of sustained deep use at the end of each year: a row a week, a column a factor."""
    table = result.analyses[result.scenario].over_time
    rows = table[table["index"] == "total"] if len(table) else table
    return rows.pivot(index="week", columns="factor", values="value").sort_index() if len(rows) else pandas.DataFrame()


def screening_table(result: HeadlineExperiment, outcome: str) -> pandas.DataFrame:
    """Mean absolute elementary effects of an outcome, largest first: ``factor``, ``mu_star``, ``half_width``."""
    table = result.analyses[result.scenario].indices
    rows = table[(table["outcome"] == outcome) & (table["index"] == "mu_star")].sort_values("value", ascending=False)
    return (
        rows[["factor", "value", "half_width_95"]]
        .set_axis(["factor", "mu_star", "half_width"], axis=1)
        .reset_index(drop=True)
    )


def corner_means(
    result: HeadlineExperiment, variant: str, outcome: str = "deep_use"
) -> dict[tuple[bool, bool, bool], float]:
    """Mean of an outcome at each corner, by whether time is ample, leadership strong, focus high."""
    unit_sample = result.experiment.design().unit_sample
    means = result.points[variant][outcome]
    return {
        (bool(time), bool(leadership), bool(focus)): float(means[point])
        for point, (time, leadership, focus) in enumerate(unit_sample)
    }


def factorial_effects(result: HeadlineExperiment, outcome: str = "deep_use") -> pandas.DataFrame:
    """A row a variant: effects of time, leadership and focus, the interactions, and what time alone reaches of what
    all three do.

    ``time_alone``: the gain from ample time with weak leadership and low focus, as a share of the gain from all three.
    """
    rows = []
    for variant, analysis in result.analyses.items():
        scenario, _, structure = variant.partition("--")
        table = analysis.indices
        of_it = table[(table["outcome"] == outcome) & (table["index"] == "effect")] if len(table) else table
        row: dict[str, str | float] = {"scenario": scenario, "structure": structure or "as it is"}
        for _, effect in of_it.iterrows():
            name = " x ".join(part for part in (effect["factor"], effect["with"]) if part)
            row[name], row[f"{name} half-width"] = effect["value"], effect["half_width_95"]
        corners = corner_means(result, variant, outcome)
        none, every = corners[False, False, False], corners[True, True, True]
        row |= {"none": none, "all": every}
        for name, corner in (
            ("time", (True, False, False)),
            ("leadership", (False, True, False)),
            ("focus", (False, False, True)),
        ):
            row[f"{name}_alone"] = (corners[corner] - none) / (every - none) if every - none > TIES else np.nan
        rows.append(row)
    return pandas.DataFrame(rows)


def spreading_cases(crossing_table: pandas.DataFrame) -> pandas.DataFrame:
    """The rows of a crossing in which all three conditions together gain ``LEAST_GAIN``; ``first`` is the condition of
    the largest effect.
    """
    rows = crossing_table[crossing_table["all"] - crossing_table["none"] >= LEAST_GAIN]
    return rows.assign(first=rows[list(BARRIERS)].idxmax(axis=1))


def named_and_actual(result: HeadlineExperiment) -> pandas.DataFrame:
    """A row a structure: how often time is named most, how often leadership's lift gains more than time's, and how
    often both.

    Points at which nobody names anything, or no lift gains ``LEAST_GAIN``, are left out (``points`` is what remains).
    Shares come with the ends of their Wilson 95 % interval. ``matched``: the same where the means of time and
    leadership that were felt differ by less than ``MATCHED``.
    """
    rows = []
    for variant, points in result.points.items():
        names = points[[f"names_{condition}" for condition in BARRIERS]].to_numpy()
        gains = points[[f"gain_{condition}" for condition in BARRIERS]].to_numpy()
        kept = np.isfinite(names).all(axis=1) & (gains.max(axis=1) >= LEAST_GAIN)
        names, gains = names[kept], gains[kept]
        time, leadership = BARRIERS.index("time"), BARRIERS.index("leadership")
        time_named = names.argmax(axis=1) == time
        leadership_gains = gains[:, leadership] > gains[:, time]
        near = (np.abs(points["felt_time"] - points["felt_leadership"]) < MATCHED).to_numpy()[kept]
        row: dict[str, str | float] = {
            "structure": variant.partition("--")[2] or "as it is",
            "points": int(kept.sum()),
            "of": len(points),
        }
        for name, holds in (
            ("time_named", time_named),
            ("time_actual", gains.argmax(axis=1) == time),
            ("leadership_gains_more", leadership_gains),
            ("claim", time_named & leadership_gains),
            ("claim_matched", (time_named & leadership_gains)[near]),
        ):
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), _share(holds), strict=True))
        rows.append(row | {"matched": int(near.sum())})
    return pandas.DataFrame(rows)


def _share(holds: np.ndarray) -> tuple[float, float, float]:
    if len(holds) == 0:
        return np.nan, np.nan, np.nan
    interval = binomtest(int(holds.sum()), len(holds)).proportion_ci(0.95, method="wilson")
    return float(holds.mean()), float(interval.low), float(interval.high)
