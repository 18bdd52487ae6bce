"""Trial files: what is wrong is told with file and line, and the shipped ones hold what their sources say."""

import pytest

from plnsim.common.errors import InputError
from plnsim.common.sources import SOURCES
from plnsim.studies.trial.shipped import shipped_trials, trial_of
from plnsim.studies.trial.trial import Attrition, NetworkSurvey, PupilTest, Questionnaire

GOOD = """title = "Mine"
scenario = "baseline"
schools = 20
follow_up = [1, 2]
[test]
pupils = 20
"""


def read(text, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return trial_of(path)


def test_a_file_says_what_is_done(tmp_path):
    trial = read(
        'control = "lesson-study"\ncontamination = false\nschools = 10\ntreated = 0.4\nallocation = "stratified"\n'
        'strata = 2\nfollow_up = [1, 3]\nsample = "cross-section"\nalpha = 0.1\nprimary = "ties"\ntrials = 7\n'
        "seed = 3\nyears = 5\n[questionnaire]\nteachers = 4\nreliability = 0.5\n[network_survey]\nrecall = 0.5\n"
        "[attrition]\nschools = 0.1\nselective = 1\n[smallest_effect]\nties = 0.5\n[set.population]\nschools = 30\n"
        "[alternatives.more]\ntime.hours = 2\n",
        tmp_path,
    )
    assert (trial.name, trial.title, trial.schools, trial.treated_schools) == ("mine", "mine", 10, 4)
    assert trial.control is not None and trial.control.name == "lesson-study" and not trial.contamination
    assert (trial.allocation, trial.strata, trial.follow_up, trial.sample) == ("stratified", 2, (1, 3), "cross-section")
    assert (trial.alpha, trial.primary, trial.trials, trial.seed) == (0.1, "ties", 7, 3)
    assert trial.questionnaire == Questionnaire(teachers=4, reliability=0.5) and trial.test is None
    assert trial.network_survey == NetworkSurvey(recall=0.5) and trial.attrition == Attrition(0.1, 0.0, 1.0)
    assert trial.smallest_effect == {"ties": 0.5} and trial.scenario.weeks == 5 * 39
    assert trial.scenario.number_of_schools == 30
    assert {name: scenario.values["time.hours"] for name, scenario in trial.variants.items()} == {
        "as it is": 1.6,
        "more": 2,
    }
    assert [measure.name for measure in trial.measures] == ["ties", "use", "belief", "knowledge"]


def test_what_a_file_leaves_out_is_as_usual(tmp_path):
    trial = read(GOOD, tmp_path)
    assert trial.test == PupilTest(pupils=20) and trial.primary == "pupils" and trial.contamination
    assert trial.scenario.number_of_schools == trial.schools == 20 and trial.treated_schools == 10


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('scenario = "baseline"', 'scenario = "baselin"', ("mine.toml:2:1", "did you mean baseline?")),
        ('scenario = "baseline"', "scenario = 3", ("mine.toml:2:1", "scenario must be a name")),
        ('scenario = "baseline"', 'scenario = "gone.toml"', ("mine.toml:2:1", "there is no file")),
        ('scenario = "baseline"', 'control = "lesson-study"', ("mine.toml:2:1", "contamination = false")),
        ('scenario = "baseline"', 'control = ["none"]', ("mine.toml:2:1", "control must be a name")),
        ('"baseline"\nschools = 20', '"district"\nschools = 500', ("mine.toml:3:1", "500 schools", "or fewer")),
        ("schools = 20", "schools = 3", ("mine.toml:3:1", "4 to 200,000")),
        ("schools = 20", 'schools = "many"', ("mine.toml:3:1", "whole number")),
        ("schools = 20", "treated = 1", ("mine.toml:3:1", "0.05 to 0.95")),
        ("schools = 20", "treated = nan", ("mine.toml:3:1", "treated")),
        ("schools = 20", "treated = 50", ("mine.toml:3:1", "0.05 to 0.95")),
        ("schools = 20", 'allocation = "random"', ("mine.toml:3:1", "did you mean randomised?")),
        ("schools = 20", "strata = 0", ("mine.toml:3:1", "strata")),
        ("schools = 20", "self_selection = 0.5", ("mine.toml:3:1", 'allocation = "matched"')),
        ("follow_up = [1, 2]", "follow_up = []", ("mine.toml:4:1", "whole years")),
        ("follow_up = [1, 2]", "follow_up = [2, 1]", ("mine.toml:4:1", "rising")),
        ("follow_up = [1, 2]", "follow_up = [0.5]", ("mine.toml:4:1", "whole years")),
        ("follow_up = [1, 2]", "follow_up = [true]", ("mine.toml:4:1", "whole years")),
        ("follow_up = [1, 2]", "follow_up = [1, 90]", ("mine.toml:4:1", "years = 90")),
        ("follow_up = [1, 2]", "years = 2.5", ("mine.toml:4:1", "whole years")),
        ("follow_up = [1, 2]", "years = -1", ("mine.toml:4:1", "above 0")),
        ("follow_up = [1, 2]", 'sample = "panel"', ("mine.toml:4:1", "cohort")),
        ("follow_up = [1, 2]", 'contamination = "no"', ("mine.toml:4:1", "true or false")),
        ("follow_up = [1, 2]", "alpha = 0", ("mine.toml:4:1", "alpha")),
        ("follow_up = [1, 2]", 'primary = "use"', ("mine.toml:4:1", "there is no primary 'use'")),
        ("follow_up = [1, 2]", "trials = 0", ("mine.toml:4:1", "1 to 100,000")),
        ("follow_up = [1, 2]", f"trials = {'9' * 50}", ("mine.toml:4:1", "trials")),
        ("follow_up = [1, 2]", "seed = -1", ("mine.toml:4:1", "seed")),
        ("follow_up = [1, 2]", 'titel = "x"', ("mine.toml:4:1", "unknown key 'titel'")),
        ("follow_up = [1, 2]", 'known = "x"', ("mine.toml:4:1", "a list of texts")),
        ("[test]\npupils = 20", "", ("mine.toml", "measures nothing")),
        ("[test]\npupils = 20", "test = 3", ("mine.toml:5:1", "[test]")),
        ("pupils = 20", "pupils = 2.5", ("mine.toml:6:1", "whole number")),
        ("pupils = 20", "pupils = 0", ("mine.toml:6:1", "from 1")),
        ("pupils = 20", "icc = 2", ("mine.toml:6:1", "from 0 to 1")),
        ("pupils = 20", "reliability = 0", ("mine.toml:6:1", "reliability")),
        ("pupils = 20", "pupil_sd = -1", ("mine.toml:6:1", "pupil_sd")),
        ("pupils = 20", "pupil = 20", ("mine.toml:6:1", "did you mean pupils?")),
        ("[test]", "[attrition]\nschools = 1\n[test]", ("mine.toml:6:1", "from 0 to 0.9")),
        ("[test]", "[questionnaire]\nresponse = inf\n[test]", ("mine.toml:6:1", "response")),
        ("[test]", "[smallest_effect]\npupil = 1\n[test]", ("mine.toml:6:1", "did you mean pupils?")),
        ("[test]", "[smallest_effect]\npupils = 0\n[test]", ("mine.toml:6:1", "pupils")),
        ("[test]", "smallest_effect = 0.1\n[test]", ("mine.toml:5:1", "must be a table")),
        ("[test]", "[set.time]\nhuors = 1\n[test]", ("mine.toml:6:1", "time.hours")),
        ("[test]", "[set.population]\nschools = 10\n[test]", ("mine.toml:3:1", "the world 10")),
        ("[test]", "[set.programme]\nthemes = 2\n[test]", ("mine.toml", "one theme")),
        ("[test]", "alternatives = 3\n[test]", ("mine.toml:5:1", "must be a table")),
        ("[test]", '[alternatives."a/b"]\ntime.hours = 1\n[test]', ("mine.toml:5:", "/")),
        ("[test]", '[alternatives."as it is"]\ntime.hours = 1\n[test]', ("mine.toml:5:", "without alternatives")),
        ("[test]", "[alternatives.x]\ntime.hours = -1\n[test]", ("mine.toml:6:", "at least 0")),
        ("[test]", "[alternatives.x]\npopulation.schools = 9\n[test]", ("mine.toml:5:", "under [set]")),
        (
            "[test]",
            "[alternatives.x]\nprogramme.support_years = 1\nprogramme.follow_up_years = 0\n[test]",
            ("under x", "years = 2"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_would_be_right(old, new, names, tmp_path):
    assert old in GOOD
    with pytest.raises(InputError) as problem:
        read(GOOD.replace(old, new), tmp_path)
    assert all(name in str(problem.value) for name in names), str(problem.value)
    assert problem.value.right or "= help:" in str(problem.value)


def test_an_unknown_trial_is_told_with_the_nearest():
    with pytest.raises(InputError, match="did you mean own-trial"):
        trial_of("own-trail")


@pytest.mark.parametrize("name", shipped_trials())
def test_shipped_trials_say_what_they_rest_on(name):
    trial = trial_of(name)
    assert trial.title and trial.purpose and trial.assumed and set(trial.sources) <= set(SOURCES)
    assert len(trial.measures) == 5 and trial.alternatives


def test_the_trial_of_research_learning_communities_is_the_published_one():
    trial = trial_of("research-learning-communities")
    assert (trial.treated_schools, trial.schools - trial.treated_schools) == (60, 59)
    assert trial.test is not None and round(5462 / 119) == trial.test.teachers * trial.test.pupils
    assert trial.scenario.name == "research-learning-communities" and trial.scenario.values["programme.delegates"] == 2
    assert trial.scenario.support_ends == 2 * 39 and 2 in trial.follow_up
