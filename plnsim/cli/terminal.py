"""What all commands share: what goes to standard output and to standard error, patience, and the group that they belong to."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

import click

from plnsim.errors import BadInput, suggestion, told

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


def announce_compiling() -> None:
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
