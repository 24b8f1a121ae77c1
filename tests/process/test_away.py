"""The real program comes back after hours, or to a clock that was set back: what is due is said once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.store.rows import moment_text
from tests.process.conftest import until
from tests.process.flows import opened, room
from tests.process.killing import World, a_world
from tests.process.whole import whole


async def comes_back(world: World) -> None:
    await world.serving.starts()
    await world.at_rest()


async def asked_of_ben(world: World) -> list[str]:
    """Every direct message to Ben, as he reads it."""
    return [message.text for message in world.place.ben.dms()]


def is_due_within(world: World, number: int, span: timedelta) -> bool:
    """Something falls due in this crisis by then."""
    then = moment_text(world.place.slack.clock.now() + span)
    return bool(world.asks("SELECT 1 FROM crisis WHERE number = ? AND due_at <= ?", number, then))


async def test_after_hours_away_it_is_said_once_and_together(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        number = await opened(world)
        for step, hours in (("Call the venue", 1), ("Ask the bank", 2), ("Thank the neighbour", 9)):
            await world.place.ana.types(room(number), f"/crisis step {step} @ben in {hours}h")
        await world.at_rest()
        before = await asked_of_ben(world)
        assert await world.serving.terminated(within_s=10) == 0
        world.later(hours=3)
        await comes_back(world)
        [told] = (await asked_of_ben(world))[len(before) :]
        assert told.startswith("While I was away, this became due.")
        assert "Call the venue" in told
        assert "Ask the bank" in told
        assert "Thank the neighbour" not in told
        everything = await whole(world, number)
        for _ in range(2):
            await world.serving.killed()
            await comes_back(world)
            assert await whole(world, number) == everything
            assert len(await asked_of_ben(world)) == len(before) + 1


async def test_a_clock_that_was_set_back_meanwhile_asks_nobody_again(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        number = await opened(world)
        await world.place.ana.types(room(number), "/crisis step Call the venue @ben in 5m")
        world.later(minutes=5)
        await world.at_rest()
        everything, asked = await whole(world, number), await asked_of_ben(world)
        assert "Call the venue" in asked[-1]
        await world.serving.killed()
        world.later(hours=-1)
        await comes_back(world)
        await until(lambda: is_due_within(world, number, timedelta(minutes=31)))
        world.later(minutes=20)
        await world.at_rest()
        assert await whole(world, number) == everything
        assert await asked_of_ben(world) == asked
        world.later(minutes=10)
        await world.at_rest()
        climbed = await whole(world, number)
        assert climbed["PingClimbed"] == 1, (
            "half an hour after the question, whatever the clock said meanwhile"
        )
