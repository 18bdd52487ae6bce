"""What ablations show, in words: sentences, tables, the page of the guide, and the same as data."""

from __future__ import annotations

import math
from collections.abc import Sequence

from plnsim.output.words import join_words, number, percent, points
from plnsim.studies.ablations.declared import LEAST, PROCESSES, Ablation, Side
from plnsim.studies.ablations.study import OUTCOMES, AblationResult, Effect, Verdict, shows, towards
from plnsim.studies.validation.text import About

IN_POINTS = ("share", "ratio", "0 or 1")
"""Units whose differences are told in points."""
OTHER_SIDE: dict[Side, Side] = {"loses": "gains", "gains": "loses", "changes": "changes"}
LABELS = {"deep_use": "deep use", "sustained_scale_up": "scale-up"}
CAVEATS = (
    "These are results inside a model: they say what it rests on, not what real networks rest on.",
    "Each row takes one thing away and leaves all else as it is; two that stand in for each other may both seem "
    "not to matter.",
    "Each change is the mean over pairs of runs with the same luck, with and without; the 95 % intervals show luck "
    "between pairs alone.",
)


def words(name: str) -> str:
    """The name of an ablation or a scenario as people read it."""
    return name.replace("-", " ")


def _label(outcome: str) -> str:
    return LABELS.get(outcome, outcome.replace("_", " "))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def relative(effect: Effect) -> str:
    """The relative change, signed."""
    return "not defined" if math.isnan(effect["relative"]) else f"{points(effect['relative'])} %"


def relative_interval(effect: Effect) -> str:
    """The 95 % interval of the relative change; nothing where there is none."""
    low, high = effect["relative_low"], effect["relative_high"]
    return f"{points(low)} to {points(high)} %" if math.isfinite(low) and math.isfinite(high) else ""


def change(effect: Effect, value: float) -> str:
    """A change of an outcome: in points where it is a share, else in its unit."""
    if not math.isfinite(value):
        return ""
    if effect["unit"] in IN_POINTS:
        return points(value)
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{number(abs(value))}"


def _told(effect: Effect) -> str:
    """The relative change with its interval, and where: the end of a sentence."""
    interval = relative_interval(effect)
    return f"{relative(effect)}{f' (95 % interval: {interval})' if interval else ''}"


def sentences(result: AblationResult) -> list[str]:
    """What the model rests on: how many processes matter, and of each whether it does."""
    mattering = [verdict for verdict in result.verdicts if verdict.matters]
    said = [
        f"{len(mattering)} of {len(result.verdicts)} processes matter: taking them away changes sustained deep use "
        f"by {percent(LEAST)} or more, to the side that the theory expects, {_tried(result)}."
    ]
    said += [_verdict_sentence(result, verdict) for verdict in result.verdicts]
    said += [
        sentence for ablation in result.ablations if ablation.expected > LEAST and (sentence := _held(result, ablation))
    ]
    return [*said, *_pattern_sentences(result)]


def _tried(result: AblationResult) -> str:
    tried = len(result.scenarios)
    return f"in at least one of the {tried} programmes tried" if tried > 1 else f"in {result.scenarios[0].name}"


def _verdict_sentence(result: AblationResult, verdict: Verdict) -> str:
    name = _capital(verdict.process)
    if verdict.closest is None:
        return f"{name} could not be taken away from any programme tried."
    if not verdict.matters:
        if against := _against(result, verdict.process):
            return (
                f"{name} works against what the theory expects: without it, sustained deep use changes to the other "
                f"side, most by {words(against['ablation'])} in {against['scenario']}: {_told(against)}."
            )
        return (
            f"{name} does not matter here; what comes closest is {words(verdict.closest['ablation'])} in "
            f"{verdict.closest['scenario']}: {_told(verdict.closest)}."
        )
    first, where = verdict.effects[0], {effect["scenario"] for effect in verdict.effects}
    tried = len(result.scenarios)
    return (
        f"{name} matters{f' in {len(where)} of the {tried} programmes' if tried > 1 else ''}, most by "
        f"{words(first['ablation'])} in {first['scenario']}: {_told(first)}."
    )


def _against(result: AblationResult, process: str) -> Effect | None:
    """The largest effect of taking a process away that shows on the side that the theory does not expect."""
    sides: dict[str, Side] = {one.name: OTHER_SIDE[one.side] for one in result.ablations if one.process == process}
    rows = [
        effect
        for effect in result.effects
        if effect["outcome"] == OUTCOMES[0]
        and sides.get(effect["ablation"], "changes") != "changes"
        and shows(effect, sides[effect["ablation"]])
    ]
    return max(rows, key=lambda effect: abs(effect["relative"]), default=None)


def _held(result: AblationResult, ablation: Ablation) -> str:
    """Where the theory expects more than a tenth: in which programmes it is so."""
    rows = [
        effect
        for effect in result.effects
        if effect["ablation"] == ablation.name
        and effect["outcome"] == OUTCOMES[0]
        and math.isfinite(effect["relative"])
    ]
    if not rows:
        return ""
    so = [effect for effect in rows if shows(effect, ablation.side, ablation.expected)]
    others = [effect for effect in rows if effect not in so]
    parts = [
        f"{'so it is' if some is so else 'not so'} in "
        + join_words([f"{effect['scenario']} ({relative(effect)})" for effect in some])
        for some in (so, others)
        if some
    ]
    return (
        f"Of {words(ablation.name)} the theory expects that a programme {ablation.side} "
        f"{percent(ablation.expected)} or more: {'; '.join(parts)}."
    )


def _pattern_sentences(result: AblationResult) -> list[str]:
    if not result.pattern_scores:
        return []
    whole, tested = len(result.met()), sum(score["ablation"] == "" for score in result.pattern_scores)
    met = {one.name: len(result.met(one.name)) for one in result.ablations}
    said = [
        f"The whole model meets {whole} of {tested} published patterns ({result.pattern_replicates} replicates of "
        f"each arm); ablated, it meets {min(met.values())} to {max(met.values())}."
    ]
    if as_good := [words(name) for name, count in met.items() if count >= whole]:
        said.append(
            f"As many or more are met by {len(as_good)} of the {len(met)} ablations, so the patterns do not speak for "
            f"what these take away: {join_words(as_good)}."
        )
    return said


def table(result: AblationResult, scenario: str) -> list[tuple[str, ...]]:
    """A row for each ablation of a scenario, with a header: changes of all outcomes in points."""
    first, *others = OUTCOMES
    rows = [("without", _label(first), "95 % interval", "relative", *map(_label, others))]
    for ablation in result.ablations:
        if (scenario, ablation.name, first) not in result.by_key:
            continue
        effect, *more = (result.by_key[scenario, ablation.name, outcome] for outcome in OUTCOMES)
        ends = [change(effect, effect[end]) for end in ("change_low", "change_high")]
        rows.append(
            (
                words(ablation.name),
                change(effect, effect["change"]),
                " to ".join(ends) if all(ends) else "",
                relative(effect),
                *(change(other, other["change"]) for other in more),
            )
        )
    return rows


def headline(result: AblationResult, scenario: str) -> str:
    """The scenario as it is, above its table: each outcome where it is defined in most pairs, and nothing held equal
    where that can be had.
    """
    held = {one.name for one in result.ablations if one.held}
    rows = [effect for effect in result.effects if effect["scenario"] == scenario]
    if not rows:
        return "nothing to take away"
    told = []
    for name in OUTCOMES:
        of_it = [effect for effect in rows if effect["outcome"] == name]
        best = max(of_it, key=lambda effect: (effect["ablation"] not in held, effect["pairs"]))
        told.append(f"{_label(name)} {percent(best['whole'])}")
    return f"{', '.join(told)}; changes in points"


def ablation_rows(ablations: Sequence[Ablation]) -> list[dict[str, object]]:
    """What is taken away, as plain data."""
    return [
        {
            "ablation": one.name,
            "process": one.process,
            "meaning": one.meaning,
            "side": one.side,
            "expected": one.expected,
        }
        for one in ablations
    ]


def as_json(result: AblationResult) -> dict[str, object]:
    """What was found, as plain data."""
    content: dict[str, object] = {
        "scenarios": [scenario.name for scenario in result.scenarios],
        "seed": result.seed,
        "replicates": result.replicates,
        "sentences": sentences(result),
        "caveats": list(CAVEATS),
        "processes": [
            {
                "process": verdict.process,
                "meaning": PROCESSES[verdict.process],
                "matters": verdict.matters,
                "scenarios": sorted({effect["scenario"] for effect in verdict.effects}),
            }
            for verdict in result.verdicts
        ],
        "ablations": ablation_rows(result.ablations),
        "effects": list(result.effects),
        "absences": list(result.absences),
    }
    if result.pattern_scores:
        content["patterns"] = {
            "replicates": result.pattern_replicates,
            "tested": sum(score["ablation"] == "" for score in result.pattern_scores),
            "met": len(result.met()),
            "met_without": {one.name: len(result.met(one.name)) for one in result.ablations},
        }
    return content


def as_markdown(result: AblationResult, about: About) -> str:
    """The page of the guide; ``about`` tells command and versions."""
    opening, *said = sentences(result)
    lines = [
        "# Ablations: what the model rests on",
        "",
        "An ablation takes one process of the theory away and runs the same programmes with the same luck. What is "
        "lost is what the process does in the model; a process without which nothing is lost is talk.",
        "",
        f"{opening}\n",
        *(f"- {sentence}" for sentence in said),
        "",
        *(f"{caveat}\n" for caveat in CAVEATS),
        "## Sustained deep use without each",
        "",
        f"Relative change with its 95 % interval over {result.replicates} pairs. Bold: a change to the side that the "
        f"theory expects, by {percent(LEAST)} or more. A dash: the programme has none of it.",
        "",
        *_markdown_table(_overview(result)),
        "",
        "## What is taken away",
        "",
        *_markdown_table(
            [("process", "ablation", "what is done", "a programme")]
            + [(one.process, words(one.name), one.meaning, _expectation(one)) for one in result.ablations]
        ),
        "",
    ]
    if result.pattern_scores:
        lines += ["## Published patterns met", "", *_markdown_table(_pattern_rows(result)), ""]
    lines += ["## All outcomes", "", "Changes in points, means over pairs.", ""]
    for scenario in result.scenarios:
        lines += [f"### {_capital(words(scenario.name))}", "", f"As it is: {headline(result, scenario.name)}.", ""]
        lines += [*_markdown_table(table(result, scenario.name)), ""]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines += [
        "## How this page was made",
        "",
        f"`{about['command']}` with seed {result.seed} and {result.replicates} pairs ({versions}). Beside it: "
        "`ablations.csv`, from which every figure here is read.",
        "",
    ]
    return "\n".join(lines)


def _overview(result: AblationResult) -> list[tuple[str, ...]]:
    """A row for each ablation, a column for each scenario."""
    rows: list[tuple[str, ...]] = [("process", "without", *(words(scenario.name) for scenario in result.scenarios))]
    process = ""
    for one in result.ablations:
        cells = [_cell(result.by_key.get((scenario.name, one.name, OUTCOMES[0])), one) for scenario in result.scenarios]
        rows.append((one.process if one.process != process else "", words(one.name), *cells))
        process = one.process
    return rows


def _expectation(ablation: Ablation) -> str:
    return f"{ablation.side} {percent(ablation.expected)}" if ablation.expected > LEAST else ablation.side


def _cell(effect: Effect | None, ablation: Ablation) -> str:
    if effect is None:
        return "\u2013"
    interval = relative_interval(effect)
    text = f"{relative(effect)}{f' ({interval})' if interval else ''}"
    return f"**{text}**" if math.isfinite(towards(effect, ablation.side)) and shows(effect, ablation.side) else text


def _pattern_rows(result: AblationResult) -> list[tuple[str, ...]]:
    whole = result.met()
    rows: list[tuple[str, ...]] = [("without", "met", "lost", "won"), ("nothing", str(len(whole)), "", "")]
    for one in result.ablations:
        met = result.met(one.name)
        lost, won = ([key for key in some if key not in others] for some, others in ((whole, met), (met, whole)))
        rows.append((words(one.name), str(len(met)), ", ".join(lost), ", ".join(won)))
    return rows


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return [f"| {' | '.join(line)} |" for line in lines]
