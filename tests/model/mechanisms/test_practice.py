"""What the practice is worth (R23)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plnsim.model.mechanisms.practice import benefit
from tests.support.factories import close_to, parameters

P = parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.25, practice_fit=0.6)
share = st.floats(0.0, 1.0)


def test_benefit_joins_potency_understanding_fidelity_and_fit():
    # understood 1.25 x 0.25 / 0.5 = 0.625; fitted 0.6 + 0.4 x 0.5 = 0.8; 0.8 x 0.625 x 0.5 x 0.8
    assert benefit(0.25, 0.5, 0.5, P) == close_to(0.2)


def test_full_use_gives_all_that_the_practice_can_give():
    assert benefit(1.0, 1.0, 1.0, P) == close_to(0.8)


def test_the_designs_numbers():
    # 1.15 x 0.8 x 0.15 / 0.3 x 1 x (0.7 + 0.3 x 0) = 0.322
    assert benefit(
        0.15, 1.0, 0.0, parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.15, practice_fit=0.7)
    ) == close_to(0.322)


@pytest.mark.parametrize(("knowledge", "fidelity"), [(0.0, 1.0), (1.0, 0.0)])
def test_without_understanding_or_without_its_core_it_gives_nothing(knowledge, fidelity):
    assert benefit(knowledge, fidelity, 1.0, P) == 0.0


def test_a_practice_that_needs_no_understanding_works_from_the_first_bit_of_knowledge():
    p = parameters(practice_potency=0.8, practice_half_benefit_knowledge=0.0, practice_fit=1.0)
    assert benefit(0.001, 1.0, 0.0, p) == close_to(0.8)
    assert benefit(0.0, 1.0, 0.0, p) == 0.0


@settings(derandomize=True, deadline=None)
@given(share, share, share, share)
def test_more_of_anything_never_gives_less(knowledge, fidelity, adaptation, more):
    base = benefit(knowledge, fidelity, adaptation, P)
    assert 0.0 <= base <= 0.8 + 1e-12
    assert benefit(min(1.0, knowledge + more), fidelity, adaptation, P) >= base - 1e-12
    assert benefit(knowledge, min(1.0, fidelity + more), adaptation, P) >= base
    assert benefit(knowledge, fidelity, min(1.0, adaptation + more), P) >= base
