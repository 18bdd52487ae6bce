"""Prints the table of cases for the guide from what a run of the suite left in a folder.

PLNSIM_FULL=1 PLNSIM_FIGURES=figures pytest -m verification
python -m tests.verification.table figures
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def shown(value: float | str, tolerance: str) -> str:
    """A number with the digits that its tolerance leaves worth showing; a text as it is."""
    if isinstance(value, str) or tolerance == "exact":
        return value if isinstance(value, str) else f"{value:g}"
    return f"{value:.4g}" if "SE" in tolerance else f"{value:.10g}" if float(tolerance) < 1e-6 else f"{value:.5g}"


def _apart(row: dict) -> str:
    if row["distance"] is not None:
        return f" ({row['distance']:.1f} SE off)"
    return f" (off by {row['apart']:.0e} at most)" if row["apart"] else ""


def row_of(checks: list[dict]) -> dict:
    """The check of a case that came nearest to its tolerance, or the first where none is in standard errors."""
    measured = [
        check for check in checks if check["distance"] is not None and not check["tolerance"].startswith("over")
    ]
    return max(measured, key=lambda check: check["distance"]) if measured else checks[0]


def tables(folder: Path) -> str:
    """One table for each file of cases: of every case the check that came nearest to failing; parameters of one case
    share a row.
    """
    texts = []
    for path in sorted(HERE.glob("test_*.py")):
        name = path.stem.removeprefix("test_")
        cases: dict[str, list[dict]] = {}
        for left in sorted(folder.glob(f"{name}--*.json")):
            checks = json.loads(left.read_text(encoding="utf-8"))
            if checks:
                cases.setdefault(left.stem.partition("--")[2].partition("-")[0], []).extend(checks)
        if cases:
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
            heading = " ".join(docstring.partition("\n\n")[0].split())
            rows = []
            for case, checks in cases.items():
                row = row_of(checks)
                rows.append(
                    f"| {case.replace('_', ' ')} | {row['what']} | {shown(row['expected'], row['tolerance'])} | "
                    f"{shown(row['seen'], row['tolerance'])}{_apart(row)} | {row['tolerance'] or 'as stated'} | "
                    f"{len(checks)} |"
                )
            texts.append(
                "\n".join(
                    [
                        f"### {heading.rstrip('.')}",
                        "",
                        f"`pytest tests/verification/{path.name}`",
                        "",
                        "| case | compared | expected | seen | allowed | checks |",
                        "|---|---|---|---|---|---|",
                        *rows,
                    ]
                )
            )
    return "\n\n".join(texts) + "\n"


if __name__ == "__main__":
    print(tables(Path(sys.argv[1])), end="")
