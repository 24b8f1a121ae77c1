"""A bug of ours or a disk in trouble stops what it is in, and nothing else; and it is recorded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.effects import Notice, ShowChecklist
from bot.outbox import BUG_TRIES
from bot.store.base import StoreProblem
from tests.histories.conftest import Start
from tests.histories.once import in_the_end, timeline, until, written

CHANNEL = "#crisis-1-courier-video"


async def test_a_crisis_that_cannot_be_swept_does_not_silence_the_others(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.opens(town.ben, "sev2 backlash Another one")
        change = town.app.store.change

        async def broken(number: int, *args: Any, **named: Any) -> Any:
            if number == 1:
                raise ZeroDivisionError
            return await change(number, *args, **named)

        town.app.store.change = broken  # type: ignore[method-assign]
        with pytest.raises(ZeroDivisionError):
            await town.later(minutes=16)
        assert (await timeline(town, 1))["OwnerPinged"] == 0
        assert (await timeline(town, 2))["OwnerPinged"] > 0


async def test_an_order_that_meets_a_bug_is_given_up_and_its_lane_goes_on(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        gateway: Any = town.app.outbox._gateway
        perform = gateway._perform
        met = 0

        async def broken(order: Any, effect: Any, incident: Any) -> Any:
            nonlocal met
            if isinstance(effect, Notice) and "SEV1" in effect.text:
                met += 1
                raise ZeroDivisionError
            return await perform(order, effect, incident)

        gateway._perform = broken
        await town.ana.types(CHANNEL, "/crisis sev 1 a newspaper calls")
        await town.ana.types(CHANNEL, "/crisis update The post is down")
        await in_the_end(town)
        assert met == BUG_TRIES
        assert written(town.slack)[CHANNEL]["1/update:1"] == 1
        assert (await timeline(town))["SlackRefused"] == 1
        await town.ana.is_told("Something went wrong on our side (reference ")


async def test_a_store_in_trouble_stops_neither_loop(start: Start) -> None:
    async with start(calm=False) as town:
        channel = await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(channel, "The courier is suspended")
        await town.settled()
        store: Any = town.app.store
        claim, received, refused = store.claim, store.received, 0

        async def refuses(*_: Any, **__: Any) -> Any:
            nonlocal refused
            refused += 1
            raise StoreProblem("The disk is full.")

        store.claim = store.received = refuses
        loops = [asyncio.create_task(town.app.outbox.run()), asyncio.create_task(town.app.inbox.run())]
        await until(lambda: refused >= 2)
        store.claim, store.received = claim, received
        await town.ana.types(channel, "/crisis update The post is down")
        await town.ana.reacts(said, ":pushpin:")
        await until(lambda: "1/update:1" in written(town.slack)[CHANNEL])
        assert not any(loop.done() for loop in loops)
        async with asyncio.timeout(3):
            while (await timeline(town))["Noted"] == 0:
                await asyncio.sleep(0.01)
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def test_a_store_that_fails_while_an_order_is_recorded_has_it_recorded_later(start: Start) -> None:
    async with start(calm=False) as town:
        store: Any = town.app.store
        delivered = store.delivered

        async def refuses(*_: Any, **__: Any) -> Any:
            raise StoreProblem("The disk is full.")

        store.delivered = refuses
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await town.settled()
        store.delivered = delivered
        await in_the_end(town)
        await town.later(minutes=3)  # the leases of what could not be recorded
        await in_the_end(town)
        assert set(written(town.slack)[CHANNEL].values()) == {1}
        assert {"1/summary", "1/checklist"} <= set(written(town.slack)[CHANNEL])


async def test_a_card_that_cannot_be_drawn_is_told_to_the_lead_once_however_often_it_is_ordered(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        gateway: Any = town.app.outbox._gateway
        perform = gateway._perform

        async def broken(order: Any, effect: Any, incident: Any) -> Any:
            if isinstance(effect, ShowChecklist):
                raise ZeroDivisionError
            return await perform(order, effect, incident)

        gateway._perform = broken
        for number in range(3):
            await town.ana.types(CHANNEL, f"/crisis step Call branch {number}")
            await in_the_end(town)
        assert (await timeline(town))["SlackRefused"] == 1
        assert len([m for m in town.ana.dms() if "I could not show the checklist" in m.text]) == 1
