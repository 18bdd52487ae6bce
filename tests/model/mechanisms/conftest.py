"""Lets a test answer for chance."""

import pytest

from plnsim.common.streams import DECISIONS


@pytest.fixture
def chance(monkeypatch):
    """``chance(mechanism, head_leaves=0.1)``: what a mechanism's questions are answered; any other question fails the test.

    An answer is a number, or a function of who asks and ``again``. Gives the list of what was asked: (luck, decision, who, again).
    """

    def answers_given(mechanism, **answers):
        asked = []

        def drawn(luck, question, who, again=0):
            name = DECISIONS[question]
            asked.append((luck, name, who, again))
            answer = answers[name.replace(" ", "_")]
            return answer(who, again) if callable(answer) else answer

        monkeypatch.setattr(mechanism, "drawn", drawn)
        return asked

    return answers_given
