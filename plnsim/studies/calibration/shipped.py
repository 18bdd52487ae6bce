"""The calibrations that come with plnsim."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from plnsim.common.names import check_name
from plnsim.common.package import find_file, shipped_files
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.parse import read_calibration

FOLDER = "experiments/calibration"


def shipped_calibrations() -> dict[str, Path]:
    """The calibration files that come with plnsim, by name; in a checkout they lie beside the package."""
    return shipped_files(FOLDER)


def results_folder(calibration: Calibration) -> Path:
    """Where the results of a calibration go when no folder is named."""
    return Path("calibration-results") / check_name(calibration.name, "the calibration")


def calibration_of(calibration: Calibration | str | PathLike[str]) -> Calibration:
    """A calibration as it is, by the name of a shipped one, or from a file; raises ``InputError``."""
    if isinstance(calibration, Calibration):
        return calibration
    return read_calibration(find_file(calibration, "calibration", FOLDER))
