"""Stories are simulated in processes of their own: they are up to a second of plain Python each, and threads would hold
up one another and all that the server answers meanwhile.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread

from plnsim.app.states import SimulationCancelled
from plnsim.app.story import RunStories, simulate_stories
from plnsim.simulation.scenario import Scenario

MOST_PROCESSES = 4
"""Each takes some 200 MB."""
POLL_SECONDS = 0.1
"""How often it is asked whether a story is still wanted."""


class StoryProcesses:
    """A few processes that simulate stories; they begin with the first story and end with the server, also a killed
    one.
    """

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or min(MOST_PROCESSES, os.cpu_count() or 1)
        self._context = multiprocessing.get_context("spawn")
        self._pool: ProcessPoolExecutor | None = None
        self._alive: Connection | None = None
        """Held open by this process alone: when it is closed, also by a kill, the processes end at once."""
        self._ended = False
        self._lock = Lock()

    def simulate(self, scenario: Scenario, seed: int, stop: Event, replicate: int = 0) -> RunStories:
        """All stories of a run, as ``simulate_stories`` tells them; called from any thread.

        Raises ``SimulationCancelled`` soon after ``stop`` is set; what a process is at then it brings to its end. A
        process that ended on its way (killed for its memory, say) is replaced once.
        """
        try:
            return self._wait(self._submit(scenario, seed, replicate), stop)
        except BrokenProcessPool:
            return self._wait(self._submit(scenario, seed, replicate), stop)

    def _submit(self, scenario: Scenario, seed: int, replicate: int) -> Future[RunStories]:
        with self._lock:
            if self._ended:
                raise SimulationCancelled
            if self._pool is not None:
                with contextlib.suppress(BrokenProcessPool):
                    return self._pool.submit(_simulate, scenario, seed, replicate)
                self._close()
            heard, self._alive = self._context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self.processes, self._context, _begin, (heard,))
            return self._pool.submit(_simulate, scenario, seed, replicate)

    @staticmethod
    def _wait(work: Future[RunStories], stop: Event) -> RunStories:
        while True:
            try:
                return work.result(POLL_SECONDS)
            except CancelledError:
                raise SimulationCancelled from None
            except TimeoutError:
                if stop.is_set():
                    work.cancel()
                    raise SimulationCancelled from None

    def end(self) -> None:
        """Ends the processes at once; whoever still waits for a story gets ``SimulationCancelled``."""
        with self._lock:
            self._ended = True
            self._close()

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._alive is not None:
            self._alive.close()


def _simulate(scenario: Scenario, seed: int, replicate: int) -> RunStories:
    return simulate_stories(scenario, seed, Event(), replicate)


def _begin(alive: Connection) -> None:
    """Lets a process leave Ctrl-C to the server, and end with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_server, args=(alive,), daemon=True).start()


def _end_with_server(alive: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        alive.recv()  # nothing ever comes
    os._exit(1)
