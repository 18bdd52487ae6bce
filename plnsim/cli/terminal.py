"""What the commands share: exit codes, the option that was wrong, and the group that they belong to."""

from __future__ import annotations

from contextlib import contextmanager

import click

from plnsim.common.errors import BadInput, suggestion, told
from plnsim.output.terminal import say

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


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
