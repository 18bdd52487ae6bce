"""A starting world as plain data: all that a program needs which makes a run again from the description alone."""

from __future__ import annotations

from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.simulation.scenario.scenario import Engine, Scenario

FORMAT = "plnsim-world-1"


def plain_world(scenario: Scenario, seed: int = 1, replicate: int = 0, engine: Engine = "numba") -> dict[str, object]:
    """The starting world of a run, its parameters and its calendar as dictionaries, lists, texts and numbers, ready
    for JSON.

    ``teachers``, ``schools`` and ``networks`` are lists of state variables by name; ties and ``seats`` are lists of
    places as ``World`` describes them. Numbers keep every bit; ``engine`` makes the starting values. Raises
    ``InputError`` when the population would not fit in memory.
    """
    world = scenario.world(seed, replicate, engine)
    people = {
        kind: [
            {variable.name: record[variable.name].item() for variable in variables} for record in getattr(world, kind)
        ]
        for kind, variables in (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK))
    }
    ties = {name: getattr(world, name).tolist() for name in world._fields if name not in people}
    calendar = [
        {
            "week": entry.week,
            "until": entry.until,
            "values": dict(entry.values),
            "event": entry.event,
            "share": entry.share,
        }
        for entry in scenario.calendar
    ]
    return (
        {
            "format": FORMAT,
            "scenario": scenario.name,
            "seed": seed,
            "replicate": replicate,
            "weeks": scenario.weeks,
            "values": dict(scenario.values),
            "calendar": calendar,
        }
        | people
        | ties
    )
