"""Chance as a pure function of seed, replicate, week, stream and entity.

There is no generator and no state: the same question always gets the same answer, in whatever order it is asked. So
both engines agree, workers agree, and two scenarios with one seed share their random numbers.

The hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014); a key for the run is mixed into a key for the week,
and that into the draw. The arithmetic is that of 64-bit words (``to_uint64``).
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from plnsim.common.elementary import LOG2_E, exp, exp2, log, to_uint64
from plnsim.common.errors import DeclarationError

GOLDEN_GAMMA = 0x9E3779B97F4A7C15
FIRST_MULTIPLIER = 0xBF58476D1CE4E5B9
SECOND_MULTIPLIER = 0x94D049BB133111EB
SMALLEST_STEP = 2.0**-52

START_WEEK = 0
"""The "week" of everything that is drawn before the first week; school weeks are keyed from 1."""

STREAMS = (
    # the starting world
    "school size",
    "school phase",
    "place east",
    "place north",
    "disadvantage rank",
    "vision",
    "support",
    "distributed leadership",
    "focus",
    "threshold",
    "load",
    "initial knowledge",
    "initial belief",
    "initial use",
    "awareness",
    "formal role",
    "tenure",
    "network rank",
    "degree",
    "tie kind",
    "tie partner",
    "tie reciprocated",
    "information partner",
    "rewiring",
    "cross tie",
    # the weeks
    "hours",
    "mobilise",
    "reached",
    "contact",
    "ask",
    "use",
    "adopt",
    "abandon",
    "evidence",
    "head leaves",
    "new vision",
    "new support",
    "initiative",
    "teacher leaves",
    "mover",
    "moved from",
    "new knowledge",
    "new belief",
    "new threshold",
    "new load",
    "new awareness",
    "new formal role",
    "induction",
    "mailed",
    "dummy",
    "visited",
    "network begins",
    "delegate",
    "rewired tie",
    # sets of parts
    "advice parts",
    "foreign advice",
    "user shown",
    "induction parts",
    "experience part",
    "routine part",
    "forgotten part",
    "holiday parts",
    "skill of facilitators",
    "parts of the facilitator",
    "shared parts",
    "found by comparing",
    "lost parts",
    "parts of linked networks",
    "parts from the facilitator",
    "member parts",
    "explicit parts",
    "parts of the source",
    "information parts",
    "parts from a broker",
    "foreign from a broker",
    "mailing parts",
    "parts from a visit",
    "foreign from a visit",
    "parts of partners",
    "parts from partners",
    "own parts",
    "parts by context",
    "order of parts",
    "parts rounded",
    "displaced",
    "refusal",
    "new refusal",
    "lapsed parts",
    "parts put into use",
    "style of a new head",
    "comes",
    "seat is filled",
    "school stays",
    "school joins",
    "fit",
    "watches a lesson",
    "parts of a lesson put into use",
    "parts of a lesson understood",
    "parts taken away",
)
"""The streams of random numbers that have a number of their own; it never changes, so no draw does."""
FIRST_NAMED, MOST_STREAMS = 160, 256
"""All other streams have a number from here on, made of their names."""
_NAMED: dict[int, str] = {}


def stream(name: str) -> int:
    """The number of a stream of random numbers, by its name.

    A name that is not in ``STREAMS`` makes a stream of its own, whose number follows from the name alone; so whoever
    needs one says ``stream("what it decides")`` and all others keep their draws. Raises ``DeclarationError`` where the
    name is so like another one that it may be a slip, or has the number of another.
    """
    if name in STREAMS:
        return STREAMS.index(name)
    if near := get_close_matches(name, STREAMS, n=1, cutoff=0.85):
        raise DeclarationError(
            f"there is no stream {name!r}; did you mean {near[0]!r}? A new one has a name less like it"
        )
    number = FIRST_NAMED + crc32(name.encode()) % (MOST_STREAMS - FIRST_NAMED)
    if _NAMED.setdefault(number, name) != name:
        raise DeclarationError(f"the stream {name!r} has the number of {_NAMED[number]!r}; right is another name")
    return number


def stream_name(number: int) -> str:
    """The name of a stream, by its number; raises ``KeyError`` for a number that no stream has."""
    return STREAMS[number] if number < len(STREAMS) else _NAMED[number]


def stream_numbers() -> dict[str, int]:
    """Every stream that the model asks for, with its number, in the order of the numbers."""
    return {name: number for number, name in [*enumerate(STREAMS), *sorted(_NAMED.items())]}


def mix64(bits: int) -> int:
    """A 64-bit word whose every bit depends on every bit of the given one."""
    bits = to_uint64((bits ^ (bits >> to_uint64(30))) * to_uint64(FIRST_MULTIPLIER))
    bits = to_uint64((bits ^ (bits >> to_uint64(27))) * to_uint64(SECOND_MULTIPLIER))
    return bits ^ (bits >> to_uint64(31))


def run_key(seed: int, replicate: int) -> int:
    """The key of a run: one 64-bit word for a seed and a replicate."""
    return mix64(
        to_uint64(
            mix64(to_uint64(to_uint64(seed) + to_uint64(GOLDEN_GAMMA)))
            ^ mix64(to_uint64(to_uint64(replicate) * to_uint64(SECOND_MULTIPLIER) + to_uint64(FIRST_MULTIPLIER)))
        )
    )


def week_key(run: int, week: int) -> int:
    """The key of a week of a run; week 0 is the starting world."""
    return mix64(to_uint64(run + to_uint64(week) * to_uint64(GOLDEN_GAMMA)))


def uniform(key: int, stream: int, entity_id: int, draw_index: int = 0) -> float:
    """A random number between 0 and 1 (neither included) for a teacher, school or network.

    ``key`` is the key of the week, ``stream`` the number of a stream, ``entity_id`` a lasting identity,
    ``draw_index`` tells the draws of one stream apart.
    """
    return ((random_word(key, stream, entity_id, draw_index) >> to_uint64(12)) + 0.5) * SMALLEST_STEP


def random_word(key: int, stream: int, entity_id: int, draw_index: int = 0) -> int:
    """The 64 random bits of which ``uniform`` makes a number; each is 0 or 1, independently of the others."""
    counter = (to_uint64(entity_id) << to_uint64(20)) | (to_uint64(draw_index) << to_uint64(8)) | to_uint64(stream)
    return mix64(to_uint64(key + to_uint64(counter * to_uint64(GOLDEN_GAMMA))))


def normal_quantile(share: float) -> float:
    """The value below which a share (between 0 and 1) of a standard normal distribution lies.

    Acklam's rational approximation (relative error below 1.2e-9), monotone, so that raising a mean moves everybody
    the same way.
    """
    tail = min(share, 1.0 - share)
    if tail < 0.02425:
        value = _tail(math.sqrt(-2.0 * log(tail)))
        return value if share < 0.5 else -value
    q = share - 0.5
    r = q * q
    s = r * r
    above = (
        (2.506628277459239e00 - 3.066479806614716e01 * r) + s * (1.383577518672690e02 - 2.759285104469687e02 * r)
    ) + s * s * (2.209460984245205e02 - 3.969683028665376e01 * r)
    below = ((1.0 - 1.328068155288572e01 * r) + s * (6.680131188771972e01 - 1.556989798598866e02 * r)) + s * s * (
        1.615858368580409e02 - 5.447609879822406e01 * r
    )
    return q * above / below


def _tail(q: float) -> float:
    s = q * q
    above = (
        (2.938163982698783e00 + 4.374664141464968e00 * q) - s * (2.549732539343734e00 + 2.400758277161838e00 * q)
    ) - s * s * (3.223964580411365e-01 + 7.784894002430293e-03 * q)
    below = ((1.0 + 3.754408661907416e00 * q) + s * (2.445134137142996e00 + 3.224671290700398e-01 * q)) + s * s * (
        7.784695709041462e-03
    )
    return above / below


def lognormal(spread: float, u: float) -> float:
    """A positive factor with mean 1: lognormal with ``spread`` in logs, at the quantile ``u`` (0..1)."""
    spread = LOG2_E * spread
    return exp2(spread * normal_quantile(u) - 0.5 / LOG2_E * spread * spread)


def logit_normal(middle: float, spread: float, u: float) -> float:
    """A share around ``middle``: logit-normal with ``spread`` in logits, at the quantile ``u`` (0..1).

    Growing in ``middle`` and ``u``; a middle of 0 or 1 leaves no room and is returned as it is.
    """
    if middle <= 0.0 or middle >= 1.0:
        return clip_share(middle)
    return 1.0 / (1.0 + (1.0 - middle) / middle * exp(-spread * normal_quantile(u)))


def clip_share(value: float) -> float:
    """A value cut to the range 0..1."""
    return min(1.0, max(0.0, value))


def uniforms(
    key: int, stream: str, entity_id: NDArray[np.integer], draw_index: NDArray[np.integer] | int = 0
) -> NDArray[np.float64]:
    """The same draws for an array of identities at once (for building the starting world)."""
    ids, places = np.asarray(entity_id, dtype=np.uint64), np.asarray(draw_index, dtype=np.uint64)
    return np.asarray(uniform(key, STREAMS.index(stream), ids, places))  # type: ignore[arg-type]  # arrays of words


def lognormals(spread: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rule of ``lognormal`` for an array of uniforms."""
    return np.array([lognormal(spread, quantile) for quantile in u.tolist()])


def logit_normals(middle: float, spread: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rule of ``logit_normal`` for an array of uniforms."""
    return np.array([logit_normal(middle, spread, quantile) for quantile in u.tolist()])
