"""What follows from every decision alike: whoever acted is there, and what was settled by it says so."""

from __future__ import annotations

from datetime import datetime

from bot.domain.aftermath import followed_through
from bot.domain.channels import member_left
from bot.domain.checklist import claim_step
from bot.domain.decision import Decision
from bot.domain.effects import ShowPing, ShowSummary
from bot.domain.lifecycle import change_severity, post_update, reopen_crisis
from bot.domain.model import Incident, RoleHolding
from bot.domain.notes import add_note
from bot.domain.reminders import clock_questions, fire_due
from bot.domain.roles import give_role
from bot.domain.timeline import RoleAccepted
from tests.domain.a_crisis import (
    BO,
    CLIMBING,
    COY,
    CY,
    LEA,
    ROSTER,
    RULES,
    SEV4,
    a_crisis,
    at,
    closing,
    resolved,
    unchanged,
)


def waiting() -> Incident:
    """Everybody on the roster was asked at nine whether they are there; nobody answered."""
    return fired(a_crisis(accepted=False), 0)


def fired(incident: Incident, minute: float) -> Incident:
    return fire_due(incident, now=at(minute), kinds=(clock_questions,)).incident


def noted(incident: Incident, by: str, minute: float = 5) -> Decision:
    return followed_through(add_note(incident, text="All dry", by=by, now=at(minute)), now=at(minute))


def answers(incident: Incident) -> dict[str, str | None]:
    return {f"{p.about}:{p.of}": p.answer.what if p.answer else None for p in incident.pings}


def test_whoever_does_anything_has_accepted_their_roles() -> None:
    assert answers(waiting()) == {"role:lead": None, "role:community": None}
    decision = noted(waiting(), COY)
    assert decision.incident.has_accepted("community")
    assert not decision.incident.has_accepted("lead")
    assert answers(decision.incident) == {"role:lead": None, "role:community": "Is there"}
    ping = next(p for p in decision.incident.pings if p.of == "community")
    assert {ShowPing(ping.id, COY), ShowSummary()} <= set(decision.effects)


def test_acceptance_by_acting_needs_no_entry_of_its_own() -> None:
    assert not any(isinstance(entry, RoleAccepted) for entry in noted(waiting(), COY).entries)


def test_all_roles_of_one_person_are_accepted_at_once_and_nobody_elses() -> None:
    incident = give_role(waiting(), holding=RoleHolding("comms", COY), by=LEA, now=at(1)).incident
    after = noted(fired(incident, 1), COY).incident
    assert [(h.role, h.accepted_at) for h in after.roles] == [
        ("lead", None),
        ("comms", at(5)),
        ("community", at(5)),
    ]


def test_a_role_given_by_its_future_holder_to_somebody_else_is_not_accepted_by_that() -> None:
    decision = give_role(a_crisis(), holding=RoleHolding("comms", BO), by=COY, now=at(1))
    assert not followed_through(decision, now=at(1)).incident.has_accepted("comms")


def test_who_holds_nothing_accepts_nothing_and_breaks_the_silence() -> None:
    before = waiting()
    after = noted(before, CY).incident
    assert after.roles == before.roles
    assert (before.last_act, after.last_act) == (at(0), at(5))


def test_what_the_bot_or_slack_does_is_nobodys_act() -> None:
    for decision in (
        fire_due(a_crisis(accepted=False), now=at(15)),
        member_left(a_crisis(accepted=False), person=BO),
        Decision(a_crisis(accepted=False)),
    ):
        incident = followed_through(decision, now=at(15)).incident
        assert incident.acted == {}
        assert not incident.has_accepted("lead")


def test_a_decision_that_changes_nothing_still_changes_nothing() -> None:
    incident = waiting()
    assert unchanged(followed_through(Decision(incident), now=at(5)), incident)


def test_a_question_whose_matter_ended_waits_for_nobody() -> None:
    late = fired(a_crisis(), 120)
    assert answers(late)["update:"] is None
    decision = change_severity(late, to=SEV4, rule=RULES[SEV4], by=LEA, now=at(121))
    after = followed_through(decision, now=at(121))
    assert answers(after.incident)["update:"] == "The severity changed"
    assert "update:" not in after.incident.asked
    answer = after.incident.pings[0].answer
    assert answer is not None
    assert (answer.by, answer.at) == (LEA, at(121))
    shown = {effect.ping for effect in after.effects if isinstance(effect, ShowPing)}
    assert shown == {ping.id for ping in late.pings if ping.about == "update"}


def test_a_question_that_is_settled_says_what_settled_it() -> None:
    def settled(decision: Decision, about: str, when: datetime) -> set[str | None]:
        after = followed_through(decision, now=when).incident
        return {answer for key, answer in answers(after).items() if key.startswith(about)}

    watched = fired(resolved(a_crisis()), 60 + 8 * 1440)
    over = closing(watched, reason="The water is gone")
    assert settled(over, "review", at(90)) == {"The crisis was closed"}
    later = fired(over.incident, 90 + 40 * 1440)
    assert settled(reopen_crisis(later, by=LEA, now=at(90)), "action", at(90)) == {"The crisis was reopened"}
    silent = fired(a_crisis(), 300)
    assert settled(add_note(silent, text="Dry", by=BO, now=at(301)), "silence", at(301)) == {"Work goes on"}
    vacant = fired(a_crisis(roster={**ROSTER, "comms": RoleHolding("comms", BO)}, rules=CLIMBING), 10)
    given = give_role(vacant, holding=RoleHolding("legal", CY), by=LEA, now=at(11))
    assert settled(given, "vacant", at(11)) == {"The role was given"}


def test_a_question_that_has_its_own_answer_keeps_it() -> None:
    late = fired(a_crisis(), 120)
    posted = followed_through(post_update(late, text="All dry", by=BO, now=at(121)), now=at(121))
    assert answers(posted.incident)["update:"] == "Update posted"


def test_questions_about_steps_are_left_to_the_checklist() -> None:
    asked = fire_due(a_crisis(), now=at(15)).incident
    after = followed_through(claim_step(asked, step_key="reply", by=BO, now=at(16)), now=at(16)).incident
    assert after.pings == asked.pings


def test_what_was_asked_about_something_that_goes_on_is_remembered() -> None:
    asked = waiting()
    assert noted(asked, BO).incident.asked == asked.asked
