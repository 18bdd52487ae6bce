"""The price list: every item has a price, countries have theirs, and a scenario changes them."""

import pytest

from plnsim.common.errors import InputError
from plnsim.common.quantities import money, months_of_progress, months_text
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.model.cost import ITEMS
from plnsim.model.prices import AS_SET, COUNTRIES, beyond_plausible, of_currency, price_list
from plnsim.output.costs import price_sentence
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.save import to_toml
from plnsim.simulation.scenario.without_programme import without_programme

BASELINE = Scenario.of("baseline")


def test_every_item_has_a_price_and_every_price_an_item():
    assert {item.price for item in ITEMS} == set(price_list(BASELINE.values))


@pytest.mark.parametrize("name", COUNTRIES)
def test_a_country_has_its_currency_year_hour_and_source(name):
    country = COUNTRIES[name]
    values = BASELINE.with_values({"prices.country": name}).values
    hour = price_list(values)["teacher_hour"]
    assert (hour.value, hour.low, hour.high, hour.source) == (country.teacher_hour, *country.range, country.source)
    assert hour.low < hour.value < hour.high and (hour.source == ASSUMED or hour.source in SOURCES)
    assert of_currency(hour.unit, values) == f"{country.currency or 'own currency'} an hour"
    assert (country.year is None) == (country.currency == "")


def test_a_scenario_changes_prices_beneath_which_those_of_its_country_lie():
    dutch = Scenario.from_text('[prices]\ncountry = "Netherlands"\nvisit = 250\n')
    prices = price_list(dutch.values)
    assert (prices["teacher_hour"].value, prices["visit"].value, prices["visit"].source) == (56.0, 250.0, AS_SET)
    assert (prices["visit"].low, prices["visit"].high) == (250.0, 250.0)
    own = Scenario.from_text('[prices]\nteacher_hour = 40\ncountry = "Netherlands"\n')
    assert price_list(own.values)["teacher_hour"].source == AS_SET and own.values["prices.teacher_hour"] == 40.0
    assert Scenario.from_text(to_toml(own)).values == own.values
    assert own.with_values({"prices.country": "England"}).changed == {}


@pytest.mark.parametrize(("hour", "said"), [(5300, "£5,300, plausible £39 to £64"), (60, ""), (49, "")])
def test_a_price_beyond_what_is_plausible_is_told(hour, said):
    values = BASELINE.with_values({"prices.teacher_hour": hour}).values
    assert set(beyond_plausible(values)) == ({"teacher_hour"} if said else set())
    assert said in price_sentence(values) and ("Beyond" in price_sentence(values)) == bool(said)


def test_prices_hold_for_a_whole_run():
    text = "[[calendar]]\nyear = 1\nset = { prices.visit = 2 }\n"
    with pytest.raises(InputError, match="belongs to the analysis of a run"):
        Scenario.from_text(text)


def test_without_its_programme_nothing_is_bought_and_schools_and_length_stay():
    text = (
        "[programme]\nfollow_up_years = 2\n[time]\nhours = 9.0\n[mobilisation]\nmailing = 0.1\n"
        "[[calendar]]\nyear = 1\nlift = { focus = 0.3 }\nset = { policy.coherence = 0.2 }\n"
        "[[calendar]]\nyear = 1\nlift = { leadership = 0.3 }\n[[calendar]]\nyear = 2\nevent = 'new head'\nshare = 0.5\n"
    )
    scenario = Scenario.from_text(text)
    bare = without_programme(scenario)
    assert bare.weeks == scenario.weeks and bare.values["time.hours"] == bare.values["prices.own_hours"]
    assert [(event.event, event.values) for event in bare.calendar] == [
        (None, (("policy.coherence", 0.2),)),
        ("new head", ()),
    ]
    assert (bare.values["programme.participation"], bare.values["mobilisation.mailing"]) == (0.0, 0.0)
    assert without_programme(scenario, keep_conditions=True).calendar == scenario.calendar
    poor = BASELINE.with_values({"time.hours": 0.5})
    assert without_programme(poor).values["time.hours"] == 0.5


@pytest.mark.parametrize(
    ("effect", "months"),
    [(0.0, 0), (0.014, 0), (0.016, 1), (0.09, 1), (0.1, 2), (0.18, 2), (0.19, 3), (0.44, 5), (0.96, 12), (-0.3, -4)],
)
def test_months_of_progress_are_those_of_the_published_table(effect, months):
    assert months_of_progress(effect) == months


def test_sums_and_gains_are_told_in_words():
    assert [money(each, "\u00a3") for each in (0.0, 4.5, 12_345.0, 1_234_567.0, -3000.0)] == [
        "\u00a30",
        "\u00a34.50",
        "\u00a312,300",
        "\u00a31.23 million",
        "\u2212\u00a33,000",
    ]
    assert [months_text(each) for each in (0.006, 0.05, 0.2, -0.2)] == [
        "no month of progress (0.006 SD)",
        "1 month of progress (0.050 SD)",
        "3 months of progress (0.200 SD)",
        "3 months of progress less (-0.200 SD)",
    ]
