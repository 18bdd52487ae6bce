"""What all commands say on a terminal: paragraphs of results, notes on standard error, and progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

import click

from plnsim.model.school_year import SCHOOL_WEEKS

if TYPE_CHECKING:
    from rich.progress import Progress

PROGRESS_DELAY = 1.0
"""Seconds after which a command shows its progress."""
WIDTH = 96
STAND_IN = "\ue000"
"""A letter that no text has: of it is a word made that cannot be broken."""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; a closed one is none."""
    return stream is not None and stream.isatty()


def at_a_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def echo_note(text: str = "") -> None:
    """Prints a note on standard error."""
    click.echo(text, err=True)


def echo_json(content: Mapping[str, object]) -> None:
    """Prints a result as one JSON object with the version of its shape; what is no finite number is null."""
    from plnsim.output.json_schemas import SCHEMA_VERSION
    from plnsim.output.json_text import json_text

    click.echo(json_text({"schema_version": SCHEMA_VERSION, **content}))


def echo_paragraph(text: str, first: str = "", further: str = "", command: str = "") -> None:
    """Prints a paragraph of results; a number stays on one line with its %, and so does a command in it."""
    stand_in = STAND_IN * min(len(command), WIDTH - len(further))
    text = text.replace(command, stand_in) if command else text
    wrapped = click.wrap_text(
        text.replace(" %", "\u00a0%"), width=WIDTH, initial_indent=first, subsequent_indent=further
    )
    wrapped = wrapped.replace("\u00a0", " ")
    click.echo(wrapped.replace(stand_in, command) if command else wrapped)


def echo_table(rows: Sequence[Sequence[str]], flush_left: int = 1) -> None:
    """Prints rows of texts as columns, the first row as their heads; so many columns stand flush left, the others
    flush right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = (
            f"{cell:{'<' if place < flush_left else '>'}{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo(click.style(f"  {'  '.join(cells)}".rstrip(), dim=number == 0))


def announce_compiling() -> None:
    """Says that the model has to be compiled first, where that is so."""
    from plnsim.simulation.engine.compile_cache import cache_folder, can_keep, is_warm

    if is_warm():
        return
    if can_keep(cache_folder()):
        echo_note("compiling the model for this machine: once, well under a minute ...")
    else:
        echo_note(
            f"compiling the model, well under a minute; it cannot be kept in {cache_folder().parent}, so the next "
            "command compiles again (PLNSIM_CACHE names another folder) ..."
        )


class ProgressBar:
    """Shows progress on a terminal once a command takes longer than a second, and nothing anywhere else."""

    def __init__(self, what: str) -> None:
        self.what, self.began = what, time.monotonic()
        self.display: Progress | None = None

    def __call__(self, done: int, of: int, note: str = "") -> None:
        """Shows what is done of all that there is to do; ``note`` stands at the end of the line."""
        if not is_terminal(sys.stderr) or (self.display is None and time.monotonic() - self.began < PROGRESS_DELAY):
            return
        if self.display is None:
            self.display = self._begin(of)
        self.display.update(self.task, completed=done, note=note)

    def _begin(self, of: int) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn(self.what),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        display = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = display.add_task(self.what, total=of, note="")
        display.start()
        return display

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.display is not None:
            self.display.stop()


class EtaNotice:
    """Passes progress in weeks on, and says once, after the first school year, how long a long command will take.

    The first call, with nothing done, tells that the first world stands: building one is counted once for each run.
    """

    def __init__(self, callback: Callable[[int, int], None], what: str, runs: int) -> None:
        self.callback, self.what, self.runs = callback, what, runs
        self.began, self.announced = time.monotonic(), False
        self.build_seconds: float | None = None

    def __call__(self, done: int, of: int) -> None:
        spent = time.monotonic() - self.began
        if self.build_seconds is None:
            self.build_seconds = spent
        elif not self.announced and done >= SCHOOL_WEEKS:
            self.announced = True
            whole = self.build_seconds * self.runs + (spent - self.build_seconds) / done * of
            echo_note(f"{self.what}: about {format_duration(whole - spent)} more, at the pace of the first year")
        self.callback(done, of)


def format_duration(seconds: float) -> str:
    """A stretch of time in whole seconds or minutes, for a person to read."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes"
