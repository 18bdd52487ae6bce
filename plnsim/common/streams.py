"""Chance as a pure function of seed, replicate, week, decision and who decides.

There is no generator and no state: the same question always gets the same answer, in whatever order it is asked. So both
readings agree, workers agree, and two scenarios with one seed share their luck (common random numbers).

The hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014); a key for the run is mixed into a key for the week, and
that into the draw. The arithmetic is that of 64-bit words: ``word`` cuts a Python integer down to one, and the
compiled reading gives ``word`` its machine meaning.
"""

from __future__ import annotations

import math

import numpy as np

ALL_BITS = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
FIRST_FACTOR = 0xBF58476D1CE4E5B9
SECOND_FACTOR = 0x94D049BB133111EB
SMALLEST_STEP = 2.0**-52

START = 0
"""The "week" of everything that is drawn before the first week; school weeks are keyed from 1."""

DECISIONS = (
    # the starting world
    "school size", "school phase", "place east", "place north", "disadvantage rank", "vision", "support",
    "distributed leadership", "focus", "threshold", "load", "initial knowledge", "initial belief", "initial use",
    "awareness", "formal role", "tenure", "network rank", "degree", "tie kind", "tie partner", "tie reciprocated",
    "information partner", "rewiring", "cross tie",
    # the weeks
    "hours", "mobilise", "reached", "contact", "ask", "use", "adopt", "abandon", "evidence", "head leaves", "new vision",
    "new support", "initiative", "teacher leaves", "mover", "moved from", "new knowledge", "new belief", "new threshold",
    "new load", "new awareness", "new formal role", "induction", "renew", "recruit", "mailed", "dummy", "visited", "network begins",
)
"""Every question that chance answers. A new decision is added at the end: its number never changes, so no draw does."""


def decision(name: str) -> int:
    """The number of a decision, by its name."""
    return DECISIONS.index(name)


def word(number):
    """The lowest 64 bits of a whole number."""
    return number & ALL_BITS


def mixed(bits):
    """A 64-bit word whose every bit depends on every bit of the given one."""
    bits = word((bits ^ (bits >> word(30))) * word(FIRST_FACTOR))
    bits = word((bits ^ (bits >> word(27))) * word(SECOND_FACTOR))
    return bits ^ (bits >> word(31))


def luck_of_run(seed, replicate):
    """The key of a run: one 64-bit word for a seed and a replicate."""
    return mixed(word(mixed(word(word(seed) + word(GOLDEN))) ^ mixed(word(word(replicate) * word(SECOND_FACTOR) + word(FIRST_FACTOR)))))


def luck_of_week(run, week):
    """The key of a week of a run; week 0 is the starting world."""
    return mixed(word(run + word(week) * word(GOLDEN)))


def drawn(luck, question, who, again=0):
    """A number between 0 and 1 (neither included): what chance answers to a decision of one teacher, school or network.

    ``luck`` is the key of the week, ``question`` the number of a decision, ``who`` a lasting identity, ``again`` tells the
    draws of one decision apart.
    """
    counter = (word(who) << word(20)) | (word(again) << word(8)) | word(question)
    bits = mixed(word(luck + word(counter * word(GOLDEN))))
    return ((bits >> word(12)) + 0.5) * SMALLEST_STEP


def normal_quantile(share):
    """The value below which a share (between 0 and 1) of a standard normal distribution lies.

    Acklam's rational approximation (relative error below 1.2e-9), monotone, so that raising a mean moves everybody
    the same way.
    """
    if share < 0.02425:
        q = math.sqrt(-2.0 * math.log(share))
        return _tail(q)
    if share > 1.0 - 0.02425:
        q = math.sqrt(-2.0 * math.log(1.0 - share))
        return -_tail(q)
    q = share - 0.5
    r = q * q
    above = ((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
             - 3.066479806614716e01) * r + 2.506628277459239e00
    below = ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
             - 1.328068155288572e01) * r + 1.0
    return above * q / below


def _tail(q):
    above = ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q
             + 4.374664141464968e00) * q + 2.938163982698783e00
    below = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00) * q + 3.754408661907416e00) * q + 1.0
    return above / below


def spread_factor(spread, luck):
    """A positive factor with mean 1: lognormal with ``spread`` in logs, taken where ``luck`` (0..1) falls."""
    return math.exp(spread * normal_quantile(luck) - 0.5 * spread * spread)


def spread_share(middle, spread, luck):
    """A share around ``middle``: logit-normal with ``spread`` in logits, taken where ``luck`` (0..1) falls.

    Growing in ``middle`` and ``luck``; a middle of 0 or 1 leaves no room and is returned as it is.
    """
    if middle <= 0.0 or middle >= 1.0:
        return share_within(middle)
    return 1.0 / (1.0 + (1.0 - middle) / middle * math.exp(-spread * normal_quantile(luck)))


def share_within(value):
    """A value cut to the range 0..1."""
    return min(1.0, max(0.0, value))


def drawn_for_all(luck: int, question: str, who: np.ndarray, again: np.ndarray | int = 0) -> np.ndarray:
    """The same draws for an array of identities at once (for building the starting world)."""
    return drawn(luck, decision(question), np.asarray(who, dtype=np.uint64), np.asarray(again, dtype=np.uint64))


def spread_factors(spread: float, luck: np.ndarray) -> np.ndarray:
    """The rule of ``spread_factor`` for an array of luck."""
    return np.array([spread_factor(spread, one) for one in luck.tolist()])


def spread_shares(middle: float, spread: float, luck: np.ndarray) -> np.ndarray:
    """The rule of ``spread_share`` for an array of luck."""
    return np.array([spread_share(middle, spread, one) for one in luck.tolist()])
