"""A year end in a post, as tests of turnover, replacement and arrival need it: who leaves, what her successor begins
with, and what she brings.
"""

from plnsim.model.mechanisms import adoption, arrival, learning, mobilisation, norms, replacement, time, turnover
from tests.support.factories import (
    changed_variables,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

PEOPLE = {
    "learning_first_knowledge_low": 0.0,
    "learning_first_knowledge_high": 0.1,
    "norms_first_belief": 0.6,
    "adoption_threshold": 0.3,
    "mobilisation_awareness": 0.4,
    "mobilisation_formal_share": 0.5,
    "time_load_spread": 0.0,
}
P = parameters(
    turnover_rate=0.2,
    turnover_early_ratio=1.0,
    turnover_disadvantage_ratio=1.5,
    turnover_movers=0.4,
    turnover_induction=0.5,
    **PEOPLE,
)
NEW = {
    "new_knowledge": 0.5,
    "new_belief": 0.5,
    "new_threshold": 0.5,
    "new_load": 0.5,
    "new_awareness": 0.5,
    "new_formal_role": 0.49,
}
YEAR_END = make_week(of_year=38, ends_year=1)
DRAWING = (turnover, arrival, adoption, learning, mobilisation, norms, time)
"""The mechanisms that draw something when a post changes hands."""
OF_A_LEAVER = {
    "knowledge": 0.9,
    "belief": 0.9,
    "first_belief": 0.9,
    "habit": 0.9,
    "fidelity": 0.2,
    "adaptation": 0.9,
    "awareness": 0.9,
    "formal": 0,
    "uses": 1,
    "applied": 1,
    "mobilises": 1,
    "tried": 1,
    "reached": 1,
    "mobilised": 1,
    "barrier": 2,
    "years": 9,
    "load": 3.0,
}
"""What nobody may inherit."""


def change_of_post(*step):
    """What becomes of a teacher at the end of a year, all in all."""
    for mechanism in (turnover, replacement, arrival):
        mechanism.teacher_updates(*step)


def year_end(stub_uniform, leaves=0.0, mover=0.9, school=None, p=P, week=YEAR_END, induction=0.99, new=NEW, **state):
    """The teacher after a year end, and the names of what changed."""
    stub_uniform(*DRAWING, teacher_leaves=leaves, mover=mover, induction=induction, **new)
    teacher = make_teacher(**{"years": 5, "knowledge": 0.9} | state)
    world = make_world(
        [teacher], schools=[school or make_school(disadvantage=0.5)], networks=[make_network(active=1, schools=1)]
    )
    changed = changed_variables(change_of_post, teacher, world, week, p)
    assert not changed & {"name", "post", "school", "department", "network", "seat", "member"}
    return teacher, changed
