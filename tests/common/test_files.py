"""Files and folders that are whole or not there, whoever is killed and whoever else writes at the same moment."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from plnsim.common import files
from plnsim.common.errors import InputError
from plnsim.common.files import (
    ABANDONED_SECONDS,
    atomic_folder,
    atomic_write,
    check_user_file,
    remove_abandoned,
    write_user_file,
)
from tests.support.commands import invoke

KILLED = """
import os, signal, sys
from pathlib import Path
from plnsim.common.files import atomic_folder, atomic_write

def fill(folder):
    (folder / "below").mkdir()
    (folder / "below" / "table.csv").write_text("half a table")
    os.kill(os.getpid(), signal.SIGKILL)

def write(file):
    file.write(b"half a file")
    os.kill(os.getpid(), signal.SIGKILL)

place = Path(sys.argv[2])
atomic_folder(place, fill) if sys.argv[1] == "folder" else atomic_write(place, write)
"""


def age(path, seconds=2 * ABANDONED_SECONDS):
    """Makes a file or folder, and all in it, so old."""
    then = time.time() - seconds
    for each in (path, *path.rglob("*")):
        os.utime(each, (then, then))


def filled(text):
    return lambda folder: (folder / "table.csv").write_text(text)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_a_killed_process_left_goes_once_it_is_old(tmp_path, kind):
    place = tmp_path / "a record [1]"
    killed = subprocess.run([sys.executable, "-c", KILLED, kind, str(place)], timeout=120)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".a record [1].")
    for seconds in (0, ABANDONED_SECONDS / 2):
        age(left, seconds)
        remove_abandoned(tmp_path, place.name)
        assert left.exists(), "another process may be writing it"
    age(left)
    remove_abandoned(tmp_path, "another record")
    assert left.exists()
    remove_abandoned(tmp_path, place.name)
    assert not left.exists()


def test_a_folder_that_is_still_being_filled_is_not_old_though_it_was_begun_long_ago(tmp_path):
    part = tmp_path / f".record.{'0' * 32}.tmp"
    (part / "below").mkdir(parents=True)
    age(part)
    (part / "below" / "table.csv").write_text("just written")
    age(part / "below", 2 * ABANDONED_SECONDS), os.utime(part / "below" / "table.csv")
    remove_abandoned(tmp_path)
    assert part.exists()


@pytest.mark.parametrize(
    "name",
    [
        ".record-earlier",
        ".record-backup01",
        ".record-backup01-earlier",
        ".record.tmp",
        ".record.0f.tmp",
        f".record.{'g' * 32}.tmp",
        f"record.{'0' * 32}.tmp",
        f".record.{'0' * 32}.part",
        f".{'0' * 32}.tmp",
        ".bashrc",
    ],
)
def test_what_is_somebody_elses_stays_however_old(tmp_path, name):
    (tmp_path / name).write_text("mine")
    age(tmp_path / name)
    remove_abandoned(tmp_path)
    remove_abandoned(tmp_path, "record")
    assert (tmp_path / name).read_text() == "mine"


def test_a_link_that_looks_abandoned_goes_and_what_it_leads_to_stays(tmp_path, monkeypatch):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "text").write_text("mine")
    (tmp_path / f".record.{'0' * 32}.tmp").symlink_to(tmp_path / "thesis")
    monkeypatch.setattr(files, "ABANDONED_SECONDS", -1)
    remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"] and (tmp_path / "thesis" / "text").exists()


@pytest.mark.parametrize("there_again", [False, True])
def test_a_folder_whose_replacement_was_killed_on_its_way_gets_its_name_back(tmp_path, there_again):
    earlier = tmp_path / f".record.{'0' * 32}.earlier"
    earlier.mkdir()
    filled("earlier")(earlier)
    age(earlier)
    if there_again:
        (tmp_path / "record").mkdir()
        filled("new")(tmp_path / "record")
    remove_abandoned(tmp_path, "record")
    assert [path.name for path in tmp_path.iterdir()] == ["record"]
    assert (tmp_path / "record" / "table.csv").read_text() == ("new" if there_again else "earlier")


def test_a_folder_is_replaced_only_where_it_may_be(tmp_path):
    place = tmp_path / "record"
    atomic_folder(place, filled("first"))
    with pytest.raises(InputError, match="another process has written record in the meantime"):
        atomic_folder(place, filled("second"))
    assert (place / "table.csv").read_text() == "first"
    atomic_folder(place, filled("second"), overwrite=True)
    assert (place / "table.csv").read_text() == "second" and list(tmp_path.iterdir()) == [place]


def test_an_empty_folder_gives_way(tmp_path):
    (tmp_path / "record").mkdir()
    atomic_folder(tmp_path / "record", filled("first"))
    assert (tmp_path / "record" / "table.csv").read_text() == "first"


@pytest.mark.parametrize("overwrite", [False, True])
def test_processes_that_write_one_folder_at_once_leave_one_whole_one(tmp_path, overwrite):
    """Of several that replace, one comes last; of several that must not, one comes first and the others are told."""
    place, told, ready = tmp_path / "new" / "record", [], threading.Barrier(8)

    def write(number):
        def fill(folder):
            ready.wait(60)
            for name in ("a", "b"):
                (folder / name).write_text(str(number))

        try:
            atomic_folder(place, fill, overwrite=overwrite)
        except InputError as problem:
            told.append(problem.wrong)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (place / "a").read_text() == (place / "b").read_text()
    assert list(tmp_path.iterdir()) == [place.parent] and list(place.parent.iterdir()) == [place]
    assert overwrite or (len(told) == 7 and all("another process has written record" in wrong for wrong in told))


def test_what_fails_takes_back_the_folders_it_made_and_none_of_another_process(tmp_path):
    def fail(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail_beside_another(folder):
        (folder.parent / "of another").mkdir()
        fail(folder)

    with pytest.raises(InputError, match="No space left on device"):
        atomic_folder(tmp_path / "a" / "b" / "record", fail)
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="No space left on device"):
        atomic_folder(tmp_path / "a" / "b" / "record", fail_beside_another)
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["of another"]


def test_a_name_as_long_as_names_can_be_is_written(tmp_path):
    atomic_write(tmp_path / ("n" * 255), lambda file: file.write(b"whole"))
    atomic_folder(tmp_path / ("f" * 255), filled("whole"))
    assert sorted(len(path.name) for path in tmp_path.iterdir()) == [255, 255]


# -- what version 0.1 left ---------------------------------------------------------------------------------------------


def left_by_0_1(folder, name, mode=0o700):
    """A folder as 0.1 made it beside its place, with something in it, and old."""
    (folder / name).mkdir()
    (folder / name).chmod(mode)
    filled("of 0.1")(folder / name)
    age(folder / name)
    return folder / name


@pytest.mark.parametrize("name", [".record-k3_x90ab", ".plnsim-guide-k3_x90ab"])
def test_what_0_1_left_of_a_folder_goes_once_it_is_old(tmp_path, name):
    left = left_by_0_1(tmp_path, name)
    remove_abandoned(tmp_path)
    remove_abandoned(tmp_path, "record") if "guide" in name else remove_abandoned(tmp_path, "another")
    assert left.exists() != ("guide" in name), "only that of what is written now"
    left.exists() or left_by_0_1(tmp_path, name)
    os.utime(left)
    remove_abandoned(tmp_path, "record")
    assert left.exists(), "another process may be writing it"
    age(left)
    remove_abandoned(tmp_path, "record")
    assert not left.exists()


def test_a_folder_that_others_may_enter_is_not_what_0_1_left_though_its_name_is_like_it(tmp_path):
    mine = left_by_0_1(tmp_path, ".record-backup01", mode=0o755)
    remove_abandoned(tmp_path, "record")
    assert mine.exists()


@pytest.mark.parametrize("there_again", [False, True])
def test_a_folder_that_0_1_was_to_replace_gets_its_name_back(tmp_path, there_again):
    left_by_0_1(tmp_path, ".record-k3_x90ab-earlier", mode=0o755)
    if there_again:
        (tmp_path / "record").mkdir()
    remove_abandoned(tmp_path, "record")
    (record,) = tmp_path.iterdir()
    assert record.name == "record" and (record / "table.csv").exists() != there_again


# -- files that a user names -------------------------------------------------------------------------------------------


def test_a_file_that_must_not_be_overwritten_is_written_by_one_of_many(tmp_path):
    place, told, ready = tmp_path / "scenario.toml", [], threading.Barrier(8)

    def write(number):
        def wait_and_write(file):
            file.write(str(number).encode())
            ready.wait(60)

        try:
            atomic_write(place, wait_and_write, overwrite=False)
        except FileExistsError:
            told.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = set(range(8)) - set(told)
    assert place.read_text() == str(winner) and list(tmp_path.iterdir()) == [place]


def test_where_the_disk_knows_no_links_a_file_is_written_all_the_same(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_user_file(tmp_path / "new.toml", "mine", overwrite=False)
    with pytest.raises(InputError, match="is there already and was not touched"):
        write_user_file(tmp_path / "new.toml", "another", overwrite=False)
    with pytest.raises(FileExistsError):
        atomic_write(tmp_path / "new.toml", lambda file: file.write(b"another"), overwrite=False)
    assert (tmp_path / "new.toml").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_a_device_or_folder_is_never_replaced_by_a_file_and_a_link_leads_to_its_own(tmp_path):
    (tmp_path / "device").symlink_to("/dev/null")
    (tmp_path / "folder").mkdir()
    for name, wrong in (("device", "device is no file"), ("folder", "folder is a folder")):
        with pytest.raises(InputError, match=wrong):
            check_user_file(tmp_path / name, overwrite=True)
        with pytest.raises(InputError, match=wrong):
            write_user_file(tmp_path / name, "text", overwrite=True)
    (tmp_path / "folder" / "real.toml").write_text("before")
    (tmp_path / "link.toml").symlink_to("folder/real.toml")
    write_user_file(tmp_path / "link.toml", "after", overwrite=True)
    assert (tmp_path / "link.toml").is_symlink() and (tmp_path / "folder" / "real.toml").read_text() == "after"
    (tmp_path / "gone.toml").symlink_to("nowhere.toml")
    with pytest.raises(InputError, match="is there already"):
        write_user_file(tmp_path / "gone.toml", "text", overwrite=False)


COMMANDS = [
    ["init", "out.toml"],
    ["init", "out.toml", "--force"],
    ["readiness", "--init", "out.toml"],
    ["odd", "--out", "out.toml", "--overwrite"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_cannot_finish_its_file_leaves_what_was_there(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {}
    if words[-1] in ("--force", "--overwrite"):
        (tmp_path / "out.toml").write_text("mine")
        before = {"out.toml": "mine"}

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    said = invoke(*words)
    assert said.code == 2 and "out.toml cannot be written: No space left on device" in said.err
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
