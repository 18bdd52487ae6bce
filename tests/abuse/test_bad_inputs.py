"""Every bad input ends with exit code 2 and one message that names its place; nothing is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.abuse.cases import CASES, Case
from tests.support.commands import invoke

EVERY = 17
"""The normal run takes one case of so many."""
PLNSIM = [sys.executable, "-m", "plnsim.cli"]
PACKAGE_PATH = re.compile(r"plnsim/[a-z_/]+\.py")

pytestmark = pytest.mark.abuse


def tree(folder) -> dict[str, bytes | None]:
    """Everything in a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def sampled(cases: list, every: int) -> list:
    """The cases as parameters, of which the normal run takes each ``every``-th."""
    return [
        pytest.param(case, id=case.name, marks=() if number % every == 0 else pytest.mark.full)
        for number, case in enumerate(cases)
    ]


def assert_one_message(case: Case, code: int, out: str, err: str) -> None:
    assert code == 2, f"exit code {code}\n{err}"
    assert out == ""
    assert len(re.findall(r"^error: ", err, re.MULTILINE)) == 1, err
    assert "Traceback" not in err and "fault of plnsim" not in err and not PACKAGE_PATH.search(err), err
    assert "= help: " in err, err
    for text in case.names:
        assert text in err, f"the message does not name {text}:\n{err}"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", err), "nothing that a terminal would obey"


def test_there_are_four_hundred_cases_of_different_names():
    assert len({case.name for case in CASES}) == len(CASES) >= 400


@pytest.mark.parametrize("case", sampled(CASES, EVERY))
def test_bad_input_is_told_once_and_nothing_is_written(case, tmp_path, monkeypatch):
    for name, content in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    assert_one_message(case, *invoke(*case.words))
    assert tree(tmp_path) == before


READS = {
    "run": ["run", "{}"],
    "compare": ["compare", "baseline", "{}"],
    "barriers": ["barriers", "{}"],
    "validate": ["validate", "{}"],
    "optimise": ["optimise", "{}", "--budget", "100000"],
    "odd": ["odd", "--world", "{}"],
    "experiment": ["experiment", "{}", "--out", "new"],
    "calibrate": ["calibrate", "{}", "--out", "new"],
    "trial": ["trial", "{}", "--out", "new"],
    "readiness": ["readiness", "{}"],
}


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "circle of links"])
@pytest.mark.parametrize("command", READS)
def test_what_is_no_file_is_not_read(command, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "bad.toml")
    case = Case(command, tuple(word.format("bad.toml") for word in READS[command]), {}, ("bad.toml",))
    assert_one_message(case, *invoke(*case.words))
    assert [each.name for each in tmp_path.iterdir()] == ["bad.toml"]


PRINTS = ["scenarios", "experiments", "parameters", "odd --md", "odd --html", "validate-model --help", "--version"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("words", PRINTS[:1] + [pytest.param(words, marks=pytest.mark.full) for words in PRINTS[1:]])
def test_a_full_disk_is_told_and_ends_with_1(words, tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PLNSIM, *words.split()], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, timeout=120
        )
    assert done.returncode == 1 and done.stderr.count("error: ") == 1, done.stderr
    assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
