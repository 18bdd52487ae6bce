"""Compiled code is kept from run to run, and old machine code never meets new rules.

The slow part copies the package, runs it in four processes that share one cache, and compiles it three times (some
60 seconds); with pytest-xdist it stays on one worker under ``--dist loadgroup``.
"""

import ast
import errno
import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import plnsim
from plnsim.common.files import ABANDONED_SECONDS
from plnsim.common.package import shipped
from plnsim.output.terminal import announce_compiling
from plnsim.simulation.engine import compile_cache

PACKAGE = Path(plnsim.__file__).parent
COMPILED = (
    "common/streams.py",
    "simulation/engine/columns.py",
    "simulation/engine/counts.py",
    "simulation/engine/numba_backend.py",
    "simulation/engine/numba_types.py",
    "model/world/entities.py",
    "model/mechanisms/*.py",
)
"""The files whose functions compiled code is made of, and the one that says where people lie."""
NEVER_COMPILED = ("plnsim.common.errors", "plnsim.common.short_repr")
"""What declarations are refused with and how objects show themselves: nothing of it is in compiled code."""

RUN_AND_HASH = """
import hashlib, sys
import plnsim
from plnsim.common.package import shipped
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.weeks import to_records

assert plnsim.__file__.startswith(sys.argv[1]), plnsim.__file__
scenario = Scenario.of("baseline").with_values({"population.schools": 12, "population.first_users": 0.3})
scenario = scenario.with_years(1.2)
for threads in map(int, sys.argv[2:]):
    world, weeks, parameter_sets = scenario.initialise(1, 0)
    run = NumbaBackend(world, weeks, to_records(parameter_sets), threads)
    run.advance()
    bits = b"".join(records[name].tobytes() for records in run.state()[:3] for name in records.dtype.names)
    print(threads, hashlib.sha256(bits + run.counts.series.tobytes()).hexdigest())
"""


def copy_package(place: Path) -> Path:
    """Copies the package with its scenarios into a folder."""
    shutil.copytree(PACKAGE, place / "plnsim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(shipped("scenarios"), place / "scenarios")
    return place / "plnsim"


# -- the name of the folder --------------------------------------------------------------------------------------------


def compiled_sources(package: Path) -> list[Path]:
    """The files that compiled code is made of, and those that they take functions and constants from."""
    sources = {path for pattern in COMPILED for path in package.glob(pattern)}
    waiting = list(sources)
    while waiting:
        for line in ast.walk(ast.parse(waiting.pop().read_text(encoding="utf-8"))):
            if not isinstance(line, ast.ImportFrom) or line.module in NEVER_COMPILED:
                continue
            if (line.module or "").startswith("plnsim."):
                path = package.parent / (line.module.replace(".", "/") + ".py")
                if (
                    path.is_file()
                    and path not in sources
                    and any(name.name.islower() or name.name.isupper() for name in line.names)
                ):
                    sources.add(path)
                    waiting.append(path)
    return sorted(sources)


def test_a_copy_elsewhere_has_the_same_fingerprint(tmp_path):
    first, second = copy_package(tmp_path / "one"), copy_package(tmp_path / "a" / "second")
    assert compile_cache.fingerprint(first) == compile_cache.fingerprint(second) == compile_cache.fingerprint()


def test_the_fingerprint_changes_with_every_file_that_is_compiled(tmp_path):
    package = copy_package(tmp_path)
    prints = [compile_cache.fingerprint(package)]
    files = compiled_sources(package)
    assert {
        "habit.py",
        "rules.py",
        "__init__.py",
        "streams.py",
        "state.py",
        "turnover.py",
        "counts.py",
        "numba_backend.py",
        "numba_types.py",
        "columns.py",
        "entities.py",
    } <= {path.name for path in files}
    for path in files:
        text = path.read_bytes()
        path.write_bytes(text + b"\n# one line more\n")
        prints.append(compile_cache.fingerprint(package))
        assert prints[-1] != prints[0], f"{path} is compiled, and the fingerprint does not see it"
        path.write_bytes(text)
    assert len(set(prints)) == len(files) + 1
    assert compile_cache.fingerprint(package) == prints[0]


def test_the_fingerprint_changes_when_a_mechanism_comes_goes_or_is_renamed(tmp_path):
    package = copy_package(tmp_path)
    first = compile_cache.fingerprint(package)
    new = package / "model" / "mechanisms" / "rumour.py"
    new.write_text("PARAMETERS = ()\n", encoding="utf-8")
    with_rumour = compile_cache.fingerprint(package)
    new.rename(new.with_name("gossip.py"))
    renamed = compile_cache.fingerprint(package)
    new.with_name("gossip.py").unlink()
    assert len({first, with_rumour, renamed}) == 3 and compile_cache.fingerprint(package) == first


@pytest.mark.parametrize("package", ["numba", "numpy", "llvmlite"])
def test_the_fingerprint_changes_with_the_version_of_what_compiles(package, monkeypatch):
    before = compile_cache.fingerprint()
    monkeypatch.setattr(
        compile_cache, "version", lambda name, known=compile_cache.version: "0.0.1" if name == package else known(name)
    )
    assert compile_cache.fingerprint() != before


# -- the folder --------------------------------------------------------------------------------------------------------


def test_the_folder_lies_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PLNSIM_CACHE", str(tmp_path / "deep" / "cache"))
    place = compile_cache.cache_folder()
    assert place.is_dir() and place.parent == tmp_path / "deep" / "cache" and compile_cache.fingerprint() in place.name
    assert compile_cache.cache_folder() == place
    assert not compile_cache.is_warm()


def double(number):
    return 2 * number


def compiled_double(place: Path):
    """The doubling function, newly made known to Numba, with its code in a folder; what it gives is checked."""
    compiled = compile_cache.compiler(place)(double)
    assert compiled(21) == 42
    return compiled


def was_read(compiled) -> bool:
    """Whether the code of a function came from a file."""
    return sum(compiled.stats.cache_hits.values()) == 1


def test_what_is_compiled_lands_in_the_folder_and_nowhere_else_and_is_read_from_there(tmp_path):
    assert not was_read(compiled_double(tmp_path))
    assert [path.name.partition("-")[0] for path in tmp_path.rglob("*")] == ["double"]
    assert was_read(compiled_double(tmp_path))


def in_place_of_it(path: Path, content: bytes) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = {
    "cut short": lambda path, content: path.write_bytes(content[:500]),
    "empty": lambda path, content: path.write_bytes(b""),
    "garbage": lambda path, content: path.write_bytes(bytes(number * number % 251 for number in range(20000))),
    "one bit": lambda path, content: path.write_bytes(content[:-99] + bytes([content[-99] ^ 1]) + content[-98:]),
    "its checksum": lambda path, content: path.write_bytes(bytes([content[0] ^ 1]) + content[1:]),
    "another content": lambda path, content: path.write_bytes(sealed(pickle.dumps(["nothing", "of", "ours"]))),
    "no pickle": lambda path, content: path.write_bytes(sealed(b"no pickle")),
    "of other code": lambda path, content: path.write_bytes(sealed(pickle.dumps((known_key(content), (1, 2))))),
    "gone": lambda path, content: path.unlink(),
    "a folder": in_place_of_it,
}


def sealed(code: bytes) -> bytes:
    return hashlib.sha256(code).digest() + code


def known_key(content: bytes) -> str:
    return pickle.loads(content[compile_cache.CHECKSUM_BYTES :])[0]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_code_is_compiled_anew_and_kept_again(tmp_path, damage):
    compiled_double(tmp_path)
    (path,) = tmp_path.iterdir()
    DAMAGES[damage](path, path.read_bytes())
    assert not was_read(compiled_double(tmp_path))
    assert was_read(compiled_double(tmp_path)) or path.is_dir()
    assert list(tmp_path.iterdir()) == [path]


def cannot_be_made(place: Path, monkeypatch) -> Path:
    place.write_text("no folder", encoding="utf-8")
    return place / "cache"


def is_full(place: Path, monkeypatch) -> Path:
    def refuse(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("plnsim.common.files.os.fsync", refuse)
    return place


def may_only_be_read(place: Path, monkeypatch) -> Path:
    known = open

    def refuse(path, mode="r", *more, **others):
        if "w" in mode and place in Path(path).parents:
            raise PermissionError(errno.EACCES, "Permission denied")
        return known(path, mode, *more, **others)

    monkeypatch.setattr("builtins.open", refuse)
    return place


@pytest.mark.parametrize("hinder", [cannot_be_made, is_full, may_only_be_read])
def test_where_nothing_can_be_kept_the_model_runs_and_leaves_nothing_anywhere(tmp_path, monkeypatch, hinder):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("PLNSIM_CACHE", str(hinder(tmp_path / "cache", monkeypatch)))
    place = compile_cache.cache_folder()
    compiled_double(place)
    assert not was_read(compiled_double(place)) and not compile_cache.is_warm()
    assert not list(temporary.iterdir()) and not (place.is_dir() and list(place.iterdir()))


def test_code_in_a_folder_that_may_only_be_read_is_read(tmp_path, monkeypatch):
    compiled_double(tmp_path)
    may_only_be_read(tmp_path, monkeypatch)
    assert was_read(compiled_double(tmp_path))


@pytest.mark.parametrize(
    ("kept", "phrase"), [(True, "once, well under a minute"), (False, "cannot be kept in")], ids=["kept", "not kept"]
)
def test_it_is_said_whether_the_compiled_model_is_kept(tmp_path, monkeypatch, capsys, kept, phrase):
    monkeypatch.setenv("PLNSIM_CACHE", str(tmp_path if kept else cannot_be_made(tmp_path / "file", monkeypatch)))
    announce_compiling()
    assert phrase in capsys.readouterr().err


def test_what_a_killed_process_left_in_the_folder_goes_and_what_another_is_writing_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("PLNSIM_CACHE", str(tmp_path))
    place = compile_cache.cache_folder()
    old, young = (place / f".simulate.code.{digit * 32}.tmp" for digit in "ab")
    for path in (old, young):
        path.write_bytes(b"half a function")
    long_ago = time.time() - 2 * ABANDONED_SECONDS
    os.utime(old, (long_ago, long_ago))
    assert compile_cache.cache_folder() == place
    assert list(place.iterdir()) == [young]


def test_code_of_sources_long_gone_is_forgotten_and_code_in_use_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PLNSIM_CACHE", str(tmp_path))
    used = compile_cache.cache_folder()
    old, recent, foreign = (tmp_path / name for name in ("compiled-old", "compiled-recent", "somebody-else"))
    long_ago = time.time() - (compile_cache.MAX_AGE_DAYS + 1) * 86400
    for place in (old, recent, foreign):
        place.mkdir()
        (place / "code.nbc").write_bytes(b"code")
    for place in (old, foreign, used):
        os.utime(place, (long_ago, long_ago))
    assert compile_cache.cache_folder() == used
    assert used.is_dir() and recent.is_dir() and foreign.is_dir() and not old.exists()


def test_a_folder_that_another_session_removes_at_the_same_moment_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setenv("PLNSIM_CACHE", str(tmp_path))
    (tmp_path / "compiled-just-gone").symlink_to(tmp_path / "no such folder")
    assert compile_cache.cache_folder().is_dir()


# -- old code and new rules --------------------------------------------------------------------------------------------


def results(package: Path, cache: Path, *threads: int) -> list[str]:
    """What a process of its own gets with so many threads, one run after the other."""
    surroundings = os.environ | {
        "PYTHONPATH": str(package.parent),
        "PLNSIM_CACHE": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_HASH, str(package), *map(str, threads)],
        cwd=cache.parent,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return [line.split()[1] for line in done.stdout.splitlines()]


def kept(cache: Path) -> dict[Path, tuple[int, int]]:
    """Every file of a cache with its size and the moment it was written."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(cache.rglob("*.code"))}


def written_since(before: dict[Path, tuple[int, int]], cache: Path) -> set[str]:
    """Names of the files that are not as they were."""
    return {path.name for path, state in kept(cache).items() if before.get(path) != state}


@pytest.fixture(scope="module")
def results_by_process(tmp_path_factory):
    """Results of four processes with one cache: the model as it is, again with threads, with one rule changed, and as
    it was.
    """
    place = tmp_path_factory.mktemp("cache")
    package, cache = copy_package(place / "copy"), place / "cache"
    habit = package / "model" / "mechanisms" / "habit.py"
    text = habit.read_text(encoding="utf-8")
    changed = text.replace("p.habit.plateau, weekly_growth(p))", "p.habit.plateau, 0.5 * weekly_growth(p))")
    assert changed != text
    outcome = {"first": results(package, cache, 1)}
    before = kept(cache)
    outcome["again"] = results(package, cache, 1, 2)
    outcome["written for threads"] = written_since(before, cache)
    habit.write_text(changed, encoding="utf-8")
    outcome["changed"] = results(package, cache, 1)
    habit.write_text(text, encoding="utf-8")
    before = kept(cache)
    outcome["back"] = results(package, cache, 2, 1, 2)
    outcome["written when changed back"] = written_since(before, cache)
    outcome["folders"] = [path.name for path in cache.iterdir()]
    for number, path in enumerate(kept(cache)):
        list(DAMAGES.values())[number % 5](path, path.read_bytes())
    outcome["damaged"] = results(package, cache, 1)
    return outcome


one_worker = pytest.mark.xdist_group("the processes that share one cache")


@one_worker
def test_a_changed_rule_never_meets_old_machine_code(results_by_process):
    assert results_by_process["changed"] != results_by_process["first"]
    assert len(results_by_process["folders"]) == 2


@one_worker
def test_a_rule_changed_back_gives_the_old_results_without_compiling_again(results_by_process):
    assert results_by_process["written when changed back"] == set()
    assert results_by_process["back"][0] == results_by_process["first"][0]


@one_worker
def test_machine_code_of_several_processes_gives_the_results_of_one(results_by_process):
    assert results_by_process["again"] == results_by_process["first"] * 2
    assert results_by_process["back"] == results_by_process["first"] * 3


@one_worker
def test_threads_and_stories_which_call_the_parts_of_a_week_from_python_compile_nothing_of_their_own(
    results_by_process,
):
    assert results_by_process["written for threads"] == set()


@one_worker
def test_a_cache_damaged_in_every_way_gives_the_same_results_without_a_word(results_by_process):
    assert results_by_process["damaged"] == results_by_process["first"]
