"""Each call of each flow refused for good, one at a time: the crisis is as decided, and what Slack did not do is said once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.model import Status
from tests.histories.afterwards import crisis, goes_on
from tests.histories.calls import REFUSALS, distinct, in_turn
from tests.histories.conftest import Start
from tests.histories.flows import FLOWS, Day, Flow
from tests.histories.listening import listened
from tests.histories.once import in_the_end
from tests.histories.wholeness import Picture, missing, picture, stale, unexplained

PARTS = 3
"""A flow is played once for every call and refusal: too much for one test."""
AT_REST = (0, timedelta(0))


@asynccontextmanager
async def a_day(start: Start, folder: Path, flow: Flow) -> AsyncIterator[Day]:
    """A new town in which everything that comes before this flow went well."""
    for file in folder.glob("crisis.db*"):
        file.unlink()
    async with start(calm=False) as town:
        day = Day(town)
        await flow.before(day)
        yield day


async def a_good_day(start: Start, folder: Path, flow: Flow) -> tuple[Picture, list[tuple[str, str]]]:
    """What the flow leaves behind, and the calls it makes."""
    async with a_day(start, folder, flow) as day:
        before = len(day.town.slack.calls)
        await flow.acts(day)
        calls = distinct(day.town.slack, day.town.slack.calls[before:])
        now = await picture(day.town, flow.number)
        assert (now.refused, now.lost) == ({}, {})
        assert stale(day.town, await crisis(day.town, flow.number), now) == []
        return now, calls


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", FLOWS)
async def test_whatever_slack_refuses_nothing_is_lost_and_it_is_said_once(
    start: Start, tmp_path: Path, name: str, part: int
) -> None:
    flow = FLOWS[name]
    good, calls = await a_good_day(start, tmp_path, flow)
    assert {method for method, _ in calls} <= set(REFUSALS)
    for refusal in list(in_turn(calls))[part::PARTS]:
        try:
            await _refused(start, tmp_path, flow, good, refusal)
        except BaseException as failure:
            failure.add_note(f"{name}: {refusal[1]} for {refusal[2]}")
            raise


async def _refused(
    start: Start, folder: Path, flow: Flow, good: Picture, refusal: tuple[str, str, str]
) -> None:
    async with a_day(start, folder, flow) as day:
        town = day.town
        with listened() as errors:
            day.refuses(*refusal)
            await flow.acts(day)
            assert day.fault is not None
            assert day.fault.hits, "it was not called"
            incident, now = await crisis(town, flow.number), await picture(town, flow.number)
            assert missing(now, good) == []
            assert unexplained(town, incident, now) == []
            assert stale(town, incident, now) == []
            tried = day.fault.hits
            await town.later(seconds=90)
            await in_the_end(town)
            assert day.fault.hits <= tried + 2, "it is not tried for ever"
            assert await town.app.store.waiting(town.slack.clock.now()) == AT_REST
            day.is_put_right()
            await _is_worked_on(day, flow.number)
        assert errors == []


async def _is_worked_on(day: Day, number: int) -> None:
    town, person = day.town, day.town.ana
    incident = await crisis(town, number)
    if incident.status is Status.CANCELLED:
        return
    person = town.slack.people[incident.opened_by]
    if incident.is_over or incident.channel is None or incident.channel_lost or incident.archived_by_us:
        await town.asks(person, f"/crisis reopen {number}")
        await in_the_end(town)
    incident = await crisis(town, number)
    assert incident.channel is not None
    where = f"#{incident.channel.name}"
    if person.id not in town.slack.channel(where).members:
        if incident.private:
            return  # nobody is in it but the bot
        await person.joins(where)
        await town.settled()
    if not [m for m in person.sees(where) if m.text.startswith("Checklist ")]:
        await town.asks(person, "/crisis step Go on", where)  # it comes back with the next change of a step
    await goes_on(town, person, where, number)
    now = await picture(town, number)
    assert stale(town, await crisis(town, number), now) == []
    unpinned = {what.removeprefix("pin the ") for what in now.excuses if what.startswith("pin ")}
    assert now.pinned >= {"summary", "checklist"} - unpinned
