"""Commands as the tests call them: in this process, from a shell, and on a terminal."""

import io
import os
import pty
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from plnsim import cli

HANGS_AFTER_SECONDS = 600
"""A command that has not ended by then hangs; on a cold machine every worker's first one compiles the model, all at
once.
"""


class Result(NamedTuple):
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def invoke(*words) -> Result:
    """Runs the command with these words in this process, as ``plnsim`` does on a command line."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with patch.object(sys, "argv", ["plnsim", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    return Result(code, out.getvalue(), err.getvalue())


def invoke_in_shell(*words, **more) -> Result:
    """Runs the installed command in a process of its own."""
    command = Path(sys.executable).with_name("plnsim")
    done = subprocess.run(
        [command, *map(str, words)], capture_output=True, text=True, timeout=HANGS_AFTER_SECONDS, check=False, **more
    )
    return Result(done.returncode, done.stdout, done.stderr)


def read_terminal(terminal: int) -> str:
    """Everything that is printed to a terminal until its last writer has closed it; it is closed then."""
    printed = b""
    try:
        while part := os.read(terminal, 65536):
            printed += part
    except OSError:  # so a terminal says that nobody writes to it any more
        pass
    os.close(terminal)
    return printed.decode()


def invoke_on_terminal(*words, **environment) -> str:
    """What the installed command prints on a terminal."""
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [Path(sys.executable).with_name("plnsim"), *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    printed = read_terminal(ours)
    command.wait(timeout=60)
    return printed


class Terminal(io.StringIO):
    """What a command writes to, and takes for a terminal."""

    def isatty(self):
        return True
