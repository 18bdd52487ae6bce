"""Ranges that are our judgement, set three times more: by readers who knew the statement, its source and the unit, and
neither our range nor what any model gives.

They were set after the patterns that were held out had been opened, so they change no verdict; they show how far
judgements differ, and how many patterns would be met with another reader's ranges.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

from plnsim.studies.validation.pattern import JUDGED, Clause
from plnsim.studies.validation.scoring import ClauseScore, Scoreboard

FILE = Path(__file__).parent / "readings.json"
READERS = 3


def _read(path: Path) -> dict[tuple[str, str], tuple[tuple[float, float], ...]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        (key, figure): tuple(
            (-math.inf if low is None else low, math.inf if high is None else high) for low, high in ranges
        )
        for key, figures in content.items()
        for figure, ranges in figures.items()
    }


READINGS = _read(FILE)
"""For a pattern's key and a figure's name the low and high end by each reader; open ends are infinite."""


def readings_of(key: str, clause: Clause) -> tuple[Clause, ...]:
    """A clause with the range of each reader in place of ours; none where the range is no judgement of ours."""
    if clause.range_from != JUDGED:
        return ()
    return tuple(replace(clause, low=low, high=high) for low, high in READINGS[key, clause.name])


def agreeing(key: str, score: ClauseScore) -> int:
    """In how many readers' ranges the model's figure lies."""
    return sum(clause.low <= score.value <= clause.high for clause in readings_of(key, score.clause))


def met_by_reader(board: Scoreboard) -> list[int]:
    """How many patterns are met with each reader's ranges in place of ours, wherever ours are a judgement."""

    def holds(key: str, score: ClauseScore, reader: int) -> bool:
        theirs = readings_of(key, score.clause)
        clause = theirs[reader] if theirs else score.clause
        return bool(clause.low <= score.value <= clause.high)

    tested = [verdict for verdict in board.verdicts if verdict.pattern.testable]
    return [
        sum(all(holds(verdict.pattern.key, score, reader) for score in verdict.scores) for verdict in tested)
        for reader in range(READERS)
    ]
