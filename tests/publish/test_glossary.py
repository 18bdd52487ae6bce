"""The glossary: what a user meets as a column, a parameter's section or group, an outcome or a dimension stands there,
and no word stands there twice.
"""

import re

import pytest

from plnsim.common.package import shipped
from plnsim.common.parameter import GROUPS
from plnsim.model.outcome import OUTCOMES
from plnsim.publish.record.dictionary import dictionary_rows
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS
from plnsim.studies.comparison.columns import COLUMNS

TEXT = shipped("docs/glossary.md").read_text(encoding="utf-8")
WORDS = TEXT.split("## From 0.1 to 0.2")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in WORDS.splitlines()
    if line.startswith("| ") and not re.match(r"\| (word|group|section) \|", line)
]
FIRST = [re.split(r", ", re.sub(r"\s*\(.*?\)", "", first)) for first, *_ in ROWS]
ENTRIES = [word.strip("*") for words in FIRST for word in words if not word.startswith("`")]
NAMES = {
    "group": GROUPS,
    "section": {one.qualified_name.partition(".")[0] for one in MODEL_PARAMETERS},
    "dimension": {one.dimension for one in OUTCOMES} - {"all"},
    "outcome": {one.name for one in OUTCOMES},
    "column": {column for _, column, *_ in dictionary_rows()},
    "column of a comparison": COLUMNS.keys(),
}
END = re.compile(r"(_(low|high|mean|max|new_run|price|luck|\d+))+$")
"""How columns are called that hold an end, a summary or a year of what the name before it says."""
ORDINARY = {
    "above", "below", "baseline", "best", "change", "currency", "deviation", "end", "gains", "high", "higher",
    "largest", "least", "loses", "low", "lower", "mean", "measure", "met", "most", "moved_to", "needed", "own",
    "p_value", "pairs", "reached", "runs", "school", "shown", "source", "unit", "value", "week", "year",
}  # fmt: skip
"""Words of English or statistics in their usual sense, which the data dictionary explains where they stand."""
SAID_BY = {
    "extra_adopters": "sustained adopter",
    "cost_per_adopter": "sustained adopter",
    "cost_per_pupil": "cost",
    "named": "named barrier",
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in sorted(names)])
def test_each_name_stands_in_the_glossary(kind, name):
    plain = END.sub("", name)
    words = {SAID_BY.get(plain, spoken(plain)), f"{spoken(plain)} interval", f"{spoken(plain)}s"}
    assert plain in ORDINARY or words & set(map(spoken, ENTRIES)) or f"`{plain}`" in WORDS, f"{kind} {name}"


def spoken(name: str) -> str:
    return re.sub("[_-]", " ", name)


def test_no_word_is_explained_twice():
    assert len(ENTRIES) > 150 and {word for word in ENTRIES if ENTRIES.count(word) > 1} == set()


def test_what_is_left_to_the_dictionary_is_in_no_entry():
    assert {END.sub("", name) for names in NAMES.values() for name in names} >= ORDINARY


def test_what_became_of_each_parameter_of_0_1_is_told():
    table = TEXT.split("### Parameters")[1].split("### ")[0]
    assert {name for name in OLD_PARAMETERS if f"`{name}`" in table} == OLD_PARAMETERS.keys()
    assert all(f"`{one.now}`" in table for one in OLD_PARAMETERS.values() if one.now)
