"""How objects that hold much show themselves: in a line or two, whatever they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from os import PathLike, fspath

LONGEST_TEXT, LONGEST_REPR, FEW = 60, 200, 3


def short_repr(self: object) -> str:
    """The ``__repr__`` of a dataclass or named tuple: each part that is not as by default, told shortly."""
    parts = ", ".join(f"{name}={_short(value)}" for name, value in _parts(self))
    text = f"{type(self).__name__}({parts})"
    return text if len(text) <= LONGEST_REPR else f"{text[: LONGEST_REPR - 4]}...)"


def _parts(holder: object) -> list[tuple[str, object]]:
    if not is_dataclass(holder):
        return [(name, getattr(holder, name)) for name in getattr(holder, "_fields", ())]
    held = [(field, getattr(holder, field.name)) for field in fields(holder) if field.repr]
    return [
        (field.name, value)
        for field, value in held
        if not (field.default is not MISSING and value is field.default) and not _is_empty(value)
    ]


def _is_empty(value: object) -> bool:
    return isinstance(value, (str, tuple, list, dict, frozenset, set)) and len(value) == 0


def _short(value: object) -> str:
    if isinstance(value, PathLike):
        value = str(fspath(value))
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 3]}...")
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if (shape := getattr(value, "shape", None)) is not None:
        return f"<{' x '.join(map(str, shape)) or 'scalar'} {type(value).__name__}>"
    if isinstance(value, Collection):
        return _short_collection(value)
    name = getattr(value, "name", None) or getattr(value, "__name__", None)
    return f"<{type(value).__name__}{f' {name}' if isinstance(name, str) else ''}>"


def _short_collection(values: Collection[object]) -> str:
    """A few plain values as they are, otherwise how many there are of what."""
    plain = isinstance(values, (tuple, list, dict)) and len(values) <= FEW
    if isinstance(values, Mapping):
        if plain and all(_is_plain(value) for value in values.values()):
            return "{" + ", ".join(f"{key!r}: {_short(value)}" for key, value in values.items()) + "}"
        return f"<{len(values)} by name>"
    if plain and all(map(_is_plain, values)):
        return f"[{', '.join(map(_short, values))}]"
    kinds = {type(value).__name__ for value in values}
    return f"<{len(values)} {kinds.pop() if len(kinds) == 1 else 'values'}>"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (str, bool, int, float))
