"""Streams, links and options that no command can use: one message, the right exit code, nothing broken off."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import invoke

COMMAND = Path(sys.executable).with_name("plnsim")
unix = pytest.mark.skipif(os.name == "nt", reason="these streams and links are those of Unix")


def _shell(line: str) -> subprocess.CompletedProcess[str]:
    code = f"{sys.executable} -c 'from plnsim.cli import main; main()'"
    return subprocess.run(
        ["sh", "-c", line.replace("plnsim", code, 1)], capture_output=True, text=True, timeout=120, check=False
    )


@unix
def test_a_full_standard_output_is_told_in_one_message():
    done = _shell("plnsim scenarios > /dev/full")
    assert done.returncode == 1 and "the results cannot be written: No space left on device" in done.stderr
    assert "fault of plnsim" not in done.stderr and "Exception" not in done.stderr


@unix
def test_full_streams_both_end_with_their_code():
    assert _shell("plnsim scenarios > /dev/full 2>&1").returncode == 1
    assert _shell("plnsim run nope 2> /dev/full").returncode == 2


@unix
@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "<&-"])
def test_closed_streams_change_nothing(closed):
    whole = _shell("plnsim run baseline --years 0.1 --replicates 1 --set population.schools=2")
    done = _shell(f"plnsim run baseline --years 0.1 --replicates 1 --set population.schools=2 {closed}")
    assert done.returncode == whole.returncode == 0 and done.stdout == whole.stdout


@unix
def test_a_closed_standard_output_lets_no_file_take_its_place(tmp_path):
    done = _shell(
        f"plnsim run baseline --years 0.1 --replicates 1 --set population.schools=2 --out {tmp_path}/out >&- 2>&-"
    )
    assert done.returncode == 0
    whole = _shell(f"plnsim run baseline --years 0.1 --replicates 1 --set population.schools=2 --out {tmp_path}/other")
    assert whole.returncode == 0
    for path in (tmp_path / "other").glob("*.csv"):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


@unix
@pytest.mark.parametrize(
    "words",
    [
        ("run", "baseline"),
        ("compare", "baseline", "lesson-study"),
        ("experiment", "screening"),
        ("calibrate", "teachers-toolkit"),
        ("trial", "own-trial"),
        ("explorable", "baseline"),
        ("headline",),
    ],
    ids=lambda words: words[0],
)
def test_a_loop_of_links_is_no_place_for_results(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    code, out, err = invoke(*words, "--out", "loop")
    assert (code, out) == (2, "") and "loop" in err and "links" in err and "fault of plnsim" not in err


@pytest.mark.parametrize(
    "share", [f"1/{'9' * 5000}", f"{'9' * 5000}/1", "1/0", "2/1", "x", "1/2/3", "\u0661\u0662/\u00b2"]
)
def test_a_share_that_is_none(share, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = invoke("experiment", "screening", "--share", share)
    assert (code, out) == (2, "") and "is no share" in err and len(err) < 300


@pytest.mark.parametrize(
    "words", [("--set", "a\nb=1"), ("--set", "a\nb"), ("--set", "a\x1b[31m=1"), ("--set", "x" * 9000)]
)
def test_an_option_breaks_no_line_and_is_quoted_short(words):
    code, out, err = invoke("run", "baseline", *words)
    assert (code, out) == (2, "") and "\x1b" not in err and err.count("\n") == 3 and len(err) < 400


def test_a_path_breaks_no_line():
    code, out, err = invoke("run", "a\nb.toml")
    assert (code, out) == (2, "") and "there is no file a?b.toml\n  --> a?b.toml\n" in err


def test_a_long_number_is_quoted_short():
    code, _, err = invoke("experiment", "screening", "--size", "9" * 9000)
    assert code == 2 and len(err) < 500


@pytest.mark.parametrize(
    "address", ["garbage", "127.0.0.1:1", "tcp://", "http://x:1", "tcp://127.0.0.1:99999", "a b:1"]
)
def test_a_garbage_address_of_a_scheduler_is_told_at_once(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    code, out, err = invoke("experiment", "screening", "--executor", "dask", "--scheduler", address)
    assert (code, out) == (2, "") and "--> --scheduler" in err and "Traceback" not in err
    assert time.monotonic() - began < 15
