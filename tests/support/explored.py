"""The explorable as its tests read it: a coarse grid of the class, how exact it is, and the page; whichever files ask,
the runs are made once.
"""

from functools import cache

import pytest

from plnsim.app.explorable import FOCUS, LEADERSHIP, SUPPORT, TIME, class_scenario, render_page
from plnsim.app.grid import Grid, InterpolationAccuracy, interpolation_accuracy, simulate_grid
from plnsim.simulation.scenario import Scenario

AXES = {TIME: (0.0, 1.0), LEADERSHIP: (0.0, 1.0), FOCUS: (0.0, 1.0), SUPPORT: (1.0, 3.0)}
EVERYTHING = {TIME: 1.0, LEADERSHIP: 1.0, FOCUS: 1.0}
BYTE = 0.5 / 255 + 1e-9
"""How far a share can be from its byte."""


@cache
def class_baseline() -> Scenario:
    return class_scenario(Scenario.of("baseline"))


@cache
def coarse_grid() -> Grid:
    return simulate_grid(class_baseline(), AXES, seed=1)


@cache
def grid_accuracy() -> InterpolationAccuracy:
    return interpolation_accuracy(coarse_grid(), 3)


@pytest.fixture(scope="module")
def scenario():
    return class_baseline()


@pytest.fixture(scope="module")
def coarse():
    """A grid of the two ends of each axis."""
    return coarse_grid()


@pytest.fixture(scope="module")
def accuracy():
    return grid_accuracy()


@pytest.fixture(scope="module")
def text(coarse, accuracy):
    return render_page(coarse, accuracy)
