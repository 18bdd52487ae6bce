"""Results as JSON that every parser reads: what is no finite number is null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from numbers import Integral, Real


def json_text(content: object, *, ensure_ascii: bool = True) -> str:
    """Anything that consists of mappings, lists, texts and numbers, also NumPy's, as indented JSON."""
    return json.dumps(_plain(content), indent=2, allow_nan=False, ensure_ascii=ensure_ascii)


def _plain(value: object) -> object:
    """A value as JSON holds it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, bool) or (hasattr(value, "dtype") and value.dtype == bool):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return value
