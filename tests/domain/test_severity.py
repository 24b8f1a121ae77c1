"""Severity, and every clock that follows it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from bot.domain.checklist import finish_step
from bot.domain.decision import Decision
from bot.domain.errors import AlreadySo, OnlyTheLeadLowers, TextTooLong
from bot.domain.lifecycle import change_severity, post_update, promise_update, reopen_crisis
from bot.domain.model import Incident, RoleHolding
from bot.domain.reminders import fire_due
from bot.domain.roles import give_role
from bot.domain.severity import Severity
from bot.domain.timeline import OwnerPinged, SeverityChanged
from bot.domain.words import at_time
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
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
    kinds,
    minutes,
    next_step_due,
    notices,
    pinged,
    refused,
    resolved,
    steps_fire,
    the,
)


def severity(
    incident: Incident, to: Severity, *, by: str = LEA, reason: str = "", now: datetime | None = None
) -> Decision:
    return change_severity(incident, to=to, rule=RULES[to], by=by, reason=reason, now=now or at(5))


update = partial(post_update, text="The tap is closed", by=BO, now=at(50))
reopen = partial(reopen_crisis, by=BO, now=at(200))


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
        (
            None,
            "Severity is now *SEV1* (was SEV2), set by <@UBO>: It is on &lt;TV&gt;"
            f"\nThe next update is due {at_time(at(30))}.",
        )
    ]


def test_without_a_reason_the_word_to_the_channel_ends_there() -> None:
    said = "Severity is now *SEV4* (was SEV2), set by <@ULEA>."  # which has no cadence of updates
    assert notices(severity(a_crisis(), SEV4))[0][1] == said


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


def test_a_due_time_that_moved_makes_the_buttons_of_before_old() -> None:
    before = the(a_crisis(), "pause").version
    assert the(severity(a_crisis(), SEV1).incident, "pause").version > before


def test_a_finished_step_keeps_the_due_time_it_had() -> None:
    incident = finish_step(a_crisis(), step_key="pause", by=BO, now=at(1)).incident
    assert the(severity(incident, SEV1).incident, "pause").due_at == at(15)


def test_the_next_ping_follows_the_severity() -> None:
    assert next_step_due(a_crisis()) == at(15)
    assert next_step_due(severity(a_crisis(), SEV1).incident) == at(10)
    assert next_step_due(severity(a_crisis(), SEV4).incident) is None


def test_a_step_that_is_overdue_by_the_new_severity_is_pinged_at_once() -> None:
    raised = severity(a_crisis(), SEV1, now=at(12)).incident
    assert [p.step_key for p in pinged(raised, at(12)).pings] == ["pause"]


def test_up_and_down_and_up_again_pings_nobody_twice_for_one_moment() -> None:
    incident = pinged(a_crisis(), at(140))
    assert [p.step_key for p in incident.pings] == ["pause", "reply", "review"]
    # At SEV2 nobody waits for the brief any more: its question is taken back, and asked anew.
    for level, more in ((SEV1, ["brief"]), (SEV2, []), (SEV1, ["brief"]), (SEV2, [])):
        fired = steps_fire(severity(incident, level, now=at(141)).incident, now=at(142))
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


def promised(span: float, *, level: Severity = SEV2, now: float = 60) -> Incident:
    return promise_update(a_crisis(severity=level), span=minutes(span), by=BO, now=at(now)).incident


def test_a_promise_stays_when_the_severity_is_lowered_and_when_a_raise_would_put_it_off() -> None:
    for to in (SEV3, SEV4):
        assert severity(promised(15), to, now=at(61)).incident.next_update_due == at(75)
    slow = promised(600, level=SEV1)
    assert severity(slow, SEV2, now=at(61)).incident.next_update_due == at(660), (
        "lowering asks for nothing sooner"
    )
    assert severity(promised(15), SEV1, now=at(61)).incident.next_update_due == at(75)
    late = severity(promised(15), SEV1, now=at(90)).incident
    assert late.next_update_due == at(75), "it was late before"


def test_a_raise_brings_a_promise_nearer_where_the_new_rhythm_is_faster_and_from_then_on_that_counts() -> (
    None
):
    raised = severity(promised(120), SEV1, now=at(70)).incident
    assert raised.next_update_due == at(100)
    assert severity(raised, SEV2, now=at(80)).incident.next_update_due == at(190)


def test_an_update_ends_the_promise() -> None:
    posted = update(promised(15), now=at(70)).incident
    assert severity(posted, SEV1, now=at(71)).incident.next_update_due == at(100)


def test_a_raise_makes_nothing_late_before_now_and_says_so() -> None:
    decision = severity(a_crisis(), SEV1, now=at(35))
    raised = decision.incident
    assert raised.next_update_due == at(35)
    assert notices(decision)[0][1].endswith("The next update is due now.")
    assert [s.due_at for s in raised.steps] == [at(15), at(30), at(35), at(50)], (
        "two of them were late before"
    )
    assert severity(raised, SEV2, now=at(36)).incident.next_update_due == at(120), "and is counted as before"


def test_what_was_late_before_stays_as_late_as_it_was() -> None:
    decision = severity(a_crisis(), SEV1, now=at(130))
    assert decision.incident.next_update_due == at(120)
    assert notices(decision)[0][1].endswith(f"The next update was due {at_time(at(120))}.")
    asked = pinged(a_crisis(severity=SEV1), at(10))
    lower = severity(asked, SEV2, now=at(20)).incident
    assert the(lower, "pause").due_at == at(10)
    assert next_step_due(lower) == at(30), "nobody is asked for it anew"


def test_what_a_severity_makes_due_at_once_was_not_missed_while_the_bot_was_away() -> None:
    raised = severity(a_crisis(rules=CLIMBING), SEV1, now=at(100)).incident
    fired = fire_due(raised, now=at(101)).incident
    assert {p.about for p in fired.pings} == {"step", "update", "silence"}
    assert not [p for p in fired.pings if p.catching_up]
    assert "is due now" in next(p.text for p in fired.pings if p.about == "update")
    assert all(p.catching_up for p in fire_due(raised, now=at(111)).incident.pings), "now it was"


def test_an_update_brought_nearer_than_its_warning_is_announced_with_the_time_that_is_left() -> None:
    raised = severity(a_crisis(), SEV1, now=at(26)).incident
    fired = fire_due(raised, now=at(26)).incident
    [text] = [p.text for p in fired.pings if p.about == "update"]
    assert text.startswith("*The next status update is due in 4 minutes.*")


def test_a_warning_that_comes_some_seconds_late_still_says_ten_minutes() -> None:
    fired = fire_due(a_crisis(), now=at(110.9)).incident
    [text] = [p.text for p in fired.pings if p.about == "update"]
    assert text.startswith("*The next status update is due in ten minutes.*")


def test_the_review_follows_the_severity_of_a_resolved_crisis() -> None:
    incident = resolved(a_crisis())
    assert incident.review_due == at(60) + 7 * DAY
    assert severity(incident, SEV1, now=at(70)).incident.review_due == at(60) + 3 * DAY
    assert severity(incident, SEV4, now=at(70)).incident.review_due is None
    assert severity(incident, SEV1, now=at(70)).incident.next_update_due is None
    assert a_crisis().review_due is severity(a_crisis(), SEV1).incident.review_due is None
