"""The price list: what a unit of everything that a plan buys costs, in which currency, of which year, by which source.

Only an hour of a teacher has a published price; what stands beside it is assumed, and the same number in each currency,
within ranges wider than the currencies differ. A scenario changes any of them in its ``[prices]``. None of them touches
the dynamics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plnsim.common.parameter import Choice, Parameter, Value
from plnsim.common.sources import ASSUMED
from plnsim.model.mechanisms import time
from plnsim.model.values import number_of

SECTION = "prices"
"""The section of a scenario in which prices stand."""
AS_SET = "as set in the scenario"
"""The source of a price that a scenario sets itself."""


@dataclass(frozen=True)
class Country:
    """Where prices are from: ISO 4217 code and sign of the currency, the year, and an hour of a teacher with its
    plausible range; in no country in particular there is no currency and no year.
    """

    currency: str
    sign: str
    year: int | None
    teacher_hour: float
    range: tuple[float, float]
    source: str = ASSUMED


COUNTRIES: dict[str, Country] = {
    "England": Country("GBP", "\u00a3", 2024, 53.0, (39.0, 64.0), "dfe-workforce-2024"),
    "Netherlands": Country("EUR", "\u20ac", 2021, 56.0, (52.0, 67.0), "ocw-gpl-2021"),
    "Germany": Country("EUR", "\u20ac", 2022, 45.0, (41.0, 60.0), "sachsen-anhalt-2022"),
    "United States": Country("USD", "$", 2011, 57.0, (50.0, 85.0), "bls-ecec-2011"),
    "elsewhere": Country("", "", None, 50.0, (20.0, 80.0)),
}
"""The price lists by country; the first is the default. A range goes from what an hour costs by the narrowest reading
of its source to a fifth more, or to the pay rises since.
"""


def _price(name: str, default: float, unit: str, plausible: tuple[float, float], meaning: str) -> Parameter:
    return Parameter(
        name, default=default, unit=unit, range=plausible, meaning=meaning, group="analysis", bounds=(0.0, 1e9)
    )


_ENGLAND = COUNTRIES["England"]
_OWN_HOURS = next(parameter for parameter in time.PARAMETERS if parameter.name == "hours")

PRICES = (
    Choice(
        "country",
        options={
            name: f"{country.currency} of {country.year}, a teacher's hour {country.teacher_hour:g} ({country.source})"
            if country.year
            else f"a currency and prices of one's own, a teacher's hour {country.teacher_hour:g} until set"
            for name, country in COUNTRIES.items()
        },
        meaning="Whose price list holds, where the scenario sets no price of its own.",
        group="analysis",
    ),
    Parameter(
        "teacher_hour",
        default=_ENGLAND.teacher_hour,
        unit="currency an hour",
        range=_ENGLAND.range,
        meaning="An hour of a teacher, with what her employer pays on top: protected, covered, or given.",
        group="analysis",
        bounds=(0.0, 1e9),
        source=_ENGLAND.source,
    ),
    Parameter(
        "own_hours",
        default=_OWN_HOURS.default,
        unit="hours a week",
        range=_OWN_HOURS.range,
        meaning="Hours a week that teachers have without the plan: time.hours above them is protected time, and paid.",
        group="analysis",
        bounds=_OWN_HOURS.bounds,
    ),
    _price(
        "facilitation",
        500.0,
        "currency a meeting",
        (200.0, 1500.0),
        "Facilitating one meeting of one network; networks that share a facilitator share her fee.",
    ),
    _price(
        "partner",
        2000.0,
        "currency a partner and year",
        (500.0, 6000.0),
        "A partner that is no school, for each school year of each network; networks that share partners share it.",
    ),
    _price(
        "leadership",
        10_000.0,
        "currency a school and year",
        (3_000.0, 30_000.0),
        "Development of leaders that would close the whole gap of one school in leadership, for a school year; a share "
        "of the gap costs its share.",
    ),
    _price(
        "focus",
        5_000.0,
        "currency a school",
        (1_000.0, 15_000.0),
        "Work of a school's staff that would close its whole gap to a shared focus, once; a share costs its share.",
    ),
    _price("mailing", 2.0, "currency a teacher reached", (0.5, 10.0), "A mailing that reaches one teacher once."),
    _price("visit", 300.0, "currency a visit", (100.0, 1000.0), "One visit of a knowledge mobiliser to a school."),
)
"""The prices, with the country whose list holds and the hours that cost nothing."""


@dataclass(frozen=True)
class Price:
    """A price in force: value and plausible range in its unit, and where it is from; one that a scenario sets has no
    range.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    meaning: str


def country_of(values: Mapping[str, Value]) -> Country:
    """The country whose price list a scenario goes by."""
    return COUNTRIES[str(values[f"{SECTION}.country"])]


def with_country(values: Mapping[str, Value]) -> dict[str, Value]:
    """Some values of a scenario, by dotted name; where they name a country, with its prices beneath their own."""
    country = values.get(f"{SECTION}.country")
    listed: dict[str, Value] = {} if country is None else {"prices.teacher_hour": COUNTRIES[str(country)].teacher_hour}
    return listed | dict(values)


def price_list(values: Mapping[str, Value]) -> dict[str, Price]:
    """The prices that hold in a scenario, by name."""
    found = {}
    for name, price in _listed(country_of(values)).items():
        value = number_of(values, f"{SECTION}.{name}")
        is_listed = value == price.value
        found[name] = price if is_listed else replace(price, value=value, low=value, high=value, source=AS_SET)
    return found


def beyond_plausible(values: Mapping[str, Value]) -> dict[str, Price]:
    """The listed prices, by name, beyond whose plausible range a scenario sets its own."""
    return {
        name: price
        for name, price in _listed(country_of(values)).items()
        if not price.low <= number_of(values, f"{SECTION}.{name}") <= price.high
    }


def _listed(country: Country) -> dict[str, Price]:
    """The price list of a country, by name."""
    found = {}
    for declared in PRICES:
        if isinstance(declared, Choice) or not declared.unit.startswith("currency"):
            continue
        value, (low, high), source = declared.default, declared.range, declared.source
        if declared.name == "teacher_hour":
            value, (low, high), source = country.teacher_hour, country.range, country.source
        found[declared.name] = Price(declared.name, value, low, high, declared.unit, source, declared.meaning)
    return found


def of_currency(unit: str, values: Mapping[str, Value]) -> str:
    """A unit in the currency of a scenario's price list: "GBP an hour" for "currency an hour"."""
    return unit.replace("currency", country_of(values).currency or "own currency")
