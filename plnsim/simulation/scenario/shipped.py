"""Where the scenarios lie that come with plnsim."""

from __future__ import annotations

from pathlib import Path

from plnsim.common.package import shipped_files


def shipped_scenarios() -> dict[str, Path]:
    """The scenario files that come with plnsim, by name; in a checkout they lie beside the package."""
    return shipped_files("scenarios")
