"""Which version of the model computed a result: results of two versions never share a store."""

from __future__ import annotations

from functools import cache

from plnsim.common.files import content_hash
from plnsim.common.package import PACKAGE, __version__

SOURCES = ("common/elementary.py", "common/streams.py", "common/parameter.py", "model", "simulation")
"""Sources that decide what a run's outcomes are."""
MODEL_NUMBER = 2
"""The model whose rules these are: the first is that of version 0.1."""


@cache
def model_version() -> str:
    """The version of plnsim with a hash of the sources that decide what a run's outcomes are."""
    paths = [
        path
        for name in SOURCES
        for path in ([PACKAGE / name] if name.endswith(".py") else sorted((PACKAGE / name).rglob("*.py")))
    ]
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return f"{__version__}+{content_hash(sources)[:12]}"
