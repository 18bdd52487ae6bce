"""Where compiled code is kept, so that a machine compiles the model once, and never runs a stale one.

Numba's own cache looks only at the file of the outermost function. The folder here is named after a hash of every
source file that compiled code is made from, and of the versions of Python, Numba and NumPy; changed rules therefore
never meet old machine code. (Weeks and parameters are part of the types that Numba itself compares; how people are
laid out is not.)

A cache is never worth an error. Each file carries a checksum of its content; what is damaged, gone or of somebody else
counts as not there, and is compiled anew and written again. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from plnsim.common.errors import InputError
from plnsim.common.files import atomic_write, remove_abandoned
from plnsim.common.package import PACKAGE

COMPILED_SOURCES = (
    "common/elementary.py",
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
CODE_SUFFIX = ".code"
CHECKSUM_BYTES = hashlib.sha256().digest_size

Function = TypeVar("Function", bound=Callable[..., Any])


def source_files(package: Path = PACKAGE, more: tuple[str, ...] = ()) -> list[Path]:
    """The source files that compiled code is made from, and those of more files and folders of the package."""
    names = (*COMPILED_SOURCES, *more)
    files = {
        path
        for name in names
        for path in ([package / name] if name.endswith(".py") else (package / name).rglob("*.py"))
    }
    return sorted(files)


def fingerprint(package: Path = PACKAGE) -> str:
    """A hash of the sources that compiled code is made from, and of what compiles them."""
    content = hashlib.sha256(f"{sys.version} {version('numba')} {version('llvmlite')} {version('numpy')}".encode())
    for path in source_files(package):
        content.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:24]


def cache_folder() -> Path:
    """The folder for compiled code of this version of the sources: below ``PLNSIM_CACHE``, else the user's cache.

    Whether it can be made or written to is no matter: see ``can_keep``.
    """
    return kept_folder("compiled", fingerprint())


def kept_folder(kind: str, of: str) -> Path:
    """The folder for what is kept of a kind, below ``PLNSIM_CACHE``, else in the user's cache; others of its kind that
    nobody has used for a month go.
    """
    from platformdirs import user_cache_path

    root = Path(os.environ.get("PLNSIM_CACHE") or user_cache_path("plnsim"))
    place = root / f"{kind}-{of}"
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        os.utime(place)
        remove_abandoned(place)
        _remove_stale(root, kind)
    return place


def _remove_stale(root: Path, kind: str) -> None:
    for other in root.glob(f"{kind}-*"):
        with contextlib.suppress(OSError):  # another process may be tidying as well
            if time.time() - other.stat().st_mtime > MAX_AGE_DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)


def is_warm() -> bool:
    """Whether the model is compiled already on this machine."""
    return any(cache_folder().glob(f"*{CODE_SUFFIX}"))


def can_keep(place: Path) -> bool:
    """Whether compiled code can be written to a folder."""
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"code")
    except OSError:
        return False
    return True


class CheckedCache:
    """Compiled code of one function, a file for each signature, in the place of Numba's own cache.

    Numba's own takes what it reads for good: a damaged file ends in any error of ``pickle``, or in wrong machine code.
    """

    def __init__(self, function: Callable[..., Any], place: Path) -> None:
        self.function, self.place = function, place

    @property
    def cache_path(self) -> str:
        """The folder of the code, by the name under which Numba asks for it."""
        return str(self.place)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """The compiled function for a signature, or nothing where no whole one is there."""
        from numba.core.compiler import CompileResult

        target.refresh()
        key = self._key(signature, target.codegen())
        try:
            content = self._path(key).read_bytes()
            checksum, code = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
            if hashlib.sha256(code).digest() != checksum:
                return None
            known_key, parts = pickle.loads(code)
            return CompileResult._rebuild(target, *parts) if known_key == key else None
        except Exception:  # whatever it is, the function can be compiled
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keeps a compiled function, where that can be."""
        from numba.core.serialize import dumps

        if compiled.library.has_dynamic_globals:  # an address of this process stands in it
            return
        key = self._key(signature, compiled.codegen)
        code = dumps((key, compiled._reduce()))
        with contextlib.suppress(InputError):  # no room, or a folder that may only be read
            atomic_write(self._path(key), lambda file: file.write(hashlib.sha256(code).digest() + code))

    def flush(self) -> None:
        """Forgets what is kept of the function, when Numba is asked to compile it anew."""
        for path in self.place.glob(f"{self.function.__qualname__}-*{CODE_SUFFIX}"):
            path.unlink(missing_ok=True)

    def _key(self, signature: Any, codegen: Any) -> str:
        """All that machine code depends on beside the sources: where it was made for, and the types it takes."""
        return repr((self.function.__module__, self.function.__qualname__, str(signature), codegen.magic_tuple()))

    def _path(self, key: str) -> Path:
        name = f"{self.function.__qualname__}-{hashlib.sha256(key.encode()).hexdigest()[:24]}{CODE_SUFFIX}"
        return self.place / name.replace("<", "").replace(">", "")


def compiler(place: Path) -> Callable[[Function], Function]:
    """Numba's decorator for functions that are kept in a folder of ours and let other threads run."""
    from numba import njit

    def compile_function(function: Function) -> Function:
        compiled = njit(function, nogil=True, _nrt=False, error_model="numpy")
        compiled._cache = CheckedCache(function, place)
        kept: Function = compiled
        return kept

    return compile_function
