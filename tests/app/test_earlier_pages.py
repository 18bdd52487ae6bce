"""Pages made by earlier versions still work: ``tests/app/earlier`` holds one of each version that changed them, as it
was written then (compressed), beside what it showed and what ``plnsim run`` gave then, with the model of that time.

Kept of a page: the address that is shared, which holds sliders, pins and the guess; a command; a scenario file. Each is
also read by the page and the library of today.
"""

import itertools
import json
import lzma
import shlex
from pathlib import Path

import pytest

from plnsim.app.explorable import page_data, render_page
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from tests.app.test_page_browser import RESULTS, Visit
from tests.support import browsing
from tests.support.browsing import needs_browser

pytestmark = [pytest.mark.xdist_group("browser"), needs_browser]
chromium = browsing.chromium  # a fixture
EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.json"))
SHOWN = ("said", "guessed", "table", "costs")


@pytest.fixture(scope="module", params=EARLIER, ids=lambda path: path.stem)
def kept(request):
    return json.loads(request.param.read_text(encoding="utf-8")) | {"page": request.param.with_suffix(".html.xz")}


def shown(seen):
    return {part: seen.page.locator(f"#{part}").text_content() for part in SHOWN}


def test_an_earlier_page_opens_offline_from_its_link_and_shows_the_numbers_of_its_own_model(kept, chromium, tmp_path):
    (tmp_path / "page.html").write_bytes(lzma.decompress(kept["page"].read_bytes()))
    seen = Visit(chromium, (tmp_path / "page.html").as_uri(), hash=kept["link"])
    assert shown(seen) == kept["opened"] and seen.states()
    seen.move("Hours a week for it", "ArrowLeft")
    assert shown(seen) == kept["one_step_less"] != kept["opened"]
    years = Scenario.from_text(kept["scenario"]).years
    for native in kept["native"]:
        found = seen.page.evaluate(RESULTS, {"values": native["values"], "years": years})
        for name in native.keys() - {"values"}:
            assert [one[name] for one in found] == native[name], name
    seen.context.close()
    assert seen.complaints == [] and all(url.startswith((seen.home, "data:", "blob:")) for url in seen.asked)


def test_the_page_of_today_reads_the_link_of_an_earlier_one(kept, chromium, tmp_path):
    (tmp_path / "page.html").write_text(render_page(page_data(with_class_size(Scenario.of("baseline")), 40)))
    seen = Visit(chromium, (tmp_path / "page.html").as_uri(), hash=kept["link"])
    assert seen.page.locator("#problem").is_hidden(), seen.text("#problem")
    assert (
        seen.page.locator("#pins [aria-pressed=true]").inner_text() == "More time" and "than More time" in seen.said()
    )
    assert seen.page.locator("#run").input_value() == "1" and seen.text("#guessed").startswith("You guessed 35 %")
    assert seen.page.locator("#as-toml").input_value() == kept["settings"]
    assert settings(seen.page.locator("#as-command").input_value()) >= settings(kept["command"])
    seen.context.close()


def test_the_library_of_today_reads_the_command_and_the_scenario_file_of_an_earlier_page(kept):
    own = Scenario.from_text(kept["scenario"])
    moved = Scenario.from_text(kept["scenario"] + "\n" + kept["settings"])
    given = dict(one.split("=") for one in settings(kept["command"]))
    assert moved.values == own.with_values({name: float(value) for name, value in given.items()}).values != own.values


def settings(command: str) -> set[str]:
    """What a command sets."""
    words = shlex.split(command)
    return {word for before, word in itertools.pairwise(words) if before == "--set"}
