"""A store that loses nothing: killed, interrupted, damaged, on a full disk, grown, shared out among jobs and joined."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas
import pyarrow
import pyarrow.parquet
import pytest

from plnsim.common.errors import InputError
from plnsim.common.files import ABANDONED_SECONDS
from plnsim.studies.experiment.parquet import CHECKSUM_KEY, checksum, read_table
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.store import Store, find_stores
from tests.support.commands import invoke, read_terminal
from tests.support.studies import MODEL_FILE, SOBOL_FILE, experiment_from, ishigami, read_runs

PLNSIM = [sys.executable, "-m", "plnsim.cli"]
SHORT = MODEL_FILE.replace("size = 300", "size = 150")
"""Three hundred runs of the model: two parts."""


def begun(tmp_path, text=MODEL_FILE, **more) -> tuple[subprocess.Popen, Path]:
    """An experiment in a process of its own that has finished at least one part, and the folder of its store."""
    experiment_from(tmp_path, text)
    store = tmp_path / "store" / "baseline"
    command = [
        *PLNSIM,
        "experiment",
        str(tmp_path / "experiment.toml"),
        "--out",
        str(tmp_path / "store"),
        "--workers",
        "2",
    ]
    process = subprocess.Popen(command, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | more)
    until = time.monotonic() + 240
    while process.poll() is None and not list(store.glob("part-*.parquet")) and time.monotonic() < until:
        time.sleep(0.01)
    return process, store


def assert_goes_on_bit_equal(tmp_path, text=MODEL_FILE, **more) -> None:
    """The store at ``store`` goes on, keeps every finished part as it is, and ends equal to an uninterrupted run."""
    store = tmp_path / "store" / "baseline"
    finished = {path: path.read_bytes() for path in store.glob("part-*.parquet")}
    experiment = experiment_from(tmp_path, text)
    run_experiment(experiment, tmp_path / "store", workers=2, **more)
    run_experiment(experiment, tmp_path / "uninterrupted", workers=1, **more)
    assert finished and all(path.read_bytes() == content for path, content in finished.items()), (
        "what was finished is not touched"
    )
    pandas.testing.assert_frame_equal(
        read_runs(store), read_runs(tmp_path / "uninterrupted" / "baseline"), check_exact=True
    )


LONG = MODEL_FILE.replace("size = 300", "size = 1200")


def test_a_killed_experiment_goes_on_and_ends_bit_equal(tmp_path):
    process, _ = begun(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert_goes_on_bit_equal(tmp_path)


def test_ctrl_c_ends_at_once_with_130_and_leaves_a_store_that_goes_on(tmp_path):
    started = time.monotonic()
    process, store = begun(tmp_path, LONG)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=240)
    assert (process.returncode, out) == (130, "") and err.strip().endswith("interrupted")
    said = " ".join(err.split())
    assert "finished runs are kept in " in said or "none is kept in " in said
    assert said.partition("; ")[2].startswith("the same command goes on from there")
    assert time.monotonic() - pressed < 0.5 * (pressed - started), (
        "a worker stops within a run, not at the end of its batch"
    )
    assert len(read_runs(store)) < 2400
    assert_goes_on_bit_equal(tmp_path, LONG)


@pytest.mark.parametrize("left", [(), ("design.parquet",), ("design.parquet", ".part-000000000.parquet.0f.tmp")])
def test_a_kill_before_the_first_run_was_finished_is_no_obstacle(tmp_path, left):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "whole", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    store.mkdir(parents=True)
    for name in left:
        shutil.copy(tmp_path / "whole" / "baseline" / "design.parquet", store / name)
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    pandas.testing.assert_frame_equal(read_runs(store), read_runs(tmp_path / "whole" / "baseline"), check_exact=True)


def test_what_another_job_is_writing_is_left_alone_and_what_a_killed_one_left_is_not(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    fresh, old = (tmp_path / "out" / "baseline" / f".part-{number}.parquet.{'0f' * 16}.tmp" for number in (1, 2))
    foreign = tmp_path / "out" / "baseline" / ".notes.tmp"
    then = time.time() - 2 * ABANDONED_SECONDS
    for path, changed in ((fresh, time.time()), (old, then), (foreign, then)):
        path.touch()
        os.utime(path, (changed, changed))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    assert fresh.exists() and foreign.exists() and not old.exists()


# -- damage ------------------------------------------------------------------------------------------------------------


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_turned(content: bytes) -> bytes:
    """In the last byte of an outcome's values; elsewhere, as in the statistics of a page, may lie what nobody reads."""
    columns = pyarrow.parquet.read_metadata(io.BytesIO(content)).row_group(0).to_dict()["columns"]
    values = next(one for one in columns if one["path_in_schema"] == "deep_use")
    place = values["dictionary_page_offset"] + values["total_compressed_size"] - 1
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


def with_a_name_that_is_no_text(content: bytes) -> bytes:
    return content.replace(b"replicate", b"\xb4eplicate")


@pytest.mark.parametrize(
    "spoil",
    [cut_short, one_bit_turned, with_a_name_that_is_no_text, lambda content: b"", lambda content: bytes(len(content))],
    ids=["cut short", "one bit turned", "a name that is no text", "empty", "zeros"],
)
def test_a_damaged_part_is_set_aside_and_computed_again(tmp_path, spoil):
    experiment = experiment_from(tmp_path, SHORT)
    run_experiment(experiment, tmp_path / "store")
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    first, second = sorted(store.glob("part-*.parquet"))
    first.write_bytes(spoil(first.read_bytes()))
    kept = second.read_bytes()
    with pytest.raises(InputError, match=r"part-000000000.parquet is damaged"):
        read_runs(store)
    code, _, err = invoke("experiment", tmp_path / "experiment.toml", "--out", tmp_path / "store")
    assert code == 0 and "part-000000000.parquet was damaged" in err and "Traceback" not in err
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)
    assert second.read_bytes() == kept and len(list(store.glob("*.damaged"))) == 1


def test_a_part_with_the_runs_of_another_counts_as_damaged(tmp_path):
    experiment = experiment_from(tmp_path, SHORT)
    run_experiment(experiment, tmp_path / "store")
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    first, second = sorted(store.glob("part-*.parquet"))
    shutil.copy(second, first)
    run_experiment(experiment, tmp_path / "store")
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"experiment": "x"}'])
def test_a_damaged_manifest_gets_one_message_and_nothing_is_touched(tmp_path, content):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    store = tmp_path / "out" / "baseline"
    (store / "manifest.json").write_text(content)
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    with pytest.raises(InputError, match="manifest is damaged"):
        run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


def test_a_damaged_design_is_written_again(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    design = tmp_path / "out" / "baseline" / "design.parquet"
    before = design.read_bytes()
    design.write_bytes(cut_short(before))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    assert design.read_bytes() == before


def without_checksum(part: Path) -> pyarrow.Table:
    """A part as plnsim 0.1 wrote it."""
    table = read_table(part).replace_schema_metadata(None)
    pyarrow.parquet.write_table(table, part, write_page_checksum=True)
    return table


def with_a_name_changed(part: Path, name: str) -> None:
    """Turns one bit in every place where a column's name stands; the file stays readable."""
    changed = bytes([name.encode()[0] ^ 4]) + name.encode()[1:]
    table = pyarrow.parquet.read_table(part)
    table = table.rename_columns([changed.decode() if column == name else column for column in table.column_names])
    pyarrow.parquet.write_table(table, part, write_page_checksum=True)


@pytest.mark.parametrize("written_by", ["this version", "0.1"])
def test_a_part_with_a_column_of_another_name_is_computed_again(tmp_path, written_by):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    before, part, told = read_runs(store), store / "part-000000256.parquet", []
    if written_by == "0.1":
        without_checksum(part)
    with_a_name_changed(part, "deep_use")
    with pytest.raises(InputError, match=r"part-000000256.parquet is damaged"):
        read_runs(store)
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami, note=told.append)
    assert len(told) == 1 and "part-000000256.parquet was damaged: its runs were computed again" in told[0]
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)


def test_a_store_of_the_first_version_is_read_and_goes_on_as_it_is(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    for path in [store / "design.parquet", *store.glob("part-*.parquet")]:
        without_checksum(path)
    kept = {path.name: path.read_bytes() for path in store.glob("*.parquet")}
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    assert {path.name: path.read_bytes() for path in store.glob("*.parquet")} == kept
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)
    assert find_stores(store)[0].compact() == (len(kept) - 1, 1)
    assert CHECKSUM_KEY in read_table(store / "part-000000000.parquet").schema.metadata
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)


@pytest.mark.parametrize("name", ["part-000000000.parquet", "design.parquet"])
def test_every_byte_that_is_flipped_is_noticed_or_makes_no_difference(tmp_path, name):
    """One bit of each byte in turn: the table is refused, or it is the one that was written, names and all."""
    run_experiment(
        experiment_from(tmp_path, SOBOL_FILE.format(size=4, replicates=1)), tmp_path / "out", evaluate=ishigami
    )
    part = tmp_path / "out" / "baseline" / name
    written, content = read_table(part).replace_schema_metadata(None), part.read_bytes()
    spoiled, noticed = tmp_path / name, 0
    for place in range(len(content)):
        spoiled.write_bytes(content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :])
        table = read_table(spoiled)
        noticed += table is None
        assert table is None or table.replace_schema_metadata(None).equals(written), f"byte {place} was flipped"
    assert noticed > len(content) // 4


def test_a_checksum_does_not_depend_on_how_a_table_is_cut_and_does_on_all_in_it():
    table = pyarrow.table({"run": [0, 1, 2], "error": ["", None, "x"], "use": [0.0, float("nan"), None]})
    cut = pyarrow.concat_tables([table.slice(0, 1), table.slice(1)])
    assert cut.column("run").num_chunks == 2 and checksum(cut) == checksum(table)
    others = [
        table.rename_columns(["run", "error", "usd"]),
        table.select(["error", "run", "use"]),
        table.slice(1),
        table.set_column(2, "use", pyarrow.array([-0.0, float("nan"), None])),
        table.set_column(2, "use", pyarrow.array([0.0, None, float("nan")])),
        table.set_column(0, "run", pyarrow.array([0, 1, 2], pyarrow.int32())),
        table.set_column(1, "error", pyarrow.array(["", "", "x"])),
    ]
    assert len({checksum(other) for other in [table, *others]}) == len(others) + 1


# -- the wrong folder --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, phrase",
    [
        ({"seed": 99}, "with other seed"),
        ({"replicates": 3}, "with other replicates"),
        ({"size": 10}, "with other size"),
        ({"size": 30}, "grows by doubling"),
        ({"outcomes": ("use",), "seed": 2}, "with other outcomes, seed"),
    ],
)
def test_a_store_of_another_experiment_is_refused_untouched(tmp_path, change, phrase):
    experiment = experiment_from(tmp_path, MODEL_FILE.replace("size = 300", "size = 20"))
    run_experiment(experiment, tmp_path / "store")
    before = {path.name: path.read_bytes() for path in (tmp_path / "store" / "baseline").iterdir()}
    with pytest.raises(InputError, match=phrase):
        run_experiment(replace(experiment, **change), tmp_path / "store")
    assert {path.name: path.read_bytes() for path in (tmp_path / "store" / "baseline").iterdir()} == before


@pytest.mark.parametrize("key, phrase", [("model", "another version of the model"), ("format", "another format")])
def test_a_store_of_another_version_is_refused(tmp_path, key, phrase):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    manifest = tmp_path / "out" / "baseline" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {key: "0.0.1+other"}))
    with pytest.raises(InputError, match=phrase):
        run_experiment(experiment, tmp_path / "out", evaluate=ishigami)


def test_a_design_that_other_versions_of_the_sampler_drew_is_refused(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    design = tmp_path / "out" / "baseline" / "design.parquet"
    (pandas.read_parquet(design) * 0.5).to_parquet(design, index=False)
    with pytest.raises(InputError, match="points of this store differ"):
        run_experiment(experiment, tmp_path / "out", evaluate=ishigami)


def test_a_folder_with_other_files_is_refused_untouched(tmp_path):
    (tmp_path / "out" / "baseline").mkdir(parents=True)
    (tmp_path / "out" / "baseline" / "thesis.docx").write_text("mine")
    with pytest.raises(InputError, match="other files"):
        run_experiment(
            experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1)), tmp_path / "out", evaluate=ishigami
        )
    assert [path.name for path in (tmp_path / "out" / "baseline").iterdir()] == ["thesis.docx"]


def test_a_folder_below_a_file_gets_one_message(tmp_path):
    experiment_from(tmp_path, SHORT)
    code, out, err = invoke("experiment", tmp_path / "experiment.toml", "--out", tmp_path / "experiment.toml" / "below")
    assert (code, out) == (2, "") and "nothing can be written to" in err and "Not a directory" in err


UNPRIVILEGED = """
import os, sys
from pathlib import Path
import pandas
from plnsim.common.errors import InputError
from plnsim.common.files import ABANDONED_SECONDS
from plnsim.studies.experiment.store import Store
if os.geteuid() == 0:
    os.setuid(65534)  # a mode keeps nobody out who is root
try:
    Store.open(Path(sys.argv[1]), {"experiment": "x", "model": "y"}, pandas.DataFrame({"a": [0.5]}))
except InputError as problem:
    print(problem)
"""


def test_a_folder_that_one_may_not_write_to_gets_one_message(tmp_path):
    place = tmp_path / "locked"
    place.mkdir(mode=0o555)
    said = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(place)], capture_output=True, text=True, timeout=120, check=True
    )
    assert said.stdout.startswith(f"nothing can be written to {place}: Permission denied\n") and said.stderr == ""
    assert list(place.iterdir()) == []


# -- a full disk -------------------------------------------------------------------------------------------------------

NO_ROOM = """
import resource, sys
from pathlib import Path
from plnsim.common.errors import InputError
from plnsim.common.files import ABANDONED_SECONDS
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.experiment import Experiment

def then_no_room(variant, task, design):
    def progress(done, of, rows):
        if done:  # the first part is there: from now on no file may grow beyond a few bytes
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
    return progress

try:
    run_experiment(Experiment.read(Path(sys.argv[1])), Path(sys.argv[2]), workers=1, progress=then_no_room)
except InputError as problem:
    print(problem)
"""


def test_without_room_on_the_disk_there_is_one_message_and_what_is_finished_is_kept(tmp_path):
    """A limit on the size of files stops the very write that a full disk stops, as root too."""
    pytest.importorskip("resource")
    experiment_from(tmp_path, SHORT)
    command = [sys.executable, "-c", NO_ROOM, str(tmp_path / "experiment.toml"), str(tmp_path / "store")]
    said = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    assert said.stderr == ""
    assert said.stdout.startswith(
        "part-000000256.parquet cannot be written: File too large; everything finished before is kept"
    )
    assert len(read_runs(tmp_path / "store" / "baseline")) == 256
    assert not list((tmp_path / "store" / "baseline").glob(".*.tmp")), "half a file is not left where there is no room"
    assert_goes_on_bit_equal(tmp_path, SHORT)


def test_on_a_disk_that_is_really_full_the_same(tmp_path):
    """A disk of 48 kB: only where the tests may mount one."""
    disk = tmp_path / "store"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here; the test before this one stands in for it")
    try:
        experiment_from(tmp_path, SHORT)
        code, out, err = invoke("experiment", tmp_path / "experiment.toml", "--out", disk, "--workers", 1)
        assert (code, out) == (
            2,
            "",
        ) and "cannot be written: No space left on device; everything finished before is kept" in err
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert_goes_on_bit_equal(tmp_path, SHORT)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# -- growing, sharing, joining -----------------------------------------------------------------------------------------


def test_joined_parts_hold_the_same_bits_and_the_store_can_still_grow(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    code, out, _ = invoke("compact", tmp_path / "store")
    assert (code, out) == (0, f"{store}: 10 parts before, 1 now\n")
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)
    pandas.testing.assert_frame_equal(pandas.read_parquet(store / "part-000000000.parquet"), before, check_exact=True)
    counted = []

    def counting(task, values, replicate):
        counted.append(1)
        return ishigami(task, values, replicate)

    run_experiment(replace(experiment, size=128), tmp_path / "store", evaluate=counting)
    assert len(counted) == len(before) == len(read_runs(store)) / 2


def test_an_unfinished_store_is_joined_as_far_as_it_goes(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    (store / "part-000000512.parquet").unlink()
    assert find_stores(tmp_path / "store")[0].compact() == (9, 2)
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)


def test_a_kill_while_parts_are_joined_loses_nothing(tmp_path, monkeypatch):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    store = tmp_path / "store" / "baseline"
    before = read_runs(store)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            find_stores(store)[0].compact()
    assert len(list(store.glob("part-*.parquet"))) == 10
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)
    assert find_stores(store)[0].compact() == (10, 1)
    pandas.testing.assert_frame_equal(read_runs(store), before, check_exact=True)


def test_joining_where_there_is_no_experiment_gets_one_message(tmp_path):
    code, out, err = invoke("compact", tmp_path)
    assert (code, out) == (2, "") and "holds no experiment" in err


def test_jobs_that_share_an_experiment_make_the_same_store(tmp_path):
    """Three jobs at a time, as in an array of jobs, write to one folder; then the whole command analyses."""
    experiment_from(tmp_path, SHORT)
    command = [
        *PLNSIM,
        "experiment",
        str(tmp_path / "experiment.toml"),
        "--out",
        str(tmp_path / "store"),
        "--workers",
        "1",
    ]
    jobs = [
        subprocess.Popen(
            [*command, "--share", f"{number}/3"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for number in (3, 1, 2)
    ]
    said = [job.communicate(timeout=240) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0] and all("Share" in err for _, err in said)
    assert not (tmp_path / "store" / "baseline" / "indices.csv").exists()
    assert len(read_runs(tmp_path / "store" / "baseline")) == 300
    assert_goes_on_bit_equal(tmp_path, SHORT)


def test_jobs_that_begin_a_store_at_the_same_moment_all_go_on(tmp_path):
    manifest, design = {"experiment": "x", "model": "y"}, pandas.DataFrame({"a": [0.25, 0.5]})
    row = {"point": 0, "replicate": 0, "status": "done", "error": "", "use": 0.5}

    def job(place: Path, number: int, ready: threading.Barrier) -> int:
        ready.wait(60)
        Store.open(place, manifest, design).write(number, [{"run": number, **row}])
        return number

    for attempt in range(5):
        ready = threading.Barrier(6)
        with ThreadPoolExecutor(6) as jobs:
            begun = [jobs.submit(job, tmp_path / str(attempt), number, ready) for number in range(6)]
        assert [each.result() for each in begun] == list(read_runs(tmp_path / str(attempt))["run"])


def test_of_different_experiments_that_begin_in_one_folder_at_the_same_moment_one_wins_and_the_others_are_told(
    tmp_path,
):
    def job(place: Path, number: int, ready: threading.Barrier) -> str:
        manifest = {"experiment": str(number), "model": "y", "asked": {"seed": number}}
        ready.wait(60)
        try:
            Store.open(place, manifest, pandas.DataFrame({"a": [number / 8, 0.5]}))
        except InputError as problem:
            return problem.wrong
        return str(number)

    for attempt in range(10):
        place, ready = tmp_path / str(attempt), threading.Barrier(6)
        with ThreadPoolExecutor(6) as jobs:
            begun = [jobs.submit(job, place, number, ready) for number in range(6)]
        results = [each.result() for each in begun]
        (winner,) = [result for result in results if result.isdecimal()]
        assert sum("holds another experiment (with other seed)" in result for result in results) == 5
        (store,) = find_stores(place)
        assert store.manifest["experiment"] == winner and store.design()["a"].tolist() == [int(winner) / 8, 0.5]
        assert sorted(path.name for path in place.iterdir()) == ["design.parquet", "manifest.json"]


def test_a_folder_of_other_files_is_refused_before_anything_is_written_there(tmp_path):
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=8, replicates=1))
    place = tmp_path / "thesis"
    (place / "chapters").mkdir(parents=True)
    with pytest.raises(InputError, match="thesis holds other files and no experiment; nothing in it was touched"):
        run_experiment(experiment, place, evaluate=ishigami)
    assert [path.name for path in place.iterdir()] == ["chapters"]
    (place / "chapters").rename(place / ".chapters")
    run_experiment(experiment, place, evaluate=ishigami)
    (place / "notes.txt").write_text("what came out")
    run_experiment(experiment, place, evaluate=ishigami)
    with pytest.raises(InputError, match="is the store of one variant of an experiment"):
        run_experiment(experiment, place / "baseline", evaluate=ishigami)


@pytest.mark.parametrize("share", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_a_share_that_is_none_gets_one_message(tmp_path, share):
    experiment_from(tmp_path, SHORT)
    code, out, err = invoke("experiment", tmp_path / "experiment.toml", "--share", share)
    assert (code, out) == (2, "") and "is no share" in err


# -- progress ----------------------------------------------------------------------------------------------------------


def test_on_a_terminal_progress_tells_rate_time_left_and_estimates(tmp_path):
    ours, theirs = pty.openpty()
    text = MODEL_FILE.replace("latin", "sobol").replace("size = 300", "size = 256")
    process, _ = begun(tmp_path, text, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "200"})
    os.close(theirs)
    shown = read_terminal(ours)
    process.communicate(timeout=240)
    assert process.returncode == 0 and "runs/s" in shown and "/3072" in shown and "0:00:" in shown
    assert "deep_use 0." in shown and "±" in shown


def test_off_a_terminal_there_is_no_progress(tmp_path):
    process, _ = begun(tmp_path, SHORT)
    _, err = process.communicate(timeout=240)
    assert err.startswith("\nStore and tables") and "runs/s" not in err


def test_the_store_is_plain_parquet(tmp_path):
    """Anything that reads Parquet reads it, and the name of a part says which runs it holds."""
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=64, replicates=2))
    run_experiment(experiment, tmp_path / "out", evaluate=ishigami)
    for path in (tmp_path / "out" / "baseline").glob("part-*.parquet"):
        part = pandas.read_parquet(path)
        assert path.name == f"part-{part['run'].iloc[0]:09d}.parquet"
        assert dict(part.dtypes.astype(str))["deep_use"] == "float64"
    assert len(Store(tmp_path / "out" / "baseline", {}).design()) == len(experiment.design().unit_sample)
