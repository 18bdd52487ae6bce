"""A run's network as files: ties with everybody's states by week, who held each post, and who influenced whom.

Ties are those of the model: the first turns to the second. An edge of the type *influence* leads from whom somebody
learnt to her who learnt; its weight is the number of weeks in which she did. What somebody learns at a meeting, from a
mailing or from a visit comes from nobody in particular.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas

from plnsim.app.event_logger import EventLogger
from plnsim.app.states import school_name, teacher_states
from plnsim.common.errors import InputError
from plnsim.common.files import atomic_folder
from plnsim.common.short_repr import short_repr
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.world.entities import NOBODY
from plnsim.simulation.runs import ProgressCallback
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    import networkx

    from plnsim.model.protocols import Teacher, Week

MOST_TEACHERS = 20_000
"""So many are logged in minutes."""
STATES = ("not using", "trying", "habit")
HOW = {
    "heard": "told by a broker",
    "advised": "advised by a broker",
    "asked": "advised by a colleague",
    "watched": "watched a lesson",
    "meeting": "meeting",
    "visit": "visit",
    "mailing": "mailing",
}
"""How somebody learns, by what the logger calls it."""
LAYERS = ("advice", "information", "exchange")


@dataclass(frozen=True)
class Influence:
    """That a teacher learnt in a week: her post, the post of whom she learnt from (-1 for nobody), and how."""

    week: int
    post: int
    source: int
    how: str


class InfluenceLogger(EventLogger):
    """An event logger that keeps who learnt from whom, who left when, and everybody's state in every week."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(scenario, seed)
        teachers = len(self.run.world.teachers)
        self.influences: list[Influence] = []
        self.left: list[list[int]] = [[] for _ in range(teachers)]
        self.states: list[np.ndarray] = []

    def step(self) -> None:
        super().step()
        teachers = self.run.world.teachers
        self.states.append(teacher_states(teachers["uses"], teachers["habit"]).astype(np.uint8))

    def log_event(
        self, teacher: Teacher, week: Week, kind: str, text: str, who: int | None = None, once: object = None
    ) -> None:
        if kind == "leaves":
            self.left[teacher.post].append(week.number)
        elif kind == "hears":
            how = once[0] if isinstance(once, tuple) else str(once)
            self.influences.append(Influence(week.number, teacher.post, NOBODY if who is None else who, HOW[how]))
        super().log_event(teacher, week, kind, text, who, once)


@dataclass(frozen=True)
class RunNetwork:
    """A run's network: its graph, a row for everybody who held a post, and a row for each who influenced another.

    Weeks count from 0, years from 1; a year has 39 weeks.
    """

    graph: networkx.MultiDiGraph
    teachers: pandas.DataFrame
    influences: pandas.DataFrame

    __repr__ = short_repr


def run_network(scenario: Scenario, seed: int, progress: ProgressCallback | None = None) -> RunNetwork:
    """Simulates replicate 0 and gives its network; raises ``InputError`` for more teachers than can be logged."""
    if scenario.expected_teachers > MOST_TEACHERS:
        raise InputError(
            f"some {scenario.expected_teachers:,.0f} teachers are too many to be followed one by one",
            right=f"at most {MOST_TEACHERS:,}: population.schools = ...",
        )
    logger = InfluenceLogger(scenario, seed)
    while logger.running:
        logger.step()
        if progress is not None:
            progress(len(logger.states), len(logger.run.weeks))
    logger.run.end()
    names = _Names(scenario, logger)
    teachers = pandas.DataFrame(_holders(logger, names))
    influences = _influences(logger, names)
    return RunNetwork(_graph(logger, names, teachers, influences), teachers, influences)


class _Names:
    """What schools and teachers are called: as in the files of a population, else by letters and numbers."""

    def __init__(self, scenario: Scenario, logger: EventLogger) -> None:
        known = scenario.population_data.names if scenario.population_data else {}
        schools = logger.run.people.schools
        self.schools = known.get("schools") or tuple(school_name(place) for place in range(len(schools)))
        self.teachers = known.get("teachers") or tuple(
            f"{self.schools[school.place]}.{post - school.first_teacher + 1}"
            for school in schools
            for post in range(school.first_teacher, school.after_last_teacher)
        )


def _holders(logger: InfluenceLogger, names: _Names) -> Iterator[dict[str, object]]:
    """Everybody who held a post: when, her state at the end, when she took it up and from whom she had it."""
    states = np.array(logger.states)
    of_post: dict[int, list[Influence]] = {}
    for influence in logger.influences:
        of_post.setdefault(influence.post, []).append(influence)
    for post, teacher in enumerate(logger.run.people.teachers):
        for holder, (came, left) in enumerate(pairwise([0, *logger.left[post], len(states)]), start=1):
            used = np.flatnonzero(states[came:left, post])
            taken_up = came + int(used[0]) if len(used) else None
            learnt = [each for each in of_post.get(post, []) if came <= each.week < left]
            before = [each for each in learnt if taken_up is not None and each.week <= taken_up]
            yield {
                "teacher": names.teachers[post],
                "holder": holder,
                "school": names.schools[teacher.school],
                "network": teacher.network + 1 if teacher.network >= 0 else None,
                "from_week": came,
                "to_week": left - 1,
                "state": STATES[int(states[left - 1, post])] if left > came else None,
                "weeks_used": int((states[came:left, post] > 0).sum()),
                "taken_up_week": taken_up,
                "taken_up_year": None if taken_up is None else taken_up // SCHOOL_WEEKS + 1,
                **_source("first_heard", learnt[:1], names),
                **_source("had_it", before[-1:], names),
            }


def _source(what: str, influences: list[Influence], names: _Names) -> dict[str, object]:
    """From whom and how, of an influence where there is one."""
    each = influences[0] if influences else None
    return {
        f"{what}_from": names.teachers[each.source] if each and each.source >= 0 else None,
        f"{what}_how": each.how if each else None,
        f"{what}_week": each.week if each else None,
    }


def _influences(logger: InfluenceLogger, names: _Names) -> pandas.DataFrame:
    """Who influenced whom, how, in how many weeks, and in which first and last."""
    weeks: dict[tuple[int, int, str], list[int]] = {}
    for each in logger.influences:
        if each.source >= 0:
            weeks.setdefault((each.source, each.post, each.how), []).append(each.week)
    schools = [names.schools[teacher.school] for teacher in logger.run.people.teachers]
    rows = [
        {
            "from": names.teachers[source],
            "to": names.teachers[to],
            "how": how,
            "weeks": len(of),
            "first_week": min(of),
            "last_week": max(of),
            "across_schools": "yes" if schools[source] != schools[to] else "no",
        }
        for (source, to, how), of in sorted(weeks.items())
    ]
    columns = ["from", "to", "how", "weeks", "first_week", "last_week", "across_schools"]
    return pandas.DataFrame(rows, columns=columns)


def _graph(
    logger: InfluenceLogger, names: _Names, teachers: pandas.DataFrame, influences: pandas.DataFrame
) -> networkx.MultiDiGraph:
    """Posts as nodes with the states of whoever held them, a digit a week; ties and influences as edges by type."""
    import networkx

    world, states = logger.run.people, np.array(logger.states)
    graph = networkx.MultiDiGraph()
    last = teachers.drop_duplicates("teacher", keep="last").set_index("teacher")
    for post, teacher in enumerate(world.teachers):
        name = names.teachers[post]
        row = last.loc[name]
        graph.add_node(
            name,
            label=name,
            school=names.schools[teacher.school],
            network=str(teacher.network + 1) if teacher.network >= 0 else "",
            state=STATES[int(states[-1, post])],
            states="".join(map(str, states[:, post].tolist())),
            taken_up_week=-1 if pandas.isna(row["taken_up_week"]) else int(row["taken_up_week"]),
            had_it_from="" if pandas.isna(row["had_it_from"]) else str(row["had_it_from"]),
        )
    pairs = (
        (world.advice_first, world.advice_to),
        (world.information_first, world.information_to),
        (world.cross_first, world.cross_to),
    )
    for layer, (first, to) in zip(LAYERS, pairs, strict=True):
        for post in range(len(world.teachers)):
            for other, weight in Counter(to[first[post] : first[post + 1]]).items():
                graph.add_edge(names.teachers[post], names.teachers[other], key=layer, type=layer, weight=weight)
    weights = influences.groupby(["from", "to"])["weeks"].sum() if len(influences) else {}
    for (source, to), weight in weights.items():
        graph.add_edge(source, to, key="influence", type="influence", weight=int(weight))
    return graph


def _with_spells(graph: networkx.MultiDiGraph) -> networkx.MultiDiGraph:
    """The graph as GEXF has it: the state of a node as spells, from a week to the week after the last of it."""
    dynamic = graph.copy()
    dynamic.graph["mode"] = "dynamic"
    for _, data in dynamic.nodes(data=True):
        states = data.pop("states")
        changes = [week for week in range(len(states)) if week == 0 or states[week] != states[week - 1]]
        ends = [*changes[1:], len(states)]
        data["state"] = [
            (STATES[int(states[week])], float(week), float(end)) for week, end in zip(changes, ends, strict=True)
        ]
    for _, _, data in dynamic.edges(data=True):
        data["kind"] = data.pop("type")  # GEXF has another meaning for the type of an edge
    return dynamic


def save_run_network(network: RunNetwork, out: Path) -> Path:
    """Writes a run's network to a new folder: ``network.graphml``, ``network.gexf``, and two tables."""
    import networkx

    def fill(folder: Path) -> None:
        networkx.write_graphml(network.graph, folder / "network.graphml")
        networkx.write_gexf(_with_spells(network.graph), folder / "network.gexf")
        tables: dict[str, Any] = {"teachers": network.teachers, "influences": network.influences}
        for name, table in tables.items():
            table.convert_dtypes().to_csv(folder / f"{name}.csv", index=False)

    return atomic_folder(out, fill)
