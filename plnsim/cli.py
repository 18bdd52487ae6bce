"""The command line: one door to the library, without any model in it.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 the run failed, 2 bad input, 130
interrupted. Heavy libraries are imported in the commands that need them.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
import traceback
from pathlib import Path

import click

from plnsim.errors import BadInput, suggestion

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
PATIENCE = 1.0
"""Seconds after which a command shows its progress."""


def say(text: str = "") -> None:
    click.echo(text, err=True)


class Patience:
    """Shows progress on a terminal once a command takes longer than a second, and nothing anywhere else."""

    def __init__(self, what: str):
        self.what, self.began, self.shown = what, time.monotonic(), None

    def __call__(self, done: int, of: int) -> None:
        if not sys.stderr.isatty() or (self.shown is None and time.monotonic() - self.began < PATIENCE):
            return
        if self.shown is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self.shown = Progress(TextColumn(self.what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                                  console=Console(stderr=True), transient=True)
            self.task = self.shown.add_task(self.what, total=of)
            self.shown.start()
        self.shown.update(self.task, completed=done)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.shown is not None:
            self.shown.stop()


def _announce_compiling() -> None:
    from plnsim.engine.compile_cache import is_warm

    if not is_warm():
        say("compiling the model for this machine: once, well under a minute ...")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="plnsim")
def commands() -> None:
    """Simulates how a practice learnt in professional learning networks spreads through teachers, schools and networks."""


def _changes(pairs: tuple[str, ...]) -> dict[str, object]:
    from plnsim.scenario.declared import DECLARED

    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f"--set {pair} has no value", place="--set", right="--set name=value, as in --set time.hours=1.2")
        try:
            values[name.strip()] = DECLARED[name.strip()].parsed(value.strip())
        except BadInput as problem:
            raise BadInput(problem.wrong, place=f"--set {pair}", right=problem.right) from None
    return values


def _scenario(name: str, changes: tuple[str, ...], years: float | None):
    from plnsim.scenario import Scenario

    scenario = Scenario.of(name).with_values(_changes(changes))
    return scenario if years is None else scenario.lasting(years)


@commands.command()
@click.argument("scenario")
@click.option("--seed", default=1, show_default=True, help="Seed of all chance; equal seeds give equal results.")
@click.option("--replicates", default=20, show_default=True, help="Runs that differ in luck alone.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Sets a parameter; plnsim parameters lists them. May be repeated.")
@click.option("--years", type=float, help="Years to simulate (default: as the scenario says).")
@click.option("--reading", type=click.Choice(["compiled", "mesa"]), default="compiled", show_default=True, help="Which reading of the model simulates.")
@click.option("--workers", type=click.IntRange(1), help="Threads (default: one a core); the result does not depend on it.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for tables, figure and provenance.")
@click.option("--overwrite", is_flag=True, help="Replaces an earlier record in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object instead of text.")
def run(scenario, seed, replicates, changes, years, reading, workers, out, overwrite, as_json) -> None:
    """Simulates SCENARIO: the name of a shipped one (see plnsim scenarios) or a file that ends in .toml."""
    asked = _scenario(scenario, changes, years)
    from plnsim import record
    from plnsim.runs import checked_replicates, checked_seed
    from plnsim.runs import run as simulate

    checked_seed(seed)
    checked_replicates(replicates)
    if out:
        record.check_folder(out, overwrite=overwrite)
    if reading == "compiled":
        _announce_compiling()
    with Patience("simulating") as progress:
        done = simulate(asked, seed=seed, replicates=replicates, reading=reading, workers=workers, progress=progress)
    if out:
        record.write(done, out, command=sys.argv[1:], overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(_as_json(done), indent=2))
    else:
        _print_result(done)
    _say_next(done, out)


def _as_json(done) -> dict:
    from plnsim.outcome import OUTCOMES
    from plnsim.report.plain import sentences
    from plnsim.runs import summary

    def number(value):
        return value if math.isfinite(value) else None

    outcomes = {}
    for one in OUTCOMES:
        mean, low, high, defined = summary(done.values(one.name))
        outcomes[one.name] = {"mean": number(mean), "quantile_05": number(low), "quantile_95": number(high), "defined_in": defined,
                              "unit": one.unit, "meaning": one.meaning}
    return {"schema_version": 1, "scenario": done.scenario.name, "title": done.scenario.title, "seed": done.seed,
            "replicates": done.replicates, "reading": done.reading, "years": done.scenario.weeks / 39, "sentences": sentences(done),
            "outcomes": outcomes}


def _print_result(done) -> None:
    from plnsim.report.plain import caveats, sentences, table

    click.echo(click.style(done.scenario.title, bold=True))
    click.echo()
    for sentence in sentences(done):
        click.echo(click.wrap_text(sentence, width=96))
    click.echo()
    rows = table(done)
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    spread = "90 % of runs" if done.replicates > 1 else ""
    click.echo(click.style(f"  {'outcome':<{widths[0]}}  {'mean':>{widths[1]}}  {spread}", dim=True))
    for name, middle, runs, _ in rows:
        click.echo(f"  {name:<{widths[0]}}  {middle:>{widths[1]}}  {runs}".rstrip())
    click.echo()
    for caveat in caveats(done):
        click.echo(click.wrap_text(caveat, width=96))


def _say_next(done, out) -> None:
    if out:
        say(f"\nWritten to {out}: tables (CSV), spread.svg, provenance. Again: plnsim replay {out}")
    else:
        say(f"\nTo keep tables, figure and provenance: plnsim run {done.scenario.name} --out FOLDER")


@commands.command()
@click.argument("name", required=False)
def scenarios(name) -> None:
    """Lists the scenarios that come with plnsim, or tells what one of them is."""
    from plnsim.scenario.listing import titles

    if name is None:
        found = titles()
        width = max(map(len, found))
        for each, title in found.items():
            click.echo(f"{each:<{width}}  {title}")
        return
    from plnsim.scenario import Scenario
    from plnsim.scenario.declared import DECLARED
    from plnsim.sources import SOURCES

    scenario = Scenario.of(name)
    click.echo(click.style(scenario.title, bold=True) + f"\n\n{click.wrap_text(scenario.purpose, width=96)}\n")
    for heading, lines in (("Known", scenario.known), ("Assumed", scenario.assumed)):
        for place, line in enumerate(lines):
            click.echo(click.wrap_text(line, width=96, initial_indent=f"{heading if place == 0 else '':<9}", subsequent_indent=" " * 9))
    if scenario.changed:
        click.echo("\nDiffers from the defaults in")
        for dotted, value in scenario.changed.items():
            click.echo(f"  {dotted} = {DECLARED[dotted].shown(value)}  (default {DECLARED[dotted].shown(DECLARED[dotted].default)})")
    for entry in scenario.calendar:
        what = entry.event or ", ".join(f"{dotted} = {value}" for dotted, value in entry.values)
        click.echo(f"  from week {entry.week}: {what}{'; ' + entry.note if entry.note else ''}")
    if scenario.sources:
        click.echo("\nSources")
        for source in scenario.sources:
            text = SOURCES[source].reference if source in SOURCES else source
            click.echo(click.wrap_text(text, width=96, initial_indent="  ", subsequent_indent="    "))


@commands.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object.")
def parameters(names, as_json) -> None:
    """Lists every parameter with default, plausible range, unit, meaning and source; NAMES choose sections or parameters."""
    from plnsim.scenario.declared import DECLARED
    from plnsim.scenario.listing import described

    for name in names:
        if name in DECLARED or name in DECLARED.sections:
            continue
        raise BadInput(f"there is no section or parameter {name}", right=suggestion(name, [*DECLARED.sections, *DECLARED.by_name]))
    chosen = [one for one in DECLARED if not names or one.dotted in names or one.section in names]
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "parameters": [described(one) for one in chosen]}, indent=2))
        return
    section = None
    for one in chosen:
        if one.section != section:
            section = one.section
            click.echo(("" if one is chosen[0] else "\n") + click.style(section, bold=True))
        about = described(one)
        click.echo(f"  {one.dotted} = {one.shown(one.default)}  {about['range']}  [{about['source']}]")
        click.echo(click.wrap_text(one.meaning, width=96, initial_indent="      ", subsequent_indent="      "))


@commands.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(files) -> None:
    """Checks scenario FILES and says what they would run; simulates nothing."""
    from plnsim.scenario import Scenario

    wrong = 0
    for file in files:
        try:
            scenario = Scenario.of(file)
        except BadInput as problem:
            wrong += 1
            say(f"error: {problem}\n")
            continue
        click.echo(f"{file}: good. {scenario.title}: {scenario.number_of_schools} schools, {scenario.weeks / 39:g} years of 39 weeks"
                   + (f", support for {scenario.support_ends / 39:g}." if scenario.support_ends < scenario.weeks else ", supported throughout."))
    if wrong:
        raise SystemExit(BAD_INPUT)


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replaces a file that is there already.")
def init(file, force) -> None:
    """Writes a commented scenario FILE to begin with: every parameter with its default, unit, range and source."""
    from plnsim.scenario.writing import commented_template

    if file.suffix != ".toml":
        raise BadInput(f"a scenario file ends in .toml, got {file}", place=str(file), right=f"plnsim init {file.with_suffix('.toml')}")
    if file.exists() and not force:
        raise BadInput(f"{file} is there already and was not touched", place=str(file), right="another name, or --force")
    try:
        file.write_text(commented_template(), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}", place=str(file), right="a folder that exists and that you may write to") from None
    say(f"Written: {file}. Next: plnsim validate {file}, plnsim run {file}")


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def replay(folder) -> None:
    """Simulates the record in FOLDER again and says whether every number is the same."""
    from plnsim import record

    provenance = record.read_provenance(folder)
    if provenance["reading"] == "compiled":
        _announce_compiling()
    with Patience("simulating again") as progress:
        provenance, differ = record.replay(folder, progress)
    if not differ:
        click.echo(f"{folder}: every number is the same ({provenance['replicates']} runs, seed {provenance['seed']}).")
        return
    click.echo(f"{folder}: not every number is the same; these tables differ: {', '.join(differ)}.")
    from importlib.metadata import version

    for library, then in provenance["versions"].items():
        if library != "python" and version(library) != then:
            click.echo(f"  {library} was {then}, is {version(library)}")
    raise SystemExit(FAILED)


def main() -> None:
    """Runs a command; turns bad input into one message and exit code 2, a fault of ours into a saved trace and 1."""
    try:
        commands(prog_name="plnsim", standalone_mode=False)
    except BadInput as problem:
        say(f"error: {problem}")
        raise SystemExit(BAD_INPUT) from None
    except click.ClickException as problem:
        problem.show()
        raise SystemExit(BAD_INPUT) from None
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        raise SystemExit(INTERRUPTED) from None
    except MemoryError:
        say("error: the memory of this machine is used up\n   = help: fewer schools, replicates or workers")
        raise SystemExit(FAILED) from None
    except Exception:
        with tempfile.NamedTemporaryFile("w", prefix="plnsim-", suffix=".txt", delete=False) as trace:
            traceback.print_exc(file=trace)
        say(f"error: the run failed, and that is a fault of plnsim\n   = help: please report it with {trace.name}")
        raise SystemExit(FAILED) from None


if __name__ == "__main__":
    main()
