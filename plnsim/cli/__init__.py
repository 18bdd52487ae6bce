"""The command line: one door to the library, without any model in it.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 the run failed, 2 bad input, 130
interrupted. Heavy libraries are imported in the commands that need them.
"""

from __future__ import annotations

import os
import re
import sys

import click

from plnsim.cli.barriers import barriers
from plnsim.cli.calibrate import calibrate
from plnsim.cli.compare import compare, report
from plnsim.cli.discover import discover
from plnsim.cli.experiment import compact, experiment, experiments
from plnsim.cli.explorable import explorable
from plnsim.cli.export import export
from plnsim.cli.guide import guide
from plnsim.cli.headline import headline
from plnsim.cli.odd import odd
from plnsim.cli.optimise import optimise
from plnsim.cli.readiness import readiness
from plnsim.cli.run import replay, run
from plnsim.cli.scenarios import init, parameters, scenarios, validate
from plnsim.cli.serve import serve
from plnsim.cli.terminal import EXIT_BAD_INPUT, EXIT_FAILURE, EXIT_INTERRUPTED, commands
from plnsim.cli.validate_model import validate_model
from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.output.terminal import echo_note

commands.add_command(experiment)
commands.add_command(experiments)
commands.add_command(compact)
commands.add_command(readiness)
commands.add_command(optimise)
commands.add_command(headline)
commands.add_command(serve)
commands.add_command(explorable)
commands.add_command(calibrate)
commands.add_command(guide)


def _colours() -> bool | None:
    """Whether to style what is printed: not with NO_COLOR or a dumb terminal; otherwise click asks whether it is a
    terminal.
    """
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _usage_error(problem: click.ClickException) -> InputError:
    """A wrong use of a command, told as all bad input is."""
    wrong, near = problem.format_message().rstrip("."), ""
    if hint := re.search(r"\.? \(?Did you mean (.*?)\?\)?$", wrong):
        wrong, near = wrong[: hint.start()], f"did you mean {hint[1]}?"
    command = " ".join(["plnsim", *(word for word in sys.argv[1:2] if word in commands.commands)])
    return InputError(
        re.sub(r"^[A-Z](?=[a-z ])", lambda first: first[0].lower(), wrong), right=near or f"{command} --help"
    )


def main() -> None:
    """Runs a command; turns bad input into one message and exit code 2, a fault of ours into a saved trace and 1."""
    try:
        commands(prog_name="plnsim", standalone_mode=False, color=_colours())
    except InputError as problem:
        echo_note(f"error: {problem}")
        raise SystemExit(EXIT_BAD_INPUT) from None
    except click.ClickException as problem:
        echo_note(f"error: {_usage_error(problem)}")
        raise SystemExit(EXIT_BAD_INPUT) from None
    except (click.Abort, KeyboardInterrupt):
        echo_note("interrupted")
        raise SystemExit(EXIT_INTERRUPTED) from None
    except MemoryError:
        echo_note("error: the memory of this machine is used up\n   = help: fewer schools, replicates or workers")
        raise SystemExit(EXIT_FAILURE) from None
    except Exception:
        import tempfile
        import traceback

        with tempfile.NamedTemporaryFile("w", prefix="plnsim-", suffix=".txt", delete=False) as trace:
            trace.write(f"{command_line(*sys.argv[1:])}\n\n")
            traceback.print_exc(file=trace)
        echo_note(
            f"error: the run failed, and that is a fault of plnsim\n   = help: please report it with {trace.name}"
        )
        raise SystemExit(EXIT_FAILURE) from None


__all__ = [
    "barriers",
    "commands",
    "compare",
    "discover",
    "export",
    "init",
    "main",
    "odd",
    "parameters",
    "replay",
    "report",
    "run",
    "scenarios",
    "validate",
    "validate_model",
]
