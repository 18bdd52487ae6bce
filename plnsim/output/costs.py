"""Costs and benefits in plain units: what a programme costs and by which prices, and what comes of it in teachers,
schools, pupils and months of progress.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np

from plnsim.common.parameter import Value
from plnsim.common.quantities import money, months_text, number
from plnsim.model.cost import ITEMS_BY_NAME, STAFF_ITEMS
from plnsim.model.prices import AS_SET, beyond_plausible, country_of, of_currency, price_list
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.output.words import join_words
from plnsim.simulation.runs import Cost
from plnsim.simulation.scenario import Scenario

NOT_PRICED = "not priced"
MOST_ITEMS = 3
"""Items of a bill that a sentence names."""
BENEFITS = ("use", "schools_half", "pupils_reached", "pupils", "pupil_effect")
"""The outcomes that benefits are told from."""
MONTHS_CAVEAT = (
    "Months of progress are those of the table in the Education Endowment Foundation's Teaching and Learning Toolkit, "
    "by the effect size to two decimals: coarse (0.02 to 0.09 SD is one month), and its project reports depart from it "
    "a little."
)


def cost_cell(cost: Cost, values: Mapping[str, Value]) -> str:
    """What a programme costs, as a table tells it; with whether all of it is priced."""
    return money(cost["cost"], country_of(values).sign) + _in_part(cost)


def per_adopter_cell(cost: Cost, values: Mapping[str, Value]) -> str:
    """The cost of each adopter more, as a table tells it."""
    if math.isnan(cost["cost_per_adopter"]):
        return NOT_PRICED
    return money(cost["cost_per_adopter"], country_of(values).sign) + _in_part(cost)


def _in_part(cost: Cost) -> str:
    return f", in part {NOT_PRICED}" if cost["not_priced"] else ""


def not_priced_sentence(cost: Cost) -> str:
    """What no price pays for, by name; empty where everything has a price."""
    if not cost["not_priced"]:
        return ""
    named = join_words(cost["not_priced"].split("; "))
    none = "so no cost of each adopter is told" if math.isnan(cost["cost_per_adopter"]) else "no cost has it"
    return f"Not priced: {named}; what it takes to have it so has no price, and {none}."


def range_text(cost: Cost, name: str, values: Mapping[str, Value]) -> str:
    """How well a cost is known: where the mean lies, where a new run would fall, and how far prices move it; empty
    where one run alone does not tell.
    """
    sign = country_of(values).sign

    def ends(kind: str) -> str:
        low, high = (cost[f"{name}_{kind}{end}"] for end in ("low", "high"))  # type: ignore[literal-required]
        return f"{money(low, sign)} to {money(high, sign)}" if math.isfinite(low) else ""

    told = [
        f"{label} {found}"
        for kind, label in (("", "mean"), ("new_run_", "a new run"), ("price_", "as prices may be"))
        if f"{name}_{kind}low" in cost and (found := ends(kind))
    ]
    return f" ({', '.join(told)})" if told else ""


def cost_sentences(scenario: Scenario, cost: Cost, bill: Mapping[str, float]) -> list[str]:
    """What a programme costs against no programme, for each adopter and each pupil, and which items make most of it."""
    values, sign = scenario.values, country_of(scenario.values).sign
    years = number(scenario.weeks / SCHOOL_WEEKS)
    unpriced = [one] if (one := not_priced_sentence(cost)) else []
    if cost["cost"] == 0.0:
        return ["Nothing is bought: there is no programme to pay for.", *unpriced]
    said = f"Against no programme it costs {money(cost['cost'], sign)} in {years} years"
    said += f"{range_text(cost, 'cost', values)}: {money(cost['cost_per_pupil'], sign)} for each pupil of all schools"
    if math.isfinite(cost["cost_per_adopter"]):
        each = f"{money(cost['cost_per_adopter'], sign)} for each of the {cost['extra_adopters']:,.0f} teachers more"
        said += f", and {each} who use it lastingly and in depth{range_text(cost, 'cost_per_adopter', values)}"
    elif not math.isnan(cost["cost_per_adopter"]):
        said += "; there is not one teacher more who uses it lastingly and in depth, so no cost of each is told"
    return [f"{said}.", *unpriced, *_items(bill, sign)]


def _items(bill: Mapping[str, float], sign: str) -> list[str]:
    """The largest items of a bill, and what of it is hours that teachers give."""
    largest = sorted((item for item in bill if bill[item] > 0.0), key=lambda item: -bill[item])[:MOST_ITEMS]
    if not largest:
        return []
    named = join_words([f"{ITEMS_BY_NAME[item].label} {money(bill[item], sign)}" for item in largest])
    given = sum(bill[item] for item in STAFF_ITEMS)
    return [f"Most of it: {named}. Hours that teachers give beyond what is paid are in it, {money(given, sign)}."]


def price_sentence(values: Mapping[str, Value]) -> str:
    """By which prices a cost is told, and where they are from."""
    country, prices = country_of(values), price_list(values)
    name = str(values["prices.country"])
    hour = prices["teacher_hour"]
    where = (
        f"{name}, {country.currency} of {country.year}" if country.year else "no country's, so sums have no currency"
    )
    own = [price.name for price in prices.values() if price.source == AS_SET and price is not hour]
    text = f"Prices: {where}; an hour of a teacher {money(hour.value, country.sign)} ({hour.source}), "
    text += f"{join_words(own)} {AS_SET}, the others assumed" if own else "the others assumed"
    for listed in beyond_plausible(values).values():
        paid, low, high = (money(one, country.sign) for one in (prices[listed.name].value, listed.low, listed.high))
        text += f". Beyond what is plausible: {listed.name.replace('_', ' ')} at {paid}, plausible {low} to {high}"
    return f"{text}. [prices] in the scenario changes them; plnsim parameters prices lists them."


def benefit_sentence(scenario: Scenario, values_of: Callable[[str], np.ndarray]) -> str:
    """What comes of it in the last year, in plain units; ``values_of``: an outcome's values over runs, by its name."""
    use, half, reached, every, effect = (float(np.mean(values_of(name))) for name in BENEFITS)
    schools, teachers = scenario.number_of_schools, every / number_of(scenario.values, "measure.pupils_a_teacher")
    of_users = f", those whose teacher uses it {months_text(effect / use)}" if use > 0.0 else ""
    return (
        f"In plain units: {use * teachers:,.0f} of {teachers:,.0f} teachers use it in the last year, half of the staff "
        f"or more in {half * schools:,.0f} of {schools:,} schools; {number(reached)} of {number(every)} pupils have a "
        f"teacher who does. Pupils of all schools gain {months_text(effect)} on average{of_users}."
    )


def prices_json(values: Mapping[str, Value]) -> dict[str, object]:
    """The price list of a scenario as one object: country, currency, year, and each price with range and source."""
    country = country_of(values)
    return {
        "country": values["prices.country"],
        "currency": country.currency,
        "year": country.year,
        "own_hours": values["prices.own_hours"],
        "prices": [{**asdict(price), "unit": of_currency(price.unit, values)} for price in price_list(values).values()],
    }


def cost_json(cost: Cost) -> dict[str, object]:
    """What a programme costs as one object."""
    return {name: value for name, value in cost.items() if name != "scenario"}
