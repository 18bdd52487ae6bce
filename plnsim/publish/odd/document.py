"""The whole description: pieces written by hand, with what is generated set into them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import ModuleType

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plnsim.common import elementary, streams
from plnsim.common.package import shipped
from plnsim.common.sources import SOURCES
from plnsim.model import measure, outcome, school_year, survival, week
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of, rules
from plnsim.model.world import entities, population, programme, ties
from plnsim.publish.odd import tables
from plnsim.publish.odd.equations import IMPLICIT_ARGUMENTS, PseudoCode, functions_of, number_lines
from plnsim.publish.odd.world import FORMAT
from plnsim.simulation.engine import counts
from plnsim.simulation.scenario import Scenario, weeks
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

PIECES = Path(__file__).parent / "text"
STORED = shipped("docs/odd.md")
REFRESH = "python -m plnsim.publish.odd"
"""The command that brings the stored copy up to date, in a checkout, with all else that is made of declarations."""
CAPITALS = re.compile(r"\b[A-Z][A-Z0-9_]+\b")


def markdown() -> str:
    """The description in Markdown; the same for everybody who has this version of the model."""
    cited: dict[str, None] = {}

    def cite(key: str) -> str:
        cited[key] = None
        assert key in SOURCES, f"there is no source {key}"
        return f"[{key}]"

    environment = Environment(
        loader=FileSystemLoader(PIECES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    context = {
        name: getattr(tables, name)
        for name in (
            "state",
            "week_fields",
            "schedule",
            "mechanisms",
            "parameters",
            "streams",
            "example_draws",
            "counts",
            "outcomes",
            "cost_items",
            "weekly",
            "files",
            "assumptions",
        )
    }
    context |= {
        "cite": cite,
        "literature": lambda: tables.literature(cited),
        "default": lambda name: MODEL_PARAMETERS[name].format(MODEL_PARAMETERS[name].default),
        "numbers": tables.parameter_counts(),
        "teachers_by_default": round(Scenario("default").expected_teachers, -1),
        "schedule_modules": SCHEDULE,
        "entities": entities,
        "entities_module": entities,
        "implicit_arguments": IMPLICIT_ARGUMENTS,
        "school_weeks": school_year.SCHOOL_WEEKS,
        "holiday_weeks": f"{school_year.HOLIDAY_WEEKS:g}",
        "world_format": FORMAT,
        "listing": listing,
        "shared": shared,
        "submodel": submodel,
        "methods_of_run": methods_of_run,
        "weeks_module": weeks,
        "week_module": week,
        "population_module": population,
        "ties_module": ties,
        "programme_module": programme,
        "elementary_module": elementary,
        "streams_module": streams,
        "counts_module": counts,
        "outcome_module": outcome,
        "survival_module": survival,
    }
    pieces = [environment.get_template(path.name).render(context) for path in sorted(PIECES.glob("*.md"))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(pieces)).strip() + "\n"


def listing(module: ModuleType, names: tuple[str, ...] | None = None, hidden: tuple[str, ...] = ()) -> str:
    """Rules of a module line by line, after the constants that they name."""
    text = PseudoCode(module, hidden)
    lines = _rules(text, names or tuple(functions_of(module)))
    return _with_constants(text, lines, set(CAPITALS.findall(lines)))


def _rules(text: PseudoCode, names: tuple[str, ...]) -> str:
    return number_lines((_head(text, name), text.function(name)) for name in names)


def _head(text: PseudoCode, name: str) -> str:
    return f"{'step' if name in STEP_KINDS else 'rule'} {text.head(text.functions[name])}"


def _with_constants(text: PseudoCode, lines: str, named: set[str]) -> str:
    """Constants go before the rules, and those that constants name go before them."""
    for _ in range(2):
        named = named | set(CAPITALS.findall("\n".join(text.constants(named.__contains__))))
    constants = text.constants(lambda name: name in named)
    return "\n\n".join(filter(None, ("\n".join(constants), lines)))


@cache
def _of_mechanism(mechanism: ModuleType) -> tuple[PseudoCode, str]:
    text = PseudoCode(mechanism)
    return text, _rules(text, tuple(functions_of(mechanism)))


@cache
def _all_constants() -> frozenset[str]:
    """The constants that any rule of any mechanism names."""
    return frozenset(CAPITALS.findall("\n".join(_of_mechanism(mechanism)[1] for mechanism in (*SCHEDULE, rules))))


def shared() -> str:
    """The rules that mechanisms share, and the constants of the school year."""
    text, lines = _of_mechanism(rules)
    year = PseudoCode(school_year).constants(_all_constants().__contains__)
    return "\n".join([*year, _with_constants(text, lines, set(_all_constants()))])


def submodel(mechanism: ModuleType, place: int) -> str:
    """A mechanism's section: what it says of itself, its parameters, its rules and steps."""
    text, lines = _of_mechanism(mechanism)
    docstring = (mechanism.__doc__ or "").strip().replace("``", "`")
    name = name_of(mechanism)
    listing_text = _with_constants(text, lines, set(_all_constants()))
    code = f"```text\n{listing_text}\n```\n" if listing_text else "It has no rules and no steps of its own.\n"
    return f"### 7.{place} {name.capitalize()}\n\n{docstring}\n\n{tables.parameters(name)}\n\n{code}"


def methods_of_run() -> str:
    """What outcomes ask of a run that was counted."""
    names = tuple(
        name for name in vars(measure.RunCounts) if not name.startswith("__") and name in PseudoCode(measure).functions
    )
    text = PseudoCode(measure, ("self",))
    return number_lines(
        (f"run.{text.head(text.functions[name])}".replace("()", ""), text.function(name)) for name in names
    )
