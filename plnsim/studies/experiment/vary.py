"""What ``[vary]`` says: which parameters vary, how each is distributed, which are correlated, and in which groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.places import KeyPath
from plnsim.studies.experiment.checks import Content, SpecFile
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.distribution import Correlations, Distribution, parse_correlations

KEYS = ("parameters", "except", "groups", "dummy", "by_group", "distributions", "correlations")
Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Varied:
    """What varies: names, the group of each where indices are asked for groups, and what the file says of them."""

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    correlations: Correlations = field(default_factory=dict)

    __repr__ = short_repr


class VaryFile(SpecFile):
    """Parses ``[vary]``; a file of experiments goes on from it."""

    def varied(self, vary: object) -> Varied:
        """What varies; what has a distribution or stands in a group of one's own does so without being named again."""
        if not isinstance(vary, dict) or not vary:
            self.problem(
                ("vary",),
                f"vary says what varies, got {quote_value(vary)}" if vary else "nothing says what varies",
                '[vary] with parameters = ["time.hours", ...], "all", or groups = ["time"]',
            )
            return Varied()
        for key in vary:
            if key not in KEYS:
                self.problem(("vary", key), f"unknown key {quote_value(key)}", suggestion(key, KEYS))
        own_groups = self._own_groups(vary)
        members = tuple(own_groups) if isinstance(vary.get("groups"), dict) else self._group_members(vary)
        distributions = self._distributions(vary.get("distributions", {}))
        names = tuple(dict.fromkeys(self._parameter_names(vary) + members + tuple(distributions)))
        if not names and vary.get("dummy") is not True and not self.problems:
            self.problem(("vary",), "nothing varies", 'parameters = ["time.hours", ...], or groups = ["time", ...]')
        asked = tuple(_dotted(vary.get("distributions")))  # a wrong distribution is told already, and varies
        correlations = self._checked(
            ("vary", "correlations"), lambda: parse_correlations(vary.get("correlations", []), (*names, *asked))
        )
        by_group = self._boolean(vary, "by_group")
        if self._boolean(vary, "dummy", True):
            names = (*names, DUMMY)
        groups: tuple[str, ...] = ()
        if own_groups:
            groups = tuple(own_groups.get(name, name) for name in names)
        elif by_group and not self.problems:
            groups = tuple(DUMMY if name == DUMMY else MODEL_PARAMETERS[name].group for name in names)
        return Varied(names, groups, distributions, correlations or {})

    def _own_groups(self, vary: Content) -> dict[str, str]:
        """The group of each parameter that stands in one of the file's own groups."""
        table = vary.get("groups")
        groups: dict[str, str] = {}
        for group, members in table.items() if isinstance(table, dict) else ():
            right = f'{group} = ["time.hours", "time.cover"]'
            if not isinstance(members, list) or not members:
                self.problem(("vary", "groups", group), "a group is a list of parameters", right)
                continue
            if not group or group == DUMMY or group in MODEL_PARAMETERS:
                self.problem(("vary", "groups", group), f"a group cannot be called {quote_value(group)}", "a new name")
            for index, name in enumerate(members):
                at = ("vary", "groups", group, index)
                if not isinstance(name, str) or name not in MODEL_PARAMETERS:
                    near = suggestion(name, MODEL_PARAMETERS.by_name) if isinstance(name, str) else right
                    self.problem(at, f"unknown parameter {quote_value(name)}", near)
                elif name in groups:
                    self.problem(at, f"{name} stands in a group already", "each parameter in one group")
                else:
                    groups[name] = group
        return groups

    def _distributions(self, table: object, path: KeyPath = ("vary", "distributions")) -> dict[str, Distribution]:
        """The distributions that stand in a table at ``path``, as ``time.hours = {shape = ...}``."""
        right = f'[{".".join(map(str, path))}] with time.hours = {{shape = "uniform", low = 0.5, high = 1.5}}'
        if not isinstance(table, dict):
            self.problem(path, f"{path[-1]} must be a table, got {quote_value(table)}", right)
            return {}
        found: dict[str, Distribution] = {}
        for section, inner in table.items():
            for key, each in inner.items() if isinstance(inner, dict) else [("", inner)]:
                name = f"{section}.{key}" if key else section
                if name not in MODEL_PARAMETERS:
                    near = suggestion(name, MODEL_PARAMETERS.by_name) if key else right
                    self.problem((*path, section, key), f"unknown parameter {quote_value(name)}", near)
                    continue
                distribution = self._checked((*path, section, key), partial(Distribution.of, name, each))
                if distribution:
                    found[name] = distribution
        return found

    def _checked(self, path: KeyPath, parse: Callable[[], Parsed]) -> Parsed | None:
        """What is parsed; a problem is noted at the key below that it names."""
        try:
            return parse()
        except InputError as problem:
            below: KeyPath = (int(problem.place) if problem.place.isdecimal() else problem.place,)
            self.problem((*path, *below) if problem.place else path, problem.wrong, problem.right)
            return None


def _dotted(table: object) -> list[str]:
    """The dotted names that stand in a table of tables."""
    sections = table.items() if isinstance(table, dict) else ()
    return [f"{section}.{key}" for section, inner in sections if isinstance(inner, dict) for key in inner]
