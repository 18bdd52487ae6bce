"""Where the batches of an experiment are computed: threads of this process, or Dask, here or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from plnsim.errors import BadInput


@contextmanager
def executor_of(kind: str, scheduler: str | None = None, workers: int | None = None) -> Iterator[Executor | None]:
    """An executor of a kind: none for local threads, Dask's for ``dask``, closed at the end.

    With the address of a scheduler its workers are used, else a cluster of processes on this machine. Raises ``BadInput`` without
    the extra ``plnsim[cluster]`` or when the scheduler does not answer.
    """
    if kind == "local":
        if scheduler:
            raise BadInput("--scheduler needs --executor dask", place="--scheduler", right="--executor dask --scheduler ADDRESS")
        yield None
        return
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise BadInput("Dask is not installed", place="--executor dask", right="pip install 'plnsim[cluster]'") from None
    cluster = None if scheduler else LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        client = Client(scheduler or cluster, timeout="20s")
    except (OSError, ValueError) as error:
        raise BadInput(f"the scheduler {scheduler} does not answer: {error}", place="--scheduler",
                       right="the address that dask scheduler prints, as in tcp://10.0.0.5:8786") from None
    try:
        yield client.get_executor()
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
