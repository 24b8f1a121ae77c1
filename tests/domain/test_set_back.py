"""The clock on the wall was set back: nobody is asked twice, and nobody waits for an answer by as much longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.aftermath import followed_through
from bot.domain.checklist import claim_step, snooze_step
from bot.domain.handover import offer_role
from bot.domain.ladder import next_ask
from bot.domain.legal import LAWS, start_legal_clock
from bot.domain.lifecycle import change_severity
from bot.domain.model import LEGAL, STEP, Incident, RoleHolding
from bot.domain.pings import take_ping
from bot.domain.reminders import fire_due, next_due, set_back
from bot.domain.roles import give_role
from tests.domain.a_crisis import BO, CLIMBING, COY, CY, LEA, ROSTER, SEV3, a_crisis, at, minutes, resolved

HOUR = 60


def swept(incident: Incident, *moments: float) -> Incident:
    """A sweep at each of these minutes."""
    for moment in moments:
        now = at(moment)
        incident = followed_through(fire_due(incident, now=now), now=now).incident
    return incident


def back(incident: Incident, now: datetime) -> Incident:
    return followed_through(set_back(incident, now=now), now=now).incident


def asked(incident: Incident, about: str) -> list[tuple[float, str]]:
    """Minute and rung of each question about this."""
    return [((p.at - at(0)) / minutes(1), p.rung) for p in incident.pings if p.about == about]


def one_step() -> Incident:
    """Due at minute 15; an answer is waited for ten minutes."""
    incident = a_crisis(rules=CLIMBING)
    return replace(incident, steps=incident.steps[:1], next_update_due=None)


def test_a_late_step_climbs_on_and_its_owner_is_not_asked_again() -> None:
    incident = back(swept(one_step(), 15), at(16 - HOUR))
    incident = swept(incident, *range(16 - HOUR, 37 - HOUR))
    assert asked(incident, "step") == [(15, "owner"), (26 - HOUR, "deputy"), (36 - HOUR, "lead")]


@pytest.mark.parametrize("answer", ["On it", "Claim"])
def test_who_said_they_are_on_it_is_asked_whether_they_still_are(answer: str) -> None:
    incident, now = back(swept(one_step(), 15), at(16 - HOUR)), at(17 - HOUR)
    if answer == "On it":
        question = next(ping for ping in incident.pings if ping.about == STEP)
        incident = take_ping(incident, ping_id=question.id, by=COY, now=now).incident
    else:
        incident = claim_step(incident, step_key="pause", by=COY, now=now).incident
    incident = swept(incident, *range(17 - HOUR, 48 - HOUR))
    assert asked(incident, "step") == [(15, "owner"), (47 - HOUR, "still")]


def test_what_was_not_due_yet_comes_at_its_time() -> None:
    incident = back(swept(one_step(), 14), at(14 - HOUR))
    assert next_due(incident) == at(15)


def test_a_step_that_got_more_time_keeps_it() -> None:
    incident = change_severity(
        swept(one_step(), 16), to=SEV3, rule=CLIMBING[SEV3], by=LEA, reason="It is less", now=at(17)
    ).incident
    later = back(incident, at(10))
    assert next_ask(later, later.steps[0]) == at(60)


def test_whoever_was_named_is_not_asked_twice_and_it_goes_on_in_time() -> None:
    incident = give_role(
        a_crisis(rules=CLIMBING), holding=RoleHolding("comms", BO), by=LEA, now=at(1)
    ).incident
    incident = back(swept(incident, 1), at(2 - HOUR))
    incident = swept(incident, *range(2 - HOUR, 13 - HOUR))
    assert asked(incident, "role") == [(1, "owner"), (12 - HOUR, "lead")]


def test_an_offer_is_not_asked_twice_and_comes_back_in_time() -> None:
    incident = offer_role(
        a_crisis(rules=CLIMBING), role="community", to=BO, note="Rings at six", by=COY, now=at(1)
    ).incident
    incident = back(swept(incident, 1), at(2 - HOUR))
    incident = swept(incident, *range(2 - HOUR, 13 - HOUR))
    assert asked(incident, "offer") == [(1, "owner"), (12 - HOUR, "back")]


def test_a_deadline_of_the_law_that_was_over_before_it_was_confirmed_is_asked_for_on_and_on() -> None:
    gdpr = LAWS["gdpr"]
    incident = start_legal_clock(
        one_step(), kind=gdpr, since=at(-5000), holder=LEA, by=LEA, now=at(0), zone=UTC
    ).incident
    incident = back(swept(incident, 0), at(-2 * HOUR))
    assert asked(swept(incident, -HOUR), LEGAL) == [(0, "over"), (-HOUR, "over")]


def test_silence_is_counted_from_now_and_not_asked_twice() -> None:
    incident = replace(one_step(), steps=(), acted={LEA: at(1)}, update_every=minutes(5))
    incident = back(swept(incident, 11), at(11 - HOUR))
    assert asked(swept(incident, *range(11 - HOUR, 26 - HOUR)), "silence") == [(11, "lead")]
    assert asked(swept(incident, *range(11 - HOUR, 27 - HOUR)), "silence")[1:] == [(26 - HOUR, "deputy")]


def test_the_daily_question_comes_a_day_after_the_last_at_the_latest() -> None:
    incident = resolved(a_crisis())
    assert next_due(incident) == at(60 + 24 * 60)
    assert next_due(back(incident, at(0))) == at(24 * 60)


def test_what_counts_from_before_stays_as_it_is() -> None:
    incident = swept(a_crisis(rules=CLIMBING, roster={**ROSTER, "exec": RoleHolding("exec", CY)}), 15, 26)
    assert set_back(incident, now=at(26)).incident == incident


def test_a_step_that_was_put_off_and_asked_for_again_is_not_asked_a_third_time() -> None:
    """The end of its snooze lies before now, like its due time, or it would be waited for once more."""
    incident = snooze_step(
        swept(one_step(), 15), step_key="pause", span=minutes(15), by=COY, now=at(16)
    ).incident
    incident = back(swept(incident, 31), at(32 - HOUR))
    incident = swept(incident, *range(32 - HOUR, 43 - HOUR))
    assert asked(incident, "step") == [(15, "owner"), (31, "owner"), (42 - HOUR, "deputy")]
