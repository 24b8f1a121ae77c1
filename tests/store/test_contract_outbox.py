"""What a store promises about claiming orders to Slack: see bot/store/base.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.effects import (
    EFFECT_KINDS,
    CreateChannel,
    Effect,
    Notice,
    PinMessage,
    SetTopic,
    ShowChecklist,
    ShowLessons,
    ShowPing,
    ShowSummary,
    ShowUpdate,
)
from bot.store.base import Order, Posted, Store
from tests.store.conftest import Restart
from tests.store.strategies import values_of
from tests.store.values import LEASE, NOW, at, claimed, keys, opened, ordered

POSTED = Posted("C1", "1700000000.000100", "abc")


async def only(store: Store, minutes: float = 0) -> Order:
    """The one order that can be claimed."""
    (order,) = await claimed(store, at(minutes))
    return order


# Claiming.


async def test_orders_are_claimed_by_rank_then_age(store: Store) -> None:
    number = await opened(store, effects=(SetTopic(), ShowChecklist(), CreateChannel(), ShowSummary()))
    orders = await claimed(store)
    assert [order.effect.key for order in orders] == ["channel", "checklist", "summary", "topic"]
    assert {order.crisis for order in orders} == {number}


async def test_no_more_are_claimed_than_asked_for(store: Store) -> None:
    await opened(store, effects=(SetTopic(), ShowChecklist(), CreateChannel()))
    assert await keys(store, limit=2) == ["channel", "checklist"]
    assert await keys(store, limit=2) == ["topic"]
    assert await keys(store, limit=2) == []


async def test_an_order_is_claimed_as_it_was_given(store: Store) -> None:
    effect = Notice(3, "Hello", person="UANA")
    number = await opened(store, effects=(effect,))
    order = await only(store)
    assert order == Order(order.id, number, effect, attempts=1, first_tried_at=NOW, wanted=1)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(effects=st.tuples(*(values_of(kind) for kind in EFFECT_KINDS.values())))
async def test_an_effect_of_each_kind_comes_back_as_it_was(store: Store, effects: tuple[Effect, ...]) -> None:
    await opened(store, effects=effects)
    given_by_key = {effect.key: effect for effect in effects}
    while orders := await claimed(store):
        for order in orders:
            assert order.effect == given_by_key.pop(order.effect.key)
            await store.delivered(order, posted=None, now=NOW)
    assert not given_by_key


async def test_claims_at_once_never_share_an_order(store: Store) -> None:
    await opened(store, effects=tuple(Notice(n, "", f"U{n}") for n in range(20)))
    found = await asyncio.gather(*(claimed(store, limit=3) for _ in range(10)))
    ids = [order.id for orders in found for order in orders]
    assert len(ids) == len(set(ids)) == 20


async def test_a_claimed_order_comes_again_when_its_lease_ran_out(store: Store) -> None:
    await opened(store, effects=(SetTopic(),))
    first = await only(store)
    assert await keys(store, NOW + LEASE - timedelta(microseconds=1)) == []
    (again,) = await claimed(store, NOW + LEASE)
    assert again == replace(first, attempts=2)
    assert again.first_tried_at == NOW


async def test_the_attempt_is_counted_before_it_is_made(store: Store, restart: Restart) -> None:
    await opened(store, effects=(SetTopic(),))
    await claimed(store)
    store = await restart()
    assert await keys(store) == []
    (again,) = await claimed(store, NOW + LEASE)
    assert (again.attempts, again.first_tried_at) == (2, NOW)


# Lanes.


async def test_of_one_lane_one_order_is_on_its_way_at_a_time(store: Store) -> None:
    await opened(store, effects=(ShowUpdate(1), Notice(1, "a"), ShowUpdate(2)))
    for key in ("update:1", "notice:1", "update:2"):
        order = await only(store)
        assert order.effect.key == key
        await store.delivered(order, posted=None, now=NOW)
    assert await keys(store) == []


async def test_an_order_waits_for_the_older_ones_of_its_lane_whatever_their_rank(store: Store) -> None:
    await opened(store, effects=(ShowLessons(announced=False), Notice(1, "goes behind the lessons")))
    assert ShowLessons.rank > Notice.rank
    assert await keys(store) == ["lessons"]


async def test_an_order_waits_while_the_older_one_waits_for_another_try(store: Store) -> None:
    await opened(
        store, effects=(ShowSummary(), PinMessage("summary"), ShowChecklist(), PinMessage("checklist"))
    )
    summary, checklist = await claimed(store)
    await store.postpone(summary, until=at(30), why="ratelimited")
    await store.delivered(checklist, posted=POSTED, now=NOW)
    (pin,) = await claimed(store, at(29))
    assert pin.effect == PinMessage("checklist")
    await store.delivered(pin, posted=None, now=at(29))
    assert await keys(store, at(29)) == []
    assert await keys(store, at(30)) == ["summary"]


async def test_a_lease_that_ran_out_does_not_let_the_next_of_the_lane_pass(store: Store) -> None:
    await opened(store, effects=(ShowUpdate(1), ShowUpdate(2)))
    await claimed(store)
    assert await keys(store, NOW + LEASE) == ["update:1"]


async def test_direct_messages_to_one_person_keep_their_order_across_crises(store: Store) -> None:
    await opened(store, effects=(Notice(1, "from the first", "UANA"),))
    await opened(store, effects=(ShowPing(1, "UANA"), Notice(2, "to another", "UBEN")))
    first, other = await claimed(store)
    assert [order.effect for order in (first, other)] == [
        Notice(1, "from the first", "UANA"),
        Notice(2, "to another", "UBEN"),
    ]
    await store.delivered(first, posted=POSTED, now=NOW)
    assert await keys(store) == ["ping:1"]


async def test_lanes_of_different_crises_do_not_wait_for_each_other(store: Store) -> None:
    first = await opened(store, effects=(ShowUpdate(1),))
    second = await opened(store, effects=(ShowUpdate(1),))
    assert [order.crisis for order in await claimed(store)] == [first, second]


# The same order again.


async def test_an_order_given_again_while_it_waits_is_one_with_the_newest_content(store: Store) -> None:
    number = await opened(store, effects=(Notice(1, "old"),))
    await ordered(store, number, Notice(1, "newer"), Notice(1, "newest"), now=at(1))
    order = await only(store, 1)
    assert (order.effect, order.wanted) == (Notice(1, "newest"), 3)
    await store.delivered(order, posted=None, now=at(1))
    assert await keys(store, at(99)) == []


async def test_an_order_given_again_keeps_its_place(store: Store) -> None:
    number = await opened(store, effects=(ShowUpdate(1), ShowUpdate(2)))
    await ordered(store, number, ShowUpdate(1))
    assert await keys(store) == ["update:1"]


async def test_an_order_given_again_waits_for_the_same_next_try(store: Store) -> None:
    number = await opened(store, effects=(SetTopic(),))
    await store.postpone(await only(store), until=at(10), why="ratelimited")
    await ordered(store, number, SetTopic())
    assert await keys(store, at(9)) == []
    assert (await only(store, 10)).attempts == 2


async def test_the_same_key_in_another_crisis_is_another_order(store: Store) -> None:
    await opened(store, effects=(SetTopic(),))
    await opened(store, effects=(SetTopic(),))
    assert [order.wanted for order in await claimed(store)] == [1, 1]


async def test_an_order_given_again_while_on_its_way_is_ready_once_delivered(store: Store) -> None:
    number = await opened(store, effects=(Notice(1, "old"),))
    first = await only(store)
    await ordered(store, number, Notice(1, "new"), now=at(0.1))
    assert await keys(store, at(0.2)) == []
    await store.delivered(first, posted=POSTED, now=at(0.5))
    assert await keys(store, at(0.4)) == []
    again = await only(store, 0.5)
    assert again == Order(
        first.id, number, Notice(1, "new"), attempts=1, first_tried_at=at(0.5), wanted=again.wanted
    )
    assert again.wanted > first.wanted
    await store.delivered(again, posted=POSTED, now=at(1))
    assert await keys(store, at(99)) == []
