"""The best a benchmark compares with is what the simulated limits allow."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.simulator import Clock
from bot.simulator.limits import RateLimits
from tests.bench.ceiling import Posting, soonest

STEP_S = 0.1
REACHED_WITHIN_S = 1.2
"""A call that the workspace's limit refuses takes one from its place's limit all the same, which is a second's worth."""


@pytest.mark.parametrize(
    ("places", "each"),
    [(1, 3), (2, 20), (400, 1), (7, 50)],
    ids=["a burst", "one a second for each person", "so many a minute for all", "both"],
)
def test_the_ceiling_is_what_the_simulated_limits_allow(places: int, each: int) -> None:
    best = soonest([Posting(f"U{place}", pings=2) for place in range(places) for _ in range(each)])
    clock = Clock()
    limits = RateLimits(clock, enabled=True)
    waiting = Counter({f"U{place}": each for place in range(places)})
    took_s: list[float] = []
    start = clock.now()
    while waiting.total():
        for place in sorted(waiting):
            while waiting[place] and limits.retry_after("chat.postMessage", 0, {"channel": place}) is None:
                waiting[place] -= 1
                took_s += [(clock.now() - start).total_seconds()] * 2
        clock.advance(timedelta(seconds=STEP_S))
    assert len(took_s) == len(best)
    for took, soonest_s in zip(took_s, best, strict=True):
        assert soonest_s <= took + 0.001
        assert took <= soonest_s + REACHED_WITHIN_S


def test_the_fullest_messages_are_thought_to_go_first() -> None:
    best = soonest([*(Posting("U1", pings=1) for _ in range(6)), Posting("U1", pings=4)])
    assert best == [0.0] * 8 + [1.0, 2.0]
