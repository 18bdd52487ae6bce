"""Experiments on Dask: real schedulers and worker processes, some of them killed, and the same bits as on this machine
alone.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pandas
import psutil
import pytest

from plnsim.common.errors import InputError
from plnsim.simulation.scenario import Scenario
from plnsim.studies.experiment import executors
from plnsim.studies.experiment.executors import open_executor
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.task import Task, compute_batch
from tests.support.commands import invoke
from tests.support.studies import MODEL_FILE, experiment_from, read_runs

pytestmark = pytest.mark.xdist_group("dask")
PARTS = 7
TEXT = MODEL_FILE.replace("size = 300", f"size = {128 * PARTS}")
"""An experiment of seven parts, so that much is left to do when something is killed."""


@contextmanager
def running(*words):
    """A process of Dask's that ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def waited_for(what, seconds=240):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)
    return found


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process of its own: address, scheduler, workers."""
    file = tmp_path / "scheduler.json"
    with ExitStack() as open_things:
        scheduler = open_things.enter_context(
            running(
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                0,
                "--no-dashboard",
                "--scheduler-file",
                file,
            )
        )
        address = waited_for(
            lambda: file.exists() and file.read_text().endswith("}") and json.loads(file.read_text())["address"]
        )
        workers = [
            open_things.enter_context(
                running(
                    "distributed.cli.dask_worker",
                    address,
                    "--nthreads",
                    1,
                    "--no-nanny",
                    "--no-dashboard",
                    "--local-directory",
                    tmp_path,
                )
            )
            for _ in range(2)
        ]
        yield address, scheduler, workers


def begun(tmp_path, *words) -> tuple[subprocess.Popen, Path]:
    """The experiment on Dask in a process of its own, of which the first part is finished; and the folder of its
    store.
    """
    experiment_from(tmp_path, TEXT)
    command = [
        sys.executable,
        "-m",
        "plnsim.cli",
        "experiment",
        str(tmp_path / "experiment.toml"),
        "--out",
        str(tmp_path / "store"),
        "--executor",
        "dask",
    ]
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    store = tmp_path / "store" / "baseline"
    waited_for(lambda: process.poll() is not None or list(store.glob("part-*.parquet")))
    return process, store


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """All runs of the experiment, computed without Dask."""
    folder = tmp_path_factory.mktemp("alone")
    run_experiment(experiment_from(folder, TEXT), folder / "out", workers=1)
    return read_runs(folder / "out" / "baseline")


def test_a_worker_killed_in_mid_run_changes_not_a_bit(tmp_path, cluster, alone):
    address, _, workers = cluster
    process, store = begun(tmp_path, "--scheduler", address)
    workers[0].kill()
    unfinished = len(list(store.glob("part-*.parquet"))) < PARTS
    _, err = process.communicate(timeout=400)
    assert unfinished, "the worker was killed in mid-run"
    assert process.returncode == 0 and "Traceback" not in err and workers[1].poll() is None
    pandas.testing.assert_frame_equal(read_runs(store), alone, check_exact=True)


def test_a_scheduler_that_is_lost_leaves_a_store_that_goes_on(tmp_path, cluster, alone):
    address, scheduler, _ = cluster
    process, store = begun(tmp_path, "--scheduler", address)
    scheduler.kill()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, "")
    assert (
        err.startswith("error: the Dask scheduler was lost; everything finished before is kept\n")
        and address in err
        and "Traceback" not in err
    )
    finished = {path: path.read_bytes() for path in store.glob("part-*.parquet")}
    assert 0 < len(finished) < PARTS
    run_experiment(experiment_from(tmp_path, TEXT), tmp_path / "store", workers=2)
    assert all(path.read_bytes() == content for path, content in finished.items())
    pandas.testing.assert_frame_equal(read_runs(store), alone, check_exact=True)


def test_a_cluster_of_this_machine_survives_a_killed_worker_and_ends_with_the_command(tmp_path, alone):
    process, store = begun(tmp_path, "--workers", "2")
    children = psutil.Process(process.pid).children(recursive=True)
    workers = [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
    assert len(workers) == 2
    os.kill(workers[0].pid, signal.SIGKILL)
    unfinished = len(list(store.glob("part-*.parquet"))) < PARTS
    _, err = process.communicate(timeout=400)
    assert unfinished and process.returncode == 0 and "Traceback" not in err
    pandas.testing.assert_frame_equal(read_runs(store), alone, check_exact=True)
    assert not psutil.wait_procs(children, timeout=30)[1], "no process is left over"


def test_ctrl_c_ends_a_cluster_of_this_machine_with_130(tmp_path):
    process, store = begun(tmp_path, "--workers", "2")
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "") and err.strip().endswith("interrupted")
    assert "finished runs are kept in " in " ".join(err.split())
    assert 0 < len(list(store.glob("part-*.parquet"))) < PARTS
    assert not psutil.wait_procs(children, timeout=30)[1], "no process is left over"


def test_a_scheduler_that_does_not_answer_gets_one_message(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "CONNECT_TIMEOUT", "1s")
    experiment_from(tmp_path, TEXT)
    words = "experiment", tmp_path / "experiment.toml", "--out", tmp_path / "store", "--executor", "dask", "--scheduler"
    for address in ("tcp://127.0.0.1:9", "no address"):
        code, out, err = invoke(*words, address)
        assert (code, out) == (2, "") and f"the scheduler {address!r} does not answer" in err and "Traceback" not in err
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("greeting", [None, b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"220 m"], ids=repr)
def test_what_listens_and_is_no_scheduler_gets_one_message_soon(tmp_path, monkeypatch, greeting):
    monkeypatch.setattr(executors, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"

        def answer():
            connection, _ = other.accept()
            with connection:
                if greeting is not None:  # else it waits for a request, as a web server does
                    connection.sendall(greeting)
                    with suppress(OSError):  # who called may have gone already
                        connection.shutdown(socket.SHUT_WR)
                with suppress(ConnectionResetError):
                    connection.recv(100)

        answering = threading.Thread(target=answer)
        answering.start()
        began = time.monotonic()
        with (
            pytest.raises(InputError, match="does not answer: it is no Dask scheduler"),
            open_executor("dask", address),
        ):
            pass
        assert time.monotonic() - began < 10
        answering.join(10)


def test_a_scheduler_without_dask_is_told_what_is_missing(tmp_path):
    code, _, err = invoke("experiment", "conditions", "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path)
    assert code == 2 and "--scheduler needs --executor dask" in err


def test_without_the_extra_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"plnsim\[all\]"), open_executor("dask"):
        pass


def test_a_worker_with_another_version_of_the_model_computes_nothing():
    """Its results would differ, and nobody would know."""
    scenario = Scenario.of("baseline")
    task = Task(scenario, (), pandas.DataFrame(index=range(2)).to_numpy(), ("deep_use",), 1, 1, model="0.0.1+other")
    with pytest.raises(InputError, match="another version of the model") as problem:
        compute_batch(task, range(2))
    assert "0.0.1+other" in str(pickle.loads(pickle.dumps(problem.value))), "the message arrives from another machine"
    with pytest.raises(InputError):
        compute_batch(replace(task, model="0.0.2"), range(2))
