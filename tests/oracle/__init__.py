"""Runs the weekly model of professional learning networks, written from its ODD document, as an oracle for tests.

A title in brackets beside a rule, such as (Meeting), is that of a section of part 7 of that document, and a number such
as (2.4) is another section. Whose work it is, and of which parts it can be said that their author had seen the document
alone, is told in the guide (``docs/oracle.md``), with what the document left open or got wrong.

Everything is a loop over plain objects. In every function ``sim`` is the whole simulation: ``sim.v`` holds the
parameters in force this week, ``sim.week`` what the steps know of time (2.5). The order of operations follows the
document, because equality to the bit is aimed at; float sums are loops, since the built-in sum() compensates for
rounding from Python 3.12 on.
"""

from tests.oracle.calendar import week_facts
from tests.oracle.counts import RunCounts, outcomes
from tests.oracle.formulas import Simulation
from tests.oracle.observations import network_observes, school_observes, teacher_observes
from tests.oracle.updates import network_updates, school_updates, teacher_updates

__all__ = ["RunCounts", "outcomes", "weeks"]


def weeks(world):
    """Runs a starting world (6.1) to its end and yields the state of all teachers, schools and networks after every
    week (3).
    """
    sim = Simulation(world)
    phases = (
        (network_observes, sim.networks),
        (school_observes, sim.schools),
        (teacher_observes, sim.teachers),
        (teacher_updates, sim.teachers),
        (school_updates, sim.schools),
        (network_updates, sim.networks),
    )
    for number in range(world["weeks"]):
        sim.week, sim.v = week_facts(world, number)
        for step, entities in phases:
            for entity in entities:
                step(sim, entity)
        yield {
            "teachers": [dict(vars(teacher)) for teacher in sim.teachers],
            "schools": [dict(vars(school)) for school in sim.schools],
            "networks": [dict(vars(network)) for network in sim.networks],
        }
