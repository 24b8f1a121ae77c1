"""The life of a crisis: severity, updates, resolve, close, reopen, cancel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from bot.domain.channels import channel_archived, channel_lost
from bot.domain.checklist import finish_step, snooze_step
from bot.domain.decision import Decision
from bot.domain.effects import (
    CreateChannel,
    ShowAnnouncement,
    ShowLessons,
    ShowPing,
    ShowUpdate,
    ThreadUpdate,
)
from bot.domain.errors import (
    AlreadySo,
    CrisisCancelled,
    CrisisOver,
    NoLessons,
    NotResolved,
    OnlyTheLeadLowers,
    TextMissing,
    TextTooLong,
)
from bot.domain.lifecycle import cancel_crisis, change_severity, post_update, reopen_crisis, resolve_crisis
from bot.domain.model import Incident, ReplyTo, RoleHolding, Status, StepState, Update
from bot.domain.reminders import fire_due, next_due
from bot.domain.roles import give_role
from bot.domain.severity import Severity
from bot.domain.timeline import (
    CrisisCancelled as Cancelled,
)
from bot.domain.timeline import (
    CrisisClosed,
    CrisisReopened,
    CrisisResolved,
    OwnerPinged,
    SeverityChanged,
    UpdatePosted,
)
from tests.domain.a_crisis import (
    ANA,
    BO,
    CHANNEL,
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
    learned,
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


# Severity


def test_anyone_may_raise_and_everything_shows_it() -> None:
    decision = severity(a_crisis(), SEV1, by=BO, reason="It is on <TV>")
    assert decision.incident.severity is SEV1
    assert decision.entries == (SeverityChanged(at(5), BO, SEV2, SEV1, "It is on <TV>"),)
    assert kinds(decision.effects) == [
        "ShowSummary",
        "ShowChecklist",
        "ShowAnnouncement",
        "SetTopic",
        "Notice",
    ]
    assert notices(decision) == [
        (None, "Severity is now *SEV1* (was SEV2), set by <@UBO>: It is on &lt;TV&gt;")
    ]


def test_without_a_reason_the_word_to_the_channel_ends_there() -> None:
    assert notices(severity(a_crisis(), SEV1))[0][1] == "Severity is now *SEV1* (was SEV2), set by <@ULEA>."


@pytest.mark.parametrize("person", [LEA, DEE])
def test_the_lead_and_the_deputy_may_lower(person: str) -> None:
    assert severity(a_crisis(), SEV3, by=person).incident.severity is SEV3


@pytest.mark.parametrize("person", [ANA, BO])
def test_nobody_else_may_lower_and_reads_whom_to_ask(person: str) -> None:
    sentence = refused(OnlyTheLeadLowers, lambda: severity(a_crisis(), SEV3, by=person))
    assert sentence == (
        "Only the lead may lower the severity of a crisis. Ask <@ULEA>, or take over with `/crisis role lead @you`."
    )


def test_who_takes_over_the_lead_may_lower() -> None:
    taken = give_role(a_crisis(), holding=RoleHolding("lead", BO), by=BO, now=at(1)).incident
    assert severity(taken, SEV4, by=BO).incident.severity is SEV4


def test_the_severity_it_has_already_changes_nothing() -> None:
    sentence = refused(AlreadySo, lambda: severity(a_crisis(), SEV2))
    assert sentence == "This crisis is at SEV2 already. Nothing was changed."


def test_a_reason_has_a_longest_length() -> None:
    assert refused(TextTooLong, lambda: severity(a_crisis(), SEV1, reason="x" * 3001)).startswith(
        "The reason is"
    )


@pytest.mark.parametrize(
    ("to", "due"),
    [
        (SEV1, [at(10), at(20), at(30), at(50)]),
        (SEV3, [at(60), None, None, None]),
        (SEV4, [None, None, None, None]),
    ],
)  # fmt: skip
def test_the_due_times_of_open_steps_follow(to: Severity, due: list[datetime | None]) -> None:
    assert [s.due_at for s in severity(a_crisis(), to).incident.steps] == due


def test_a_finished_step_keeps_the_due_time_it_had() -> None:
    incident = finish_step(a_crisis(), step_key="pause", by=BO, now=at(1)).incident
    assert the(severity(incident, SEV1).incident, "pause").due_at == at(15)


def test_the_next_ping_follows_the_severity() -> None:
    assert next_due(a_crisis()) == at(15)
    assert next_due(severity(a_crisis(), SEV1).incident) == at(10)
    assert next_due(severity(a_crisis(), SEV4).incident) is None


def test_a_step_that_is_overdue_by_the_new_severity_is_pinged_at_once() -> None:
    raised = severity(a_crisis(), SEV1, now=at(12)).incident
    assert [p.step_key for p in pinged(raised, at(12)).pings] == ["pause"]


def test_up_and_down_and_up_again_pings_nobody_twice_for_one_moment() -> None:
    incident = pinged(a_crisis(), at(140))
    assert [p.step_key for p in incident.pings] == ["pause", "reply", "review"]
    for level, more in ((SEV1, ["brief"]), (SEV2, []), (SEV1, []), (SEV2, [])):
        fired = fire_due(severity(incident, level, now=at(141)).incident, now=at(142))
        assert [entry.step_key for entry in fired.entries if isinstance(entry, OwnerPinged)] == more
        assert "UpdateReminded" not in kinds(fired.entries)
        incident = fired.incident


def test_the_update_clock_follows_from_the_last_update() -> None:
    told = update(a_crisis()).incident
    assert told.next_update_due == at(170)
    faster = severity(told, SEV1, now=at(60)).incident
    assert (faster.next_update_due, faster.update_every) == (at(80), minutes(30))
    assert severity(faster, SEV4).incident.next_update_due is None
    assert severity(severity(faster, SEV4).incident, SEV3).incident.next_update_due == at(50) + DAY


def test_the_update_clock_of_a_reopened_crisis_began_at_the_reopening() -> None:
    again = reopen(resolved(a_crisis()), now=at(5000)).incident
    assert severity(again, SEV1, now=at(5005)).incident.next_update_due == at(5030)


def test_the_review_follows_the_severity_of_a_resolved_crisis() -> None:
    incident = resolved(a_crisis())
    assert incident.review_due == at(60) + 7 * DAY
    assert severity(incident, SEV1, now=at(70)).incident.review_due == at(60) + 3 * DAY
    assert severity(incident, SEV4, now=at(70)).incident.review_due is None
    assert severity(incident, SEV1, now=at(70)).incident.next_update_due is None
    assert a_crisis().review_due is severity(a_crisis(), SEV1).incident.review_due is None


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
    assert decision.said.startswith("Posted. The next update is due at <!date^")


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
    assert decision.effects[:2] == (ShowPing(1, waiting.pings[0].person), ShowPing(2, None))
    assert {p.answer and p.answer.what for p in decision.incident.pings} == {"The crisis was resolved"}
    assert next_due(decision.incident) == at(60) + DAY


def test_who_resolves_second_is_told_so() -> None:
    assert refused(AlreadySo, lambda: resolve(resolved(a_crisis()))) == (
        "Crisis 7 is resolved already. Nothing was changed."
    )


# Close


def test_a_closed_crisis_keeps_and_tells_what_was_learned() -> None:
    decision = closing(resolved(a_crisis()))
    incident = decision.incident
    assert (incident.status, incident.closed_at, incident.archive_at) == (Status.CLOSED, at(90), at(90) + DAY)
    assert incident.retrospective == learned()
    assert decision.entries[-1] == CrisisClosed(at(90), LEA, lessons=1, actions=2)
    assert kinds(decision.effects[:3]) == ["ShowSummary", "ShowChecklist", "ShowAnnouncement"]
    assert decision.effects[3:5] == (ShowLessons(announced=False), ShowLessons(announced=True))
    assert decision.said.startswith("Crisis 7 is closed.")


def test_a_close_skips_open_steps_for_the_reason_given() -> None:
    incident = finish_step(resolved(a_crisis()), step_key="pause", by=BO, now=at(61)).incident
    decision = closing(incident, reason="The water is gone")
    assert kinds(decision.entries) == ["StepSkipped", "StepSkipped", "StepSkipped", "CrisisClosed"]
    assert decision.incident.progress == "4/4"
    assert [s.state for s in decision.incident.steps] == [StepState.DONE, *[StepState.SKIPPED] * 3]
    assert {s.skip_reason for s in decision.incident.steps} == {None, "The water is gone"}


def test_a_close_with_open_steps_says_how_many_want_a_reason() -> None:
    sentence = refused(TextMissing, lambda: closing(resolved(a_crisis()), reason=" "))
    assert sentence == (
        "The reason for 4 open steps is missing. "
        "Say in a few words why nobody has to do that any more, or finish it first."
    )


def test_a_close_without_open_steps_needs_no_reason() -> None:
    incident = resolved(a_crisis())
    for step in incident.steps:
        incident = finish_step(incident, step_key=step.key, by=BO, proof="x", now=at(61)).incident
    assert closing(incident, reason="").incident.status is Status.CLOSED


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"summary": " "}, "the summary"),
        ({"lessons": ()}, "a lesson"),
        ({"summary": "", "lessons": ()}, "the summary and a lesson"),
    ],
)
def test_a_close_that_lacks_something_says_what(lacking: dict[str, str], missing: str) -> None:
    sentence = refused(NoLessons, lambda: closing(resolved(a_crisis()), **lacking))
    assert sentence == f"A crisis closes with a summary and at least one lesson. Missing: {missing}."


def test_an_active_crisis_is_resolved_before_it_is_closed() -> None:
    assert refused(NotResolved, lambda: closing(a_crisis())) == (
        "Crisis 7 is still active. Resolve it first; then it can be closed."
    )


def test_a_crisis_is_closed_once() -> None:
    assert (
        refused(AlreadySo, lambda: closing(closed(a_crisis())))
        == "Crisis 7 is closed already. Nothing was changed."
    )


def test_the_lessons_of_a_private_crisis_stay_in_its_channel() -> None:
    effects = closing(resolved(a_crisis(private=True))).effects
    assert ShowLessons(announced=False) in effects
    assert ShowLessons(announced=True) not in effects


# Reopen


@pytest.mark.parametrize("ended", [resolved, closed])
def test_a_crisis_goes_on_in_its_channel(ended: Callable[[Incident], Incident]) -> None:
    decision = reopen(ended(a_crisis()))
    again = decision.incident
    assert (again.status, again.channel) == (Status.ACTIVE, CHANNEL)
    assert (again.resolved_at, again.closed_at, again.next_check_at) == (None, None, None)
    assert (again.archive_at, again.review_due) == (None, None)
    assert again.next_update_due == at(320)
    assert decision.entries == (CrisisReopened(at(200), BO),)
    assert kinds(decision.effects) == [
        "ShowSummary",
        "ShowChecklist",
        "ShowAnnouncement",
        "SetTopic",
        "Notice",
    ]
    assert notices(decision) == [(None, "<@UBO> reopened this crisis. Reminders run again.")]


def test_pings_run_again_after_a_reopening() -> None:
    assert [p.step_key for p in pinged(reopen(resolved(a_crisis())).incident, at(200)).pings] == [
        "pause", "reply", "review",
    ]  # fmt: skip


def test_after_the_archiving_it_goes_on_in_a_new_channel() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(150)).incident
    decision = reopen(archived, reply_to=ReplyTo(view_id="V1"))
    again = decision.incident
    assert (again.status, again.channel, again.earlier_channels) == (Status.ACTIVE, None, (CHANNEL,))
    assert (again.archived_by_us, again.channel_lost) == (False, None)
    assert BO in again.members
    assert again.opener_hears == ReplyTo(view_id="V1")
    assert decision.effects == (CreateChannel(), ShowAnnouncement())
    assert decision.entries == (CrisisReopened(at(200), BO),)
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
    assert the(severity(incident, SEV3, now=at(17)).incident, "pause").ping_at == at(106)
