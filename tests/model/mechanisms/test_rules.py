"""Rules that several mechanisms share."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plnsim.model.mechanisms import rules
from tests.support.factories import close_to

share = st.floats(0.0, 1.0)


def test_relaxing_moves_a_share_of_the_way():
    assert rules.relax(0.2, 0.7, 0.1) == close_to(0.25)
    assert rules.relax(0.7, 0.2, 0.1) == close_to(0.65)


@pytest.mark.parametrize(("rate", "after"), [(0.0, 0.2), (1.0, 0.7)])
def test_relaxing_not_at_all_or_all_the_way(rate, after):
    assert rules.relax(0.2, 0.7, rate) == close_to(after)


@settings(derandomize=True, deadline=None)
@given(share, share, share)
def test_relaxing_stays_between_value_and_goal(value, goal, rate):
    assert min(value, goal) - 1e-15 <= rules.relax(value, goal, rate) <= max(value, goal) + 1e-15


@settings(derandomize=True, deadline=None)
@given(share, share)
def test_relaxing_towards_one_never_passes_it(value, rate):
    assert value <= rules.relax(value, 1.0, rate) <= 1.0


def test_the_chance_of_a_rate():
    assert rules.rate_to_probability(0.0) == 0.0
    assert rules.rate_to_probability(math.log(2)) == close_to(0.5)
    assert rules.rate_to_probability(1e6) == 1.0
    assert rules.rate_to_probability(0.1) == pytest.approx(0.0951625820, abs=1e-10)


def test_the_logistic_curve():
    assert rules.logistic(0.0) == 0.5
    assert rules.logistic(math.log(3)) == close_to(0.75)
    assert rules.logistic(-math.log(3)) == close_to(0.25)
    assert rules.logistic(800.0) == 1.0
    assert rules.logistic(-699.9) == pytest.approx(math.exp(-699.9), rel=1e-12)


def test_the_logistic_curve_far_below():
    assert rules.logistic(-750.0) == rules.logistic(-710.0) == 0.0  # whose exponential is no number any more


def test_a_tally_counts_in_units_of_two_to_the_minus_forty():
    assert [rules.to_fixed_point(value) for value in (0.0, 0.5, 1.0, 2.0**-40, 2.0**-41)] == [0, 2**39, 2**40, 1, 0]


def test_a_tally_gives_back_the_mean():
    assert rules.fixed_point_mean(2**39 + 2**38, 2) == 0.375  # 0.5 and 0.25
    assert rules.fixed_point_mean(0, 0) == 0.0
    assert rules.fixed_point_mean(7, 0) == 0.0


@settings(derandomize=True, deadline=None)
@given(st.lists(share, min_size=1, max_size=50))
def test_tallies_do_not_depend_on_the_order_and_keep_the_mean(values):
    total = sum(rules.to_fixed_point(value) for value in values)
    assert total == sum(rules.to_fixed_point(value) for value in sorted(values, reverse=True))
    assert rules.fixed_point_mean(total, len(values)) == pytest.approx(
        math.fsum(values) / len(values), abs=2.0**-40 + 1e-15
    )
