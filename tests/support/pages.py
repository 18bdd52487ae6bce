"""Pages of Markdown as the tests read them: their blocks of code, and the commands of plnsim in them."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click
from markdown_it import MarkdownIt

from plnsim import cli
from plnsim.common.package import PACKAGE, shipped
from tests.support.commands import invoke

GUIDE = shipped("docs")
TOP = PACKAGE.parent
SAVED = re.compile(r"[Ss]ave this as `([^`]+)`")
OF_PLNSIM = re.compile(r"plnsim [a-z]")
SKIPPED_COMMANDS = ("python -m venv ", ". plnsim-env/", "python -m pip install ", "plnsim serve", "plnsim guide")
"""Lines that a test of a page does not run: they install, serve until they are ended, or build the site that has tests
of its own.
"""


class Block(NamedTuple):
    """A block of code: its language, its text, and the file that the paragraph before says to save it as."""

    language: str
    text: str
    saved_as: str


def blocks(page: Path) -> list[Block]:
    """The blocks of code of a page, in their order."""
    fences, output = [], ""
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type == "inline":
            output = token.content
        elif token.type == "fence":
            name = SAVED.search(output)
            fences.append(Block(token.info.split(" ")[0], token.content, name[1] if name else ""))
            output = ""
    return fences


def commands(page: Path) -> list[str]:
    """Every command line of plnsim in the blocks of a page, without prompts."""
    lines = [
        line.removeprefix("$ ")
        for block in blocks(page)
        if block.language in ("sh", "console", "fails")
        for line in block.text.replace("\\\n", " ").splitlines()
    ]
    return [line for whole in lines for line in map(str.strip, whole.split("&&")) if OF_PLNSIM.match(line)]


def mentions(page: Path) -> list[str]:
    """What stands in running text as a command of plnsim: often without its arguments, or with names in their place."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [
        child.content
        for token in tokens
        for child in token.children or ()
        if child.type == "code_inline" and OF_PLNSIM.match(child.content)
    ]


def check(line: str) -> None:
    """Raises ``UsageError`` where a command line is not one that plnsim takes."""
    command, words = _command(line)
    with suppress(click.exceptions.Exit):
        command.make_context(command.name, [re.sub(r"^\$\w+$", "2", word) for word in words])


def check_mention(line: str) -> None:
    """Raises ``UsageError`` where the command, or an option, is none of plnsim's."""
    command, words = _command(line)
    known = {option for parameter in command.params for option in parameter.opts} | {"-h", "--help"}
    for word in words:
        if word.startswith("-") and word.partition("=")[0] not in known:
            raise click.UsageError(f"plnsim {command.name} has no option {word}")


def _command(line: str) -> tuple[click.Command, list[str]]:
    _, name, *words = shlex.split(line, comments=True)
    command = cli.commands.get_command(None, name)
    while isinstance(command, click.Group) and words:
        name, *words = words
        command = command.get_command(None, name)
    if command is None:
        raise click.UsageError(f"plnsim has no command {name}")
    return command, words


def run_page(page: Path) -> None:
    """Does all that a page says, in this folder; what it shows of an answer must stand in what the command before it
    said.
    """
    output, names = "", {}
    for block in blocks(page):
        if block.saved_as:
            Path(block.saved_as).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            output = "".join(
                run_command_line(line) for line in block.text.splitlines() if not line.startswith(SKIPPED_COMMANDS)
            )
        elif block.language == "fails":
            done = invoke(*shlex.split(block.text)[1:])
            assert done.code == 2, done
            output = done.err
        elif block.language == "python":
            exec(compile(block.text, page.name, "exec"), names)
        elif block.language == "text":
            assert " ".join(block.text.split()) in " ".join(output.split()), (
                f"{page.name} shows what was not said:\n{block.text}\nsaid was:\n{output}"
            )


def run_command_line(line: str) -> str:
    """What a command line of plnsim says, where it ends well."""
    first, *words = shlex.split(line, comments=True)
    assert first == "plnsim", line
    done = invoke(*words)
    assert done.code == 0, f"{line}: {done.err}"
    return done.out + done.err
