"""The first day: from a built wheel, in an empty folder, with nothing compiled yet; nothing of the checkout is in
reach of plnsim.
"""

import os
import subprocess
import sys

import pytest

from tests.publish.test_guide_pages import FOLLOWED
from tests.support.pages import TOP

pytestmark = [pytest.mark.full, pytest.mark.skipif(not (TOP / "pyproject.toml").is_file(), reason="needs a checkout")]
FOLLOW = """
import sys
import plnsim
from tests.support.pages import GUIDE, run_page
assert plnsim.__file__.startswith(sys.argv[1]), plnsim.__file__
run_page(GUIDE / sys.argv[2])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which a wheel of the checkout has been installed, and the environment in which it is found
    first.
    """
    place = tmp_path_factory.mktemp("first-day")
    pip = [sys.executable, "-m", "pip", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", place / "wheel", TOP], check=True, timeout=300)
    (wheel,) = (place / "wheel").glob("plnsim-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", place / "installed", wheel], check=True, timeout=300)
    return place / "installed", {
        **os.environ,
        "PYTHONPATH": f"{place / 'installed'}{os.pathsep}{TOP}",
        "PLNSIM_CACHE": str(place / "cache"),
    }


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed_with_what_the_wheel_holds(installed, page, tmp_path):
    place, environment = installed
    subprocess.run(
        [sys.executable, "-c", FOLLOW, place, f"{page}.md"], check=True, cwd=tmp_path, env=environment, timeout=600
    )


def test_the_guide_is_built_from_what_the_wheel_holds(installed, tmp_path):
    pytest.importorskip("sphinx", reason="Sphinx is not installed (the extra plnsim[all])")
    said = subprocess.run(
        [sys.executable, "-m", "plnsim.cli", "guide", "--out", "site", "--no-open"],
        cwd=tmp_path,
        env=installed[1],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert said.returncode == 0 and said.stderr.splitlines() == ["building the guide ..."]
    assert all(
        (tmp_path / "site" / f"{name}.html").is_file()
        for name in ("contributing", "changelog", "reference/experiments", "tutorial")
    )
