"""Words and numbers of results: the same count always gets the same word, and the word never stands without its
count.
"""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from plnsim.common.quantities import MONEY
from plnsim.output.sentences import IN_TABLE, heads, sentences, table
from plnsim.output.words import (
    BANDS,
    BRACKETS,
    IN_THIS_MODEL,
    format_value,
    interval_label,
    likelihood,
    likelihood_in_runs,
    number,
    percent,
    points,
    too_few_for_intervals,
)
from plnsim.simulation.runs import RANGE_QUANTILES, RunResult, intervals, ranges, run, summary
from plnsim.simulation.scenario import Scenario

LEAST = {"very likely": 90, "likely": 66, "about as likely as not": 33, "unlikely": 10, "very unlikely": 0}
"""From how many of 100 runs on each word is used."""


def expected(count, of):
    if of < 19:
        return "not told by so few"
    return next(word for word, least in LEAST.items() if 100 * count >= least * of)


@pytest.mark.parametrize("of", [1, 2, 3, 7, 20, 100, 200, 300, 1000])
def test_every_count_has_the_word_of_its_band(of):
    assert [likelihood(count, of) for count in range(of + 1)] == [expected(count, of) for count in range(of + 1)]


def test_the_words_change_at_exactly_these_counts_of_200():
    words = [likelihood(count, 200) for count in range(201)]
    changes = {count: words[count] for count in range(1, 201) if words[count] != words[count - 1]}
    assert words[0] == "very unlikely"
    assert changes == {20: "unlikely", 66: "about as likely as not", 132: "likely", 180: "very likely"}


def test_likelier_counts_never_get_less_likely_words():
    order = [word for _, word in reversed(BANDS)]
    ranks = [order.index(likelihood(count, 997)) for count in range(998)]
    assert ranks == sorted(ranks) and set(ranks) == set(range(5))


def test_of_two_or_three_runs_it_is_said_that_intervals_tell_little():
    assert [bool(too_few_for_intervals(runs)) for runs in (1, 2, 3, 4, 20)] == [False, True, True, False, False]
    assert "2 runs are too few for an interval" in " ".join(too_few_for_intervals(2))


def test_none_of_a_few_runs_is_not_very_unlikely():
    assert likelihood_in_runs(0, 4) == "not told by so few (0 of 4 runs)"
    assert [likelihood(0, of) for of in (18, 19)] == ["not told by so few", "very unlikely"]


def test_the_count_stands_beside_the_word():
    assert likelihood_in_runs(8, 200) == "very unlikely (8 of 200 runs)"
    assert all(
        likelihood_in_runs(count, 200) == f"{expected(count, 200)} ({count} of 200 runs)" for count in range(201)
    )


@pytest.mark.parametrize(("count", "of"), [(-1, 10), (11, 10), (0, 0), (1, 0)])
def test_what_is_no_share_of_runs_has_no_word(count, of):
    with pytest.raises(ValueError, match="no share of runs"):
        likelihood(count, of)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (-0.0, "0 %"),
        (1.0, "100 %"),
        (0.1234, "12 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.05, "5.0 %"),
        (0.001, "0.1 %"),
        (-0.034, "-3.4 %"),
        (2.5, "250 %"),
        (math.nan, "not defined"),
        (math.inf, "not defined"),
    ],
)
def test_shares_are_told_in_percent_rounded_last(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1e-14, "0"),
        (-1e-14, "0"),
        (1, "1"),
        (1.2345, "1.23"),
        (0.5, "0.5"),
        (-0.0123456, "-0.0123"),
        (0.0000539, "0.0000539"),
        (999.4, "999"),
        (999.9, "1,000"),
        (4159.6, "4,160"),
        (-4159.6, "-4,160"),
        (1234567, "1,230,000"),
        (2.5e13, "25,000,000,000,000"),
        (math.nan, "not reached"),
        (math.inf, "not reached"),
    ],
)
def test_numbers_are_told_with_three_digits_and_no_powers_of_ten(value, text):
    assert number(value) == text


def test_shares_and_other_units_are_told_each_in_their_way():
    assert (format_value(0.25, "share"), format_value(0.25, "ratio"), format_value(1500, MONEY)) == (
        "25 %",
        "0.25",
        "1,500",
    )
    undefined = [format_value(math.nan, unit) for unit in ("share", "ratio", MONEY)]
    assert undefined == ["not defined", "not defined", "not reached"]


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.1543, "+15"), (-0.02, "\u22122.0"), (0.0994, "+9.9"), (0.0, "0"), (-0.0001, "0"), (math.nan, "not defined")],
)
def test_differences_of_shares_are_told_in_signed_points(difference, text):
    assert points(difference) == text


def test_an_interval_is_named_after_its_quantiles():
    assert interval_label(0.05, 0.95) == interval_label(*RANGE_QUANTILES) == "90 % of these runs"
    assert interval_label(0.25, 0.75) == "50 % of these runs"


def test_the_interval_of_a_summary_is_the_one_that_it_is_named_after():
    mean, low, high, defined = summary(np.array([*range(101), math.nan, math.inf]))
    assert (mean, low, high, defined) == (50, 5, 95, 101)
    assert all(map(math.isnan, summary(np.array([math.nan]))[:3])) and summary(np.array([math.nan]))[3] == 0


# -- sentences ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twenty():
    """Twenty runs of four small schools in one network, whose support ends after a year."""
    return run(
        Scenario.of("baseline").with_values(
            {
                "population.schools": 4,
                "population.secondary_share": 0,
                "programme.participation": 0.5,
                "programme.schools_a_network": 2,
                "programme.support_years": 1,
                "programme.follow_up_years": 1,
                "population.first_users": 0.3,
            }
        ),
        replicates=20,
    )


@pytest.mark.parametrize("reached", range(21))
def test_the_sentence_on_scale_up_has_the_word_of_its_count(twenty, reached, monkeypatch):
    values = RunResult.values
    monkeypatch.setattr(
        RunResult,
        "values",
        lambda run, outcome: np.arange(20) < reached if outcome == "sustained_scale_up" else values(run, outcome),
    )
    said = [sentence for sentence in sentences(twenty) if sentence.startswith("Sustained scale-up")]
    assert len(said) == 1 and said[0].endswith(f" is, {IN_THIS_MODEL}, {expected(reached, 20)} ({reached} of 20 runs).")


def test_every_number_of_the_sentences_is_one_of_the_run(twenty):
    said = " ".join(sentences(twenty))
    for outcome in ("use_when_support_ends", "use", "home_use"):
        of_mean, new_run = ranges(told := intervals(twenty.values(outcome), "share"), percent)
        assert f"about {percent(told['mean'])} (mean {of_mean}, a new run {new_run})" in said
    assert said.endswith(BRACKETS) and "(95 % confidence interval)" in said and "(90 % prediction interval)" in said
    named = {
        condition: summary(twenty.values(f"names_{condition}"))[0] for condition in ("time", "leadership", "focus")
    }
    first = max(named, key=named.get)
    assert f"teachers name {first} most ({percent(named[first])} of answers)" in said
    assert "after year 1," in said and "In the last of 2 years" in said


def test_part_of_a_year_is_told_with_few_digits(twenty):
    shorter = run(twenty.scenario.with_years(1 / 3), replicates=2)
    assert sentences(shorter)[0].startswith("Over the 0.333 years of the run about ")
    assert sentences(run(twenty.scenario.with_years(1), replicates=2))[0].startswith("Over the year of the run about ")


def test_a_single_run_has_no_interval_and_no_word_of_likelihood(twenty):
    said = " ".join(sentences(run(twenty.scenario)))
    assert "interval" not in said and "likely" not in said and re.search(r"is (not )?reached in this run", said)
    assert all(spread == ["", ""] for _, _, *spread, _ in table(run(twenty.scenario)))
    assert heads(run(twenty.scenario))[1:4] == ("value", "", "")


def rows_of(scenario, *measured):
    return {name: (middle, spread) for name, middle, _, spread, _ in table(RunResult(scenario, 1, "numba", measured))}


def test_the_table_says_in_how_many_runs_an_outcome_is_defined(twenty):
    used = next(run_counts for run_counts in twenty.run_counts if run_counts.weeks["users"][run_counts.last_year].any())
    unused = replace(used, weeks={**used.weeks, "users": 0 * used.weeks["users"]})
    rows = rows_of(twenty.scenario, used, used, unused, used)
    assert list(rows) == list(IN_TABLE)
    assert rows["depth"][1].endswith(" % (in 3 of 4 runs)") and "runs" not in rows["use"][1]
    assert rows_of(twenty.scenario, unused, unused)["depth"] == ("not defined", "")


def test_where_there_is_no_programme_nothing_is_bought():
    nobody = run(
        Scenario.of("baseline").with_values({"population.schools": 2, "programme.participation": 0}).with_years(0.1),
        replicates=2,
    )
    assert "Nothing is bought: there is no programme to pay for." in sentences(nobody)
    assert nobody.cost["cost"] == 0 and math.isinf(nobody.cost["cost_per_adopter"])
