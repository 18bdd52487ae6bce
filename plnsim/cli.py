"""The command line: one door to the library, without any model in it.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 the run failed, 2 bad input, 130
interrupted. Heavy libraries are imported in the commands that need them.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import click

from plnsim.errors import BadInput, suggestion, told
from plnsim.optimisation.command import optimise
from plnsim.readiness.command import readiness

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
PATIENCE = 1.0
"""Seconds after which a command shows its progress."""


WIDTH = 96


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


def show(text: str, first: str = "", further: str = "") -> None:
    """Prints a paragraph of results; a number stays on one line with its %."""
    wrapped = click.wrap_text(text.replace(" %", "\u00a0%"), width=WIDTH, initial_indent=first, subsequent_indent=further)
    click.echo(wrapped.replace("\u00a0", " "))


@contextmanager
def given_by(option: str):
    """Names the option or argument by which bad input was given, where the message has no place of its own."""
    try:
        yield
    except BadInput as problem:
        raise BadInput(problem.wrong, place=problem.place or option, right=problem.right, excerpt=problem.excerpt) from None


class Commands(click.Group):
    """The commands; an unknown one is bad input, and the nearest known one is suggested."""

    def resolve_command(self, ctx, args):
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise BadInput(f"there is no command {told(args[0])}", right=suggestion(args[0], self.commands))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
             invoke_without_command=True, subcommand_metavar="COMMAND [ARGS]...")
@click.version_option(package_name="plnsim")
@click.pass_context
def commands(context) -> None:
    """Simulates how a practice learnt in professional learning networks spreads through teachers, schools and networks."""
    if context.invoked_subcommand is None:
        say(context.get_help())
        raise SystemExit(BAD_INPUT)


def _changes(pairs: tuple[str, ...]) -> dict[str, object]:
    from plnsim.scenario.declared import DECLARED

    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip()):
            raise BadInput(f"--set {pair} names no {'parameter' if equals else 'value'}", place="--set", right="--set time.hours=1.2, for instance")
        with given_by(f"--set {pair}"):
            values[name.strip()] = DECLARED[name.strip()].parsed(value.strip())
    return values


def _scenario(name: str, changes: tuple[str, ...], years: float | None):
    from plnsim.scenario import Scenario

    scenario = Scenario.of(name).with_values(_changes(changes))
    with given_by(f"--years {years:g}" if years is not None else ""):
        return scenario if years is None else scenario.lasting(years)


@commands.command()
@click.argument("scenario")
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results.")
@click.option("--replicates", default=20, show_default=True, metavar="NUMBER", help="Runs that differ in luck alone.")
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
    asked = _scenario(scenario, changes, years)
    from plnsim import record
    from plnsim.runs import checked_replicates, checked_seed, checked_workers
    from plnsim.runs import run as simulate

    with given_by(f"--seed {seed}"):
        checked_seed(seed)
    with given_by(f"--replicates {replicates}"):
        checked_replicates(replicates)
    with given_by(f"--workers {workers}"):
        checked_workers(workers)
    if out:
        record.check_folder(out, overwrite=overwrite)
    elif overwrite:
        raise BadInput("--overwrite replaces an earlier record, and there is no --out", place="--overwrite", right="--out FOLDER --overwrite")
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
    say(f"\nWritten to {out}: tables (CSV), figure (SVG, PNG), scenario, provenance. Again: plnsim replay {out}" if out else
        "\nTo keep tables, figure and provenance: the same command with --out FOLDER")


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
    from plnsim.report.words import quantiles_named
    from plnsim.runs import RANGE

    click.echo(click.style(done.scenario.title, bold=True))
    click.echo()
    for sentence in sentences(done):
        show(sentence)
    click.echo()
    rows = table(done)
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    head = ("mean", quantiles_named(*RANGE)) if done.replicates > 1 else ("value", "")
    click.echo(click.style(f"  {'outcome':<{widths[0]}}  {head[0]:>{widths[1]}}  {head[1]}".rstrip(), dim=True))
    for name, middle, runs, _ in rows:
        click.echo(f"  {name:<{widths[0]}}  {middle:>{widths[1]}}  {runs}".rstrip())
    click.echo()
    for caveat in caveats(done):
        show(caveat)


@commands.command()
@click.argument("name", required=False)
def scenarios(name) -> None:
    """Lists the scenarios, or tells what one of them is.

    NAME is one of those that come with plnsim, or a file that ends in .toml.
    """
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
    click.echo(click.style(scenario.title, bold=True))
    if scenario.purpose:
        click.echo()
        show(scenario.purpose)
    if scenario.known or scenario.assumed or scenario.special:
        click.echo()
    for heading, lines in (("Known", scenario.known), ("Assumed", scenario.assumed), ("Special", scenario.special)):
        for place, line in enumerate(lines):
            show(line, f"{heading if place == 0 else '':<9}", " " * 9)
    if scenario.files:
        click.echo("\nPopulation from files")
        for kind, path in scenario.files.items():
            click.echo(f"  {kind}: {path}")
    if scenario.changed:
        click.echo("\nDiffers from the defaults in")
        for dotted, value in scenario.changed.items():
            click.echo(f"  {dotted} = {DECLARED[dotted].shown(value)}  (default {DECLARED[dotted].shown(DECLARED[dotted].default)})")
    if scenario.calendar:
        click.echo("\nCalendar")
    for entry in scenario.calendar:
        values = ", ".join(f"{dotted} = {DECLARED[dotted].shown(value)}" for dotted, value in entry.values)
        what = "; ".join(filter(None, (entry.event, values, entry.note)))
        when = f"week {entry.week}" if not values else f"weeks {entry.week} to {entry.until - 1}" if entry.until else f"from week {entry.week}"
        show(f"{when}: {what}", "  ", "    ")
    if scenario.sources:
        click.echo("\nSources")
        for source in scenario.sources:
            show(SOURCES[source].reference if source in SOURCES else source, "  ", "    ")


@commands.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object.")
def parameters(names, as_json) -> None:
    """Lists parameters: default, range, unit, meaning, source.

    NAMES choose sections (time) or single parameters (time.hours); without any, all are listed. The range is the plausible one.
    """
    from plnsim.scenario.declared import DECLARED
    from plnsim.scenario.listing import described

    for name in names:
        if name in DECLARED or name in DECLARED.sections:
            continue
        raise BadInput(f"there is no section or parameter {told(name)}", right=suggestion(name, [*DECLARED.sections, *DECLARED.by_name]))
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
        show(one.meaning, " " * 6, " " * 6)


@commands.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(files) -> None:
    """Checks scenario FILES; simulates nothing.

    Says what each would run, or names every problem with its line and column.
    """
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
    """Writes a commented scenario FILE to begin with.

    Every parameter stands in it with its default, unit, range and source.
    """
    from plnsim.scenario.writing import commented_template

    if file.suffix != ".toml":
        right = f"plnsim init {file / 'scenario.toml' if os.path.isdir(file) else file.with_suffix('.toml')}"
        raise BadInput(f"a scenario file ends in .toml, got {file}", place=str(file), right=right)
    if os.path.lexists(file) and not force:
        raise BadInput(f"{file} is there already and was not touched", place=str(file), right="another name, or --force")
    try:
        file.write_text(commented_template(), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}", place=str(file),
                       right="a folder that exists and that you may write to") from None
    say(f"Written: {file}. Next: plnsim validate {file}, plnsim run {file}")


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def replay(folder) -> None:
    """Simulates the record in FOLDER again.

    Says whether every number is the same; exit code 1 when one is not.
    """
    from plnsim import record

    provenance = record.read_provenance(folder)
    if provenance["reading"] == "compiled":
        _announce_compiling()
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


commands.add_command(readiness)
commands.add_command(optimise)


def _colours() -> bool | None:
    """Whether to style what is printed: not with NO_COLOR or a dumb terminal; otherwise click asks whether it is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _usage(problem: click.ClickException) -> BadInput:
    """A wrong use of a command, told as all bad input is."""
    wrong, near = problem.format_message().rstrip("."), ""
    if found := re.search(r"\.? \(?Did you mean (.*?)\?\)?$", wrong):
        wrong, near = wrong[:found.start()], f"did you mean {found[1]}?"
    command = " ".join(["plnsim", *(one for one in sys.argv[1:2] if one in commands.commands)])
    return BadInput(re.sub(r"^[A-Z](?=[a-z ])", lambda first: first[0].lower(), wrong), right=near or f"{command} --help")


def main() -> None:
    """Runs a command; turns bad input into one message and exit code 2, a fault of ours into a saved trace and 1."""
    try:
        commands(prog_name="plnsim", standalone_mode=False, color=_colours())
    except BadInput as problem:
        say(f"error: {problem}")
        raise SystemExit(BAD_INPUT) from None
    except click.ClickException as problem:
        say(f"error: {_usage(problem)}")
        raise SystemExit(BAD_INPUT) from None
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        raise SystemExit(INTERRUPTED) from None
    except MemoryError:
        say("error: the memory of this machine is used up\n   = help: fewer schools, replicates or workers")
        raise SystemExit(FAILED) from None
    except Exception:
        with tempfile.NamedTemporaryFile("w", prefix="plnsim-", suffix=".txt", delete=False) as trace:
            trace.write(f"plnsim {' '.join(sys.argv[1:])}\n\n")
            traceback.print_exc(file=trace)
        say(f"error: the run failed, and that is a fault of plnsim\n   = help: please report it with {trace.name}")
        raise SystemExit(FAILED) from None


if __name__ == "__main__":
    main()
