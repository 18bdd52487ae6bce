"""Where the scenarios lie that come with plnsim."""

from __future__ import annotations

from pathlib import Path


def shipped_scenarios() -> dict[str, Path]:
    """The scenario files that come with plnsim, by name; in a checkout they lie beside the package."""
    package = Path(__file__).resolve().parent.parent
    folder = next(place for place in (package / "scenarios", package.parent / "scenarios") if place.is_dir())
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}
