"""The bot stops in the middle of anything, without a word, and starts again: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Slack
from bot.store.base import StoreProblem
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.once import PowerCut, in_the_end, ping_names, timeline, twice, until, written

STEP = "Pause scheduled posts"
OPEN = "/crisis open sev2 backlash Courier video"
MOMENTS = [("before_call", 1), ("after_call", 2), ("after_commit", 1), ("after_commit", 2)]
"""A kind of moment, and the first one tried; then every second."""

Act = Callable[[Town], Awaitable[object]]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays while the bot comes and goes."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT), ack_timeout_s=0.5) as there:
        _people(there)
        yield there


async def dies(start: Start, slack: Slack, act: Act, moment: str, number: int) -> bool:
    """The bot was gone at this moment of the act; False: the act was over before."""
    async with start(slack=slack, calm=False) as town:
        cut = PowerCut(town, **{moment: number})
        with suppress(StoreProblem):  # what is left of the bot finds nothing to write to
            await act(town)
            await town.settled()
        if not cut.is_dark:
            cut.cut()
            return False
    return True


def of(slack: Slack, number: int) -> tuple[set[str], set[str]]:
    """The messages of one crisis, in its channel and announced; each stands there once."""
    names = {where: {n for n in all_ if n.startswith(f"{number}/")} for where, all_ in written(slack).items()}
    inside = [where for where in names if where.startswith(f"#crisis-{number}-")]
    assert len(inside) == 1, inside
    return names[inside[0]], names["#announcements"]


@pytest.mark.parametrize(("moment", "first"), MOMENTS)
async def test_an_opening_survives_a_stop_at_any_moment(
    start: Start, slack: Slack, moment: str, first: int
) -> None:
    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")

    async def opens(town: Town) -> None:
        await town.ana.types("#general", OPEN)

    at, died = first - 2, True
    while died:
        at += 2
        died = await dies(start, slack, opens, moment, at)
        slack.faults.clear()
        async with start(slack=slack, calm=False) as town:
            await in_the_end(town)
            number = len(await town.app.store.numbers(viewer=town.ana.id))
            if at == 1 and number == 0:
                continue  # before anything was kept, and nobody was told otherwise
            inside, announced = of(slack, number)
            assert inside == {f"{number}/summary", f"{number}/checklist"}, number
            assert announced == {f"{number}/announcement"}, number
            channel = slack.channel(town.channel)
            assert len(channel.pins) == 2, number
            assert {town.ana.id, town.ben.id, town.cleo.id} <= set(channel.members), number
            entries = await timeline(town, number)
            assert entries["CrisisOpened"] == entries["ChannelOpened"] == 1, number
    assert twice(slack) == []
    assert at > {"before_call": 9, "after_call": 9, "after_commit": 15}[moment]


@pytest.mark.parametrize(("moment", "first"), MOMENTS[:3])
async def test_a_busy_minute_survives_a_stop_at_any_moment(
    start: Start, slack: Slack, moment: str, first: int
) -> None:
    """An update, a change of severity, a click and pings that fall due."""

    async def act(town: Town) -> None:
        await asyncio.gather(
            town.ana.types(town.channel, "/crisis update The post is down"),
            town.ana.clicks(town.checklist(town.ana), "Claim", near=STEP),
        )
        await town.ana.types(town.channel, "/crisis sev 1 a newspaper calls")
        slack.clock.advance(timedelta(minutes=31))

    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 backlash Courier video")
    number, at, died = 0, first - 3, True
    while died:
        number, at = number + 1, at + 3
        died = await dies(start, slack, act, moment, at)
        slack.faults.clear()
        async with start(slack=slack, calm=False) as town:
            await in_the_end(town)
            await _is_whole(town, number)
            await town.ana.types(town.channel, "/crisis cancel It was a test")
            await town.ana.types("#general", OPEN)
            await in_the_end(town)
    assert twice(slack) == []
    assert at > {"before_call": 10, "after_call": 10, "after_commit": 20}[moment]


async def _is_whole(town: Town, number: int) -> None:
    """What is on the timeline stands in Slack, once, and the other way round."""
    entries = await timeline(town, number)
    posted = Counter(n for names in written(town.slack).values() for n in names.elements())
    for kind, names in (
        ("UpdatePosted", (f"{number}/update:1", f"{number}/thread:1")),
        ("SeverityChanged", (f"{number}/notice:1",)),
    ):
        assert [posted[name] for name in names] == [entries[kind]] * len(names), (number, kind)
    incident = await town.app.store.crisis(number)
    assert incident is not None
    assert incident.pings
    assert {posted[name] for name in (await ping_names(town, incident)).values()} == {1}
    assert ("@ana" in town.row(town.ana, STEP)) == bool(entries["StepClaimed"])


async def test_what_fell_due_while_the_bot_was_away_is_asked_once(start: Start, slack: Slack) -> None:
    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 backlash Courier video")
    slack.clock.advance(timedelta(minutes=16))
    async with start(slack=slack) as town:
        await in_the_end(town)
        incident = await town.app.store.crisis(1)
        assert incident is not None
        assert incident.pings
        first = written(slack)
    async with start(slack=slack) as town:
        await in_the_end(town)
        assert written(slack) == first
        assert twice(slack) == []
        entries, about = await timeline(town), Counter(ping.about for ping in incident.pings)
        assert entries["OwnerPinged"] == about["step"]
        assert entries["Reminded"] == about["role"] + about["vacant"]
        assert (about["role"], about["vacant"]) == (2, 1)  # Ben before it stopped, Cleo with him after


async def test_an_event_that_was_acknowledged_is_handled_after_the_restart(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack) as town:
        channel = await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(channel, "The courier is suspended")
        await town.settled()

    async def pins(town: Town) -> None:
        await town.ana.reacts(said, ":pushpin:")
        await slack.settled()

    assert await dies(start, slack, pins, "after_commit", 1)
    slack.faults.clear()
    async with start(slack=slack) as town:
        await in_the_end(town)
        assert (await timeline(town))["Noted"] == 1


async def test_leaving_while_everybody_clicks_keeps_every_click_that_was_acknowledged(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack) as town:
        channel = await town.opens(town.ana, "sev2 Courier video")
        titles = [f"Call branch {number}" for number in range(10)]
        for title in titles:
            await town.ana.types(channel, f"/crisis step {title}")
        await town.settled()
        card = town.checklist(town.ana)
        clicks = [asyncio.create_task(town.ana.clicks(card, "Done", near=title)) for title in titles]
        await slack.changes.stirred()
    await asyncio.gather(*clicks)
    assert not card.message.trouble, "what had come in was answered before the goodbye"
    async with start(slack=slack) as town:
        await in_the_end(town)
        assert (await timeline(town))["StepDone"] == 10
        assert town.checklist(town.ana).text.count("Done") >= 10


async def test_what_hangs_when_the_bot_leaves_is_done_after_the_next_start(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack, calm=False, call_timeout_s=1.0) as town:
        await town.ana.types("#general", OPEN)
        slack.faults.add("*", "hang", times=None)
        under_way = asyncio.create_task(town.app.outbox.settle())
        await until(lambda: any(call.method == "conversations.create" for call in slack.calls))
    await asyncio.gather(under_way, return_exceptions=True)
    slack.faults.clear()
    async with start(slack=slack) as town:
        await in_the_end(town)
        assert of(slack, 1) == ({"1/summary", "1/checklist"}, {"1/announcement"})


async def test_a_crisis_that_was_reopened_while_its_first_channel_hung_has_one_channel(
    start: Start, slack: Slack
) -> None:
    async with start(slack=slack, calm=False, call_timeout_s=0.2) as town:
        slack.faults.add("conversations.create", "reset_after")
        await town.ana.types("#general", OPEN)
        await town.settled()
        await town.ana.types("#general", "/crisis reopen 1")
        await in_the_end(town)
        assert len([c for c in slack.team.channels.values() if c.name.startswith("crisis-")]) == 1
        assert of(slack, 1) == ({"1/summary", "1/checklist"}, {"1/announcement"})
