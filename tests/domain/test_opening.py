"""Opening a crisis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.effects import CreateChannel
from bot.domain.errors import TextMissing, TextTooLong
from bot.domain.model import ReplyTo, RoleHolding, Status
from bot.domain.opening import checked, open_crisis
from bot.domain.timeline import CrisisOpened, RoleGiven
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    COY,
    CY,
    DEE,
    LEA,
    NOW,
    PLAYBOOK,
    ROSTER,
    RULES,
    SEV1,
    SEV2,
    SEV4,
    at,
    draft,
    kinds,
    notices,
    opening,
    refused,
    the,
)  # fmt: skip


def test_a_crisis_opens_active_and_orders_its_channel() -> None:
    decision = opening(
        what_happened=" A pipe burst. ", link="https://x.example/1", reply_to=ReplyTo(view_id="V1")
    )
    incident = decision.incident
    assert (incident.number, incident.title, incident.status) == (7, "Water in the shop", Status.ACTIVE)
    assert (incident.what_happened, incident.link) == ("A pipe burst.", "https://x.example/1")
    assert (incident.playbook_key, incident.playbook_title) == ("flood", "Water in the shop")
    assert (incident.opened_by, incident.opened_at, incident.severity) == (ANA, NOW, SEV2)
    assert incident.channel is None
    assert incident.opener_hears == ReplyTo(view_id="V1")
    assert decision.effects == (CreateChannel(),)


def test_the_opening_and_every_role_stand_on_the_timeline() -> None:
    assert opening().entries == (
        CrisisOpened(NOW, ANA, "Water in the shop", SEV2, "Water in the shop"),
        RoleGiven(NOW, "", "lead", LEA, DEE),
        RoleGiven(NOW, "", "community", COY),
    )


def test_the_roster_fills_the_roles_the_playbook_names_and_no_other() -> None:
    incident = opening().incident
    assert [h.role for h in incident.roles] == ["lead", "community"]
    assert (incident.lead, incident.deputy("lead"), incident.holder("community")) == (LEA, DEE, COY)
    assert incident.holder("safety") is None
    assert incident.role_keys == ("lead", "community", "comms", "legal")


def test_the_opener_leads_when_the_roster_names_no_lead() -> None:
    incident = opening(roster={"comms": RoleHolding("comms", BO)}).incident
    assert [(h.role, h.person) for h in incident.roles] == [("lead", ANA), ("comms", BO)]


def test_the_lead_of_the_roster_leads_also_where_the_playbook_forgets_the_role() -> None:
    incident = opening(playbook=replace(PLAYBOOK, roles=("community",))).incident
    assert incident.lead == LEA
    assert incident.role_keys == ("lead", "community")


def test_opener_role_holders_and_deputies_are_members_and_nobody_else() -> None:
    assert opening().incident.members == {ANA, LEA, DEE, COY}
    assert CY not in opening(roster=ROSTER).incident.members


def test_every_step_has_its_number_and_the_due_time_of_the_severity() -> None:
    steps = opening().incident.steps
    assert [(s.number, s.key, s.role) for s in steps] == [
        (1, "pause", "community"), (2, "reply", "comms"), (3, "review", "legal"), (4, "brief", "lead"),
    ]  # fmt: skip
    assert [s.due_at for s in steps] == [at(15), at(30), at(40), None]
    assert all(s.is_open and s.owner is None for s in steps)
    assert the(opening().incident, "reply").proof_asked == "Link to the post"
    assert the(opening().incident, "review").guide == "Read it *aloud*."


def test_a_level_without_due_times_has_none() -> None:
    incident = opening(severity=SEV4).incident
    assert {s.due_at for s in incident.steps} == {None}
    assert (incident.update_every, incident.next_update_due) == (None, None)


def test_the_first_update_is_due_by_the_severity() -> None:
    assert opening().incident.next_update_due == at(120)
    assert opening(severity=SEV1).incident.next_update_due == at(30)


def test_a_title_is_one_line() -> None:
    assert checked(draft(title="  Water\n in  the shop ")).title == "Water in the shop"


@pytest.mark.parametrize("title", ["", "   ", "\n"])
def test_a_crisis_needs_a_title(title: str) -> None:
    assert refused(TextMissing, lambda: opening(title=title)) == (
        "The title is missing. Say in a few words what is happening."
    )


@pytest.mark.parametrize(
    ("field", "length", "what"),
    [("title", 141, "The title"), ("what_happened", 3001, "What happened"), ("link", 2001, "The link")],
)
def test_a_field_that_is_too_long_says_so_and_by_how_much(field: str, length: int, what: str) -> None:
    fits: dict[str, Any] = {field: "x" * (length - 1)}
    assert getattr(opening(**fits).incident, field) == fits[field]
    too_long: dict[str, Any] = {field: "x" * length}
    sentence = refused(TextTooLong, lambda: opening(**too_long))
    assert (
        sentence
        == f"{what} is {length:,} characters long; {length - 1:,} is the most. Please shorten it and send it again."
    )


def test_a_private_crisis_orders_nothing_but_its_channel() -> None:
    assert kinds(opening(private=True).effects) == ["CreateChannel"]
    assert opening(private=True).incident.private


def test_people_who_left_are_replaced_by_their_deputies_and_named_to_the_lead() -> None:
    roster = {
        "lead": RoleHolding("lead", LEA, DEE),
        "community": RoleHolding("community", COY, BO),
        "comms": RoleHolding("comms", CY),
        "legal": RoleHolding("legal", BO, DEE),
    }
    wanted = draft()
    decision = open_crisis(
        wanted, number=7, rule=RULES[wanted.severity], roster=roster, now=NOW, left={COY, CY, DEE}
    )
    held = [(h.role, h.person, h.deputy) for h in decision.incident.roles]
    assert held == [("lead", LEA, None), ("community", BO, None), ("legal", BO, None)]
    assert not {COY, CY, DEE} & decision.incident.members
    [(person, text)] = notices(decision)
    assert person == LEA
    assert text.startswith("The roster names people who have left Slack: Lead, Community, Comms and Legal.")
    assert "`/crisis roster lead @person`" in text


def test_where_nobody_left_nothing_is_said_of_it() -> None:
    assert notices(opening()) == []


def test_the_executive_of_the_roster_is_in_it_where_the_ladder_ends_with_them() -> None:
    roster = {"exec": RoleHolding("exec", CY)}
    assert opening(roster=roster, rules=CLIMBING).incident.holder("exec") == CY
    assert opening(roster=roster, rules=RULES).incident.holder("exec") is None
