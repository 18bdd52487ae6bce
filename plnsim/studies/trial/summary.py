"""What many simulated trials say of a study: power, false alarms, bias, and what is declared null."""

from __future__ import annotations

import math

import numpy as np
import pandas

from plnsim.simulation.runs.intervals import intervals
from plnsim.studies.experiment.fresh import Share
from plnsim.studies.trial.analysis import minimum_detectable_effect, power_of
from plnsim.studies.trial.trial import MEASURES_BY_NAME, Trial


def summarise(trial: Trial, table: pandas.DataFrame) -> pandas.DataFrame:
    """One row an alternative, measure and follow-up.

    Columns: ``trials`` that gave an estimate; ``true_effect``, ``estimate``, ``standard_error``, ``spill_over``,
    ``attrition`` as means; ``true_effect_deviation``, ``estimate_deviation`` between trials; ``bias``, the mean of
    estimate minus true effect; ``detected``, ``false_alarm``, ``null_where_sustained``, ``null_where_not`` as shares,
    with their numbers (``..._count``, ``..._of``); ``minimum_detectable_effect`` and ``power_for_smallest``. Means come
    with the 95 % confidence interval of their Monte-Carlo error (``_low``, ``_high``: Student's), shares with Wilson's.
    """
    keys = ["alternative", "measure", "year"]
    return pandas.DataFrame(
        [dict(zip(keys, key, strict=True)) | _row(trial, key[1], rows) for key, rows in table.groupby(keys, sort=False)]
    )


def _row(trial: Trial, measure: str, rows: pandas.DataFrame) -> dict[str, object]:
    known = rows[np.isfinite(rows["estimate"])]
    found = (known["p_value"] < trial.alpha) & (known["estimate"] > 0.0)
    null_known = rows[np.isfinite(rows["null_estimate"])]
    sustained = known["sustained"] == 1.0
    least = trial.smallest_effect.get(measure, math.nan)
    error, degrees = known["standard_error"].to_numpy(), known["degrees"].to_numpy(dtype=np.float64)
    row: dict[str, object] = {"unit": MEASURES_BY_NAME[measure].unit, "trials": len(known)}
    for name, values in (
        ("true_effect", known["true_effect"]),
        ("estimate", known["estimate"]),
        ("bias", known["estimate"] - known["true_effect"]),
        ("spill_over", known["spill_over"]),
        ("attrition", known["estimate"] - known["estimate_without_attrition"]),
    ):
        told = intervals(values.to_numpy())
        row |= {name: told["mean"], f"{name}_low": told["confidence_low"], f"{name}_high": told["confidence_high"]}
    for name in ("true_effect", "estimate"):
        row[f"{name}_deviation"] = float(known[name].std(ddof=1)) if len(known) > 1 else math.nan
    row["standard_error"] = float(error.mean()) if len(known) else math.nan
    for name, share in (
        ("detected", Share(int(found.sum()), len(known))),
        ("harm_declared", Share(int(((known["p_value"] < trial.alpha) & (known["estimate"] < 0.0)).sum()), len(known))),
        ("false_alarm", Share(int((null_known["null_p_value"] < trial.alpha).sum()), len(null_known))),
        ("null_where_sustained", Share(int((sustained & ~found).sum()), int(sustained.sum()))),
        (
            "null_where_not",
            Share(int(((known["sustained"] == 0.0) & ~found).sum()), int((known["sustained"] == 0.0).sum())),
        ),
    ):
        low, high = share.interval
        row |= {name: share.value, f"{name}_low": low, f"{name}_high": high}
        row |= {f"{name}_count": share.held, f"{name}_of": share.of}
    row["minimum_detectable_effect"] = (
        float(minimum_detectable_effect(error, degrees, trial.alpha).mean()) if len(known) else math.nan
    )
    row["smallest_effect"] = least
    there = error > 0.0
    row["power_for_smallest"] = (
        float(power_of(least, error[there], degrees[there], trial.alpha).mean())
        if there.any() and math.isfinite(least)
        else math.nan
    )
    return row


def sustained_share(table: pandas.DataFrame, alternative: str) -> Share | None:
    """In how many trials the programme sustained; nothing where support lasts to the end of the run."""
    each = table[table["alternative"] == alternative].groupby("trial")["sustained"].first()
    known = each[np.isfinite(each)]
    return Share(int((known == 1.0).sum()), len(known)) if len(known) else None
