"""Bad input is refused at once: exit code 2, one message with its place, what is wrong and what would be right, and
nothing written.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from plnsim.common.errors import InputError, quote_value, suggestion
from tests.support.commands import invoke, invoke_in_shell

RUN = ("run", "bad.toml", "--out", "new/record")
BASELINE = ("run", "baseline", "--out", "new/record")

COMPILING = "compiling the model for this machine: once, well under a minute ...\n"
"""What a run may say first, on a machine that has not compiled this model yet."""


class Bad(NamedTuple):
    """Bad input: the words of the command, where the message finds the fault, what it says is wrong and what would be
    right.
    """

    name: str
    words: tuple[str, ...]
    place: str
    wrong: str
    right: str
    files: dict[str, str | bytes]


def in_file(name: str, text: str | bytes, place: str, wrong: str, right: str, **files: str | bytes) -> Bad:
    """A scenario file that is run; its place is a line and column."""
    return Bad(name, RUN, f"bad.toml:{place}" if place else "bad.toml", wrong, right, {"bad.toml": text, **files})


def in_words(name: str, words: str, place: str, wrong: str, right: str, **files: str | bytes) -> Bad:
    """A command whose words are wrong."""
    return Bad(name, tuple(words.split(" ")), place, wrong, right, files)


def in_option(name: str, options: str, place: str, wrong: str, right: str) -> Bad:
    """A run of the baseline with a wrong option."""
    return Bad(name, (*BASELINE, *options.split(" ")), place, wrong, right, {})


def in_record(name: str, wrong: str, right: str = "as plnsim run wrote it", **changed: object) -> Bad:
    """A record whose provenance says something else than plnsim wrote."""
    provenance = {
        "schema_version": 1,
        "seed": 1,
        "replicates": 2,
        "engine": "numba",
        "versions": {},
        "name": "x",
        "sha256": dict.fromkeys(("scenario.toml", "outcomes.csv", "weeks.csv", "schools.csv"), "0"),
    } | changed
    provenance = {key: value for key, value in provenance.items() if value is not ...}
    return Bad(
        name, ("replay", "old"), "old/provenance.json", wrong, right, {"old/provenance.json": json.dumps(provenance)}
    )


IN_FILES = [
    # no text, or no TOML
    in_file("not UTF-8", b'title = "x"\npurpose = "caf\xe9"\n', "2:15", "no UTF-8 text", "save it as UTF-8"),
    in_file("too long", f"# {'x' * 4_000_000}\n", "", "is 4,000,003 bytes long", "a scenario file of at most"),
    in_file("no value", "title =\n", "1:8", "no valid TOML", "key = value"),
    in_file("text without quotes", "\ntitle = My programme\n", "2:9", "no valid TOML", "texts in quotes"),
    in_file("quote not closed", 'title = "mine\n', "1:14", "a text does not end on its line", "quotation mark"),
    in_file(
        "list not closed", 'title = "x"\nknown = ["a",\n  "b"\n\n', "3:6", "unclosed array", "finish the last line"
    ),
    in_file("section not closed", "[time\nhours = 1\n", "1:6", "no valid TOML", "[sections]"),
    in_file("decimal comma", "[time]\nhours = 1,2\n", "2:10", "no valid TOML", "a decimal point, as in 1.2"),
    in_file("key twice", "[time]\nhours = 1\nhours = 2\n", "3:10", "stands twice", "each key and each [section] once"),
    in_file(
        "section twice",
        "[time]\nhours = 1\n[time]\ncover = 1\n",
        "3:6",
        "stands twice",
        "each key and each [section] once",
    ),
    in_file("control character", 'title = "\x1b[31mred"\n', "1:10", "illegal character", "key = value"),
    in_file(
        "nested too deeply", f"x = {'[' * 3000}{']' * 3000}\n", "1:24", "nests too deeply", "no deeper than [section]"
    ),
    in_file("dotted too deeply", f"a{'.a' * 3000} = 1\n", "1:42", "nests too deeply", "no deeper than [section]"),
    in_file("long line", f"known = [{'1,' * 30_000}]\n", "1:1", "has 60,010 letters", "at most 50,000 letters"),
    in_file("number of 5,000 digits", f"\nyears = 1{'0' * 5000}\n", "2:9", "too many digits", "at most 20 digits"),
    # unknown names
    in_file("unknown key", 'titel = "x"\n', "1:1", "unknown key 'titel'", "did you mean title?"),
    in_file("unknown section", "[tiem]\nhours = 1\n", "1:1", "unknown section 'tiem'", "did you mean time?"),
    in_file(
        "unknown parameter", '[time]\n  huors = 1 # "x"\n', "2:3", "unknown parameter time.huors", "did you mean hours?"
    ),
    in_file(
        "unknown parameter in a dotted key",
        'title = "x"\ntime.huors = 1\n',
        "2:1",
        "unknown parameter time.huors",
        "did you mean hours?",
    ),
    in_file(
        "unknown parameter in an inline table",
        "time = { cover = 1, huors = 1 }\n",
        "1:21",
        "unknown parameter time.huors",
        "mean hours?",
    ),
    in_file(
        "parameter in the wrong section",
        "[habit]\nhours = 1\n",
        "2:1",
        "unknown parameter habit.hours",
        "did you mean time.hours, meeting.hours, advice.hours or observation.hours?",
    ),
    in_file("parameter without a section", "hours = 1\n", "1:1", "unknown key 'hours'", "below [time]"),
    in_file(
        "key below a section", "[time]\nyears = 3\n", "2:1", "unknown parameter time.years", "above the first [section]"
    ),
    in_file("unknown option", '[programme]\ntopology = "hubb"\n', "2:1", "no option 'hubb'", "did you mean hub?"),
    in_file(
        "unknown source",
        'sources = ["eef-rlc",\n  "eef-rcl"]\n',
        "2:3",
        "unknown source 'eef-rcl'",
        "did you mean eef-rlc?",
    ),
    in_file(
        "unknown kind of file",
        '[files]\nschool = "x.csv"\n',
        "2:1",
        "unknown kind of file 'school'",
        "did you mean schools?",
    ),
    # wrong kinds of value
    in_file(
        "text for a number",
        '[time]\nhours = "much"\n',
        "2:1",
        "must be a number, got 'much'",
        "a number from 0 to 40 (hours a week)",
    ),
    in_file(
        "yes or no for a number", "[time]\nhours = true\n", "2:1", "must be a number, got true", "a number from 0 to 40"
    ),
    in_file(
        "list for a number", "[time]\nhours = [1, 2]\n", "2:1", "must be a number, got a list", "a number from 0 to 40"
    ),
    in_file(
        "table for a number",
        "[time]\nhours = { mean = 1 }\n",
        "2:1",
        "must be a number, got a table",
        "a number from 0 to 40",
    ),
    in_file(
        "date for a number",
        "[time]\nhours = 2024-09-01\n",
        "2:1",
        "must be a number, got 2024-09-01",
        "a number from 0 to 40",
    ),
    in_file(
        "number for an option",
        "[programme]\ntopology = 1\n",
        "2:1",
        "must be a name in quotes, got 1",
        "one of: clique",
    ),
    in_file("number for a title", "title = 7\n", "1:1", "title must be a text in quotes, got 7", 'title = "..."'),
    in_file(
        "terminal codes in a title", 'title = "\\u001b[31mred"\n', "1:1", "holds a control character", "a plain text"
    ),
    in_file(
        "terminal codes in a list", 'known = ["a",\n "b\\u0007"]\n', "2:2", "holds a control character", "a plain text"
    ),
    in_file(
        "number for a note",
        "[[calendar]]\nyear = 2\nlift.time = 1\nnote = 3\n",
        "4:1",
        "note must be a text in quotes, got 3",
        'note = "..."',
    ),
    in_file("text for a list", 'known = "much"\n', "1:1", "known must be a list of texts", 'known = ["..."'),
    in_file(
        "number for a section", "time = 3\n", "1:1", "time must be a section, got 3", "[time] on a line of its own"
    ),
    in_file(
        "number for a file", "[files]\nschools = 3\n", "2:1", "must be a file name, got 3", 'schools = "schools.csv"'
    ),
    in_file("text for files", 'files = "schools.csv"\n', "1:1", "files must be a section", "[files] with schools"),
    # wrong numbers
    in_file("too large", "[programme]\nparticipation = 40\n", "2:1", "must be at most 1, got 40", "for 30 % write 0.3"),
    in_file(
        "too small",
        "[population]\nschools = -3\n",
        "2:1",
        "must be at least 1, got -3",
        "a whole number from 1 to 200000",
    ),
    in_file(
        "no schools",
        "[population]\nschools = 0\n",
        "2:1",
        "population.schools must be at least 1, got 0",
        "a whole number from 1",
    ),
    in_file(
        "no teachers",
        "[population]\nprimary_staff = 0\n",
        "2:1",
        "population.primary_staff must be at least 1, got 0",
        "a number from 1 to 1000000",
    ),
    in_file(
        "400 digits",
        f"[population]\nschools = 1{'0' * 400}\n",
        "2:1",
        "at most 200000, got a number with more than 20 digits",
        "from 1 to 200000",
    ),
    in_file("NaN", "[time]\nhours = nan\n", "2:1", "must be a finite number, got nan", "a number from 0 to 40"),
    in_file("infinite", "[time]\nhours = -inf\n", "2:1", "must be a finite number, got -inf", "a number from 0 to 40"),
    in_file(
        "not whole",
        "[population]\nschools = 40.5\n",
        "2:1",
        "must be a whole number, got 40.5",
        "a whole number from 1",
    ),
    in_file("no years", "years = 0\n", "1:1", "above 0 and at most 100, got 0", "years = 7"),
    in_file("years of NaN", 'title = "x"\nyears = nan\n', "2:1", "above 0 and at most 100, got nan", "years = 7"),
    in_file("years as a text", 'years = "seven"\n', "1:1", "must be a number above 0", "years = 7"),
    # the calendar
    in_file(
        "calendar of one table",
        "[calendar]\nyear = 3\n",
        "1:1",
        "the calendar must be a list of tables",
        "[[calendar]]",
    ),
    in_file("entry without anything", "[[calendar]]\n", "1:1", "needs its beginning", "year = 3.0, or week = 117"),
    in_file(
        "entry without a change",
        '[[calendar]]\nyear = 2\nnote = "x"\n',
        "1:1",
        "changes nothing",
        "lift = { time = 0.3 }",
    ),
    in_file(
        "entry after the run",
        "years = 2\n\n[[calendar]]\nyear = 2\nlift.time = 1\n",
        "3:1",
        "names week 78, and the run has 78 weeks",
        "before 78",
    ),
    in_file(
        "entry that ends before it begins",
        "[[calendar]]\nyear = 2\nuntil_year = 1\nlift.time = 1\n",
        "1:1",
        "ends (week 39) before it begins (week 78)",
        "a later until_year",
    ),
    in_file(
        "beginning named twice",
        "[[calendar]]\nyear = 2\nweek = 78\nlift.time = 1\n",
        "3:1",
        "name the same moment twice",
        "either year or week",
    ),
    in_file(
        "beginning of NaN",
        "[[calendar]]\nyear = nan\nlift.time = 1\n",
        "2:1",
        "year must be a number from 0 to 100, got nan",
        "year = 3",
    ),
    in_file(
        "part of a week",
        "[[calendar]]\nweek = 7.5\nlift.time = 1\n",
        "2:1",
        "week must be a whole number from 0 to 3900, got 7.5",
        "week = 117",
    ),
    in_file(
        "structure in mid-run",
        "[[calendar]]\nyear = 2\nset = { population.schools = 50 }\n",
        "3:9",
        "cannot change in mid-run",
        "under [population]",
    ),
    in_file(
        "analysis in mid-run",
        "[[calendar]]\nyear = 2\nset.measure.spread = 0.3\n",
        "3:1",
        "cannot change in mid-run",
        "under [measure]",
    ),
    in_file(
        "unknown event",
        '[[calendar]]\nyear = 2\nevent = "new heads"\n',
        "3:1",
        "unknown event 'new heads'",
        "did you mean new head?",
    ),
    in_file(
        "unknown condition",
        "[[calendar]]\nyear = 2\nlift = { tiem = 0.3 }\n",
        "3:10",
        "unknown condition 'tiem'",
        "did you mean time?",
    ),
    in_file(
        "unknown key of an entry",
        "[[calendar]]\nyaer = 2\nlift.time = 1\n",
        "2:1",
        "unknown key 'yaer' in the calendar",
        "did you mean year?",
    ),
    in_file(
        "unknown parameter of the second entry",
        "[[calendar]]\nyear = 1\nlift.time = 1\n[[calendar]]\nyear = 2\nset.time.huors = 1\n",
        "6:1",
        "unknown parameter time.huors",
        "did you mean hours?",
    ),
    in_file(
        "set without a section",
        "[[calendar]]\nyear = 2\nset = { hours = 1 }\n",
        "3:9",
        "unknown parameter hours",
        "did you mean advice.hours, meeting.hours, observation.hours or time.hours?",
    ),
    in_file(
        "set as a number",
        "[[calendar]]\nyear = 2\nset = 1\n",
        "3:1",
        "set must be a table, got 1",
        "set = { time.hours = 1.2 }",
    ),
    in_file(
        "lift out of range",
        "[[calendar]]\nyear = 2\nlift.time = 30\n",
        "3:1",
        "must be at most 1, got 30",
        "for 30 % write 0.3",
    ),
    in_file(
        "share out of range",
        '[[calendar]]\nyear = 2\nevent = "new head"\nshare = 50\n',
        "4:1",
        "share must be a number from 0 to 1, got 50",
        "0.5 for half",
    ),
    in_file(
        "entries in a list",
        'calendar = [\n  { year = 1, lift = { time = 1 } },\n  { year = 2, event = "party" },\n]\n',
        "3:15",
        "unknown event 'party'",
        "known are: ",
    ),
    # a population from files
    Bad(
        "missing CSV file",
        RUN,
        "missing.csv",
        "there is no file missing.csv",
        "from the folder of the scenario file",
        {"bad.toml": '[files]\nschools = "missing.csv"\n'},
    ),
    Bad(
        "CSV with a bad row",
        RUN,
        "schools.csv:3:teachers",
        "not a number",
        "a whole number from 1",
        {"bad.toml": '[files]\nschools = "schools.csv"\n', "schools.csv": "school,teachers\nA,12\nB,many\n"},
    ),
]

IN_WORDS = [
    in_words(
        "unknown scenario",
        "run baselin --out new/record",
        "",
        "there is no scenario 'baselin'",
        "did you mean baseline?",
    ),
    in_words(
        "unknown scenario of 300 letters",
        f"run {'a' * 300} --out new/record",
        "",
        "there is no scenario 'aaa",
        "ends in .toml",
    ),
    in_words(
        "scenario without its ending",
        "run mine --out new/record",
        "",
        "there is no scenario 'mine'",
        "did you mean mine.toml?",
        **{"mine.toml": ""},
    ),
    in_words(
        "missing file",
        "run mine.toml --out new/record",
        "mine.toml",
        "there is no file mine.toml",
        "the path of a scenario file",
    ),
    in_words(
        "missing file to validate",
        "validate mine.toml",
        "mine.toml",
        "there is no file mine.toml",
        "the path of a scenario file",
    ),
    in_words("folder for a scenario", "run . --out new/record", ".", "is a folder", "a file that ends in .toml"),
    in_words(
        "folder with the ending of a file",
        "run mine.toml --out new/record",
        "mine.toml",
        "is a folder",
        "a scenario file",
        **{"mine.toml/inside.txt": ""},
    ),
    in_words(
        "unknown scenario to be told about",
        "scenarios district2",
        "",
        "there is no scenario 'district2'",
        "did you mean district?",
    ),
    in_words(
        "unknown parameter to be told about",
        "parameters time.huors",
        "",
        "no section or parameter 'time.huors'",
        "did you mean time.hours?",
    ),
    # options of a run
    in_option("no years", "--years 0", "--years 0", "cannot last 0.0 years", "at most 100 years"),
    in_option("negative years", "--years -3", "--years -3", "cannot last -3.0 years", "more than 0"),
    in_option("years of NaN", "--years nan", "--years nan", "cannot last nan years", "more than 0"),
    in_option("years without end", "--years inf", "--years inf", "cannot last inf years", "at most 100 years"),
    in_option("too many years", "--years 1e9", "--years 1e+09", "cannot last 1000000000.0 years", "at most 100 years"),
    in_option("years as a text", "--years seven", "", "'seven' is not a valid float", "plnsim run --help"),
    in_option("negative seed", "--seed -1", "--seed -1", "the seed cannot be -1", "from 0 to 9223372036854775807"),
    in_option(
        "too large a seed",
        f"--seed {2**63}",
        f"--seed {2**63}",
        f"the seed cannot be {2**63}",
        "from 0 to 9223372036854775807",
    ),
    in_option("seed as a text", "--seed lucky", "", "'lucky' is not a valid integer", "plnsim run --help"),
    in_option("no replicates", "--replicates 0", "--replicates 0", "replicates cannot be 0", "from 1 to 1000000"),
    in_option(
        "negative replicates", "--replicates -5", "--replicates -5", "replicates cannot be -5", "from 1 to 1000000"
    ),
    in_option(
        "too many replicates",
        "--replicates 1000001",
        "--replicates 1000001",
        "replicates cannot be 1000001",
        "from 1 to 1000000",
    ),
    in_option("no workers", "--workers 0", "--workers 0", "workers cannot be 0", "from 1 to 10000"),
    in_option("unknown engine", "--engine fast", "", "'fast' is not one of 'numba', 'mesa'", "plnsim run --help"),
    in_option(
        "decimal comma",
        "--set time.hours=1,2",
        "--set time.hours=1,2",
        "must be a number, got '1,2'",
        "1.2 with a decimal point?",
    ),
    in_option(
        "thousands",
        "--set prices.teacher_hour=1,500",
        "--set prices.teacher_hour=1,500",
        "must be a number, got '1,500'",
        "1500 without commas?",
    ),
    in_option(
        "set without a value", "--set time.hours", "--set", "--set time.hours names no value", "--set time.hours=1.2"
    ),
    in_option("set without a name", "--set =1", "--set", "--set =1 names no parameter", "--set time.hours=1.2"),
    in_option(
        "set an unknown parameter",
        "--set time.huors=1",
        "--set time.huors=1",
        "unknown parameter time.huors",
        "did you mean time.hours?",
    ),
    in_option(
        "set a text",
        "--set time.hours=much",
        "--set time.hours=much",
        "time.hours must be a number, got 'much'",
        "a number from 0 to 40",
    ),
    in_option(
        "set nothing",
        "--set time.hours=",
        "--set time.hours=",
        "time.hours must be a number, got ''",
        "a number from 0 to 40",
    ),
    in_option(
        "set NaN",
        "--set time.hours=nan",
        "--set time.hours=nan",
        "must be a finite number, got nan",
        "a number from 0 to 40",
    ),
    in_option(
        "set out of bounds",
        "--set programme.participation=1.00000001",
        "--set programme.participation=1.00000001",
        "at most 1, got 1.00000001",
        "for 30 % write 0.3",
    ),
    in_option(
        "set part of a school",
        "--set population.schools=2.5",
        "--set population.schools=2.5",
        "a whole number, got 2.5",
        "from 1 to 200000",
    ),
    in_option(
        "set 400 digits",
        f"--set population.schools=1{'0' * 400}",
        "--set population.schools=1000",
        "a number with more than 20 digits",
        "from 1 to 200000",
    ),
    in_option(
        "set an unknown option",
        "--set programme.topology=hubb",
        "--set programme.topology=hubb",
        "no option 'hubb'",
        "did you mean hub?",
    ),
    in_option(
        "a population that does not fit in memory",
        "--set population.schools=200000 --set population.primary_staff=1e6",
        "",
        "teachers needs about",
        "fewer schools",
    ),
    # where to write
    in_words(
        "out is a file",
        "run baseline --out taken.txt",
        "taken.txt",
        "taken.txt is a file",
        "a folder that does not exist yet",
        **{"taken.txt": "x"},
    ),
    in_words(
        "out below a file",
        "run baseline --out taken.txt/new",
        "taken.txt/new",
        "nothing can be written to taken.txt/new",
        "that you may write to",
        **{"taken.txt": "x"},
    ),
    in_words(
        "out of 300 letters",
        f"run baseline --out {'a' * 300}",
        "a" * 300,
        "nothing can be written",
        "that you may write to",
    ),
    in_words(
        "out is not empty",
        "run baseline --out full",
        "full",
        "is not empty",
        "this one holds other files",
        **{"full/notes.txt": "x"},
    ),
    in_words(
        "out is not empty and to be replaced",
        "run baseline --out full --overwrite",
        "full",
        "is not empty",
        "this one holds other files",
        **{"full/notes.txt": "x"},
    ),
    in_words(
        "out holds a record",
        "run baseline --out old",
        "old",
        "holds a record already",
        "--overwrite",
        **{"old/provenance.json": "{}"},
    ),
    in_words(
        "out holds a record and more",
        "run baseline --out old --overwrite",
        "old",
        "holds more than a record: notes.txt",
        "another folder",
        **{"old/provenance.json": "{}", "old/notes.txt": "x"},
    ),
    in_words(
        "overwrite without out",
        "run baseline --overwrite",
        "--overwrite",
        "there is no --out",
        "--out FOLDER --overwrite",
    ),
    # replay
    in_words("replay of nothing", "replay nowhere", "nowhere", "holds no record of a run", "provenance.json"),
    in_words(
        "replay of a name of 300 letters",
        f"replay {'a' * 300}",
        "a" * 300,
        "holds no record of a run",
        "provenance.json",
    ),
    in_words(
        "replay of a folder without a record",
        "replay full",
        "full",
        "holds no record of a run",
        "provenance.json",
        **{"full/notes.txt": "x"},
    ),
    in_words(
        "provenance that is no JSON",
        "replay old",
        "old/provenance.json",
        "the provenance is damaged",
        "as plnsim run wrote it",
        **{"old/provenance.json": '{"seed": 1,'},
    ),
    in_words(
        "provenance that is no text",
        "replay old",
        "old/provenance.json",
        "the provenance is damaged",
        "as plnsim run wrote it",
        **{"old/provenance.json": b"\xff\xfe\x00"},
    ),
    in_words(
        "provenance that is a list",
        "replay old",
        "old/provenance.json",
        "the provenance is damaged",
        "as plnsim run wrote it",
        **{"old/provenance.json": "[]"},
    ),
    in_record(
        "provenance of a later plnsim",
        "the provenance has schema 2",
        "schema 1, or the plnsim that wrote it",
        schema_version=2,
        seed=...,
    ),
    in_record("provenance without a seed", "it has no seed", seed=...),
    in_record("provenance with a text for a seed", "the seed cannot be '1'", seed="1"),
    in_record("provenance without replicates", "replicates cannot be 0", replicates=0),
    in_record("provenance with an unknown engine", "there is no engine 'fast'", engine="fast"),
    in_record("provenance of 0.1 with an unknown engine", "there is no engine 'fast'", engine=..., reading="fast"),
    in_record("provenance without an engine", "it has no engine", engine=...),
    in_record("provenance without a table", "it has no scenario.toml", sha256={}),
    in_record("provenance with a list of tables", "damaged", sha256=[]),
    in_record(
        "provenance with a number for a hash",
        "the sha256 of weeks.csv is no text",
        sha256=dict.fromkeys(("scenario.toml", "outcomes.csv", "schools.csv"), "0") | {"weeks.csv": 1},
    ),
    in_record("provenance without versions", "damaged", versions=None),
    Bad(
        "table missing",
        ("replay", "old"),
        "old/scenario.toml",
        "scenario.toml is not as it was written",
        "the record as plnsim run wrote it",
        in_record("", "").files,
    ),
    # init
    in_words(
        "init of a file that is there",
        "init mine.toml",
        "mine.toml",
        "is there already and was not touched",
        "--force",
        **{"mine.toml": "x"},
    ),
    in_words(
        "init with another ending", "init mine.txt", "mine.txt", "ends in .toml, got mine.txt", "plnsim init mine.toml"
    ),
    in_words("init without a name", "init .", ".", "ends in .toml, got .", "plnsim init scenario.toml"),
    in_words(
        "init in a folder that is not there",
        "init there/mine.toml",
        "there/mine.toml",
        "cannot be written",
        "a folder that exists",
    ),
    in_words(
        "init over a folder",
        "init mine.toml --force",
        "mine.toml",
        "mine.toml is a folder",
        "the name of a file",
        **{"mine.toml/x.txt": ""},
    ),
]

ALL = IN_FILES + IN_WORDS


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Writes the files of bad input in an empty folder, where the command runs."""
    monkeypatch.chdir(tmp_path)

    def written(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return written


def contents(folder: Path) -> dict:
    """All files and folders below a folder, with their contents."""
    return {path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def assert_refused(bad: Bad, said) -> None:
    said = said._replace(err=said.err.removeprefix(COMPILING))
    assert said.code == 2, said
    assert said.out == "" and said.err.startswith("error: ") and "Traceback" not in said.err and "\x1b" not in said.err
    assert bad.wrong in said.err and bad.right in said.err.partition("= help: ")[2]
    if bad.place:
        places = [line.strip().removeprefix("--> ") for line in said.err.splitlines() if line.startswith("  --> ")]
        assert len(places) == 1 and places[0].startswith(bad.place)
        assert bad not in IN_FILES or ".csv" in bad.place or places == [bad.place]
    assert max(map(len, said.err.splitlines())) < 450


def test_the_table_of_bad_input_has_no_name_twice():
    assert len({(bad.name, bad in IN_FILES) for bad in ALL}) == len(ALL) >= 45


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.name)
def test_bad_input_is_refused_with_its_place_and_what_would_be_right_and_nothing_is_written(bad, place):
    folder = place(bad.files)
    before = contents(folder)
    assert_refused(bad, invoke(*bad.words))
    assert contents(folder) == before


@pytest.mark.parametrize(
    "bad",
    [IN_FILES[0], IN_WORDS[0], next(bad for bad in ALL if bad.name == "out is not empty")],
    ids=lambda bad: bad.name,
)
def test_the_installed_command_refuses_bad_input_in_the_same_words(bad, place):
    folder = place(bad.files)
    before = contents(folder)
    assert invoke_in_shell(*bad.words) == invoke(*bad.words)
    assert contents(folder) == before


@pytest.mark.parametrize(
    "bad",
    [bad for bad in IN_FILES if ":" in bad.place and ".csv" not in bad.place and bad.name != "not UTF-8"],
    ids=lambda bad: bad.name,
)
def test_the_line_is_shown_with_a_mark_below_its_fault(bad, place):
    place(bad.files)
    shown, mark = [
        line.removeprefix("   | ")
        for line in invoke("validate", "bad.toml").err.splitlines()
        if line.startswith("   | ")
    ]
    line, column = map(int, bad.place.split(":")[1:])
    source = bad.files["bad.toml"].split("\n")[line - 1]
    assert mark == " " * (column - 1) + "^"
    assert len(shown) <= 110 and source.replace("\x1b", " ").startswith(shown)


def test_all_problems_of_a_file_come_at_once_in_the_order_of_the_file(place):
    place({"bad.toml": "titel = 1\n[time]\nhours = -1\nhuors = 1\n[habit]\nrate = true\n"})
    code, out, err = invoke("run", "bad.toml", "--out", "new")
    assert (code, out) == (2, "")
    assert [line.strip() for line in err.splitlines() if "-->" in line] == [
        f"--> bad.toml:{at}" for at in ("1:1", "3:1", "4:1", "6:1")
    ]
    assert err.endswith("4 problems in bad.toml. Nothing was run.\n")


def test_of_very_many_problems_the_first_twenty_are_shown(place):
    place({"bad.toml": "".join(f"wrong{number} = 1\n" for number in range(500))})
    err = invoke("validate", "bad.toml").err
    assert err.count("-->") == 20 and "100 problems or more" in err


def test_a_long_line_is_cut_around_its_fault(place):
    place({"bad.toml": f'title = "{"x" * 3000}"\ntime = {{ cover = 1, {" " * 500}huors = 2{" " * 400} }}\n'})
    shown, mark = [
        line.removeprefix("   | ")
        for line in invoke("validate", "bad.toml").err.splitlines()
        if line.startswith("   | ")
    ]
    assert len(shown) <= 110 and shown[mark.index("^") :].startswith("huors = 2")


def test_line_and_column_hold_whatever_ends_the_lines_and_whatever_stands_in_comments(place):
    for text, at in (
        ("# a\r\n\r\n[time]\r\nhuors = 1\r\n", "4:1"),
        ("\ufeff[time]\nhuors = 1\n", "2:1"),
        ("# a\u2028b\x85c\n[time]\nhuors = 1\n", "3:1"),
        ("[time]\n\thuors = 1\n", "2:2"),
        ("[time] # [habit]\n# hours = 1\n huors = 1\n", "3:2"),
    ):
        place({"bad.toml": text.encode()})
        assert f"--> bad.toml:{at}\n" in invoke("validate", "bad.toml").err


def test_a_file_with_a_byte_order_mark_is_read(place):
    place({"good.toml": b'\xef\xbb\xbftitle = "Mine"\n'})
    assert invoke("validate", "good.toml").code == 0


def test_a_population_that_does_not_fit_is_refused_before_memory_is_taken():
    import tracemalloc

    from plnsim.simulation.scenario import Scenario

    scenario = Scenario.of("baseline").with_values({"population.schools": 2_000, "population.primary_staff": 1e6})
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="teachers needs about"):
            scenario.world()
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


def test_seed_and_replicates_are_checked_by_the_library_too():
    from plnsim import run

    for options in (
        {"seed": -1},
        {"seed": 1.0},
        {"seed": True},
        {"seed": 2**63},
        {"replicates": 0},
        {"replicates": 2.5},
        {"workers": 0},
        {"workers": -1},
        {"engine": "fast"},
        {"engine": None},
    ):
        with pytest.raises(InputError):
            run("baseline", **options)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        (True, "true"),
        ({}, "a table"),
        ([1], "a list"),
        (0.1, "0.1"),
        (-3, "-3"),
        (float("nan"), "nan"),
        ("x" * 100, f"'{'x' * 57}...'"),
        ("\x1b[31m", r"'\x1b[31m'"),
        pytest.param(16**9999, "a number with more than 20 digits", id="very many digits"),
    ],
)
def test_messages_quote_values_as_a_scenario_file_has_them_and_short(value, quoted):
    assert quote_value(value) == quoted


def test_suggestions_are_the_nearest_name_whatever_its_capitals_or_its_section():
    assert suggestion("Baseline", ["baseline", "district"]) == "did you mean baseline?"
    assert suggestion("hours", ["time.hours", "time.cover"]) == "did you mean time.hours?"
    assert suggestion("rate", ["a.rate", "b.rate", "c.rate"]) == "did you mean a.rate, b.rate or c.rate?"
    assert suggestion("xyz", ["time", "habit"]) == "known are: habit, time"
    assert suggestion("xyz", map(str, range(1000, 1100))) == "100 names are known; none is near"
