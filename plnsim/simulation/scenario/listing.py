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


def describe(parameter: AnyParameter) -> dict[str, object]:
    """All that is declared of a parameter, for a list."""
    about: dict[str, object] = {
        "name": parameter.qualified_name,
        "default": parameter.default,
        "unit": parameter.unit,
        "group": parameter.group,
        "meaning": parameter.meaning,
        "source": parameter.source,
        "direction": parameter.direction,
        "structural": parameter.structural,
    }
    if isinstance(parameter, Choice):
        return about | {"options": dict(parameter.options), "range": f"({', '.join(parameter.options)})"}
    low, high = parameter.range
    return about | {
        "plausible": [low, high],
        "bounds": list(parameter.bounds),
        "shape": parameter.shape,
        "range": f"({low:g} to {high:g} {parameter.unit})",
    }
