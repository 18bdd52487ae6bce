"""Short work goes first: long work pauses while any is under way, and goes on after a while all the same."""

from threading import Event, Thread

import pytest

from plnsim.app import curves, precedence
from plnsim.app.curves import simulate_curves
from plnsim.app.precedence import TaskPriority
from plnsim.app.states import SimulationCancelled
from plnsim.simulation.scenario.classroom import RUNS
from tests.support.runs import small_scenario


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(precedence, "MAX_PAUSE", 60.0)
    monkeypatch.setattr(precedence, "POLLS", 6000)


def begun(work) -> Event:
    """Does some work in another thread; what is given is set when it is done."""
    done = Event()
    Thread(target=lambda: (work(), done.set()), daemon=True).start()
    return done


def test_nobody_pauses_when_nothing_short_is_under_way(patient):
    turns = TaskPriority()
    turns.pause(Event())
    with turns:
        pass
    turns.pause(Event())


def test_long_work_waits_for_the_last_of_the_short(patient):
    turns = TaskPriority()
    with turns:
        with pytest.raises(KeyError), turns:
            raise KeyError
        went_on = begun(lambda: turns.pause(Event()))
        assert not went_on.wait(0.2)
    assert went_on.wait(20)


def test_long_work_that_nobody_wants_does_not_wait(patient):
    turns, stop = TaskPriority(), Event()
    with turns:
        went_on = begun(lambda: turns.pause(stop))
        assert not went_on.wait(0.2)
        stop.set()
        assert went_on.wait(20)


def test_long_work_goes_on_after_a_while_all_the_same():
    turns = TaskPriority()
    with turns:
        assert begun(lambda: turns.pause(Event())).wait(20)


def test_no_replicate_of_curves_begins_while_something_short_is_under_way(patient, monkeypatch):
    simulated, turns = [], TaskPriority()
    monkeypatch.setattr(
        curves, "simulate_run", lambda *words, real=curves.simulate_run: (simulated.append(words[2]), real(*words))[1]
    )
    with turns:
        done = begun(lambda: simulate_curves(small_scenario(), 1, Event(), workers=4, pause=turns.pause))
        assert not done.wait(0.2) and simulated == []
    assert done.wait(60) and sorted(simulated) == list(range(RUNS))


def test_curves_that_are_stopped_simulate_no_more():
    stop, simulated = Event(), []

    def pause(stop):
        simulated.append(1)
        if len(simulated) == 3:
            stop.set()

    with pytest.raises(SimulationCancelled):
        simulate_curves(small_scenario(), 1, stop, workers=1, pause=pause)
    assert 3 <= len(simulated) < RUNS
