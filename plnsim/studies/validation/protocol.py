"""The protocol by which the defaults were chosen: what was laid down before the first run of the search."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plnsim.common.short_repr import short_repr

FILE = Path(__file__).parent / "protocol.toml"


@dataclass(frozen=True)
class Protocol:
    """What the protocol's file says, and the file's SHA-256."""

    name: str
    sha256: str
    split_seed: int
    held_out_share: float
    seen: tuple[str, ...]
    seen_while_written: tuple[str, ...]
    information: Mapping[str, float]
    parameters: tuple[str, ...]
    search: Mapping[str, Any]
    choice: Mapping[str, Any]

    __repr__ = short_repr


def _read(path: Path) -> Protocol:
    content = path.read_bytes()
    text = tomllib.loads(content.decode())
    patterns, search = text["patterns"], dict(text["search"])
    return Protocol(
        path.name,
        hashlib.sha256(content).hexdigest(),
        patterns["split_seed"],
        patterns["held_out_share"],
        tuple(patterns["seen"]),
        tuple(patterns["seen_while_written"]),
        text["information"],
        tuple(search.pop("parameters")),
        search,
        text["choice"],
    )


PROTOCOL = _read(FILE)
