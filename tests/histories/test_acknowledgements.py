"""What Slack is told, and when: never before it is kept, and never as late as Slack itself may be."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import pytest

from tests.histories.conftest import Start, Town
from tests.histories.once import timeline, until

STEP = "Pause scheduled posts"
ACK_WITHIN_S = 2.5


@pytest.mark.parametrize("what", ["change", "receive", "open_crisis"])
async def test_nothing_is_acknowledged_before_it_is_kept(start: Start, what: str) -> None:
    """While the store takes its time, Slack gets no answer."""
    async with start() as town:
        channel = await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(channel, "The courier is suspended")
        await town.settled()
        asked, kept = asyncio.Event(), asyncio.Event()
        keep = getattr(town.app.store, what)

        async def slowly(*args: Any, **named: Any) -> Any:
            asked.set()
            await kept.wait()
            return await keep(*args, **named)

        setattr(town.app.store, what, slowly)
        act = {
            "change": lambda: town.ana.clicks(town.checklist(town.ana), "Claim", near=STEP),
            "receive": lambda: town.ana.reacts(said, ":pushpin:"),
            "open_crisis": lambda: town.ana.types("#general", "/crisis open sev3 Another one"),
        }[what]
        doing = asyncio.create_task(act())
        await asked.wait()
        await town.ben.types("#general", "/crisis help")  # others are answered meanwhile
        await town.ben.is_told("/crisis open")
        assert town.slack.deliveries.in_flight >= 1
        kept.set()
        await doing
        await town.settled()
        assert town.slack.deliveries.in_flight == 0


async def test_the_commit_stands_when_the_acknowledgement_arrives(start: Start) -> None:
    """Read through another connection to the file, at the very moment Slack gets its answer."""
    async with start() as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.faults.add("chat.update", "hang", times=None)
        await town.ana.clicks(town.checklist(town.ana), "Claim", near=STEP)
        assert (await _seen_by_others(town))["StepClaimed"] == 1
        said = await town.ana.says(town.channel, "The courier is suspended")
        pending = town.slack.deliveries.in_flight
        await town.ana.reacts(said, ":pushpin:")
        await until(lambda: town.slack.deliveries.in_flight == pending)
        assert await _events_kept(town) >= 1
        town.slack.faults.clear()


async def _seen_by_others(town: Town) -> Counter[str]:
    from bot.store.sqlite import SqliteStore

    other = await SqliteStore.open(town.app.settings.sqlite_path, exclusive=False, read_only=True)
    try:
        return Counter(type(entry).__name__ for entry in await other.timeline(1))
    finally:
        await other.close()


async def _events_kept(town: Town) -> int:
    import sqlite3

    with sqlite3.connect(town.app.settings.sqlite_path) as db:
        return int(db.execute("SELECT count(*) FROM inbox WHERE key LIKE 'event:%'").fetchone()[0])


async def test_acknowledgements_do_not_wait_for_slack(start: Start) -> None:
    async with start(calm=False, call_timeout_s=ACK_WITHIN_S) as town:
        channel = await town.opens(town.ana, "sev2 backlash Courier video")
        card = town.checklist(town.ana)
        town.slack.faults.add("*", "hang", times=None)
        slowest = 0.0
        said = await town.ana.says(channel, "The courier is suspended")
        for act in (
            lambda: town.ana.clicks(card, "Claim", near=STEP),
            lambda: town.ana.clicks(card, "Done", near=STEP),  # opens a form
            lambda: town.ana.clicks(card, "Claim", near=STEP),  # is refused
            lambda: town.ana.types(channel, "/crisis update The post is down"),
            lambda: town.ana.types(channel, "/crisis close"),
            lambda: town.ana.types("#general", "/crisis"),
            lambda: town.ben.types("#general", "/crisis open sev3 Another one"),
            lambda: town.ana.types(channel, "/crisis role comms @ben"),
            lambda: town.ana.reacts(said, ":pushpin:"),
        ):
            started = time.monotonic()
            await act()
            slowest = max(slowest, time.monotonic() - started)
        assert slowest < ACK_WITHIN_S
        assert not any(m.message.trouble for m in town.ana.sees(channel))
        town.slack.faults.clear()
        entries = await timeline(town)
        assert entries["StepClaimed"] == entries["UpdatePosted"] == 1
        assert await town.app.store.numbers(viewer=town.ben.id) == [1, 2]
