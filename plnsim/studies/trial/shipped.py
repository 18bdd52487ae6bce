"""The trials that come with plnsim."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from plnsim.common.names import check_name
from plnsim.common.package import find_file, shipped_files
from plnsim.studies.trial.parse import read_trial
from plnsim.studies.trial.trial import Trial

FOLDER = "experiments/trials"


def shipped_trials() -> dict[str, Path]:
    """The trial files that come with plnsim, by name; in a checkout they lie beside the package."""
    return shipped_files(FOLDER)


def results_folder(trial: Trial) -> Path:
    """Where the results of a trial go when no folder is named."""
    return Path("trial-results") / check_name(trial.name, "the trial")


def trial_of(trial: Trial | str | PathLike[str]) -> Trial:
    """A trial as it is, by the name of a shipped one, or from a file; raises ``InputError``."""
    if isinstance(trial, Trial):
        return trial
    return read_trial(find_file(trial, "trial", FOLDER))
