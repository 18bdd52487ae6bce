"""The front of a search in words and as a table: what to buy, what it yields, for whom, and how sure that is."""

from __future__ import annotations

from plnsim.output.words import likelihood, percent, points
from plnsim.simulation.runs import summary
from plnsim.studies.optimisation.front import Member, OptimisationResult
from plnsim.studies.optimisation.levers import BY_NAME, ITEMS, UNIT_COSTS, Allocation, bill
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


def money(amount: float) -> str:
    return f"{amount:,.0f}"


def level(name: str, value: object) -> str:
    """A lever's level as a table writes it."""
    return SHORT.get(value, "") or BY_NAME[name].shown.format(value).replace("%", " %")


def thousandths(value: float) -> str:
    return f"{1000.0 * value:.2f}"


def sentences(found: OptimisationResult) -> list[str]:
    """What the search says, each statement with its uncertainty."""
    problem, members = found.problem, found.members
    said = [
        f"{len(found.evaluated)} allocations of {len(problem.levers)} levers were tried within {money(problem.budget)}, each over the same "
        f"{problem.draws} draws of what is not known; the best {len(found.fresh_evaluations)} were judged again over {found.fresh.draws} fresh draws. "
        f"{_one_or_more(len(members), 'is', 'are')} on the front: none beats another in both sustained deep use and shortfall."
    ]
    most, least = members[0], min(members, key=lambda one: one.fresh.means[1])
    said.append(
        f"Most sustained deep use: {most.letter} ({words(most.fresh.allocation)}). {_yields(most)} {_against(found, most.fresh)}"
    )
    if least is not most:
        said.append(
            f"Least shortfall: {least.letter} ({words(least.fresh.allocation)}). {_yields(least)} {_against(found, least.fresh)}"
        )
    if common := _in_common(found):
        said.append(common)
    return [*said, _robust(found)]


def _one_or_more(number: int, one: str, more: str) -> str:
    return f"One {one}" if number == 1 else f"{number} {more}"


def words(allocation: Allocation) -> str:
    """An allocation in words."""
    return ", ".join(
        NOT_BOUGHT[name] if not value and name in NOT_BOUGHT else IN_WORDS[name].format(value).replace("%", " %")
        for name, value in allocation.items()
    )


def _yields(member: Member) -> str:
    use, low, high, _ = summary(member.fresh.deep_use)
    behind = summary(member.fresh.shortfall)
    return (
        f"It costs {money(member.fresh.cost)} and yields {percent(use)} (90 % of draws: {percent(low)} to {percent(high)}); pupils of the more "
        f"disadvantaged half fall behind by {thousandths(behind[0])} thousandths of an SD."
    )


def _against(found: OptimisationResult, one: Evaluation) -> str:
    """An allocation against the programme as it stands, draw by draw."""
    apart = one.deep_use - found.status_quo.deep_use
    more, less = int((apart > 0).sum()), int((apart < 0).sum())
    return (
        f"Against the programme as it stands ({money(found.status_quo.cost)}) that is {points(apart.mean())} points of sustained deep use: more in "
        f"{more}, less in {less} of {len(apart)} paired draws."
    )


def _in_common(found: OptimisationResult) -> str:
    """Levers that stand alike all along the front."""
    members = [one.fresh.allocation for one in found.members]
    alike = [name for name in members[0] if len({one[name] for one in members}) == 1]
    if len(members) < 2 or not alike:
        return ""
    return f"All of the front agree on {words({name: members[0][name] for name in alike})}."


def _robust(found: OptimisationResult) -> str:
    if len(found.members) == 1:
        return "One allocation is best in both aims, on average; draws taken one by one may differ."
    best = max(found.members, key=lambda one: one.stays)
    return (
        f"Taken one by one, the draws differ: {best.letter} is the most robust, unbeaten by the rest of the front in {best.stays} of "
        f"{found.fresh.draws} ({likelihood(best.stays, found.fresh.draws)})."
    )


def table(found: OptimisationResult) -> list[list[str]]:
    """The front, a column a member, beside the programme as it stands: levers, cost, yields and their ranges."""
    shown = subsample(found.members)
    both: list[Evaluation] = [found.status_quo, *(one.fresh for one in shown)]
    rows = [["", "as it is", *(one.letter for one in shown)]]
    for lever in found.problem.levers:
        now = found.problem.scenario.values[lever.parameter]
        rows.append(
            [
                LEVEL[lever.name],
                level(lever.name, now),
                *(level(lever.name, one.fresh.allocation[lever.name]) for one in shown),
            ]
        )
    rows.append(["cost", *(money(one.cost) for one in both)])
    for name, values, shape in (
        ("sustained deep use", "deep_use", percent),
        ("shortfall (SD/1000)", "shortfall", thousandths),
    ):
        spread = [summary(getattr(one, values)) for one in both]
        rows.append([name, *(shape(mean) for mean, *_ in spread)])
        rows.append(["  5 % of draws below", *(shape(low) for _, low, _, _ in spread)])
        rows.append(["  5 % of draws above", *(shape(high) for _, _, high, _ in spread)])
    rows.append([f"unbeaten in draws of {found.fresh.draws}", "", *(str(one.stays) for one in shown)])
    return rows


def subsample(members: tuple[Member, ...]) -> list[Member]:
    """The whole front where it is short; else members spread along it, with both ends."""
    if len(members) <= MOST_COLUMNS:
        return list(members)
    return [members[round(place * (len(members) - 1) / (MOST_COLUMNS - 1))] for place in range(MOST_COLUMNS)]


def caveats(found: OptimisationResult) -> list[str]:
    """What the answer rests on and cannot say."""
    unit = "; ".join(
        f"{name} {money(value)} ({UNIT_COSTS[name].unit})"
        for name, value in found.problem.costs.items()
        if name in _paid(found)
    )
    years = found.problem.horizon
    judged = f" Every allocation is judged in the last of {years:g} years, whenever its support ends." if years else ""
    lasting = (
        []
        if found.problem.outlasts_support
        else ["Outside support lasts to the end of the runs: nothing is said about what would last without it."]
    )
    return [
        f"Unit costs are assumed: {unit}; --cost replaces them. The bill is that of the plan: seats of the schools that take part from the "
        f"start, every meeting held; schools that join later are not in it.{judged}",
        "Shortfall: how far pupils of the more disadvantaged half of schools fall behind the other half; 0 where they are level or ahead. "
        "Allocations with less than a quarter of the best sustained deep use are left out.",
        f"{len(found.problem.uncertain)} parameters were drawn from all that is plausible; what the scenario sets stayed as it is. The search may "
        "miss something better. A thought experiment: it ranks ways to spend money under these assumptions, and forecasts nothing.",
        *lasting,
    ]


def _paid(found: OptimisationResult) -> set[str]:
    """The unit costs that enter any bill that is shown."""
    bills = [
        bill(found.problem.scenario, one.allocation, found.problem.costs)
        for one in (found.status_quo, *(one.fresh for one in found.members))
    ]
    return {one.unit_cost.name for one in ITEMS if any(each[one.name] > 0 for each in bills)}


def as_json(found: OptimisationResult) -> dict:
    """The whole result as one object."""

    def spread(values) -> dict:
        mean, low, high, _ = summary(values)
        return {"mean": mean, "quantile_05": low, "quantile_95": high}

    def judged(one: Evaluation) -> dict:
        return {
            "cost": one.cost,
            "bill": bill(found.problem.scenario, one.allocation, found.problem.costs),
            "deep_use": spread(one.deep_use),
            "shortfall": spread(one.shortfall),
        }

    problem = found.problem
    return {
        "schema_version": 1,
        "scenario": problem.scenario.name,
        "budget": problem.budget,
        "seed": problem.seed,
        "evaluations": len(found.evaluated),
        "draws": problem.draws,
        "fresh_draws": found.fresh.draws,
        "levers": [one.name for one in problem.levers],
        "unit_costs": dict(problem.costs),
        "years": problem.horizon,
        "drawn": list(problem.uncertain),
        "sentences": sentences(found),
        "caveats": caveats(found),
        "as_it_is": judged(found.status_quo),
        "front": [
            {"name": one.letter, "levers": dict(one.fresh.allocation), "unbeaten_in": one.stays} | judged(one.fresh)
            for one in found.members
        ],
    }
