"""Files and folders written whole or not at all, and what a content is known by."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from plnsim.common.errors import InputError, printable


def atomic_write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a file beside its place and moves it there whole, on the disk for good; raises ``InputError`` when it
    cannot.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
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


def atomic_folder(out: Path, fill: Callable[[Path], None]) -> Path:
    """Fills a folder beside its place and moves it there whole; an earlier one goes only when the new one stands there.

    Returns the folder; leaves no trace when it fails. Raises ``InputError`` when nothing can be written there.
    """
    target = resolved(out)
    created = next((parent for parent in reversed(target.parents) if not parent.exists()), None)
    part = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", dir=target.parent))
        fill(part)
        os.chmod(part, 0o755)
        _move_into_place(part, target)
    except BaseException as error:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        if created is not None:
            shutil.rmtree(created, ignore_errors=True)
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


def _move_into_place(part: Path, target: Path) -> None:
    earlier = part.with_name(f"{part.name}-earlier")
    if target.exists():
        target.rename(earlier)
    try:
        part.rename(target)
    except BaseException:
        if earlier.exists():
            earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def unwritable(out: Path, error: OSError) -> InputError:
    """The error for a folder into which nothing can be written."""
    return InputError(
        f"nothing can be written to {out}: {error.strerror or error}",
        place=str(out),
        right="a folder that you may write to, with space left",
    )
