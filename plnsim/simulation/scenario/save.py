"""A scenario written as a file: complete, so that it can be run again, or commented, to begin with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from plnsim.common.parameter import AnyParameter, Choice, Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario


def _literal(value: Value | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _comment(parameter: AnyParameter) -> str:
    if isinstance(parameter, Choice):
        return f"# {parameter.meaning} Options: {', '.join(parameter.options)}."
    low, high = parameter.range
    return f"# {parameter.meaning} [{parameter.unit}; plausible {low:g} to {high:g}; {parameter.source}]"


def to_toml(scenario: Scenario, *, files: dict[str, str] | None = None) -> str:
    """The text of a file that gives this very scenario, every value written out, so that later defaults are no matter.

    ``files``: names of the files of a given population, by kind, if others than those that it was read from. Calendar
    events that begin after the end of the run are left out, because a file with them is refused.
    """
    files = {kind: os.path.abspath(path) for kind, path in scenario.files.items()} if files is None else files
    lines = [
        f"title = {_literal(scenario.title)}",
        f"purpose = {_literal(scenario.purpose)}",
        *([f"teachers_do = {_literal(scenario.teachers_do)}"] if scenario.teachers_do else []),
        f"sources = {_literal(scenario.sources)}",
        f"known = {_literal(scenario.known)}",
        f"assumed = {_literal(scenario.assumed)}",
        f"special = {_literal(scenario.special)}",
        f"omitted = {_literal(scenario.omitted)}",
    ]
    if scenario.years is not None:
        lines.append(f"years = {scenario.years!r}")
    if files:
        read_as = {**files, **scenario.file_options}
        lines += ["", "[files]", *(f"{name} = {_literal(value)}" for name, value in read_as.items())]
    for section, declared in MODEL_PARAMETERS.sections.items():
        if declared:
            lines += [
                "",
                f"[{section}]",
                *(
                    f"{parameter.name} = {_literal(scenario.values[parameter.qualified_name])}"
                    for parameter in declared
                ),
            ]
    for event in (event for event in scenario.calendar if event.week < scenario.weeks):
        lines += ["", "[[calendar]]", f"week = {event.week}"]
        lines += [f"until_week = {event.until}"] if event.until is not None else []
        lines += [f"event = {_literal(event.event)}", f"share = {event.share!r}"] if event.event else []
        lines += [f"set.{name} = {_literal(value)}" for name, value in event.values]
        lines += [f"note = {_literal(event.note)}"] if event.note else []
    return "\n".join(lines) + "\n"


FIRST_ANSWERS = {
    "population.schools": "schools in the region",
    "population.secondary_share": "share of them that are secondary schools",
    "population.primary_staff": "teachers of a primary school",
    "population.secondary_staff": "teachers of a secondary school",
    "programme.participation": "share of the schools that take part",
    "programme.schools_a_network": "schools that form a network",
    "programme.delegates": "teachers whom a school sends",
    "programme.support_years": "years of support",
    "programme.follow_up_years": "years that are followed after it",
    "meeting.a_year": "meetings of a network in a year",
    "meeting.hours": "hours of a meeting",
    "meeting.in_person": "share of the exchange that is in person, not online",
    "time.hours": "hours a week that a teacher has for a new practice",
    "leadership.vision": "how clear the heads' vision of it is, 0 to 1",
    "leadership.support": "how much heads support it, 0 to 1",
    "focus.alignment": "how much it serves the school's own priorities, 0 to 1",
}
"""What a programme is described by first, in plain words: the parameters of a first scenario file."""


def short_template(title: str, answers: Mapping[str, Value]) -> str:
    """The text of a first scenario file with what describes a programme, the answers among it; all else is left out and
    stays at its default. Answers on other parameters are written as well.
    """
    lines = [
        f"title = {_literal(title)}",
        'purpose = "What question should this scenario answer?"',
        "known = []      # what is known of the programme, and from where",
        "assumed = []    # what you assume",
        *first_sections(answers),
    ]
    return "\n".join(lines) + "\n"


def first_sections(answers: Mapping[str, Value], *, without: str = "") -> list[str]:
    """The lines that describe a programme, and of what else was answered; none of the section ``without``."""
    lines = []
    for section, declared in MODEL_PARAMETERS.sections.items():
        written = [
            parameter
            for parameter in declared
            if section != without and (parameter.qualified_name in answers or parameter.qualified_name in FIRST_ANSWERS)
        ]
        lines += ["", f"[{section}]"] if written else []
        for parameter in written:
            value = answers.get(parameter.qualified_name, parameter.default)
            about = FIRST_ANSWERS.get(parameter.qualified_name, parameter.meaning)
            lines.append(f"{f'{parameter.name} = {_literal(value)}':<24} # {about}")
    return lines


def commented_template() -> str:
    """The text of a scenario file with every parameter as a comment: default, unit, range, meaning and source."""
    head = [
        "# A scenario of plnsim. Lines that begin with # are comments: remove the # to change a value.",
        "# plnsim validate THIS_FILE checks it; plnsim run THIS_FILE simulates it.",
        "",
        'title = "My programme"',
        'purpose = "What question should this scenario answer?"',
        'sources = []    # keys of plnsim\'s list, or references of your own: "Author (year), title"',
        "known = []      # what the sources say about this programme",
        "assumed = []    # what you assume",
        "special = []    # what sets it apart from other programmes, and the parameters that stand for it",
        "omitted = []    # what is characteristic of it and not in the model",
        "# years = 7     # length of the run; without it: support and follow-up",
    ]
    body = []
    for section, declared in MODEL_PARAMETERS.sections.items():
        if not declared:
            continue
        body += ["", f"[{section}]"]
        for parameter in declared:
            body += [_comment(parameter), f"# {parameter.name} = {_literal(parameter.default)}"]
    tail = [
        "",
        "# A calendar of what happens on the way, as many entries as needed:",
        "# [[calendar]]",
        f"# year = 3.0                # or week = {3 * SCHOOL_WEEKS}",
        "# lift = { time = 0.3 }     # close a share of the gap in time, leadership or focus",
        '# note = "..."',
        "#",
        "# [[calendar]]",
        "# year = 5",
        '# event = "tune-up"          # or "new head" (with share), "end support"',
    ]
    return "\n".join(head + body + tail) + "\n"
