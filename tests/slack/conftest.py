"""What the tests of messages and forms share. The builders are in crises.py, the judges in judging.py."""

from __future__ import annotations

import pytest

from bot.domain.model import Incident
from bot.slack.controls import Controls
from tests.slack import crises


@pytest.fixture
def controls() -> Controls:
    return crises.CONTROLS


@pytest.fixture
def crisis() -> Incident:
    """Crisis 12, just opened."""
    return crises.crisis()


@pytest.fixture(params=list(crises.TEXTS.values()), ids=list(crises.TEXTS))
def text(request: pytest.FixtureRequest) -> str:
    """Each of the texts that people might type."""
    return str(request.param)
