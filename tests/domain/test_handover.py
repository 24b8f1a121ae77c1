"""Handing a role over to somebody rested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.aftermath import followed_through
from bot.domain.checklist import assign_step, claim_step, snooze_step
from bot.domain.effects import InvitePeople
from bot.domain.errors import (
    AlreadySo,
    CrisisOver,
    NotActive,
    NotOffered,
    Refusal,
    RoleVacant,
    TextMissing,
)
from bot.domain.handover import accept_offer, decline_offer, offer_role
from bot.domain.lifecycle import change_severity
from bot.domain.model import Incident, Ping, RoleHolding
from bot.domain.pings import put_off
from bot.domain.reminders import clock_questions, fire_due
from bot.domain.roles import give_role
from bot.domain.shifts import parse_hours
from bot.domain.timeline import HandoverDeclined, HandoverOffered, RoleHandedOver
from tests.domain.a_crisis import (
    BO,
    CLIMBING,
    COY,
    CY,
    LEA,
    SEV1,
    a_crisis,
    at,
    closed,
    kinds,
    minutes,
    notices,
    pinged,
    refused,
    resolved,
    the,
)

HOURS = 60
RULES = {level: replace(rule, handover=timedelta(hours=8)) for level, rule in CLIMBING.items()}


def tired(**roster: RoleHolding) -> Incident:
    """Coy has been Community for hours; nothing but handing over is asked for."""
    crew = {"lead": RoleHolding("lead", LEA), "community": RoleHolding("community", COY, BO), **roster}
    return replace(a_crisis(roster=crew, rules=RULES), steps=(), next_update_due=None, update_every=None)


def asked(incident: Incident, minute: float, about: str = "handover", of: str = "community") -> list[Ping]:
    """The questions about it that were asked by then, minute by minute."""
    for now in range(int(minute) + 1):
        incident = fire_due(incident, now=at(now), kinds=(clock_questions,)).incident
    return [p for p in incident.pings if (p.about, p.of) == (about, of)]


def offered(incident: Incident, note: str = "The caller rings again at six") -> Incident:
    return offer_role(incident, role="community", to=CY, note=note, by=COY, now=at(10)).incident


def test_after_its_hours_a_role_is_asked_for_in_person_then_by_name() -> None:
    first, second, *_ = asked(tired(), 8 * HOURS + 31)
    assert (first.at, first.person, first.in_channel) == (at(8 * HOURS), COY, False)
    assert first.text.startswith("*You have been Community for 8 hours.*")
    assert (second.at, second.person, second.others) == (at(8 * HOURS + 30), COY, (BO, LEA))
    assert second.in_channel
    assert "Somebody rested should take over." in second.text


def test_the_end_of_a_shift_comes_before_the_hours_of_the_severity() -> None:
    shift = parse_hours("8-12", "UTC")
    incident = tired(community=RoleHolding("community", COY, shift=shift))
    assert asked(incident, 3 * HOURS)[0].at == at(3 * HOURS)


def test_nobody_is_asked_where_nothing_says_when() -> None:
    incident = replace(tired(), handover_after=None)
    assert asked(incident, 20 * HOURS) == []


def test_who_did_not_begin_is_not_asked_to_hand_over() -> None:
    roles = tuple(replace(h, accepted_at=None) for h in tired().roles)
    assert asked(replace(tired(), roles=roles), 9 * HOURS) == []


def test_the_severity_decides_at_once() -> None:
    rules = {**RULES, SEV1: replace(RULES[SEV1], handover=timedelta(hours=2))}
    raised = change_severity(tired(), to=SEV1, rule=rules[SEV1], by=LEA, now=at(5)).incident
    assert asked(replace(raised, update_every=None, next_update_due=None), 2 * HOURS)[0].at == at(2 * HOURS)


def test_later_means_later() -> None:
    incident = fire_due(tired(), now=at(8 * HOURS)).incident
    ping = next(p for p in incident.pings if p.of == "community")
    later = put_off(incident, ping_id=ping.id, span=timedelta(hours=2), by=COY, now=at(8 * HOURS)).incident
    again = [p.at for p in asked(later, 10 * HOURS + 1) if p.id > ping.id]
    assert again == [at(10 * HOURS)]


def test_an_offer_changes_nothing_until_it_is_accepted() -> None:
    decision = offer_role(tired(), role="community", to=CY, note=" Be kind ", by=COY, now=at(10))
    assert decision.incident.holder("community") == COY
    assert decision.entries == (HandoverOffered(at(10), COY, "community", CY, "Be kind"),)
    assert decision.effects == (InvitePeople((CY,)),)
    assert decision.said.startswith(
        "<@UCY> is asked to take over as Community. Until they accept, <@UCOY> stays."
    )
    [ping] = asked(decision.incident, 10, about="offer")
    assert (ping.person, ping.in_channel) == (CY, False)
    assert "“Be kind”" in ping.text


def test_an_offer_nobody_answers_goes_back_and_then_to_the_lead() -> None:
    pings = asked(offered(tired()), 31, about="offer")
    assert [(p.person, p.in_channel, p.at) for p in pings] == [
        (CY, False, at(10)),
        (COY, False, at(20)),
        (LEA, True, at(30)),
    ]


def test_while_an_offer_is_open_nobody_is_asked_to_hand_over() -> None:
    assert asked(offered(tired()), 9 * HOURS) == []


def test_accepting_takes_the_role_the_steps_the_note_and_the_times() -> None:
    crew = {"lead": RoleHolding("lead", LEA), "community": RoleHolding("community", COY, BO)}
    incident = claim_step(a_crisis(roster=crew), step_key="pause", by=COY, now=at(1)).incident
    incident = pinged(assign_step(incident, step_key="reply", person=COY, by=LEA, now=at(2)).incident, at(16))
    decision = accept_offer(offered(incident), role="community", by=CY, now=at(20))
    after = decision.incident
    assert (after.holder("community"), after.deputy("community"), after.offers) == (CY, BO, ())
    assert the(after, "pause").owner == CY
    assert the(after, "reply").owner == COY, "a step of another role stays"
    assert the(after, "pause").due_at == at(15)
    assert next(p for p in after.pings if p.of == "pause").answer is not None
    assert decision.entries == (RoleHandedOver(at(20), CY, "community", COY),)
    told = dict(notices(decision))
    assert "“The caller rings again at six”" in told[CY]
    assert "\n• 1, Pause all posts: late" in told[CY]
    assert told[COY] == "<@UCY> is Community now. Thank you; you can rest."
    assert told[None] == "<@UCY> took over from <@UCOY> as Community."
    assert fire_due(after, now=at(21)).effects == (), "who has just read the list is not asked at once"


def test_who_takes_over_begins_their_hours() -> None:
    after = accept_offer(offered(tired()), role="community", by=CY, now=at(60)).incident
    assert asked(after, 9 * HOURS)[0].at == at(9 * HOURS)


def test_no_is_an_answer_and_goes_back_to_who_asked() -> None:
    decision = decline_offer(offered(tired()), role="community", by=CY, reason="On a plane", now=at(12))
    assert decision.incident.offers == ()
    assert decision.incident.holder("community") == COY
    assert decision.entries == (HandoverDeclined(at(12), CY, "community", "On a plane"),)
    [(person, text)] = notices(decision)
    assert person == COY
    assert text.startswith("<@UCY> cannot take over as Community in <#C1>: “On a plane”")
    assert asked(decision.incident, 8 * HOURS)[-1].at == at(8 * HOURS)


def test_only_who_was_asked_answers() -> None:
    incident = offered(tired())
    for answer in (accept_offer, decline_offer):
        more = {"reason": ""} if answer is decline_offer else {}
        refused(NotOffered, lambda: answer(incident, role="community", by=BO, now=at(11), **more))  # noqa: B023
    refused(NotOffered, lambda: accept_offer(tired(), role="community", by=CY, now=at(11)))


def test_a_second_offer_takes_the_place_of_the_first() -> None:
    again = offer_role(offered(tired()), role="community", to=BO, note="Please", by=COY, now=at(11))
    assert [o.to for o in again.incident.offers] == [BO]
    refused(NotOffered, lambda: accept_offer(again.incident, role="community", by=CY, now=at(12)))


def test_a_role_given_otherwise_ends_the_offer_and_its_question() -> None:
    asked_once = fire_due(offered(tired()), now=at(10)).incident
    given = give_role(asked_once, holding=RoleHolding("community", BO), by=LEA, now=at(11))
    after = followed_through(given, now=at(11)).incident
    assert after.offers == ()
    assert [p.answer is None for p in after.pings if p.about == "offer"] == [False]


def test_what_cannot_be_offered_says_why() -> None:
    incident = tired()

    def offer(**other: str) -> None:
        asked = {"role": "community", "to": CY, "note": "Please", "by": COY, **other}
        offer_role(incident, now=at(1), **asked)

    refused(RoleVacant, lambda: offer(role="legal"))
    refused(AlreadySo, lambda: offer(to=COY))
    refused(TextMissing, lambda: offer(note="  "))


@pytest.mark.parametrize(("over", "kind"), [(resolved, NotActive), (closed, CrisisOver)])
def test_nothing_is_handed_over_once_it_is_over(
    over: Callable[[Incident], Incident], kind: type[Refusal]
) -> None:
    incident = over(offered(tired()))
    refused(kind, lambda: accept_offer(incident, role="community", by=CY, now=at(99)))
    assert "handover" not in kinds(fire_due(incident, now=at(20 * HOURS)).entries)


def test_the_deputy_who_takes_over_is_deputy_no_more() -> None:
    incident = offer_role(tired(), role="community", to=BO, note="Please", by=COY, now=at(10)).incident
    after = accept_offer(incident, role="community", by=BO, now=at(11)).incident
    assert (after.holder("community"), after.deputy("community")) == (BO, None)


def test_with_a_role_come_the_steps_of_who_had_it_and_nobody_elses() -> None:
    incident = assign_step(a_crisis(), step_key="pause", person=BO, by=LEA, now=at(1)).incident
    after = accept_offer(offered(incident), role="community", by=CY, now=at(20))
    assert the(after.incident, "pause") == the(incident, "pause")
    assert "Your open steps" not in dict(notices(after))[CY]


def test_who_takes_a_step_over_may_put_it_off_as_often_as_anybody() -> None:
    incident = claim_step(a_crisis(), step_key="pause", by=COY, now=at(1)).incident
    for minute in (2, 3, 4):
        incident = snooze_step(incident, step_key="pause", span=minutes(15), by=COY, now=at(minute)).incident
    after = accept_offer(offered(incident), role="community", by=CY, now=at(20)).incident
    assert (the(incident, "pause").snoozes, the(after, "pause").snoozes) == (3, 0)


@pytest.mark.parametrize(("role", "reads"), [("comms", True), ("community", False)])
def test_when_the_next_update_is_due_is_told_to_who_has_to_write_it(role: str, reads: bool) -> None:
    crew = {
        "lead": RoleHolding("lead", LEA),
        "community": RoleHolding("community", COY),
        "comms": RoleHolding("comms", BO),
    }
    incident = offer_role(
        a_crisis(roster=crew), role=role, to=CY, note="Be kind", by=LEA, now=at(10)
    ).incident
    told = dict(notices(accept_offer(incident, role=role, by=CY, now=at(20))))
    assert ("The next status update is due" in told[CY]) is reads
