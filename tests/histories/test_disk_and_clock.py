"""The disk is full, or the clock jumps: nothing is half done, and the crisis goes on afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulator import Person
from bot.store.base import StoreProblem
from bot.store.sqlite import SqliteStore
from tests.histories.afterwards import crisis, errors, goes_on, in_front_of
from tests.histories.conftest import OPENED_AT, Start, Town


async def full(town: Town, is_full: bool) -> None:
    """The disk has no room for another page (or has again)."""
    store = town.app.store
    assert isinstance(store, SqliteStore)
    writer = store._writer
    assert writer is not None
    # Not inside a transaction of ours: the pragma is the connection's own.
    db = writer._db
    assert db is not None
    limit = 1 if is_full else 1_000_000
    await writer._on_thread(lambda: db.execute(f"PRAGMA max_page_count = {limit}").fetchone())


async def test_a_full_disk_changes_nothing_says_so_and_the_crisis_goes_on_when_there_is_room(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        ana = town.ana
        await town.opens(ana, "backlash Courier")
        before = await crisis(town)
        await full(town, True)
        big = "x" * 2900
        sentence = (
            "Nothing was changed: the bot's own storage has a problem. Please tell the person who runs it."
        )
        refused = 0
        for number in range(12):
            await ana.types(town.channel, f"/crisis note {number} {big}")
            await town.slack.settled()
            refused += sentence in town.ana.sees(town.channel)[-1].text
        assert refused >= 5
        await ana.clicks(town.checklist(ana), "Skip…", near="Name a lead")
        await ana.is_shown_form("Skip step 1")
        await ana.fills({"Why is this step not needed?": big})
        await ana.submits()
        assert errors(ana) == {"Why is this step not needed?": sentence}
        assert in_front_of(ana).fields["Why is this step not needed?"] == big
        assert sentence in await _typed(town, ana, f"/crisis open {'y' * 100}")
        with pytest.raises(StoreProblem, match="full"):
            await town.later(minutes=20)
        assert (await crisis(town)).steps == before.steps
        assert await town.app.store.crisis(2) is None

        await full(town, False)
        await ana.submits()
        await town.settled()
        assert ana.form is None
        assert (await crisis(town)).steps[0].skip_reason == big
        await town.later(minutes=20)
        assert [
            m for m in ana.sees(town.channel) if "Pause scheduled posts" in m.text and "nobody yet" in m.text
        ]
        await goes_on(town, ana)


async def _typed(town: Town, person: Person, command: str) -> str:
    before = len(person.sees("#general"))
    await person.types("#general", command)
    await town.slack.settled()
    return "\n".join(m.text for m in person.sees("#general")[before:])


@pytest.mark.parametrize("jump", [-1, 1])
async def test_a_clock_that_jumps_an_hour_neither_doubles_nor_loses_a_ping(town: Town, jump: int) -> None:
    ana, ben = town.ana, town.ben
    town.slack.clock.set(OPENED_AT.replace(hour=10))
    await town.opens(ana, "sev4 Courier")  # where nothing climbs
    for minutes in (5, 50, 91):
        await town.does(ana, f"/crisis step Task {minutes} @ben in {minutes}m")
    await town.later(minutes=6)

    def pings() -> list[int]:
        asked = [m for m in ben.dms() if "On it" in m.buttons]
        return [sum(f"Task {n}*" in str(m.message.body) for m in asked) for n in (5, 50, 91)]

    assert pings() == [1, 0, 0]
    town.slack.clock.set(town.slack.clock.now() + timedelta(hours=jump))
    await town.settled()
    assert pings() == ([1, 0, 0] if jump < 0 else [1, 1, 0])
    await ben.clicks(next(m for m in ben.dms() if "On it" in m.buttons), "15 min")
    await town.settled()
    for _ in range(40):
        await town.later(minutes=6)
    asked = pings()
    assert asked[1:] == [1, 1]
    assert asked[0] >= 1
    entries = [e for e in await town.app.store.timeline(1) if type(e).__name__ == "OwnerPinged"]
    assert len([e for e in entries if "Task 50" in getattr(e, "step", "")]) == 1
    assert (
        len(
            [
                e
                for e in entries
                if "Task 5," in getattr(e, "step", "") or getattr(e, "step", "").endswith("Task 5")
            ]
        )
        == 2
    )
    await goes_on(town, ana)


async def test_an_order_waiting_when_the_clock_goes_back_comes_soon_and_once(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    town.slack.faults.add("chat.postMessage", "http_500")
    await town.does(ana, "/crisis update Are we there?")
    town.slack.clock.set(town.slack.clock.now() - timedelta(hours=1))
    await town.later(seconds=2)
    assert len([m for m in ana.sees(town.channel) if "Are we there?" in m.text]) == 1
    await town.later(hours=2)
    assert len([m for m in ana.sees(town.channel) if "Are we there?" in m.text]) == 1
