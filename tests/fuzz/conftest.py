"""The stage on which the fuzzers play: the whole bot, started once for all examples of a test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.fuzz.stage import Stage
from tests.histories.conftest import Start, played, start
from tests.histories.listening import listened

__all__ = ["played", "start"]


@pytest.fixture
def stage(start: Start) -> Iterator[Stage]:
    """A town with one private crisis of Ana's, and one that everybody may see."""
    with listened() as errors, asyncio.Runner() as runner:
        begun = start(calm=False)
        made = Stage(runner, runner.run(begun.__aenter__()), errors)
        runner.run(made.begin())
        yield made
        runner.run(begun.__aexit__(None, None, None))
