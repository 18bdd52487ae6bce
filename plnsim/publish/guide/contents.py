"""What the guide holds and in which order: sections of pages, from ``contents.toml`` and from what is there."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

CONTENTS = "contents.toml"
FURTHER = "More"


@dataclass(frozen=True)
class Section:
    """A title and the names of its pages: paths below the guide's folder, without the ending."""

    title: str
    pages: tuple[str, ...]


def sections(folder: Path) -> list[Section]:
    """The sections of a guide in a folder; a page that no section names is in the last one, so that none gets lost."""
    declared = tomllib.loads((folder / CONTENTS).read_text(encoding="utf-8"))["section"]
    listed = [
        Section(section["title"], tuple(page for name in section["pages"] if (page := _page(folder, name))))
        for section in declared
    ]
    named = {page for section in listed for page in section.pages}
    folders = {page.removesuffix("index") for page in named if page.endswith("/index")}
    others = sorted(
        page for page in _pages(folder) if page not in named and not any(page.startswith(below) for below in folders)
    )
    return [section for section in (*listed, Section(FURTHER, tuple(others))) if section.pages]


def _page(folder: Path, name: str) -> str:
    """The page that a name of the contents stands for; nothing where it is not there (yet)."""
    if name.endswith("/"):
        return f"{name}index" if any((folder / name).glob("*.md")) else ""
    return name if (folder / f"{name}.md").is_file() else ""


def _pages(folder: Path) -> list[str]:
    return [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")]


def add_index_pages(folder: Path) -> None:
    """Gives each folder that the contents name an index page that leads to its other pages; one that is there keeps
    its text.
    """
    for below in sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and f"{path.name}/" in _declared(folder) and any(path.glob("*.md"))
    ):
        index = below / "index.md"
        others = "\n".join(path.stem for path in sorted(below.glob("*.md")) if path != index)
        text, kind = (
            (index.read_text(encoding="utf-8"), ":hidden:")
            if index.exists()
            else (f"# {below.name.capitalize()}\n", ":maxdepth: 1")
        )
        index.write_text(f"{text}\n```{{toctree}}\n{kind}\n\n{others}\n```\n", encoding="utf-8")


def add_keywords(folder: Path) -> None:
    """Gives pages of the guide the words that users look for, as metadata which the site's search reads; a folder's
    stand on its index page.
    """
    for name, words in tomllib.loads((folder / CONTENTS).read_text(encoding="utf-8"))["keywords"].items():
        page = folder / (f"{name}.md" if (folder / f"{name}.md").is_file() else f"{name}/index.md")
        metadata = f"---\nmyst:\n  html_meta:\n    keywords: {json.dumps(words)}\n---\n\n"
        page.write_text(metadata + page.read_text(encoding="utf-8"), encoding="utf-8")


def _declared(folder: Path) -> list[str]:
    return [
        name
        for section in tomllib.loads((folder / CONTENTS).read_text(encoding="utf-8"))["section"]
        for name in section["pages"]
    ]


def index_page(title: str, about: str, sections: list[Section]) -> str:
    """The first page: what the guide is, and its sections."""
    lists = [
        f"```{{toctree}}\n:caption: {section.title}\n:maxdepth: 1\n\n" + "\n".join(section.pages) + "\n```\n"
        for section in sections
    ]
    return "\n".join([f"# {title}\n", f"{about}\n", *lists])
