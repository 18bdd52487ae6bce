"""The page of a questionnaire's result, and what it leaves in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import rc_context

from plnsim.common.command_line import command_line
from plnsim.common.files import atomic_folder
from plnsim.model.values import number_of
from plnsim.output.figures import BLACK
from plnsim.output.json_text import json_text
from plnsim.output.words import number, points
from plnsim.publish.optimisation.save import check_out
from plnsim.publish.provenance import versions
from plnsim.publish.report.compared import INSIDE_A_MODEL
from plnsim.publish.report.curves import slope
from plnsim.publish.report.document import (
    Cell,
    Document,
    Image,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Piece,
    Section,
    Table,
)
from plnsim.publish.report.names import of_hundred
from plnsim.publish.report.pictures import STYLE, Row, in_points, plot_rows
from plnsim.publish.report.save import write_page
from plnsim.simulation.runs import intervals
from plnsim.studies.readiness import text
from plnsim.studies.readiness.answers import write_file
from plnsim.studies.readiness.questions import BY_KEY, QUESTIONS
from plnsim.studies.readiness.readiness import REGION, Readiness

RESULT, ANSWERS = "readiness.json", "answers.toml"


def make_document(result: Readiness, command: Sequence[str] = ()) -> Document:
    """The document of a questionnaire's result; ``command``: the words that asked for it."""
    before, after = result.baseline["use_when_support_ends"], result.baseline["use"]
    years = number_of(REGION.values, "programme.follow_up_years")
    then, later = of_hundred(before.mean()), of_hundred(after.mean())
    said = text.sentences(result)
    with rc_context(STYLE):
        pictures = slope(before, after, years), _lifts(result)
    return Document(
        title=(
            f"In schools like these the practice reaches {then} of 100 teachers when support ends; after "
            f"{number(years)} more years it is {later} of 100"
        ),
        lead=(
            Section("Question", (Paragraph("How likely is lasting change in your schools, what is in its way?"),)),
            Section("Of 100 teachers", (_numbers(before.mean(), after.mean(), years),)),
            Section("Finding", (Paragraph(said[0]),)),
            Section(
                "With care",
                (Paragraph("A factor is lifted as if from outside: how that is done, and at what price, is open."),),
            ),
        ),
        image=Image(
            "spread",
            pictures[0],
            "Of 100 teachers, how many use it; a thin line is a draw, the thick one the mean",
        ),
        facts=tuple(
            Section(heading, tuple(map(Paragraph, sentences)))
            for heading, sentences in (
                ("After support", said[1:2]),
                ("Where it is stuck", text.in_the_way(result)),
                ("To check in your schools", text.unknown(result) or ["Every question was answered."]),
            )
        ),
        caution=INSIDE_A_MODEL,
        sections=(
            Section(
                "What would a lift of each factor do?", (Image("lifts", pictures[1]), Paragraph(text.POINTS, note=True))
            ),
            Section("Factor by factor", (_table(result),)),
            Section("How sure is that?", tuple(map(Paragraph, (said[2], *text.caveats())))),
            Section("What was answered?", _answers(result), small=True),
            Section("How to run it again?", _again(result, command), small=True),
        ),
    )


def _numbers(before: float, after: float, years: float) -> Numbers:
    pair = Number(of_hundred(before), "when support ends", BLACK), Number(of_hundred(after), _later(years), BLACK)
    return Numbers("so many use the practice:", pair)


def _later(years: float) -> str:
    return f"{number(years)} years later"


def _lifts(result: Readiness) -> Picture:
    rows = [
        (BY_KEY[key].factor, [Row("", BLACK, in_points(gain), points(gain["mean"]))])
        for key in result.ranked
        for gain in (intervals(result.gain(key)),)
    ]
    told = "; ".join(f"{name} {row.after}" for name, (row,) in rows)
    return Picture(
        plot_rows(rows, "points of sustained deep use gained"),
        f"Points of sustained deep use gained by lifting each factor: {told}.",
    )


def _table(result: Readiness) -> Table:
    return Table(
        tuple(Cell(head) for head in text.HEADS), tuple(tuple(map(Cell, row)) for row in text.table(result)), "costs"
    )


def _answers(result: Readiness) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph((Piece(f"{question.text} ", "strong"), result.answers.label(question.key))) for question in QUESTIONS
    )


def _again(result: Readiness, command: Sequence[str]) -> tuple[Paragraph, ...]:
    asked = (Paragraph((Piece(command_line(*command), "code"),)),) if command else ()
    about = f"plnsim {versions()['plnsim']}; seed {result.seed}; {result.draws} draws. {ANSWERS} holds the answers."
    return (*asked, Paragraph(about))


def write(result: Readiness, out: Path, command: Sequence[str] = (), *, docx: bool = False) -> None:
    """Writes page, pictures, answers and numbers into a new folder: all of it, or nothing; raises ``InputError``."""
    check_out(out)
    atomic_folder(out, lambda folder: _write_into(result, folder, command, docx))


def _write_into(result: Readiness, folder: Path, command: Sequence[str], docx: bool) -> None:
    write_file(folder / ANSWERS, result.answers)
    content = {**text.as_json(result), "command": list(command), "versions": versions()}
    (folder / RESULT).write_text(json_text(content) + "\n", encoding="utf-8")
    write_page(make_document(result, command), folder, docx=docx)
