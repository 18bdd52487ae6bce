"""The crossing of conditions over the posterior of a calibration, written as an experiment file.

``python -m plnsim.studies.headline.posterior POSTERIOR.csv > experiments/crossing-posterior.toml``, with the weighted
sample that ``plnsim calibrate teachers-toolkit`` wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas

from plnsim.common.user_files import open_user_file
from plnsim.model.world.row_sources import LARGEST_FILE

DRAWS = 24
RATES = ("adoption.alone", "adoption.social", "adoption.threshold", "abandonment.rate")
"""What the calibration varied and every programme has."""

HEAD = """\
title = "Time, leadership and shared focus, crossed over the posterior of a calibration"
purpose = "Does what the crossing says hold at rates of uptake and of giving up that a published series allows, \
not at the defaults only?"
scenario = "baseline"
method = "factorial"
outcomes = ["deep_use", "use_when_support_ends"]
replicates = 10
seed = 1

[factors.time]
scarce.time.hours = 0.3
ample.time.hours = 1.2

[factors.leadership]
weak.leadership = { vision = 0.25, support = 0.25, distributed = 0.25 }
strong.leadership = { vision = 0.75, support = 0.75, distributed = 0.75 }

[factors.focus]
low.focus.alignment = 0.25
high.focus.alignment = 0.8

[set.population]
schools = 20

# Draws of equal weight from the posterior of the calibration teachers-toolkit, written by python -m
# plnsim.studies.headline.posterior.
"""


def systematic_resample(posterior: pandas.DataFrame, draws: int = DRAWS) -> pandas.DataFrame:
    """So many draws of equal weight from a weighted sample: those at evenly spaced places of its summed weights, in
    their order.
    """
    reached = np.cumsum(posterior["weight"].to_numpy())
    places = np.searchsorted(reached / reached[-1], (np.arange(draws) + 0.5) / draws)
    return posterior.iloc[places][list(RATES)].reset_index(drop=True)


def as_experiment(posterior: pandas.DataFrame, draws: int = DRAWS) -> str:
    """The experiment file: the conditions crossed, once for each draw."""
    chosen = systematic_resample(posterior, draws)
    parts = []
    for number, row in chosen.iterrows():
        lines = [f"{name} = {value:.4g}" for name, value in row.items()]
        parts.append(f"[alternatives.draw-{number + 1:02}]\n" + "\n".join(lines) + "\n")
    return HEAD + "\n" + "\n".join(parts)


if __name__ == "__main__":
    with open_user_file(Path(sys.argv[1]), "CSV file", LARGEST_FILE) as file:
        sys.stdout.write(as_experiment(pandas.read_csv(file)))
