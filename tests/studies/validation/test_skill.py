"""Skill: what meeting a pattern is worth, by how few models without content meet it."""

import json
import math

import pytest

from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.validation import skill as skill_module
from plnsim.studies.validation import skill_text, text
from plnsim.studies.validation.catalogue import PATTERNS
from plnsim.studies.validation.null_models import NETWORKS_OF_ONE_SCHOOL, NULL_MODELS
from plnsim.studies.validation.scoring import score_patterns
from plnsim.studies.validation.skill import (
    FIRST_MODEL,
    RANDOM_POINTS,
    ModelScore,
    Skill,
    first_model,
    play_null_models,
    random_models,
    score_of,
)

BY_KEY = {one.key: one for one in PATTERNS}


def skill_of(*met: set[str]) -> Skill:
    asked = frozenset({"easy", "hard", "never"})
    return Skill(tuple(ModelScore(f"null {number}", frozenset(keys), asked) for number, keys in enumerate(met)))


def test_a_pattern_is_worth_the_more_the_fewer_null_models_meet_it():
    skill = skill_of(*[{"easy"}] * 5, {"easy", "hard"})
    assert [skill.met_by(key) for key in ("easy", "hard", "never")] == [6, 1, 0]
    assert skill.information("easy") == pytest.approx(-math.log2(7 / 8))
    assert skill.information("hard") == pytest.approx(2.0)  # 2 of 8
    assert skill.information("never") == pytest.approx(3.0)  # 1 of 8
    assert skill.bits({"easy", "never"}) == pytest.approx(3.0 - math.log2(7 / 8))
    assert skill.bits(()) == 0


def test_a_pattern_that_every_null_model_meets_counts_for_next_to_nothing():
    assert skill_of(*[{"easy"}] * 34).information("easy") < 0.05


def test_random_models_lie_in_the_plausible_ranges_and_leave_designs_and_measures_alone():
    models = random_models()
    assert len(models) == RANDOM_POINTS
    for values in models.values():
        for name, value in values.items():
            low, high = MODEL_PARAMETERS[name].range
            assert low <= value <= high
            assert name.split(".")[0] not in ("population", "programme", "measure")
    assert {"adoption.alone", "time.hours", "habit.plateau"} <= set(values)
    assert len({values["adoption.alone"] for values in models.values()}) == RANDOM_POINTS


def test_a_model_without_content_is_told_from_one_with_it(monkeypatch):
    monkeypatch.setattr(skill_module, "random_models", lambda: {"random point 1": {}})
    some = [BY_KEY["V6"], BY_KEY["longer participation"], BY_KEY["V14"]]
    seen = []
    skill = play_null_models(some, replicates=1, progress=lambda done, of: seen.append((done, of)))
    assert [model.name for model in skill.null_models] == [
        *(null.name for null in NULL_MODELS),
        "random point 1",
    ]
    assert "longer participation" not in skill.by_name["nobody adopts"].met
    assert "longer participation" not in skill.by_name["everybody adopts"].met
    assert skill.by_name["nobody adopts"].asked == {"V6", "longer participation"}
    assert seen[-1] == (5, 5)


@pytest.mark.parametrize("key", ["V17", "networks or alone", "strong with weak", "far apart", "different schools"])
def test_patterns_of_exchange_between_schools_are_failed_by_networks_of_one_school(key):
    board = score_patterns([BY_KEY[key]], replicates=2, change=NETWORKS_OF_ONE_SCHOOL.change)
    assert score_of("networks of one school", board).met == frozenset()


def test_the_first_model_is_a_fixture_of_numbers_judged_by_todays_ranges():
    figures = json.loads(FIRST_MODEL.read_text(encoding="utf-8"))["figures"]
    assert set(figures) <= set(BY_KEY)
    for key, of_pattern in figures.items():
        assert set(of_pattern) <= {clause.name for clause in BY_KEY[key].clauses}
    first = first_model()
    assert first.asked == frozenset(figures)
    assert {"V1", "habit", "V10"} <= first.met
    assert first.met.isdisjoint({"V4", "networks or alone", "far apart", "strong with weak"})


def test_text_table_and_data_tell_the_skill():
    some = [BY_KEY["V6"], BY_KEY["V14"], BY_KEY["V18"]]
    board = score_patterns(some, replicates=2)
    asked = frozenset({"V6", "V18"})
    names = [*(null.name for null in NULL_MODELS), "random point 1", "random point 2"]
    skill = Skill(tuple(ModelScore(name, frozenset({"V6"}), asked) for name in names))
    said = " ".join(skill_text.skill_sentences(board, skill))
    assert f"Skill: {skill.bits({'V6', 'habit'}):.1f} of {skill.bits(asked):.1f} bits" in said
    assert (
        "this model meets 2 of 2" in said and f"networks of one school 1 of 2 ({skill.bits({'V6'}):.1f} bits)" in said
    )
    header, *rows = skill_text.skill_table(board, skill)
    assert len({len(row) for row in (header, *rows)}) == 1
    bits = f"{skill.bits(asked):.1f}"
    assert rows[0][1:6] == ("2", "2", bits, "2", bits)  # both were held out
    chose = score_patterns([BY_KEY["V1"]], replicates=2)
    assert skill_text.skill_table(chose, skill)[1][4:6] == ("0", "0.0")
    assert text.worth(board.verdicts[0], skill).startswith("met by 6 of 6 null models: ")
    assert text.worth(board.verdicts[0], None) == "" == text.worth(board.verdicts[1], skill)
    data = text.as_data(board, skill)["skill"]
    assert {model["name"] for model in data["models"]} >= {"this model", "the first model", *names}
    markdown = text.as_markdown(board, {"command": "plnsim validate-model", "versions": {}}, "x.svg", skill)
    assert "## Skill" in markdown and "Met by 6 of 6 null models" in markdown
