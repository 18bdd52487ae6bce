"""The headline study: its tables against numbers worked out by hand, and a tiny study through the whole chain."""

from types import SimpleNamespace

import numpy as np
import pandas
import pytest

from plnsim.model.measure import BARRIERS
from plnsim.publish.headline.page import first_named, first_sentence, order_sentence, write
from plnsim.simulation.scenario.save import to_toml
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.run import experiment_of
from plnsim.studies.headline import findings, plans, results
from plnsim.studies.headline.findings import Claim

TINY = dict.fromkeys(results.QUICK, (1, 2)) | {
    "programmes": (2, 1),
    "equal-cost": (20, 1),
    "equal-cost-as-it-is": (3, 1),
    "conditions": (8, 1),
    "groups": (8, 1),
    "regimes": (40, 1),
}


def crossed(rule, structures=1, replicates=2):
    """A result of the crossing whose outcomes are a rule of the five levers; structures and replicates are alike."""
    cube = np.zeros((2,) * 5 + (structures, replicates))
    for corner in np.ndindex((2,) * 5):
        cube[corner] = rule(*corner)
    return SimpleNamespace(analyses={"baseline": None}, folder="crossed", cube=lambda *_: cube)


def lifted(good, ended):
    """A result of the lifts: whether each set of conditions sustains for good, and while support lasts."""
    cubes = {
        "baseline": np.array([[[good(t, le, f) for f in (0, 1)] for le in (0, 1)] for t in (0, 1)], float),
        findings.ENDING: np.array([[[ended(t, le, f) for f in (0, 1)] for le in (0, 1)] for t in (0, 1)], float),
    }
    return SimpleNamespace(
        analyses=dict.fromkeys(cubes), folder="lifted", cube=lambda variant, *_: cubes[variant][..., None, None]
    )


def test_effects_are_those_of_bundles_and_of_levers():
    table = findings.effects(crossed(lambda t, v, s, d, f: t * v + f), "deep_use").set_index(["kind", "name"])["effect"]
    assert table["condition"].to_dict() == {"time": 0.5, "leadership": 0.5, "focus": 1.0}
    assert table["lever"].to_dict() == {"time": 0.5, "vision": 0.5, "support": 0.0, "distributed": 0.0, "focus": 1.0}


def test_first_is_what_is_larger_than_all_others_and_a_tie_is_nobodys():
    table = findings.order(crossed(lambda t, v, s, d, f: t * v * s * d + 2.0 * f, 3), "deep_use", "condition")
    assert table.set_index("name")["first"].to_dict() == {"time": 0, "leadership": 0, "focus": 3}
    assert table["of"].tolist() == [3, 3, 3] and first_named(table) == "focus"
    tied = findings.order(crossed(lambda t, v, s, d, f: t * v * s * d, 3), "deep_use", "condition")
    assert tied["first"].sum() == 0 and tied["of"].iloc[0] == 3 and first_named(tied) == ""
    assert "In 3 of them the largest effects are equal" in order_sentence(tied)
    assert "equal" not in order_sentence(table)
    nothing = findings.order(crossed(lambda *_: 0.0), "deep_use", "condition")
    assert nothing["of"].iloc[0] == 0 and first_named(nothing) == ""


def test_claims_are_counted_where_something_is_sustained():
    all_three = crossed(lambda t, v, s, d, f: float(t and v and s and d and f), structures=4)
    found = {
        (claim.about, claim.text[:24]): claim
        for claim in findings.claims(all_three, lifted(lambda t, le, f: t and le and f, lambda *_: 0.0))
    }
    assert {claim.of for claim in found.values() if "4 structures" in claim.cases or "(of 4" in claim.cases} == {4}
    assert not found.pop(("any", "scale-up was sustained a")).held
    assert not found.pop(("lifted", "no lift of half the gaps")).held
    assert not [claim for claim in found.values() if not claim.everywhere]
    sustained_by_time = findings.claims(crossed(lambda t, *_: float(t)), lifted(lambda t, *_: t, lambda t, *_: t))
    assert not next(claim for claim in sustained_by_time if "no single lever" in claim.text).everywhere
    dead = findings.claims(crossed(lambda *_: 0.0), lifted(lambda *_: 0.0, lambda *_: 0.0))
    assert [claim.about for claim in dead if claim.of] == ["any", "lifted"]
    nothing_held = "In all 1 cases (1 programmes, 1 structures each), scale-up was sustained at no corner; in all"
    assert first_sentence(dead).startswith(nothing_held)
    assert "no lift of half the gaps, one condition or all, sustained scale-up" in first_sentence(dead)
    while_supported = findings.claims(crossed(lambda *_: 0.0), lifted(lambda *_: 0.0, lambda t, *_: t))
    (lift,) = [claim for claim in while_supported if claim.about == "lifted"]
    assert lift.of and not lift.held


def test_the_first_sentence_is_what_held_everywhere_and_of_the_same_what_says_most():
    claims = [
        Claim("a", "no two did", 3, 4, "4 cases"),
        Claim("a", "no one did", 4, 4, "4 cases"),
        Claim("a", "no lever did", 4, 4, "4 cases"),
        Claim("b", "all did", 2, 2, "2 others"),
        Claim("c", "none were asked", 0, 0, "0 cases"),
    ]
    assert first_sentence(claims) == "In all 4 cases, no one did; in all 2 others, all did."
    assert "in 3 of 4 cases, no two did" in first_sentence(claims[:1])


def test_lifts_for_good_stand_beside_those_that_end_with_support():
    crossed_lifts = lifted(lambda t, le, f: t, lambda *_: 0.25)
    as_it_is = lifted(lambda t, le, f: t * le, lambda *_: 0.5)
    as_it_is.folder = "as it is"
    table = findings.lifts_table(crossed_lifts, as_it_is).set_index("lifted")
    row = table.loc["time"]
    assert (row["sustained_scale_up"], row["sustained_scale_up_high"], row["sustained_scale_up_ended"]) == (
        0.0,
        1.0,
        0.5,
    )
    assert row["sustained_scale_up_ended_low"] == 0.25 and len(table) == 8


def test_the_obstacle_is_the_lift_that_gains_most_unless_nothing_is_in_the_way():
    def own(gains, named, sustained=0.0):
        rows = pandas.DataFrame([gains, gains], columns=[f"gain_{one}" for one in BARRIERS])
        rows[[f"names_{one}" for one in BARRIERS]] = named
        return rows.assign(sustained_scale_up=sustained, felt_time=0.4, felt_leadership=0.6)

    tables = {
        "leadership": own([0.1, 0.2, 0.0], [0.8, 0.2, 0.0]),
        "nothing": own([0.001, 0.002, 0.0], [0.2, 0.8, 0.0]),
        "sustained": own([0.1, 0.2, 0.0], [np.nan] * 3, 1.0),
    }
    found = findings.obstacles(SimpleNamespace(experiment=SimpleNamespace(factors={}), tables=tables))
    assert found["obstacle"].tolist() == list(tables)
    assert found["named"].tolist() == ["time", "leadership", "nothing"] and found["surely"].all()


def test_a_boundary_names_the_hours_from_and_to():
    places = pandas.DataFrame(
        {"leadership": 0, "hours": range(4), "named": ["time", "time", "focus", "time"], "obstacle": "leadership"}
    )
    row = findings.boundary(places, ["a", "b", "c", "d"], ["low"]).iloc[0]
    assert row["time is named"] == "a to b, d" and row["leadership is in the way"] == "a to d"
    assert row["time is in the way"] == "nowhere"


def test_plans_cost_the_same_or_are_at_their_end():
    scenario = Scenario.of("baseline").with_values({"population.schools": 20})
    money = plans.EXTRA * plans.cost(scenario, {})
    found = {plan.name: plan for plan in plans.plans_of_equal_cost(scenario)}
    assert found.pop(plans.AS_IT_IS).extra == 0.0 and len(found) == len(plans.MIXES)
    for plan in found.values():
        at_its_end = any(
            level == (plans.MOST_HOURS if name == plans.HOURS else plans.BY_NAME[name].levels[-1])
            for name, level in plan.levels.items()
        )
        assert plan.extra == pytest.approx(money, rel=0.02) or (at_its_end and plan.extra < money)
    hours = dict(found["hours"].scenario.calendar[-1].values)["time.hours"]
    assert hours == scenario.values["time.hours"] + found["hours"].levels["hours"]


def test_what_ends_with_support_ends_in_its_first_week_without():
    scenario = Scenario.of("baseline").with_values({"conditions.time_shift": 0.5})
    ending = Scenario.from_text(to_toml(plans.ending_with_support(scenario)), "ending")
    event = ending.calendar[-1]
    assert event.week == scenario.support_ends and dict(event.values)["conditions.time_shift"] == 0.0


def test_the_lifts_and_the_crossing_have_the_same_structures_and_weak_corner():
    crossing, lifts = experiment_of("crossing"), experiment_of("lifts")
    assert results.structures_of(crossing) == results.structures_of(lifts) != []
    weak = {name: value for lever in results.LEVERS for name, value in crossing.factors[lever].ppf(0.0).items()}
    assert lifts.alternatives["weak"] == weak


def test_a_tiny_study_becomes_a_page(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "QUICK", TINY)
    found = results.run_headline(tmp_path / "stores", quick=True)
    page = write(found, tmp_path / "page", "plnsim headline --quick").read_text(encoding="utf-8")
    for name in ("effects.svg", "time-and-leadership.svg"):
        assert f"({name})" in page and (tmp_path / "page" / name).stat().st_size > 2000
    claims = pandas.read_csv(tmp_path / "page" / "claims.csv")
    asked = claims[claims["of"] > 0]
    assert all(f"| {row.text} | {row.held} of {row.of} |" in page for row in asked.itertuples())
    assert " of 0 |" not in page and all(text in page for text in claims["text"])
    assert f"{claims['text'][0].capitalize()} in {claims['held'][0]} of {claims['of'][0]} cases." in page
    assert f"{sum(one.runs for one in found.values()):,} simulations" in page
    assert "nan" not in page and "\n\n| defaults" not in page
    again = results.run_headline(tmp_path / "stores", quick=True)  # resumed: nothing is simulated, all is the same
    for name, one in again.items():
        assert one.analyses[one.scenario].indices.equals(found[name].analyses[one.scenario].indices)
