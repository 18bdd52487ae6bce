"""What a search leaves in a folder: its page, the front, its plans as scenarios, all that was tried, and the provenance
from which it can be made again.
"""

from __future__ import annotations

import csv
import hashlib
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.common.files import atomic_folder
from plnsim.output.json_text import json_text
from plnsim.publish.optimisation.page import make_document
from plnsim.publish.provenance import versions
from plnsim.publish.record.save import check_folder
from plnsim.publish.report.save import write_page
from plnsim.simulation.runs import summary
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.optimisation.front import Member, OptimisationResult
from plnsim.studies.optimisation.interval import standard_error
from plnsim.studies.optimisation.problem import Evaluation
from plnsim.studies.optimisation.text import as_json

PROVENANCE = "optimisation.json"


def plan_file(member: Member) -> str:
    """The name of the file that holds a plan of the front as a scenario."""
    return f"plan-{member.letter}.toml"


def comparing(result: OptimisationResult, out: Path) -> str:
    """The command that compares the plans of a folder with the programme as it stands, each under its own letter."""
    plans = [out / plan_file(member) for member in result.members]
    horizon = result.problem.horizon
    years = [] if horizon is None else ["--years", f"{horizon:g}"]
    as_it_is = out / "scenario.toml"
    return command_line("compare", *plans, as_it_is, "--baseline", as_it_is, *years)


def check_out(out: Path) -> None:
    """Raises ``InputError`` when nothing can be written to a folder, before anything is computed."""
    if out.is_dir() and any(out.iterdir()):
        raise InputError(
            f"the folder {out} is not empty; nothing in it was touched",
            place=f"--out {out}",
            right="an empty or new folder",
        )
    check_folder(out)


def write(result: OptimisationResult, out: Path, command: Sequence[str] = (), *, docx: bool = False) -> None:
    """Writes all of it, or nothing; raises ``InputError``."""
    check_out(out)
    atomic_folder(out, lambda folder: _write_into(result, folder, command, docx))


def _write_into(result: OptimisationResult, folder: Path, command: Sequence[str], docx: bool) -> None:
    _table(
        folder / "front.csv",
        [
            {"name": member.letter}
            | _row(result, member.fresh)
            | _costs(result, member.fresh)
            | {"unbeaten_in": member.non_dominated_draws, "of_draws": result.fresh.draws}
            for member in result.members
        ]
        + [{"name": "as it is"} | _row(result, result.status_quo) | _costs(result, result.status_quo)],
    )
    _table(
        folder / "evaluations.csv",
        [{"number": number} | _row(result, tried) for number, tried in enumerate(result.evaluated, start=1)],
    )
    (folder / "scenario.toml").write_text(to_toml(result.problem.scenario), encoding="utf-8")
    for member in result.members:
        (folder / plan_file(member)).write_text(to_toml(result.plan(member)), encoding="utf-8")
    write_page(make_document(result, command), folder, docx=docx)
    tables = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))}
    provenance = as_json(result) | {
        "command": list(command),
        "versions": versions("optuna"),
        "platform": platform.platform(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": tables,
    }
    (folder / PROVENANCE).write_text(json_text(provenance) + "\n", encoding="utf-8")


def _row(result: OptimisationResult, evaluation: Evaluation) -> dict[str, object]:
    """An allocation as a row: its levers, its bill, its aims with 90 % of draws."""
    scenario = result.problem.scenario
    row: dict[str, object] = {
        lever.name: evaluation.allocation.get(lever.name, scenario.values[lever.parameter])
        for lever in result.problem.levers
    }
    row |= {"planned_cost": evaluation.cost} | {
        f"planned_{name}": amount for name, amount in result.problem.bill(evaluation.allocation).items()
    }
    for name in ("deep_use", "shortfall"):
        mean, low, high, _ = summary(getattr(evaluation, name))
        row |= {name: mean, f"{name}_standard_error": standard_error(getattr(evaluation, name))}
        row |= {f"{name}_quantile_05": low, f"{name}_quantile_95": high}
    return row


def _costs(result: OptimisationResult, evaluation: Evaluation) -> dict[str, object]:
    """What an allocation costs over the fresh draws, against no programme."""
    told = result.cost(evaluation)
    return {name: value for name, value in told.items() if name not in ("scenario", "reached", "runs")}


def _table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
