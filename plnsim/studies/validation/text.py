"""The scoreboard in words: sentences, rows, Markdown, and the same as data."""

from __future__ import annotations

import math

from plnsim.common.sources import SOURCES
from plnsim.output.words import number
from plnsim.studies.validation.pattern import STATUSES, Clause
from plnsim.studies.validation.scoring import MET, MISSED, UNTESTABLE, ClauseScore, Scoreboard, Verdict

KEPT_OUT, USED = "held out", "calibration"
DISTANCE = (
    "Distance: how far the figure lies outside its range, in widths of the range; 0 inside. A star marks a figure within two standard errors "
    "of a bound, where luck may decide."
)
CAVEATS = (
    "The figures are those of published studies; most ranges in which the model would agree are our judgement, and each row says so.",
    "To meet a pattern is no proof that the model is right: other rules could meet it too. To miss one is shown here with the reason.",
    "Each figure is the mean over the replicates, with its standard error (jackknife).",
)


def used_in(verdict: Verdict) -> str:
    return "" if not verdict.pattern.testable else KEPT_OUT if verdict.held_out else USED


def in_range(clause: Clause) -> str:
    """The accepted range as people write it."""
    if math.isinf(clause.high):
        return f"at least {number(clause.low)}"
    if math.isinf(clause.low):
        return f"at most {number(clause.high)}"
    return f"{number(max(clause.low, 0.0) if abs(clause.low) < 0.01 else clause.low)} to {number(clause.high)}"


def figure_of(answer: ClauseScore) -> str:
    """The figure of an answer with its standard error."""
    if not math.isfinite(answer.value):
        return "not defined"
    error = "" if math.isnan(answer.error) else f" ± {number(float(f'{answer.error:.1g}'))}"
    return f"{number(answer.value)}{error}"


def far_off(answer: ClauseScore) -> str:
    star = "*" if answer.near else ""
    return f"{'not defined' if math.isinf(answer.distance) else number(float(f'{answer.distance:.2g}'))}{star}"


def reason(verdict: Verdict) -> str:
    """Why a pattern is missed or cannot be tested; nothing for one that is met."""
    if verdict.word == UNTESTABLE:
        return verdict.pattern.untestable
    return verdict.pattern.missed if verdict.word == MISSED else ""


def evidence(verdict: Verdict) -> str:
    """What the pattern rests on: the works, and how they were seen."""
    return (
        f"{'; '.join(SOURCES[one].reference for one in verdict.pattern.sources)} ({STATUSES[verdict.pattern.status]})"
    )


def sentences(board: Scoreboard) -> list[str]:
    """What the scoreboard says, in a few sentences."""
    untestable = sum(one.word == UNTESTABLE for one in board.verdicts)
    clauses = [answer for one in board.verdicts for answer in one.answers]
    said = [
        f"{board.count()} of {board.tested()} patterns that can be tested are met: {board.count(held_out=False)} of {board.tested(False)} "
        f"that were used in choosing the defaults, and {board.count(held_out=True)} of {board.tested(True)} that were kept out of it.",
        f"A pattern is met when all of its figures are; of {len(clauses)} figures {sum(one.met for one in clauses)} lie in their ranges.",
    ]
    if untestable:
        said.append(f"Not testable yet: {untestable}.")
    return said


def table(board: Scoreboard) -> list[tuple[str, ...]]:
    """A row for each figure, with a header: pattern, figure, model, range, distance, verdict on the pattern."""
    rows = [("pattern", "figure", "model", "accepted", "distance", "pattern is")]
    for verdict in board.verdicts:
        first = True
        for answer in verdict.answers:
            rows.append(
                (
                    verdict.pattern.key if first else "",
                    answer.clause.name,
                    figure_of(answer),
                    in_range(answer.clause),
                    far_off(answer),
                    verdict.word if first else "",
                )
            )
            first = False
        if not verdict.answers:
            rows.append((verdict.pattern.key, "", "", "", "", verdict.word))
    return rows


def as_data(board: Scoreboard) -> dict:
    """The scoreboard as plain data."""
    return {
        "seed": board.seed,
        "replicates": board.replicates,
        "met": board.count(),
        "tested": board.tested(),
        "calibration": {"met": board.count(held_out=False), "tested": board.tested(False)},
        "held_out": {"met": board.count(held_out=True), "tested": board.tested(True)},
        "patterns": [_data_of(one) for one in board.verdicts],
    }


def _data_of(verdict: Verdict) -> dict:
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
                "name": one.clause.name,
                "value": _finite(one.value),
                "standard_error": _finite(one.error),
                "low": _finite(one.clause.low),
                "high": _finite(one.clause.high),
                "unit": one.clause.unit,
                "range_from": one.clause.range_from,
                "met": one.met,
                "distance": _finite(one.distance),
                "defined_in": one.replicates,
            }
            for one in verdict.answers
        ],
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def as_markdown(board: Scoreboard, about: dict, figure: str) -> str:
    """The page of the guide; ``about`` tells command and versions, ``figure`` is the path of the picture."""
    lines = [
        "# Scoreboard: the model against published patterns",
        "",
        *(f"{one}\n" for one in sentences(board)),
        f"![Each figure of each pattern against its accepted range]({figure})",
        "",
        DISTANCE,
        "",
        *(f"- {one}" for one in CAVEATS),
        "",
    ]
    for word, title in ((MET, "Met"), (MISSED, "Not met"), (UNTESTABLE, "Not testable yet")):
        some = [one for one in board.verdicts if one.word == word]
        if some:
            lines += [f"## {title}", ""]
        for verdict in some:
            lines += _section(verdict)
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines += [
        "## How this page was made",
        "",
        f"`{about['command']}` with seed {board.seed} and {board.replicates} replicates ({versions}).",
        "A random third of the patterns was kept out when defaults were chosen; `plnsim/studies/validation/catalogue.py` holds the seed of that draw. "
        "The choice went by the others, among about a dozen candidates, so their score flatters a little; and it was not blind, for the "
        "figures of those kept out were seen beside them.",
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
    if verdict.answers:
        lines += ["| figure | model | accepted | unit | range from | distance |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {one.clause.name} | {figure_of(one)} | {in_range(one.clause)} | {one.clause.unit} | {one.clause.range_from} | {far_off(one)} |"
            for one in verdict.answers
        ]
        lines.append("")
    lines += [f"{text[:1].upper()}{text[1:]}.\n".replace("..", ".") for text in (pattern.note, reason(verdict)) if text]
    return lines
