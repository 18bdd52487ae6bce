"""What a page asks for, parsed from the JSON that it sends; bad input names its place and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.short_repr import short_repr
from plnsim.common.toml import parse_toml
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import MAX_TEACHERS, RUNS, check_limits, with_class_size
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.shipped import shipped_scenarios

MAX_TEXT_LENGTH = 100_000
UPLOADED = "uploaded"
"""The name of a scenario that was uploaded."""
SUBJECTS = ("teacher", "school", "network")
MAX_NUMBER = 2**53
"""Whole numbers that JavaScript tells apart."""


@dataclass(frozen=True)
class StoryRequest:
    """Whose story is asked for: of a teacher, school or network, by its place, in a replicate of a scenario."""

    scenario: Scenario
    replicate: int
    subject: str
    place: int

    __repr__ = short_repr


def parse_object(body: object, known: tuple[str, ...]) -> Mapping[str, object]:
    """A JSON object that holds known names only."""
    if not isinstance(body, dict):
        raise InputError("the request is no JSON object", right=f"an object of {', '.join(known)}")
    for name in body:
        if name not in known:
            raise InputError(
                f"there is no {quote_value(str(name))}", place="the request", right=suggestion(name, known)
            )
    return body


def parse_integer(body: Mapping[str, object], name: str, below: int) -> int:
    """A whole number from 0 on of a request."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise InputError(
            f"{name} cannot be {quote_value(str(value))}", place=name, right=f"a whole number from 0 to {below - 1:,}"
        )
    return value


def parse_story(body: object, default: Scenario) -> StoryRequest:
    """Whose story is asked for, at which values; raises ``InputError``."""
    asked = parse_object(body, ("scenario", "text", "values", "years", "replicate", "of", "place"))
    scenario = parse_scenario({name: asked[name] for name in ("scenario", "text") if name in asked}, default)
    values = asked.get("values", {})
    if not isinstance(values, dict):
        raise InputError("values are no JSON object", place="values", right='{"time.hours": 1}, for instance')
    for name in values:
        if name not in MODEL_PARAMETERS:
            raise InputError(
                f"there is no parameter {quote_value(name)}",
                place="values",
                right=suggestion(name, MODEL_PARAMETERS.by_name),
            )
    moved = scenario.with_values(values)
    if "years" in asked:
        years = asked["years"]
        if not isinstance(years, int | float) or isinstance(years, bool):
            raise InputError("years are no number", place="years", right="7, for instance")
        moved = moved.with_years(years)
    subject = asked.get("of")
    if subject not in SUBJECTS:
        raise InputError(
            f"nobody is called {quote_value(str(subject))}", place="of", right=suggestion(str(subject), SUBJECTS)
        )
    return StoryRequest(
        check_limits(moved),
        parse_integer(asked, "replicate", RUNS),
        str(subject),
        parse_integer(asked, "place", MAX_NUMBER),
    )


def parse_scenario(body: object, default: Scenario) -> Scenario:
    """The scenario that a page opens: the server's own, a shipped one by its name, or an uploaded text, which is data
    only.
    """
    asked = parse_object(body, ("scenario", "text"))
    name, text = asked.get("scenario"), asked.get("text")
    if text is not None:
        return check_limits(_parse_upload(text))
    if name is None or name == default.name:
        return default
    if not isinstance(name, str) or name not in shipped_scenarios():
        raise InputError(
            f"there is no scenario {quote_value(str(name))}",
            place="scenario",
            right=suggestion(str(name), shipped_scenarios()),
        )
    return check_limits(with_class_size(Scenario.of(name)))


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
