"""The WebAssembly module that comes with the package, and what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from plnsim.common.package import PACKAGE
from plnsim.simulation.engine.compile_cache import source_files
from plnsim.simulation.scenario.declared import PARAMETER_DTYPE

MODULE = Path(__file__).with_name("model.wasm")
REFRESH = "python -m plnsim.simulation.wasm"
LINKER = "wasm-ld"
SECTION = "plnsim"
"""The custom section of a module that says what it was made from."""
_OWN_SOURCES = ("simulation/wasm/build.py", "simulation/wasm/entries.py")
"""Sources beside those of all compiled code."""


@dataclass(frozen=True)
class Origin:
    """What a module was made from: a hash of sources, and the versions of the tools that its bytes depend on."""

    fingerprint: str
    tools: dict[str, str]


def fingerprint(package: Path = PACKAGE) -> str:
    """A hash of the sources that the module is made from, and of where parameters lie."""
    content = hashlib.sha256(repr(PARAMETER_DTYPE).encode())
    for path in source_files(package, _OWN_SOURCES):
        content.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:24]


def with_origin(module: bytes, origin: Origin) -> bytes:
    """A module with what it was made from at its end."""
    name, told = SECTION.encode(), json.dumps(asdict(origin), sort_keys=True).encode()
    content = _leb(len(name)) + name + told
    return module + b"\0" + _leb(len(content)) + content


def origin_of(module: bytes) -> Origin | None:
    """What a module says that it was made from."""
    for kind, content in _sections(module):
        length, start = _unleb(content, 0)
        if kind == 0 and content[start : start + length] == SECTION.encode():
            return Origin(**json.loads(content[start + length :]))
    return None


def _sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each section of a module."""
    at = 8
    while at < len(module):
        kind = module[at]
        length, start = _unleb(module, at + 1)
        yield kind, module[start : start + length]
        at = start + length


def _leb(number: int) -> bytes:
    """A whole number as WebAssembly writes it, seven bits a byte."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def _unleb(content: bytes, at: int) -> tuple[int, int]:
    """The whole number that stands at a place, and the place after it."""
    number, shift = 0, 0
    while content[at] > 0x7F:
        number |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return number | content[at] << shift, at + 1
