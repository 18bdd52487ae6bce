"""Short work goes first: long work pauses while any is under way, and goes on after a while all the same."""

from threading import Event, Thread

import pytest

from plnsim.app import precedence
from plnsim.app.classroom import RUNS
from plnsim.app.curves import drawn
from plnsim.app.precedence import Precedence
from tests.runs import small


def pausing(turns: Precedence) -> Event:
    """Begins to pause in another thread; what is given is set when that goes on."""
    went_on = Event()
    Thread(target=lambda: (turns.pause(), went_on.set()), daemon=True).start()
    return went_on


def test_nobody_pauses_when_nothing_short_is_under_way(monkeypatch):
    monkeypatch.setattr(precedence, "LONGEST_PAUSE", 60.0)
    turns = Precedence()
    turns.pause()
    with turns:
        pass
    turns.pause()


def test_long_work_waits_for_the_last_of_the_short(monkeypatch):
    monkeypatch.setattr(precedence, "LONGEST_PAUSE", 60.0)
    turns = Precedence()
    with turns:
        with pytest.raises(KeyError), turns:
            raise KeyError
        went_on = pausing(turns)
        assert not went_on.wait(0.2)
    assert went_on.wait(20)


def test_long_work_goes_on_after_a_while_all_the_same(monkeypatch):
    monkeypatch.setattr(precedence, "LONGEST_PAUSE", 0.05)
    turns = Precedence()
    with turns:
        went_on = pausing(turns)
        assert went_on.wait(20)


def test_curves_pause_after_every_replicate():
    called = []
    drawn(small(), 1, Event(), workers=1, pause=lambda: called.append(1))
    assert len(called) == RUNS
