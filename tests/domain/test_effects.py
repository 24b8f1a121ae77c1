"""Orders: their names, their lanes, and what goes first."""

from __future__ import annotations

import pytest

from bot.domain.effects import (
    EFFECT_KINDS,
    ArchiveChannel,
    CreateChannel,
    Effect,
    InvitePeople,
    Notice,
    PinMessage,
    SetTopic,
    ShowAnnouncement,
    ShowCheck,
    ShowChecklist,
    ShowLearned,
    ShowLessons,
    ShowPing,
    ShowSummary,
    ShowUpdate,
    TellOpener,
    ThreadUpdate,
)
from bot.domain.model import ReplyTo

# Stored name, which must never change -> order, key, lane, rank.
ORDERS: dict[str, list[tuple[Effect, str, str, int]]] = {
    "CreateChannel": [(CreateChannel(), "channel", "channel", 0)],
    "InvitePeople": [(InvitePeople(("U1", "U2")), "invite:U1+U2", "invite:U1+U2", 0)],
    "ShowSummary": [(ShowSummary(), "summary", "summary", 1)],
    "ShowChecklist": [(ShowChecklist(), "checklist", "checklist", 1)],
    "TellOpener": [(TellOpener(ReplyTo(view_id="V1"), "U1"), "opener", "invite:U1", 1)],
    "ShowPing": [(ShowPing(3, "U1"), "ping:3", "dm:U1", 1), (ShowPing(4, None), "ping:4", "said", 1)],
    "ShowUpdate": [(ShowUpdate(2), "update:2", "said", 2)],
    "Notice": [
        (Notice(5, "Hello", "U1"), "notice:5", "dm:U1", 2),
        (Notice(6, "Hello"), "notice:6", "said", 2),
    ],
    "ShowAnnouncement": [(ShowAnnouncement(), "announcement", "announcement", 3)],
    "ThreadUpdate": [(ThreadUpdate(2), "thread:2", "announcement", 3)],
    "ShowCheck": [(ShowCheck(1), "check:1", "said", 3)],
    "ShowLearned": [(ShowLearned(), "learned", "learned", 4)],
    "ShowLessons": [
        (ShowLessons(announced=True), "lessons-announced", "announcement", 4),
        (ShowLessons(announced=False), "lessons", "said", 4),
    ],
    "PinMessage": [(PinMessage("summary"), "pin:summary", "summary", 6)],
    "SetTopic": [(SetTopic(), "topic", "topic", 7)],
    "ArchiveChannel": [(ArchiveChannel(), "archive", "archive", 9)],
}


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_every_order_has_a_name_a_lane_and_a_rank(kind: str) -> None:
    for order, key, lane, rank in ORDERS[kind]:
        assert (order.key, order.lane, order.rank) == (key, lane, rank)
        assert type(order) is EFFECT_KINDS[kind]


def test_every_stored_name_is_still_known() -> None:
    assert set(ORDERS) == set(EFFECT_KINDS)


def test_no_two_kinds_share_a_name() -> None:
    keys = [key for orders in ORDERS.values() for _, key, _, _ in orders]
    assert len(set(keys)) == len(keys)


def test_what_people_wait_for_goes_first_and_the_archiving_last() -> None:
    every = [order for orders in ORDERS.values() for order, *_ in orders]
    assert min(every, key=lambda order: order.rank) == CreateChannel()
    assert max(every, key=lambda order: order.rank) == ArchiveChannel()


def test_only_pings_of_the_same_people_in_the_same_place_share_a_message() -> None:
    assert ShowPing(1, "U1").together == ShowPing(2, "U1").together != ShowPing(3, "U2").together
    both = ("U1", "U2")
    assert ShowPing(4, None, both).together == ShowPing(5, None, both).together != ShowPing(1, "U1").together
    assert ShowPing(6, None, ("U1",)).together not in (
        ShowPing(1, "U1").together,
        ShowPing(4, None, both).together,
    )
    every = [order for orders in ORDERS.values() for order, *_ in orders]
    assert {type(order) for order in every if order.together is not None} == {ShowPing}


def test_a_pin_waits_for_its_message_and_a_thread_for_its_announcement() -> None:
    assert PinMessage("checklist").lane == ShowChecklist().lane
    assert ThreadUpdate(1).lane == ShowAnnouncement().lane
    assert PinMessage("summary").rank > ShowSummary().rank


def test_what_asks_people_for_something_reminds() -> None:
    assert {name for name, kind in EFFECT_KINDS.items() if kind.reminds} == {
        "ShowPing",
        "ShowCheck",
        "Notice",
    }
