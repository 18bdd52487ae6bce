"""Files and folders written whole or not at all, and what a content is known by."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from plnsim.common.errors import InputError, printable

ABANDONED_SECONDS = 3600.0
"""Age from which what is not in its place yet is left over from a killed process, not being written by another one."""
ATTEMPTS = 10
_TEMPORARY = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{32}\.(?P<kind>tmp|earlier)", re.DOTALL)
"""Names that only ``_beside`` gives."""


def _beside(path: Path, kind: str = "tmp") -> Path:
    """A hidden name beside a file or folder, which no other process takes."""
    return path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.{kind}")


def remove_abandoned(folder: Path, name: str = "") -> None:
    """Removes what killed processes of ours left of what they wrote into a folder, or of what was to have this name.

    A folder that was to be replaced, and whose replacement never came, gets its name back. What another process may
    still be writing is younger, and nobody else gives such names.
    """
    for path in folder.glob(".*"):
        temporary = _TEMPORARY.fullmatch(path.name)
        if temporary is None or (name and temporary["name"] != name[:100]):
            continue
        with contextlib.suppress(OSError):  # another process may be tidying as well
            if time.time() - _last_written(path) > ABANDONED_SECONDS:
                its_place = path.with_name(temporary["name"])
                if temporary["kind"] == "earlier" and not os.path.lexists(its_place):
                    path.rename(its_place)
                else:
                    _remove(path)


def _last_written(path: Path) -> float:
    parts = [path, *path.rglob("*")] if path.is_dir() and not path.is_symlink() else [path]
    return max(part.lstat().st_mtime for part in parts)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def atomic_write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a file beside its place and moves it there whole, on the disk for good; raises ``InputError`` when it
    cannot.
    """
    beside = _beside(path)
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _fsync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise InputError(
            f"{path.name} cannot be written: {error.strerror or error}; everything finished before is kept",
            place=str(path.parent),
            right="room on the disk and a folder that you may write to; the same command then goes on",
        ) from None


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
        os.stat(out)  # resolving does not tell everything on every version of Python
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise _no_path(out, getattr(error, "strerror", None) or error) from None
    try:
        return out.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise _no_path(out, getattr(error, "strerror", None) or error) from None


def _no_path(out: Path, why: object) -> InputError:
    place = printable(str(out))
    return InputError(
        f"nothing can be written to {place}: {why}",
        place=place,
        right="a folder that you may write to, with space left",
    )


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
