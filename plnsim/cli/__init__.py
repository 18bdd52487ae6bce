"""The command line: one door to the library, without any model in it.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 the run failed, 2 bad input, 130
interrupted. Heavy libraries are imported in the commands that need them.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import os
import re
import sys
import warnings
from typing import TextIO

import click

from plnsim.cli.ablations import ablations
from plnsim.cli.barriers import barriers
from plnsim.cli.calibrate import calibrate
from plnsim.cli.compare import compare, report
from plnsim.cli.discover import discover
from plnsim.cli.experiment import compact, experiment, experiments
from plnsim.cli.explorable import explorable
from plnsim.cli.export import export
from plnsim.cli.guide import guide
from plnsim.cli.headline import headline
from plnsim.cli.import_files import import_files
from plnsim.cli.odd import odd
from plnsim.cli.optimise import optimise
from plnsim.cli.readiness import readiness
from plnsim.cli.run import replay, run
from plnsim.cli.scenarios import init, parameters, scenarios, validate
from plnsim.cli.serve import serve
from plnsim.cli.story import story
from plnsim.cli.terminal import EXIT_BAD_INPUT, EXIT_FAILURE, EXIT_INTERRUPTED, commands
from plnsim.cli.trial import trial
from plnsim.cli.validate_model import validate_model
from plnsim.common.command_line import command_line
from plnsim.common.deprecated import OldParameterWarning
from plnsim.common.errors import InputError, InputWarning
from plnsim.common.quantities import without_commas
from plnsim.output.terminal import echo_note

commands.add_command(experiment)
commands.add_command(experiments)
commands.add_command(compact)
commands.add_command(readiness)
commands.add_command(optimise)
commands.add_command(headline)
commands.add_command(serve)
commands.add_command(explorable)
commands.add_command(story)
commands.add_command(calibrate)
commands.add_command(trial)
commands.add_command(guide)
commands.add_command(import_files)

_PYTHONS_SHOWWARNING = warnings.showwarning
OUTPUT_FAILED = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EPIPE, errno.EBADF)
LONGEST_USAGE = 300
"""How much of a wrong use of a command is quoted."""
OBJECTS_BETWEEN_COLLECTIONS = 300_000
"""New objects after which Python looks for those that only refer to each other; its own 700 are for programs that load
less than NumPy and Numba, whose hundred thousands of objects it would look through again and again.
"""


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
    given = re.search(r"'([^']*)' is not a valid (?:float|integer)", wrong)
    if number := without_commas(given[1]) if given else "":
        near = f"{number} without commas?"
    command = " ".join(["plnsim", *(word for word in sys.argv[1:2] if word in commands.commands)])
    wrong = wrong if len(wrong) <= LONGEST_USAGE else f"{wrong[:LONGEST_USAGE]}..."
    return InputError(
        re.sub(r"^[A-Z](?=[a-z ])", lambda first: first[0].lower(), wrong), right=near or f"{command} --help"
    )


def main() -> None:
    """Runs a command; turns bad input into one message and exit code 2, a fault of ours into a saved trace and 1."""
    _open_closed_streams()
    _begin_and_end_quickly()
    warnings.showwarning = _show_warning
    try:
        commands(prog_name="plnsim", standalone_mode=False, color=_colours())
    except InputError as problem:
        _note_failure(f"error: {problem}")
        raise SystemExit(EXIT_BAD_INPUT) from None
    except click.ClickException as problem:
        _note_failure(f"error: {_usage_error(problem)}")
        raise SystemExit(EXIT_BAD_INPUT) from None
    except (click.Abort, KeyboardInterrupt):
        _note_failure("interrupted")
        raise SystemExit(EXIT_INTERRUPTED) from None
    except MemoryError:
        _note_failure("error: the memory of this machine is used up\n   = help: fewer schools, replicates or workers")
        raise SystemExit(EXIT_FAILURE) from None
    except OSError as error:
        if error.errno not in OUTPUT_FAILED:
            _report_fault()
        else:
            _give_up_output()
            _note_failure(
                f"error: the results cannot be written: {error.strerror}\n   = help: room on the disk, or another place"
            )
        raise SystemExit(EXIT_FAILURE) from None
    except Exception:
        _report_fault()
        raise SystemExit(EXIT_FAILURE) from None


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Prints what a user is to know of an input as a note, and other warnings as Python does."""
    if issubclass(category, OldParameterWarning | InputWarning):
        echo_note(f"note: {message}")
    else:
        _PYTHONS_SHOWWARNING(message, category, filename, lineno, file, line)


def _begin_and_end_quickly() -> None:
    """Spares a command what takes longer than a small run (docs/speed.md): looking for garbage while libraries load and
    at the end, and the threads of OpenBLAS, which keep a core busy before they first sleep.
    """
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # 2 to the power of it, in cycles; read when NumPy is loaded
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)


def _open_closed_streams() -> None:
    """Gives a standard stream that was closed a place that forgets, so that no file takes its number."""
    for handle, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(handle)
        except OSError:
            nowhere = open(os.devnull, "w" if handle else "r", encoding="utf-8")  # noqa: SIM115  # open to the end
            setattr(sys, name, nowhere)


def _give_up_output() -> None:
    """Lets standard output forget what it could not write, or Python fails once more at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _note_failure(text: str) -> None:
    """A note that is lost where standard error is full as well."""
    with contextlib.suppress(OSError):
        echo_note(text)


def _report_fault() -> None:
    """Saves the trace of an error that no input should cause, and says where; on a full disk it is printed."""
    import tempfile
    import traceback

    trace = f"{command_line(*sys.argv[1:])}\n\n{traceback.format_exc()}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="plnsim-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(trace)
        where = file.name
    except OSError:
        _note_failure(trace)
        where = "the lines above"
    _note_failure(f"error: the run failed, and that is a fault of plnsim\n   = help: please report it with {where}")


__all__ = [
    "ablations",
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
