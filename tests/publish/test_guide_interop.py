"""The guide's page on other tools: every block of it runs, in its order, in one folder."""

from __future__ import annotations

import re
import shlex
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from plnsim.common.package import shipped
from plnsim.publish.interop import FORMATS
from tests.support.commands import invoke
from tests.support.pages import blocks

PAGE = shipped("docs/interop.md").read_text(encoding="utf-8")
BLOCKS = blocks(shipped("docs/interop.md"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder in which every block has run, and the names that the blocks of Python have left."""
    folder = tmp_path_factory.mktemp("guide")
    names: dict = {}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of other packages
        patch.chdir(folder)
        for language, text, name in BLOCKS:
            if language == "toml":
                Path(name).write_text(text, encoding="utf-8")
            elif language == "python" or (language == "py" and find_spec("solara")):  # a page for SolaraViz
                exec(compile(text, "interop.md", "exec"), names)
            elif language == "sh":
                _in_shell(text)
    return folder, names


def _in_shell(text: str) -> None:
    for line in text.splitlines():
        first, *words = shlex.split(line)
        if first == "plnsim":
            said = invoke(*words)
            assert said.code == 0, said.err
        else:
            assert line.startswith("python -m pip install 'plnsim["), "what is installed is not installed again here"


def test_every_block_runs_and_leaves_what_the_page_says(ran):
    folder, names = ran
    assert {language for language, _, _ in BLOCKS} == {"sh", "toml", "python", "py"} and len(BLOCKS) >= 9
    assert {path.name for path in (folder / "tables").iterdir()} == {"runs.csv", "dictionary.csv", "datapackage.json"}
    assert (folder / "rules" / "rules.txt").exists()
    assert len(names["outcomes"]["use"]) == 100 and len(names["runs"]) == 200


def test_salibs_own_analyses_see_what_matters_in_a_store(ran):
    names = ran[1]
    terms = dict(zip(names["terms"]["Term"], names["terms"]["ST"], strict=True))
    assert terms["time.hours"] > 0.1 > abs(terms["dummy"]) and len(names["use"]) == 320
    regions = names["regions"].to_df()
    assert len(regions) == 4 and regions["time.hours"].max() > 3 * regions["dummy"].max()


@pytest.mark.parametrize("line", re.findall(r"`(plnsim [^`\n]+)`", PAGE))
def test_commands_in_running_text_work_as_well(ran, tmp_path, line, monkeypatch):
    words = shlex.split(line)[1:]
    monkeypatch.chdir(ran[0])
    assert invoke(*words[:-1], tmp_path / words[-1]).code == 0
    assert (tmp_path / words[-1] / FORMATS[words[words.index("--format") + 1]][0]).exists()
