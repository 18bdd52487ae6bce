"""What a page says of plans against no programme over draws of what nobody knows: its title, its numbers, and for which
plan the draws speak. Nothing where no draw was simulated without a programme.
"""

from __future__ import annotations

import math

import numpy as np

from plnsim.common.quantities import money
from plnsim.model.prices import country_of
from plnsim.output.words import join_words
from plnsim.publish.report import compared
from plnsim.publish.report.document import Number, Numbers, Piece, Words
from plnsim.publish.report.names import NOTHING, colours, key, labels
from plnsim.simulation.runs.cost import ratio_interval
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty.text import ahead_of_none, least_of
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME, Verdict

DRAWS = "draws of what nobody knows"
BOTH = f"Both plans beat having no programme in most {DRAWS}"
MOST_IN_HEADS = 2
"""Plans whose teachers are counted on the first screen: with more it would take a third sheet."""


def is_told(comparison: Comparison) -> bool:
    """Whether a page is about its plans against no programme: where draws tell, and there are plans with a rank."""
    several = not comparison.others or len(comparison.ranked) > 1
    return bool(comparison.against_no_programme) and several


def _beating(comparison: Comparison) -> list[ScenarioResult]:
    """The plans that are ahead of no programme by as much as matters in most draws."""
    found = comparison.against_no_programme
    return [side for side in comparison.ranked if 2 * found[side.name]["gains"] > found[side.name]["pairs"]]


def _pair(comparison: Comparison) -> tuple[ScenarioResult, ScenarioResult] | None:
    """The other plan and the baseline, where there are two to choose from."""
    others = [side for side in comparison.ranked if side is not comparison.base]
    return (others[0], comparison.base) if len(others) == 1 and len(comparison.ranked) == 2 else None


def _is_alike(verdict: Verdict) -> bool:
    """Whether two plans differ too little to matter in most draws."""
    return 2 * verdict["neither"] > verdict["pairs"]


def _better(comparison: Comparison, pair: tuple[ScenarioResult, ScenarioResult]) -> ScenarioResult | None:
    """The one of two plans that is ahead of the other by as much as matters in most draws."""
    other, base = pair
    verdict = comparison.verdicts[other.name]
    counts = ((other, verdict["gains"]), (base, verdict["loses"]))
    return next((side for side, count in counts if 2 * count > verdict["pairs"]), None)


def title(comparison: Comparison) -> str:
    """The finding in one sentence: which plans beat having no programme, and then which of them is the better one."""
    found, name = comparison.against_no_programme, labels(comparison)

    def often(side: ScenarioResult) -> str:
        return f"{found[side.name]['gains']} of {found[side.name]['pairs']}"

    beating, ranked = _beating(comparison), sorted(comparison.ranked, key=lambda side: -found[side.name]["gains"])
    first, second = ranked[0], ranked[-1]
    one, two = name[first.name], name[second.name]
    pair, plans = _pair(comparison), f"{len(ranked)} plans"
    never = f"having no programme in any of {found[first.name]['pairs']} {DRAWS}"
    if not found[first.name]["gains"]:
        if not comparison.others:
            return f"{one} does not beat {never}"
        return f"{'Neither plan' if pair else f'None of the {plans}'} beats {never}"
    if not comparison.others:
        if beating:
            return f"{one} beats having no programme in {often(first)} {DRAWS}"
        return f"{one} does not beat having no programme in most {DRAWS}: it does in {often(first)}"
    if pair is None:
        many = f"{len(beating) or 'None'} of the {plans} beat{'' if len(beating) > 1 else 's'}"
        return f"{many} having no programme in most {DRAWS}, {one} most often: in {often(first)}"
    if not beating:
        counts = f"{one} does in {often(first)}, {two} in {found[second.name]['gains']}"
        return f"Neither plan beats having no programme in most {DRAWS}: {counts}"
    if len(beating) == 1:
        return f"{one} beats having no programme in {often(first)} {DRAWS}, {two} in {found[second.name]['gains']}"
    other, base = pair
    verdict = comparison.verdicts[other.name]
    if other.scenario.weeks != base.scenario.weeks:
        return f"{BOTH}; as they do not last equally long, neither is ranked above the other"
    if _is_alike(verdict):
        return f"{BOTH}, but differ too little to matter in {verdict['neither']} of {verdict['pairs']}"
    if better := _better(comparison, pair):
        worse, count = (base, verdict["gains"]) if better is other else (other, verdict["loses"])
        return (
            f"{name[better.name]} beats both no programme (in {often(better)} {DRAWS}) and {name[worse.name]} "
            f"(in {count})"
        )
    return (
        f"{BOTH}; which is the better is open: {name[other.name]} in {verdict['gains']}, {name[base.name]} in "
        f"{verdict['loses']} of {verdict['pairs']}"
    )


def speaks_for(comparison: Comparison) -> Words:
    """For which plan the draws speak, with what being ahead means."""
    beating, pair = _beating(comparison), _pair(comparison)
    letters = [key(comparison, side.name).text for side in beating]
    if not comparison.others:
        said = "do" if beating else "do not"
        told = f"the draws {said} speak for the plan rather than for no programme"
    elif not beating:
        told = f"the draws speak for {'neither plan' if pair else 'none of the plans'}"
    elif pair is None or len(beating) == 1:
        told = f"the draws speak for {join_words(letters)} rather than for no programme"
    else:
        other, base = pair
        as_long = other.scenario.weeks == base.scenario.weeks
        if as_long and (better := _better(comparison, pair)):
            told = f"the draws speak for {key(comparison, better.name).text}, where what it adds is worth its price"
        elif as_long and _is_alike(comparison.verdicts[other.name]):
            told = f"the draws speak for the cheaper plan{_cheaper(comparison, pair)}"
        else:
            told = f"the draws speak for {join_words(letters)} alike rather than for no programme"
    return (
        Piece(f"In this model {told}.", "strong"),
        f" A draw takes the {len(comparison.draws.names) if comparison.draws else 0} values that nobody knows anew "
        f"from all that is plausible, none likelier than another, whether or not published patterns then hold; to beat "
        f"is to be ahead by {least(comparison)} points or more, a line we drew.",
    )


def least(comparison: Comparison) -> str:
    """The smallest difference that matters, in points."""
    return least_of(next(iter(comparison.against_no_programme.values())))


def _cheaper(comparison: Comparison, pair: tuple[ScenarioResult, ScenarioResult]) -> str:
    """Which of two plans is the cheaper one for each school that took part, where all of it has a price."""
    costs = [a_school(comparison, side) for side in pair]
    if len(compared.price_sentences(comparison)) > 1 or not all(map(math.isfinite, costs)):
        return ""
    less = pair[int(np.argmin(costs))]
    return "" if comparison.costs[less.name]["not_priced"] else f", {key(comparison, less.name).text}"


def a_school(comparison: Comparison, side: ScenarioResult) -> float:
    """The cost of a plan for each school that took part, as all is set; NaN where none did."""
    schools = float(side.by_year("schools_taking_part")[:, 0].mean())
    return comparison.costs[side.name]["cost"] / schools if schools else math.nan


def numbers(comparison: Comparison) -> Numbers:
    """What there is without any programme and with each plan, in the measure of the title, mean of the draws."""
    draws, name, colour = comparison.draws, labels(comparison), colours(comparison)
    assert draws is not None
    without = [
        float(np.nanmean(draws.values_without_programme(side.name, MAIN_OUTCOME))) for side in comparison.results
    ]
    low, high = _of_hundred(min(without)), _of_hundred(max(without))
    nothing = np.mean([side.without_programme[MAIN_OUTCOME].mean() for side in comparison.results])
    items = [
        Number(
            low if low == high else f"{low} to {high}",
            ("No programme: ", Piece(f"as all is set {_of_hundred(float(nothing))}", "small")),
            NOTHING,
        )
    ]
    for side in comparison.results:
        told = f"{ahead_of_none(comparison.against_no_programme[side.name])}; as all is set "
        told += _of_hundred(comparison.summaries[side.name, MAIN_OUTCOME]["mean"])
        if len(comparison.results) <= MOST_IN_HEADS:
            more = comparison.costs[side.name]["extra_adopters"]
            told += f", {more:,.0f} teachers more in {side.scenario.number_of_schools:,} schools"
        who = (key(comparison, side.name), f" {name[side.name]}: ") if comparison.others else (f"{name[side.name]}: ",)
        mean = float(np.nanmean(draws.values(side.name, MAIN_OUTCOME)))
        items.append(Number(_of_hundred(mean), (*who, Piece(told, "small")), colour[side.name]))
    label = f"Of 100 teachers, counted by how deeply they use it, mean of {draws.done} {DRAWS}:"
    return Numbers(label, tuple(items))


def _of_hundred(share: float) -> str:
    return f"{100.0 * share:.1f}"


def cost_over_draws(comparison: Comparison, side: ScenarioResult) -> str:
    """What each teacher's worth of full use costs against no programme, over the draws, with its interval."""
    if comparison.draws is None or not comparison.against_no_programme:
        return ""
    cost, users = (comparison.draws.gains(side.name, name) for name in ("cost", "sustained_adopters"))
    if not users.mean() * len(users) >= 1.0 or not cost.sum() > 0.0:
        return ", over the draws not reached"
    sign, (low, high) = country_of(side.scenario.values).sign, ratio_interval(cost, users)
    ends = f" ({money(low, sign)} {f'to {money(high, sign)}' if math.isfinite(high) else 'or more'})"
    told = f"{'at least ' if side.cost['not_priced'] else ''}{money(float(cost.sum() / users.sum()), sign)}"
    return f", over the draws {told}{ends if math.isfinite(low) else ''}"
