"""Bad inputs as data: the command line, the files it finds, and what its one message must name."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from plnsim.common.parameter import Choice
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS


class Case(NamedTuple):
    """A bad input: a name, the words of the command, the files that lie there, and the texts in its message."""

    name: str
    words: tuple[str, ...]
    files: dict[str, str | bytes]
    names: tuple[str, ...]


SCENARIO_READERS = {
    "run": "run bad.toml --out new",
    "compare": "compare baseline bad.toml --out new",
    "barriers": "barriers bad.toml",
    "validate": "validate bad.toml",
    "scenarios": "scenarios bad.toml",
    "optimise": "optimise bad.toml --budget 100000 --out new",
    "odd": "odd --world bad.toml --out new.json",
    "explorable": "explorable bad.toml --out new.html",
    "story": "story bad.toml --out new.html",
    "serve": "serve bad.toml --port 0",
}
"""Every command that reads a scenario file."""

SCENARIOS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("no UTF-8", b'title = "caf\xe9"\n', ("bad.toml:1:13", "UTF-8")),
    ("UTF-16", 'title = "x"\n'.encode("utf-16"), ("bad.toml:1:1", "UTF-8")),
    ("zeros", bytes(64), ("bad.toml:1:1", "no valid TOML")),
    ("no TOML", "what is this\n", ("bad.toml:1:", "no valid TOML")),
    ("no value", "years =\n", ("bad.toml:1:8", "no valid TOML")),
    ("decimal comma", "[time]\nhours = 1,2\n", ("bad.toml:2:10", "decimal point")),
    ("key twice", "[time]\nhours = 1\nhours = 2\n", ("bad.toml:3:10", "twice")),
    ("deep arrays", f"x = {'[' * 5000}\n", ("bad.toml:1:", "too deeply")),
    ("deep keys", f"a{'.a' * 20_000} = 1\n", ("bad.toml:1:", "too deeply")),
    ("deep header", f"[a{'.a' * 500}]\n", ("bad.toml:1:", "too deeply")),
    ("many keys", "".join(f"k{number} = 1\n" for number in range(20_001)), ("bad.toml:20001:", "too many keys")),
    ("long line", f'title = "{"x" * 60_000}"\n', ("bad.toml:1:1", "50,000 letters")),
    ("many digits", f"years = {'9' * 5000}\n", ("bad.toml:1:9", "too many digits")),
    ("unknown key", "yeras = 2\n", ("bad.toml:1:1", "did you mean years?")),
    ("unknown section", "[leadrship]\nvision = 1\n", ("bad.toml:1:1", "did you mean leadership?")),
    ("unknown parameter", "[time]\nhuors = 1\n", ("bad.toml:2:1", "did you mean hours?")),
    ("text for a number", '[time]\nhours = "1"\n', ("bad.toml:2:1", "must be a number")),
    ("not finite", "[time]\nhours = inf\n", ("bad.toml:2:1", "finite")),
    ("too many years", "years = 101\n", ("bad.toml:1:1", "at most 100")),
    ("no such event", '[[calendar]]\nyear = 1\nevent = "fire"\n', ("bad.toml:3:1", "unknown event 'fire'")),
    ("late event", "years = 1\n[[calendar]]\nyear = 9\nlift.time = 1\n", ("bad.toml:2:1", "39 weeks")),
    ("calendar of numbers", "calendar = [1, 2]\n", ("bad.toml:1:", "calendar")),
    ("file is a list", '[files]\nschools = ["a.csv"]\n', ("bad.toml:2:1", "file name")),
    ("file is missing", '[files]\nschools = "gone.csv"\n', ("gone.csv", "there is no file")),
    ("workbook is missing", '[files]\nschools = "gone.xlsx"\n', ("gone.xlsx", "there is no file")),
    ("workbook of old", '[files]\nschools = "old.xls"\n', ("old.xls", "Excel workbook (.xlsx)")),
    ("no workbook", '[files]\nschools = "bad.toml"\nstaff = "bad.xlsx"\n', ("bad.toml:1:school", "no column school")),
    ("unknown file", '[files]\nschool = "a.csv"\n', ("bad.toml:2:1", "did you mean schools?")),
    ("columns as a text", '[files]\ncolumns = "URN"\n', ("bad.toml:2:1", "files.columns must be a section")),
    ("unknown column", '[files.columns]\nscool = "URN"\n', ("bad.toml:2:1", "did you mean school?")),
    ("column without a name", '[files.columns]\nschool = ""\n', ("bad.toml:2:1", "the name of a column")),
    ("column named by a number", "[files.columns]\nschool = [3]\n", ("bad.toml:2:1", "the name of a column")),
    ("disadvantage of no kind", '[files]\ndisadvantage = "percent"\n', ("bad.toml:2:1", "share")),
]

CSV_FILES: dict[str, list[tuple[str, str | bytes, tuple[str, ...]]]] = {
    "schools": [
        ("empty", "", ("schools.csv:1", "empty")),
        ("header alone", "school,teachers\n", ("schools.csv:2", "no rows")),
        ("no UTF-8", b"school,teachers\nCaf\xe9,12\n", ("schools.csv:2", "UTF-8")),
        ("no column school", "name,teachers\nA,12\n", ("schools.csv:1:school", "no column school")),
        ("no column teachers", "school\nA\n", ("schools.csv:1:teachers", "no column teachers")),
        ("column named wrongly", "skool,teachers\nA,12\n", ("schools.csv:1:school", "did you mean the column 'skool'")),
        ("column twice", "school,teachers,teachers\nA,12,12\n", ("schools.csv:1:teachers", "twice")),
        ("column written twice", "school,teachers,Teachers\nA,12,12\n", ("schools.csv:1:teachers", "twice")),
        ("too few fields", "school,teachers\nA\n", ("schools.csv:2", "1 fields")),
        ("too many fields", "school,teachers\nA,12,13\n", ("schools.csv:2", "3 fields")),
        ("open quote", 'school,teachers\n"A,12\n', ("schools.csv:2", "quotation mark")),
        ("open quote in the header", '"school,teachers\nA,12\n', ("schools.csv:1", "header")),
        ("school twice", "school,teachers\nA,12\nA,13\n", ("schools.csv:3:school", "first on line 2")),
        ("school without a name", "school,teachers\n,12\n", ("schools.csv:2:school", "is empty")),
        ("teachers empty", "school,teachers\nA,\n", ("schools.csv:2:teachers", "is empty")),
        ("teachers as a word", "school,teachers\nA,many\n", ("schools.csv:2:teachers", "not a number")),
        ("teachers negative", "school,teachers\nA,-1\n", ("schools.csv:2:teachers", "out of bounds")),
        ("teachers without end", "school,teachers\nA,inf\n", ("schools.csv:2:teachers", "not a number")),
        ("fewer than no teachers", "school,teachers\nA,-12.5\n", ("schools.csv:2:teachers", "out of bounds")),
        ("teachers with a comma", 'school,teachers\nA,"1,200"\n', ("schools.csv:2:teachers", "1.200 or 1200")),
        ("teachers in two manners", "school;teachers\nA;1,5\nB;1.5\n", ("schools.csv:2:teachers", "not a number")),
        ("header and values", "skool,teachers\nA,many\n", ("schools.csv:1:school", "schools.csv:2:teachers")),
        (
            "many equal faults",
            "school,teachers\n" + "".join(f"S{row},x{row}\n" for row in range(30)),
            ("schools.csv:2:teachers", "29 more lines: 3 to 31", "30 problems"),
        ),
        ("unknown phase", "school,teachers,phase\nA,12,middle\n", ("schools.csv:2:phase", "one of")),
        ("disadvantage in per cent", "school,teachers,disadvantage\nA,12,40\n", ("schools.csv:2:disadvantage",)),
        ("east alone", "school,teachers,east\nA,12,4\n", ("schools.csv:1", "no column north")),
        ("control character", "school,teachers\nA\x1b[31m,12\n", ("schools.csv:2:school", "control character")),
        ("line without end", f"school,teachers\n{'A' * 1_200_000},12\n", ("schools.csv:2", "too long")),
    ],
    "networks": [
        ("empty", "", ("networks.csv:1", "empty")),
        ("header alone", "network,school\n", ("networks.csv:2", "no rows")),
        ("no column network", "school,delegates\nA,1\n", ("networks.csv:1:network", "no column network")),
        ("nobody takes part", "network\nN\n", ("networks.csv:1:school", "no column school")),
        ("unknown school", "network,school\nN,A\nN,Z\n", ("networks.csv:3:school", "unknown school 'Z'")),
        ("delegates without end", "network,school,delegates\nN,A,nan\n", ("networks.csv:2:delegates",)),
        ("more delegates than teachers", "network,school,delegates\nN,A,99\nN,B,1\n", ("networks.csv:2:delegates",)),
        ("one member", "network,school,delegates\nN,A,1\n", ("networks.csv:2:network", "one member")),
        ("teacher without staff", "network,teacher\nN,t\n", ("networks.csv:1:teacher", "staff file")),
        (
            "column named wrongly",
            "netwrk,school\nN,A\n",
            ("networks.csv:1:network", "did you mean the column 'netwrk'"),
        ),
        ("too many fields", "network,school\nN,A,1\n", ("networks.csv:2", "3 fields")),
        ("no UTF-8", b"network,school\n\xff,A\n", ("networks.csv:2", "UTF-8")),
    ],
}
"""By kind of file: a broken one beside two schools, A and B."""

GIAS = "URN,EstablishmentStatus (name),PhaseOfEducation (name),NumberOfPupils\n1,Open,Primary,200\n"
"""A school of England's register, of which no file says how many teachers it has."""
GOOD_SCHOOLS = "school,teachers\nA,12\nB,14\n"
EXPERIMENT = {
    "method": '"latin"',
    "size": "20",
    "replicates": "1",
    "years": "1",
    "outcomes": '["deep_use"]',
    "vary.parameters": '["time.hours", "adoption.threshold"]',
    "set.population.schools": "6",
}
"""An experiment that could be performed."""

EXPERIMENTS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("method as a number", {"method": "3"}, ("bad.toml:1:1", "method")),
    ("unknown method", {"method": '"sobl"'}, ("bad.toml:1:1", "sobol")),
    ("size of nothing", {"size": "0"}, ("bad.toml:2:1", "size")),
    ("negative size", {"size": "-8"}, ("bad.toml:2:1", "size cannot be -8")),
    ("size in part", {"size": "20.5"}, ("bad.toml:2:1", "size")),
    ("size as a text", {"size": '"20"'}, ("bad.toml:2:1", "size")),
    ("size that is yes", {"size": "true"}, ("bad.toml:2:1", "size must be a whole number, got true")),
    ("size of no machine", {"size": "99999999999999999"}, ("bad.toml:2:1", "size")),
    ("size of a thousand digits", {"size": "9" * 1000}, ("bad.toml:2:1", "size cannot be a number with more than")),
    ("Sobol of no power of two", {"method": '"sobol"', "size": "7"}, ("bad.toml:2:1", "power of two", "size = 4 or 8")),
    ("Sobol of one", {"method": '"sobol"', "size": "1"}, ("bad.toml:2:1", "size")),
    ("Morris of one", {"method": '"morris"', "size": "1"}, ("bad.toml:2:1", "size")),
    ("FAST of a few", {"method": '"efast"', "size": "8"}, ("bad.toml:", "efast")),
    ("grid of too many", {"method": '"grid"', "size": "9" * 300}, ("bad.toml:2:1", "size")),
    ("no replicates", {"replicates": "0"}, ("bad.toml:3:1", "replicates")),
    ("replicates without end", {"replicates": "inf"}, ("bad.toml:3:1", "replicates")),
    ("replicates as a list", {"replicates": "[1]"}, ("bad.toml:3:1", "replicates")),
    ("no years", {"years": "0"}, ("bad.toml:4:1", "years")),
    ("years of NaN", {"years": "nan"}, ("bad.toml:4:1", "years")),
    ("years as a text", {"years": '"one"'}, ("bad.toml:4:1", "years")),
    ("unknown outcome", {"outcomes": '["deep_usa"]'}, ("bad.toml:5:13", "did you mean deep_use?")),
    ("outcome as a number", {"outcomes": "[1]"}, ("bad.toml:5:13", "an outcome is a name")),
    ("outcome as a list", {"outcomes": '[["use"]]'}, ("bad.toml:5:13", "an outcome is a name")),
    ("outcome as a table", {"outcomes": "[{ a = 1 }]"}, ("bad.toml:5:13", "an outcome is a name")),
    ("outcomes as a text", {"outcomes": '"deep_use"'}, ("bad.toml:5:1", "list of names")),
    ("no outcomes", {"outcomes": "[]"}, ("bad.toml:5:1", "outcomes")),
    ("unknown parameter varies", {"vary.parameters": '["time.huors"]'}, ("bad.toml:6:", "did you mean time.hours?")),
    ("parameter as a list", {"vary.parameters": '["time.hours", ["x"]]'}, ("bad.toml:6:", "a list")),
    ("parameter as a number", {"vary.parameters": "[3]"}, ("bad.toml:6:", "3")),
    ("parameters as a number", {"vary.parameters": "3"}, ("bad.toml:6:", "parameters")),
    ("nothing varies", {"vary.parameters": "[]"}, ("bad.toml:", "varies")),
    ("unknown group", {"vary.groups": '["tiem"]'}, ("bad.toml:", "tiem")),
    ("unknown key of what varies", {"vary.paramters": "[]"}, ("bad.toml:", "did you mean parameters?")),
    ("set out of bounds", {"set.population.schools": "0"}, ("bad.toml:7:", "at least 1")),
    ("set an unknown parameter", {"set.population.shcools": "3"}, ("bad.toml:8:", "did you mean population.schools?")),
    ("set in a text", {"set.time.hours": '"1"'}, ("bad.toml:8:", "must be a number")),
    ("unknown scenario", {"scenario": '"baselin"'}, ("bad.toml:8:1", "did you mean baseline?")),
    ("scenario as a number", {"scenario": "3"}, ("bad.toml:8:1", "list of names")),
    ("scenarios as a text", {"scenarios": '"baseline"'}, ("bad.toml:8:1", "list of names")),
    ("scenario file that is not there", {"scenario": '"gone.toml"'}, ("bad.toml:8:1", "gone.toml")),
    ("negative seed", {"seed": "-1"}, ("bad.toml:8:1", "seed")),
    ("seed as a text", {"seed": '"lucky"'}, ("bad.toml:8:1", "seed")),
    ("seed of no bits", {"seed": "99999999999999999999"}, ("bad.toml:8:1", "seed")),
    ("unknown key", {"replicats": "3"}, ("bad.toml:8:1", "did you mean replicates?")),
    ("title as a number", {"title": "3"}, ("bad.toml:8:1", "title")),
    ("unknown source", {"sources": '["eef-rcl"]'}, ("bad.toml:8:", "eef-rcl")),
    ("factors of no factorial", {"factors.time.low.time.hours": "1"}, ("bad.toml:8:1", "factorial")),
    ("alternative outside", {'alternatives."../../up".time.hours': "1"}, ("bad.toml:8:", "cannot name a file")),
    ("alternative that is a place", {'alternatives."a/b".time.hours': "1"}, ("bad.toml:8:", "it holds /")),
    ("alternative that hides", {'alternatives.".a".time.hours': "1"}, ("bad.toml:8:", "begins with a point")),
    ("alternative without a name", {'alternatives."".time.hours': "1"}, ("bad.toml:8:", "it is empty")),
    ("alternative that turns", {'alternatives."a\\u202eb".time.hours': "1"}, ("bad.toml:8:", "cannot be seen")),
    ("alternative that is a device", {'alternatives."NUL".time.hours': "1"}, ("bad.toml:8:", "Windows")),
    ("alternatives as a list", {"alternatives": "[1]"}, ("bad.toml:8:1", "alternatives must be a table")),
    ("every so many weeks below zero", {"every_weeks": "-1"}, ("bad.toml:8:1", "every_weeks")),
    ("lift of too much", {"lift": "3"}, ("bad.toml:8:1", "lift")),
    ("resamples as a text", {"resamples": '"many"'}, ("bad.toml:8:1", "resamples")),
]
"""What is changed in the experiment, or added on its eighth line."""

CALIBRATION = {
    "scenario": '"baseline"',
    "data": '"series.csv"',
    "discrepancy": "0.02",
    "budget": "1000",
    "waves": "1",
    "replicates": "2",
    "vary.parameters": '["time.hours", "adoption.alone"]',
    "set.population.schools": "6",
}
"""A calibration that could be performed."""

CALIBRATIONS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("unknown scenario", {"scenario": '"baselin"'}, ("bad.toml:1:1", "did you mean baseline?")),
    ("scenario as a list", {"scenario": "[1]"}, ("bad.toml:1:1", "scenario must be a name")),
    ("data as a number", {"data": "3"}, ("bad.toml:2:1", "data must be the name of a file")),
    ("data that is not there", {"data": '"gone.csv"'}, ("gone.csv", "there is no file")),
    ("data that is a device", {"data": '"/dev/zero"'}, ("/dev/zero", "a device")),
    ("data that is a folder", {"data": '"."'}, ("a folder", "CSV file")),
    ("negative discrepancy", {"discrepancy": "-1"}, ("bad.toml:3:1", "discrepancy")),
    ("discrepancy of NaN", {"discrepancy": "nan"}, ("bad.toml:3:1", "discrepancy")),
    ("discrepancy as a text", {"discrepancy": '"small"'}, ("bad.toml:3:1", "discrepancy")),
    ("budget too small", {"budget": "10"}, ("bad.toml:4:1", "budget")),
    ("budget as a text", {"budget": '"much"'}, ("bad.toml:4:1", "budget")),
    ("budget of no machine", {"budget": "9" * 50}, ("bad.toml:4:1", "budget")),
    ("budget in part", {"budget": "1000.5"}, ("bad.toml:4:1", "budget")),
    ("no waves", {"waves": "0"}, ("bad.toml:5:1", "waves")),
    ("too many waves", {"waves": "21"}, ("bad.toml:5:1", "waves")),
    ("one replicate", {"replicates": "1"}, ("bad.toml:6:1", "replicates")),
    ("replicates as a list", {"replicates": "[2]"}, ("bad.toml:6:1", "replicates")),
    ("nothing varies", {"vary.parameters": "[]"}, ("bad.toml", "0 parameters vary")),
    ("unknown parameter", {"vary.parameters": '["time.huors"]'}, ("bad.toml:7:", "did you mean time.hours?")),
    ("parameter as a table", {"vary.parameters": "[{ a = 1 }]"}, ("bad.toml:7:", "a table")),
    ("a switch varies", {"vary.parameters": '["programme.topology"]'}, ("bad.toml:", "programme.topology")),
    ("unknown key of what varies", {"vary.by_group": "true"}, ("bad.toml:9:", "unknown key 'by_group'")),
    ("set out of bounds", {"set.population.schools": "-1"}, ("bad.toml:8:", "at least 1")),
    ("unknown key", {"titel": '"x"'}, ("bad.toml:9:1", "did you mean title?")),
    ("unknown method", {"method": '"guessing"'}, ("bad.toml:9:1", "guessing")),
    ("unknown unit of time", {"time_in": '"months"'}, ("bad.toml:9:1", "months")),
    ("unknown outcome", {"outcome": '"usa"'}, ("bad.toml:9:1", "usa")),
    ("held out as a word", {"hold_out": '"some"'}, ("bad.toml:9:1", "hold_out")),
    ("held out of nothing", {"hold_out": "[77]"}, ("bad.toml:9:", "77")),
    ("everything held out", {"hold_out": "[0.5, 1, 1.5]"}, ("bad.toml:9:1", "everything is held out")),
    ("too few years", {"years": "0.5"}, ("bad.toml:9:1", "observed after")),
    ("negative seed", {"seed": "-1"}, ("bad.toml:9:1", "seed")),
    ("patterns as a table", {"pattern.outcome": '"use"'}, ("bad.toml:9:", "patterns are tables in a list")),
    ("patterns as numbers", {"pattern": "[1]"}, ("bad.toml:9:", "pattern")),
    ("pattern of nothing", {"pattern": '[{ outcome = "usa", value = 1, tolerance = 1 }]'}, ("bad.toml:9:", "usa")),
    (
        "pattern of hundreds of digits",
        {"pattern": f'[{{ outcome = "use", value = {"9" * 400}, tolerance = 1 }}]'},
        ("bad.toml:9:", "value must be a number from -0.25 to 1.25, got a number with more than"),
    ),
    ("standard error below zero", {"standard_error": "-0.1"}, ("bad.toml:9:1", "standard_error")),
    ("first year of no calendar", {"first_year": "1"}, ("bad.toml:9:1", "the calendar year that is year 1")),
    ("first year as a text", {"first_year": '"2012"'}, ("bad.toml:9:1", "first_year cannot be '2012'")),
    ("correlation of all", {"correlation": "1"}, ("bad.toml:9:1", "correlation must be a number from 0 to 0.99")),
    ("series as a number", {"series": "1"}, ("bad.toml:9:1", "series are tables in a list")),
    ("series without data", {"series": "[{ outcome = 'use' }]"}, ("bad.toml:9:", "the series names no data")),
    ("series of nothing", {"series": "[{ data = 'gone.csv' }]"}, ("gone.csv", "there is no file")),
    ("series twice", {"series": "[{ data = 'series.csv' }]"}, ("bad.toml:9:", "use is observed twice")),
    ("priors as a list", {"priors": "[1]"}, ("bad.toml:9:1", "priors must be a table")),
    ("prior as a number", {"priors.time.hours": "1"}, ("bad.toml:9:1", "a distribution is a table")),
    ("prior of no shape", {"priors.time.hours": "{ shape = 'beta' }"}, ("bad.toml:9:", "there is no shape 'beta'")),
    (
        "prior of nothing",
        {"priors.time.huors": "{ shape = 'uniform', low = 0, high = 1 }"},
        ("bad.toml:9:1", "did you mean time.hours?"),
    ),
]

OBSERVED: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("empty", "", ("series.csv:1", "empty")),
    ("header alone", "time,value,standard_error\n", ("series.csv:2", "no rows")),
    ("no header", "0.5,0.02,0.01\n1,0.05,0.01\n", ("series.csv:1:", "time")),
    ("no column value", "time,standard_error\n1,0.01\n", ("series.csv:1:value", "no column value")),
    ("column left out", "time,value,error\n1,0.05,0.01\n", ("series.csv: the column 'error'", "standard_error nor")),
    ("value as a word", "time,value,standard_error\n1,few,0.01\n", ("series.csv:2:value", "not a number")),
    ("value empty", "time,value,standard_error\n1,,0.01\n", ("series.csv:2:value", "is empty")),
    ("share above one", "time,value,standard_error\n1,5,0.01\n", ("series.csv:2:value", "out of bounds")),
    ("value without end", "time,value,standard_error\n1,inf,0.01\n", ("series.csv:2:value", "not a number")),
    ("time below zero", "time,value,standard_error\n-1,0.05,0.01\n", ("series.csv:2:time", "out of bounds")),
    ("calendar years", "time,value,standard_error\n2015,0.05,0.01\n", ("series.csv:2:time", "first_year = 2015")),
    ("share far below none", "time,value,standard_error\n1,-0.1,0.02\n", ("series.csv:2:value", "out of bounds")),
    ("time as a word", "time,value,standard_error\nlater,0.05,0.01\n", ("series.csv:2:time", "not a number")),
    ("same time twice", "time,value,standard_error\n1,0.05,0.01\n1,0.06,0.01\n", ("series.csv:3:time", "twice")),
    ("no error at all", "time,value\n1,0.05\n", ("series.csv:2", "standard_error")),
    ("error below zero", "time,value,standard_error\n1,0.05,-1\n", ("series.csv:2:standard_error",)),
    ("sample of nobody", "time,value,sample_size\n1,0.05,0\n", ("series.csv:2:sample_size",)),
    ("unknown outcome", "time,value,standard_error,outcome\n1,0.05,0.01,usa\n", ("series.csv:2:outcome", "usa")),
    ("too few fields", "time,value,standard_error\n1,0.05\n", ("series.csv:2", "2 fields")),
    ("open quote", 'time,value,standard_error\n"1,0.05,0.01\n', ("series.csv:2", "quotation mark")),
    ("no UTF-8", b"time,value,standard_error\n1,\xff,0.01\n", ("series.csv:2", "UTF-8")),
]

ANSWERS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("no TOML", "vision 3\n", ("bad.toml:1:", "no valid TOML")),
    ("no UTF-8", b'vision = "\xff"\n', ("bad.toml:1:", "UTF-8")),
    ("unknown question", "visoin = 3\n", ("bad.toml:1:1", "did you mean vision?")),
    ("answer of none", "vision = 0\n", ("bad.toml:1:1", "cannot be answered by 0")),
    ("answer of six", "support = 6\n", ("bad.toml:1:1", "cannot be answered by 6")),
    ("answer in part", "time = 2.5\n", ("bad.toml:1:1", "cannot be answered by 2.5")),
    ("answer as a word", 'focus = "well"\n', ("bad.toml:1:1", "cannot be answered by 'well'")),
    ("answer that is yes", "focus = true\n", ("bad.toml:1:1", "cannot be answered by true")),
    ("answer as a list", "focus = [1, 2]\n", ("bad.toml:1:1", "cannot be answered by a list")),
    ("answer as a table", "focus = { a = 1 }\n", ("bad.toml:1:1", "cannot be answered by a table")),
    ("answer of many digits", f"focus = {'9' * 5000}\n", ("bad.toml:1:", "too many digits")),
    ("answer twice", "focus = 1\nfocus = 2\n", ("bad.toml:2:", "twice")),
    ("deep keys", f"a{'.a' * 20_000} = 1\n", ("bad.toml:1:", "too deeply")),
    ("long line", f"# {'x' * 60_000}\n", ("bad.toml:1:1", "50,000 letters")),
]

NUMBERS = {"0": "none", "-1": "below zero", "nan": "NaN", "1e99": "1e99", "many": "a word", "": "nothing"}
NUMBER_OPTIONS: list[tuple[str, str, tuple[str, ...]]] = [
    ("run baseline --out new", "--replicates", ("0", "-1", "nan", "1e99", "many", "")),
    ("run baseline --out new", "--seed", ("-1", "nan", "1e99", "many", "")),
    ("run baseline --out new", "--years", ("0", "-1", "nan", "1e99", "many", "")),
    ("run baseline --out new", "--workers", ("0", "-1", "nan", "1e99", "many", "")),
    ("compare baseline district --out new", "--replicates", ("0", "-1", "nan", "many")),
    ("compare baseline district --out new", "--seed", ("-1", "nan", "many")),
    ("compare baseline district --out new", "--years", ("0", "-1", "nan", "1e99", "many")),
    ("compare baseline district --out new", "--workers", ("0", "-1", "many")),
    ("barriers baseline", "--replicates", ("0", "-1", "nan", "many")),
    ("barriers baseline", "--seed", ("-1", "nan", "many")),
    ("barriers baseline", "--years", ("0", "-1", "nan", "1e99", "many")),
    ("barriers baseline", "--lift", ("0", "-1", "nan", "1e99", "many")),
    ("optimise baseline --out new", "--budget", ("0", "-1", "nan", "1e99", "many", "")),
    ("optimise baseline --budget 200000 --out new", "--evaluations", ("0", "-1", "nan", "many")),
    ("optimise baseline --budget 200000 --out new", "--replicates", ("0", "-1", "nan", "many")),
    ("optimise baseline --budget 200000 --out new", "--seed", ("-1", "nan", "many")),
    ("optimise baseline --budget 200000 --out new", "--workers", ("0", "-1", "many")),
    ("experiment crossing --out new", "--size", ("0", "-1", "nan", "many")),
    ("experiment crossing --out new", "--workers", ("0", "-1", "nan", "many")),
    ("calibrate teachers-toolkit --out new", "--budget", ("0", "-1", "nan", "many")),
    ("calibrate teachers-toolkit --out new", "--workers", ("0", "-1", "nan", "many")),
    ("calibrate teachers-toolkit --out new", "--simulation-based", ("0", "-1", "nan", "many")),
    ("trial own-trial --out new", "--trials", ("0", "-1", "nan", "many", "9" * 30)),
    ("trial own-trial --out new", "--seed", ("-1", "nan", "many")),
    ("trial own-trial --out new", "--workers", ("0", "-1", "nan", "many")),
    ("headline --quick --out new", "--workers", ("0", "-1", "nan", "many")),
    ("explorable --out new.html", "--seed", ("-1", "nan", "many")),
    ("odd --world baseline --out new.json", "--seed", ("-1", "nan", "many")),
    ("odd --world baseline --out new.json", "--replicate", ("-1", "nan", "many")),
    ("odd --world baseline --out new.json", "--years", ("0", "-1", "nan", "1e99", "many")),
    ("ablations baseline --out new", "--replicates", ("0", "-1", "nan", "many")),
    ("ablations baseline --out new", "--patterns", ("0", "-1", "nan", "many")),
    ("ablations baseline --out new", "--seed", ("-1", "nan", "many")),
    ("ablations baseline --out new", "--years", ("0", "-1", "nan", "1e99", "many")),
    ("ablations baseline --out new", "--workers", ("0", "-1", "nan", "many")),
    ("validate-model --out new", "--replicates", ("0", "-1", "nan", "many")),
    ("validate-model --out new", "--seed", ("-1", "nan", "many")),
    ("validate-model --out new", "--workers", ("0", "-1", "many")),
    ("serve baseline", "--port", ("-1", "nan", "many", "65536")),
    ("discover store --when x", "--resamples", ("0", "-1", "nan", "many")),
    ("discover store --when x", "--seed", ("-1", "nan", "many")),
]
"""Numbers that an option does not take; the message names the option."""

TAKES_A_NAME = [
    *("run", "barriers", "compare baseline", "validate", "scenarios", "parameters", "experiment", "calibrate", "trial"),
    *("compact", "replay", "report", "readiness", "init", "serve", "explorable"),
]
TAKES_A_FILE = ["run baseline --out", "odd --out", "odd --world", "readiness --init", "export store --out"]

MANIFEST = '{"schema_version": 1, "experiment": {}, "asked": [1]}'
COMMANDS: list[tuple[str, dict[str, str | bytes], tuple[str, ...]]] = [
    # words
    ("rnu baseline", {}, ("no command 'rnu'", "did you mean run?")),
    ("run", {}, ("SCENARIO", "plnsim run --help")),
    ("run baseline district", {}, ("district", "plnsim run --help")),
    ("run baseline --sede 1", {}, ("--sede", "--seed")),
    ("run baseline --seed", {}, ("--seed", "argument")),
    *((f"{words} ''", {}, (f"plnsim {words} ''", "an argument is empty")) for words in TAKES_A_NAME),
    *((f"{words} ''", {}, (words.split()[-1], "is empty")) for words in TAKES_A_FILE),
    *((f"{words}=", {}, (words.split()[-1], "is empty")) for words in TAKES_A_FILE),
    ("run .", {}, ("is a folder",)),
    ("run ../baseline", {}, ("there is no scenario",)),
    ("run /dev/zero", {}, ("there is no scenario '/dev/zero'",)),
    ("run baseline --set 'a\nb=1'", {}, ("--set", "a?b")),
    ("run baseline --engine fast", {}, ("'fast' is not one of",)),
    ("run baseline --overwrite", {}, ("--overwrite", "--out FOLDER")),
    ("compare baseline", {}, ("two scenarios or more",)),
    ("compare", {}, ("SCENARIOS", "plnsim compare --help")),
    ("compare baseline baseline --out new", {}, ("two of the scenarios are called 'baseline'",)),
    ("compare baseline distric --out new", {}, ("did you mean district?",)),
    ("compare baseline district --baseline england --out new", {}, ("--baseline", "not among the scenarios")),
    ("compare baseline district --out full", {"full/notes.txt": "x"}, ("full", "not empty")),
    ("compare baseline district --out taken", {"taken": "x"}, ("taken", "is a file")),
    ("barriers baselin", {}, ("did you mean baseline?",)),
    ("barriers baseline --set time.huors=1", {}, ("--set time.huors=1", "did you mean time.hours?")),
    ("barriers baseline --set time.hours", {}, ("--set", "names no value")),
    ("validate", {}, ("FILES", "plnsim validate --help")),
    ("validate gone.toml", {}, ("gone.toml", "there is no file")),
    ("validate .", {}, ("folder",)),
    ("scenarios baselin", {}, ("did you mean baseline?",)),
    ("parameters time.huors", {}, ("did you mean time.hours?",)),
    ("experiments extra", {}, ("extra", "plnsim experiments --help")),
    ("init", {}, ("FILE", "plnsim init --help")),
    ("init mine.txt", {}, ("mine.txt", "ends in .toml")),
    ("init gone/mine.toml", {}, ("gone/mine.toml", "folder that exists")),
    ("init mine.toml", {"mine.toml": "x"}, ("mine.toml", "--force")),
    ("init taken/mine.toml", {"taken": "x"}, ("taken/mine.toml", "cannot be written")),
    ("odd --out there.md --seed 2", {}, ("--seed", "--world")),
    ("odd --replicate 1", {}, ("--replicate", "--world")),
    ("odd --set time.hours=1", {}, ("--set", "--world")),
    ("odd --out there.md", {"there.md": "x"}, ("there.md", "--overwrite")),
    ("odd --out gone/there.md", {}, ("gone/there.md", "cannot be written")),
    ("odd --world baselin", {}, ("did you mean baseline?",)),
    ("odd --world baseline --set time.hours=x", {}, ("--set time.hours=x", "must be a number")),
    ("guide --no-open --out taken", {"taken": "x"}, ("taken", "is a file")),
    ("guide --no-open --out full", {"full/notes.txt": "x"}, ("full", "not empty")),
    ("story --seed -1 --out new.html", {}, ("--seed",)),
    ("story --out there.html", {"there.html": "x"}, ("there.html", "--overwrite")),
    ("story --texts none.toml --out new.html", {}, ("none.toml",)),
    ("explorable --out there.html", {"there.html": "x"}, ("there.html", "--overwrite")),
    ("explorable --out gone/there.html", {}, ("gone/there.html",)),
    ("explorable baselin", {}, ("did you mean baseline?",)),
    ("serve baselin", {}, ("did you mean baseline?",)),
    ("serve --host no.such.host.invalid", {}, ("--host", "cannot bind")),
    ("serve --host ''", {}, ("--host",)),
    # an experiment, a calibration
    ("experiment crosing --out new", {}, ("did you mean crossing?",)),
    ("experiment gone.toml --out new", {}, ("gone.toml", "there is no file")),
    (
        "experiment bad.toml --out new",
        {"bad.toml": "[time]\nhours = 1\n"},
        ("bad.toml", "a scenario, not an experiment"),
    ),
    ("experiment crossing --share 0/3 --out new", {}, ("--share", "3/40")),
    ("experiment crossing --share 4/3 --out new", {}, ("--share", "3/40")),
    ("experiment crossing --share 1 --out new", {}, ("--share", "3/40")),
    (f"experiment crossing --share 1/{'9' * 5000} --out new", {}, ("--share", "3/40")),
    ("experiment screening --size 99999999999 --out new", {}, ("--size",)),
    ("experiment crossing --scheduler tcp://x:1 --out new", {}, ("--scheduler", "--executor dask")),
    ("experiment crossing --executor dask --scheduler garbage --out new", {}, ("--scheduler", "garbage")),
    ("experiment crossing --executor slurm --out new", {}, ("'slurm' is not one of",)),
    ("experiment crossing --out taken", {"taken": "x"}, ("taken",)),
    ("experiment crossing --out full", {"full/thesis.txt": "x"}, ("full", "holds other files and no experiment")),
    ("experiment crossing --out full", {"full/baseline/notes.txt": "x"}, ("full/baseline", "holds other files")),
    ("experiment crossing --out store", {"store/manifest.json": "{}"}, ("store", "the store of one variant")),
    ("headline --quick --out full", {"full/thesis.txt": "x"}, ("full", "holds other files and no experiment")),
    ("calibrate teachers-tolkit --out new", {}, ("did you mean teachers-toolkit?",)),
    ("calibrate gone.toml --out new", {}, ("gone.toml", "there is no file")),
    ("calibrate", {}, ("FILE", "calibrat")),
    ("calibrate teachers-toolkit --scheduler tcp://x:1 --out new", {}, ("--scheduler", "--executor dask")),
    ("calibrate teachers-toolkit --out taken", {"taken": "x"}, ("taken",)),
    ("trial own-trail --out new", {}, ("did you mean own-trial?",)),
    ("trial gone.toml --out new", {}, ("gone.toml", "there is no file")),
    ("trial", {}, ("FILE", "plnsim trial --help")),
    ("trial own-trial --out taken", {"taken": "x"}, ("taken",)),
    ("trial own-trial --out full", {"full/thesis.txt": "x"}, ("full", "not empty")),
    ("trial own-trial --out full", {"full/trial.json": "{}"}, ("full", "--overwrite")),
    ("trial own-trial --overwrite --out full", {"full/trial.json": "{}", "full/a.txt": ""}, ("full", "not empty")),
    ("headline --quick --out taken", {"taken": "x"}, ("taken",)),
    ("headline --quick --scheduler tcp://x:1 --out new", {}, ("--scheduler", "--executor dask")),
    ("optimise baseline", {}, ("--budget", "plnsim optimise --help")),
    ("optimise baselin --budget 100000", {}, ("did you mean baseline?",)),
    ("optimise baseline --budget 200000 --levers hous", {}, ("--levers", "no lever hous")),
    ("optimise baseline --budget 200000 --levers ,", {}, ("--levers",)),
    ("optimise baseline --budget 200000 --price huor=3", {}, ("--price huor=3", "no price 'huor'")),
    ("optimise baseline --budget 150,000", {}, ("--budget", "150000 without commas?")),
    ("optimise baseline --budget 200000 --price country=US", {}, ("--price country=US", "[prices] with country")),
    ("optimise baseline --budget 200000 --price focus", {}, ("--price", "is no price")),
    ("optimise baseline --budget 200000 --price focus=-3", {}, ("--price focus=-3", "prices.focus", "at least 0")),
    ("optimise baseline --budget 200000 --price focus=nan", {}, ("--price", "focus")),
    ("optimise baseline --budget 200000 --out full", {"full/notes.txt": "x"}, ("full", "not empty")),
    # readiness
    ("readiness gone.toml", {}, ("gone.toml", "there is no file")),
    ("readiness /dev/zero", {}, ("/dev/zero",)),
    ("readiness --init there.toml", {"there.toml": "x"}, ("there.toml", "was not touched")),
    ("readiness --init there.txt", {}, ("there.txt", "ends in .toml")),
    ("readiness --init gone/there.toml", {}, ("gone/there.toml", "folder that exists")),
    ("readiness there.toml --init new.toml", {"there.toml": ""}, ("--init", "one of the two")),
    ("readiness there.toml --replicates 0", {"there.toml": ""}, ("--replicates 0",)),
    ("readiness there.toml --seed -1", {"there.toml": ""}, ("--seed -1", "the seed cannot be -1")),
    # stores
    ("export gone --out new", {}, ("gone", "holds no experiment")),
    ("export store", {"store/manifest.json": "{}"}, ("--out", "plnsim export --help")),
    ("export store --out new --format xls", {}, ("'xls' is not one of",)),
    ("export store --out new", {"store/manifest.json": ""}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": "[]"}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": "{}"}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": "null"}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": b"\xff\xfe"}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": "[" * 100_000}, ("manifest.json", "damaged")),
    ("export store --out new", {"store/manifest.json": MANIFEST}, ("manifest.json", "damaged")),
    ("export gone --format network --out new", {}, ("there is no scenario 'gone'",)),
    ("export baseline --format network --out new --seed -1", {}, ("--seed -1", "the seed cannot be -1")),
    ("export baseline --format network --out full", {"full/notes.txt": "x"}, ("full", "not empty")),
    (
        "export bad.toml --format network --out new",
        {"bad.toml": "yeras = 2\n"},
        ("bad.toml:1:1", "did you mean years?"),
    ),
    ("export store --out new --seed 3", {"store/manifest.json": MANIFEST}, ("--seed 3", "--format network")),
    ("export old --format network --out new", {"old/provenance.json": "{"}, ("old/provenance.json", "damaged")),
    ("discover gone --when 'use >= 0.5'", {}, ("gone", "holds no experiment")),
    ("discover gone", {}, ("--when", "plnsim discover --help")),
    ("discover store --when 'use >= 0.5'", {"store/manifest.json": "7"}, ("manifest.json", "damaged")),
    ("discover store --when 'use >= 0.5'", {"store/manifest.json": MANIFEST}, ("manifest.json", "damaged")),
    ("compact gone", {}, ("gone", "holds no experiment")),
    ("compact store", {"store/manifest.json": MANIFEST}, ("manifest.json", "damaged")),
    # records
    ("replay gone", {}, ("gone", "holds no record")),
    ("report gone", {}, ("gone", "holds no record")),
    ("report old", {"old/provenance.json": "{"}, ("old/provenance.json", "damaged")),
    ("report old", {"old/provenance.json": "[]"}, ("old/provenance.json", "damaged")),
    ("report old", {"old/provenance.json": "null"}, ("old/provenance.json", "damaged")),
    ("report old", {"old/provenance.json": b"\xff"}, ("old/provenance.json", "damaged")),
    ("report old", {"old/provenance.json": '{"schema_version": 2}'}, ("old/provenance.json", "schema 2")),
    ("report old", {"old/provenance.json": '{"schema_version": 1}'}, ("old/provenance.json", "it has no")),
    ("replay old", {"old/provenance.json": "[" * 100_000}, ("old/provenance.json", "damaged")),
    ("replay old", {"old/provenance.json": '{"schema_version": [1]}'}, ("old/provenance.json", "schema")),
    ("replay old", {"old/provenance.json": "7"}, ("old/provenance.json", "damaged")),
    # registers and networks
    ("import", {}, ("plnsim import --help",)),
    ("import gais a.csv --out new", {}, ("did you mean gias?",)),
    ("import gias a.csv", {}, ("--out",)),
    ("import gias --out new", {}, ("FILE",)),
    ("import gias gone.csv --out new", {}, ("gone.csv", "there is no file")),
    ("import gias a.csv --out new", {"a.csv": ""}, ("a.csv:1", "empty")),
    ("import gias a.csv --out new", {"a.csv": "URN,Name\n1,x\n"}, ("a.csv", "EstablishmentStatus (name)")),
    ("import gias a.csv --out new", {"a.csv": GIAS.replace("URN", "Urne")}, ("a.csv:1", "no column 'URN'")),
    ("import gias a.csv --out new", {"a.csv": GIAS}, ("--pupils-per-teacher", "number of teachers")),
    ("import gias a.csv --out new", {"a.csv": GIAS.replace("Open", "Closed")}, ("a.csv", "not open: Closed")),
    ("import gias a.csv --out new --pupils-per-teacher 0", {"a.csv": GIAS}, ("--pupils-per-teacher",)),
    ("import gias a.csv --out new --speed nan", {"a.csv": GIAS}, ("--speed",)),
    ("import gias a.csv --out new --where LA", {"a.csv": GIAS}, ("--where", "COLUMN=VALUE")),
    ("import gias a.csv --out new --where LA=Kent", {"a.csv": GIAS}, ("a.csv:1", "no column 'LA'")),
    (
        "import gias a.csv --out new --pupils-per-teacher 20 --where URN=7",
        {"a.csv": GIAS},
        ("--where", "no school is as --where asks"),
    ),
    ("import gias a.csv --out new --phase All=both", {"a.csv": GIAS}, ("--phase", "All=primary")),
    ("import gias a.csv --out new --column scool=URN", {"a.csv": GIAS}, ("--column", "did you mean school?")),
    ("import gias a.csv --out full", {"a.csv": GIAS, "full/notes.txt": "x"}, ("full", "not empty")),
    ("import gias a.xlsx --out new", {"a.xlsx": "no workbook"}, ("a.xlsx", "workbook cannot be read")),
    ("import gias a.csv --out new", {"a.csv": GIAS + '"x'}, ("a.csv:3", "quotation mark")),
    ("import schools a.csv --out new", {"a.csv": "id,place\n1,2\n"}, ("a.csv:1", "--column teachers=NAME")),
    (
        "import schools a.csv --out new",
        {"a.csv": "id,level,teachers,rank\n1,primary,2,40\n"},
        ("'disadvantage' or 'rank'", "from 0 to 1"),
    ),
    ("import network gone.csv --out new", {}, ("gone.csv", "there is no file")),
    ("import network a.doc --out new", {"a.doc": "x"}, ("a.doc", ".graphml")),
    ("import network a.csv --out new", {"a.csv": "a,b\n"}, ("a.csv:1", "--no-header")),
    ("import network a.csv --out new", {"a.csv": "from,to\na,b\n"}, ("a.csv", "--staff FILE")),
    ("import network a.csv --out new --one-school X", {"a.csv": "a,b,c,d\n1,2,3,4\n"}, ("a.csv:1", "two columns")),
    ("import network a.csv --out new --one-school X", {"a.csv": "from,to\n,b\n"}, ("a.csv:2", "names nobody")),
    ("import network a.csv --out new --one-school X", {"a.csv": ",a,b\na,0,1\nb,x,0\n"}, ("a.csv:3", "no number")),
    (
        "import network a.csv --out new --staff s.csv",
        {"a.csv": "from,to\na,b\n", "s.csv": "teacher,school\na,S\n"},
        ("s.csv", "have no row among the staff: b"),
    ),
    ("import network a.graphml --out new", {"a.graphml": "<graphml"}, ("a.graphml", "no GraphML")),
    ("import network a.gexf --out new", {"a.gexf": "<gexf>"}, ("a.gexf", "no GEXF")),
    ("import network a.net --out new", {"a.net": "*Vertices x\n"}, ("a.net", "no Pajek")),
    ("import network a.dl --out new --one-school X", {"a.dl": "x"}, ("a.dl:1", "no UCINET file")),
    ("import network a.dl --out new --one-school X", {"a.dl": "dl n=2\ndata:\n0 1 1\n"}, ("a.dl", "4 numbers")),
    (
        "import network a.dl --out new --one-school X",
        {"a.dl": "dl n=2 format=edgelist1\ndata:\n1 3\n"},
        ("a.dl", "from 1 to 2"),
    ),
    ("import network a.dl --out new --one-school X", {"a.dl": "dl n=2 format=blockmatrix\ndata:\n"}, ("blockmatrix",)),
    ("import network a.csv --out new --type friends", {"a.csv": "a,b\n"}, ("--type", "'friends'")),
    ("import network a.csv --out new --least nan", {"a.csv": "a,b\n"}, ("--least", "nan")),
    ("import network a.csv --out new --repeated twice", {"a.csv": "a,b\n"}, ("--repeated", "'twice'")),
    ("ablations baseline --out taken --replicates 2", {"taken": "x"}, ("taken",)),
    ("ablations baseline --only leadersip", {}, ("leadersip", "did you mean leadership?")),
    ("validate-model --out taken --replicates 2", {"taken": "x"}, ("taken",)),
    ("validate-model --replicats 2", {}, ("--replicats", "did you mean", "--replicates")),
]
"""Commands that ask for what is not there or cannot be."""


def as_toml(values: dict[str, str]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def scenario_cases() -> list[Case]:
    """Every broken scenario file, given to every command that reads one."""
    return [
        Case(f"{command}: {name}", tuple(shlex.split(words)), {"bad.toml": text}, names)
        for command, words in SCENARIO_READERS.items()
        for name, text, names in SCENARIOS
    ]


def csv_cases() -> list[Case]:
    """Every broken population, run and validated."""
    return [
        Case(
            f"{command} {kind}.csv: {name}",
            tuple(SCENARIO_READERS[command].split()),
            {
                "schools.csv": GOOD_SCHOOLS,
                "bad.toml": as_toml({f"files.{each}": f'"{each}.csv"' for each in dict.fromkeys(("schools", kind))}),
                f"{kind}.csv": text,
            },
            names,
        )
        for command in ("run", "validate")
        for kind, rows in CSV_FILES.items()
        for name, text, names in rows
    ]


def study_cases() -> list[Case]:
    """Every broken experiment, calibration, series and questionnaire."""
    series = "time,value,standard_error\n0.5,0.02,0.01\n1,0.05,0.01\n1.5,0.06,0.01\n"
    fit = ("calibrate", "bad.toml", "--out", "new")
    return [
        *(
            Case(f"experiment: {name}", ("experiment", "bad.toml", "--out", "new"), {"bad.toml": as_toml(text)}, names)
            for name, changed, names in EXPERIMENTS
            for text in [EXPERIMENT | changed]
        ),
        *(
            Case(f"calibrate: {name}", fit, {"bad.toml": as_toml(CALIBRATION | changed), "series.csv": series}, names)
            for name, changed, names in CALIBRATIONS
        ),
        *(
            Case(f"series.csv: {name}", fit, {"bad.toml": as_toml(CALIBRATION), "series.csv": text}, names)
            for name, text, names in OBSERVED
        ),
        *(
            Case(f"readiness: {name}", ("readiness", "bad.toml"), {"bad.toml": text}, names)
            for name, text, names in ANSWERS
        ),
    ]


def word_cases() -> list[Case]:
    """Every option of numbers with what it does not take, and every command that cannot be."""
    numbers = [
        Case(f"{words} {option} {NUMBERS.get(value, value)}", (*words.split(), option, value), {}, (option,))
        for words, option, values in NUMBER_OPTIONS
        for value in values
    ]
    return numbers + [
        Case(f"{words[:60]} ({number})", tuple(shlex.split(words)), files, names)
        for number, (words, files, names) in enumerate(COMMANDS)
    ]


def parameter_cases() -> list[Case]:
    """Every parameter of the model with a value that it cannot have, in turn in a file and on a command line."""
    cases = []
    for number, parameter in enumerate(MODEL_PARAMETERS):
        name = parameter.qualified_name
        if isinstance(parameter, Choice):
            bad, wrong = '"neither"', "no option 'neither'"
        else:
            least, most = parameter.bounds
            bad, wrong = ((f"{least - 1}", "at least"), (f"{most + 1}", "at most"), ("nan", "finite"))[number % 3]
        if number % 2:
            words, files, place = ("validate", "bad.toml"), {"bad.toml": f"{name} = {bad}\n"}, "bad.toml:1:1"
        else:
            value = bad.strip('"')
            words, files, place = ("run", "baseline", "--out", "new", "--set", f"{name}={value}"), {}, f"--set {name}"
        cases.append(Case(f"{name} = {bad}", words, files, (place, name, wrong)))
    return cases


CASES = [*scenario_cases(), *csv_cases(), *study_cases(), *word_cases(), *parameter_cases()]
