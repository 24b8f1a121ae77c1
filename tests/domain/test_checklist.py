"""Steps: claimed, assigned, done, skipped, reopened, snoozed, noted, added."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations

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
from bot.domain.decision import Decision
from bot.domain.effects import InvitePeople, ShowChecklist, ShowPing
from bot.domain.errors import (
    ChecklistFull,
    CrisisCancelled,
    CrisisOver,
    ProofMissing,
    StepChanged,
    StepFinished,
    StepOpen,
    StepTaken,
    TextMissing,
    TextTooLong,
    TimeInThePast,
    UnknownStep,
)
from bot.domain.lifecycle import change_severity
from bot.domain.model import Incident, Note, StepState
from bot.domain.playbook import STEPS_MAX
from bot.domain.timeline import (
    StepAdded,
    StepAssigned,
    StepClaimed,
    StepDone,
    StepNoted,
    StepReopened,
    StepSkipped,
    StepSnoozed,
)
from tests.domain.a_crisis import (
    ANA,
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
    resolved,
    the,
    unchanged,
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


# Claim


def test_a_claimed_step_belongs_to_who_asked() -> None:
    decision = claim(a_crisis(), step_key="pause")
    assert the(decision.incident, "pause").owner == BO
    assert decision.entries == (StepClaimed(at(1), BO, "pause", "1, Pause all posts"),)
    assert decision.effects == (ShowChecklist(),)


@pytest.mark.parametrize("people", list(permutations((ANA, BO, CY))))
def test_the_first_claim_wins_whatever_the_order(people: tuple[str, ...]) -> None:
    first, *others = people
    incident = claim(a_crisis(), step_key="pause", by=first).incident
    for person in others:
        sentence = refused(StepTaken, partial(claim, incident, step_key="pause", by=person))
        assert sentence == f"<@{first}> already took step 1. If you two swap, use ⋯ and Assign…."
    assert the(incident, "pause").owner == first


def test_a_second_claim_by_the_same_person_changes_nothing() -> None:
    incident = claim(a_crisis(), step_key="pause").incident
    assert unchanged(claim(incident, step_key="pause", now=at(2)), incident)


def test_a_claim_answers_the_ping_that_waits() -> None:
    incident = pinged(a_crisis(), at(30))
    decision = claim(incident, step_key="reply", now=at(31))
    assert decision.effects == (ShowChecklist(), ShowPing(2, None))
    answer = decision.incident.pings[1].answer
    assert answer is not None
    assert (answer.what, answer.by, answer.at) == ("On it", BO, at(31))
    assert decision.incident.pings[0].answer is None


# Assign


def test_an_assigned_step_belongs_to_the_person_who_is_invited_and_told() -> None:
    decision = assign(a_crisis(), step_key="reply", word="You know them")
    assert the(decision.incident, "reply").owner == BO
    assert BO in decision.incident.members
    assert decision.entries == (StepAssigned(at(1), LEA, "reply", "2, Answer the post", BO, "You know them"),)
    assert decision.effects[:2] == (InvitePeople((BO,)), ShowChecklist())
    [(person, text)] = notices(decision)
    assert person == BO
    assert text.startswith("<@ULEA> gave you step 2 in <#C1>: *Answer the post*. It is due at <!date^")
    assert text.endswith("“You know them”")


def test_who_is_in_the_channel_is_told_and_not_invited() -> None:
    assert kinds(assign(a_crisis(), step_key="brief", person=COY).effects) == ["ShowChecklist", "Notice"]


def test_a_step_without_a_due_time_is_handed_on_without_one() -> None:
    assert notices(assign(a_crisis(), step_key="brief")) == [
        (BO, "<@ULEA> gave you step 4 in <#C1>: *Brief the board*.")
    ]


def test_who_takes_a_step_by_assigning_it_is_not_told() -> None:
    assert kinds(assign(a_crisis(), step_key="pause", person=LEA).effects) == ["ShowChecklist"]


def test_the_owner_again_changes_nothing() -> None:
    incident = assign(a_crisis(), step_key="pause").incident
    assert unchanged(assign(incident, step_key="pause", by=CY), incident)


def test_a_step_can_be_taken_from_its_owner_by_assigning() -> None:
    assert (
        the(
            assign(claim(a_crisis(), step_key="pause", by=CY).incident, step_key="pause").incident, "pause"
        ).owner
        == BO
    )


def test_an_overdue_step_is_handed_on_with_its_ping() -> None:
    incident = pinged(a_crisis(), at(15))
    decision = assign(incident, step_key="pause", word="Please", now=at(20))
    old, new = decision.incident.pings
    assert old.answer is not None
    assert old.answer.what == "Handed over to <@UBO>"
    assert (new.id, new.person, new.in_channel, new.handed_by, new.word, new.at) == (
        2,
        BO,
        False,
        LEA,
        "Please",
        at(20),
    )
    assert decision.effects == (InvitePeople((BO,)), ShowChecklist(), ShowPing(1, COY), ShowPing(2, BO))
    assert pinged(decision.incident, at(25)) == decision.incident


def test_an_overdue_step_that_was_not_pinged_yet_is_pinged_once() -> None:
    decision = assign(a_crisis(), step_key="pause", now=at(20))
    assert [p.person for p in pinged(decision.incident, at(20)).pings] == [BO]


def test_nobody_is_pinged_by_handing_on_a_step_of_a_resolved_crisis() -> None:
    decision = assign(resolved(a_crisis()), step_key="pause", now=at(70))
    assert kinds(decision.effects) == ["InvitePeople", "ShowChecklist", "Notice"]


# Done


def test_a_step_is_done_by_whoever_says_so_and_is_theirs_if_nobodys() -> None:
    decision = finish(a_crisis(), step_key="pause")
    step = the(decision.incident, "pause")
    assert (step.state, step.finished_by, step.finished_at, step.owner) == (StepState.DONE, BO, at(1), BO)
    assert decision.entries == (StepDone(at(1), BO, "pause", "1, Pause all posts"),)
    assert decision.effects == (ShowChecklist(),)
    assert decision.incident.progress == "1/4"


def test_a_step_done_by_another_keeps_its_owner() -> None:
    assert (
        the(
            finish(claim(a_crisis(), step_key="pause", by=CY).incident, step_key="pause").incident, "pause"
        ).owner
        == CY
    )


def test_done_asks_for_the_proof_and_keeps_it() -> None:
    for proof in ("", "  "):
        sentence = refused(ProofMissing, partial(finish, a_crisis(), step_key="reply", proof=proof))
        assert sentence == "Step 2 asks for proof before it is done: Link to the post."
    decision = finish(a_crisis(), step_key="reply", proof=" https://x.example/1 ")
    assert the(decision.incident, "reply").proof == "https://x.example/1"
    assert decision.entries == (StepDone(at(1), BO, "reply", "2, Answer the post", "https://x.example/1"),)


@pytest.mark.parametrize("key", ["pause", "reply"])
def test_a_proof_has_a_longest_length(key: str) -> None:
    assert refused(TextTooLong, lambda: finish(a_crisis(), step_key=key, proof="x" * 3001)).startswith(
        "The proof is 3,001"
    )


def test_done_again_by_the_same_person_changes_nothing_even_after_the_close() -> None:
    incident = done()
    assert unchanged(finish(incident, step_key="pause", now=at(2)), incident)
    over = closed(incident)
    assert unchanged(finish(over, step_key="pause", now=at(99)), over)


def test_who_comes_second_is_told_who_was_first() -> None:
    sentence = refused(StepFinished, lambda: finish(done(), step_key="pause", by=CY))
    assert sentence == "Step 1 is already done by <@UBO>. If that was too early, use Reopen on the checklist."


def test_done_answers_every_ping_of_the_step() -> None:
    decision = finish(pinged(a_crisis(), at(15)), step_key="pause", now=at(16))
    assert decision.effects == (ShowChecklist(), ShowPing(1, COY))
    assert [p.answer and p.answer.what for p in decision.incident.pings] == ["Done"]


# Skip


def test_a_skipped_step_says_why() -> None:
    decision = skip(a_crisis(), step_key="pause", reason=" Nothing is planned ")
    step = the(decision.incident, "pause")
    assert (step.state, step.skip_reason, step.finished_by, step.finished_at, step.owner) == (
        StepState.SKIPPED, "Nothing is planned", BO, at(1), None,
    )  # fmt: skip
    assert decision.entries == (StepSkipped(at(1), BO, "pause", "1, Pause all posts", "Nothing is planned"),)
    assert decision.incident.progress == "1/4"


def test_a_skip_needs_a_reason() -> None:
    sentence = refused(TextMissing, lambda: skip(a_crisis(), step_key="pause", reason=" "))
    assert sentence == "The reason is missing. Say in a few words why this step is not needed."


def test_a_skipped_step_is_not_skipped_or_done_again() -> None:
    incident = skip(a_crisis(), step_key="pause").incident
    assert "already skipped by <@UBO>" in refused(StepFinished, lambda: skip(incident, step_key="pause"))
    assert "already skipped by <@UBO>" in refused(StepFinished, lambda: finish(incident, step_key="pause"))


# Reopen


def reopen(incident: Incident, key: str = "pause", seen: int | None = None) -> Decision:
    version = the(incident, key).version if seen is None else seen
    return reopen_step(incident, step_key=key, seen_version=version, by=CY, now=at(5))


def test_a_reopened_step_keeps_its_owner_and_loses_its_end() -> None:
    incident = finish(a_crisis(), step_key="reply", proof="https://x.example/1").incident
    decision = reopen(incident, "reply")
    step = the(decision.incident, "reply")
    assert (step.state, step.owner, step.due_at) == (StepState.OPEN, BO, at(30))
    assert (step.finished_by, step.finished_at, step.proof, step.skip_reason) == (None, None, None, None)
    assert decision.entries == (StepReopened(at(5), CY, "reply", "2, Answer the post"),)
    assert decision.effects == (ShowChecklist(),)


def test_a_skipped_step_can_be_reopened() -> None:
    assert the(reopen(skip(a_crisis(), step_key="pause").incident).incident, "pause").skip_reason is None


def test_an_open_step_cannot_be_reopened() -> None:
    assert (
        refused(StepOpen, lambda: reopen(a_crisis())) == "Step 1 is open already, there is nothing to reopen."
    )


def test_a_button_older_than_the_last_finish_undoes_nothing() -> None:
    incident = done()
    seen = the(incident, "pause").version
    newer = finish(reopen(incident).incident, step_key="pause", by=CY, now=at(6)).incident
    assert "look at the checklist again" in refused(StepChanged, lambda: reopen(newer, seen=seen))


def test_a_reopened_step_is_due_by_the_severity_of_now() -> None:
    faster = change_severity(done(), to=SEV1, rule=RULES[SEV1], by=BO, now=at(2)).incident
    assert the(faster, "pause").due_at == at(15)
    assert the(reopen(faster).incident, "pause").due_at == at(10)


# Snooze


def test_a_snooze_moves_the_ping_and_not_the_due_time() -> None:
    incident = pinged(a_crisis(), at(15))
    decision = snooze(incident, step_key="pause", now=at(16))
    step = the(decision.incident, "pause")
    assert (step.due_at, step.snoozed_until, step.ping_at) == (at(15), at(46), at(46))
    assert step.is_overdue(at(16))
    assert decision.entries == (StepSnoozed(at(16), BO, "pause", "1, Pause all posts", minutes(30)),)
    assert decision.effects == (ShowChecklist(), ShowPing(1, COY))
    answer = decision.incident.pings[0].answer
    assert answer is not None
    assert answer.what.startswith("Snoozed until <!date^")


def test_a_snooze_does_not_bring_a_ping_before_the_step_is_due() -> None:
    assert the(snooze(a_crisis(), step_key="reply", span=minutes(5)).incident, "reply").ping_at == at(30)


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
