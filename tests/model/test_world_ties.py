"""Ties within the schools of a starting world are as many, as mutual and as often within departments as declared, in
every pattern.
"""

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.model.world import ties
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.support.worlds import PATTERNS, draw_schools, draw_world, tie_ends, tie_pairs

STAFF_SIZES = (6, 11, 13, 30, 57, 110)


def reciprocity(world):
    ties = tie_pairs(world, "advice")
    return sum((colleague, teacher) in ties for teacher, colleague in ties) / len(ties)


def degree(world, layer):
    return len(getattr(world, f"{layer}_to")) / len(world.teachers)


@pytest.mark.parametrize("staff", STAFF_SIZES)
def test_teachers_turn_to_three_to_six_colleagues_whatever_the_size_of_the_school(staff):
    world = draw_schools(staff)
    assert 3.0 <= degree(world, "advice") <= min(6.0, staff - 1.0)
    assert degree(world, "advice") == pytest.approx(
        MODEL_PARAMETERS["ties.advice"].default, rel=0.07 if staff > 8 else 0.12
    )
    assert np.diff(world.advice_first).max() <= staff - 1


@pytest.mark.parametrize("staff", [13, 57, 110])
@pytest.mark.parametrize("wanted", [0.0, 1.0, 3.0, 5.0, 6.0])
def test_the_mean_number_of_advice_ties_is_as_declared(staff, wanted):
    assert degree(draw_schools(staff, {"ties.advice": wanted}), "advice") == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("staff", [2, 3, 4])
def test_in_the_smallest_schools_everybody_turns_to_everybody(staff):
    world = draw_schools(staff, {"ties.advice": 6.0})
    assert (np.diff(world.advice_first) == staff - 1).all() and (np.diff(world.information_first) == staff - 1).all()


def test_teachers_differ_in_how_many_they_turn_to():
    numbers = np.diff(draw_schools(57).advice_first)
    assert 0.5 < numbers.var() / numbers.mean() < 1.5


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("wanted", [0.4, 0.55, 0.7, 0.85])
def test_reciprocity_of_large_schools_is_as_declared(staff, wanted):
    assert reciprocity(draw_schools(staff, {"ties.reciprocity": wanted})) == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize("wanted", [4.5, 5.0, 6.0, 8.0])
def test_teams_of_eleven_are_as_dense_and_reciprocal_as_those_of_de_jong(wanted):
    world = draw_schools(11, {"ties.advice": wanted})
    assert 0.41 <= degree(world, "advice") / 10 <= 0.86
    assert 0.42 <= reciprocity(world) <= 0.86


@pytest.mark.parametrize("staff", [13, 30, 57, 110])
@pytest.mark.parametrize("wanted", [1.0, 5.0, 12.0])
def test_ties_within_a_department_are_as_much_likelier_as_declared(staff, wanted):
    world = draw_schools(
        staff, {"ties.department_odds": wanted, "ties.advice": 4.0}
    )  # more ties than colleagues in a department bend the odds
    department = np.arange(staff) // 6
    possible_inside = (department[:, None] == department[None, :]).sum() - staff
    possible_outside = staff * (staff - 1) - possible_inside
    teacher, colleague = tie_ends(world, "advice")
    same = world.teachers["department"][teacher] == world.teachers["department"][colleague]
    inside, outside = (
        same.sum() / (len(world.schools) * possible_inside),
        (~same).sum() / (len(world.schools) * possible_outside),
    )
    odds_ratio = inside / (1 - inside) / (outside / (1 - outside))
    assert odds_ratio == pytest.approx(wanted, rel=0.15 if wanted <= 5 else 0.3)


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("ratio", [1.0, 2.4, 4.0])
def test_information_ties_are_the_declared_multiple_of_advice_ties(staff, ratio):
    world = draw_schools(staff, {"ties.information": ratio})
    assert degree(world, "information") / degree(world, "advice") == pytest.approx(ratio, rel=0.06)


def test_information_ties_take_no_account_of_departments():
    world = draw_schools(57)
    teacher, colleague = tie_ends(world, "information")
    same = (world.teachers["department"][teacher] == world.teachers["department"][colleague]).mean()
    department = np.arange(57) // 6
    assert same == pytest.approx(((department[:, None] == department).sum() - 57) / (57 * 56), rel=0.05)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("layer", ["advice", "information"])
def test_no_tie_within_a_school_leads_to_oneself_out_of_the_school_or_twice_to_the_same(pattern, layer):
    world = draw_world({"ties.pattern": pattern, "population.schools": 100})
    teacher, colleague = tie_ends(world, layer)
    assert (teacher != colleague).all()
    assert (world.teachers["school"][teacher] == world.teachers["school"][colleague]).all()
    assert len(tie_pairs(world, layer)) == len(teacher)
    assert len(teacher) > 0 or (pattern, layer) == ("complete", "advice")


@pytest.mark.parametrize("pattern", ["ring", "small world", "random"])
def test_ties_of_regular_patterns_go_both_ways(pattern):
    ties = tie_pairs(draw_schools(30, {"ties.pattern": pattern}), "advice")
    assert ties == {(colleague, teacher) for teacher, colleague in ties}


@pytest.mark.parametrize("staff", [5, 13, 57])
@pytest.mark.parametrize("wanted", [2.0, 4.0])
def test_a_ring_ties_everybody_to_the_nearest_colleagues(staff, wanted):
    world = draw_schools(staff, {"ties.pattern": "ring", "ties.advice": wanted}, teachers=200)
    teacher, colleague = tie_ends(world, "advice")
    apart = (teacher - colleague) % staff
    assert (np.minimum(apart, staff - apart) <= wanted / 2).all()
    assert (np.diff(world.advice_first) == wanted).all()


@pytest.mark.parametrize(("rewiring", "kept"), [(0.0, (1.0, 1.0)), (0.1, (0.85, 0.95)), (1.0, (0.0, 0.15))])
def test_a_small_world_rewires_the_declared_share_of_a_ring(rewiring, kept):
    ring = tie_pairs(draw_schools(57, {"ties.pattern": "ring"}), "advice")
    rewired = tie_pairs(draw_schools(57, {"ties.pattern": "small world", "ties.rewiring": rewiring}), "advice")
    assert kept[0] <= len(ring & rewired) / len(ring) <= kept[1]
    assert len(rewired) == pytest.approx(len(ring), rel=0.1)


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("wanted", [2.0, 4.0, 6.0])
def test_random_ties_are_as_many_as_declared_and_know_no_department(staff, wanted):
    world = draw_schools(staff, {"ties.pattern": "random", "ties.advice": wanted})
    assert degree(world, "advice") == pytest.approx(wanted, rel=0.12)
    teacher, colleague = tie_ends(world, "advice")
    department = np.arange(staff) // 6
    by_chance = ((department[:, None] == department).sum() - staff) / (staff * (staff - 1))
    assert (world.teachers["department"][teacher] == world.teachers["department"][colleague]).mean() == pytest.approx(
        by_chance, rel=0.15
    )


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if pattern != "complete"])
def test_where_no_advice_ties_are_declared_there_are_none(pattern):
    assert len(draw_schools(13, {"ties.pattern": pattern, "ties.advice": 0.0}).advice_to) == 0


def test_a_school_too_large_for_ties_by_department_is_refused_with_a_way_out():
    with pytest.raises(InputError, match="too large") as refused:
        draw_schools(4001, {"population.schools": 1})
    assert "random" in refused.value.right


@pytest.mark.parametrize("weight", [1, 3])
def test_a_co_teacher_at_home_counts_as_many_times_more_as_declared(weight):
    before, after = draw_schools(8), draw_schools(8, {"ties.co_teaching": weight})
    more = {
        (post, colleague): ties_of(after, post).count(colleague) - ties_of(before, post).count(colleague)
        for post in range(len(before.teachers))
        for colleague in set(ties_of(after, post))
    }
    extra = [tie for tie, times in more.items() if times > 0]
    assert {more[tie] for tie in extra} == {weight}
    assert len(after.advice_to) - len(before.advice_to) == weight * len(extra)
    assert set(extra) == {(colleague, teacher) for teacher, colleague in extra}
    seated = before.teachers["network"] >= 0
    assert {teacher for teacher, _ in extra if seated[teacher]} == set(np.flatnonzero(seated).tolist())
    assert all(
        seated[teacher] != seated[colleague]
        and before.teachers["school"][teacher] == before.teachers["school"][colleague]
        for teacher, colleague in extra
    )


def ties_of(world, post):
    return world.advice_to[world.advice_first[post] : world.advice_first[post + 1]].tolist()


def test_more_ties_than_32_bits_can_number_are_refused(monkeypatch):
    monkeypatch.setattr(ties, "MAX_TIES", 3)
    source, to = np.array([0, 1, 1]), np.array([1, 0, 2])
    assert [part.tolist() for part in ties.to_csr(3, source, to)] == [[0, 1, 3, 3], [1, 0, 2]]
    with pytest.raises(InputError, match="4 ties of one kind are too many"):
        ties.to_csr(3, np.append(source, 2), np.append(to, 0))


def test_ties_are_the_same_however_many_pairs_are_drawn_at_once(monkeypatch):
    world = draw_world({})
    first = np.append(world.schools["first_teacher"].astype(np.int64), len(world.teachers))
    own_values = tuple(parameter.default for parameter in ties.PARAMETERS)
    at_once = ties._draw_ties(first, world.teachers["department"], own_values, 1)
    monkeypatch.setattr(ties, "PAIRS_PER_CHUNK", 500)
    for here, there in zip(at_once, ties._draw_ties(first, world.teachers["department"], own_values, 1), strict=True):
        assert all(map(np.array_equal, here, there))
