"""What a store promises about reminders that did not get through: see bot/store/base.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.effects import Effect, InvitePeople, Notice, ShowCheck, ShowPing, ShowSummary, ShowUpdate
from bot.domain.lateness import Late
from bot.domain.model import Step
from bot.store.base import Posted, Store
from tests.store.conftest import Restart
from tests.store.values import NOW, at, changed, claimed, opened, ordered

POSTED = Posted("D1", "1700000000.000100", "abc")
MINUTE = timedelta(minutes=1)
PING = ShowPing(1, "UANA")


async def late(store: Store, minutes: float) -> list[Late]:
    return await store.late(at(minutes), than=MINUTE)


async def effects(store: Store, minutes: float) -> list[Effect | None]:
    return [one.effect for one in await late(store, minutes)]


def step_due(minutes: float) -> dict[str, Any]:
    return {"steps": (Step("call", 1, "Call", due_at=at(minutes)),)}


async def test_a_reminder_that_waits_is_late_after_that_time(store: Store, restart: Restart) -> None:
    number = await opened(store, effects=(PING,))
    assert await late(store, 0.99) == []
    store = await restart()
    assert await late(store, 1) == [Late(number, NOW, PING)]


async def test_what_asks_nobody_for_anything_is_never_late(store: Store) -> None:
    await opened(store, effects=(ShowSummary(), ShowUpdate(1), InvitePeople(("UANA",))))
    assert await late(store, 99) == []


async def test_every_kind_of_reminder_is_late_the_longest_first(store: Store) -> None:
    number = await opened(store, effects=(Notice(1, "You lead", "UBEN"),))
    await ordered(store, number, ShowCheck(1), now=at(2))
    await ordered(store, number, PING, now=at(1))
    assert await effects(store, 9) == [Notice(1, "You lead", "UBEN"), PING, ShowCheck(1)]
    assert await effects(store, 2) == [Notice(1, "You lead", "UBEN"), PING]


async def test_a_try_and_a_pause_make_nothing_younger(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    (order,) = await claimed(store, at(0.5))
    assert await late(store, 1) == [Late(number, NOW, PING)], "also while it is on its way"
    await store.postpone(order, until=at(20), why="internal_error")
    assert await late(store, 1) == [Late(number, NOW, PING)]
    await store.release()
    assert await late(store, 1) == [Late(number, NOW, PING)]


async def test_given_again_while_it_waits_it_is_as_late_as_before(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    await ordered(store, number, PING, now=at(5))
    assert await late(store, 6) == [Late(number, NOW, PING)]


async def test_a_message_that_is_there_and_waits_to_be_edited_is_not_late(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    (order,) = await claimed(store)
    await store.delivered(order, posted=POSTED, now=NOW)
    await ordered(store, number, PING)
    assert await late(store, 9) == []
    await opened(store, effects=(PING,))
    assert [one.crisis for one in await late(store, 9)] == [number + 1], "of its own crisis only"


async def test_given_again_after_it_was_done_it_counts_from_then(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    (order,) = await claimed(store)
    await store.delivered(order, posted=None, now=NOW)
    assert await late(store, 9) == []
    await ordered(store, number, PING, now=at(9))
    assert await late(store, 10) == [Late(number, at(9), PING)]


async def test_given_again_while_on_its_way_it_counts_from_when_that_was_done(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    (order,) = await claimed(store)
    await ordered(store, number, PING, now=at(1))
    await store.delivered(order, posted=None, now=at(2))
    assert await late(store, 3) == [Late(number, at(2), PING)]


async def test_what_was_set_aside_is_not_late_until_it_is_given_again(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    (order,) = await claimed(store)
    await store.set_aside(order)
    assert await late(store, 9) == []
    await ordered(store, number, PING, now=at(9))
    assert await late(store, 9.99) == []
    assert await late(store, 10) == [Late(number, at(9), PING)]


async def test_what_was_given_up_is_not_late(store: Store) -> None:
    await opened(store, effects=(PING,))
    (order,) = await claimed(store)
    await store.drop(order)
    assert await late(store, 9) == []


async def test_a_crisis_that_is_due_and_was_not_looked_after_is_late(store: Store) -> None:
    number = await opened(store, **step_due(10))
    assert await late(store, 10.99) == []
    assert await late(store, 11) == [Late(number, at(10))]
    await changed(store, number, **step_due(50))
    assert await late(store, 11) == []


async def test_a_clock_set_back_makes_what_was_given_late_as_soon_as_anything_else(store: Store) -> None:
    number = await opened(store, effects=(PING,))
    await ordered(store, number, ShowPing(2, "UBEN"), now=at(60))
    await store.clock_set_back(at(5))
    assert await late(store, 6) == [Late(number, NOW, PING), Late(number, at(5), ShowPing(2, "UBEN"))]


async def test_what_stands_in_the_message_of_another_order_is_not_late_either(store: Store) -> None:
    number = await opened(store, effects=(PING, ShowPing(2, "UANA")))
    (order,) = await claimed(store)
    await store.gather(order, limit=8)
    await store.delivered(order, posted=POSTED, now=NOW)
    await ordered(store, number, ShowPing(2, "UANA"))  # as an edit
    assert await late(store, 9) == []
