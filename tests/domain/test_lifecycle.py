"""The life of a crisis: updates, resolve, reopen, cancel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from bot.domain.channels import channel_archived, channel_lost
from bot.domain.checklist import skip_step, snooze_step
from bot.domain.decision import Decision
from bot.domain.effects import CreateChannel, ShowAnnouncement, ShowCheck, ShowPing, ShowUpdate, ThreadUpdate
from bot.domain.errors import AlreadySo, CrisisCancelled, CrisisOver, TextMissing, TextTooLong
from bot.domain.ladder import next_ask
from bot.domain.lifecycle import cancel_crisis, change_severity, post_update, reopen_crisis, resolve_crisis
from bot.domain.model import Incident, ReplyTo, Status, Update
from bot.domain.reminders import fire_due, next_due
from bot.domain.severity import Severity
from bot.domain.timeline import CrisisCancelled as Cancelled
from bot.domain.timeline import CrisisReopened, CrisisResolved, StepReopened, UpdatePosted
from tests.domain.a_crisis import (
    BO,
    CHANNEL,
    COY,
    DAY,
    DEE,
    LEA,
    RULES,
    SEV1,
    SEV2,
    SEV3,
    SEV4,
    a_crisis,
    at,
    cancelled,
    closed,
    closing,
    kinds,
    minutes,
    notices,
    opening,
    pinged,
    refused,
    resolved,
    the,
)


def severity(
    incident: Incident, to: Severity, *, by: str = LEA, reason: str = "", now: datetime | None = None
) -> Decision:
    return change_severity(incident, to=to, rule=RULES[to], by=by, reason=reason, now=now or at(5))


update = partial(post_update, text="The tap is closed", by=BO, now=at(50))
resolve = partial(resolve_crisis, rule=RULES[SEV2], by=BO, now=at(60))
reopen = partial(reopen_crisis, by=BO, now=at(200))
cancel = partial(cancel_crisis, reason="A drill", by=BO, archive_after=DAY, now=at(5))


# Updates


def test_an_update_stands_in_the_channel_and_under_the_announcement() -> None:
    decision = update(a_crisis(), text=" The tap is closed ")
    assert decision.incident.updates == (Update(1, "The tap is closed", BO, at(50)),)
    assert decision.entries == (UpdatePosted(at(50), BO, "The tap is closed"),)
    assert decision.effects[:2] == (ShowUpdate(1), ThreadUpdate(1))
    assert kinds(decision.effects[2:]) == ["ShowSummary", "ShowAnnouncement"]


def test_an_update_starts_the_clock_again_and_says_when_the_next_is_due() -> None:
    decision = update(a_crisis())
    assert decision.incident.next_update_due == at(170)
    assert decision.said.startswith("Posted. The next update is due <!date^")


def test_an_update_without_a_cadence_promises_no_other() -> None:
    for incident in (a_crisis(severity=SEV4), resolved(a_crisis())):
        decision = update(incident, now=at(70))
        assert decision.said == "Posted."
        assert decision.incident.next_update_due is None


def test_updates_are_numbered() -> None:
    assert [u.number for u in update(update(a_crisis()).incident).incident.updates] == [1, 2]


def test_an_update_needs_words() -> None:
    assert "`/crisis update " in refused(TextMissing, lambda: update(a_crisis(), text=" "))
    refused(TextTooLong, lambda: update(a_crisis(), text="x" * 3001))


# Resolve


def test_a_resolved_crisis_is_watched() -> None:
    decision = resolve(a_crisis())
    incident = decision.incident
    assert (incident.status, incident.resolved_at) == (Status.RESOLVED, at(60))
    assert (incident.next_check_at, incident.review_due, incident.next_update_due) == (
        at(60) + DAY, at(60) + 7 * DAY, None,
    )  # fmt: skip
    assert decision.entries == (CrisisResolved(at(60), BO),)
    assert kinds(decision.effects) == [
        "ShowSummary",
        "ShowChecklist",
        "ShowAnnouncement",
        "SetTopic",
        "Notice",
    ]
    assert "`/crisis close`" in notices(decision)[0][1]
    assert "`/crisis reopen`" in notices(decision)[0][1]


def test_resolving_silences_every_ping() -> None:
    waiting = pinged(a_crisis(), at(30))
    decision = resolve(waiting)
    assert decision.effects[:2] == (ShowPing(1, waiting.pings[0].person), ShowPing(2, None, (LEA,)))
    assert {p.answer and p.answer.what for p in decision.incident.pings} == {"The crisis was resolved"}
    assert next_due(decision.incident) == at(60) + DAY


def test_one_off_messages_are_numbered() -> None:
    first = resolve(a_crisis())
    assert first.effects[-1].key == "notice:1"
    assert reopen(first.incident).effects[-1].key == "notice:2"


def test_who_resolves_second_is_told_so() -> None:
    assert refused(AlreadySo, lambda: resolve(resolved(a_crisis()))) == (
        "Crisis 7 is resolved already. Nothing was changed."
    )


# Reopen


@pytest.mark.parametrize("ended", [resolved, closed])
def test_a_crisis_goes_on_in_its_channel(ended: Callable[[Incident], Incident]) -> None:
    decision = reopen(ended(a_crisis()))
    again = decision.incident
    assert (again.status, again.channel) == (Status.ACTIVE, CHANNEL)
    assert (again.resolved_at, again.closed_at, again.next_check_at) == (None, None, None)
    assert (again.archive_at, again.review_due) == (None, None)
    assert again.next_update_due == at(320)
    assert decision.entries[0] == CrisisReopened(at(200), BO)
    assert kinds(decision.effects) == [
        "ShowSummary",
        "ShowChecklist",
        "ShowAnnouncement",
        *(["ShowLessons"] if ended is closed else []),
        "SetTopic",
        "Notice",
    ]
    ((person, text),) = notices(decision)
    assert person is None
    assert text.startswith("<@UBO> reopened this crisis. Reminders run again.")


def test_a_crisis_without_a_cadence_is_reopened_without_one() -> None:
    assert reopen(resolved(a_crisis(severity=SEV4))).incident.next_update_due is None


def test_pings_run_again_after_a_reopening() -> None:
    early = resolve_crisis(a_crisis(), rule=RULES[SEV2], by=LEA, now=at(10)).incident
    again = reopen_crisis(early, by=BO, now=at(20)).incident
    assert [p.step_key for p in pinged(again, at(20)).pings] == ["pause"]
    assert [p.step_key for p in pinged(again, at(200)).pings] == ["pause", "reply", "review"]


def test_after_the_archiving_it_goes_on_in_a_new_channel() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(150)).incident
    decision = reopen(archived, reply_to=ReplyTo(view_id="V1"))
    again = decision.incident
    assert (again.status, again.channel, again.earlier_channels) == (Status.ACTIVE, None, (CHANNEL,))
    assert (again.archived_by_us, again.channel_lost) == (False, None)
    assert BO in again.members
    assert again.opener_hears == ReplyTo(view_id="V1")
    assert decision.effects == (CreateChannel(), ShowAnnouncement())
    assert kinds(decision.entries) == ["CrisisReopened", *["StepReopened"] * 4]
    assert decision.said == "Crisis 7 goes on in a new channel. You will be in it in a moment."


@pytest.mark.parametrize("why", ["archived", "removed"])
def test_an_active_crisis_that_lost_its_channel_gets_a_new_one(why: str) -> None:
    lost = channel_lost(a_crisis(), why=why, now=at(100)).incident
    decision = reopen(lost)
    assert CreateChannel() in decision.effects
    assert decision.entries == ()
    assert (decision.incident.channel, decision.incident.channel_lost) == (None, None)
    assert decision.incident.earlier_channels == (CHANNEL,)


def test_two_who_reopen_at_once_get_one_channel() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(150)).incident
    twice = reopen(reopen(archived).incident, by=DEE)
    assert twice.incident.earlier_channels == (CHANNEL,)
    assert twice.entries == ()


def test_an_opening_that_slack_refused_can_be_tried_again() -> None:
    assert CreateChannel() in reopen(opening().incident).effects
    assert reopen(opening().incident).incident.earlier_channels == ()


def test_an_active_crisis_is_not_reopened() -> None:
    assert (
        refused(AlreadySo, lambda: reopen(a_crisis())) == "Crisis 7 is active already. Nothing was changed."
    )


def test_a_cancelled_crisis_is_not_reopened() -> None:
    assert refused(CrisisCancelled, lambda: reopen(cancelled(a_crisis()))) == (
        "Crisis 7 was cancelled. Open a new one with `/crisis open`."
    )


# Cancel


def test_a_cancelled_crisis_stops_with_its_reason() -> None:
    decision = cancel(pinged(a_crisis(), at(15)), reason=" A <drill> ", now=at(20))
    incident = decision.incident
    assert (incident.status, incident.cancel_reason, incident.closed_at) == (
        Status.CANCELLED,
        "A <drill>",
        at(20),
    )
    assert (incident.next_update_due, incident.next_check_at) == (None, None)
    assert next_due(incident) == incident.archive_at == at(20) + DAY
    assert decision.entries == (Cancelled(at(20), BO, "A <drill>"),)
    assert incident.pings[0].answer is not None
    assert kinds(decision.effects)[:2] == ["ShowPing", "ShowSummary"]
    assert notices(decision) == [(None, "<@UBO> cancelled this crisis: A &lt;drill&gt;")]


def test_a_resolved_crisis_can_turn_out_to_be_a_mistake() -> None:
    assert cancel(resolved(a_crisis()), now=at(70)).incident.next_check_at is None


def test_a_cancel_needs_a_reason() -> None:
    assert refused(TextMissing, lambda: cancel(a_crisis(), reason="")) == (
        "The reason is missing. Write why: `/crisis cancel It was a test`."
    )


def test_a_crisis_is_cancelled_once_and_not_after_its_close() -> None:
    assert refused(AlreadySo, lambda: cancel(cancelled(a_crisis()))) == (
        "Crisis 7 is cancelled already. Nothing was changed."
    )
    assert "`/crisis reopen`" in refused(CrisisOver, lambda: cancel(closed(a_crisis())))


# What holds for all of them


@pytest.mark.parametrize("decide", [update, resolve, partial(severity, to=SEV1)])
def test_a_crisis_that_is_over_changes_no_more(decide: partial[Decision]) -> None:
    assert "`/crisis reopen` takes it up again" in refused(CrisisOver, lambda: decide(closed(a_crisis())))
    assert "`/crisis open`" in refused(CrisisCancelled, lambda: decide(cancelled(a_crisis())))


@pytest.mark.parametrize("end", [closing, reopen, cancel])
def test_no_daily_question_is_left_open(end: Callable[[Incident], Decision]) -> None:
    watched = fire_due(
        fire_due(resolved(a_crisis()), now=at(61) + DAY).incident, now=at(62) + 2 * DAY
    ).incident
    assert {ShowCheck(1), ShowCheck(2)} <= set(end(watched).effects)
    assert not any(isinstance(effect, ShowCheck) for effect in end(resolved(a_crisis())).effects)


def test_a_private_crisis_is_announced_by_nothing() -> None:
    incident = a_crisis(private=True)
    decisions = [severity(incident, SEV1), update(incident), resolve(incident), cancel(incident)]
    decisions += [
        reopen(resolved(incident)),
        reopen(channel_archived(closed(incident), now=at(150)).incident),
    ]
    assert not {"ShowAnnouncement", "ThreadUpdate"} & {kind for d in decisions for kind in kinds(d.effects)}


def test_a_snoozed_step_of_a_lower_severity_still_waits_for_its_snooze() -> None:
    incident = snooze_step(a_crisis(), step_key="pause", span=minutes(90), by=BO, now=at(16)).incident
    lower = severity(incident, SEV3, now=at(17)).incident
    assert next_ask(lower, the(lower, "pause")) == at(106)


def test_after_a_reopening_what_is_late_is_told_and_asked_of_everybody_but_the_one_who_did_it() -> None:
    closed_ = resolve(a_crisis()).incident
    reopened = reopen(closed_)
    late = reopened.incident.overdue(at(200))
    assert late
    ((person, text),) = notices(reopened)
    assert person is None
    assert "Late already: step" in text
    assert all(str(step.number) in text for step in late)
    asked = {ping.step_key for ping in pinged(reopened.incident, at(201)).pings}
    assert asked == {step.key for step in late}
    theirs = pinged(reopen(closed_, by=COY).incident, at(201)).pings
    assert {ping.step_key for ping in theirs} == asked - {"pause"}


def test_what_only_the_close_skipped_is_open_again_after_a_reopening() -> None:
    worked = skip_step(a_crisis(), step_key="brief", by=LEA, reason="No board today", now=at(5)).incident
    decision = reopen(closed(worked))
    assert [step.key for step in decision.incident.steps if step.is_open] == ["pause", "reply", "review"]
    assert the(decision.incident, "brief").skip_reason == "No board today"
    assert [e.step_key for e in decision.entries if isinstance(e, StepReopened)] == [
        "pause",
        "reply",
        "review",
    ]
