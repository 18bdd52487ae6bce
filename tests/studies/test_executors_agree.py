"""One experiment on threads, on processes and on Dask's threads: the same runs to the bit, whoever computes them and
in whatever order.

Workers of Dask that are processes of their own, and some of them killed, are tried in ``test_experiments_dask``;
threads that share one run in ``test_readings`` and ``test_nation``.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pandas
import pytest

from plnsim.studies.experiment.run import run_experiment
from tests.support.runs import FULL_SUITE
from tests.support.studies import MODEL_FILE, experiment_from, read_runs

TEXT = MODEL_FILE if FULL_SUITE else MODEL_FILE.replace("size = 300", "size = 160")


@contextmanager
def spawned():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def threads_of_the_caller():
    with ThreadPoolExecutor(3) as pool:
        yield pool


@contextmanager
def threads_of_dask():
    from distributed import Client

    with Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None) as client:
        yield client.get_executor(pure=False)


@pytest.fixture(scope="module")
def on_one_thread(tmp_path_factory):
    """All runs of the experiment, computed one after the other."""
    folder = tmp_path_factory.mktemp("one")
    run_experiment(experiment_from(folder, TEXT), folder / "out", workers=1)
    return read_runs(folder / "out" / "baseline")


@pytest.mark.parametrize("workers", [2, 5])
def test_threads_of_ours_change_no_bit(tmp_path, on_one_thread, workers):
    run_experiment(experiment_from(tmp_path, TEXT), tmp_path / "out", workers=workers)
    pandas.testing.assert_frame_equal(read_runs(tmp_path / "out" / "baseline"), on_one_thread, check_exact=True)


@pytest.mark.parametrize("executor", [spawned, threads_of_the_caller, threads_of_dask], ids=lambda one: one.__name__)
def test_any_executor_gives_the_same_bits(tmp_path, on_one_thread, executor):
    with executor() as pool:
        run_experiment(experiment_from(tmp_path, TEXT), tmp_path / "out", executor=pool)
    pandas.testing.assert_frame_equal(read_runs(tmp_path / "out" / "baseline"), on_one_thread, check_exact=True)
