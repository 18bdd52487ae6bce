"""What a page asks for, parsed from its query string; bad input names the parameter and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from plnsim.common.checks import validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Value
from plnsim.common.toml import parse_toml
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import MAX_TEACHERS, with_class_size
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.shipped import shipped_scenarios

IS = "is."
"""Before the name of a parameter: its value in what is; without it, in what if."""
MAX_TEXT_LENGTH = 100_000
MAX_QUERY_LENGTH = 20_000
UPLOADED = "uploaded"
"""The name of a scenario that was uploaded."""
SUBJECTS = ("teacher", "school", "network")
OUTCOMES = tuple(outcome.name for outcome in WEEKLY_OUTCOMES)


def parse_query(
    pairs: Iterable[tuple[str, str]], defaults: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Value], dict[str, Value]]:
    """The options of a query (those known, with their defaults), the values of what if, the values of what is.

    Raises ``InputError`` for an unknown name, one that comes twice, and a value that cannot be.
    """
    options = dict(defaults)
    values: dict[str, Value] = {}
    baseline_values: dict[str, Value] = {}
    seen = set()
    for name, text in pairs:
        if name in seen:
            raise InputError(f"{quote_value(name)} is given twice", place=f"?{name}", right="each name once")
        seen.add(name)
        if name in defaults:
            options[name] = text
            continue
        qualified_name = name.removeprefix(IS)
        if qualified_name not in MODEL_PARAMETERS:
            raise InputError(
                f"there is no parameter {quote_value(qualified_name)}",
                place="the query string",
                right=suggestion(qualified_name, [*MODEL_PARAMETERS.by_name, *defaults]),
            )
        try:
            value = MODEL_PARAMETERS[qualified_name].parse(text)
        except InputError as problem:
            raise InputError(problem.wrong, place=f"?{name}", right=problem.right) from None
        (baseline_values if name.startswith(IS) else values)[qualified_name] = value
    return options, values, baseline_values


def parse_seed(text: str) -> int:
    """The seed written in a query."""
    return validate_seed(_parse_integer("seed", text))


def _parse_integer(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise InputError(
            f"{name} must be a whole number, got {quote_value(text)}", place=f"?{name}", right=f"{name}=1, for instance"
        )
    return int(text)


def parse_outcome(text: str) -> str:
    """The name of a weekly outcome."""
    return _check_option("outcome", text, OUTCOMES)


def parse_subject(text: str) -> str:
    """Whose story is asked for."""
    return _check_option("of", text, SUBJECTS)


def parse_side(text: str) -> str:
    """The side of the comparison that a picture is for."""
    return _check_option("side", text, ("is", "if"))


def _check_option(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise InputError(f"there is no {name} {quote_value(text)}", place=f"?{name}", right=suggestion(text, known))
    return text


def parse_place(text: str, of: int, subject: str) -> int:
    """The place of a teacher, school or network in its list."""
    place = _parse_integer("place", text)
    if place >= of:
        raise InputError(
            f"there is no {subject} {place}",
            place="?place",
            right=f"0 to {of - 1}" if of else f"there is no {subject} in this run",
        )
    return place


def parse_scenario(body: object, default: Scenario) -> Scenario:
    """The scenario that a session begins with: the server's own, a shipped one by its name, or an uploaded text, which
    is data only.
    """
    if not isinstance(body, dict) or body.keys() - {"scenario", "text"}:
        raise InputError("a session begins with a scenario", right='{}, {"scenario": "baseline"} or {"text": "..."}')
    name, text = body.get("scenario"), body.get("text")
    if text is not None:
        return _parse_upload(text)
    if name is None or name == default.name:
        return default
    if not isinstance(name, str) or name not in shipped_scenarios():
        raise InputError(
            f"there is no scenario {quote_value(name)}",
            place="scenario",
            right=suggestion(str(name), shipped_scenarios()),
        )
    return with_class_size(Scenario.of(name))


def _parse_upload(text: object) -> Scenario:
    if not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH:
        raise InputError(
            "the file is no scenario",
            place="the uploaded file",
            right=f"the text of a scenario file, at most {MAX_TEXT_LENGTH:,} letters",
        )
    if names_files(text):
        raise InputError(
            "an uploaded scenario cannot name files",
            place="the uploaded file",
            right=f"[population] with at most {MAX_TEACHERS:,} teachers, or plnsim serve FILE where the files are",
        )
    return Scenario.from_text(text, name=UPLOADED)


def names_files(text: str) -> bool:
    """Whether a scenario's text names files; a text that is no TOML names none, and is refused when it is read."""
    try:
        return "files" in parse_toml(text, UPLOADED)
    except ValueError:
        return False
