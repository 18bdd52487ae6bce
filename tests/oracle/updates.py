"""The updates of schools and networks (3, phases 5 and 6)."""

from tests.oracle.chance import clip_share, logit_normal
from tests.oracle.formulas import (
    LEFT,
    RENEW,
    ROUTINISE,
    TAKES_PART,
    by_disadvantage,
    ces_mean,
    continuity,
    fixed_point_mean,
    joint,
    logistic,
    mandate,
    network_value,
    relax,
    relevance,
)
from tests.oracle.parts import all_parts, draw_parts, share_of_parts, without


def add_evidence(sim, group):
    """Adds last week's evidence to that of the year, which starts anew in the first week of a year (7.21)."""
    if sim.week.of_year == 0:
        group.evidence_total = group.evidence_count = 0
    group.evidence_total += group.new_evidence
    group.evidence_count += group.new_evidence_count


def school_updates(sim, school):
    """A school sums up evidence, its leaders learn and meet initiatives, it builds its routine, may change its head,
    and decides on taking part (3, phase 5).
    """
    add_evidence(sim, school)
    learn_to_lead(sim, school)
    school.initiative = 0
    if sim.week.ends_year:
        meet_policy(sim, school)
    build_routine(sim, school)
    change_head(sim, school)
    if sim.week.ends_year:
        decide_on_taking_part(sim, school)


def learn_to_lead(sim, school):
    """Moves support, priority and distributed leadership by what leaders learn, and by the year's evidence at its end
    (7.22).
    """
    v = sim.v
    learning = v["leadership.learning"]
    school.support = relax(school.support, 1.0, learning * school.inquiry)
    school.vision = relax(school.vision, school.mean_belief, learning * school.distributed)
    if school.brokers > 0:
        school.distributed = relax(school.distributed, 1.0, learning)
    school.distributed = relax(school.distributed, school.own_distributed, learning)
    if sim.week.ends_year and school.evidence_count > v["leadership.evidence_needed"]:
        evidence = fixed_point_mean(school.evidence_total, school.evidence_count)
        moved = v["leadership.evidence_effect"] * (evidence - 0.5) * school.prevalence
        school.vision = clip_share(school.vision + moved)
        school.support = clip_share(school.support + moved)


def meet_policy(sim, school):
    """Draws a head back to her own course, and away from it by a competing initiative (7.23)."""
    v = sim.v
    returned = relax(school.vision, school.own_vision, v["policy.return_to_course"] * v["policy.coherence"])
    school.vision = clip_share(returned)
    if sim.chance("initiative", school.name) < v["policy.initiatives"] * (1.0 - v["policy.coherence"]):
        school.initiative = 1
        left = clip_share(
            v["policy.priority_left"] + v["policy.priority_buffered"] * school.distributed * school.routine
        )
        school.vision = school.vision * left


def build_routine(sim, school):
    """Moves the routine towards what use, conditions and mandate carry, faster up than down (7.28)."""
    v = sim.v
    conditions = ces_mean(v, ROUTINISE, school.mean_time, school.lasting_leadership, school.focus)
    goal = school.prevalence * conditions * mandate(v, school)
    rate = v["routine.growth"] if goal > school.routine else v["routine.growth"] * v["routine.inertia"]
    school.routine = relax(school.routine, goal, rate)


def change_head(sim, school):
    """Lets the head leave, perhaps, at a year end or where the calendar says so, and another come (7.30)."""
    v = sim.v
    school.new_head = 0
    chance = sim.week.new_head
    if sim.week.ends_year:
        of_year = by_disadvantage(v["succession.rate"], v["succession.disadvantage_ratio"], school.disadvantage)
        chance = max(chance, of_year)
    if chance > 0.0 and sim.chance("head leaves", school.name) < chance:
        school.new_head = 1
        take_over_school(sim, school)


def take_over_school(sim, school):
    """Gives a school the inclinations and support of its new head, and of the old priority and of the habit of taking
    part what is carried over (7.31, with rules of 7.22, 7.30 and 7.33).
    """
    v, name = sim.v, school.name
    spread = v["leadership.spread"]
    school.own_vision = logit_normal(v["leadership.vision"], spread, sim.chance("new vision", name))
    arriving = school.own_vision * (1.0 - v["succession.not_invented_here"])
    school.vision = relax(arriving, school.vision, continuity(v, school))
    school.support = logit_normal(v["leadership.support"], spread, sim.chance("new support", name))
    school.own_distributed = logit_normal(v["leadership.distributed"], spread, sim.chance("style of a new head", name))
    school.taking_part = school.taking_part * continuity(v, school)


def decide_on_taking_part(sim, school):
    """Decides whether to stay in its network, leave or join, and grows used to it (7.33)."""
    v = sim.v
    if school.invited == 0:
        return
    if school.invited < 0:
        if school.standing == TAKES_PART:
            school.standing = LEFT
    elif school.standing == TAKES_PART:
        stays = relax(wishes(sim, school), 1.0, v["participation.habit_carries"] * school.taking_part)
        if v["renewal.rule"] != "always" and sim.chance("school stays", school.name) >= stays:
            school.standing = LEFT
    else:
        thinks = 1.0 if school.new_head and school.standing == LEFT else v["recruitment.rate"]
        if sim.chance("school joins", school.name) < thinks * wishes(sim, school):
            school.standing = TAKES_PART
    habit = 1.0 if school.standing == TAKES_PART else 0.0
    school.taking_part = relax(school.taking_part, habit, v["participation.habit_growth"])


def wishes(sim, school):
    """Gives how likely a school is to say yes to its network, by its worth and its neighbours (7.33, 7.34)."""
    v, alone = sim.v, sim.week.support_over
    conditions = ces_mean(v, RENEW, school.mean_time, school.leadership, school.focus)
    worth = network_value(school.evidence_seen, school.trust_seen, conditions)
    value = relax(worth, school.neighbours_in, v["participation.neighbours"])
    threshold = v["renewal.threshold"] if alone else v["participation.threshold_supported"]
    likely = logistic(v["renewal.sharpness"] * (value - threshold))
    return relax(likely, 1.0, joint(v["partners.continuity"], v["partners.a_network"])) if alone else likely


def network_updates(sim, network):
    """A network grows in trust, shares, finds and loses parts, sums up evidence, and may end or begin (3, phase 6)."""
    grow_in_trust(sim, network)
    inquire(sim, network)
    hear_partners(sim, network)
    add_evidence(sim, network)
    end_or_begin(sim, network)


def grow_in_trust(sim, network):
    """Moves trust by what last week's meeting and new faces did to it (7.9)."""
    if network.attended > 0:
        came = min(1.0, network.attended / max(1, network.members))
        growth = sim.v["meeting.trust_growth"] * came * network.mean_quality
        network.trust = relax(network.trust, 1.0, growth)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)


def inquire(sim, network):
    """Loses sight of parts, keeps what members shared, and finds others by comparing, from linked networks and from
    its facilitator (7.10).
    """
    if network.attended == 0:
        return
    v, name = sim.v, network.name
    gained = network.mean_quality * relevance(v, network)
    lost = draw_parts(sim, network.parts, v["inquiry.loss"], "lost parts", name)
    held = without(network.parts, lost) | network.shared
    found = v["inquiry.discovery"] * gained * network.facilitation * network.variety
    held |= draw_parts(sim, without(all_parts(v), held), found, "found by comparing", name)
    taken = v["inquiry.exchange_between_networks"] * gained
    held |= draw_parts(sim, without(network.linked_parts, held), taken, "parts of linked networks", name)
    if sim.week.supported or network.facilitated:
        brought, rate = without(network.facilitator_parts, held), network.facilitation * gained
        held |= draw_parts(sim, brought, rate, "parts from the facilitator", name)
    network.parts, network.knowledge = held, share_of_parts(v, held)


def hear_partners(sim, network):
    """Takes in what partners know (7.11)."""
    v = sim.v
    if v["partners.a_network"] > 0 and network.attended > 0:
        rate = joint(v["partners.sharing"], v["partners.a_network"]) * network.mean_quality * relevance(v, network)
        news = without(network.partner_parts, network.parts)
        network.parts |= draw_parts(sim, news, rate, "parts from partners", network.name)
        network.knowledge = share_of_parts(v, network.parts)


def end_or_begin(sim, network):
    """Ends a network with the year by the rule or for want of schools (7.34), and founds it when its week has come
    (7.35).
    """
    week, rule = sim.week, sim.v["renewal.rule"]
    if network.active:
        ends = rule == "never" and week.ends_year and week.support_over
        if ends or (rule != "always" and network.schools < min(2, network.first_schools)):
            network.active = 0
    if not network.begun and week.number + 1 >= network.begins:
        network.begun = network.active = 1
