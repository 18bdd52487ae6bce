"""The updates of a week (3, phases 4 to 6)."""

import math

from plnsim.common.elementary import exp, power
from tests.oracle.calendar import SCHOOL_WEEKS
from tests.oracle.chance import clip_share, logit_normal, lognormal, normal_quantile
from tests.oracle.formulas import (
    ADOPT,
    ASKED,
    LEFT,
    MICROHOURS,
    MOBILISE,
    RENEW,
    ROUTINISE,
    TAKES_PART,
    USE,
    WATCHED,
    advice_chance,
    advice_worth,
    attends,
    benefit,
    by_disadvantage,
    ces_mean,
    continuity,
    cover_paid,
    exchange_yield,
    felt_pressure,
    fixed_point_mean,
    focus_of,
    given_from_outside,
    has_joined,
    is_visited,
    joint,
    leaves,
    logistic,
    mandate,
    network_value,
    power_mean,
    rate_to_probability,
    relax,
    relevance,
    stage_effectiveness,
    to_microhours,
)
from tests.oracle.parts import all_parts, draw_parts, forget, known_parts, learn, share_of_parts, without

HOLIDAY_WEEKS = 13.0
LONGEST_CAREER = 45
FOLLOWED, GAVE_UP = 1, 2
AFTER_MEMBER = 2


def teacher_updates(sim, teacher):
    """A teacher lives through her week: takes part, spends hours, learns, shares, uses, gives up or takes up, forgets,
    and may leave (3, phase 4).
    """
    school = sim.schools[teacher.school]
    join(sim, teacher, school)
    spend_hours(sim, teacher, school)
    meet_network(sim, teacher, school)
    learn_from_meeting(sim, teacher)
    learn_from_brokers(sim, teacher, school)
    share(sim, teacher, school)
    ask_colleague(sim, teacher)
    take_from_lesson(sim, teacher)
    if sim.v["norms.belief"] != "evidence only":  # Norms
        nearer = relax(teacher.belief, teacher.contact_belief, sim.v["norms.pull"])
        teacher.belief = relax(nearer, teacher.first_belief, sim.v["norms.own_view"])
    use(sim, teacher, school)
    practise(sim, teacher, school)
    weigh_evidence(sim, teacher, school)
    attend_to(sim, teacher, school)
    give_up(sim, teacher, school)
    take_up(sim, teacher, school)
    name_barrier(sim, teacher, school)
    forget_what_is_not_used(sim, teacher)
    if sim.week.ends_year:
        end_year_in_post(sim, teacher, school)
    follow(sim, teacher)


def join(sim, teacher, school):
    """Takes part in her network while it is active and her school takes part, once her seat is filled (Membership)."""
    teacher.new = teacher.new_member = teacher.member = 0
    if not has_joined(sim, teacher):
        return
    if teacher.vacant:
        willing = relax(school.leadership, 1.0, sim.v["participation.habit_carries"] * school.taking_part)
        if sim.chance("seat is filled", teacher.name) < sim.v["participation.refill"] * willing:
            teacher.vacant, teacher.new_member = 0, 1
    if not teacher.vacant:
        teacher.member = 1


def spend_hours(sim, teacher, school):
    """Makes up for meetings, gives to colleagues, and measures what is left against what the practice takes (Time)."""
    v = sim.v
    hours = school.hours * teacher.load * lognormal(v["time.weekly_spread"], sim.chance("hours", teacher.name))
    own, cover = to_microhours(hours), cover_paid(v, sim.week.supported, teacher.member)
    teacher.network_hours = min(teacher.owed, cover + int(v["time.most_for_meetings"] * own))
    teacher.owed = teacher.owed - teacher.network_hours
    teacher.uncovered_hours = max(0, teacher.network_hours - cover)
    for_colleagues = school.standing_in + v["mobilisation.sharing_hours"] * teacher.mobilises
    for_colleagues = for_colleagues + school.helping * teacher.uses
    for_colleagues = for_colleagues + {0: 0.0, ASKED: v["advice.hours"], WATCHED: v["observation.hours"]}[teacher.asked]
    left = own + cover - teacher.network_hours
    teacher.colleague_hours = min(left, to_microhours(for_colleagues))
    teacher.hours_left = left - teacher.colleague_hours
    beginner = 1.0 + v["practice.complexity"] * (1.0 - teacher.knowledge)
    needed = v["time.needed"] * beginner * (1.0 - v["time.habit_saves"] * teacher.habit)
    enough = min(1.0, teacher.hours_left * (1.0 / (MICROHOURS * needed)))
    teacher.time = relax(enough, v["conditions.time_target"], given_from_outside(v, school))


def meet_network(sim, teacher, school):
    """Comes to the meeting of her network as far as she has made up for the last one, owes its hours, and finds it as
    good as its conditions are for her (Meeting).
    """
    v = sim.v
    teacher.quality = 0.0
    if teacher.network < 0:
        return
    network = sim.networks[teacher.network]
    if not (network.meets and attends(sim, teacher, network)):
        return
    east, north = school.east - network.east, school.north - network.north
    travel = 2.0 * math.sqrt(east * east + north * north) / 60.0
    takes = to_microhours(v["meeting.hours"] + v["meeting.in_person"] * travel)
    if teacher.owed > 0 and sim.chance("comes", teacher.name) >= 1.0 - teacher.owed / max(1, takes):
        return
    outside = given_from_outside(v, school) * v["conditions.time_target"]
    teacher.owed = teacher.owed + int(takes * (1.0 - outside))
    online = v["meeting.online_worth"] * (1.0 + network.trust) / 2.0
    mode = v["meeting.in_person"] + (1.0 - v["meeting.in_person"]) * online
    conditions = [network.focus, network.trust, network.facilitation]
    if v["conditions.placement"] == "symmetric":
        conditions.append(school.leadership)
    teacher.quality = mode * power_mean(v, conditions) * exchange_yield(v, school)


def learn_from_meeting(sim, teacher):
    """Takes in what her network knows and she does not, and comes back to the core (Learning)."""
    if teacher.quality > 0.0:
        v, network = sim.v, sim.networks[teacher.network]
        gained = teacher.quality * relevance(v, network)
        rate = v["learning.from_network"] * gained * network.trust
        rate = rate * stage_effectiveness(v, "meeting", teacher.knowledge)
        news = without(network.parts, teacher.parts)
        learn(sim, teacher, draw_parts(sim, news, rate, "member parts", teacher.name))
        teacher.fidelity = relax(teacher.fidelity, 1.0, v["learning.core_repair"] * gained)


def learn_from_brokers(sim, teacher, school):
    """Learns from what brokers said, from a mailing, from a broker's advice, from a visit (Mobilisation, first half of
    its update).
    """
    v, name = sim.v, teacher.name
    by_information = v["mobilisation.information_rate"]
    heard = without(teacher.heard, teacher.parts)
    if heard:
        learn(sim, teacher, draw_parts(sim, heard, by_information, "information parts", name))
        teacher.reached = 1
    mailing = v["mobilisation.mailing"]
    if mailing > 0.0 and sim.week.supported and sim.chance("mailed", name) < mailing:
        mailed = without(school.source_parts & school.explicit_parts, teacher.parts)
        learn(sim, teacher, draw_parts(sim, mailed, by_information, "mailing parts", name))
    if without(teacher.advised, teacher.parts):
        worth = advice_worth(v, teacher.advised_formally)
        translated = 1.0 - v["practice.complexity"] * (1.0 - v["mobilisation.translation"])
        take_advice(sim, teacher, teacher.advised, worth * advice_chance(sim, teacher), translated, "from a broker")
        teacher.reached = 1
    if is_visited(sim, school):
        translated = 1.0 - v["practice.complexity"] * (1.0 - v["mobilisation.translation"])
        take_advice(sim, teacher, school.visitor_parts, 1.0 * advice_chance(sim, teacher), translated, "from a visit")


def take_advice(sim, teacher, parts, rate, travels, source):
    """Takes in parts from advice: those that her school can find by itself at the rate, others as far as they travel
    (Mobilisation, Advice).
    """
    streams = {
        "from a broker": ("parts from a broker", "foreign from a broker"),
        "from a visit": ("parts from a visit", "foreign from a visit"),
        "from a colleague": ("advice parts", "foreign advice"),
    }[source]
    news = without(parts, teacher.parts)
    own = news & sim.schools[teacher.school].own_parts
    learn(sim, teacher, draw_parts(sim, own, rate, streams[0], teacher.name))
    learn(sim, teacher, draw_parts(sim, without(news, own), rate * travels, streams[1], teacher.name))


def share(sim, teacher, school):
    """Grows aware of her role in a meeting, and shares at home as awareness, time, leadership and mandate allow
    (Mobilisation, second half).
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


def ask_colleague(sim, teacher):
    """Asks the colleague whom she met, if he knows what she does not, and learns as far as both have time (Advice)."""
    teacher.asked = 0
    if teacher.watches or not without(teacher.contact_parts, teacher.parts):
        return
    if sim.chance("ask", teacher.name) < sim.v["advice.ask"]:
        teacher.asked = ASKED
        rate = advice_chance(sim, teacher) * teacher.contact_time
        sticky = 1.0 - sim.v["practice.complexity"]
        take_advice(sim, teacher, teacher.contact_parts, rate, sticky, "from a colleague")


def take_from_lesson(sim, teacher):
    """Puts into use what she saw in a lesson and knows, and understands some of the rest (Observation)."""
    if not teacher.watches:
        return
    teacher.asked = WATCHED
    shown, taken_in = teacher.contact_parts, sim.v["observation.taken_in"]
    known, news = shown & teacher.parts, without(shown, teacher.parts)
    idle = without(known, teacher.in_use)
    teacher.in_use |= draw_parts(sim, idle, taken_in, "parts of a lesson put into use", teacher.name)
    understood = taken_in * teacher.knowledge
    learn(sim, teacher, draw_parts(sim, news, understood, "parts of a lesson understood", teacher.name))


def attend_to(sim, teacher, school):
    """Attends to the practice anew where something renews it, else less, by what evidence keeps up (Attention)."""
    if not teacher.uses or teacher.quality > 0.0 or teacher.advised or is_visited(sim, school):
        teacher.attention = 1.0
    else:
        kept = teacher.evidence if teacher.applied > 0 else 0.0
        teacher.attention = relax(teacher.attention, kept, sim.v["attention.fading"])


def use(sim, teacher, school):
    """Uses the practice or finds no way to, puts parts of it into use and lets others lapse (Application)."""
    v = sim.v
    teacher.applied = 0
    if not teacher.uses:
        return
    conditions = ces_mean(v, USE, teacher.time, school.lasting_leadership, focus_of(sim, teacher))
    manages = relax(teacher.attention * conditions, 1.0, v["application.habit_carries"] * teacher.habit)
    teacher.applied = 1 if sim.chance("use", teacher.name) < manages else -1
    lapse = v["application.lapse"] * (1.0 - teacher.habit)
    lapsed = draw_parts(sim, teacher.in_use, lapse, "lapsed parts", teacher.name)
    if teacher.applied > 0:
        extends = v["application.extension"] * conditions if teacher.in_use else conditions
        if teacher.quality > 0.0:
            gained = teacher.quality * relevance(v, sim.networks[teacher.network])
            extends = relax(extends, 1.0, v["learning.core_repair"] * gained)
        idle = without(teacher.parts, teacher.in_use)
        teacher.in_use |= draw_parts(sim, idle, extends, "parts put into use", teacher.name)
    teacher.in_use = without(teacher.in_use, lapsed)


def practise(sim, teacher, school):
    """Forms or loses habit (Habit), learns from experience (Experience), and comes back to the core by routine
    (Fidelity).
    """
    v = sim.v
    if teacher.applied > 0:
        growth = 1.0 - exp(-2.995732273553991 * (v["habit.occasions"] / v["habit.days"]))
        teacher.habit = relax(teacher.habit, v["habit.plateau"], growth)
        teacher.missed = 0
        rate = v["experience.learning"] * stage_effectiveness(v, "experience", teacher.knowledge)
        found = without(school.own_parts, teacher.parts)
        learn(sim, teacher, draw_parts(sim, found, rate, "experience part", teacher.name))
        shown = without(school.user_parts, teacher.parts)
        learn(sim, teacher, draw_parts(sim, shown, rate * school.routine, "routine part", teacher.name))
        teacher.adaptation = relax(teacher.adaptation, 1.0, v["experience.adaptation"])
    elif teacher.applied < 0:
        teacher.missed = min(SCHOOL_WEEKS, teacher.missed + 1)
        if teacher.missed > v["habit.grace"]:
            teacher.habit = teacher.habit * (1.0 - v["habit.loss"])
    if teacher.applied != 0:
        teacher.fidelity = relax(teacher.fidelity, 1.0, v["fidelity.routine_repair"] * school.routine)


def weigh_evidence(sim, teacher, school):
    """Sees what pupils gain, through noise, and believes accordingly; hears of it where the school feeds it back
    (Evidence).
    """
    v = sim.v
    convinces = v["norms.belief"] != "norms only"
    if teacher.applied > 0:
        gain = benefit(v, share_of_parts(v, teacher.in_use), teacher.fidelity, teacher.adaptation, school.fit)
        seen = gain + v["evidence.noise"] * normal_quantile(sim.chance("evidence", teacher.name))
        teacher.evidence = logistic(v["evidence.sharpness"] * (seen - v["evidence.expected"]))
        if convinces:
            teacher.belief = relax(teacher.belief, teacher.evidence, v["evidence.learning"])
    if convinces and v["evidence.fed_back"] > 0.0 and school.new_evidence_count > 0:
        fed_back = fixed_point_mean(school.new_evidence, school.new_evidence_count)
        teacher.belief = relax(teacher.belief, fed_back, v["evidence.fed_back"])


def give_up(sim, teacher, school):
    """Gives the practice up, perhaps, for another initiative, or after a week in which she found no way to use it
    (Abandonment).
    """
    v = sim.v
    if school.initiative and teacher.uses:
        displaced = v["policy.displaced"] * (1.0 - school.routine)
        if sim.chance("displaced", teacher.name) < displaced:
            stop_using(teacher)
            return
    if teacher.applied < 0:
        company = 1.0 + v["abandonment.isolation"] * (1.0 - 2.0 * felt_pressure(v, teacher))
        rate = v["abandonment.rate"] * (1.0 - teacher.habit) * (1.0 - teacher.belief) * company
        if sim.chance("abandon", teacher.name) < rate_to_probability(rate):
            stop_using(teacher)
            teacher.belief = teacher.belief * (1.0 - v["abandonment.disappointment"])


def stop_using(teacher):
    """Ends use, and with it habit and the parts in use (Abandonment)."""
    teacher.uses, teacher.habit, teacher.missed, teacher.in_use = 0, 0.0, 0, 0


def take_up(sim, teacher, school):
    """Takes the practice up, perhaps, if she was no user this week (Adoption), with the core that is left on the way to
    her (Fidelity).
    """
    v = sim.v
    if teacher.uses or teacher.refuses or teacher.applied != 0:
        return
    own = v["adoption.alone"]
    if teacher.member:
        own = relax(own, v["adoption.in_network"], relevance(v, sim.networks[teacher.network]))
    u, conviction = sim.chance("adopt", teacher.name), teacher.knowledge * teacher.belief
    if u >= (own + v["adoption.social"]) * conviction:
        return
    wish = own + v["adoption.social"] * felt_pressure(v, teacher)
    if teacher.tried:
        wish = wish * v["adoption.again"]
    conditions = ces_mean(v, ADOPT, teacher.time, school.lasting_leadership, focus_of(sim, teacher))
    if u < rate_to_probability(wish * conviction * conditions):
        teacher.uses = teacher.tried = 1
        source = teacher.fidelity if teacher.member else teacher.source_fidelity
        teacher.fidelity = source * (1.0 - v["fidelity.drift"] * (1.0 - teacher.knowledge))


def name_barrier(sim, teacher, school):
    """Names the scarcest of the conditions she needed, if she found no way, or is ready and does not take it up
    (Barrier).
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


def forget_what_is_not_used(sim, teacher):
    """Loses some parts of what she does not use, and more over the holidays (Forgetting)."""
    if teacher.uses:
        return
    rate = sim.v["forgetting.rate"]
    if teacher.applied == 0:
        forget(sim, teacher, draw_parts(sim, teacher.parts, rate, "forgotten part", teacher.name))
    if sim.week.ends_year:
        lost = 1.0 - power(1.0 - rate, HOLIDAY_WEEKS)
        forget(sim, teacher, draw_parts(sim, teacher.parts, lost, "holiday parts", teacher.name))


def end_year_in_post(sim, teacher, school):
    """Ends a year in post: the teacher stays, or leaves and somebody new takes the post over and arrives (Turnover,
    Replacement, Arrival).
    """
    if leaves(sim, teacher):
        teacher.new = AFTER_MEMBER if teacher.member else 1
    teacher.years = min(LONGEST_CAREER, teacher.years + 1)
    if teacher.new:
        take_over_post(sim, teacher)
        arrive(sim, teacher, school)


def take_over_post(sim, teacher):
    """Makes everything personal anew for whoever takes a post over; place, ties, seat and hours owed stay with the
    post (Replacement).
    """
    v, name = sim.v, teacher.name
    teacher.threshold = logit_normal(
        v["adoption.threshold"], v["adoption.threshold_spread"], sim.chance("new threshold", name)
    )
    teacher.refuses = 1 if sim.chance("new refusal", name) < v["adoption.never"] else 0
    low, high = v["learning.first_knowledge_low"], v["learning.first_knowledge_high"]
    teacher.parts = known_parts(sim, teacher, low + sim.chance("new knowledge", name) * (high - low))
    teacher.knowledge = share_of_parts(v, teacher.parts)
    teacher.awareness = logit_normal(
        v["mobilisation.awareness"], v["mobilisation.awareness_spread"], sim.chance("new awareness", name)
    )
    teacher.formal = 1 if sim.chance("new formal role", name) < v["mobilisation.formal_share"] else 0
    teacher.belief = teacher.first_belief = logit_normal(
        v["norms.first_belief"], v["norms.first_belief_spread"], sim.chance("new belief", name)
    )
    teacher.load = lognormal(v["time.load_spread"], sim.chance("new load", name))
    teacher.vacant = 1 if teacher.network >= 0 else 0
    teacher.attention = teacher.fidelity = 1.0
    teacher.habit = teacher.adaptation = teacher.quality = 0.0
    teacher.uses = teacher.tried = teacher.applied = teacher.in_use = teacher.missed = teacher.barrier = 0
    teacher.asked = teacher.mobilises = teacher.mobilised = teacher.reached = 0
    teacher.member = teacher.new_member = teacher.years = 0


def arrive(sim, teacher, school):
    """Comes with what she brings from another school if she moves in from one, and is inducted where there is a
    routine (Arrival).
    """
    if teacher.moves_in:
        teacher.parts = teacher.moved_parts
        teacher.knowledge = share_of_parts(sim.v, teacher.parts)
        teacher.belief = teacher.first_belief = teacher.moved_belief
    if school.users > 0:
        inducted = sim.v["turnover.induction"] * school.routine
        shown = without(school.user_parts, teacher.parts)
        learn(sim, teacher, draw_parts(sim, shown, inducted, "induction parts", teacher.name))
        if not teacher.refuses and sim.chance("induction", teacher.name) < inducted:
            teacher.uses = teacher.tried = 1
            teacher.fidelity = school.user_fidelity


def follow(sim, teacher):
    """Marks, to count alone, who still uses it of those who did when support ended, and who of them gives it up
    (Lasting).
    """
    week = sim.week
    if week.support_over and (week.supported or week.number == 0):
        teacher.followed = FOLLOWED if teacher.uses else 0
    elif teacher.followed != FOLLOWED or teacher.new:
        teacher.followed = 0
    elif not teacher.uses:
        teacher.followed = GAVE_UP


def add_evidence(sim, group):
    """Adds last week's evidence to that of the year, which starts anew in the first week of a year (Evidence)."""
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
    """Moves support, priority and distributed leadership by what leaders learn, from a system leader as well, and by
    the year's evidence at its end (Leadership).
    """
    v = sim.v
    learning, from_leader = v["leadership.learning"], v["leadership.from_system_leader"]
    school.vision = relax(school.vision, school.leader_vision, from_leader)
    school.support = relax(school.support, school.leader_support, from_leader)
    school.support = relax(school.support, 1.0, learning * school.inquiry)
    school.vision = relax(school.vision, school.mean_belief, learning * school.distributed)
    if school.brokers > 0:
        school.distributed = relax(school.distributed, 1.0, learning)
    school.distributed = relax(school.distributed, school.own_distributed, learning)
    if sim.week.ends_year and school.evidence_count > 0:
        evidence = fixed_point_mean(school.evidence_total, school.evidence_count)
        moved = v["leadership.evidence_effect"] * (evidence - 0.5) * school.prevalence
        school.vision = clip_share(school.vision + moved)
        school.support = clip_share(school.support + moved)


def meet_policy(sim, school):
    """Draws a head back to her own course, and away from it by a competing initiative (Policy)."""
    v = sim.v
    returned = relax(school.vision, school.own_vision, v["policy.return_to_course"] * v["policy.coherence"])
    school.vision = clip_share(returned)
    if sim.chance("initiative", school.name) < v["policy.initiatives"] * (1.0 - v["policy.coherence"]):
        school.initiative = 1
        school.vision = school.vision * v["policy.priority_left"]


def build_routine(sim, school):
    """Moves the routine towards what use, conditions and mandate carry (Routine)."""
    v = sim.v
    conditions = ces_mean(v, ROUTINISE, school.mean_time, school.lasting_leadership, school.focus)
    goal = school.prevalence * conditions * mandate(v, school)
    school.routine = relax(school.routine, goal, v["routine.growth"])


def change_head(sim, school):
    """Lets the head leave, perhaps, at a year end or where the calendar says so, and another come (Succession)."""
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
    part what is carried over (Replacement, with rules of Leadership, Succession and Participation).
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
    """Decides whether to stay in its network, leave or join, and grows used to it (Participation)."""
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
    """Gives how likely a school is to say yes to its network, by worth and neighbours (Participation, Renewal)."""
    v, alone = sim.v, sim.week.support_over
    conditions = ces_mean(v, RENEW, school.mean_time, school.leadership, school.focus)
    worth = network_value(school.evidence_seen, school.trust_seen, conditions)
    value = relax(worth, school.neighbours_in, v["participation.neighbours"])
    threshold = v["renewal.threshold"] if alone else v["participation.threshold_supported"]
    likely = logistic(v["renewal.sharpness"] * (value - threshold))
    return relax(likely, 1.0, joint(v["partners.continuity"], v["partners.a_network"])) if alone else likely


def network_updates(sim, network):
    """A network grows in trust, tells those who serve it, shares, finds and loses parts, sums up evidence, and may end
    or begin (3, phase 6).
    """
    grow_in_trust(sim, network)
    take_away(sim, network)
    inquire(sim, network)
    add_evidence(sim, network)
    end_or_begin(sim, network)


def grow_in_trust(sim, network):
    """Moves trust by what last week's meeting and new faces did to it (Meeting)."""
    if network.attended > 0:
        came = min(1.0, network.attended / max(1, network.members_met))
        growth = sim.v["meeting.trust_growth"] * came * network.mean_quality
        network.trust = relax(network.trust, 1.0, growth)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)
    if network.meets:
        network.members_met = network.members


def take_away(sim, network):
    """Lets its facilitator, if there was one, and its partners take away some of what members shared (Spanning)."""
    if network.attended > 0:
        taken = draw_parts(sim, network.shared, sim.v["spanning.carrying"], "parts taken away", network.name)
        if network.facilitator_met:
            network.facilitator_parts |= taken
        if sim.v["partners.a_network"] > 0:
            network.partner_parts |= taken


def inquire(sim, network):
    """Works up the meeting of last week, and keeps for the next what facilitation this week's has (Inquiry)."""
    if network.attended > 0:
        work_up(sim, network)
    if network.meets:
        network.facilitation_met, network.facilitator_met = network.facilitation, network.facilitated


def work_up(sim, network):
    """Loses sight of parts, keeps what members shared, and finds others by comparing, from linked networks and from
    people outside schools (Inquiry).
    """
    v, name = sim.v, network.name
    gained = network.mean_quality * relevance(v, network)
    lost = draw_parts(sim, network.parts, v["inquiry.loss"], "lost parts", name)
    held = without(network.parts, lost) | network.shared
    found = v["inquiry.discovery"] * gained * network.facilitation_met * network.variety
    held |= draw_parts(sim, without(all_parts(v), held), found, "found by comparing", name)
    taken = v["inquiry.exchange_between_networks"] * gained
    held |= draw_parts(sim, without(network.linked_parts, held), taken, "parts of linked networks", name)
    network.parts = held | network.brought
    network.knowledge = share_of_parts(v, network.parts)


def end_or_begin(sim, network):
    """Ends a network with the year by the rule or for want of schools (Renewal), and founds it when its week has come
    (Recruitment).
    """
    week, rule = sim.week, sim.v["renewal.rule"]
    if network.active:
        ends = rule == "never" and week.ends_year and week.support_over
        if ends or (rule != "always" and network.schools < min(2, network.first_schools)):
            network.active = 0
    if not network.begun and week.number + 1 >= network.begins:
        network.begun = network.active = 1
