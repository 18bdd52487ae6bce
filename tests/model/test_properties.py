"""Properties of whole scenarios at random plausible values: nothing undefined but what is declared so, shares within
0..1, counts conserved, and what helps never harms.

The last holds exactly, teacher by teacher, in the part of the model that theory calls attractive (more of anything
leads to no less of anything): nobody gives up, nothing is decided by means of changing groups, belief does not follow
evidence, and all know all. In the whole model it holds on average only, because a teacher who took it up early may give
it up before another has begun, and because which parts one comes to know depends on whom one asks: tested over paired
runs.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plnsim import run
from plnsim.common.parameter import Choice
from plnsim.model.outcome import OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.simulation.test_engines import entries
from tests.support.runs import FULL_SUITE, MEASURE_PARAMETERS, SIZE_PARAMETERS, random_point, small_scenario, start_run

PLAUSIBLE = sorted(
    parameter.qualified_name
    for parameter in MODEL_PARAMETERS
    if parameter.qualified_name not in SIZE_PARAMETERS | MEASURE_PARAMETERS
)
shares = st.floats(0.0, 1.0)
some_values = st.dictionaries(st.sampled_from(PLAUSIBLE), shares, max_size=8).map(
    lambda placed: {name: MODEL_PARAMETERS[name].ppf(share) for name, share in placed.items()}
)
seeds = st.integers(0, 2**63 - 1)
EXAMPLES = settings(
    max_examples=300 if FULL_SUITE else 30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)

scenarios = st.builds(
    lambda point, values, calendar, years: replace(small_scenario(random_point(point) | values, calendar), years=years),
    point=st.integers(0, 10_000),
    values=some_values,
    calendar=st.lists(entries, max_size=4),
    years=st.sampled_from((0.3, 1.0, 2.5)),
)


# -- outcomes ----------------------------------------------------------------------------------------------------------

ALWAYS_DEFINED = {
    "use",
    "use_when_support_ends",
    "schools_half",
    "deep_use",
    "schools_in_routine",
    "ownership",
    "practice_gain",
    "pupil_effect",
    "hours",
    "cover_hours",
    "cost",
    "sustained_adopters",
}
WITHIN_0_AND_1 = {outcome.name for outcome in OUTCOMES if outcome.unit.startswith("share")}
ADD_UP = [
    ("schools_sustained", "schools_partial", "schools_collapsed"),
    ("method_and_goal", "method_only", "goal_only", "neither"),
    ("names_time", "names_leadership", "names_focus"),
]


@EXAMPLES
@given(scenario=scenarios, seed=seeds)
def test_outcomes_are_defined_and_within_their_ranges(scenario, seed):
    measured = simulate_run(scenario, seed)
    outcomes = {outcome.name: outcome.function(measured) for outcome in OUTCOMES}
    assert {name for name in ALWAYS_DEFINED if not math.isfinite(outcomes[name])} == set()
    assert {name for name, value in outcomes.items() if math.isinf(value) and name != "cost_per_adopter"} == set()
    assert {
        name: outcomes[name]
        for name in WITHIN_0_AND_1
        if not (math.isnan(outcomes[name]) or -1e-12 <= outcomes[name] <= 1 + 1e-12)
    } == {}
    users = measured.weeks["users"][measured.last_year].sum()
    for name in ("depth", "fidelity", "adaptation"):
        assert math.isnan(outcomes[name]) == (users == 0), name
    assert math.isnan(outcomes["retention"]) == (
        not measured.outlasts_support or outcomes["use_when_support_ends"] < 0.02
    )
    for name in ("sustained_scale_up", "retained_scale_up", "scale_up_index"):
        assert math.isnan(outcomes[name]) == (not measured.outlasts_support), name
    assert not measured.outlasts_support or outcomes["sustained_scale_up"] in (0.0, 1.0)
    for names in ADD_UP:
        parts = [outcomes[name] for name in names]
        assert all(map(math.isnan, parts)) or sum(parts) == pytest.approx(1.0, abs=1e-9), names
    assert outcomes["deep_use"] <= outcomes["use"] + 1e-12
    assert outcomes["cost"] >= 0 and outcomes["hours"] >= 0


# -- counts ------------------------------------------------------------------------------------------------------------

NO_MORE_THAN = [
    ("users", "tried"),
    ("tried", "staff"),
    ("members_tried", "tried"),
    ("home_tried", "tried"),
    ("schools_tried", "schools"),
    ("schools_tried", "tried"),
    ("home", "staff"),
    ("home_users", "home"),
    ("home_users", "users"),
    ("members", "staff"),
    ("members_learnt", "members"),
    ("members_tried", "members"),
    ("members_mobilised", "members"),
    ("home_reached", "home"),
    ("home_tried", "home"),
    ("home_users", "home_tried"),
    ("facilitated", "attended"),
    ("mobilising", "members"),
    ("took_up", "users"),
    ("followed", "users"),
    ("followed_gave_up", "gave_up"),
    ("depth", "users"),
    ("fidelity", "users"),
    ("adaptation", "users"),
    ("habit", "users"),
    ("benefit", "users"),
    ("knowledge", "staff"),
    ("belief", "staff"),
    ("time", "staff"),
    ("leadership", "staff"),
    ("focus", "staff"),
]


@EXAMPLES
@given(scenario=scenarios, seed=seeds)
def test_counts_are_conserved(scenario, seed):
    measured = simulate_run(scenario, seed)
    weeks = measured.weeks
    for name in ("staff", "home"):
        assert (weeks[name] == weeks[name][0]).all(), f"posts were lost or made: {name}"
    assert all(np.isfinite(counts).all() for counts in weeks.values())
    assert all((counts >= 0).all() for name, counts in weeks.items() if name != "benefit")
    assert (weeks["benefit"] >= -weeks["users"] - 1e-9).all()  # what does not fit does harm
    for part, whole in NO_MORE_THAN:
        assert (weeks[part] <= weeks[whole] + 1e-9).all(), f"more {part} than {whole}"
    assert (sum(weeks[f"named_{condition}"] for condition in ("time", "leadership", "focus")) <= weeks["staff"]).all()
    seats = weeks["staff"] - weeks["home"]
    assert (weeks["members"] <= seats).all()
    assert (weeks["covered"] <= seats).all()  # at year ends with members who leave, in all other weeks without
    goes_on = np.arange(len(weeks["covered"])) % SCHOOL_WEEKS != SCHOOL_WEEKS - 1
    assert (weeks["covered"] <= weeks["members"])[goes_on].all()
    assert (weeks["applied"] <= weeks["users"] + weeks["gave_up"]).all()  # at the end of the week
    for name, counts in weeks.items():
        assert counts.sum() == pytest.approx(measured.years[name].sum(), rel=1e-12), name
    networks = measured.networks
    assert (networks["facilitated"] <= networks["meetings"]).all()
    number = len(networks["active"])
    founded = np.bincount(scenario.world(seed).networks["begins"], minlength=number + 1)[1 : number + 1]
    # a network that nobody takes part in is none, but for the week in which it is founded
    assert (networks["active"] <= networks["schools"] + founded).all()
    assert all(
        np.isfinite(networks[name]).all() and ((networks[name] >= 0) & (networks[name] <= 1)).all()
        for name in ("knowledge", "trust")
    )


# -- what helps never harms --------------------------------------------------------------------------------------------

ATTRACTIVE = {
    "meeting.hours": 0.0,  # what takes hours can harm
    "mobilisation.sharing_hours": 0.0,
    "advice.hours": 0.0,
    "observation.lessons": 0.0,
    "population.minutes_across": 0.0,
    "abandonment.rate": 0.0,
    "turnover.induction": 0.0,
    "succession.rate": 0.0,
    "leadership.evidence_effect": 0.0,
    "leadership.learning": 0.0,
    "leadership.from_system_leader": 0.0,  # whom heads follow has most priority and support together, not of each
    "policy.displaced": 0.0,
    "attention.fading": 0.0,  # by evidence, which hangs on the parts in use
    "recruitment.rate": 0.0,
    "participation.refill": 0.0,  # a newcomer in a seat is trusted less, and leaders fill seats
    "renewal.rule": "always",
    "norms.belief": "norms only",
    "mobilisation.formal_share": 0.0,
    "learning.stage": "flat",
    "learning.first_knowledge_low": 1.0,
    "learning.first_knowledge_high": 1.0,
    "forgetting.rate": 0.0,
    "inquiry.first_knowledge": 1.0,
    "inquiry.loss": 0.0,
    "inquiry.facilitation_spread": 0.0,  # how many share a facilitator decides who serves whom
    "inquiry.trainers": 0,  # and how long the chain is by which they are trained
}
HELPS = (
    "time.hours",
    "time.cover",
    "time.routine_hours",
    "time.habit_saves",
    "leadership.vision",
    "leadership.support",
    "leadership.distributed",
    "leadership.routine_substitutes",
    "policy.push",
    "policy.priority_left",
    "focus.alignment",
    "inquiry.facilitation",
    "inquiry.capacity",
    "inquiry.alone",
    "meeting.in_person",
    "meeting.online_worth",
    "meeting.first_trust",
    "meeting.trust_growth",
    "mobilisation.awareness",
    "mobilisation.awareness_growth",
    "mobilisation.visits",
    "norms.first_belief",
    "habit.occasions",
    "application.habit_carries",
    "adoption.alone",
    "adoption.in_network",
    "adoption.social",
    "population.first_users",
    "partners.continuity",
    "conditions.time_shift",
    "conditions.leadership_shift",
    "conditions.focus_shift",
)
TEACHES = (
    "inquiry.discovery",
    "inquiry.without_application",
    "inquiry.first_knowledge",
    "inquiry.exchange_between_networks",
    "learning.from_network",
    "learning.first_knowledge_high",
    "mobilisation.informal_reach",
    "mobilisation.information_rate",
    "mobilisation.information_depth",
    "mobilisation.mailing",
    "advice.ask",
    "advice.transfer",
    "experience.learning",
    "partners.knowledge",
    "spanning.carrying",
    "inquiry.sharing",
    "inquiry.airtime",
    "mobilisation.translation",
    "parts.own",
)
"""What helps by making more known; where all know all it does nothing."""
HARMS = (
    "time.needed",
    "practice.complexity",
    "habit.loss",
    "habit.days",
    "adoption.threshold",
    "leadership.mandate_weight",
    "meeting.disadvantage_loss",
    "focus.other_theme_loss",
    "policy.initiatives",
    "programme.networks_a_facilitator",
)
MAKES_LESS_KNOWN = ("forgetting.rate", "inquiry.loss", "inquiry.training_loss")
ON_AVERAGE = HELPS + TEACHES + HARMS + MAKES_LESS_KNOWN
GROWS = {
    "teachers": ("uses", "knowledge", "habit", "awareness", "time", "quality", "exposure", "tried"),
    "schools": ("routine", "vision", "leadership", "lasting_leadership", "focus", "inquiry", "users"),
    "networks": ("knowledge", "trust", "facilitation", "focus"),
}


@settings(EXAMPLES, max_examples=600 if FULL_SUITE else 60)
@given(name=st.sampled_from(HELPS + HARMS), point=st.integers(0, 10_000), seed=seeds, levels=st.tuples(shares, shares))
def test_more_of_what_helps_leads_to_no_less_of_anything_for_anybody(name, point, seed, levels):
    values = (
        random_point(point)
        | ATTRACTIVE
        | {f"conditions.{condition}_target": 1.0 for condition in ("time", "leadership", "focus")}
    )
    low, high = (MODEL_PARAMETERS[name].ppf(share) for share in sorted(levels, reverse=name in HARMS))
    less, more = (start_run(small_scenario(values | {name: value}), seed) for value in (low, high))
    for week in range(len(less.weeks)):
        less.advance(1)
        more.advance(1)
        for kind, columns in GROWS.items():
            for column in columns:
                lower, higher = getattr(less.world, kind)[column], getattr(more.world, kind)[column]
                assert (lower <= higher + 1e-9).all(), (
                    f"week {week}: {name} from {low} to {high} lowers {kind}.{column}"
                )


def test_directions_are_about_parameters_that_have_one():
    assert len(set(ON_AVERAGE)) == len(ON_AVERAGE)
    assert all(not isinstance(MODEL_PARAMETERS[name], Choice) for name in ON_AVERAGE)


STRONG = {
    "time.hours": (0.4, 0.8),
    "leadership.vision": (0.3, 0.7),
    "leadership.support": (0.4, 0.6),
    "leadership.distributed": (0.4, 0.6),
    "focus.alignment": (0.4, 0.7),
    "practice.potency": (0.5, 0.9),
    "adoption.social": (0.5, 1.1),
    "abandonment.rate": (0.6, 0.2),
    "practice.complexity": (0.7, 0.3),
    "norms.first_belief": (0.4, 0.6),
    "forgetting.rate": (0.06, 0.015),
    "inquiry.facilitation": (0.4, 0.8),
}
"""Steps that should raise use in the whole model, from less to more favourable."""


def gained(name: str, low: float, high: float, replicates: int) -> np.ndarray:
    """By how much use in the fourth year rises in paired runs of twenty schools."""
    less, more = (
        run(
            Scenario.of("baseline").with_values({"population.schools": 20, name: value}).with_years(4),
            seed=11,
            replicates=replicates,
        )
        for value in (low, high)
    )
    return more.values("use") - less.values("use")


@pytest.mark.parametrize("name", STRONG)
def test_in_the_whole_model_what_helps_helps_on_average(name):
    replicates = 60 if FULL_SUITE else 24
    gain = gained(name, *STRONG[name], replicates)
    assert gain.mean() > 4 * gain.std(ddof=1) / math.sqrt(replicates), (
        f"{name}: {gain.mean():.4f} +- {gain.std(ddof=1) / math.sqrt(replicates):.4f}"
    )


@pytest.mark.parametrize("name", ON_AVERAGE if FULL_SUITE else ON_AVERAGE[::6])
def test_in_the_whole_model_nothing_that_helps_harms_on_average(name):
    replicates = 40 if FULL_SUITE else 8
    low, high = (MODEL_PARAMETERS[name].ppf(share) for share in ((0.2, 0.8) if name in HELPS + TEACHES else (0.8, 0.2)))
    gain = gained(name, low, high, replicates)
    assert gain.mean() >= -4 * gain.std(ddof=1) / math.sqrt(replicates), f"{name}: {gain.mean():.4f}"
