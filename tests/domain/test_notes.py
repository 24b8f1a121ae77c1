"""The timeline by hand."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import pytest

from bot.domain.errors import CrisisCancelled, TextMissing, TextTooLong
from bot.domain.model import Incident, Pin
from bot.domain.notes import add_note, pin_message, unpin_message
from bot.domain.timeline import Entry, Noted, NoteWithdrawn, as_read
from tests.domain.a_crisis import ANA, BO, COY, CY, LEA, a_crisis, at, cancelled, closed, refused, unchanged

TS = "1772442000.000100"
note = partial(add_note, text="The tap is stuck", by=BO, now=at(9))
pin = partial(
    pin_message,
    message_ts=TS,
    sent_at=at(3),
    author=COY,
    text="It is raining in",
    link="https://x.example/p1",
    by=BO,
)
unpin = partial(unpin_message, message_ts=TS, by=BO, now=at(20))


def test_a_note_stands_on_the_timeline() -> None:
    incident = a_crisis()
    decision = note(incident, text=" The tap is stuck\n")
    assert decision.entries == (Noted(at(9), BO, "The tap is stuck"),)
    assert (decision.incident, decision.effects) == (incident, ())
    assert decision.said == "It is on the timeline."


def test_a_note_needs_words_that_fit() -> None:
    assert refused(TextMissing, lambda: note(a_crisis(), text=" ")) == (
        "The note is missing. Write what happened: `/crisis note The video was taken down`."
    )
    refused(TextTooLong, lambda: note(a_crisis(), text="x" * 3001))


def test_a_pinned_message_stands_on_the_timeline_at_its_own_time() -> None:
    decision = pin(a_crisis())
    assert decision.entries == (
        Noted(at(3), BO, "It is raining in", author=COY, link="https://x.example/p1", message_ts=TS),
    )
    assert decision.incident.pins == (Pin(TS, frozenset({BO})),)
    assert decision.effects == ()


@pytest.mark.parametrize("people", list(permutations((ANA, BO, CY))))
def test_a_message_pinned_by_many_stands_there_until_the_last_takes_the_pin_off(
    people: tuple[str, ...],
) -> None:
    incident: Incident = a_crisis()
    told: list[Entry] = []
    for person in people:
        decision = pin(incident, by=person)
        incident = decision.incident
        told += decision.entries
    assert len(told) == 1
    for person in people:
        assert len(as_read(told)) == 1
        decision = unpin(incident, by=person)
        incident = decision.incident
        told += decision.entries
    assert told[1:] == [NoteWithdrawn(at(20), people[-1], TS)]
    assert as_read(told) == []
    assert incident.pins == ()


def test_a_pin_by_the_same_person_again_changes_nothing() -> None:
    incident = pin(pin(a_crisis()).incident, message_ts="2.0").incident
    decision = pin(incident)
    assert unchanged(decision, incident)
    assert decision.said == "It is on the timeline already."


def test_a_pin_that_is_not_there_cannot_be_taken_off() -> None:
    incident = a_crisis()
    assert unchanged(unpin(incident), incident)
    others = pin(incident, by=CY).incident
    assert unchanged(unpin(others, by=LEA), others)


def test_a_message_pinned_again_is_back() -> None:
    first = pin(a_crisis())
    off = unpin(first.incident)
    again = pin(off.incident)
    told = as_read((*first.entries, *off.entries, *again.entries))
    assert told == list(again.entries)


def test_one_message_taken_off_leaves_the_others() -> None:
    two = pin(pin(a_crisis()).incident, message_ts="2.0").incident
    assert [p.ts for p in unpin(two).incident.pins] == ["2.0"]


def test_a_closed_crisis_still_takes_notes_and_a_cancelled_one_does_not() -> None:
    assert note(closed(a_crisis())).entries
    assert pin(closed(a_crisis())).entries
    for decide in (note, pin):
        sentence = refused(CrisisCancelled, partial(decide, cancelled(a_crisis())))
        assert sentence == "Crisis 7 was cancelled. Open a new one with `/crisis open`."
