"""What happened in a crisis: timeline entries, appended and never changed.

Every entry says who and when, and tells itself in one sentence. `name` turns a person's id into what the reader should see:
a mention in Slack, a plain name in an export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from bot.domain.durations import spoken
from bot.domain.playbook import role_word
from bot.domain.severity import Severity
from bot.domain.words import listed, rounded

Name = Callable[[str], str]
"""Person id -> how to write this person."""


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    by: str
    """Person id; "" for the bot itself."""

    def told(self, name: Name) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CrisisOpened(_Entry):
    title: str
    severity: Severity
    playbook: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} opened the crisis “{self.title}” at {self.severity.label}, playbook {self.playbook}"


@dataclass(frozen=True, slots=True)
class ChannelOpened(_Entry):
    channel_name: str

    def told(self, name: Name) -> str:
        return f"Channel #{self.channel_name} was created"


@dataclass(frozen=True, slots=True)
class ChannelLost(_Entry):
    why: str

    def told(self, name: Name) -> str:
        return f"The channel was lost: {self.why}"


@dataclass(frozen=True, slots=True)
class ChannelBack(_Entry):
    def told(self, name: Name) -> str:
        return "The channel is usable again"


@dataclass(frozen=True, slots=True)
class ChannelArchived(_Entry):
    def told(self, name: Name) -> str:
        return "The channel was archived as planned"


@dataclass(frozen=True, slots=True)
class RoleGiven(_Entry):
    role: str
    person: str
    deputy: str | None = None

    def told(self, name: Name) -> str:
        deputy = f", deputy {name(self.deputy)}" if self.deputy else ""
        return f"{name(self.by)} made {name(self.person)} {role_word(self.role)}{deputy}"


@dataclass(frozen=True, slots=True)
class SeverityChanged(_Entry):
    old: Severity
    new: Severity
    reason: str = ""

    def told(self, name: Name) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"{name(self.by)} changed the severity from {self.old.label} to {self.new.label}{why}"


@dataclass(frozen=True, slots=True)
class _StepEntry(_Entry):
    step_key: str
    step: str
    """Number and title, as they were."""


@dataclass(frozen=True, slots=True)
class StepAdded(_StepEntry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} added step {self.step}"


@dataclass(frozen=True, slots=True)
class StepClaimed(_StepEntry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} took step {self.step}"


@dataclass(frozen=True, slots=True)
class StepAssigned(_StepEntry):
    person: str
    word: str = ""

    def told(self, name: Name) -> str:
        word = f": {self.word}" if self.word else ""
        return f"{name(self.by)} gave step {self.step} to {name(self.person)}{word}"


@dataclass(frozen=True, slots=True)
class StepDone(_StepEntry):
    proof: str = ""

    def told(self, name: Name) -> str:
        proof = f" ({self.proof})" if self.proof else ""
        return f"{name(self.by)} finished step {self.step}{proof}"


@dataclass(frozen=True, slots=True)
class StepSkipped(_StepEntry):
    reason: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} skipped step {self.step}: {self.reason}"


@dataclass(frozen=True, slots=True)
class StepReopened(_StepEntry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} reopened step {self.step}"


@dataclass(frozen=True, slots=True)
class StepSnoozed(_StepEntry):
    span: timedelta

    def told(self, name: Name) -> str:
        return f"{name(self.by)} snoozed step {self.step} for {spoken(self.span)}"


@dataclass(frozen=True, slots=True)
class StepNoted(_StepEntry):
    text: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} noted on step {self.step}: {self.text}"


@dataclass(frozen=True, slots=True)
class OwnerPinged(_StepEntry):
    person: str

    def told(self, name: Name) -> str:
        return f"{name(self.person)} was reminded of step {self.step}"


@dataclass(frozen=True, slots=True)
class PingClimbed(_StepEntry):
    rung: str
    people: tuple[str, ...]

    def told(self, name: Name) -> str:
        asked = "were" if len(self.people) > 1 else "was"
        return f"Nobody answered for step {self.step}: {listed(name(person) for person in self.people)} {asked} asked"


@dataclass(frozen=True, slots=True)
class StillOnItAsked(_StepEntry):
    person: str

    def told(self, name: Name) -> str:
        return f"{name(self.person)} was asked whether they are still on step {self.step}"


@dataclass(frozen=True, slots=True)
class PersonUnreachable(_StepEntry):
    """Somebody was asked who will probably not see it."""

    person: str
    why: str
    heard: str | None = None
    """Who was told of it; None: the channel."""

    def told(self, name: Name) -> str:
        heard = name(self.heard) if self.heard else "the channel"
        return f"{name(self.person)} was {self.why} when step {self.step} was late; {heard} was told"


@dataclass(frozen=True, slots=True)
class ReminderUnseen(_Entry):
    """Somebody was reminded of something else than a step who will probably not see it."""

    person: str
    why: str
    of: str
    """What they owe, as a noun."""
    heard: str

    def told(self, name: Name) -> str:
        return f"{name(self.person)} was {self.why} when reminded of {self.of}; {name(self.heard)} was told"


@dataclass(frozen=True, slots=True)
class PersonLeft(_Entry):
    """Their account was found to be closed."""

    person: str

    def told(self, name: Name) -> str:
        return f"{name(self.person)} has left Slack; what was theirs passed on"


@dataclass(frozen=True, slots=True)
class PingTaken(_StepEntry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} is on step {self.step}"


@dataclass(frozen=True, slots=True)
class Reminded(_Entry):
    people: tuple[str, ...]
    of: str
    """What they owe, as a noun."""

    def told(self, name: Name) -> str:
        were = "were" if len(self.people) > 1 else "was"
        return f"{listed(name(person) for person in self.people)} {were} reminded of {self.of}"


@dataclass(frozen=True, slots=True)
class ReminderHeld(_Entry):
    people: tuple[str, ...]
    until: datetime
    of: str

    def told(self, name: Name) -> str:
        names = listed(name(person) for person in self.people)
        return f"It is night for {names}: the reminder of {self.of} waits until {self.until:%H:%M} UTC"


@dataclass(frozen=True, slots=True)
class PutOff(_Entry):
    span: timedelta
    of: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} put off the reminder of {self.of} for {spoken(self.span)}"


@dataclass(frozen=True, slots=True)
class UpdatePromised(_Entry):
    span: timedelta

    def told(self, name: Name) -> str:
        return f"{name(self.by)} promised the next update in {spoken(self.span)}"


@dataclass(frozen=True, slots=True)
class RoleAccepted(_Entry):
    role: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} is there as {role_word(self.role)}"


@dataclass(frozen=True, slots=True)
class HandoverOffered(_Entry):
    role: str
    person: str
    note: str

    def told(self, name: Name) -> str:
        return (
            f"{name(self.by)} asked {name(self.person)} to take over as {role_word(self.role)}: {self.note}"
        )


@dataclass(frozen=True, slots=True)
class HandoverDeclined(_Entry):
    role: str
    reason: str = ""

    def told(self, name: Name) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"{name(self.by)} cannot take over as {role_word(self.role)}{why}"


@dataclass(frozen=True, slots=True)
class RoleHandedOver(_Entry):
    role: str
    before: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} took over from {name(self.before)} as {role_word(self.role)}"


@dataclass(frozen=True, slots=True)
class SaidToGoOn(_Entry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} said that the crisis goes on"


@dataclass(frozen=True, slots=True)
class SaidQuiet(_Entry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} said that all is quiet"


@dataclass(frozen=True, slots=True)
class LegalClockStarted(_Entry):
    name: str
    since: datetime
    deadline: datetime
    holder: str | None

    def told(self, name: Name) -> str:
        whose = f"; {name(self.holder)} answers for it" if self.holder else ""
        return (
            f"{name(self.by)} confirmed that a legal clock applies: {self.name}, counted from {_moment(self.since)}, "
            f"deadline {_moment(self.deadline)}{whose}"
        )


@dataclass(frozen=True, slots=True)
class LegalClockMet(_Entry):
    name: str
    reference: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} filed what the legal clock asks for, {self.name}: {self.reference}"


@dataclass(frozen=True, slots=True)
class LegalClockDropped(_Entry):
    name: str
    reason: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} said that a legal clock does not apply, {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Noted(_Entry):
    """A note by command, or a message put on the timeline; then `at` is the message's own time."""

    text: str
    author: str | None = None
    link: str = ""
    message_ts: str | None = None

    def told(self, name: Name) -> str:
        return f"{name(self.author or self.by)}: {self.text}"


@dataclass(frozen=True, slots=True)
class NoteWithdrawn(_Entry):
    """The pin was taken off: readers no longer see the note of this message."""

    message_ts: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} took a message off the timeline"


@dataclass(frozen=True, slots=True)
class UpdatePosted(_Entry):
    text: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} posted an update: {self.text}"


@dataclass(frozen=True, slots=True)
class CrisisResolved(_Entry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} resolved the crisis; it is being watched"


@dataclass(frozen=True, slots=True)
class CrisisReopened(_Entry):
    def told(self, name: Name) -> str:
        return f"{name(self.by)} reopened the crisis"


@dataclass(frozen=True, slots=True)
class CrisisClosed(_Entry):
    lessons: int
    actions: int

    def told(self, name: Name) -> str:
        lessons = f"{self.lessons} lesson{'' if self.lessons == 1 else 's'}"
        actions = f"{self.actions} action item{'' if self.actions == 1 else 's'}"
        return f"{name(self.by)} closed the crisis with {lessons} and {actions}"


@dataclass(frozen=True, slots=True)
class CrisisCancelled(_Entry):
    reason: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} cancelled the crisis: {self.reason}"


@dataclass(frozen=True, slots=True)
class ActionDone(_Entry):
    text: str

    def told(self, name: Name) -> str:
        return f"{name(self.by)} finished the action item “{self.text}”"


@dataclass(frozen=True, slots=True)
class SlackRefused(_Entry):
    """Something was ordered and Slack would not do it."""

    what: str
    why: str

    def told(self, name: Name) -> str:
        return f"Could not {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class ReminderLate(_Entry):
    """Reminders did not get through, and somebody who could be reached was told. "" is the channel."""

    people: tuple[str, ...]
    waited: timedelta
    told_to: str

    def told(self, name: Name) -> str:
        people = listed(_reader(person, name) for person in self.people)
        told = f"{_reader(self.told_to, name)} was told"
        return f"Reminders for {people} did not get through for {spoken(rounded(self.waited))}; {told}"


def _reader(person: str, name: Name) -> str:
    return name(person) if person else "the channel"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


Entry = (
    CrisisOpened
    | ChannelOpened
    | ChannelLost
    | ChannelBack
    | ChannelArchived
    | RoleGiven
    | SeverityChanged
    | StepAdded
    | StepClaimed
    | StepAssigned
    | StepDone
    | StepSkipped
    | StepReopened
    | StepSnoozed
    | StepNoted
    | OwnerPinged
    | PingClimbed
    | StillOnItAsked
    | PersonUnreachable
    | PersonLeft
    | ReminderUnseen
    | PingTaken
    | Reminded
    | ReminderHeld
    | PutOff
    | UpdatePromised
    | RoleAccepted
    | HandoverOffered
    | HandoverDeclined
    | RoleHandedOver
    | SaidToGoOn
    | SaidQuiet
    | LegalClockStarted
    | LegalClockMet
    | LegalClockDropped
    | Noted
    | NoteWithdrawn
    | UpdatePosted
    | CrisisResolved
    | CrisisReopened
    | CrisisClosed
    | CrisisCancelled
    | ActionDone
    | SlackRefused
    | ReminderLate
)

ENTRY_KINDS: dict[str, type[Entry]] = {kind.__name__: kind for kind in get_args(Entry)}
"""Stored name -> class. A name in here is in people's databases: never rename one."""


def as_read(entries: Iterable[Entry]) -> list[Entry]:
    """The timeline as people read it: by the time things happened, without notes whose pin was taken off."""
    every = list(entries)
    withdrawn: set[str] = set()
    kept: list[Entry] = []
    for entry in reversed(every):
        match entry:
            case NoteWithdrawn():
                withdrawn.add(entry.message_ts)
            case Noted() if entry.message_ts is not None and entry.message_ts in withdrawn:
                withdrawn.discard(entry.message_ts)
            case _:
                kept.append(entry)
    kept.reverse()  # of the same moment, what was written first stays first
    return sorted(kept, key=lambda e: e.at)
