"""The trials that come with plnsim."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.names import check_name
from plnsim.common.package import shipped
from plnsim.studies.trial.parse import read_trial
from plnsim.studies.trial.trial import Trial


def shipped_trials() -> dict[str, Path]:
    """The trial files that come with plnsim, by name; in a checkout they lie beside the package."""
    return {path.stem: path for path in sorted(shipped("experiments/trials").glob("*.toml"))}


def results_folder(trial: Trial) -> Path:
    """Where the results of a trial go when no folder is named."""
    return Path("trial-results") / check_name(trial.name, "the trial")


def trial_of(trial: Trial | str | PathLike[str]) -> Trial:
    """A trial as it is, by the name of a shipped one, or from a file; raises ``InputError``."""
    if isinstance(trial, Trial):
        return trial
    name = str(trial)
    path, by_name = Path(name), shipped_trials()
    if path.suffix == ".toml" or path.is_file():
        return read_trial(path)
    if name not in by_name:
        raise InputError(
            f"there is no trial {quote_value(name)}",
            right=suggestion(name, by_name) + "; a file of your own ends in .toml",
        )
    return read_trial(by_name[name])
