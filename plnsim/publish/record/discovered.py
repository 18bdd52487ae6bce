"""The folder of rules that were discovered: sentences, tables, figures, and the provenance from which they can be
found again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import pandas

from plnsim.output.figures import save_svg
from plnsim.publish.record import atomic_write
from plnsim.publish.record.parse import versions
from plnsim.publish.report.discovered import plot_box, plot_tradeoff, plot_tree
from plnsim.publish.report.rules import glossary, limit_phrases, sentences
from plnsim.studies.experiment.discovery import RULE, Discovery

FIGURES = {"tradeoff": plot_tradeoff, "box": plot_box, "tree": plot_tree}
PROVENANCE = "discovery.json"


def write(found: Discovery, out: Path, command: Sequence[str] = ()) -> Path:
    """Writes all of it, or nothing, to a new folder; raises ``InputError``."""
    return atomic_write(out, lambda folder: _write_into(found, folder, command), overwrite=False)


def leaf_table(found: Discovery) -> pandas.DataFrame:
    """The leaves of the tree as a table."""
    return pandas.DataFrame(
        [
            {
                "rule": ", ".join(limit_phrases(leaf.limits)),
                "samples": leaf.samples,
                "reached": leaf.reached,
                "density": leaf.density,
                "coverage": leaf.coverage,
            }
            for leaf in found.tree.leaves
        ]
    )


def _validation_scores(found: Discovery) -> dict[str, float | None]:
    """What rule and tree are worth on samples that they were not found with; nothing where there are too few of
    them.
    """
    scores = {
        "coverage_elsewhere": found.out_of_sample[0],
        "density_elsewhere": found.out_of_sample[1],
        "tree_accuracy": found.tree.accuracy,
        "tree_balanced_accuracy": found.tree.balanced_accuracy,
        "tree_by_guessing": found.tree.majority_accuracy,
    }
    return {name: float(value) if math.isfinite(value) else None for name, value in scores.items()}


def _write_into(found: Discovery, folder: Path, command: Sequence[str]) -> None:
    (folder / "rules.txt").write_text(
        "\n".join([*sentences(found), "", *glossary(found), "", RULE]) + "\n", encoding="utf-8"
    )
    tables = {"limits": found.limits, "tradeoff": found.tradeoff, "tree": leaf_table(found)}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    for name, plot in FIGURES.items():
        save_svg(plot(found), folder / f"{name}.svg", Description=sentences(found)[0])
        plot(found).savefig(folder / f"{name}.png", dpi=150)
    manifest = found.results.manifest
    (folder / PROVENANCE).write_text(
        json.dumps(
            {
                "schema_version": 1,
                "kind": "discovery",
                "experiment": manifest["experiment"],
                "model": manifest["model"],
                "name": manifest["name"],
                "variant": manifest["variant"],
                "when": found.criterion.text,
                "samples": found.samples,
                "reached": found.reached,
                "undefined": found.undefined,
                "resamples": found.resamples,
                "seed": found.seed,
                **_validation_scores(found),
                "rule": RULE,
                "command": list(command),
                "versions": versions("ema_workbench", "scikit-learn"),
                "sha256": {
                    path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))
                },
            },
            indent=2,
        )
        + "\n",
        encoding="utf-8",
    )
