"""What ablations leave in a folder: the page of the guide, the tables behind it, and what made them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.files import atomic_folder
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.output.json_text import json_text
from plnsim.publish.provenance import versions
from plnsim.publish.record.dictionary import to_csv
from plnsim.publish.record.save import check_folder, check_names
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.ablations.study import OUTCOMES, AblationResult
from plnsim.studies.ablations.text import as_json, as_markdown
from plnsim.studies.validation.text import About

PAGE, PROVENANCE, DICTIONARY = "ablations.md", "ablations.json", "dictionary.csv"
COLUMNS = {
    "scenario": ("name", "The scenario."),
    "process": ("name", "The process of the theory that is taken away, or of which a part is."),
    "ablation": ("name", "What is taken away; empty for the whole model."),
    "outcome": ("name", f"What is measured: {', '.join(OUTCOMES)}."),
    "unit": ("name", "Unit of what is measured."),
    "whole": ("as the outcome", "Mean of the scenario as it is, over the pairs."),
    "ablated": ("as the outcome", "Mean without what is taken away."),
    "change": ("as the outcome", "Mean paired difference, without minus with."),
    "change_low": ("as the outcome", "Lower end of its 95 % interval over pairs."),
    "change_high": ("as the outcome", "Upper end of it."),
    "relative": ("share", "The change as a share of the mean of the scenario as it is."),
    "relative_low": ("share", "Lower end of its 95 % interval (jackknife over pairs)."),
    "relative_high": ("share", "Upper end of it."),
    "pairs": ("pairs", "Pairs of runs in which the outcome is defined with and without."),
    "reason": ("text", "Why it cannot be taken away from the scenario."),
    "pattern": ("name", "The published pattern."),
    "met": ("yes/no", "Whether the model meets it."),
}
"""Unit and meaning of the columns of all tables."""


def write(result: AblationResult, out: Path, command: Sequence[str] = ()) -> None:
    """Writes all of it into a new folder, or nothing; raises ``InputError``."""
    check_folder(out)
    check_names([scenario.name for scenario in result.scenarios])
    atomic_folder(out, lambda folder: _write_into(result, folder, command))


def _write_into(result: AblationResult, folder: Path, command: Sequence[str]) -> None:
    write_page(result, folder, command_line(*command))
    rows = [(name, column, *COLUMNS[column]) for name, table in result.tables.items() for column in table]
    (folder / DICTIONARY).write_text(to_csv(rows), encoding="utf-8")
    (folder / "scenarios").mkdir()
    for scenario in result.scenarios:
        (folder / "scenarios" / f"{scenario.name}.toml").write_text(to_toml(scenario), encoding="utf-8")
    provenance = {
        **as_json(result),
        "outcomes": {name: OUTCOMES_BY_NAME[name].meaning for name in OUTCOMES},
        "command": list(command),
        "model": model_version(),
        "versions": versions(),
        "platform": platform.platform(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))},
    }
    (folder / PROVENANCE).write_text(f"{json_text(provenance)}\n", encoding="utf-8")


def write_page(result: AblationResult, folder: Path, command: str) -> None:
    """Writes the page and the tables behind it into a folder that is there, over those of before."""
    about: About = {"command": command, "versions": versions()}
    for name, table in result.tables.items():
        path = folder / ("ablations.csv" if name == "ablations" else f"ablations-{name}.csv")
        table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
    (folder / PAGE).write_text(as_markdown(result, about), encoding="utf-8")
