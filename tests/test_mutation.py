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


def named_after(words):
    """The files that the page names in a paragraph, after some words."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in PAGE.split("\n\n"))
    return re.findall(r"`(\w+)`", next(text for text in paragraphs if words in text).partition(words)[2])


WAITING, NEVER_RUN = named_after("wait to be run again:"), named_after("were never run:")
"""Files whose rules have changed since they were counted, and files that have not been counted yet."""


def counts_of(text):
    """The rows of a table of counts: file, changes, killed, survived, per cent."""
    return [
        (name, int(changes), int(killed), int(survived), float(share))
        for name, changes, killed, survived, share in re.findall(
            r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", text, re.MULTILINE
        )
    ]


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
    *rows, whole = counts_of(PAGE)
    assert [row[0] for row in rows] == [file for file in mutation.FILES if has_rules(file) and file not in NEVER_RUN]
    assert set(NEVER_RUN) <= {file for file in mutation.FILES if has_rules(file)} and set(WAITING) < {
        row[0] for row in rows
    }
    assert whole[:4] == ("all", *(sum(row[column] for row in rows) for column in (1, 2, 3)))
    for _, changes, killed, survived, share in [*rows, whole]:
        assert changes == killed + survived and share == pytest.approx(100 * killed / changes, abs=0.051)


def test_at_least_85_of_100_changes_were_noticed():
    assert counts_of(PAGE)[-1][4] >= 85


def test_every_survivor_is_explained():
    assert len(SURVIVORS) == counts_of(PAGE)[-1][3]


@pytest.mark.parametrize(("file", "was", "became"), [survivor for survivor in SURVIVORS if survivor[0] not in WAITING])
def test_what_a_survivor_changed_still_stands_in_its_file(file, was, became):
    text = path_of(file).read_text(encoding="utf-8")
    assert was in text and was != became
