"""Numbers that are asked for: seed, replicate, how many runs and workers; checked before anything is simulated."""

from __future__ import annotations

import os
from numbers import Integral

from plnsim.common.errors import BadInput, told

USUAL_SEED = 1
MOST_REPLICATES = 1_000_000
MOST_WORKERS = 10_000


def checked_seed(seed: object) -> int:
    """The seed; the usual one for ``None``, which Mesa's ``batch_run`` gives from Mesa 3.4 on unless it is told another by ``rng``."""
    return USUAL_SEED if seed is None else _whole("the seed", seed, 0, 2**63 - 1)


def checked_replicate(replicate: object) -> int:
    return _whole("the replicate", replicate, 0, 2**63 - 1)


def checked_replicates(replicates: object) -> int:
    return _whole("replicates", replicates, 1, MOST_REPLICATES)


def checked_workers(workers: object) -> int:
    return (os.cpu_count() or 1) if workers is None else _whole("workers", workers, 1, MOST_WORKERS)


def _whole(what: str, number: object, least: int, most: int) -> int:
    if isinstance(number, bool) or not isinstance(number, Integral) or not least <= number <= most:
        raise BadInput(f"{what} cannot be {told(number)}", right=f"a whole number from {least} to {most}")
    return int(number)
