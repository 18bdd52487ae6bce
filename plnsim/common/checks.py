"""Numbers that are asked for: seed, replicate, how many runs and workers; checked before anything is simulated."""

from __future__ import annotations

import os
from collections.abc import Iterable
from numbers import Integral

from plnsim.common.errors import InputError, quote_value

DEFAULT_SEED = 1
MAX_REPLICATES = 1_000_000
MAX_WORKERS = 10_000


def validate_seed(seed: object) -> int:
    """The seed; the usual one for ``None``."""
    return DEFAULT_SEED if seed is None else _integer_between("the seed", seed, 0, 2**63 - 1)


def validate_replicate(replicate: object) -> int:
    return _integer_between("the replicate", replicate, 0, 2**63 - 1)


def validate_replicates(replicates: object) -> int:
    return _integer_between("replicates", replicates, 1, MAX_REPLICATES)


def validate_workers(workers: object) -> int:
    return (os.cpu_count() or 1) if workers is None else _integer_between("workers", workers, 1, MAX_WORKERS)


def validate_names(what: str, names: object, example: str, least: int = 1) -> tuple[str, ...]:
    """Different names in a list; a single text is not taken for the list of its letters."""
    right = f'a list of names: ["{example}"], for instance'
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise InputError(f"{what} cannot be {quote_value(names)}", right=right)
    chosen = tuple(names)
    if len(chosen) < least:
        raise InputError(f"{what} cannot be an empty list", right=right)
    for place, name in enumerate(chosen):
        if not isinstance(name, str):
            raise InputError(f"one of {what} cannot be {quote_value(name)}", right=right)
        if name in chosen[:place]:
            raise InputError(f"{quote_value(name)} stands twice among {what}", right="each once")
    return chosen


def _integer_between(what: str, number: object, least: int, most: int) -> int:
    if isinstance(number, bool) or not isinstance(number, Integral) or not least <= int(number) <= most:
        raise InputError(f"{what} cannot be {quote_value(number)}", right=f"a whole number from {least} to {most}")
    return int(number)
