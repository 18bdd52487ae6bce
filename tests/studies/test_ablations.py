"""Ablations: what is declared, intervals by hand, pairs against runs of their own, the command, and the page."""

import hashlib
import json
import math
from dataclasses import replace

import jsonschema
import numpy as np
import pandas
import pytest

from plnsim import run
from plnsim.common.errors import InputError
from plnsim.common.package import shipped
from plnsim.output.json_schemas import SCHEMAS
from plnsim.publish.ablations import save
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.weeks import CalendarEvent
from plnsim.studies.ablations import study, text
from plnsim.studies.ablations.declared import ABLATIONS, LEAST, PROCESSES, Ablation, ablations_named
from plnsim.studies.ablations.study import (
    OUTCOMES,
    PROGRAMMES,
    AblationResult,
    Absence,
    Effect,
    ablate,
    describe_pairs,
    judge,
    shows,
)
from plnsim.studies.validation.catalogue import PATTERNS
from plnsim.studies.validation.scoring import score_patterns
from tests.support.commands import invoke
from tests.support.factories import close_to
from tests.support.runs import small_scenario

BY_NAME = {ablation.name: ablation for ablation in ABLATIONS}
GUIDE = shipped("docs")
TINY = """title = "Tiny"
[population]
schools = 6
secondary_share = 0
primary_staff = 8
first_users = 0.3
[programme]
participation = 1.0
schools_a_network = 3
support_years = 0.5
follow_up_years = 0.5
[recruitment]
rate = 0
"""


def pairs_of_effect(**changed) -> Effect:
    """A loss of half of sustained deep use, without any doubt."""
    row = dict.fromkeys(Effect.__annotations__, 0.0) | {
        "scenario": "baseline",
        "process": "leadership",
        "ablation": "weak-leadership",
        "outcome": "deep_use",
        "unit": "share",
        "whole": 0.1,
        "ablated": 0.05,
        "change": -0.05,
        "change_low": -0.06,
        "change_high": -0.04,
        "relative": -0.5,
        "relative_low": -0.6,
        "relative_high": -0.4,
        "pairs": 30,
    }
    return row | changed


# -- what is declared --------------------------------------------------------------------------------------------------


def test_names_are_unique_and_stand_in_the_order_of_the_processes():
    assert len(BY_NAME) == len(ABLATIONS)
    assert list(dict.fromkeys(ablation.process for ablation in ABLATIONS)) == list(PROCESSES)
    assert not set(BY_NAME) & set(PROCESSES)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_each_ablation_can_be_taken_away_from_every_programme_or_says_why_not(name):
    scenario = Scenario.of(name)
    for ablation in ABLATIONS:
        whole, ablated, reason = ablation.whole(scenario), ablation.ablated(scenario), ablation.absent(scenario)
        assert (whole == ablated) <= (reason != ""), ablation.name
        assert all(ablated.values[key] == value for key, value in ablation.values_for(scenario.values).items())
        assert all(whole.values[key] == ablated.values[key] == value for key, value in ablation.held.items())
        assert whole.weeks == ablated.weeks and whole.name == ablated.name == name


def test_what_a_calendar_brings_back_is_taken_away_as_well():
    later = CalendarEvent(10, values=(("time.cover", 1.0), ("time.hours", 0.5)))
    gone, kept = CalendarEvent(20, values=(("time.cover", 0.9),)), CalendarEvent(20, event="new head")
    ablated = BY_NAME["no-cover"].ablated(small_scenario(calendar=(later, gone, kept)))
    assert ablated.calendar == (replace(later, values=(("time.hours", 0.5),)), kept)


def test_networks_of_one_school_have_as_many_members_and_facilitators_in_all():
    scenario = small_scenario({"programme.participation": 1.0, "programme.networks_a_facilitator": 2.0})
    ablation = BY_NAME["networks-of-one-school"]
    whole, ablated = ablation.whole(scenario), ablation.ablated(scenario)
    before, after = whole.world(), ablated.world()
    assert len(before.seats) == len(after.seats) == 12
    assert len(before.networks) == 3 and len(after.networks) == 6
    assert len(before.networks) / whole.values["programme.networks_a_facilitator"] == pytest.approx(
        len(after.networks) / ablated.values["programme.networks_a_facilitator"]
    )
    assert all(
        len(set(after.teachers["school"][after.seats[network["first_seat"] : network["after_last_seat"]]])) == 1
        for network in after.networks
    )


def test_links_are_cut_where_there_are_any():
    ablation = BY_NAME["no-linked-networks"]
    linked, plain = Scenario.of("challenge-partners"), Scenario.of("baseline")
    assert ablation.ablated(linked).values["programme.topology"] == "clique"
    assert ablation.absent(linked) == "" and ablation.absent(plain) == "it has none"


def test_what_a_population_gives_cannot_be_taken_away():
    district = Scenario.of("district")
    assert district.population_data is not None
    given = {name for name in ("networks", "advice") if getattr(district.population_data, name) is not None}
    assert ("networks" in given) == ("networks" in BY_NAME["networks-of-one-school"].absent(district))
    assert ("advice" in given) == ("advice" in BY_NAME["mean-field-at-home"].absent(district))
    assert given and BY_NAME["no-routine"].absent(district) == ""


def test_ablations_are_asked_for_by_name_or_process():
    assert ablations_named(()) == ABLATIONS
    assert [one.name for one in ablations_named(("no-cover", "network"))] == ["no-network", "no-cover"]
    with pytest.raises(InputError, match="did you mean no-cover"):
        ablations_named(("no-cove",))


# -- intervals and verdicts --------------------------------------------------------------------------------------------


def test_pairs_by_hand():
    """Differences -1 and 0; with one pair left out the ratios are 4/4 and 1/2."""
    figures = describe_pairs(np.array([2.0, 4.0, np.nan]), np.array([1.0, 4.0, 9.0]))
    t = 12.706204736  # of one degree of freedom, 95 %
    half, relative = t * math.sqrt(0.5) / math.sqrt(2.0), t * 0.25
    assert figures[:3] == (3.0, 2.5, -0.5) and figures[-1] == 2
    assert figures[3:5] == pytest.approx((-0.5 - half, -0.5 + half), rel=1e-9)
    assert figures[5:8] == pytest.approx((-1 / 6, -1 / 6 - relative, -1 / 6 + relative), rel=1e-9)


def test_one_pair_has_no_interval_and_none_has_no_mean():
    one = describe_pairs(np.array([2.0]), np.array([1.0]))
    assert one[:3] == (2.0, 1.0, -1.0) and one[5] == -0.5 and np.isnan(one[3:5]).all() and one[-1] == 1
    none = describe_pairs(np.array([np.nan]), np.array([1.0]))
    assert np.isnan(none[:-1]).all() and none[-1] == 0


def test_what_is_nought_as_it_is_has_no_relative_change():
    figures = describe_pairs(np.zeros(3), np.array([0.0, 0.1, 0.2]))
    assert figures[2] == close_to(0.1) and math.isnan(figures[5]) and np.isnan(figures[6:8]).all()


@pytest.mark.parametrize(
    ("changed", "side", "so"),
    [
        ({}, "loses", True),
        ({}, "changes", True),
        ({}, "gains", False),
        ({"relative": -0.09}, "loses", False),
        ({"change_high": 0.01}, "loses", False),  # may be luck
        ({"relative": 0.5, "change": 0.05, "change_low": 0.04, "change_high": 0.06}, "gains", True),
        ({"relative": 0.5, "change": 0.05, "change_low": 0.04, "change_high": 0.06}, "changes", True),
        ({"relative": 0.5, "change": 0.05, "change_low": 0.04, "change_high": 0.06}, "loses", False),
    ],
)
def test_an_effect_shows_what_is_expected_by_a_tenth_and_beyond_luck(changed, side, so):
    assert shows(pairs_of_effect(**changed), side) is so


def test_a_process_matters_when_one_of_its_ablations_shows_it_in_one_programme():
    little = pairs_of_effect(relative=-0.02, change=-0.002, change_low=-0.003, change_high=-0.001)
    other = little | {"ablation": "no-push", "scenario": "lesson-study", "relative": -0.05}
    assert not judge("leadership", [little, other], ABLATIONS).matters
    assert judge("leadership", [little, other], ABLATIONS).closest == other
    whole = judge("leadership", [little, pairs_of_effect(scenario="lesson-study"), other], ABLATIONS)
    assert [effect["scenario"] for effect in whole.effects] == ["lesson-study"]
    assert not judge("network", [pairs_of_effect()], ABLATIONS).matters
    assert judge("network", [pairs_of_effect()], ABLATIONS).closest is None


def made_result(*effects, **changed) -> AblationResult:
    given = {
        "scenarios": (Scenario.of("baseline"), Scenario.of("lesson-study")),
        "ablations": ABLATIONS,
        "seed": 1,
        "replicates": 30,
        "effects": effects,
        "absences": (),
    }
    return AblationResult(**given | changed)


def test_the_sentences_say_what_matters_and_what_does_not():
    little = {"relative": -0.02, "change": -0.002, "change_low": -0.003, "change_high": -0.001}
    said = text.sentences(
        made_result(
            pairs_of_effect(),
            pairs_of_effect(ablation="no-norms", process="social influence", **little),
            pairs_of_effect(ablation="networks-of-one-school", process="exchange across schools", relative=-0.2),
        )
    )
    assert said[0].startswith(f"2 of {len(PROCESSES)} processes matter")
    assert "Leadership matters in 1 of the 2 programmes, most by weak leadership in baseline: \u221250 %" in " ".join(
        said
    )
    assert any(one.startswith("Social influence does not matter here") and "no norms" in one for one in said)
    assert "Network could not be taken away from any programme tried." in said
    assert any("expects that a programme loses 33 % or more: not so in baseline (\u221220 %)" in one for one in said)


def test_what_changes_to_the_side_that_nobody_expects_is_not_said_not_to_matter():
    more = {"relative": 0.5, "change": 0.05, "change_low": 0.04, "change_high": 0.06}
    least = more | {"relative": 0.15}
    rows = [
        pairs_of_effect(ablation="no-evidence", process="evidence", **least),
        pairs_of_effect(ablation="no-evidence", process="evidence", scenario="lesson-study", **more),
        pairs_of_effect(ablation="no-norms", process="social influence", **more | {"change_low": -0.01}),
    ]
    said = text.sentences(made_result(*rows))
    (evidence,) = [one for one in said if one.startswith("Evidence")]
    assert evidence.startswith("Evidence works against what the theory expects")
    assert "no evidence in lesson-study: +50 %" in evidence
    assert any(one.startswith("Social influence does not matter here") for one in said)


def test_the_line_above_a_table_tells_the_scenario_as_it_is():
    survival = pairs_of_effect(outcome="teacher_survival_3", whole=0.7, pairs=20)
    few = survival | {"ablation": "no-network", "whole": math.nan, "pairs": 0}
    held = pairs_of_effect(ablation="networks-of-one-school", whole=0.2)
    rows = [held, few, survival, pairs_of_effect()]
    rows += [pairs_of_effect(outcome=name, whole=0.3) for name in ("use", "school_survival_3", "sustained_scale_up")]
    told = text.headline(made_result(*rows), "baseline")
    survivals = "teacher survival 3 70 %, school survival 3 30 %"
    assert told == f"deep use 10 %, use 30 %, {survivals}, scale-up 30 %; changes in points"
    assert text.headline(made_result(*rows), "lesson-study") == "nothing to take away"


# -- the study ---------------------------------------------------------------------------------------------------------


def test_each_pair_is_a_run_as_it_is_and_one_without_with_the_same_luck(tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY)
    done = []
    asked = ablations_named(("no-advice-at-home", "networks-of-one-school", "no-linked-networks"))
    result = ablate(
        [tmp_path / "tiny.toml"], ablations=asked, seed=3, replicates=3, progress=lambda *step: done.append(step)
    )
    plain = Scenario.of(tmp_path / "tiny.toml")
    without = plain.with_values({"advice.transfer": 0.0})
    before, after = (run(scenario, seed=3, replicates=3) for scenario in (plain, without))
    for outcome in OUTCOMES:
        row = result.by_key["tiny", "no-advice-at-home", outcome]
        expected = describe_pairs(before.values(outcome), after.values(outcome))
        assert [row[name] for name in list(Effect.__annotations__)[5:]] == pytest.approx(list(expected), nan_ok=True)
    assert [(one["ablation"], one["reason"]) for one in result.absences] == [("no-linked-networks", "it has none")]
    assert done == [(number, 9) for number in range(1, 10)]  # what is whole is run once for both
    assert len(result.effects) == 2 * len(OUTCOMES) and set(result.tables) == {"ablations", "absences"}


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(InputError, match="two of the scenarios are called 'baseline'"):
        ablate(["baseline", Scenario.of("baseline").with_years(1)])


def test_patterns_are_held_against_the_model_without_each_process(monkeypatch):
    some = [one for one in PATTERNS if one.key in ("V6", "V7")]
    monkeypatch.setattr(study, "score_patterns", lambda **asked: score_patterns(some, **asked))
    tiny = Scenario.from_text(TINY, name="tiny")
    asked = (BY_NAME["no-cover"], Ablation("nothing-used", "network", "nobody", {"adoption.alone": 0.0}))
    result = ablate([tiny], ablations=asked, replicates=1, pattern_replicates=1)
    tested = [one.key for one in some if one.testable]
    assert [(score["ablation"], score["pattern"]) for score in result.pattern_scores] == [
        (name, key) for name in ("", "no-cover", "nothing-used") for key in tested
    ]
    for name, change in (("", None), *((one.name, one.ablated) for one in asked)):
        board = score_patterns(some, replicates=1, change=change)
        assert len(result.met(name)) == board.count()
    assert "published patterns" in text.sentences(result)[-2] + text.sentences(result)[-1]
    assert text.as_json(result)["patterns"]["met"] == len(result.met())


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY)
    return tmp_path


FEW = ("ablations", "tiny.toml", "--replicates", 2, "--only", "leadership", "--only", "no-network")


def test_the_command_prints_a_verdict_for_each_process_and_a_row_for_each_ablation(tiny):
    said = invoke(*FEW)
    assert said.code == 0, said.err
    assert "of 2 processes matter" in said.out and "Leadership" in said.out and "tiny: deep use" in said.out
    for name in ("no network", "weak leadership", "leaders do not learn", "no push"):
        assert f"  {name}" in said.out
    assert "no cover" not in said.out and "--out FOLDER" in said.err


def test_as_json_it_keeps_to_its_schema(tiny):
    told = json.loads(invoke(*FEW, "--json").out)
    jsonschema.Draft202012Validator(SCHEMAS["ablations"]).validate(told)
    assert told["scenarios"] == ["tiny"] and len(told["effects"]) == 4 * len(OUTCOMES)
    assert told["effects"] == json.loads(invoke(*FEW, "--json", "--workers", 1).out)["effects"]


def test_it_lists_what_can_be_taken_away():
    said = invoke("ablations", "--list")
    assert said.code == 0 and all(name in said.out for name in (*BY_NAME, *PROCESSES))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("basline",), ("no scenario 'basline'", "did you mean baseline?")),
        (("baseline", "--only", "leadersip"), ("no ablation 'leadersip'", "did you mean leadership?", "--only")),
        (("baseline", "--replicates", 0), ("--replicates 0",)),
        (("baseline", "--patterns", 0), ("--patterns 0",)),
        (("baseline", "--seed", -1), ("--seed -1",)),
        (("baseline", "--workers", 0), ("--workers 0",)),
        (("baseline", "--years", 0), ("--years 0",)),
        (("baseline", "baseline"), ("two of the scenarios are called 'baseline'",)),
    ],
)
def test_bad_input_is_one_message_and_nothing_is_written(words, named, tiny):
    said = invoke("ablations", *words, "--out", "new")
    assert said.code == 2 and said.out == "" and "Traceback" not in said.err
    assert all(part in said.err for part in named) and not (tiny / "new").exists()


def test_a_folder_that_holds_something_is_left_alone(tiny):
    said = invoke(*FEW, "--out", ".")
    assert said.code == 2 and [one.name for one in tiny.iterdir()] == ["tiny.toml"]


def test_a_folder_gets_page_tables_scenarios_and_provenance(tiny):
    assert invoke(*FEW, "--out", "new").code == 0
    made = {one.relative_to(tiny / "new").as_posix() for one in (tiny / "new").rglob("*.*")}
    tables = {"ablations.csv", "ablations-absences.csv", "dictionary.csv"}
    assert made == {"ablations.md", "ablations.json", "scenarios/tiny.toml", *tables}
    about = json.loads((tiny / "new" / "ablations.json").read_text(), parse_constant=pytest.fail)
    assert None in {effect["relative"] for effect in about["effects"]}, "null where a figure is not defined"
    assert about["command"][0] == "ablations" and about["versions"]["plnsim"] and about["seed"] == 1
    for name in tables:
        assert about["sha256"][name] == hashlib.sha256((tiny / "new" / name).read_bytes()).hexdigest()
    rows = pandas.read_csv(tiny / "new" / "ablations.csv")
    told = pandas.read_csv(tiny / "new" / "dictionary.csv")
    assert set(told["column"][told["table"] == "ablations"]) == set(rows)
    assert Scenario.of(tiny / "new" / "scenarios" / "tiny.toml").values == Scenario.of("tiny.toml").values


# -- the page of the guide ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored() -> AblationResult:
    """What the tables beside the page hold, as the study gave it."""

    def rows(name: str, kind: type) -> tuple:
        table = pandas.read_csv(GUIDE / name, keep_default_na=kind is Effect)
        assert list(table) == list(kind.__annotations__)
        return tuple(table.to_dict("records"))

    effects, absences = rows("ablations.csv", Effect), rows("ablations-absences.csv", Absence)
    scores = rows("ablations-patterns.csv", study.PatternScore)
    text_of_page = (GUIDE / save.PAGE).read_text(encoding="utf-8")
    replicates = int(max(effect["pairs"] for effect in effects))
    pattern_replicates = int(text_of_page.partition(" replicates of each arm")[0].rpartition("(")[2])
    return AblationResult(
        tuple(map(Scenario.of, PROGRAMMES)), ABLATIONS, 1, replicates, effects, absences, pattern_replicates, scores
    )


def test_the_page_has_every_ablation_of_every_programme(stored):
    told = {(row["scenario"], row["ablation"]) for row in (*stored.effects, *stored.absences)}
    assert told == {(scenario, ablation.name) for scenario in PROGRAMMES for ablation in ABLATIONS}, (
        "stale: python -m plnsim.publish.ablations docs"
    )
    assert {row["outcome"] for row in stored.effects} == set(OUTCOMES)
    assert {score["ablation"] for score in stored.pattern_scores} == {"", *BY_NAME}


def test_the_page_says_what_its_tables_say(stored):
    page = (GUIDE / save.PAGE).read_text(encoding="utf-8")
    again = text.as_markdown(stored, {"command": "", "versions": {}})
    end = "## How this page was made"
    assert page.partition(end)[0] == again.partition(end)[0], "stale: python -m plnsim.publish.ablations docs"


def test_the_page_says_plainly_of_each_process_whether_it_matters(stored):
    page = (GUIDE / save.PAGE).read_text(encoding="utf-8")
    for verdict in stored.verdicts:
        name = f"{verdict.process[:1].upper()}{verdict.process[1:]}"
        assert (f"- {name} matters" in page) == verdict.matters
        assert (
            any(f"- {name} {words} " in page for words in ("does not matter here;", "works against")) != verdict.matters
        )


NAMED = ("shared focus", "collaboration", "individual learning", "group learning", "mobilisation", "leadership")


@pytest.mark.parametrize("process", [*NAMED, "network", "reflective inquiry"])
def test_the_processes_that_the_theory_names_cost_a_tenth_in_some_programme(stored, process):
    verdict = next(one for one in stored.verdicts if one.process == process)
    assert verdict.matters and verdict.effects[0]["relative"] <= -LEAST


def test_networks_of_one_school_lose_a_third_at_the_defaults(stored):
    ablation = BY_NAME["networks-of-one-school"]
    assert shows(stored.by_key["baseline", ablation.name, "deep_use"], ablation.side, ablation.expected)
