"""Steps: claimed and assigned."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import pytest

from bot.domain.checklist import assign_step, claim_step
from bot.domain.effects import InvitePeople, ShowChecklist, ShowPing
from bot.domain.errors import StepTaken
from bot.domain.timeline import StepAssigned, StepClaimed
from tests.domain.a_crisis import (
    ANA,
    BO,
    COY,
    CY,
    LEA,
    a_crisis,
    at,
    kinds,
    notices,
    pinged,
    refused,
    resolved,
    the,
    unchanged,
)

claim = partial(claim_step, by=BO, now=at(1))
assign = partial(assign_step, by=LEA, person=BO, now=at(1))


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
    assert decision.effects == (ShowChecklist(), ShowPing(2, None, (LEA,)))
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
    assert text.startswith("<@ULEA> gave you step 2 in <#C1>: *Answer the post*. It is due <!date^")
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


def test_a_step_that_is_handed_on_leaves_the_pings_of_the_others() -> None:
    handed = assign(pinged(a_crisis(), at(15)), step_key="pause", now=at(20)).incident
    assert [p.step_key for p in pinged(handed, at(30)).pings] == ["pause", "pause", "reply"]


def test_an_overdue_step_that_was_not_pinged_yet_is_pinged_once() -> None:
    decision = assign(a_crisis(), step_key="pause", now=at(20))
    assert [p.person for p in pinged(decision.incident, at(20)).pings] == [BO]


def test_nobody_is_pinged_by_handing_on_a_step_of_a_resolved_crisis() -> None:
    decision = assign(resolved(a_crisis()), step_key="pause", now=at(70))
    assert kinds(decision.effects) == ["InvitePeople", "ShowChecklist", "Notice"]
