"""What is due, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.channels import channel_archived, member_left
from bot.domain.checklist import finish_step
from bot.domain.decision import Decision
from bot.domain.effects import ArchiveChannel, ShowCheck, ShowChecklist, ShowPing, ShowSummary
from bot.domain.lifecycle import reopen_crisis
from bot.domain.model import Incident, RoleHolding, Step
from bot.domain.reminders import fire_due, look_ahead, next_due
from bot.domain.roles import give_role
from bot.domain.timeline import OwnerPinged
from tests.domain.a_crisis import (
    BO,
    CLIMBING,
    COY,
    DAY,
    LEA,
    ROSTER,
    SEV4,
    a_crisis,
    at,
    cancelled,
    closed,
    kinds,
    next_step_due,
    opening,
    pinged,
    resolved,
    steps_fire,
    unchanged,
)

SECOND = timedelta(seconds=1)


def asked(decision: Decision) -> list[str]:
    return [entry.step_key for entry in decision.entries if isinstance(entry, OwnerPinged)]


def test_nothing_happens_before_anything_is_due() -> None:
    incident = a_crisis()
    assert next_due(incident) == at(15)
    assert unchanged(fire_due(incident, now=at(15) - SECOND), incident)


def test_at_its_due_time_a_step_asks_its_owner_by_direct_message() -> None:
    decision = fire_due(a_crisis(), now=at(15))
    [ping] = decision.incident.pings
    assert (ping.id, ping.step_key, ping.person, ping.in_channel, ping.at) == (1, "pause", COY, False, at(15))
    assert decision.entries == (OwnerPinged(at(15), "", "pause", "1, Pause all posts", COY),)
    assert decision.effects == (
        ShowPing(1, COY),
        ShowChecklist(unhurried=True),
        ShowSummary(unhurried=True),
    )
    assert next_due(decision.incident) == at(30)


def test_a_step_of_a_vacant_role_asks_the_channel_in_the_name_of_the_lead() -> None:
    decision = fire_due(a_crisis(), now=at(30))
    ping = decision.incident.pings[1]
    assert (ping.step_key, ping.person, ping.in_channel) == ("reply", LEA, True)
    assert ShowPing(2, None, (LEA,)) in decision.effects


def test_what_became_due_in_this_minute_waits_for_what_its_person_is_asked_soon() -> None:
    incident = a_crisis()
    now = at(15) + 30 * SECOND
    assert unchanged(fire_due(incident, now=now, soon={COY, BO}), incident)
    assert asked(fire_due(incident, now=now, soon={BO})) == ["pause"]
    assert asked(fire_due(incident, now=at(16), soon={COY})) == ["pause"], "due in an earlier minute"


def test_what_became_due_while_nobody_looked_asks_the_same_people_side_by_side() -> None:
    """Of the channel Lea was asked at 30, others at 36, and Lea again at 40: that is two messages, not three."""
    incident = a_crisis(rules=CLIMBING, roster={**ROSTER, "community": RoleHolding("community", COY, BO)})
    incident = pinged(incident, at(26))
    orders = [e for e in steps_fire(incident, now=at(180)).effects if isinstance(e, ShowPing)]
    assert [order.named for order in orders] == [(LEA,), (LEA,), (COY, BO)]
    assert [order.ping for order in orders] == [2, 4, 3]


def test_what_the_channel_is_asked_waits_for_nobody() -> None:
    incident = finish_step(a_crisis(), step_key="pause", by=COY, now=at(1)).incident
    assert asked(fire_due(incident, now=at(30), soon={LEA})) == ["reply"]


def test_whoever_is_asked_in_person_later_in_this_minute_is_asked_soon() -> None:
    incident = a_crisis()
    assert look_ahead(incident, now=at(15) - SECOND).asked_soon == set(), "that is another minute"
    assert look_ahead(incident, now=at(15)).asked_soon == set(), "that is now"
    late = replace(incident, steps=tuple(_moved(step, 40 * SECOND) for step in incident.steps))
    assert look_ahead(late, now=at(15)).asked_soon == {COY}
    assert look_ahead(late, now=at(30)).asked_soon == set(), "the channel is asked"


def _moved(step: Step, by: timedelta) -> Step:
    return replace(step, due_at=step.due_at and step.due_at + by)


def test_a_role_filled_in_time_is_asked() -> None:
    incident = give_role(a_crisis(), holding=RoleHolding("comms", BO), by=LEA, now=at(1)).incident
    ping = pinged(incident, at(30)).pings[1]
    assert (ping.person, ping.in_channel) == (BO, False)


def test_who_left_a_private_crisis_is_not_asked_outside_it() -> None:
    left = member_left(a_crisis(private=True), person=COY).incident
    ping = fire_due(left, now=at(15)).incident.pings[0]
    assert (ping.person, ping.in_channel) == (LEA, True)
    public = member_left(a_crisis(), person=COY).incident
    assert fire_due(public, now=at(15)).incident.pings[0].person == COY


def test_what_was_slept_through_comes_at_once_and_in_order() -> None:
    decision = fire_due(a_crisis(), now=at(500))
    assert asked(decision) == ["pause", "reply", "review"]
    assert kinds(decision.entries)[-2:] == ["Reminded", "Reminded"]
    assert kinds(decision.effects).count("ShowChecklist") == 1
    assert all(ping.catching_up for ping in decision.incident.pings)


def test_what_is_asked_of_the_same_person_may_be_one_message() -> None:
    roster = {**ROSTER, "comms": RoleHolding("comms", COY), "legal": RoleHolding("legal", BO)}
    decision = fire_due(a_crisis(roster=roster), now=at(45))
    orders = [effect for effect in decision.effects if isinstance(effect, ShowPing)]
    assert orders == [ShowPing(1, COY), ShowPing(2, COY), ShowPing(3, BO)]
    assert [order.together for order in orders] == [f"dm:{COY}", f"dm:{COY}", f"dm:{BO}"]
    assert asked(decision) == ["pause", "reply", "review"]


def test_a_second_sweep_or_a_clock_set_back_asks_nobody_again() -> None:
    incident = pinged(a_crisis(), at(35))
    for now in (at(35), at(10), at(30), at(39)):
        assert unchanged(fire_due(incident, now=now), incident)


def test_a_finished_step_asks_nobody() -> None:
    incident = finish_step(a_crisis(), step_key="pause", by=BO, now=at(1)).incident
    assert next_due(incident) == at(30)
    assert asked(fire_due(incident, now=at(35))) == ["reply"]


def test_nothing_is_due_where_nothing_has_a_time() -> None:
    assert next_due(cancelled(a_crisis(severity=SEV4))) == at(5) + DAY
    assert next_step_due(a_crisis(severity=SEV4)) is None


def test_reminders_run_before_the_channel_is_there() -> None:
    assert asked(fire_due(opening().incident, now=at(15))) == ["pause"]


# Monitoring and archiving


def test_a_resolved_crisis_asks_once_a_day_whether_all_is_quiet() -> None:
    incident = resolved(a_crisis())
    assert next_due(incident) == at(60) + DAY
    decision = fire_due(incident, now=at(70) + DAY)
    assert decision.effects == (ShowCheck(1), ShowSummary())
    assert decision.entries == ()
    assert next_due(decision.incident) == at(70) + 2 * DAY
    assert fire_due(decision.incident, now=at(70) + 2 * DAY).effects == (ShowCheck(2), ShowSummary())


def test_days_slept_through_are_one_question() -> None:
    decision = fire_due(resolved(a_crisis()), now=at(0) + 5 * DAY)
    assert decision.effects == (ShowCheck(1), ShowSummary())
    assert next_due(decision.incident) == at(0) + 6 * DAY


def test_a_resolved_crisis_pings_for_no_step_and_no_update() -> None:
    incident = resolved(a_crisis())
    assert unchanged(fire_due(incident, now=at(59) + DAY), incident)


@pytest.mark.parametrize(("over", "when"), [(closed, at(90) + DAY), (cancelled, at(5) + DAY)])
def test_a_crisis_that_is_over_orders_nothing_but_its_archiving(
    over: Callable[[Incident], Incident], when: datetime
) -> None:
    incident = over(a_crisis())
    assert next_due(incident) == when
    decision = fire_due(incident, now=at(0) + 9 * DAY)
    assert decision.effects == (ArchiveChannel(),)
    assert decision.entries == ()
    assert unchanged(fire_due(decision.incident, now=at(0) + 29 * DAY), decision.incident)


def test_a_crisis_reopened_in_time_keeps_its_channel() -> None:
    incident = reopen_crisis(closed(a_crisis()), by=BO, now=at(100)).incident
    assert ArchiveChannel() not in fire_due(incident, now=at(0) + 9 * DAY).effects


def test_an_archived_channel_is_not_archived_again() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(95)).incident
    assert unchanged(fire_due(archived, now=at(0) + 29 * DAY), archived)
