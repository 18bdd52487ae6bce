"""README and guide: every command in them is real, and the tutorial and how-to pages are followed to the letter."""

import os
import re
import shlex
import shutil
import tempfile
from contextlib import suppress

import click
import pytest

from tests.support.pages import (
    GUIDE,
    SKIPPED_COMMANDS,
    TOP,
    blocks,
    check,
    check_mention,
    commands,
    mentions,
    run_command_line,
    run_page,
)

PAGES = sorted(path for path in (*GUIDE.rglob("*.md"), TOP / "README.md", TOP / "CONTRIBUTING.md") if path.is_file())
FOLLOWED = (
    "tutorial",
    "describe-a-programme",
    "change-one-thing",
    "own-population",
    "sweep-and-analyse",
    "ask-before-founding",
)
PICTURES = {
    "tutorial": {
        "tutorial-hubs.svg": "results/hubs/spread.svg",
        "tutorial-for-the-minister.svg": "for-the-minister/spread.svg",
    }
}
"""The pictures of a page, and the files that its commands make them as; ``python -m tests.publish.test_guide_pages``
makes them anew.
"""
LINES = sorted({(line, path.name) for path in PAGES for line in commands(path)})
MENTIONS = sorted({(line, path.name) for path in PAGES for line in mentions(path)})


@pytest.mark.parametrize(("line", "page"), LINES, ids=[f"{page}: {line}" for line, page in LINES])
def test_every_command_in_a_block_is_one_that_plnsim_takes(line, page):
    check(line)


@pytest.mark.parametrize(("line", "page"), MENTIONS, ids=[f"{page}: {line}" for line, page in MENTIONS])
def test_every_command_in_running_text_is_one_of_plnsims(line, page):
    check_mention(line)


@pytest.mark.parametrize(
    "wrong", ["plnsim simulate baseline", "plnsim run baseline --replicate 3", "plnsim run", "plnsim run a b"]
)
def test_a_command_that_plnsim_does_not_take_would_be_found(wrong):
    with pytest.raises(click.UsageError):
        check(wrong)


@pytest.mark.parametrize("wrong", ["plnsim simulate", "plnsim run --replicate 3"])
def test_a_mention_of_what_there_is_not_would_be_found(wrong):
    with pytest.raises(click.UsageError):
        check_mention(wrong)


def test_many_commands_are_checked():
    assert len(LINES) > 60 and {"README.md", "tutorial.md", "cluster.md"} <= {page for _, page in LINES}
    assert len(MENTIONS) > 40


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed_to_the_letter(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(GUIDE / f"{page}.md")
    for picture, made in PICTURES.get(page, {}).items():
        shown, new = (path.read_text(encoding="utf-8") for path in (GUIDE / picture, tmp_path / made))
        assert f"]({picture})" in (GUIDE / f"{page}.md").read_text(encoding="utf-8")
        assert said_in(shown) == said_in(new), "python -m tests.publish.test_guide_pages"
        assert shown == new or DRAWN_BY.findall(shown) != DRAWN_BY.findall(new), (
            "python -m tests.publish.test_guide_pages"
        )


DRAWN_BY = re.compile(r"Matplotlib v[\d.]+")


def said_in(svg: str) -> list[str]:
    """Title and description of a picture, which hold its numbers."""
    return [
        text for text in re.findall(r"<dc:(?:title|description)>(.*?)</dc:", svg, re.DOTALL) if not DRAWN_BY.match(text)
    ]


SMALLER = {
    "experiment": ("--size", "4"),
    "headline": ("--quick",),
    "calibrate": ("--budget", "2000"),
    "trial": ("--trials", "2"),
    "compare": ("--replicates", "2", "--quick"),
    "optimise": ("--evaluations", "6", "--replicates", "2"),
    "validate-model": ("--replicates", "1"),
    "ablations": ("baseline", "--only", "time", "--replicates", "2"),
}
"""What is added to a command of the README, which is to be followed in a minute, not in an hour."""


@pytest.mark.full
def test_every_command_of_the_readme_can_be_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in commands(TOP / "README.md"):
        words = line.partition(" #")[0].split()
        if not line.startswith(SKIPPED_COMMANDS):
            run_command_line(shlex.join([*shlex.split(" ".join(words)), *SMALLER.get(words[1], ())]))
    made = {path.name for path in tmp_path.iterdir()}
    assert {
        "results",
        "my-programme.toml",
        "answers.toml",
        "time.html",
        "headline-results",
        "tables",
        "model.html",
    } <= made


def test_an_answer_that_is_not_given_would_be_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```sh\nplnsim scenarios\n```\n\n```text\nnobody says this\n```\n")
    with pytest.raises(AssertionError, match="shows what was not said"):
        run_page(page)


def test_the_readme_runs_in_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in blocks(TOP / "README.md"):
        if block.language == "python":
            exec(compile(block.text, "README.md", "exec"), names)
    assert len(names["done"].outcomes) == 20 and names["model"].steps == 39


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for page, pictures in PICTURES.items():
            with suppress(AssertionError):  # what the page shows of an answer may be what changes
                run_page(GUIDE / f"{page}.md")
            for picture, made in pictures.items():
                shutil.copyfile(made, GUIDE / picture)
        os.chdir(GUIDE)
