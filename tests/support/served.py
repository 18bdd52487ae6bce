"""The live page as the tests ask it: a lively small scenario, a server over it, requests."""

import pytest
from starlette.testclient import TestClient

from plnsim.app import server
from tests.support.runs import small_scenario

LIVELY = {
    "programme.support_years": 2.0,
    "programme.follow_up_years": 1.0,
    "adoption.alone": 0.25,
    "adoption.in_network": 1.0,
    "routine.growth": 0.08,
    "mobilisation.mailing": 0.02,
    "mobilisation.visits": 0.1,
    "turnover.induction": 0.9,
}
"""A small population in which everything that a story tells happens within three years."""

UPLOAD = 'title = "Mine"\nyears = 1\n[population]\nschools = 4\nsecondary_share = 0\nprimary_staff = 6\n'
"""A scenario as a page uploads it."""


@pytest.fixture(scope="module")
def scenario():
    return small_scenario(LIVELY)


@pytest.fixture
def seminar(scenario):
    return server.SeminarServer(scenario)


@pytest.fixture
def client(seminar):
    with TestClient(server.make_app(seminar)) as client:
        yield client


def ask(client, path, **asked):
    """What a page asks of its server."""
    return client.post(f"/api/{path}", json=asked)
