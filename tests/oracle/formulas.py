"""Who observes whom (2.4), and the formulas that several submodels share (7.1, 7.3 to 7.23)."""

import math
import zlib

from tests.oracle.calendar import Record
from tests.oracle.chance import logit_normal, uniform

FIXED_POINT_SCALE = 2.0**40
FLOOR = 0.02
EARLY_YEARS = 3
TIE_KINDS = ("advice", "information", "cross", "link")
STREAMS = {
    "hours": 25,
    "mobilise": 26,
    "reached": 27,
    "contact": 28,
    "ask": 29,
    "use": 30,
    "adopt": 31,
    "abandon": 32,
    "evidence": 33,
    "head leaves": 34,
    "new vision": 35,
    "new support": 36,
    "initiative": 37,
    "teacher leaves": 38,
    "mover": 39,
    "moved from": 40,
    "new knowledge": 41,
    "new belief": 42,
    "new threshold": 43,
    "new load": 44,
    "new awareness": 45,
    "new formal role": 46,
    "induction": 47,
    "renew": 48,
    "recruit": 49,
    "mailed": 50,
    "visited": 52,
}


class Simulation:
    """Holds everything a step may read: people, ties, the week and the parameters in force."""

    def __init__(self, world):
        """Copies the starting world into objects; ties become lists of the objects that are observed, in the order of
        the document.
        """
        self.teachers = [Record(fields) for fields in world["teachers"]]
        self.schools = [Record(fields) for fields in world["schools"]]
        self.networks = [Record(fields) for fields in world["networks"]]
        self.week, self.v = None, None
        self.staff = [self.teachers[school.first_teacher : school.after_last_teacher] for school in self.schools]
        posts = world["seats"]
        self.seated = [[self.teachers[post] for post in posts[n.first_seat : n.after_last_seat]] for n in self.networks]
        for kind in TIE_KINDS:
            first, to, at = (
                world[kind + "_first"],
                world[kind + "_to"],
                self.networks if kind == "link" else self.teachers,
            )
            setattr(self, kind, [[at[place] for place in to[first[i] : first[i + 1]]] for i in range(len(at))])

    def chance(self, stream, entity_id, draw_index=0):
        """Gives this week's uniform number of a stream for a teacher, school or network (8)."""
        number = STREAMS.get(stream, 64 + zlib.crc32(stream.encode()) % 192)
        return uniform(self.week.key, number, entity_id, draw_index)

    def complete(self):
        """Tells whether everybody in a school turns to everybody else (2.4)."""
        return self.v["ties.pattern"] == "complete"


def relax(value, goal, rate):
    """Moves a value a share of the way to a goal (7.1)."""
    return value + rate * (goal - value)


def transfer(own, other, rate):
    """Closes a share of the gap to somebody who knows more; nothing is lost to somebody who knows less (7.1)."""
    return own + rate * max(0.0, other - own)


def rate_to_probability(rate):
    """Gives the chance that what happens at a rate a week happens in a week (7.1)."""
    return 1.0 - math.exp(-rate)


def logistic(value):
    """Gives the share that logits stand for (7.1)."""
    return 1.0 / (1.0 + math.exp(-value)) if value > -700.0 else 0.0


def to_fixed_point(value):
    """Gives a share as whole tally units, so that sums do not depend on their order (7.1)."""
    return int(value * FIXED_POINT_SCALE)


def fixed_point_mean(total, count):
    """Gives the mean of tallied shares, 0 of none (7.1)."""
    return total / FIXED_POINT_SCALE / count if count else 0.0


def mean_of(shares):
    """Gives the mean of shares by way of tallies (7.1)."""
    return fixed_point_mean(sum(to_fixed_point(share) for share in shares), len(shares))


def power_mean(v, levels):
    """Averages conditions with the elasticity of substitution in force: scarcest, geometric mean or power mean
    (7.3).
    """
    exponent = v["conditions.substitution"]
    levels = [max(FLOOR, level) for level in levels]
    if exponent <= -20.0:
        return min(levels)
    proportional = abs(exponent) < 1e-6
    total = 0.0
    for level in levels:
        total = total + (math.log(level) if proportional else level**exponent)
    mean = total / len(levels)
    return math.exp(mean) if proportional else mean ** (1.0 / exponent)


def ces_mean(v, needs, time, leadership, focus):
    """Gives what time, leadership and focus together give to a process that needs some of them (7.3)."""
    symmetric = v["conditions.placement"] == "symmetric"
    return power_mean(
        v, [level for needed, level in zip(needs, (time, leadership, focus), strict=True) if needed or symmetric]
    )


def benefit(v, knowledge, fidelity, adaptation):
    """Gives what pupils of a user gain, as a share of the most (7.4)."""
    half = v["practice.half_benefit_knowledge"]
    understood = (1.0 + half) * knowledge / (knowledge + half) if knowledge > 0.0 else 0.0
    fitted = v["practice.fit"] + (1.0 - v["practice.fit"]) * adaptation
    return v["practice.potency"] * understood * fidelity * fitted


def relevance(v, network):
    """Gives the share of a network's work that concerns this practice (7.7)."""
    return 1.0 - v["focus.other_theme_loss"] if network.theme > 0 else 1.0


def exchange_yield(v, school):
    """Gives what an exchange yields in a school against the least disadvantaged one (7.8)."""
    return 1.0 - v["meeting.disadvantage_loss"] * school.disadvantage


def joint(share, partners):
    """Gives what partners achieve together when each closes a share of the gap that the others leave (7.10)."""
    left = 1.0
    for _ in range(partners):
        left = left * (1.0 - share)
    return 1.0 - left


def stage_effectiveness(v, source, knowledge):
    """Gives how well a source serves a learner: all alike, or by what she knows already (7.11)."""
    if v["learning.stage"] != "frank2011":
        return 1.0
    return {"meeting": 1.0 - knowledge, "experience": 4.0 * knowledge * (1.0 - knowledge), "colleagues": knowledge}[
        source
    ]


def advice_worth(v, formal):
    """Gives what a broker's advice is worth against that of one without a formal role (7.12)."""
    return 1.0 - v["mobilisation.formal_advice_loss"] if formal else 1.0


def mandate(v, school):
    """Gives the licence of teachers to share and to set routines (7.20)."""
    return 1.0 - v["leadership.mandate_weight"] + v["leadership.mandate_weight"] * school.distributed


def pressure(v, teacher):
    """Gives the social pressure on a teacher from the share of colleagues who use the practice (7.23)."""
    exposure, threshold = teacher.exposure, teacher.threshold
    if v["adoption.contagion"] == "linear":
        return exposure
    if v["adoption.contagion"] == "step":
        return 1.0 if exposure >= threshold else 0.0
    if exposure <= 0.0:
        return 0.0
    try:
        return 1.0 / (1.0 + (threshold / exposure) ** v["adoption.steepness"])
    except OverflowError:  # Python raises where IEEE arithmetic gives infinity
        return 0.0


def leaving_probability(v, years, disadvantage):
    """Gives a teacher's chance of leaving at a year end (7.27)."""
    rate, ratio = v["turnover.rate"], v["turnover.early_ratio"]
    early = 1.0 - (1.0 - rate) * (1.0 - rate) * (1.0 - rate)
    late = rate / (1.0 + (ratio - 1.0) * early)
    return by_disadvantage(
        late * ratio if years < EARLY_YEARS else late, v["turnover.disadvantage_ratio"], disadvantage
    )


def by_disadvantage(rate, ratio, disadvantage):
    """Tilts a chance of leaving, at most 1, so that the most disadvantaged school has ratio times that of the least
    (7.27, 7.28).
    """
    slope = (ratio - 1.0) / (ratio + 1.0)
    return min(1.0, rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def attends(sim, teacher, network):
    """Tells whether the holder of a seat comes when her network meets: members, and in a tune-up all who ever took
    part (7.2).
    """
    return teacher.member or (sim.week.tune_up and network.begun and teacher.seat < network.schools)


def focus_of(sim, teacher):
    """Gives the focus that a teacher feels: her network's while she is a member, else her school's (7.7)."""
    return sim.networks[teacher.network].focus if teacher.member else sim.schools[teacher.school].focus


def is_visited(sim, school):
    """Tells whether a knowledge mobiliser comes to a school this week (7.12)."""
    visits = sim.v["mobilisation.visits"]
    return bool(
        visits > 0.0 and sim.week.supported and school.participates and sim.chance("visited", school.name) < visits
    )


def newcomer_knowledge(sim, teacher):
    """Gives what a newcomer from outside the system knows (7.11 initial_knowledge)."""
    low, high = sim.v["learning.first_knowledge_low"], sim.v["learning.first_knowledge_high"]
    return low + sim.chance("new knowledge", teacher.name) * (high - low)


def newcomer_belief(sim, teacher):
    """Gives what a newcomer from outside the system believes (7.14 initial_belief)."""
    return logit_normal(
        sim.v["norms.first_belief"], sim.v["norms.first_belief_spread"], sim.chance("new belief", teacher.name)
    )
