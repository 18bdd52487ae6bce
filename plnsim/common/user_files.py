"""The one way to open a file that a user names: a file of bounded size on a disk, and nothing that could be read for
ever.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from plnsim.common.errors import InputError, printable

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
SYSTEM_FOLDERS = ("/proc", "/sys")
"""What stands there looks like files, has no size, and may never end."""
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_user_file(path: Path, kind: str, most: int) -> BufferedReader:
    """Opens a file for reading as bytes; never waits, whatever stands at the path.

    ``kind`` says what it should be, as in "scenario file"; it is at most ``most`` bytes long. Raises ``InputError``
    for anything but such a file, and ``FileNotFoundError`` where there is nothing.
    """
    place = printable(str(path))
    try:
        _check(os.stat(path), path, kind, most)
        handle = os.open(path, FLAGS)
        try:
            _check(os.fstat(handle), path, kind, most)  # it may have changed in between
            return open(handle, "rb")
        except BaseException:
            os.close(handle)
            raise
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        why = getattr(error, "strerror", None) or error
        raise InputError(
            f"the file cannot be read: {why}", place=place, right=f"{article(kind)} that you may read"
        ) from None


def _check(status: os.stat_result, path: Path, kind: str, most: int) -> None:
    place = printable(str(path))
    if not stat.S_ISREG(status.st_mode):
        what = KINDS.get(stat.S_IFMT(status.st_mode), "no file")
        raise InputError(f"{place} is {what}", place=place, right=article(kind))
    if os.path.realpath(path).startswith(tuple(f"{folder}/" for folder in SYSTEM_FOLDERS)):
        raise InputError(f"{place} belongs to the system", place=place, right=article(kind))
    if status.st_size > most:
        raise _too_long(status.st_size, path, kind, most)


def _too_long(size: int, path: Path, kind: str, most: int) -> InputError:
    place = printable(str(path))
    return InputError(
        f"{place} is {size:,} bytes long", place=place, right=f"{article(kind)} of at most {most:,} bytes"
    )


def read_user_file(path: Path, kind: str, most: int) -> bytes:
    """The bytes of a file that a user names; raises as ``open_user_file`` does, also where it grows while it is
    read.
    """
    with open_user_file(path, kind, most) as file:
        try:
            content = file.read(most + 1)
        except OSError as error:
            raise InputError(
                f"the file cannot be read: {error.strerror or error}",
                place=printable(str(path)),
                right=f"{article(kind)} that you may read",
            ) from None
    if len(content) > most:
        raise _too_long(len(content), path, kind, most)
    return content


def read_user_text(path: Path, kind: str, most: int) -> str:
    """The UTF-8 text of a file that a user names, with plain line ends; raises also as decoding does."""
    text = read_user_file(path, kind, most).decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def article(kind: str) -> str:
    """The kind with its article."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
