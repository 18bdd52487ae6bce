"""Files and folders written whole or not at all, and what a content is known by."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from plnsim.common.errors import InputError, printable

ABANDONED_SECONDS = 3600.0
"""Age from which what is not in its place yet is left over from a killed process, not being written by another one."""
ATTEMPTS = 10
_TEMPORARY = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{32}\.(?P<kind>tmp|earlier)", re.DOTALL)
"""Names that only ``_beside`` gives."""
_TEMPORARY_OF_0_1 = re.compile(r"\.(?P<name>.+)-[a-z0-9_]{8}(?P<earlier>-earlier)?", re.DOTALL)
"""Names that version 0.1 gave to folders that it filled, and to those that these were to replace; a guide's was called
plnsim-guide.
"""


def _beside(path: Path, kind: str = "tmp") -> Path:
    """A hidden name beside a file or folder, which no other process takes."""
    return path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.{kind}")


def remove_abandoned(folder: Path, name: str = "") -> None:
    """Removes what killed processes of ours left of what they wrote into a folder, or of what was to have this name.

    A folder that was to be replaced, and whose replacement never came, gets its name back. What another process may
    still be writing is younger, and nobody else gives such names.
    """
    for path in folder.glob(".*"):
        with contextlib.suppress(OSError):  # another process may be tidying as well
            left = _left_over(path, name)
            if left is None or time.time() - _last_written(path) <= ABANDONED_SECONDS:
                continue
            its_place = path.with_name(left.name)
            if left.earlier and not os.path.lexists(its_place):
                path.rename(its_place)
            else:
                _remove(path)


class _LeftOver(NamedTuple):
    """What a killed process left: the name that it was to have, and whether it had that before."""

    name: str
    earlier: bool


def _left_over(path: Path, name: str) -> _LeftOver | None:
    """What a path is a leftover of, if it is one of ours and, where there is a name, one of what has that name."""
    if temporary := _TEMPORARY.fullmatch(path.name):
        mine = not name or temporary["name"] == name[:100]
        return _LeftOver(temporary["name"], temporary["kind"] == "earlier") if mine else None
    temporary = _TEMPORARY_OF_0_1.fullmatch(path.name) if name else None
    if temporary is None or temporary["name"] not in (name[:100], "plnsim-guide"):
        return None
    status = path.lstat()
    # Eight letters may be a word of somebody's: only he may enter the folders that 0.1 made, but for earlier ones.
    ours = stat.S_ISDIR(status.st_mode) and (temporary["earlier"] or stat.S_IMODE(status.st_mode) == stat.S_IRWXU)
    return _LeftOver(temporary["name"], bool(temporary["earlier"])) if ours else None


def _last_written(path: Path) -> float:
    parts = [path, *path.rglob("*")] if path.is_dir() and not path.is_symlink() else [path]
    return max(part.lstat().st_mtime for part in parts)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def atomic_write(path: Path, write: Callable[[BinaryIO], object], *, overwrite: bool = True) -> None:
    """Writes a file beside its place and moves it there whole, on the disk for good; raises ``InputError`` when it
    cannot, and ``FileExistsError`` when something is there that must not be overwritten.
    """
    try:
        _write_whole(path, write, overwrite)
    except OSError as error:
        if isinstance(error, FileExistsError) and not overwrite:
            raise
        raise InputError(
            f"{path.name} cannot be written: {error.strerror or error}; everything finished before is kept",
            place=str(path.parent),
            right="room on the disk and a folder that you may write to; the same command then goes on",
        ) from None


def _write_whole(path: Path, write: Callable[[BinaryIO], object], overwrite: bool) -> None:
    beside = _beside(path)
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            beside.replace(path)
        else:
            _move_to_free_place(beside, path)
        _fsync(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _move_to_free_place(beside: Path, path: Path) -> None:
    """Moves a file to where nothing is; of several processes one wins, and the others get ``FileExistsError``."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links: there two that come in the same moment are not told apart
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        beside.replace(path)
    else:
        beside.unlink()


def check_user_file(path: Path, *, overwrite: bool, instead: str = "another name, or --overwrite") -> Path:
    """Where a file that a user names is to stand, asked before anything is computed; a link leads to its file.

    Tidies what a killed process left of it. Raises ``InputError`` where there is something that must not be
    overwritten (then ``instead`` says what would be right), anything but a file, or no room for one.
    """
    import tempfile

    try:
        target = _resolved(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise _cannot_be_written(path, error) from None
    if target.exists() and not target.is_file():  # a device, too, would give way to a file
        what = "a folder" if target.is_dir() else "no file"
        raise InputError(f"{printable(str(path))} is {what}", place=str(path), right="the name of a file")
    if os.path.lexists(path) and not overwrite:
        raise _is_there(path, instead)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise _cannot_be_written(path, error) from None
    remove_abandoned(target.parent, target.name)
    return target


def write_user_file(path: Path, text: str, *, overwrite: bool, instead: str = "another name, or --overwrite") -> None:
    """Writes a file that a user names, whole or not at all; raises as ``check_user_file`` does."""
    target = check_user_file(path, overwrite=overwrite, instead=instead)
    try:
        _write_whole(target, lambda file: file.write(text.encode()), overwrite)
    except FileExistsError:
        raise _is_there(path, instead) from None
    except OSError as error:
        raise _cannot_be_written(path, error) from None


def _is_there(path: Path, instead: str) -> InputError:
    return InputError(f"{printable(str(path))} is there already and was not touched", place=str(path), right=instead)


def _cannot_be_written(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{printable(str(path))} cannot be written: {_reason(error)}",
        place=str(path),
        right="a file in a folder that exists and that you may write to",
    )


def _fsync(folder: Path) -> None:
    """Makes a renamed file stay after a power cut; Windows has no such call for folders."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def content_hash(content: object) -> str:
    """A hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:24]


def atomic_folder(out: Path, fill: Callable[[Path], None], *, overwrite: bool = False) -> Path:
    """Fills a folder beside its place and moves it there whole; an earlier one goes only when the new one stands there.

    Returns the folder; leaves no trace when it fails. Raises ``InputError`` when nothing can be written there, or when
    another process was first and nothing may be overwritten.
    """
    target = resolved(out)
    created = [parent for parent in target.parents if not parent.exists()]
    part = _beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        fill(part)
        _move_into_place(part, target, overwrite)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        for parent in created:
            with contextlib.suppress(OSError):  # another process has put something there
                parent.rmdir()
        if isinstance(error, OSError):
            raise unwritable(out, error) from None
        raise
    return out


def resolved(out: Path) -> Path:
    """Where a path leads; raises ``InputError`` for links that lead in a circle and for what cannot be a path."""
    try:
        return _resolved(out)
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            f"nothing can be written to {printable(str(out))}: {_reason(error)}",
            place=str(out),
            right="a folder that you may write to, with space left",
        ) from None


def _resolved(out: Path) -> Path:
    with contextlib.suppress(FileNotFoundError):
        os.stat(out)  # resolving does not tell everything on every version of Python
    return out.resolve()


def _reason(error: Exception) -> object:
    return getattr(error, "strerror", None) or error


def _move_into_place(part: Path, target: Path, overwrite: bool) -> None:
    """Moves a folder to its place, again where another process did so at the same moment."""
    for attempt in range(ATTEMPTS):
        try:
            return _replace(part, target, overwrite)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY) or attempt == ATTEMPTS - 1:
                raise


def _replace(part: Path, target: Path, overwrite: bool) -> None:
    with contextlib.suppress(OSError):
        target.rmdir()  # an empty one gives way
    earlier = _beside(target, "earlier")
    if os.path.lexists(target):
        if not overwrite:
            raise InputError(
                f"another process has written {target.name} in the meantime; nothing in it was touched",
                place=str(target),
                right="another folder",
            )
        os.utime(target)  # it is young from now on: nobody takes it for abandoned
        target.rename(earlier)
    try:
        part.rename(target)
    finally:
        if os.path.lexists(target):
            shutil.rmtree(earlier, ignore_errors=True)
        elif earlier.exists():
            earlier.rename(target)


def unwritable(out: Path, error: OSError) -> InputError:
    """The error for a folder into which nothing can be written."""
    return InputError(
        f"nothing can be written to {out}: {error.strerror or error}",
        place=str(out),
        right="a folder that you may write to, with space left",
    )
