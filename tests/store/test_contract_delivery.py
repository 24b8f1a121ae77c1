"""What a store promises about orders that were claimed: see bot/store/base.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.effects import (
    ArchiveChannel,
    Effect,
    InvitePeople,
    Notice,
    SetTopic,
    ShowChecklist,
    ShowPing,
    ShowSummary,
    ShowUpdate,
)
from bot.store.base import WAIT_MAX, Order, Posted, Store
from bot.store.rows import lane_text
from tests.store.conftest import Restart
from tests.store.values import LEASE, NOW, at, claimed, keys, opened, ordered

POSTED = Posted("C1", "1700000000.000100", "abc")


async def only(store: Store, minutes: float = 0) -> Order:
    """The one order that can be claimed."""
    (order,) = await claimed(store, at(minutes))
    return order


# What became of it.


async def test_a_delivered_order_is_gone_and_its_message_is_known(store: Store, restart: Restart) -> None:
    number = await opened(store, effects=(ShowSummary(),))
    assert await store.message(number, "summary") is None
    await store.delivered(await only(store), posted=POSTED, now=NOW)
    store = await restart()
    assert await store.message(number, "summary") == POSTED
    assert await store.message(number, "checklist") is None
    assert await store.message(number + 1, "summary") is None
    assert await keys(store, at(99)) == []


async def test_the_newest_message_of_a_slot_counts_and_without_one_the_last_stays(store: Store) -> None:
    number = await opened(store, effects=(ShowSummary(),))
    for posted in (POSTED, None, Posted("C2", "1700000000.000200", "def"), None):
        await store.delivered(await only(store), posted=posted, now=NOW)
        await ordered(store, number, ShowSummary())
    assert await store.message(number, "summary") == Posted("C2", "1700000000.000200", "def")


async def test_a_postponed_order_is_ready_again_then(store: Store, restart: Restart) -> None:
    await opened(store, effects=(SetTopic(),))
    await store.postpone(await only(store), until=at(5), why="ratelimited")
    store = await restart()
    assert await keys(store, at(4.99)) == []
    again = await only(store, 5)
    assert (again.attempts, again.first_tried_at) == (2, NOW)


async def test_a_wait_longer_than_any_we_set_is_over_because_the_clock_was_set_back(store: Store) -> None:
    await opened(store, effects=(SetTopic(),))
    await store.postpone(await only(store), until=NOW + WAIT_MAX, why="ratelimited")
    assert await keys(store) == []
    assert await keys(store, at(-1)) == ["topic"]


async def test_what_was_no_try_does_not_count_as_one(store: Store) -> None:
    await opened(store, effects=(ShowSummary(),))
    order = await only(store)
    await store.postpone(order, until=at(1), why="paced", tried=False)
    (again,) = await claimed(store, at(1))
    assert again.attempts == order.attempts


async def test_a_postponed_order_that_was_given_again_meanwhile_has_the_newest_content(store: Store) -> None:
    number = await opened(store, effects=(Notice(1, "old"),))
    order = await only(store)
    await ordered(store, number, Notice(1, "new"))
    await store.postpone(order, until=at(5), why="ratelimited")
    assert (await only(store, 5)).effect == Notice(1, "new")


async def test_a_dropped_order_is_gone_and_leaves_no_message(store: Store) -> None:
    number = await opened(store, effects=(ShowUpdate(1), ShowUpdate(2)))
    await store.drop(await only(store))
    assert await store.message(number, "update:1") is None
    assert await keys(store, at(99)) == ["update:2"]


async def test_dropping_an_order_does_not_drop_the_one_given_meanwhile(store: Store) -> None:
    number = await opened(store, effects=(Notice(1, "old"),))
    order = await only(store)
    await ordered(store, number, Notice(1, "new"))
    await store.drop(order)
    again = await only(store)
    assert (again.effect, again.attempts) == (Notice(1, "new"), 1)
    await store.drop(again)
    assert await keys(store, at(99)) == []


async def test_orders_on_their_way_at_a_death_are_ready_after_the_release(
    store: Store, restart: Restart
) -> None:
    await opened(store, effects=(SetTopic(), ShowSummary(), ShowChecklist()))
    _, checklist, _ = await claimed(store)
    await store.postpone(checklist, until=at(5), why="ratelimited")
    store = await restart()
    await store.release()
    orders = await claimed(store)
    assert [(order.effect.key, order.attempts) for order in orders] == [("summary", 2), ("topic", 2)]


# How many wait.


async def test_orders_wait_until_they_are_on_their_way(store: Store) -> None:
    assert await store.waiting(NOW) == (0, timedelta(0))
    number = await opened(store, effects=(SetTopic(),))
    await ordered(store, number, ShowSummary(), now=at(2))
    assert await store.waiting(at(3)) == (2, timedelta(minutes=3))
    (topic,) = [order for order in await claimed(store, at(3)) if order.effect == SetTopic()]
    assert await store.waiting(at(3)) == (0, timedelta(0))
    await store.postpone(topic, until=at(10), why="ratelimited")
    assert await store.waiting(at(3.5)) == (1, timedelta(0))


async def test_an_order_whose_lease_ran_out_waits_again(store: Store) -> None:
    await opened(store, effects=(SetTopic(),))
    await claimed(store)
    assert await store.waiting(NOW + LEASE) == (1, LEASE)


async def test_an_order_that_is_not_due_yet_waits_for_no_time_at_all(store: Store) -> None:
    await opened(store, effects=(SetTopic(),))
    assert await store.waiting(at(-5)) == (1, timedelta(0))


# Whatever happens, in whatever order.

_EFFECTS = st.sampled_from(
    [
        ShowUpdate(1),
        Notice(1, "to all"),
        Notice(2, "to ana", "UANA"),
        ShowPing(1, "UANA"),
        ShowPing(2, None),
        SetTopic(),
        InvitePeople(("UANA",)),
    ]
)
_HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.sampled_from([0, 1]), _EFFECTS),
        st.sampled_from(["claim", "deliver", "postpone", "die"]).map(lambda what: (what, 0, SetTopic())),
    ),
    min_size=5,
    max_size=20,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(happenings=_HAPPENINGS, limit=st.integers(1, 5))
async def test_nothing_is_lost_doubled_or_overtaken(
    store: Store, happenings: list[tuple[str, int, Effect]], limit: int
) -> None:
    numbers = [await opened(store), await opened(store)]
    given_orders: list[tuple[int, Effect]] = []
    """Waiting or on their way, in the order they were given."""
    on_their_way: list[Order] = []

    async def claim(now: datetime) -> None:
        for order in await store.claim(now, limit=limit, lease=timedelta(days=1)):
            lane = lane_text(order.crisis, order.effect)
            assert lane not in {lane_text(other.crisis, other.effect) for other in on_their_way}
            first = next(one for one in given_orders if lane_text(*one) == lane)
            assert (order.crisis, order.effect) == first
            on_their_way.append(order)

    async def deliver(order: Order, now: datetime) -> None:
        await store.delivered(order, posted=None, now=now)
        if (order.crisis, order.effect) not in given_again:
            given_orders.remove((order.crisis, order.effect))
        given_again.discard((order.crisis, order.effect))

    given_again: set[tuple[int, Effect]] = set()
    """Those given again while on their way."""
    for minute, (what, which, effect) in enumerate(happenings):
        now = at(minute)
        if what == "give":
            one = (numbers[which], effect)
            if one not in given_orders:
                given_orders.append(one)
            elif one in {(order.crisis, order.effect) for order in on_their_way}:
                given_again.add(one)
            await ordered(store, *one, now=now)
        elif what == "claim":
            await claim(now)
        elif what == "deliver" and on_their_way:
            await deliver(on_their_way.pop(0), now)
        elif what == "postpone" and on_their_way:
            order = on_their_way.pop(0)
            given_again.discard((order.crisis, order.effect))
            await store.postpone(order, until=at(minute + 2), why="ratelimited")
        elif what == "die":
            on_their_way.clear()
            given_again.clear()
            await store.release()

    count, _ = await store.waiting(at(30))
    assert count == len(given_orders) - len(on_their_way)
    while given_orders:
        if not on_their_way:
            await claim(at(60))
        await deliver(on_their_way.pop(0), at(60))
    assert await store.waiting(at(99)) == (0, timedelta(0))


# Set aside.


async def test_an_order_set_aside_is_not_tried_again_and_holds_up_no_other(
    store: Store, restart: Restart
) -> None:
    await opened(store, effects=(ShowUpdate(1), ShowUpdate(2)))  # one lane
    await store.set_aside(await only(store))
    assert await keys(store, at(99)) == ["update:2"]
    store = await restart()
    await store.release()
    assert await keys(store, at(199)) == ["update:2"]


async def test_an_order_set_aside_and_given_again_is_an_order_like_any_other(store: Store) -> None:
    number = await opened(store, effects=(SetTopic(),))
    await store.set_aside(await only(store))
    await ordered(store, number, SetTopic())
    assert await keys(store) == ["topic"]


# What comes last.


async def test_the_archiving_waits_for_everything_else_of_its_crisis(store: Store) -> None:
    await opened(store)
    number = await opened(store, effects=(ArchiveChannel(), ShowSummary()))
    (summary,) = await claimed(store)
    assert await keys(store) == []
    await store.postpone(summary, until=at(5), why="ratelimited")
    assert await keys(store, at(1)) == []
    (summary,) = await claimed(store, at(5))
    await store.delivered(summary, posted=None, now=at(5))
    assert await keys(store, at(5)) == ["archive"]
    await ordered(store, number, ShowSummary())
    assert await keys(store, at(6)) == ["summary"]


async def test_the_archiving_does_not_wait_for_what_was_set_aside(store: Store) -> None:
    await opened(store, effects=(ArchiveChannel(), ShowSummary()))
    (summary,) = await claimed(store)
    await store.set_aside(summary)
    assert await keys(store) == ["archive"]
