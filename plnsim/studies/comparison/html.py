"""A comparison as it shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.notebook import COLOURS, Curve, card, curves, format_quantity, table
from plnsim.model.school_year import SCHOOL_WEEKS

if TYPE_CHECKING:
    from plnsim.studies.comparison.scenario_result import Comparison, ScenarioResult


def to_html(found: Comparison) -> str:
    """Use over the years in each scenario, the paired differences from the baseline, and what lifting each condition
    gains.
    """
    years = max(result.scenario.weeks for result in found.results) / SCHOOL_WEEKS
    supported = found.base.scenario.support_ends / SCHOOL_WEEKS
    middle = [np.median(result.by_week("use"), axis=0) for result in found.results]
    drawn = [Curve(one, COLOURS[place % len(COLOURS)]) for place, one in enumerate(middle)]
    told = f"Teachers using the practice, median of {found.base.replicates} runs; the shade is the supported time of {found.baseline}"
    seen = f"{told}; in the last week: " + ", ".join(
        f"{result.name} {format_quantity(float(one[-1]), 'share')}"
        for result, one in zip(found.results, middle, strict=True)
    )
    parts = [
        curves(drawn, years, supported, seen),
        f"<p>{told}</p>",
        table(
            ("scenario", "use", "deep use", "points above the baseline", "90 % of pairs", "higher in"),
            [_row(found, result) for result in found.results],
            COLOURS,
        ),
    ]
    if found.barriers is not None:
        rows = [
            (one["condition"], format_quantity(one["named"], "share"), format_quantity(one["mean"], "points"))
            for one in found.barriers.to_dict("records")
        ]
        parts.append(
            table((f"in the way of {found.leading.name}", "named", "points of deep use gained by lifting it"), rows)
        )
    heading = f"{' and '.join(result.name for result in found.others)} against {found.baseline}"
    return card(
        heading,
        f"{found.base.replicates} runs of each with the same luck, seed {found.base.seed}",
        parts,
        _in_python(found),
    )


def _row(found: Comparison, result: ScenarioResult) -> tuple[str, ...]:
    use, deep = (format_quantity(found.summaries[result.name, one]["mean"], "share") for one in ("use", "deep_use"))
    if result.name == found.baseline:
        return (result.name, use, deep, "", "", "")
    row = found.paired[result.name, "deep_use"]
    low, high = (format_quantity(row[one], "points") for one in ("quantile_05", "quantile_95"))
    return (
        result.name,
        use,
        deep,
        format_quantity(row["mean"], "points"),
        f"{low} to {high}",
        f"{row['higher']} of {row['pairs']}",
    )


def _in_python(found: Comparison) -> str:
    scenarios = ",\n                 ".join(result.scenario.to_python() for result in found.results)
    quick = ", quick=True" if found.sensitivity is None else ""
    return (
        "from plnsim import Scenario\nfrom plnsim.studies.comparison import compare\n\n"
        f"found = compare([{scenarios}],\n                baseline={found.baseline!r}, seed={found.base.seed}, "
        f"replicates={found.base.replicates}{quick})"
    )
