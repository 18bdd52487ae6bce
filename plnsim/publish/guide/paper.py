"""The paper as a page of the guide: its title as a heading, its citations and references spelt out, which a journal's
own tools do from the same two files.
"""

from __future__ import annotations

import re

HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
CITED = re.compile(r"\[([^\[\]]*@[^\[\]]*)\](?!\()")
KEY = re.compile(r"@([a-z]+[0-9]{4})")


def references(bibliography: str) -> dict[str, dict[str, str]]:
    """The fields of each entry of a BibTeX file by its key; each field on a line of its own, in braces."""
    return {
        key: {name: re.sub(r"[{}\\]", "", value) for name, value in re.findall(r"^  (\w+) = {(.*)},$", fields, re.M)}
        for key, fields in re.findall(r"^@\w+{(\w+),\n(.*?)^}$", bibliography, re.M | re.DOTALL)
    }


def page(text: str, bibliography: str) -> str:
    """The paper's Markdown without its head, with ``(Frank et al. 2018)`` in place of ``[@frank2018]`` and the works
    listed at its end. Raises ``KeyError`` for a work that the bibliography lacks.
    """
    head = HEAD.match(text)
    assert head is not None
    (title,) = re.findall(r'^title: "(.*)"$', head[1], re.M)
    works = references(bibliography)
    body = re.sub(r"^#", "##", text[head.end() :], flags=re.M)
    body = CITED.sub(lambda cited: f"({KEY.sub(lambda key: _named(works[key[1]]), cited[1])})", body)
    listed = "\n".join(f"- {_reference(work)}" for _, work in sorted(works.items()))
    return f"# {title}\n{body}\n{listed}\n"


def _named(work: dict[str, str]) -> str:
    names = [name.split(",")[0] for name in work["author"].split(" and ")]
    return f"{names[0]} et al. {work['year']}" if len(names) > 2 else f"{' and '.join(names)} {work['year']}"


def _reference(work: dict[str, str]) -> str:
    place = work.get("journal") or work.get("booktitle") or work.get("publisher") or work["howpublished"]
    numbers = " ".join(filter(None, (work.get("volume"), f"({work['number']})" if "number" in work else "")))
    where = ", ".join(filter(None, (f"*{place}*", numbers, work.get("pages", "").replace("--", "–"))))
    address = f"https://doi.org/{work['doi']}" if "doi" in work else work.get("url")
    link = f" [{address}]({address})" if address else ""
    title = work["title"] if work["title"].endswith("?") else f"{work['title']}."
    return f"{work['author'].replace(' and ', '; ')} ({work['year']}). {title} {where}.{link}"
