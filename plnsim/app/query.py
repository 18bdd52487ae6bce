"""What a page asks for, read from its query string; bad input names the parameter and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from plnsim.common.checks import checked_seed
from plnsim.common.errors import BadInput, suggestion, told
from plnsim.model.outcome import WEEKLY
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import MOST_TEACHERS, in_class
from plnsim.simulation.scenario.declared import DECLARED
from plnsim.simulation.scenario.shipped import shipped_scenarios

IS = "is."
"""Before the name of a parameter: its value in what is; without it, in what if."""
LONGEST_TEXT = 100_000
LONGEST_QUERY = 20_000
SUBJECTS = ("teacher", "school", "network")
OUTCOMES = tuple(one.name for one in WEEKLY)


def read(pairs: Iterable[tuple[str, str]], words: Mapping[str, object]) -> tuple[dict[str, object], dict, dict]:
    """The words of a query (those known, with their defaults), the values of what if, the values of what is.

    Raises ``BadInput`` for an unknown name, one that comes twice, and a value that cannot be.
    """
    asked, values, of_is = dict(words), {}, {}
    seen = set()
    for name, text in pairs:
        if name in seen:
            raise BadInput(f"{told(name)} is given twice", place=f"?{name}", right="each name once")
        seen.add(name)
        if name in words:
            asked[name] = text
            continue
        dotted = name.removeprefix(IS)
        if dotted not in DECLARED:
            raise BadInput(f"there is no parameter {told(dotted)}", place="the query string", right=suggestion(dotted, [*DECLARED.by_name, *words]))
        try:
            (of_is if name.startswith(IS) else values)[dotted] = DECLARED[dotted].parsed(text)
        except BadInput as problem:
            raise BadInput(problem.wrong, place=f"?{name}", right=problem.right) from None
    return asked, values, of_is


def seed_of(text: str) -> int:
    """The seed written in a query."""
    return checked_seed(_whole("seed", text))


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise BadInput(f"{name} must be a whole number, got {told(text)}", place=f"?{name}", right=f"{name}=1, for instance")
    return int(text)


def outcome_of(text: str) -> str:
    """The name of a weekly outcome."""
    return _known("outcome", text, OUTCOMES)


def subject_of(text: str) -> str:
    """Whose story is asked for."""
    return _known("of", text, SUBJECTS)


def side_of(text: str) -> str:
    """The side of the comparison that a picture is for."""
    return _known("side", text, ("is", "if"))


def _known(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise BadInput(f"there is no {name} {told(text)}", place=f"?{name}", right=suggestion(text, known))
    return text


def place_of(text: str, of: int, subject: str) -> int:
    """The place of a teacher, school or network in its list."""
    place = _whole("place", text)
    if place >= of:
        raise BadInput(f"there is no {subject} {place}", place="?place", right=f"0 to {of - 1}" if of else f"there is no {subject} in this run")
    return place


def scenario_of(body: object, default: Scenario) -> Scenario:
    """The scenario that a session begins with: the server's own, a shipped one by its name, or an uploaded text, which is data only."""
    if not isinstance(body, dict) or body.keys() - {"scenario", "text"}:
        raise BadInput("a session begins with a scenario", right='{}, {"scenario": "baseline"} or {"text": "..."}')
    name, text = body.get("scenario"), body.get("text")
    if text is not None:
        return _uploaded(text)
    if name is None or name == default.name:
        return default
    if not isinstance(name, str) or name not in shipped_scenarios():
        raise BadInput(f"there is no scenario {told(name)}", place="scenario", right=suggestion(str(name), shipped_scenarios()))
    return in_class(Scenario.of(name))


def _uploaded(text: object) -> Scenario:
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise BadInput("the file is no scenario", place="the uploaded file", right=f"the text of a scenario file, at most {LONGEST_TEXT:,} letters")
    if names_files(text):
        raise BadInput("an uploaded scenario cannot name files", place="the uploaded file",
                       right=f"[population] with at most {MOST_TEACHERS:,} teachers, or plnsim serve FILE where the files are")
    return Scenario.from_text(text, name="uploaded")


def names_files(text: str) -> bool:
    """Whether a scenario's text names files; a text that is no TOML names none, and is refused when it is read."""
    import tomllib

    try:
        return "files" in tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
