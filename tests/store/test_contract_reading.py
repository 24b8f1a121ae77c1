"""What a store promises about reading crises: see bot/store/base.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.decision import Decision
from bot.domain.effects import SetTopic, ShowSummary
from bot.domain.model import ActionItem, Channel, Incident, LegalClock, RoleHolding, Status, Step
from bot.domain.severity import Severity
from bot.domain.timeline import ENTRY_KINDS, Entry, Noted
from bot.store.base import Store
from tests.store.conftest import Restart
from tests.store.strategies import values_of
from tests.store.values import (
    NOW,
    at,
    changed,
    closed,
    incident,
    keys,
    learned,
    opened,
    ordered,
)


def note(text: str, minutes: float = 0) -> Noted:
    return Noted(at(minutes), "UANA", text)


# Reading.


@settings(
    max_examples=15,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
    deadline=None,
)
@given(wanted=values_of(Incident))
async def test_a_crisis_comes_back_as_it_was_whatever_its_fields_hold(store: Store, wanted: Incident) -> None:
    if wanted.retrospective:
        actions = tuple(replace(a, id=n) for n, a in enumerate(wanted.retrospective.actions))
        wanted = replace(wanted, retrospective=replace(wanted.retrospective, actions=actions))
    number = await opened(store)
    wanted = replace(wanted, number=number, version=2)
    await store.change(number, lambda _: Decision(wanted), now=NOW)
    assert await store.crisis(number) == wanted
    plain = incident(number, version=3)
    await store.change(number, lambda _: Decision(plain), now=NOW)
    assert await store.crisis(number) == plain


async def test_a_crisis_nobody_opened_is_none(store: Store) -> None:
    assert await store.crisis(1) is None
    assert await store.crisis_in("C1") is None
    assert await store.timeline(1) == []
    assert await store.numbers(viewer="UANA") == []
    assert await store.in_progress(viewer="UANA") == []


async def test_a_crisis_is_found_by_its_channel_and_by_each_earlier_one(store: Store) -> None:
    old, new = Channel("COLD", "crisis-1"), Channel("CNEW", "crisis-1-2")
    number = await opened(store, channel=old)
    await opened(store, channel=Channel("COTHER", "crisis-2"))
    await changed(store, number, channel=None, earlier_channels=(old,))
    await changed(store, number, channel=new)
    for channel in (old, new):
        found = await store.crisis_in(channel.id)
        assert found is not None
        assert found.number == number
    assert await store.crisis_in("CNOBODY") is None


async def test_in_progress_are_active_and_resolved_ones_gravest_first_then_oldest(store: Store) -> None:
    await opened(store, severity=Severity.SEV3, opened_at=at(-30))
    await opened(store, severity=Severity.SEV1, opened_at=at(5), status=Status.RESOLVED)
    await opened(store, severity=Severity.SEV1, opened_at=at(1))
    await opened(store, severity=Severity.SEV1, status=Status.CLOSED, closed_at=NOW)
    await opened(store, severity=Severity.SEV1, status=Status.CANCELLED)
    await opened(store, severity=Severity.SEV4, opened_at=at(-60))
    assert [crisis.number for crisis in await store.in_progress(viewer=None)] == [3, 2, 1, 6]


async def test_closed_crises_in_which_a_legal_clock_runs_are_still_owing(store: Store) -> None:
    runs = LegalClock(1, "gdpr", "Notice", "the authority", NOW, at(60), "UBEN", "UANA", NOW)
    over = replace(runs, number=2, ended_by="UBEN", ended_at=NOW)
    await opened(store, legal_clocks=(runs,))
    await closed(store, legal_clocks=(over,))
    await closed(store)
    owing = await closed(store, legal_clocks=(over, runs))
    private = await closed(store, legal_clocks=(runs,), private=True, members=frozenset({"UANA"}))
    await opened(store, legal_clocks=(runs,), status=Status.CANCELLED)
    assert [crisis.number for crisis in await store.still_owing(viewer="UANA")] == [owing, private]
    for stranger in ("UCY", None):
        assert [crisis.number for crisis in await store.still_owing(viewer=stranger)] == [owing]


async def test_a_private_crisis_is_seen_by_its_members_only_and_only_while_they_are(store: Store) -> None:
    public = await opened(store)
    private = await opened(store, private=True, members=frozenset({"UANA", "UBEN"}))

    async def seen(viewer: str | None) -> tuple[list[int], list[int]]:
        in_progress = await store.in_progress(viewer=viewer)
        return [crisis.number for crisis in in_progress], await store.numbers(viewer=viewer)

    assert await seen("UANA") == ([public, private], [public, private])
    for stranger in ("UCY", "", None):
        assert await seen(stranger) == ([public], [public])
    await changed(store, private, members=frozenset({"UBEN", "UCY"}))
    assert await seen("UANA") == ([public], [public])
    assert await seen("UCY") == ([public, private], [public, private])


async def test_numbers_are_those_of_every_crisis_however_it_ended(store: Store) -> None:
    for status in Status:
        await opened(store, status=status)
    assert await store.numbers(viewer=None) == [1, 2, 3, 4]


async def test_the_timeline_holds_entries_as_appended_not_by_their_time(store: Store) -> None:
    number = await opened(store, note("opened"))
    other = await opened(store, note("elsewhere"))
    entries = (note("told late", -90), note("now", 5))
    await store.change(number, lambda latest: Decision(latest, entries), now=NOW)
    assert await store.timeline(number) == [note("opened"), *entries]
    assert await store.timeline(other) == [note("elsewhere")]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(entries=st.tuples(*(values_of(kind) for kind in ENTRY_KINDS.values())))
async def test_an_entry_of_each_kind_comes_back_as_it_was(store: Store, entries: tuple[Entry, ...]) -> None:
    number = await opened(store, *entries)
    assert await store.timeline(number) == list(entries)


# What is due.


def step_due(minutes: float) -> dict[str, Any]:
    return {"steps": (Step("call", 1, "Call", due_at=at(minutes)),)}


async def test_due_are_those_that_need_attention_by_then_the_longest_waiting_first(store: Store) -> None:
    for minutes in (30, 10, 20, 99):
        await opened(store, **step_due(minutes))
    await opened(store)
    assert await store.due(at(9.99)) == []
    assert await store.due(at(10)) == [2]
    assert await store.due(at(30)) == [2, 3, 1]
    assert await store.due(at(30), limit=2) == [2, 3]
    assert await store.next_due() == at(10)


async def test_without_anything_due_there_is_no_next(store: Store) -> None:
    assert await store.next_due() is None
    await opened(store, status=Status.CANCELLED)
    assert await store.next_due() is None


async def test_what_is_due_follows_every_change(store: Store, restart: Restart) -> None:
    number = await opened(store, **step_due(10))
    await changed(store, number, **step_due(50))
    store = await restart()
    assert (await store.due(at(49)), await store.next_due()) == ([], at(50))
    await changed(store, number, status=Status.RESOLVED)
    assert (await store.due(at(99)), await store.next_due()) == ([], None)
    await changed(store, number, status=Status.CANCELLED, archive_at=at(-5))
    assert (await store.due(NOW), await store.next_due()) == ([number], at(-5))


# The house.


async def test_the_identity_stays_and_is_this_databases_own(store: Store, restart: Restart) -> None:
    name = await store.identity()
    assert len(name) >= 8
    assert await (await restart()).identity() == name


async def test_a_store_that_is_open_answers(store: Store) -> None:
    await store.ping()


async def test_everything_is_there_after_a_restart(store: Store, restart: Restart) -> None:
    actions = (ActionItem(1, "Write the guide"),)
    await opened(
        store,
        note("opened"),
        effects=(ShowSummary(),),
        status=Status.CLOSED,
        closed_at=NOW,
        channel=Channel("C1", "crisis-1"),
        retrospective=learned("Call first", actions=actions),
    )
    await ordered(store, 1, SetTopic())
    await store.receive("E1", "message", {"text": "hi"}, now=NOW)
    await store.set_roster(RoleHolding("lead", "UANA"), by="UANA", now=NOW)
    store = await restart()
    assert await store.crisis_in("C1") == await store.crisis(1)
    assert await store.timeline(1) == [note("opened")]
    assert await keys(store) == ["summary", "topic"]
    assert [event.body for event in await store.received(now=NOW)] == [{"text": "hi"}]
    assert [found.number for found in await store.search("call", viewer=None)] == [1]
    assert [action.item for action in await store.open_actions(viewer=None)] == list(actions)
    assert await store.roster() == {"lead": RoleHolding("lead", "UANA")}


async def test_closing_twice_is_closing_once(store: Store) -> None:
    await store.close()
    await store.close()
