"""Where the batches of an experiment are computed: threads of this process, or Dask, here or on a cluster."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import NamedTuple

from plnsim.common.errors import BadInput
from plnsim.output.terminal import say
from plnsim.studies.experiment.execute import AT_ONCE

ANSWERS_WITHIN = "20s"
WAIT_FOR_WORKERS = 10
"""Seconds after which it is said that a scheduler has no worker yet."""


class Computing(NamedTuple):
    """An executor (none for threads of this process), and how many batches it takes at a time."""

    executor: Executor | None = None
    at_once: Callable[[], int] | None = None


@contextmanager
def executor_of(kind: str, scheduler: str | None = None, workers: int | None = None) -> Iterator[Computing]:
    """An executor of a kind: none for local threads, Dask's for ``dask``, closed at the end.

    With the address of a scheduler its workers are used, else a cluster of processes on this machine. Raises ``BadInput`` without
    the extra ``plnsim[cluster]``, when the scheduler does not answer, and when it is lost.
    """
    if kind == "local":
        if scheduler:
            raise BadInput("--scheduler needs --executor dask", place="--scheduler", right="--executor dask --scheduler ADDRESS")
        yield Computing()
        return
    try:
        import distributed
    except ImportError:
        raise BadInput("Dask is not installed", place="--executor dask", right="pip install 'plnsim[cluster]'") from None
    for name in [one for one in logging.root.manager.loggerDict if one.partition(".")[0] in ("distributed", "tornado")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told below, in one message
    with _connected(distributed, scheduler, workers) as client:
        computing = Computing(client.get_executor(pure=False), lambda: AT_ONCE * max(1, sum(client.nthreads().values())))
        try:
            yield computing
        except (CancelledError, OSError, distributed.client.ClosedClientError):
            raise BadInput("the Dask scheduler was lost; everything finished before is kept", place=scheduler or "--executor dask",
                           right="the same command, which goes on from there, with a scheduler that answers") from None
        except distributed.scheduler.KilledWorker:
            raise BadInput("several workers ended while they computed the same runs; everything finished before is kept", place="--executor dask",
                           right="workers with more memory (their logs say why they ended); then the same command goes on") from None


@contextmanager
def _connected(distributed, scheduler: str | None, workers: int | None) -> Iterator[object]:
    """A client of the scheduler at an address, or of a cluster of processes here that ends with it."""
    with contextlib.ExitStack() as open_things:
        if scheduler is None:
            _compile_first()
            cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0",
                                               silence_logs=logging.CRITICAL)
            open_things.enter_context(cluster)
        try:
            client = distributed.Client(scheduler or cluster, timeout=ANSWERS_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise BadInput(f"the scheduler {scheduler} does not answer: {error}", place="--scheduler",
                           right="the address that dask scheduler prints, as in tcp://10.0.0.5:8786") from None
        open_things.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS)
        except TimeoutError:
            say(f"the scheduler {client.scheduler.address} has no worker yet; the experiment begins with the first one")
        yield client


def _compile_first() -> None:
    """Compiles the model once, for all workers of this machine to load."""
    from plnsim.simulation.runs import simulated
    from plnsim.simulation.scenario import Scenario

    simulated(Scenario.of("baseline").with_values({"population.schools": 2}).lasting(0.1))
