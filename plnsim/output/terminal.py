"""What all commands say on a terminal: paragraphs of results, notes on standard error, and progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import click

from plnsim.model.world.school_year import SCHOOL_WEEKS

PATIENCE = 1.0
"""Seconds after which a command shows its progress."""
WIDTH = 96


def say(text: str = "") -> None:
    """Prints a note on standard error."""
    click.echo(text, err=True)


def show(text: str, first: str = "", further: str = "") -> None:
    """Prints a paragraph of results; a number stays on one line with its %."""
    wrapped = click.wrap_text(text.replace(" %", "\u00a0%"), width=WIDTH, initial_indent=first, subsequent_indent=further)
    click.echo(wrapped.replace("\u00a0", " "))


def show_table(rows: Sequence[Sequence[str]], flush_left: int = 1) -> None:
    """Prints rows of texts as columns, the first row as their heads; so many columns stand flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = (f"{cell:{'<' if place < flush_left else '>'}{width}}" for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        click.echo(click.style(f"  {'  '.join(cells)}".rstrip(), dim=number == 0))


def announce_compiling() -> None:
    """Says that the model has to be compiled first, where that is so."""
    from plnsim.simulation.engine.compile_cache import is_warm

    if not is_warm():
        say("compiling the model for this machine: once, well under a minute ...")


class Patience:
    """Shows progress on a terminal once a command takes longer than a second, and nothing anywhere else."""

    def __init__(self, what: str):
        self.what, self.began, self.shown = what, time.monotonic(), None

    def __call__(self, done: int, of: int, note: str = "") -> None:
        """Shows what is done of all that there is to do; ``note`` stands at the end of the line."""
        if not sys.stderr.isatty() or (self.shown is None and time.monotonic() - self.began < PATIENCE):
            return
        if self.shown is None:
            self._begin(of)
        self.shown.update(self.task, completed=done, note=note)

    def _begin(self, of: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn(self.what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[note]}")
        self.shown = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.shown.add_task(self.what, total=of, note="")
        self.shown.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.shown is not None:
            self.shown.stop()


class Forecast:
    """Passes progress in weeks on, and says once, after the first school year, how long a long command will take.

    The first call, with nothing done, tells that the first world stands: building one is counted once for each run.
    """

    def __init__(self, passed_on: Callable[[int, int], None], what: str, runs: int):
        self.passed_on, self.what, self.runs = passed_on, what, runs
        self.began, self.built, self.told = time.monotonic(), None, False

    def __call__(self, done: int, of: int) -> None:
        spent = time.monotonic() - self.began
        if self.built is None:
            self.built = spent
        elif not self.told and done >= SCHOOL_WEEKS:
            self.told = True
            whole = self.built * self.runs + (spent - self.built) / done * of
            say(f"{self.what}: about {lasting(whole - spent)} more, at the pace of the first year")
        self.passed_on(done, of)


def lasting(seconds: float) -> str:
    """A stretch of time in whole seconds or minutes, for a person to read."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes"
