"""Stored experiments on several plans as draws: the same points, with the same luck, of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas

from plnsim.common.errors import InputError
from plnsim.studies.experiment.design import HYPERCUBES
from plnsim.studies.experiment.results import KEYS, ExperimentResults
from plnsim.studies.experiment.store import find_stores
from plnsim.studies.uncertainty.draws import Draws

MIN_PLANS = 2


def draws_of(folder: Path | str) -> Draws:
    """Reads an experiment on several scenarios (or alternatives) as draws, which decisions are told from.

    Parameters
    ----------
    folder : Path or str
        The folder of an experiment whose design is a Latin hypercube, with the variants' stores in it.

    Returns
    -------
    Draws
        A row a variant (by the name of its folder), point and replicate; points that are not finished in all variants
        are left out.

    Raises
    ------
    InputError
        Where there are fewer than two variants, they are not of one design, or their points share luck.
    """
    place = str(folder)
    results = [ExperimentResults.of(store.folder) for store in find_stores(Path(folder))]
    first = results[0]
    if len(results) < MIN_PLANS:
        raise InputError(
            "the experiment has one variant", place=place, right="one on two scenarios or more, or with alternatives"
        )
    if first.method not in HYPERCUBES:
        raise InputError(
            f"the points of a design of method {first.method} are no draws: shares of them mean nothing",
            place=place,
            right='the same experiment with method = "latin"',
        )
    if "luck" not in first.settings:
        raise InputError(
            "all its points share one luck, as in 0.1, and intervals cannot hold it",
            place=place,
            right="the experiment run anew, in another folder",
        )
    if any(
        (one.names, one.settings["seed"], one.replicates) != (first.names, first.settings["seed"], first.replicates)
        or not one.unit_sample.equals(first.unit_sample)
        for one in results
    ):
        raise InputError("the variants have different designs", place=place, right="the folder of one experiment")
    common = [name for name in first.outcomes if all(name in one.outcomes for one in results)]
    finished = np.logical_and.reduce([_finished(one) for one in results])
    return Draws(
        first.names,
        (),
        len(finished),
        pandas.concat([_rows(one, common, np.flatnonzero(finished)) for one in results], ignore_index=True),
    )


def _finished(results: ExperimentResults) -> np.ndarray:
    return np.asarray(np.bincount(results.runs["point"], minlength=len(results.unit_sample)) == results.replicates)


def _rows(results: ExperimentResults, outcomes: list[str], points: np.ndarray) -> pandas.DataFrame:
    """The rows of one variant, in the order of points and replicates."""
    runs = results.runs[results.runs["point"].isin(points)].sort_values(["point", "replicate"])
    values = results.values.loc[runs["point"], list(results.names)].reset_index(drop=True)
    named = {"scenario": results.folder.name, "draw": runs["point"].to_numpy()}
    found = runs[outcomes].reset_index(drop=True)
    assert not set(KEYS) & set(found)
    return pandas.concat([pandas.DataFrame(named), values, found], axis=1)
