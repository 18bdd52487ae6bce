"""The reference: pages that are generated from declarations, docstrings, files and the command line's own help."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from plnsim.common.parameter import AnyParameter, Choice
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.model.outcome import OUTCOMES
from plnsim.output import json_schemas
from plnsim.publish.odd import tables
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.listing import titles
from plnsim.studies.experiment.run import shipped_experiments

PYTHON = {
    "Simulating": (
        "plnsim.Scenario",
        "plnsim.run",
        "plnsim.simulation.runs.RunResult",
        "plnsim.PLNModel",
        "plnsim.model.measure.RunCounts",
        "plnsim.InputError",
    ),
    "Comparing": (
        "plnsim.compare",
        "plnsim.studies.comparison.Comparison",
        "plnsim.studies.comparison.ScenarioResult",
        "plnsim.barriers",
        "plnsim.simulation.runs.Barriers",
    ),
    "Experiments": (
        "plnsim.Experiment",
        "plnsim.run_experiment",
        "plnsim.outcome",
        "plnsim.studies.experiment.sensitivity.Analysis",
        "plnsim.studies.experiment.results.ExperimentResults",
        "plnsim.studies.experiment.run.experiment_of",
        "plnsim.studies.experiment.discovery.discover",
    ),
    "Calibrating": (
        "plnsim.calibrate",
        "plnsim.studies.calibration.fit.Posterior",
        "plnsim.studies.calibration.fit.Wave",
    ),
    "Budgets and questionnaires": (
        "plnsim.optimise",
        "plnsim.studies.optimisation.front.OptimisationResult",
        "plnsim.studies.optimisation.front.Member",
        "plnsim.studies.optimisation.problem.Evaluation",
        "plnsim.readiness",
        "plnsim.studies.readiness.readiness.Readiness",
        "plnsim.studies.readiness.answers.Answers",
    ),
    "Records": (
        "plnsim.publish.record.write",
        "plnsim.publish.record.write_comparison",
        "plnsim.publish.record.read",
        "plnsim.publish.record.replay",
    ),
    "Other tools": (
        "plnsim.publish.interop.dataset",
        "plnsim.publish.interop.export",
        "plnsim.publish.interop.salib_problem",
        "plnsim.publish.interop.salib_data",
        "plnsim.publish.interop.salib_values",
        "plnsim.publish.interop.ema_model",
        "plnsim.publish.interop.ema_results",
    ),
}
"""What a user calls from Python, by what it is for."""


def write(folder: Path, commands: click.Group) -> None:
    """Writes every page of the reference into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    documented = {path.stem for path in (folder.parent / "programmes").glob("*.md")}
    pages = {
        "commands": commands_page(commands),
        "json": json_page(),
        "parameters": parameters_page(),
        "outcomes": outcomes_page(),
        "scenarios": scenarios_page(documented),
        "experiments": experiments_page(),
        "python": python_page(),
        "literature": literature_page(),
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def commands_page(commands: click.Group) -> str:
    """The help of every command, as the command prints it."""
    pages = [
        "# Commands\n",
        "Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 the run failed, "
        "2 bad input, 130 interrupted.\n",
        _help(commands, None, "plnsim"),
    ]
    above = click.Context(commands, info_name="plnsim")
    for name in sorted(commands.commands):
        command = commands.commands[name]
        pages.append(f"## {name}\n\n{_help(command, above, name)}")
        if isinstance(command, click.Group):
            group = click.Context(command, info_name=name, parent=above)
            pages += [f"### {name} {each}\n\n{_help(part, group, each)}" for each, part in command.commands.items()]
    return "\n".join(pages)


def _help(command: click.Command, above: click.Context | None, name: str) -> str:
    context = click.Context(
        command, info_name=name, parent=above, help_option_names=["-h", "--help"], max_content_width=100
    )
    return f"```text\n{command.get_help(context)}\n```\n"


def json_page() -> str:
    """What every command prints with ``--json``, from the schemas that the tests hold it against."""
    lines = [
        "# JSON\n",
        "Commands that list or answer take `--json` and print one object then, with `schema_version`: "
        f"{json_schemas.SCHEMA_VERSION} in this version; it goes up when a name goes or changes its meaning, and not "
        "when one is added. What is not defined or infinite is `null`, never NaN. Bad input stays a message on "
        "standard error with exit code 2.\n",
    ]
    for name, schema in json_schemas.SCHEMAS.items():
        text = json.dumps(schema, indent=1, ensure_ascii=False)
        lines += [f"## {json_schemas.COMMANDS[name]} --json\n", f"```json\n{text}\n```\n"]
    return "\n".join(lines)


def parameters_page() -> str:
    """Every parameter with all that is declared of it."""
    lines = [
        "# Parameters\n",
        f"{len(list(MODEL_PARAMETERS))} parameters, each declared once, in the file of the rule that it belongs to. "
        "A scenario sets them in a table of the section's name; `--set section.name=value` sets one for a run. "
        "The plausible range is what experiments vary.\n",
    ]
    for section, declared in MODEL_PARAMETERS.sections.items():
        lines.append(f"## {section}\n")
        for parameter in declared:
            lines += [f"### {parameter.qualified_name}\n", *_parameter_entry(parameter)]
    return "\n".join(lines)


def _parameter_entry(parameter: AnyParameter) -> Iterator[str]:
    yield f"{parameter.meaning}{' Holds for a whole run.' if parameter.structural else ''}\n"
    if isinstance(parameter, Choice):
        yield (
            "\n".join(
                f'- `"{name}"`{" (default)" if name == parameter.default else ""}: {meaning}'
                for name, meaning in parameter.options.items()
            )
            + "\n"
        )
    else:
        low, high = map(parameter.format, parameter.range)
        least, most = map(parameter.format, parameter.bounds)
        default = f"Default **{parameter.format(parameter.default)}** {parameter.unit}"
        yield f"{default}; plausible {low} to {high}, allowed {least} to {most}.\n"
    yield f"Group: {parameter.group}. Rests on: {_rests_on(parameter)}.\n"


def _rests_on(parameter: AnyParameter) -> str:
    if parameter.source != ASSUMED:
        return _citation(parameter.source)
    return f"{ASSUMED}; its sign on {_citation(parameter.direction)}" if parameter.direction else ASSUMED


def _citation(key: str) -> str:
    return f"[{SOURCES[key].reference}](literature.md#{key})"


def outcomes_page() -> str:
    """What a run is measured by, and what is followed week by week."""
    rows = ((f"`{outcome.name}`", outcome.unit, outcome.dimension, outcome.meaning) for outcome in OUTCOMES)
    return (
        "\n\n".join(
            [
                "# Outcomes",
                "One number a run each. An outcome is missing (NaN) where it is not defined. "
                "Section 9 of [the description of the model](../odd.md) has their rules.",
                tables.table(("outcome", "unit", "dimension", "meaning"), rows),
                "## Week by week",
                tables.weekly(),
            ]
        )
        + "\n"
    )


def scenarios_page(documented: set[str]) -> str:
    """Every shipped scenario, with a link to its page where there is one."""
    rows = (
        (f"`{name}`", f"[{title}](../programmes/{name}.md)" if name in documented else title)
        for name, title in titles().items()
    )
    return (
        "\n\n".join(
            [
                "# Scenarios",
                "What comes with plnsim. `plnsim scenarios NAME` says of one what is known, what is assumed and on "
                "which sources; `plnsim run NAME` simulates it.",
                tables.table(("name", "what it is"), rows),
            ]
        )
        + "\n"
    )


def experiments_page() -> str:
    """Every shipped experiment with its purpose and its file."""
    lines = [
        "# Experiments\n",
        "What comes with plnsim. `plnsim experiment NAME` performs one; a file of your own may begin as a copy "
        "of one of these.\n",
    ]
    for name, path in shipped_experiments().items():
        text = path.read_text(encoding="utf-8")
        lines += [f"## {name}\n", f"{tomllib.loads(text).get('purpose', '')}\n", f"```toml\n{text.strip()}\n```\n"]
    return "\n".join(lines)


def python_page() -> str:
    """What a user calls from Python; Sphinx sets in what the docstrings say."""
    front = [name.removeprefix("plnsim.") for names in PYTHON.values() for name in names if name.count(".") == 1]
    lines = [
        "# From Python\n",
        "```{eval-rst}\n.. automodule:: plnsim\n```\n",
        f"`plnsim` itself gives {', '.join(f'[`{name}`](#plnsim.{name})' for name in front)}; the rest is imported "
        "from where it stands. All that is wrong with an input is one kind of error, `InputError`.\n",
    ]
    for heading, names in PYTHON.items():
        lines.append(f"## {heading}\n")
        for name in names:
            is_class = name.rpartition(".")[2][0].isupper()
            options = "   :members:\n" if is_class and not name.endswith("InputError") else ""
            lines.append(f"```{{eval-rst}}\n.. auto{'class' if is_class else 'function'}:: {name}\n{options}```\n")
    return "\n".join(lines)


def literature_page() -> str:
    """Every source with what is taken from it."""
    lines = [
        "# Literature\n",
        "What the model's figures and rules rest on, and how much of each work was read. "
        f"What rests on none of them is marked *{ASSUMED}* wherever it stands.\n",
    ]
    for key, source in sorted(SOURCES.items()):
        lines.append(f"({key})=\n## {source.reference}\n\n{source.gives}. Read: {source.seen}. Key: `{key}`.\n")
    return "\n".join(lines)
