"""The command ``plnsim readiness``: asks, or reads a file of answers, and says what follows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import check_docx, check_option, docx_option, json_option, seed_option, threads_option
from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.output.terminal import (
    ProgressBar,
    announce_compiling,
    at_a_terminal,
    echo_json,
    echo_note,
    echo_paragraph,
    echo_table,
)

if TYPE_CHECKING:
    from plnsim.studies.readiness.answers import Answers
    from plnsim.studies.readiness.questions import Question
    from plnsim.studies.readiness.readiness import Readiness


@click.command(short_help="Says how likely lasting change is in your schools.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--init",
    "new_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Writes the questionnaire as a commented FILE to fill in.",
)
@click.option(
    "--replicates",
    default=200,
    show_default=True,
    metavar="NUMBER",
    help="Draws of all that is not known; each is run once as it is and once a lift.",
)
@seed_option
@threads_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for page, pictures, answers and numbers."
)
@docx_option
@json_option
def readiness(
    file: Path | None,
    new_file: Path | None,
    replicates: int,
    seed: int,
    workers: int | None,
    out: Path | None,
    docx: bool,
    as_json: bool,
) -> None:
    """Before a network is founded: how likely lasting change is in your schools, and what stands in its way.

    FILE holds the answers to twelve questions. Without it they are asked one by one.
    """
    from plnsim.studies.readiness.answers import read_answers, write_file

    if new_file:
        if file:
            raise InputError(
                "--init writes a new questionnaire and reads no answers",
                place=f"{file} --init {new_file}",
                right="one of the two",
            )
        write_file(new_file)
        echo_note(f"Written: {new_file}. Fill it in, then: {command_line('readiness', new_file)}")
        return
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers

    check_option("--seed", validate_seed, seed)
    check_option("--replicates", validate_replicates, replicates)
    check_option("--workers", validate_workers, workers)
    check_docx(docx, out)
    if out:
        from plnsim.publish.optimisation.save import check_out

        check_out(out)
    answers = read_answers(file) if file else _ask()
    from plnsim.studies.readiness.readiness import readiness as assess

    announce_compiling()
    with ProgressBar("simulating schools like yours") as progress:
        result = assess(answers, seed=seed, draws=replicates, workers=workers, progress=progress)
    from plnsim.studies.readiness import text

    if as_json:
        echo_json(text.as_json(result))
    else:
        _print(result)
    if out:
        from plnsim.publish.readiness.page import write

        write(result, out, sys.argv[1:], docx=docx)
        echo_note(f"\nWritten to {out}: page (report.html), pictures, answers, numbers (JSON).")


def _ask() -> Answers:
    """The answers given one by one on a terminal, kept in a file where that is wished."""
    from plnsim.studies.readiness.answers import Answers
    from plnsim.studies.readiness.questions import QUESTIONS

    if not at_a_terminal():
        raise InputError(
            "there is no file of answers, and nobody at a terminal to ask",
            place="plnsim readiness",
            right="plnsim readiness --init answers.toml writes the questionnaire; then plnsim readiness answers.toml",
        )
    echo_note(
        f"{len(QUESTIONS)} questions; a few minutes. Answer with the number of the sentence that comes nearest, "
        "or ? where you do not know.\n"
        "b goes back to the question before."
    )
    given: dict[str, int] = {}
    place = 0
    while place < len(QUESTIONS):
        question = QUESTIONS[place]
        answer = _prompt(place, len(QUESTIONS), question, given.get(question.key))
        if answer == "b":
            place = max(0, place - 1)
            continue
        given.pop(question.key, None)
        if answer != "?":
            given[question.key] = int(answer)
        place += 1
    answers = Answers(given)
    _offer_to_save(answers)
    return answers


def _prompt(place: int, of: int, question: Question, earlier: int | None) -> str:
    from plnsim.studies.readiness.answers import UNKNOWN

    echo_note(f"\n{click.style(f'{place + 1}/{of}  {question.text}', bold=True)}")
    for number, anchor in enumerate(question.anchors, start=1):
        echo_note(f"  {number}  {anchor}")
    echo_note(f"  ?  I {UNKNOWN}.")
    choices = click.Choice([*map(str, range(1, len(question.anchors) + 1)), "?", "b"], case_sensitive=False)
    earlier_answer = str(earlier) if earlier else None
    answer: str = click.prompt("Your answer", type=choices, default=earlier_answer, show_choices=False, err=True)
    return answer


def _offer_to_save(answers: Answers) -> None:
    from plnsim.studies.readiness.answers import write_file

    question = "\nA name for a file to keep these answers in (Enter: do not keep them)"
    while name := click.prompt(question, default="", show_default=False, err=True).strip():
        path = Path(name if name.endswith(".toml") else f"{name}.toml")
        try:
            write_file(path, answers)
        except InputError as problem:
            echo_note(f"error: {problem}")
            continue
        echo_note(f"Written: {path}. Again: {command_line('readiness', path)}")
        return


def _print(result: Readiness) -> None:
    from plnsim.studies.readiness import text

    for sentence in text.sentences(result):
        echo_paragraph(sentence)
        click.echo()
    echo_table([text.HEADS, *text.table(result)], flush_left=2)
    echo_paragraph(text.POINTS, "  ", "  ")
    click.echo()
    for caveat in text.caveats():
        echo_paragraph(caveat)
