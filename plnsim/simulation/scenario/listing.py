"""What there is: scenarios with their titles, parameters with all that is declared of them."""

from __future__ import annotations

import tomllib

from plnsim.common.parameter import AnyParameter, Choice


def titles() -> dict[str, str]:
    """The title of each shipped scenario, by name; reads the files without checking them."""
    from plnsim.simulation.scenario.shipped import shipped_scenarios

    return {
        name: tomllib.loads(path.read_text(encoding="utf-8")).get("title", "")
        for name, path in shipped_scenarios().items()
    }


def describe(one: AnyParameter) -> dict[str, object]:
    """All that is declared of a parameter, for a list."""
    about: dict[str, object] = {
        "name": one.qualified_name,
        "default": one.default,
        "unit": one.unit,
        "group": one.group,
        "meaning": one.meaning,
        "source": one.source,
        "direction": one.direction,
        "structural": one.structural,
    }
    if isinstance(one, Choice):
        return about | {"options": dict(one.options), "range": f"({', '.join(one.options)})"}
    low, high = one.range
    return about | {
        "plausible": [low, high],
        "bounds": list(one.bounds),
        "shape": one.shape,
        "range": f"({low:g} to {high:g} {one.unit})",
    }
