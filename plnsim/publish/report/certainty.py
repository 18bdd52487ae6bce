"""How sure the finding is: what luck alone, and what luck and all that nobody knows, make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from plnsim.output import sentences as plain_sentences
from plnsim.output.words import BRACKETS, intervals_text, points
from plnsim.publish.report.document import Cell, Paragraph, Section, Table
from plnsim.publish.report.names import key, labels, marks
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import DifferenceDescription, ScenarioResult
from plnsim.studies.uncertainty import text as uncertainty
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME

NONE = "\u2013"
"""A cell in which there is nothing to tell."""


def heads(comparison: Comparison) -> tuple[Cell, ...]:
    """A head for the column of each scenario."""
    name = labels(comparison)
    return tuple(
        Cell((key(comparison, side.name),) if comparison.others else name[side.name]) for side in comparison.results
    )


def how_sure(comparison: Comparison) -> Section:
    """The finding with all that is known of its uncertainty."""
    brackets = [Paragraph(BRACKETS, note=True)] if comparison.base.replicates > 1 else []
    if comparison.others:
        return Section("How sure is that?", (*_sure(comparison), *brackets), small=True)
    side = comparison.base
    said = [one for one in plain_sentences.sentences(side, "a comparison") if one != BRACKETS]
    if comparison.draws is not None:
        said += uncertainty.luck_and_parameters(side, comparison.draws)
    return Section("How sure is that?", (*map(Paragraph, said), *brackets), small=True)


def _sure(comparison: Comparison) -> list[Table]:
    """What luck alone, and what luck and all that nobody knows, make of each difference in sustained deep use."""
    base, least = marks(comparison)[comparison.baseline], comparison.minimal_important_difference
    paired = {
        side: comparison.paired[side.name, MAIN_OUTCOME] if side is not comparison.base else None
        for side in comparison.results
    }
    tables = [
        _told(
            comparison,
            f"Luck alone, {comparison.base.replicates} run{'s' if comparison.base.replicates > 1 else ''}",
            {
                f"deep use against {base}": lambda side: _difference(paired[side], "a new pair"),
                f"ahead of {base}": lambda side: _of(paired[side], "higher", "pairs"),
                "scales up and stays": lambda side: _reached(side.values("sustained_scale_up")),
            },
        )
    ]
    if (draws := comparison.draws) is not None:
        verdicts, size = comparison.verdicts, points(least).lstrip("+")
        tables.append(
            _told(
                comparison,
                f"Luck and {len(draws.names)} values that nobody knows, {draws.done} draws",
                {
                    f"deep use against {base}": lambda side: _difference(
                        comparison.over_draws.get((side.name, MAIN_OUTCOME)), "a new draw"
                    ),
                    f"{size} points or more ahead": lambda side: _of(verdicts.get(side.name), "gains", "pairs"),
                    "too little to matter": lambda side: _of(verdicts.get(side.name), "neither", "pairs"),
                    f"{size} points or more behind": lambda side: _of(verdicts.get(side.name), "loses", "pairs"),
                    "scales up and stays": lambda side: _reached(draws.values(side.name, "sustained_scale_up")),
                },
            )
        )
    return tables


def _told(comparison: Comparison, head: str, told: Mapping[str, Callable[[ScenarioResult], Cell]]) -> Table:
    rows = tuple((Cell(label), *map(cell, comparison.results)) for label, cell in told.items())
    return Table((Cell(head), *heads(comparison)), rows, "stages")


def _difference(row: DifferenceDescription | None, run: str) -> Cell:
    if row is None:
        return Cell(NONE)
    return Cell(points(row["mean"]), small=f"({intervals_text(row, points, run)})" if row["pairs"] > 1 else "")


def _of(row: Mapping[str, Any] | None, count: str, of: str) -> Cell:
    return Cell(NONE) if row is None else Cell(f"{row[count]} of {row[of]}")


def _reached(values: np.ndarray) -> Cell:
    return Cell(f"{int(np.nansum(values))} of {len(values)}" if np.isfinite(values).any() else "not tested")
