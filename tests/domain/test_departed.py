"""Whoever left Slack holds nothing: what was theirs is somebody else's."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.channels import member_left
from bot.domain.departed import pass_on
from bot.domain.effects import ShowPing
from bot.domain.handover import offer_role
from bot.domain.model import ActionItem, RoleHolding
from bot.domain.reminders import clock_questions, fire_due, next_due
from bot.domain.timeline import PersonLeft, RoleGiven
from tests.domain.a_crisis import (
    ANA,
    BO,
    COY,
    DEE,
    LEA,
    a_crisis,
    at,
    closed,
    learned,
    notices,
    resolved,
    unchanged,
)

ONLY_CLOCKS = (clock_questions,)


def test_the_deputy_has_the_role_and_is_asked_to_say_so() -> None:
    decision = pass_on(a_crisis(), person=LEA, now=at(3))
    assert decision.incident.holder("lead") == DEE
    assert not decision.incident.has_accepted("lead")
    assert decision.entries == (PersonLeft(at(3), "", LEA), RoleGiven(at(3), "", "lead", DEE))
    assert next_due(decision.incident, kinds=ONLY_CLOCKS) == at(3)
    [notice] = notices(decision)
    assert notice == (
        DEE,
        f"<@{LEA}> has left Slack. In crisis 7 others have what was theirs:\n• Lead: <@{DEE}>",
    )


def test_without_a_deputy_the_opener_leads_and_another_role_is_nobodys() -> None:
    alone = {"lead": RoleHolding("lead", LEA), "community": RoleHolding("community", COY)}
    assert pass_on(a_crisis(roster=alone), person=LEA, now=at(3)).incident.holder("lead") == ANA
    gone = pass_on(a_crisis(roster=alone), person=COY, now=at(3)).incident
    assert gone.holder("community") is None


def test_somebody_always_leads() -> None:
    two = a_crisis(roster={"community": RoleHolding("community", COY)})
    assert two.lead == ANA
    assert pass_on(two, person=ANA, now=at(3)).incident.lead == COY
    nobody = a_crisis(roster={})
    assert pass_on(nobody, person=ANA, now=at(3)).incident.lead == ANA


def test_nobody_outside_a_private_crisis_gets_a_role_in_it() -> None:
    incident = member_left(a_crisis(private=True), person=DEE).incident
    assert pass_on(incident, person=LEA, now=at(3)).incident.lead == ANA


def test_a_deputy_who_left_stands_in_no_more() -> None:
    decision = pass_on(a_crisis(), person=DEE, now=at(3))
    assert decision.incident.deputy("lead") is None
    assert decision.incident.holder("lead") == LEA


def test_their_action_items_are_the_leads_save_those_that_are_done() -> None:
    items = (ActionItem(1, "Buy pumps", BO), ActionItem(2, "Dry it", BO, done_by=BO, done_at=at(99)))
    over = replace(closed(a_crisis()), retrospective=learned(actions=items))
    changed = pass_on(over, person=BO, now=at(100)).incident
    assert changed.retrospective is not None
    assert [item.owner for item in changed.retrospective.actions] == [None, BO]


def test_what_they_were_asked_in_vain_is_asked_of_others_at_once() -> None:
    over = replace(closed(a_crisis()), retrospective=learned(actions=(ActionItem(1, "Buy pumps", BO),)))
    now = next_due(over, kinds=ONLY_CLOCKS)
    assert now is not None
    asked = fire_due(over, now=now, kinds=ONLY_CLOCKS).incident
    decision = pass_on(asked, person=BO, now=now)
    assert decision.incident.pings[-1].answer is not None
    assert ShowPing(asked.pings[-1].id, BO) in decision.effects
    again = fire_due(decision.incident, now=now, kinds=ONLY_CLOCKS).incident
    assert [ping.person for ping in again.pings] == [BO, LEA]


def test_an_offer_to_them_is_gone_and_the_role_stays() -> None:
    offered = offer_role(a_crisis(), role="community", to=BO, note="They ring again.", by=COY, now=at(2))
    decision = pass_on(offered.incident, person=BO, now=at(3))
    assert decision.incident.offers == ()
    assert decision.incident.holder("community") == COY
    assert "• Community, offered to them: stays as it is" in notices(decision)[0][1]


def test_who_had_nothing_changes_nothing() -> None:
    incident = resolved(a_crisis())
    assert unchanged(pass_on(incident, person=BO, now=at(90)), incident)
