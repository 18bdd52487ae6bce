"""The guided story: a page to scroll through that asks for a guess at each step and then runs the model in itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from plnsim.app.about import control
from plnsim.app.guided.texts import PLACEHOLDER, load_texts
from plnsim.common.notebook import COLOURS, Curve, curves
from plnsim.common.package import __version__
from plnsim.common.quantities import number, percent
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.model.world import entities
from plnsim.publish.browser import POLICY, embedded
from plnsim.publish.odd.causes import causes
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS, check_limits, with_class_size
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.wasm.pack import pack

HERE = Path(__file__).parent
(USE,) = (outcome for outcome in WEEKLY_OUTCOMES if outcome.name == "use")
LEVERS = {
    "hours": "time.hours",
    "vision": "leadership.vision",
    "alignment": "focus.alignment",
    "support": "programme.support_years",
}
"""The sliders of a plan, by the names of their texts."""


def render_story(scenario: Scenario, texts: Mapping[str, str], seed: int = 1, replicates: int = RUNS) -> str:
    """The text of the file: the scenario at class size, with so many of its replicates; raises ``InputError``."""
    resized = check_limits(with_class_size(scenario))
    facts = _facts(resized, seed, replicates)
    told = {key: text if "{" not in text else _filled(text, facts) for key, text in texts.items()}
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    data = {
        "texts": texts,
        "facts": facts,
        "years": resized.weeks / SCHOOL_WEEKS,
        "levers": {name: _slider(resized, name) for name in LEVERS.values()},
        "causes": causal_picture(),
    }
    return templates.get_template("page.html").render(
        texts=told,
        policy=POLICY,
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        school_weeks=SCHOOL_WEEKS,
        levers=list(LEVERS),
        stored=Markup(_stored_curve(resized, seed, replicates, told)),
        embedded=embedded(data, {"story": pack(resized, seed, replicates)}, HERE / "guided.js"),
    )


def _filled(text: str, facts: Mapping[str, object]) -> str:
    """A text with what is known before a run; what the page computes stays open."""
    return PLACEHOLDER.sub(lambda found: str(facts.get(found[1], found[0])), text)


def _facts(scenario: Scenario, seed: int, replicates: int) -> dict[str, object]:
    """What texts may say of the scenario."""
    world, values = scenario.world(seed), scenario.values
    support = min(scenario.support_ends, scenario.weeks)
    return {
        "scenario": scenario.name,
        "version": __version__,
        "seed": seed,
        "replicates": replicates,
        "teachers": len(world.teachers),
        "schools": len(world.schools),
        "years": number(scenario.weeks / SCHOOL_WEEKS),
        "support": number(support / SCHOOL_WEEKS),
        "after": number((scenario.weeks - support) / SCHOOL_WEEKS),
        "parts": values["parts.count"],
        "own_parts": percent(number_of(values, "parts.own")),
        "window": values["measure.window"],
    }


def _slider(scenario: Scenario, name: str) -> dict[str, object]:
    spec = control(MODEL_PARAMETERS[name], scenario)
    return {end: spec[end] for end in ("low", "high", "step")}


def _stored_curve(scenario: Scenario, seed: int, replicates: int, texts: Mapping[str, str]) -> str:
    """Use in the scenario as it is, for who cannot run it."""
    shares = np.mean(run(scenario, seed=seed, replicates=replicates).by_week(USE), axis=0)
    described = f"{texts['page.stored']} {percent(float(shares[-1]))}"
    years = scenario.weeks / SCHOOL_WEEKS
    return curves([Curve(shares, COLOURS[1])], years, 0.0, described, texts["words.years"])


def causal_picture() -> dict[str, object]:
    """What each step reads and sets, and what its parameters and state variables mean, as ``causes.js`` reads it."""
    rules = [(cause.mechanism, cause.parameters, cause.reads, [cause.sets]) for cause in causes()]
    entered = {name for _, parameters, _, _ in rules for name in parameters}
    variables = (*entities.TEACHER, *entities.SCHOOL, *entities.NETWORK)
    moved = [parameter for parameter in MODEL_PARAMETERS if parameter.qualified_name in entered]
    return {
        "rules": rules,
        "labels": {parameter.qualified_name: parameter.qualified_name for parameter in moved},
        "meanings": {
            **{variable.dotted_name: variable.meaning for variable in variables},
            **{parameter.qualified_name: parameter.meaning for parameter in moved},
        },
    }


__all__ = ["LEVERS", "causal_picture", "load_texts", "render_story"]
