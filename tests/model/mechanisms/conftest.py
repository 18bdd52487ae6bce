"""Lets a test answer for chance."""

import pytest

from plnsim.common.streams import STREAMS


@pytest.fixture
def stub_uniform(monkeypatch):
    """``chance(mechanism, head_leaves=0.1)``: what a mechanism's questions are answered; any other question fails the
    test.

    An answer is a number, or a function of who asks and ``draw_index``. Gives the list of what was asked: (luck,
    decision, who, again).
    """

    def stub(mechanism, **answers):
        asked = []

        def uniform(key, stream, entity_id, draw_index=0):
            name = STREAMS[stream]
            asked.append((key, name, entity_id, draw_index))
            answer = answers[name.replace(" ", "_")]
            return answer(entity_id, draw_index) if callable(answer) else answer

        monkeypatch.setattr(mechanism, "uniform", uniform)
        return asked

    return stub
