"""The starting world that is drawn where no data are given: schools, staff and tenure are as declared, and what no
memory holds is refused.
"""

import os
import tracemalloc

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.model.mechanisms.turnover import EARLY_YEARS, leaving_rate
from plnsim.model.world import population
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.support.runs import finish_run, start_run
from tests.support.worlds import PATTERNS, draw_world, staff_of

# -- schools -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country():
    return draw_world({"population.schools": 4000})


@pytest.mark.parametrize(("secondary", "mean"), [(0, 13.0), (1, 57.0)])
def test_schools_of_a_phase_have_the_declared_mean_staff_and_are_right_skewed(country, secondary, mean):
    staff = staff_of(country.schools)[country.schools["secondary"] == secondary]
    assert staff.mean() == pytest.approx(mean, rel=0.03)
    assert np.std(np.log(staff)) == pytest.approx(0.35, abs=0.03)
    assert np.median(staff) < staff.mean() and ((staff - staff.mean()) ** 3).mean() / staff.std() ** 3 > 0.6


def test_schools_without_spread_are_all_of_the_declared_size():
    schools = draw_world({"population.staff_spread": 0.0, "population.secondary_share": 0.5}).schools
    assert set(zip(schools["secondary"].tolist(), staff_of(schools).tolist(), strict=True)) == {(0, 13), (1, 57)}


def test_no_school_has_fewer_than_two_teachers():
    assert staff_of(draw_world({"population.primary_staff": 1.0, "population.staff_spread": 2.0}).schools).min() == 2


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("schools", [7, 40, 333])
def test_the_share_of_secondary_schools_is_exact(schools, share):
    world = draw_world({"population.schools": schools, "population.secondary_share": share})
    assert world.schools["secondary"].sum() == round(share * schools)


def test_disadvantage_is_spread_evenly_over_schools_of_any_size(country):
    number = len(country.schools)
    assert np.sort(country.schools["disadvantage"]) == pytest.approx((np.arange(number) + 0.5) / number, abs=1e-12)
    assert abs(np.corrcoef(country.schools["disadvantage"], staff_of(country.schools))[0, 1]) < 0.05
    assert (country.schools["disadvantage"][:-1] > country.schools["disadvantage"][1:]).any()


def test_schools_lie_all_over_the_region(country):
    for axis in ("east", "north"):
        counts, _ = np.histogram(country.schools[axis], bins=6, range=(0.0, 60.0))
        assert counts.sum() == 4000 and counts.min() > 550
    assert abs(np.corrcoef(country.schools["east"], country.schools["north"])[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("parameter", "kind", "column"),
    [
        ("leadership.vision", "schools", "own_vision"),
        ("leadership.support", "schools", "support"),
        ("leadership.distributed", "schools", "distributed"),
        ("focus.alignment", "schools", "own_focus"),
        ("norms.first_belief", "teachers", "belief"),
        ("adoption.threshold", "teachers", "threshold"),
        ("mobilisation.awareness", "teachers", "awareness"),
    ],
)
def test_the_middle_of_what_is_drawn_is_as_declared(country, parameter, kind, column):
    assert np.median(getattr(country, kind)[column]) == pytest.approx(MODEL_PARAMETERS[parameter].default, abs=0.02)


def test_what_is_drawn_for_teachers_has_the_declared_means(country):
    teachers = country.teachers
    assert teachers["load"].mean() == pytest.approx(1.0, abs=0.01)
    assert teachers["formal"].mean() == pytest.approx(0.3, abs=0.01)
    assert teachers["knowledge"].mean() == pytest.approx(0.025, abs=0.001)
    # no more than 1.2 of 24 parts, rounded by chance
    assert set(teachers["knowledge"].tolist()) == {0.0, 1 / 24, 2 / 24}
    assert (teachers["first_belief"] == teachers["belief"]).all() and (teachers["fidelity"] == 1.0).all()
    assert draw_world({"population.schools": 1000, "population.first_users": 0.16}).teachers[
        "uses"
    ].mean() == pytest.approx(0.16, abs=0.01)


def test_posts_schools_and_departments_fit_together(country):
    teachers, schools = country.teachers, country.schools
    assert (teachers["post"] == np.arange(len(teachers))).all() and len(np.unique(teachers["name"])) == len(teachers)
    assert schools["first_teacher"][0] == 0 and schools["after_last_teacher"][-1] == len(teachers)
    assert (schools["first_teacher"][1:] == schools["after_last_teacher"][:-1]).all()
    assert (np.bincount(teachers["school"]) == staff_of(schools)).all() and (np.diff(teachers["school"]) >= 0).all()
    sizes = np.unique(np.stack([teachers["school"], teachers["department"]]), axis=1, return_counts=True)[1]
    assert sizes.max() == 6 and (teachers["department"] >= 0).all()


def test_departments_are_numbered_in_the_largest_school_too():
    teachers = draw_world(
        {
            "population.schools": 1,
            "population.primary_staff": 40_000.0,
            "population.secondary_share": 0.0,
            "population.staff_spread": 0.0,
            "population.department_size": 1.0,
            "ties.pattern": "random",
        }
    ).teachers
    assert (teachers["department"] >= 0).all()


# -- tenure ------------------------------------------------------------------------------------------------------------


def assert_tenure_in_balance(years):
    assert 0.17 <= (years < 2).mean() <= 0.30
    assert 0.45 <= (years < 5).mean() <= 0.60
    assert 0.12 <= (years >= 10).mean() <= 0.25


def test_tenure_is_in_balance_from_the_start(country):
    assert_tenure_in_balance(country.teachers["years"])


def test_tenure_stays_in_balance_over_twenty_years_and_as_many_leave_as_declared():
    run = start_run(Scenario.of("baseline").with_values({"population.schools": 300}).with_years(20), 2)
    left = []
    for _ in range(20):
        run.advance(39)
        left.append((run.world.teachers["years"] == 0).mean())
    assert_tenure_in_balance(run.world.teachers["years"])
    assert np.mean(left) == pytest.approx(0.15, abs=0.006)


@pytest.mark.parametrize("rate", [0.1, 0.15, 0.25])
@pytest.mark.parametrize("early_ratio", [1.0, 1.5, 2.5])
def test_a_staff_in_balance_loses_about_the_declared_share(rate, early_ratio):
    years = draw_world(
        {"population.schools": 600, "turnover.rate": rate, "turnover.early_ratio": early_ratio}
    ).teachers["years"]
    leaving = np.array([leaving_rate(year, rate, early_ratio) for year in range(years.max() + 1)])
    assert leaving[years].mean() == pytest.approx(rate, rel=0.08)
    assert leaving[0] == pytest.approx(early_ratio * leaving[EARLY_YEARS])


# -- memory ------------------------------------------------------------------------------------------------------------


def test_a_population_that_would_not_fit_in_memory_is_refused_before_anything_is_allocated():
    largest = Scenario.of("baseline").with_values(
        {"population.schools": 200_000, "population.primary_staff": 1e6, "population.secondary_staff": 1e6}
    )
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="GiB") as refused:
            largest.world()
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()
    assert "teachers fit here" in refused.value.right


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_of_ties_escapes_the_check_of_memory(pattern):
    with pytest.raises(InputError):
        draw_world({"population.schools": 200_000, "population.primary_staff": 1e6, "ties.pattern": pattern})


def test_what_fits_is_drawn_and_run_and_what_does_not_fit_is_refused_on_a_small_machine(monkeypatch):
    monkeypatch.setattr(population, "_free_memory", lambda: 2**20)
    with pytest.raises(InputError, match="fewer schools"):
        draw_world({"population.schools": 1000})
    assert (
        len(finish_run(Scenario.of("baseline").with_values({"population.schools": 2}).with_years(0.1)).world.schools)
        == 2
    )


def test_a_world_is_drawn_where_the_system_does_not_tell_how_much_memory_is_free(monkeypatch):
    def unknown(*_, **__):
        raise OSError("not told")

    monkeypatch.setattr(population, "open", unknown, raising=False)
    monkeypatch.setattr(os, "sysconf", unknown)
    assert population._free_memory() is None
    assert len(draw_world({}).schools) == 40
