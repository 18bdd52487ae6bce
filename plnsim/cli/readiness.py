"""The command ``plnsim readiness``: asks, or reads a file of answers, and says what follows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from plnsim.common.errors import BadInput
from plnsim.output.terminal import Patience, announce_compiling, say, show, show_table
from plnsim.studies.readiness.answers import UNKNOWN, Answers, read_answers, write_file
from plnsim.studies.readiness.questions import ANCHORS, QUESTIONS


@click.command(short_help="Says how likely lasting change is in your schools.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--init", "new_file", type=click.Path(path_type=Path), metavar="FILE", help="Writes the questionnaire as a commented FILE to fill in.")
@click.option("--replicates", default=200, show_default=True, metavar="NUMBER",
              help="Draws of all that is not known; each is run once as it is and once a lift.")
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results.")
@click.option("--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it.")
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object instead of text.")
def readiness(file, new_file, replicates, seed, workers, as_json) -> None:
    """Before a network is founded: how likely lasting change is in your schools, and what stands in its way.

    FILE holds the answers to twelve questions. Without it they are asked one by one.
    """
    if new_file:
        if file:
            raise BadInput("--init writes a new questionnaire and reads no answers", place=f"{file} --init {new_file}", right="one of the two")
        write_file(new_file)
        say(f"Written: {new_file}. Fill it in, then: plnsim readiness {new_file}")
        return
    from plnsim.common.checks import checked_replicates, checked_seed, checked_workers

    checked_seed(seed), checked_replicates(replicates), checked_workers(workers)
    answers = read_answers(file) if file else _asked()
    from plnsim.studies.readiness.readiness import assess

    announce_compiling()
    with Patience("simulating schools like yours") as progress:
        found = assess(answers, seed=seed, draws=replicates, workers=workers, progress=progress)
    from plnsim.studies.readiness import text as readiness_text

    if as_json:
        click.echo(json.dumps(readiness_text.as_json(found), indent=2))
    else:
        _print(found, readiness_text)


def _asked() -> Answers:
    """The answers given one by one on a terminal, kept in a file where that is wished."""
    if not _at_a_terminal():
        raise BadInput("there is no file of answers, and nobody at a terminal to ask", place="plnsim readiness",
                       right="plnsim readiness --init answers.toml writes the questionnaire; then plnsim readiness answers.toml")
    say(f"{len(QUESTIONS)} questions; a few minutes. Answer with the number of the sentence that comes nearest, or ? where you do not know.\n"
        "b goes back to the question before.")
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
    _offer_to_keep(answers)
    return answers


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _prompt(place: int, one, earlier: int | None) -> str:
    say(f"\n{click.style(f'{place + 1}/{len(QUESTIONS)}  {one.text}', bold=True)}")
    for number, anchor in enumerate(one.anchors, start=1):
        say(f"  {number}  {anchor}")
    say(f"  ?  I {UNKNOWN}.")
    choices = click.Choice([*map(str, range(1, ANCHORS + 1)), "?", "b"], case_sensitive=False)
    return click.prompt("Your answer", type=choices, default=str(earlier) if earlier else None, show_choices=False, err=True)


def _offer_to_keep(answers: Answers) -> None:
    question = "\nA name for a file to keep these answers in (Enter: do not keep them)"
    while name := click.prompt(question, default="", show_default=False, err=True).strip():
        path = Path(name if name.endswith(".toml") else f"{name}.toml")
        try:
            write_file(path, answers)
        except BadInput as problem:
            say(f"error: {problem}")
            continue
        say(f"Written: {path}. Again: plnsim readiness {path}")
        return


def _print(found, readiness_text) -> None:
    for sentence in readiness_text.sentences(found):
        show(sentence)
        click.echo()
    show_table([("factor lifted by 3/10 of its gap", "answer", "points", "90 % of runs", "more in"), *readiness_text.table(found)], flush_left=2)
    show("points: of sustained deep use (share of teachers using it, times depth, in the last year), in a hundred", "  ", "  ")
    click.echo()
    for caveat in readiness_text.caveats():
        show(caveat)
