"""The guide as a site: built without a broken link, whole or not at all, and read in a browser that refuses the
network.
"""

import re
import tomllib

import pytest

import plnsim
from plnsim.cli import commands
from plnsim.cli.guide import SITE_MARKER
from plnsim.common.sources import SOURCES
from plnsim.model.outcome import OUTCOMES
from plnsim.publish.guide.contents import sections
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.listing import titles
from tests.support import browsing
from tests.support.browsing import PHONE, TIMEOUT_MS, needs_browser
from tests.support.commands import invoke
from tests.support.pages import GUIDE

pytest.importorskip("sphinx", reason="Sphinx is not installed (the extra plnsim[all])")
pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.filterwarnings("ignore:.*deprecated"),
]  # those of myst-parser
chromium = browsing.chromium  # a fixture
SEEN = (
    "index.html",
    "tutorial.html",
    "odd.html",
    "reference/parameters.html",
    "reference/python.html",
    "lessons/time.html",
    "decisions/index.html",
    "programmes/baseline.html",
    "search.html?q=broker",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A built guide, and what the command said."""
    place = tmp_path_factory.mktemp("guide") / "site"
    return place, invoke("guide", "--out", place, "--no-open")


def page(built, name):
    return (built[0] / name).read_text(encoding="utf-8")


def test_it_builds_without_a_warning(built):
    place, said = built
    assert said.code == 0 and said.out.strip() == str(place / "index.html")
    assert said.err.splitlines() == ["building the guide ..."]


def test_every_page_of_the_guide_is_in_it_and_leads_on(built):
    front = page(built, "index.html")
    for path in GUIDE.rglob("*.md"):
        name = path.relative_to(GUIDE).with_suffix(".html").as_posix()
        assert (built[0] / name).is_file()
        assert f'href="{name}"' in front or f'href="{path.name.removesuffix(".md")}.html"' in page(
            built, f"{path.parent.name}/index.html"
        )


def test_the_reference_holds_all_that_is_declared(built):
    assert all(f">{one.qualified_name}<" in page(built, "reference/parameters.html") for one in MODEL_PARAMETERS)
    assert all(f">{one.name}<" in page(built, "reference/outcomes.html") for one in OUTCOMES)
    assert all(f">{name}<" in page(built, "reference/scenarios.html") for name in titles())
    told = page(built, "reference/commands.html")
    assert all(f"Usage: plnsim {name} " in told for name in commands.commands)
    assert all(key in page(built, "reference/literature.html") for key in SOURCES)


def test_every_name_of_the_library_is_described_with_its_parameters(built):
    entries = re.split(r'<dl class="py (?:class|function)">', page(built, "reference/python.html"))
    for name in set(plnsim.__all__) - {"__version__"}:
        described = [entry for entry in entries if f'id="plnsim.{name}"' in entry]
        assert len(described) == 1 and re.search(">(Parameters|Attributes)<", described[0]), name
        assert "Examples" in described[0], name


def test_no_page_names_an_address_from_which_something_would_be_loaded(built):
    loading = re.compile(
        r"<(?:script|img|iframe|source|video|audio)[^>]*\ssrc=\"(?:https?:)?//|"
        r"<link[^>]*(?:stylesheet|icon|preload)[^>]*href=\"(?:https?:)?//"
    )
    found = [path.name for path in built[0].rglob("*.html") if loading.search(path.read_text(encoding="utf-8"))]
    styles = [
        path.name
        for path in built[0].rglob("*.css")
        if re.search(r"url\([\"']?(?:https?:)?//|@import", path.read_text(encoding="utf-8"))
    ]
    assert found == styles == []


@needs_browser
def test_pages_load_with_the_network_refused_and_none_is_asked_for(built, chromium):
    asked, wrong = [], []
    with chromium.new_context() as context:
        context.route(
            lambda address: not address.startswith("file:"),
            lambda route: (asked.append(route.request.url), route.abort()),
        )
        shown = context.new_page()
        shown.set_default_timeout(TIMEOUT_MS)
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("requestfailed", lambda request: wrong.append(request.url))
        for name in SEEN:
            shown.goto((built[0] / name.partition("?")[0]).as_uri() + "".join(name.partition("?")[1:]))
            assert shown.locator("article").first.inner_text()
        shown.wait_for_selector('#search-results li a[href*="odd.html"]')
        shown.goto((built[0] / "tutorial.html").as_uri())
        shown.set_viewport_size(PHONE)
        assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert asked == [] and wrong == []


def test_only_an_earlier_guide_is_replaced(built, tmp_path):
    assert "holds a guide already" in invoke("guide", "--out", built[0], "--no-open").err
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    for overwrite in ([], ["--overwrite"]):
        said = invoke("guide", "--out", other, "--no-open", *overwrite)
        assert said.code == 2 and "not empty" in said.err and [one.name for one in other.iterdir()] == ["letter.txt"]
    assert "is a file" in invoke("guide", "--out", other / "letter.txt", "--no-open").err
    assert (built[0] / SITE_MARKER).is_file()


def test_a_page_that_comes_later_is_shown_and_one_that_is_not_there_is_left_out(tmp_path):
    (tmp_path / "contents.toml").write_text(
        '[[section]]\ntitle = "First"\npages = ["one", "two", "lessons/", "empty/"]\n'
    )
    (tmp_path / "lessons").mkdir()
    for name in ("one.md", "new.md", "lessons/time.md"):
        (tmp_path / name).write_text("# Title\n")
    assert [(one.title, one.pages) for one in sections(tmp_path)] == [
        ("First", ("one", "lessons/index")),
        ("More", ("new",)),
    ]


def test_every_page_that_is_there_has_its_place():
    assert [one.pages for one in sections(GUIDE) if one.title == "More"] == []


@pytest.mark.parametrize("word", ["excel", "pdf", "price", "equiti", "rct", "slurm", "gephi"])
def test_the_search_knows_the_words_of_users(built, word):
    index = page(built, "searchindex.js")
    assert re.search(rf'"?{word}"?:', index)


def test_each_page_that_has_words_for_the_search_is_there():
    words = tomllib.loads((GUIDE / "contents.toml").read_text(encoding="utf-8"))["keywords"]
    assert all((GUIDE / f"{name}.md").is_file() or (GUIDE / name / "index.md").is_file() for name in words)
