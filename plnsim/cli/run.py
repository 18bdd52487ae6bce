"""The commands that simulate one scenario, or a record again."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import click

from plnsim.cli.terminal import FAILED, commands, given_by
from plnsim.common.errors import BadInput
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import Forecast, Patience, announce_compiling, say, show, show_table


def _changes(pairs: tuple[str, ...]) -> dict[str, object]:
    from plnsim.simulation.scenario.declared import DECLARED

    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip()):
            raise BadInput(f"--set {pair} names no {'parameter' if equals else 'value'}", place="--set", right="--set time.hours=1.2, for instance")
        with given_by(f"--set {pair}"):
            values[name.strip()] = DECLARED[name.strip()].parsed(value.strip())
    return values


def varied(name: str, changes: tuple[str, ...], years: float | None):
    """The scenario of a name or file, with ``--set`` and ``--years`` as they were given; raises ``BadInput``."""
    from plnsim.simulation.scenario import Scenario

    scenario = Scenario.of(name).with_values(_changes(changes))
    with given_by(f"--years {years:g}" if years is not None else ""):
        return scenario if years is None else scenario.lasting(years)


@commands.command()
@click.argument("scenario")
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results.")
@click.option("--replicates", type=int, metavar="NUMBER",
              help="Runs that differ in luck alone (default: 20; 3 from 50,000 teachers on, where chance evens out).")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Sets a parameter; plnsim parameters lists them. May be repeated.")
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate (default: as the scenario says).")
@click.option("--reading", type=click.Choice(["compiled", "mesa"]), default="compiled", show_default=True,
              help="Which reading of the model simulates.")
@click.option("--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for tables, figure and provenance.")
@click.option("--overwrite", is_flag=True, help="Replaces an earlier record in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object instead of text.")
def run(scenario, seed, replicates, changes, years, reading, workers, out, overwrite, as_json) -> None:
    """Simulates a scenario and says what follows from it.

    SCENARIO is the name of one that comes with plnsim (plnsim scenarios lists them) or a file that ends in .toml.
    """
    asked = varied(scenario, changes, years)
    from plnsim.common.checks import checked_replicates, checked_seed, checked_workers
    from plnsim.simulation.runs import is_large, usual_replicates
    from plnsim.simulation.runs import run as simulate

    with given_by(f"--seed {seed}"):
        checked_seed(seed)
    with given_by(f"--replicates {replicates}"):
        replicates = usual_replicates(asked) if replicates is None else checked_replicates(replicates)
    with given_by(f"--workers {workers}"):
        checked_workers(workers)
    if out:
        from plnsim.publish import record  # it needs pandas, which a run without tables does not

        record.check_folder(out, overwrite=overwrite)
    elif overwrite:
        raise BadInput("--overwrite replaces an earlier record, and there is no --out", place="--overwrite", right="--out FOLDER --overwrite")
    if reading == "compiled":
        announce_compiling()
    with Patience("simulating weeks" if is_large(asked) else "simulating") as progress:
        shown = {"by_week": Forecast(progress, _size(asked, replicates), replicates)} if is_large(asked) else {"progress": progress}
        done = simulate(asked, seed=seed, replicates=replicates, reading=reading, workers=workers, **shown)
    if out:
        record.write(done, out, command=sys.argv[1:], overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(_as_json(done), indent=2))
    else:
        _print_result(done)
    say(f"\nWritten to {out}: tables (CSV), figure (SVG, PNG), scenario, provenance. Again: plnsim replay {out}" if out else
        "\nTo keep tables, figure and provenance: the same command with --out FOLDER")


def _size(scenario, replicates: int) -> str:
    return f"{scenario.number_of_schools:,} schools, {scenario.weeks} weeks, {replicates} run{'s' if replicates > 1 else ''}"


def _as_json(done) -> dict:
    from plnsim.model.outcome import OUTCOMES
    from plnsim.output.sentences import sentences
    from plnsim.simulation.runs import summary

    def number(value):
        return value if math.isfinite(value) else None

    outcomes = {}
    for one in OUTCOMES:
        mean, low, high, defined = summary(done.values(one.name))
        outcomes[one.name] = {"mean": number(mean), "quantile_05": number(low), "quantile_95": number(high), "defined_in": defined,
                              "unit": one.unit, "meaning": one.meaning}
    return {"schema_version": 1, "scenario": done.scenario.name, "title": done.scenario.title, "seed": done.seed,
            "replicates": done.replicates, "reading": done.reading, "years": done.scenario.weeks / SCHOOL_WEEKS, "sentences": sentences(done),
            "outcomes": outcomes}


def _print_result(done) -> None:
    from plnsim.output.sentences import caveats, sentences, table
    from plnsim.output.words import quantiles_named
    from plnsim.simulation.runs import RANGE

    click.echo(click.style(done.scenario.title, bold=True))
    click.echo()
    for sentence in sentences(done):
        show(sentence)
    click.echo()
    heads = ("outcome", "mean", quantiles_named(*RANGE)) if done.replicates > 1 else ("outcome", "value", "")
    show_table([heads, *(row[:3] for row in table(done))])
    click.echo()
    for caveat in caveats(done):
        show(caveat)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def replay(folder) -> None:
    """Simulates the record in FOLDER again.

    Says whether every number is the same; exit code 1 when one is not.
    """
    from plnsim.publish import record

    provenance = record.read_provenance(folder)
    if provenance["reading"] == "compiled":
        announce_compiling()
    with Patience("simulating again") as progress:
        provenance, differ = record.replay(folder, progress)
    if not differ:
        runs = f"{provenance['replicates']} run{'s' if provenance['replicates'] > 1 else ''}"
        click.echo(f"{folder}: every number is the same ({runs}, seed {provenance['seed']}).")
        return
    click.echo(f"{folder}: not every number is the same; these tables differ: {', '.join(differ)}.")
    for library, (then, now) in record.changed_versions(provenance).items():
        click.echo(f"  {library} was {then}, is {now}")
    raise SystemExit(FAILED)
