"""The command that holds the model against published patterns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import check_option, commands, json_option, seed_option, threads_option
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.validation.scoring import Scoreboard
    from plnsim.studies.validation.skill import Skill

EXIT_PATTERN_MISSED = 3
"""The exit code with --require-all when a pattern is missed."""


@commands.command("validate-model", short_help="Holds the model against published patterns.")
@click.option(
    "--replicates",
    default=30,
    show_default=True,
    metavar="NUMBER",
    help="Replicates of each arm of each trial; arms share their luck.",
)
@seed_option
@threads_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder for the scoreboard as a page, as Markdown and as data.",
)
@click.option(
    "--skill",
    "with_skill",
    is_flag=True,
    help="Plays models without content too, and weighs each pattern by how few of them meet it (minutes).",
)
@json_option
@click.option("--require-all", is_flag=True, help="Ends with exit code 3 when a pattern that can be tested is missed.")
def validate_model(
    replicates: int,
    seed: int,
    workers: int | None,
    out: Path | None,
    with_skill: bool,
    as_json: bool,
    require_all: bool,
) -> None:
    """Holds the model at its defaults against what studies have found.

    Each published pattern is a small trial in the model with a statistic and the range in which the model would agree.
    """
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers

    check_option("--seed", validate_seed, seed)
    check_option("--replicates", validate_replicates, replicates)
    check_option("--workers", validate_workers, workers)
    if out:
        from plnsim.publish.record import check_folder

        check_folder(out)
    announce_compiling()
    from plnsim.studies.validation.scoring import score_patterns

    with ProgressBar("playing trials") as progress:
        board = score_patterns(seed=seed, replicates=replicates, workers=workers, progress=progress)
    skill = None
    if with_skill:
        from plnsim.studies.validation.skill import play_null_models

        with ProgressBar("playing models without content") as progress:
            skill = play_null_models(seed=seed, workers=workers, progress=progress)
    from plnsim.studies.validation import text

    if out:
        from plnsim.publish.validation import save

        save.write(board, out, sys.argv[1:], skill)
    echo_json(text.as_data(board, skill)) if as_json else _print(board, skill)
    echo_note(
        f"\nWritten to {out}: scoreboard.html, scoreboard.md, scoreboard.svg, scoreboard.json."
        if out
        else "\nFor a page with statements, sources and reasons: the same command with --out FOLDER"
    )
    if require_all and board.count() < board.tested():
        raise SystemExit(EXIT_PATTERN_MISSED)


def _print(board: Scoreboard, skill: Skill | None) -> None:
    from plnsim.studies.validation import skill_text, text

    for sentence in (*text.sentences(board), *(skill_text.skill_sentences(board, skill) if skill else ())):
        echo_paragraph(sentence)
    click.echo()
    rows = text.table(board)
    echo_table(rows, flush_left=len(rows[0]))
    click.echo()
    echo_paragraph(text.DISTANCE)
