"""Slack failing in all its ways at once, at random, again and again, while people work and the bot comes and goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Slack
from tests.histories.afterwards import crisis, goes_on
from tests.histories.bad_days import PASSING, BadDays, Crowd, recovers
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.listening import listened
from tests.histories.once import PowerCut, crisis_channels, in_the_end
from tests.histories.wholeness import not_kept, not_shown, picture, stale, unexplained

SEEDS = range(40)
ACTS = 10
"""What people do between two starts of the bot."""
HANG_S = 0.15


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays while the bot comes and goes."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as there:
        _people(there)
        yield there


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_crisis_lived_through_bad_days_is_whole(start: Start, slack: Slack, seed: int) -> None:
    chance = Random(seed)
    crowd, failing = Crowd(chance), BadDays(slack, seed)
    is_cut = False
    with listened() as errors:
        for segment in range(chance.randint(1, 3)):
            failing.end()
            async with start(slack=slack, calm=False, call_timeout_s=HANG_S) as town:
                await slack.wait_connected(2, timeout=15)
                if segment == 0:
                    await town.asks(town.ana, "/crisis roster comms @ben @cleo")
                failing.begin()
                if segment == 0:
                    await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
                for _ in range(ACTS):
                    await crowd.act(town)
                if chance.random() < 0.3:
                    is_cut = True
                    PowerCut(town).cut()
        failing.end()
        async with start(slack=slack, calm=False) as town:
            await recovers(town)
            await everything_holds(town, crowd)
            await _is_worked_on(town)
    assert is_cut or errors == []


async def everything_holds(town: Town, crowd: Crowd) -> None:
    """All there is to demand of a crisis."""
    incident, now = await crisis(town), await picture(town)
    assert await not_kept(town, crowd.promised, crowd.hoped) == []
    assert unexplained(town, incident, now) == []
    assert await not_shown(town, incident, now) == []
    assert stale(town, incident, now) == []
    assert await town.app.store.waiting(town.slack.clock.now()) == (0, timedelta(0))
    assert len(crisis_channels(town.slack)) == len(incident.earlier_channels) + 1


async def _is_worked_on(town: Town) -> None:
    incident = await crisis(town)
    assert incident.channel is not None
    where = f"#{incident.channel.name}"
    if town.ana.id not in town.slack.channel(where).members:
        await town.ana.joins(where)
    await town.does(town.ana, "/crisis step Go on", where)
    await goes_on(town, town.ana, where)
    await in_the_end(town)
    now = await picture(town)
    assert stale(town, await crisis(town), now) == []


async def test_the_seeds_together_know_every_way_of_failing(slack: Slack) -> None:
    drawn: Counter[str] = Counter()
    for seed in SEEDS:
        days = BadDays(slack, seed)
        for number in range(100):
            fault = days._choose("chat.postMessage", {"channel": f"C{number % 5}"})
            drawn[fault.kind if fault else ""] += 1
    assert set(drawn) >= {*PASSING, "", "channel_not_found", "missing_scope", "is_archived"}
