"""The command ``plnsim readiness``: asks, or reads a file of answers, and says what follows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from plnsim.common.errors import InputError
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_note, echo_paragraph, echo_table
from plnsim.studies.readiness.answers import UNKNOWN, Answers, read_answers, write_file
from plnsim.studies.readiness.questions import ANCHORS, QUESTIONS


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
@click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results."
)
@click.option(
    "--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it."
)
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object instead of text.")
def readiness(file, new_file, replicates, seed, workers, as_json) -> None:
    """Before a network is founded: how likely lasting change is in your schools, and what stands in its way.

    FILE holds the answers to twelve questions. Without it they are asked one by one.
    """
    if new_file:
        if file:
            raise InputError(
                "--init writes a new questionnaire and reads no answers",
                place=f"{file} --init {new_file}",
                right="one of the two",
            )
        write_file(new_file)
        echo_note(f"Written: {new_file}. Fill it in, then: plnsim readiness {new_file}")
        return
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers

    validate_seed(seed), validate_replicates(replicates), validate_workers(workers)
    answers = read_answers(file) if file else _ask()
    from plnsim.studies.readiness.readiness import assess

    announce_compiling()
    with ProgressBar("simulating schools like yours") as progress:
        found = assess(answers, seed=seed, draws=replicates, workers=workers, progress=progress)
    from plnsim.studies.readiness import text as readiness_text

    if as_json:
        click.echo(json.dumps(readiness_text.as_json(found), indent=2))
    else:
        _print(found, readiness_text)


def _ask() -> Answers:
    """The answers given one by one on a terminal, kept in a file where that is wished."""
    if not _at_a_terminal():
        raise InputError(
            "there is no file of answers, and nobody at a terminal to ask",
            place="plnsim readiness",
            right="plnsim readiness --init answers.toml writes the questionnaire; then plnsim readiness answers.toml",
        )
    echo_note(
        f"{len(QUESTIONS)} questions; a few minutes. Answer with the number of the sentence that comes nearest, or ? where you do not know.\n"
        "b goes back to the question before."
    )
    given: dict[str, int] = {}
    place = 0
    while place < len(QUESTIONS):
        one = QUESTIONS[place]
        answer = _prompt(place, one, given.get(one.key))
        if answer == "b":
            place = max(0, place - 1)
            continue
        given.pop(one.key, None)
        if answer != "?":
            given[one.key] = int(answer)
        place += 1
    answers = Answers(given)
    _offer_to_save(answers)
    return answers


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _prompt(place: int, one, earlier: int | None) -> str:
    echo_note(f"\n{click.style(f'{place + 1}/{len(QUESTIONS)}  {one.text}', bold=True)}")
    for number, anchor in enumerate(one.anchors, start=1):
        echo_note(f"  {number}  {anchor}")
    echo_note(f"  ?  I {UNKNOWN}.")
    choices = click.Choice([*map(str, range(1, ANCHORS + 1)), "?", "b"], case_sensitive=False)
    return click.prompt(
        "Your answer", type=choices, default=str(earlier) if earlier else None, show_choices=False, err=True
    )


def _offer_to_save(answers: Answers) -> None:
    question = "\nA name for a file to keep these answers in (Enter: do not keep them)"
    while name := click.prompt(question, default="", show_default=False, err=True).strip():
        path = Path(name if name.endswith(".toml") else f"{name}.toml")
        try:
            write_file(path, answers)
        except InputError as problem:
            echo_note(f"error: {problem}")
            continue
        echo_note(f"Written: {path}. Again: plnsim readiness {path}")
        return


def _print(found, readiness_text) -> None:
    for sentence in readiness_text.sentences(found):
        echo_paragraph(sentence)
        click.echo()
    echo_table(
        [
            ("factor lifted by 3/10 of its gap", "answer", "points", "90 % of runs", "more in"),
            *readiness_text.table(found),
        ],
        flush_left=2,
    )
    echo_paragraph(
        "points: of sustained deep use (share of teachers using it, times depth, in the last year), in a hundred",
        "  ",
        "  ",
    )
    click.echo()
    for caveat in readiness_text.caveats():
        echo_paragraph(caveat)
