"""What an experiment has to compute, and the rows of its runs: what a worker needs to know, wherever it is.

Points with one number of their luck share their random numbers, replicate by replicate. A row depends on nothing but
its number: it is the same whoever computes it, in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow

from plnsim.common.errors import InputError
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import BARRIERS, RunCounts
from plnsim.simulation.model_version import model_version
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.by_school import SCHOOLS, school_table
from plnsim.studies.experiment.design import decode
from plnsim.studies.experiment.distribution import Distribution
from plnsim.studies.experiment.factorial import Factor
from plnsim.studies.experiment.own_outcomes import OutcomeError, OwnOutcomes

MAX_BATCH_RUNS = 256
"""Runs in a batch, one task of a worker and one part of the store, where they are short."""
SCHOOL_WEEKS_IN_BATCH = 1_400_000
"""About the work of so many runs of 20 schools and 7 years (3 s of a core): where runs are longer, a batch has fewer
of them.
"""

Values = dict[str, Value]
"""The values of a point by dotted name."""
Evaluate = Callable[["Task", Values, int], Mapping[str, "float | pyarrow.Table"]]
"""Turns a point's values and the number of a replicate into outcomes, and under ``SCHOOLS`` into the table of schools
where one is asked for.
"""
Row = dict[str, float | str]
"""What is kept of one run: its numbers, its status, and everything that it measures."""
WEEK_PREFIX = "deep_use_week_"
"""How the columns begin that hold the sustained deep use of a single week."""


class Rows(list[Row]):
    """The rows of a batch, and the tables of its runs' schools where they are asked for."""

    schools: pyarrow.Table | None = None


def evaluate_model(task: Task, values: Values, replicate: int) -> dict[str, float | pyarrow.Table]:
    """The outcomes of one run of the model, its sustained deep use in the weeks asked for, what lifting each condition
    gains, and the table of its schools, where these are asked for.
    """
    scenario = task.scenario.with_values(values)
    run_counts = simulate_run(scenario, task.seed, replicate)
    share = run_counts.weeks["depth"].sum(axis=1) / run_counts.weeks["staff"].sum(axis=1)
    row: dict[str, float | pyarrow.Table] = {**task.own.compute(run_counts, task.outcomes)}
    row |= {week_column(week): float(share[week]) for week in task.weeks if week < len(share)}
    if task.by_school:
        row[SCHOOLS] = school_table(run_counts, task.by_school)
    return row | _barrier_effects(task, scenario, run_counts, replicate) if task.lift > 0.0 else row


def _barrier_effects(task: Task, scenario: Scenario, baseline: RunCounts, replicate: int) -> dict[str, float]:
    """How much of each condition was felt, and what the first outcome gains, with the same random numbers, when a
    share of its gap is closed.
    """
    first = task.own.measure(task.outcomes[0])
    row: dict[str, float] = {}
    for condition in BARRIERS:
        row[felt_column(condition)] = float(baseline.weeks[condition].sum() / baseline.weeks["staff"].sum())
        lifted = simulate_run(scenario.with_condition_lifted(condition, task.lift), task.seed, replicate)
        row[gain_column(condition)] = float(first(lifted) - first(baseline))
    return row


def week_column(week: int) -> str:
    return f"{WEEK_PREFIX}{week}"


def felt_column(condition: str) -> str:
    return f"felt_{condition}"


def gain_column(condition: str) -> str:
    return f"gain_{condition}"


@dataclass(frozen=True)
class Task:
    """What has to be computed: the points of a design, or those of one batch of it, and how."""

    scenario: Scenario
    names: tuple[str, ...]
    unit_sample: np.ndarray
    outcomes: tuple[str, ...]
    replicates: int
    seed: int
    weeks: tuple[int, ...] = ()
    lift: float = 0.0
    placed: Mapping[str, Factor | Distribution] = field(default_factory=dict)
    """What a share of a name stands for, where it is not the plausible range of a parameter."""
    evaluate: Evaluate = evaluate_model
    """What turns a point's values into outcomes; a test puts a function with known indices here."""
    model: str = ""
    """The version of the model that must compute it; any where empty."""
    first_point: int = 0
    """The number of the first of ``unit_sample``: a worker gets only the points of its batch."""
    own: OwnOutcomes = field(default_factory=OwnOutcomes)
    """The outcomes that the experiment's file declares."""
    luck: np.ndarray | None = None
    """The number of the luck of each point; where there is none, all share one."""
    first_run: int = 0
    """The number of the first run."""
    first_replicate: int = 0
    """The number of the first replicate of each point."""
    lucks_apart: int = 0
    """How far apart the first replicates of two lucks are numbered; where 0, by the number of replicates."""
    by_school: tuple[int, ...] = ()
    """The school years of which a row a school is kept."""

    __repr__ = short_repr

    @property
    def columns(self) -> list[str]:
        """Everything that a run's row measures."""
        lifted = (
            [column(condition) for condition in BARRIERS for column in (felt_column, gain_column)]
            if self.lift > 0.0
            else []
        )
        return [*self.outcomes, *map(week_column, self.weeks), *lifted]

    @property
    def runs(self) -> int:
        return len(self.unit_sample) * self.replicates

    def batches(self, runs: range) -> list[range]:
        """Some runs cut into batches."""
        size = max(
            1,
            min(MAX_BATCH_RUNS, SCHOOL_WEEKS_IN_BATCH // max(1, self.scenario.number_of_schools * self.scenario.weeks)),
        )
        return [runs[first : first + size] for first in range(0, len(runs), size)]

    def for_batch(self, batch: range) -> Task:
        """The same task with only the points of a batch."""
        first = (batch.start - self.first_run) // self.replicates
        points = slice(first, (batch.stop - 1 - self.first_run) // self.replicates + 1)
        return replace(
            self,
            unit_sample=self.unit_sample[points],
            luck=None if self.luck is None else self.luck[points],
            first_point=self.first_point + first,
            first_run=self.first_run + first * self.replicates,
        )


def compute_batch(task: Task, batch: range, stopped: Callable[[], bool] = lambda: False) -> Rows:
    """The rows of a batch, one a run; a run that fails is a row with its error.

    Raises ``CancelledError`` as soon as it is ``stopped``, and ``InputError`` where the worker has another version of
    the model.
    """
    if task.model and task.model != model_version():
        raise InputError(
            f"a worker has another version of the model ({model_version()}; this is {task.model})",
            right="the same plnsim on every worker; what is finished is kept",
        )
    rows, schools = Rows(), []
    for number in batch:
        if stopped():
            raise CancelledError
        row, table = _compute_run(task, number)
        rows.append(row)
        if table is not None:
            run = {key: np.full(len(table), row[key]) for key in ("run", "point", "replicate")}
            schools.append(pyarrow.table({**run, **dict(zip(table.column_names, table.columns, strict=True))}))
    if schools:
        rows.schools = pyarrow.concat_tables(schools)
    return rows


def check_functions(task: Task) -> None:
    """Tries the user's functions on the first run of a task; raises ``InputError`` with their file and line."""
    if not task.own.source or task.evaluate is not evaluate_model:
        return
    values = decode({**MODEL_PARAMETERS.by_name, **task.placed}, task.names, task.unit_sample[0])
    run_counts = simulate_run(task.scenario.with_values(values), task.seed, 0)
    try:
        task.own.compute(run_counts, task.outcomes)
    except OutcomeError as error:
        raise error.problem from None


def _compute_run(task: Task, number: int) -> tuple[Row, pyarrow.Table | None]:
    """The row of a run, and the table of its schools where there is one."""
    place, replicate = divmod(number - task.first_run, task.replicates)
    replicate += task.first_replicate
    row: Row = {"run": number, "point": task.first_point + place, "replicate": replicate, "status": "done", "error": ""}
    row |= dict.fromkeys(task.columns, float("nan"))
    schools = None
    try:
        values = decode({**MODEL_PARAMETERS.by_name, **task.placed}, task.names, task.unit_sample[place])
        luck = 0 if task.luck is None else int(task.luck[place])
        measured = dict(task.evaluate(task, values, luck * (task.lucks_apart or task.replicates) + replicate))
        schools = measured.pop(SCHOOLS, None)
        row |= measured
    except MemoryError:
        raise  # it says nothing about the point: the same run may succeed later
    except OutcomeError as error:
        row |= {**error.measured, "status": "failed", "error": str(error)}
    except Exception as error:
        row |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    return row, schools
