"""The package itself: its version, and where the files lie that come with it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion

__version__ = "0.2.0"
PACKAGE = Path(__file__).resolve().parents[1]
INSTALL_ALL = "python -m pip install 'plnsim[all]'"
"""What brings every library that a command or function of plnsim may want (the extra ``all``)."""


def missing_library(what: str, library: str) -> InputError:
    """The error of something that needs a library which is not installed: names both, and what installs it."""
    return InputError(f"{what} needs {library}, which is not installed", right=INSTALL_ALL)


def shipped(name: str) -> Path:
    """The file or folder of that name that comes with plnsim: inside an installed package, beside it in a checkout.

    Raises ``FileNotFoundError`` where neither holds it.
    """
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(f"{name} does not come with this plnsim: it lies neither in {PACKAGE} nor beside it")


def shipped_files(folder: str) -> dict[str, Path]:
    """The TOML files of a folder that comes with plnsim, by name."""
    return {path.stem: path for path in sorted(shipped(folder).glob("*.toml"))}


def find_file(name: str | PathLike[str], kind: str, folder: str) -> Path:
    """The file of the user's, or the shipped one of that name in a folder; raises ``InputError``."""
    path, by_name = Path(name), shipped_files(folder)
    if path.suffix == ".toml" or path.is_file():
        return path
    if str(name) not in by_name:
        raise InputError(
            f"there is no {kind} {quote_value(str(name))}",
            right=suggestion(str(name), by_name) + "; a file of your own ends in .toml",
        )
    return by_name[str(name)]
