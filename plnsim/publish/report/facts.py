"""What stands below the picture of a first screen: after support, where it is stuck, pupils, cost, how sure, what to
check.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from plnsim.common.quantities import money, months_text
from plnsim.model.prices import country_of
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import YEARS_AFTER
from plnsim.output.costs import per_adopter_cell, range_text
from plnsim.output.words import IN_THIS_MODEL, likelihood, likelihood_in_pairs, number, percent, points
from plnsim.publish.report import compared
from plnsim.publish.report.document import Paragraph, Piece, Section, Words
from plnsim.publish.report.first_screen import supported_and_last, told_of, who
from plnsim.publish.report.names import key, lever, of_hundred, years
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.criteria import NEAR, CriterionResult
from plnsim.studies.comparison.scenario_result import MAIN_OUTCOME, ScenarioResult
from plnsim.studies.uncertainty import text as uncertainty
from plnsim.studies.uncertainty.parameters import CONDITIONS


def facts(comparison: Comparison) -> tuple[Section, ...]:
    """What happens after support, where it gets stuck, pupils, cost, how sure it is, and what to check."""
    sides = told_of(comparison)
    in_order = [side for side in comparison.results if side in sides]

    def each(told: Callable[[Comparison, ScenarioResult], str]) -> list[Words]:
        return [(*who(comparison, side), told(comparison, side)) for side in in_order]

    return tuple(
        Section(heading, tuple(map(Paragraph, said)))
        for heading, said in (
            ("After support", each(_after)),
            ("Where it is stuck", [(*who(comparison, sides[0]), _stuck(comparison, sides[0]))]),
            ("Pupils", each(_pupils)),
            ("Cost", each(_cost)),
            ("How sure", _how_sure(comparison)),
            ("To check in your schools", _to_check(comparison)),
        )
    )


def _after(comparison: Comparison, side: ScenarioResult) -> str:
    then, last = supported_and_last(side)
    if math.isnan(then):
        why = "There is no outside support" if side.scenario.support_ends <= 0 else "Support lasts to the end"
        return f"{why}, so what stays without it is not tested here."
    late = years(side.scenario.weeks - side.scenario.support_ends)
    before, after = of_hundred(then), of_hundred(last)
    moves = "stays" if before == after else "grows" if last > then else "falls"
    text = f"It {moves}, from {before} of 100 in the last year of support to {after}, {late} on."
    known = [
        (after, float(np.nanmean(side.values(f"teacher_survival_{after}"))))
        for after in YEARS_AFTER
        if np.isfinite(side.values(f"teacher_survival_{after}")).any()
    ]
    if not known:
        return text
    whole, kept = known[-1]
    return f"{text} Users change: {of_hundred(kept)} of 100 kept it {years(whole * SCHOOL_WEEKS)} without a break."


def _stuck(comparison: Comparison, side: ScenarioResult) -> str:
    said = []
    if step := compared.bottleneck(comparison, side.name):
        before, after = (of_hundred(comparison.summaries[side.name, stage]["mean"]) for stage in step)
        said.append(
            f"When support ends {before} of 100 {compared.STAGES[step[0]]}, but {after} of 100 "
            f"{compared.STAGES[step[1]]}."
        )
    return " ".join([*said, scale_up(comparison, side)])


def scale_up(comparison: Comparison, side: ScenarioResult) -> str:
    """Whether a scenario scales up and stays, which criterion it fails at most often, and by how much."""
    rows = [row for row in comparison.criteria if row["scenario"] == side.name]
    if not rows:
        return "Whether it scales up and stays is not tested, as support does not end."
    count, runs = int(np.nansum(side.values("sustained_scale_up"))), side.replicates
    reached = (
        f"is, {IN_THIS_MODEL}, {likelihood(count, runs)} ({count} of {runs} runs)"
        if runs > 1
        else f"is {'' if count else 'not '}reached in this run"
    )
    worst = min(rows, key=lambda row: (row["met"], row["mean"] / (row["needed"] or 1.0)))
    if worst["met"] == runs:
        return f"Sustained scale-up {reached}: each of its criteria is met."
    often = f"in {worst['met']} of {runs} runs" if runs > 1 else "not"
    return f"Sustained scale-up {reached}; what is met least is {worst['criterion']} ({often}): {short_by(worst)}."


def short_by(row: CriterionResult) -> str:
    """A criterion's mean against what is needed, and by how much it is short; near it, that it is on a knife edge."""
    in_words = number if row["outcome"] == "reproduction" else percent
    if not math.isfinite(row["mean"]):
        return f"not defined, {in_words(row['needed'])} needed"
    apart = row["needed"] - row["mean"]
    size = number(abs(apart)) if in_words is number else f"{points(abs(apart)).lstrip('+')} points"
    edge = ", on a knife edge" if abs(apart) <= NEAR * row["needed"] else ""
    told = f"{in_words(row['mean'])}, needed {in_words(row['needed'])}"
    return f"{told}: {'short by' if apart > 0 else 'above by'} {size}{edge}"


def pupil_gain(comparison: Comparison, side: ScenarioResult) -> str:
    """Pupils' gain in plain units: months of progress, beside standard deviations."""
    return months_text(comparison.summaries[side.name, "pupil_effect"]["mean"])


def _pupils(comparison: Comparison, side: ScenarioResult) -> str:
    reached = number(comparison.summaries[side.name, "pupils_reached"]["mean"])
    return f"{reached} pupils have a teacher who uses it; all pupils gain {pupil_gain(comparison, side)} on average."


def _cost(comparison: Comparison, side: ScenarioResult) -> str:
    """What a scenario costs in all, and for each teacher more, with its interval."""
    row, values = comparison.costs[side.name], side.scenario.values
    told = f"{money(row['cost'], country_of(values).sign)} in {years(side.scenario.weeks)}"
    return f"{told}; for each teacher more, by depth of use: {cost_of_each(comparison, side)}."


def cost_of_each(comparison: Comparison, side: ScenarioResult) -> str:
    """What each teacher more in sustained deep use costs, with its interval; what has no price says so."""
    row, values = comparison.costs[side.name], side.scenario.values
    told = math.isfinite(row["cost_per_adopter"]) and row["runs"] > 1
    return f"{per_adopter_cell(row, values)}{range_text(row, 'cost_per_adopter', values) if told else ''}"


def _how_sure(comparison: Comparison) -> list[Words]:
    side = told_of(comparison)[0]
    if not comparison.others:
        runs = f"{side.replicates} run{'s' if side.replicates > 1 else ''}"
        if (draws := comparison.draws) is None:
            return [f"The ranges are of luck alone, over {runs}; other assumptions were not tried."]
        return [uncertainty.luck_and_parameters(side, draws)[-1]]
    row, base = comparison.paired[side.name, MAIN_OUTCOME], key(comparison, comparison.baseline)
    if row["pairs"] <= 1:
        luck: Words = "Luck: one pair of runs does not tell."
    else:
        more = row["mean"] > 0
        sign = likelihood_in_pairs(row["higher" if more else "lower"], row["pairs"])
        is_so = f" is {'ahead of' if more else 'behind'} "
        luck = ("Luck: that ", key(comparison, side.name), is_so, base, f" is, {IN_THIS_MODEL}, {sign}.")
    return [luck, _ranking(comparison)]


def _ranking(comparison: Comparison) -> Words:
    """Whether the ranking survives other assumptions: in how many of the draws."""
    if (draws := comparison.draws) is None:
        return "Assumptions: others were not tried."
    if not comparison.decision:
        return "Assumptions: there is one plan alone, so nothing is ranked."
    row = comparison.decision["robustness"].set_index("scenario").loc[comparison.leading.name]
    lead = key(comparison, comparison.leading.name)
    words: list[str | Piece] = [
        f"Assumptions: with the {len(draws.names)} values that nobody knows drawn {draws.done} times, ",
        lead,
        f" comes first in {comparison.firsts[comparison.leading.name]} of {row['states']}",
    ]
    if ties := row["states"] - sum(comparison.firsts.values()):
        others = sum(comparison.firsts.values()) - comparison.firsts[comparison.leading.name]
        words.append(f", another plan in {others}, and in {ties} the first are equal")
    if (verdict := comparison.verdicts.get(comparison.leading.name)) is not None:
        least = points(comparison.minimal_important_difference).lstrip("+")
        words.append(
            f", but by what matters ({least} points or more) in {verdict['gains']}; it is behind by as much in "
            f"{verdict['loses']}"
        )
    return (*words, ".")


def _to_check(comparison: Comparison) -> list[Words]:
    said = []
    if comparison.barriers is not None and np.isfinite(comparison.barriers["mean"]).any():
        row = comparison.barriers.loc[comparison.barriers["mean"].idxmax()]
        if points(row["mean"]) != "0":
            said.append(
                f"{row['condition'].capitalize()}: of time, leadership and focus, closing {percent(row['lift'])} of "
                f"what is lacking in it gains most ({points(row['mean'])} points)."
            )
        else:
            said.append("Time, leadership and focus alike: lifting one of them alone gains next to nothing.")
    if "information" in comparison.decision:
        shown = comparison.decision["information"]
        for parameter in shown[shown["shown"]]["parameter"].head(2):
            if parameter in CONDITIONS:
                said.append(f"Find out before you decide: {lever(parameter)}.")
    if (first := compared.named_first(comparison, comparison.leading.name)) is not None:
        said.append(f"What simulated teachers name most is {first[0]} ({percent(first[1])} of answers).")
    return [" ".join(said) or "Which step of the way to lasting use is missing in them: see where it is stuck."]
