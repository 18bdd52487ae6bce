"""Stories are told by processes of their own: they are the same stories, and no process outlives its server."""

import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread

import pytest

from plnsim.app.states import SimulationCancelled
from plnsim.app.story import simulate_stories
from plnsim.app.story_processes import StoryProcesses
from plnsim.simulation.scenario import Scenario
from tests.support.runs import small_scenario


@pytest.fixture(scope="module")
def processes():
    processes = StoryProcesses(1)
    yield processes
    processes.end()


def children(pid: int) -> list[int]:
    """The processes that a process has begun and that simulate."""
    told = subprocess.run(["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in told.splitlines() if "spawn_main" in line]


def ended(pids: list[int], seconds: float = 30.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True)
        if all(state.startswith("Z") for state in states.stdout.split()):
            return True
        time.sleep(0.05)
    return False


def test_the_stories_are_those_that_are_told_here(processes):
    scenario = small_scenario()
    assert processes.simulate(scenario, 3, Event()) == simulate_stories(scenario, 3, Event())


def test_a_population_of_files_tells_its_stories_too(processes):
    scenario = Scenario.of("district").with_years(0.1)
    assert processes.simulate(scenario, 1, Event()) == simulate_stories(scenario, 1, Event())


def test_who_does_not_wait_any_more_is_let_go_at_once(processes):
    stop = Event()
    stop.set()
    with pytest.raises(SimulationCancelled):
        processes.simulate(Scenario.of("baseline"), 1, stop)


def test_a_process_that_is_killed_is_replaced_and_its_story_told():
    processes = StoryProcesses(1)
    before = children(os.getpid())
    processes.simulate(small_scenario(), 1, Event())
    (killed,) = set(children(os.getpid())) - set(before)
    os.kill(killed, signal.SIGKILL)
    assert ended([killed])
    assert processes.simulate(small_scenario(), 2, Event()) == simulate_stories(small_scenario(), 2, Event())
    processes.end()


def test_the_end_does_not_wait_for_a_long_story_and_begins_no_other():
    processes, told = StoryProcesses(1), []
    before = children(os.getpid())
    processes.simulate(small_scenario(), 1, Event())
    begun = list(set(children(os.getpid())) - set(before))

    def wait():
        try:
            processes.simulate(Scenario.of("baseline"), 1, Event())
        except SimulationCancelled:
            told.append("cancelled")

    waiting = Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    processes.end()
    waiting.join(30)
    assert told == ["cancelled"] and ended(begun)
    with pytest.raises(SimulationCancelled):
        processes.simulate(small_scenario(), 1, Event())


SERVER = """
import sys
from threading import Event
from plnsim.app.story_processes import StoryProcesses
from tests.support.runs import small_scenario

if __name__ == "__main__":
    processes = StoryProcesses(1)
    processes.simulate(small_scenario(), 1, Event())
    print("told", flush=True)
    sys.stdin.read()
"""


def test_a_server_that_is_killed_leaves_no_process(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    server = subprocess.Popen(
        [sys.executable, "server.py"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert server.stdout.readline() == "told\n"
    begun = children(server.pid)
    assert len(begun) == 1
    server.kill()
    server.wait(30)
    assert ended(begun)
