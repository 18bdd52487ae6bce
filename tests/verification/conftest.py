"""What the verification cases share: their marker, their checks in multiples of the standard error, and the figures
that they leave.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest


def pytest_collection_modifyitems(items):
    """Everything in this folder is verification."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.verification)


class Case:
    """What a case expects and finds; its figure. Both are left in a folder."""

    def __init__(self, name: str, folder: Path):
        self.name, self.folder = name, folder
        self.checks: list[dict] = []
        self.axes = None

    def agrees(self, what: str, seen, expected, *, error=None, times: float = 4.0, within: float | None = None) -> None:
        """Checks that what is seen lies within ``times`` standard errors of what is expected, or ``within`` so much of
        it.

        Of arrays the worst place counts.
        """
        seen, expected = np.broadcast_arrays(np.asarray(seen, float), np.asarray(expected, float))
        allowed = np.broadcast_to(times * np.asarray(error) if within is None else within, seen.shape)
        apart = np.abs(seen - expected)
        with np.errstate(divide="ignore", invalid="ignore"):
            worst = np.unravel_index(np.argmax(np.nan_to_num(apart / allowed)), seen.shape)
        tolerance = (
            f"{times:g} SE = {allowed[worst]:.2g}" if within is None else "exact" if within == 0 else f"{within:.2g}"
        )
        self.checks.append(
            {
                "what": what,
                "expected": float(expected[worst]),
                "seen": float(seen[worst]),
                "tolerance": tolerance,
                "distance": float(apart[worst] / allowed[worst] * times) if within is None else None,
                "apart": float(apart.max()),
            }
        )
        assert np.isfinite(seen).all() and (apart <= allowed).all(), (
            f"{what}: seen {seen[worst]:.9g}, expected {expected[worst]:.9g}, {tolerance}"
        )

    def differs(self, what: str, seen: float, wrong: float, *, error: float, times: float = 10.0) -> None:
        """Checks that what is seen lies more than ``times`` standard errors from what it must not be."""
        away = abs(seen - wrong) / error
        self.checks.append(
            {
                "what": what,
                "expected": f"not {wrong:.4g}",
                "seen": float(seen),
                "tolerance": f"over {times:g} SE away",
                "distance": float(away),
                "apart": None,
            }
        )
        assert away > times, f"{what}: {seen:.6g} is only {away:.1f} standard errors from {wrong:.6g}"

    def holds(self, what: str, statement: bool, seen: str = "", expected: str = "") -> None:
        """Checks a statement that is no number, and notes what was seen."""
        self.checks.append(
            {"what": what, "expected": expected, "seen": seen, "tolerance": "", "distance": None, "apart": None}
        )
        assert statement, f"{what}: seen {seen}, expected {expected}"

    def panel(self, title: str, across: str, up: str):
        """The axes of the figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        self.axes = figure.add_subplot()
        self.axes.set(title=title, xlabel=across, ylabel=up)
        self.axes.grid(alpha=0.3)
        return self.axes

    def leave(self) -> None:
        """Writes the figure and the checks."""
        if self.axes is not None:
            if self.axes.get_legend_handles_labels()[0]:
                self.axes.legend(frameon=False, fontsize=8)
            self.axes.figure.savefig(self.folder / f"{self.name}.svg")
        (self.folder / f"{self.name}.json").write_text(json.dumps(self.checks, indent=1), encoding="utf-8")


@pytest.fixture
def case(request, tmp_path):
    """The case of a test: figures go to the folder that PLNSIM_FIGURES names, else to a temporary one."""
    folder = Path(os.environ.get("PLNSIM_FIGURES") or tmp_path / "figures")
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{request.node.path.stem.removeprefix('test_')}--{request.node.name.removeprefix('test_')}"
    case_of_test = Case("".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name), folder)
    yield case_of_test
    case_of_test.leave()
