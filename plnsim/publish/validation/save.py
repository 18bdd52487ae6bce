"""What a scoreboard leaves in a folder: the page, the page of the guide with its figure, and the figures as data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.files import atomic_folder
from plnsim.output.figures import save_svg
from plnsim.output.json_text import json_text
from plnsim.publish.provenance import versions
from plnsim.publish.record.save import check_folder
from plnsim.publish.validation.page import page, plot_scoreboard
from plnsim.studies.validation.scoring import Scoreboard
from plnsim.studies.validation.skill import Skill
from plnsim.studies.validation.text import About, as_data, as_markdown

FIGURE = "scoreboard.svg"


def write(board: Scoreboard, out: Path, command: Sequence[str] = (), skill: Skill | None = None) -> None:
    """Writes scoreboard.html, .md, .svg and .json into a new folder: all of them, or nothing; raises ``InputError``."""
    check_folder(out)
    atomic_folder(out, lambda folder: _write_into(board, folder, command, skill))


def _write_into(board: Scoreboard, folder: Path, command: Sequence[str], skill: Skill | None) -> None:
    about: About = {"command": command_line(*command), "versions": versions()}
    (folder / "scoreboard.html").write_text(page(board, about, skill), encoding="utf-8")
    (folder / "scoreboard.md").write_text(as_markdown(board, about, FIGURE, skill), encoding="utf-8")
    save_svg(plot_scoreboard(board).figure, folder / FIGURE, letters=True, Title=plot_scoreboard(board).alt_text)
    (folder / "scoreboard.json").write_text(json_text(as_data(board, skill) | about) + "\n", encoding="utf-8")
