"""The calibrations that come with plnsim."""

from __future__ import annotations

from pathlib import Path

from plnsim.calibration.reading import read_calibration
from plnsim.calibration.study import Calibration
from plnsim.errors import BadInput, suggestion, told
from plnsim.experiment.version import PACKAGE


def shipped_calibrations() -> dict[str, Path]:
    """The calibration files that come with plnsim, by name; in a checkout they lie beside the package."""
    places = (root / "experiments" / "calibration" for root in (PACKAGE, PACKAGE.parent))
    folder = next((place for place in places if place.is_dir()), None)
    return {path.stem: path for path in sorted(folder.glob("*.toml"))} if folder else {}


def calibration_of(name: str) -> Calibration:
    """A calibration by the name of a shipped one, or from a file; raises ``BadInput``."""
    path, shipped = Path(name), shipped_calibrations()
    if path.suffix == ".toml" or path.is_file():
        return read_calibration(path)
    if name not in shipped:
        raise BadInput(f"there is no calibration {told(name)}", right=suggestion(name, shipped) + "; a file of your own ends in .toml")
    return read_calibration(shipped[name])
