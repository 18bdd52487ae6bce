"""The questionnaire before a network is founded: its anchors, its files, what follows from answers, and how it is
said.
"""

import json
import math
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from plnsim.cli import commands
from plnsim.common.errors import InputError
from plnsim.common.parameter import Parameter
from plnsim.output.words import likelihood
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.readiness import readiness as readiness_module
from plnsim.studies.readiness import text as readiness_text
from plnsim.studies.readiness.answers import Answers, as_file, read_answers, write_file
from plnsim.studies.readiness.questions import ANCHORS, QUESTIONS
from plnsim.studies.readiness.readiness import RECORDED_OUTCOMES, REGION, TOGETHER, Readiness, lasting_use
from plnsim.studies.readiness.readiness import readiness as assess
from plnsim.studies.uncertainty.parameters import RATES, latin_hypercube

KEYS = [one.key for one in QUESTIONS]
BY_KEY = {one.key: one for one in QUESTIONS}
LEADERSHIP = ("vision", "support", "distributed")


def alike(number, **others):
    """The same answer to every question but some."""
    return Answers(dict.fromkeys(KEYS, number) | others)


def anchors_placed(key):
    return [MODEL_PARAMETERS[BY_KEY[key].parameter].ppf(place / (ANCHORS - 1)) for place in range(ANCHORS)]


# -- questions
# --------------------------------------------------------------------------------------------------------------


def test_there_are_about_a_dozen_questions_each_about_another_parameter():
    assert 10 <= len(QUESTIONS) <= 12
    assert (
        len(set(KEYS))
        == len({one.parameter for one in QUESTIONS})
        == len({one.text for one in QUESTIONS})
        == len(QUESTIONS)
    )


@pytest.mark.parametrize("key", KEYS)
def test_anchors_are_five_different_sentences_that_rise_through_the_plausible_range(key):
    parameter, values = MODEL_PARAMETERS[BY_KEY[key].parameter], anchors_placed(key)
    assert isinstance(parameter, Parameter)
    assert len(set(BY_KEY[key].anchors)) == ANCHORS
    assert all(anchor.endswith(".") for anchor in BY_KEY[key].anchors)
    assert (values[0], values[-1]) == pytest.approx(parameter.range)
    assert all(low < high for low, high in pairwise(values))


@pytest.mark.parametrize(
    ("key", "scale", "said"),
    [("time", 60, (20, 45, 70, 95, 120)), ("promise", 1, (1, 2, 3, 4, 5)), ("collaboration", 4, (0.2, 1, 2, 3, 4))],
)
def test_anchors_that_name_a_number_name_the_right_one(key, scale, said):
    assert [scale * value for value in anchors_placed(key)] == pytest.approx(
        said, rel=0.05, abs=2.0 if key == "time" else 0.16
    )


def test_rates_that_vary_whatever_is_answered_are_declared_and_not_asked_for():
    assert all(isinstance(MODEL_PARAMETERS[name], Parameter) for name in RATES)
    assert len(set(RATES)) == len(RATES)
    assert not set(RATES) & {one.parameter for one in QUESTIONS}


# -- answers
# ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "low", "high"),
    [(1, 0.0, 0.125), (2, 0.125, 0.375), (3, 0.375, 0.625), (4, 0.625, 0.875), (5, 0.875, 1.0)],
)
def test_an_answer_reaches_halfway_to_its_neighbours(answer, low, high):
    assert Answers({"vision": answer}).shares("vision") == (low, high)


def test_what_is_not_known_is_the_whole_range():
    assert Answers().shares("vision") == (0.0, 1.0)
    assert Answers({"vision": 3}).unknown == tuple(key for key in KEYS if key != "vision")


def test_a_new_file_is_read_as_nothing_known(tmp_path):
    write_file(tmp_path / "new.toml")
    assert read_answers(tmp_path / "new.toml") == Answers()
    text = (tmp_path / "new.toml").read_text()
    assert all(one.text in text and all(anchor in text for anchor in one.anchors) for one in QUESTIONS)


def test_answers_come_back_from_their_file(tmp_path):
    given = Answers({key: 1 + place % ANCHORS for place, key in enumerate(KEYS) if place != 4})
    write_file(tmp_path / "mine.toml", given)
    assert read_answers(tmp_path / "mine.toml") == given


@pytest.mark.parametrize("text", ["vision = '?'", "vision = 'Do not know '", "vision = ''", "", "# nothing yet\n"])
def test_there_are_several_ways_not_to_know(tmp_path, text):
    (tmp_path / "a.toml").write_text(text)
    assert read_answers(tmp_path / "a.toml") == Answers()


BAD = [
    (
        "a six",
        "vision = 6",
        1,
        ("vision", "What place does this work have", "6", "from 1 to 5", "somebody else's project"),
    ),
    ("a nought", "\n\nsupport = 0", 3, ("support", "0")),
    ("a half", "focus = 2.5", 1, ("focus", "2.5", "whole number")),
    ("a yes", "trust = true", 1, ("trust", "true")),
    ("a word", 'time = "enough"', 1, ("time", "enough", "do not know")),
    ("a list", "time = [1, 2]", 1, ("time", "a list")),
    ("a table", "[policy]\nanswer = 3", 1, ("policy", "a table")),
    ("an unknown question", "# mine\nvison = 3", 2, ("vison", "did you mean vision?")),
    ("a question twice", "trust = 1\ntrust = 2", 2, ("twice",)),
    ("words without quotes", "vision = 3\ntrust = do not know", 2, ("no valid TOML", 'vision = "do not know"')),
    ("a decimal comma", "trust = 2,5", 1, ("decimal point",)),
    ("an empty place", "vision =\n", 1, ("no valid TOML", "vision = 3")),
    ("a huge number", f"trust = {'9' * 5000}", 1, ("too many digits",)),
]


@pytest.mark.parametrize(("text", "line", "said"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_a_bad_answer_is_told_with_file_line_question_and_what_is_right(tmp_path, text, line, said):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError) as problem:
        read_answers(file)
    assert f"{file}:{line}:" in str(problem.value)
    assert all(one in str(problem.value) for one in said)


def test_all_bad_answers_are_told_at_once(tmp_path):
    (tmp_path / "mine.toml").write_text("vision = 9\ntrust = 3\nfocus = -1\n")
    with pytest.raises(InputError, match="2 problems") as problem:
        read_answers(tmp_path / "mine.toml")
    assert "mine.toml:1:" in str(problem.value) and "mine.toml:3:" in str(problem.value)


def test_a_file_that_is_none_is_told(tmp_path):
    with pytest.raises(InputError, match=r"(?s)there is no file .* --init"):
        read_answers(tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"vision = \xff")
    with pytest.raises(InputError, match="no UTF-8"):
        read_answers(tmp_path / "b.toml")
    with pytest.raises(InputError, match="is a folder"):
        read_answers(tmp_path)


def test_a_file_of_answers_is_never_replaced(tmp_path):
    (tmp_path / "mine.toml").write_text("vision = 5")
    with pytest.raises(InputError, match="was not touched"):
        write_file(tmp_path / "mine.toml")
    assert (tmp_path / "mine.toml").read_text() == "vision = 5"
    for bad in (tmp_path / "mine.txt", tmp_path / "no-folder" / "mine.toml"):
        with pytest.raises(InputError):
            write_file(bad)
        assert not bad.exists()


@pytest.mark.parametrize(("key", "answer"), [("vision", 6), ("vision", True), ("nothing", 3)])
def test_answers_in_python_are_checked_as_well(key, answer):
    with pytest.raises(InputError):
        Answers({key: answer})


# -- draws
# ------------------------------------------------------------------------------------------------------------------


def test_draws_fill_each_column_evenly():
    shares = latin_hypercube(RATES, 50, 1)
    assert shares.shape == (50, len(RATES))
    assert (np.sort((shares * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()
    assert np.abs(np.corrcoef(shares.T) - np.eye(len(RATES))).max() < 0.6


def test_a_column_depends_on_its_name_and_the_seed_alone():
    alone, together = latin_hypercube(["time.needed"], 20, 3), latin_hypercube(["turnover.rate", "time.needed"], 20, 3)
    assert (alone[:, 0] == together[:, 1]).all()
    assert (alone != latin_hypercube(["time.needed"], 20, 4)).any()


# -- what follows
# -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def middle():
    """Schools in the middle of everything, each factor lifted nearly to its best."""
    return assess(alike(3), draws=20, lift=0.9)


@pytest.fixture(scope="module")
def best():
    return assess(alike(5), draws=12)


def test_better_answers_never_worsen_what_is_expected(middle):
    assert {key: gain for key in KEYS if (gain := middle.gain(key).mean()) < -0.002} == {}
    assert middle.gain(TOGETHER).mean() > max(middle.gain(key).mean() for key in KEYS)


def test_schools_at_their_best_sustain_at_times_and_schools_at_their_worst_never(best):
    worst = assess(alike(1), draws=12)
    assert best.count("sustained_scale_up") >= 1  # depth seldom comes that far at the defaults of decision 0029
    assert worst.count("sustained_scale_up") == worst.count("lasting_use") == 0
    assert (best.baseline["deep_use"] > worst.baseline["deep_use"]).all()


@pytest.fixture(scope="module")
def known_and_unsure():
    """Schools at their best, and such of whose leadership nothing is known: as they are described, without lifts.

    Of twelve draws a ratio of these spreads has a standard error of a third or more, of 120 a fifth.
    """
    simulated = readiness_module._simulate_draw

    def as_described_alone(names, unit_sample, lift, seed, task):
        lifted = bool(task[0])
        return dict.fromkeys(RECORDED_OUTCOMES, 0.0) if lifted else simulated(names, unit_sample, lift, seed, task)

    unsure = Answers({key: 5 for key in KEYS if key not in LEADERSHIP})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(readiness_module, "_simulate_draw", as_described_alone)
        return [assess(answers, draws=120, workers=1).baseline for answers in (alike(5), unsure)]


@pytest.mark.parametrize("told", ["use", "sustained_scale_up"])
def test_what_is_not_known_makes_the_answer_less_certain(known_and_unsure, told):
    """Less is expected where leadership is not known, and a spread falls with its mean: so it is taken in relation."""
    known, unsure = (one[told] for one in known_and_unsure)
    assert np.std(unsure) / np.mean(unsure) > 1.25 * np.std(known) / np.mean(known)


@pytest.mark.parametrize("planted", [LEADERSHIP, ("time",), ("focus",)])
def test_the_bottleneck_is_the_one_that_was_planted(planted):
    found = assess(alike(4, **dict.fromkeys(planted, 1)), draws=12)
    assert found.bottleneck in planted
    assert set(found.ranked[: len(planted)]) == set(planted)


def test_results_depend_on_the_seed_and_not_on_the_workers():
    one, two, other = (
        assess(Answers({"time": 4}), seed=seed, draws=2, workers=workers) for seed, workers in ((1, 1), (1, 3), (2, 2))
    )
    assert readiness_text.as_json(one) == readiness_text.as_json(two)
    assert readiness_text.as_json(one) != readiness_text.as_json(other)


@pytest.mark.parametrize("bad", [{"draws": 0}, {"draws": 2.5}, {"seed": -1}, {"workers": 0}])
def test_impossible_requests_are_bad_input(bad):
    with pytest.raises(InputError):
        assess(Answers(), **bad)


def test_the_milder_success_needs_half_of_the_use_and_depth():
    run = simulate_run(REGION, 1, 0)
    run = replace(run, values=dict(run.values) | {"measure.depth": 0.1})
    assert lasting_use(run) == 1.0
    assert lasting_use(replace(run, values=dict(run.values) | {"measure.depth": 1.0})) == 0.0
    faded = {name: counts.copy() for name, counts in run.weeks.items()}
    for name in ("users", "depth"):
        faded[name][run.last_year] *= 0.3
    assert lasting_use(replace(run, weeks=faded)) == 0.0


# -- words
# ------------------------------------------------------------------------------------------------------------------


def made_up(gains, answers=None, successes=0):
    """A result without a run: gains by factor, and a number of successes among 20 draws."""
    plain = {
        "deep_use": np.linspace(0.1, 0.2, 20),
        "use": np.linspace(0.2, 0.3, 20),
        "use_when_support_ends": np.full(20, 0.25),
        "sustained_scale_up": np.repeat([1.0, 0.0], [successes, 20 - successes]),
        "lasting_use": np.ones(20),
    }
    lifted = {key: plain | {"deep_use": plain["deep_use"] + gains.get(key, 0.0)} for key in [*KEYS, TOGETHER]}
    return Readiness(answers or alike(3), 1, plain, lifted)


@pytest.mark.parametrize("successes", [0, 2, 7, 10, 14, 18, 20])
def test_likelihood_stands_with_its_count(successes):
    first, second, *_ = readiness_text.sentences(made_up({"time": 0.05}, successes=successes))
    assert f"{likelihood(successes, 20)} ({successes} of 20 runs)" in first
    assert "very likely (20 of 20 runs)" in second


def test_the_bottleneck_is_named_with_its_gain_and_its_draws():
    said = " ".join(readiness_text.sentences(made_up({"time": 0.05, "focus": 0.02})))
    assert "The bottleneck is time" in said
    assert "+5.0 points" in said and "20 of 20 paired draws" in said
    assert "tell it apart" not in said


def test_two_factors_that_cannot_be_told_apart_are_both_named():
    found = made_up({"time": 0.05})
    found.lifted["focus"]["deep_use"] = found.baseline["deep_use"] + np.tile([0.0, 0.099], 10)
    assert "do not tell it apart from a shared focus" in " ".join(readiness_text.sentences(found))


def test_where_no_lift_helps_by_itself_the_lift_of_all_is_told():
    assert "No single factor is the bottleneck" in " ".join(
        readiness_text.sentences(made_up({"time": 0.001, TOGETHER: 0.2}))
    )
    assert "No factor stands out" in " ".join(readiness_text.sentences(made_up({})))


def test_what_is_not_known_is_said_and_never_called_the_bottleneck():
    found = made_up({"time": 0.05, "focus": 0.02}, Answers({key: 3 for key in KEYS if key not in ("time", "trust")}))
    said = " ".join(readiness_text.sentences(found))
    assert "The bottleneck is a shared focus" in said
    assert "Not known: time, trust between the schools. Find out about time first" in said
    assert "Nothing was answered" in " ".join(readiness_text.sentences(made_up({"time": 0.05}, Answers())))


def test_no_gain_is_shown_as_minus_nought():
    assert readiness_text.points(-0.0001) == "0"
    assert next(iter(readiness_text.table(made_up({"time": 0.05}))))[0] == "time"


# -- the command
# ------------------------------------------------------------------------------------------------------------


def called(*words, **more):
    return CliRunner().invoke(commands, ["readiness", *map(str, words)], **more)


def test_the_command_reads_answers_and_prints_one_object(tmp_path):
    write_file(tmp_path / "mine.toml", alike(4))
    done = called(tmp_path / "mine.toml", "--replicates", 2, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["draws"] == 2 and found["answers"] == dict.fromkeys(KEYS, 4)
    assert set(found["lifted"]) == {*KEYS, TOGETHER}
    assert found["successes"]["lasting_use"]["likelihood"] == likelihood(found["successes"]["lasting_use"]["count"], 2)
    assert not any(
        isinstance(value, float) and math.isnan(value)
        for one in found["lifted"].values()
        for value in one["gain_in_deep_use"].values()
    )


def test_the_command_prints_sentences_a_table_and_what_cannot_be_said(tmp_path):
    write_file(tmp_path / "mine.toml", alike(4))
    said = called(tmp_path / "mine.toml", "--replicates", 2).stdout
    said = " ".join(said.split("\n"))
    assert "of 2 runs" in said and "thought experiment" in said
    assert "paired draws" in said or "No single factor is the bottleneck" in said
    assert all(one.factor in said for one in QUESTIONS)
    assert max(map(len, called(tmp_path / "mine.toml", "--replicates", 2).stdout.splitlines())) <= 100


def test_init_writes_a_questionnaire_and_leaves_one_that_is_there(tmp_path):
    assert called("--init", tmp_path / "new.toml").exit_code == 0
    assert (tmp_path / "new.toml").read_text() == as_file()
    assert isinstance(called("--init", tmp_path / "new.toml").exception, InputError)
    assert isinstance(called(tmp_path / "new.toml", "--init", tmp_path / "other.toml").exception, InputError)
    assert not (tmp_path / "other.toml").exists()


def test_without_a_file_and_a_terminal_the_command_says_what_to_do():
    done = subprocess.run(
        [sys.executable, "-m", "plnsim.cli", "readiness"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "--init answers.toml" in done.stderr and "Traceback" not in done.stderr


def test_at_a_terminal_it_asks_goes_back_and_keeps_the_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["plnsim.cli.readiness"], "at_a_terminal", lambda: True)
    file = tmp_path / "kept.toml"
    typed = ["3", "9", "b", "2", "?", *["4"] * (len(KEYS) - 2), str(file)]
    done = called("--replicates", 1, input="\n".join(typed) + "\n")
    assert done.exit_code == 0, done.exception
    assert read_answers(file) == Answers({"vision": 2} | dict.fromkeys(KEYS[2:], 4))
    assert all(one.text in done.stderr for one in QUESTIONS)
    assert "What place" not in done.stdout and "of 1 runs" in done.stdout


def test_a_name_that_is_taken_is_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["plnsim.cli.readiness"], "at_a_terminal", lambda: True)
    (tmp_path / "taken.toml").write_text("mine")
    done = called("--replicates", 1, input="\n".join([*["?"] * len(KEYS), str(tmp_path / "taken"), ""]) + "\n")
    assert done.exit_code == 0
    assert "was not touched" in done.stderr
    assert (tmp_path / "taken.toml").read_text() == "mine"


def test_the_commands_load_nothing_heavy_before_they_are_called():
    text = (
        "import sys, plnsim.cli.readiness, plnsim.cli.optimise; "
        "print(*{'numpy', 'pandas', 'scipy', 'matplotlib', 'optuna', 'numba', 'mesa', 'rich'} & set(sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60
        ).stdout.split()
        == []
    )
