"""The commands that list scenarios and parameters, and that write and check scenario files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from plnsim.cli.terminal import BAD_INPUT, commands
from plnsim.common.errors import BadInput, suggestion, told
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import say, show


@commands.command()
@click.argument("name", required=False)
def scenarios(name) -> None:
    """Lists the scenarios, or tells what one of them is.

    NAME is one of those that come with plnsim, or a file that ends in .toml.
    """
    from plnsim.simulation.scenario.listing import titles

    if name is None:
        found = titles()
        width = max(map(len, found))
        for each, title in found.items():
            click.echo(f"{each:<{width}}  {title}")
        return
    from plnsim.common.sources import SOURCES
    from plnsim.simulation.scenario import Scenario
    from plnsim.simulation.scenario.declared import DECLARED

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
    from plnsim.simulation.scenario.declared import DECLARED
    from plnsim.simulation.scenario.listing import described

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
    from plnsim.simulation.scenario import Scenario

    wrong = 0
    for file in files:
        try:
            scenario = Scenario.of(file)
        except BadInput as problem:
            wrong += 1
            say(f"error: {problem}\n")
            continue
        years, supported = scenario.weeks / SCHOOL_WEEKS, scenario.support_ends / SCHOOL_WEEKS
        lasting = f"support for {supported:g}" if supported < years else "supported throughout"
        click.echo(f"{file}: good. {scenario.title}: {scenario.number_of_schools} schools, {years:g} years of {SCHOOL_WEEKS} weeks, {lasting}.")
    if wrong:
        raise SystemExit(BAD_INPUT)


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replaces a file that is there already.")
def init(file, force) -> None:
    """Writes a commented scenario FILE to begin with.

    Every parameter stands in it with its default, unit, range and source.
    """
    from plnsim.simulation.scenario.save import commented_template

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
