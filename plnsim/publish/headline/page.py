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
from plnsim.output.words import join_words, number, percent, points
from plnsim.publish.headline import figures
from plnsim.publish.report import rules
from plnsim.publish.report.discovered import plot_box, plot_tradeoff
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.decision import draws_of, value_of_information
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.discovery import discover
from plnsim.studies.experiment.fresh import FRESH
from plnsim.studies.headline import findings
from plnsim.studies.headline.findings import Claim
from plnsim.studies.headline.plans import EXTRA
from plnsim.studies.headline.results import HeadlineExperiment, structures_of

VERSIONS = ("numpy", "numba", "scipy", "SALib", "ema_workbench")
WHEN = "sustained_scale_up >= 0.5"
OUTCOMES = {
    "sustained_scale_up": "sustained scale-up",
    "teacher_survival_3": "survival three years on",
    "deep_use": "sustained deep use",
}


def write(results: dict[str, HeadlineExperiment], folder: Path, command: str) -> Path:
    """Writes the page (``headline.md``), its figures (SVG) and small tables (CSV) into a folder; gives the page's
    path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    context = (
        _crossed(results, folder)
        | _priced(results["equal-cost"], results["equal-cost-as-it-is"], folder)
        | _regimes(results["regimes"], folder)
        | {
            "time": _time(results["time-and-leadership"], results["programmes"], folder),
            "single": _indices(results["conditions"], folder, "conditions"),
            "groups": _indices(results["groups"], folder, "groups"),
            "experiments": results,
            "runs": sum(result.runs for result in results.values()),
            "outcomes": OUTCOMES,
            "dummy": DUMMY,
            "command": command,
            "model": model_version(),
            "python": platform.python_version(),
            "versions": [f"{library} {version(library)}" for library in VERSIONS],
        }
    )
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )  # Markdown, no HTML
    environment.filters |= {
        "percent": percent,
        "points": points,
        "number": number,
        "words": lambda name: name.replace("-", " "),
        "listed": lambda parts: join_words([str(part).replace("-", " ") for part in parts] or ["none"]),
    }
    text = environment.from_string(
        (files("plnsim.publish.headline") / "headline.md.jinja").read_text(encoding="utf-8")
    ).render(context)
    page = folder / "headline.md"
    page.write_text(text.rstrip() + "\n", encoding="utf-8")
    return page


def first_sentence(claims: list[Claim]) -> str:
    """What held in every case, as one sentence: of claims about the same, the one that says most; if nothing held
    everywhere, what held most often.
    """
    strongest: dict[str, Claim] = {}
    for claim in claims:
        if claim.everywhere:
            strongest.setdefault(claim.about, claim)
    if not strongest:
        best = max(claims, key=lambda claim: claim.held / claim.of if claim.of else 0.0)
        return f"Nothing that was asked held everywhere; most often, in {best.held} of {best.cases}, {best.text}."
    by_cases: dict[str, list[str]] = {}
    for claim in strongest.values():
        by_cases.setdefault(claim.cases, []).append(claim.text)
    parts = [f"in all {cases}, {join_words(texts)}" for cases, texts in by_cases.items()]
    return "I" + "; ".join(parts)[1:] + "."


def first_named(table: pandas.DataFrame) -> str:
    """The condition or lever that surely comes first nearly everywhere; nothing where this is not identified."""
    top = table.loc[table["surely"].idxmax()]
    return str(top["name"]) if top["surely"] >= max(1, findings.IDENTIFIED * top["of"]) else ""


def order_sentence(table: pandas.DataFrame) -> str:
    """Which condition comes first, or that this is not identified."""
    counts, surely = (
        join_words([f"{row['name']} in {row[column]}" for _, row in table.iterrows()]) for column in ("first", "surely")
    )
    name = first_named(table)
    said = f"{name.capitalize()} comes first" if name else "Which condition comes first is not identified"
    of = int(table["of"].iloc[0])
    tied = of - int(table["first"].sum())
    ties = (
        f" In {tied} of them the largest effects are equal, for what sustains it is conditions together."
        if tied
        else ""
    )
    return (
        f"{said}: of the {of} cases in which any of them has an effect on sustained scale-up, "
        f"the largest is that of {counts}, and more surely than luck that of {surely}.{ties}"
    )


def _crossed(results: dict[str, HeadlineExperiment], folder: Path) -> dict[str, object]:
    crossing, lifts = results["crossing"], results["lifts"]
    claims = findings.claims(crossing, lifts)
    _table(pandas.DataFrame(claims), folder / "claims.csv")
    effects, plain = (findings.effects(one, findings.SUSTAINED) for one in (crossing, results["crossing-as-it-is"]))
    _table(pandas.concat([effects, plain.assign(structure="as it is")]), folder / "effects.csv")
    save_svg(figures.effects(effects, plain), folder / "effects.svg")
    orders = {
        (outcome, kind): findings.order(crossing, outcome, kind)
        for kind in ("condition", "lever")
        for outcome in OUTCOMES
    }
    told = pandas.concat([table.assign(outcome=outcome, kind=kind) for (outcome, kind), table in orders.items()])
    _table(told, folder / "order.csv")
    lifted = findings.lifts_table(lifts, results["lifts-as-it-is"])
    _table(lifted, folder / "lifts.csv")
    return {
        "first_sentence": first_sentence(claims),
        "order_sentence": order_sentence(orders[findings.SUSTAINED, "condition"]),
        "claims": [claim for claim in claims if claim.of],
        "without_cases": [claim for claim in claims if not claim.of],
        "orders": [
            (OUTCOMES[outcome], kind, table.to_dict("records"), first_named(table) or "not identified")
            for (outcome, kind), table in orders.items()
        ],
        "lifted": lifted.to_dict("records"),
        "structures": structures_of(crossing.experiment),
    }


def _priced(over_ranges: HeadlineExperiment, at_defaults: HeadlineExperiment, folder: Path) -> dict[str, object]:
    table = findings.equal_cost(over_ranges, at_defaults)
    _table(table, folder / "equal-cost.csv")
    ahead = table[table[f"{findings.SUSTAINED}_gain_ranges_low"] > 0.0]
    try:
        known = value_of_information(draws_of(over_ranges.folder), findings.SUSTAINED)
        _table(known, folder / "value-of-information.csv")
        rows, none = known.to_dict("records"), ""
    except InputError as problem:
        rows, none = [], problem.wrong
    return {
        "plans": table.to_dict("records"),
        "sustaining": int(
            (table[[f"{findings.SUSTAINED}_{place}" for place in ("defaults", "ranges")]] > 0.0).any(axis=1).sum()
        ),
        "varied": len(over_ranges.experiment.names) - (DUMMY in over_ranges.experiment.names),
        "deeper": list(table["plan"][table[f"{findings.DEEP}_gain_ranges_low"] > 0.0]),
        "extra": EXTRA,
        "country": over_ranges.plans[0].scenario.values["prices.country"],
        "gaining": list(ahead["plan"]),
        "best_plan": table.loc[table["best"].idxmax()],
        "information": rows,
        "shown": [row for row in rows if row["shown"]],
        "no_information": none,
    }


def _time(over: HeadlineExperiment, programmes: HeadlineExperiment, folder: Path) -> dict[str, object]:
    places, marks = findings.on_the_map(over, programmes)
    hours, levels = (list(factor.levels) for factor in over.experiment.factors.values())
    _table(places, folder / "time-and-leadership.csv")
    _table(marks, folder / "programmes.csv")
    marks = marks.assign(default=marks["variant"] == programmes.scenario)
    save_svg(
        figures.time_map(places, hours, levels, marks.rename(columns={"hours": "x", "leadership": "y"})),
        folder / "time-and-leadership.svg",
    )
    return {
        "lift": over.experiment.lift,
        "gains": over.experiment.outcomes[0].replace("_", " "),
        "least": findings.LEAST_GAIN,
        "places": _counted(places),
        "marks": _counted(marks[~marks["default"]]),
        "defaults": marks[marks["default"]].iloc[0],
        "boundary": findings.boundary(places, hours, levels).to_dict("records"),
        "rows": marks.to_dict("records"),
    }


def _counted(table: pandas.DataFrame) -> dict[str, object]:
    """Of places or programmes: how many, what is named and in the way in how many, and where time is named although
    leadership's lift gains more.
    """
    named = table["named"] == "time"
    mistaken = named & (table["obstacle"] == "leadership")
    return {
        "of": len(table),
        "named": int(named.sum()),
        "mistaken": int(mistaken.sum()),
        "surely": int((mistaken & table["surely"]).sum()),
        "names": list(table["variant"][mistaken]),
        **{obstacle: int((table["obstacle"] == obstacle).sum()) for obstacle in figures.OF_OBSTACLE},
    }


def _indices(result: HeadlineExperiment, folder: Path, name: str) -> dict[str, object]:
    """The indices of the outcomes that can be analysed, as a table and a figure of that name."""
    analysis = result.analyses[result.scenario]
    told = {
        outcome: analysis.first_and_total(outcome)
        for outcome in result.experiment.outcomes
        if len(analysis.indices) and outcome in set(analysis.indices["outcome"]) and outcome not in analysis.excluded
    }
    if told:
        _table(
            pandas.concat([table.assign(outcome=outcome) for outcome, table in told.items()]), folder / f"{name}.csv"
        )
        save_svg(
            figures.indices({outcome.replace("_", " "): told[outcome] for outcome in list(told)[:2]}),
            folder / f"{name}.svg",
        )
    return {
        "told": {outcome: table.to_dict("records") for outcome, table in told.items()},
        "excluded": analysis.excluded,
        "verdict": analysis.verdict,
        "size": result.experiment.size,
        "parameters": len(result.experiment.names) - 1,
        "declared": [MODEL_PARAMETERS[name] for name in result.experiment.names if name != DUMMY],
    }


def _regimes(result: HeadlineExperiment, folder: Path) -> dict[str, object]:
    try:
        fresh = min(FRESH, result.experiment.size)
        discovery = discover(result.folder / result.scenario, WHEN, seed=result.experiment.seed, fresh=fresh)
    except InputError as problem:
        return {"rules": [f"No rule was looked for: {problem.wrong}."], "box": False}
    if discovery.box is not None:
        save_svg(plot_box(discovery), folder / "regimes.svg")
        save_svg(plot_tradeoff(discovery), folder / "regimes-tradeoff.svg")
    return {"rules": rules.sentences(discovery), "box": discovery.box is not None}


def _table(table: pandas.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, float_format="%.5g")
