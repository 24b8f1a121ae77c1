"""What a store promises about opening and changing crises: see bot/store/base.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.checklist import claim_step
from bot.domain.decision import Decision
from bot.domain.effects import CreateChannel, SetTopic
from bot.domain.errors import Refusal
from bot.domain.model import Incident, RoleHolding, Step
from bot.domain.opening import Roster
from bot.domain.timeline import CrisisResolved, Noted
from bot.store.base import Duplicate, Store
from tests.store.conftest import Restart
from tests.store.values import (
    NOW,
    as_decided,
    at,
    claimed,
    giving,
    incident,
    keys,
    opened,
)


class Refused(Exception):
    """Stands for whatever a decision may raise."""


def refuse(*_: object) -> Decision:
    raise Refused


def must_not_decide(*_: object) -> Decision:
    raise AssertionError("decided again")


def note(text: str, minutes: float = 0) -> Noted:
    return Noted(at(minutes), "UANA", text)


# Opening.


async def test_numbers_count_up_from_one(store: Store) -> None:
    assert [await opened(store) for _ in range(3)] == [1, 2, 3]
    assert await store.numbers(viewer=None) == [1, 2, 3]


async def test_a_number_is_never_used_twice_also_not_after_a_refused_opening(
    store: Store, restart: Restart
) -> None:
    numbers = []
    for _ in range(3):
        with pytest.raises(Refused):
            await store.open_crisis(refuse, now=NOW)
        numbers.append(await opened(store))
    store = await restart()
    numbers.append(await opened(store))
    assert numbers == sorted(set(numbers)) == await store.numbers(viewer=None)


async def test_a_crisis_is_committed_under_the_number_given_with_all_that_was_decided(
    store: Store, restart: Restart
) -> None:
    given_number = 0

    def decide(number: int, _: Roster) -> Decision:
        nonlocal given_number
        given_number = number
        return Decision(incident(number), (note("first"), note("second")), (CreateChannel(),), "Welcome")

    decision = as_decided(await store.open_crisis(decide, now=NOW, delivery="D1"))
    assert decision == Decision(
        incident(given_number, version=1), (note("first"), note("second")), (CreateChannel(),), "Welcome"
    )
    store = await restart()
    assert await store.crisis(given_number) == decision.incident
    assert await store.timeline(given_number) == [note("first"), note("second")]
    assert [(order.crisis, order.effect) for order in await claimed(store)] == [
        (given_number, CreateChannel())
    ]
    assert await store.open_crisis(must_not_decide, now=NOW, delivery="D1") == Duplicate(given_number)


async def test_the_opening_sees_the_roster(store: Store) -> None:
    await store.set_roster(RoleHolding("lead", "UANA", "UBEN"), by="UANA", now=NOW)

    def decide(number: int, roster: Roster) -> Decision:
        return Decision(incident(number, roles=tuple(roster.values())))

    decision = as_decided(await store.open_crisis(decide, now=NOW))
    assert decision.incident.roles == (RoleHolding("lead", "UANA", "UBEN"),)


async def test_a_refused_opening_leaves_nothing_behind(store: Store) -> None:
    await store.receive("E1", "message", {}, now=NOW)
    for delivery in ("D1", "E1"):
        with pytest.raises(Refused):
            await store.open_crisis(refuse, now=NOW, delivery=delivery)
    assert await store.numbers(viewer=None) == []
    assert await store.waiting(NOW) == (0, timedelta(0))
    assert [event.key for event in await store.received(now=NOW)] == ["E1"]
    result = await store.open_crisis(
        lambda number, _: Decision(incident(number)), now=NOW, delivery="D1"
    )  # the delivery was not used up
    assert isinstance(result, Decision)


async def test_a_crisis_decided_under_another_number_is_not_kept(store: Store) -> None:
    await opened(store)
    with pytest.raises(ValueError, match="crisis 2 was decided as crisis 7"):
        await store.open_crisis(lambda *_: Decision(incident(7)), now=NOW)
    with pytest.raises(ValueError, match="crisis 1 was decided as crisis 7"):
        await store.change(1, lambda latest: Decision(replace(latest, number=7)), now=NOW)
    assert await store.numbers(viewer=None) == [1]


# Changing.


async def test_a_change_decides_on_the_latest_state_and_the_version_grows_by_one(store: Store) -> None:
    number = await opened(store)
    for version in (2, 3, 4):
        before = await store.crisis(number)

        def decide(latest: Incident, before: Incident | None = before) -> Decision:
            assert latest == before
            return Decision(replace(latest, notices=latest.notices + 1))

        decision = as_decided(await store.change(number, decide, now=NOW))
        assert (decision.incident.version, decision.incident.notices) == (version, version - 1)
        assert await store.crisis(number) == decision.incident


async def test_state_entries_effects_and_delivery_are_committed_together(
    store: Store, restart: Restart
) -> None:
    number = await opened(store)

    def decide(latest: Incident) -> Decision:
        return Decision(replace(latest, title="New"), (note("one"),), (SetTopic(),), "Said")

    decision = as_decided(await store.change(number, decide, now=NOW, delivery="D1"))
    assert (decision.entries, decision.effects, decision.said) == ((note("one"),), (SetTopic(),), "Said")
    store = await restart()
    kept = await store.crisis(number)
    assert kept is not None
    assert (kept.title, kept.version) == ("New", 2)
    assert await store.timeline(number) == [note("one")]
    assert await keys(store) == ["topic"]
    assert await store.change(number, must_not_decide, now=NOW, delivery="D1") == Duplicate(number)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"entries": (CrisisResolved(NOW, "UANA"),)}, id="entries"),
        pytest.param({"effects": (SetTopic(),)}, id="effects"),
    ],
)
async def test_entries_or_effects_alone_make_a_new_version(store: Store, more: dict[str, Any]) -> None:
    number = await opened(store)
    decision = await store.change(number, lambda latest: Decision(latest, **more), now=NOW)
    assert as_decided(decision).incident.version == 2


async def test_a_decision_that_changes_nothing_keeps_the_version_but_its_delivery_counts(
    store: Store,
) -> None:
    number = await opened(store)
    decision = await store.change(number, lambda i: Decision(i, said="So already"), now=NOW, delivery="D1")
    assert decision == Decision(incident(number, version=1), said="So already")
    assert await store.crisis(number) == incident(number, version=1)
    assert await store.change(number, must_not_decide, now=NOW, delivery="D1") == Duplicate(number)


async def test_a_refused_change_leaves_nothing_behind(store: Store) -> None:
    number = await opened(store, note("before"))
    with pytest.raises(Refused):
        await store.change(number, refuse, now=NOW, delivery="D1")
    assert await store.crisis(number) == incident(number, version=1)
    assert await store.timeline(number) == [note("before")]
    assert await store.waiting(NOW) == (0, timedelta(0))
    assert isinstance(await store.change(number, giving(), now=NOW, delivery="D1"), Decision)


async def test_a_change_that_cannot_be_kept_leaves_nothing_behind(store: Store) -> None:
    number = await opened(store)
    unkept = Noted(at(1).replace(tzinfo=None), "UANA", "no time zone")

    def decide(latest: Incident) -> Decision:
        return Decision(replace(latest, title="New"), (note("one"), unkept), (SetTopic(),))

    with pytest.raises(ValueError, match="time zone"):
        await store.change(number, decide, now=NOW, delivery="D1")
    assert await store.crisis(number) == incident(number, version=1)
    assert await store.timeline(number) == []
    assert await keys(store) == []
    assert isinstance(await store.change(number, giving(), now=NOW, delivery="D1"), Decision)


async def test_an_unknown_number_is_a_key_error_and_uses_no_delivery(store: Store) -> None:
    with pytest.raises(KeyError):
        await store.change(1, must_not_decide, now=NOW, delivery="D1")
    await opened(store)
    assert isinstance(await store.change(1, giving(), now=NOW, delivery="D1"), Decision)


async def test_an_event_written_down_before_is_handled_by_the_change_it_leads_to(store: Store) -> None:
    number = await opened(store)
    await store.receive("E1", "message", {}, now=NOW)
    assert isinstance(await store.change(number, giving(), now=NOW, delivery="E1"), Decision)
    assert await store.received(now=NOW) == []
    assert await store.change(number, must_not_decide, now=NOW, delivery="E1") == Duplicate(number)


async def test_an_event_handled_without_a_crisis_led_to_none(store: Store) -> None:
    number = await opened(store)
    await store.receive("E1", "message", {}, now=NOW)
    await store.handled("E1")
    assert await store.change(number, must_not_decide, now=NOW, delivery="E1") == Duplicate(0)


# At the same time.


async def test_of_fifty_people_who_claim_one_step_at_once_one_wins(store: Store) -> None:
    number = await opened(store, steps=(Step("call", 1, "Call the post office"),))

    async def claim(person: str) -> str:
        decision = await store.change(
            number, lambda latest: claim_step(latest, step_key="call", by=person, now=NOW), now=NOW
        )
        return person if as_decided(decision).entries else ""

    answers = await asyncio.gather(*(claim(f"U{n}") for n in range(50)), return_exceptions=True)
    winners = [answer for answer in answers if isinstance(answer, str)]
    assert len(winners) == 1
    assert sum(isinstance(answer, Refusal) for answer in answers) == 49
    kept = await store.crisis(number)
    assert kept is not None
    assert (kept.steps[0].owner, kept.version) == (winners[0], 2)
    assert [entry.by for entry in await store.timeline(number)] == winners


async def test_of_fifty_changes_at_once_none_is_lost(store: Store) -> None:
    number = await opened(store)

    def one_more(latest: Incident) -> Decision:
        return Decision(replace(latest, notices=latest.notices + 1), (note(str(latest.notices)),))

    await asyncio.gather(*(store.change(number, one_more, now=NOW) for _ in range(50)))
    kept = await store.crisis(number)
    assert kept is not None
    assert (kept.notices, kept.version) == (50, 51)
    assert await store.timeline(number) == [note(str(n)) for n in range(50)]


async def test_one_delivery_many_times_at_once_is_decided_once(store: Store) -> None:
    async def open_one() -> Decision | Duplicate:
        return await store.open_crisis(lambda n, _: Decision(incident(n)), now=NOW, delivery="D1")

    results = await asyncio.gather(*(open_one() for _ in range(20)))
    assert sum(isinstance(result, Decision) for result in results) == 1
    assert results.count(Duplicate(1)) == 19
    assert await store.numbers(viewer=None) == [1]


async def test_openings_at_once_get_numbers_of_their_own(store: Store) -> None:
    numbers = await asyncio.gather(*(opened(store) for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))
