"""The words of the guided story: those that come with plnsim, or those of a file in another language."""

from __future__ import annotations

import re
from pathlib import Path

from plnsim.common.errors import quote_value, suggestion
from plnsim.simulation.scenario.toml_file import TomlFile, load_text

SHIPPED = Path(__file__).with_name("texts.toml")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""What a text leaves to be filled in."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def load_texts(path: Path = SHIPPED) -> dict[str, str]:
    """All texts of a file by section and name, as ``"network.title"``.

    Raises ``InputError`` with the place of every text that is missing or unknown, is none, or asks to fill in what
    nobody fills in there.
    """
    read = _read(path)
    return read if path == SHIPPED else {key: read[key] for key in _read(SHIPPED)}


def _read(path: Path) -> dict[str, str]:
    file = TomlFile(load_text(path, "texts"), str(path))
    texts: dict[str, str] = {}
    wanted = {} if path == SHIPPED else _read(SHIPPED)
    for section, content in file.content().items():
        if not isinstance(content, dict):
            file.problem((section,), f"{section} stands in no section", "[sections] with texts in them")
            continue
        for name, value in content.items():
            key, place = f"{section}.{name}", (section, name)
            if not isinstance(value, str) or not value.strip():
                file.problem(place, f"{key} is {quote_value(value)}", "a text in quotes")
            elif wanted and key not in wanted:
                file.problem(place, f"there is no text {key}", suggestion(key, wanted))
            elif wanted and (unknown := set(PLACEHOLDER.findall(value)) - set(PLACEHOLDER.findall(wanted[key]))):
                known = ", ".join(f"{{{one}}}" for one in sorted(set(PLACEHOLDER.findall(wanted[key])))) or "none"
                file.problem(place, f"nothing fills in {{{min(unknown)}}} in {key}", f"of these: {known}")
            elif key == "page.language" and not LANGUAGE.fullmatch(value):
                file.problem(place, f"{quote_value(value)} is no code of a language", 'one as "en" or "nl"')
            else:
                texts[key] = value
    told = {f"{place[0]}.{place[1]}" for place in file.positions if len(place) == 2}
    for key in wanted:
        if key not in told:
            file.problem((key.partition(".")[0],), f"the text {key} is missing", quote_value(wanted[key]))
    file.raise_problems()
    return texts
