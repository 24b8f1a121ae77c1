"""The real program runs on while Slack is away, limits everything or loses its answers: what is due is asked once, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from bot.simulator.faults import Fault
from tests.process.asking import (
    asked_once,
    comes,
    gives,
    in_the_end,
    on_the_next_day,
    opens,
    questions,
    tasks,
)
from tests.process.killing import World, a_world, name_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

Args = Mapping[str, Any]
RETRY_AFTER_S = 40


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with a_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def world(running: World) -> AsyncIterator[World]:
    """It is noon, and nothing is due. In the end the program has met no bug."""
    on_the_next_day(running)
    yield running
    assert "Traceback" not in running.serving.log(), running.serving.log()


@contextmanager
def failing(
    world: World, method: str, kind: str, when: Callable[[Args], bool] | None = None
) -> Iterator[Fault]:
    """Calls of this method go wrong so meanwhile."""
    fault = world.place.slack.faults.add(method, kind, times=None, when=when)
    try:
        yield fault
    finally:
        fault.times = 0


async def test_after_ten_minutes_without_slack_everything_comes_once_and_in_order(world: World) -> None:
    """No call gets through: connections end, and what is in front of Slack answers for it."""
    ana, ben, cleo = world.place.ana, world.place.ben, world.cleo
    first, second = await opens(world, ana, "sev4"), await opens(world, cleo, "sev4")
    await gives(ana, first, "1 @ben by 12:10", "3 @ben by 12:14", "5 @ben by 12:18", "6 by 12:15")
    await gives(cleo, second, "2 @ben by 12:12", "4 @ben by 12:16", "7 @ana by 12:11", "8 by 12:13")
    with failing(world, "*", "reset_before") as fault:
        for minute in range(10, 20, 2):
            fault.kind = "http_503" if minute % 4 else "reset_before"
            tried = fault.hits
            await comes(world, f"12:{minute}")
            assert fault.hits > tried
        assert tasks(ben, first) + tasks(ana, first) + tasks(ana, first, in_channel=True) == []
    await in_the_end(world)
    assert tasks(ben, first) == [1, 2, 3, 4, 5]
    assert tasks(ana, first) == [7]
    assert tasks(ana, first, in_channel=True) == [6]
    assert tasks(cleo, second, in_channel=True) == [8]
    await asked_once(world, first, second)


async def test_a_storm_of_429s_is_left_alone_for_as_long_as_it_asks_and_loses_nothing(world: World) -> None:
    """For three minutes every message is refused, each time for another forty seconds."""
    ana, ben, cleo = world.place.ana, world.place.ben, world.cleo
    number = await opens(world, ana, "sev4")
    for person, task in (("ana", 1), ("ben", 2), ("cleo", 3)):
        await gives(ana, number, *(f"{task + 3 * n} @{person} by 12:1{n}" for n in range(3)))
    await gives(ana, number, "10 by 12:10", "11 by 12:12")
    await comes(world, "12:09")
    refused: dict[str, list[datetime]] = {}
    ends = world.now() + timedelta(minutes=3)

    def is_too_much(args: Args) -> bool:
        if world.now() >= ends:
            return False
        refused.setdefault(str(args["channel"]), []).append(world.now())
        return True

    with failing(world, "chat.postMessage", "ratelimited", is_too_much) as fault:
        fault.retry_after = RETRY_AFTER_S
        await comes(world, "12:10")
        assert refused
        await in_the_end(world)
    for times in refused.values():
        pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
        assert all(pause >= RETRY_AFTER_S - 1 for pause in pauses), (
            "Slack is left alone for as long as it asks"
        )
    await comes(world, "12:13")
    await in_the_end(world)
    assert tasks(ana, number) == [1, 4, 7]
    assert tasks(ben, number) == [2, 5, 8]
    assert tasks(cleo, number) == [3, 6, 9]
    assert tasks(ana, number, in_channel=True) == [10, 11]
    await asked_once(world, number)


async def test_answers_lost_after_slack_took_the_message_double_nothing(world: World) -> None:
    """Of a direct message, of one for two crises, and of a question to a channel; of its edit the answer is lost, too.

    The program's clock has jumped ahead: what it posted is found all the same, under Slack's time.
    """
    ana, ben, cleo = world.place.ana, world.place.ben, world.cleo
    first, second = await opens(world, ana, "sev4"), await opens(world, cleo, "sev4")
    await gives(ana, first, "1 @cleo by 12:50", "2 @ben by 12:50", "4 by 12:50", "5 @cleo by 12:51")
    await gives(cleo, second, "3 @ben by 12:50")
    world.jumps(minutes=45)
    posted, edited = Counter[str](), Counter[str]()

    def is_new(args: Args) -> bool:
        return is_first(posted, name_of(args["metadata"]))

    def is_new_edit(args: Args) -> bool:
        message = world.place.slack.team.channels[args["channel"]].messages[args["ts"]]
        return is_first(edited, name_of(message.metadata))

    with (
        failing(world, "chat.postMessage", "reset_after", is_new),
        failing(world, "chat.update", "reset_after", is_new_edit),
    ):
        await comes(world, "12:50")
        await in_the_end(world)
        await comes(world, "12:51")
        await in_the_end(world)
    assert list(posted.values()) == [1] * 4, "looked up, and not posted again"
    assert list(edited.values()) == [2] * 4, "edited until Slack answered"
    assert tasks(cleo, first) == [1, 5]
    assert tasks(ben, first) == [2, 3]
    assert len(questions(ben, first)) == 1, "both in one message"
    assert tasks(ana, first, in_channel=True) == [4]
    await asked_once(world, first, second)


def is_first(seen: Counter[str], name: str) -> bool:
    """Of questions; cards are left alone."""
    if "/ping:" not in name:
        return False
    seen[name] += 1
    return seen[name] == 1
