"""The guide's page on clusters: every command in it is real, and its scripts run, with processes here in the place of
a cluster's jobs.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pandas
import pytest

from plnsim import cli
from plnsim.common.package import shipped
from plnsim.studies.experiment.run import run_experiment
from tests.support.studies import MODEL_FILE, experiment_from, read_runs

PAGE = shipped("docs/cluster.md").read_text(encoding="utf-8")
SCRIPTS = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    """The blocks of code of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def commands(first: str) -> list[list[str]]:
    """The words of every command line that begins with a word, in blocks and in running text."""
    lines = [line for block in blocks("sh") for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", PAGE)
    return [words for line in lines if line.startswith(f"{first} ") and len(words := shlex.split(line)) > 2]


@pytest.mark.parametrize("words", commands("plnsim"), ids=" ".join)
def test_every_command_of_plnsim_is_real(words):
    command = cli.commands.get_command(None, words[1])
    command.make_context(words[1], [word.replace("$SLURM_CPUS_PER_TASK", "2") for word in words[2:]])


@pytest.mark.parametrize("words", commands("dask"), ids=" ".join)
def test_every_command_of_dask_is_real(words):
    from distributed.cli.dask_scheduler import main as scheduler
    from distributed.cli.dask_worker import main as worker

    {"scheduler": scheduler, "worker": worker}[words[1]].make_context(words[1], words[2:])


def test_a_command_that_is_not_real_would_be_found():
    with pytest.raises(click.UsageError):
        cli.commands.get_command(None, "experiment").make_context(
            "experiment", ["conditions", "--skeduler", "tcp://127.0.0.1:8786"]
        )


@pytest.fixture
def whole(tmp_path):
    """The same small experiment computed at once."""
    run_experiment(experiment_from(tmp_path, MODEL_FILE), tmp_path / "whole")
    return read_runs(tmp_path / "whole" / "baseline")


def environment(**more) -> dict[str, str]:
    return {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", **more}


def test_the_script_of_the_array_makes_the_store(tmp_path, whole):
    array, afterwards = next(block for block in blocks("sh") if "#SBATCH" in block), blocks("sh")[1]
    (tmp_path / "plnsim-env" / "bin").mkdir(parents=True)
    (tmp_path / "plnsim-env" / "bin" / "activate").touch()
    own = "plnsim experiment experiment.toml "
    for number in (1, 2):
        as_job = environment(
            HOME=str(tmp_path),
            PLNSIM_CACHE=os.environ.get("PLNSIM_CACHE") or cache_of_this_user(),
            SLURM_CPUS_PER_TASK="2",
            SLURM_ARRAY_TASK_ID=str(number),
            SLURM_ARRAY_TASK_COUNT="2",
        )
        subprocess.run(
            ["bash", "-e", "-c", array.replace("plnsim experiment conditions ", own)],
            check=True,
            cwd=tmp_path,
            env=as_job,
            timeout=240,
        )
    assert len(read_runs(tmp_path / "results" / "baseline")) == len(whole)
    subprocess.run(
        ["bash", "-e", "-c", afterwards.replace("plnsim experiment conditions ", own)],
        check=True,
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=240,
    )
    pandas.testing.assert_frame_equal(read_runs(tmp_path / "results" / "baseline"), whole, check_exact=True)
    assert (tmp_path / "results" / "baseline" / "indices.csv").exists()
    assert len(list((tmp_path / "results" / "baseline").glob("part-*"))) == 1


def cache_of_this_user() -> str:
    from platformdirs import user_cache_path

    return str(user_cache_path("plnsim"))


SBATCH = """#!/bin/sh
# stands in for SLURM's command: the job runs here, as a process of its own
spooled="$(dirname "$0")/submitted"
cp "$1" "$spooled"
setsid bash "$spooled" > /dev/null 2>&1 < /dev/null &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -- "-$1"
"""


@pytest.mark.xdist_group("dask")
def test_the_script_for_slurm_makes_the_store(tmp_path, whole):
    """Two commands of SLURM's stand for a cluster; the rest is what the page says."""
    script = (
        blocks("python")[0]
        .replace('"conditions"', '"experiment.toml"')
        .replace("jobs=10", "jobs=1")
        .replace("8GB", "2GB")
    )
    (tmp_path / "on_slurm.py").write_text(script.replace('"cores": 4, "processes": 4', '"cores": 1, "processes": 1'))
    slurm, own = tmp_path / "slurm", tmp_path / "plnsim-env" / "bin"
    own.mkdir(parents=True), slurm.mkdir()
    (own / "activate").touch()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (slurm / name).write_text(text)
        (slurm / name).chmod(0o755)
    there = environment(
        HOME=str(tmp_path),
        PLNSIM_CACHE=os.environ.get("PLNSIM_CACHE") or cache_of_this_user(),
        DASK_JOBQUEUE__SLURM__SCHEDULER_OPTIONS='{"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}',
    )
    there["PATH"] = f"{slurm}{os.pathsep}{there['PATH']}"
    subprocess.run(
        [sys.executable, "on_slurm.py"], check=True, cwd=tmp_path, env=there, capture_output=True, timeout=300
    )
    assert (
        "plnsim-env/bin/activate" in (slurm / "submitted").read_text()
        and "#SBATCH --mem=2G" in (slurm / "submitted").read_text()
    )
    pandas.testing.assert_frame_equal(read_runs(tmp_path / "results" / "baseline"), whole, check_exact=True)


def test_slurm_gets_what_the_script_asks_for():
    from dask_jobqueue import SLURMCluster

    asked = re.search(r"each = (\{.*?\})", blocks("python")[0])[1]
    with SLURMCluster(**eval(asked), scheduler_options={"dashboard_address": "127.0.0.1:0"}) as cluster:
        script = cluster.job_script()
    assert (
        "#SBATCH --cpus-per-task=4" in script
        and "#SBATCH --mem=8G" in script
        and "#SBATCH -t 02:00:00" in script
        and "--nworkers 4" in script
    )
