"""The scoreboard as a command, as text, as a page and as files."""

import json
import re
from dataclasses import replace

import jsonschema
import pytest

from plnsim.output.json_schemas import SCHEMAS
from plnsim.publish.validation.page import page, plot_scoreboard
from plnsim.publish.validation.save import write
from plnsim.studies.validation import text as validation_text
from plnsim.studies.validation.catalogue import PATTERNS
from plnsim.studies.validation.pattern import PUBLISHED, Clause
from plnsim.studies.validation.scoring import ClauseScore, Scoreboard, score_patterns
from tests.support.commands import invoke

CHEAP = [one for one in PATTERNS if one.key in ("V6", "V14", "V16", "habit", "V7")]
ABOUT = {"command": "plnsim validate-model", "versions": {"plnsim": "0"}}


@pytest.fixture(scope="module")
def board() -> Scoreboard:
    return score_patterns(CHEAP, replicates=2)


@pytest.fixture
def few(monkeypatch):
    """The command with some cheap patterns only."""
    monkeypatch.setattr(
        "plnsim.studies.validation.scoring.score_patterns", lambda **asked: score_patterns(CHEAP, **asked)
    )


def test_the_command_ends_well_whatever_is_missed_and_prints_every_figure(few):
    said = invoke("validate-model", "--replicates", 2)
    assert said.code == 0
    for one in CHEAP:
        assert one.key in said.out and all(clause.name in said.out for clause in one.clauses)


def test_with_require_all_a_missed_pattern_makes_an_exit_code_of_3(monkeypatch):
    first = CHEAP[0]
    missed = replace(first, clauses=(replace(first.clauses[0], low=2.0, high=3.0),))
    monkeypatch.setattr(
        "plnsim.studies.validation.scoring.score_patterns", lambda **asked: score_patterns([missed], **asked)
    )
    assert invoke("validate-model", "--replicates", 2, "--require-all").code == 3


def test_with_require_all_the_exit_code_is_0_when_all_are_met(monkeypatch):
    met = [one for one in CHEAP if one.key == "V6"]
    monkeypatch.setattr(
        "plnsim.studies.validation.scoring.score_patterns", lambda **asked: score_patterns(met, **asked)
    )
    assert invoke("validate-model", "--replicates", 2, "--require-all").code == 0


def test_as_json_it_prints_what_was_found(few, board):
    said = invoke("validate-model", "--replicates", 2, "--json")
    jsonschema.validate(json.loads(said.out), SCHEMAS["validate-model"])
    assert json.loads(said.out) == {"schema_version": 2, **validation_text.as_data(board)}


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--replicates", 0), "--replicates 0"), (("--seed", -1), "--seed -1"), (("--workers", 0), "--workers 0")],
)
def test_bad_input_is_one_message_that_names_the_option(words, named):
    said = invoke("validate-model", *words)
    assert said.code == 2 and said.out == ""
    assert named in said.err and "Traceback" not in said.err


def test_a_folder_that_holds_something_is_left_alone(few, tmp_path):
    (tmp_path / "mine").write_text("kept")
    said = invoke("validate-model", "--replicates", 1, "--out", tmp_path)
    assert said.code == 2 and [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_folder_gets_page_markdown_figure_and_data(few, board, tmp_path):
    said = invoke("validate-model", "--replicates", 2, "--out", tmp_path / "board")
    assert said.code == 0
    assert {one.name for one in (tmp_path / "board").iterdir()} == {
        f"scoreboard.{kind}" for kind in ("html", "md", "svg", "json")
    }
    stored = json.loads((tmp_path / "board" / "scoreboard.json").read_text())
    assert stored["patterns"] == validation_text.as_data(board)["patterns"] and stored["command"].startswith(
        "plnsim validate-model"
    )
    assert "numpy" in stored["versions"]


def test_the_same_scoreboard_is_written_to_the_same_bytes(board, tmp_path):
    for name in ("one", "other"):
        write(board, tmp_path / name, ["validate-model"])
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes(), path.name


def test_the_page_loads_nothing_and_holds_every_pattern_with_its_reason(board):
    text = page(board, ABOUT)
    assert "<script" not in text and not re.findall(r'(?:src|href)="(?!#)', text) and "url(http" not in text
    for verdict in board.verdicts:
        assert verdict.pattern.key in text
        reason = validation_text.reason(verdict)
        assert not reason or reason[:20] in text


def test_the_figure_has_a_row_for_each_figure_of_each_pattern(board):
    axes = plot_scoreboard(board).figure.axes[0]
    rows = sum(len(one.scores) for one in board.verdicts)
    assert len(axes.texts) == rows and len(axes.lines) >= 2 * rows


def test_the_markdown_tells_seed_replicates_and_command(board):
    text = validation_text.as_markdown(board, ABOUT, "scoreboard.svg")
    assert "seed 1 and 2 replicates" in text and "`plnsim validate-model`" in text and "](scoreboard.svg)" in text
    for verdict in board.verdicts:
        assert f"### {verdict.pattern.key}" in text


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(0.1, 0.2, "0.1 to 0.2"), (0.0, float("inf"), "at least 0"), (float("-inf"), 0.5, "at most 0.5")],
)
def test_a_range_is_told_as_people_write_it(low, high, told):
    assert validation_text.in_range(Clause("figure", lambda arms: 0.0, low, high)) == told


def test_an_undefined_figure_is_told_as_such():
    clause = Clause("figure", lambda arms: 0.0, 0.0, 1.0, range_from=PUBLISHED)
    answer = ClauseScore(clause, float("nan"), float("nan"), 0)
    assert validation_text.figure_of(answer) == "not defined" and validation_text.far_off(answer) == "not defined"
    assert (
        validation_text._data_of(
            type(
                "Verdict",
                (),
                {
                    "pattern": PATTERNS[0],
                    "held_out": False,
                    "word": "not met",
                    "distance": float("inf"),
                    "scores": (answer,),
                },
            )()
        )["figures"][0]["value"]
        is None
    )
