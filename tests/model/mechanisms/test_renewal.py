"""Renewal (R30)."""

import pytest

from plnsim.model.mechanisms import renewal
from tests.support.factories import (
    UNIT,
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

CONDITIONS = {"conditions_substitution": 0.0, "conditions_placement": "theory", "partners_a_network": 0}
P = parameters(renewal_threshold=0.5, renewal_sharpness=10.0, renewal_rule="by its value", **CONDITIONS)


@pytest.mark.parametrize(
    ("evidence", "trust", "conditions", "worth"),
    [(0.5, 0.5, 0.5, 0.5), (1.0, 0.125, 1.0, 0.5), (1.0, 1.0, 1.0, 1.0), (0.0, 1.0, 1.0, 0.0), (1.0, 0.0, 1.0, 0.0)],
)
def test_a_networks_value_is_a_geometric_mean(evidence, trust, conditions, worth):
    assert renewal.network_value(evidence, trust, conditions) == close_to(worth)


def active(stub_uniform, u=None, p=P, ends_year=1, support_over=1, **state):
    """Whether a network of evidence, trust, leadership and focus 0.5 (value 0.5) goes on."""
    stub_uniform(renewal, **({} if u is None else {"renew": u}))
    network = make_network(
        **{"active": 1, "evidence_total": 2 * UNIT, "evidence_count": 4, "trust": 0.5, "leadership": 0.5, "focus": 0.5}
        | state
    )
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(
        renewal.network_updates, network, world, make_week(ends_year=ends_year, support_over=support_over), p
    ) <= {"active"}
    return network.active


@pytest.mark.parametrize(("u", "goes_on"), [(0.499, 1), (0.501, 0)])
def test_at_the_threshold_every_second_network_goes_on(stub_uniform, u, goes_on):
    assert active(stub_uniform, u) == goes_on


@pytest.mark.parametrize(("threshold", "share"), [(0.4, 0.7310585786300049), (0.6, 0.2689414213699951)])
def test_the_decision_turns_around_the_threshold(stub_uniform, threshold, share):
    p = parameters(
        renewal_threshold=threshold, renewal_sharpness=10.0, **CONDITIONS
    )  # 10 x 0.1 either way: 1 / (1 + e^-1)
    assert active(stub_uniform, share - 0.001, p) == 1
    assert active(stub_uniform, share + 0.001, p) == 0


def test_leadership_and_focus_speak_for_it(stub_uniform):
    # the conditions are the root of 0.25 x 1: 0.5 again
    for state in ({"leadership": 0.25, "focus": 1.0}, {"leadership": 1.0, "focus": 0.25}):
        assert active(stub_uniform, 0.499, **state) == 1
        assert active(stub_uniform, 0.501, **state) == 0


def test_without_evidence_the_value_is_nothing(stub_uniform):
    # 1 / (1 + e^(10 x 0.5)) = 0.0067
    assert active(stub_uniform, 0.0066, evidence_total=0, evidence_count=0) == 1
    assert active(stub_uniform, 0.0068, evidence_total=0, evidence_count=0) == 0


def test_without_sharpness_it_is_the_toss_of_a_coin(stub_uniform):
    p = parameters(renewal_sharpness=0.0)
    assert active(stub_uniform, 0.499, p, trust=0.0) == 1
    assert active(stub_uniform, 0.501, p, trust=1.0) == active(stub_uniform, 0.5, p, trust=1.0) == 0


def test_partners_make_up_for_part_of_the_doubts(stub_uniform):
    # two partners who each close a fifth: 1 - 0.8^2 = 0.36 of the way from 0.5 to 1
    p = parameters(
        renewal_threshold=0.5, renewal_sharpness=10.0, **CONDITIONS | {"partners_a_network": 2}, partners_continuity=0.2
    )
    assert active(stub_uniform, 0.679, p) == 1
    assert active(stub_uniform, 0.681, p) == 0


@pytest.mark.parametrize("state", [{"ends_year": 0}, {"support_over": 0}, {"active": 0}])
def test_it_is_decided_at_year_ends_without_support_only(stub_uniform, state):
    assert active(stub_uniform, **state) == state.get("active", 1)  # chance is not even asked


def test_networks_may_always_go_on(stub_uniform):
    assert active(stub_uniform, p=parameters(renewal_rule="always"), trust=0.0) == 1


def test_networks_may_never_go_on(stub_uniform):
    assert active(stub_uniform, 0.0, parameters(renewal_rule="never"), trust=1.0) == 0


def test_networks_that_never_go_on_still_meet_while_supported(stub_uniform):
    assert active(stub_uniform, p=parameters(renewal_rule="never"), support_over=0) == 1


@pytest.mark.parametrize(("placement", "goes_on"), [("theory", 0.5), ("symmetric", 0.26482)])
def test_members_time_speaks_for_it_only_where_every_condition_enters_everything(stub_uniform, placement, goes_on):
    # symmetric: conditions are (0.064 x 0.5 x 0.5)^(1/3) = 0.25198, the value 0.39790, so 1 / (1 + e^(10 x 0.10210)) =
    # 0.2648
    p = parameters(renewal_threshold=0.5, renewal_sharpness=10.0, **CONDITIONS | {"conditions_placement": placement})
    assert active(stub_uniform, goes_on - 0.001, p, time=0.064) == 1
    assert active(stub_uniform, goes_on + 0.001, p, time=0.064) == 0
