"""The page: it loads and runs nothing, says only what the tables say, and is the same whenever it is made from them."""

import html
import json
import math
import re
import subprocess
import warnings
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib import rc_context

from plnsim import run
from plnsim.output import figures
from plnsim.output.words import likelihood_in_pairs, number, percent, points
from plnsim.publish import record
from plnsim.publish.report import (
    care,
    compared,
    curves,
    facts,
    first_screen,
    names,
    no_programme,
    otherwise,
    pictures,
)
from plnsim.publish.report.document import plain
from plnsim.publish.report.html import to_html
from plnsim.publish.report.page import make_document
from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison import Comparison, ScenarioResult
from tests.output.test_words import expected
from tests.studies.test_comparison import FILES, RUNS, kept, whole  # noqa: F401 (fixtures)
from tests.support.browsing import BROWSER, needs_browser
from tests.support.commands import invoke

FIRST_SCREEN = (
    "Question",
    "The practice",
    "Last year",
    "Finding",
    "With care",
    "After support, as all is set",
    "Where it is stuck, as all is set",
    "Pupils, as all is set",
    "Cost, as all is set",
    "How sure",
    "To check in your schools",
)
QUESTIONS = (
    "What happens when support ends?",
    "Does it scale up and stay, and where does it fail?",
    "How much better than Plain?",
    "How sure is that?",
    "Where does it get stuck?",
    "What does it cost?",
    "Who benefits?",
    "What stands in the way?",
    "And if the assumptions are otherwise?",
    "What would change the answer?",
    "Which assumptions carry the weight?",
    "What is known of each, and what assumed?",
    "How to run it again?",
)
OF_A_COMPARISON = {
    "How much better than Plain?",
    "And if the assumptions are otherwise?",
    "What would change the answer?",
}
PROVENANCE = {"versions": {"plnsim": "0"}, "commit": None, "command": []}
TALKATIVE = (
    "knowledge-network-applied-education-research",
    "research-learning-communities",
    "one-square-kilometre-of-education",
    "challenge-partners",
)
"""The shipped scenarios of whose sources and assumptions there is most to say."""


@pytest.fixture(scope="session")
def found(whole):  # noqa: F811
    return record.read(whole / "record")[0]


@pytest.fixture(scope="session")
def text(whole):  # noqa: F811
    """The page without the engine; tests/publish/test_alive.py is about what the engine adds."""
    return page(*record.read(whole / "record"))


def pages(text: str) -> str:
    """What a page says, without its markup and figures."""
    bare = re.sub(r"<(style|svg|title)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare))).replace("\u00a0", " ")


def page(comparison: Comparison, provenance: dict) -> str:
    return to_html(make_document(comparison, provenance))


def svgs(text: str) -> list[str]:
    return re.findall(r"<svg\b.*?</svg>", text, flags=re.DOTALL)


def forged(found: Comparison, **columns) -> Comparison:
    """The comparison with other outcomes of its last scenario: ``deep_use`` as so many above the baseline's, and so
    on.
    """
    results = list(found.results)
    results[-1] = replace(results[-1], outcomes=results[-1].outcomes.assign(**columns))
    return Comparison(tuple(results), found.baseline, found.barriers, found.sensitivity)


# -- one file that loads nothing ---------------------------------------------------------------------------------------


def test_the_page_loads_nothing_and_runs_nothing(text):
    assert not re.search(
        r"https?:|//[a-z]|<script|<link|<img|<iframe|<object|<embed|@import|javascript:", text, re.IGNORECASE
    )
    assert not re.search(r"<[^>]*\son\w+\s*=", text) and not re.search(r"\bsrc\s*=", text)
    assert all(
        place.startswith("#")
        for place in re.findall(r"url\(['\"]?([^)'\"]*)", text) + re.findall(r"href=\"([^\"]*)\"", text)
    )
    assert "default-src 'none'" in text and len(text) < 1_000_000


def test_the_page_asks_every_question_in_its_order(text):
    assert tuple(re.findall(r"<h3>(.*?)</h3>", text)) == FIRST_SCREEN
    assert tuple(re.findall(r"<h2>(.*?)</h2>", text)) == QUESTIONS
    assert text.count("<h1>") == 1 and 'lang="en"' in text and "<title>" in text


def test_every_figure_has_a_text_alternative_with_its_numbers(text, found):
    alternatives = [re.search(r'^<svg [^>]*role="img" aria-label="([^"]+)"', svg)[1] for svg in svgs(text)]
    assert len(alternatives) == 5 and len(set(alternatives)) == len(alternatives)
    assert all(re.search(r"\d", one) and one.endswith(".") for one in alternatives)
    rich = 100 * found.summaries["rich", "deep_use"]["mean"]
    assert "Rich" in alternatives[0] and f" to {rich:.1f}" in alternatives[0]


def test_no_two_figures_share_a_name_and_every_reference_is_met(text):
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(names)


def test_every_figure_is_well_formed_with_letters_as_paths(text):
    for svg in svgs(text):
        tree = ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns:xlink="x" ', 1))
        assert not [one for one in tree.iter() if one.tag in ("text", "image", "script")]


def test_titles_of_scenarios_are_escaped(text):
    assert "a small &lt;one&gt; &amp; more" not in text or "<one>" not in text
    said = page(
        *shouted(Scenario.from_text('title = "<script>alert(1)</script>"\nknown = ["<b>x</b>"]').with_years(0.1))
    )
    assert "<script" not in said and "<b>x</b>" not in said and "&lt;script&gt;" in said


def shouted(scenario: Scenario) -> tuple[Comparison, dict]:
    side = ScenarioResult.of(run(scenario.with_values({"population.schools": 3}), replicates=2))
    return Comparison((side,), side.name), PROVENANCE


# -- the first screen --------------------------------------------------------------------------------------------------


def moved(found: Comparison, where: float, deep: float, part: int = 4) -> Comparison:
    """The comparison of the first and the last scenario, the last with so much more use where schools take part and
    so much more deep use, in so many schools.
    """
    base, last = found.base, found.results[-1]
    jitter = np.array([0.0, 0.001, -0.001, 0.0])
    outcomes = last.outcomes.assign(
        use_where_taking_part=base.values("use_where_taking_part") + where + jitter,
        deep_use=base.values("deep_use") + deep + jitter,
    )
    return Comparison(
        (base, replace(last, outcomes=outcomes, years=last.years.assign(schools_taking_part=part))), base.name
    )


@pytest.mark.parametrize(
    ("where", "deep", "part", "said"),
    [
        (0.1, 0.1, 4, "Rich carries the practice further than Plain"),
        (0.0, 0.1, 6, "Rich reaches more schools than Plain, but within them no more teachers"),
        (-0.1, 0.1, 6, "Rich reaches more schools than Plain, but within them fewer teachers"),
        (0.0, 0.002, 4, "Rich and Plain come to nearly the same"),
        (0.01, 0.1, 4, "Whether Rich carries the practice further than Plain is open"),
        (-0.1, -0.01, 4, "Rich carries the practice no further than Plain"),
    ],
)
def test_the_title_is_the_finding_within_the_schools_that_took_part(found, where, deep, part, said):
    title = first_screen.title(moved(found, where, deep, part))
    assert title.startswith(said) and re.search(r"\d+ against \d+ of 100 teachers where schools took part$", title)


def test_no_title_ranks_what_does_not_last_equally_long(found):
    told = moved(found, 0.1, 0.1)
    longer = replace(told.results[1], scenario=replace(told.results[1].scenario, years=9.0))
    title = first_screen.title(Comparison((told.base, longer), told.baseline))
    assert re.fullmatch(
        r"Rich ends after 9 years with \d+ users of 100 teachers where schools took part, Plain after 2 years with \d+",
        title,
    )


def test_what_holds_by_luck_alone_stands_beside_what_holds_when_nobody_knows(found):
    verdict, (sure, luck) = found.verdicts[found.leading.name], map(plain, facts._how_sure(found))
    assert (
        f"too little to matter (less than 1.0 points of deep use) in {verdict['neither']} of {verdict['pairs']}" in sure
    )
    assert sure.endswith(f"by as much or more in {verdict['gains']}, A in {verdict['loses']}.")
    assert luck.startswith("By luck alone")
    without = replace(found, draws=None)
    apart = first_screen._apart(found.paired["rich", "deep_use"]["mean"])
    nothing = 100 * found.base.without_programme["use"].mean()
    said = plain(first_screen.finding(without))
    assert f"C is {' '.join(apart)} A" in said
    assert said.endswith(f"With no programme at all, {nothing:.0f} of 100 teachers use it.")


def test_draws_in_which_plans_are_equal_are_told_as_ties(found):
    equal = replace(found, draws=replace(found.draws, outcomes=found.draws.outcomes.assign(deep_use=0.0)))
    states = found.decision["robustness"]["states"].iloc[0]
    assert all(cells[1] == f"0 of {states}, equal first in {states}" for _, cells in otherwise.rows(equal))


def over_draws(found: Comparison, **deep: float) -> Comparison:
    """The comparison of two of the scenarios, with so much deep use in each draw and none without a programme."""
    of = found.draws.outcomes[found.draws.outcomes["scenario"].isin(deep)]
    draws = replace(
        found.draws,
        outcomes=of.assign(deep_use=of["scenario"].map(deep), sustained_adopters=1.0, cost=1000.0),
        without_programme=of.assign(deep_use=0.0, sustained_adopters=0.0, cost=0.0),
    )
    sides = tuple(side for side in found.results if side.name in deep)
    return Comparison(sides, sides[0].name, found.barriers, found.sensitivity, draws)


@pytest.mark.parametrize(
    ("plain_use", "rich_use", "said", "speaks"),
    [
        (
            0.0,
            0.009,
            "Neither plan beats having no programme in any of 6 {of}",
            "neither plan",
        ),
        (0.0, 0.02, "Rich beats having no programme in 6 of 6 {of}, Plain in 0", "B rather than for no programme"),
        (
            0.03,
            0.035,
            "Both plans beat having no programme in most {of}, but differ too little to matter in 6 of 6",
            "",
        ),
        (
            0.03,
            0.06,
            "Rich beats both no programme (in 6 of 6 {of}) and Plain (in 6)",
            "B, where what it adds is worth",
        ),
        (
            0.06,
            0.03,
            "Plain beats both no programme (in 6 of 6 {of}) and Rich (in 6)",
            "A, where what it adds is worth",
        ),
    ],
)
def test_the_first_screen_says_which_plan_the_draws_speak_for(found, plain_use, rich_use, said, speaks):
    told = over_draws(found, plain=plain_use, rich=rich_use)
    assert first_screen.title(told) == said.replace("{of}", "draws of what nobody knows")
    finding = plain(first_screen.finding(told))
    assert finding.startswith("In this model the draws speak for " + (speaks or "the cheaper plan"))
    nothing, *plans = first_screen._pair(told)[-1].items
    assert [one.value for one in (nothing, *plans)] == ["0.0", f"{100 * plain_use:.1f}", f"{100 * rich_use:.1f}"]
    for side, one in zip(told.results, plans, strict=True):
        count = told.against_no_programme[side.name]["gains"]
        assert f"ahead of no programme by 1.0 points or more in {count} of 6 draws; as all is set" in plain(one.label)
    alone = Comparison(told.results[1:], "rich", draws=told.draws)
    beats, often = ("beats", "6 of 6") if rich_use >= 0.01 else ("does not beat", "any of 6")
    assert first_screen.title(alone) == f"Rich {beats} having no programme in {often} draws of what nobody knows"


def test_plans_that_beat_no_programme_in_few_draws_are_told_with_how_often(found):
    few = over_draws(found, plain=0.0, rich=0.0)
    table = few.draws.outcomes
    table = table.assign(deep_use=np.where((table["scenario"] == "rich") & (table["draw"] < 2), 0.05, 0.0))
    told = replace(few, draws=replace(few.draws, outcomes=table))
    most = "having no programme in most draws of what nobody knows"
    assert first_screen.title(told) == f"Neither plan beats {most}: Rich does in 2 of 6, Plain in 0"
    alone = Comparison(told.results[1:], "rich", draws=told.draws)
    assert first_screen.title(alone) == f"Rich does not beat {most}: it does in 2 of 6"
    three = over_draws(found, plain=0.0, vision=0.02, rich=0.02)
    assert first_screen.title(three) == f"2 of the 3 plans beat {most}, Vision most often: in 6 of 6"
    assert plain(first_screen.finding(three)).startswith("In this model the draws speak for B and C rather than for no")


def test_of_plans_that_beat_no_programme_the_cheaper_one_is_named_where_all_of_it_has_a_price(found):
    told = over_draws(found, plain=0.03, rich=0.035)
    base, rich = (no_programme.a_school(told, side) for side in told.results)
    letter = "A" if base < rich else "B"
    priced = not told.costs[told.results["AB".index(letter)].name]["not_priced"]
    assert plain(first_screen.finding(told)).startswith(
        f"In this model the draws speak for the cheaper plan{f', {letter}' if priced else ''}."
    )


def test_what_full_use_costs_over_the_draws_is_the_cost_of_all_over_what_all_gain(found):
    told = over_draws(found, plain=0.03, rich=0.06)
    assert no_programme.cost_over_draws(told, told.base).startswith(", over the draws £1,000")
    none = replace(told, draws=replace(told.draws, without_programme=told.draws.outcomes))
    assert no_programme.cost_over_draws(none, none.base) == ", over the draws not reached"


def test_the_right_of_the_first_picture_shows_each_draw_with_and_without_a_programme(found):
    told = over_draws(found, plain=0.03, rich=0.06)
    with rc_context(pictures.STYLE):
        right = curves.over_draws(told, {"plain": "A", "rich": "B"}, names.colours(told)).figure.axes[1]
    heights = [sorted(np.round(dots.get_offsets()[:, 1], 6)) for dots in right.collections]
    assert heights == [[0.0] * 6, [3.0] * 6, [6.0] * 6]
    assert [label.get_text() for label in right.get_xticklabels()] == ["none", "A\n6", "B\n6"]


@pytest.mark.parametrize("outside", [0.0, 0.1])
def test_how_much_of_a_gap_comes_from_more_schools_taking_part(found, outside):
    """By hand: 0.5 of teachers at 0.2 against 1.0 of them at 0.4; the others use it as much as said, or not at all."""

    def side(one, part, inside):
        teachers = one.values("pupils").mean() / one.scenario.values["measure.pupils_a_teacher"]
        use = part * inside + (1 - part) * outside
        years = one.years.assign(use=use, use_where_taking_part=inside, teachers_where_taking_part=part * teachers)
        return replace(one, years=years)

    base, other = side(found.base, 0.5, 0.2), side(found.results[-1], 1.0, 0.4)
    effect = first_screen.participation_effect(other, base)
    assert effect == pytest.approx(0.5 * (0.3 - outside))


def test_what_a_plan_sets_beyond_what_is_plausible_comes_first_with_what_it_carries(found):
    last = found.results[-1]
    bold = replace(last, scenario=last.scenario.with_values({"programme.participation": 1.0}))
    table = found.sensitivity.iloc[:1].assign(
        scenario=bold.name, parameter="programme.participation", moved_to=0.8, change=-0.05
    )
    told = Comparison((found.base, bold), found.base.name, found.barriers, table, found.draws)
    said, lead = plain(care.with_care(told)).partition("B: ")[2], told.paired[bold.name, "deep_use"]["mean"]
    assert said.startswith(
        "the result rests on “schools that take part from the start” at 100 %, set by the plan beyond the plausible "
        f"20 % to 80 %; at 80 %, as all else is set, its lead of {points(lead)[1:]} points over A is about "
        f"{points(lead - 0.05).lstrip('+')}"
    )
    assert "The draws leave what a plan sets as it is, who takes part included." in said
    weak = Comparison((found.base, bold), found.base.name, found.barriers, table.assign(change=-0.001))
    assert "schools that take part" not in plain(care.with_care(weak))
    unknown = Comparison((found.base, bold), found.base.name)
    assert "at 100 %, set by the plan beyond the plausible" in plain(care.with_care(unknown))


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ((0.004, 0.005, 0.006, 0.005), "less than 1 month of progress (0.005 SD"),
        ((0.016, 0.012, 0.020, 0.016), "at most 1 month of progress (0.016 SD"),
        ((0.05, 0.05, 0.06, 0.05), "1 month of progress (0.053 SD"),
        ((0.08, 0.11, 0.11, 0.10), "1 to 2 months of progress (0.100 SD"),
    ],
)
def test_months_are_told_as_far_as_a_new_run_may_lie_from_the_mean(found, gains, said):
    side = replace(found.base, outcomes=found.base.outcomes.assign(pupil_effect=gains))
    assert facts.pupil_gain(Comparison((side,), side.name), side).startswith(said)


def test_the_cost_from_one_plan_to_the_other_is_told_of_the_same_schools_alone(found):
    base, last = found.base, found.results[-1]
    outcomes = last.outcomes.assign(
        cost=base.values("cost") + 10_000.0, sustained_adopters=base.values("sustained_adopters") + 4.0, deep_use=0.9
    )
    alike = Comparison((base, replace(last, outcomes=outcomes)), base.name)
    (step,) = facts._step(alike)
    assert plain(step).startswith("From A to B: ") and "2,500 for each teacher's worth more" in plain(step)
    other = replace(alike.results[1], scenario=last.scenario.with_values({"population.schools": 7}))
    assert facts._step(Comparison((base, other), base.name)) == []


def test_sentences_of_the_first_screen_stand_apart(text):
    first = pages(text[text.index("<header") : text.index("</header>")])
    assert not re.findall(r"[a-z)][.;][A-Z]", first)


def test_unlike_denominators_come_before_the_numbers(found):
    (alike,) = first_screen._pair(moved(found, 0.1, 0.1))
    _, numbers = first_screen._pair(moved(found, 0.1, 0.1, 6))
    first, second = map(plain, first_screen._plans(moved(found, 0.1, 0.1, 6)))
    assert first.startswith("Not alike in who takes part. A: Plain: ") and "; 4 of 6 schools take part, " in first
    assert second.startswith("B: Rich: ") and "; all 6 schools take part, " in second
    assert "Not alike" not in plain(first_screen._plans(moved(found, 0.1, 0.1))[0])
    assert numbers.items[0].value == alike.items[0].value
    assert "of all teachers" in plain(numbers.items[0].label)


def test_what_no_budget_can_buy_is_grey_and_has_neither_rank_nor_cost(found):
    last = found.results[-1]
    dream = replace(last, scenario=last.scenario.with_condition_lifted("time", 1.0))
    told = Comparison((*found.results[:-1], dream), found.baseline)
    assert told.leading is not dream and dream.lifted == ("time",) and not last.lifted
    document = make_document(told, PROVENANCE)
    said = pages(to_html(document))
    assert "time is lifted by an invisible hand, which no budget buys: in grey, without rank or cost" in said
    numbers = document.lead[2].blocks[-1].items
    assert numbers[-1].colour == figures.GREY and figures.GREY not in {one.colour for one in numbers[:-1]}
    assert "not priced" in said


def test_the_criterion_that_is_met_least_is_named_with_what_it_lacks(found):
    base = found.base
    reach = {"use": 0.9, "schools_half": 0.9, "depth": 0.44, "reproduction": 2.0, "schools_in_routine": 0.9}
    side = replace(base, outcomes=base.outcomes.assign(**reach, sustained_scale_up=0.0))
    told = Comparison((side,), side.name)
    said = facts.scale_up(told, side)
    assert "not told by so few (0 of 4 runs)" in said and "in this model, at these assumptions" in said
    assert "depth of use (in 0 of 4 runs): 44 %, needed 45 %: short by 1.0 points, on a knife edge" in said
    far = replace(side, outcomes=side.outcomes.assign(depth=0.2))
    assert "knife edge" not in facts.scale_up(Comparison((far,), far.name), far)


def test_no_command_stands_in_the_boxes_of_the_first_screen(text):
    box = text[text.index("<header") : text.index("</header>")]
    assert "plnsim" not in box and "--" not in pages(box) and "<code" not in box


def test_the_practice_is_said_in_a_line_of_the_scenario():
    spoken = Scenario.from_text('title = "x"\nteachers_do = "She sings with <them>."').with_years(0.1)
    assert "She sings with &lt;them&gt;." in page(*shouted(spoken))
    assert "the scenario does not say" in page(*shouted(Scenario.from_text('title = "x"').with_years(0.1)))


def test_names_are_cut_in_one_way_at_the_end_of_a_word_and_stay_different(found):
    from plnsim.publish.report.names import LONGEST_LABEL, labels

    long = "A very long name of a programme that nobody could remember"
    titles = (long, f"{long} again", "Rich: and more")
    sides = [
        replace(side, scenario=replace(side.scenario, title=title))
        for side, title in zip(found.results, titles, strict=True)
    ]
    told = labels(Comparison(tuple(sides), found.baseline))
    assert len(set(told.values())) == 3 and told["rich"] == "Rich"
    alone = labels(Comparison((sides[0],), sides[0].name))["plain"]
    assert len(alone) <= LONGEST_LABEL and alone.endswith(" \u2026") and long.startswith(alone.removesuffix(" \u2026"))


# -- pictures and Word -------------------------------------------------------------------------------------------------


def test_each_picture_lies_beside_the_page_as_svg_and_png(whole):  # noqa: F811
    folder = whole / "record"
    for name in ("spread", "survival", "differences", "halves"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert ElementTree.fromstring((folder / f"{name}.svg").read_text()) is not None


def test_the_word_file_has_the_text_the_tables_and_the_pictures_of_the_page(kept):  # noqa: F811
    import docx

    assert invoke("report", "record", "--docx").code == 0
    document = make_document(*record.read(kept))
    file = docx.Document(kept / "report.docx")
    said = "\n".join(paragraph.text for paragraph in file.paragraphs).replace("\u00a0", " ")
    assert said.startswith(document.title) and len(file.inline_shapes) == len(list(document.images()))
    for section in (*document.lead, *document.facts, *document.sections):
        assert section.heading in said
    for words in document.texts():
        assert plain(words)[-60:] in said
    tables = [block for section in document.sections for block in section.blocks if block.kind == "table"]
    assert len(file.tables) == len(tables) and len(file.tables[0].rows) == len(tables[0].rows) + 1
    assert file.inline_shapes[0]._inline.docPr.get("descr") == document.image.picture.alt_text


def test_a_word_file_needs_a_folder_beside_the_page(kept):  # noqa: F811
    code, _, err = invoke("run", "rich.toml", "--replicates", 1, "--docx")
    assert code == 2 and "--out FOLDER --docx" in err


# -- only what the tables say ------------------------------------------------------------------------------------------


def numbers_of(found: Comparison) -> set[str]:
    """Every number of the derived tables as a sentence may write it."""
    known = set()
    for name, table in found.tables.items():
        if name in ("outcomes", "weeks", "draws"):
            continue
        for value in table.select_dtypes("number").to_numpy().ravel():
            known |= {
                percent(value),
                points(value),
                points(abs(value)).lstrip("+"),
                number(value),
                f"{value:.0f}" if math.isfinite(value) else "",
            }
    known |= {number(side.scenario.weeks / 39) for side in found.results} | {
        str(side.scenario.number_of_schools) for side in found.results
    }
    return {one.removesuffix(" %") for one in known} | {
        *([str(found.draws.points), str(len(found.draws.names))] if found.draws else []),
        f"{100 * (RANGE_QUANTILES[1] - RANGE_QUANTILES[0]):.0f}",
        str(RUNS),
    }


def sentences(found: Comparison) -> list[str]:
    return [*compared.summary_sentences(found), *on_the_page(found)]


def on_the_page(found: Comparison) -> list[str]:
    makers = (
        otherwise.sentences,
        compared.comparability_sentences,
        compared.equity_sentences,
        compared.after_support,
        compared.bottleneck_sentences,
        compared.barrier_sentences,
    )
    return [sentence for make in makers for sentence in make(found)]


def test_every_number_of_the_sentences_is_one_of_the_tables(found):
    known = numbers_of(found)
    for sentence in sentences(found):
        told = re.findall(r"[+\u2212]?\d[\d,]*(?:\.\d+)?", sentence)
        assert (told or "too few to say" in sentence) and set(told) <= known, (sentence, set(told) - known)


def test_every_sentence_stands_on_the_page(text, found):
    said = pages(text)
    assert all(sentence in said for sentence in on_the_page(found))


def test_every_word_of_likelihood_has_the_count_that_it_stands_for(text):
    said = pages(text).partition("Words:")[0]
    words = "very likely|about as likely as not|very unlikely|unlikely|likely|not told by so few"
    with_counts = re.findall(rf"({words})(?: with [\w ]+)? \((\d+) of (\d+) (?:paired )?runs\)", said)
    assert len(with_counts) >= 6
    assert [word for word, _, _ in with_counts] == [expected(int(count), int(of)) for _, count, of in with_counts]
    assert len(re.findall(r"likely", said)) == sum(word.count("likely") for word, _, _ in with_counts)


@pytest.mark.parametrize("higher", range(RUNS + 1))
def test_the_word_of_a_comparison_follows_the_count_of_pairs(found, higher):
    base = found.base.values("deep_use")
    told = forged(found, deep_use=base + np.where(np.arange(RUNS) < higher, 0.01, -0.01))
    mean = points(0.01 * (2 * higher - RUNS) / RUNS)
    more = 2 * higher > RUNS
    begins = (
        f"In this model, at these assumptions, Rich leads to {'more' if more else 'less'} sustained deep use than "
        f"Plain: {mean} points"
    )
    count = higher if more else RUNS - higher
    (said,) = (sentence for sentence in compared.summary_sentences(told) if sentence.startswith(begins))
    assert said.endswith(f"at all is {expected(count, RUNS)} ({count} of {RUNS} paired runs).")


def test_where_nothing_goes_further_than_the_baseline_that_is_the_summary(found):
    leading = found.leading
    none = Comparison(found.results, leading.name, found.barriers, found.sensitivity)
    title = leading.scenario.title.partition(":")[0]
    assert compared.summary_sentences(none)[0].startswith(
        f"None of the others goes further than {title}: with {title} about "
    )
    one = Comparison((found.results[0], found.results[-1]), "rich", found.barriers, found.sensitivity)
    assert compared.summary_sentences(one)[0].startswith("Plain does not go further than Rich: with Rich about ")


def test_scenarios_that_do_not_differ_are_said_not_to(found):
    told = forged(found, deep_use=found.base.values("deep_use"))
    assert (
        f"Rich and Plain do not differ in sustained deep use in any of the {RUNS} paired runs."
        in compared.summary_sentences(told)
    )


@pytest.mark.parametrize(
    ("less", "more", "said"),
    [
        (0.2, 0.1, "both halves gain, and yet that gap widens by 10 points"),
        (0.1, 0.2, "both halves gain, and that gap narrows by 10 points"),
        (-0.1, -0.2, "both halves lose, and that gap widens by 10 points"),
        (0.1, -0.1, "one half gains and one does not, and that gap widens by 20 points"),
        (0.1, 0.1, "both halves gain, and that gap stays as it is"),
    ],
)
def test_it_is_said_when_the_gap_widens_while_everyone_gains(found, less, more, said):
    base, last = found.base, found.results[-1]
    ahead = base.weeks.assign(use_less_disadvantaged=base.weeks["use_more_disadvantaged"] + 0.05)
    weeks = last.weeks.assign(
        use_less_disadvantaged=(ahead["use_less_disadvantaged"] + less).to_numpy(),
        use_more_disadvantaged=(ahead["use_more_disadvantaged"] + more).to_numpy(),
    )
    told = Comparison((replace(base, weeks=ahead), replace(last, weeks=weeks)), base.name)
    assert any(f"With Rich {said}" in sentence for sentence in compared.equity_sentences(told)), (
        compared.equity_sentences(told)
    )


def test_the_headline_difference_is_the_mean_of_paired_differences_rounded_last(found):
    told = forged(found, deep_use=found.base.values("deep_use") + np.array([0.0044, 0.0044, 0.0044, 0.0046]))
    assert any(": +0.4 points on average" in sentence for sentence in compared.summary_sentences(told))


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (0.1234, "+12"),
        (-0.1234, "\u221212"),
        (0.0994, "+9.9"),
        (0.0996, "+10"),
        (0.0, "0"),
        (-0.0001, "0"),
        (0.0005, "+0.1"),
        (math.nan, "not defined"),
    ],
)
def test_differences_are_told_in_signed_points(difference, text):
    assert points(difference) == text


def test_one_pair_alone_has_no_likelihood():
    assert (likelihood_in_pairs(1, 1), likelihood_in_pairs(0, 1)) == (
        "so in the one paired run",
        "not so in the one paired run",
    )


def test_a_comparison_of_one_run_each_has_no_interval_and_no_word_of_likelihood(kept):  # noqa: F811
    assert invoke("compare", *FILES, "--replicates", 1, "--quick", "--out", "single").code == 0
    said = pages(Path("single/report.html").read_text())
    assert "likely" not in said and "interval" not in said and "one pair of runs does not tell" in said


def test_what_keeps_scenarios_from_being_alike_is_said(found):
    longer = replace(
        found.results[-1],
        scenario=replace(found.results[-1].scenario, years=9.0).with_values({"population.schools": 7}),
    )
    assert compared.comparability_sentences(found) == []
    told = " ".join(compared.comparability_sentences(Comparison((found.base, longer), found.baseline)))
    assert "Plain 2, Rich 9 years" in told and "Plain 6, Rich 7" in told


def test_the_narrowest_step_is_where_the_share_falls_most_steeply(found):
    falls = {"members_learnt": 0.9, "members_tried": 0.8, "home_tried": 0.4, "home_use_when_support_ends": 0.1}
    told = forged(found, **dict.fromkeys(compared.STAGES, 0.5) | falls)
    assert compared.bottleneck(told, "rich") == ("home_tried", "home_use_when_support_ends")
    assert any(
        "from “colleagues have tried it” to “colleagues use it” with " in one and "Rich (40 % to 10 %)" in one
        for one in compared.bottleneck_sentences(told)
    )


# -- the same page from the tables -------------------------------------------------------------------------------------


def test_report_writes_the_identical_page_from_the_stored_tables(kept):  # noqa: F811
    before = (kept / "report.html").read_bytes()
    (kept / "report.html").unlink()
    assert invoke("report", "record") == (0, "record/report.html\n", "")
    assert (kept / "report.html").read_bytes() == before


def test_the_page_of_a_single_run_asks_the_same_questions_but_those_of_a_comparison(kept):  # noqa: F811
    assert invoke("run", "rich.toml", "--replicates", 3, "--out", "alone").code == 0
    assert invoke("report", "alone", "--no-engine").code == 0
    said = Path("alone/report.html").read_text()
    asked = [one.replace("of it", "of each") for one in re.findall(r"<h2>(.*?)</h2>", said)]
    assert asked == [one for one in QUESTIONS if one not in OF_A_COMPARISON]
    assert "3 runs" in pages(said) and "plnsim run rich.toml --replicates 3 --out alone" in pages(said)
    assert invoke("run", "rich.toml", "--replicates", 2, "--out", "alone", "--overwrite").code == 0
    assert "2 runs" in pages(Path("alone/report.html").read_text())


def test_a_run_while_support_lasts_and_one_without_networks_have_pages_without_a_warning(kept):  # noqa: F811
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, words in (
            ("short", ("--years", "0.5")),
            ("alone", ("--set", "programme.participation=0", "--set", "population.first_users=0")),
        ):
            assert invoke("run", "plain.toml", "--replicates", 2, *words, "--out", name).code == 0
    assert (
        "not tested here" in Path("short/report.html").read_text()
        and "not reached" in Path("alone/report.html").read_text()
    )


def test_the_page_says_how_to_run_it_again(text, whole):  # noqa: F811
    said = pages(text)
    command = " ".join(
        map(
            str,
            [
                "plnsim compare",
                *(whole / name for name in FILES),
                "--replicates",
                RUNS,
                "--seed",
                5,
                "--uncertainty",
                6,
                "--out",
                whole / "record",
            ],
        )
    )
    assert command in said and f"seed 5; {RUNS} runs of each scenario" in said
    provenance = json.loads((whole / "record/provenance.json").read_text())
    assert f"plnsim {provenance['versions']['plnsim']}" in said and (provenance["commit"] or "")[:10] in said
    assert "the folder scenarios what a scenario sets" in said and (whole / "record/scenarios/rich.toml").is_file()


def test_the_page_tells_the_assumptions_that_carry_the_weight(text, found):
    said = pages(text)
    section = said[said.index("Which assumptions carry the weight?") : said.index("What is known of each")]
    table = found.sensitivity
    matters = table[table["change"].abs() >= found.minimal_important_difference]
    named = [name for name in dict.fromkeys(matters["parameter"]) if name in section]
    assert named or "None does" in section
    assert all(set(table[table["parameter"] == name]["source"]) == {"assumed"} for name in named)
    assert all(
        f"what is known of {name}" in said and f"what is assumed of {name}" in said
        for name in ("Plain", "Vision", "Rich")
    )
    assert "Not tested here" in said and "not a forecast" in said


# -- figures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "places", [[10.0, 11.0], [0.0, 0.0, 0.0], [99.0, 98.0, 100.0], [50.0], [20.0, 80.0], [5.0, 4.0, 96.0, 97.0, 50.0]]
)
def test_labels_stand_apart_in_their_order_and_inside(places):
    moved = figures.spread_labels(places, 6.0, 3.0, 97.0)
    order = sorted(range(len(places)), key=places.__getitem__)
    assert all(moved[upper] - moved[lower] >= 6.0 - 1e-9 for lower, upper in pairwise(order))
    assert min(moved) >= 3.0 - 1e-9 and max(moved) <= 97.0 + 1e-9


def test_labels_that_do_not_collide_stay_where_they_are():
    assert figures.spread_labels([20.0, 80.0, 50.0], 6.0, 3.0, 97.0) == [20.0, 80.0, 50.0]


@pytest.mark.parametrize("level", [0.0, 0.02, 0.5, 0.99])
def test_the_labels_of_the_curves_meet_neither_each_other_nor_the_axis_nor_the_edge(found, level):
    years = found.base.years.assign(use=max(0.0, level - 0.01), use_where_taking_part=level)
    side = replace(found.base, years=years)
    with rc_context(pictures.STYLE):
        figure = curves.spread(Comparison((side,), side.name), {"plain": "Plain"}, {"plain": figures.BLUE}).figure
        figure.draw_without_rendering()
    axes = figure.axes[0]
    boxes = [one.get_window_extent() for one in axes.texts if one.get_text() != "support ends"]
    assert len(boxes) == (1 if level == 0.0 else 2) and not (len(boxes) == 2 and boxes[0].overlaps(boxes[1]))
    assert all(box.x1 <= figure.bbox.x1 and box.x0 >= axes.bbox.x1 and box.y0 >= axes.bbox.y0 - 1 for box in boxes)


@pytest.mark.parametrize("level", [0.03, 0.3, 1.0])
def test_the_axis_of_the_first_picture_ends_where_the_data_do(found, level):
    years = found.base.years.assign(use=level / 2, use_where_taking_part=level)
    side = replace(found.base, years=years)
    with rc_context(pictures.STYLE):
        axes = curves.spread(Comparison((side,), side.name), {"plain": "Plain"}, {"plain": "#000000"}).figure.axes[0]
    low, high = axes.get_ylim()
    assert low == 0 and 100 * level < high < max(5.0, 115 * level)
    assert axes.get_xlim() == (0, curves.middles(side)[-1])


def test_no_label_of_a_figure_is_cut(found):
    named = {name: f"{mark} {'x' * 40}" for name, mark in zip(("plain", "vision", "rich"), "ABC", strict=True)}
    colours = dict.fromkeys(named, figures.BLUE)
    with rc_context(pictures.STYLE):
        makers = (curves.spread, curves.survival, pictures.differences, pictures.halves)
        drawn = [make(found, named, colours) for make in makers]
        drawn.append(pictures.tornado(found.sensitivity[:20], float(found.sensitivity["own"][0])))
        for picture in drawn:
            picture.figure.draw_without_rendering()
            axes = picture.figure.axes[0]
            for one in [*axes.texts, axes.xaxis.label]:
                box = one.get_window_extent()
                assert box.x0 >= -1 and box.x1 <= picture.figure.bbox.x1 + 1 and box.y0 >= -1, one.get_text()


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def four(found):
    """The page of the four most talkative scenarios; their runs are those of a small population, for a year."""
    few = {"population.schools": 6, "programme.participation": 0.7, "programme.support_years": 0.5}
    scenarios = [Scenario.of(name) for name in TALKATIVE]
    results = tuple(ScenarioResult.of(run(one.with_values(few).with_years(1), replicates=2)) for one in scenarios)
    return page(Comparison(results, results[0].name, found.barriers, found.sensitivity), PROVENANCE)


def opened(folder: Path, *words: str) -> subprocess.CompletedProcess:
    always = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}")
    return subprocess.run([BROWSER, *always, *words], capture_output=True, text=True, timeout=120, check=True)


@needs_browser
@pytest.mark.parametrize("which", ["text", "four"])
def test_the_page_prints_on_two_sheets(which, request, tmp_path):
    (tmp_path / "page.html").write_text(request.getfixturevalue(which))
    opened(
        tmp_path / "browser",
        "--no-pdf-header-footer",
        f"--print-to-pdf={tmp_path / 'page.pdf'}",
        str(tmp_path / "page.html"),
    )
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", (tmp_path / "page.pdf").read_bytes())) == 2


@needs_browser
@pytest.mark.parametrize("which", ["text", "four"])
def test_the_page_needs_no_sideways_scrolling_on_a_phone(which, request, tmp_path):
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", request.getfixturevalue(which))
    measure = "document.title = document.querySelector('iframe').contentDocument.documentElement.scrollWidth"
    (tmp_path / "frame.html").write_text(
        f'<title>?</title><iframe width="390" height="800" style="border:0" srcdoc="{html.escape(bare)}" '
        f'onload="{measure}"></iframe>'
    )
    seen = opened(tmp_path / "browser", "--virtual-time-budget=2000", "--dump-dom", str(tmp_path / "frame.html")).stdout
    assert re.search(r"<title>(.*?)</title>", seen)[1] == "390"
