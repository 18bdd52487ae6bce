"""Prints how fast one small model is in Mesa, in AgentPy, on plnsim's engine and in a hand-written kernel: ``python -m
tests.benchmarks.peers``.

The model stands in ``tests.benchmarks.small_model``; every contender has the same teachers, ties and rules,
synchronous in two stages. Mesa and AgentPy draw from the model's own generator, as is usual there (Mesa both with
``shuffle_do``, which shuffles its agents before each stage, and with ``do``); the kernel and the engine draw keyed
chance and must agree to the bit. The contenders begin where use has settled and run in turn, in one process and
thread, warm; figures are teacher-weeks a CPU second, ratios are within a round, median and range over the rounds.
Needs the extra ``peers``. plnsim's own week is the tuple ``plnsim.model.mechanisms.WEEK``, read when the engine is
first imported: this benchmark puts the small model there (and its counts in the place of plnsim's), in a process and a
cache of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from types import SimpleNamespace

import numpy as np

from tests.benchmarks import small_model
from tests.benchmarks.small_model import GOES, KNOWN_AT_MOST, KNOWS, LEAVES, MEETS, changing, learnt

STAFF, TIES, YEAR = 30, 5, 39


def beginning(teachers: int) -> SimpleNamespace:
    """The common start: ties within schools, who uses the practice and who knows how much of it."""
    generator = np.random.default_rng(1)
    posts = np.arange(teachers)
    school = posts // STAFF * STAFF
    others = np.argsort(generator.random((teachers, STAFF - 1)), axis=1)[:, :TIES]
    size = np.minimum(STAFF, teachers - school)
    others = others % (size - 1)[:, None]
    to = school[:, None] + others + (others >= (posts - school)[:, None])
    return SimpleNamespace(
        teachers=teachers,
        to=to.astype(np.int32),
        first=np.arange(0, TIES * teachers + 1, TIES),
        uses=(generator.random(teachers) < 0.2).astype(np.int8),
        knowledge=0.5 * generator.random(teachers),
    )


def _observe(self):
    others = self.others
    self.exposure = sum(colleague.uses for colleague in others) / len(others)
    met = others[int(self.model.random.random() * len(others))]
    self.contact_knowledge = met.knowledge if met.uses else 0.0


def _update(self):
    chance, uses = self.model.random.random, self.uses
    changes = chance() < changing(uses, self.knowledge, self.exposure)
    self.knowledge = learnt(uses, self.knowledge, self.contact_knowledge)
    if changes:
        self.uses = 1 - uses
    if self.model.ends_year and chance() < LEAVES:
        self.uses = 0
        self.knowledge = KNOWN_AT_MOST * chance()


def _fill(agents, start) -> None:
    agents = list(agents)
    for post, agent in enumerate(agents):
        agent.uses, agent.knowledge = int(start.uses[post]), float(start.knowledge[post])
        agent.others = [agents[other] for other in start.to[post]]


def settle(start: SimpleNamespace, weeks: int = 400) -> SimpleNamespace:
    """The start moved on until use hardly changes, so that contenders that are slow, and simulate fewer weeks, have
    the same work.
    """
    before = Kernel(start, keys(2, weeks))
    before.advance(weeks)
    start.uses, start.knowledge = before.state[0].copy(), before.state[1].copy()
    return start


def keys(replicate: int, weeks: int) -> np.ndarray:
    """The keys of the weeks of a run."""
    from plnsim.common.streams import run_key, week_key

    run = run_key(1, replicate)
    return np.array([week_key(run, week + 1) for week in range(weeks)], np.uint64)


class Mesa:
    """Pure Mesa: one agent a teacher, a data collector notes the mean; the agent set makes each stage, shuffled or in
    order.
    """

    def __init__(self, start, stage: str):
        import mesa

        teacher = type("Teacher", (mesa.Agent,), {"observe": _observe, "update": _update})
        self.model = mesa.Model(rng=1)
        self.model.agents_made = [teacher(self.model) for _ in range(start.teachers)]
        _fill(self.model.agents_made, start)
        self.collector = mesa.DataCollector(model_reporters={"use": lambda model: model.agents.agg("uses", np.mean)})
        self.week, self.all_make = 0, getattr(self.model.agents, stage)

    def advance(self, weeks: int) -> None:
        for _ in range(weeks):
            self.model.ends_year = self.week % YEAR == YEAR - 1
            self.all_make("observe")
            self.all_make("update")
            self.collector.collect(self.model)
            self.week += 1

    def use(self) -> float:
        return float(self.collector.model_vars["use"][-1])


class AgentPy:
    """AgentPy: an agent list calls each stage, the model records the mean."""

    def __init__(self, start):
        import agentpy

        teacher = type("Teacher", (agentpy.Agent,), {"observe": _observe, "update": _update})
        self.model = agentpy.Model({"seed": 1})
        self.model.sim_setup()
        self.agents = agentpy.AgentList(self.model, start.teachers, teacher)
        _fill(self.agents, start)
        self.week = 0

    def advance(self, weeks: int) -> None:
        for _ in range(weeks):
            self.model.ends_year = self.week % YEAR == YEAR - 1
            self.agents.observe()
            self.agents.update()
            self.model.record("use", float(np.mean(list(self.agents.uses))))
            self.week += 1

    def use(self) -> float:
        return self.model.log["use"][-1]


def _kernel():
    from numba import njit

    from plnsim.common.streams import uniform

    rate, knows, draw = njit(changing), njit(learnt), njit(uniform)
    changes_by = small_model.CHANGES

    @njit(nogil=True, error_model="numpy")
    def weeks_of(first, to, uses, knowledge, new_uses, new_knowledge, week_keys, begin, end, series):
        for week in range(begin, end):
            key, total, ends_year = week_keys[week], 0, week % YEAR == YEAR - 1
            for teacher in range(len(uses)):
                ties, users = first[teacher + 1] - first[teacher], 0
                for tie in range(first[teacher], first[teacher + 1]):
                    users += uses[to[tie]]
                met = to[first[teacher] + int(draw(key, MEETS, teacher) * ties)]
                own, known = uses[teacher], knowledge[teacher]
                changes = draw(key, changes_by, teacher) < rate(own, known, users / ties)
                known = knows(own, known, knowledge[met] if uses[met] else 0.0)
                after = 1 - own if changes else own
                if ends_year and draw(key, GOES, teacher) < LEAVES:
                    after, known = 0, KNOWN_AT_MOST * draw(key, KNOWS, teacher)
                new_uses[teacher], new_knowledge[teacher] = after, known
                total += after
            uses, new_uses, knowledge, new_knowledge = new_uses, uses, new_knowledge, knowledge
            series[week] = total

    return weeks_of


class Kernel:
    """The yardstick: the whole model as one loop over arrays, written by hand for this model and compiled by Numba."""

    def __init__(self, start, week_keys):
        self.week_keys, self.week, self.start = week_keys, 0, start
        self.state = [start.uses.copy(), start.knowledge.copy(), start.uses.copy(), start.knowledge.copy()]
        self.series, self.weeks_of, self.to = np.zeros(len(week_keys), np.int64), _kernel(), start.to.ravel()

    def advance(self, weeks: int) -> None:
        self.weeks_of(self.start.first, self.to, *self.state, self.week_keys, self.week, self.week + weeks, self.series)
        if weeks % 2:
            self.state = self.state[2:] + self.state[:2]
        self.week += weeks

    def use(self) -> float:
        return self.series[self.week - 1] / self.start.teachers


class Engine:
    """plnsim's engine with the small model as its only mechanism: the same columns, passes and counts as
    plnsim's own week.
    """

    def __init__(self, start, week_keys):
        from plnsim.model.world.entities import NETWORK_DTYPE, SCHOOL_DTYPE, TEACHER_DTYPE, World
        from plnsim.simulation.engine.numba_backend import NumbaBackend
        from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
        from plnsim.simulation.scenario.weeks import WEEK_DTYPE, to_records

        people, schools = np.zeros(start.teachers, TEACHER_DTYPE), np.zeros(-(-start.teachers // STAFF), SCHOOL_DTYPE)
        people["name"] = people["post"] = np.arange(start.teachers)
        people["school"], people["uses"], people["knowledge"] = people["post"] // STAFF, start.uses, start.knowledge
        schools["first_teacher"] = np.arange(len(schools)) * STAFF
        schools["after_last_teacher"] = np.minimum(schools["first_teacher"] + STAFF, start.teachers)
        none, nobody = np.zeros(start.teachers + 1, np.int64), np.zeros(0, np.int32)
        world = World(
            people,
            schools,
            np.zeros(0, NETWORK_DTYPE),
            start.first.astype(np.int64),
            start.to.ravel(),
            none,
            nobody,
            none,
            nobody,
            np.zeros(1, np.int64),
            nobody,
            np.zeros(len(schools) + 1, np.int64),
            nobody,
            nobody,
        )
        weeks = np.zeros(len(week_keys), WEEK_DTYPE)
        weeks["key"], weeks["number"] = week_keys, np.arange(len(week_keys))
        weeks["ends_year"] = weeks["number"] % YEAR == YEAR - 1
        self.run = NumbaBackend(world, weeks, to_records([MODEL_PARAMETERS.defaults()]))
        self.advance = self.run.advance

    def use(self) -> float:
        return float(self.run.world.teachers["uses"].mean())


def install_small_model() -> None:
    """Puts the small model in the place of plnsim's week, before the engine is imported."""
    os.environ["PLNSIM_CACHE"] = tempfile.mkdtemp(prefix="plnsim-peers-")
    from plnsim.model import mechanisms
    from plnsim.simulation.engine import counts
    from plnsim.simulation.scenario import declared  # parameters are declared by plnsim's own week

    assert declared.MODEL_PARAMETERS
    mechanisms.SCHEDULE = (small_model,)
    counts.count_school = small_model.count_school
    from plnsim.simulation.engine import numba_backend

    numba_backend._inline_module(small_model)


def race(teachers: int, rounds: int, slow_weeks: int, fast_weeks: int) -> dict[str, list[float]]:
    """Teacher-weeks a CPU second of each contender, round by round; prints what share uses the practice in the end, as
    a check.
    """
    start, week_keys = settle(beginning(teachers)), keys(1, (rounds + 1) * fast_weeks)
    contenders = {
        "Mesa shuffle_do": (Mesa(start, "shuffle_do"), slow_weeks),
        "Mesa do": (Mesa(start, "do"), slow_weeks),
        "AgentPy": (AgentPy(start), slow_weeks),
        "kernel": (Kernel(start, week_keys), fast_weeks),
        "plnsim": (Engine(start, week_keys), fast_weeks),
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for contender, weeks in contenders.values():
        contender.advance(min(weeks, 2))
    for _ in range(rounds):
        for name, (contender, weeks) in contenders.items():
            began = time.process_time()
            contender.advance(weeks)
            rates[name].append(teachers * weeks / (time.process_time() - began))
    agree = (
        contenders["kernel"][0].series[: 2 + rounds * fast_weeks]
        == contenders["plnsim"][0].run.counts.series[: 2 + rounds * fast_weeks, :, 1].sum(axis=1)
    ).all()
    use = ", ".join(f"{name} {contender.use():.3f}" for name, (contender, _) in contenders.items())
    print(f"  use in the end: {use}; kernel and engine, users of every week: {'equal' if agree else 'DIFFERENT'}")
    return rates


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--teachers", type=int, nargs="+", default=[600, 21_500])
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument(
        "--slow-weeks", type=int, help="weeks a round of Mesa and AgentPy (default: about 60,000 teacher-weeks)"
    )
    words.add_argument(
        "--fast-weeks",
        type=int,
        help="weeks a round of the kernel and the engine (default: about 6 million teacher-weeks)",
    )
    asked = words.parse_args()
    install_small_model()
    for teachers in asked.teachers:
        print(f"{teachers:,} teachers")
        slow_weeks, fast_weeks = (
            asked.slow_weeks or max(1, 60_000 // teachers),
            asked.fast_weeks or max(2, 6_000_000 // teachers),
        )
        speeds = race(teachers, asked.rounds, slow_weeks, fast_weeks)
        for name, rates in speeds.items():
            rate = statistics.median(rates)
            print(f"  {name:<15} {rate / 1e6:8.2f} million teacher-weeks a CPU second, {1e9 / rate:9.1f} ns each")
        for contender, rival in (
            ("plnsim", "Mesa shuffle_do"),
            ("plnsim", "Mesa do"),
            ("plnsim", "AgentPy"),
            ("plnsim", "kernel"),
        ):
            ratios = [mine / theirs for mine, theirs in zip(speeds[contender], speeds[rival], strict=True)]
            print(
                f"  {contender} against {rival}: {statistics.median(ratios):.2f} times "
                f"({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds)"
            )


if __name__ == "__main__":
    main()
