"""Commands as they are proposed to be typed next: they work as they are printed, whatever the names of files hold."""

from __future__ import annotations

import shlex
from pathlib import Path


def command_line(*words: object) -> str:
    """The line that calls plnsim with these words; a file (a ``Path``) is never mistaken for an option."""
    return shlex.join(["plnsim", *(_word(word) for word in words)])


def _word(word: object) -> str:
    text = str(word)
    return f"./{text}" if isinstance(word, Path) and text.startswith("-") else text
