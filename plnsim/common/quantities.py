"""Numbers as people read them: shares in percent, differences in points, everything else to three digits."""

from __future__ import annotations

import math
import re
from bisect import bisect_right

MONEY = "currency"
"""The unit of costs: that of the scenario's price list."""


def percent(share: float) -> str:
    """A share in percent, rounded last: whole percents, one decimal below 10 %."""
    if not math.isfinite(share):
        return "not defined"
    value = 100.0 * share + 0.0
    return f"{value:.1f} %" if abs(value) < 9.95 and value != 0 else f"{value:.0f} %"


def points(difference: float) -> str:
    """A difference of shares in signed percentage points, rounded last: whole points, one decimal below 10."""
    if not math.isfinite(difference):
        return "not defined"
    value = 100.0 * difference
    digits = f"{abs(value):.1f}" if abs(value) < 9.95 else f"{abs(value):.0f}"
    sign = "" if float(digits) == 0 else "+" if value > 0 else "\u2212"
    return f"{sign}{'0' if float(digits) == 0 else digits}"


def number(value: float) -> str:
    """A number as people write it: three digits that count, thousands apart, no powers of ten."""
    if not math.isfinite(value):
        return "not reached"
    rounded = round(float(f"{value:.3g}"), 10)
    if abs(rounded) >= 1000 or rounded == 0:
        return f"{abs(rounded) if rounded == 0 else rounded:,.0f}"
    return f"{rounded:.10f}".rstrip("0").rstrip(".")


def money(amount: float, sign: str = "") -> str:
    """A sum with the sign of its currency: three digits that count, millions in words, no pence from 10 on."""
    if not math.isfinite(amount):
        return "not reached"
    rounded = float(f"{abs(amount):.3g}")
    if rounded >= 1e6:
        told = f"{number(rounded / 1e6)} million"
    else:
        told = f"{rounded:,.0f}" if rounded >= 10 or rounded == 0 else f"{rounded:.2f}"
    minus = "\u2212" if amount < 0 and rounded > 0 else ""
    return f"{minus}{sign}{told}"


def without_commas(text: str) -> str:
    """A number without the commas between its thousands; nothing where a text is no such number."""
    return text.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text) else ""


MONTHS_FROM = (0.02, 0.10, 0.19, 0.27, 0.36, 0.45, 0.53, 0.62, 0.70, 0.79, 0.88, 0.96)
"""The effect size, to two decimals, from which on pupils make one, two, ... twelve months of additional progress: the
table of the Toolkit of the Education Endowment Foundation (``eef-months``). Its project reports use a slightly
different one; the same holds below 0, of months less.
"""


def months_of_progress(effect: float) -> int:
    """The months of additional progress that an effect on pupils, in standard deviations, stands for."""
    months = bisect_right(MONTHS_FROM, round(abs(effect), 2))
    return -months if effect < 0 else months


def months_text(effect: float) -> str:
    """An effect on pupils in months of progress, with its standard deviations beside it."""
    if not math.isfinite(effect):
        return "not defined"
    months = months_of_progress(effect)
    told = f"{abs(months)} month{'' if abs(months) == 1 else 's'} of progress" if months else "no month of progress"
    return f"{told}{' less' if months < 0 else ''} ({effect + 0.0:.3f} SD)"


def format_value(value: float, unit: str) -> str:
    """A value in its unit; where it is not defined: that, or that what the money is for was not reached."""
    if unit == "share":
        return percent(value)
    if unit.startswith("SD of") and math.isfinite(value):
        return f"{value + 0.0:.3f} SD"
    return number(value) if math.isfinite(value) or unit.startswith(MONEY) else "not defined"
