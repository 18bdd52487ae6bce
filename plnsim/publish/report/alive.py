"""The part of a page that is alive: the compared worlds travel with it, and whoever reads it moves what carries the
answer, with the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from plnsim.common.parameter import Parameter
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.publish.browser import embedded
from plnsim.publish.report.names import colours, labels, marks
from plnsim.simulation.scenario.classroom import FRONT_PARAMETERS, MAX_TEACHERS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.wasm.pack import header_of, pack
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult

HERE = Path(__file__).parent
MOST_REPLICATES, MOST_BYTES, MOST_LEVERS = 8, 2_000_000, 4
"""Replicates, bytes of packed worlds and parameters to be moved that a page carries at most."""


def section(comparison: Comparison) -> Markup:
    """The section with its script, the module and the worlds; one sentence instead where these cannot travel."""
    reason, packs = _packed(comparison)
    levers = [] if reason else _levers(comparison, packs)
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    data = {
        "sides": [
            {
                "label": " ".join(
                    part for part in (marks(comparison)[side.name] if comparison.others else "", named) if part
                ),
                "colour": colours(comparison)[side.name],
                "years": side.scenario.weeks / SCHOOL_WEEKS,
                "values": {lever.qualified_name: side.scenario.values[lever.qualified_name] for lever in levers},
            }
            for side, named in zip(comparison.results, labels(comparison).values(), strict=True)
        ],
        "base": comparison.results.index(comparison.base),
        "lead": comparison.results.index(comparison.leading),
        "levers": [_lever(lever, comparison.results) for lever in levers],
        "runs": comparison.base.replicates,
    }
    return Markup(
        templates.get_template("alive.html").render(
            reason=reason,
            sides=data["sides"],
            levers=data["levers"],
            lead=data["lead"],
            single=not comparison.others,
            embedded="" if reason else embedded(data, packs, HERE / "alive.js"),
        )
    )


def _packed(comparison: Comparison) -> tuple[str, dict[str, bytes]]:
    """The scenarios packed with as many of the replicates as fit, or why they are not."""
    scenarios = [side.scenario for side in comparison.results]
    if any(scenario.population_data is not None for scenario in scenarios):
        return "populations that were read from files stay with those who hold them", {}
    if max(scenario.expected_teachers for scenario in scenarios) > MAX_TEACHERS:
        return f"the worlds are too large to travel with it (at most {MAX_TEACHERS:,} teachers)", {}
    seed, replicates = comparison.base.seed, comparison.base.replicates
    first = sum(len(pack(scenario, seed, 1)) for scenario in scenarios)
    carried = min(replicates, MOST_REPLICATES, MOST_BYTES // first)
    if carried < 1:
        return "so many worlds are too large to travel with it", {}
    return "", {str(place): pack(scenario, seed, carried) for place, scenario in enumerate(scenarios)}


def _levers(comparison: Comparison, packs: Mapping[str, bytes]) -> list[Parameter]:
    """The parameters that the answer rests on most, of those that can be moved in every world: those that the page
    found, before those that a class moves.
    """
    found = [] if comparison.sensitivity is None else list(comparison.sensitivity["parameter"])
    drawn = {
        name
        for content in packs.values()
        for name, parameter in header_of(content)["parameters"]["fields"].items()
        if parameter.get("fixed")
    }
    names = [name for name in dict.fromkeys([*found, *FRONT_PARAMETERS]) if name not in drawn]
    declared = [MODEL_PARAMETERS[name] for name in names]
    return [parameter for parameter in declared if isinstance(parameter, Parameter)][:MOST_LEVERS]


def _lever(parameter: Parameter, sides: Sequence[ScenarioResult]) -> dict[str, object]:
    """A slider over the plausible range that reaches the scenarios' own values."""
    own = [number_of(side.scenario.values, parameter.qualified_name) for side in sides]
    return {
        "name": parameter.qualified_name,
        "label": parameter.meaning.rstrip("."),
        "unit": parameter.unit,
        "low": min(parameter.range[0], *own),
        "high": max(parameter.range[1], *own),
        "step": 1 if parameter.integer else "any",
    }
