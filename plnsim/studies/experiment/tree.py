"""A small tree of questions that tells where an outcome is reached: scikit-learn's CART, three questions deep
(decision 0006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas

from plnsim.common.parameter import Choice
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.box import ABOVE, ONE_OF, Box, Limit, Ranges, at_most, box_of, one_of
from plnsim.studies.experiment.design import DUMMY

MAX_DEPTH = 3
MIN_LEAF_SHARE = 0.05
"""Least share of the samples in a leaf."""
MIN_IMPURITY_DECREASE = 0.005
"""Least fall of the Gini impurity, weighted by the share of samples asked, for which a question is asked at all."""
FOLDS = 10


class FittedTree(Protocol):
    """What is used of scikit-learn's fitted tree: its nodes by number."""

    children_left: np.ndarray
    children_right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray


@dataclass(frozen=True)
class Tree:
    """Its leaves as boxes, left to right, and how often it is right on samples that it was not grown with.

    ``accuracy``: mean over the folds of cross-validation; ``balanced_accuracy``: the same, samples in which the
    outcome is reached and the others counting alike; ``majority_accuracy``: of always giving the commoner answer. NaN
    where one answer is too rare to be held out.
    """

    leaves: tuple[Box, ...]
    accuracy: float
    balanced_accuracy: float
    majority_accuracy: float

    __repr__ = short_repr


def grow_tree(values: pandas.DataFrame, reached: np.ndarray, ranges: Ranges, seed: int) -> Tree:
    """Grows a tree (``values``: samples x parameters; ``reached``: a boolean each); ``ranges`` round its limits."""
    from sklearn.model_selection import StratifiedKFold, cross_validate
    from sklearn.tree import DecisionTreeClassifier

    columns = _columns(values)
    classifier = DecisionTreeClassifier(
        max_depth=MAX_DEPTH,
        min_samples_leaf=max(5, int(MIN_LEAF_SHARE * len(values))),
        min_impurity_decrease=MIN_IMPURITY_DECREASE,
        random_state=seed,
    )
    fitted_tree = classifier.fit(columns, reached).tree_
    leaves = tuple(
        box
        for limits in _leaves(fitted_tree, list(columns), ranges, 0, {})
        if (box := box_of(limits, values, reached)).samples
    )
    common = max(reached.mean(), 1.0 - reached.mean())
    if min(reached.sum(), (~reached).sum()) < FOLDS:
        return Tree(leaves, np.nan, np.nan, float(common))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    scores = cross_validate(classifier, columns, reached, cv=folds, scoring=("accuracy", "balanced_accuracy"))
    return Tree(
        leaves, float(scores["test_accuracy"].mean()), float(scores["test_balanced_accuracy"].mean()), float(common)
    )


def _columns(values: pandas.DataFrame) -> pandas.DataFrame:
    """Numbers as they are, and a column of 0 and 1 for each option of a switch; the dummy is not asked."""
    columns: dict[tuple[str, str], pandas.Series] = {}
    for name in values.columns.drop(DUMMY, errors="ignore"):
        declared = MODEL_PARAMETERS.by_name.get(name)
        if isinstance(declared, Choice):
            columns |= {(name, option): (values[name] == option).astype(float) for option in declared.options}
        else:
            columns[name, ""] = values[name].astype(float)
    return pandas.DataFrame({f"{name}={option}": column for (name, option), column in columns.items()})


def _leaves(
    fitted_tree: FittedTree, columns: list[str], ranges: Ranges, node: int, limits: dict[tuple[str, str], Limit]
) -> list[tuple[Limit, ...]]:
    """The limits of each leaf below a node; of two limits on one side the later is the narrower."""
    if fitted_tree.children_left[node] < 0:
        return [tuple(limits.values())]
    name, _, option = columns[fitted_tree.feature[node]].rpartition("=")
    leaves = []
    children = (fitted_tree.children_left[node], fitted_tree.children_right[node])
    branches = _branches(name, option, fitted_tree.threshold[node], ranges, limits)
    for child, limit in zip(children, branches, strict=True):
        leaves += _leaves(fitted_tree, columns, ranges, child, limits | {(name, limit.side): limit})
    return leaves


def _branches(
    name: str, option: str, threshold: float, ranges: Ranges, limits: dict[tuple[str, str], Limit]
) -> tuple[Limit, Limit]:
    """What the two answers to a question mean: at most or above a number, or without and with an option."""
    if option:
        declared, before = MODEL_PARAMETERS[name], limits.get((name, ONE_OF))
        assert isinstance(declared, Choice), name
        left = before.value if before and isinstance(before.value, tuple) else tuple(declared.options)
        return one_of(name, [other for other in left if other != option]), one_of(name, [option])
    limit = at_most(name, threshold, ranges[name])
    return limit, Limit(name, ABOVE, limit.value)
