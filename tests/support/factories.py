"""Tiny worlds for tests of single rules and steps: teachers, schools, networks, ties, a week and parameters, as a test
needs them.
"""

from __future__ import annotations

import random
from types import SimpleNamespace

from pytest import approx

from plnsim.common.parameter import Choice
from plnsim.model.mechanisms import STEP_KINDS, steps
from plnsim.model.world.entities import NETWORK, NOBODY, SCHOOL, TEACHER, World
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS, to_namespace
from plnsim.simulation.scenario.weeks import WEEK_DTYPE

UNIT = 2**40
"""One whole share in a tally."""

KINDS = (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK))


def close_to(value):
    """The value, but for the last bits that rounding may cost (a tally cuts after 40 binary places)."""
    return approx(value, rel=1e-12, abs=1e-12)


def parts_of(*numbers):
    """The set of the parts with the given numbers."""
    return sum(1 << number for number in set(numbers))


def _make(kind, usual, state):
    known = {variable.name: 0.0 if variable.type.startswith("f") else 0 for variable in kind} | usual
    assert known.keys() >= state.keys(), f"no state variable {state.keys() - known.keys()}"
    return SimpleNamespace(**known | state)


def make_teacher(**state):
    """A teacher: nothing known, believed or used, no network, an average load, the whole core; and what the test
    says.
    """
    return _make(
        TEACHER,
        {"network": NOBODY, "seat": NOBODY, "load": 1.0, "fidelity": 1.0, "attention": 1.0, "threshold": 0.5},
        state,
    )


def make_school(**state):
    """A school whose every state variable is 0 but for what the test says; ``make_world`` gives it its staff."""
    return _make(SCHOOL, {}, state)


def make_network(**state):
    """A network that has been founded, else 0 in every state variable but for what the test says; ``make_world`` gives
    it its seats.
    """
    return _make(NETWORK, {"begun": 1}, state)


def make_week(**fields):
    """A week in which nothing special happens but for what the test says."""
    assert set(WEEK_DTYPE.names) >= fields.keys(), f"a week has no {fields.keys() - set(WEEK_DTYPE.names)}"
    return SimpleNamespace(**dict.fromkeys(WEEK_DTYPE.names, 0) | fields)


def parameters(**values):
    """All parameters at their defaults but for what the test says: ``time_hours=1.2`` sets ``time.hours``; checked as
    in a scenario.
    """
    chosen = MODEL_PARAMETERS.defaults()
    for name, value in values.items():
        qualified_name = name.replace("_", ".", 1)
        chosen[qualified_name] = MODEL_PARAMETERS[qualified_name].validate(value)
    return to_namespace(chosen)


def make_world(*staffs, schools=(), networks=(), advice=(), information=(), cross=(), links=(), neighbours=()):
    """A world of one list of teachers a school. Ties are pairs of posts (links: of networks; neighbours: of schools):
    the first turns to the second.

    Posts and places are counted from 0, first school first. Whoever has a ``network`` holds a seat in it, in the order
    of ``seat``.
    """
    schools = list(schools) or [make_school() for _ in staffs]
    teachers, networks = [teacher for staff in staffs for teacher in staff], list(networks)
    first = 0
    for place, (school, staff) in enumerate(zip(schools, staffs, strict=True)):
        school.name = school.place = place
        school.first_teacher, school.after_last_teacher = first, first + len(staff)
        first += len(staff)
        for teacher in staff:
            teacher.school = place
    for post, teacher in enumerate(teachers):
        teacher.name = teacher.post = post
        teacher.first_delegate = 0
    seats = []
    for place, network in enumerate(networks):
        holders = sorted((teacher.seat, teacher.post) for teacher in teachers if teacher.network == place)
        network.name = network.place = place
        network.first_seat, network.after_last_seat = len(seats), len(seats) + len(holders)
        seats += [post for _, post in holders]
        for school in {teachers[post].school for _, post in holders}:
            teachers[min(post for _, post in holders if teachers[post].school == school)].first_delegate = 1
    layers = [_rows(len(teachers), pairs) for pairs in (advice, information, cross)] + [
        _rows(len(networks), links),
        _rows(len(schools), neighbours),
    ]
    return World(teachers, schools, networks, *(part for layer in layers for part in layer), seats)


def _rows(number, pairs):
    to = [[target for source, target in pairs if source == place] for place in range(number)]
    first = [sum(map(len, to[:place])) for place in range(number + 1)]
    return first, [other for row in to for other in row]


def snapshot(world):
    """Everything that can change in a world, by kind, place and variable."""
    return {
        (kind, place, variable.name): getattr(entity, variable.name)
        for kind, variables in KINDS
        for place, entity in enumerate(getattr(world, kind))
        for variable in variables
    }


def difference(before, after):
    """The (kind, place, variable) in which two states differ."""
    assert before.keys() == after.keys()
    return {key for key in before if before[key] != after[key]}


def changed_variables(step, entity, world, week, p):
    """The names of the variables of ``entity`` that a step changes; fails when it changes anything else."""
    before, ties, of_week, of_p = snapshot(world), repr(world[3:]), repr(week), repr(p)
    step(entity, world, week, p)
    assert (repr(world[3:]), repr(week), repr(p)) == (ties, of_week, of_p), "a step changed ties, week or parameters"
    changed = difference(before, snapshot(world))
    others = {key for key in changed if getattr(world, key[0])[key[1]] is not entity}
    assert not others, f"a step changed others: {others}"
    return {variable for _, _, variable in changed}


def in_a_row(*several_steps):
    """Several steps as one step: the same teacher, school or network takes one after the other."""

    def step(entity, world, week, p):
        for each in several_steps:
            each(entity, world, week, p)

    return step


def run_week(world, week, p, backwards=False):
    """All steps of a week, in their order; each is taken by one after the other, or backwards."""
    for kind in STEP_KINDS:
        everybody = getattr(world, f"{kind.partition('_')[0]}s")
        for entity in reversed(everybody) if backwards else everybody:
            for step in steps(kind):
                step(entity, world, week, p)


def generator_of(number, name):
    """The generator of what has this name in a random case: whatever else there is, it draws the same."""
    return random.Random(f"{number} {name}")


def random_parameters(number):
    """Every parameter at a random point of its plausible range, every switch on a random option; the same for the same
    number, whatever other parameters there are.
    """
    names = (parameter.qualified_name for parameter in MODEL_PARAMETERS)
    return to_namespace({name: MODEL_PARAMETERS[name].ppf(generator_of(number, name).random()) for name in names})


def options(section, name):
    """The names of the options of a switch."""
    assert isinstance(MODEL_PARAMETERS[f"{section}.{name}"], Choice)
    return tuple(MODEL_PARAMETERS[f"{section}.{name}"].options)


def make_random_world(number, p):
    """Seventeen teachers in three schools and two networks in random circumstances, who know some of the parts that
    the parameters say there are; the same for the same number, and each state variable whatever others there are.
    """
    parts, rng = p.parts.count, generator_of(number, "world")
    staffs = [[make_teacher() for _ in range(size)] for size in (8, 6, 3)]
    teachers = [teacher for staff in staffs for teacher in staff]
    networks, schools = [make_network() for _ in range(2)], [make_school() for _ in range(3)]
    for (kind, variables), entities in zip(KINDS, (teachers, schools, networks), strict=True):
        _randomise(kind, variables, entities, number, parts)
    for place, teacher in enumerate(teachers):
        teacher.network, teacher.seat = rng.choice(((NOBODY, NOBODY), (0, place % 3), (1, place % 2)))
        teacher.member = rng.randrange(2) if teacher.network != NOBODY else 0
        teacher.barrier, teacher.users_seen = rng.randrange(4), rng.randrange(6)
        teacher.threshold = 0.05 + 0.9 * teacher.threshold
    for network in networks:
        network.schools, network.first_schools, network.schools_at_most = rng.randrange(4), rng.randrange(1, 4), 3
        network.attended, network.members = rng.randrange(4), rng.randrange(1, 6)
        network.newcomers = rng.randrange(network.members + 1)
    for school in schools:
        school.standing, school.invited = rng.choice((-1, 0, 1, 1)), rng.choice((-1, 0, 1, 1))
    first = {0: 0, 1: 8, 2: 14}
    pairs = [
        (first[school] + rng.randrange(len(staff)), first[school] + rng.randrange(len(staff)))
        for school, staff in enumerate(staffs)
        for _ in range(30)
    ]
    within = [(teacher, colleague) for teacher, colleague in pairs if teacher != colleague]
    cross = [(rng.randrange(8), 8 + rng.randrange(9)) for _ in range(12)]
    return make_world(
        *staffs,
        schools=schools,
        networks=networks,
        advice=within[::2],
        information=within[1::2],
        cross=cross + [(colleague, teacher) for teacher, colleague in cross],
        links=[(0, 1), (1, 0)],
        neighbours=[(0, 1), (1, 0), (1, 2), (2, 1)],
    )


DRAWN = {
    "share": lambda rng, parts: rng.choice((0.0, 1.0, rng.random(), rng.random(), rng.random())),
    "yes/no": lambda rng, parts: rng.randrange(2),
    "0, 1, 2": lambda rng, parts: rng.randrange(3),
    "microhours": lambda rng, parts: rng.choice((0, rng.randrange(4_000_000))),
    "set": lambda rng, parts: rng.choice((0, 2**parts - 1, *(rng.getrandbits(parts) for _ in range(4)))),
}
"""How a variable of a unit is drawn in a random world, whatever its kind."""
DRAWN_AS_STATE = DRAWN | {
    "-1, 0, 1": lambda rng, parts: rng.choice((-1, 0, 1)),
    "0 to 3": lambda rng, parts: rng.randrange(4),
    "number": lambda rng, parts: rng.randrange(6),
    "weeks": lambda rng, parts: rng.randrange(9),
    "years": lambda rng, parts: rng.randrange(6),
    "hours": lambda rng, parts: 4.0 * rng.random(),
    "signed share": lambda rng, parts: rng.uniform(-1.0, 1.0),
    "fixed point": lambda rng, parts: rng.randrange(UNIT),
}
"""And of these units where it lasts; what is fixed or seen in them is as the test worlds have it."""


def _randomise(kind, variables, entities, number, parts):
    """Draws the state variables of all teachers, schools or networks, each by a generator of its own."""
    for variable in variables:
        draw = (DRAWN_AS_STATE if variable.kind == "state" else DRAWN).get(variable.unit)
        assert draw or variable.kind != "state", (
            f"{variable.dotted_name} is in {variable.unit!r}, in which nothing is drawn for random worlds: add "
            "the unit to DRAWN_AS_STATE in tests/support/factories.py"
        )
        if draw:
            rng = generator_of(number, f"{kind}.{variable.name}")
            for entity in entities:
                setattr(entity, variable.name, draw(rng, parts))
    rng = generator_of(number, f"{kind}, what goes together")
    for entity in entities:
        if hasattr(entity, "knowledge"):
            entity.knowledge = entity.parts.bit_count() / parts
        if hasattr(entity, "evidence_total"):
            entity.evidence_count = rng.randrange(20)
            entity.evidence_total = int(entity.evidence_count * rng.random() * UNIT)
