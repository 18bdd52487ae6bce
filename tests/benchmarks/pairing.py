"""Prints what pairing saves: ``python -m tests.benchmarks.pairing``.

The baseline is compared with variants of itself, twice with as many runs: paired (one seed, so that equal replicates
share their random numbers) and unpaired (the variant with a seed of its own). The figure is the ratio of the standard
errors of the difference in sustained deep use; its square says how many times fewer runs do when paired.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import numpy as np

from plnsim import Scenario, run

VARIANTS = ({"time.hours": 0.9}, {"leadership.vision": 0.6}, {"time.hours": 0.9, "leadership.vision": 0.6})
AT_MOST = 1 / 3
"""The ratio that is asked of the first variants."""


def standard_error(differences: np.ndarray) -> float:
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))


def errors(
    values: Mapping[str, float], runs: int, seed: int = 1, outcome: str = "deep_use"
) -> tuple[float, float, float]:
    """The mean paired difference of a variant from the baseline, and its standard error paired and unpaired."""
    baseline = Scenario.of("baseline")
    variant = baseline.with_values(values)
    plain = run(baseline, seed=seed, replicates=runs).values(outcome)
    paired = run(variant, seed=seed, replicates=runs).values(outcome) - plain
    unpaired = run(variant, seed=seed + 1_000_000, replicates=runs).values(outcome) - plain
    return float(paired.mean()), standard_error(paired), standard_error(unpaired)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=200)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    print(f"sustained deep use, baseline against its variants, {asked.runs} runs each, seed {asked.seed}")
    for values in VARIANTS:
        mean, paired, unpaired = errors(values, asked.runs, asked.seed)
        name = ", ".join(f"{name} = {value}" for name, value in values.items())
        held = "at most a third" if paired / unpaired <= AT_MOST else "more than a third"
        print(
            f"{name}: {100 * mean:+.2f} points; "
            f"standard error paired {100 * paired:.4f}, unpaired {100 * unpaired:.4f}: "
            f"ratio {paired / unpaired:.3f} ({held}), as good as {(unpaired / paired) ** 2:.1f} times the runs unpaired"
        )


if __name__ == "__main__":
    main()
