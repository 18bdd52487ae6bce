"""What the practice is worth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plnsim.model.mechanisms import practice
from plnsim.model.mechanisms.practice import benefit, initial_fit
from tests.support.factories import close_to, make_school, make_week, parameters

P = parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.25)
share = st.floats(0.0, 1.0)


def test_benefit_joins_potency_understanding_fidelity_and_fit():
    # understood 1.25 x 0.25 / 0.5 = 0.625; fitted 0.6 + 0.4 x 0.5 = 0.8; 0.8 x 0.625 x 0.5 x 0.8
    assert benefit(0.25, 0.5, 0.5, 0.6, P) == close_to(0.2)


def test_full_use_gives_all_that_the_practice_can_give():
    assert benefit(1.0, 1.0, 1.0, 0.6, P) == close_to(0.8)


def test_the_designs_numbers():
    # 1.15 x 0.8 x 0.15 / 0.3 x 1 x (0.7 + 0.3 x 0) = 0.322
    p = parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.15)
    assert benefit(0.15, 1.0, 0.0, 0.7, p) == close_to(0.322)


@pytest.mark.parametrize(("knowledge", "fidelity"), [(0.0, 1.0), (1.0, 0.0)])
def test_without_understanding_or_without_its_core_it_gives_nothing(knowledge, fidelity):
    assert benefit(knowledge, fidelity, 1.0, 0.6, P) == 0.0


def test_a_practice_that_needs_no_understanding_works_from_the_first_bit_of_knowledge():
    p = parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.0)
    assert benefit(0.001, 1.0, 0.0, 1.0, p) == close_to(0.8)
    assert benefit(0.0, 1.0, 0.0, 1.0, p) == 0.0


@settings(derandomize=True, deadline=None)
@given(share, share, share, share)
def test_more_of_anything_never_gives_less(knowledge, fidelity, adaptation, more):
    base = benefit(knowledge, fidelity, adaptation, 0.6, P)
    assert 0.0 <= base <= 0.8 + 1e-12
    assert benefit(min(1.0, knowledge + more), fidelity, adaptation, 0.6, P) >= base - 1e-12
    assert benefit(knowledge, min(1.0, fidelity + more), adaptation, 0.6, P) >= base
    assert benefit(knowledge, fidelity, min(1.0, adaptation + more), 0.6, P) >= base


def test_where_it_fits_badly_it_does_harm_until_it_is_adapted():
    assert benefit(1.0, 1.0, 0.0, -0.5, P) == close_to(-0.4)  # 0.8 x -0.5
    assert benefit(1.0, 1.0, 0.5, -0.5, P) == close_to(0.2)  # fitted -0.5 + 1.5 x 0.5 = 0.25
    assert benefit(1.0, 1.0, 1.0, -0.5, P) == close_to(0.8)


@pytest.mark.parametrize(
    ("u", "spread", "fit"),
    [(0.5, 0.3, 0.7), (0.8413447460685429, 0.2, 0.9), (1 - 0.8413447460685429, 0.5, 0.2), (0.999, 0.3, 1.0)],
)
def test_schools_differ_in_fit(stub_uniform, u, spread, fit):
    drawn = stub_uniform(practice, fit=u)
    p = parameters(practice_fit=0.7, practice_fit_spread=spread)
    assert initial_fit(make_school(name=5), None, make_week(key=9), p) == pytest.approx(fit, rel=1e-8)
    assert drawn == [(9, "fit", 5, 0)]


def test_the_worst_fit_is_the_mirror_of_the_best(stub_uniform):
    stub_uniform(practice, fit=1e-9)
    assert initial_fit(make_school(), None, make_week(), parameters(practice_fit=0.3, practice_fit_spread=0.5)) == -1.0
