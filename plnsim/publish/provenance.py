"""What a folder says of its own making: the provenance of a record, and the versions that numbers come from."""

from __future__ import annotations

import contextlib
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TypedDict

from plnsim.common.package import __version__

LIBRARIES = ("numpy", "numba", "mesa", "scipy", "pandas")


class Provenance(TypedDict, total=False):
    """The provenance of a record, as its file keeps it: of a run the scenario's ``name`` and ``title``, of a comparison
    its ``scenarios``, ``baseline`` and whether it was ``quick``;
    of either the draws of all that is not known, ``uncertainty`` as asked and ``draws`` as made, and of a
    comparison the condition ``when`` a scenario does.
    """

    schema_version: int
    model: int
    kind: str
    name: str
    title: str
    scenarios: list[str]
    baseline: str
    quick: bool
    uncertainty: int
    draws: int
    when: str
    seed: int
    replicates: int
    engine: str
    command: list[str]
    versions: dict[str, str]
    platform: str
    commit: str | None
    written: str
    sha256: dict[str, str]


def versions(*more: str) -> dict[str, str]:
    """The versions of Python and of the libraries that numbers come from, and of some ``more``; one that is not
    installed is left out.
    """
    installed = {"python": platform.python_version(), "plnsim": __version__}
    for library in (*LIBRARIES, *more):
        with contextlib.suppress(PackageNotFoundError):
            installed[library] = version(library)
    return installed


def changed_versions(provenance: Provenance) -> dict[str, tuple[str, str]]:
    """What ran a record and runs now, for each library whose version is not the same."""
    now = versions()
    return {
        library: (then, now.get(library, "not used"))
        for library, then in provenance["versions"].items()
        if then != now.get(library)
    }
