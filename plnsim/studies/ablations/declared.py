"""The ablations: what is taken away of the model, of which process of the theory, and by which values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.validation.null_models import of_one_school, with_values

Side: TypeAlias = Literal["loses", "gains", "changes"]
LEAST = 0.1
"""Share by which an outcome must change for a process to matter."""
PROCESSES: Mapping[str, str] = {
    "network": "educators of different schools learn together on behalf of their colleagues",
    "exchange across schools": "a school learns what other schools know",
    "people outside schools carry": "facilitators, partners and mobilisers bring what they take away elsewhere",
    "shared focus": "the practice fits what schools want",
    "collaboration": "trust grows between those who meet",
    "reflective inquiry": "facilitated meetings question practice",
    "individual learning": "members learn from their network, users from use",
    "group learning": "a network comes to know more than it did",
    "mobilisation": "brokers bring home what they learn, and colleagues pass it on",
    "leadership": "heads give the practice priority and support, and share leadership",
    "time": "there are hours to learn and to use the practice",
    "evidence": "users see what it does for their pupils",
    "habit and routine": "use becomes a habit of teachers and a routine of schools",
    "social influence": "colleagues' use and views move teachers",
    "who knows whom": "ties at home and across schools are not the same for everybody",
    "stability": "staff, heads and policy change only now and then",
}
"""The processes of the theory, in the order of pages, each with what it means."""
GIVEN_BY = {
    "networks": ("programme.participation", "programme.schools_a_network", "programme.topology"),
    "advice": ("ties.pattern",),
}
"""Parameters without effect where the population's data hold these."""


@dataclass(frozen=True)
class Ablation:
    """A process or a part of it taken away, by values that a scenario takes instead of its own.

    ``values`` may be a function of the scenario's values. ``held`` are set with and without the ablation, so that the
    pair differs in nothing else. ``side`` is what a scenario does without it, if the theory is right: it gains without
    an obstacle; where the theory leaves it open it changes. ``expected`` is by which share at least.
    """

    name: str
    process: str
    meaning: str
    values: Mapping[str, Value] | Callable[[Mapping[str, Value]], Mapping[str, Value]]
    held: Mapping[str, Value] = field(default_factory=dict)
    side: Side = "loses"
    expected: float = LEAST

    __repr__ = short_repr

    def values_for(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """What is set in a scenario that has these values."""
        return self.values(values) if callable(self.values) else self.values

    def whole(self, scenario: Scenario) -> Scenario:
        """The scenario as it is, but for what is held equal: what the ablated one is compared with."""
        return with_values(scenario, self.held)

    def ablated(self, scenario: Scenario) -> Scenario:
        """The scenario without what is taken away, all the time: no calendar brings it back."""
        return with_values(scenario, {**self.held, **self.values_for(scenario.values)})

    def absent(self, scenario: Scenario) -> str:
        """Why it cannot be taken away from a scenario; nothing where it can be."""
        data = scenario.population_data
        for table, names in GIVEN_BY.items():
            if getattr(data, table, None) is not None and not set(names).isdisjoint(self.values_for(scenario.values)):
                return f"{table} are given by its data"
        return "it has none" if self.whole(scenario) == self.ablated(scenario) else ""


def _unlinked(values: Mapping[str, Value]) -> Mapping[str, Value]:
    linked = values["programme.topology"] == "network of networks"
    return {"inquiry.exchange_between_networks": 0.0} | ({"programme.topology": "clique"} if linked else {})


ABLATIONS: tuple[Ablation, ...] = (
    Ablation(
        "no-network",
        "network",
        "no school takes part in a network",
        {"programme.participation": 0.0, "recruitment.rate": 0.0},
    ),
    Ablation(
        "networks-of-one-school",
        "exchange across schools",
        "each school is a network by itself, with as many members and facilitators in all",
        of_one_school,
        held={"recruitment.rate": 0.0},
        expected=1 / 3,
    ),
    Ablation(
        "no-linked-networks",
        "exchange across schools",
        "networks learn nothing from networks that they are linked with",
        _unlinked,
    ),
    Ablation(
        "nobody-carries",
        "people outside schools carry",
        "facilitators, partners and mobilisers take nothing away from meetings",
        {"spanning.carrying": 0.0},
    ),
    Ablation("low-focus", "shared focus", "shared focus at 0.25", {"focus.alignment": 0.25}),
    Ablation("no-trust-growth", "collaboration", "trust stays what it was at first", {"meeting.trust_growth": 0.0}),
    Ablation(
        "no-trust",
        "collaboration",
        "no trust at first, and none later",
        {
            "meeting.first_trust": 0.0,
            "meeting.trust_growth": 0.0,
        },
    ),
    Ablation("poor-facilitation", "reflective inquiry", "facilitation at 0.2", {"inquiry.facilitation": 0.2}),
    Ablation(
        "no-learning-from-network",
        "individual learning",
        "members learn nothing from their network",
        {"learning.from_network": 0.0},
    ),
    Ablation(
        "no-learning-from-use",
        "individual learning",
        "users learn nothing from use, and adapt nothing",
        {"experience.learning": 0.0, "experience.adaptation": 0.0},
    ),
    Ablation(
        "no-group-learning",
        "group learning",
        "networks find nothing by comparing, and members share nothing",
        {"inquiry.discovery": 0.0, "inquiry.sharing": 0.0},
    ),
    Ablation("no-comparing", "group learning", "networks find nothing by comparing", {"inquiry.discovery": 0.0}),
    Ablation("no-sharing", "group learning", "members share nothing of what they know", {"inquiry.sharing": 0.0}),
    Ablation(
        "unaware-brokers",
        "mobilisation",
        "members do not know that they are brokers, and do not come to know",
        {"mobilisation.awareness": 0.0, "mobilisation.awareness_growth": 0.0},
    ),
    Ablation(
        "no-translation",
        "mobilisation",
        "brokers do not translate what is foreign to their school",
        {"mobilisation.translation": 0.0},
    ),
    Ablation("no-advice-at-home", "mobilisation", "colleagues learn nothing from advice", {"advice.transfer": 0.0}),
    Ablation(
        "no-observation",
        "mobilisation",
        "nobody watches a colleague's lesson",
        {"observation.lessons": 0.0},
        side="changes",
    ),
    Ablation(
        "no-information",
        "mobilisation",
        "nobody learns from information",
        {"mobilisation.information_rate": 0.0},
    ),
    Ablation(
        "weak-leadership",
        "leadership",
        "vision, support and distributed leadership at 0.25",
        {"leadership.vision": 0.25, "leadership.support": 0.25, "leadership.distributed": 0.25},
    ),
    Ablation(
        "leaders-do-not-learn",
        "leadership",
        "neither inquiry, evidence, staff nor brokers move a head",
        {"leadership.evidence_effect": 0.0, "leadership.learning": 0.0},
    ),
    Ablation(
        "no-system-leaders",
        "leadership",
        "heads learn nothing from the strongest head in their network",
        {"leadership.from_system_leader": 0.0},
    ),
    Ablation("no-push", "leadership", "outside support does not raise heads' priority", {"policy.push": 0.0}),
    Ablation("no-cover", "time", "nobody's lessons are covered", {"time.cover": 0.0}),
    Ablation("leaders-create-no-time", "time", "leaders create no time", {"time.facilitation": 0.0}),
    Ablation(
        "exchange-costs-no-time",
        "time",
        "meetings, travel, sharing, advice and observation take no hours",
        {
            "meeting.hours": 0.0,
            "population.minutes_across": 0.0,
            "mobilisation.sharing_hours": 0.0,
            "advice.hours": 0.0,
            "observation.hours": 0.0,
        },
        side="gains",
    ),
    Ablation(
        "never-short-of-time",
        "time",
        "everybody has all the time that she needs",
        {"conditions.time_shift": 1.0, "conditions.time_target": 1.0},
        side="gains",
    ),
    Ablation(
        "no-evidence",
        "evidence",
        "teachers' belief does not follow what they see",
        {"evidence.learning": 0.0, "evidence.fed_back": 0.0},
    ),
    Ablation("no-habit", "habit and routine", "use never becomes a habit", {"habit.plateau": 0.0}),
    Ablation("no-routine", "habit and routine", "schools form no routine", {"routine.growth": 0.0}),
    Ablation(
        "lasting-attention",
        "habit and routine",
        "attention does not fade",
        {"attention.fading": 0.0},
        side="gains",
    ),
    Ablation(
        "nothing-lapses", "habit and routine", "no part falls out of use", {"application.lapse": 0.0}, side="gains"
    ),
    Ablation("no-social-pressure", "social influence", "colleagues' use moves nobody", {"adoption.social": 0.0}),
    Ablation("nobody-refuses", "social influence", "everybody may take it up", {"adoption.never": 0.0}, side="gains"),
    Ablation(
        "neighbours-do-not-count",
        "social influence",
        "schools do not look at their neighbours when they decide on taking part",
        {"participation.neighbours": 0.0},
        side="changes",
    ),
    Ablation("no-norms", "social influence", "colleagues' views move nobody", {"norms.pull": 0.0}),
    Ablation(
        "mean-field-at-home",
        "who knows whom",
        "all of a school are tied alike",
        {"ties.pattern": "complete"},
        side="changes",
    ),
    Ablation(
        "random-ties-at-home",
        "who knows whom",
        "as many ties at home, between any two",
        {"ties.pattern": "random"},
        side="changes",
    ),
    Ablation(
        "random-ties-across",
        "who knows whom",
        "members exchange with any members of any network, about as many as declared",
        {"programme.topology": "random"},
        side="changes",
    ),
    Ablation(
        "permanent-competition",
        "stability",
        "a competing initiative comes every year",
        {"policy.coherence": 0.0, "policy.initiatives": 1.0},
    ),
    Ablation(
        "no-competition", "stability", "no competing initiative ever comes", {"policy.initiatives": 0.0}, side="gains"
    ),
    Ablation(
        "no-school-leaves", "stability", "no school leaves its networks", {"renewal.rule": "always"}, side="gains"
    ),
    Ablation("nobody-leaves", "stability", "no teacher leaves", {"turnover.rate": 0.0}, side="gains"),
    Ablation("no-head-leaves", "stability", "no head leaves", {"succession.rate": 0.0}, side="gains"),
)
"""All of them, those of a process together, in the order of ``PROCESSES``."""


def ablations_named(names: Sequence[str]) -> tuple[Ablation, ...]:
    """Those of these names, or of the processes of these names; all where none is named. Raises ``InputError``."""
    known = {*PROCESSES, *(ablation.name for ablation in ABLATIONS)}
    for name in names:
        if name not in known:
            raise InputError(f"there is no ablation {quote_value(name)}", place="--only", right=suggestion(name, known))
    return tuple(one for one in ABLATIONS if not names or one.name in names or one.process in names)
