"""Where compiled code is kept, so that a machine compiles the model once, and never runs a stale one.

Numba's own cache looks only at the file of the outermost function. The folder here is named after a hash of every
source file that compiled code is made from, and of the versions of Python, Numba and NumPy; changed rules therefore
never meet old machine code. (Weeks and parameters are part of the types that Numba itself compares; how people are
laid out is not.)
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from plnsim.common.package import PACKAGE

COMPILED_SOURCES = (
    "common/streams.py",
    "simulation/engine",
    "model/mechanisms",
    "model/world/entities.py",
    "model/school_year.py",
    "model/week.py",
    "model/state.py",
)
"""Files and folders of the package that hold what is compiled, with every constant that it reads."""
MAX_AGE_DAYS = 30

Function = TypeVar("Function", bound=Callable[..., Any])


def fingerprint(package: Path = PACKAGE) -> str:
    """A hash of the sources that compiled code is made from, and of what compiles them."""
    content = hashlib.sha256(f"{sys.version} {version('numba')} {version('llvmlite')} {version('numpy')}".encode())
    sources = [
        path
        for name in COMPILED_SOURCES
        for path in ([package / name] if name.endswith(".py") else (package / name).rglob("*.py"))
    ]
    for path in sorted(sources):
        content.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:24]


def cache_folder() -> Path:
    """The folder for compiled code of this version of the sources: below ``PLNSIM_CACHE``, else the user's cache."""
    from platformdirs import user_cache_path

    root = Path(os.environ.get("PLNSIM_CACHE") or user_cache_path("plnsim"))
    place = root / f"compiled-{fingerprint()}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError:
        return Path(tempfile.mkdtemp(prefix="plnsim-compiled-"))
    os.utime(place)
    _remove_stale(root)
    return place


def _remove_stale(root: Path) -> None:
    for other in root.glob("compiled-*"):
        with contextlib.suppress(OSError):  # another process may be tidying as well
            if time.time() - other.stat().st_mtime > MAX_AGE_DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)


def is_warm() -> bool:
    """Whether the model is compiled already on this machine."""
    return any(cache_folder().rglob("*.nbi"))


def compiler(place: Path) -> Callable[[Function], Function]:
    """Numba's decorator for functions that are cached in a folder of ours and let other threads run."""
    from numba import config, njit

    def compile_function(function: Function) -> Function:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(place)
        try:
            compiled: Function = njit(function, nogil=True, cache=True, _nrt=False, error_model="numpy")
        finally:
            config.CACHE_DIR = before
        return compiled

    return compile_function
