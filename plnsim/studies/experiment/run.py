"""Running an experiment: every variant in a store of its own below one folder, then analysed into tidy tables."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path

import pandas

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.common.files import atomic_write, content_hash
from plnsim.common.names import check_name
from plnsim.common.package import find_file, shipped_files
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.save import to_toml
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.design import HYPERCUBES, Design, check_growth
from plnsim.studies.experiment.execute import Progress, execute
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.luck import luck_numbers
from plnsim.studies.experiment.manifest import ExperimentManifest, Settings
from plnsim.studies.experiment.sensitivity import Analysis, analyze
from plnsim.studies.experiment.sequential import Step, deadline_of, grow, in_order, until
from plnsim.studies.experiment.store import (
    ASKED,
    MANIFEST,
    Store,
    check_results_folder,
    read_manifest,
)
from plnsim.studies.experiment.task import Evaluate, Task, check_functions, evaluate_model

MANY_RUNS = 1_000_000
"""Runs above which it is said how many there are, before they begin."""


def manifest_of(experiment: Experiment, scenario: Scenario) -> ExperimentManifest:
    """What an experiment on one variant is: enough to tell it from any other, and to run it again."""
    settings: Settings = {
        "scenario": to_toml(scenario),
        "method": experiment.method,
        "names": experiment.names,
        "groups": experiment.groups,
        "second_order": experiment.second_order,
        "outcomes": experiment.outcomes,
        "replicates": experiment.replicates,
        "seed": experiment.seed,
        "luck": experiment.luck,
        "every_weeks": experiment.every_weeks,
        "lift": experiment.lift,
        "factors": {name: factor.levels for name, factor in experiment.factors.items()},
    }
    if experiment.half_width is not None:
        settings["grows"] = True
    if experiment.by_school:
        settings["by_school"] = experiment.by_school
    if experiment.distributions:
        settings["distributions"] = {name: each.table for name, each in experiment.distributions.items()}
    if experiment.correlations:
        settings["correlations"] = [[*pair, rank] for pair, rank in experiment.correlations.items()]
    if used := {name: text for name, text in experiment.own.formulas.items() if name in experiment.outcomes}:
        settings["formulas"] = used
    if experiment.own.source:
        settings["functions"] = {"names": list(experiment.own.functions), "file": content_hash(experiment.own.source)}
    if experiment.half_width is not None or not _nests(experiment.method):
        settings["size"] = experiment.initial_size or experiment.size
    manifest: ExperimentManifest = {
        "experiment": content_hash(settings),
        "model": model_version(),
        "name": experiment.name,
        "variant": scenario.name,
        "asked": settings,
    }
    if functions := experiment.own.functions:
        manifest["functions"] = {name: {"unit": one.unit, "meaning": one.meaning} for name, one in functions.items()}
    if experiment.texts:
        size = [] if experiment.method == "factorial" else ["--size", experiment.size]
        manifest["again"] = command_line("experiment", f"{ASKED}/{experiment.name}.toml", *size)
    return manifest


def _keep_text(path: Path, text: str) -> None:
    """Writes a file that asked for an experiment beside its stores."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    atomic_write(path, lambda file: file.write(content))


def _nests(method: str) -> bool:
    """Whether a larger design begins with the rows of a smaller one, so that its store can be continued."""
    return method == "sobol"


def run_experiment(
    experiment: Experiment | str | PathLike[str],
    folder: str | PathLike[str] | None = None,
    *,
    size: int | None = None,
    share: tuple[int, int] = (1, 1),
    time_limit: float | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    concurrency: Callable[[], int] | None = None,
    progress: Callable[[str, Task, Design], Progress | None] = lambda *_: None,
    note: Callable[[str], None] = lambda text: None,
    evaluate: Evaluate = evaluate_model,
) -> dict[str, Analysis]:
    """Runs what is missing of an experiment and analyses it.

    The same call goes on where an interrupted one stopped.

    Parameters
    ----------
    experiment : Experiment, str or path-like
        An experiment, the name of a shipped one, or the path of a file.
    folder : str or path-like, optional
        Where the results go, by default ``experiment-results/NAME``: for each variant its store and the tables of its
        analysis as CSV.
    size : int, optional
        Size of the design, instead of the experiment's own. A larger Sobol design goes on from a smaller one in the
        folder; so does a Latin hypercube of twice (four times, ...) the size that the store was begun with.
    share : tuple of int, default (1, 1)
        Which share of the runs this job computes: (2, 5) is the second of five. A job with a share analyses nothing.
    time_limit : float, optional
        Seconds after which a design that grows (``half_width``) grows no further; its first step is finished anyway.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    executor : concurrent.futures.Executor, optional
        Computes batches of runs instead of threads.
    concurrency : callable, optional
        Gives the number of batches that the executor takes at a time.
    progress : callable, optional
        Called for each variant with its name, task and design; gives what is called after each batch with the runs
        done, the runs in all, and the new rows.
    note : callable, optional
        Called with a sentence for each damaged part of a store that was computed again.
    evaluate : callable, optional
        Takes the place of the model: turns a task, the values of a point by dotted name, and a replicate into outcomes.

    Returns
    -------
    dict of str to Analysis
        The analysis of each variant; empty for a job with a share.

    Raises
    ------
    InputError
        Where the experiment is wrong, or its folder holds something else.

    Notes
    -----
    Designs and indices are SALib's, but for factorial designs. Points that are compared with each other share their
    random numbers, others do not (``Experiment.luck``); so intervals hold luck.

    Examples
    --------
    >>> from plnsim import Experiment, run_experiment
    >>> experiment = Experiment(
    ...     "example", ("baseline",), "sobol", ("time.hours", "leadership.vision"), size=32, years=2, resamples=100,
    ...     values={"population.schools": 6},
    ... )
    >>> analysis = run_experiment(experiment)["baseline"]
    >>> analysis.first_and_total("deep_use")[["factor", "first", "total"]].round(2)
                  factor  first  total
    0         time.hours   0.85   0.95
    1  leadership.vision   0.43   0.08
    >>> analysis.verdict.partition(":")[0]
    'not yet converged'
    """
    experiment = experiment_of(experiment)
    experiment = experiment if size is None else replace(experiment, size=size)
    place = results_folder(experiment) if folder is None else Path(folder)
    analyses = {}
    variants = experiment.variants()
    check_results_folder(place, variants)
    grows = experiment.half_width is not None
    if (grows and share[1] > 1) or (time_limit is not None and not grows):
        raise InputError(
            "a design that grows cannot be shared out" if grows else "only a design that grows has a time limit",
            place=experiment.name,
            right="no --share" if grows else "half_width = 0.05 in the file of the experiment",
        )
    experiment = experiment if grows else _grown(experiment, [place / name for name in variants])
    deadline = deadline_of(time_limit)
    begun = len(experiment.design().unit_sample)
    for name, scenario in variants.items():

        def compute(step: Step, name: str = name, scenario: Scenario = scenario) -> Analysis | None:
            design = _design_of(experiment, step.points // begun)
            task = _task_of(experiment, scenario, design, step, evaluate)
            if not step.first_run:
                check_functions(task)
            manifest = {**manifest_of(experiment, scenario), "runs": step.runs}
            store = Store.open(place / name, manifest, pandas.DataFrame(design.unit_sample, columns=list(design.names)))
            for file, text in experiment.texts.items():
                _keep_text(place / ASKED / file, text)
            if step.runs > MANY_RUNS:
                note(f"{name}: {step.runs:,} runs. Once interrupted, the same command goes on from there.")
            shown = progress(name, task, design)
            execute(
                step.part_of(task) if grows else task,
                store,
                share=share,
                workers=workers,
                executor=executor,
                concurrency=concurrency,
                progress=until(deadline, shown) if step.first_run else shown,
            )
            for sentence in store.damage_notes():
                note(sentence)
            return _analyze(experiment, design, task, store, step) if share[1] == 1 else None

        step = Step(begun, experiment.replicates)
        analysis = compute(step)
        if analysis is not None:
            analyses[name] = grow(experiment, step, analysis, compute, deadline) if grows else analysis
    return analyses


def _design_of(experiment: Experiment, times: int) -> Design:
    """The design of an experiment, perhaps so many times as large as it begins."""
    if times == 1:
        return experiment.design()
    begun = experiment.size if experiment.method in HYPERCUBES else None
    return replace(experiment, size=times * experiment.size, initial_size=begun).design()


def _task_of(experiment: Experiment, scenario: Scenario, design: Design, step: Step, evaluate: Evaluate) -> Task:
    """What has to be computed on one variant, whether or not it is done already."""
    return Task(
        scenario,
        design.names,
        design.unit_sample,
        experiment.outcomes,
        step.replicates,
        experiment.seed,
        _weeks(experiment, scenario),
        experiment.lift,
        {**experiment.factors, **experiment.distributions},
        evaluate,
        model_version(),
        own=experiment.own,
        luck=luck_numbers(design),
        by_school=experiment.by_school,
    )


def _grown(experiment: Experiment, folders: list[Path]) -> Experiment:
    """The experiment as it goes on from a smaller Latin hypercube in one of the folders of its stores, if there is."""
    if experiment.method not in HYPERCUBES or experiment.initial_size:
        return experiment
    for folder in folders:
        if (folder / MANIFEST).exists():
            asked = read_manifest(folder)["asked"]
            begun = asked.get("size") if isinstance(asked, dict) else None
            if isinstance(begun, int) and 0 < begun < experiment.size:
                try:
                    check_growth(begun, experiment.size)
                except InputError as problem:
                    raise InputError(problem.wrong, place=str(folder), right=problem.right) from None
                return replace(experiment, initial_size=begun)
    return experiment


def _analyze(experiment: Experiment, design: Design, task: Task, store: Store, step: Step) -> Analysis:
    """The analysis of a finished store, whose tables are written into it."""
    runs = in_order(store.read(), step)
    analysis = analyze(
        design,
        runs,
        task.columns,
        quantiles=experiment.own.quantiles,
        resamples=experiment.resamples,
        seed=experiment.seed,
        grows=experiment.half_width is not None,
    )
    failed = runs[runs["status"] == "failed"]
    if len(failed):
        analysis.excluded["failed runs"] = (
            f"{len(failed)} of {len(runs)}; the first (run {failed['run'].iloc[0]}): {failed['error'].iloc[0]}"
        )
    for name, table in analysis.tables.items():
        atomic_write(store.folder / f"{name}.csv", partial(table.to_csv, index=False))
    return analysis


def _weeks(experiment: Experiment, scenario: Scenario) -> tuple[int, ...]:
    if not experiment.every_weeks:
        return ()
    return tuple(range(SCHOOL_WEEKS - 1, scenario.weeks, experiment.every_weeks))


FOLDER = "experiments"


def shipped_experiments() -> dict[str, Path]:
    """The experiment files that come with plnsim, by name; in a checkout they lie beside the package."""
    return shipped_files(FOLDER)


def results_folder(experiment: Experiment) -> Path:
    """Where the results of an experiment go when no folder is named."""
    return Path("experiment-results") / check_name(experiment.name, "the experiment")


def experiment_of(experiment: Experiment | str | PathLike[str]) -> Experiment:
    """An experiment as it is, by the name of a shipped one, or from a file; raises ``InputError``."""
    if isinstance(experiment, Experiment):
        return experiment
    return Experiment.read(find_file(experiment, "experiment", FOLDER))
