"""What a user names as a file is opened in one way: nothing but files of bounded size, and at once."""

import os
import socket

import pytest

from plnsim.common.errors import InputError
from plnsim.common.user_files import open_user_file, read_user_file, read_user_text
from tests.support.commands import invoke

COMMANDS = ("validate", "run", "readiness", "experiment", "calibrate", "trial", "barriers", "compare baseline")


def _pipe(path):
    os.mkfifo(path)


def _device(path):
    path.symlink_to("/dev/zero")


def _random(path):
    path.symlink_to("/dev/urandom")


def _system(path):
    path.symlink_to("/proc/self/environ")


def _folder(path):
    path.mkdir()


def _loop(path):
    path.symlink_to(path)


def _large(path):
    path.touch()
    os.truncate(path, 1 << 40)


KINDS = {
    _pipe: "a pipe",
    _device: "a device",
    _random: "a device",
    _system: "belongs to the system",
    _folder: "a folder",
    _loop: "cannot be read",
    _large: "bytes long",
}
unix = pytest.mark.skipif(os.name == "nt", reason="pipes and devices have no such names there")


@unix
@pytest.mark.parametrize("make", KINDS)
def test_what_is_no_file_is_refused_at_once(make, tmp_path):
    make(tmp_path / "mine.toml")
    with pytest.raises(InputError, match=KINDS[make]):
        open_user_file(tmp_path / "mine.toml", "scenario file", 1000)


@unix
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("make", KINDS)
def test_every_command_refuses_it(make, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "mine.toml")
    code, out, err = invoke(*command.split(), "mine.toml")
    assert (code, out) == (2, "") and KINDS[make] in err and "mine.toml" in err


@unix
@pytest.mark.parametrize("make", KINDS)
def test_files_that_files_name_are_refused_too(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "data.csv")
    (tmp_path / "s.toml").write_text('[files]\nschools = "data.csv"\n')
    (tmp_path / "c.toml").write_text('data = "data.csv"\ndiscrepancy = 0.03\n[vary]\nparameters = ["adoption.alone"]\n')
    if make is _large:
        os.truncate(tmp_path / "data.csv", 1 << 42)
    for words in (("validate", "s.toml"), ("calibrate", "c.toml")):
        code, _, err = invoke(*words)
        assert code == 2 and KINDS[make] in err


@unix
def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("mine")
        with pytest.raises(InputError, match="a socket"):
            open_user_file(tmp_path / "mine", "scenario file", 1000)


def test_files_are_read_as_they_are(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_user_text(path, "scenario file", 100) == path.read_text(encoding="utf-8-sig") == "a\nb\nc\n"
    assert read_user_file(path, "scenario file", 10) == path.read_bytes()
    with pytest.raises(InputError, match="bytes long"):
        read_user_file(path, "scenario file", 9)
    with pytest.raises(FileNotFoundError):
        read_user_file(tmp_path / "none", "scenario file", 9)
