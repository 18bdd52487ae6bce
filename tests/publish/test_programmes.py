"""The library of programmes: every one runs, says what is known and assumed, and has a page in the guide that is not
stale.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from plnsim import Scenario, run
from plnsim.common.package import shipped
from plnsim.publish.report.programmes import page
from plnsim.simulation.runs import is_large
from plnsim.simulation.scenario import shipped_scenarios

PAGES = shipped("docs/programmes")
NAMES = sorted(shipped_scenarios())
PROGRAMMES = [name for name in NAMES if name not in ("baseline", "district")]
WHOLE = bool(os.environ.get("PLNSIM_FULL"))
READ_AGAIN = NAMES if WHOLE else ["one-square-kilometre-of-education", "research-learning-network", "information-only"]

NAMED_IN_THE_SEEDS = {
    "challenge-partners",
    "knowledge-network-applied-education-research",
    "one-square-kilometre-of-education",
    "nsw-teacher-expert-networks",
    "research-learning-communities",
    "research-learning-communities-looked-after-children",
    "research-learning-network",
    "data-teams",
    "teacher-design-teams",
    "lesson-study",
    "blended-cross-country-network",
    "cross-district-community-of-inquiry",
    "research-practice-partnership",
    "co-teaching-inquiry-pairs",
    "evidence-of-pupil-progress",
    "homogenised-disadvantaged-networks",
    "feeder-school-mathematics-network",
    "teachers-leading-teachers",
    "system-leaders-network",
    "regional-development-with-knowledge-mobilisers",
    "information-only",
    "whole-staff-learning-communities",
    "all-the-time-in-the-world",
}


def test_every_programme_of_the_seed_documents_is_a_scenario():
    assert set(NAMES) >= NAMED_IN_THE_SEEDS


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_tells_what_is_known_apart_from_what_is_assumed(name):
    scenario, file = Scenario.of(name), f"scenarios/{name}.toml"
    assert scenario.purpose.endswith(("?", ".")), f"{file}: purpose is a whole sentence"
    empty = [key for key in ("sources", "known", "assumed", "special") if not getattr(scenario, key)]
    assert not empty, f"{file}: {empty} must say something: a programme is read against its sources"
    both = set(scenario.known) & set(scenario.assumed)
    assert not both, f"{file}: {both} is either known or assumed"


@pytest.mark.parametrize("name", NAMES)
def test_a_programme_runs_for_a_shortened_time(name):
    scenario = Scenario.of(name)
    done = (
        run(scenario.with_years(0.1), replicates=1)
        if is_large(scenario)
        else run(scenario.with_years(1.0), replicates=2)
    )
    assert np.isfinite(done.weeks["use"]).all()
    assert done.weeks["use"].between(0, 1).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_programme_has_a_page_with_what_its_scenario_says(name):
    scenario, file = Scenario.of(name), PAGES / f"{name}.md"
    assert file.is_file(), f"no page: `python -m plnsim.publish.report.programmes docs/programmes {name}` writes it"
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# {scenario.title}\n\n{scenario.purpose}\n")
    assert all(
        f"- {point}\n" in text for point in (*scenario.known, *scenario.assumed, *scenario.special, *scenario.omitted)
    )
    assert f"({name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READ_AGAIN)
def test_what_a_page_says_the_simulation_shows_is_what_it_shows(name):
    assert page(Scenario.of(name)) == (PAGES / f"{name}.md").read_text(encoding="utf-8"), (
        "python -m plnsim.publish.report.programmes docs/programmes"
    )


def test_partners_raise_what_a_network_comes_to_know():
    alone, together = (
        run(Scenario.of("baseline").with_values({"partners.a_network": number, "population.schools": 12}), replicates=4)
        for number in (0, 3)
    )
    assert (together.values("deep_use") > alone.values("deep_use")).all()


def test_networks_of_another_theme_see_less_of_the_focus():
    themed = Scenario.of("baseline").with_values(
        {"programme.themes": 2, "population.schools": 20, "programme.participation": 1.0}
    )
    world = themed.world(1, 0)
    assert set(world.networks["theme"].tolist()) == {0, 1}
    full = themed.with_values({"focus.other_theme_loss": 0.0})
    assert (run(full, replicates=4).values("deep_use") > run(themed, replicates=4).values("deep_use")).all()


def test_networks_that_are_founded_over_the_years_begin_later():
    growing = run(Scenario.of("baseline").with_values({"programme.founded_over": 3.0}), replicates=2)
    active = growing.weeks[growing.weeks["replicate"] == 0]["networks_active"].to_numpy()
    assert active[0] < active[: growing.scenario.support_ends].max()


def test_the_most_disadvantaged_take_part_where_the_programme_reaches_for_them():
    world = Scenario.of("homogenised-disadvantaged-networks").world(1, 0)
    taking_part = np.unique(world.teachers["school"][world.teachers["member"] == 1])
    assert world.schools["disadvantage"][taking_part].min() > 0.75


def test_visits_of_a_knowledge_mobiliser_help():
    plain = Scenario.of("regional-development-with-knowledge-mobilisers")
    without = plain.with_values({"mobilisation.visits": 0.0})
    assert run(plain, replicates=6).values("use").mean() > run(without, replicates=6).values("use").mean()


def test_co_teaching_ties_weigh_more():
    world = Scenario.of("co-teaching-inquiry-pairs").world(1, 0)
    plain = Scenario.of("baseline").world(1, 0)
    delegates = (world.teachers["network"] >= 0).sum()
    added = len(world.advice_to) - len(plain.advice_to)
    assert delegates < added <= 3 * 2 * delegates


def test_evidence_that_is_fed_back_moves_those_who_do_not_use_it():
    fed, plain = (
        run(Scenario.of("evidence-of-pupil-progress").with_values({"evidence.fed_back": rate}), replicates=4)
        for rate in (0.03, 0.0)
    )
    assert fed.values("use").mean() != plain.values("use").mean()
    assert fed.weeks["belief"].mean() != plain.weeks["belief"].mean()
