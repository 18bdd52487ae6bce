"""What steps may ask of teachers, schools, networks, weeks and parameters: types for checkers and editors.

Generated from the declarations by ``python -m plnsim.publish.odd``; nothing here runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Teacher(Protocol):
    """A teacher's state variables."""

    name: int
    post: int
    school: int
    department: int
    network: int
    seat: int
    first_delegate: int
    threshold: float
    uses: int
    refuses: int
    tried: int
    exposure: float
    users_seen: int
    source_fidelity: float
    contact_parts: int
    contact_belief: float
    contact_time: float
    applied: int
    in_use: int
    moves_in: int
    moved_parts: int
    moved_belief: float
    attention: float
    barrier: int
    evidence: float
    adaptation: float
    fidelity: float
    habit: float
    missed: int
    used_before: int
    followed: int
    parts: int
    knowledge: float
    quality: float
    vacant: int
    member: int
    new_member: int
    awareness: float
    formal: int
    mobilises: int
    reached: int
    mobilised: int
    heard: int
    advised: int
    advised_formally: int
    belief: float
    first_belief: float
    watches: int
    load: float
    time: float
    owed: int
    asked: int
    network_hours: int
    uncovered_hours: int
    colleague_hours: int
    hours_left: int
    years: int
    new: int


class School(Protocol):
    """A school's state variables."""

    name: int
    place: int
    first_teacher: int
    after_last_teacher: int
    secondary: int
    east: float
    north: float
    disadvantage: float
    users: int
    prevalence: float
    mean_time: float
    mean_belief: float
    user_parts: int
    user_fidelity: float
    evidence_total: int
    evidence_count: int
    new_evidence: int
    new_evidence_count: int
    own_focus: float
    focus: float
    own_vision: float
    vision: float
    support: float
    own_distributed: float
    distributed: float
    leader_vision: float
    leader_support: float
    leadership: float
    lasting_leadership: float
    hours: float
    participates: int
    inquiry: float
    explicit_parts: int
    source_parts: int
    brokers: int
    visitor_parts: int
    standing: int
    taking_part: float
    invited: int
    trust_seen: float
    evidence_seen: float
    neighbours_in: float
    own_parts: int
    initiative: int
    fit: float
    routine: float
    new_head: int
    standing_in: float
    helping: float


class Network(Protocol):
    """A network's state variables."""

    name: int
    place: int
    first_seat: int
    after_last_seat: int
    schools_at_most: int
    theme: int
    members: int
    focus: float
    distributed: float
    evidence_total: int
    evidence_count: int
    new_evidence: int
    new_evidence_count: int
    skill: float
    parts: int
    knowledge: float
    shared: int
    variety: float
    facilitation: float
    facilitation_met: float
    facilitator_met: int
    linked_parts: int
    east: float
    north: float
    trust: float
    meets: int
    facilitated: int
    attended: int
    members_met: int
    mean_quality: float
    newcomers: int
    first_schools: int
    schools: int
    begins: int
    begun: int
    active: int
    facilitator_parts: int
    partner_parts: int
    outside_parts: int
    brought: int


class World(Protocol):
    """Everyone and every tie; see ``plnsim.model.world.entities.World``."""

    @property
    def teachers(self) -> Sequence[Teacher]: ...
    @property
    def schools(self) -> Sequence[School]: ...
    @property
    def networks(self) -> Sequence[Network]: ...
    @property
    def advice_first(self) -> Sequence[int]: ...
    @property
    def advice_to(self) -> Sequence[int]: ...
    @property
    def information_first(self) -> Sequence[int]: ...
    @property
    def information_to(self) -> Sequence[int]: ...
    @property
    def cross_first(self) -> Sequence[int]: ...
    @property
    def cross_to(self) -> Sequence[int]: ...
    @property
    def link_first(self) -> Sequence[int]: ...
    @property
    def link_to(self) -> Sequence[int]: ...
    @property
    def neighbours_first(self) -> Sequence[int]: ...
    @property
    def neighbours_to(self) -> Sequence[int]: ...
    @property
    def seats(self) -> Sequence[int]: ...


class Week(Protocol):
    """What a week carries."""

    key: int
    new_head: float
    number: int
    regime: int
    of_year: int
    ends_year: int
    supported: int
    support_over: int
    meets: int
    meets_alone: int
    tune_up: int


class PopulationParameters(Protocol):
    """The parameters of population."""

    schools: int
    secondary_share: float
    primary_staff: float
    secondary_staff: float
    staff_spread: float
    department_size: float
    minutes_across: float
    first_users: float


class TiesParameters(Protocol):
    """The parameters of ties."""

    advice: float
    reciprocity: float
    department_odds: float
    information: float
    pattern: int
    rewiring: float
    co_teaching: int


class ProgrammeParameters(Protocol):
    """The parameters of programme."""

    participation: float
    schools_a_network: float
    schools_at_most: int
    delegates: int
    support_years: float
    follow_up_years: float
    networks_a_facilitator: float
    selection: int
    grouping: int
    reach: int
    themes: int
    founded_over: float
    topology: int
    cross_ties: float
    travel: float
    links: int


class ConditionsParameters(Protocol):
    """The parameters of conditions."""

    substitution: float
    placement: int
    time_shift: float
    leadership_shift: float
    focus_shift: float
    time_target: float
    leadership_target: float
    focus_target: float


class PracticeParameters(Protocol):
    """The parameters of practice."""

    potency: float
    complexity: float
    fit: float
    fit_spread: float
    half_benefit_knowledge: float
    practice_gain: float
    pupil_ratio: float


class PartsParameters(Protocol):
    """The parameters of parts."""

    count: int
    own: float
    context: float


class TimeParameters(Protocol):
    """The parameters of time."""

    hours: float
    cover: float
    facilitation: float
    routine_hours: float
    needed: float
    habit_saves: float
    load_spread: float
    weekly_spread: float
    most_for_meetings: float
    stand_in: float
    absorbed: float
    disadvantage_gradient: float


class FocusParameters(Protocol):
    """The parameters of focus."""

    alignment: float
    other_theme_loss: float


class MeetingParameters(Protocol):
    """The parameters of meeting."""

    a_year: float
    alone_share: float
    hours: float
    in_person: float
    online_worth: float
    first_trust: float
    trust_growth: float
    disadvantage_loss: float


class SpanningParameters(Protocol):
    """The parameters of spanning."""

    carrying: float


class InquiryParameters(Protocol):
    """The parameters of inquiry."""

    facilitation: float
    facilitation_spread: float
    trainers: int
    training_loss: float
    capacity: float
    alone: float
    discovery: float
    without_application: float
    first_knowledge: float
    sharing: float
    airtime: float
    loss: float
    exchange_between_networks: float


class PartnersParameters(Protocol):
    """The parameters of partners."""

    a_network: int
    knowledge: float
    continuity: float


class LearningParameters(Protocol):
    """The parameters of learning."""

    from_network: float
    core_repair: float
    first_knowledge_low: float
    first_knowledge_high: float
    stage: int


class MobilisationParameters(Protocol):
    """The parameters of mobilisation."""

    awareness: float
    awareness_spread: float
    awareness_growth: float
    formal_share: float
    informal_reach: float
    formal_advice_loss: float
    information_rate: float
    information_depth: float
    translation: float
    sharing_hours: float
    mailing: float
    visits: float


class AdviceParameters(Protocol):
    """The parameters of advice."""

    ask: float
    transfer: float
    hours: float


class ObservationParameters(Protocol):
    """The parameters of observation."""

    lessons: float
    hours: float
    taken_in: float


class NormsParameters(Protocol):
    """The parameters of norms."""

    pull: float
    own_view: float
    first_belief: float
    first_belief_spread: float
    contact: int
    belief: int


class ApplicationParameters(Protocol):
    """The parameters of application."""

    habit_carries: float
    extension: float
    lapse: float


class HabitParameters(Protocol):
    """The parameters of habit."""

    days: float
    occasions: float
    plateau: float
    grace: int
    loss: float


class ExperienceParameters(Protocol):
    """The parameters of experience."""

    learning: float
    adaptation: float


class FidelityParameters(Protocol):
    """The parameters of fidelity."""

    drift: float
    routine_repair: float


class EvidenceParameters(Protocol):
    """The parameters of evidence."""

    expected: float
    noise: float
    sharpness: float
    fed_back: float
    learning: float


class AttentionParameters(Protocol):
    """The parameters of attention."""

    fading: float


class LeadershipParameters(Protocol):
    """The parameters of leadership."""

    vision: float
    support: float
    distributed: float
    spread: float
    evidence_effect: float
    learning: float
    from_system_leader: float
    mandate_weight: float
    routine_substitutes: float


class PolicyParameters(Protocol):
    """The parameters of policy."""

    push: float
    coherence: float
    return_to_course: float
    initiatives: float
    priority_left: float
    displaced: float


class AbandonmentParameters(Protocol):
    """The parameters of abandonment."""

    rate: float
    isolation: float
    disappointment: float


class AdoptionParameters(Protocol):
    """The parameters of adoption."""

    alone: float
    in_network: float
    social: float
    threshold: float
    threshold_spread: float
    steepness: float
    users_needed: int
    abroad: float
    again: float
    never: float
    contagion: int


class BarrierParameters(Protocol):
    """The parameters of barrier."""

    salience_of_time: float
    ready_knowledge: float


class ForgettingParameters(Protocol):
    """The parameters of forgetting."""

    rate: float


class RoutineParameters(Protocol):
    """The parameters of routine."""

    growth: float


class TurnoverParameters(Protocol):
    """The parameters of turnover."""

    rate: float
    early_ratio: float
    disadvantage_ratio: float
    movers: float
    induction: float


class SuccessionParameters(Protocol):
    """The parameters of succession."""

    rate: float
    disadvantage_ratio: float
    not_invented_here: float
    carried: float


class ParticipationParameters(Protocol):
    """The parameters of participation."""

    threshold_supported: float
    neighbours: float
    habit_growth: float
    habit_carries: float
    refill: float


class RenewalParameters(Protocol):
    """The parameters of renewal."""

    threshold: float
    sharpness: float
    rule: int


class RecruitmentParameters(Protocol):
    """The parameters of recruitment."""

    rate: float


class MeasureParameters(Protocol):
    """The parameters of measure."""

    spread: float
    schools_half: float
    depth: float
    reproduction: float
    retention: float
    schools_in_routine: float
    networks_alone: float
    routine_level: float
    method_use: float
    method_fidelity: float
    full_implementation: float
    goal_belief: float
    fate_from: float
    minimal_important_difference: float
    window: int
    pupils_a_teacher: float


class Parameters(Protocol):
    """A set of parameters in force; options stand as their numbers."""

    @property
    def population(self) -> PopulationParameters: ...
    @property
    def ties(self) -> TiesParameters: ...
    @property
    def programme(self) -> ProgrammeParameters: ...
    @property
    def conditions(self) -> ConditionsParameters: ...
    @property
    def practice(self) -> PracticeParameters: ...
    @property
    def parts(self) -> PartsParameters: ...
    @property
    def time(self) -> TimeParameters: ...
    @property
    def focus(self) -> FocusParameters: ...
    @property
    def meeting(self) -> MeetingParameters: ...
    @property
    def spanning(self) -> SpanningParameters: ...
    @property
    def inquiry(self) -> InquiryParameters: ...
    @property
    def partners(self) -> PartnersParameters: ...
    @property
    def learning(self) -> LearningParameters: ...
    @property
    def mobilisation(self) -> MobilisationParameters: ...
    @property
    def advice(self) -> AdviceParameters: ...
    @property
    def observation(self) -> ObservationParameters: ...
    @property
    def norms(self) -> NormsParameters: ...
    @property
    def application(self) -> ApplicationParameters: ...
    @property
    def habit(self) -> HabitParameters: ...
    @property
    def experience(self) -> ExperienceParameters: ...
    @property
    def fidelity(self) -> FidelityParameters: ...
    @property
    def evidence(self) -> EvidenceParameters: ...
    @property
    def attention(self) -> AttentionParameters: ...
    @property
    def leadership(self) -> LeadershipParameters: ...
    @property
    def policy(self) -> PolicyParameters: ...
    @property
    def abandonment(self) -> AbandonmentParameters: ...
    @property
    def adoption(self) -> AdoptionParameters: ...
    @property
    def barrier(self) -> BarrierParameters: ...
    @property
    def forgetting(self) -> ForgettingParameters: ...
    @property
    def routine(self) -> RoutineParameters: ...
    @property
    def turnover(self) -> TurnoverParameters: ...
    @property
    def succession(self) -> SuccessionParameters: ...
    @property
    def participation(self) -> ParticipationParameters: ...
    @property
    def renewal(self) -> RenewalParameters: ...
    @property
    def recruitment(self) -> RecruitmentParameters: ...
    @property
    def measure(self) -> MeasureParameters: ...
