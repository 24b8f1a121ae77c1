"""Slack failing in every way it has: nothing is lost, nothing comes twice, and what cannot be done is said once."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.histories.conftest import Start, Town
from tests.histories.once import (
    CALLS_THAT_ANSWER,
    METHODS,
    EveryCallFailsFirst,
    crisis_channels,
    gets_form,
    in_the_end,
    ping_names,
    timeline,
    twice,
    written,
)

CHANNEL = "#crisis-1-courier-video"
PASSING = ("ratelimited", "http_500", "http_503", "internal_error", "reset_before", "reset_after", "hang")
HANG_S = 0.1
"""What a hanging call costs in these histories."""


async def a_whole_crisis(town: Town) -> None:
    """Open, claim, done, ping, update, severity, resolve, close, archive; between them Slack gets the time it needs."""
    ana, ben = town.ana, town.ben
    await ana.types("#general", "/crisis open sev2 backlash Courier video")
    await in_the_end(town)
    await ben.clicks(town.checklist(ben), "Claim", near="Pause scheduled posts")
    await in_the_end(town)
    await gets_form(
        town,
        ben,
        "Finish step 2",
        lambda: ben.clicks(town.checklist(ben), "Done", near="Pause scheduled posts"),
    )
    await ben.fills({"Which channels are paused, and who paused them": "All four networks, by me"})
    await ben.submits()
    await in_the_end(town)
    town.slack.clock.advance(timedelta(minutes=51))
    await in_the_end(town)
    await ben.clicks(await ben.is_told("Post that we see it"), "On it")
    await in_the_end(town)
    for line in ("update The post is down", "sev 1 a newspaper calls", "resolve"):
        await ana.types(CHANNEL, f"/crisis {line}")
        await in_the_end(town)
    await gets_form(town, ana, "Close the crisis", lambda: ana.types(CHANNEL, "/crisis close"))
    learned = {"Summary": "A parcel was thrown.", "Lessons": "Keep a list of who can pause ads"}
    await ana.fills({**learned, "Why can they stay open?": "All is quiet"})
    await ana.submits()
    await in_the_end(town)
    town.slack.clock.advance(timedelta(days=1))
    await in_the_end(town)


@dataclass
class Story:
    """Everything there is of crisis 1 in the end."""

    messages: dict[str, set[str]]
    """Pings aside: how many there are depends on how much time Slack took."""
    entries: Counter[str]
    members: list[str]
    pinned: list[str]


async def story(town: Town) -> Story:
    channel = town.slack.channel(CHANNEL)
    names = {ts: m.metadata["event_payload"]["name"] for ts, m in channel.messages.items() if m.metadata}
    pinned = sorted(names[ts].rpartition("/")[2] for ts in channel.pins)
    messages = {
        where: {n for n in names if not n.startswith("1/ping:")}
        for where, names in written(town.slack).items()
    }
    entries = await timeline(town)
    del entries["OwnerPinged"]
    people = sorted(town.slack.people[m].name for m in channel.members if m in town.slack.people)
    return Story({where: names for where, names in messages.items() if names}, entries, people, pinned)


async def pings_are_there(town: Town) -> None:
    """Every ping of the crisis stands somewhere, once; those that were answered before Slack took them may be missing."""
    incident = await town.app.store.crisis(1)
    assert incident is not None
    there = Counter(
        n for names in written(town.slack).values() for n in names.elements() if n.startswith("1/ping:")
    )
    assert set(there.values()) == {1}
    names = await ping_names(town, incident)
    missing = set(names.values()) - set(there)
    waiting = {names[p.id] for p in incident.pings if p.answer is None}
    assert not missing & waiting
    assert len(missing) <= 1


async def as_it_should_be(start: Start) -> tuple[Story, set[str]]:
    """The same crisis on a day when Slack is well, and the methods it calls."""
    if not _calm:
        # In a database of its own: the caller's next crisis is its first.
        folder = tempfile.mkdtemp()
        async with start(database_url=f"sqlite:///{folder}/calm.db") as town:
            await town.asks(town.ana, "/crisis roster comms @ben @cleo")
            await a_whole_crisis(town)
            await pings_are_there(town)
            assert twice(town.slack) == []
            _calm.append((await story(town), {call.method for call in town.slack.calls}))
    return _calm[0]


_calm: list[tuple[Story, set[str]]] = []


async def test_on_a_good_day_everything_comes_once_and_no_call_goes_untested(start: Start) -> None:
    crisis, methods = await as_it_should_be(start)
    assert methods <= {*METHODS, *CALLS_THAT_ANSWER}
    assert {"1/summary", "1/checklist", "1/update:1", "1/lessons"} <= crisis.messages[CHANNEL]
    assert crisis.messages["#announcements"] == {"1/announcement", "1/thread:1", "1/lessons-announced"}
    assert crisis.entries["ChannelOpened"] == crisis.entries["ChannelArchived"] == 1
    assert crisis.members == ["ana", "ben", "cleo"]
    assert crisis.pinned == ["checklist", "summary"]


@pytest.mark.parametrize("kind", PASSING)
async def test_whatever_fails_for_a_moment_everything_is_there_once_in_the_end(
    start: Start, kind: str
) -> None:
    expected, _ = await as_it_should_be(start)
    async with start(calm=False, call_timeout_s=HANG_S) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        failing = EveryCallFailsFirst(town.slack, kind)
        await a_whole_crisis(town)
        assert sum(failing.made.values()) > 80
        assert crisis_channels(town.slack) == [CHANNEL[1:]]
        assert twice(town.slack) == []
        assert await story(town) == expected
        await pings_are_there(town)
        assert town.slack.channel(CHANNEL).archived


@pytest.mark.parametrize("kind", ["reset_after", "http_503"])
async def test_three_failures_in_a_row_lose_and_double_nothing_either(start: Start, kind: str) -> None:
    async with start(calm=False) as town:
        for method in METHODS:
            town.slack.faults.add(method, kind, times=3)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        assert crisis_channels(town.slack) == [CHANNEL[1:]]
        assert written(town.slack) == {
            CHANNEL: Counter(["1/summary", "1/checklist"]),
            "#announcements": Counter(["1/announcement"]),
        }
        assert town.ana.id in town.slack.channel(CHANNEL).members


@pytest.mark.parametrize(
    "method",
    ["conversations.create", "conversations.invite", "chat.postMessage", "chat.update", "pins.add"],
)
async def test_slack_is_left_alone_for_as_long_as_it_asks(start: Start, method: str) -> None:
    async with start(calm=False) as town:
        town.slack.faults.add(method, "ratelimited", retry_after=40)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await town.settled()
        if method == "chat.update":
            await town.clicks(town.ana, town.checklist(town.ana), "Claim", near="Pause scheduled posts")
        limited = next(call for call in town.slack.calls if call.error == "ratelimited")

        def again() -> list[Any]:
            return [
                call
                for call in town.slack.calls
                if call.method == method and call.args == limited.args and call is not limited
            ]

        await town.later(seconds=39)
        assert again() == []
        await town.later(seconds=1)
        assert len(again()) == 1
        await in_the_end(town)
        assert twice(town.slack) == []


async def test_a_day_without_slack_changes_nothing_but_the_hour(start: Start) -> None:
    expected, _ = await as_it_should_be(start)
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        gone = [town.slack.faults.add(method, "http_503", times=None) for method in METHODS]
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        for _ in range(12):
            await town.later(minutes=1)
        assert crisis_channels(town.slack) == []
        calls = len(town.slack.calls)
        await town.later(minutes=1)
        assert len(town.slack.calls) - calls <= 4, "a Slack that is away is not hammered"
        assert all(fault.hits for fault in gone if fault.method == "conversations.create")
        town.slack.faults.clear()
        await in_the_end(town)
        assert set(written(town.slack)[CHANNEL]) >= {"1/summary", "1/checklist"}
        assert twice(town.slack) == []
        assert (await story(town)).members == expected.members


async def test_a_channel_is_not_archived_before_its_cards_show_the_end(start: Start) -> None:
    async with start(calm=False, crisis_archive_after="1m") as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        edits = town.slack.faults.add("chat.update", "http_503", times=None)
        await town.asks(town.ana, "/crisis cancel It was a test", where=CHANNEL)
        for _ in range(3):
            await town.later(minutes=1)
        assert edits.hits
        town.slack.faults.clear()
        await in_the_end(town)
        assert town.slack.channel(CHANNEL).archived
        assert "cancelled" in town.summary(town.ana).text
        assert "ChannelLost" not in await timeline(town)
