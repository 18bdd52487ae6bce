"""What a calibration says in words: whether anything matches, what the data tell and cannot tell, and how it did on
what was held out.
"""

from __future__ import annotations

import math

import numpy as np
import pandas

from plnsim.common.parameter import Value
from plnsim.output.json_schemas import SCHEMA_VERSION
from plnsim.output.words import number, percent
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.calibration import posterior as tables
from plnsim.studies.calibration.calibration import BLOCK, MATCHING
from plnsim.studies.calibration.fit import (
    MATCHES,
    MIN_EFFECTIVE,
    NO_MATCH,
    RULED_OUT,
    TARGET_EFFECTIVE,
    UNSETTLED,
    Posterior,
)
from plnsim.studies.calibration.observations import Observation, is_share

PREDICTED = ("observed", "prior_05", "prior_95", "posterior_05", "posterior_50", "posterior_95")
"""The columns of a check that hold values of the outcome."""
NOISY = 1.5
"""Noise between runs, in standard deviations of an observation, from which on it is named as what makes a sample
small.
"""


def format_value(outcome: str, value: float, timed: bool) -> str:
    return percent(value) if is_share(outcome, timed) else number(value)


def _format_for(observation: Observation, value: float) -> str:
    """A value in the unit of an observation."""
    return format_value(observation.outcome, value, observation.week is not None)


def sentences(posterior: Posterior) -> list[str]:
    """What was found, the most important first."""
    lines = [_verdict(posterior)]
    if posterior.verdict == NO_MATCH:
        return [*lines, _closest(posterior)]
    if posterior.verdict == MATCHES:
        lines += [*_parameters(posterior), _pairs(posterior), _profiles(posterior)]
    return [sentence for sentence in [*lines, *_checks(posterior)] if sentence]


def _verdict(posterior: Posterior) -> str:
    fitted, effective_sample_size = len(posterior.calibration.fitted), posterior.effective_sample_size
    points = f"{fitted} observation{'s' if fitted > 1 else ''}"
    if posterior.verdict == NO_MATCH:
        return (
            f"No setting matches: of {posterior.runs:,} runs none comes within {RULED_OUT:g} standard deviations of "
            f"{'all ' if fitted > 1 else ''}{points}. The closest is {posterior.closest:.1f} standard deviations off "
            "in its worst one. There is no posterior."
        )
    if posterior.verdict == UNSETTLED:
        more = max(
            BLOCK, round(len(posterior.unit_sample) * (2.0 * MIN_EFFECTIVE / max(1.0, effective_sample_size) - 1.0), -2)
        )
        return (
            f"Some settings match, but the sample is too small to say which: {effective_sample_size:.0f} effective "
            f"draws of {len(posterior.unit_sample):,}, and {MIN_EFFECTIVE} are needed. A budget about {more:,.0f} runs "
            f"larger may do; the same command goes on from what is there.{_noise_sentence(posterior)}"
        )
    enough = (
        ""
        if effective_sample_size >= TARGET_EFFECTIVE
        else f" (below the {TARGET_EFFECTIVE} aimed at: the ends of intervals are rough)"
    )
    return (
        f"Some settings match {points}: {posterior.runs:,} runs, {effective_sample_size:.0f} effective draws{enough}; "
        f"the closest run is {posterior.closest:.1f} standard deviations off in its worst one."
    )


def _noise_sentence(posterior: Posterior) -> str:
    """Where noise between runs is what makes the sample small: how far it moves an observation from run to run,
    against what the observation allows.
    """
    if not posterior.waves:
        return ""
    runs = posterior.waves[-1].simulated.results[:, :, posterior.calibration.fitted]
    defined = np.isfinite(runs).all(axis=(1, 2))
    observations = [posterior.calibration.observations[index] for index in posterior.calibration.fitted]
    size = (
        np.sqrt(runs[defined].var(axis=1, ddof=1).mean(axis=0))
        / [observation.standard_deviation for observation in observations]
        if defined.any()
        else np.zeros(1)
    )
    most = int(size.argmax())
    if size[most] < NOISY:
        return ""
    return (
        f" Luck alone moves {observations[most].outcome} ({observations[most].when}) by {size[most]:.1f} of its "
        "standard deviations from run to run, so few runs of even the right setting come close: a scenario with more "
        "schools is less ruled by luck."
    )


def _closest(posterior: Posterior) -> str:
    values = ", ".join(
        f"{name} {MODEL_PARAMETERS[name].format(_round_significant(value))}"
        for name, value in posterior.calibration.values(posterior.closest_shares).items()
    )
    fitted = [
        (posterior.calibration.observations[index], posterior.closest_results[index])
        for index in posterior.calibration.fitted
    ]
    gives = ", ".join(
        f"{_format_for(observation, gave)} for {_format_for(observation, observation.value)} ({observation.outcome}, "
        f"{observation.when})"
        for observation, gave in fitted
    )
    return (
        f"The closest run has {values}, and gives {gives}. Either the observations contradict each other, or the "
        "model, with these ranges, this observation error and this discrepancy, cannot make them."
    )


def _round_significant(value: Value) -> Value:
    return float(f"{value:.3g}") if isinstance(value, float) else value


def _parameters(posterior: Posterior) -> list[str]:
    table = tables.marginals(posterior)
    lines = []
    for word in dict.fromkeys(word for _, word in tables.IDENTIFIABILITY):
        rows = table[table["told"] == word]
        if len(rows):
            lines.append(f"{word[0].upper()}{word[1:]}: {'; '.join(_interval(row) for _, row in rows.iterrows())}.")
    if (table["told"] == "not told").any():
        lines.append(
            "Not told means: the data leave the parameter as open as it was before them, and its posterior must not be "
            "read as a finding."
        )
    return lines


def _interval(row: pandas.Series) -> str:
    declared = MODEL_PARAMETERS[row["parameter"]]
    low, middle, high = (declared.format(_round_significant(row[f"posterior_{level}"])) for level in ("05", "50", "95"))
    return f"{row['parameter']} {middle} (90 %: {low} to {high}; {percent(row['width_ratio'])} of the prior's width)"


def _pairs(posterior: Posterior) -> str:
    strong = [row for _, row in tables.pairs(posterior).iterrows() if row["stands_out"]]
    if not strong:
        return ""
    phrases = [
        f"more {row['parameter']} with {'more' if row['rank_correlation'] > 0 else 'less'} {row['with']} fits as well "
        f"(rank correlation {row['rank_correlation']:.2f})"
        for row in strong
    ]
    return (
        f"Pairs that trade off, so that the data tell a combination rather than each of the two: {'; '.join(phrases)}."
    )


def _profiles(posterior: Posterior) -> str:
    table = tables.profile(posterior)
    open_ = [name for name in posterior.calibration.names if table[table["parameter"] == name]["matches"].all()]
    if not open_:
        return ""
    return (
        f"No value that the prior allows can be ruled out for {', '.join(open_)}: in every tenth of it some run comes "
        f"within {RULED_OUT:g} standard deviations of every fitted observation."
    )


def _checks(posterior: Posterior) -> list[str]:
    table = tables.check(posterior)
    lines = []
    for held_out, what in ((False, "fitted"), (True, "held-out")):
        rows = table[table["held_out"] == held_out]
        if not len(rows):
            lines.append("Nothing was held out: how well it predicts is not known.")
            continue
        inside, of, low, high = tables.coverage(rows)
        long_run = (
            f"; so few say little: a true coverage anywhere from {percent(low)} to {percent(high)} would go with it"
            if held_out
            else ""
        )
        lines.append(
            f"{inside} of {of} {what} point{'s' if of > 1 else ''} {'lies' if inside == 1 else 'lie'} in the 90 % "
            f"interval predicted for {'it' if of == 1 else 'each'}{long_run}."
        )
    errors = tables.mean_absolute_errors(posterior, table)
    if errors:
        ours, theirs = (f"{100 * error:.1f}" for error in errors)
        better = "closer than" if errors[0] < errors[1] else "no closer than"
        lines.append(
            f"The posterior median misses what was held out by {ours} points on average, {better} the last fitted "
            f"value carried forward ({theirs})."
        )
    return lines


def caveats(posterior: Posterior) -> list[str]:
    """What the answer rests on."""
    observations = posterior.calibration.observations
    offs = sorted({observation.discrepancy for observation in observations})
    off = (
        "for exact at its best"
        if offs == [0.0]
        else f"to be off by a standard deviation of {' or '.join(f'{discrepancy:g}' for discrepancy in offs)} at its "
        "best"
    )
    errors = [f"{error:.2g}" for error in sorted({observation.error for observation in observations})]
    sized = (
        f"a standard error of {errors[0]}" if len(errors) == 1 else f"standard errors from {errors[0]} to {errors[-1]}"
    )
    own = ", ".join(posterior.calibration.priors)
    prior = f"its plausible range, but for {own}, which this calibration gives one" if own else "its plausible range"
    related = sorted({observation.correlation for observation in observations} - {0.0})
    together = (
        f"; what sets two observations of a series apart from the model is correlated by "
        f"{' or '.join(f'{correlation:g}' for correlation in related)}"
        if related
        else ", at each point anew"
    )
    lines = [
        f"The prior of each parameter is {prior}; everything else stays as the scenario "
        f"{posterior.calibration.scenario.name} and this calibration set it. Observation errors are normal"
        f"{'' if related else ' and independent of each other'}, with {sized}; the model is taken {off}{together}. "
        "Luck, of the runs and of their schools, is part of what is predicted.",
        "A fit shows that the model can make such data, not that it works for these reasons; other models may do so as "
        "well. A thought experiment, not a forecast.",
    ]
    if posterior.failed:
        lines.append(
            f"{len(posterior.failed):,} of {posterior.runs:,} runs failed and count as no match; the first: "
            f"{posterior.failed[0]}"
        )
    if posterior.calibration.method == MATCHING:
        waves = "; ".join(
            f"{percent(wave.left)} left after wave {number}" for number, wave in enumerate(posterior.waves, start=1)
        )
        seen = [wave.emulator_validation for wave in posterior.waves if not math.isnan(wave.emulator_validation)]
        unseen = (
            f"; {percent(seen[-1])} of what the last wave gave lay within two standard deviations of what emulators "
            "had said"
            if seen
            else ""
        )
        lines.append(
            f"History matching of the prior: {waves}{unseen}. Emulators chose where to sample; every weight "
            "is that of a run."
        )
    return lines


def table(posterior: Posterior) -> list[list[str]]:
    """Parameters with prior and posterior, as rows of texts with a head."""
    rows = [["parameter", "prior 90 %", "posterior median", "posterior 90 %", "width", "the data"]]
    for _, row in tables.marginals(posterior).iterrows():
        declared = MODEL_PARAMETERS[row["parameter"]]
        at = {
            name: declared.format(_round_significant(row[name]))
            for name in row.index
            if name[-3:] in ("_05", "_50", "_95")
        }
        rows.append(
            [
                row["parameter"],
                f"{at['prior_05']} to {at['prior_95']}",
                at["posterior_50"],
                f"{at['posterior_05']} to {at['posterior_95']}",
                percent(row["width_ratio"]),
                row["told"],
            ]
        )
    return rows


def check_table(posterior: Posterior) -> list[list[str]]:
    """Observations with what is predicted for them, as rows of texts with a head."""
    rows = [["outcome", "year", "observed", "prior 90 %", "posterior median", "posterior 90 %", "inside", ""]]
    for (_, row), observation in zip(
        tables.check(posterior).iterrows(), posterior.calibration.observations, strict=True
    ):
        text = {name: _format_for(observation, row[name]) for name in PREDICTED}

        rows.append(
            [
                observation.outcome,
                "" if observation.week is None else f"{observation.years:.3g}",
                text["observed"],
                f"{text['prior_05']} to {text['prior_95']}",
                text["posterior_50"],
                f"{text['posterior_05']} to {text['posterior_95']}",
                "yes" if row["inside_90"] else "no",
                "held out" if row["held_out"] else "fitted",
            ]
        )
    return rows


def as_json(posterior: Posterior) -> dict[str, object]:
    """The whole result as one object."""

    def rows(frame: pandas.DataFrame) -> list[dict[str, object]]:
        return [
            {name: None if value != value else value for name, value in row.items()} for row in frame.to_dict("records")
        ]

    calibration = posterior.calibration
    waves = [
        {
            "left": wave.left,
            "within_two_deviations": None if math.isnan(wave.emulator_validation) else wave.emulator_validation,
        }
        for wave in posterior.waves
    ]
    result: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "calibration": calibration.name,
        "title": calibration.title,
        "scenario": calibration.scenario.name,
        "method": calibration.method,
        "priors": {name: prior.table for name, prior in calibration.priors.items()},
        "seed": calibration.seed,
        "budget": calibration.budget,
        "runs": posterior.runs,
        "verdict": posterior.verdict,
        "effective_draws": posterior.effective_sample_size,
        "closest": posterior.closest,
        "closest_setting": calibration.values(posterior.closest_shares),
        "waves": waves,
        "failed_runs": len(posterior.failed),
        "sentences": sentences(posterior),
        "caveats": caveats(posterior),
    }
    if posterior.verdict != NO_MATCH:
        result["check"] = rows(tables.check(posterior))
    if posterior.verdict == MATCHES:
        result |= {
            "marginals": rows(tables.marginals(posterior)),
            "pairs": rows(tables.pairs(posterior)),
            "profile": rows(tables.profile(posterior)),
        }
    return result
