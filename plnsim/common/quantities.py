"""Numbers as people read them: shares in percent, differences in points, everything else to three digits."""

from __future__ import annotations

import math

MONEY = "money"


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


def format_value(value: float, unit: str) -> str:
    """A value in its unit; where it is not defined: that, or that what the money is for was not reached."""
    if unit == "share":
        return percent(value)
    return number(value) if math.isfinite(value) or unit.startswith(MONEY) else "not defined"
