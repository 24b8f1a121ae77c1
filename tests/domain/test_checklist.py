"""Steps: snoozed, noted, added; and what holds for all that people do with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.checklist import (
    add_step,
    assign_step,
    claim_step,
    finish_step,
    note_on_step,
    reopen_step,
    skip_step,
    snooze_step,
)
from bot.domain.effects import ShowChecklist, ShowPing
from bot.domain.errors import (
    ChecklistFull,
    CrisisCancelled,
    CrisisOver,
    ProofMissing,
    StepFinished,
    TextMissing,
    TextTooLong,
    TimeInThePast,
    UnknownStep,
)
from bot.domain.ladder import next_ask
from bot.domain.lifecycle import change_severity
from bot.domain.model import Incident, Note
from bot.domain.playbook import STEPS_MAX
from bot.domain.timeline import StepAdded, StepNoted, StepSnoozed
from bot.domain.words import at_time
from tests.domain.a_crisis import (
    BO,
    COY,
    CY,
    LEA,
    NOW,
    RULES,
    SEV1,
    SEV3,
    SEV4,
    a_crisis,
    at,
    cancelled,
    closed,
    kinds,
    minutes,
    notices,
    pinged,
    refused,
    the,
)

claim = partial(claim_step, by=BO, now=at(1))
finish = partial(finish_step, by=BO, now=at(1))
skip = partial(skip_step, by=BO, reason="Nothing is planned", now=at(1))
snooze = partial(snooze_step, by=BO, span=minutes(30), now=at(1))
note = partial(note_on_step, by=BO, text="Ask Kim", now=at(1))
assign = partial(assign_step, by=LEA, person=BO, now=at(1))
add = partial(add_step, by=BO, now=at(1))


def done(key: str = "pause") -> Incident:
    return finish(a_crisis(), step_key=key).incident


# Snooze


def test_a_snooze_moves_the_ping_and_not_the_due_time() -> None:
    incident = pinged(a_crisis(), at(15))
    decision = snooze(incident, step_key="pause", now=at(16))
    step = the(decision.incident, "pause")
    assert (step.due_at, step.snoozed_until, next_ask(decision.incident, step)) == (at(15), at(46), at(46))
    assert step.is_overdue(at(16))
    assert decision.entries == (StepSnoozed(at(16), BO, "pause", "1, Pause all posts", minutes(30)),)
    assert decision.effects == (ShowChecklist(), ShowPing(1, COY))
    answer = decision.incident.pings[0].answer
    assert answer is not None
    assert answer.what == f"Snoozed until {at_time(at(46))}"


def test_a_snooze_on_a_clock_that_went_back_still_brings_the_ping_again() -> None:
    incident = snooze(pinged(a_crisis(), at(15)), step_key="pause", span=minutes(5), now=at(0)).incident
    assert next_ask(incident, the(incident, "pause")) == at(15)
    assert len(pinged(incident, at(15)).pings) == 2


def test_a_snooze_does_not_bring_a_ping_before_the_step_is_due() -> None:
    incident = snooze(a_crisis(), step_key="reply", span=minutes(5)).incident
    assert next_ask(incident, the(incident, "reply")) == at(30)


@pytest.mark.parametrize("span", [timedelta(0), minutes(-5)])
def test_a_snooze_lies_in_the_future(span: timedelta) -> None:
    sentence = refused(TimeInThePast, lambda: snooze(a_crisis(), step_key="pause", span=span))
    assert sentence == "A snooze has to be in the future. Write for instance `in 30m` or `in 2h`."


# Note


def test_notes_stand_on_the_step_in_their_order() -> None:
    incident = note(
        note(a_crisis(), step_key="pause").incident, step_key="pause", by=CY, text=" Kim is ill "
    ).incident
    assert the(incident, "pause").notes == (Note(BO, at(1), "Ask Kim"), Note(CY, at(1), "Kim is ill"))


def test_a_note_stands_on_the_timeline_and_the_checklist() -> None:
    decision = note(a_crisis(), step_key="pause")
    assert decision.entries == (StepNoted(at(1), BO, "pause", "1, Pause all posts", "Ask Kim"),)
    assert decision.effects == (ShowChecklist(),)


def test_a_finished_step_takes_notes() -> None:
    assert the(note(done(), step_key="pause").incident, "pause").notes


def test_a_note_needs_words() -> None:
    assert refused(TextMissing, lambda: note(a_crisis(), step_key="pause", text="\n")).startswith(
        "The note is missing."
    )


# Add


def test_an_added_step_is_the_last_one_and_can_wait_for_an_owner() -> None:
    decision = add(a_crisis(), title=" Call\nthe venue ")
    step = decision.incident.steps[-1]
    assert (step.number, step.title, step.role, step.owner, step.due_at) == (
        5,
        "Call the venue",
        None,
        None,
        None,
    )
    assert decision.entries == (StepAdded(at(1), BO, step.key, "5, Call the venue"),)
    assert decision.effects == (ShowChecklist(),)
    assert decision.incident.progress == "0/5"


def test_an_added_step_can_have_an_owner_and_a_time() -> None:
    decision = add(a_crisis(), title="Call the venue", owner=CY, due_in=minutes(30))
    step = decision.incident.steps[-1]
    assert (step.owner, step.due_at) == (CY, at(31))
    assert kinds(decision.entries) == ["StepAdded", "StepAssigned"]
    assert kinds(decision.effects) == ["InvitePeople", "ShowChecklist", "Notice"]
    assert "step 5" in notices(decision)[0][1]


def test_the_due_time_of_an_added_step_outlives_a_change_of_severity() -> None:
    incident = add(a_crisis(), title="Call the venue", due_in=minutes(30)).incident
    for level in (SEV1, SEV4, SEV3):
        incident = change_severity(incident, to=level, rule=RULES[level], by=LEA, now=at(2)).incident
        assert incident.steps[-1].due_at == at(31)


def test_a_step_needs_a_title_that_fits() -> None:
    assert "`/crisis step Call the venue @dana in 30m`" in refused(
        TextMissing, lambda: add(a_crisis(), title=" ")
    )
    assert refused(TextTooLong, lambda: add(a_crisis(), title="x" * 151)).startswith(
        "The step is 151 characters long; 150"
    )


@pytest.mark.parametrize("span", [timedelta(0), minutes(-5)])
def test_a_step_is_due_in_the_future(span: timedelta) -> None:
    sentence = refused(TimeInThePast, lambda: add(a_crisis(), title="Call", due_in=span))
    assert sentence == "The due time has to be in the future. Write for instance `in 30m` or `in 2h`."


def test_a_full_checklist_takes_no_step_more() -> None:
    incident = a_crisis()
    while len(incident.steps) < STEPS_MAX:
        incident = add(incident, title="One more").incident
    assert [s.number for s in incident.steps] == list(range(1, STEPS_MAX + 1))
    assert len({s.key for s in incident.steps}) == STEPS_MAX
    assert refused(ChecklistFull, lambda: add(incident, title="Too much")).startswith(
        "A checklist holds 40 steps at most"
    )


# What holds for all of them


EVERYTHING = {
    "claim": claim, "assign": assign, "finish": finish, "skip": skip, "snooze": snooze, "note": note,
    "reopen": partial(reopen_step, seen_version=1, by=BO, now=at(1)),
}  # fmt: skip


@pytest.mark.parametrize("what", EVERYTHING)
def test_a_step_that_is_not_there_is_named_so(what: str) -> None:
    sentence = refused(UnknownStep, lambda: EVERYTHING[what](a_crisis(), step_key="gone"))
    assert (
        sentence
        == "There is no such step in this crisis any more. The checklist in the channel shows the current ones."
    )


@pytest.mark.parametrize("what", EVERYTHING)
def test_a_closed_crisis_can_be_reopened_for_it_and_a_cancelled_one_cannot(what: str) -> None:
    decide = EVERYTHING[what]
    sentence = refused(CrisisOver, lambda: decide(closed(a_crisis()), step_key="pause"))
    assert sentence == "Crisis 7 is closed. `/crisis reopen` takes it up again."
    sentence = refused(CrisisCancelled, lambda: decide(cancelled(a_crisis()), step_key="pause"))
    assert sentence == "Crisis 7 was cancelled. Open a new one with `/crisis open`."


@pytest.mark.parametrize("what", ["claim", "assign", "snooze"])
def test_a_finished_step_is_worked_on_no_more(what: str) -> None:
    refused(StepFinished, lambda: EVERYTHING[what](done(), step_key="pause"))


@pytest.mark.parametrize("what", EVERYTHING)
def test_every_change_makes_the_buttons_of_before_old(what: str) -> None:
    incident = done() if what == "reopen" else a_crisis()
    before = the(incident, "pause").version
    decide = partial(EVERYTHING[what], **({"seen_version": before} if what == "reopen" else {}))
    assert the(decide(incident, step_key="pause").incident, "pause").version > before


def test_a_closed_crisis_takes_no_step() -> None:
    refused(CrisisOver, lambda: add(closed(a_crisis()), title="Late"))
    refused(CrisisCancelled, lambda: add(cancelled(a_crisis()), title="Late"))


def test_typed_words_cannot_mention_anybody_in_a_notice() -> None:
    incident = add(a_crisis(), title="<!channel> & co").incident
    [(_, text)] = notices(assign(incident, step_key=incident.steps[-1].key, word="<@UBO>"))
    assert "&lt;!channel&gt; &amp; co" in text
    assert "“&lt;@UBO&gt;”" in text


def test_a_word_with_a_hand_over_has_a_longest_length() -> None:
    assert refused(TextTooLong, lambda: assign(a_crisis(), step_key="pause", word="x" * 3001)).startswith(
        "The message is"
    )


def test_a_proof_that_is_asked_for_is_harmless_in_the_refusal() -> None:
    incident = a_crisis()
    asked = incident.with_step(replace(the(incident, "reply"), proof_asked="a <link>"))
    assert "a &lt;link&gt;." in refused(ProofMissing, lambda: finish(asked, step_key="reply"))


def test_a_step_is_overdue_from_its_due_time_until_it_is_finished() -> None:
    incident = a_crisis()
    assert incident.overdue(NOW) == ()
    assert [s.key for s in incident.overdue(at(30))] == ["pause", "reply"]
    assert [s.key for s in done().overdue(at(30))] == ["reply"]


def test_a_step_without_an_owner_is_its_roles() -> None:
    incident = a_crisis()
    assert incident.responsible_for(the(incident, "pause")) == COY
    assert incident.responsible_for(the(incident, "reply")) is None
    owned = claim(incident, step_key="pause").incident
    assert owned.responsible_for(the(owned, "pause")) == BO
