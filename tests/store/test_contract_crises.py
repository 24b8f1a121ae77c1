"""What a store promises about crises: see bot/store/base.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.checklist import claim_step
from bot.domain.decision import Decision
from bot.domain.effects import CreateChannel, SetTopic, ShowSummary
from bot.domain.errors import Refusal
from bot.domain.model import ActionItem, Channel, Incident, RoleHolding, Status, Step
from bot.domain.opening import Roster
from bot.domain.severity import Severity
from bot.domain.timeline import ENTRY_KINDS, CrisisResolved, Entry, Noted
from bot.store.base import Duplicate, Store
from tests.store.conftest import Restart
from tests.store.strategies import values_of
from tests.store.values import (
    NOW,
    as_decided,
    at,
    changed,
    claimed,
    giving,
    incident,
    keys,
    learned,
    opened,
    ordered,
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
async def test_entries_or_effects_alone_make_a_new_version(store: Store, more: dict[str, tuple]) -> None:
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


def step_due(minutes: float) -> dict[str, tuple[Step, ...]]:
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
    await opened(store)
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
