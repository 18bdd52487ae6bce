"""The calibrations that come with plnsim."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.names import check_name
from plnsim.common.package import shipped
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.parse import read_calibration


def shipped_calibrations() -> dict[str, Path]:
    """The calibration files that come with plnsim, by name; in a checkout they lie beside the package."""
    return {path.stem: path for path in sorted(shipped("experiments/calibration").glob("*.toml"))}


def results_folder(calibration: Calibration) -> Path:
    """Where the results of a calibration go when no folder is named."""
    return Path("calibration-results") / check_name(calibration.name, "the calibration")


def calibration_of(calibration: Calibration | str | PathLike[str]) -> Calibration:
    """A calibration as it is, by the name of a shipped one, or from a file; raises ``InputError``."""
    if isinstance(calibration, Calibration):
        return calibration
    name = str(calibration)
    path, by_name = Path(name), shipped_calibrations()
    if path.suffix == ".toml" or path.is_file():
        return read_calibration(path)
    if name not in by_name:
        raise InputError(
            f"there is no calibration {quote_value(name)}",
            right=suggestion(name, by_name) + "; a file of your own ends in .toml",
        )
    return read_calibration(by_name[name])
