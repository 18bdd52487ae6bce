"""What a programme's scenario says of itself: its numbers are those that it sets, and what stands for it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from plnsim import Scenario
from plnsim.common.package import shipped
from plnsim.common.parameter import Choice
from plnsim.model.prices import with_country
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.publish.report.programmes import index
from plnsim.simulation.scenario import shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS

SCENARIOS = {name: Scenario.of(name) for name in shipped_scenarios()}
NOT_PROGRAMMES = {"baseline", "district"}
NAMES = [name for name in SCENARIOS if name not in NOT_PROGRAMMES]
CODE = re.compile(r"`([a-z_]+\.[a-z_]+)`")
UNITS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen"),
)
WORDS = {word: number for number, word in enumerate(UNITS)} | {
    "once": 1,
    "twice": 2,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
}
PARTS = {
    "half": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
    "tenth": 10,
    "tenths": 10,
}
N = rf"({'|'.join(WORDS)}|\d+(?:\.\d+)?)"
F = rf"(half|(?:a|{'|'.join(UNITS[1:])}) (?:{'|'.join(PARTS)})|\d+ %|all)"
SIZE = {
    "programme.participation",
    "programme.schools_a_network",
    "programme.schools_at_most",
    "programme.delegates",
    "programme.support_years",
    "programme.follow_up_years",
    "meeting.a_year",
    "meeting.in_person",
    "recruitment.rate",
}
"""How large a programme is, which ``assumed`` tells, as it names its price list; all else that it sets is named in
``special``.
"""

UNSAID = {"recruitment.rate", "programme.schools_at_most"}
SAID_OTHERWISE = {
    "research-learning-communities": {"programme.schools_a_network"},  # KNOWN has it
    "data-teams": {"programme.participation"},  # nine of the 51 schools
    "information-only": {"programme.participation"},  # no network
    "whole-staff-learning-communities": {"meeting.a_year", "programme.schools_a_network", "programme.delegates"},
}
ASSUMED = (
    (rf"^{N} (?:primary |secondary )?schools\b", "population.schools", 1.0),
    (rf"\bof {N} teachers\b", "population.primary_staff", 1.0),
    (
        rf"(?<!that )\b{N} (?:lead )?(?:members?|delegates|teachers|leader)(?: each| a school| of each school)",
        "programme.delegates",
        1.0,
    ),
    (
        rf"\b(?:networks|communities|groups)(?: of| have) {N}(?: schools| neighbouring| of|,|;|$| with| around)",
        "programme.schools_a_network",
        1.0,
    ),
    (rf"\bsend {N} (?:teacher|leader)\b", "programme.delegates", 1.0),
    (rf"\bhave {N} expert teacher", "programme.delegates", 1.0),
    (rf"\b{N} schools share a coach", "programme.schools_a_network", 1.0),
    (rf"\bhubs of {N} schools", "programme.schools_a_network", 1.0),
    (rf"\bmay grow to {N}\b", "programme.schools_at_most", 1.0),
    (rf"\b{N} (?:whole-day )?(?:meetings|workshops) a year", "meeting.a_year", 1.0),
    (rf"\bmeet {N} times a year|\bits community, {N} times a year", "meeting.a_year", 1.0),
    (rf"\bfor {N} years?\b", "programme.support_years", 1.0),
    (rf"\bsupport lasts {N} years", "programme.support_years", 1.0),
    (rf"\bthe first {N} years count as supported", "programme.support_years", 1.0),
    (rf"\b{N} (?:more )?(?:years )?(?:more )?are followed", "programme.follow_up_years", 1.0),
    (rf"\b{N} (?:research )?partners?\b", "partners.a_network", 1.0),
    (rf"\b{N} mobiliser\b", "partners.a_network", 1.0),
    (rf"\b{N} networks share a facilitator", "programme.networks_a_facilitator", 1.0),
    (rf"\bcoach for every {N} schools", "programme.networks_a_facilitator", 1.0),
    (rf"\bwork with those of {N} other", "programme.links", 1.0),
    (rf"\bvisits? each school .*about {N} times a year", "mobilisation.visits", 1.0 / SCHOOL_WEEKS),
    (rf"\bcomes? to each school about {N}(?: times)? a year", "mobilisation.visits", 1.0 / SCHOOL_WEEKS),
    (rf"\breaches each teacher about {N} a year", "mobilisation.mailing", 1.0 / SCHOOL_WEEKS),
    (rf"\babout {N} chances a year to be reached", "mobilisation.mailing", 1.0 / SCHOOL_WEEKS),
    (rf"\bwatches {N} lessons a year", "observation.lessons", 1.0),
    (rf"\b{N} hours each with preparing", "meeting.hours", 1.0),
    (rf"\bwhich comes to {N} hours a week", "time.cover", 1.0),
    (rf"\b{N} are trained from outside", "inquiry.trainers", 1.0),
    (rf"\bfounded evenly over {N} years", "programme.founded_over", 1.0),
    (rf"\b{N} hours of travel across", "population.minutes_across", 60.0),
    (rf"\bits {N} steps is a part", "parts.count", 1.0),
)
"""Phrases with a number, the parameter that it is, and how much of its unit one is."""
SHARES = (
    (rf"(?i)\b{F} of the exchange (?:is )?in person", "meeting.in_person"),
    (r"\b(all) in person", "meeting.in_person"),
    (r"\bthe most disadvantaged (fifth) forms", "programme.participation"),
    (rf"\b{F} of the focus on it", "focus.other_theme_loss"),
    (
        rf"\b{F} (?:of (?:them|schools) )?(?:takes? part|sends?\b|forms?\b|in networks|have one)",
        "programme.participation",
    ),
    (rf"\b{F} of schools count as secondary", "population.secondary_share"),
    (rf"\b{F} secondary\b", "population.secondary_share"),
    (rf"\b{F} of them are secondary", "population.secondary_share"),
    (rf"\b{F} of the champions hold a formal role", "mobilisation.formal_share"),
    (rf"\b{F} of teachers do something like it", "population.first_users"),
)
RELATIONS = (
    (r"half of the usual hours", "time.hours", 0.5),
    (r"twice the cover", "time.cover", 2.0),
    (r"asked twice as often", "advice.ask", 2.0),
    (r"three times as fast as elsewhere", "leadership.learning", 3.0),
)
"""What is told in relation to the baseline: it holds within a fifth, as defaults are calibrated."""
KNOWN = (
    ("research-learning-communities", r"^(60) primary schools took part", {"population.schools": 1.0}),
    ("research-learning-communities", r"about (4\.3) schools each", {"programme.schools_a_network": 1.0}),
    ("research-learning-communities", rf"sent {N} evidence champions", {"programme.delegates": 1.0}),
    ("research-learning-communities", rf"^{N} whole-day workshops a year", {"meeting.a_year": 1.0}),
    ("research-learning-communities", rf"for {N} years, facilitated", {"programme.support_years": 1.0}),
    ("research-learning-communities-looked-after-children", r"at least (120) primary", {"population.schools": 1.0}),
    ("data-teams", rf"procedure has {N} steps", {"parts.count": 1.0}),
    ("england", r"^(24,453) schools", {"population.schools": 1.0}),
    ("knowledge-network-applied-education-research", rf"^{N} thematic networks", {"programme.themes": 1.0}),
)
"""Numbers of sources that a scenario takes over as they are."""


def number(text: str) -> float:
    return float(WORDS[text]) if text in WORDS else float(text.replace(",", ""))


def share(text: str) -> float:
    if text == "all":
        return 1.0
    if text.endswith("%"):
        return number(text[:-2]) / 100.0
    count, _, part = text.lower().rpartition(" ")
    return float(Fraction(WORDS.get(count, 1), PARTS[part]))


def claims(texts: tuple[str, ...]) -> Iterator[tuple[str, str, float]]:
    """What texts say in words: the phrase, the parameter, and its value."""
    for text in texts:
        for phrase, name, unit in ASSUMED:
            for found in re.finditer(phrase, text):
                yield found[0], name, number(next(filter(None, found.groups()))) * unit
        for phrase, name in SHARES:
            for found in re.finditer(phrase, text):
                yield found[0], name, share(found[1])
        for phrase, name, ratio in RELATIONS:
            if re.search(phrase, text):
                yield phrase, name, ratio * MODEL_PARAMETERS[name].default


def contradictions(scenario: Scenario) -> list[str]:
    relative = {name for _, name, _ in RELATIONS}
    return [
        f"{phrase!r}: {name} is {scenario.values[name]}"
        for phrase, name, told in claims(scenario.assumed)
        if scenario.values[name] != pytest.approx(told, rel=0.2 if name in relative else 0.03, abs=0.005)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_in_the_words_of_a_programme_are_those_that_it_sets(name):
    assert not contradictions(SCENARIOS[name])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("research-learning-network", {"time.cover": 0.9}),
        ("research-learning-network", {"programme.delegates": 3}),
        ("knowledge-network-applied-education-research", {"focus.other_theme_loss": 0.8}),
        ("lesson-study", {"observation.lessons": 3.0}),
        ("one-square-kilometre-of-education", {"mobilisation.visits": 0.1}),
        ("blended-cross-country-network", {"meeting.in_person": 0.5}),
        ("england", {"programme.participation": 0.5}),
    ],
)
def test_a_value_that_the_words_do_not_say_is_found(name, values):
    assert len(contradictions(SCENARIOS[name].with_values(values))) == 1


@pytest.mark.parametrize("name", NAMES)
def test_how_large_a_programme_is_stands_in_its_words(name):
    scenario = SCENARIOS[name]
    read = {parameter for _, parameter, _ in claims((*scenario.known, *scenario.assumed))}
    assert SAID_OTHERWISE.get(name, set()) == (scenario.changed.keys() & SIZE - UNSAID) - read


@pytest.mark.parametrize(("name", "phrase", "units"), KNOWN)
def test_a_number_of_a_source_is_that_of_the_scenario(name, phrase, units):
    (found,) = filter(None, (re.search(phrase, text) for text in SCENARIOS[name].known))
    for parameter, unit in units.items():
        assert SCENARIOS[name].values[parameter] == pytest.approx(number(found[1]) * unit)


def test_what_sources_count_together_comes_out():
    teams, hubs, square, lessons = (
        SCENARIOS[name].values
        for name in ("data-teams", "challenge-partners", "one-square-kilometre-of-education", "lesson-study")
    )
    assert any("9 data-team schools against 42 comparison schools" in text for text in SCENARIOS["data-teams"].known)
    assert teams["population.schools"] == 9 + 42
    assert round(teams["programme.participation"] * teams["population.schools"]) == 9
    assert any("422 schools in 42 hubs" in text for text in SCENARIOS["challenge-partners"].known)
    assert hubs["programme.schools_a_network"] == pytest.approx(422 / 42, rel=0.05)
    assert any(
        "a ten-year programme, followed by a phase of three years" in text
        for text in SCENARIOS["one-square-kilometre-of-education"].known
    )
    assert square["programme.support_years"] == 10 + 3
    assert any("three cycles a year" in text for text in SCENARIOS["lesson-study"].known)
    assert lessons["observation.lessons"] == 3 * (3 - 1)  # of three lessons a cycle she teaches one herself
    (weekly,) = (text for text in SCENARIOS["whole-staff-learning-communities"].assumed if "weekly" in text)
    assert "an hour and a half each time" in weekly
    staff = SCENARIOS["whole-staff-learning-communities"].values
    assert (staff["meeting.a_year"], staff["meeting.hours"]) == (SCHOOL_WEEKS, 1.5)
    rlc = SCENARIOS["research-learning-communities"].values
    assert rlc["time.cover"] == pytest.approx(rlc["meeting.a_year"] * rlc["meeting.hours"] / SCHOOL_WEEKS, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_programme_sets_is_named_and_what_is_named_is_there(name):
    scenario = SCENARIOS[name]
    named = set(CODE.findall(" ".join(scenario.special)))
    set_by_it = {*scenario.changed, *(value for event in scenario.calendar for value, _ in event.values)}
    written = " ".join((*scenario.known, *scenario.assumed, *scenario.special, *scenario.omitted))
    unknown = {code for code in CODE.findall(written) if code not in MODEL_PARAMETERS}
    assert not unknown, f"scenarios/{name}.toml names {unknown}, which are no parameters"
    assert not OLD_PARAMETERS.keys() & set(CODE.findall(written))
    listed = with_country({"prices.country": scenario.values["prices.country"]})
    told = SIZE | set(listed if "`prices.country`" in " ".join(scenario.assumed) else ())
    untold = {value for value in set_by_it - named - told if not value.startswith("population.")}
    assert not untold, f"scenarios/{name}.toml sets {untold}: special names each in `...`, with what it is for"
    assert all(scenario.values[name] == value for name, value in listed.items())
    assert named & set_by_it, f"scenarios/{name}.toml: special names nothing that it sets"


@pytest.mark.parametrize("name", NAMES)
def test_a_programme_has_a_mechanism_that_others_have_not_or_says_numbers_only(name):
    scenario = SCENARIOS[name]
    named = set(CODE.findall(" ".join(scenario.special)))
    set_by_it = named & {*scenario.changed, *(value for event in scenario.calendar for value, _ in event.values)}
    switched_on = {value for value in set_by_it if _off_by_default(value)}
    assert switched_on or any(text.startswith("numbers only") for text in scenario.special), (
        f"scenarios/{name}.toml sets nothing that is off by default: one of special begins with `numbers only`"
    )


def _off_by_default(name: str) -> bool:
    """Whether nothing of it happens unless a scenario sets it."""
    parameter = MODEL_PARAMETERS[name]
    return isinstance(parameter, Choice) or parameter.default == 0 or name == "programme.themes"


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_programme_says_what_of_it_is_not_in_the_model(name):
    assert SCENARIOS[name].omitted, f"scenarios/{name}.toml: omitted says what of the programme is not in the model"


def test_the_table_of_programmes_has_a_row_for_each_and_is_not_stale():
    text = index(list(SCENARIOS.values()))
    assert (shipped("docs/programmes") / "index.md").read_text(encoding="utf-8") == text, (
        "python -m plnsim.publish.report.programmes docs/programmes NAME"
    )
    rows = [line for line in text.splitlines() if line.startswith("| [")]
    assert len(rows) == len(SCENARIOS)
    assert all(len(re.split(r"(?<!\\)\|", row)) == 6 and "|  |" not in row for row in rows)
