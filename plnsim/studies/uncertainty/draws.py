"""Plans simulated over draws of all that is not known of them, luck and parameters together, and beside each plan its
schools without any programme.

Draw *i* has the same values and the same random numbers in every plan and without one. Each finished draw is kept, in
the cache of this machine, so that an interrupted command, one whose time was up, or another one about the same plan
goes on from there.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import numpy as np
import pandas

from plnsim.common.checks import validate_replicates, validate_workers
from plnsim.common.errors import InputError, quote_value
from plnsim.common.files import content_hash
from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES, OUTCOMES_BY_NAME, compute_outcomes
from plnsim.simulation.engine.compile_cache import kept_folder
from plnsim.simulation.model_version import model_version
from plnsim.simulation.runs import is_large, map_ordered, simulate_run
from plnsim.simulation.scenario.save import to_toml
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.without_programme import schools_alone
from plnsim.studies.experiment.store import Store
from plnsim.studies.experiment.task import Row
from plnsim.studies.uncertainty.parameters import held_of, latin_hypercube, uncertain_parameters, values_at

POINTS, TIME_LIMIT = 40, 20.0
"""Draws where nobody says how many, and the seconds after which no further one begins."""
Rows = dict[int, dict[str, float]]
"""The outcomes of the draws that are done, by their number."""


@dataclass(frozen=True, eq=False)
class Draws:
    """What plans come to over draws of all that is not known of them.

    Attributes
    ----------
    names : tuple of str
        The parameters that were drawn.
    held : tuple of str
        Those that would have been, had not one of the plans set them.
    points : int
        Draws that were asked for; there are fewer in ``outcomes`` where the time was up.
    outcomes : pandas.DataFrame
        A row a plan and draw: ``scenario``, ``draw``, the value of each parameter that was drawn, and every outcome.
    without_programme : pandas.DataFrame, optional
        The outcomes of each plan's schools without its programme, with the same values and the same luck: a row a plan
        and draw, ``scenario``, ``draw`` and every outcome. Draws that come from stored experiments have none.
    """

    names: tuple[str, ...]
    held: tuple[str, ...]
    points: int
    outcomes: pandas.DataFrame
    without_programme: pandas.DataFrame | None = None

    __repr__ = short_repr

    @property
    def done(self) -> int:
        """Draws that were simulated of every plan."""
        return int(self.outcomes["draw"].nunique())

    def values(self, scenario: str, outcome: str) -> np.ndarray:
        """Gives the values of an outcome.

        Parameters
        ----------
        scenario : str
            Name of a plan.
        outcome : str

        Returns
        -------
        numpy.ndarray
            Of shape (draws,), in the outcome's unit; NaN where it is not defined.
        """
        return _values(self.outcomes, scenario, outcome)

    def values_without_programme(self, scenario: str, outcome: str) -> np.ndarray:
        """Gives the values of an outcome of a plan's schools without the programme.

        Parameters
        ----------
        scenario : str
            Name of a plan.
        outcome : str

        Returns
        -------
        numpy.ndarray
            As ``values``; of shape (0,) where nothing was simulated without the programme.
        """
        return np.zeros(0) if self.without_programme is None else _values(self.without_programme, scenario, outcome)

    def gains(self, scenario: str, outcome: str) -> np.ndarray:
        """Subtracts the schools without the programme from a plan, draw by draw.

        Parameters
        ----------
        scenario : str
            Name of a plan.
        outcome : str

        Returns
        -------
        numpy.ndarray
            Of shape (draws,), in the outcome's unit; of shape (0,) where nothing was simulated without the programme.
        """
        if self.without_programme is None:
            return np.zeros(0)
        gains: np.ndarray = self.values(scenario, outcome) - self.values_without_programme(scenario, outcome)
        return gains


def _values(table: pandas.DataFrame, scenario: str, outcome: str) -> np.ndarray:
    values: np.ndarray = table.loc[table["scenario"] == scenario, outcome].to_numpy(dtype=np.float64)
    return values


def validate_points(points: object) -> int:
    """The number of draws; 0 asks for none."""
    return 0 if points == 0 and not isinstance(points, bool) else validate_replicates(points)


def validate_time_limit(seconds: object) -> float:
    """The seconds after which no further draw begins; raises ``InputError``."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0.0 <= seconds < math.inf:
        raise InputError(f"a time limit cannot be {quote_value(seconds)}", right="seconds, 0 or more")
    return float(seconds)


def default_points(scenarios: Sequence[Scenario]) -> int:
    """The draws of a command that is not told how many; none of plans so large that each takes long."""
    return 0 if any(map(is_large, scenarios)) else POINTS


def runs_of(scenarios: Sequence[Scenario], points: int) -> int:
    """The runs that so many draws take: one a plan, and one without a programme for plans that share their schools."""
    return points * (len(scenarios) + len(set(map(schools_alone, scenarios))))


def simulate_draws(
    scenarios: Sequence[Scenario],
    *,
    points: int = POINTS,
    seed: int = 1,
    engine: str = "numba",
    workers: int | None = None,
    time_limit: float | None = None,
    most: int | None = None,
    keep: bool = True,
    step: Callable[[], None] = lambda: None,
) -> Draws:
    """Simulates plans over draws of all that is not known of them, each draw once a plan and once without a programme.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The plans; what one of them sets is drawn for none.
    points : int, default 40
        Draws, from a Latin hypercube over the plausible ranges.
    seed : int, default 1
    engine : {"numba", "mesa"}, default "numba"
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    time_limit : float, optional
        Seconds after which no further draw begins; the first one is always made.
    most : int, optional
        Draws to make of them, by default all; a replay makes those that were made.
    keep : bool, default True
        Whether finished draws are kept, and taken from where they were.
    step : callable, optional
        Called after each run.

    Returns
    -------
    Draws

    Notes
    -----
    Without a programme each draw is run in full, with the values and the luck that it has in the plans: a gain of a
    plan is then a paired difference, as one between plans is. Plans for the same schools share that run.
    """
    names = uncertain_parameters(scenarios)
    alone = [schools_alone(scenario) for scenario in scenarios]
    place_of = {schools: place for place, schools in enumerate(dict.fromkeys(alone), start=len(scenarios))}
    simulated = [*scenarios, *place_of]
    unit_sample = latin_hypercube(names, points, seed)
    each = [values_at(names, point) for point in unit_sample[:most]]
    stores = [
        _store(scenario, names, unit_sample, seed, alone=place >= len(scenarios)) if keep else None
        for place, scenario in enumerate(simulated)
    ]
    known = [_finished(store, points) for store in stores]
    began = time.monotonic()
    tasks = [(plan, draw) for draw in range(len(each)) for plan in range(len(simulated)) if draw not in known[plan]]
    first = tasks[0][1] if tasks else len(each)

    def simulate(task: tuple[int, int]) -> dict[str, float] | None:
        plan, draw = task
        if time_limit is not None and draw > first and time.monotonic() - began > time_limit:
            return None
        return compute_outcomes(simulate_run(simulated[plan].with_values(each[draw]), seed, draw, engine))

    with closing(map_ordered(simulate, tasks, validate_workers(workers))) as results:
        for (plan, draw), outcomes in zip(tasks, results, strict=False):
            if outcomes is None:
                break
            known[plan][draw] = outcomes
            if (store := stores[plan]) is not None:
                _keep(store, draw, outcomes)
            step()
    done = next((draw for draw in range(len(each)) if any(draw not in rows for rows in known)), len(each))
    rows = [
        {
            "scenario": scenario.name,
            "draw": draw,
            **{name: each[draw][name] for name in names},
            **known[plan][draw],
        }
        for plan, scenario in enumerate(scenarios)
        for draw in range(done)
    ]
    without = [
        {"scenario": scenario.name, "draw": draw, **known[place_of[schools]][draw]}
        for scenario, schools in zip(scenarios, alone, strict=True)
        for draw in range(done)
    ]
    return Draws(names, held_of(scenarios), points, pandas.DataFrame(rows), pandas.DataFrame(without))


def _store(
    scenario: Scenario, names: Sequence[str], unit_sample: np.ndarray, seed: int, *, alone: bool
) -> Store | None:
    """Where the draws of a plan, or of schools ``alone``, are kept; nothing where nothing can be, which is never worth
    an error.
    """
    asked = {
        "scenario": to_toml(scenario),
        "files": {kind: hashlib.sha256(path.read_bytes()).hexdigest() for kind, path in scenario.files.items()},
        "points": hashlib.sha256(unit_sample.tobytes()).hexdigest(),
        "names": list(names),
        "outcomes": [outcome.name for outcome in OUTCOMES],
        "seed": seed,
        **({"without_programme": True} if alone else {}),  # networks of a file are none of theirs
    }
    key = content_hash([asked, model_version()])
    manifest = {"experiment": key, "model": model_version(), "asked": asked}
    with suppress(InputError):
        return Store.open(
            kept_folder("draws", key), manifest, pandas.DataFrame(unit_sample, columns=list(names), dtype=np.float64)
        )
    return None


def _finished(store: Store | None, points: int) -> Rows:
    """The draws that are kept; what is damaged is computed again."""
    if store is None:
        return {}
    with suppress(InputError):
        if sum(map(len, store.missing(range(points)))) < points:
            return {
                int(row["run"]): {name: row[name] for name in OUTCOMES_BY_NAME}
                for row in store.read().to_dict("records")
            }
    return {}


def _keep(store: Store, draw: int, outcomes: dict[str, float]) -> None:
    fixed: Row = {"run": draw, "point": draw, "replicate": draw, "status": "done", "error": ""}
    with suppress(InputError):  # no room
        store.write(draw, [{**fixed, **outcomes}])
