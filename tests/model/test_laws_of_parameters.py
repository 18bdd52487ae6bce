"""Exact laws of parameters: what each of them changes, and what it must not touch: rates, switches, lifted conditions,
the starting world.
"""

import numpy as np
import pytest

from plnsim.common.parameter import Choice
from plnsim.common.streams import random_word, run_key, uniform
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.simulation.engine.counts import COUNT_NAMES
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import CalendarEvent
from tests.support.runs import (
    changed_run,
    changed_state,
    changed_world,
    copy_state,
    finish_run,
    small_scenario,
    start_run,
)
from tests.support.worlds import neighbours_of

KEY = run_key(7, 7)


# -- what moves nothing ------------------------------------------------------------------------------------------------

PER_TIME = (
    "share a week",
    "share a meeting",
    "share a year",
    "chance a year",
    "share a time",
    "per week",
    "per failed week",
)
"""Units of what moves something lasting. A chance a week is none: that somebody asks or hears of it need not last."""
RATES = tuple(parameter.qualified_name for parameter in MODEL_PARAMETERS if parameter.unit in PER_TIME)
"""How fast anything that lasts can change: with all of them at 0, nothing does."""

PASSES = {
    "years",
    "missed",
    "time",
    "quality",
    "evidence",
    "applied",
    "mobilises",
    "asked",
    "evidence_total",
    "evidence_count",
    "owed",
    "uncovered_hours",
    "facilitation_met",
    "facilitator_met",
    "members_met",
}
"""What every week makes anew; and years pass, evidence is summed up, hours are made up for, a meeting is worked up."""
LASTS = {
    kind: {variable.name for variable in variables if variable.kind in ("state", "fixed")} - PASSES
    for kind, variables in (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK))
}


def in_mid_course(rates: dict):
    """A run of 1.5 years that begins with users, habits, routines and differing views, so that every process has
    something to work on.
    """
    scenario = small_scenario(
        {name: 0.0 for name in RATES}
        | {
            "population.schools": 16,
            "population.first_users": 0.4,
            "renewal.rule": "always",
            "renewal.threshold": 0.0,  # so that who may join wishes to
            "participation.threshold_supported": 0.0,
            "participation.neighbours": 0.6,
            "mobilisation.mailing": 0.2,
            "mobilisation.visits": 0.1,
            "observation.lessons": 10.0,
            "inquiry.first_knowledge": 0.0,  # or facilitators would bring parts, as well as they facilitate,
            "partners.knowledge": 0.0,  # and so would partners
            "partners.a_network": 2,
            "programme.topology": "network of networks",
            "policy.coherence": 0.1,
            "evidence.expected": 0.2,
        }
        | rates
    )
    run = start_run(scenario, 5)
    teachers, schools, networks = run.world.teachers, run.world.schools, run.world.networks
    teachers["parts"], teachers["knowledge"] = drawn_parts(teachers["name"], 1)
    teachers["in_use"] = np.where(teachers["uses"], teachers["parts"] & -teachers["parts"], 0)  # one of them
    teachers["first_belief"] = drawn_shares(teachers["name"], 2)
    teachers["fidelity"] = 0.7
    teachers["habit"] = 0.5 * teachers["uses"]
    schools["routine"] = 0.5 * drawn_shares(schools["name"], 3)
    schools["own_vision"] = drawn_shares(schools["name"], 4)
    networks["parts"], networks["knowledge"] = drawn_parts(networks["name"], 5)
    return run


def drawn_shares(names, stream):
    return np.array([uniform(KEY, stream, int(name)) for name in names])


def drawn_parts(names, stream):
    """Any parts of the 24 that there are, and the shares of them."""
    parts = [random_word(KEY, stream, int(name)) >> 40 for name in names]
    return parts, [word.bit_count() / 24 for word in parts]


def changed_names(run) -> list[str]:
    """What of all that lasts has changed at the end of a run."""
    before = copy_state(run)
    run.advance()
    return [name for name in changed_state(before, run) if name.partition(".")[2] in LASTS[name.partition(".")[0]]]


def test_with_all_rates_at_zero_nothing_moves():
    run = in_mid_course({})
    moved = changed_names(run)
    assert not moved, (
        f"with all rates at 0 these move: {moved}; what moves them needs a rate, in one of {PER_TIME}; what every week "
        "makes anew, or only counts what happens, stands in PASSES in tests/model/test_laws_of_parameters.py"
    )
    assert run.counts.series[:, :, COUNT_NAMES.index("mobilising")].sum() > 0
    assert run.counts.series[:, :, COUNT_NAMES.index("attended")].sum() > 0
    assert (
        0
        < run.counts.series[:, :, COUNT_NAMES.index("applied")].sum()
        < run.counts.series[:, :, COUNT_NAMES.index("users")].sum()
    )


@pytest.mark.parametrize("rate", RATES)
def test_each_rate_by_itself_moves_something(rate):
    """By itself, but for the other rates of its mechanism, which may be what gives it something to work on."""
    section = rate.partition(".")[0]
    others = {name: MODEL_PARAMETERS[name].default for name in RATES if name.startswith(f"{section}.") and name != rate}
    with_it, without = in_mid_course(others | {rate: MODEL_PARAMETERS[rate].ppf(0.9)}), in_mid_course(others)
    for run in (with_it, without):
        run.advance()
    moved = [
        name for name in changed_state(with_it, without) if name.partition(".")[2] in LASTS[name.partition(".")[0]]
    ]
    assert moved, (
        f"{rate} moves nothing: give in_mid_course in tests/model/test_laws_of_parameters.py what it needs, "
        f"or see in plnsim/model/mechanisms/{section}.py whether it is used"
    )


# -- switches mean what they say ---------------------------------------------------------------------------------------

BELIEF_BY = {
    "evidence only": {"norms.pull": 0.05, "norms.own_view": 0.05},
    "norms only": {"evidence.learning": 0.15, "evidence.noise": 0.6, "evidence.fed_back": 0.1},
}
"""For each option of what moves belief, what must not move it."""


@pytest.mark.parametrize(
    ("option", "other"), [(option, name) for option, others in BELIEF_BY.items() for name in others]
)
def test_belief_is_moved_by_nothing_that_the_switch_rules_out(option, other):
    still = {"adoption.alone": 2.0, "population.first_users": 0.4, "norms.belief": option} | STEADY_HEADS
    # evidence moves who meets whom, and who attends to it, uses it and gives it up in disappointment
    still |= {"renewal.rule": "always", "recruitment.rate": 0.0, "attention.fading": 0.0}
    run, another = (
        finish_run(small_scenario(still), 6),
        finish_run(small_scenario(still | {other: BELIEF_BY[option][other]}), 6),
    )
    assert run.counts.series[:, :, COUNT_NAMES.index("applied")].sum() > 0
    assert "teachers.belief" not in changed_state(run, another)


@pytest.mark.parametrize("calendar", [[], [CalendarEvent(5, event="tune-up")]], ids=["plain", "with a tune-up"])
def test_a_network_that_is_not_yet_founded_does_not_meet(calendar):
    growing = {
        "population.schools": 12,
        "programme.participation": 1.0,
        "programme.founded_over": 1.4,
        "programme.support_years": 2.0,
        "renewal.rule": "always",  # what has been founded does not end
    }
    run = start_run(small_scenario(growing, calendar=calendar), 7)
    begins = run.world.networks["begins"].copy()
    assert begins.min() == 0 and begins.max() > 39
    for week in range(58):
        run.advance(1)
        waiting = begins > week + 1
        teachers = run.world.teachers
        met = np.unique(teachers["network"][teachers["quality"] > 0])
        assert not waiting[met].any(), f"week {week}: a network met that begins in week {begins[met].max()}"
        assert (run.world.networks["active"] == ~waiting).all()


# -- conditions lifted from outside ------------------------------------------------------------------------------------

STEADY_HEADS = {
    "policy.initiatives": 0.0,
    "policy.return_to_course": 0.0,
    "succession.rate": 0.0,
    "leadership.evidence_effect": 0.0,
    "leadership.learning": 0.0,
}


def test_lifting_time_fully_is_the_same_as_more_hours_than_anyone_needs():
    lifted = finish_run(small_scenario({"conditions.time_shift": 1.0}), 4)
    plentiful = finish_run(small_scenario({"time.hours": 40.0, "time.needed": 0.01}), 4)
    hours = {f"teachers.{name}" for name in ("owed", "network_hours", "colleague_hours", "hours_left")}
    of_schools = {"schools.hours", "schools.standing_in", "schools.helping"}
    assert set(changed_run(lifted, plentiful)) <= hours | of_schools | {"series", "years"}
    counted = [place for place, name in enumerate(COUNT_NAMES) if not name.endswith(("hours", "hours_left"))]
    assert (lifted.counts.series[:, :, counted] == plentiful.counts.series[:, :, counted]).all()
    assert (lifted.world.teachers["time"] == 1.0).all()


def test_lifting_leadership_fully_is_the_same_as_heads_who_give_all():
    lifted = finish_run(
        small_scenario({"leadership.distributed": 1.0, "conditions.leadership_shift": 1.0} | STEADY_HEADS), 4
    )
    whole = finish_run(
        small_scenario(
            {"leadership.distributed": 1.0, "leadership.vision": 1.0, "leadership.support": 1.0} | STEADY_HEADS
        ),
        4,
    )
    assert set(changed_run(lifted, whole)) == {
        "schools.vision",
        "schools.own_vision",
        "schools.support",
        "schools.leader_vision",
        "schools.leader_support",
        "vision",
    }
    assert (lifted.world.schools["leadership"] == 1.0).all()


def test_lifting_focus_fully_is_the_same_as_a_practice_that_fits_every_goal():
    lifted = finish_run(small_scenario({"conditions.focus_shift": 1.0}), 4)
    fitting = finish_run(small_scenario({"focus.alignment": 1.0}), 4)
    assert changed_run(lifted, fitting) == ["schools.own_focus"]
    assert (lifted.world.schools["focus"] == 1.0).all()


@pytest.mark.parametrize("condition", ["time", "leadership", "focus"])
def test_a_lift_in_the_calendar_is_the_same_as_holding_the_condition_at_one(condition):
    text = "[population]\nschools = 6\n"
    plain = Scenario.from_text(text).with_years(1.5)
    lifted = finish_run(
        Scenario.from_text(f"{text}\n[[calendar]]\nyear = 0\nlift = {{ {condition} = 1 }}\n").with_years(1.5), 6
    )
    held = finish_run(
        plain.with_values({f"conditions.{condition}_shift": 1.0, f"conditions.{condition}_target": 1.0}), 6
    )
    assert changed_run(lifted, held) == []
    assert changed_run(lifted, finish_run(plain, 6)) != []


# -- the starting world ------------------------------------------------------------------------------------------------

RISES_WITH = {
    "norms.first_belief": "teachers.belief",
    "adoption.threshold": "teachers.threshold",
    "mobilisation.awareness": "teachers.awareness",
    "mobilisation.formal_share": "teachers.formal",
    "population.first_users": "teachers.uses",
    "learning.first_knowledge_high": "teachers.knowledge",
    "leadership.vision": "schools.own_vision",
    "leadership.support": "schools.support",
    "leadership.distributed": "schools.distributed",
    "focus.alignment": "schools.own_focus",
    "population.secondary_share": "schools.secondary",
    "population.minutes_across": "schools.east",
    "meeting.first_trust": "networks.trust",
    "inquiry.first_knowledge": "networks.knowledge",
    "inquiry.facilitation": "networks.skill",
    "programme.support_years": None,
}
"""What of the starting world must rise, or stay, for everybody when a parameter rises."""


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, column in RISES_WITH.items() if column])
def test_raising_a_mean_moves_every_starting_value_the_same_way(name, column):
    kind, _, column = column.partition(".")
    low, middle, high = (
        getattr(Scenario.of("baseline").with_values({name: MODEL_PARAMETERS[name].ppf(share)}).world(11), kind)[column]
        for share in (0.05, 0.5, 0.95)
    )
    if len(low) == len(middle) == len(high):
        assert (low <= middle).all() and (middle <= high).all()
    else:
        assert name == "population.secondary_share"
    assert low.mean() < middle.mean() < high.mean()


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_raising_the_mean_staff_makes_every_school_of_the_phase_larger(phase):
    small, large = (
        Scenario.of("baseline").with_values({f"population.{phase}_staff": staff}).world(12).schools
        for staff in (20.0, 40.0)
    )
    before, after = (schools["after_last_teacher"] - schools["first_teacher"] for schools in (small, large))
    of_phase = small["secondary"] == (phase == "secondary")
    assert of_phase.any() and (~of_phase).any()
    assert (after[of_phase] > before[of_phase]).all() and (after[~of_phase] == before[~of_phase]).all()


def test_more_turnover_makes_every_teacher_as_new_or_newer():
    steady, restless = (
        Scenario.of("baseline").with_values({"turnover.rate": rate}).world(13).teachers["years"] for rate in (0.1, 0.25)
    )
    assert (restless <= steady).all() and (restless < steady).any()


@pytest.mark.parametrize(
    ("name", "layer"), [("ties.advice", "advice"), ("ties.information", "information"), ("ties.advice", "information")]
)
def test_asking_for_more_ties_keeps_every_tie_that_there_was(name, layer):
    low, high = MODEL_PARAMETERS[name].range
    few, many = (Scenario.of("baseline").with_values({name: value}).world(14) for value in (low, high))
    before, after = (
        {
            (post, other)
            for post in range(len(world.teachers))
            for other in neighbours_of(getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to"), post).tolist()
        }
        for world in (few, many)
    )
    assert before < after


def test_more_participation_keeps_every_school_that_took_part():
    few, many = (
        Scenario.of("baseline").with_values({"programme.participation": share}).world(15).teachers
        for share in (0.3, 0.6)
    )
    assert set(few["post"][few["member"] == 1].tolist()) < set(many["post"][many["member"] == 1].tolist())


ENTERS = {
    "norms.first_belief": {"teachers.belief", "teachers.first_belief"},
    "norms.first_belief_spread": {"teachers.belief", "teachers.first_belief"},
    "learning.first_knowledge_low": {"teachers.parts", "teachers.knowledge"},
    "learning.first_knowledge_high": {"teachers.parts", "teachers.knowledge"},
    "adoption.threshold": {"teachers.threshold"},
    "adoption.threshold_spread": {"teachers.threshold"},
    "mobilisation.awareness": {"teachers.awareness"},
    "mobilisation.awareness_spread": {"teachers.awareness"},
    "mobilisation.formal_share": {"teachers.formal"},
    "time.load_spread": {"teachers.load"},
    "turnover.rate": {"teachers.years"},
    "turnover.early_ratio": {"teachers.years"},
    "leadership.vision": {"schools.vision", "schools.own_vision"},
    "leadership.support": {"schools.support"},
    "leadership.distributed": {"schools.distributed", "schools.own_distributed"},
    "focus.alignment": {"schools.own_focus"},
    "leadership.spread": {
        "schools.vision",
        "schools.own_vision",
        "schools.support",
        "schools.distributed",
        "schools.own_distributed",
        "schools.own_focus",
    },
    "meeting.first_trust": {"networks.trust"},
    "inquiry.first_knowledge": {"networks.facilitator_parts", "networks.parts", "networks.knowledge"},
    "programme.networks_a_facilitator": {
        "networks.skill",
        "networks.facilitator_parts",
        "networks.partner_parts",
        "networks.parts",
        "networks.knowledge",
    },
    "inquiry.facilitation": {"networks.skill"},
    "inquiry.facilitation_spread": {"networks.skill"},
    "parts.own": {"schools.own_parts", "teachers.parts"},
    "parts.context": {"schools.own_parts", "teachers.parts"},
    "mobilisation.information_depth": {"schools.explicit_parts"},
    "partners.knowledge": {"schools.source_parts", "networks.partner_parts"},
    "partners.a_network": {"networks.partner_parts"},
    "population.first_users": {"teachers.uses", "teachers.tried", "teachers.refuses"},
    "adoption.never": {"teachers.refuses"},
    "ties.reciprocity": {"advice_first", "advice_to", "information_first", "information_to"},
    "ties.advice": {"advice_first", "advice_to", "information_first", "information_to"},
    "ties.information": {"information_first", "information_to"},
    "ties.department_odds": {"advice_first", "advice_to"},
    "ties.pattern": {"advice_first", "advice_to"},
    "ties.co_teaching": {"advice_first", "advice_to"},
    "programme.topology": {"cross_first", "cross_to"},
    "programme.founded_over": {"networks.begins", "networks.begun", "networks.active", "teachers.member"},
}
"""Parameters that enter the starting world, and all that they touch in it."""


@pytest.mark.parametrize("name", ENTERS)
def test_a_parameter_changes_only_that_part_of_the_starting_world_that_it_enters(name):
    scenario = Scenario.of("baseline")
    touched = set(changed_world(scenario.world(16), scenario.with_values({name: another_value(name)}).world(16)))
    assert touched == ENTERS[name]


def another_value(name):
    """A value that differs from the default."""
    declared = MODEL_PARAMETERS[name]
    if isinstance(declared, Choice):
        return list(declared.options)[1]
    return declared.ppf(0.97) if declared.range[0] < declared.range[1] else declared.bounds[1]


@pytest.mark.parametrize(
    "name",
    [
        parameter.qualified_name
        for parameter in MODEL_PARAMETERS
        if not parameter.structural and parameter.qualified_name not in ENTERS
    ],
)
def test_the_starting_world_is_the_same_whatever_only_the_weeks_read(name):
    scenario = small_scenario()
    other = scenario.with_values({name: another_value(name)})
    assert other.values[name] != scenario.values[name]
    assert changed_world(scenario.world(17), other.world(17)) == []
