"""What a record holds, read and checked: its provenance, its runs, and whether the same numbers come again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas

from plnsim.common.checks import validate_replicates, validate_seed
from plnsim.common.deprecated import ENGINE_OF_READING
from plnsim.common.errors import InputError, quote_value
from plnsim.common.names import check_distinct, check_name
from plnsim.common.user_files import open_user_file, read_user_text
from plnsim.model.outcome import OUTCOMES, OUTCOMES_BY_NAME
from plnsim.publish.provenance import Provenance
from plnsim.simulation.model_version import MODEL_NUMBER
from plnsim.simulation.runs import ENGINES, ProgressCallback, RunResult, run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison import Comparison, ScenarioResult, compare
from plnsim.studies.decision.robustness import LASTING
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.uncertainty.draws import Draws, simulate_draws
from plnsim.studies.uncertainty.parameters import held_of

PROVENANCE = "provenance.json"
LARGEST_PROVENANCE, LARGEST_TABLE = 10_000_000, 20_000_000_000
SCHEMA_VERSION = 1
FIRST_MODEL = 1
RUN_TABLES = ("outcomes", "weeks", "years", "schools", "survival", "without_programme")
SINCE_0_2 = ("survival", "years", "criteria", "without_programme")
"""Tables that records written by 0.1 do not have."""
COMPARISON_TABLES = (
    "outcomes",
    "weeks",
    "years",
    "without_programme",
    "summary",
    "differences",
    "costs",
    "criteria",
    "barriers",
)
"""The tables of every comparison; a full one has the sensitivity as well."""
WITHOUT = "draws_without_programme"
"""The table of the draws without a programme."""
OF_A_RESULT = ("outcomes", "weeks", "years", "without_programme")
"""The tables of a ``ScenarioResult``, in their order."""


def read_provenance(folder: Path) -> Provenance:
    """The provenance of a record; raises ``InputError`` when the folder holds none, or a damaged one."""
    path = folder / PROVENANCE
    if not os.path.isfile(path):
        raise InputError(
            f"{folder} holds no record of a run",
            place=str(folder),
            right=f"a folder written by plnsim run --out or by plnsim compare, with {PROVENANCE}",
        )
    try:
        provenance = _load(path)
        schema = provenance["schema_version"]
        if schema == SCHEMA_VERSION:
            _check_provenance(provenance)
    except KeyError as error:
        raise _corrupt_provenance(path, f"it has no {error.args[0]}") from None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, InputError) as error:
        raise _corrupt_provenance(path, error.wrong if isinstance(error, InputError) else error) from None
    if schema != SCHEMA_VERSION:
        raise InputError(
            f"the provenance has schema {quote_value(schema)}",
            place=str(path),
            right=f"schema {SCHEMA_VERSION}, or the plnsim that wrote it",
        )
    return provenance


def _load(path: Path) -> Provenance:
    """What the file holds, in the words of today: 0.1 wrote ``"reading": "compiled"`` or ``"mesa"``, and no model."""
    provenance = json.loads(read_user_text(path, PROVENANCE, LARGEST_PROVENANCE))
    if "reading" in provenance:
        reading = provenance.pop("reading")
        provenance.setdefault("engine", ENGINE_OF_READING.get(reading, reading))
    provenance.setdefault("model", FIRST_MODEL)
    content: Provenance = provenance
    return content


def _check_provenance(provenance: Provenance) -> None:
    validate_seed(provenance["seed"])
    validate_replicates(provenance["replicates"])
    if not isinstance(provenance["model"], int):
        raise ValueError(f"its model cannot be {quote_value(provenance['model'])}")
    if provenance["engine"] not in ENGINES:
        raise ValueError(f"there is no engine {quote_value(provenance['engine'])}")
    is_comparison = _is_comparison(provenance)
    if "uncertainty" in provenance:
        if not 1 <= validate_replicates(provenance["draws"]) <= validate_replicates(provenance["uncertainty"]):
            raise ValueError(f"its draws cannot be {quote_value(provenance['draws'])}")
        if not isinstance(provenance["sha256"]["draws.csv"], str):
            raise ValueError("the sha256 of draws.csv is no text")
    if is_comparison:
        parse_criterion(provenance.get("when", LASTING), OUTCOMES_BY_NAME)
        _check_comparison(provenance["scenarios"], provenance["baseline"], provenance["quick"])
    for name in provenance["sha256"]:
        for part in name.split("/"):
            check_name(part, "the file")
    for table in (
        *_scenario_files(provenance),
        *(f"{table}.csv" for table in (COMPARISON_TABLES if is_comparison else RUN_TABLES) if table not in SINCE_0_2),
    ):
        if not isinstance(provenance["sha256"][table], str):
            raise ValueError(f"the sha256 of {table} is no text")
    provenance["versions"].items()


def _check_comparison(scenarios: object, baseline: object, quick: object) -> None:
    if not isinstance(scenarios, list) or len(scenarios) < 2 or not all(isinstance(name, str) for name in scenarios):
        raise ValueError(f"its scenarios cannot be {quote_value(scenarios)}")
    for name in scenarios:
        check_name(name, "the scenario")
    check_distinct(scenarios, "scenarios")
    if baseline not in scenarios:
        raise ValueError(f"the baseline {quote_value(baseline)} is not among the scenarios")
    if not isinstance(quick, bool):
        raise ValueError(f"quick cannot be {quote_value(quick)}")


def _corrupt_provenance(path: Path, why: object) -> InputError:
    return InputError(f"the provenance is damaged: {why}", place=str(path), right="the file as plnsim run wrote it")


def _is_comparison(provenance: Provenance) -> bool:
    return provenance.get("kind") == "comparison"


def _writer(provenance: Provenance) -> str:
    return "compare" if _is_comparison(provenance) else "run"


def _plnsim_that_wrote(provenance: Provenance) -> str:
    return f"the plnsim that wrote it ({provenance['versions'].get('plnsim')}, commit {provenance.get('commit')})"


def _scenario_files(provenance: Provenance) -> list[str]:
    return (
        [f"scenarios/{name}.toml" for name in provenance["scenarios"]]
        if _is_comparison(provenance)
        else ["scenario.toml"]
    )


def _read_scenarios(folder: Path) -> tuple[Provenance, list[Scenario]]:
    """The provenance and the scenarios of a record whose files are as they were written; raises ``InputError``."""
    provenance = read_provenance(folder)
    for name, known in provenance["sha256"].items():
        path = folder / name
        if not os.path.isfile(path) or _sha256(path) != known:
            raise InputError(
                f"{name} is not as it was written",
                place=str(path),
                right=f"the record as plnsim {_writer(provenance)} wrote it",
            )
    if provenance["model"] != MODEL_NUMBER:
        raise InputError(
            f"the record was computed by model {provenance['model']}, whose rules were others",
            place=str(folder / PROVENANCE),
            right=f"a record of model {MODEL_NUMBER}, or {_plnsim_that_wrote(provenance)}",
        )
    try:
        scenarios = [Scenario.of(folder / name) for name in _scenario_files(provenance)]
    except InputError as problem:
        raise InputError(
            f"this plnsim cannot read the record's scenario: {problem.wrong}",
            place=problem.place,
            excerpt=problem.excerpt,
            right=_plnsim_that_wrote(provenance),
        ) from None
    names = provenance["scenarios"] if _is_comparison(provenance) else [str(provenance.get("name", "scenario"))]
    return provenance, [replace(scenario, name=name) for scenario, name in zip(scenarios, names, strict=True)]


def read_first_run(folder: Path) -> tuple[Scenario, int]:
    """The scenario, of several the first, and the seed of a record whose files are as they were written."""
    provenance, scenarios = _read_scenarios(folder)
    return scenarios[0], provenance["seed"]


def _sha256(path: Path) -> str:
    with open_user_file(path, "table", LARGEST_TABLE) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_table(folder: Path, name: str) -> pandas.DataFrame:
    """A table of a record, every number to the last bit."""
    exactly = {} if tuple(map(int, pandas.__version__.split(".")[:2])) >= (3, 1) else {"float_precision": "round_trip"}
    return pandas.read_csv(
        folder / f"{name}.csv", dtype={"scenario": str}, keep_default_na=False, na_values=[""], **exactly
    )


def read(folder: Path) -> tuple[Comparison, Provenance]:
    """The runs of a record, of one scenario or of several, and its provenance; raises ``InputError``."""
    provenance, scenarios = _read_scenarios(folder)
    missing = sorted({outcome.name for outcome in OUTCOMES} - set(read_table(folder, "outcomes")))
    missing += [name for name in OF_A_RESULT if f"{name}.csv" not in provenance["sha256"]]
    if missing:
        raise InputError(
            f"the record knows nothing of {', '.join(missing[:3])}",
            place=str(folder / "outcomes.csv"),
            right=_plnsim_that_wrote(provenance),
        )
    tables = [read_table(folder, name) for name in OF_A_RESULT]
    draws = _read_draws(folder, provenance, scenarios)
    if not _is_comparison(provenance):
        alone = ScenarioResult(scenarios[0], provenance["seed"], *tables)
        return Comparison((alone,), alone.name, draws=draws), provenance
    results = tuple(
        ScenarioResult(
            scenario,
            provenance["seed"],
            *(table[table["scenario"] == scenario.name].drop(columns="scenario") for table in tables),
        )
        for scenario in scenarios
    )
    sensitivity = None if provenance["quick"] else read_table(folder, "sensitivity")
    barriers = read_table(folder, "barriers")
    when = provenance.get("when", LASTING)
    return Comparison(results, provenance["baseline"], barriers, sensitivity, draws, when), provenance


def _read_draws(folder: Path, provenance: Provenance, scenarios: Sequence[Scenario]) -> Draws | None:
    """The draws of all that is not known of a record's scenarios; nothing where there are none."""
    if "uncertainty" not in provenance:
        return None
    table = read_table(folder, "draws")
    expected = [(scenario.name, draw) for scenario in scenarios for draw in range(provenance["draws"])]
    columns = {"scenario", "draw", *(outcome.name for outcome in OUTCOMES)}
    if not columns <= set(table) or list(zip(table["scenario"], table["draw"], strict=True)) != expected:
        raise InputError(
            f"the record has no {provenance['draws']} draws of each scenario",
            place=str(folder / "draws.csv"),
            right=_plnsim_that_wrote(provenance),
        )
    names = tuple(name for name in table if name in MODEL_PARAMETERS.by_name)
    without = None
    if f"{WITHOUT}.csv" in provenance["sha256"]:  # records of versions before 0.2 have none
        without = read_table(folder, WITHOUT)
    return Draws(names, held_of(scenarios), provenance["uncertainty"], table, without)


def draw_tables(draws: Draws) -> dict[str, pandas.DataFrame]:
    """The tables of draws by name, as a record keeps them."""
    return {"draws": draws.outcomes, **({} if draws.without_programme is None else {WITHOUT: draws.without_programme})}


def run_tables(result: RunResult) -> dict[str, pandas.DataFrame]:
    """The tables of a run by name, as a record keeps them."""
    return {name: getattr(result, name) for name in RUN_TABLES}


def replay(folder: Path, progress: ProgressCallback | None = None) -> tuple[Provenance, list[str]]:
    """Simulates a record's scenarios again; gives its provenance and the tables whose numbers are not all the same.

    Raises ``InputError`` when the folder holds no record or a table of it was changed by hand.
    """
    provenance, scenarios = _read_scenarios(folder)
    seed, replicates = provenance["seed"], provenance["replicates"]
    if _is_comparison(provenance):
        tables = compare(
            scenarios,
            baseline=provenance["baseline"],
            seed=seed,
            replicates=replicates,
            quick=provenance["quick"],
            uncertainty=provenance.get("uncertainty", 0),
            most_draws=provenance.get("draws"),
            keep=False,
            when=provenance.get("when", LASTING),
            progress=progress,
        ).tables
    else:
        tables = run_tables(
            run(scenarios[0], seed=seed, replicates=replicates, engine=provenance["engine"], progress=progress)
        )
        if "uncertainty" in provenance:
            points, made = provenance["uncertainty"], provenance["draws"]
            again = simulate_draws(
                scenarios, points=points, seed=seed, engine=provenance["engine"], most=made, keep=False
            )
            tables |= draw_tables(again)
    return provenance, [
        name
        for name, table in tables.items()
        if hashlib.sha256(table.to_csv(index=False).encode()).hexdigest() != provenance["sha256"].get(f"{name}.csv")
    ]
