"""The observations of a week (3, phases 1 to 3)."""

import math

from tests.oracle.calendar import SCHOOL_WEEKS
from tests.oracle.formulas import (
    ASKED,
    MICROHOURS,
    TAKES_PART,
    WATCHED,
    advice_worth,
    attends,
    facilitator_of,
    fixed_point_mean,
    is_visited,
    joint,
    kept_share,
    leaves,
    mean_of,
    relax,
    relevance,
    to_fixed_point,
)
from tests.oracle.parts import draw_parts, without


def network_observes(sim, network):
    """A network sees who takes part, whether it meets, how last week's meeting was, what outsiders brought and members
    shared there, and how well it inquires (3, phase 1).
    """
    seated = sim.seated[network.place]
    see_participants(sim, network, seated)
    see_meeting(sim, network, seated)
    hear_outsiders(sim, network)
    see_inquiry(sim, network, seated)
    stand_by_partners(sim, network)
    see_evidence(network, [teacher for teacher in seated if teacher.member])
    network.schools = sum(  # Recruitment
        1 for teacher in seated if teacher.first_delegate and sim.schools[teacher.school].standing == TAKES_PART
    )


def see_participants(sim, network, seated):
    """Notes the mean focus, time and leadership of those who come (Aggregates); school.leadership is still what was
    felt last week.
    """
    v = sim.v
    coming = [teacher for teacher in seated if attends(sim, teacher, network)]
    schools = [sim.schools[teacher.school] for teacher in coming]
    network.focus = mean_of(
        [
            relax(school.own_focus * relevance(v, network), v["conditions.focus_target"], v["conditions.focus_shift"])
            for school in schools
        ]
    )
    network.distributed = mean_of([school.distributed for school in schools])
    network.members = len(coming)


def see_meeting(sim, network, seated):
    """Notes whether the network meets this week, and of last week's meeting who came and how good it was (Meeting)."""
    week = sim.week
    network.meets = network.facilitated = 0
    if network.active and network.members > 0 and (week.meets if week.supported else week.meets_alone):
        network.meets, network.facilitated = 1, week.supported
    if week.tune_up and network.begun and network.members > 0:
        network.meets = network.facilitated = 1
    met = [teacher for teacher in seated if teacher.quality > 0.0]
    network.attended = len(met)
    network.mean_quality = mean_of([teacher.quality for teacher in met])
    network.newcomers = sum(teacher.new_member for teacher in seated if teacher.member)


def hear_outsiders(sim, network):
    """Notes what its facilitator and partners know from all networks that they serve, and what they brought into last
    week's meeting (Spanning).
    """
    v = sim.v
    facilitator = partners = network.brought = 0
    for served in sim.networks:
        if facilitator_of(v, served) == facilitator_of(v, network):
            facilitator |= served.facilitator_parts
            partners |= served.partner_parts if v["partners.a_network"] > 0 else 0
    network.outside_parts = facilitator | partners
    if network.attended > 0:
        there = network.outside_parts if network.facilitator_met else partners
        rate = network.facilitation_met * network.mean_quality * relevance(v, network)
        network.brought = draw_parts(sim, there, rate, "parts from the facilitator", network.name)


def see_inquiry(sim, network, seated):
    """Notes how well the network inquires, with a facilitator or on its own, what linked networks know, and what was
    shared and how varied the users were in last week's meeting (Inquiry).
    """
    v, week = sim.v, sim.week
    if network.facilitated or (week.supported and network.active):
        crowding = network.members * v["programme.networks_a_facilitator"] / v["inquiry.capacity"]
        network.facilitation = network.skill / (1.0 + crowding * crowding)
    elif network.active:
        learnt = v["inquiry.alone"] + (1.0 - v["inquiry.alone"]) * network.knowledge * network.distributed
        network.facilitation = v["inquiry.facilitation"] * learnt
    else:
        network.facilitation = 0.0
    network.linked_parts = 0
    for other in sim.link[network.place]:
        network.linked_parts |= other.parts
    network.shared, network.variety = 0, 0.0
    if network.attended > 0:
        met = [teacher for teacher in seated if teacher.quality > 0.0]
        network.variety = variety_of_use(v, met)
        heard = min(1.0, v["inquiry.airtime"] / network.attended)
        rate = v["inquiry.sharing"] * network.trust * network.facilitation_met * heard
        for teacher in met:
            network.shared |= draw_parts(sim, teacher.parts, rate, "shared parts", teacher.name)


def variety_of_use(v, met):
    """Gives the chance that two of those who met are users of different schools; non-users count for less (Inquiry)."""
    alike = users_alike = 0
    for school in {teacher.school for teacher in met}:
        of_school = [teacher.uses for teacher in met if teacher.school == school]
        alike += len(of_school) ** 2
        users_alike += sum(of_school) ** 2
    users, pairs, idle = sum(teacher.uses for teacher in met), len(met) ** 2, v["inquiry.without_application"]
    return idle * (1.0 - alike / pairs) + (1.0 - idle) * (users * users - users_alike) / pairs


def stand_by_partners(sim, network):
    """Keeps up part of the facilitation by partners when outside support has ended (Partners)."""
    v = sim.v
    if v["partners.a_network"] > 0 and network.active and not sim.week.supported and not network.facilitated:
        kept_up = joint(v["partners.continuity"], v["partners.a_network"])
        network.facilitation = relax(network.facilitation, max(network.facilitation, network.skill), kept_up)


def see_evidence(group, people):
    """Notes the evidence that users among the people of a school or network saw last week (Evidence)."""
    seen = [to_fixed_point(teacher.evidence) for teacher in people if teacher.applied > 0]
    group.new_evidence, group.new_evidence_count = sum(seen), len(seen)


def school_observes(sim, school):
    """A school sees its members, users, hours, brokers, visitor and evidence, feels its focus and leadership, looks to
    its system leader, and looks around at the year end (3, phase 2).
    """
    v, staff = sim.v, sim.staff[school.place]
    members = [teacher for teacher in staff if teacher.member]  # Membership
    school.participates = 1 if members else 0
    school.inquiry = max([0.0] + [sim.networks[teacher.network].facilitation for teacher in members])
    see_users_at_home(sim, school, staff)
    see_hours_given(sim, school, staff)
    school.focus = relax(school.own_focus, v["conditions.focus_target"], v["conditions.focus_shift"])  # Focus
    school.brokers = sum(teacher.mobilises for teacher in staff)  # Mobilisation
    receive_visitor(sim, school, staff)
    see_evidence(school, staff)
    feel_leadership(sim, school)
    look_to_system_leader(sim, school, staff)
    if sim.week.ends_year:
        look_around(sim, school, staff)


def see_users_at_home(sim, school, staff):
    """Notes the means of staff and users, and the parts that one of the users knows, another one each week
    (Aggregates).
    """
    users = [teacher for teacher in staff if teacher.uses]
    school.users = len(users)
    school.prevalence = len(users) / len(staff)
    school.mean_time = mean_of([teacher.time for teacher in staff])
    school.mean_belief = mean_of([teacher.belief for teacher in staff])
    school.user_fidelity = mean_of([teacher.fidelity for teacher in users])
    shown = min(users, key=lambda teacher: sim.chance("user shown", teacher.name), default=None)
    school.user_parts = shown.parts if shown else 0


def see_hours_given(sim, school, staff):
    """Notes for how many hours each of the staff stands in, and each user helps who asked or watched last week
    (Time).
    """
    v = sim.v
    uncovered = sum(teacher.uncovered_hours for teacher in staff)
    asked, watched = (sum(teacher.asked == way for teacher in staff) for way in (ASKED, WATCHED))
    school.standing_in = v["time.stand_in"] * uncovered / MICROHOURS / len(staff)
    helping = v["advice.hours"] * asked + v["observation.hours"] * watched
    school.helping = helping / school.users if school.users > 0 else 0.0


def receive_visitor(sim, school, staff):
    """Notes the parts known to the people outside schools who serve its networks, if a knowledge mobiliser comes
    (Mobilisation).
    """
    school.visitor_parts = 0
    if is_visited(sim, school):
        for teacher in staff:
            if teacher.first_delegate:
                school.visitor_parts |= sim.networks[teacher.network].outside_parts


def feel_leadership(sim, school):
    """Notes leadership as staff feel it, raised by outside support (Policy), and with what the routine carries of it
    (Leadership); and the hours of an average teacher (Time).
    """
    v, vision = sim.v, school.vision
    if sim.week.supported and school.participates:
        vision = relax(vision, 1.0, v["policy.push"])
    felt = (vision + school.support + school.distributed) / 3.0
    school.leadership = relax(felt, v["conditions.leadership_target"], v["conditions.leadership_shift"])
    school.lasting_leadership = relax(school.leadership, 1.0, v["leadership.routine_substitutes"] * school.routine)
    lead = 1.0 - v["time.facilitation"] + 2.0 * v["time.facilitation"] * school.leadership
    hours = v["time.hours"] * (1.0 - v["time.disadvantage_gradient"] * (school.disadvantage - 0.5)) * lead
    school.hours = hours * kept_share(v, school) + v["time.routine_hours"] * school.routine


def look_to_system_leader(sim, school, staff):
    """Notes priority and support of the head who has most of both in its active networks; of its own unless another
    has more, and where it has no members or nobody follows a system leader (Leadership).
    """
    leader = school
    if sim.v["leadership.from_system_leader"] > 0.0 and school.participates:
        for teacher in staff:
            if teacher.first_delegate and sim.networks[teacher.network].active:
                for seated in sim.seated[teacher.network]:
                    other = sim.schools[seated.school]
                    more = other.vision + other.support > leader.vision + leader.support
                    if more and other.standing == TAKES_PART:
                        leader = other
    school.leader_vision, school.leader_support = leader.vision, leader.support


def look_around(sim, school, staff):
    """Notes what a school sees before it decides on taking part: networks, evidence, neighbours (Participation)."""
    school.invited, school.trust_seen = 0, 0.0
    evidence, seen, taking_part, neighbours = school.evidence_total, school.evidence_count, 0, 0
    here = 1 if school.standing == TAKES_PART else 0
    for teacher in [teacher for teacher in staff if teacher.first_delegate]:
        network = sim.networks[teacher.network]
        if network.active:
            founder = 1 if teacher.seat < network.first_schools else 0
            taking_part += network.schools - here
            neighbours += max(network.first_schools - founder, network.schools - here)
            evidence += network.evidence_total
            seen += network.evidence_count
            school.trust_seen = max(school.trust_seen, network.trust)
            school.invited = 1
        elif network.begun and school.invited == 0:
            school.invited = -1
    school.evidence_seen = fixed_point_mean(evidence, seen) if seen > 0 else school.mean_belief
    for other in sim.neighbours[school.place]:
        neighbours += 1
        taking_part += other.standing == TAKES_PART
    school.neighbours_in = taking_part / neighbours if neighbours > 0 else 0.0


def teacher_observes(sim, teacher):
    """A teacher hears brokers, meets a colleague or watches a lesson of his, sees who uses the practice and who would
    move into her post (3, phase 3).
    """
    hear_brokers(sim, teacher)
    meet_colleague(sim, teacher)
    watch_lesson(sim, teacher)
    if sim.v["norms.contact"] == "all colleagues":
        hear_all(sim, teacher)
    see_users(sim, teacher)
    if sim.week.ends_year:
        see_mover(sim, teacher)
    teacher.used_before = teacher.uses  # Lasting


def hear_brokers(sim, teacher):
    """Notes the explicit parts heard from brokers, and the advice that gains most (Mobilisation)."""
    teacher.heard, teacher.advised, teacher.advised_formally = 0, 0, 0
    v, school = sim.v, sim.schools[teacher.school]
    if school.brokers == 0:
        return
    for broker in sim.information[teacher.post]:
        if broker.mobilises and (
            broker.formal or sim.chance("reached", teacher.name, broker.name & 4095) < v["mobilisation.informal_reach"]
        ):
            teacher.heard |= broker.parts & school.explicit_parts
    best = 0.0
    for broker in sim.staff[teacher.school] if sim.complete() else sim.advice[teacher.post]:
        gain = advice_worth(v, broker.formal) * without(broker.parts, teacher.parts).bit_count()
        if broker.mobilises and gain > best:
            best, teacher.advised, teacher.advised_formally = gain, broker.parts, broker.formal


def contact(sim, teacher):
    """Gives the one colleague whom she meets this week, or None (Advice)."""
    if sim.complete():
        acquaintances = [other for other in sim.staff[teacher.school] if other is not teacher]
    else:
        acquaintances = sim.advice[teacher.post]
    by_seat = sim.cross[teacher.post] if teacher.member else []
    if not acquaintances and not by_seat:
        return None
    place = int(sim.chance("contact", teacher.name) * (len(acquaintances) + len(by_seat)))
    if place < len(acquaintances):
        return acquaintances[place]
    met = by_seat[place - len(acquaintances)]
    return met if met.member else None


def meet_colleague(sim, teacher):
    """Notes what the colleague whom she meets believes, and knows if he uses the practice (Advice)."""
    teacher.contact_parts, teacher.contact_time, teacher.contact_belief = 0, 0.0, teacher.belief
    met = contact(sim, teacher)
    if met is None:
        return
    teacher.contact_belief = met.belief
    if met.uses:
        teacher.contact_parts, teacher.contact_time = met.parts, met.time


def watch_lesson(sim, teacher):
    """Notes, as a user who watches a lesson of the user whom she meets, what he uses instead of what he knows
    (Observation).
    """
    teacher.watches, lessons = 0, sim.v["observation.lessons"]
    if not teacher.uses or lessons <= 0.0 or sim.chance("watches a lesson", teacher.name) * SCHOOL_WEEKS >= lessons:
        return
    met = contact(sim, teacher)
    if met is not None and met.uses:
        teacher.watches, teacher.contact_parts = 1, met.in_use


def hear_all(sim, teacher):
    """Notes the mean belief of all she turns to, in place of that of the one she meets (Norms)."""
    if sim.complete():
        others = [other.belief for other in sim.staff[teacher.school] if other is not teacher]
        teacher.contact_belief = mean_of(others) if others else teacher.belief
        return
    total = 0.0
    for colleague in sim.advice[teacher.post]:
        total = total + colleague.belief
    if sim.advice[teacher.post]:
        teacher.contact_belief = total / len(sim.advice[teacher.post])


def see_users(sim, teacher):
    """Notes how many and which share of those she turns to use the practice, and with what mean fidelity (Adoption)."""
    school = sim.schools[teacher.school]
    teacher.exposure, teacher.users_seen, teacher.source_fidelity = 0.0, 0, 1.0
    if school.users == 0 and not teacher.member:
        return
    users = fidelity = count = 0.0
    if sim.complete():
        count = 1.0 * (len(sim.staff[teacher.school]) - 1)
        users = 1.0 * (school.users - teacher.uses)
        fidelity = users * school.user_fidelity
    else:
        for colleague in sim.advice[teacher.post]:
            count = count + 1.0
            users = users + colleague.uses
            fidelity = fidelity + colleague.uses * colleague.fidelity
    if teacher.member:
        weight = sim.v["adoption.abroad"]
        for colleague in sim.cross[teacher.post]:
            if colleague.member:
                count = count + weight
                users = users + weight * colleague.uses
                fidelity = fidelity + weight * colleague.uses * colleague.fidelity
    teacher.users_seen = int(users)
    if count > 0.0:
        teacher.exposure = users / count
    if users > 0.0:
        teacher.source_fidelity = fidelity / users


def see_mover(sim, teacher):
    """Notes, at a year end, whether a leaver of another school moves into the post that she leaves (Arrival)."""
    teacher.moves_in = 0
    if sim.chance("mover", teacher.name) >= sim.v["turnover.movers"] or not leaves(sim, teacher):
        return
    mover = leaver_for(sim, teacher)
    if mover.school != teacher.school:
        teacher.moves_in, teacher.moved_parts, teacher.moved_belief = 1, mover.parts, mover.belief


def leaver_for(sim, teacher):
    """Gives the first leaver whom one meets from her post on, going round all posts by the stride of the year
    (Arrival).
    """
    posts = len(sim.teachers)
    if posts < 2:
        return teacher
    stride = 1 + int(sim.chance("moved from", 0) * (posts - 1))
    while math.gcd(stride, posts) != 1:  # ends at a multiple of posts plus 1 at the latest
        stride += 1
    post = teacher.post
    for _ in range(posts - 1):
        post = (post + stride) % posts
        if leaves(sim, sim.teachers[post]):
            return sim.teachers[post]
    return teacher
