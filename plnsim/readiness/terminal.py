"""Progress and notes on standard error, for commands that take a while."""

from __future__ import annotations

import sys
import time

import click

PATIENCE = 1.0
"""Seconds after which a command shows its progress."""


def say(text: str = "") -> None:
    click.echo(text, err=True)


def announce_compiling() -> None:
    """Says that the model has to be compiled first, where that is so."""
    from plnsim.engine.compile_cache import is_warm

    if not is_warm():
        say("compiling the model for this machine: once, well under a minute ...")


class Progress:
    """Shows a bar on a terminal once a command takes longer than a second, and nothing anywhere else."""

    def __init__(self, what: str):
        self.what, self.began, self.bar, self.shown = what, time.monotonic(), None, 0

    def __call__(self, done: int, of: int) -> None:
        if not sys.stderr.isatty() or (self.bar is None and time.monotonic() - self.began < PATIENCE):
            return
        if self.bar is None:
            self.bar = click.progressbar(length=of, label=self.what, file=sys.stderr)
            self.bar.__enter__()
        self.bar.update(done - self.shown)
        self.shown = done

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.bar is not None:
            self.bar.__exit__(*problem)
