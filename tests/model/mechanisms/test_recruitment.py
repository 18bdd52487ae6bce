"""Recruitment (R31)."""

import pytest

from plnsim.model.mechanisms import recruitment
from tests.support.factories import (
    UNIT,
    changed_variables,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(recruitment_rate=0.5, recruitment_schools_at_once=1)


def schools(stub_uniform, u=None, p=P, ends_year=1, **state):
    stub_uniform(recruitment, **({} if u is None else {"recruit": u}))
    network = make_network(
        **{"active": 1, "schools": 3, "schools_at_most": 5, "evidence_total": 2 * UNIT, "evidence_count": 4} | state
    )
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(recruitment.network_updates, network, world, make_week(ends_year=ends_year), p) <= {
        "schools"
    }
    return network.schools


@pytest.mark.parametrize(("u", "after"), [(0.249, 4), (0.25, 3), (0.251, 3)])
def test_the_better_its_evidence_the_likelier_a_network_takes_in_a_school(stub_uniform, u, after):
    assert schools(stub_uniform, u) == after  # 0.5 x 2/4


def test_what_is_drawn_depends_on_the_key_of_the_week_and_the_name_of_the_network(stub_uniform):
    asked = stub_uniform(recruitment, recruit=0.5)
    network = make_network(active=1, schools=3, schools_at_most=5)
    recruitment.network_updates(
        network, make_world([make_teacher()], networks=[make_network(), network]), make_week(key=77, ends_year=1), P
    )
    assert asked == [(77, "recruit", 1, 0)]


def test_without_evidence_nobody_joins(stub_uniform):
    assert schools(stub_uniform, 1e-15, evidence_total=0, evidence_count=0) == 3


def test_the_best_evidence_and_a_rate_of_one_are_certain(stub_uniform):
    assert schools(stub_uniform, 0.999, parameters(recruitment_rate=1.0), evidence_total=4 * UNIT) == 4


@pytest.mark.parametrize(("at_once", "after"), [(2, 5), (3, 5), (1, 4)])
def test_a_network_takes_in_several_schools_at_once_as_long_as_there_are_seats(stub_uniform, at_once, after):
    assert schools(stub_uniform, 0.0, parameters(recruitment_rate=1.0, recruitment_schools_at_once=at_once)) == after


@pytest.mark.parametrize(
    "state", [{"ends_year": 0}, {"active": 0}, {"schools": 5}, {"schools": 0, "schools_at_most": 0}]
)
def test_during_the_year_when_ended_or_full_no_network_recruits(stub_uniform, state):
    assert schools(stub_uniform, **state) == state.get("schools", 3)  # chance is not even asked


# --- founding


@pytest.mark.parametrize(("number", "begun"), [(9, 0), (10, 0), (11, 1), (12, 1), (50, 1)])
def test_a_network_is_alive_from_the_week_in_which_it_is_founded(number, begun):
    network = make_network(begun=0, active=0, begins=12, schools=3, schools_at_most=3)
    world = make_world([make_teacher()], networks=[network])
    changed = changed_variables(
        recruitment.network_updates, network, world, make_week(number=number), P
    )  # the last thing of week 11: alive in week 12
    assert changed == ({"begun", "active"} if begun else set())
    assert (network.begun, network.active) == (begun, begun)


def test_a_network_that_has_ended_is_not_founded_again():
    network = make_network(begun=1, active=0, begins=12)
    assert (
        changed_variables(
            recruitment.network_updates,
            network,
            make_world([make_teacher()], networks=[network]),
            make_week(number=50),
            P,
        )
        == set()
    )
