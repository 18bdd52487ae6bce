"""The commands that list scenarios and parameters, and that write and check scenario files."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plnsim.cli.run import parse_changes
from plnsim.cli.terminal import EXIT_BAD_INPUT, commands, input_notes, json_option, set_option
from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.files import write_user_file
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import at_a_terminal, echo_json, echo_note, echo_paragraph

if TYPE_CHECKING:
    from plnsim.common.parameter import Value
    from plnsim.simulation.scenario import Scenario


@commands.command()
@click.argument("name", required=False)
@json_option
def scenarios(name: str | None, as_json: bool) -> None:
    """Lists the scenarios, or tells what one of them is.

    NAME is one of those that come with plnsim, or a file that ends in .toml.
    """
    from plnsim.simulation.scenario.listing import titles

    if name is None:
        known = titles()
        if as_json:
            echo_json({"scenarios": [{"name": each, "title": title} for each, title in known.items()]})
            return
        width = max(map(len, known))
        for each, title in known.items():
            click.echo(f"{each:<{width}}  {title}")
        return
    from plnsim.common.sources import SOURCES
    from plnsim.simulation.scenario import Scenario
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

    scenario = Scenario.of(name)
    if as_json:
        echo_json(_as_json(scenario))
        return
    click.echo(click.style(scenario.title, bold=True))
    if scenario.purpose:
        click.echo()
        echo_paragraph(scenario.purpose)
    told = {
        "Known": scenario.known,
        "Assumed": scenario.assumed,
        "Special": scenario.special,
        "Omitted": scenario.omitted,
    }
    if any(told.values()):
        click.echo()
    for heading, lines in told.items():
        for place, line in enumerate(lines):
            echo_paragraph(line, f"{heading if place == 0 else '':<9}", " " * 9)
    if scenario.files:
        click.echo("\nPopulation from files")
        for kind, path in scenario.files.items():
            click.echo(f"  {kind}: {path}")
    if scenario.changed:
        click.echo("\nDiffers from the defaults in")
        for qualified_name, value in scenario.changed.items():
            parameter = MODEL_PARAMETERS[qualified_name]
            default = parameter.format(parameter.default)
            click.echo(f"  {qualified_name} = {parameter.format(value)}  (default {default})")
    if scenario.calendar:
        click.echo("\nCalendar")
    for entry in scenario.calendar:
        values = ", ".join(
            f"{qualified_name} = {MODEL_PARAMETERS[qualified_name].format(value)}"
            for qualified_name, value in entry.values
        )
        what = "; ".join(filter(None, (entry.event, values, entry.note)))
        when = (
            f"week {entry.week}"
            if not values
            else f"weeks {entry.week} to {entry.until - 1}"
            if entry.until
            else f"from week {entry.week}"
        )
        echo_paragraph(f"{when}: {what}", "  ", "    ")
    if scenario.sources:
        click.echo("\nSources")
        for source in scenario.sources:
            echo_paragraph(SOURCES[source].reference if source in SOURCES else source, "  ", "    ")


def _as_json(scenario: Scenario) -> dict[str, object]:
    from plnsim.common.sources import SOURCES
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

    return {
        "name": scenario.name,
        "title": scenario.title,
        "purpose": scenario.purpose,
        "known": scenario.known,
        "assumed": scenario.assumed,
        "special": scenario.special,
        "omitted": scenario.omitted,
        **_extent(scenario),
        "files": {kind: str(path) for kind, path in scenario.files.items()},
        "changed": {
            name: {"value": value, "default": MODEL_PARAMETERS[name].default}
            for name, value in scenario.changed.items()
        },
        "calendar": [
            {
                "week": entry.week,
                "until": entry.until,
                "event": entry.event,
                "values": dict(entry.values),
                "note": entry.note,
            }
            for entry in scenario.calendar
        ],
        "sources": [
            {"key": source, "reference": SOURCES[source].reference if source in SOURCES else source}
            for source in scenario.sources
        ],
    }


def _extent(scenario: Scenario) -> dict[str, object]:
    return {
        "schools": scenario.number_of_schools,
        "years": scenario.weeks / SCHOOL_WEEKS,
        "support_years": min(scenario.support_ends, scenario.weeks) / SCHOOL_WEEKS,
    }


@commands.command()
@click.argument("names", nargs=-1)
@json_option
def parameters(names: tuple[str, ...], as_json: bool) -> None:
    """Lists parameters: default, range, unit, meaning, source.

    NAMES choose sections (time) or single parameters (time.hours); without any, all are listed. The range is the
    plausible one.
    """
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
    from plnsim.simulation.scenario.listing import describe

    for name in names:
        if name in MODEL_PARAMETERS or name in MODEL_PARAMETERS.sections:
            continue
        raise InputError(
            f"there is no section or parameter {quote_value(name)}",
            right=suggestion(name, [*MODEL_PARAMETERS.sections, *MODEL_PARAMETERS.by_name]),
        )
    chosen = [
        parameter
        for parameter in MODEL_PARAMETERS
        if not names or parameter.qualified_name in names or parameter.section in names
    ]
    if as_json:
        echo_json({"parameters": [describe(parameter) for parameter in chosen]})
        return
    section = None
    for parameter in chosen:
        if parameter.section != section:
            section = parameter.section
            click.echo(("" if parameter is chosen[0] else "\n") + click.style(section, bold=True))
        about, default = describe(parameter), parameter.format(parameter.default)
        click.echo(f"  {parameter.qualified_name} = {default}  {about['range']}  [{about['source']}]")
        echo_paragraph(parameter.meaning, " " * 6, " " * 6)


@commands.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def validate(files: tuple[Path, ...], as_json: bool) -> None:
    """Checks scenario FILES; simulates nothing.

    Says what each would run, or names every problem with its line and column.
    """
    from plnsim.simulation.scenario import Scenario

    wrong = 0
    told: list[dict[str, object]] = []
    for file in files:
        notes: list[str] = []
        try:
            with input_notes(notes):
                scenario = Scenario.of(file)
        except InputError as problem:
            wrong += 1
            error = {name: getattr(problem, name) for name in ("wrong", "place", "right", "excerpt")}
            told.append({"file": str(file), "valid": False, "scenario": None, "error": error, "notes": notes})
            if not as_json:
                echo_note(f"error: {problem}\n")
            continue
        told.append(
            {
                "file": str(file),
                "valid": True,
                "scenario": {"title": scenario.title, **_extent(scenario)},
                "error": None,
                "notes": notes,
            }
        )
        if as_json:
            continue
        years, supported = scenario.weeks / SCHOOL_WEEKS, scenario.support_ends / SCHOOL_WEEKS
        support_text = f"support for {supported:g}" if supported < years else "supported throughout"
        click.echo(
            f"{file}: good. {scenario.title}: {scenario.number_of_schools} schools, "
            f"{years:g} years of {SCHOOL_WEEKS} weeks, {support_text}."
        )
    if as_json:
        echo_json({"files": told})
    if wrong:
        raise SystemExit(EXIT_BAD_INPUT)


def _ask() -> tuple[str, dict[str, Value]]:
    """The title, and those answers that are not the defaults, asked for one by one."""
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
    from plnsim.simulation.scenario.save import FIRST_ANSWERS

    echo_note(f"{len(FIRST_ANSWERS) + 1} questions; Enter keeps what stands in brackets.")
    title = click.prompt("What is the programme called?", default="My programme", err=True)
    answers: dict[str, Value] = {}
    for name, words in FIRST_ANSWERS.items():
        parameter = MODEL_PARAMETERS[name]
        answer: Value = click.prompt(
            words.capitalize(), default=parameter.format(parameter.default), value_proc=partial(_answer, name), err=True
        )
        if answer != parameter.default:
            answers[name] = answer
    return title, answers


def _answer(name: str, text: str) -> Any:
    """The answer to a question about a parameter; what is wrong with it is told, and it is asked for again."""
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

    try:
        return MODEL_PARAMETERS[name].parse(text)
    except InputError as problem:
        raise click.UsageError(f"{problem.wrong}; {problem.right}") from None


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="What the programme is called.")
@set_option("An answer given beforehand.")
@click.option("--all", "everything", is_flag=True, help="Writes every parameter, as comments.")
@click.option("--force", is_flag=True, help="Replaces a file that is there already.")
def init(file: Path, title: str | None, changes: tuple[str, ...], everything: bool, force: bool) -> None:
    """Writes a scenario FILE to begin with.

    It holds the lines that describe a programme. On a terminal it asks for them; Enter keeps what is shown.
    """
    from plnsim.simulation.scenario import Scenario
    from plnsim.simulation.scenario.save import commented_template, short_template

    if file.suffix != ".toml":
        right = command_line("init", file / "scenario.toml" if os.path.isdir(file) else file.with_suffix(".toml"))
        raise InputError(f"a scenario file ends in .toml, got {file}", place=str(file), right=right)
    if everything and (title or changes):
        raise InputError("--all writes the defaults, and takes no answers", place="--all", right="--all alone")
    answers = parse_changes(changes)
    if file.exists() and not force:
        text = ""  # refused below: nobody is asked in vain
    elif everything:
        text = commented_template()
    else:
        if at_a_terminal() and not (title or changes):
            title, answers = _ask()
        text = short_template(title or "My programme", answers)
        Scenario.from_text(text, os.fspath(file))
    write_user_file(file, text, overwrite=force, instead="another name, or --force")
    echo_note(f"Written: {file}. Next: {command_line('validate', file)}, then: {command_line('run', file)}")
