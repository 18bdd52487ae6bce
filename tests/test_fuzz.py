"""Parsers under damaged files: they accept or refuse with a message, and nothing else happens. A short run;
``tests/fuzz`` is the long one.
"""

import io
import subprocess
import sys

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plnsim.common.errors import InputError
from plnsim.simulation.scenario import Scenario
from plnsim.studies.experiment.parquet import write_table
from tests.fuzz.targets import TARGETS, WORDS, parse
from tests.support.runs import FULL_SUITE

pytestmark = pytest.mark.filterwarnings("ignore::plnsim.common.errors.InputWarning")
EXAMPLES = 1_500 if FULL_SUITE else 60
words = st.sampled_from(WORDS) | st.binary(max_size=6)
edit = st.tuples(st.sampled_from(("cut", "put", "byte", "twice")), st.floats(0, 1), st.integers(0, 40), words)
edits = st.lists(edit, min_size=1, max_size=6)


def edit_bytes(data: bytes, changes) -> bytes:
    """A file after some changes at some places: cut out, put in, bytes replaced, a stretch repeated."""
    for kind, share, length, word in changes:
        at = int(share * len(data))
        stretch = data[at : at + length]
        data = (
            data[:at]
            + {"cut": b"", "put": word + stretch, "byte": word[:1] + stretch[1:], "twice": stretch + stretch}[kind]
            + data[at + length :]
        )
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_files_to_begin_from_are_accepted(name):
    assert all(TARGETS[name].read(seed) is not None for seed in TARGETS[name].seeds() if len(seed) < 50_000)


@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_file_is_read_or_refused_with_a_message(name):
    seeds = sorted(TARGETS[name].seeds(), key=len)[:4]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not FULL_SUITE,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.sampled_from(seeds), edits)
    def damaged(seed, changes):
        parse(name, edit_bytes(seed, changes))

    damaged()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("design", b"", "design.parquet is damaged"),
        ("manifest", b"[]", "the manifest is damaged"),
        (
            "manifest",
            b'{"experiment": "", "model": "", "name": "", "variant": ""}',
            "it does not say what was asked for",
        ),
    ],
)
def test_a_damaged_store_is_told(name, data, told):
    with pytest.raises(InputError, match=told):
        TARGETS[name].read(data)


def as_parquet(table) -> bytes:
    file = io.BytesIO()
    write_table(table, file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "changed", "told"),
    [
        (
            "part",
            lambda table: table.rename_columns([column.replace("error", "erro") for column in table.column_names]),
            "is damaged",
        ),
        ("part", lambda table: table.append_column("use_too", pyarrow.array(["much"] * len(table))), "is damaged"),
        ("design", lambda table: table.slice(0, 2), "do not belong together"),
    ],
)
def test_a_store_that_is_whole_and_not_what_it_was_is_told(name, changed, told):
    table = pyarrow.parquet.read_table(io.BytesIO(TARGETS[name].seeds()[0]))
    with pytest.raises(InputError, match=told):
        TARGETS[name].read(as_parquet(changed(table)))


def test_a_slip_in_the_name_of_a_file_is_answered_with_the_nearest_one(tmp_path):
    (tmp_path / "hubs.toml").write_text('title = "x"')
    with pytest.raises(InputError, match=r"did you mean .*hubs\.toml\?"):
        Scenario.of(tmp_path / "hub.toml")


@pytest.mark.full
def test_the_coverage_guided_fuzzer_runs_and_finds_nothing(tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed (the extra plnsim[fuzz])")
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "10", "--out", tmp_path / "found"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("nothing found") == len(TARGETS)
