"""Who holds which role."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.decision import Decision
from bot.domain.effects import InvitePeople, ShowAnnouncement
from bot.domain.errors import CrisisCancelled, CrisisOver, SamePersonTwice, UnknownRole
from bot.domain.model import Incident, RoleHolding
from bot.domain.playbook import ROLES
from bot.domain.roles import ALIASES, checked_holding, give_role, role_key
from bot.domain.timeline import RoleGiven
from tests.domain.a_crisis import (
    ANA,
    BO,
    COY,
    CY,
    DEE,
    LEA,
    a_crisis,
    at,
    cancelled,
    closed,
    kinds,
    notices,
    opening,
    refused,
    resolved,
    unchanged,
)  # fmt: skip


def given(
    role: str, person: str, deputy: str | None = None, *, by: str = LEA, private: bool = False
) -> Decision:
    return give_role(a_crisis(private=private), holding=RoleHolding(role, person, deputy), by=by, now=at(5))


def people(incident: Incident) -> list[tuple[str, str, str | None]]:
    return [(h.role, h.person, h.deputy) for h in incident.roles]


def test_a_vacant_role_is_filled_and_its_people_are_invited_and_told() -> None:
    decision = given("comms", BO, CY)
    incident = decision.incident
    assert (incident.holder("comms"), incident.deputy("comms")) == (BO, CY)
    assert incident.role_keys == a_crisis().role_keys
    assert {BO, CY} <= incident.members
    assert decision.entries == (RoleGiven(at(5), LEA, "comms", BO, CY),)
    assert decision.effects[0] == InvitePeople((BO, CY))
    assert kinds(decision.effects[1:4]) == ["ShowSummary", "ShowChecklist", "ShowAnnouncement"]
    assert notices(decision) == [(CY, "<@ULEA> made you deputy for Comms in <#C1>.")]
    assert decision.said == "<@UBO> is Comms, deputy <@UCY>."


def test_a_role_moves_to_another_person_and_the_deputy_stays() -> None:
    decision = given("lead", BO)
    assert people(decision.incident) == [("lead", BO, DEE), ("community", COY, None)]
    assert notices(decision) == []


def test_a_deputy_who_takes_the_role_is_deputy_no_more() -> None:
    decision = given("lead", DEE, by=DEE)
    assert people(decision.incident)[0] == ("lead", DEE, None)
    assert decision.said == "<@UDEE> is Lead."


def test_only_the_deputy_can_change() -> None:
    decision = given("lead", LEA, BO)
    assert decision.incident.deputy("lead") == BO
    assert [person for person, _ in notices(decision)] == [BO]


def test_the_same_again_changes_nothing_and_says_how_it_is() -> None:
    for decision in (given("lead", LEA, DEE), given("lead", LEA)):
        assert unchanged(decision, a_crisis())
        assert decision.said == "<@ULEA> is Lead, deputy <@UDEE>."


def test_who_takes_a_role_is_not_told_what_they_did() -> None:
    assert notices(given("comms", BO, by=BO)) == []


def test_who_is_in_the_channel_is_not_invited_again() -> None:
    assert not any(isinstance(e, InvitePeople) for e in given("comms", ANA).effects)


def test_a_role_the_playbook_does_not_name_can_be_given() -> None:
    incident = given("safety", BO).incident
    assert incident.role_keys == ("lead", "community", "comms", "legal", "safety")
    assert incident.holder("safety") == BO


def test_a_role_given_before_there_is_a_channel_names_the_crisis() -> None:
    decision = give_role(opening().incident, holding=RoleHolding("legal", BO, CY), by=LEA, now=at(0))
    assert notices(decision) == [(CY, "<@ULEA> made you deputy for Legal in crisis 7.")]


def test_the_deputy_is_another_person() -> None:
    assert refused(SamePersonTwice, lambda: given("comms", BO, BO)).startswith(
        "The deputy has to be another person"
    )
    refused(SamePersonTwice, lambda: checked_holding("comms", BO, BO))
    assert checked_holding("comms", BO, None) == RoleHolding("comms", BO)


def test_roles_change_while_a_crisis_runs_and_not_after() -> None:
    give = partial(give_role, holding=RoleHolding("comms", BO), by=LEA, now=at(99))
    assert give(resolved(a_crisis())).incident.holder("comms") == BO
    assert "`/crisis reopen`" in refused(CrisisOver, lambda: give(closed(a_crisis())))
    assert "`/crisis open`" in refused(CrisisCancelled, lambda: give(cancelled(a_crisis())))


def test_a_role_of_a_private_crisis_is_not_announced() -> None:
    assert ShowAnnouncement() not in given("comms", BO, private=True).effects


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_found_however_it_is_typed(role: str) -> None:
    assert {role_key(role), role_key(f" {role.upper()} "), role_key(f"@{role}")} == {role}


@pytest.mark.parametrize(("typed", "role"), ALIASES.items())
def test_other_words_for_a_role_are_understood(typed: str, role: str) -> None:
    assert role_key(typed) == role
    assert role in ROLES


def test_an_unknown_role_names_the_nearest_and_all_others() -> None:
    sentence = refused(UnknownRole, lambda: role_key("coms"))
    assert sentence.startswith("There is no role coms. Did you mean comms? The roles are: lead, comms, ")
    assert all(role in sentence for role in ROLES)


@pytest.mark.parametrize("typed", ["", "  ", "@"])
def test_no_role_at_all_is_named_so(typed: str) -> None:
    assert refused(UnknownRole, lambda: role_key(typed)).startswith(
        "There is no role without a name. The roles are:"
    )


def test_an_unknown_role_cannot_mention_anybody_or_fill_the_screen() -> None:
    assert "&lt;@ubo&gt;" in refused(UnknownRole, lambda: role_key("<@UBO>"))
    assert len(refused(UnknownRole, lambda: role_key("x" * 3000))) < 300
