"""A comparison as it shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas

from plnsim.common.notebook import COLOURS, Curve, card, curves, table
from plnsim.common.quantities import percent, points
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.runs import CONFIDENCE_INTERVAL, PREDICTION_INTERVAL, ranges
from plnsim.studies.comparison.scenario_result import DifferenceDescription, ScenarioResult


def to_html(
    results: Sequence[ScenarioResult],
    base: ScenarioResult,
    *,
    means: Mapping[tuple[str, str], float],
    differences: Mapping[str, DifferenceDescription],
    leading: str,
    barriers: pandas.DataFrame | None,
    quick: bool,
    draws: int,
) -> str:
    """Use over the years in each scenario, the paired differences from the baseline, and what lifting each condition
    gains.

    ``means``: by scenario and outcome; ``differences``: of sustained deep use from the baseline, by scenario;
    ``draws``: those of all that is not known.
    """
    years = max(result.scenario.weeks for result in results) / SCHOOL_WEEKS
    supported = base.scenario.support_ends / SCHOOL_WEEKS
    medians = [np.median(result.by_week("use"), axis=0) for result in results]
    series = [Curve(median, COLOURS[index % len(COLOURS)]) for index, median in enumerate(medians)]
    caption = (
        f"Teachers using the practice, median of {base.replicates} runs; the shade is the supported time of {base.name}"
    )
    description = f"{caption}; in the last week: " + ", ".join(
        f"{result.name} {percent(float(median[-1]))}" for result, median in zip(results, medians, strict=True)
    )
    parts = [
        curves(series, years, supported, description),
        f"<p>{caption}</p>",
        table(
            (
                "scenario",
                "use",
                "deep use",
                "points above the baseline",
                CONFIDENCE_INTERVAL,
                PREDICTION_INTERVAL,
                "higher in",
            ),
            [_row(result.name, means, differences.get(result.name)) for result in results],
            COLOURS,
        ),
    ]
    if barriers is not None:
        rows = [(row["condition"], percent(row["named"]), points(row["mean"])) for row in barriers.to_dict("records")]
        parts.append(table((f"in the way of {leading}", "named", "points of deep use gained by lifting it"), rows))
    others = [result.name for result in results if result.name != base.name]
    return card(
        f"{' and '.join(others)} against {base.name}",
        f"{base.replicates} runs of each with the same luck, seed {base.seed}",
        parts,
        _in_python(results, base, quick, draws),
    )


def _row(
    name: str, means: Mapping[tuple[str, str], float], difference: DifferenceDescription | None
) -> tuple[str, ...]:
    use, deep = (percent(means[name, outcome]) for outcome in ("use", "deep_use"))
    if difference is None:
        return (name, use, deep, "", "", "", "")
    return (
        name,
        use,
        deep,
        points(difference["mean"]),
        *ranges(difference, points),
        f"{difference['higher']} of {difference['pairs']}",
    )


def _in_python(results: Sequence[ScenarioResult], base: ScenarioResult, quick: bool, draws: int) -> str:
    scenarios = ",\n                 ".join(result.scenario.to_python() for result in results)
    return (
        "from plnsim import Scenario\nfrom plnsim.studies.comparison import compare\n\n"
        f"found = compare([{scenarios}],\n                baseline={base.name!r}, seed={base.seed}, "
        f"replicates={base.replicates}{', quick=True' if quick else ''}"
        f"{f', uncertainty={draws}' if draws or not quick else ''})"
    )
