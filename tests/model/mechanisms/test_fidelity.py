"""Drift and repair."""

import pytest

from plnsim.model.mechanisms import fidelity
from tests.support.factories import (
    changed_variables,
    close_to,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(fidelity_drift=0.2, fidelity_routine_repair=0.1)


def test_a_copy_loses_part_of_the_core():
    assert fidelity.copied_fidelity(0.9, 0.5, P) == close_to(0.81)  # 0.9 x (1 - 0.2 x 0.5)


def test_errors_add_up_along_the_chain():
    once = fidelity.copied_fidelity(1.0, 0.0, P)
    twice = fidelity.copied_fidelity(once, 0.0, P)
    assert (once, twice) == (close_to(0.8), close_to(0.64))


def test_who_knows_it_all_copies_without_loss():
    assert fidelity.copied_fidelity(0.9, 1.0, P) == 0.9
    assert fidelity.copied_fidelity(0.9, 0.0, parameters(fidelity_drift=0.0)) == 0.9


def repaired(routine, **state):
    teacher = make_teacher(fidelity=0.6, **state)
    world = make_world([teacher], schools=[make_school(routine=routine)])
    assert changed_variables(fidelity.teacher_updates, teacher, world, make_week(), P) <= {"fidelity"}
    return teacher.fidelity


@pytest.mark.parametrize("applied", [1, -1])
def test_a_routine_brings_users_back_to_the_core(applied):
    assert repaired(0.5, applied=applied) == close_to(0.62)  # 0.6 + 0.1 x 0.5 x 0.4
    assert repaired(1.0, applied=applied) == close_to(0.64)


def test_without_a_routine_nothing_is_repaired():
    assert repaired(0.0, applied=1) == 0.6


def test_who_does_not_use_it_is_not_repaired():
    assert repaired(1.0, applied=0) == 0.6
