"""What must follow without any oracle: M4 twice as many schools change no mean and halve the variance; M6 what has no
source or no way has no effect.

The others hold elsewhere: M1 non-interference and M3 names and places in ``test_laws_of_influence``; M5 lifts in
``test_laws_of_parameters``; M8 prefixes and M9 conservation in ``test_laws``; M2 two engines in ``test_engines``; M7
the dummy in ``test_experiments``; M10 stale machine code in ``test_compile_cache``.
"""

import numpy as np
import pytest

from plnsim import run
from plnsim.simulation.engine.counts import COUNT_NAMES
from plnsim.simulation.scenario import Scenario
from tests.support.runs import FULL_SUITE, finish_run, small_scenario

REGION = {
    "programme.participation": 0.4,
    "programme.schools_a_network": 4.0,
    "programme.schools_at_most": 4,
    "recruitment.rate": 0.0,
    "population.secondary_share": 0.0,
    "population.primary_staff": 16.0,
    "population.staff_spread": 0.0,
}
"""Half a region and a whole one are alike: networks of four schools, all of one size."""


def test_twice_as_many_schools_keep_the_mean_and_halve_the_variance(case):
    replicates = 400 if FULL_SUITE else 50
    scenario = small_scenario(REGION | {"programme.support_years": 2.0, "programme.follow_up_years": 1.0})
    half, whole = (
        run(scenario.with_values({"population.schools": schools}), seed=schools, replicates=replicates).values("use")
        for schools in (20, 40)
    )
    case.agrees(
        "mean use in 40 schools against 20",
        whole.mean(),
        half.mean(),
        error=np.sqrt((half.var(ddof=1) + whole.var(ddof=1)) / replicates),
    )
    ratio = np.log(whole.var(ddof=1) / half.var(ddof=1))
    case.agrees("log of the ratio of variances, against log 1/2", ratio, np.log(0.5), error=2 / np.sqrt(replicates - 1))


def total_count(run_done, name: str) -> int:
    return int(run_done.counts.series[:, :, COUNT_NAMES.index(name)].sum())


@pytest.mark.parametrize("contagion", ["threshold", "linear", "step"])
def test_where_nobody_begins_nobody_ever_uses_it(case, contagion):
    done = finish_run(
        small_scenario({"adoption.alone": 0.0, "adoption.in_network": 0.0, "adoption.contagion": contagion}), 3
    )
    case.agrees(f"weeks of use, contagion {contagion}", total_count(done, "users"), 0, within=0.0)


NO_WAY_OUT = {
    "mobilisation.awareness": 0.0,
    "mobilisation.awareness_growth": 0.0,
    "advice.ask": 0.0,
    "turnover.movers": 0.0,
    "turnover.induction": 0.0,
    "learning.first_knowledge_high": 0.0,
}


def test_what_has_no_way_out_of_the_network_stays_in_it(case):
    done = finish_run(small_scenario(NO_WAY_OUT | {"adoption.in_network": 1.0}), 3)
    case.holds("members use it", total_count(done, "users") > 0, f"{total_count(done, 'users')} teacher-weeks", "some")
    case.agrees("weeks of use by home colleagues", total_count(done, "home_users"), 0, within=0.0)
    case.agrees("home colleagues reached", total_count(done, "home_reached"), 0, within=0.0)
    home = done.world.teachers["network"] < 0
    case.agrees("most that a home colleague knows", done.world.teachers["knowledge"][home].max(), 0.0, within=0.0)


@pytest.mark.parametrize("way", ["mobilisation.awareness", "advice.ask", "turnover.movers"])
def test_each_way_out_by_itself_lets_it_out(case, way):
    many = {"turnover.rate": 0.25, "forgetting.rate": 0.0}  # or hardly any of so few members would move
    done = finish_run(small_scenario(NO_WAY_OUT | many | {"adoption.in_network": 1.0, way: 1.0}), 3)
    case.holds(
        f"home colleagues know something, {way} = 1",
        total_count(done, "knowledge") > 0
        and bool((done.world.teachers["knowledge"][done.world.teachers["network"] < 0] > 0).any()),
        "some do",
        "some do",
    )


def test_a_practice_without_benefit_lasts_less(case):
    replicates = 60 if FULL_SUITE else 20
    useful, useless = (
        run(
            Scenario.of("baseline").with_values({"practice.potency": potency, "population.schools": 20}),
            replicates=replicates,
        )
        for potency in (0.8, 0.0)
    )
    gap = useful.values("use") - useless.values("use")
    error = gap.std(ddof=1) / np.sqrt(replicates)
    case.holds(
        "use in the last year, useful less useless, in pairs",
        gap.mean() > 4 * error,
        f"{gap.mean():.3f}, {gap.mean() / error:.1f} SE",
        "over 4 SE",
    )
    case.agrees(
        "runs of sustained scale-up of a practice without benefit",
        useless.values("sustained_scale_up").sum(),
        0,
        within=0.0,
    )
    case.agrees("pupils' gain of a practice without benefit", useless.values("pupil_effect"), 0.0, within=0.0)
