"""Where the batches of an experiment are computed: threads of this process, or Dask, here or on a cluster."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from types import ModuleType
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from plnsim.common.errors import InputError, quote_value
from plnsim.common.package import INSTALL_ALL
from plnsim.output.terminal import echo_note
from plnsim.studies.experiment.execute import BATCHES_PER_WORKER

CONNECT_TIMEOUT = "20s"
ANSWER_SECONDS = 10.0
LONGEST_GREETING = 1 << 20
"""In bytes; it is some hundred bytes long."""
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx", "inproc")
ADDRESS = "the address that dask scheduler prints, as in tcp://10.0.0.5:8786"
WAIT_FOR_WORKERS = 10
"""Seconds after which it is said that a scheduler has no worker yet."""


class DaskClient(Protocol):
    """What is used of Dask's client, which has no types of its own."""

    def get_executor(self, *, pure: bool) -> Executor: ...

    def nthreads(self) -> dict[str, int]: ...


class ExecutorSetup(NamedTuple):
    """An executor (none for threads of this process), and how many batches it takes at a time."""

    executor: Executor | None = None
    concurrency: Callable[[], int] | None = None


@contextmanager
def open_executor(kind: str, scheduler: str | None = None, workers: int | None = None) -> Iterator[ExecutorSetup]:
    """An executor of a kind: none for local threads, Dask's for ``dask``, closed at the end.

    With the address of a scheduler its workers are used, else a cluster of processes on this machine. Raises
    ``InputError`` without Dask, when the scheduler does not answer, and when it is lost.
    """
    if kind == "local":
        if scheduler:
            raise InputError(
                "--scheduler needs --executor dask", place="--scheduler", right="--executor dask --scheduler ADDRESS"
            )
        yield ExecutorSetup()
        return
    if scheduler:
        _check_address(scheduler)
    try:
        import distributed
    except ImportError:
        raise InputError("Dask is not installed", place="--executor dask", right=INSTALL_ALL) from None
    for name in [
        name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")
    ]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told below, in one message
    with _connect(distributed, scheduler, workers) as client:
        setup = ExecutorSetup(
            client.get_executor(pure=False), lambda: BATCHES_PER_WORKER * max(1, sum(client.nthreads().values()))
        )
        try:
            yield setup
        except (CancelledError, OSError, distributed.client.ClosedClientError):
            raise InputError(
                "the Dask scheduler was lost; everything finished before is kept",
                place=scheduler or "--executor dask",
                right="the same command, which goes on from there, with a scheduler that answers",
            ) from None
        except distributed.scheduler.KilledWorker:
            raise InputError(
                "several workers ended while they computed the same runs; everything finished before is kept",
                place="--executor dask",
                right="workers with more memory (their logs say why they ended); then the same command goes on",
            ) from None


def _check_address(scheduler: str) -> None:
    """Raises ``InputError`` for what is no address of a scheduler, or where nothing listens.

    Dask itself tries again and again, and prints traces of its own.
    """
    wrong = ""
    try:
        parts = urlsplit(scheduler if "://" in scheduler else f"tcp://{scheduler}")
        host, port = parts.hostname, parts.port
        if parts.scheme not in SCHEMES:
            wrong = f"there is no {quote_value(parts.scheme)} of Dask"
        elif parts.scheme != "inproc" and (not host or not port):
            wrong = "it has no host or no port"
        elif host and port:
            with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as connection:
                wrong = "" if parts.scheme != "tcp" or _greets_like_dask(connection) else "it is no Dask scheduler"
    except (OSError, ValueError) as error:
        wrong = str(getattr(error, "strerror", None) or error)
    if wrong:
        raise InputError(
            f"the scheduler {quote_value(scheduler)} does not answer: {wrong}", place="--scheduler", right=ADDRESS
        )


def _greets_like_dask(connection: socket.socket) -> bool:
    """Whether what listens speaks first, as Dask does: the length of a message in eight bytes, then the message."""
    try:
        length = connection.recv(8, socket.MSG_WAITALL)
    except TimeoutError:
        return False
    return len(length) == 8 and 0 < int.from_bytes(length, sys.byteorder) <= LONGEST_GREETING


@contextmanager
def _connect(distributed: ModuleType, scheduler: str | None, workers: int | None) -> Iterator[DaskClient]:
    """A client of the scheduler at an address, or of a cluster of processes here that ends with it."""
    with contextlib.ExitStack() as open_things:
        if scheduler is None:
            _warm_up()
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
            )
            open_things.enter_context(cluster)
        try:
            client = distributed.Client(scheduler or cluster, timeout=CONNECT_TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"the scheduler {scheduler} does not answer: {error}",
                place="--scheduler",
                right=ADDRESS,
            ) from None
        open_things.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS)
        except TimeoutError:
            echo_note(
                f"the scheduler {client.scheduler.address} has no worker yet; the experiment begins with the first one"
            )
        yield client


def _warm_up() -> None:
    """Compiles the model once, for all workers of this machine to load."""
    from plnsim.simulation.runs import simulate_run
    from plnsim.simulation.scenario import Scenario

    simulate_run(Scenario.of("baseline").with_values({"population.schools": 2}).with_years(0.1))
