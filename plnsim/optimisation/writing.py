"""What a search leaves in a folder: the front, all that was tried, a figure, and the provenance from which it can be made again."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from plnsim.errors import BadInput
from plnsim.optimisation.field import Evaluated
from plnsim.optimisation.figure import front_drawn
from plnsim.optimisation.front import Optimised
from plnsim.optimisation.levers import bill
from plnsim.optimisation.wording import as_json
from plnsim.record import check_folder
from plnsim.runs import summary
from plnsim.scenario.writing import as_toml

PROVENANCE = "optimisation.json"
LIBRARIES = ("plnsim", "numpy", "numba", "scipy", "optuna")


def check_out(out: Path) -> None:
    """Raises ``BadInput`` when nothing can be written to a folder, before anything is computed."""
    if out.is_dir() and any(out.iterdir()):
        raise BadInput(f"the folder {out} is not empty; nothing in it was touched", place=f"--out {out}", right="an empty or new folder")
    check_folder(out)


def write(found: Optimised, out: Path, command: Sequence[str] = ()) -> None:
    """Writes all of it, or nothing; raises ``BadInput``."""
    check_out(out)
    target = out.resolve()
    part = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", dir=target.parent))
        _write_into(found, part, command)
        part.chmod(0o755)
        if target.exists():
            target.rmdir()
        part.rename(target)
    except BaseException as error:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise BadInput(f"nothing can be written to {out}: {error.strerror or error}", place=f"--out {out}",
                           right="a folder that you may write to, with space left") from None
        raise


def _write_into(found: Optimised, folder: Path, command: Sequence[str]) -> None:
    _table(folder / "front.csv", [{"name": one.letter} | _row(found, one.fresh) | {"unbeaten_in": one.stays, "of_draws": found.fresh.draws}
                                  for one in found.members] + [{"name": "as it is"} | _row(found, found.as_it_is)])
    _table(folder / "evaluations.csv", [{"number": number} | _row(found, one) for number, one in enumerate(found.evaluated, start=1)])
    (folder / "scenario.toml").write_text(as_toml(found.field.scenario), encoding="utf-8")
    front_drawn(found).savefig(folder / "front.svg", metadata={"Date": None})
    front_drawn(found).savefig(folder / "front.png", dpi=150)
    tables = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))}
    provenance = as_json(found) | {
        "command": list(command), "versions": {"python": platform.python_version()} | {one: version(one) for one in LIBRARIES},
        "platform": platform.platform(), "written": datetime.now(UTC).isoformat(timespec="seconds"), "sha256": tables}
    (folder / PROVENANCE).write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")


def _row(found: Optimised, one: Evaluated) -> dict[str, object]:
    """An allocation as a row: its levers, its bill, its aims with 90 % of draws."""
    scenario = found.field.scenario
    row: dict[str, object] = {lever.name: one.allocation.get(lever.name, scenario.values[lever.parameter]) for lever in found.field.levers}
    row |= {"cost": one.cost} | {f"cost_{name}": amount for name, amount in bill(scenario, one.allocation, found.field.costs).items()}
    for name in ("deep_use", "shortfall"):
        mean, low, high, _ = summary(getattr(one, name))
        row |= {name: mean, f"{name}_quantile_05": low, f"{name}_quantile_95": high}
    return row


def _table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
