"""The commands that simulate one scenario, or a record again."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import (
    EXIT_FAILURE,
    check_docx,
    check_option,
    commands,
    docx_option,
    json_option,
    option_context,
    seed_option,
    set_option,
    threads_option,
    time_limit_option,
)
from plnsim.common.command_line import command_line
from plnsim.common.deprecated import ENGINE_OF_READING, renaming_note
from plnsim.common.errors import LONGEST_QUOTE, InputError, printable
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import (
    EtaNotice,
    ProgressBar,
    announce_compiling,
    echo_json,
    echo_note,
    echo_paragraph,
    echo_table,
)

if TYPE_CHECKING:
    from plnsim.common.parameter import Value
    from plnsim.simulation.runs import RunResult
    from plnsim.simulation.scenario import Scenario
    from plnsim.studies.uncertainty import Draws


def _shown(pair: str) -> str:
    """An option as it was given, on one line and short."""
    return printable(pair if len(pair) <= LONGEST_QUOTE else f"{pair[:LONGEST_QUOTE]}...")


def parse_changes(pairs: tuple[str, ...]) -> dict[str, Value]:
    """The values of parameters, by name, from what was given behind ``--set``; raises ``InputError``."""
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
    from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS, current_name

    values: dict[str, Value] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip()):
            raise InputError(
                f"--set {_shown(pair)} names no {'parameter' if equals else 'value'}",
                place="--set",
                right="--set time.hours=1.2, for instance",
            )
        with option_context(f"--set {_shown(pair)}"):
            known: str | None = name.strip()
            if known in OLD_PARAMETERS:
                known = current_name(known)
            if known is not None:
                values[known] = MODEL_PARAMETERS[known].parse(value.strip())
    return values


def scenario_words(name: str, changes: tuple[str, ...], years: float | None) -> list[object]:
    """The words of a command by which it gets the same scenario as ``scenario_from_options``."""
    from plnsim.simulation.scenario import shipped_scenarios

    options = [word for change in changes for word in ("--set", change)]
    return [
        name if name in shipped_scenarios() else Path(name),
        *options,
        *(["--years", repr(years)] if years is not None else []),
    ]


def scenario_from_options(name: str, changes: tuple[str, ...], years: float | None) -> Scenario:
    """The scenario of a name or file, with ``--set`` and ``--years`` as they were given; raises ``InputError``."""
    from plnsim.simulation.scenario import Scenario

    scenario = Scenario.of(name).with_values(parse_changes(changes))
    with option_context(f"--years {years:g}" if years is not None else ""):
        return scenario if years is None else scenario.with_years(years)


@commands.command()
@click.argument("scenario")
@seed_option
@click.option(
    "--replicates",
    type=int,
    metavar="NUMBER",
    help="Runs that differ in luck alone (default: 20; 3 from 50,000 teachers on, where chance evens out).",
)
@set_option("Sets a parameter; plnsim parameters lists them.")
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate (default: as the scenario says).")
@click.option(
    "--uncertainty",
    default=0,
    metavar="DRAWS",
    help="Draws of all that nobody knows, run once with and once without the programme (40 say much; default: none).",
)
@time_limit_option
@click.option(
    "--engine",
    type=click.Choice(["numba", "mesa"]),
    default="numba",
    show_default=True,
    help="The engine that simulates.",
)
@click.option("--reading", type=click.Choice(list(ENGINE_OF_READING)), hidden=True)
@threads_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for page, pictures, tables and provenance."
)
@docx_option
@click.option("--overwrite", is_flag=True, help="Replaces an earlier record in that folder.")
@json_option
def run(
    scenario: str,
    seed: int,
    replicates: int | None,
    changes: tuple[str, ...],
    years: float | None,
    uncertainty: int,
    time_limit: float,
    engine: str,
    reading: str | None,
    workers: int | None,
    out: Path | None,
    docx: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Simulates a scenario and says what follows from it.

    SCENARIO is the name of one that comes with plnsim (plnsim scenarios lists them) or a file that ends in .toml.
    """
    if reading is not None:
        engine = ENGINE_OF_READING[reading]
        echo_note(renaming_note("--reading", f"--engine {engine}"))
    asked = scenario_from_options(scenario, changes, years)
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
    from plnsim.simulation.runs import default_replicates, is_large
    from plnsim.simulation.runs import run as simulate

    check_option("--seed", validate_seed, seed)
    replicates = check_option(
        "--replicates", validate_replicates, default_replicates(asked) if replicates is None else replicates
    )
    check_option("--workers", validate_workers, workers)
    if uncertainty:
        from plnsim.studies.uncertainty.draws import validate_points, validate_time_limit

        check_option("--uncertainty", validate_points, uncertainty)
        check_option("--time-limit", validate_time_limit, time_limit)
    check_docx(docx, out)
    if out:
        from plnsim.publish import record  # it needs pandas, which a run without tables does not

        record.check_folder(out, overwrite=overwrite)
    elif overwrite:
        raise InputError(
            "--overwrite replaces an earlier record, and there is no --out",
            place="--overwrite",
            right="--out FOLDER --overwrite",
        )
    if engine == "numba":
        announce_compiling()
    with ProgressBar("simulating weeks" if is_large(asked) else "simulating") as progress:
        callbacks = (
            {"by_week": EtaNotice(progress, _size(asked, replicates), replicates)}
            if is_large(asked)
            else {"progress": progress}
        )
        done = simulate(asked, seed=seed, replicates=replicates, engine=engine, workers=workers, **callbacks)
    draws = _draws(done, uncertainty, time_limit, workers) if uncertainty else None
    if out:
        record.write(done, out, command=sys.argv[1:], overwrite=overwrite, draws=draws, docx=docx)
    barriers = command_line("barriers", *scenario_words(scenario, changes, years))
    if as_json:
        echo_json(_as_json(done, barriers, draws))
    else:
        _print_result(done, barriers, draws)
    echo_note(
        f"\nWritten to {out}: page (report.html), pictures (SVG, PNG), tables (CSV), scenario, provenance. "
        f"Again: {command_line('replay', out)}"
        if out
        else "\nTo keep page, tables and provenance: the same command with --out FOLDER"
    )


def _size(scenario: Scenario, replicates: int) -> str:
    runs = f"{replicates} run{'s' if replicates > 1 else ''}"
    return f"{scenario.number_of_schools:,} schools, {scenario.weeks} weeks, {runs}"


def _draws(done: RunResult, points: int, time_limit: float, workers: int | None) -> Draws:
    """The draws of all that is not known of the scenario."""
    from plnsim.studies.uncertainty import runs_of, simulate_draws

    completed, runs = 0, runs_of([done.scenario], points)

    def step() -> None:
        nonlocal completed
        completed += 1
        progress(completed, runs)

    with ProgressBar("drawing what nobody knows") as progress:
        return simulate_draws(
            [done.scenario],
            points=points,
            seed=done.seed,
            engine=done.engine,
            workers=workers,
            time_limit=time_limit,
            step=step,
        )


def _as_json(done: RunResult, barriers: str, draws: Draws | None) -> dict[str, object]:
    from plnsim.common.quantities import months_of_progress
    from plnsim.model.outcome import OUTCOMES
    from plnsim.output.costs import cost_json, prices_json
    from plnsim.output.sentences import sentences
    from plnsim.simulation.runs import intervals

    effect = intervals(done.values("pupil_effect"))["mean"]
    outcomes = {}
    for outcome in OUTCOMES:
        described = intervals(done.values(outcome.name), outcome.unit)
        outcomes[outcome.name] = {**described, "unit": outcome.unit, "meaning": outcome.meaning}
    return {
        "scenario": done.scenario.name,
        "title": done.scenario.title,
        "seed": done.seed,
        "replicates": done.replicates,
        "engine": done.engine,
        "years": done.scenario.weeks / SCHOOL_WEEKS,
        "sentences": [*sentences(done, barriers), *_sentences_of(done, draws)],
        "cost": cost_json(done.cost),
        "bill": done.bill,
        "prices": prices_json(done.scenario.values),
        "months_of_progress": months_of_progress(effect) if math.isfinite(effect) else None,
        "outcomes": outcomes,
        **_over_draws(done, draws),
    }


def _over_draws(done: RunResult, draws: Draws | None) -> dict[str, object]:
    """What the draws add to the result as JSON."""
    if draws is None:
        return {}
    from plnsim.model.outcome import OUTCOMES
    from plnsim.simulation.runs import intervals
    from plnsim.studies.uncertainty import text
    from plnsim.studies.uncertainty.verdict import against_no_programme, least_that_matters

    over = {
        outcome.name: intervals(draws.values(done.scenario.name, outcome.name), outcome.unit) for outcome in OUTCOMES
    }
    against_none = against_no_programme(done, draws, least_that_matters(done))
    return {"uncertainty": text.as_json(draws), "outcomes_over_draws": over, "verdicts": [against_none]}


def _sentences_of(done: RunResult, draws: Draws | None) -> list[str]:
    """What the draws say, and what they have in common with other commands."""
    if draws is None:
        return []
    from plnsim.studies.uncertainty import text

    return [*text.luck_and_parameters(done, draws), text.agreement(draws)]


def _print_result(done: RunResult, barriers: str, draws: Draws | None) -> None:
    from plnsim.output.sentences import caveats, heads, sentences, table

    click.echo(click.style(done.scenario.title, bold=True))
    click.echo()
    for sentence in (*sentences(done, barriers), *_sentences_of(done, draws)):
        echo_paragraph(sentence, command=barriers)
    click.echo()
    echo_table([row[:4] for row in (heads(done), *table(done))])
    click.echo()
    for caveat in caveats(done):
        echo_paragraph(caveat)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def replay(folder: Path) -> None:
    """Simulates the record in FOLDER again.

    Says whether every number is the same; exit code 1 when one is not.
    """
    from plnsim.cli.again import command_instead
    from plnsim.publish import record

    try:
        provenance = record.read_provenance(folder)
    except InputError as problem:
        raise command_instead(folder, problem) from None
    if provenance["engine"] == "numba":
        announce_compiling()
    with ProgressBar("simulating again") as progress:
        provenance, differ = record.replay(folder, progress)
    if not differ:
        runs = f"{provenance['replicates']} run{'s' if provenance['replicates'] > 1 else ''}"
        click.echo(f"{folder}: every number is the same ({runs}, seed {provenance['seed']}).")
        return
    click.echo(f"{folder}: not every number is the same; these tables differ: {', '.join(differ)}.")
    for library, (then, now) in record.changed_versions(provenance).items():
        click.echo(f"  {library} was {then}, is {now}")
    raise SystemExit(EXIT_FAILURE)
