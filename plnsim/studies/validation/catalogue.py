"""All patterns, and which of them were kept out when the defaults were chosen."""

from __future__ import annotations

from plnsim.common.streams import run_key, uniform
from plnsim.studies.validation import conditions, exchange, lasting, spreading, trials
from plnsim.studies.validation.pattern import Pattern
from plnsim.studies.validation.protocol import PROTOCOL

PATTERNS: tuple[Pattern, ...] = tuple(
    sorted(
        (*trials.PATTERNS, *lasting.PATTERNS, *spreading.PATTERNS, *exchange.PATTERNS, *conditions.PATTERNS),
        key=lambda pattern: (0, int(pattern.key[1:])) if pattern.key[0] == "V" else (1, 0),
    )
)
"""Those of the list of patterns first, by their number; then further ones."""


def held_out() -> frozenset[str]:
    """The keys of the patterns that chance keeps out of the calibration: each with a chance of a third, whatever other
    patterns there are.
    """
    share = PROTOCOL.held_out_share
    return frozenset(pattern.key for pattern in PATTERNS if pattern.testable and _uniform(pattern.key) < share)


def _uniform(key: str) -> float:
    number = 0
    for letter in key:
        number = (number * 257 + ord(letter)) % 2**31
    return uniform(run_key(PROTOCOL.split_seed, number), 0, 0)
