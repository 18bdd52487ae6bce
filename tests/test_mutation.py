"""The command that changes rules one at a time, and the page of the guide that tells what came out."""

import ast
import re
import subprocess
import sys

import pytest

from plnsim.common.package import shipped
from tests import mutation

PAGE = shipped("docs/mutation.md").read_text(encoding="utf-8")
SURVIVORS = re.findall(r"^\| `([a-z_]+)` \| `([^`]+)` \| `([^`]+)` \|", PAGE, re.MULTILINE)
"""File, what stands there, and what a change made of it that no test noticed."""


def counts_of(text):
    """The rows of a table of counts: file, changes, killed, survived, per cent."""
    return [
        (name, int(changes), int(killed), int(survived), float(share))
        for name, changes, killed, survived, share in re.findall(
            r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", text, re.MULTILINE
        )
    ]


def counts_of_the_page():
    """The rows of its table: as above, survivors that a test notices since, those left, and per cent with these."""
    rows = re.findall(
        r"^\| (\w+) \|" + r" (\d+) \|" * 3 + r" ([\d.]+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", PAGE, re.MULTILINE
    )
    return [(name, *map(float, numbers)) for name, *numbers in rows]


def path_of(file):
    path = {"streams": "common/streams.py", "mechanisms": "model/mechanisms/__init__.py"}.get(
        file, f"model/mechanisms/{file}.py"
    )
    return mutation.CHECKOUT / "plnsim" / path


def has_rules(file):
    tree = ast.parse(path_of(file).read_text(encoding="utf-8"))
    return any(isinstance(statement, ast.FunctionDef) for statement in tree.body)


def test_what_became_of_the_changes_is_counted_by_file():
    became = {
        "plnsim.common.streams.x_uniform__mutmut_1": "killed",
        "plnsim.common.streams.x_uniform__mutmut_2": "survived",
        "plnsim.common.streams.x_to_uint64__mutmut_1": "no tests",
        "plnsim.model.mechanisms.habit.x_teacher_updates__mutmut_1": "timeout",
        "plnsim.model.mechanisms.x_steps__mutmut_1": "killed",
    }
    assert counts_of(mutation.table(became)) == [
        ("streams", 3, 1, 2, 33.3),
        ("mechanisms", 1, 1, 0, 100.0),
        ("habit", 1, 0, 1, 0.0),
        ("all", 5, 2, 3, 40.0),
    ]


def test_an_unknown_file_is_told():
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "lottery"], cwd=mutation.CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode == 2 and "no rules in lottery" in done.stderr


def test_results_that_were_torn_are_begun_anew(tmp_path):
    folder = tmp_path / "mutants" / "plnsim" / "model" / "mechanisms"
    folder.mkdir(parents=True)
    for name, text in (("habit", ""), ("focus", "{}")):
        (folder / f"{name}.py").write_text("changed")
        (folder / f"{name}.py.meta").write_text(text)
    mutation.forget_torn(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["focus.py", "focus.py.meta"]


def test_the_page_counts_every_file_that_holds_rules():
    *rows, whole = counts_of_the_page()
    assert [row[0] for row in rows] == [file for file in mutation.FILES if has_rules(file)]
    for column in (1, 2, 3, 5, 6):
        assert whole[column] == sum(row[column] for row in rows)
    for _, changes, killed, survived, share, since, left, share_now in [*rows, whole]:
        assert changes == killed + survived and survived == since + left
        assert share == pytest.approx(100 * killed / changes, abs=0.051)
        assert share_now == pytest.approx(100 * (killed + since) / changes, abs=0.051)


def test_at_least_85_of_100_changes_were_noticed():
    assert counts_of_the_page()[-1][4] >= 85


def test_every_survivor_is_explained():
    assert len(SURVIVORS) == counts_of_the_page()[-1][6]


@pytest.mark.parametrize(("file", "was", "became"), SURVIVORS)
def test_what_a_survivor_changed_still_stands_in_its_file(file, was, became):
    text = path_of(file).read_text(encoding="utf-8")
    assert was in text and was != became
