"""What simulation-based calibration says in words, tables and one object."""

from __future__ import annotations

import math

import numpy as np
import pandas
from scipy.stats import binom

from plnsim.output.json_schemas import SCHEMA_VERSION
from plnsim.output.words import percent
from plnsim.studies.calibration import sbc
from plnsim.studies.calibration.fit import TARGET_EFFECTIVE
from plnsim.studies.calibration.sbc import SimulationBased

EVEN_SD = math.sqrt(1.0 / 12.0)
"""Standard deviation of even ranks."""
TOO_NARROW = 1.05


def sentences(found: SimulationBased) -> list[str]:
    """What was found, the most important first."""
    return [_coverage(found), _ranks(found), _effective(found)]


def _coverage(found: SimulationBased) -> str:
    count = len(found.inside)
    table = sbc.summary(found).dropna(subset=["inside_90"])
    each = ", ".join(f"{row['quantity']} {percent(row['inside_90'])}" for _, row in table.iterrows())
    low, high = (percent(binom.ppf(level, count, sbc.NINETY) / count) for level in (0.025, 0.975))
    word = "are rough" if found.rough else "hold what they say"
    return (
        f"The 90 % intervals {word}: of {count} truths drawn from the prior they hold {percent(found.coverage)} over "
        f"all parameters ({each}; luck alone gives one parameter {low} to {high} of {count})."
    )


def _ranks(found: SimulationBased) -> str:
    uneven = sbc.summary(found).query("not even")
    within = f"the bands that {percent(sbc.BAND)} of right posteriors keep"
    if not len(uneven):
        return f"The ranks of the truths are even: all stay within {within}."
    phrases = []
    for _, row in uneven.iterrows():
        if row["sd_rank"] > TOO_NARROW * EVEN_SD:
            what = "posteriors are too narrow"
        elif row["sd_rank"] < EVEN_SD / TOO_NARROW:
            what = "posteriors are too wide"
        else:
            what = "posteriors lie too low" if row["mean_rank"] > 0.5 else "posteriors lie too high"
        phrases.append(f"{row['quantity']} (mean {row['mean_rank']:.2f} for 0.5; {what})")
    return f"Ranks leave {within}: {'; '.join(phrases)}."


def _effective(found: SimulationBased) -> str:
    full, few = found.full, found.inside.to_numpy()[~found.full]
    if full.all():
        return f"All {len(full)} posteriors have the {TARGET_EFFECTIVE} effective draws at which a fit ends."
    return (
        f"{full.sum()} of {len(full)} posteriors have the {TARGET_EFFECTIVE} effective draws at which a fit ends; the "
        f"intervals of the others, from {found.effective.min():.0f} effective draws on, hold {percent(few.mean())}. A "
        "fit says so when its draws are too few; a larger budget gives more."
    )


def caveats(found: SimulationBased) -> list[str]:
    """What the answer rests on."""
    lines = [
        f"{found.runs:,} runs, shared by all truths: half the budget drawn from the prior, the rest where truths had "
        "too few effective draws. A fit draws its first runs where emulators point instead, so this does not tell how "
        "many runs a fit needs.",
        "The data of a truth come from the model itself and have the errors that this file states: this tells whether "
        "the computation is right, not whether the model or the errors are.",
    ]
    if found.undefined:
        lines.append(f"{found.undefined} truths are left out: something that is fitted is not defined in their runs.")
    return lines


def table(found: SimulationBased) -> list[list[str]]:
    """Quantities with coverage and ranks, as rows of texts with a head."""
    rows = [["quantity", "90 % intervals hold", f"from {TARGET_EFFECTIVE} draws on", "mean rank", "ranks"]]
    for _, row in sbc.summary(found).iterrows():
        held = ["" if np.isnan(row[name]) else percent(row[name]) for name in ("inside_90", "inside_90_full")]
        rows.append([row["quantity"], *held, f"{row['mean_rank']:.2f}", "even" if row["even"] else "uneven"])
    return rows


def rows_of(found: SimulationBased) -> pandas.DataFrame:
    """A row a truth and parameter: its value, its rank, whether the 90 % interval holds it, and the effective draws."""
    parts = [
        pandas.DataFrame(
            {
                "truth": np.arange(len(found.values)),
                "parameter": name,
                "value": found.values[name],
                "rank": found.ranks[name],
                "inside_90": found.inside[name],
                "effective_draws": found.effective,
            }
        )
        for name in found.inside
    ]
    return pandas.concat(parts, ignore_index=True)


def as_json(found: SimulationBased) -> dict[str, object]:
    """The whole result as one object."""
    quantities = [
        {name: None if value != value else value for name, value in row.items()}
        for row in sbc.summary(found).to_dict("records")
    ]
    calibration = found.calibration
    return {
        "schema_version": SCHEMA_VERSION,
        "calibration": calibration.name,
        "title": calibration.title,
        "scenario": calibration.scenario.name,
        "seed": calibration.seed,
        "budget": calibration.budget,
        "truths": len(found.values),
        "undefined": found.undefined,
        "runs": found.runs,
        "rough": found.rough,
        "coverage": found.coverage,
        "quantities": quantities,
        "sentences": sentences(found),
        "caveats": caveats(found),
    }
