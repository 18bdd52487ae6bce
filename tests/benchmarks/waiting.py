"""Prints what users wait for, in CPU seconds of fresh processes: ``python -m tests.benchmarks.waiting``.

Commands that start often (help, the list of scenarios) are held against importing Typer and Rich, of which a command
line of that kind would be made; the commands run in turn, and the ratio is the median over rounds with its range.
``--long`` also times the first compile (with an empty cache), a second run, runs with tables and figure, the page of a
record, comparisons and an experiment in its store, once each.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLNSIM = str(Path(sys.executable).with_name("plnsim"))
YARDSTICK = "import typer, rich"
SHORT = {
    YARDSTICK: (sys.executable, "-c", "import typer, rich"),
    "bare Python": (sys.executable, "-c", "pass"),
    "plnsim --help": (PLNSIM, "--help"),
    "plnsim scenarios": (PLNSIM, "scenarios"),
    "plnsim parameters time": (PLNSIM, "parameters", "time"),
}
AT_MOST = 2.0
"""The ratio to the yardstick that is asked of --help and scenarios."""

EXPERIMENT = """
scenario = "baseline"
method = "latin"
size = 512
replicates = 2
outcomes = ["deep_use", "use"]
[vary]
parameters = ["time.hours", "leadership.vision", "adoption.threshold"]
"""


def spent(words: tuple[str, ...], **more) -> tuple[float, float]:
    """CPU and wall seconds of a process and its children; fails when the command does."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - began


def short(rounds: int) -> None:
    seconds_of: dict[str, list[float]] = {name: [] for name in SHORT}
    for _ in range(rounds):
        for name, words in SHORT.items():
            seconds_of[name].append(spent(words)[0])
    for name, seconds in seconds_of.items():
        ratios = [spent_here / yard for spent_here, yard in zip(seconds, seconds_of[YARDSTICK], strict=True)]
        print(
            f"{name:<24} {statistics.median(seconds):6.3f} s   {statistics.median(ratios):5.2f} of the yardstick "
            f"({min(ratios):.2f} to {max(ratios):.2f} in {rounds} rounds)"
        )
    print(f"asked: at most {AT_MOST:g} times the yardstick for --help and scenarios")


def long() -> None:
    with tempfile.TemporaryDirectory(prefix="plnsim-waiting-") as place:
        fresh = os.environ | {"PLNSIM_CACHE": f"{place}/cache"}
        Path(place, "experiment.toml").write_text(EXPERIMENT, encoding="utf-8")
        single_run, both = (
            (PLNSIM, "run", "baseline", "--replicates", "1"),
            (PLNSIM, "compare", "baseline", "research-learning-network"),
        )
        for name, words in (
            ("first run, compiling", single_run),
            ("second run", single_run),
            ("run, 20 replicates", (PLNSIM, "run", "baseline")),
            ("... with --out (tables, figure)", (PLNSIM, "run", "baseline", "--out", "record")),
            ("page of a stored record", (PLNSIM, "report", "record")),
            ("compare --quick, with its page", (*both, "--quick")),
            ("compare, with its page", (*both, "--overwrite")),
            ("experiment, 1,024 runs, stored", (PLNSIM, "experiment", "experiment.toml", "--out", "store")),
            ("the same again, nothing to do", (PLNSIM, "experiment", "experiment.toml", "--out", "store")),
        ):
            cpu, wall = spent(words, cwd=place, env=fresh)
            print(f"{name:<34} {cpu:7.2f} s of CPU, {wall:7.2f} s")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=9)
    words.add_argument("--long", action="store_true")
    asked = words.parse_args()
    short(asked.rounds)
    if asked.long:
        long()


if __name__ == "__main__":
    main()
