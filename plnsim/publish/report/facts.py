"""What stands below the picture of a first screen: after support, where it is stuck, pupils, cost, how sure, what to
check.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from plnsim.common.quantities import money, months_of_progress
from plnsim.model.prices import country_of
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import YEARS_AFTER
from plnsim.model.values import number_of
from plnsim.output.costs import per_adopter_cell, range_text
from plnsim.output.words import IN_THIS_MODEL, likelihood, likelihood_in_pairs, number, percent, points
from plnsim.publish.report import compared
from plnsim.publish.report.curves import takes_part
from plnsim.publish.report.document import Paragraph, Section, Words
from plnsim.publish.report.first_screen import is_told_of_plans, supported_and_last, told_of
from plnsim.publish.report.names import key, lever, marks, of_hundred, who, years
from plnsim.publish.report.no_programme import a_school, cost_over_draws
from plnsim.simulation.runs.cost import ratio_interval
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.criteria import NEAR, CriterionResult
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty import text as uncertainty
from plnsim.studies.uncertainty.parameters import CONDITIONS
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME


def facts(comparison: Comparison) -> tuple[Section, ...]:
    """What happens after support, where it gets stuck, pupils, cost, how sure it is, and what to check."""
    sides = told_of(comparison)
    in_order = [side for side in comparison.results if side in sides]

    def each(told: Callable[[Comparison, ScenarioResult], str]) -> list[Words]:
        return [(*who(comparison, side), told(comparison, side)) for side in in_order]

    return tuple(
        Section(heading, tuple(map(Paragraph, said)))
        for heading, said in (
            ("After support, as all is set", each(_after)),
            ("Where it is stuck, as all is set", [(*who(comparison, sides[0]), _stuck(comparison, sides[0]))]),
            ("Pupils, as all is set", each(_pupils)),
            ("Cost, as all is set", [*each(_cost), *_step(comparison)]),
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
    where = ", where schools took part" if takes_part(side) else ""
    text = f"It {moves}, from {before} of 100 teachers with support to {after}, {late} on{where}."
    known = [
        (after, float(np.nanmean(side.values(f"teacher_survival_{after}"))))
        for after in YEARS_AFTER
        if np.isfinite(side.values(f"teacher_survival_{after}")).any()
    ]
    if not known:
        return text
    whole, kept = known[-1]
    stretch = years(whole * SCHOOL_WEEKS)
    return f"{text[:-1]}; of 100 users then, {of_hundred(kept)} kept it {stretch}."


def _stuck(comparison: Comparison, side: ScenarioResult) -> str:
    said = []
    if step := compared.bottleneck(comparison, side.name):
        before, after = (of_hundred(comparison.summaries[side.name, stage]["mean"]) for stage in step)
        said.append(
            f"When support ends {before} of 100 {compared.STAGES[step[0]]}, but {after} of 100 "
            f"{compared.STAGES[step[1]]}."
        )
        if step[1] == "home_reached" and (out := compared.schools_outside(side)):
            said.append(f"Of the schools {out} do not take part.")
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
    in_words = _two_digits if row["outcome"] == "reproduction" else percent
    if not math.isfinite(row["mean"]):
        return f"not defined, {in_words(row['needed'])} needed"
    apart = row["needed"] - row["mean"]
    size = in_words(abs(apart)) if in_words is _two_digits else f"{points(abs(apart)).lstrip('+')} points"
    edge = ", on a knife edge" if abs(apart) <= NEAR * row["needed"] else ""
    told = f"{in_words(row['mean'])}, needed {in_words(row['needed'])}"
    return f"{told}: {'short by' if apart > 0 else 'above by'} {size}{edge}"


def _two_digits(value: float) -> str:
    return f"{value:.2f}"


def pupil_gain(comparison: Comparison, side: ScenarioResult) -> str:
    """Pupils' gain in months of progress, as far as a new run may lie from the mean, with its standard deviations and
    those over the draws, or of a new run where nothing was drawn.
    """
    row = comparison.summaries[side.name, "pupil_effect"]
    if not math.isfinite(row["mean"]):
        return "not defined"
    ends = [end for end in (row["prediction_low"], row["prediction_high"]) if math.isfinite(end)] or [row["mean"]]
    low, high = (months_of_progress(end) for end in (ends[0], ends[-1]))
    if low == high:
        told = months_told(low)
    elif low <= 0 <= high:
        told = f"{months_told(low)} to {months_told(high)}" if low else f"at most {months_told(high)}"
    else:
        told = f"{low} to {months_told(high)}"
    beside = f"; a new run {ends[0] + 0.0:.3f} to {ends[-1] + 0.0:.3f}" if len(ends) > 1 else ""
    if comparison.draws is not None:
        mean = float(np.nanmean(comparison.draws.values(side.name, "pupil_effect")))
        beside = f"; over the draws {mean + 0.0:.3f}"
    return f"{told} of progress ({row['mean'] + 0.0:.3f} SD{beside})".replace("-", "\u2212")


def months_told(months: int) -> str:
    """A whole number of months of progress, of which none means less than one."""
    if not months:
        return "less than 1 month"
    return f"{number(abs(months))} month{'' if abs(months) == 1 else 's'}{' less' if months < 0 else ''}"


def _pupils(comparison: Comparison, side: ScenarioResult) -> str:
    reached, pupils = (comparison.summaries[side.name, name]["mean"] for name in ("pupils_reached", "pupils"))
    told = (
        f"{of_hundred(reached / pupils)} of 100 pupils ({number(reached)}) have a teacher who uses it; the average "
        f"pupil gains {pupil_gain(comparison, side)}"
    )
    if side is comparison.base or comparison.draws is not None:
        return f"{told}."
    gap = comparison.paired[side.name, "pupil_effect"]["mean"]
    base = marks(comparison)[comparison.baseline]
    return f"{told}; against {base} {gap:+.3f} SD, {months_told(months_of_progress(gap))}.".replace("-", "\u2212")


def _cost(comparison: Comparison, side: ScenarioResult) -> str:
    """What a scenario costs in all, for each school that took part and each pupil, and for a teacher's full use."""
    row, sign = comparison.costs[side.name], country_of(side.scenario.values).sign
    least = "at least " if row["not_priced"] else ""
    each = f": {money(row['cost_per_pupil'], sign)} a pupil"
    if math.isfinite(school := a_school(comparison, side)):
        staff = float(side.by_year("teachers_where_taking_part")[:, -1].mean())
        pupils = staff * number_of(side.scenario.values, "measure.pupils_a_teacher")
        of_each = "" if is_told_of_plans(comparison) else f": {money(school, sign)} a school that took part"
        there = f"{money(row['cost'] / pupils, sign)} a pupil {'there' if of_each else 'where schools took part'}"
        each = f"{of_each}{f', {there}' if pupils else ''}"
    return (
        f"{least}{money(row['cost'], sign)} in {years(side.scenario.weeks)} for {side.scenario.number_of_schools} "
        f"schools{each}; for each teacher's worth of full use {_of_full_use(comparison, side)}."
    )


def _of_full_use(comparison: Comparison, side: ScenarioResult) -> str:
    """What each teacher's worth of full use costs: as all is set, and over the draws where there are some."""
    each = cost_of_each(comparison, side)
    if not comparison.against_no_programme or not math.isfinite(comparison.costs[side.name]["cost_per_adopter"]):
        return each
    return f"{each.partition(' (')[0]}{cost_over_draws(comparison, side)}"


def cost_of_each(comparison: Comparison, side: ScenarioResult) -> str:
    """What each teacher more in sustained deep use costs, with its interval; a least where not all has a price."""
    row, values = comparison.costs[side.name], side.scenario.values
    if not math.isfinite(row["cost_per_adopter"]):
        return per_adopter_cell(row, values)
    least = "at least " if row["not_priced"] else ""
    range_ = range_text(row, "cost_per_adopter", values) if row["runs"] > 1 else ""
    return f"{least}{money(row['cost_per_adopter'], country_of(values).sign)}{range_}"


def _step(comparison: Comparison) -> list[Words]:
    """What each teacher's worth of full use costs that the first scenario has more than the baseline, where both are of
    the same schools, equally long and paid by the same prices.
    """
    side, base = told_of(comparison)[0], comparison.base
    alike = not compared.comparability_sentences(comparison) and len(compared.price_sentences(comparison)) == 1
    if side is base or not alike or side.lifted or base.lifted:
        return []
    cost, users = (side.values(name) - base.values(name) for name in ("cost", "sustained_adopters"))
    if cost.mean() <= 0.0 or users.mean() < 1.0:
        return []
    sign, least = country_of(side.scenario.values).sign, "at least " if side.cost["not_priced"] else ""
    low, high = ratio_interval(cost, users)
    ends = f" (mean {money(low, sign)} to {money(high, sign)})" if math.isfinite(low + high) else ""
    return [
        (
            "From ",
            key(comparison, base.name),
            " to ",
            key(comparison, side.name),
            f": {least}{money(float(cost.sum() / users.sum()), sign)} for each teacher's worth more{ends}.",
        )
    ]


def _how_sure(comparison: Comparison) -> list[Words]:
    side = told_of(comparison)[0]
    if not comparison.others:
        runs = f"{side.replicates} run{'s' if side.replicates > 1 else ''}"
        if (draws := comparison.draws) is None:
            return [f"The ranges are of luck alone, over {runs}; other assumptions were not tried."]
        return [uncertainty.luck_and_parameters(side, draws)[-1]]
    if side is comparison.base:
        return [_over_draws(comparison, side)]
    row, base = comparison.paired[side.name, MAIN_OUTCOME], key(comparison, comparison.baseline)
    if row["pairs"] <= 1:
        luck: Words = "By luck: one pair of runs does not tell."
    else:
        more = row["mean"] > 0
        sign = likelihood_in_pairs(row["higher" if more else "lower"], row["pairs"])
        is_so = f" is {'ahead of' if more else 'behind'} "
        sure = f" in deep use of all teachers is, {IN_THIS_MODEL}, {sign}."
        luck = ("By luck alone, that ", key(comparison, side.name), is_so, base, sure)
    return [_over_draws(comparison, side), luck]


def _over_draws(comparison: Comparison, side: ScenarioResult) -> Words:
    """In how many draws of what nobody knows a scenario and the baseline differ too little to matter, and else which
    one is ahead.
    """
    if (draws := comparison.draws) is None:
        return "Other assumptions were not tried."
    if (verdict := comparison.verdicts.get(side.name)) is None:
        return "There is one plan alone, so nothing is ranked."
    who = (key(comparison, side.name), " and ", key(comparison, comparison.baseline))
    return (
        *who,
        f" differ too little to matter (less than {uncertainty.least_of(verdict)} points of deep use) in "
        f"{verdict['neither']} of {verdict['pairs']} draws of the {len(draws.names)} values that nobody knows; ",
        key(comparison, side.name),
        f" is ahead by as much or more in {verdict['gains']}, ",
        key(comparison, comparison.baseline),
        f" in {verdict['loses']}.",
    )


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
