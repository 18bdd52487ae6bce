"""What the commands share: exit codes, the option that was wrong, and the group that they belong to."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TextIO, TypeVar

import click

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError, InputWarning, quote_value, suggestion
from plnsim.common.package import __version__
from plnsim.output.terminal import echo_json, echo_note

Value = TypeVar("Value")
Checked = TypeVar("Checked")
Command = TypeVar("Command", bound=Callable[..., object])
EMPTY_OPTION = re.compile("--[a-z-]+=")
EXIT_FAILURE, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 1, 2, 130


@contextmanager
def option_context(option: str) -> Iterator[None]:
    """Names the option or argument by which bad input was given, where the message has no place of its own."""
    try:
        yield
    except InputError as problem:
        raise InputError(
            problem.wrong, place=problem.place or option, right=problem.right, excerpt=problem.excerpt
        ) from None


@contextmanager
def input_notes(notes: list[str]) -> Iterator[None]:
    """Puts down what is noted of an input while it is read, and prints it all the same."""
    show = warnings.showwarning

    def keep(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, InputWarning):
            notes.append(str(message))
        show(message, category, filename, lineno, file, line)

    with warnings.catch_warnings():
        warnings.showwarning = keep
        yield


def check_option(option: str, check: Callable[[Value], Checked], value: Value) -> Checked:
    """What a check gives for the value of an option; its ``InputError`` names both."""
    with option_context(f"{option} {value}"):
        return check(value)


seed_option = click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results."
)
threads_option = click.option(
    "--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it."
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Workers (default: one a core); the result does not depend on it.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, help="Prints one JSON object instead of text."
)
"""Eager, so that ``--list`` knows of it, wherever it stands."""
time_limit_option = click.option(
    "--time-limit",
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="No further draw begins then; the same command goes on from there.",
)
"""The option of commands that draw what nobody knows: how long they do so."""


def set_option(about: str) -> Callable[[Command], Command]:
    """The option ``--set NAME=VALUE``, which may be repeated; ``parse_changes`` reads what was given."""
    return click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help=f"{about} May be repeated.")


def list_option(show: Callable[[bool], None], about: str) -> Callable[[Command], Command]:
    """The option ``--list``, which shows a list and ends; as JSON where ``--json`` (`json_option`) stands beside it."""

    def show_and_end(context: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted:
            show(context.params["as_json"])
            context.exit()

    return click.option("--list", is_flag=True, expose_value=False, callback=show_and_end, help=about)


def executor_options(command: Command) -> Command:
    """Adds ``--executor`` and ``--scheduler``, which hand runs to Dask."""
    of_scheduler = click.option(
        "--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler that runs already."
    )(command)
    return click.option(
        "--executor",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help="Threads here, or Dask.",
    )(of_scheduler)


def docx_option(command: Command) -> Command:
    """Adds ``--docx``, which also writes a page as a Word file."""
    return click.option("--docx", is_flag=True, help="Also writes the page as a Word file (report.docx), to edit it.")(
        command
    )


def check_docx(docx: bool, out: Path | None) -> None:
    """Raises ``InputError`` where a Word file is asked for that cannot be written."""
    if not docx:
        return
    if out is None:
        raise InputError(
            "--docx writes a Word file beside the page, and there is no --out",
            place="--docx",
            right="--out FOLDER --docx",
        )
    from plnsim.publish.report.word import check_installed

    check_installed()


def print_titles(kind: str, files: Mapping[str, Path], *, as_json: bool) -> None:
    """Prints the names and titles of files that come with plnsim."""
    import tomllib

    titles = {name: tomllib.loads(path.read_text(encoding="utf-8")).get("title", "") for name, path in files.items()}
    if as_json:
        return echo_json({kind: [{"name": name, "title": title} for name, title in titles.items()]})
    width = max(map(len, titles))
    for name, title in titles.items():
        click.echo(f"{name:<{width}}  {title}")
    return None


class CommandGroup(click.Group):
    """The commands; an unknown one is bad input, and the nearest known one is suggested, and so is an empty word, which
    would stand for the folder that one is in.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise InputError(f"there is no command {quote_value(args[0])}", right=suggestion(args[0], self.commands))
        for before, word in pairwise(args):
            if word and not EMPTY_OPTION.fullmatch(word):
                continue
            option = word[:-1] or (before if before.startswith("--") else "")
            raise InputError(
                f"what stands behind {option} is empty" if option else "an argument is empty",
                place=option or command_line(*args),
                right=f"plnsim {args[0]} --help",
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.version_option(__version__)
@click.pass_context
def commands(context: click.Context) -> None:
    """Simulates how a practice learnt in professional learning networks spreads through teachers, schools and
    networks.
    """
    if context.invoked_subcommand is None:
        echo_note(context.get_help())
        raise SystemExit(EXIT_BAD_INPUT)
