"""The mechanisms of the model, one file each, and the order in which they make up a week.

A mechanism may hold six steps. ``teacher_observes``, ``school_observes`` and ``network_observes`` read the world as it
was at the end of last week and write only what this teacher, school or network has *seen*. ``teacher_updates``,
``school_updates`` and ``network_updates`` change only this teacher, school or network; a teacher may read her school
and network, a school its own state, a network its own. Within a week everybody observes before anybody updates:

    networks observe, schools observe, teachers observe, teachers update, schools update, networks update

so influence moves along one tie a week at most, and the order of teachers cannot matter. Both engines take the
order of the mechanisms from ``SCHEDULE``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from plnsim.common.errors import DeclarationError, suggestion
from plnsim.model.state import Step

STEP_KINDS = (
    "network_observes",
    "school_observes",
    "teacher_observes",
    "teacher_updates",
    "school_updates",
    "network_updates",
)
"""The kinds of steps of a week, in their order."""


def _in_order(*names: str) -> tuple[ModuleType, ...]:
    """The mechanisms of these names; raises ``DeclarationError`` where names and files do not match one to one."""
    files = {path.stem for path in Path(__file__).parent.glob("[a-z]*.py")}
    for name in names:
        if name not in files:
            raise DeclarationError(
                f"SCHEDULE names {name!r}, and there is no plnsim/model/mechanisms/{name}.py; {suggestion(name, files)}"
            )
    for place, name in enumerate(names):
        if name in names[:place]:
            raise DeclarationError(f"SCHEDULE names {name!r} twice; right is one line")
    modules = {file: import_module(f"{__name__}.{file}") for file in sorted(files)}
    for file in files - set(names):
        if any(hasattr(modules[file], name) for name in ("PARAMETERS", "TEACHER", "SCHOOL", "NETWORK", *STEP_KINDS)):
            raise DeclarationError(
                f"plnsim/model/mechanisms/{file}.py stands in no line of SCHEDULE; "
                f'write "{file}" in plnsim/model/mechanisms/__init__.py, at its place in the week'
            )
    return tuple(modules[name] for name in names)


SCHEDULE = _in_order(
    "membership",  # who takes part in a network
    "conditions",  # how time, leadership and focus combine (rules only)
    "practice",  # what the practice is worth (rules only)
    "parts",  # what it consists of, and what a school can find by itself
    "aggregates",  # what is known of staff and of members, counted once
    "time",  # hours against hours needed
    "focus",  # shared focus of schools and networks
    "meeting",  # network meetings: quality, mode, trust
    "spanning",  # what people outside schools bring into it, and take away
    "inquiry",  # reflective inquiry: what the network comes to know
    "partners",  # who are no school keep it up after support
    "learning",  # what each member takes from a meeting
    "mobilisation",  # brokers bring it home
    "advice",  # colleagues ask each other
    "observation",  # and watch each other teach
    "norms",  # what colleagues believe rubs off
    "application",  # users use it this week, or find no way
    "habit",  # use becomes habit
    "experience",  # use teaches and adapts
    "fidelity",  # drift from the core, and repair
    "evidence",  # what users see in their pupils, and who hears of it
    "attention",  # fades while nothing renews it
    "leadership",  # vision, support, distributed leadership as felt by staff, moved by evidence
    "policy",  # push, course, competing initiatives
    "abandonment",  # who found no way may give up
    "adoption",  # who does not use it may take it up
    "barrier",  # what is named as in the way
    "forgetting",  # unused knowledge fades
    "routine",  # the school makes it part of its work
    "turnover",  # teachers leave
    "succession",  # heads leave
    "replacement",  # whoever takes over begins as declared
    "arrival",  # what newcomers bring, and who is brought in
    "participation",  # schools stay in their networks, leave or join
    "renewal",  # networks go on without support, or end
    "recruitment",  # networks are founded
    "lasting",  # who took it up, gave it up, left while using it (only to be counted)
)
"""The mechanisms in the order of the week."""


def name_of(mechanism: ModuleType) -> str:
    """The name of a mechanism: that of its file, and the first half of its parameters' dotted names."""
    return mechanism.__name__.rpartition(".")[2]


def steps(kind: str) -> list[Step]:
    """The steps of one kind (``"teacher_observes"`` and so on), in the order of the week."""
    return [getattr(mechanism, kind) for mechanism in SCHEDULE if hasattr(mechanism, kind)]
