"""The updates of a week (3, phases 4 to 6)."""

from tests.oracle.chance import clip_share, logit_normal, lognormal, normal_quantile
from tests.oracle.formulas import (
    advice_worth,
    attends,
    benefit,
    by_disadvantage,
    ces_mean,
    exchange_yield,
    fixed_point_mean,
    focus_of,
    is_visited,
    joint,
    leaving_probability,
    logistic,
    mandate,
    newcomer_belief,
    newcomer_knowledge,
    power_mean,
    pressure,
    rate_to_probability,
    relax,
    relevance,
    stage_effectiveness,
    transfer,
)

HOLIDAY_WEEKS = 13.0
MOBILISE, USE = (True, True, False), (True, True, False)
ADOPT, ROUTINISE = (True, True, True), (True, True, True)
RENEW = (False, True, True)


def teacher_updates(sim, teacher):
    """A teacher lives through her week: takes part, learns, shares, uses, gives up or takes up, forgets, and may leave
    (3, phase 4).
    """
    school = sim.schools[teacher.school]
    join(sim, teacher)
    find_time(sim, teacher, school)
    meet_network(sim, teacher, school)
    learn_from_brokers(sim, teacher, school)
    share(sim, teacher, school)
    learn_from_colleague(sim, teacher, school)
    if sim.v["norms.belief"] != "evidence only":  # 7.14
        nearer = relax(teacher.belief, teacher.contact_belief, sim.v["norms.pull"])
        teacher.belief = relax(nearer, teacher.first_belief, sim.v["norms.own_view"])
    use(sim, teacher, school)
    weigh_evidence(sim, teacher, school)
    give_up(sim, teacher)
    take_up(sim, teacher, school)
    name_barrier(sim, teacher, school)
    forget(sim, teacher)
    if sim.week.ends_year:
        end_year_in_post(sim, teacher, school)


def join(sim, teacher):
    """Takes part in her network while it is active and her school has joined (7.2)."""
    teacher.new = teacher.member = 0
    if teacher.network >= 0:
        network = sim.networks[teacher.network]
        teacher.member = 1 if network.active and teacher.seat < network.schools else 0


def find_time(sim, teacher, school):
    """Weighs the hours she has this week against the hours that the practice takes her (7.6)."""
    v = sim.v
    lead = 1.0 - v["time.facilitation"] + 2.0 * v["time.facilitation"] * school.leadership
    hours = v["time.hours"] * (1.0 - v["time.disadvantage_gradient"] * (school.disadvantage - 0.5)) * lead
    hours = hours + v["time.routine_hours"] * school.routine
    if sim.week.supported and teacher.member:
        hours = hours + v["time.cover"]
    hours = hours * teacher.load
    hours = hours * lognormal(v["time.weekly_spread"], sim.chance("hours", teacher.name))
    beginner = 1.0 + v["practice.complexity"] * (1.0 - teacher.knowledge)
    needed = v["time.needed"] * beginner * (1.0 - v["time.habit_saves"] * teacher.habit)
    teacher.time = relax(min(1.0, hours / needed), v["conditions.time_target"], v["conditions.time_shift"])


def meet_network(sim, teacher, school):
    """Attends the meeting of her network, as good as its conditions are for her (7.8), and learns from it (7.11)."""
    v = sim.v
    teacher.quality = 0.0
    if teacher.network < 0:
        return
    network = sim.networks[teacher.network]
    if not (network.meets and attends(sim, teacher, network)):
        return
    online = v["meeting.online_worth"] * (1.0 + network.trust) / 2.0
    mode = v["meeting.in_person"] + (1.0 - v["meeting.in_person"]) * online
    conditions = [teacher.time, network.focus, network.trust, network.facilitation]
    if v["conditions.placement"] == "symmetric":
        conditions.append(school.leadership)
    teacher.quality = mode * power_mean(v, conditions) * exchange_yield(v, school)
    if teacher.quality > 0.0:
        gained = teacher.quality * relevance(v, network)
        rate = v["learning.from_network"] * gained * stage_effectiveness(v, "meeting", teacher.knowledge)
        teacher.knowledge = transfer(teacher.knowledge, network.knowledge, rate)
        teacher.fidelity = relax(teacher.fidelity, 1.0, v["learning.core_repair"] * gained)


def learn_from_brokers(sim, teacher, school):
    """Learns from what brokers said, from a mailing, from a broker's advice, from a visit (7.12, first half of its
    update).
    """
    v = sim.v
    by_information = v["mobilisation.information_rate"]
    if teacher.heard > teacher.knowledge:
        teacher.knowledge, teacher.reached = transfer(teacher.knowledge, teacher.heard, by_information), 1
    mailing = v["mobilisation.mailing"]
    if mailing > 0.0 and sim.week.supported and sim.chance("mailed", teacher.name) < mailing:
        most = v["mobilisation.information_depth"] * v["mobilisation.source_knowledge"]
        teacher.knowledge = transfer(teacher.knowledge, most, by_information)
    if teacher.advised > teacher.knowledge:
        rate = (
            v["advice.transfer"]
            * (1.0 - v["practice.complexity"])
            * teacher.time
            * advice_worth(v, teacher.advised_formally)
        )
        rate = rate * (exchange_yield(v, school) * stage_effectiveness(v, "colleagues", teacher.knowledge))
        teacher.knowledge, teacher.reached = transfer(teacher.knowledge, teacher.advised, rate), 1
    if is_visited(sim, school):
        rate = v["advice.transfer"] * (1.0 - v["practice.complexity"]) * teacher.time * exchange_yield(v, school)
        rate = rate * stage_effectiveness(v, "colleagues", teacher.knowledge)
        teacher.knowledge = transfer(teacher.knowledge, v["mobilisation.source_knowledge"], rate)


def share(sim, teacher, school):
    """Grows aware of her role in a meeting, and shares at home as awareness, time, leadership and mandate allow (7.12,
    second half).
    """
    v = sim.v
    if teacher.quality > 0.0:
        growth = v["mobilisation.awareness_growth"] * sim.networks[teacher.network].facilitation
        teacher.awareness = relax(teacher.awareness, 1.0, growth)
    teacher.mobilises = 0
    if teacher.member:
        awareness = 1.0 if is_visited(sim, school) else teacher.awareness
        willing = awareness * ces_mean(v, MOBILISE, teacher.time, school.leadership, focus_of(sim, teacher))
        if sim.chance("mobilise", teacher.name) < willing * mandate(v, school):
            teacher.mobilises = teacher.mobilised = 1


def learn_from_colleague(sim, teacher, school):
    """Asks the colleague whom she met, and learns if he uses the practice and knows more (7.13)."""
    v = sim.v
    if teacher.contact_knowledge > teacher.knowledge and sim.chance("ask", teacher.name) < v["advice.ask"]:
        rate = v["advice.transfer"] * (1.0 - v["practice.complexity"]) * teacher.time
        rate = rate * (exchange_yield(v, school) * stage_effectiveness(v, "colleagues", teacher.knowledge))
        teacher.knowledge = transfer(teacher.knowledge, teacher.contact_knowledge, rate)


def use(sim, teacher, school):
    """Uses the practice or finds no way to (7.15); habit (7.16), experience (7.17) and fidelity (7.18) follow."""
    v = sim.v
    teacher.applied = 0
    if not teacher.uses:
        return
    conditions = ces_mean(v, USE, teacher.time, school.lasting_leadership, focus_of(sim, teacher))
    manages = relax(conditions, 1.0, v["application.habit_carries"] * teacher.habit)
    teacher.applied = 1 if sim.chance("use", teacher.name) < manages else -1
    if teacher.applied > 0:
        teacher.habit = relax(teacher.habit, 1.0, v["habit.growth"])
    else:
        teacher.habit = teacher.habit * (1.0 - v["habit.loss"])
    if sim.week.ends_year:
        teacher.habit = teacher.habit * (1.0 - v["habit.holiday_loss"] * v["habit.loss"]) ** HOLIDAY_WEEKS
    if teacher.applied > 0:
        lift = 1.0 - (1.0 - school.inquiry) * (1.0 - school.routine)
        ceiling = v["experience.ceiling"] + (1.0 - v["experience.ceiling"]) * lift
        rate = v["experience.learning"] * stage_effectiveness(v, "experience", teacher.knowledge)
        teacher.knowledge = transfer(teacher.knowledge, ceiling, rate)
        teacher.adaptation = relax(teacher.adaptation, 1.0, v["experience.adaptation"])
    teacher.fidelity = relax(teacher.fidelity, 1.0, v["fidelity.routine_repair"] * school.routine)


def weigh_evidence(sim, teacher, school):
    """Sees what pupils gain, through noise, and believes accordingly; hears of it where the school feeds it back
    (7.19).
    """
    v = sim.v
    convinces = v["norms.belief"] != "norms only"
    if teacher.applied > 0:
        gain = benefit(v, teacher.knowledge, teacher.fidelity, teacher.adaptation)
        seen = gain + v["evidence.noise"] * normal_quantile(sim.chance("evidence", teacher.name))
        teacher.evidence = logistic(v["evidence.sharpness"] * (seen - v["evidence.expected"]))
        if convinces:
            teacher.belief = relax(teacher.belief, teacher.evidence, v["evidence.learning"])
    if convinces and v["evidence.fed_back"] > 0.0 and school.new_evidence_count > 0:
        fed_back = fixed_point_mean(school.new_evidence, school.new_evidence_count)
        teacher.belief = relax(teacher.belief, fed_back, v["evidence.fed_back"])


def give_up(sim, teacher):
    """Gives the practice up, perhaps, after a week in which she found no way to use it (7.22)."""
    v = sim.v
    if teacher.applied >= 0:
        return
    company = 1.0 + v["abandonment.isolation"] * (1.0 - 2.0 * pressure(v, teacher))
    rate = v["abandonment.rate"] * (1.0 - teacher.habit) * (1.0 - teacher.belief) * company
    if sim.chance("abandon", teacher.name) < rate_to_probability(rate):
        teacher.uses, teacher.habit = 0, 0.0
        teacher.belief = teacher.belief * (1.0 - v["abandonment.disappointment"])


def take_up(sim, teacher, school):
    """Takes the practice up, perhaps, if she was no user this week (7.23), with the core that is left on the way to
    her (7.18).
    """
    v = sim.v
    if teacher.uses or teacher.applied != 0:
        return
    own = v["adoption.alone"]
    if teacher.member:
        own = relax(own, v["adoption.in_network"], relevance(v, sim.networks[teacher.network]))
    u, conviction = sim.chance("adopt", teacher.name), teacher.knowledge * teacher.belief
    if u >= (own + v["adoption.social"]) * conviction:
        return
    wish = own + v["adoption.social"] * pressure(v, teacher)
    conditions = ces_mean(v, ADOPT, teacher.time, school.lasting_leadership, focus_of(sim, teacher))
    if u < rate_to_probability(wish * conviction * conditions):
        teacher.uses = teacher.tried = 1
        source = teacher.fidelity if teacher.member else teacher.source_fidelity
        teacher.fidelity = source * (1.0 - v["fidelity.drift"] * (1.0 - teacher.knowledge))


def name_barrier(sim, teacher, school):
    """Names the scarcest of the conditions she needed, if she found no way, or is ready and does not take it up
    (7.24).
    """
    v = sim.v
    teacher.barrier = 0
    if teacher.applied < 0:
        needs = USE
    elif (
        not teacher.uses and teacher.knowledge > v["barrier.ready_knowledge"] and teacher.exposure >= teacher.threshold
    ):
        needs = ADOPT
    else:
        return
    least = 2.0
    felt = (teacher.time * (1.0 - v["barrier.salience_of_time"]), school.lasting_leadership, focus_of(sim, teacher))
    for number, needed, level in zip((1, 2, 3), needs, felt, strict=True):
        if (needed or v["conditions.placement"] == "symmetric") and level < least:
            teacher.barrier, least = number, level


def forget(sim, teacher):
    """Forgets some of what she does not use, and more over the holidays (7.25)."""
    if teacher.uses:
        return
    kept = 1.0 - sim.v["forgetting.rate"]
    if teacher.applied == 0:
        teacher.knowledge = teacher.knowledge * kept
    if sim.week.ends_year:
        teacher.knowledge = teacher.knowledge * kept**HOLIDAY_WEEKS


def end_year_in_post(sim, teacher, school):
    """Ends a year in post: the teacher stays, or leaves and somebody new takes the post over and arrives (7.27, 7.29,
    7.30).
    """
    years = teacher.years
    teacher.years = years + 1
    if sim.chance("teacher leaves", teacher.name) >= leaving_probability(sim.v, years, school.disadvantage):
        return
    teacher.new = 1
    take_over_post(sim, teacher)
    arrive(sim, teacher, school)


def take_over_post(sim, teacher):
    """Makes everything personal anew for whoever takes a post over; place, ties and seat stay with the post (7.29)."""
    v, name = sim.v, teacher.name
    teacher.knowledge = newcomer_knowledge(sim, teacher)
    teacher.belief = teacher.first_belief = newcomer_belief(sim, teacher)
    teacher.threshold = logit_normal(
        v["adoption.threshold"], v["adoption.threshold_spread"], sim.chance("new threshold", name)
    )
    teacher.load = lognormal(v["time.load_spread"], sim.chance("new load", name))
    teacher.awareness = logit_normal(
        v["mobilisation.awareness"], v["mobilisation.awareness_spread"], sim.chance("new awareness", name)
    )
    teacher.formal = 1 if sim.chance("new formal role", name) < v["mobilisation.formal_share"] else 0
    teacher.habit, teacher.adaptation, teacher.fidelity = 0.0, 0.0, 1.0
    teacher.uses = teacher.applied = teacher.mobilises = teacher.barrier = 0
    teacher.tried = teacher.reached = teacher.mobilised = teacher.years = 0


def arrive(sim, teacher, school):
    """Comes with what was seen in another school if she moves in from one, and is inducted where there is a routine
    (7.30).
    """
    v = sim.v
    if sim.chance("mover", teacher.name) < v["turnover.movers"]:
        teacher.knowledge, teacher.belief = teacher.moved_knowledge, teacher.moved_belief
        teacher.first_belief = teacher.moved_belief
    if school.users > 0:
        inducted = v["turnover.induction"] * school.routine
        teacher.knowledge = transfer(teacher.knowledge, school.user_knowledge, inducted)
        if sim.chance("induction", teacher.name) < inducted:
            teacher.uses = teacher.tried = 1
            teacher.fidelity = school.user_fidelity


def add_evidence(sim, group):
    """Adds last week's evidence to that of the year, which starts anew in the first week of a year (7.19)."""
    if sim.week.of_year == 0:
        group.evidence_total = group.evidence_count = 0
    group.evidence_total += group.new_evidence
    group.evidence_count += group.new_evidence_count


def school_updates(sim, school):
    """A school sums up evidence, moves its head's priority at the year end, builds its routine, and may change its
    head (3, phase 5).
    """
    add_evidence(sim, school)
    if sim.week.ends_year:
        move_priority(sim, school)
    build_routine(sim, school)
    change_head(sim, school)


def move_priority(sim, school):
    """Moves a head's priority at a year end: by evidence (7.20), back to the own course, and away by other initiatives
    (7.21).
    """
    v = sim.v
    if school.evidence_count > v["leadership.evidence_needed"]:
        evidence = fixed_point_mean(school.evidence_total, school.evidence_count)
        school.vision = clip_share(
            school.vision + v["leadership.evidence_effect"] * (evidence - 0.5) * school.prevalence
        )
    school.vision = clip_share(
        relax(school.vision, school.own_vision, v["policy.return_to_course"] * v["policy.coherence"])
    )
    if sim.chance("initiative", school.name) < v["policy.initiatives"] * (1.0 - v["policy.coherence"]):
        left = clip_share(
            v["policy.priority_left"] + v["policy.priority_buffered"] * school.distributed * school.routine
        )
        school.vision = school.vision * left


def build_routine(sim, school):
    """Moves the routine towards what use, conditions and mandate carry, faster up than down (7.26)."""
    v = sim.v
    conditions = ces_mean(v, ROUTINISE, school.mean_time, school.lasting_leadership, school.focus)
    goal = school.prevalence * conditions * mandate(v, school)
    rate = v["routine.growth"] if goal > school.routine else v["routine.growth"] * v["routine.inertia"]
    school.routine = relax(school.routine, goal, rate)


def change_head(sim, school):
    """Lets the head leave, perhaps, at a year end or where the calendar says so, and another come (7.28)."""
    v = sim.v
    school.new_head = 0
    leaves = sim.week.new_head
    if sim.week.ends_year:
        leaves = max(
            leaves, by_disadvantage(v["succession.rate"], v["succession.disadvantage_ratio"], school.disadvantage)
        )
    if leaves > 0.0 and sim.chance("head leaves", school.name) < leaves:
        school.new_head = 1
        take_over_school(sim, school)


def take_over_school(sim, school):
    """Gives a school the inclination and support of its new head, and of the old priority what is carried over (7.29
    with carried_vision of 7.28).
    """
    v = sim.v
    school.own_vision = logit_normal(
        v["leadership.vision"], v["leadership.spread"], sim.chance("new vision", school.name)
    )
    school.support = logit_normal(
        v["leadership.support"], v["leadership.spread"], sim.chance("new support", school.name)
    )
    arriving = school.own_vision * (1.0 - v["succession.not_invented_here"])
    stays = 1.0 - (1.0 - v["succession.carried"] * school.distributed) * (1.0 - school.routine)
    school.vision = relax(arriving, school.vision, stays)


def network_updates(sim, network):
    """A network grows in trust and knowledge, sums up evidence, and at the year end may end, begin or grow (3, phase
    6).
    """
    grow_together(sim, network)
    add_evidence(sim, network)
    decide_on_going_on(sim, network)
    begin_and_recruit(sim, network)


def grow_together(sim, network):
    """Moves trust (7.8) and collective knowledge (7.9, 7.10) by what last week's meeting and new faces did to them."""
    v = sim.v
    if network.attended > 0:
        network.trust = relax(network.trust, 1.0, v["meeting.trust_growth"] * network.mean_quality)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)
    if network.attended > 0:
        applied = v["inquiry.without_application"] + (1.0 - v["inquiry.without_application"]) * network.member_use
        gained = network.mean_quality * relevance(v, network)
        network.knowledge = relax(network.knowledge, 1.0, v["inquiry.growth"] * gained * applied)
        exchange = v["inquiry.exchange_between_networks"] * gained
        network.knowledge = transfer(network.knowledge, network.linked_knowledge, exchange)
        if v["partners.a_network"] > 0:
            rate = joint(v["partners.sharing"], v["partners.a_network"]) * network.mean_quality * relevance(v, network)
            network.knowledge = transfer(network.knowledge, v["partners.knowledge"], rate)


def decide_on_going_on(sim, network):
    """Decides at a year end after support whether to go on alone, by evidence, trust, leadership and focus (7.31)."""
    v, week = sim.v, sim.week
    if not (network.active and week.ends_year and week.support_over) or v["renewal.rule"] == "always":
        return
    conditions = ces_mean(v, RENEW, network.time, network.leadership, network.focus)
    worth = (fixed_point_mean(network.evidence_total, network.evidence_count) * network.trust * conditions) ** (
        1.0 / 3.0
    )
    goes_on = logistic(v["renewal.sharpness"] * (worth - v["renewal.threshold"]))
    goes_on = relax(goes_on, 1.0, joint(v["partners.continuity"], v["partners.a_network"]))
    if v["renewal.rule"] == "never" or sim.chance("renew", network.name) >= goes_on:
        network.active = 0


def begin_and_recruit(sim, network):
    """Founds the network when its week has come, and takes in schools at a year end (7.32)."""
    v = sim.v
    if not network.begun and sim.week.number + 1 >= network.begins:
        network.begun = network.active = 1
    if sim.week.ends_year and network.active and network.schools < network.schools_at_most:
        evidence = fixed_point_mean(network.evidence_total, network.evidence_count)
        if sim.chance("recruit", network.name) < v["recruitment.rate"] * evidence:
            network.schools = min(network.schools_at_most, network.schools + v["recruitment.schools_at_once"])
