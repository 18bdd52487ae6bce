"""A file that asks for runs: the checks of keys that experiments and calibrations share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import GROUPS, AnyParameter, Choice, Value
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.places import KeyPath
from plnsim.simulation.scenario.shipped import shipped_scenarios
from plnsim.simulation.scenario.toml_file import TomlFile

NOT_VARIED = ("population", "conditions", "programme.themes")
"""What ``parameters = "all"`` leaves alone, beside the group *analysis* (how things are measured and named): the
world's size, counterfactuals.
"""


Content = Mapping[str, object]
"""A table of a file, as it was parsed and before it is checked."""


def may_vary(parameter: AnyParameter, *, choices: bool = False) -> bool:
    """Whether a parameter is among *all*: a number with a range, or where ``choices`` count a switch as well."""
    if parameter.group == "analysis" or any(
        left in (parameter.qualified_name, parameter.section) for left in NOT_VARIED
    ):
        return False
    return choices if isinstance(parameter, Choice) else parameter.range[0] < parameter.range[1]


class SpecFile(TomlFile):
    """Parses what such a file asks for, key by key; after a problem a stand-in is given, and ``raise_problems`` says
    all of them.
    """

    def _known(self, table: Content, path: KeyPath, keys: tuple[str, ...]) -> None:
        """Notes every key that is none of those that a table can hold."""
        for key in table:
            if key not in keys:
                self.problem((*path, key), f"unknown key {quote_value(key)}", suggestion(key, keys))

    def _texts(self, content: Content, key: str) -> tuple[str, ...]:
        value = content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.problem((key,), f"{key} must be a list of texts", f'{key} = ["..."]')
            return ()
        return tuple(value)

    def _number(self, table: Content, path: KeyPath, least: float, most: float) -> float:
        """The number at the end of a path, which must be there."""
        key = str(path[-1])
        value = table.get(key)
        if value is None:
            self.problem(path, f"there is no {key}", f"{key} = 0.05, say")
            return least
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            percent = (
                f"; for {value} % write {value / 100:g}"
                if least <= 0.0 and most < 2.0 and isinstance(value, int | float) and 1 < value <= 100
                else ""
            )
            self.problem(
                path,
                f"{key} must be a number from {least:g} to {most:g}, got {quote_value(value)}",
                f"{key} = 0.05, say{percent}",
            )
            return least
        return float(value)

    def _option(self, content: Content, key: str, options: tuple[str, ...], default: str) -> str:
        value = content.get(key, default)
        if not isinstance(value, str) or value not in options:
            self.problem((key,), f"there is no {key} {quote_value(value)}", suggestion(str(value), options))
            return default
        return value

    def _integer(self, content: Content, key: str, default: int, least: int, most: int) -> int:
        value = content.get(key, default)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, int) and whole and least <= value <= most:
            return value
        self.problem(
            (key,),
            f"{key} {'cannot be' if whole else 'must be a whole number, got'} {quote_value(value)}",
            f"{key} = a whole number from {least} to {most:,}",
        )
        return default

    def _title(self, content: Content, key: str, default: str = "") -> str:
        value = content.get(key, default)
        if not isinstance(value, str):
            self.problem((key,), f"{key} must be a text in quotes, got {quote_value(value)}", f'{key} = "..."')
            return default
        return value

    def _boolean(self, content: Content, key: str, default: bool = False) -> bool:
        value = content.get(key, default)
        if not isinstance(value, bool):
            self.problem((key,), f"{key} must be true or false, got {quote_value(value)}", f"{key} = true")
            return default
        return value

    def _validate(self, check: Callable[[object], int], content: Content, key: str, default: int) -> int:
        try:
            return check(content.get(key, default))
        except InputError as problem:
            self.problem((key,), problem.wrong, problem.right)
            return default

    def _years(self, content: Content) -> float | None:
        value = content.get("years")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self.problem(
                ("years",), f"years must be a number above 0 and at most 100, got {quote_value(value)}", "years = 5"
            )
            return None
        return value

    def _check_scenario(self, path: KeyPath, name: str, folder: Path) -> None:
        """Notes a scenario that does not come with plnsim and is no file; what its file holds is read later."""
        if name.endswith(".toml"):
            if "\0" in name or not (folder / name).exists():
                self.problem(path, f"there is no file {quote_value(name)}", "a path from the folder of this file")
        elif name not in shipped_scenarios():
            self.problem(
                path,
                f"there is no scenario {quote_value(name)}",
                f"{suggestion(name, shipped_scenarios())}; a file of your own ends in .toml",
            )

    def _parameter_names(self, vary: Content) -> tuple[str, ...]:
        """What ``parameters`` names, or all that may vary; ``except`` is left out."""
        excluded = self._name_list(vary, "except")
        if vary.get("parameters") == "all":
            return tuple(
                parameter.qualified_name
                for parameter in MODEL_PARAMETERS
                if may_vary(parameter) and parameter.qualified_name not in excluded
            )
        if excluded:
            self.problem(
                ("vary", "except"), "except leaves parameters out of all, and not all vary", 'parameters = "all"'
            )
        return self._name_list(vary, "parameters", right='parameters = ["time.hours"], or "all"')

    def _name_list(self, vary: Content, key: str, right: str = 'except = ["time.hours"]') -> tuple[str, ...]:
        """A list of parameters' dotted names."""
        named = vary.get(key, [])
        if not isinstance(named, list):
            self.problem(("vary", key), f"{key} must be a list of names, got {quote_value(named)}", right)
            return ()
        for index, name in enumerate(named):
            if not isinstance(name, str):
                self.problem(("vary", key, index), f"a parameter is a name, got {quote_value(name)}", right)
            elif name not in MODEL_PARAMETERS:
                self.problem(
                    ("vary", key, index),
                    f"unknown parameter {quote_value(name)}",
                    suggestion(name, MODEL_PARAMETERS.by_name),
                )
        return tuple(name for name in named if isinstance(name, str) and name in MODEL_PARAMETERS)

    def _group_members(self, vary: Content) -> tuple[str, ...]:
        groups = vary.get("groups", [])
        if not isinstance(groups, list):
            self.problem(
                ("vary", "groups"),
                f"groups must be a list of names, got {quote_value(groups)}",
                'groups = ["time", "leadership"]',
            )
            return ()
        for index, group in enumerate(groups):
            if not isinstance(group, str):
                self.problem(
                    ("vary", "groups", index), f"a group is a name, got {quote_value(group)}", 'groups = ["time"]'
                )
            elif group not in GROUPS:
                self.problem(
                    ("vary", "groups", index), f"unknown group {quote_value(group)}", suggestion(group, GROUPS)
                )
        return tuple(
            parameter.qualified_name
            for parameter in MODEL_PARAMETERS
            if parameter.group in groups and may_vary(parameter)
        )

    def _values(self, path: KeyPath, table: object) -> dict[str, Value]:
        values: dict[str, Value] = {}
        if not isinstance(table, dict):
            self.problem(
                path, f"{path[-1]} must be a table of values, got {quote_value(table)}", "set.time.hours = 1.2"
            )
            return values
        for section, inner in table.items():
            for name, value in inner.items() if isinstance(inner, dict) else [("", inner)]:
                try:
                    values[f"{section}.{name}"] = MODEL_PARAMETERS[f"{section}.{name}"].validate(value)
                except InputError as problem:
                    self.problem((*path, section, name), problem.wrong, problem.right)
        return values
