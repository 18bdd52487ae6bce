"""Changes the rules of the model one at a time and counts how many changes a test notices: ``python -m tests.mutation
[FILE ...]``.

Works on a copy of package and tests in a temporary folder, never in the checkout; mutmut (``[tool.mutmut]`` in
pyproject.toml) makes the changes and runs the tests that reach them. FILE is the name of a mechanism, or ``streams``;
without any, all are changed. As a plugin of pytest this module lets the tests of single rules run before those of
whole weeks. ``docs/mutation.md`` tells what came out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
COPIED = ("plnsim", "tests", "docs", "scenarios", "experiments", "pyproject.toml", "README.md")
MECHANISMS = CHECKOUT / "plnsim" / "model" / "mechanisms"
NO_RULES = ("declarations",)
"""Files of that folder without rules; ``tests/model/test_state.py`` tests what they refuse."""
REFUSING = ("x__in_order__", "x_stream__", "x_stream_name__", "x_stream_numbers__")
"""Functions that only name things or refuse what is declared wrongly, tested elsewhere: their changes do not count."""
FILES = (
    "streams",
    "mechanisms",
    *sorted(path.stem for path in MECHANISMS.glob("[a-z]*.py") if path.stem not in NO_RULES),
)
"""Files with rules; ``mechanisms`` is what stands in the package itself."""
NOTICED = "killed"
"""What mutmut says when a test failed. Whatever took too long or ended Python is read as well: a busy machine may be
the reason.
"""
WHOLE_WEEKS = "test_oracle_interpreted.py"


def pytest_collection_modifyitems(items) -> None:
    """Puts the tests of whole weeks last: most changes are noticed by a test of the rule itself, which takes no
    time.
    """
    items.sort(key=lambda item: item.path.name == WHOLE_WEEKS)


def pattern(file: str) -> str:
    """The names that mutmut gives to the changes of a file."""
    module = {"streams": "common.streams", "mechanisms": "model.mechanisms"}.get(file, f"model.mechanisms.{file}")
    return f"plnsim.{module}.x_*"


def copy(folder: Path) -> None:
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy2(source, folder / name)


def forget_torn(folder: Path) -> None:
    """Lets mutmut begin anew with files whose results were torn when a run was stopped while writing them."""
    for kept in folder.glob("mutants/plnsim/**/*.meta"):
        try:
            json.loads(kept.read_text(encoding="utf-8"))
        except ValueError:
            kept.unlink()
            kept.with_suffix("").unlink(missing_ok=True)


def mutmut(folder: Path, *words: str, echo: bool = False) -> str:
    """Runs a command of mutmut in the copy; gives what it printed, or lets it print (``echo``)."""
    done = subprocess.run(
        [sys.executable, "-c", "from mutmut.__main__ import cli; cli()", *words],
        cwd=folder,
        text=True,
        stdout=None if echo else subprocess.PIPE,
    )
    if done.returncode:
        raise SystemExit(f"mutmut {' '.join(words)} ended with {done.returncode}")
    return done.stdout or ""


def results(folder: Path) -> dict[str, str]:
    """What became of every change, by its name: killed, survived, timeout, ..."""
    lines = [line.strip().rpartition(": ") for line in mutmut(folder, "results", "--all", "true").splitlines()]
    return {
        name: became
        for name, _, became in lines
        if name and file_of(name) in FILES and not any(refusing in name for refusing in REFUSING)
    }


def file_of(change: str) -> str:
    """The file of a change, from its name, as in ``plnsim.model.mechanisms.adoption.x_pressure__mutmut_3``."""
    return change.split(".")[-2]


def table(became: dict[str, str]) -> str:
    """Changes, those noticed and those not, by file."""
    counts = {file: Counter() for file in FILES if any(file_of(change) == file for change in became)}
    for change, end in became.items():
        counts[file_of(change)]["noticed" if end == NOTICED else "survived"] += 1
    counts["all"] = sum(counts.values(), Counter())
    rows = [
        f"| {file} | {count.total()} | {count['noticed']} | {count['survived']} | "
        f"{100 * count['noticed'] / count.total():.1f} |"
        for file, count in counts.items()
    ]
    return "\n".join(["| file | changes | killed | survived | % |", "| --- | ---: | ---: | ---: | ---: |", *rows])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("files", nargs="*", metavar="FILE", help="a mechanism, or streams; all when none is named")
    words.add_argument("--at-once", type=int, default=2, metavar="N", help="changes tried at the same time (2)")
    words.add_argument(
        "--folder", type=Path, help="keep the copy and its results there; a run that was stopped goes on"
    )
    asked = words.parse_args()
    files = [Path(file).stem for file in asked.files]
    if unknown := set(files) - set(FILES):
        words.error(f"no rules in {', '.join(sorted(unknown))}; there are: {', '.join(FILES)}")
    if importlib.util.find_spec("mutmut") is None:
        words.error("mutmut is not installed: pip install '.[mutation]'")
    if hasattr(os, "nice"):
        os.nice(19)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        copy(folder)
        forget_torn(folder)
        mutmut(folder, "run", "--max-children", str(asked.at_once), *map(pattern, files), echo=True)
        became = {change: end for change, end in results(folder).items() if not files or file_of(change) in files}
        survivors = [change for change, end in became.items() if end != NOTICED]
        for change in survivors:
            print(mutmut(folder, "show", change))
        print(table(became))


if __name__ == "__main__":
    main()
