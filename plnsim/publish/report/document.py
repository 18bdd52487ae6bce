"""A page of results as data: one text, which two writers make into HTML and Word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure


class Piece(NamedTuple):
    """Some letters of a text; ``style``: strong, small, code, or key, a square of a scenario's colour before them."""

    text: str
    style: str = ""
    colour: str = ""


Words = str | tuple[str | Piece, ...]
"""A text, of pieces where it has styles."""


def pieces(words: Words) -> tuple[Piece, ...]:
    """A text as pieces, whatever it was written as."""
    parts = (words,) if isinstance(words, str) else words
    return tuple(part if isinstance(part, Piece) else Piece(part) for part in parts)


def plain(words: Words) -> str:
    """A text without its styles."""
    return "".join(piece.text for piece in pieces(words))


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; a note is printed smaller."""

    words: Words
    note: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Words, ...]
    kind: str = "bullets"


class Number(NamedTuple):
    """A number to be seen from afar, with what it counts."""

    value: str
    label: Words
    colour: str


@dataclass(frozen=True)
class Numbers:
    """The pair of numbers (or a few more) that a page is about; ``label`` stands before them."""

    label: str
    items: tuple[Number, ...]
    kind: str = "numbers"


class Cell(NamedTuple):
    """A cell of a table: its text with what stands small beside it, the key of a scenario, the share that a bar below
    it shows, and whether it is framed.
    """

    words: Words
    small: str = ""
    share: float | None = None
    colour: str = ""
    framed: bool = False


@dataclass(frozen=True)
class Table:
    """Heads and rows of cells; the first column holds what the rows are about. ``shape``: how its columns are set."""

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shape: str = ""
    kind: str = "table"


class Picture(NamedTuple):
    """A figure and what it shows, in words, for those who cannot see it."""

    figure: MatplotlibFigure
    alt_text: str


@dataclass(frozen=True)
class Image:
    """A picture by the name that its files have, with what is said above and below it."""

    name: str
    picture: Picture
    caption: Words = ""
    kind: str = "image"


Block = Paragraph | Bullets | Numbers | Table | Image


@dataclass(frozen=True)
class Section:
    """Some blocks under a heading; ``small`` ones are printed smaller, ``wide`` ones across both columns."""

    heading: str
    blocks: tuple[Block, ...]
    small: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Document:
    """A page: its title, which is the finding; the first screen, with what stands before the picture, beside it and
    below; and all that follows.
    """

    title: str
    lead: tuple[Section, ...]
    image: Image
    facts: tuple[Section, ...]
    caution: str
    sections: tuple[Section, ...]

    @property
    def much(self) -> bool:
        """Whether there is so much to say that the page is printed smaller, to stay on two sheets."""
        tables = [block for section in self.sections for block in section.blocks if isinstance(block, Table)]
        cells = (cell for table in tables for row in (table.heads, *table.rows) for cell in row)
        said = (*self.texts(), *(f"{plain(cell.words)}{cell.small}" for cell in cells))
        return sum(len(plain(words)) for words in said) > MUCH_TEXT

    def texts(self) -> Iterator[Words]:
        """The texts of all paragraphs and lists of the sections."""
        for block in (block for section in self.sections for block in section.blocks):
            if isinstance(block, Paragraph):
                yield block.words
            elif isinstance(block, Bullets):
                yield from block.items

    def images(self) -> Iterator[Image]:
        """All pictures, in their order."""
        yield self.image
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Image))


MUCH_TEXT = 9000
"""Letters of the sections from which a page is printed smaller."""
