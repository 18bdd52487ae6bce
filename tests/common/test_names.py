"""Names that become files or folders are checked by one function."""

import pytest

from plnsim.common.errors import InputError
from plnsim.common.names import check_distinct, check_name

BAD = [
    "",
    ".",
    "..",
    ".hidden",
    "a/b",
    "a\\b",
    "../../x",
    "/etc/x",
    "C:",
    "a\nb",
    "a\0b",
    "\x1b[31m",
    "a\u202eb",
    "a\u200bb",
    "a\ud800b",
    "a.",
    "a ",
    " a",
    "con",
    "NUL.txt",
    "Com1",
    "lpt\u00b9.toml",
    "a?",
    "a*",
    "a|b",
    "x" * 121,
    "\u00e9" * 61,
]


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_a_name_that_is_none(name):
    with pytest.raises(InputError, match="cannot name a file or folder") as told:
        check_name(name, "the alternative", "mine.toml:3")
    assert told.value.place == "mine.toml:3" and "\x1b" not in str(told.value)


@pytest.mark.parametrize(
    "name", ["baseline", "low-time", "draw-01", "Schule \u00e4", "\u65e5\u672c", "a.b", "console", "com10", "x" * 120]
)
def test_a_name_that_is_one(name):
    assert check_name(name, "the alternative") == name


@pytest.mark.parametrize("names", [["a", "a"], ["a", "A"], ["\u00e9", "e\u0301"]])
def test_names_that_are_one_folder_on_some_system(names):
    with pytest.raises(InputError, match="would share a folder"):
        check_distinct(names, "variants")
    check_distinct(["a", "b"], "variants")
