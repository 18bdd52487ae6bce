"""How time, leadership and focus combine."""

import math
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plnsim.model.mechanisms import conditions
from plnsim.model.mechanisms.conditions import ADOPT, MOBILISE, RENEW, ROUTINISE, USE, ces_mean
from tests.support.factories import close_to, parameters

share = st.floats(0.0, 1.0)
above_floor = st.floats(0.02, 1.0)
substitution = st.sampled_from([-30.0, -20.0, -19.5, -4.0, -1.0, -0.3, 0.0, 0.3, 1.0])
process = st.sampled_from([MOBILISE, ADOPT, USE, ROUTINISE, RENEW])


def with_substitution(value, placement="theory"):
    return parameters(conditions_substitution=value, conditions_placement=placement)


def test_full_substitution_gives_the_mean():
    assert ces_mean(ADOPT, 0.2, 0.4, 0.9, with_substitution(1.0)) == close_to(0.5)
    assert ces_mean(USE, 0.2, 0.4, 0.9, with_substitution(1.0)) == close_to(0.3)


def test_no_elasticity_gives_the_geometric_mean():
    assert ces_mean(ADOPT, 0.125, 1.0, 1.0, with_substitution(0.0)) == close_to(0.5)  # cube root of 1/8
    assert ces_mean(USE, 0.25, 1.0, 0.0, with_substitution(0.0)) == close_to(0.5)  # square root of 1/4


def test_minus_one_gives_the_harmonic_mean():
    assert ces_mean(ADOPT, 0.25, 0.5, 1.0, with_substitution(-1.0)) == close_to(3 / 7)  # 3 / (4 + 2 + 1)


def test_an_exponent_of_a_millionth_is_no_nought_yet():
    assert [conditions.ces_start(value) for value in (9e-7, -9e-7, 1e-6, -1e-6)] == [1.0, 1.0, 0.0, 0.0]
    assert conditions.ces_join(0.25, 0.5, 9e-7) == 0.125
    assert conditions.ces_join(0.25, 0.5, 1e-6) == close_to(0.25 + 0.5**1e-6)
    assert conditions.ces_inverse(0.125, 3.0, 9e-7) == close_to(0.5)
    assert conditions.ces_inverse(3 * 0.5**1e-6, 3.0, 1e-6) == pytest.approx(0.5, rel=1e-9)


def test_the_geometric_mean_of_two_is_the_square_root_to_the_bit():
    assert [conditions.ces_inverse(n / 64, 2.0, 0.0) for n in range(65)] == [math.sqrt(n / 64) for n in range(65)]


def test_who_needs_nothing_is_not_held_back():
    assert ces_mean((0.0, 0.0, 0.0), 0.1, 0.2, 0.3, with_substitution(-20.0)) == 1.0


@pytest.mark.parametrize("value", [-20.0, -30.0])
def test_without_substitution_the_scarcest_limits(value):
    assert ces_mean(ADOPT, 0.6, 0.3, 0.9, with_substitution(value)) == 0.3
    assert ces_mean(MOBILISE, 0.6, 0.7, 0.1, with_substitution(value)) == 0.6  # sharing needs no focus


def test_what_each_process_needs():
    # time, leadership, focus: the placement of the design
    assert [MOBILISE, ADOPT, USE, ROUTINISE, RENEW] == [(1, 1, 0), (1, 1, 1), (1, 1, 0), (1, 1, 1), (0, 1, 1)]


@pytest.mark.parametrize("value", [1.0, 0.0, -4.0, -20.0])
@pytest.mark.parametrize(("needs", "absent"), [(MOBILISE, 2), (USE, 2), (RENEW, 0), ((1.0, 0.0, 1.0), 1)])
def test_what_is_not_needed_does_not_matter(value, needs, absent):
    given_all, without = [0.5, 0.6, 0.7], [0.5, 0.6, 0.7]
    without[absent] = 0.0
    assert ces_mean(needs, *given_all, with_substitution(value)) == ces_mean(needs, *without, with_substitution(value))


@pytest.mark.parametrize("value", [1.0, 0.0, -4.0, -20.0])
@pytest.mark.parametrize("needs", [MOBILISE, USE, RENEW])
def test_symmetric_placement_lets_all_three_enter(value, needs):
    p = with_substitution(value, "symmetric")
    assert ces_mean(needs, 0.5, 0.6, 0.7, p) == ces_mean(ADOPT, 0.5, 0.6, 0.7, p)


def test_nothing_counts_as_a_fiftieth():
    assert conditions.FLOOR == 0.02
    assert ces_mean(USE, 0.0, 0.5, 0.0, with_substitution(0.0)) == close_to(0.1)  # root of 0.02 x 0.5
    assert ces_mean(USE, 0.0, 0.5, 0.0, with_substitution(1.0)) == close_to(0.26)  # (0.02 + 0.5) / 2
    assert ces_mean(USE, 0.0, 0.5, 0.0, with_substitution(-20.0)) == 0.02


@settings(derandomize=True, deadline=None)
@given(process, above_floor, substitution)
def test_equal_conditions_give_themselves(needs, value, s):
    assert math.isclose(ces_mean(needs, value, value, value, with_substitution(s)), value, rel_tol=1e-9)


@settings(derandomize=True, deadline=None)
@given(process, share, share, share, substitution)
def test_it_lies_between_the_least_and_the_most(needs, time, leadership, focus, s):
    needed = [max(0.02, level) for level, weight in zip((time, leadership, focus), needs, strict=True) if weight]
    assert (
        min(needed) * (1 - 1e-9)
        <= ces_mean(needs, time, leadership, focus, with_substitution(s))
        <= min(1.0, max(needed) * (1 + 1e-9))
    )


@settings(derandomize=True, deadline=None)
@given(share, share, share, st.floats(0.0, 0.5), substitution)
def test_more_of_a_condition_never_gives_less(time, leadership, focus, more, s):
    p = with_substitution(s)
    assert ces_mean(ADOPT, min(1.0, time + more), leadership, focus, p) >= ces_mean(
        ADOPT, time, leadership, focus, p
    ) * (1 - 1e-12)
    assert ces_mean(ADOPT, time, leadership, min(1.0, focus + more), p) >= ces_mean(
        ADOPT, time, leadership, focus, p
    ) * (1 - 1e-12)


@settings(derandomize=True, deadline=None)
@given(share, share, share)
def test_more_substitution_never_gives_less(time, leadership, focus):
    rising = [
        ces_mean(ADOPT, time, leadership, focus, with_substitution(s))
        for s in (-20.0, -19.9, -4.0, -1.0, -0.3, 0.0, 0.3, 1.0)
    ]
    assert all(lower <= higher * (1 + 1e-9) for lower, higher in pairwise(rising))


@settings(derandomize=True, deadline=None)
@given(st.floats(0.2, 1.0), st.floats(0.2, 1.0), st.floats(0.2, 1.0), st.floats(0.1, 1.0), substitution)
def test_above_the_floor_half_of_all_conditions_gives_half(time, leadership, focus, part, s):
    p = with_substitution(s)
    whole = ces_mean(ADOPT, time, leadership, focus, p)
    assert math.isclose(ces_mean(ADOPT, part * time, part * leadership, part * focus, p), part * whole, rel_tol=1e-9)


@pytest.mark.parametrize("value", [-4.0, -1.0, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_mean_of_one_condition_several_times_is_itself(value, count):
    joined = conditions.ces_start(value)
    for _ in range(count):
        joined = conditions.ces_join(joined, 0.3, value)
    assert conditions.ces_inverse(joined, float(count), value) == close_to(0.3)


def test_conditions_are_joined_by_hand():
    assert conditions.ces_join(1.0, 0.5, -1.0) == close_to(3.0)
    assert conditions.ces_join(0.0, 0.25, 0.5) == close_to(0.5)
    assert conditions.ces_join(0.5, 0.5, 0.0) == 0.25
    assert conditions.ces_join(0.0, 0.0, 1.0) == close_to(0.02)


@pytest.mark.parametrize("nearly_nothing", [-2.220446049250313e-16, 1e-17, 1e-12])
def test_next_to_no_elasticity_gives_next_to_the_geometric_mean(nearly_nothing):
    assert ces_mean(ADOPT, 0.25, 0.5, 1.0, with_substitution(nearly_nothing)) == pytest.approx(0.5, rel=1e-6)


def test_the_rule_reads_nothing_but_substitution_and_placement():
    p = SimpleNamespace(conditions=SimpleNamespace(substitution=1.0, placement=0))
    assert ces_mean(USE, 0.2, 0.4, 0.9, p) == close_to(0.3)
