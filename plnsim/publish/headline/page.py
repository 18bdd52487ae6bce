"""The results page of the headline study: its tables written beside it, its figures drawn, and its sentences filled
with their numbers.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import jinja2
import pandas

from plnsim.common.errors import InputError
from plnsim.output.figures import save_svg
from plnsim.output.words import percent, points
from plnsim.publish.headline import figures
from plnsim.publish.report import rules
from plnsim.publish.report.discovered import plot_box, plot_tradeoff
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.discovery import discover
from plnsim.studies.headline import findings
from plnsim.studies.headline.results import HeadlineExperiment

VERSIONS = ("numpy", "numba", "scipy", "SALib", "ema_workbench")
WHEN = "sustained_scale_up >= 0.5"
CONTROL = "symmetric-placement-leaders-create-no-time"
"""The structure under which the claim that time is named and leadership is in the way must vanish."""
MOST_EXCEPTIONS = 8


def write(results: dict[str, HeadlineExperiment], folder: Path, command: str) -> Path:
    """Writes the page (``headline.md``), its figures (SVG) and small tables (CSV) into a folder; gives the page's
    path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    context = _regimes(results["regimes"], folder) | {
        "crossing": _crossing(results["crossing"], folder),
        "posterior": _posterior(results["crossing-posterior"], folder),
        "named": _named(results["named-and-actual"], folder),
        "conditions": _conditions(results["conditions"], folder),
        "groups": _groups(results["groups"], folder),
        "screening": _screening(results["screening"], folder),
        "experiments": results,
        "runs": sum(result.runs for result in results.values()),
        "least_gain": findings.LEAST_GAIN,
        "matched": findings.MATCHED,
        "dummy": DUMMY,
        "command": command,
        "model": model_version(),
        "python": platform.python_version(),
        "versions": [f"{library} {version(library)}" for library in VERSIONS],
    }
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )  # Markdown, no HTML
    environment.filters |= {"percent": percent, "points": points, "words": lambda name: name.replace("-", " ")}
    text = environment.from_string(
        (files("plnsim.publish.headline") / "headline.md.jinja").read_text(encoding="utf-8")
    ).render(context)
    page = folder / "headline.md"
    page.write_text(text.rstrip() + "\n", encoding="utf-8")
    return page


def _crossing(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    table = findings.factorial_effects(result)
    _table(table, folder / "crossing.csv")
    plain = table[table["structure"] == "as it is"]
    save_svg(
        figures.corners(
            {row["scenario"]: findings.corner_means(result, row["scenario"]) for _, row in plain.iterrows()}
        ),
        folder / "corners.svg",
    )
    save_svg(figures.by_structure(table), folder / "by-structure.svg")
    spread = findings.spreading_cases(table)
    others = [
        f"{row['scenario']} with {row['structure'].replace('-', ' ')} ({row['first']})"
        for _, row in spread[spread["first"] != "leadership"].iterrows()
    ]
    more = [f"and {len(others) - MOST_EXCEPTIONS} more, see crossing.csv"] if len(others) > MOST_EXCEPTIONS else []
    return {
        "base": plain.iloc[0],
        "scenarios": table["scenario"].nunique(),
        "structures": table["structure"].nunique(),
        "cases": len(table),
        "exceptions": others[:MOST_EXCEPTIONS] + more,
        **_counted(spread),
    }


def _posterior(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    """The crossing at the draws of a posterior alone, without the defaults that stand beside them."""
    table = findings.factorial_effects(result)
    _table(table, folder / "crossing-posterior.csv")
    draws = table[table["structure"] != "as it is"]
    spread = findings.spreading_cases(draws)
    return {"draws": len(draws), "time_alone": spread["time_alone"].max(), **_counted(spread)}


def _counted(spread: pandas.DataFrame) -> dict[str, int]:
    """In how many of the cases in which something spreads each statement holds."""
    return {
        "spread": len(spread),
        "leadership_first": int((spread["first"] == "leadership").sum()),
        "joint": int((spread["time x leadership"] > spread["time x leadership half-width"]).sum()),
        "time_enough": int((spread["time_alone"] > 0.5).sum()),
    }


def _named(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    table = findings.named_and_actual(result)
    _table(table, folder / "named-and-actual.csv")
    save_svg(figures.named_and_actual(table), folder / "named-and-actual.svg")
    rows = table.to_dict("records")
    return {
        "rows": rows,
        "base": rows[0],
        "control": next(row for row in rows if row["structure"] == CONTROL),
        "lift": result.experiment.lift,
    }


def _conditions(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    late, early = _indices(result, folder, "conditions", "sustained deep use, year 7")
    dummy = late.set_index("factor").loc[DUMMY]
    through = findings.over_time(result)
    if len(through):
        save_svg(figures.through_time(through), folder / "through-time.svg")
    analysis = result.analyses[result.scenario]
    return {
        "late": late.to_dict("records"),
        "early": early.to_dict("records"),
        "size": result.experiment.size,
        "replicates": result.experiment.replicates,
        "alone": float(late["first"].sum()),
        "noise": float(dummy["total"]),
        "noise_half_width": float(dummy["total_half_width"]),
        "through_time": bool(len(through)),
        "aleatory_share": float(analysis.variance.set_index("outcome").loc["deep_use", "aleatory_share"]),
        "verdict": analysis.verdict,
        "declared": [MODEL_PARAMETERS[name] for name in late["factor"] if name != DUMMY],
    }


def _groups(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    late, _ = _indices(result, folder, "groups", "sustained deep use")
    return {
        "late": late.to_dict("records"),
        "parameters": len(result.experiment.names) - 1,
        "verdict": result.analyses[result.scenario].verdict,
    }


def _indices(
    result: HeadlineExperiment, folder: Path, name: str, late_title: str
) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """The indices of sustained deep use and of use when support ends, as a table and a figure of that name."""
    late, early = (
        result.analyses[result.scenario].first_and_total(outcome) for outcome in ("deep_use", "use_when_support_ends")
    )
    _table(late, folder / f"{name}.csv")
    save_svg(figures.indices({late_title: late, "use when support ends": early}), folder / f"{name}.svg")
    return late, early


def _regimes(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    try:
        discovery = discover(result.folder / result.scenario, WHEN, seed=result.experiment.seed)
    except InputError as problem:
        return {"rules": [f"No rule was looked for: {problem.wrong}."], "box": False}
    if discovery.box is not None:
        save_svg(plot_box(discovery), folder / "regimes.svg")
        save_svg(plot_tradeoff(discovery), folder / "regimes-tradeoff.svg")
    return {"rules": rules.sentences(discovery), "box": discovery.box is not None}


def _screening(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    table = findings.screening_table(result, "deep_use")
    _table(table, folder / "screening.csv")
    noise = float(table.set_index("factor").loc[DUMMY, "mu_star"])
    return {
        "rows": table.to_dict("records"),
        "size": result.experiment.size,
        "verdict": result.analyses[result.scenario].verdict,
        "in_the_noise": int((table["mu_star"] - table["half_width"] <= noise).sum()) - 1,
    }


def _table(table: pandas.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, float_format="%.5g")
