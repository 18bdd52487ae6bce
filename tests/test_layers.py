"""The package stands in wings whose imports go downward only and never in a circle, wherever in a file an import stands
(for types alone included); the tests mirror the wings; and only the two engines know Mesa and Numba.
"""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import plnsim

PACKAGE = Path(plnsim.__file__).parent
TESTS = Path(__file__).parent

WINGS = ("common", "model", "simulation", "output", "studies", "publish", "app", "cli")
"""The wings of the package, lowest first: what all share; the world, the rules and what is measured; scenarios,
engines and runs; words, figures and the terminal; what is asked of many runs; pages and files for readers; the live
page; commands.
"""
BESIDE_THE_WINGS = {"abuse", "benchmarks", "fuzz", "oracle", "support", "verification"}
"""Folders of tests that belong to no wing."""

LEVEL = {wing: level for level, wing in enumerate(WINGS)}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
NAMES = {path: path.relative_to(PACKAGE).as_posix() for path in FILES}


def module_of(path):
    """The dotted name of a file's module."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def is_module(dotted):
    path = PACKAGE.parent / dotted.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def imported(path):
    """Every module that a file imports, anywhere in it, with the line; what is taken from a package is a module of it
    where it has one of that name.
    """
    modules = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules += [(name.name, node.lineno) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: imports of plnsim name the whole module"
            whole = [f"{node.module}.{name.name}" for name in node.names]
            modules += [(name if is_module(name) else node.module, node.lineno) for name in whole]
    return modules


def wing_of(module):
    """The wing in which a module of the package stands; nothing for the package's own front."""
    return ".".join(module.split(".")[1:2])


def room_of(module):
    """The folder in a wing in which a module stands (``studies.calibration``), or a file that stands in the wing by
    itself.
    """
    return ".".join(module.split(".")[1:3])


def file_of(module):
    return module


def circle_in(needs):
    """The first circle, in its order, of a mapping from each name to those that it needs; empty where there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def outside(path, *packages):
    """The lines on which a file imports one of some outside packages."""
    return [line for module, line in imported(path) if module.partition(".")[0] in packages]


@pytest.mark.parametrize("path", FILES, ids=NAMES.get)
def test_every_file_stands_in_a_wing_and_imports_only_from_it_and_those_below(path):
    if path == PACKAGE / "__init__.py":
        return
    wing = wing_of(module_of(path))
    assert wing in LEVEL, f"plnsim/{NAMES[path]} stands in none of the wings {', '.join(WINGS)}"
    upward = [
        (module, line)
        for module, line in imported(path)
        if module.partition(".")[0] == "plnsim" and LEVEL.get(wing_of(module), len(WINGS)) > LEVEL[wing]
    ]
    assert upward == [], f"plnsim/{NAMES[path]} imports from a wing above {wing} (module, line)"


@pytest.mark.parametrize("part_of", [file_of, room_of, wing_of])
def test_no_files_rooms_or_wings_import_each_other_not_even_in_a_circle(part_of):
    needs = {}
    for path in FILES:
        part = part_of(module_of(path))
        others = {part_of(module) for module, _ in imported(path) if module.startswith("plnsim.")}
        needs.setdefault(part, set()).update(others - {part})
    assert circle_in(needs) == []


def test_a_circle_is_seen():
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}}) and not circle_in({"a": {"b", "c"}, "b": {"c"}})


def test_every_wing_has_its_folder_of_tests():
    folders = {path.name for path in TESTS.iterdir() if any(path.rglob("*.py"))}
    assert folders == {*WINGS, *BESIDE_THE_WINGS}
    assert [wing for wing in WINGS if not any((TESTS / wing).rglob("test_*.py"))] == []


def test_the_front_of_the_package_loads_nothing_of_it_before_it_is_asked_for():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    at_once = [
        ast.unparse(line)
        for line in tree.body
        if isinstance(line, ast.Import | ast.ImportFrom) and "plnsim" in ast.unparse(line)
    ]
    assert at_once == []


def test_every_import_of_a_module_of_plnsim_finds_it():
    missing = {
        (NAMES[path], module)
        for path in FILES
        for module, _ in imported(path)
        if module.startswith("plnsim.") and not is_module(module)
    }
    assert missing == set()


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "mechanisms"], ids=NAMES.get)
def test_a_mechanism_knows_neither_numpy_nor_numba_nor_mesa(path):
    assert outside(path, "numpy", "numba", "mesa", "scipy", "pandas", "random") == []


@pytest.mark.parametrize(
    ("package", "may"),
    [
        ("mesa", {"simulation/mesa_backend.py"}),
        (
            "numba",
            {
                "simulation/engine/numba_backend.py",
                "simulation/engine/numba_types.py",
                "simulation/engine/compile_cache.py",
                "simulation/wasm/entries.py",
                "simulation/wasm/build.py",
            },
        ),
        ("llvmlite", {"simulation/engine/numba_types.py", "simulation/wasm/build.py"}),
        ("random", set()),
    ],
)
def test_only_the_engines_know_mesa_and_numba_and_nobody_another_source_of_chance(package, may):
    assert {NAMES[path] for path in FILES if outside(path, package)} == may


def test_numpy_draws_nothing_that_is_simulated():
    assert {NAMES[path] for path in FILES if "np.random" in path.read_text(encoding="utf-8")} == {
        "simulation/mesa_backend.py",  # a generator that Mesa hands over, from which a seed is taken
        "studies/calibration/sbc.py",  # truths of the prior, and errors of what is observed
        "studies/decision/information.py",  # resamples of finished runs, for intervals, here and below
        "studies/experiment/chaos.py",  # which points an emulator is tried at
        "studies/experiment/design.py",  # points that a design grows by
        "studies/experiment/discovery.py",
        "studies/optimisation/interval.py",
        "studies/experiment/luck.py",
        "studies/experiment/methods.py",
        "studies/experiment/shapley.py",  # orders in which inputs become known
        "studies/experiment/verdict.py",
        "studies/validation/choose.py",  # points of the search for defaults
        "studies/trial/trial.py",  # the luck of a study, apart from that of the model: who is asked, slips, is lost
        "studies/coverage/designs.py",  # functions in the model's place, here and below
        "studies/coverage/chosen.py",
        "studies/coverage/paired.py",
    }


@pytest.mark.parametrize(
    ("loaded", "unneeded"),
    [
        ("plnsim.simulation.runs, plnsim.simulation.engine.numba_backend", {"mesa"}),
        ("plnsim.simulation.scenario.scenario, plnsim.model.world.population", {"mesa", "numba"}),
        ("plnsim.cli", {"mesa", "numba"}),
    ],
)
def test_nothing_heavy_is_loaded_in_vain(loaded, unneeded):
    text = f"import sys; import {loaded}; print(*[name for name in {sorted(unneeded)!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
