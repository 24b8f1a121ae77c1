"""Socket Mode failing under the whole bot: no click is lost without a word, none counts twice, and it hears again by itself.

Intervals are small where the bot takes them as parameters, and seconds of Slack's patience are real: nothing waits for minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Person, Slack, VisibleMessage
from bot.slack.sockets import PING_EVERY_S, Sockets
from tests.histories.afterwards import crisis, goes_on
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.once import in_the_end, timeline, twice, until

QUICK_PING_S = 0.1
"""The SDK takes a connection for stale after four of these without an answer: room for a busy machine."""
DEAF_FOR_S = 1.0
CALLS = [f"Call branch {number}" for number in range(10)]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays when the bot was started."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as there:
        _people(there)
        yield there


async def renews_sockets(town: Town, ping_every_s: float = QUICK_PING_S) -> Sockets:
    """The bot listens over sockets that notice sooner when they are dead."""
    old: Any = town.app.sockets
    await old.close()
    town.app.sockets = Sockets(
        old._bolt, town.slack.app_token, ping_every_s=ping_every_s, deaf_for_s=DEAF_FOR_S
    )
    assert await town.app.sockets.connect(within_s=5)
    await town.slack.wait_connected(2)
    return town.app.sockets


async def ten_calls(town: Town) -> VisibleMessage:
    """The checklist of a crisis with ten steps to claim."""
    await town.opens(town.ana, "sev2 Courier video")
    for title in CALLS:
        await town.does(town.ana, f"/crisis step {title}")
    for person in (town.ben, town.cleo, town.dana):
        await person.joins(town.channel)
    await town.settled()
    return town.checklist(town.ana)


async def claims(town: Town, card: VisibleMessage, number: int) -> bool:
    """A person claims a step; True when Slack did not tell them of trouble."""
    person = (town.ana, town.ben, town.cleo, town.dana)[number % 4]
    await person.clicks(card, "Claim", near=CALLS[number])
    return person.id not in card.message.trouble


async def everything_is_claimed_once(town: Town) -> None:
    await in_the_end(town)
    people = [p.id for p in (town.ana, town.ben, town.cleo, town.dana)]
    owners = {s.title: s.owner for s in (await crisis(town)).steps if s.title in CALLS}
    assert owners == {title: people[number % 4] for number, title in enumerate(CALLS)}
    assert (await timeline(town))["StepClaimed"] == 10
    assert twice(town.slack) == []
    for title in CALLS:
        assert f"@{town.slack.people[str(owners[title])].name}" in town.row(town.ana, title)


async def a_crowd(town: Town, card: VisibleMessage, meanwhile: Callable[[], Any]) -> None:
    """Ten clicks at once with this in the middle; who is told of trouble looks, and presses again where it was not kept."""
    tasks = [asyncio.create_task(claims(town, card, number)) for number in range(10)]
    await town.slack.changes.stirred()
    await meanwhile()
    quiet = await asyncio.gather(*tasks)
    await town.settled()
    kept = {s.title for s in (await crisis(town)).steps if s.owner}
    assert [CALLS[n] for n, is_quiet in enumerate(quiet) if is_quiet and CALLS[n] not in kept] == []
    again = [number for number, title in enumerate(CALLS) if title not in kept]
    await town.slack.wait_connected(1, timeout=10)
    for number in again:
        await claims(town, card, number)


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_renewing_both_connections_in_a_crowd_of_clicks_loses_none(
    start: Start, slack: Slack, reason: str
) -> None:
    async with start(slack=slack, calm=False) as town:
        await renews_sockets(town)
        card = await ten_calls(town)
        old = list(slack.connections)

        async def renew() -> None:
            for socket in old:
                await slack.sockets.refresh(socket, reason)

        await a_crowd(town, card, renew)
        await everything_is_claimed_once(town)
        if reason == "refresh_requested":
            await until(lambda: len([s for s in slack.connections if s not in old]) == 2)
        await goes_on(town, town.ana)


@pytest.mark.parametrize("how_many", [1, 2])
async def test_connections_that_drop_in_a_crowd_of_clicks_lose_none_in_silence(
    start: Start, slack: Slack, how_many: int
) -> None:
    async with start(slack=slack, calm=False) as town:
        await renews_sockets(town)
        card = await ten_calls(town)

        async def drop() -> None:
            for _ in range(how_many):
                slack.drop_socket()

        await a_crowd(town, card, drop)
        await everything_is_claimed_once(town)
        await slack.wait_connected(2)
        await goes_on(town, town.ana)


@pytest.mark.parametrize("how_many", [1, 2])
async def test_a_drop_between_delivery_and_acknowledgement_neither_loses_nor_doubles(
    start: Start, slack: Slack, how_many: int
) -> None:
    async with start(slack=slack, calm=False) as town:
        await renews_sockets(town)
        card = await ten_calls(town)
        store: Any = town.app.store
        write, is_deciding, may_commit = store._write, asyncio.Event(), asyncio.Event()

        async def slowly(work: Any) -> Any:
            is_deciding.set()
            await may_commit.wait()
            return await write(work)

        store._write = slowly
        pressing = asyncio.create_task(claims(town, card, 0))
        await asyncio.wait_for(is_deciding.wait(), 5)
        for _ in range(how_many):
            slack.drop_socket()
        store._write = write
        may_commit.set()
        await pressing
        await slack.wait_connected(2)
        await town.settled()
        assert (await timeline(town))["StepClaimed"] == 1
        assert f"@{town.ana.name}" in town.row(town.ana, CALLS[0])
        await goes_on(town, town.ana)


async def test_connections_that_fell_silent_are_made_anew_and_the_click_is_pressed_again(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack, calm=False) as town:
        sockets = await renews_sockets(town)
        card = await ten_calls(town)
        deaf = list(slack.connections)
        for socket in deaf:
            slack.sockets.silence(socket)
        assert not await claims(town, card, 0), "Slack itself says that the click was not kept"
        assert (await timeline(town))["StepClaimed"] == 0
        async with asyncio.timeout(10):
            while len([s for s in slack.connections if s not in deaf]) < 2 or await sockets.up() < 2:
                await sockets.watch()
                await asyncio.sleep(QUICK_PING_S)
        while [s for s in slack.connections if s in deaf]:
            slack.sockets.drop(deaf[0] if deaf[0] in slack.connections else deaf[1])
        assert await claims(town, card, 0)
        await town.settled()
        assert (await timeline(town))["StepClaimed"] == 1
        await goes_on(town, town.ana)


async def test_copies_and_a_changed_order_across_both_connections_change_nothing(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack, calm=False) as town:
        await slack.wait_connected(2)
        card = await ten_calls(town)
        said = [await town.ana.says(town.channel, f"Fact {number}") for number in range(4)]
        slack.duplicate_next(100, other_socket=True)

        async def and_more() -> None:
            for message in said:
                slack.reorder_next()
                await town.ana.reacts(message, ":pushpin:")
            await town.ana.types(town.channel, "/crisis update The post is down")

        await a_crowd(town, card, and_more)
        slack.duplicate_next(0)
        await everything_is_claimed_once(town)
        entries = await timeline(town)
        assert (entries["Noted"], entries["UpdatePosted"]) == (4, 1)


async def test_after_ten_minutes_of_nothing_the_first_command_works_at_once(
    start: Start, slack: Slack
) -> None:
    """Ten minutes are so many pings on both connections, kept idle ones closed by Slack, and the clock ten minutes on."""
    pings = 2 * int(600 / PING_EVERY_S)
    async with start(slack=slack, calm=False) as town:
        sockets = await renews_sockets(town, ping_every_s=0.02)
        await town.opens(town.ana, "sev2 backlash Courier video")
        pinged = slack.sockets.pings
        await until(lambda: slack.sockets.pings - pinged >= pings, within_s=30)
        slack.close_idle_connections()
        slack.clock.advance(timedelta(minutes=10))
        async with asyncio.timeout(10):
            while len(slack.connections) < 2 or await sockets.up() < 2:
                await slack.changes.stirred()
        calls = len(slack.calls)
        await _opens_at_once(town, town.ben)
        assert [call.error for call in slack.calls[calls:] if call.error] == []


async def test_connections_that_died_in_ten_minutes_of_nothing_are_there_before_the_first_command(
    start: Start, slack: Slack
) -> None:
    """A router on the way forgot them: nobody says goodbye, and only the pings can tell."""
    async with start(slack=slack, calm=False) as town:
        sockets = await renews_sockets(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        quiet = list(slack.connections)
        for socket in quiet:
            slack.sockets.silence(socket)
        slack.close_idle_connections()
        slack.clock.advance(timedelta(minutes=10))
        async with asyncio.timeout(10):
            while await sockets.up() < 2 or len([s for s in slack.connections if s not in quiet]) < 2:
                await sockets.watch()
                await asyncio.sleep(QUICK_PING_S)
        for socket in quiet:
            slack.sockets.drop(socket)
        await _opens_at_once(town, town.ben)


async def _opens_at_once(town: Town, person: Person) -> None:
    before = town.slack.clock.now()
    answer = await town.asks(person, "/crisis open sev2 backlash Oven video")
    assert "Opening crisis 2" in answer
    assert "is open" in answer
    assert (await crisis(town, 2)).channel is not None
    assert town.slack.clock.now() == before, "nothing had to be tried again"
