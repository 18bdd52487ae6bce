"""The first day, and the release: sdist and wheel as they are built, and what somebody does with them in an empty
folder, with nothing compiled yet; nothing of the checkout is in reach of plnsim.
"""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from shutil import which

import pytest

import plnsim
from tests.publish.test_guide_pages import FOLLOWED
from tests.support.pages import TOP

in_checkout = pytest.mark.skipif(not (TOP / "pyproject.toml").is_file(), reason="needs a checkout")
FOLLOW = """
import sys
import plnsim
from tests.support.pages import GUIDE, run_page
assert plnsim.__file__.startswith(sys.argv[1]), plnsim.__file__
run_page(GUIDE / sys.argv[2])
"""
IN_WHEEL = {"plnsim": "plnsim", **{name: f"plnsim/{name}" for name in ("docs", "scenarios", "experiments")}}
PAGES_IN_WHEEL = ("CHANGELOG.md", "CONTRIBUTING.md")
LARGEST, LARGEST_OF_TESTS = 12e6, 200e3
"""Bytes of sdist and wheel, and of a file of the tests in the sdist."""


def run(*words, **options):
    return subprocess.run(words, check=True, timeout=900, **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist of the checkout, and the wheel that is built from it."""
    pytest.importorskip("build", reason="build is not installed (the extra plnsim[test])")
    place = tmp_path_factory.mktemp("release")
    run(sys.executable, "-m", "build", "--outdir", place, TOP, stdout=subprocess.DEVNULL)
    (sdist,), (wheel,) = place.glob("plnsim-*.tar.gz"), place.glob("plnsim-*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The folder into which the wheel has been installed, and the environment in which it is found first."""
    place = tmp_path_factory.mktemp("first-day")
    run(sys.executable, "-m", "pip", "-q", "install", "--no-deps", "--target", place / "installed", built[1])
    return place / "installed", {
        **os.environ,
        "PYTHONPATH": f"{place / 'installed'}{os.pathsep}{TOP}",
        "PLNSIM_CACHE": str(place / "cache"),
    }


@pytest.fixture(scope="module")
def tracked():
    """The files of the checkout, those that git does not know yet among them, and none that it ignores."""
    asked = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    names = run(*asked, cwd=TOP, capture_output=True, text=True).stdout.splitlines()
    return {name for name in names if (TOP / name).is_file()}


@in_checkout
def test_the_version_and_its_date_are_told_in_the_same_way():
    citation = (TOP / "CITATION.cff").read_text(encoding="utf-8")
    version, date = (re.search(rf"^{key}: (.*)$", citation, re.M)[1] for key in ("version", "date-released"))
    (newest, *_) = re.findall(r"^## (.*)$", (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert version == plnsim.__version__ and newest == f"{version} ({date})"


@pytest.mark.full
@in_checkout
def test_the_wheel_holds_what_the_checkout_has_for_it_and_no_more(built, tracked):
    expected = {
        f"{IN_WHEEL[top]}/{rest}" for top, _, rest in (name.partition("/") for name in tracked) if top in IN_WHEEL
    } | {f"plnsim/{name}" for name in PAGES_IN_WHEEL}
    with zipfile.ZipFile(built[1]) as wheel:
        names = {name for name in wheel.namelist() if not name.startswith(f"plnsim-{plnsim.__version__}.dist-info/")}
    assert names == expected
    needed = {
        "plnsim/simulation/wasm/model.wasm",
        "plnsim/app/page/index.html",
        "plnsim/publish/report/template.html",
        "plnsim/scenarios/baseline.toml",
        "plnsim/experiments/conditions.toml",
        "plnsim/docs/odd.md",
        "plnsim/py.typed",
    }
    assert needed <= names and built[1].stat().st_size <= LARGEST


@pytest.mark.full
@in_checkout
def test_the_sdist_holds_the_checkout_and_nothing_large_of_the_tests(built, tracked):
    with tarfile.open(built[0]) as sdist:
        sizes = {member.name.partition("/")[2]: member.size for member in sdist.getmembers() if member.isfile()}
    tops = (*IN_WHEEL, "tests")
    of_folders = {name for name in sizes if name.partition("/")[0] in tops}
    assert of_folders == {name for name in tracked if name.partition("/")[0] in tops}
    assert {"pyproject.toml", "README.md", "LICENSE", "CITATION.cff", *PAGES_IN_WHEEL} <= sizes.keys()
    assert [name for name in of_folders if name.startswith("tests/") and sizes[name] > LARGEST_OF_TESTS] == []
    assert built[0].stat().st_size <= LARGEST


@pytest.mark.full
@in_checkout
def test_an_index_of_packages_would_take_both(built):
    pytest.importorskip("twine", reason="twine is not installed (the extra plnsim[release])")
    run(sys.executable, "-m", "twine", "check", "--strict", *built)


@pytest.mark.full
@in_checkout
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_wheel_works_in_a_new_environment_and_an_empty_folder(version, built, tmp_path):
    this = f"{sys.version_info.major}.{sys.version_info.minor}" == version
    python = sys.executable if this else which(f"python{version}")
    if not python or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no Python {version} here")
    run(python, "-m", "venv", tmp_path / "new")
    here, empty = tmp_path / "new/bin", tmp_path / "empty"
    run(here / "pip", "-q", "install", f"{built[1]}[all]", stderr=subprocess.DEVNULL)
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PLNSIM_CACHE"] = str(tmp_path / "cache")

    def does(*words):
        return run(here / "plnsim", *words, cwd=empty, env=environment, capture_output=True, text=True)

    assert does("--version").stdout == f"plnsim, version {plnsim.__version__}\n"
    assert "2 runs" in does("run", "baseline", "--replicates", "2").stdout
    does("explorable", "--out", "time.html")
    assert "<html" in (empty / "time.html").read_text(encoding="utf-8")
    assert does("guide", "--out", "site", "--no-open").stderr.splitlines() == ["building the guide ..."]
    pages = ("contributing", "changelog", "reference/experiments", "tutorial")
    assert all((empty / "site" / f"{name}.html").is_file() for name in pages)


@pytest.mark.full
@in_checkout
@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed_with_what_the_wheel_holds(installed, page, tmp_path):
    place, environment = installed
    run(sys.executable, "-c", FOLLOW, place, f"{page}.md", cwd=tmp_path, env=environment)
