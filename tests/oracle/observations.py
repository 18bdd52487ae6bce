"""The observations of a week (3, phases 1 to 3)."""

from tests.oracle.formulas import (
    advice_worth,
    attends,
    joint,
    mean_of,
    newcomer_belief,
    newcomer_knowledge,
    relax,
    relevance,
    to_fixed_point,
)


def network_observes(sim, network):
    """A network sees who takes part, whether it meets, how last week's meeting was, and how well it inquires (3, phase
    1).
    """
    see_participants(sim, network)
    see_meeting(sim, network)
    see_inquiry(sim, network)
    see_evidence(network, [teacher for teacher in sim.seated[network.place] if teacher.member])


def see_participants(sim, network):
    """Notes the mean focus, time and leadership of those who come (7.5); school.leadership is still what was felt last
    week.
    """
    v = sim.v
    coming = [teacher for teacher in sim.seated[network.place] if attends(sim, teacher, network)]
    schools = [sim.schools[teacher.school] for teacher in coming]
    network.focus = mean_of(
        [
            relax(school.own_focus * relevance(v, network), v["conditions.focus_target"], v["conditions.focus_shift"])
            for school in schools
        ]
    )
    network.time = mean_of([teacher.time for teacher in coming])
    network.leadership = mean_of([school.leadership for school in schools])
    network.distributed = mean_of([school.distributed for school in schools])
    network.members = len(coming)


def see_meeting(sim, network):
    """Notes whether the network meets this week, and of last week's meeting who came and how good it was (7.8)."""
    week = sim.week
    network.meets = network.facilitated = 0
    seated_members = network.members > 0  # the mended document: a network meets once its members have been seated
    if network.active and seated_members and (week.meets if week.supported else week.meets_alone):
        network.meets, network.facilitated = 1, week.supported
    if week.tune_up and network.begun and seated_members:
        network.meets = network.facilitated = 1
    seated = sim.seated[network.place]
    met = [teacher for teacher in seated if teacher.quality > 0.0]
    network.attended = len(met)
    network.mean_quality = mean_of([teacher.quality for teacher in met])
    network.member_use = sum(teacher.uses for teacher in met) / len(met) if met else 0.0
    network.newcomers = sum(teacher.new for teacher in seated if teacher.member)


def see_inquiry(sim, network):
    """Notes how well the network inquires, with a facilitator or on its own, and what linked networks know (7.9,
    7.10).
    """
    v, week = sim.v, sim.week
    facilitation = v["inquiry.facilitation"]
    if network.facilitated or (week.supported and network.active):
        crowding = network.members * v["programme.networks_a_facilitator"] / v["inquiry.capacity"]
        network.facilitation = facilitation / (1.0 + crowding * crowding)
    elif network.active:
        learnt = v["inquiry.alone"] + (1.0 - v["inquiry.alone"]) * network.knowledge * network.distributed
        network.facilitation = facilitation * learnt
    else:
        network.facilitation = 0.0
    total, links = 0.0, sim.link[network.place]
    for other in links:
        total = total + other.knowledge
    network.linked_knowledge = total / len(links) if links else 0.0
    if v["partners.a_network"] > 0 and network.active and not week.supported and not network.facilitated:  # 7.10
        kept_up = joint(v["partners.continuity"], v["partners.a_network"])
        network.facilitation = relax(network.facilitation, max(network.facilitation, facilitation), kept_up)


def see_evidence(group, people):
    """Notes the evidence that users among the people of a school or network saw last week (7.19)."""
    seen = [to_fixed_point(teacher.evidence) for teacher in people if teacher.applied > 0]
    group.new_evidence, group.new_evidence_count = sum(seen), len(seen)


def school_observes(sim, school):
    """A school sees its members, brokers, evidence and users, and feels its focus and leadership (3, phase 2)."""
    v, staff = sim.v, sim.teachers[school.first_teacher : school.after_last_teacher]
    members = [teacher for teacher in staff if teacher.member]  # 7.2
    school.participates = 1 if members else 0
    school.inquiry = max([0.0] + [sim.networks[teacher.network].facilitation for teacher in members])
    school.focus = relax(school.own_focus, v["conditions.focus_target"], v["conditions.focus_shift"])  # 7.7
    school.brokers = sum(teacher.mobilises for teacher in staff)  # 7.12
    see_evidence(school, staff)
    feel_leadership(sim, school)
    users = [teacher for teacher in staff if teacher.uses]  # 7.5
    school.users = len(users)
    school.prevalence = len(users) / len(staff)
    school.mean_time = mean_of([teacher.time for teacher in staff])
    school.user_knowledge = mean_of([teacher.knowledge for teacher in users])
    school.user_fidelity = mean_of([teacher.fidelity for teacher in users])


def feel_leadership(sim, school):
    """Notes leadership as staff feel it, raised by outside support, and what the routine carries of it (7.20, 7.21)."""
    v = sim.v
    vision = (
        relax(school.vision, 1.0, v["policy.push"]) if sim.week.supported and school.participates else school.vision
    )
    felt = (vision + school.support + school.distributed) / 3.0
    school.leadership = relax(felt, v["conditions.leadership_target"], v["conditions.leadership_shift"])
    school.lasting_leadership = relax(school.leadership, 1.0, v["leadership.routine_substitutes"] * school.routine)


def teacher_observes(sim, teacher):
    """A teacher hears brokers, meets a colleague, sees who uses the practice and where a mover would come from (3,
    phase 3).
    """
    hear_brokers(sim, teacher)
    meet_colleague(sim, teacher)
    if sim.v["norms.contact"] == "all colleagues":
        hear_all(sim, teacher)
    see_users(sim, teacher)
    see_mover(sim, teacher)


def hear_brokers(sim, teacher):
    """Notes the best information heard from brokers, and the advice that gains most (7.12)."""
    teacher.heard, teacher.advised, teacher.advised_formally = 0.0, 0.0, 0
    if sim.schools[teacher.school].brokers == 0:
        return
    v = sim.v
    for broker in sim.information[teacher.post]:
        if broker.mobilises and (
            broker.formal or sim.chance("reached", teacher.name, broker.name & 4095) < v["mobilisation.informal_reach"]
        ):
            teacher.heard = max(teacher.heard, v["mobilisation.information_depth"] * broker.knowledge)
    best = 0.0
    for broker in sim.staff[teacher.school] if sim.complete() else sim.advice[teacher.post]:
        gain = advice_worth(v, broker.formal) * (broker.knowledge - teacher.knowledge)
        if broker.mobilises and gain > best:
            best, teacher.advised, teacher.advised_formally = gain, broker.knowledge, broker.formal


def meet_colleague(sim, teacher):
    """Notes what the one colleague whom she meets this week believes, and knows if he uses the practice (7.13)."""
    teacher.contact_knowledge, teacher.contact_belief = 0.0, teacher.belief
    if sim.complete():
        own = [other for other in sim.staff[teacher.school] if other is not teacher]
    else:
        own = sim.advice[teacher.post]
    acquaintances = own + sim.cross[teacher.post] if teacher.member else own
    if not acquaintances:
        return
    met = acquaintances[int(sim.chance("contact", teacher.name) * len(acquaintances))]
    if met.school != teacher.school and not met.member:
        return
    teacher.contact_belief = met.belief
    if met.uses:
        teacher.contact_knowledge = met.knowledge


def hear_all(sim, teacher):
    """Notes the mean belief of all she turns to, in place of that of the one she meets (7.14)."""
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
    """Notes which share of those she turns to use the practice, and with what mean fidelity (7.23)."""
    school = sim.schools[teacher.school]
    teacher.exposure, teacher.source_fidelity = 0.0, 1.0
    if school.users == 0 and not teacher.member:
        return
    users, fidelity, count, colleagues = 0, 0.0, 0, []
    if sim.complete():
        count = len(sim.staff[teacher.school]) - 1
        users = school.users - teacher.uses
        fidelity = users * school.user_fidelity
    else:
        colleagues = sim.advice[teacher.post]
    abroad = [other for other in sim.cross[teacher.post] if other.member] if teacher.member else []
    for colleague in colleagues + abroad:
        count = count + 1
        users = users + colleague.uses
        fidelity = fidelity + colleague.uses * colleague.fidelity
    if count > 0:
        teacher.exposure = users / count
    if users > 0:
        teacher.source_fidelity = fidelity / users


def see_mover(sim, teacher):
    """Notes, at a year end, what a teacher of another school would bring if he moved into her post (7.30)."""
    if not sim.week.ends_year or sim.chance("mover", teacher.name) >= sim.v["turnover.movers"]:
        return
    school = sim.schools[teacher.school]
    elsewhere = sim.teachers[: school.first_teacher] + sim.teachers[school.after_last_teacher :]
    if elsewhere:
        mover = elsewhere[int(sim.chance("moved from", teacher.name) * len(elsewhere))]
        teacher.moved_knowledge, teacher.moved_belief = mover.knowledge, mover.belief
    else:
        teacher.moved_knowledge, teacher.moved_belief = newcomer_knowledge(sim, teacher), newcomer_belief(sim, teacher)
