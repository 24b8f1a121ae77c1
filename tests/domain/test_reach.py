"""Who is told that somebody will not see what they are asked, and when nobody is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.domain.channels import member_left
from bot.domain.checklist import assign_step, finish_step
from bot.domain.decision import Decision
from bot.domain.effects import ShowPing
from bot.domain.errors import AlreadySo, NoDeputy, PingAnswered
from bot.domain.lifecycle import post_update, resolve_crisis
from bot.domain.model import Absence, Incident, Ping, RoleHolding
from bot.domain.opening import Roster
from bot.domain.pings import ask_deputy, take_ping
from bot.domain.reach import (
    DEACTIVATED,
    NOT_IN_CHANNEL,
    RUNG,
    deputy_for,
    found_deactivated,
    found_unreachable,
    name_unreachable,
)
from bot.domain.reminders import clock_questions, fire_due
from bot.domain.timeline import PersonUnreachable
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    COY,
    CY,
    DEE,
    LEA,
    SEV2,
    a_crisis,
    at,
    pinged,
    refused,
    the,
)

# Coy answers for the step "pause", which is due at 15 minutes, and Bo is the deputy; Lea leads, and Dee is her deputy.
CREW: Roster = {
    "community": RoleHolding("community", COY, BO),
    "lead": RoleHolding("lead", LEA, DEE),
    "exec": RoleHolding("exec", CY),
}
ASLEEP = Absence(COY, "in do-not-disturb", until=at(300))


def late(roster: Roster = CREW, *, private: bool = False) -> Incident:
    """Coy was just asked for the only step."""
    incident = a_crisis(roster=roster, rules=CLIMBING, private=private)
    executive = tuple(h for h in roster.values() if h.role == "exec")
    roles, members = (*incident.roles, *executive), {h.person for h in executive}
    steps = incident.steps[:1]
    small = replace(
        incident, roles=roles, members=incident.members | members, steps=steps, next_update_due=None
    )
    return pinged(small, at(15))


def name(incident: Incident, *missing: Absence) -> Decision:
    return name_unreachable(incident, step_key="pause", missing=missing or (ASLEEP,), now=at(16))


def word(incident: Incident) -> Ping:
    """What was told last."""
    assert incident.pings[-1].rung == RUNG
    return incident.pings[-1]


def away(person: str) -> Absence:
    return Absence(person, "away", "Sick")


def test_the_lead_is_told_who_is_missing_and_why_and_the_ladder_goes_on_as_it_would() -> None:
    incident = late()
    decision = name(incident)
    ping = Ping(2, "pause", LEA, in_channel=False, at=at(16), rung=RUNG, missing=(ASLEEP,))
    assert decision.incident == replace(incident, pings=(*incident.pings, ping))
    assert decision.effects == (ShowPing(2, LEA),)
    entry = PersonUnreachable(at(16), "", "pause", "1, Pause all posts", COY, "in do-not-disturb", LEA)
    assert decision.entries == (entry,)


def test_it_is_told_once_for_each_person_and_reason_until_somebody_answers() -> None:
    told = name(late()).incident
    assert name(told) == Decision(told)
    assert name(told, replace(ASLEEP, until=at(400))) == Decision(told)
    assert word(name(told, away(COY)).incident).missing == (away(COY),)
    assert word(name(told, away(DEE)).incident).missing == (away(DEE),)
    answered = take_ping(told, ping_id=1, by=COY, now=at(17)).incident
    assert word(name(answered).incident).id == 3


@pytest.mark.parametrize(
    ("missing", "heard"),
    [((COY,), LEA), ((LEA,), DEE), ((COY, LEA), DEE), ((LEA, DEE), CY), ((LEA, DEE, CY), ANA)],
)
def test_instead_of_a_lead_who_is_missing_the_next_one_hears(missing: tuple[str, ...], heard: str) -> None:
    ping = word(name(late(), *(away(person) for person in missing)).incident)
    assert (ping.person, ping.in_channel) == (heard, False)


def test_if_nobody_is_left_the_channel_hears() -> None:
    decision = name(late({}), away(ANA))
    assert word(decision.incident).in_channel
    assert decision.effects == (ShowPing(2, None, (ANA,)),)
    assert name(decision.incident, away(ANA)).effects == ()
    (entry,) = decision.entries
    assert entry.told(str) == "UANA was away when step 1, Pause all posts was late; the channel was told"


def test_of_a_private_crisis_nobody_hears_who_is_not_in_it() -> None:
    incident = late(private=True)
    for person in (LEA, DEE):
        incident = member_left(incident, person=person).incident
    assert word(name(incident).incident).person == CY
    nobody = replace(incident, members=frozenset())
    assert word(name(nobody).incident).in_channel


def test_a_step_that_is_done_and_a_crisis_that_is_resolved_need_nobody() -> None:
    done = finish_step(late(), step_key="pause", by=BO, now=at(16)).incident
    resolved = resolve_crisis(late(), rule=CLIMBING[SEV2], by=LEA, now=at(16)).incident
    for incident in (done, resolved, replace(late(), steps=())):
        assert name(incident) == Decision(incident)


def test_what_was_found_out_of_a_ping_is_told_of_its_step_unless_it_was_answered() -> None:
    incident = late()
    found = found_unreachable(incident, absence=ASLEEP, now=at(16))
    assert found == name(incident)
    again = found_unreachable(found.incident, absence=away(LEA), now=at(17))
    assert word(again.incident).missing == (ASLEEP, away(LEA))
    assert word(again.incident).person == DEE
    taken = take_ping(incident, ping_id=1, by=BO, now=at(16)).incident
    assert found_unreachable(taken, absence=ASLEEP, now=at(16)) == Decision(taken)


def test_who_did_something_here_lately_is_there_whatever_their_slack_says() -> None:
    incident = replace(late(), acted={ASLEEP.person: at(5)})
    assert found_unreachable(incident, absence=ASLEEP, now=at(16)) == Decision(incident)
    assert found_unreachable(incident, absence=ASLEEP, now=at(36)) != Decision(incident)
    gone = Absence(ASLEEP.person, DEACTIVATED)
    assert found_unreachable(incident, absence=gone, now=at(16)).entries != ()


def test_of_whoever_is_called_in_the_channel_only_those_who_are_deactivated_are_named() -> None:
    called = pinged(late(), at(25))
    assert (called.pings[-1].person, called.pings[-1].others) == (COY, (BO,))
    assert found_unreachable(called, absence=away(BO), now=at(26)) == Decision(called)
    both = found_deactivated(called, people=(COY, BO), now=at(26)).incident
    assert [p.missing for p in both.pings[2:]] == [
        (Absence(COY, DEACTIVATED),),
        (Absence(BO, DEACTIVATED),),
    ]
    assert {p.person for p in both.pings[2:]} == {LEA}
    assert found_deactivated(both, people=(COY, BO), now=at(27)) == Decision(both)


# Not in the channel


@pytest.mark.parametrize("private", [False, True])
def test_an_owner_who_is_not_in_the_channel_is_named_when_the_step_is_late(private: bool) -> None:
    incident = replace(late(private=private), pings=())
    out = member_left(
        replace(incident, steps=(replace(the(incident, "pause"), asking=None),)), person=COY
    ).incident
    asked = pinged(out, at(15))
    first, named = asked.pings
    assert (first.person, first.in_channel) == ((LEA, True) if private else (COY, False))
    assert (named.person, named.in_channel) == (LEA, False)
    assert named.missing == (Absence(COY, NOT_IN_CHANNEL),)
    assert the(asked, "pause").asking == the(pinged(incident, at(15)), "pause").asking
    for minute in range(16, 120):
        asked = pinged(asked, at(minute))
    assert [p.rung for p in asked.pings].count(RUNG) == 1


# The deputy


def test_the_deputy_of_the_role_else_of_the_lead_stands_in_unless_they_are_missing_or_read_it() -> None:
    told = name(late()).incident
    assert deputy_for(told, word(told)) == BO
    without = replace(told, roles=(RoleHolding("community", COY), RoleHolding("lead", LEA, DEE)))
    assert deputy_for(without, word(without)) == DEE
    assert deputy_for(without, replace(word(without), person=DEE)) is None
    assert deputy_for(without, replace(word(without), missing=(away(DEE),))) is None
    assert deputy_for(replace(told, roles=()), word(told)) is None


def test_asking_the_deputy_gives_them_the_step_and_answers_every_ping() -> None:
    told = name(late()).incident
    asked = ask_deputy(told, ping_id=2, by=LEA, now=at(20)).incident
    assert the(asked, "pause").owner == BO
    assert [p.answer.what if p.answer else None for p in asked.pings] == [f"Handed over to <@{BO}>"] * 2 + [
        None
    ]
    assert (asked.pings[-1].person, asked.pings[-1].handed_by) == (BO, LEA)
    refused(PingAnswered, partial(ask_deputy, asked, ping_id=2, by=LEA, now=at(21)))


def test_a_deputy_who_has_the_step_or_is_none_any_more_is_not_asked() -> None:
    told = name(late()).incident
    refused(NoDeputy, partial(ask_deputy, replace(told, roles=()), ping_id=2, by=LEA, now=at(20)))
    theirs = assign_step(late(), step_key="pause", person=BO, by=LEA, now=at(16)).incident
    told = name(theirs, away(COY)).incident
    refused(AlreadySo, partial(ask_deputy, told, ping_id=word(told).id, by=LEA, now=at(20)))


def test_on_it_takes_the_step_from_whoever_is_missing() -> None:
    owned = assign_step(late(), step_key="pause", person=COY, by=COY, now=at(15)).incident
    told = name(owned).incident
    assert the(take_ping(told, ping_id=word(told).id, by=LEA, now=at(17)).incident, "pause").owner == LEA


def test_the_deputy_is_asked_in_the_words_of_the_latest_question() -> None:
    """An update was asked for and posted; of the next one Bo hears nothing, so that Dee is asked for that."""
    roster: Roster = {"lead": RoleHolding("lead", LEA), "comms": RoleHolding("comms", BO, DEE)}
    clocks = (clock_questions,)
    asked = fire_due(a_crisis(roster=roster), now=at(120), kinds=clocks).incident
    posted = post_update(asked, text="All dry", by=LEA, now=at(121)).incident
    again = fire_due(posted, now=at(121 + 110), kinds=clocks).incident
    told = found_unreachable(again, absence=away(BO), now=at(232)).incident
    before, words = told.pings[-1], [p.text for p in told.pings if p.about == "update" and p.person == BO]
    assert len(set(words)) == 2
    deputy = ask_deputy(told, ping_id=before.id, by=LEA, now=at(233)).incident.pings[-1]
    assert (deputy.person, deputy.text) == (DEE, words[-1])
