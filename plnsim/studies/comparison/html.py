"""A comparison as it shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.notebook import COLOURS, Curve, card, curves, quantity, table
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.html import in_python

if TYPE_CHECKING:
    from plnsim.studies.comparison.scenario_result import Comparison, Side


def as_html(found: Comparison) -> str:
    """Use over the years in each scenario, the paired differences from the baseline, and what lifting each condition gains."""
    years = max(side.scenario.weeks for side in found.sides) / SCHOOL_WEEKS
    supported = found.base.scenario.support_ends / SCHOOL_WEEKS
    middle = [np.median(side.by_week("use"), axis=0) for side in found.sides]
    drawn = [Curve(one, COLOURS[place % len(COLOURS)]) for place, one in enumerate(middle)]
    told = f"Teachers using the practice, median of {found.base.replicates} runs; the shade is the supported time of {found.baseline}"
    seen = f"{told}; in the last week: " + ", ".join(f"{side.name} {quantity(float(one[-1]), 'share')}" for side, one in zip(found.sides, middle,
                                                                                                                    strict=True))
    parts = [curves(drawn, years, supported, seen), f"<p>{told}</p>",
             table(("scenario", "use", "deep use", "points above the baseline", "90 % of pairs", "higher in"),
                   [_row(found, side) for side in found.sides], COLOURS)]
    if found.barriers is not None:
        rows = [(one["condition"], quantity(one["named"], "share"), quantity(one["mean"], "points")) for one in found.barriers.to_dict("records")]
        parts.append(table((f"in the way of {found.leading.name}", "named", "points of deep use gained by lifting it"), rows))
    heading = f"{' and '.join(side.name for side in found.others)} against {found.baseline}"
    return card(heading, f"{found.base.replicates} runs of each with the same luck, seed {found.base.seed}", parts, _in_python(found))


def _row(found: Comparison, side: Side) -> tuple[str, ...]:
    use, deep = (quantity(found.summaries[side.name, one]["mean"], "share") for one in ("use", "deep_use"))
    if side.name == found.baseline:
        return (side.name, use, deep, "", "", "")
    row = found.paired[side.name, "deep_use"]
    low, high = (quantity(row[one], "points") for one in ("quantile_05", "quantile_95"))
    return (side.name, use, deep, quantity(row["mean"], "points"), f"{low} to {high}", f"{row['higher']} of {row['pairs']}")


def _in_python(found: Comparison) -> str:
    scenarios = ",\n                 ".join(in_python(side.scenario) for side in found.sides)
    quick = ", quick=True" if found.sensitivity is None else ""
    return ("from plnsim import Scenario\nfrom plnsim.studies.comparison import compare\n\n"
            f"found = compare([{scenarios}],\n                baseline={found.baseline!r}, seed={found.base.seed}, "
            f"replicates={found.base.replicates}{quick})")
