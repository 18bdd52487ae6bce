"""Who observes whom (2.4), and the formulas that several submodels share (7)."""

import math

from plnsim.common.elementary import exp, power
from tests.oracle.calendar import Record
from tests.oracle.chance import random_word, uniform

FIXED_POINT_SCALE = 2.0**40
MICROHOURS = 1_000_000.0
WHOLE_WEEK = 168.0
FLOOR = 0.02
EARLY_YEARS = 3
ASKED, WATCHED = 1, 2
TAKES_PART, OUTSIDE, LEFT = 1, 0, -1
MOBILISE, USE = (True, True, False), (True, True, False)
ADOPT, ROUTINISE = (True, True, True), (True, True, True)
RENEW = (False, True, True)
TIE_KINDS = ("advice", "information", "cross", "link", "neighbours")
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
    "mailed": 48,
    "visited": 50,
    "advice parts": 54,
    "foreign advice": 55,
    "user shown": 56,
    "induction parts": 57,
    "experience part": 58,
    "routine part": 59,
    "forgotten part": 60,
    "holiday parts": 61,
    "shared parts": 64,
    "found by comparing": 65,
    "lost parts": 66,
    "parts of linked networks": 67,
    "parts from the facilitator": 68,
    "member parts": 69,
    "information parts": 72,
    "parts from a broker": 73,
    "foreign from a broker": 74,
    "mailing parts": 75,
    "parts from a visit": 76,
    "foreign from a visit": 77,
    "order of parts": 82,
    "parts rounded": 83,
    "displaced": 84,
    "new refusal": 86,
    "lapsed parts": 87,
    "parts put into use": 88,
    "style of a new head": 89,
    "comes": 90,
    "seat is filled": 91,
    "school stays": 92,
    "school joins": 93,
    "watches a lesson": 95,
    "parts of a lesson put into use": 96,
    "parts of a lesson understood": 97,
    "parts taken away": 98,
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
        observers = {"link": (self.networks, self.networks), "neighbours": (self.schools, self.schools)}
        for kind in TIE_KINDS:
            first, to = world[kind + "_first"], world[kind + "_to"]
            who, whom = observers.get(kind, (self.teachers, self.teachers))
            setattr(self, kind, [[whom[place] for place in to[first[i] : first[i + 1]]] for i in range(len(who))])

    def chance(self, stream, entity_id, draw_index=0):
        """Gives this week's uniform number of a stream for a teacher, school or network (8)."""
        return uniform(self.week.key, STREAMS[stream], entity_id, draw_index)

    def random_bits(self, stream, entity_id, draw_index):
        """Gives this week's 64 random bits of a stream for a teacher or network (8)."""
        return random_word(self.week.key, STREAMS[stream], entity_id, draw_index)

    def complete(self):
        """Tells whether everybody in a school turns to everybody else (2.4)."""
        return self.v["ties.pattern"] == "complete"


def relax(value, goal, rate):
    """Moves a value a share of the way to a goal (Shared rules)."""
    return value + rate * (goal - value)


def rate_to_probability(rate):
    """Gives the chance that what happens at a rate a week happens in a week (Shared rules)."""
    return 1.0 - exp(-rate)


def logistic(value):
    """Gives the share that logits stand for (Shared rules)."""
    return 1.0 / (1.0 + exp(-value))


def to_fixed_point(value):
    """Gives a share as whole tally units, so that sums do not depend on their order (Shared rules)."""
    return int(value * FIXED_POINT_SCALE)


def fixed_point_mean(total, count):
    """Gives the mean of tallied shares, 0 of none (Shared rules)."""
    return total / FIXED_POINT_SCALE / count if count else 0.0


def mean_of(shares):
    """Gives the mean of shares by way of tallies (Shared rules)."""
    return fixed_point_mean(sum(to_fixed_point(share) for share in shares), len(shares))


def power_mean(v, levels):
    """Averages conditions with the elasticity of substitution in force: scarcest, geometric mean or power mean
    (Conditions).
    """
    exponent = v["conditions.substitution"]
    levels = [max(FLOOR, level) for level in levels]
    if exponent <= -20.0:
        return min(1.0, *levels)
    if abs(exponent) < 1e-6:
        product = 1.0
        for level in levels:
            product = product * level
        return math.sqrt(product) if len(levels) == 2 else power(product, 1.0 / len(levels))
    total = 0.0
    for level in levels:
        total = total + power(level, exponent)
    return power(total / len(levels), 1.0 / exponent)


def ces_mean(v, needs, time, leadership, focus):
    """Gives what time, leadership and focus together give to a process that needs some of them (Conditions)."""
    symmetric = v["conditions.placement"] == "symmetric"
    return power_mean(
        v, [level for needed, level in zip(needs, (time, leadership, focus), strict=True) if needed or symmetric]
    )


def benefit(v, in_use, fidelity, adaptation, fit):
    """Gives what pupils of a user gain, as a share of the most, below nought where it does harm (Practice)."""
    half = v["practice.half_benefit_knowledge"]
    understood = (1.0 + half) * in_use / (in_use + half) if in_use > 0.0 else 0.0
    fitted = fit + (1.0 - fit) * adaptation
    return v["practice.potency"] * understood * fidelity * fitted


def has_joined(sim, teacher):
    """Tells whether hers is a seat in an active network in which her school takes part (Membership)."""
    if teacher.network < 0:
        return False
    return bool(sim.networks[teacher.network].active and sim.schools[teacher.school].standing == TAKES_PART)


def attends(sim, teacher, network):
    """Tells whether the holder of a seat comes when her network meets: members, and in a tune-up all whose school
    ever took part (Membership).
    """
    if teacher.member or not sim.week.tune_up:
        return bool(teacher.member)
    return bool(network.begun and sim.schools[teacher.school].standing != OUTSIDE and not teacher.vacant)


def to_microhours(hours):
    """Gives hours as whole millionths of an hour, a week at most (Time)."""
    return int(min(WHOLE_WEEK, hours) * MICROHOURS + 0.5)


def kept_share(v, school):
    """Gives the share of given hours that other demands leave (Time)."""
    return 1.0 - v["time.absorbed"] * (1.0 - 0.5 * (school.leadership + school.focus))


def given_from_outside(v, school):
    """Gives the share of the way to its target that time is moved from outside (Time)."""
    return v["conditions.time_shift"] * kept_share(v, school)


def cover_paid(v, supported, member):
    """Gives the cover that is paid for a teacher this week, in millionths of an hour (Time)."""
    return to_microhours(v["time.cover"]) if supported and member else 0


def relevance(v, network):
    """Gives the share of a network's work that concerns this practice (Focus)."""
    return 1.0 - v["focus.other_theme_loss"] if network.theme > 0 else 1.0


def focus_of(sim, teacher):
    """Gives the focus that a teacher feels: her network's while she is a member, else her school's (Focus)."""
    return sim.networks[teacher.network].focus if teacher.member else sim.schools[teacher.school].focus


def exchange_yield(v, school):
    """Gives what an exchange yields in a school against the least disadvantaged one (Meeting)."""
    return 1.0 - v["meeting.disadvantage_loss"] * school.disadvantage


def facilitator_of(v, network):
    """Gives the number of the facilitator, and of the partners, who serve a network (Spanning)."""
    return int(network.place / v["programme.networks_a_facilitator"])


def joint(share, partners):
    """Gives what partners achieve together when each closes a share of the gap that the others leave (Partners)."""
    left = 1.0
    for _ in range(partners):
        left = left * (1.0 - share)
    return 1.0 - left


def stage_effectiveness(v, source, knowledge):
    """Gives how well a source serves a learner: all alike, or by what she knows already (Learning)."""
    if v["learning.stage"] != "frank2011":
        return 1.0
    return {"meeting": 1.0 - knowledge, "experience": 4.0 * knowledge * (1.0 - knowledge), "colleagues": knowledge}[
        source
    ]


def advice_worth(v, formal):
    """Gives what a broker's advice is worth against that of one without a formal role (Mobilisation)."""
    return 1.0 - v["mobilisation.formal_advice_loss"] if formal else 1.0


def is_visited(sim, school):
    """Tells whether a knowledge mobiliser comes to a school this week (Mobilisation)."""
    visits = sim.v["mobilisation.visits"]
    return bool(
        visits > 0.0 and sim.week.supported and school.participates and sim.chance("visited", school.name) < visits
    )


def advice_chance(sim, teacher):
    """Gives her chance of taking in a part from advice, were it one that her school can find by itself (Advice)."""
    rate = sim.v["advice.transfer"] * teacher.time * exchange_yield(sim.v, sim.schools[teacher.school])
    return rate * stage_effectiveness(sim.v, "colleagues", teacher.knowledge)


def mandate(v, school):
    """Gives the licence of teachers to share and to set routines (Leadership)."""
    return 1.0 - v["leadership.mandate_weight"] + v["leadership.mandate_weight"] * school.distributed


def felt_pressure(v, teacher):
    """Gives the social pressure on a teacher, from the number or the share of those who use the practice (Adoption)."""
    exposure, threshold, form = teacher.exposure, teacher.threshold, v["adoption.contagion"]
    if form == "count":
        return 1.0 if teacher.users_seen >= v["adoption.users_needed"] else 0.0
    if form == "linear":
        return exposure
    if form == "step":
        return 1.0 if exposure >= threshold else 0.0
    if exposure <= 0.0:
        return 0.0
    return 1.0 / (1.0 + power(threshold / exposure, v["adoption.steepness"]))


def leaves(sim, teacher):
    """Tells whether a teacher leaves at this year end, by her years before they are counted on (Turnover)."""
    rate, ratio = sim.v["turnover.rate"], sim.v["turnover.early_ratio"]
    early = 1.0 - (1.0 - rate) * (1.0 - rate) * (1.0 - rate)
    late = rate / (1.0 + (ratio - 1.0) * early)
    here = late * ratio if teacher.years < EARLY_YEARS else late
    disadvantage = sim.schools[teacher.school].disadvantage
    chance = by_disadvantage(here, sim.v["turnover.disadvantage_ratio"], disadvantage)
    return sim.chance("teacher leaves", teacher.name) < chance


def by_disadvantage(rate, ratio, disadvantage):
    """Tilts a chance of leaving, at most 1, so that the most disadvantaged school has ratio times that of the least
    (Turnover, Succession).
    """
    slope = (ratio - 1.0) / (ratio + 1.0)
    return min(1.0, rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def continuity(v, school):
    """Gives how much of the old priority and habit stays when the head changes (Succession)."""
    return 1.0 - (1.0 - v["succession.carried"] * school.distributed) * (1.0 - school.routine)


def network_value(evidence, trust, conditions):
    """Gives what a network is worth to a school (Renewal)."""
    return power(evidence * trust * conditions, 1.0 / 3.0)
