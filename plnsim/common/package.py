"""The package itself: its version, and where the files lie that come with it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

try:
    __version__ = version("plnsim")
except PackageNotFoundError:
    __version__ = "0+unknown"


def shipped(name: str) -> Path:
    """The file or folder of that name that comes with plnsim: inside an installed package, beside it in a checkout.

    Raises ``FileNotFoundError`` where neither holds it.
    """
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(f"{name} does not come with this plnsim: it lies neither in {PACKAGE} nor beside it")
