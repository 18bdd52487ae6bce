"""The result of a questionnaire in words: how likely, what stands in the way, what a lift would do, and what cannot be
said.
"""

from __future__ import annotations

from plnsim.model.values import number_of
from plnsim.output.words import (
    BRACKETS,
    CONFIDENCE_INTERVAL,
    IN_THIS_MODEL,
    PREDICTION_INTERVAL,
    intervals_text,
    likelihood,
    likelihood_in_runs,
    percent,
    points,
    ranges,
)
from plnsim.simulation.runs import intervals
from plnsim.studies.readiness.questions import ANCHORS, BY_KEY, QUESTIONS
from plnsim.studies.readiness.readiness import LIFT, REGION, TOGETHER, Readiness

WORTH = number_of(REGION.values, "measure.minimal_important_difference")
"""A gain in sustained deep use below which a lift is said to change little."""


def sentences(readiness: Readiness) -> list[str]:
    """What follows from the answers, each with its uncertainty."""
    use = intervals(readiness.baseline["use"], "share")
    lines = [
        f"Sustained scale-up in schools like these is, {IN_THIS_MODEL}, "
        f"{likelihood_in_runs(readiness.count('sustained_scale_up'), readiness.draws)}. It would be wide use, in "
        "depth, four years after support has ended, in schools that made it their own and replace users who leave.",
        "A milder success, that at least half as many teachers use it by then as when support ended, and in depth, is, "
        f"{IN_THIS_MODEL}, {likelihood_in_runs(readiness.count('lasting_use'), readiness.draws)}.",
        f"On average {percent(readiness.baseline['use_when_support_ends'].mean())} of the teachers use it when support "
        f"ends and {percent(use['mean'])} four years later ({intervals_text(use, percent)}).",
    ]
    return [*lines, *in_the_way(readiness), *unknown(readiness), *([BRACKETS] if readiness.draws > 1 else [])]


def in_the_way(readiness: Readiness) -> list[str]:
    """The bottleneck and what lifting it would do; or that there is none."""
    key = readiness.bottleneck
    gain = readiness.gain(key)
    name = BY_KEY[key].factor
    if gain.mean() < WORTH:
        together = readiness.gain(TOGETHER).mean()
        if together < WORTH:
            return [
                "No factor stands out: lifting any of them, or all of them, by three tenths of its gap changes little."
            ]
        return [
            f"No single factor is the bottleneck: lifting one by three tenths of its gap adds {points(gain.mean())} "
            f"points of sustained deep use at best ({name}). All of them lifted together add {points(together)}: "
            "several have to move at once."
        ]
    lines = [f"The bottleneck is {name}: {_lifted(readiness, key)}"]
    second = next(
        (
            other
            for other in readiness.ranked
            if other != key and (other in readiness.answers.given or not readiness.answers.given)
        ),
        None,
    )
    if second and not readiness.is_ahead(key, second):
        lines.append(
            f"The draws do not tell it apart from {BY_KEY[second].factor} ({points(readiness.gain(second).mean())} "
            "points)."
        )
    return lines


def _lifted(readiness: Readiness, key: str) -> str:
    gain = intervals(readiness.gain(key))
    more, before, after = (
        int((readiness.gain(key) > 0).sum()),
        readiness.count("sustained_scale_up"),
        readiness.count("sustained_scale_up", key),
    )
    return (
        f"closing three tenths of its gap adds {points(gain['mean'])} points of sustained deep use "
        f"({intervals_text(gain, points, 'a new draw')}; more in {more} of "
        f"{readiness.draws} paired draws). Sustained scale-up then comes about in {after} instead of {before} runs."
    )


def unknown(readiness: Readiness) -> list[str]:
    """What to find out first."""
    open_ones = readiness.answers.unknown
    if not open_ones or len(open_ones) == len(QUESTIONS):
        return ["Nothing was answered: this holds for all schools that the model thinks possible."] if open_ones else []
    first = next(key for key in readiness.ranked if key in open_ones)
    names = ", ".join(BY_KEY[key].factor for key in open_ones)
    if len(open_ones) == 1:
        return [f"Not known: {names}. A lift of it would add {points(readiness.gain(first).mean())} points."]
    return [
        f"Not known: {names}. Find out about {BY_KEY[first].factor} first: among these its lift would add most "
        f"({points(readiness.gain(first).mean())} points)."
    ]


HEADS = ("factor lifted", "answer", "points", "95 % confidence", "90 % prediction", "more in")
"""What stands above the columns of ``table``."""
POINTS = (
    "points: of sustained deep use (share of teachers using it, times depth, in the last year), in a hundred, gained "
    f"by closing 3/10 of the factor's gap; {CONFIDENCE_INTERVAL} of the mean, {PREDICTION_INTERVAL} of a new draw"
)
"""What the columns of numbers are."""


def table(readiness: Readiness) -> list[tuple[str, ...]]:
    """Factor, answer, gain of a lift in points with both intervals, draws in which there is more; the largest first."""
    rows: list[tuple[str, ...]] = []
    for key in readiness.ranked:
        gain = intervals(readiness.gain(key))
        answer = f"{readiness.answers.given[key]} of {ANCHORS}" if key in readiness.answers.given else "not known"
        rows.append(
            (
                BY_KEY[key].factor,
                answer,
                points(gain["mean"]),
                *ranges(gain, points),
                f"{int((readiness.gain(key) > 0).sum())} of {readiness.draws}",
            )
        )
    return rows


def caveats() -> list[str]:
    """What the answer cannot say."""
    return [
        "This is a thought experiment about twelve schools in two networks, all taking part, with two delegates each "
        "and ten meetings a year. Which of your schools, or heads, will make it is beyond it.",
        "Your answers are ranges, and the rates that nobody knows for a school were drawn from all that is plausible. "
        "The forms of the rules (which step needs which condition, how colleagues' use counts) stayed as they are; "
        "others were not tested here.",
        "plnsim compare, run --uncertainty and optimise draw the same parameters in the same way, and come to the same "
        "numbers for the same plan; but each of your answers narrows a range, and the length of support is drawn as "
        "you answered it, where a plan sets it.",
        "Distributed leadership enters more rules of the model than any other factor; that it often comes first is "
        "partly built in. A lift of three tenths is not equally hard, or equally dear, for every factor: plnsim "
        "optimise puts prices to it.",
    ]


def as_json(readiness: Readiness) -> dict[str, object]:
    """The whole result as one object."""

    def successes(version: str | None) -> dict[str, int]:
        return {name: readiness.count(name, version) for name in ("sustained_scale_up", "lasting_use")}

    counts = successes(None)
    return {
        "seed": readiness.seed,
        "draws": readiness.draws,
        "lift": LIFT,
        "sentences": sentences(readiness),
        "caveats": caveats(),
        "answers": {question.key: readiness.answers.given.get(question.key) for question in QUESTIONS},
        "successes": {
            name: {"count": count, "likelihood": likelihood(count, readiness.draws)} for name, count in counts.items()
        },
        "outcomes": {
            name: intervals(readiness.baseline[name], "share") for name in ("use_when_support_ends", "use", "deep_use")
        },
        "bottleneck": readiness.bottleneck,
        "lifted": {
            key: {
                "gain_in_deep_use": intervals(readiness.gain(key)),
                "more_in": int((readiness.gain(key) > 0).sum()),
                "successes": successes(key),
            }
            for key in [*readiness.ranked, TOGETHER]
        },
    }
