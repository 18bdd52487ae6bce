"""What the front of the library says of itself: examples give what they show, parameters are those of the signature.

When rules or defaults change on purpose, ``python -m tests.test_examples`` writes anew what examples show (a minute);
whether the words around them still hold must be read.
"""

import dataclasses
import doctest
import functools
import inspect
import os
import re
import tempfile
import types
from pathlib import Path

import numpy as np
import pandas
import pytest

import plnsim
from plnsim.model.measure import RunCounts
from plnsim.simulation.runs import Barriers, RunResult
from plnsim.studies.calibration.fit import Posterior, Wave
from plnsim.studies.comparison import Comparison, ScenarioResult
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.sensitivity import Analysis
from plnsim.studies.optimisation.front import Member, OptimisationResult
from plnsim.studies.optimisation.problem import Evaluation
from plnsim.studies.readiness.answers import Answers
from plnsim.studies.readiness.readiness import Readiness

CALLED = {name: getattr(plnsim, name) for name in plnsim.__all__ if name != "__version__"}
RETURNED = {
    kind.__name__: kind
    for kind in (
        Analysis,
        Barriers,
        Comparison,
        Evaluation,
        ExperimentResults,
        Member,
        OptimisationResult,
        Posterior,
        Readiness,
        RunCounts,
        RunResult,
        ScenarioResult,
        Wave,
    )
}
CLASSES = {name: kind for name, kind in CALLED.items() if isinstance(kind, type)} | RETURNED | {"Answers": Answers}
METHODS = {
    f"{kind.__name__}.{name}": getattr(kind, name)
    for kind in CLASSES.values()
    for name, member in vars(kind).items()
    if isinstance(member, classmethod) or (inspect.isfunction(member) and not name.startswith("_"))
}
SIGNATURES = {name: inspect.signature(thing) for name, thing in (CALLED | METHODS).items()}
"""Taken before any test runs, since Sphinx changes them where it builds the guide."""
FINDER = doctest.DocTestFinder(exclude_empty=True)
SHOWING = {"plnsim": plnsim} | CALLED | RETURNED
EXAMPLES = [test for name, thing in SHOWING.items() for test in FINDER.find(thing, name, module=False) if test.examples]
SECTIONS = ("Parameters", "Attributes", "Returns", "Raises", "See Also", "Notes", "Examples")


def sections(thing):
    """The lines of each section of a docstring by its heading, what stands above the first by ''."""
    lines = inspect.cleandoc(thing.__doc__ or "").splitlines()
    heads = [row for row, line in enumerate(lines[1:]) if line and set(line) == {"-"}]
    bounds = [*heads, len(lines)]
    return {"": lines[: bounds[0]]} | {
        lines[head]: [line for line in lines[head + 2 : end] if line]
        for head, end in zip(heads, bounds[1:], strict=True)
    }


def entries(thing, section):
    """Names and types in a section, in their order; a line may name several."""
    found = []
    for line in sections(thing).get(section, ()):
        if not line.startswith(" "):
            names, _, kind = line.partition(" : ")
            found += [(name, kind) for name in names.split(", ")]
    return found


def parameters(name):
    """The parameters of a signature as numpydoc writes them."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    given = SIGNATURES[name].parameters.values()
    return [f"{stars.get(one.kind, '')}{one.name}" for one in given if one.name != "self"]


def run_examples(test, runner, out):
    """Runs the examples of a docstring and gives how many show something else than they give."""
    with np.printoptions(), pandas.option_context("display.width", 120, "display.max_columns", 20):
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        return runner(optionflags=flags).run(test, out=out).failed


@pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_examples_give_what_they_show(test, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = []
    assert run_examples(test, doctest.DocTestRunner, said.append) == 0, "".join(said)


def test_every_name_has_an_example():
    shown = {test.name for test in EXAMPLES}
    assert {"plnsim", *CALLED} <= shown, sorted({"plnsim", *CALLED} - shown)


@pytest.mark.parametrize("name", CALLED | METHODS)
def test_parameters_are_those_of_the_signature_in_their_order(name):
    thing = (CALLED | METHODS)[name]
    said = entries(thing, "Parameters")
    assert [one for one, _ in said] == parameters(name)
    assert name in METHODS or all(kind for _, kind in said)


@pytest.mark.parametrize("name", CALLED | METHODS)
def test_defaults_are_those_of_the_signature(name):
    thing = (CALLED | METHODS)[name]
    said = dict(entries(thing, "Parameters"))
    for one in SIGNATURES[name].parameters.values():
        written = re.search(r"default (.+)$", said.get(one.name, ""))
        if written and not isinstance(one.default, type) and repr(one.default) != "<factory>":
            assert eval(written[1], {"slice": slice}) == one.default, one.name


@pytest.mark.parametrize("name", RETURNED)
def test_attributes_are_the_fields_in_their_order(name):
    fields = [one.name for one in dataclasses.fields(RETURNED[name])]
    assert [one for one, kind in entries(RETURNED[name], "Attributes") if kind] == fields


def test_attributes_of_the_mesa_model_are_those_that_it_declares():
    said = [one for one, kind in entries(plnsim.PLNModel, "Attributes") if kind]
    assert said == [*inspect.get_annotations(plnsim.PLNModel), "datacollector"]


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_member_says_what_it_is(name):
    kind = CLASSES[name]
    described = (property, functools.cached_property, classmethod, types.FunctionType)
    members = {one: member for one, member in vars(kind).items() if isinstance(member, described) and one[0] != "_"}
    summaries = {one: inspect.cleandoc(member.__doc__ or "").partition("\n")[0] for one, member in members.items()}
    assert all(summaries.values())
    colons = [one for one, text in summaries.items() if ": " in text and not callable(getattr(kind, one))]
    assert not colons, "what stands before a colon would be taken for the type of a property"


@pytest.mark.parametrize("name", CALLED | CLASSES | METHODS)
def test_sections_are_known_and_in_order(name):
    said = [one for one in sections((CALLED | CLASSES | METHODS)[name]) if one]
    assert said == [one for one in SECTIONS if one in said]


@pytest.mark.parametrize("name", [name for name, thing in (CALLED | METHODS).items() if inspect.isroutine(thing)])
def test_what_comes_back_is_said(name):
    thing = (CALLED | METHODS)[name]
    gives = SIGNATURES[name].return_annotation
    assert bool(sections(thing).get("Returns")) == (gives not in (None, "None"))


class Rewriter(doctest.DocTestRunner):
    """Notes what examples give that show something else."""

    given: list = []  # noqa: RUF012

    def report_failure(self, out, test, example, got):
        self.given.append((test, example, got))

    def report_unexpected_exception(self, out, test, example, exc_info):
        raise exc_info[1]


def write_anew() -> None:
    """Writes into the docstrings what their examples give today, from below, so that lines above keep their places."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for test in EXAMPLES:
            run_examples(test, Rewriter, None)
    for test, example, got in sorted(Rewriter.given, key=lambda each: each[0].lineno + each[1].lineno, reverse=True):
        path, margin = Path(inspect.getsourcefile(SHOWING[test.name])), " " * example.indent
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        begins = test.lineno + example.lineno + example.source.count("\n")
        assert "".join(line.strip() for line in example.want.splitlines()) == "".join(
            line.strip() for line in lines[begins : begins + example.want.count("\n")]
        ), f"{test.name} stands elsewhere in {path}"
        shown = [f"{margin}{line}".rstrip() + "\n" if line else f"{margin}<BLANKLINE>\n" for line in got.splitlines()]
        lines[begins : begins + example.want.count("\n")] = shown
        path.write_text("".join(lines), encoding="utf-8")
        print(f"{test.name}, line {begins + 1} of {path.name}")


if __name__ == "__main__":
    write_anew()
