"""The Mesa model in the hands of Mesa's own tools: SolaraViz, batch_run, DataCollector, pickle and copy."""

import copy
import inspect
import pickle
from types import SimpleNamespace

import mesa
import numpy as np
import pandas
import pytest

from plnsim import InputError, PLNModel, Scenario

SMALL = {
    "population.schools": 4,
    "population.primary_staff": 6.0,
    "population.secondary_share": 0.0,
    "programme.support_years": 0.2,
    "programme.follow_up_years": 0.0,
    "population.first_users": 0.3,
}
WEEKS = 39
"""Weeks of a run with these values: support that has begun is followed for its whole year."""


def run_to_the_end(model: PLNModel) -> PLNModel:
    while model.running:
        model.step()
    return model


def steps(model: PLNModel) -> int:
    """The steps that Mesa has counted; Mesa 4 counts none."""
    return getattr(model, "steps", model.week)


def assert_equal(model: PLNModel, other: PLNModel) -> None:
    """Every teacher, school and network is the same to the bit, and so is what was counted."""
    assert (model.week, model.seed, model.replicate) == (other.week, other.seed, other.replicate)
    for mine, theirs in zip(model.state(), other.state(), strict=True):
        assert mine.tobytes() == theirs.tobytes()
    for mine, theirs in zip(model.counts, other.counts, strict=True):
        assert mine.tobytes() == theirs.tobytes()
    collected, again = (each.datacollector.get_model_vars_dataframe() for each in (model, other))
    pandas.testing.assert_frame_equal(collected, again)


# -- SolaraViz ---------------------------------------------------------------------------------------------------------


class Page:
    """SolaraViz without a browser: what is on the page, and its buttons."""

    def __init__(self, model: PLNModel, model_params: dict) -> None:
        solara = pytest.importorskip("solara", reason="SolaraViz needs solara and altair, of the extra test")
        from mesa.visualization import SolaraViz, make_plot_component

        self.models = [model]
        page = SolaraViz(
            model,
            components=[make_plot_component("use"), lambda shown: self.show(solara, shown)],
            model_params=model_params,
        )
        _, self.context = solara.render(solara.AppLayout(children=[page]), handle_error=False)

    def show(self, solara, model):
        self.models.append(model)
        return solara.Text(str(model))

    @property
    def model(self) -> PLNModel:
        return self.models[-1]

    def button(self, word: str):
        import ipyvuetify

        return next(button for button in self.context.find(ipyvuetify.Btn).widgets if word in str(button.children))

    def click(self, word: str) -> None:
        self.button(word).click()


@pytest.mark.filterwarnings("ignore")
def test_solara_viz_steps_resets_and_runs_past_the_end():
    arguments = {"scenario": "baseline", "seed": 3, **SMALL}
    page = Page(PLNModel(**arguments), arguments)
    first = page.model
    page.click("Step")
    assert page.model is first and first.week == 1
    page.click("Reset")
    again = page.model
    assert again is not first and again.week == 0 and again.seed == 3 and len(again.schools) == 4
    assert_equal(again, PLNModel(**arguments))
    for _ in range(WEEKS):
        page.click("Step")
    assert again.week == steps(again) == WEEKS and not again.running
    assert page.button("Step").disabled
    page.click("Step")  # a widget in a test clicks all the same
    assert again.week == steps(again) == WEEKS
    page.click("Reset")
    assert page.model.week == 0 and page.model.running
    page.context.close()


@pytest.mark.filterwarnings("ignore")
def test_solara_viz_resets_to_the_scenario_and_values_that_are_chosen_on_the_page():
    chosen = {
        "scenario": "information-only",
        "seed": {"type": "InputText", "value": "7", "label": "Seed"},
        "time.hours": {"type": "SliderFloat", "value": 1.25, "min": 0.0, "max": 2.0, "step": 0.25, "label": "Hours"},
        **SMALL,
    }
    page = Page(PLNModel("baseline", seed=1, **SMALL), chosen)
    page.click("Reset")
    assert page.model.pln_scenario.name == "information-only" and page.model.seed == 7
    assert page.model.pln_scenario.values["time.hours"] == 1.25
    page.context.close()


# -- what Mesa calls, without its pages --------------------------------------------------------------------------------


class HeldByMesa(SimpleNamespace):
    """What is asked of a Scenario of Mesa 3.5: pairs of parameters with the seed, but not its model."""

    def __iter__(self):
        return (pair for pair in vars(self).items() if pair[0] != "model")


def test_reset_in_mesa_3_5_makes_a_model_of_a_scenario_of_mesas():
    assert PLNModel(scenario=HeldByMesa(rng=None), **SMALL).pln_scenario.name == "baseline"
    held = HeldByMesa(rng=5, scenario="information-only", **{"time.hours": 1.25} | SMALL)
    model = PLNModel(scenario=held)
    assert model.scenario is held
    assert_equal(model, PLNModel("information-only", seed=5, **{"time.hours": 1.25} | SMALL))
    assert PLNModel(scenario=held, seed=6).seed == 6, "what is said beside it comes first"
    assert PLNModel(scenario=held, **{"time.hours": 0.5}).pln_scenario.values["time.hours"] == 0.5
    with pytest.raises(InputError, match="unknown parameter hours"):
        PLNModel(scenario=HeldByMesa(rng=5, hours=1))


def test_mesas_own_scenarios_are_taken():
    scenarios = pytest.importorskip("mesa.experimental.scenarios", reason="since Mesa 3.5")
    model = PLNModel(scenario=scenarios.Scenario(rng=5, **SMALL))
    assert len(model.schools) == 4
    assert_equal(model, PLNModel(scenario=scenarios.Scenario(rng=5, **SMALL)))
    assert PLNModel(**SMALL).scenario is None, "or SolaraViz puts an empty one in the place of model_params' scenario"


def test_the_parameters_of_the_model_pass_mesas_check_of_names():
    """Mesa 3.3 looks for a parameter that is called kwargs."""
    parameters = inspect.signature(PLNModel.__init__).parameters
    assert parameters["kwargs"].kind is inspect.Parameter.VAR_KEYWORD
    assert all(
        parameter.default is not inspect.Parameter.empty
        for name, parameter in parameters.items()
        if name not in ("self", "kwargs")
    )


# -- the end -----------------------------------------------------------------------------------------------------------


def test_after_the_last_week_a_step_does_nothing():
    model = run_to_the_end(PLNModel("baseline", seed=1, **SMALL))
    assert model.week == steps(model) == WEEKS
    before = copy.deepcopy(model)
    for _ in range(3):
        model.step()
    assert not model.running and steps(model) == WEEKS and getattr(model, "time", WEEKS) == WEEKS
    assert_equal(model, before)
    if hasattr(model, "run_for"):  # since Mesa 3.5
        model.run_for(3)
        assert steps(model) == WEEKS
        assert_equal(model, before)


# -- seeds -------------------------------------------------------------------------------------------------------------


def test_without_a_seed_every_model_draws_and_tells_its_own():
    first, second = PLNModel(**SMALL), PLNModel(**SMALL, seed=None, rng=None)
    assert first.seed != second.seed
    again = PLNModel(**SMALL, seed=first.seed)
    assert all((mine == theirs).all() for mine, theirs in zip(first.state(), again.state(), strict=True))
    first.step()
    again.step()
    assert first.datacollector.get_model_vars_dataframe()["seed"].tolist() == [first.seed]
    assert "seed" not in again.datacollector.get_model_vars_dataframe()


@pytest.mark.parametrize("given", [{"seed": 5}, {"rng": 5}, {"seed": "5"}, {"rng": np.int64(5)}], ids=str)
def test_a_seed_goes_by_mesas_two_names_and_may_be_typed_in(given):
    assert_equal(PLNModel(**SMALL, **given), PLNModel(**SMALL, seed=5))


def test_a_generator_gives_a_seed_and_stays_as_it_is():
    generator = np.random.default_rng(5)
    assert PLNModel(**SMALL, rng=generator).seed == PLNModel(**SMALL, rng=generator).seed
    assert PLNModel(**SMALL, rng=np.random.default_rng(6)).seed != PLNModel(**SMALL, rng=generator).seed


@pytest.mark.parametrize("wrong", [{"seed": 1, "rng": 1}, {"rng": -1}, {"seed": "1.5"}, {"seed": "9" * 5000}], ids=len)
def test_an_impossible_seed_is_bad_input(wrong):
    with pytest.raises(InputError):
        PLNModel(**SMALL, **wrong)


@pytest.mark.parametrize("asked", [{"iterations": 3}, {"rng": [None] * 3}], ids=str)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_batch_run_without_seeds_gives_runs_that_differ_and_can_be_repeated(asked):
    batch_run = getattr(mesa, "batch_run", None)
    if not batch_run or not asked.keys() <= inspect.signature(batch_run).parameters.keys():
        pytest.skip(f"Mesa {mesa.__version__} has none that takes {asked}")
    options = {"number_processes": 1, "display_progress": False, "data_collection_period": -1}
    rows = pandas.DataFrame(batch_run(PLNModel, SMALL, **options, **asked))
    assert rows["seed"].nunique() == 3
    for row in rows.itertuples():
        again = run_to_the_end(PLNModel(**SMALL, seed=row.seed))
        assert again.datacollector.get_model_vars_dataframe()["use"].iloc[-1] == row.use


# -- pickle and copy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copied", [lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_a_copy_is_an_equal_model_that_steps_on_equally_and_apart(copied):
    model = PLNModel("baseline", seed=2, **SMALL)
    for _ in range(5):
        model.step()
    twin = copied(model)
    assert_equal(twin, model)
    assert twin.teachers[0].model is twin and twin.world.teachers is twin.teachers
    twin.step()
    assert (twin.week, steps(twin), model.week, steps(model)) == (6, 6, 5, 5)
    run_to_the_end(twin)
    run_to_the_end(model)
    assert_equal(twin, model)
    assert_equal(model, run_to_the_end(PLNModel("baseline", seed=2, **SMALL)))


def test_a_model_says_in_a_line_what_it_is():
    model = PLNModel(Scenario.of("baseline"), seed=2, **SMALL)
    model.step()
    assert (
        repr(model)
        == f"<PLNModel baseline, seed 2, replicate 0: week 1 of {WEEKS}, 4 schools, {len(model.teachers)} teachers>"
    )
