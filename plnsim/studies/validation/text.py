"""The scoreboard in words: sentences, rows, Markdown, and the same as data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypedDict

from plnsim.common.sources import SOURCES
from plnsim.output.words import join_words, number
from plnsim.studies.validation.pattern import JUDGED, PUBLISHED, SIGN, SPREAD, STATUSES, Clause
from plnsim.studies.validation.protocol import PROTOCOL
from plnsim.studies.validation.readings import READERS, agreeing, met_by_reader, readings_of
from plnsim.studies.validation.scoring import MET, MISSED, UNTESTABLE, ClauseScore, Scoreboard, Verdict
from plnsim.studies.validation.skill import Skill
from plnsim.studies.validation.skill_text import skill_data, skill_sentences, skill_table, worth

KEPT_OUT, USED = "held out", "calibration"
DISTANCE = (
    "Distance: how far the figure lies outside its range, in widths of the range; 0 inside. A star marks a figure "
    "within two standard errors of a bound, where luck may decide."
)
RANGES = {
    PUBLISHED: "are published intervals",
    SPREAD: "span published figures",
    SIGN: "rest on a published sign or order, their width being ours",
    JUDGED: "are our judgement alone",
}
CAVEATS = (
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


def others(key: str, score: ClauseScore) -> str:
    """The ranges that other readers set, and in how many the figure lies; nothing where ours is no judgement."""
    theirs = readings_of(key, score.clause)
    ranges = "; ".join(in_range(clause) for clause in theirs)
    return f"{ranges} (in {agreeing(key, score)} of {len(theirs)})" if theirs else ""


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


def where_ranges_are_from(board: Scoreboard) -> str:
    """How many ranges rest on published intervals or figures, and how many are our judgement."""
    counts = Counter(score.clause.range_from for verdict in board.verdicts for score in verdict.scores)
    kinds = join_words([f"{counts[kind]} {told}" for kind, told in RANGES.items() if counts[kind]])
    return (
        f"The figures are those of published studies. Of {counts.total()} ranges in which the model would agree "
        f"{kinds}."
    )


def how_judgements_differ(board: Scoreboard) -> str:
    """What the model would meet with ranges that others set where ours are a judgement."""
    judged = [
        agreeing(verdict.pattern.key, score)
        for verdict in board.verdicts
        for score in verdict.scores
        if score.clause.range_from == JUDGED
    ]
    met = join_words([str(each) for each in met_by_reader(board)])
    return (
        f"Where a range is our judgement alone, it was set {READERS} times more, each time from the statement and its "
        "source, by a reader who knew neither our range nor any model's figure (told beside ours; done after "
        "the patterns held out had been opened, so no verdict follows it). The model's figure lies in all of their "
        f"ranges for {judged.count(READERS)} of {len(judged)} figures and in none for {judged.count(0)}; with their "
        f"ranges in place of ours {met} of {board.tested()} patterns would be met."
    )


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


def as_data(board: Scoreboard, skill: Skill | None = None) -> dict[str, object]:
    """The scoreboard as plain data, with the skill of models where null models were played."""
    return {
        "seed": board.seed,
        "replicates": board.replicates,
        "met": board.count(),
        "tested": board.tested(),
        "calibration": {"met": board.count(held_out=False), "tested": board.tested(False)},
        "held_out": {"met": board.count(held_out=True), "tested": board.tested(True)},
        "protocol": {"sha256": PROTOCOL.sha256, "file": PROTOCOL.name},
        "patterns": [_data_of(verdict) for verdict in board.verdicts],
        **({} if skill is None else {"skill": skill_data(board, skill)}),
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
                "other_readers": [
                    [_finite(clause.low), _finite(clause.high)]
                    for clause in readings_of(verdict.pattern.key, score.clause)
                ],
                "met": score.met,
                "distance": _finite(score.distance),
                "defined_in": score.replicates,
            }
            for score in verdict.scores
        ],
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def as_markdown(board: Scoreboard, about: About, figure: str, skill: Skill | None = None) -> str:
    """The page of the guide; ``about`` tells command and versions, ``figure`` is the path of the picture."""
    lines = [
        "# Scoreboard: the model against published patterns",
        "",
        *(f"{sentence}\n" for sentence in sentences(board)),
        *(f"{sentence}\n" for sentence in (skill_sentences(board, skill) if skill else ())),
        f"![Each figure of each pattern against its accepted range]({figure})",
        "",
        DISTANCE,
        "",
        *(f"- {caveat}" for caveat in CAVEATS),
        f"- {where_ranges_are_from(board)}",
        f"- {how_judgements_differ(board)}",
        "",
    ]
    if skill:
        header, *rows = skill_table(board, skill)
        lines += ["## Skill", "", *_markdown_table(header, rows), ""]
    for word, title in ((MET, "Met"), (MISSED, "Not met"), (UNTESTABLE, "Not testable yet")):
        some = [verdict for verdict in board.verdicts if verdict.word == word]
        if some:
            lines += [f"## {title}", ""]
        for verdict in some:
            lines += _section(verdict, skill)
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines += [
        "## How this page was made",
        "",
        f"`{about['command']}` with seed {board.seed} and {board.replicates} replicates ({versions}).",
        how_chosen(),
        "",
    ]
    return "\n".join(lines)


def how_chosen() -> str:
    """How the defaults were chosen, and where that was laid down before."""
    return (
        f"The defaults were chosen by a protocol laid down before the first run of the search "
        f"(`plnsim/studies/validation/{PROTOCOL.name}`, SHA-256 `{PROTOCOL.sha256}`): a seeded draw kept each pattern "
        "out with a chance of a third; those were opened once, at the end, and nothing was changed after. The "
        "repository has protocol and choice in one commit, so its history does not prove that order. It was not "
        f"blind: figures of {len(PROTOCOL.seen)} patterns had been seen with earlier defaults, and of the other "
        f"{len(PROTOCOL.seen_while_written)} a few runs were seen while they were written."
    )


def _markdown_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ("---",) * len(header), *rows)]


def _section(verdict: Verdict, skill: Skill | None) -> list[str]:
    pattern = verdict.pattern
    lines = [
        f"### {pattern.key}" + (f" ({used_in(verdict)})" if used_in(verdict) else ""),
        "",
        f"{pattern.statement}. {evidence(verdict)}.",
        *([f"{worth(verdict, skill)}.".capitalize()] if worth(verdict, skill) else []),
        "",
    ]
    if verdict.scores:
        lines += [
            "| figure | model | accepted | unit | range from | distance | other readers |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {score.clause.name} | {figure_of(score)} | {in_range(score.clause)} | {score.clause.unit} | "
            f"{score.clause.range_from} | {far_off(score)} | {others(pattern.key, score)} |"
            for score in verdict.scores
        ]
        lines.append("")
    lines += [f"{text[:1].upper()}{text[1:]}.\n".replace("..", ".") for text in (pattern.note, reason(verdict)) if text]
    return lines
