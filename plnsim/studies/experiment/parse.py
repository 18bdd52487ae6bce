"""The parts of an experiment file: scenarios, outcomes, factors, alternatives, each checked key by key."""

from __future__ import annotations

from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.names import check_name
from plnsim.common.parameter import Value
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.scenario.places import KeyPath
from plnsim.simulation.scenario.toml_file import load_text
from plnsim.studies.experiment.checks import Content
from plnsim.studies.experiment.factorial import Factor
from plnsim.studies.experiment.formula import MOST_YEARS
from plnsim.studies.experiment.own_outcomes import OwnOutcomes
from plnsim.studies.experiment.vary import VaryFile


class AskedFile(VaryFile):
    """Parses what an experiment asks for beside its design."""

    def _check_set_once(self, varied: tuple[str, ...], tables: dict[KeyPath, dict[str, Value]]) -> None:
        """Notes every parameter that varies and is set as well: what is set would never hold."""
        for path, values in tables.items():
            for name in set(varied) & set(values):
                section, _, key = name.partition(".")
                self.problem(
                    (*path, section, key),
                    f"{name} varies, so what is set here would never hold",
                    f"no {name} under [{'.'.join(map(str, path))}], or none under [vary]",
                )

    def _scenarios(self, content: Content, folder: Path) -> tuple[str, ...]:
        named = content.get("scenarios", [content.get("scenario", "baseline")])
        if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
            self.problem(
                ("scenarios" if "scenarios" in content else "scenario",),
                "scenarios must be a list of names",
                'scenarios = ["baseline"]',
            )
            return ()
        for index, name in enumerate(named):
            self._check_scenario(("scenarios", index) if "scenarios" in content else ("scenario",), name, folder)
        return tuple(named)

    def _own(self, content: Content, folder: Path) -> OwnOutcomes:
        """The outcomes that the file declares; the file of functions that it names is run."""
        formulas, named = content.get("formulas", {}), content.get("functions")
        if not isinstance(formulas, dict):
            self.problem(("formulas",), "formulas must be a table", '[formulas] with wide = "use >= 0.2"')
            return OwnOutcomes()
        if named is not None and not (isinstance(named, str) and named.endswith(".py") and "\0" not in named):
            right = 'functions = "outcomes.py", a path from the folder of this file'
            self.problem(("functions",), f"functions names a file of Python, got {quote_value(named)}", right)
            return OwnOutcomes()
        try:
            return OwnOutcomes.of(formulas, folder / named if named else None)
        except InputError as problem:
            if problem.place in formulas:
                self.problem(("formulas", problem.place), problem.wrong, problem.right)
            elif not problem.place:
                self.problem(("functions",), problem.wrong, problem.right)
            else:
                self.problems.append(problem)  # its place is one in the file of functions
            return OwnOutcomes()

    def _asked_texts(self, content: Content, path: Path, own: OwnOutcomes) -> dict[str, str]:
        """The files that ask for the experiment, by name; without those that do not lie in or below its folder."""
        texts = {path.name: self.text}
        if own.source:
            texts[str(content["functions"])] = own.source
        for name in self._scenarios(content, path.parent):
            if name.endswith(".toml") and (path.parent / name).is_file():
                texts[name] = load_text(path.parent / name)
        return {
            name: text for name, text in texts.items() if not (Path(name).is_absolute() or ".." in Path(name).parts)
        }

    def _outcomes(self, content: Content, own: OwnOutcomes) -> tuple[str, ...]:
        named = content.get("outcomes", ["deep_use"])
        if not isinstance(named, list) or not named:
            self.problem(("outcomes",), "outcomes must be a list of names", 'outcomes = ["deep_use"]')
            return ()
        known = [*OUTCOMES_BY_NAME, *own.names]
        unread = bool(self.problems) and ("functions" in content or "formulas" in content) and not own.names
        for index, name in enumerate(named):
            if isinstance(name, str) and unread:
                continue  # it may stand in what could not be read, which is told
            if not isinstance(name, str) or name not in known:
                self.problem(
                    ("outcomes", index),
                    f"there is no outcome {quote_value(name)}"
                    if isinstance(name, str)
                    else f"an outcome is a name, got {quote_value(name)}",
                    suggestion(name, known) if isinstance(name, str) else 'outcomes = ["deep_use"]',
                )
        return tuple(map(str, named))

    def _lift(self, content: Content) -> float:
        value = content.get("lift", 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
            self.problem(
                ("lift",), f"lift must be the share of a gap that is closed, got {quote_value(value)}", "lift = 0.3"
            )
            return 0.0
        return float(value)

    def _half_width(self, content: Content) -> float | None:
        value = content.get("half_width")
        if value is None or (isinstance(value, float) and 0.0 < value < 1.0):
            return value
        self.problem(
            ("half_width",),
            f"half_width is how wide the widest 95 % interval may be to either side, got {quote_value(value)}",
            "half_width = 0.05",
        )
        return None

    def _by_school(self, content: Content) -> tuple[int, ...]:
        """The school years of which a row a school is kept."""
        value = content.get("by_school", [])
        years = value if isinstance(value, list) else [value]
        if all(isinstance(year, int) and not isinstance(year, bool) and 1 <= year <= MOST_YEARS for year in years):
            return tuple(sorted(set(years)))
        self.problem(
            ("by_school",),
            f"by_school lists the school years of which a row a school is kept, got {quote_value(value)}",
            "by_school = [3, 5], from the first year as 1",
        )
        return ()

    def _factors(self, content: Content, method: str) -> dict[str, Factor]:
        """The factors of a factorial design: ``[factors.time]`` with lines such as ``scarce.time.hours = 0.3``."""
        table, right = (
            content.get("factors", {}),
            "[factors.time] with two lines: scarce.time.hours = 0.3, ample.time.hours = 1.2",
        )
        if (method == "factorial") != bool(table):
            where, wrong = (
                (("factors",), "factors serve factorial designs only")
                if table
                else (("method",), "a factorial design needs factors")
            )
            self.problem(where, wrong, 'method = "factorial"' if table else right)
            return {}
        if method == "factorial" and "vary" in content:
            self.problem(("vary",), "a factorial design varies its factors, not vary", right)
        factors = {}
        for factor, levels in (table if isinstance(table, dict) else {"": table}).items():
            if not isinstance(levels, dict) or len(levels) < 2:
                self.problem(("factors", factor), f"the factor {quote_value(factor)} needs two or more levels", right)
                continue
            factors[factor] = Factor(
                {name: self._values(("factors", factor, name), values) for name, values in levels.items()}
            )
        return factors

    def _alternatives(self, content: Content) -> dict[str, dict[str, Value]]:
        table = content.get("alternatives", {})
        if not isinstance(table, dict):
            self.problem(
                ("alternatives",),
                "alternatives must be a table",
                "[alternatives.additive] with conditions.substitution = 1.0",
            )
            return {}
        for name in table:
            try:
                check_name(name, "the alternative")
            except InputError as problem:
                self.problem(("alternatives", name), problem.wrong, problem.right)
        return {name: self._values(("alternatives", name), values) for name, values in table.items()}
