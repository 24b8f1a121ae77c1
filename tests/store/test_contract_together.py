"""What a store promises about orders that share a message: see bot/store/base.py."""

from __future__ import annotations

import pytest

from bot.domain.effects import Effect, Notice, ShowPing, ShowSummary
from bot.store.base import Order, Posted, Slot, Store
from tests.store.conftest import Restart
from tests.store.values import NOW, at, claimed, keys, opened, ordered

POSTED = Posted("D1", "1700000000.000100", "abc")
ASKED = tuple(ShowPing(n, "UANA") for n in range(1, 10))


async def only(store: Store, minutes: float = 0) -> Order:
    """The one order that can be claimed."""
    (order,) = await claimed(store, at(minutes))
    return order


async def gathered(store: Store, order: Order, *, limit: int = 8) -> tuple[Slot, ...]:
    """All that share the message of this order after gathering."""
    await store.gather(order, limit=limit)
    return await store.sharing(order.crisis, order.effect.key)


async def given(store: Store, *orders: Effect) -> Order:
    """The first of these orders of crisis 1, claimed; the others wait behind it."""
    await opened(store, effects=orders)
    return await only(store)


def slots(*pings: int, crisis: int = 1) -> tuple[Slot, ...]:
    return tuple((crisis, f"ping:{ping}") for ping in pings)


async def test_what_waits_behind_an_order_shares_its_message_across_crises(
    store: Store, restart: Restart
) -> None:
    await opened(store, effects=ASKED[:2])
    await opened(store, effects=ASKED[:1])
    shared = ((1, "ping:1"), (1, "ping:2"), (2, "ping:1"))
    assert await gathered(store, await only(store)) == shared
    store = await restart()
    assert {await store.sharing(*slot) for slot in shared} == {shared}
    assert await store.sharing(2, "ping:2") == ((2, "ping:2"),)


async def test_alone_an_order_has_a_message_of_its_own(store: Store) -> None:
    assert await gathered(store, await given(store, ASKED[0])) == slots(1)


async def test_the_message_is_that_of_all_and_none_of_them_is_left_to_do(
    store: Store, restart: Restart
) -> None:
    order = await given(store, *ASKED[:3])
    await gathered(store, order)
    assert await store.message(1, "ping:2") is None
    assert (await store.waiting(NOW))[0] == 2, "until the message is there, they wait"
    await store.delivered(order, posted=POSTED, now=NOW)
    store = await restart()
    assert [await store.message(1, f"ping:{n}") for n in (1, 2, 3, 4)] == [POSTED, POSTED, POSTED, None]
    assert await keys(store, at(99)) == []


async def test_what_is_ordered_of_one_of_them_later_edits_the_message_of_all(store: Store) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await store.delivered(order, posted=POSTED, now=NOW)
    await ordered(store, 1, ASKED[1], ASKED[2])
    again = await only(store)
    assert again.effect == ASKED[1]
    assert await gathered(store, again) == slots(1, 2), "a message that is there takes up no more"
    edited = Posted("D1", "1700000000.000100", "def")
    await store.delivered(again, posted=edited, now=NOW)
    assert await store.message(1, "ping:1") == edited
    assert await keys(store) == ["ping:3"]


async def test_one_that_is_given_again_on_the_way_is_ready_again(store: Store) -> None:
    order = await given(store, *ASKED[:3])
    await gathered(store, order)
    await ordered(store, 1, ASKED[1])
    await store.delivered(order, posted=POSTED, now=NOW)
    assert await keys(store) == ["ping:2"]


@pytest.mark.parametrize("between", [Notice(1, "Hello", "UANA"), ShowPing(9, "UANA")])
async def test_nothing_is_overtaken(store: Store, between: Effect) -> None:
    """Neither another kind of message nor one that is there already."""
    posted = await given(store, ShowPing(9, "UANA"))
    await store.delivered(posted, posted=POSTED, now=NOW)
    await ordered(store, 1, ASKED[0], ASKED[1], between, ASKED[2])
    order = await only(store)
    assert await gathered(store, order) == slots(1, 2)
    await store.delivered(order, posted=POSTED, now=NOW)
    assert await keys(store) == [between.key]


async def test_only_what_is_for_the_same_people_in_the_same_place_is_gathered(store: Store) -> None:
    both = ("UANA", "UBEN")
    orders = (
        ShowPing(1, None, both),
        ShowPing(2, "UANA"),
        ShowPing(3, None, both),
        ShowPing(4, None, ("UANA",)),
    )
    await opened(store, effects=orders)
    await opened(store, effects=orders)
    for order in await claimed(store):
        if order.effect == orders[0]:
            assert await gathered(store, order) == slots(1, 3, crisis=order.crisis)
        else:
            assert await gathered(store, order) == ((1, "ping:2"), (2, "ping:2"))


async def test_a_message_that_may_have_been_sent_takes_up_no_more(store: Store) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await ordered(store, 1, ASKED[2])
    await store.postpone(order, until=at(1), why="http_500")
    again = await only(store, 1)
    assert again.attempts == 2
    assert await gathered(store, again) == slots(1, 2)


async def test_a_message_that_waited_untried_takes_up_what_came_meanwhile(store: Store) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await store.postpone(order, until=at(1), why="paced", tried=False)
    await ordered(store, 1, ASKED[1], ASKED[2])
    again = await only(store, 1)
    assert await gathered(store, again) == slots(1, 2, 3)
    await store.delivered(again, posted=POSTED, now=NOW)
    assert await keys(store, at(2)) == [], "what was given again before it was shown is shown, too"


async def test_a_message_takes_no_more_than_the_limit(store: Store) -> None:
    order = await given(store, *ASKED)
    assert await gathered(store, order, limit=8) == slots(*range(1, 9))
    await store.delivered(order, posted=POSTED, now=NOW)
    assert await gathered(store, await only(store)) == slots(9)


async def test_what_was_gathered_stays_so_after_a_death(store: Store, restart: Restart) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    store = await restart()
    await store.release()
    again = await only(store)
    assert (again.id, again.attempts) == (order.id, 2)
    assert await gathered(store, again) == slots(1, 2)
    await store.delivered(again, posted=POSTED, now=NOW)
    assert await keys(store, at(99)) == []


async def test_what_is_given_up_takes_the_others_along(store: Store) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await ordered(store, 1, ASKED[2])
    await store.drop(order)
    await ordered(store, 1, ASKED[1])
    third = await only(store)
    assert await gathered(store, third) == slots(3), "what stands elsewhere is not gathered twice"
    await store.delivered(third, posted=None, now=NOW)
    await ordered(store, 1, ASKED[3])
    assert await gathered(store, await only(store)) == slots(1, 2)
    assert await store.sharing(1, "ping:4") == slots(4), "only what names a message takes others in"


async def test_a_head_that_is_given_again_is_not_gathered_by_another(store: Store) -> None:
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await store.drop(order)
    await ordered(store, 1, ASKED[2], ASKED[0])
    assert await gathered(store, await only(store)) == slots(3)


async def test_what_is_set_aside_leaves_the_others_to_do(store: Store) -> None:
    """They stand in its message all the same: whoever is next posts it."""
    order = await given(store, *ASKED[:2])
    await gathered(store, order)
    await store.set_aside(order)
    second = await only(store)
    assert await gathered(store, second) == slots(1, 2)
    await store.delivered(second, posted=POSTED, now=NOW)
    assert await store.message(1, "ping:1") == POSTED


async def test_an_order_that_never_shares_gathers_nothing(store: Store) -> None:
    assert await gathered(store, await given(store, ShowSummary(), ShowSummary())) == ((1, "summary"),)


async def test_one_that_may_have_been_sent_already_is_not_gathered(store: Store) -> None:
    """It was tried for another person, before it was theirs."""
    await opened(store, effects=(ShowPing(1, "UANA"), ShowPing(2, "UBEN")))
    first, second = await claimed(store)
    await store.postpone(first, until=at(1), why="paced", tried=False)
    await store.postpone(second, until=at(1), why="http_500")
    await ordered(store, 1, ShowPing(2, "UANA"))
    assert await gathered(store, await only(store, 1)) == slots(1)


async def test_a_message_that_is_there_stands_alone_when_it_is_edited(store: Store) -> None:
    order = await given(store, ASKED[0])
    await store.delivered(order, posted=POSTED, now=NOW)
    await ordered(store, 1, ASKED[0], ASKED[1])
    edit = await only(store)
    assert await gathered(store, edit) == slots(1)
    await store.delivered(edit, posted=POSTED, now=NOW)
    assert await keys(store) == ["ping:2"]
