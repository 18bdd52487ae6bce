"""The parsers, each as a function of the bytes of one file, with files to begin from."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import networkx
import openpyxl

from plnsim.app.guided.texts import SHIPPED as SHIPPED_TEXTS
from plnsim.app.guided.texts import load_texts
from plnsim.common.errors import InputError
from plnsim.model.world.tables import read_population
from plnsim.publish import record
from plnsim.publish.interop.columns import runs_table
from plnsim.publish.record.parse import PROVENANCE
from plnsim.simulation.imports.networks import NetworkOptions, import_network
from plnsim.simulation.imports.records import ImportOptions
from plnsim.simulation.imports.registers import REGISTERS
from plnsim.simulation.imports.schools import import_schools
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.save import commented_template
from plnsim.studies.calibration.observations import read_series
from plnsim.studies.calibration.parse import read_calibration
from plnsim.studies.comparison import compare
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import run_experiment, shipped_experiments
from plnsim.studies.readiness.answers import Answers, as_file, read_answers
from plnsim.studies.readiness.questions import QUESTIONS
from plnsim.studies.trial.parse import read_trial
from plnsim.studies.trial.shipped import shipped_trials

SCHOOLS = b"""school,teachers,phase,disadvantage,support,east,north,name
a,3,primary,0.2,0.5,1,2,A
b,1,secondary,1,0.1,3.5,4,B
c,1,primary,0,0,0,0,
"""
STAFF = b"""teacher,school,department,years,formal,uses,knowledge,belief
t1,a,x,3,yes,no,0.1,0.2
t2,a,y,2,no,no,0,0.5
t5,a,y,1,no,yes,0.5,0.5
t3,b,x,10,no,no,1,0
t4,c,x,0,yes,yes,0,1
"""
TIES = b"""from;to;type;weight
t1;t2;advice;1
t2;t1;information;1
t5;t1;co-teaching;2
"""
NETWORKS = b"network,teacher\nn1,t1\nn1,t3\nn2,t4\nn2,t5\n"
SERIES = b"""time,value,outcome,standard_error,sample_size,note
1,0.04,use,0.01,,first
2,0.08,use,,700,
,0.5,retention,0.1,,whole run
"""
REGISTER = b"""id;name;level;status;pupils;fte;free meals;easting;northing
1;A;primary;open;200;10,5;12,5;400000;300000
2;B;secondary;open;900;60;<5;410000;310000
3;C;nursery;closed;;;;;
"""
CSV = {"schools": SCHOOLS, "staff": STAFF, "ties": TIES, "networks": NETWORKS}
EXPERIMENT = """method = "latin"\nsize = 6\nyears = 0.2\nreplicates = 2\nresamples = 10\noutcomes = ["use"]
[vary]\nparameters = ["time.hours", "programme.grouping"]\n[set.population]\nschools = 4\n"""


class Target(NamedTuple):
    """A reader: what reads the bytes of a file, and files that it accepts."""

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]


def _in_a_folder(
    name: str, read: Callable[[Path], object], beside: Callable[[], Iterable[Path]] = tuple
) -> Callable[[bytes], object]:
    """A parser of a file with this name, in a folder with copies of some others."""

    def of(data: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="plnsim-fuzz-") as folder:
            for neighbour in beside():
                shutil.copy(neighbour, folder)
            path = Path(folder, name)
            path.write_bytes(data)
            return read(path)

    return of


def _population(kind: str) -> Callable[[bytes], object]:
    """A parser of one of the files of a population, beside three good ones."""

    def of(data: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="plnsim-fuzz-") as folder:
            paths = {name: Path(folder, f"{name}.csv") for name in CSV}
            for name, path in paths.items():
                path.write_bytes(data if name == kind else CSV[name])
            return read_population(paths)

    return of


@cache
def _store() -> Path:
    """The store of a small experiment that has been performed."""
    folder = Path(tempfile.mkdtemp(prefix="plnsim-fuzz-store-"))
    (folder / "small.toml").write_text(EXPERIMENT, encoding="utf-8")
    (results,) = run_experiment(Experiment.read(folder / "small.toml"), folder / "store", workers=1).values()
    assert "failed runs" not in results.excluded
    return folder / "store" / "baseline"


def _stored(name: str) -> Callable[[bytes], object]:
    """A parser of a store of which one file is another."""

    def of(data: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="plnsim-fuzz-") as folder:
            place = Path(folder, "store")
            shutil.copytree(_store(), place)
            (place / name).write_bytes(data)
            stored = ExperimentResults.of(place)
            return stored.method, stored.caveat, stored.values, stored.means(stored.outcomes[:1]), runs_table(stored)

    return of


@cache
def _records() -> Path:
    """A folder with the record of a run and that of a comparison, both small."""
    folder = Path(tempfile.mkdtemp(prefix="plnsim-fuzz-records-"))
    few = [
        Scenario.of(name).with_values({"population.schools": 4}).with_years(0.2) for name in ("baseline", "data-teams")
    ]
    record.write(run(few[0], replicates=2), folder / "run")
    record.write_comparison(compare(few, replicates=2, quick=True), folder / "comparison")
    return folder


def _recorded(kind: str) -> Callable[[bytes], object]:
    """A parser of a record with another provenance."""

    def of(data: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="plnsim-fuzz-") as folder:
            place = Path(folder, "record")
            shutil.copytree(_records() / kind, place)
            (place / PROVENANCE).write_bytes(data)
            return record.read(place)

    return of


def _of_store(name: str) -> Callable[[], list[bytes]]:
    return lambda: [(_store() / name).read_bytes()]


def _calibrations(ending: str) -> list[Path]:
    return sorted((next(iter(shipped_experiments().values())).parent / "calibration").glob(f"*.{ending}"))


def _series(path: Path) -> object:
    return read_series(path, error=0.05, discrepancy={"": 0.02})


def _workbook() -> bytes:
    """The schools as a workbook."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for line in SCHOOLS.decode().splitlines():
        book.active.append(line.split(","))
    book.save(file)
    return file.getvalue()


def _network(ending: str) -> bytes:
    """A small network in a form, by the ending of its name."""
    if ending == ".csv":
        return b"from,to,weight\na,b,2\nb,c,1\nc,c,1\n"
    if ending == ".dl":
        return b"dl n=3 format=edgelist1\nlabels:\na,b,c\ndata:\n1 2 2\n2 3 1\n"
    graph, file = networkx.DiGraph([("a", "b", {"weight": 2.0}), ("b", "c", {"weight": 1.0})]), io.BytesIO()
    write = {".graphml": networkx.write_graphml, ".gexf": networkx.write_gexf, ".net": networkx.write_pajek}[ending]
    write(graph, file)
    return file.getvalue()


PART = "part-000000000.parquet"
TARGETS = {
    "scenario": Target(
        _in_a_folder("mine.toml", Scenario.of),
        lambda: [
            re.sub(r"(?m)^# (\w+ = [^ ]+)$", r"\1", commented_template().partition("# A calendar")[0]).encode(),
            *(path.read_bytes() for name, path in shipped_scenarios().items() if name not in ("district", "england")),
        ],
    ),
    "experiment": Target(
        _in_a_folder("mine.toml", Experiment.read),
        lambda: [EXPERIMENT.encode(), *(path.read_bytes() for path in shipped_experiments().values())],
    ),
    "calibration": Target(
        _in_a_folder("mine.toml", read_calibration, lambda: _calibrations("csv")),
        lambda: [path.read_bytes() for path in _calibrations("toml")],
    ),
    "trial": Target(
        _in_a_folder("mine.toml", read_trial), lambda: [path.read_bytes() for path in shipped_trials().values()]
    ),
    "series": Target(
        _in_a_folder("series.csv", _series), lambda: [SERIES, *(path.read_bytes() for path in _calibrations("csv"))]
    ),
    "readiness": Target(
        _in_a_folder("answers.toml", read_answers),
        lambda: [as_file().encode(), as_file(Answers({question.key: 3 for question in QUESTIONS})).encode()],
    ),
    "texts": Target(_in_a_folder("texts.toml", load_texts), lambda: [SHIPPED_TEXTS.read_bytes()]),
    **{kind: Target(_population(kind), lambda kind=kind: [CSV[kind]]) for kind in CSV},
    "workbook": Target(
        _in_a_folder("schools.xlsx", lambda path: read_population({"schools": path})),
        lambda: [_workbook()],
    ),
    "register": Target(
        _in_a_folder("list.csv", lambda path: import_schools(REGISTERS["schools"], [path], ImportOptions())),
        lambda: [REGISTER],
    ),
    **{
        f"network {ending}": Target(
            _in_a_folder(f"ties{ending}", lambda path: import_network(path, NetworkOptions(one_school="X"))),
            lambda ending=ending: [_network(ending)],
        )
        for ending in (".csv", ".graphml", ".gexf", ".net", ".dl")
    },
    "manifest": Target(_stored("manifest.json"), _of_store("manifest.json")),
    "design": Target(_stored("design.parquet"), _of_store("design.parquet")),
    "part": Target(_stored(PART), _of_store(PART)),
    **{
        f"provenance of a {kind}": Target(
            _recorded(kind), lambda kind=kind: [(_records() / kind / PROVENANCE).read_bytes()]
        )
        for kind in ("run", "comparison")
    },
}
TRIPS = (
    b"nan",
    b"inf",
    b"-1",
    b"1e400",
    b"9" * 30,
    b"0.5",
    b"true",
    b"null",
    b"[[",
    b"]]",
    b"{",
    b"}",
    b"=",
    b";",
    b",,",
    b'"',
    b"'''",
    b"\\u0000",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\x00",
    b"1979-05-27",
    b"[calendar]",
    b"lift",
    b"set",
    b"event",
    b"week",
    b"year",
    b"[files]",
    b'schools = "x.csv"',
)
WORDS = sorted(
    {
        word.encode()
        for parameter in MODEL_PARAMETERS
        for word in (parameter.section, parameter.name, parameter.qualified_name)
    }
    | set(TRIPS)
)
"""What the files are made of, and what trips parsers."""


def parse(name: str, data: bytes) -> None:
    """Reads the bytes as a file of a kind: it is accepted, or refused with a message; anything else is raised."""
    try:
        TARGETS[name].read(data)
    except InputError as problem:
        assert problem.wrong.strip() and "Traceback" not in str(problem)
        json.dumps(str(problem))
