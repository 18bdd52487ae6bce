"""The page of a search: what the budget buys best, for whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import rc_context

from plnsim.common.command_line import command_line
from plnsim.output.figures import BLACK, BLUE
from plnsim.output.words import join_words, number
from plnsim.publish.optimisation.figure import plot_front
from plnsim.publish.provenance import versions
from plnsim.publish.report.compared import INSIDE_A_MODEL
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
from plnsim.publish.report.names import NOT_SAID, of_hundred
from plnsim.publish.report.pictures import STYLE, Row, plot_rows
from plnsim.simulation.runs import summary
from plnsim.simulation.runs.cost import lifted_of, unpriced_of
from plnsim.studies.optimisation import text
from plnsim.studies.optimisation.front import Member, OptimisationResult
from plnsim.studies.optimisation.interval import mean_interval
from plnsim.studies.optimisation.problem import Evaluation

ABOUT_THE_FRONT = ("Least shortfall", "All of the front")
"""How the sentences about other plans than the first begin."""


def make_document(result: OptimisationResult, command: Sequence[str] = ()) -> Document:
    """The document of a search; ``command``: the words that asked for it."""
    best, now, problem = result.members[0], result.status_quo, result.problem
    said = text.sentences(result)
    told = [one for one in said[2:-1] if not one.startswith(ABOUT_THE_FRONT)]
    front = [one for one in said[1:-1] if one not in told]
    with rc_context(STYLE):
        plans = _plans(result)
    return Document(
        title=_title(result),
        lead=(
            Section(
                "Question", (Paragraph(f"What does {text.sum_text(result, problem.budget)} buy best, and for whom?"),)
            ),
            Section("The practice", (Paragraph(problem.scenario.teachers_do or NOT_SAID),)),
            Section(
                "Last year",
                (
                    Numbers(
                        "of 100 teachers of all schools use it, counted by how deeply:",
                        (
                            Number(
                                of_hundred(now.means[0]),
                                f"as it is, for {text.sum_text(result, now.cost)}",
                                BLACK,
                            ),
                            Number(
                                of_hundred(best.fresh.means[0]), f"plan {best.letter}, {_price(result, best)}", BLUE
                            ),
                        ),
                    ),
                ),
            ),
            Section("Finding", (Paragraph(f"Plan {best.letter} buys: {_changes(result, best)}."),)),
            Section("With care", (Paragraph(_with_care(result)),)),
        ),
        image=Image("spread", plans, "Of 100 teachers, how many use it, by how deeply; thin line: 90 % of the draws"),
        facts=tuple(
            Section(heading, tuple(map(Paragraph, sentences)))
            for heading, sentences in (
                ("After support", [_horizon(result)]),
                ("Pupils", told[-1:]),
                ("Cost", told[:-1]),
                ("How sure", said[-1:]),
            )
        ),
        caution=INSIDE_A_MODEL,
        sections=(
            Section("What are the plans?", (_table(result),), wide=True),
            Section(
                "Which plans does no other beat?",
                (
                    Image("front", Picture(plot_front(result), _front_alt(result))),
                    Paragraph("Blue: none beats it in both aims. Orange: as it is. Grey: what else was tried."),
                ),
                wide=True,
            ),
            Section("Which plan for whom?", tuple(map(Paragraph, front))),
            Section("How was it looked for?", (Paragraph(said[0]),)),
            Section("What is not in it?", tuple(map(Paragraph, text.caveats(result)))),
            Section("How to run it again?", _again(result, command), small=True),
        ),
    )


def _title(result: OptimisationResult) -> str:
    best, now = result.members[0], result.status_quo
    pair = f"{of_hundred(best.fresh.means[0])} against {of_hundred(now.means[0])} of 100 teachers use it in depth"
    gain = best.fresh.deep_use - now.deep_use
    budget, sure = text.sum_text(result, result.problem.budget), mean_interval(gain)[0] > 0
    more = "more than" if sure else "perhaps more than" if gain.mean() > 0 else "no more than"
    return f"{budget} buys {more} the programme as it is: {pair}"


def _price(result: OptimisationResult, member: Member) -> str:
    return f"for {text.sum_text(result, member.fresh.cost)}"


def _changes(result: OptimisationResult, member: Member) -> str:
    """The levers that a plan moves from where the programme has them, in words."""
    values = result.problem.scenario.values
    moved = {
        lever.name: member.fresh.allocation[lever.name]
        for lever in result.problem.levers
        if member.fresh.allocation[lever.name] != values[lever.parameter]
    }
    return text.words(moved) if moved else "what there is"


def _with_care(result: OptimisationResult) -> str:
    scenario = result.problem.scenario
    if lifted := lifted_of(scenario):
        return f"The scenario lifts {join_words(lifted)} by an invisible hand, which no budget buys."
    said = "Every lever has a price or is free; nothing is lifted by an invisible hand."
    if given := unpriced_of(scenario):
        said += f" Given in all plans, and not priced: {join_words(list(given.values()))}."
    return said


def _horizon(result: OptimisationResult) -> str:
    years = result.problem.horizon
    judged = f"in the last of {number(years)} years" if years else "in the last year"
    if not result.problem.outlasts_support:
        return f"All plans are judged {judged}, while support lasts: what stays without it is not tested here."
    return f"All plans are judged {judged}, after support has ended."


def _plans(result: OptimisationResult) -> Picture:
    """Sustained deep use of the programme as it is and of each plan: mean and 90 % of the draws."""
    everything = [
        ("as it is", result.status_quo, BLACK),
        *((f"plan {one.letter}", one.fresh, BLUE) for one in text.subsample(result)),
    ]
    groups = [(name, [Row("", colour, _ends(one), of_hundred(one.means[0]))]) for name, one, colour in everything]
    figure = plot_rows(groups, "of 100 teachers, counted by how deeply they use it", right=0.88)
    figure.axes[0].set_xlim(left=0)
    told = "; ".join(f"{name} {row.after} of 100" for name, (row,) in groups)
    return Picture(figure, f"Teachers who use it, counted by how deeply: {told}.")


def _ends(evaluation: Evaluation) -> dict[str, float]:
    mean, low, high, _ = summary(evaluation.deep_use)
    of_mean = mean_interval(evaluation.deep_use)
    return {
        "mean": 100 * mean,
        "confidence_low": 100 * max(0.0, of_mean[0]),
        "confidence_high": 100 * min(1.0, of_mean[1]),
        "prediction_low": 100 * low,
        "prediction_high": 100 * high,
    }


def _table(result: OptimisationResult) -> Table:
    heads, *rows = text.table(result)
    return Table(tuple(map(Cell, heads)), tuple(tuple(map(Cell, row)) for row in rows))


def _front_alt(result: OptimisationResult) -> str:
    told = "; ".join(
        f"{one.letter} {100 * one.fresh.means[0]:.1f} % and {one.fresh.means[1]:.3f}" for one in result.members
    )
    return f"Sustained deep use and shortfall (SD of pupils) of the plans on the front: {told}."


def _again(result: OptimisationResult, command: Sequence[str]) -> tuple[Paragraph, ...]:
    asked = (Paragraph((Piece(command_line(*command), "code"),)),) if command else ()
    about = (
        f"plnsim {versions()['plnsim']}; seed {result.problem.seed}; front.csv and evaluations.csv hold every number."
    )
    return (*asked, Paragraph(about))
