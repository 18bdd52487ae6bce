"""Files written whole or not at all, and what a content is known by."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from plnsim.common.errors import InputError


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
