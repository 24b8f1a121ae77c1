"""Refusals: what a person asked was understood, and is not possible now.

Each class names a situation; its sentence says what is the case and what to do instead. Sentences are Slack mrkdwn:
people are written with `mention`, and whatever a person typed goes through `safe` before it gets in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class Refusal(Exception):
    """Understood, not allowed. `str(refusal)` is the sentence the person reads."""

    sentence: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.sentence.format(**facts))
        self.facts = facts
        self.field = ""
        """The form's field that is wrong; "" when it is none or the only one."""


@contextmanager
def in_field(name: str) -> Iterator[None]:
    """A refusal inside is about this field of the form."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = name
        raise


class StepTaken(Refusal):
    sentence = "{owner} already took step {number}. If you two swap, use ⋯ and Assign…."


class StepFinished(Refusal):
    sentence = "Step {number} is already {state} by {by}. If that was too early, use Reopen on the checklist."


class StepOpen(Refusal):
    sentence = "Step {number} is open already, there is nothing to reopen."


class StepChanged(Refusal):
    sentence = "Step {number} changed since you saw it. Please look at the checklist again."


class UnknownStep(Refusal):
    sentence = (
        "There is no such step in this crisis any more. The checklist in the channel shows the current ones."
    )


class ProofMissing(Refusal):
    sentence = "Step {number} asks for proof before it is done: {asked}."


class TextMissing(Refusal):
    sentence = "{what} is missing. {right}"


class TextTooLong(Refusal):
    sentence = (
        "{what} is {length:,} characters long; {limit:,} is the most. Please shorten it and send it again."
    )


class ChecklistFull(Refusal):
    sentence = (
        "A checklist holds {limit} steps at most, and this one is full. Put it as a note on a step that fits."
    )


class CrisisOver(Refusal):
    sentence = "Crisis {number} is {status}. `/crisis reopen` takes it up again."


class CrisisCancelled(CrisisOver):
    sentence = "Crisis {number} was cancelled. Open a new one with `/crisis open`."


class NotResolved(Refusal):
    """The close that lacks a resolve; the handler adds the button that fixes it."""

    sentence = "Crisis {number} is still active. Resolve it first; then it can be closed."


class AlreadySo(Refusal):
    sentence = "{fact} Nothing was changed."


class OnlyTheLeadLowers(Refusal):
    sentence = "Only the lead may lower the severity of a crisis. Ask {lead}, or take over with `/crisis role lead @you`."


class RoleVacant(Refusal):
    sentence = (
        "Nobody is {role} here, so there is nothing to hand over. Give it with `/crisis role {key} @person`."
    )


class NotOffered(Refusal):
    sentence = (
        "{role} is offered to {whom} at the moment, so you cannot answer for it. "
        "`/crisis role {key} @you` takes it over at once."
    )


class NotActive(Refusal):
    sentence = (
        "Crisis {number} is not active, so nobody has to take over. `/crisis reopen` takes it up again."
    )


class UnknownRole(Refusal):
    sentence = "There is no role {typed}.{nearest} The roles are: {valid}."


class UnknownHours(Refusal):
    sentence = "I cannot read the hours “{typed}”. Write them like 9-17 or 22:00-06:00, behind the people."


class SamePersonTwice(Refusal):
    sentence = "The deputy has to be another person than the one who holds the role."


class PersonUnavailable(Refusal):
    sentence = "{person} cannot be asked: {why}. Choose somebody else."


class SeverityMissing(Refusal):
    sentence = (
        "{typed} is not a severity. Write one of 1, 2, 3, 4 (1 is the gravest), for instance `{example}`."
    )


class PingAnswered(Refusal):
    sentence = "{by} already answered this: {what}."


class NoDeputy(Refusal):
    sentence = "Nobody is deputy for this step any more. Use Hand over… and choose somebody."


class SnoozedEnough(Refusal):
    sentence = (
        "Step {number} was put off {times} times, and at {severity} that is enough. "
        "Finish it, say “On it”, or hand it over to somebody who has the time."
    )


class SnoozedTooLong(Refusal):
    sentence = (
        "At {severity} a step waits for {longest} at most. Write `{example}` or less, "
        "or hand step {number} over to somebody who has the time."
    )


class TimeInThePast(Refusal):
    sentence = "{what} has to be in the future. Write for instance `in 30m` or `in 2h`."


class NotYetBegun(Refusal):
    sentence = "A legal clock begins with something that has happened. Write when, for instance `now` or `yesterday 18:00`."


class LongOver(Refusal):
    sentence = "That deadline was over {deadline}, more than a year ago. Please check when the clock began."


class NoLessons(Refusal):
    sentence = "A crisis closes with a summary and at least one lesson. Missing: {missing}."


class NotAMember(Refusal):
    sentence = "This is a private crisis, and you are not in it. Ask its lead to invite you."


class UnknownPerson(Refusal):
    sentence = (
        "I do not know {typed}. Type @ and pick the person from the list that Slack offers; "
        "write a name without @ if it is nobody in this workspace."
    )


class SeveralPeople(Refusal):
    sentence = "{typed} could be {people}. Type @ and pick the right one from the list that Slack offers."


class UnknownPlaybook(Refusal):
    sentence = (
        "There is no playbook {typed}. Did you mean {nearest}? Then send: `/crisis open {corrected}`. "
        "`/crisis playbooks` shows all of them."
    )


class UnknownDuration(Refusal):
    sentence = "I cannot read the time “{typed}”. {right}"


class GuestsMayNot(Refusal):
    sentence = "{what} is for members of the workspace. Ask the person who invited you."


class WrongPlace(Refusal):
    sentence = "`/crisis {word}` works inside a crisis channel. {where}"


class NoCrisisHere(Refusal):
    sentence = "There is no crisis here any more. `/crisis list` shows those in progress."


class UnknownCrisis(Refusal):
    sentence = "There is no crisis “{typed}” that I can show you. Write its number; `/crisis list` shows those in progress."


class TooManyPeople(Refusal):
    sentence = "A role has one holder and one deputy. Write `/crisis {word} {key} @person @deputy`."
