"""Ranges that other readers set where ours are a judgement."""

import json
import math
from dataclasses import replace
from pathlib import Path

from plnsim.studies.validation import readings
from plnsim.studies.validation.catalogue import PATTERNS
from plnsim.studies.validation.pattern import JUDGED
from plnsim.studies.validation.scoring import MET, ClauseScore, Scoreboard, Verdict
from plnsim.studies.validation.text import how_judgements_differ, others

STORED = Path(__file__).resolve().parents[3] / "docs" / "scoreboard.json"
JUDGEMENTS = {(one.key, clause.name) for one in PATTERNS for clause in one.clauses if clause.range_from == JUDGED}


def board_of(value) -> Scoreboard:
    """All patterns, with a figure for each clause."""
    return Scoreboard(
        tuple(
            Verdict(one, tuple(ClauseScore(clause, value(one, clause), 0.1, 2) for clause in one.clauses), False)
            for one in PATTERNS
        ),
        seed=1,
        replicates=2,
    )


def test_every_judgement_of_ours_was_made_by_three_others_and_nothing_else_was():
    assert readings.READINGS.keys() == JUDGEMENTS
    for ranges in readings.READINGS.values():
        assert len(ranges) == readings.READERS
        assert all(low < high and not (math.isinf(low) and math.isinf(high)) for low, high in ranges)


def test_a_figure_lies_in_the_ranges_of_those_who_would_accept_it(monkeypatch):
    clause = replace(PATTERNS[0].clauses[0], name="figure", low=0.0, high=1.0, range_from=JUDGED)
    ranges = ((0.1, 0.4), (0.3, math.inf), (-math.inf, 0.2))
    monkeypatch.setitem(readings.READINGS, ("V1", "figure"), ranges)
    assert [readings.agreeing("V1", ClauseScore(clause, value, 0.1, 2)) for value in (0.35, 0.15, 0.25, math.nan)] == [
        2,
        2,
        1,
        0,
    ]
    told = others("V1", ClauseScore(clause, 0.35, 0.1, 2))
    assert told == "0.1 to 0.4; at least 0.3; at most 0.2 (in 2 of 3)"
    assert others("V1", ClauseScore(replace(clause, range_from="published interval"), 0.35, 0.1, 2)) == ""


def test_with_another_readers_ranges_other_patterns_are_met():
    nowhere = board_of(lambda one, clause: math.nan)
    assert readings.met_by_reader(nowhere) == [0, 0, 0]

    def as_the_first_reader_says(one, clause):
        low, high = readings.READINGS.get((one.key, clause.name), [(clause.low, clause.high)])[0]
        return low + 1e-9 if math.isfinite(low) else high - 1e-9

    board = board_of(as_the_first_reader_says)
    assert readings.met_by_reader(board)[0] == board.tested() > board.count(MET)


def test_the_page_tells_how_far_judgements_differ():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    figures = {(one["key"], each["name"]): each["value"] for one in stored["patterns"] for each in one["figures"]}
    values = {name: math.nan if value is None else value for name, value in figures.items()}
    board = board_of(lambda one, clause: values[one.key, clause.name])
    assert how_judgements_differ(board) in STORED.with_suffix(".md").read_text(encoding="utf-8")
