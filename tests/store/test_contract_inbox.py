"""What a store promises about events of Slack's: see bot/store/base.py."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.base import Delivery, Store
from tests.store.conftest import Restart
from tests.store.values import NOW, at, giving, opened

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


async def due(store: Store, minutes: float = 0, *, limit: int = 100) -> list[str]:
    return [event.key for event in await store.received(now=at(minutes), limit=limit)]


async def test_an_event_is_written_down_once(store: Store, restart: Restart) -> None:
    assert await store.receive("E1", "message", {"text": "first"}, now=NOW)
    assert not await store.receive("E1", "message", {"text": "again"}, now=at(1))
    store = await restart()
    assert not await store.receive("E1", "message", {"text": "again"}, now=at(2))
    assert await store.received(now=NOW) == [Delivery("E1", "message", {"text": "first"}, attempts=0)]


async def test_one_event_over_two_connections_at_once_is_written_down_once(store: Store) -> None:
    answers = await asyncio.gather(*(store.receive("E1", "message", {}, now=NOW) for _ in range(10)))
    assert sorted(answers) == [False] * 9 + [True]


async def test_an_event_that_was_handled_is_not_new_again(store: Store) -> None:
    await store.receive("E1", "message", {}, now=NOW)
    await store.handled("E1")
    assert await due(store) == []
    assert not await store.receive("E1", "message", {}, now=NOW)
    assert await due(store) == []


async def test_a_handled_event_is_not_tried_again(store: Store) -> None:
    await store.receive("E1", "message", {}, now=NOW)
    await store.handled("E1")
    await store.retry_event("E1", at=NOW)
    assert await due(store, 99) == []


async def test_a_delivery_that_led_to_a_crisis_is_no_new_event(store: Store) -> None:
    number = await opened(store)
    await store.change(number, giving(), now=NOW, delivery="D1")
    assert not await store.receive("D1", "command", {}, now=NOW)
    assert await due(store) == []


async def test_events_come_oldest_first_and_not_more_than_asked_for(store: Store) -> None:
    for minutes, key in ((-1, "E3"), (-3, "E1"), (-2, "E2")):
        await store.receive(key, "message", {}, now=at(minutes))
    assert await due(store) == ["E1", "E2", "E3"]
    assert await due(store, limit=2) == ["E1", "E2"]


async def test_an_event_is_tried_again_when_its_time_has_come(store: Store) -> None:
    await store.receive("E1", "message", {"text": "hi"}, now=NOW)
    await store.retry_event("E1", at=at(5))
    assert await due(store, 4.99) == []
    assert await store.received(now=at(5)) == [Delivery("E1", "message", {"text": "hi"}, attempts=1)]
    await store.retry_event("E1", at=at(9))
    assert [event.attempts for event in await store.received(now=at(9))] == [2]


async def test_an_event_from_before_the_clock_was_set_back_is_handled_at_once(store: Store) -> None:
    await store.receive("E1", "message", {}, now=NOW)
    assert await due(store, -30) == []
    assert await due(store, -31) == ["E1"]


async def test_an_event_that_waited_keeps_its_place(store: Store) -> None:
    await store.receive("E1", "message", {}, now=NOW)
    await store.receive("E2", "message", {}, now=at(1))
    await store.retry_event("E1", at=at(5))
    assert await due(store, 1) == ["E2"]
    assert await due(store, 5) == ["E1", "E2"]


async def test_handled_deliveries_are_forgotten_the_others_never(store: Store) -> None:
    number = await opened(store)
    for key, minutes in (("handled", -10), ("waiting", -10), ("late", 0)):
        await store.receive(key, "message", {}, now=at(minutes))
    await store.handled("handled")
    await store.handled("late")
    await store.change(number, giving(), now=at(-10), delivery="clicked")
    await store.forget_deliveries(NOW)
    assert await due(store) == ["waiting"]
    for key, forgotten in (("handled", True), ("waiting", False), ("late", False), ("clicked", True)):
        assert await store.receive(key, "message", {}, now=NOW) is forgotten


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.dictionaries(st.text(), json_values, max_size=3))
async def test_the_body_of_an_event_comes_back_as_it_was(store: Store, body: dict[str, Any]) -> None:
    await store.receive("E1", "message", body, now=NOW)
    assert [event.body for event in await store.received(now=NOW)] == [body]
    await store.handled("E1")
    await store.forget_deliveries(at(1))


@pytest.mark.parametrize("key", ["unknown", ""])
async def test_an_unknown_event_is_nothing_to_handle(store: Store, key: str) -> None:
    await store.handled(key)
    await store.retry_event(key, at=NOW)
    assert await due(store) == []
