"""What a store promises about lessons, left work and the roster: see bot/store/base.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.model import ActionItem, Retrospective, RoleHolding, Status
from bot.store.base import Archived, Store
from tests.store.conftest import Restart
from tests.store.values import NOW, at, changed, closed, incident, learned, opened


async def found(store: Store, words: str, *, viewer: str | None = None, limit: int = 10) -> list[int]:
    return [one.number for one in await store.search(words, viewer=viewer, limit=limit)]


async def like(store: Store, *, limit: int = 3, number: int = 999, **changes: Any) -> list[int]:
    """The numbers of the crises that are like this one."""
    new = incident(number, **{"playbook_key": "new", "title": "", **changes})
    return [one.number for one in await store.similar(new, limit=limit)]


# Search.


async def test_a_closed_crisis_is_found_with_what_was_learned(store: Store) -> None:
    number = await closed(store, "Call first", "Then write", summary="It rained", minutes=7, title="Flood")
    assert await store.search("flood", viewer=None) == [
        Archived(number, "Flood", "outage", False, at(7), "It rained", ("Call first", "Then write"))
    ]


@pytest.mark.parametrize("words", ["flooding", "RAINED", "write", "first rain", "crème", "creme", "Créme"])
async def test_words_are_found_in_title_summary_and_lessons_whatever_their_form(
    store: Store, words: str
) -> None:
    number = await closed(store, "Call first", "Then writing Crème", summary="It rains", title="Flood")
    await closed(store, "Nothing", title="Fire")
    assert await found(store, words) == [number]


async def test_the_last_word_may_be_incomplete(store: Store) -> None:
    number = await closed(store, "Nothing", title="Announcement failed")
    assert await found(store, "announ") == [number]
    assert await found(store, "failed ann") == [number]
    assert await found(store, "earthquake/failed") == await found(store, "earthquake announ") == [number]


async def test_all_words_count_and_only_when_none_has_them_all_any_word_does(store: Store) -> None:
    both = await closed(store, "Water and fire", title="One")
    water = await closed(store, "Water", title="Two")
    assert await found(store, "water fire") == [both]
    assert set(await found(store, "water earthquake")) == {both, water}
    assert await found(store, "earthquake") == []


async def test_a_title_counts_more_than_a_summary(store: Store) -> None:
    in_summary = await closed(store, "Lesson", title="Something else", summary="A flood of mails")
    in_title = await closed(store, "Lesson", title="Flood of mails", summary="Something else")
    assert await found(store, "flood") == [in_title, in_summary]


async def test_the_best_come_first_and_no_more_than_asked_for(store: Store) -> None:
    for _ in range(4):
        await closed(store, "Flood", title="Flood")
    assert len(await found(store, "flood", limit=3)) == 3


@pytest.mark.parametrize("words", ["", "  \n", "🔥", '"', "***", "- -"])
async def test_without_a_word_the_latest_are_found(store: Store, words: str) -> None:
    for minutes in (20, 30, 10):
        await closed(store, minutes=minutes)
    assert await found(store, words) == [2, 1, 3]
    assert await found(store, words, limit=2) == [2, 1]


@pytest.mark.parametrize(
    "words", ["🔥 flood", 'flood"', "-flood", "flood*", "NEAR(flood", "title:flood", "^flood", "near/flood"]
)
async def test_signs_mean_nothing_in_a_search(store: Store, words: str) -> None:
    number = await closed(store, "Near the title", title="Title: flood")
    assert await found(store, words) == [number]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(words="a OR b AND NOT c")
@example(words="NEAR(a b, 5)")
@example(words="\0")
@example(words="a\0b")
@example(words="\ud800")
@example(words="word " * 5000)
@example(words="w" * 50_000)
@example(words="{title} : x")
@example(words="x'; DROP TABLE crisis; --")
@example(words="\ue000")
@given(words=st.text(st.characters() | st.sampled_from("\"*'():^-+{}, aO"), max_size=30))
async def test_any_text_is_safe_to_search_for(store: Store, words: str) -> None:
    if not await store.numbers(viewer=None):
        await closed(store, "Call first", title="Flood")
        await closed(store, "Secret", title="Flood", private=True, members=frozenset({"UANA"}))
    assert 2 not in await found(store, words)
    await like(store, title=words, what_happened=words)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(min_size=1, max_size=30))
async def test_a_crisis_is_found_by_any_text_it_holds(store: Store, text: str) -> None:
    number = await closed(store, text, minutes=0, title=text)
    assert number in await found(store, text, limit=1000)


async def test_a_private_crisis_is_found_by_its_members_only(store: Store) -> None:
    number = await closed(store, "Secret", title="Flood", private=True, members=frozenset({"UANA"}))
    for words in ("flood", "secret", ""):
        assert await found(store, words, viewer="UANA") == [number]
        for stranger in ("UBEN", "", None):
            assert await found(store, words, viewer=stranger) == []


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.RESOLVED, Status.CANCELLED])
async def test_only_closed_crises_are_found(store: Store, status: Status) -> None:
    number = await closed(store, "Call first", title="Flood")
    await changed(store, number, status=status)
    assert await found(store, "flood") == await found(store, "") == []
    assert await like(store, title="flood", playbook_key="outage") == []
    await changed(store, number, status=Status.CLOSED, retrospective=learned("Write first"))
    assert await found(store, "write") == await found(store, "") == [number]
    assert await found(store, "call") == []


async def test_a_crisis_closed_without_a_retrospective_is_found_by_its_title(store: Store) -> None:
    number = await closed(store, title="Flood", retrospective=None)
    assert [(one.number, one.summary, one.lessons) for one in await store.search("flood", viewer=None)] == [
        (number, "", ())
    ]


async def test_what_went_well_or_badly_is_found_too(store: Store) -> None:
    learned_more = Retrospective("", "Good phones", "Bad weather", ("x",), (), "UANA", NOW)
    number = await closed(store, retrospective=learned_more)
    assert await found(store, "phones") == await found(store, "weather") == [number]


# Similar.


async def test_the_same_playbook_counts_most_then_common_words(store: Store) -> None:
    words = await closed(store, title="Flood in the cellar", playbook_key="other")
    playbook = await closed(store, title="Nothing of that", playbook_key="water", minutes=99)
    both = await closed(store, title="Flood", playbook_key="water", minutes=10)
    await closed(store, title="Quite something else", playbook_key="other")
    assert await like(store, title="Flood again", playbook_key="water") == [both, playbook, words]
    assert await like(store, title="Flood again", playbook_key="water", limit=1) == [both]


async def test_words_of_what_happened_count_on_both_sides(store: Store) -> None:
    told = await closed(store, title="One", what_happened="The cellar is full of water", playbook_key="other")
    noted = await closed(store, "Keep the cellar dry", title="Two", playbook_key="other")
    found_ones = await like(store, title="Help", what_happened="Cellars are wet")
    assert set(found_ones) == {told, noted}


async def test_more_words_in_common_are_more_alike(store: Store) -> None:
    less = await closed(store, title="Flood somewhere", minutes=99)
    more = await closed(store, title="Flood cellar", minutes=1)
    for _ in range(5):
        await closed(store, title="Something else")
    assert await like(store, title="Flood in the cellar") == [more, less]


async def test_a_crisis_is_not_like_itself(store: Store) -> None:
    number = await closed(store, title="Flood")
    assert await like(store, number=number, title="Flood", playbook_key="outage") == []


async def test_nothing_is_like_a_private_crisis_of_others_nor_of_its_own_members(store: Store) -> None:
    await closed(store, title="Flood", private=True, members=frozenset({"UANA"}))
    await opened(store, title="Flood")
    new = incident(99, title="Flood", members=frozenset({"UANA"}))
    assert await store.similar(new) == []


@pytest.mark.parametrize("title", ["", "🔥", "the and a", "what about this crisis", "x y z"])
async def test_words_that_say_nothing_make_nothing_similar(store: Store, title: str) -> None:
    await closed(store, title="What about this crisis and the x y z")
    assert await like(store, title=title) == []


async def test_what_is_answered_as_similar_is_what_was_learned(store: Store) -> None:
    await closed(store, "Call first", title="Flood", summary="Wet")
    assert await store.similar(incident(9, title="Flood")) == await store.search("flood", viewer=None)


# Action items.


def item(number: int, due_on: date | None = None, **more: Any) -> ActionItem:
    return ActionItem(number, f"Item {number}", "UANA", due_on, **more)


async def test_open_actions_come_the_most_overdue_first_those_without_a_day_last(store: Store) -> None:
    december, january = date(2026, 12, 24), date(2027, 1, 2)
    await closed(store, title="A", retrospective=learned("x", actions=(item(1), item(2, january))))
    await closed(store, title="B", retrospective=learned("x", actions=(item(1, december), item(2))))
    assert [
        (one.number, one.title, one.private, one.item) for one in await store.open_actions(viewer=None)
    ] == [
        (2, "B", False, item(1, december)),
        (1, "A", False, item(2, january)),
        (1, "A", False, item(1)),
        (2, "B", False, item(2)),
    ]


async def test_a_finished_action_is_no_longer_open(store: Store, restart: Restart) -> None:
    learned_once = learned("x", actions=(item(1), item(2)))
    number = await closed(store, retrospective=learned_once)
    done = replace(item(1), done_by="UBEN", done_at=NOW)
    await changed(store, number, retrospective=replace(learned_once, actions=(done, item(2))))
    store = await restart()
    assert [one.item for one in await store.open_actions(viewer=None)] == [item(2)]
    kept = await store.crisis(number)
    assert kept is not None
    assert kept.retrospective is not None
    assert kept.retrospective.actions == (done, item(2))


async def test_actions_of_a_private_crisis_are_seen_by_its_members_only(store: Store) -> None:
    number = await closed(
        store, private=True, members=frozenset({"UANA"}), retrospective=learned("x", actions=(item(1),))
    )
    assert [(one.number, one.private) for one in await store.open_actions(viewer="UANA")] == [(number, True)]
    for stranger in ("UBEN", "", None):
        assert await store.open_actions(viewer=stranger) == []


async def test_actions_stay_open_when_the_crisis_is_taken_up_again(store: Store) -> None:
    number = await closed(store, retrospective=learned("x", actions=(item(1),)))
    await changed(store, number, status=Status.ACTIVE, closed_at=None)
    assert [one.item for one in await store.open_actions(viewer=None)] == [item(1)]
    await changed(store, number, retrospective=learned("y", actions=(item(1, date(2027, 1, 1)),)))
    assert [one.item for one in await store.open_actions(viewer=None)] == [item(1, date(2027, 1, 1))]


# The roster.


async def test_the_roster_holds_the_newest_holding_of_each_role(store: Store, restart: Restart) -> None:
    assert await store.roster() == {}
    for holding in (
        RoleHolding("lead", "UANA"),
        RoleHolding("comms", "UBEN", "UCY"),
        RoleHolding("lead", "UDAN", "UANA"),
    ):
        await store.set_roster(holding, by="UANA", now=NOW)
    store = await restart()
    assert await store.roster() == {
        "lead": RoleHolding("lead", "UDAN", "UANA"),
        "comms": RoleHolding("comms", "UBEN", "UCY"),
    }
