"""What the draws say of the choice between plans, in words and as a table: if the assumptions are otherwise."""

from __future__ import annotations

import math
from typing import Any

import pandas

from plnsim.output.words import percent, points
from plnsim.publish.report.names import labels, lever
from plnsim.publish.report.rules import condition_text, format_amount
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.uncertainty.parameters import CONDITIONS

MOST = 2
"""Parameters that are told of."""
MEASURED = {"deep_use": "sustained deep use"}
HEADS = ("Met in", "Best in", "Behind the best: mean", "in 90 % of draws up to", "at most")


def criterion(comparison: Comparison) -> str:
    """The condition that counts as met, in words."""
    outcomes = () if comparison.draws is None else comparison.draws.outcomes.columns
    text = condition_text(parse_criterion(comparison.when, outcomes))
    return text.replace(" in at least 100 % of runs", "")  # a draw is one run


def rows(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Each scenario's name, and in the order of ``HEADS`` how it does over the draws, with 95 % intervals; what it
    falls behind in points.
    """
    table, alone = comparison.decision["robustness"], comparison.firsts
    return [(row["scenario"], _cells(row, alone[row["scenario"]])) for row in table.to_dict("records")]


def _cells(row: dict[str, Any], alone: int) -> tuple[str, ...]:
    met = "not tested"
    if math.isfinite(row["satisficing"]):
        met = f"{percent(row['satisficing'])} ({percent(row['satisficing_low'])} to {percent(row['satisficing_high'])})"
    return (
        met,
        f"{alone} of {row['states']}{f', equal first in {tied}' if (tied := row['best'] - alone) else ''}",
        _with_interval(row, "regret_mean"),
        _with_interval(row, "regret_90"),
        _behind(row["regret_max"]),
    )


def _with_interval(row: dict[str, Any], name: str) -> str:
    low, high = max(0.0, row[f"{name}_low"]), row[f"{name}_high"]
    if math.isnan(row[name]) or math.isnan(low):
        return _behind(row[name])
    return f"{_behind(row[name])} ({_behind(low)} {f'to {_behind(high)}' if math.isfinite(high) else 'or more'})"


def _behind(regret: float) -> str:
    return points(regret).lstrip("+")


def sentences(comparison: Comparison) -> list[str]:
    """Which scenario falls behind least, what is worth finding out first, and where the preferred one changes."""
    if not comparison.decision:
        return []
    name, table = labels(comparison), comparison.decision["robustness"]
    if table["regret_mean"].isna().any():
        return ["Sustained deep use is defined in none of the draws, so nothing is said of the choice."]
    least = table.loc[table["regret_mean"].idxmin()]
    plan = name[least["scenario"]]
    if least["regret_max"] == 0.0:
        return [
            f"In each of the {least['draws']} draws {plan} has the most sustained deep use: nothing that was drawn is "
            "worth finding out."
        ]
    said = [
        f"Draw by draw, cost apart, {plan} falls behind the best plan least: by {_behind(least['regret_mean'])} points "
        f"of deep use on average, and by no more than {_behind(least['regret_90'])} in 90 % of draws."
    ]
    if "information" not in comparison.decision:
        return [*said, "These draws are too few to say what it is worth to find out a parameter before deciding."]
    return [*said, _worth(comparison.decision["information"]), *_thresholds(comparison, name)]


def _worth(table: pandas.DataFrame) -> str:
    hindsight = _behind(table["hindsight"].iloc[0])
    if hindsight == "0":
        return (
            "To choose among the plans, cost apart, it is worth 0 points to know all that was drawn: which has most "
            "does not turn on it. Whether any is worth having at all does: see how often it is ahead of no programme."
        )
    told = [
        f"Knowing “{lever(row['parameter'])}”"
        f"{' (the questionnaire asks for it)' if row['parameter'] in CONDITIONS else ''} before deciding is worth "
        f"{_behind(row['worth'])} points of sustained deep use ({_behind(row['low'])} to {_behind(row['high'])})."
        for row in table[table["shown"]].head(MOST).to_dict("records")
    ] or [
        f"By {table['draws'].iloc[0]} draws one cannot tell whether it would pay to find out any of the parameters "
        "before deciding."
    ]
    return " ".join([*told, f"Perfect hindsight, luck included, would be worth {hindsight} points."])


def _thresholds(comparison: Comparison, name: dict[str, str]) -> list[str]:
    return [
        f"By {MEASURED[row['measure']]} {name[row['below']]} is preferred where “{lever(row['parameter'])}” "
        f"is below {_amount(row, 'threshold')} ({_amount(row, 'threshold_low', unit=False)} to "
        f"{_amount(row, 'threshold_high')}), and {name[row['above']]} above."
        for row in comparison.decision["thresholds"].head(MOST).to_dict("records")
    ]


def _amount(row: dict[str, Any], column: str, *, unit: bool = True) -> str:
    return format_amount(row["parameter"], row[column], unit=unit)
