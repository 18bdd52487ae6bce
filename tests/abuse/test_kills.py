"""``kill -9`` at moments spread over every command that writes: the next run ends with the same bytes, and tidies."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas
import pytest

from plnsim.common.files import ABANDONED_SECONDS

PLNSIM = [sys.executable, "-m", "plnsim.cli"]
TEMPORARY = re.compile(r"\..+\.[0-9a-f]{32}\.(tmp|earlier)", re.DOTALL)
"""Names that plnsim gives to what is not in its place yet."""
DATED = re.compile(
    r'(?m)^.*("written"|"created"|"command"|"seconds").*$|20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00|Z)?'
)
"""What tells when a record was written, and by which words."""

pytestmark = pytest.mark.abuse

SMALL = "years = 1\n[population]\nschools = 6\nsecondary_share = 0.0\n"
EXPERIMENT = """
method = "latin"
size = 150
replicates = 2
years = 1
outcomes = ["deep_use", "use"]
[vary]
parameters = ["time.hours", "programme.delegates", "adoption.threshold"]
[set.population]
schools = 6
secondary_share = 0.0
"""
CALIBRATION = """
scenario = "baseline"
data = "series.csv"
discrepancy = 0.02
method = "prior-sampling"
budget = 600
replicates = 2
[vary]
parameters = ["time.hours", "adoption.alone"]
[set.population]
schools = 6
secondary_share = 0.0
"""
TRIAL = """
schools = 6
trials = 60
follow_up = [1]
[test]
[set.population]
secondary_share = 0.0
"""
FILES = {
    "small.toml": SMALL,
    "other.toml": f"{SMALL}[time]\nhours = 2\n",
    "experiment.toml": EXPERIMENT,
    "fit.toml": CALIBRATION,
    "trial.toml": TRIAL,
    "series.csv": "time,value,standard_error\n0.5,0.02,0.01\n1,0.05,0.01\n1.5,0.06,0.01\n",
}


class Writer(NamedTuple):
    """A command that writes: how it is called, how often it is killed, and how it is called again."""

    words: str
    kills: int
    again: str = ""
    store: bool = False
    """Whether it reads the store of an experiment, which is performed beforehand."""


WRITERS = {
    "run": Writer("run small.toml --replicates 8 --out out", 10),
    "run again": Writer("run small.toml --replicates 8 --out out --overwrite", 6),
    "compare": Writer("compare small.toml other.toml --quick --replicates 4 --out out", 8),
    "experiment": Writer("experiment experiment.toml --workers 2 --out out", 14),
    "calibrate": Writer("calibrate fit.toml --workers 2 --out out", 8),
    "trial": Writer("trial trial.toml --workers 2 --out out", 4),
    "optimise": Writer("optimise small.toml --budget 20000 --evaluations 12 --replicates 2 --out out", 8),
    "ablations": Writer("ablations small.toml --only time --replicates 40 --out out", 8),
    "headline": Writer("headline --quick --out out", 4),
    "discover": Writer("discover store/baseline --when 'deep_use >= 0.01' --resamples 4 --out out", 8, store=True),
    "export": Writer("export store/baseline --out out", 8, store=True),
    "explorable": Writer("explorable small.toml --out out.html", 8),
    "guide": Writer("guide --no-open --out out", 6),
    "odd": Writer("odd --html --out out.html", 6, "odd --html --overwrite --out out.html"),
    "init": Writer("init out.toml", 6, "init --force out.toml"),
    "readiness": Writer("readiness --init out.toml", 6),
}
KILLS = [(name, number) for name, writer in WRITERS.items() for number in range(writer.kills)]
SAMPLE = {("run", 6), ("odd", 4), ("init", 4)}
"""What the normal run takes."""


def place_files(folder: Path, writer: Writer) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    if writer.store:
        finish(folder, "experiment experiment.toml --out store")


def words_of(text: str) -> list[str]:
    return [*PLNSIM, *shlex.split(text)]


def finish(folder: Path, words: str) -> subprocess.CompletedProcess:
    return subprocess.run(words_of(words), cwd=folder, capture_output=True, text=True, timeout=1200)


@cache
def uninterrupted(name: str) -> tuple[dict[str, object], float]:
    """What a command leaves that nobody kills, and how long it takes."""
    writer = WRITERS[name]
    with TemporaryDirectory(prefix="plnsim-kills-") as place:
        folder = Path(place).resolve()
        place_files(folder, writer)
        began = time.monotonic()
        done = finish(folder, writer.words)
        seconds = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        return outputs(folder), seconds


def outputs(folder: Path) -> dict[str, object]:
    """The content of everything that was written, but for times of the clock; of the parts of a store, their runs."""
    contents: dict[str, object] = {}
    parts: dict[Path, list[Path]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".parquet" and path.name.startswith("part-"):
            parts.setdefault(path.parent, []).append(path)
        elif path.suffix in (".json", ".html", ".js", ".md", ".txt", ".css"):
            text = path.read_text(encoding="utf-8")
            contents[name] = DATED.sub("", text).replace(str(folder), "").replace(" --overwrite", "")
        elif path.suffix != ".log":
            contents[name] = path.read_bytes()
    for store, paths in parts.items():
        runs = pandas.concat([pandas.read_parquet(path) for path in paths]).drop_duplicates("run").sort_values("run")
        contents[f"{store.relative_to(folder)}/runs"] = runs.to_csv(index=False)
    return contents


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if TEMPORARY.fullmatch(path.name)]


def make_old(paths: list[Path]) -> None:
    then = time.time() - 2 * ABANDONED_SECONDS
    for path in paths:
        for each in [*path.rglob("*"), path]:
            os.utime(each, (then, then), follow_symlinks=False)


def test_there_are_a_hundred_kills():
    assert len(KILLS) >= 100 and set(KILLS) >= SAMPLE


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param(
            name,
            number,
            marks=[
                pytest.mark.xdist_group(f"kills of {name}"),
                *([] if (name, number) in SAMPLE else [pytest.mark.full]),
            ],
        )
        for name, number in KILLS
    ],
)
def test_what_was_killed_goes_on_with_the_same_bytes_and_leaves_nothing(name, number, tmp_path):
    writer = WRITERS[name]
    expected, seconds = uninterrupted(name)
    place_files(tmp_path, writer)
    if name == "run again":
        assert finish(tmp_path, WRITERS["run"].words).returncode == 0
    process = subprocess.Popen(
        words_of(writer.words),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds * (number + 1) / (writer.kills + 0.5))  # later ones fall into the moments of writing
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    make_old(leftovers(tmp_path))
    done = finish(tmp_path, writer.again or writer.words)
    finished_before = done.returncode == 2 and re.search(r"already|not empty", done.stderr)
    assert done.returncode == 0 or finished_before, done.stderr
    written = outputs(tmp_path)
    assert sorted(written) == sorted(expected), "the same files"
    assert [path for path in expected if written[path] != expected[path]] == [], "with the same content"
    assert leftovers(tmp_path) == []
