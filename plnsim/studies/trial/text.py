"""What a virtual trial says, in sentences and tables; every number is one of its summary."""

from __future__ import annotations

import math

import numpy as np
import pandas

from plnsim.common.quantities import number, percent, points
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import IN_THIS_MODEL, join_words
from plnsim.studies.experiment.fresh import Share
from plnsim.studies.trial.analysis import POWER
from plnsim.studies.trial.simulate import TrialResult
from plnsim.studies.trial.summary import sustained_share
from plnsim.studies.trial.trial import ALLOCATIONS, AS_IT_IS, COHORT, MEASURES_BY_NAME, Trial

LABELS = {
    "use": "use as reported",
    "belief": "belief",
    "knowledge": "knowledge",
    "ties": "users named",
    "pupils": "pupils' scores",
}
ANALYSIS = (
    "Analysis: regression of school means on the arm, the measure before the start and, unless allocation is by chance "
    "alone, disadvantage; Student's t on schools. Null: not significant in the direction of a gain."
)
CAVEATS = (
    "These are trials inside a model, of a programme as the model has it, not a forecast of a study.",
    "The intervals are about the number of simulated trials alone (Student's for means, Wilson's for shares, 95 %); "
    "what nobody knows of teachers and schools is not in them.",
    ANALYSIS,
)


def effect(value: float, measure: str) -> str:
    """An effect of a measure as it is told: signed points of a share, else a signed number to two places."""
    if MEASURES_BY_NAME[measure].unit == "share":
        return points(value)
    if not math.isfinite(value):
        return "not defined"
    told = f"{abs(value):.2f}"
    sign = "" if float(told) == 0 else "+" if value > 0 else "\u2212"
    return f"{sign}{told}"


def unit(measure: str) -> str:
    """What an effect of a measure is told in."""
    return {"share": "points", "SD of pupils": "SD"}.get(MEASURES_BY_NAME[measure].unit, MEASURES_BY_NAME[measure].unit)


def told_share(share: float, low: float, high: float) -> str:
    """A share with its interval; a dash where nothing is known of it."""
    if not math.isfinite(share):
        return "\u2013"
    return f"{percent(share)} ({percent(low)} to {percent(high)})"


def years_text(years: int) -> str:
    """So many years."""
    return f"{years} year{'' if years == 1 else 's'}"


def with_interval(row: pandas.Series, name: str) -> str:
    """An effect with the interval of its Monte-Carlo error."""
    measure = str(row["measure"])
    told = effect(row[name], measure)
    if not math.isfinite(row[f"{name}_low"]):
        return told
    return f"{told} ({effect(row[f'{name}_low'], measure)} to {effect(row[f'{name}_high'], measure)})"


def share_of(row: pandas.Series, name: str) -> str:
    """A share of trials with its interval."""
    return told_share(row[name], row[f"{name}_low"], row[f"{name}_high"])


def label(alternative: str) -> str:
    """What an alternative is called in a sentence or table."""
    return "As it is" if alternative == AS_IT_IS else alternative[:1].upper() + alternative[1:].replace("-", " ")


def design_sentence(trial: Trial) -> str:
    """What was simulated."""
    arms = f"{trial.treated_schools} schools with the programme and {trial.schools - trial.treated_schools}"
    against = "without it" if trial.control is None else f"with {trial.control.title.partition(':')[0].strip()}"
    apart = "in one world" if trial.contamination else "in worlds apart"
    same = "the same teachers each time" if trial.sample == COHORT else "whoever is there each time"
    times = join_words([str(years) for years in trial.follow_up])
    return (
        f"{trial.trials:,} simulated trials, each with luck of its own, of {arms} {against}, {apart}; "
        f"{trial.allocation} ({ALLOCATIONS[trial.allocation]}); {same}; measured after {times} "
        f"year{'s' if times != '1' else ''}."
    )


def sentences(result: TrialResult) -> list[str]:
    """What follows, in words."""
    told = [design_sentence(result.trial)]
    for alternative in result.trial.variants:
        told += [*_primary(result, alternative), *_lasting(result, alternative)]
    return [sentence for sentence in (*told, _false_alarms(result), *_bias(result), _what_shows(result)) if sentence]


def _rows(result: TrialResult, alternative: str, measure: str) -> pandas.DataFrame:
    table = result.summary
    return table[(table["alternative"] == alternative) & (table["measure"] == measure)]


def _primary(result: TrialResult, alternative: str) -> list[str]:
    """What the trial finds of its primary measure."""
    measure = result.trial.primary
    rows = [row for _, row in _rows(result, alternative, measure).iterrows() if row["trials"]]
    if not rows:
        return []
    true, least = (
        join_words([effect(row[name], measure) for row in rows])
        for name in ("true_effect", "minimum_detectable_effect")
    )
    return [
        f"{label(alternative)}, {LABELS[measure]} {_after(rows)}: the true effect is {true} {unit(measure)}; found in "
        f"{join_words([share_of(row, 'detected') for row in rows])} of trials; detectable with a power of "
        f"{percent(POWER)} would be {least.replace('+', '')} {unit(measure)}."
    ]


def _after(rows: list[pandas.Series]) -> str:
    """The times of some rows."""
    years = join_words([str(row["year"]) for row in rows])
    return f"after {years} year{'' if years == '1' else 's'}"


def _lasting(result: TrialResult, alternative: str) -> list[str]:
    """Whether the programme sustains, and how often it is declared null though it does."""
    share = sustained_share(result.table, alternative)
    if share is None:
        return [f"{label(alternative)}: support lasts to the end of the run, so what stays without it is not tested."]
    scenario = result.trial.variants[alternative]
    since = (scenario.weeks - scenario.support_ends) / SCHOOL_WEEKS
    told = (
        f"{label(alternative)}: the schools of the programme reach sustained scale-up, {number(since)} years after "
        f"support, in {share.held} of {share.of} trials"
    )
    phrases = []
    for measure in dict.fromkeys((result.trial.primary, "use")) if share.held else ():
        rows = [row for _, row in _rows(result, alternative, measure).iterrows()]
        if rows:
            shares = join_words([share_of(row, "null_where_sustained") for row in rows])
            phrases.append(f"by {LABELS[measure]} {_after(rows)} in {shares}")
    return [f"{told}; of these it is declared null {'; '.join(phrases)}." if phrases else f"{told}."]


def _false_alarms(result: TrialResult) -> str:
    """How often a difference is found where both arms have the control, all measures and times together."""
    table, trial = result.summary, result.trial
    shares = [Share(int(row.false_alarm_count), int(row.false_alarm_of)) for row in table.itertuples()]
    rates = [share.value for share in shares if share.of]
    if not rates:
        return "No trial was large enough for an analysis."
    rows = [row for _, row in _rows(result, AS_IT_IS, trial.primary).iterrows()]
    primary = join_words([share_of(row, "false_alarm") for row in rows])
    return (
        f"False alarms, with both arms alike, at a nominal {percent(trial.alpha)}: {LABELS[trial.primary]} "
        f"{_after(rows)} in {primary} of trials; over all measures, times and alternatives {percent(min(rates))} to "
        f"{percent(max(rates))}."
    )


def _bias(result: TrialResult) -> list[str]:
    """Where the estimate of the last time lies off the truth, and by what."""
    last, told = result.trial.follow_up[-1], []
    for measure in result.trial.measures:
        rows = _rows(result, AS_IT_IS, measure.name)
        row = rows[rows["year"] == last].iloc[0]
        if row["trials"] < 2:
            continue
        told.append(
            f"{LABELS[measure.name]} {with_interval(row, 'bias')} {unit(measure.name)}, of a true "
            f"{effect(row['true_effect'], measure.name)}"
        )
    if not told:
        return []
    return [f"Estimate less true effect after {years_text(last)}: {'; '.join(told)}.", *_spill_over(result)]


def _spill_over(result: TrialResult) -> list[str]:
    """What the control schools gain from those of the programme, at the last time."""
    if not result.trial.contamination:
        return []
    last, parts = result.trial.follow_up[-1], []
    for measure in result.trial.measures:
        rows = _rows(result, AS_IT_IS, measure.name)
        row = rows[rows["year"] == last].iloc[0]
        parts.append(f"{LABELS[measure.name]} {with_interval(row, 'spill_over')} {unit(measure.name)}")
    return [f"Control schools gain from neighbours and movers by then: {'; '.join(parts)}."]


def _what_shows(result: TrialResult) -> str:
    """The measure and time by which most trials find it."""
    table = result.summary
    own = table[(table["alternative"] == AS_IT_IS) & np.isfinite(table["detected"])]
    if not len(own):
        return ""
    best = own.loc[own["detected"].idxmax()]
    if best["detected"] <= result.trial.alpha:
        return f"No measure shows it, {IN_THIS_MODEL}, in more trials than chance would."
    others = int((own["detected"] == best["detected"]).sum()) - 1
    as_often = f" (and {others} other{'s' if others > 1 else ''} as often)" if others else ""
    return (
        f"What shows it first and best, {IN_THIS_MODEL}: {LABELS[best['measure']]} after {years_text(best['year'])}"
        f"{as_often}, found in {share_of(best, 'detected')} of trials."
    )


HEADS = (
    "measure",
    "year",
    "true effect",
    "estimate",
    "SD of estimates",
    "found (power)",
    "false alarms",
    "detectable",
    "null though it lasts",
)


def table_rows(result: TrialResult, alternative: str) -> list[tuple[str, ...]]:
    """The summary of an alternative, a row a measure and follow-up after the row of heads."""
    rows: list[tuple[str, ...]] = [HEADS]
    for measure in result.trial.measures:
        for _, row in _rows(result, alternative, measure.name).iterrows():
            rows.append(
                (
                    f"{LABELS[measure.name]} ({unit(measure.name)})",
                    str(row["year"]),
                    effect(row["true_effect"], measure.name),
                    with_interval(row, "estimate"),
                    effect(row["estimate_deviation"], measure.name).lstrip("+"),
                    share_of(row, "detected"),
                    share_of(row, "false_alarm"),
                    effect(row["minimum_detectable_effect"], measure.name).lstrip("+"),
                    share_of(row, "null_where_sustained"),
                )
            )
    return rows


def smallest_rows(result: TrialResult) -> list[tuple[str, ...]]:
    """The smallest effects that matter with the power for them; only the heads where none is named."""
    rows: list[tuple[str, ...]] = [("smallest effect that matters", "year", "effect", "power for it", "detectable")]
    for measure in result.trial.measures:
        if measure.name not in result.trial.smallest_effect:
            continue
        for _, row in _rows(result, AS_IT_IS, measure.name).iterrows():
            rows.append(
                (
                    f"{LABELS[measure.name]} ({unit(measure.name)})",
                    str(row["year"]),
                    effect(row["smallest_effect"], measure.name).lstrip("+"),
                    percent(row["power_for_smallest"]),
                    effect(row["minimum_detectable_effect"], measure.name).lstrip("+"),
                )
            )
    return rows


def as_json(result: TrialResult) -> dict[str, object]:
    """What ``--json`` prints."""
    trial = result.trial
    lasting = []
    for name, scenario in trial.variants.items():
        share = sustained_share(result.table, name)
        low, high = share.interval if share else (math.nan, math.nan)
        lasting.append(
            {
                "alternative": name,
                "sustained": share.held if share else None,
                "of": share.of if share else 0,
                "low": low,
                "high": high,
                "years": scenario.weeks / SCHOOL_WEEKS,
                "years_after_support": max(0.0, (scenario.weeks - scenario.support_ends) / SCHOOL_WEEKS),
            }
        )
    return {
        "trial": trial.name,
        "title": trial.title,
        "scenario": trial.scenario.name,
        "control": trial.control.name if trial.control else None,
        "seed": trial.seed,
        "trials": trial.trials,
        "schools": trial.schools,
        "treated": trial.treated_schools,
        "allocation": trial.allocation,
        "contamination": trial.contamination,
        "alpha": trial.alpha,
        "primary": trial.primary,
        "measures": [measure._asdict() for measure in trial.measures],
        "sentences": sentences(result),
        "caveats": list(CAVEATS),
        "sustained": lasting,
        "summary": result.summary.to_dict("records"),
    }
