"""The protocol of the choice of defaults, and the search that it lays down."""

import hashlib

import numpy as np
import pytest

from plnsim.studies.validation import choose
from plnsim.studies.validation.catalogue import PATTERNS, held_out
from plnsim.studies.validation.protocol import FILE, PROTOCOL

TESTABLE = {one.key for one in PATTERNS if one.testable}


def test_the_protocol_covers_every_pattern_and_searches_what_is_assumed():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == PROTOCOL.sha256
    assert set(PROTOCOL.seen) | set(PROTOCOL.seen_while_written) == TESTABLE == set(PROTOCOL.information)
    assert not set(PROTOCOL.seen) & set(PROTOCOL.seen_while_written)
    for name in PROTOCOL.parameters:
        parameter = choose.parameter_of(name)
        assert parameter.source == "assumed" and not name.startswith("measure.")
        assert parameter.range[0] <= PROTOCOL.choice["today"][name] <= parameter.range[1]


def test_held_out_patterns_are_not_played_in_the_search():
    assert {one.key for one in choose.FITTED} == TESTABLE - held_out()
    assert all(key not in held_out() for key, _ in choose.CLAUSES)


def test_a_point_stands_for_values_of_two_digits_in_the_plausible_ranges():
    values = choose.values_at([0.0, *[0.5] * (len(choose.NAMES) - 2), 1.0])
    first, last = (choose.parameter_of(choose.NAMES[place]) for place in (0, -1))
    assert values[choose.NAMES[0]] == first.range[0] and values[choose.NAMES[-1]] == last.range[1]
    assert choose.values_at(choose.today()) == pytest.approx(dict(PROTOCOL.choice["today"]), rel=0.05)


def test_a_point_is_worth_the_information_of_the_patterns_whose_figures_are_all_inside():
    middle = np.where(np.isfinite(choose.LOW + choose.HIGH), (choose.LOW + choose.HIGH) / 2, choose.LOW + 1.0)
    assert choose.bits_of(middle) == pytest.approx(choose.WORTH.sum())
    outside = middle.copy()
    outside[0] = choose.HIGH[0] + 1.0
    assert choose.bits_of(outside) == pytest.approx(choose.WORTH.sum() - choose.WORTH[choose.OF_PATTERN[0]])
    outside[0] = np.nan
    assert choose.bits_of(outside) == pytest.approx(choose.WORTH.sum() - choose.WORTH[choose.OF_PATTERN[0]])


@pytest.mark.parametrize(
    ("bits", "allowed", "chosen"),
    [
        ((10.0, 10.5, 10.9), (True, True, True), 0),  # not better by the least gain
        ((10.0, 13.0, 13.5), (True, True, True), 1),  # the nearer of two that are about as good
        ((10.0, 12.0, 13.5), (True, True, True), 2),
        ((10.0, 13.0, 13.5), (True, False, True), 2),
        ((10.0, 13.0, 13.5), (True, False, False), 0),
    ],
)
def test_todays_defaults_stay_unless_another_point_is_better_by_the_least_gain(bits, allowed, chosen):
    points = np.array([[0.0], [0.1], [0.5]])
    assert choose.choose(points, np.array(bits), allowed) == chosen


def test_a_wave_goes_on_from_where_it_was_stopped(tmp_path, monkeypatch):
    played = []

    def pretend(number_and_point, replicates):
        played.append(number_and_point[0])
        return number_and_point[0], np.ones((replicates, len(choose.CLAUSES), 2))

    class Here:
        def __init__(self, *_):
            pass

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731
        map = staticmethod(map)

    monkeypatch.setattr(choose, "_play_point", pretend)
    monkeypatch.setattr(choose, "ProcessPoolExecutor", Here)
    search = choose.Search(tmp_path)
    search.wave("one", [[0.1], [0.2], [0.3]], 2)
    kept = (tmp_path / "one.jsonl").read_text().splitlines()
    (tmp_path / "one.jsonl").write_text("\n".join(kept[:2]) + "\n")
    points, figures, _ = search.wave("one", [[0.9]], 2)
    assert played == [0, 1, 2, 2] and points.tolist() == [[0.1], [0.2], [0.3]]
    assert figures.shape == (3, len(choose.CLAUSES)) and (figures == 1.0).all()
