"""The page as one file: it holds what it needs, curves and sentences are the library's, and a command writes it."""

import json
import re

import numpy as np
import pytest

from plnsim import run
from plnsim.app.explorable import bundle_scripts, page_data, render_page
from plnsim.common.errors import InputError
from plnsim.common.files import write_user_file
from plnsim.model.cost import NOT_PRICED
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.output.words import likelihood_in_pairs, likelihood_in_runs, percent, points
from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.simulation.runs.cost import unpriced_of
from plnsim.simulation.scenario.classroom import RUNS
from plnsim.simulation.wasm.module import MODULE
from plnsim.simulation.wasm.pack import pack
from tests.support.commands import invoke
from tests.support.runs import small_scenario
from tests.support.served import LIVELY
from tests.support.wasm import in_node

MOVED = {"conditions.time_shift": 1.0}
SCRIPT = """
const { words, prices, years, moved, outcomes } = JSON.parse(await readFile(files[2], "utf8"));
const model = await loadModel(await readFile(files[0]), await readFile(files[1])), run = await model.newRun();
const results = (values) => Array.from({ length: model.replicates }, (_, replicate) => {
  run.begin(replicate, values, years);
  run.advance();
  const weekly = Object.fromEntries(run.outcomes.map(([name]) => [name, run.outcome(name)]));
  return { replicate, weeks: run.weeks, supportEnds: run.supportEnds, weekly, ...measuresOf(run, (name) => values[name] ?? model.parameters[name].value, prices) };
});
const is = results({}), other = results(moved);
const result = Object.fromEntries(outcomes.map((outcome) => [outcome.name, {
  side: sideOf(other, outcome.name, 3, words), alone: sentenceOf(is, null, outcome, "as it is", words),
  sentence: sentenceOf(is, other, outcome, "with “Plan 1”", words), alike: sentenceOf(is, is, outcome, "as it is", words) }]));
result.notPriced = [is, other].map(([one]) => one.notPriced);
"""  # noqa: E501  # JavaScript


@pytest.fixture(scope="module")
def scenario():
    return small_scenario(LIVELY)


@pytest.fixture(scope="module")
def data(scenario):
    return page_data(scenario, 40)


@pytest.fixture(scope="module")
def text(data):
    return render_page(data)


# -- equal to the library ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(scenario, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("curves")
    (folder / "pack").write_bytes(pack(scenario, 1, RUNS))
    about = data["about"]
    asked = {"words": data["words"], "moved": MOVED} | {name: about[name] for name in ("prices", "years", "outcomes")}
    (folder / "asked").write_text(json.dumps(asked))
    return in_node(folder, str(bundle_scripts("curves.js")) + SCRIPT, MODULE, folder / "pack", folder / "asked")


@pytest.fixture(scope="module")
def runs(scenario):
    """As it is, and what if; as long as the page's, whatever the support."""
    return [run(scenario.with_values(values), seed=1, replicates=RUNS) for values in ({}, MOVED)]


@pytest.mark.parametrize("outcome", WEEKLY_OUTCOMES, ids=lambda one: one.name)
def test_curves_and_the_last_year_are_those_of_the_library_to_the_bit(told, runs, outcome):
    side, weekly = told[outcome.name]["side"], runs[1].by_week(outcome)
    clear = np.isfinite(weekly).all(axis=0)
    assert clear.any() and side["weeks"] == weekly.shape[1]
    levels = [(side["middle"], 0.5), (side["outer"][0], RANGE_QUANTILES[0]), (side["outer"][1], RANGE_QUANTILES[1])]
    for values, quantile in [*levels, (side["inner"][0], 0.25), (side["inner"][1], 0.75)]:
        np.testing.assert_array_equal(
            np.array(values, float)[clear], np.quantile(weekly[:, clear], quantile, axis=0), str(quantile)
        )
    np.testing.assert_array_equal(np.array(side["one"], float), weekly[3])
    last = np.array([one.ratio(outcome.count, outcome.of, one.last_year) for one in runs[1].run_counts])
    last = last[np.isfinite(last)]
    low, high = np.quantile(last, RANGE_QUANTILES)
    assert side["last"] == {"mean": last.mean(), "low": low, "high": high}


def test_what_is_not_priced_is_what_the_library_does_not_price(told, runs):
    assert told["notPriced"] == [[NOT_PRICED[name] for name in unpriced_of(one.scenario)] for one in runs]
    assert "enough time by an invisible hand" in told["notPriced"][1]


def test_the_sentence_holds_the_numbers_words_and_counts_of_the_runs(told, runs):
    use, scaled = ([one.values(name) for one in runs] for name in ("use", "sustained_scale_up"))
    gain, said = use[1] - use[0], told["use"]["sentence"].replace("\u00a0", " ")
    for one in use:
        assert percent(float(one.mean())) in said
    assert likelihood_in_pairs(int((gain > 0).sum()), RUNS) in said and f"{points(float(gain.mean()))} points" in said
    assert f"scale-up {likelihood_in_runs(int(scaled[1].sum()), RUNS)}, with “Plan 1” " in said
    assert said.count("In this model, at these assumptions: more than with “Plan 1” ") == 1
    assert "same in every run" in told["use"]["alike"] and "against" not in told["use"]["alone"]
    assert likelihood_in_runs(int(scaled[0].sum()), RUNS) in told["use"]["alone"]


def test_stored_curves_are_those_of_the_runs(data, runs):
    for outcome in WEEKLY_OUTCOMES:
        stored, weekly = data["stored"][outcome.name], runs[0].by_week(outcome)
        clear = np.isfinite(weekly).all(axis=0)
        np.testing.assert_allclose(
            np.array(stored["middle"], float)[clear], np.median(weekly, axis=0)[clear], atol=5.1e-5
        )
    assert data["stored"]["use"]["last"]["mean"] == pytest.approx(runs[0].values("use").mean(), abs=5.1e-5)


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_holds_all_that_it_needs_and_names_nothing_outside(text):
    assert not re.search(r'\b(?:src|href)="(?!data:|#)', text) and "@import" not in text and "url(" not in text
    assert set(re.findall(r"https?://[\w./]+", text)) == {"http://www.w3.org/2000/svg"}
    assert text.count("<script") == 3 and "fetch(" not in text
    assert not re.search(r"^(?:import|export) ", text, re.MULTILINE)
    assert "'wasm-unsafe-eval'" in text and "unsafe-eval" not in text.replace("wasm-unsafe-eval", "")


@pytest.mark.parametrize("entries", [("page.js", "embedded.js"), ("worker.js",)], ids=str)
def test_the_modules_become_one_script_in_which_every_name_is_its_own(entries):
    script = bundle_scripts(*entries)
    names = re.findall(r"^(?:async function|function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) > 20 and "</script" not in script


def test_a_title_cannot_end_the_data(data):
    smuggled = data | {"about": data["about"] | {"title": "</script><script>alert(1)</script>"}}
    text = render_page(smuggled)
    assert "<script>alert" not in text
    embedded = text.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(embedded)["about"]["title"] == "</script><script>alert(1)</script>"


def test_the_command_writes_a_small_file(tmp_path):
    said = invoke("explorable", "--seed", 3, "--out", tmp_path / "page.html")
    assert said.code == 0, said.err
    assert "20 schools, 20 replicates, seed 3" in said.out and str(tmp_path / "page.html") in said.err
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    written = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert written["about"]["seed"] == 3 and "the scenario itself has 40 schools" in written["about"]["lead"]
    assert len(text.encode()) < 3_000_000


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("mine")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_user_file(tmp_path / "page.html", "text", overwrite=True)
    assert (tmp_path / "page.html").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--out", "there.html"), "there.html is there already"),
        (("--out", "."), "is a folder"),
        (("--out", "no/such/folder.html"), "cannot be written"),
        (("--seed", "-1"), "the seed cannot be -1"),
        (("baselin",), "there is no scenario"),
        (("--quik",), "no such option"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_simulated(words, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.html").write_text("mine")
    monkeypatch.setattr("plnsim.app.explorable.page_data", lambda *_: pytest.fail("it simulated"))
    said = invoke("explorable", *words)
    assert said.code == 2 and wrong in said.err and "help:" in said.err and said.out == ""
    assert [one.name for one in tmp_path.iterdir()] == ["there.html"]
    assert (tmp_path / "there.html").read_text() == "mine"
