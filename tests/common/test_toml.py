"""TOML of users: what goes beyond the bounds is refused before it is parsed, at once, and nothing else is."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plnsim.common import toml
from plnsim.common.errors import InputError
from plnsim.common.toml import check_bounds, parse_toml

SHIPPED = sorted(
    path for folder in ("scenarios", "experiments") for path in (Path(__file__).parents[2] / folder).rglob("*.toml")
)
TOO_MUCH = {
    "dotted key": "a" + ".a" * 20_000 + " = 1",
    "dotted header": "[" + "a." * 20_000 + "a]",
    "dotted key with spaces": "a" + " . a" * 10_000 + " = 1",
    "quoted parts": '"a"' + '."a"' * 10_000 + " = 1",
    "nested lists": "x = " + "[" * 20_000,
    "nested tables": "x = " + "{a = " * 9_000,
    "keys within keys": "x = " + "{a.a.a.a = " * 3_000,
    "below a header": "[a.a.a.a.a.a.a.a.a.a]\n" + "b" + ".b" * 12 + " = 1",
    "after a text of many lines": 'x = """a""""\n' + "a" + ".a" * 20_000 + " = 1",
    "after a text with a bracket": "x = '['\n" + "a" + ".a" * 20_000 + " = 1",
    "one long list": "x = [\n" + "1,\n" * 1_200_000 + "]",
    "one list of many values": "x = [\n" + "1, " * 30_000 + "\n]",
    "one long line": "x = [" + "1," * 1_900_000 + "]",
    "many keys": "".join(f"a{number} = 1\n" for number in range(30_000)),
    "many tables": "[[a]]\n" * 30_000,
    "many lines": "\n" * 200_000,
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_refused_at_once(name):
    began = time.process_time()
    with pytest.raises(InputError) as told:
        parse_toml(TOO_MUCH[name], "mine.toml")
    assert time.process_time() - began < 3
    assert told.value.place.startswith("mine.toml") and told.value.right and len(str(told.value)) < 400


def test_the_message_names_the_line():
    text = 'title = "x"\n\n' + "a" + ".a" * 30 + " = 1\n"
    with pytest.raises(InputError, match=r"(?s)nests too deeply\n  --> mine.toml:3:42\n"):
        check_bounds(text, "mine.toml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_are_within_bounds(path):
    text = path.read_text(encoding="utf-8")
    assert parse_toml(text, path.name) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1.5\ny = [1.5, 2.5]\nz = 2020-01-01T00:00:00.5",
        'x = "' + "." * 1000 + '"',
        "x = '" + "[" * 1000 + "'",
        'x = """\n' + '\\"""' + "[.{\n" * 100 + '"""',
        "x = '''\n" + "'" + "[.{\n" * 100 + "''''",
        "# " + "[" * 1000 + "\nx = 1",
        "x = 1 # " + "." * 1000,
        "".join(f"a.b.c{number} = 1.0\n" for number in range(1000)),
        "".join(f"[a.b.c{number}]\nx.y = {{ z.w = [[1.0]] }}\n" for number in range(1000)),
        'x = "\\\\"\ny = "a.b"',
    ],
)
def test_signs_in_texts_numbers_and_comments_are_not_counted(text):
    assert parse_toml(text, "mine.toml") == tomllib.loads(text)


def _deepest(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((_deepest(part) for part in inner), default=-1) + 1 if isinstance(value, dict | list) else 0


@given(st.text(alphabet="ab.=[]{},\"'\\\n# 1", max_size=60))
def test_of_any_toml_the_depth_that_is_counted_is_at_least_the_true_one(text):
    try:
        content = tomllib.loads(text)
    except ValueError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toml, "DEEPEST", _deepest(content) - 3)
        if _deepest(content) > 3:
            with pytest.raises(InputError):
                check_bounds(text, "mine.toml")


def test_a_number_with_too_many_digits_stays_a_fault_of_its_own():
    with pytest.raises(ValueError, match="digits"):
        parse_toml(f"x = {'1' * 5000}", "mine.toml")
