"""Skill in words: sentences, rows, and the same as data."""

from __future__ import annotations

from collections.abc import Collection

from plnsim.output.words import join_words
from plnsim.studies.validation.null_models import NETWORKS_OF_ONE_SCHOOL
from plnsim.studies.validation.scoring import Scoreboard, Verdict
from plnsim.studies.validation.skill import ModelScore, Skill, first_model, score_of


def skill_sentences(board: Scoreboard, skill: Skill) -> list[str]:
    """What the score says beyond what models without content reach, and beyond the first model."""
    mine, first = score_of("this model", board), first_model([verdict.pattern for verdict in board.verdicts])
    shared = first.asked & mine.asked
    networks_of_one = skill.by_name[NETWORKS_OF_ONE_SCHOOL.name]
    best = max(
        (model for model in skill.null_models if model.name.startswith("random")), key=lambda m: skill.bits(m.met)
    )
    return [
        f"Skill: {_bits(skill, mine.met)} of {_bits(skill, mine.asked)} bits. A pattern counts the more, the fewer of "
        f"{len(skill.null_models)} models without content meet it (nobody or everybody adopts, networks of one school, "
        "everybody tied to everybody at home, random points of the plausible ranges); one that all of them meet counts "
        "for next to nothing.",
        f"Networks of one school reach {_bits(skill, networks_of_one.met)} bits, the best of {_random(skill)} random "
        f"points {_bits(skill, best.met)}. Of the {len(shared)} patterns that were played with the first model too, it "
        f"meets {len(first.met & shared)} ({_bits(skill, first.met & shared)} bits) and this one "
        f"{len(mine.met & shared)} ({_bits(skill, mine.met & shared)} bits).",
        _on_those_kept_out(board, skill, mine, networks_of_one, first),
        _against_target(board, skill.bits(mine.met & shared) > skill.bits(first.met & shared)),
    ]


def _kept_out(board: Scoreboard) -> frozenset[str]:
    return frozenset(one.pattern.key for one in board.verdicts if one.pattern.testable and one.held_out)


def _on_those_kept_out(
    board: Scoreboard, skill: Skill, mine: ModelScore, networks_of_one: ModelScore, first: ModelScore
) -> str:
    """What models meet of the patterns by which the defaults were not chosen."""
    fair = _kept_out(board)
    told = [
        f"{words} {len(model.met & fair)} of {len(model.asked & fair)} ({_bits(skill, model.met & fair)} bits)"
        for words, model in (
            ("this model meets", mine),
            ("networks of one school", networks_of_one),
            ("the first model, for which others were kept out,", first),
        )
    ]
    return f"Of the patterns kept out of choosing the defaults {join_words(told)}."


def _against_target(board: Scoreboard, more_skill: bool) -> str:
    """What was aimed at, and whether it was reached."""
    aims = (
        ("36 of 46 patterns (78 %)", board.count() >= 36 / 46 * board.tested()),
        ("two thirds of those held out", board.count(held_out=True) >= 2 / 3 * board.tested(True)),
        ("more skill than the first model", more_skill),
    )
    told = (f"{aim} ({'reached' if reached else 'missed'})" for aim, reached in aims)
    return f"Aimed at: {'; '.join(told)}."


def _bits(skill: Skill, keys: Collection[str]) -> str:
    return f"{skill.bits(keys):.1f}"


def _random(skill: Skill) -> int:
    return sum(model.name.startswith("random") for model in skill.null_models)


def skill_table(board: Scoreboard, skill: Skill) -> list[tuple[str, ...]]:
    """A row for each model, with a header: model, patterns met, skill in bits, the same of patterns that were kept out
    of choosing defaults, and the skill in patterns that the first model was asked.
    """
    kept_out = _kept_out(board)
    first = first_model([verdict.pattern for verdict in board.verdicts])
    points = sorted((m for m in skill.null_models if m.name.startswith("random")), key=lambda m: skill.bits(m.met))
    named = [model for model in skill.null_models if not model.name.startswith("random")]
    shown = [
        score_of("this model, at its defaults", board),
        first,
        *named,
        *((ModelScore(f"{word} of the random points", m.met, m.asked)) for word, m in _ends_and_middle(points)),
    ]
    return [
        (
            "model",
            "patterns met",
            "of",
            "bits",
            "of those held out",
            "bits of those",
            "bits where the first was played",
        ),
        *(
            (
                model.name,
                str(len(model.met)),
                str(len(model.asked)),
                _bits(skill, model.met),
                str(len(model.met & kept_out)),
                _bits(skill, model.met & kept_out),
                _bits(skill, model.met & first.asked),
            )
            for model in shown
        ),
    ]


def _ends_and_middle(points: list[ModelScore]) -> list[tuple[str, ModelScore]]:
    return [("best", points[-1]), ("middle", points[len(points) // 2]), ("worst", points[0])] if points else []


def worth(verdict: Verdict, skill: Skill | None) -> str:
    """How many null models meet a pattern, and what that makes it worth."""
    if skill is None or not verdict.pattern.testable:
        return ""
    key = verdict.pattern.key
    return f"met by {skill.met_by(key)} of {len(skill.null_models)} null models: {skill.information(key):.1f} bits"


def skill_data(board: Scoreboard, skill: Skill) -> dict[str, object]:
    """What null models and the first model meet, as plain data."""
    models = [score_of("this model", board), first_model([one.pattern for one in board.verdicts]), *skill.null_models]
    return {
        "null_models": len(skill.null_models),
        "patterns": [
            {"key": key, "met_by": skill.met_by(key), "bits": skill.information(key)}
            for key in (verdict.pattern.key for verdict in board.verdicts if verdict.pattern.testable)
        ],
        "models": [
            {"name": model.name, "met": sorted(model.met), "asked": len(model.asked), "bits": skill.bits(model.met)}
            for model in models
        ],
    }
