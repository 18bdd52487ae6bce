"""What a first screen asks to be taken with care: what carries a result and is only set, what nobody pays for, and what
keeps scenarios from being alike.
"""

from __future__ import annotations

import math

from plnsim.common.parameter import Parameter
from plnsim.model.cost import NOT_PRICED
from plnsim.model.values import number_of
from plnsim.output.words import join_words, percent, points
from plnsim.publish.report import compared
from plnsim.publish.report.document import Piece, Words, plain
from plnsim.publish.report.names import lever, marks, who
from plnsim.simulation.runs.cost import unpriced_of
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.without_programme import NO_LIFTS
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME

PARTICIPATION = "programme.participation"
RESTS = "the result rests on"


def with_care(comparison: Comparison) -> Words:
    """What of the difference no programme brings about: what is only set, what has no price, other schools, another
    length.
    """
    words: list[str | Piece] = []
    for side in comparison.results:
        if told := [said for name in side.scenario.changed if (said := _only_set(comparison, side, name))]:
            told.sort(key=lambda said: not said.startswith(RESTS))
            words += [*_of(comparison, side), f"{'; '.join(told)}. "]
    for side in comparison.results:
        if side.lifted:
            rank = "in grey, without rank or cost" if comparison.others else "without a cost"
            words += [
                *_of(comparison, side),
                f"{join_words(side.lifted)} {'is' if len(side.lifted) == 1 else 'are'} lifted by an invisible hand, "
                f"which no budget buys: {rank}. ",
            ]
        if given := [NOT_PRICED[name] for name in unpriced_of(side.scenario) if name not in NO_LIFTS]:
            words += [*_of(comparison, side), f"more than usual, and not priced: {join_words(given)}. "]
    if words and comparison.draws is not None:
        words.append("The draws leave what a plan sets as it is, who takes part included. ")
    words.append(" ".join(compared.comparability_sentences(comparison, counted=False)))
    if plain(tuple(words)):
        return tuple(words)
    if comparison.others:
        return "All that the plans change has a price, and the schools are the same."
    return "All that the plan changes has a price."


def _of(comparison: Comparison, side: ScenarioResult) -> tuple[Piece | str, ...]:
    return who(comparison, side) or ("Here: ",)


def _only_set(comparison: Comparison, side: ScenarioResult, name: str) -> str:
    """That a result rests on who takes part or on what lies beyond its plausible range, as a scenario alone sets it;
    nothing of what changes too little to matter or is the same in all, and of what was not moved who takes part alone.
    """
    declared = MODEL_PARAMETERS[name]
    if not isinstance(declared, Parameter) or name.partition(".")[0] in ("population", "prices", "measure"):
        return ""
    if len({number_of(one.scenario.values, name) for one in comparison.results}) == 1 < len(comparison.results):
        return ""
    own, (low, high) = number_of(side.scenario.values, name), declared.range
    beyond = not low <= own <= high
    if not beyond and name != PARTICIPATION:
        return ""
    tell = percent if declared.unit.startswith("share") else declared.format
    range_ = f"{'beyond' if beyond else 'within'} the plausible {tell(low)} to {tell(high)}"
    told = f"“{lever(name)}” at {tell(own)}, set by the plan {range_}"
    moved_to, change = _moved(comparison, side, name, own if beyond else math.nan)
    if math.isnan(change):
        return told if beyond and name == PARTICIPATION else ""
    if abs(change) < comparison.minimal_important_difference:
        return ""
    if lead := _lead(comparison, side, change):
        return f"{RESTS} {told}; at {tell(moved_to)}, as all else is set, its lead of {lead}"
    less = f"{points(change)[1:]} points {'less' if change < 0 else 'more'}"
    return f"{RESTS} {told}; at {tell(moved_to)} deep use is {less}"


def _lead(comparison: Comparison, side: ScenarioResult, change: float) -> str:
    """What is left of the lead of a scenario over the baseline in sustained deep use; nothing where it has none."""
    row = comparison.paired.get((side.name, MAIN_OUTCOME))
    if row is None or row["mean"] <= 0.0:
        return ""
    left = row["mean"] + change
    base = marks(comparison)[comparison.baseline]
    return f"{points(row['mean'])[1:]} points over {base} is about {points(left).lstrip('+')}"


def _moved(comparison: Comparison, side: ScenarioResult, name: str, near: float) -> tuple[float, float]:
    """To which end of its plausible range a parameter of the leading scenario was moved, and how deep use changed: the
    end near a value, or else the one that changes most; NaN where it was not.
    """
    table = comparison.sensitivity
    if table is None:
        return math.nan, math.nan
    rows = table[(table["scenario"] == side.name) & (table["parameter"] == name)]
    if rows.empty:
        return math.nan, math.nan
    order = -rows["change"].abs() if math.isnan(near) else (rows["moved_to"] - near).abs()
    row = rows.loc[order.idxmin()]
    return float(row["moved_to"]), float(row["change"])
