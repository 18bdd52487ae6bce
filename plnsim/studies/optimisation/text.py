"""The front of a search in words and as a table: what to buy, what it yields, for whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from plnsim.common.parameter import Value
from plnsim.common.quantities import money, months_text
from plnsim.model.prices import country_of
from plnsim.output.costs import (
    MONTHS_CAVEAT,
    benefit_sentence,
    cost_cell,
    cost_json,
    cost_sentences,
    per_adopter_cell,
    price_sentence,
    prices_json,
)
from plnsim.output.json_schemas import SCHEMA_VERSION
from plnsim.output.words import IN_THIS_MODEL, likelihood, percent, points
from plnsim.simulation.runs import Cost, bill_of, summary
from plnsim.simulation.scenario import Scenario
from plnsim.studies.optimisation.front import Member, OptimisationResult
from plnsim.studies.optimisation.interval import mean_interval, standard_error
from plnsim.studies.optimisation.levers import BY_NAME, Allocation, with_levers
from plnsim.studies.optimisation.problem import Evaluation

MOST_COLUMNS = 6
"""Members that a table shows; a longer front is thinned out, its ends stay."""
LEVEL = {
    "participation": "schools taking part",
    "reach": "schools invited",
    "delegates": "delegates a school",
    "cover": "cover a week",
    "meetings": "meetings a year",
    "in_person": "in person",
    "facilitation": "networks a facilitator",
    "support": "years of support",
    "leadership": "leadership gap closed",
    "focus": "focus gap closed",
}
IN_WORDS = {
    "participation": "{:.0%} of the schools take part",
    "reach": "{} invited",
    "delegates": "{:g} from a school",
    "cover": "{:g} h of cover a week",
    "meetings": "{:g} meetings a year",
    "in_person": "{:.0%} of exchange in person",
    "facilitation": "networks to a facilitator: {:g}",
    "support": "years of support: {:g}",
    "leadership": "{:.0%} of the leadership gap closed",
    "focus": "{:.0%} of the focus gap closed",
}
NOT_BOUGHT = {"cover": "no cover", "leadership": "no leadership development", "focus": "no work on the focus"}
"""What is said of a level of 0."""
SHORT = {"any schools": "any", "disadvantaged first": "poorer 1st"}


def sum_text(result: OptimisationResult, amount: float) -> str:
    """A sum in the currency of the scenario's price list."""
    return money(amount, country_of(result.problem.scenario.values).sign)


def level(name: str, value: Value) -> str:
    """A lever's level as a table writes it."""
    return SHORT.get(str(value)) or BY_NAME[name].template.format(value).replace("%", " %")


def sentences(result: OptimisationResult) -> list[str]:
    """What the search says, each statement with its uncertainty."""
    problem, members = result.problem, result.members
    lines = [
        f"{len(result.evaluated)} allocations of {len(problem.levers)} levers were tried within "
        f"{sum_text(result, problem.budget)}, each over the same {problem.draws} draws of what is not known; the best "
        f"{len(result.candidates)} were judged again over {result.fresh.draws} others. By these "
        f"{_one_or_more(len(members), 'is', 'are')} on the front: none beat another in both sustained deep use and "
        f"shortfall. All figures are from {result.fresh.draws} fresh draws, which chose nothing."
    ]
    most, least = members[0], result.least_shortfall
    lines.append(
        f"Most sustained deep use: plan {most.letter}: {words(most.fresh.allocation)}. {_yields(result, most)} "
        f"{_against(result, most.fresh)}"
    )
    lines += [
        *cost_sentences(*_costed(result, most.fresh)),
        benefit_sentence(problem.scenario, most.fresh.outcomes.__getitem__),
    ]
    ahead = max(members, key=lambda member: float(member.fresh.deep_use.mean()))
    if ahead is not most:
        lines.append(
            f"Over the fresh draws plan {ahead.letter} yields more ({percent(float(ahead.fresh.deep_use.mean()))}): so "
            "few draws do not tell which of the front is best."
        )
    if least is not most:
        lines.append(
            f"Least shortfall: plan {least.letter}: {words(least.fresh.allocation)}. {_yields(result, least)} "
            f"{_against(result, least.fresh)}"
        )
    if common := _in_common(result):
        lines.append(common)
    return [*lines, _robust(result)]


def _one_or_more(number: int, singular: str, plural: str) -> str:
    return f"one {singular}" if number == 1 else f"{number} {plural}"


def words(allocation: Allocation) -> str:
    """An allocation in words."""
    return ", ".join(
        NOT_BOUGHT[name] if not value and name in NOT_BOUGHT else IN_WORDS[name].format(value).replace("%", " %")
        for name, value in allocation.items()
    )


def _costed(result: OptimisationResult, evaluation: Evaluation) -> tuple[Scenario, Cost, dict[str, float]]:
    """What the sentences on a plan's cost are made of, over the fresh draws."""
    scenario = replace(with_levers(result.problem.scenario, evaluation.allocation), years=result.problem.horizon)
    return scenario, result.cost(evaluation), bill_of(evaluation.outcomes, result.without.outcomes)


def _yields(result: OptimisationResult, member: Member) -> str:
    use, low, high, _ = summary(member.fresh.deep_use)
    behind = summary(member.fresh.shortfall)
    return (
        f"It takes {sum_text(result, member.fresh.cost)} of the budget and yields {percent(use)} on average "
        f"({_interval(member.fresh.deep_use, percent)}; 90 % of draws: {percent(low)} to {percent(high)}); pupils of "
        f"the more disadvantaged half fall behind by {months_text(behind[0])} "
        f"({_interval(member.fresh.shortfall, '{:.3f}'.format)})."
    )


def _interval(values: np.ndarray, shape: Callable[[float], str]) -> str:
    """How well the mean of some draws is known."""
    low, high = mean_interval(values)
    if not np.isfinite(low):
        return "from one draw nobody knows how well"
    return f"95 % interval of the mean {shape(low)} to {shape(high)}"


def _against(result: OptimisationResult, evaluation: Evaluation) -> str:
    """An allocation against the programme as it stands, draw by draw."""
    apart = evaluation.deep_use - result.status_quo.deep_use
    more, less = int((apart > 0).sum()), int((apart < 0).sum())
    return (
        f"Against the programme as it stands ({sum_text(result, result.status_quo.cost)}) that is "
        f"{points(apart.mean())} points of sustained deep use on average ({_interval(apart, points)}): more in {more}, "
        f"less in {less} of {len(apart)} paired draws."
    )


def _in_common(result: OptimisationResult) -> str:
    """Levers that stand alike all along the front."""
    members = [member.fresh.allocation for member in result.members]
    alike = [name for name in members[0] if len({allocation[name] for allocation in members}) == 1]
    if len(members) < 2 or not alike:
        return ""
    return f"All of the front agree on {words({name: members[0][name] for name in alike})}."


def _robust(result: OptimisationResult) -> str:
    if len(result.members) == 1:
        return "One allocation is best in both aims, on average; draws taken one by one may differ."
    best = result.most_robust
    ahead = max(result.members, key=lambda member: member.non_dominated_draws)
    told = (
        f"Taken one by one, the draws differ: plan {best.letter} was the most robust over those that chose, and is "
        f"unbeaten by the rest of the front in {best.non_dominated_draws} of the {result.fresh.draws} fresh ones "
        f"({likelihood(best.non_dominated_draws, result.fresh.draws)} {IN_THIS_MODEL})"
    )
    other = f"; plan {ahead.letter} in {ahead.non_dominated_draws}" if ahead is not best else ""
    return f"{told}{other}."


def table(result: OptimisationResult) -> list[list[str]]:
    """The front, a column a member, beside the programme as it stands: levers, cost, yields and their ranges."""
    displayed = subsample(result)
    both: list[Evaluation] = [result.status_quo, *(member.fresh for member in displayed)]
    rows = [["", "as it is", *(member.letter for member in displayed)]]
    for lever in result.problem.levers:
        now = result.problem.scenario.values[lever.parameter]
        rows.append(
            [
                LEVEL[lever.name],
                level(lever.name, now),
                *(level(lever.name, member.fresh.allocation[lever.name]) for member in displayed),
            ]
        )
    costs = [result.cost(evaluation) for evaluation in both]
    values = result.problem.scenario.values
    rows.append(["plan's bill", *(sum_text(result, evaluation.cost) for evaluation in both)])
    rows.append(["cost against none", *(cost_cell(cost, values) for cost in costs)])
    rows.append(["cost of each adopter", *(per_adopter_cell(cost, values) for cost in costs)])
    for name, aim, shape in (
        ("sustained deep use", "deep_use", percent),
        ("shortfall (SD)", "shortfall", "{:.3f}".format),
    ):
        spread = [summary(getattr(evaluation, aim)) for evaluation in both]
        rows.append([name, *(shape(mean) for mean, *_ in spread)])
        errors = [standard_error(getattr(evaluation, aim)) for evaluation in both]
        rows.append(["  standard error", *(shape(error) if np.isfinite(error) else "" for error in errors)])
        rows.append(["  5 % of draws below", *(shape(low) for _, low, _, _ in spread)])
        rows.append(["  5 % of draws above", *(shape(high) for _, _, high, _ in spread)])
    rows.append(
        [f"unbeaten in draws of {result.fresh.draws}", "", *(str(member.non_dominated_draws) for member in displayed)]
    )
    return rows


def subsample(result: OptimisationResult) -> list[Member]:
    """The whole front where it is short; else members spread along it, with both ends and all that a sentence names."""
    members = result.members
    if len(members) <= MOST_COLUMNS:
        return list(members)
    spread = [round(index * (len(members) - 1) / (MOST_COLUMNS - 1)) for index in range(MOST_COLUMNS)]
    named = {members.index(member) for member in (members[0], result.least_shortfall, result.most_robust)}
    others = [place for place in spread if place not in named]
    return [members[place] for place in sorted([*named, *others[: MOST_COLUMNS - len(named)]])]


def caveats(result: OptimisationResult) -> list[str]:
    """What the answer rests on and cannot say."""
    years = result.problem.horizon
    judged = f" Every allocation is judged in the last of {years:g} years, whenever its support ends." if years else ""
    unended = (
        []
        if result.problem.outlasts_support
        else ["Outside support lasts to the end of the runs: nothing is said about what would last without it."]
    )
    return [
        price_sentence(result.problem.scenario.values),
        "The budget holds against the plan's bill, as it would be drawn up before the start: seats of the schools that "
        "take part from the beginning, every meeting held, no vacant seat, and no hours that colleagues give one "
        "another. The cost is what the runs come to, item by item at the same prices, against no programme, as plnsim "
        "run and compare tell it; but here over draws of all that is not known, and there, unless draws are asked for, "
        f"with every parameter as it is set and over the scenario's own years.{judged}",
        MONTHS_CAVEAT,
        "Shortfall: how far pupils of the more disadvantaged half of schools fall behind the other half; 0 where they "
        "are level or ahead. Allocations with less than a quarter of the best sustained deep use are left out.",
        f"{len(result.problem.uncertain)} parameters were drawn from all that is plausible; what the scenario sets "
        "stayed as it is; plnsim compare and run --uncertainty draw the same ones in the same way. The search may miss "
        "something better. A thought experiment: it ranks ways to spend a budget under these assumptions, and "
        "forecasts nothing.",
        *unended,
    ]


def as_json(result: OptimisationResult) -> dict[str, object]:
    """The whole result as one object."""

    def spread(values: np.ndarray) -> dict[str, float]:
        mean, low, high, _ = summary(values)
        ends = mean_interval(values)
        return {
            "mean": mean,
            "standard_error": standard_error(values),
            "mean_low_95": ends[0],
            "mean_high_95": ends[1],
            "quantile_05": low,
            "quantile_95": high,
        }

    def described(evaluation: Evaluation) -> dict[str, object]:
        return {
            "planned_cost": evaluation.cost,
            "bill": result.problem.bill(evaluation.allocation),
            "cost": cost_json(result.cost(evaluation)),
            "deep_use": spread(evaluation.deep_use),
            "shortfall": spread(evaluation.shortfall),
        }

    problem = result.problem
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": problem.scenario.name,
        "budget": problem.budget,
        "seed": problem.seed,
        "evaluations": len(result.evaluated),
        "draws": problem.draws,
        "fresh_draws": result.fresh.draws,
        "levers": [lever.name for lever in problem.levers],
        "prices": prices_json(problem.scenario.values),
        "years": problem.horizon,
        "drawn": list(problem.uncertain),
        "sentences": sentences(result),
        "caveats": caveats(result),
        "as_it_is": described(result.status_quo),
        "front": [
            {"name": member.letter, "levers": dict(member.fresh.allocation), "unbeaten_in": member.non_dominated_draws}
            | described(member.fresh)
            | {"gain": spread(member.fresh.deep_use - result.status_quo.deep_use)}
            for member in result.members
        ],
    }
