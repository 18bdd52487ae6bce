"""The one kind of error that a user can mend: bad input, said once and clearly."""

from __future__ import annotations

from difflib import get_close_matches


class BadInput(Exception):
    """Says which input is wrong, where it stands, what is wrong and what would be right.

    ``place`` is a file with line and column where there is one (``study.toml:11:1``), else the option or argument.
    The command line prints the message and exits with 2; a library user catches this one class.
    """

    def __init__(self, wrong: str, *, place: str = "", right: str = "", excerpt: str = ""):
        self.wrong, self.place, self.right, self.excerpt = wrong, place, right, excerpt
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [self.wrong]
        if self.place:
            lines.append(f"  --> {self.place}")
        lines += [f"   | {line}" for line in self.excerpt.splitlines()]
        if self.right:
            lines.append(f"   = help: {self.right}")
        return "\n".join(lines)


def suggestion(word: str, known) -> str:
    """The help text for an unknown word: the nearest known one, or the whole list when none is near."""
    known = sorted(known)
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"known are: {', '.join(known)}" if len(known) <= 30 else f"{len(known)} names are known; none is near"
