"""The scoreboard in words: sentences, rows, Markdown, and the same as data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypedDict

from plnsim.common.sources import SOURCES
from plnsim.output.words import number
from plnsim.studies.validation.pattern import STATUSES, Clause
from plnsim.studies.validation.scoring import MET, MISSED, UNTESTABLE, ClauseScore, Scoreboard, Verdict

KEPT_OUT, USED = "held out", "calibration"
DISTANCE = (
    "Distance: how far the figure lies outside its range, in widths of the range; 0 inside. A star marks a figure "
    "within two standard errors of a bound, where luck may decide."
)
CAVEATS = (
    "The figures are those of published studies; most ranges in which the model would agree are our judgement, and "
    "each row says so.",
    "To meet a pattern is no proof that the model is right: other rules could meet it too. To miss one is shown here "
    "with the reason.",
    "Each figure is the mean over the replicates, with its standard error (jackknife).",
)


class About(TypedDict):
    """How a scoreboard was made: the command, and the versions of what computed it."""

    command: str
    versions: Mapping[str, str]


def used_in(verdict: Verdict) -> str:
    return "" if not verdict.pattern.testable else KEPT_OUT if verdict.held_out else USED


def in_range(clause: Clause) -> str:
    """The accepted range as people write it."""
    if math.isinf(clause.high):
        return f"at least {number(clause.low)}"
    if math.isinf(clause.low):
        return f"at most {number(clause.high)}"
    return f"{number(max(clause.low, 0.0) if abs(clause.low) < 0.01 else clause.low)} to {number(clause.high)}"


def figure_of(score: ClauseScore) -> str:
    """The figure of a score with its standard error."""
    if not math.isfinite(score.value):
        return "not defined"
    error = "" if math.isnan(score.error) else f" ± {number(float(f'{score.error:.1g}'))}"
    return f"{number(score.value)}{error}"


def far_off(score: ClauseScore) -> str:
    star = "*" if score.near else ""
    return f"{'not defined' if math.isinf(score.distance) else number(float(f'{score.distance:.2g}'))}{star}"


def reason(verdict: Verdict) -> str:
    """Why a pattern is missed or cannot be tested; nothing for one that is met."""
    if verdict.word == UNTESTABLE:
        return verdict.pattern.untestable
    return verdict.pattern.missed if verdict.word == MISSED else ""


def evidence(verdict: Verdict) -> str:
    """What the pattern rests on: the works, and how they were seen."""
    references = "; ".join(SOURCES[source].reference for source in verdict.pattern.sources)
    return f"{references} ({STATUSES[verdict.pattern.status]})"


def sentences(board: Scoreboard) -> list[str]:
    """What the scoreboard says, in a few sentences."""
    untestable = sum(verdict.word == UNTESTABLE for verdict in board.verdicts)
    scores = [score for verdict in board.verdicts for score in verdict.scores]
    lines = [
        f"{board.count()} of {board.tested()} patterns that can be tested are met: {board.count(held_out=False)} of "
        f"{board.tested(False)} that were used in choosing the defaults, and {board.count(held_out=True)} of "
        f"{board.tested(True)} that were kept out of it.",
        f"A pattern is met when all of its figures are; of {len(scores)} figures {sum(score.met for score in scores)} "
        "lie in their ranges.",
    ]
    if untestable:
        lines.append(f"Not testable yet: {untestable}.")
    return lines


def table(board: Scoreboard) -> list[tuple[str, ...]]:
    """A row for each figure, with a header: pattern, figure, model, range, distance, verdict on the pattern."""
    rows: list[tuple[str, ...]] = [("pattern", "figure", "model", "accepted", "distance", "pattern is")]
    for verdict in board.verdicts:
        first = True
        for score in verdict.scores:
            rows.append(
                (
                    verdict.pattern.key if first else "",
                    score.clause.name,
                    figure_of(score),
                    in_range(score.clause),
                    far_off(score),
                    verdict.word if first else "",
                )
            )
            first = False
        if not verdict.scores:
            rows.append((verdict.pattern.key, "", "", "", "", verdict.word))
    return rows


def as_data(board: Scoreboard) -> dict[str, object]:
    """The scoreboard as plain data."""
    return {
        "seed": board.seed,
        "replicates": board.replicates,
        "met": board.count(),
        "tested": board.tested(),
        "calibration": {"met": board.count(held_out=False), "tested": board.tested(False)},
        "held_out": {"met": board.count(held_out=True), "tested": board.tested(True)},
        "patterns": [_data_of(verdict) for verdict in board.verdicts],
    }


def _data_of(verdict: Verdict) -> dict[str, object]:
    return {
        "key": verdict.pattern.key,
        "statement": verdict.pattern.statement,
        "sources": list(verdict.pattern.sources),
        "status": verdict.pattern.status,
        "used": used_in(verdict),
        "verdict": verdict.word,
        "distance": _finite(verdict.distance),
        "reason": reason(verdict),
        "figures": [
            {
                "name": score.clause.name,
                "value": _finite(score.value),
                "standard_error": _finite(score.error),
                "low": _finite(score.clause.low),
                "high": _finite(score.clause.high),
                "unit": score.clause.unit,
                "range_from": score.clause.range_from,
                "met": score.met,
                "distance": _finite(score.distance),
                "defined_in": score.replicates,
            }
            for score in verdict.scores
        ],
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def as_markdown(board: Scoreboard, about: About, figure: str) -> str:
    """The page of the guide; ``about`` tells command and versions, ``figure`` is the path of the picture."""
    lines = [
        "# Scoreboard: the model against published patterns",
        "",
        *(f"{sentence}\n" for sentence in sentences(board)),
        f"![Each figure of each pattern against its accepted range]({figure})",
        "",
        DISTANCE,
        "",
        *(f"- {caveat}" for caveat in CAVEATS),
        "",
    ]
    for word, title in ((MET, "Met"), (MISSED, "Not met"), (UNTESTABLE, "Not testable yet")):
        some = [verdict for verdict in board.verdicts if verdict.word == word]
        if some:
            lines += [f"## {title}", ""]
        for verdict in some:
            lines += _section(verdict)
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines += [
        "## How this page was made",
        "",
        f"`{about['command']}` with seed {board.seed} and {board.replicates} replicates ({versions}).",
        "A random third of the patterns was kept out when defaults were chosen; "
        "`plnsim/studies/validation/catalogue.py` holds the seed of that draw. The choice went by the others, among "
        "about a dozen candidates, so their score flatters a little; and it was not blind, for the figures of those "
        "kept out were seen beside them.",
        "",
    ]
    return "\n".join(lines)


def _section(verdict: Verdict) -> list[str]:
    pattern = verdict.pattern
    lines = [
        f"### {pattern.key}" + (f" ({used_in(verdict)})" if used_in(verdict) else ""),
        "",
        f"{pattern.statement}. {evidence(verdict)}.",
        "",
    ]
    if verdict.scores:
        lines += ["| figure | model | accepted | unit | range from | distance |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {score.clause.name} | {figure_of(score)} | {in_range(score.clause)} | {score.clause.unit} | "
            f"{score.clause.range_from} | {far_off(score)} |"
            for score in verdict.scores
        ]
        lines.append("")
    lines += [f"{text[:1].upper()}{text[1:]}.\n".replace("..", ".") for text in (pattern.note, reason(verdict)) if text]
    return lines
