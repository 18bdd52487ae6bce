"""The folder of rules that were discovered: sentences, tables, figures, and the provenance from which they can be
found again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import pandas

from plnsim.common.files import atomic_folder
from plnsim.output.figures import save_svg
from plnsim.output.json_text import json_text
from plnsim.publish.provenance import versions
from plnsim.publish.record.save import check_folder
from plnsim.publish.report.discovered import plot_box, plot_tradeoff, plot_tree
from plnsim.publish.report.rules import glossary, limit_phrases, sentences
from plnsim.studies.experiment.discovery import RULE, Discovery
from plnsim.studies.experiment.fresh import Share

FIGURES = {"tradeoff": plot_tradeoff, "box": plot_box, "tree": plot_tree}
PROVENANCE = "discovery.json"


def write(discovery: Discovery, out: Path, command: Sequence[str] = ()) -> Path:
    """Writes all of it, or nothing, to a new folder; raises ``InputError``."""
    check_folder(out)
    return atomic_folder(out, lambda folder: _write_into(discovery, folder, command))


def leaf_table(discovery: Discovery) -> pandas.DataFrame:
    """The leaves of the tree as a table: in the samples that it was grown with, and in fresh ones where there are."""
    leaves = discovery.tree.leaves
    judged = discovery.fresh.leaves if discovery.fresh else [Share(0, 0)] * len(leaves)
    return pandas.DataFrame(
        [
            {
                "rule": ", ".join(limit_phrases(leaf.limits)),
                "samples": leaf.samples,
                "reached": leaf.reached,
                "density": leaf.density,
                "coverage": leaf.coverage,
                "fresh_samples": fresh.of,
                "fresh_reached": fresh.held,
            }
            for leaf, fresh in zip(leaves, judged, strict=True)
        ]
    )


def _validation_scores(discovery: Discovery) -> dict[str, float | None]:
    """What rule and tree are worth on samples that they were not found with; nothing where there are too few of
    them.
    """
    scores = {
        "coverage_elsewhere": discovery.out_of_sample[0],
        "density_elsewhere": discovery.out_of_sample[1],
        "tree_accuracy": discovery.tree.accuracy,
        "tree_balanced_accuracy": discovery.tree.balanced_accuracy,
        "tree_by_guessing": discovery.tree.majority_accuracy,
    }
    if discovery.fresh:
        for name in ("base_rate", "density", "coverage"):
            share: Share = getattr(discovery.fresh, name)
            low, high = share.interval
            scores |= {f"fresh_{name}": share.value, f"fresh_{name}_low": low, f"fresh_{name}_high": high}
    return {name: float(value) if math.isfinite(value) else None for name, value in scores.items()}


def _write_into(discovery: Discovery, folder: Path, command: Sequence[str]) -> None:
    (folder / "rules.txt").write_text(
        "\n".join([*sentences(discovery), "", *glossary(discovery), "", RULE]) + "\n", encoding="utf-8"
    )
    tables = {"limits": discovery.limits, "tradeoff": discovery.tradeoff, "tree": leaf_table(discovery)}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    for name, plot in FIGURES.items():
        save_svg(plot(discovery), folder / f"{name}.svg", Description=sentences(discovery)[0])
        plot(discovery).savefig(folder / f"{name}.png", dpi=150)
    manifest = discovery.results.manifest
    (folder / PROVENANCE).write_text(
        json_text(
            {
                "schema_version": 1,
                "kind": "discovery",
                "experiment": manifest["experiment"],
                "model": manifest["model"],
                "name": manifest["name"],
                "variant": manifest["variant"],
                "when": discovery.criterion.text,
                "samples": discovery.samples,
                "reached": discovery.reached,
                "undefined": discovery.undefined,
                "resamples": discovery.resamples,
                "seed": discovery.seed,
                **_validation_scores(discovery),
                "rule": RULE,
                "command": list(command),
                "versions": versions("ema_workbench", "scikit-learn"),
                "sha256": {
                    path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))
                },
            }
        )
        + "\n",
        encoding="utf-8",
    )
