"""One crisis as a record for people outside Slack: plain values, with every person named. No clock: a record of the same
crisis is the same tomorrow. Times are aware datetimes in UTC.

Left out is the bot's own bookkeeping: its messages, their versions, who saw which button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.durations import spoken
from bot.domain.model import Incident, LegalClock, Retrospective, Step, StepState
from bot.domain.playbook import ROLES
from bot.domain.timeline import CrisisReopened, Entry, Noted, SeverityChanged, StepAdded, as_read
from bot.domain.words import rounded

BOT = "crisis-bot"
"""How the bot itself is written."""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    """Slack's user id; "" for the bot."""
    name: str


@dataclass(frozen=True, slots=True)
class Role:
    key: str
    name: str
    person: Person | None
    """None: nobody held it."""
    deputy: Person | None


@dataclass(frozen=True, slots=True)
class StepNote:
    by: Person
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """One row of the checklist."""

    number: int
    key: str
    title: str
    role: str | None
    """The role's name, as people read it."""
    owner: Person | None
    state: str
    """open, done or skipped."""
    since: datetime
    """When it came onto the checklist."""
    due_at: datetime | None
    finished_by: Person | None
    finished_at: datetime | None
    timing: str
    """`on time`, `20 minutes late`; "" unless it was done and had a due time."""
    late: timedelta | None
    """Finished so long after it was due; less than zero: before. None as for `timing`."""
    proof_asked: str | None
    proof: str | None
    skip_reason: str | None
    guide: str | None
    notes: tuple[StepNote, ...]


@dataclass(frozen=True, slots=True)
class RecordedLegalClock:
    """A deadline set by a law, which a person confirmed to apply."""

    name: str
    since: datetime
    deadline: datetime
    holder: Person | None
    """Who answered for it; None: whoever was Legal."""
    confirmed_by: Person
    confirmed_at: datetime
    state: str
    """open, met (something was filed) or dropped (it did not apply)."""
    ended_by: Person | None
    ended_at: datetime | None
    reference: str | None
    reason: str | None
    """Why it did not apply."""


@dataclass(frozen=True, slots=True)
class RecordedUpdate:
    number: int
    by: Person
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SeverityStep:
    """A change of severity."""

    at: datetime
    by: Person
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline as people read it."""

    at: datetime
    kind: str
    by: Person
    text: str
    link: str
    """To the message it comes from; "" for most."""


@dataclass(frozen=True, slots=True)
class RecordedAction:
    """Work that outlives the crisis."""

    id: int
    text: str
    owner: Person | None
    due_on: date | None
    done_by: Person | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was written at the close."""

    by: Person
    at: datetime
    summary: str
    went_well: str
    went_badly: str
    lessons: tuple[str, ...]
    actions: tuple[RecordedAction, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One crisis, told whole."""

    number: int
    title: str
    severity: str
    status: str
    """active, resolved, closed or cancelled."""
    private: bool
    playbook_key: str
    playbook: str
    opened_by: Person
    opened_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    """Also when it was cancelled."""
    duration: timedelta | None
    """From the opening until it was resolved (cancelled, if it never was); None while it is active."""
    what_happened: str
    link: str
    cancel_reason: str | None
    channel: str | None
    earlier_channels: tuple[str, ...]
    update_every: timedelta | None
    next_update_due: datetime | None
    review_due: datetime | None
    roles: tuple[Role, ...]
    steps: tuple[RecordedStep, ...]
    legal_clocks: tuple[RecordedLegalClock, ...]
    updates: tuple[RecordedUpdate, ...]
    severity_changes: tuple[SeverityStep, ...]
    reopened_at: tuple[datetime, ...]
    retrospective: Learned | None
    timeline: tuple[Line, ...]
    """By the time things happened, without notes that were taken off."""
    entries: tuple[Entry, ...]
    """The same as values, for programs; people by id."""


def record(incident: Incident, timeline: Sequence[Entry], names: Callable[[str], str]) -> Record:
    """The crisis with its timeline (as the store gives it), people as `names` writes a user id: an unknown one keeps its id."""

    def name(person: str) -> str:
        return (names(person) or person) if person else BOT

    def who(person: str) -> Person:
        return Person(person, name(person))

    ended = incident.resolved_at or incident.closed_at
    added = {entry.step_key: entry.at for entry in timeline if isinstance(entry, StepAdded)}
    read = as_read(timeline)
    learned = incident.retrospective
    return Record(
        number=incident.number,
        title=incident.title,
        severity=incident.severity.label,
        status=incident.status.value,
        private=incident.private,
        playbook_key=incident.playbook_key,
        playbook=incident.playbook_title,
        opened_by=who(incident.opened_by),
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        closed_at=incident.closed_at,
        duration=ended - incident.opened_at if ended else None,
        what_happened=incident.what_happened,
        link=incident.link,
        cancel_reason=incident.cancel_reason,
        channel=incident.channel.name if incident.channel else None,
        earlier_channels=tuple(channel.name for channel in incident.earlier_channels),
        update_every=incident.update_every,
        next_update_due=incident.next_update_due,
        review_due=incident.review_due,
        roles=_roles(incident, who),
        steps=tuple(_step(s, added.get(s.key, incident.opened_at), who) for s in incident.steps),
        legal_clocks=tuple(_legal_clock(clock, who) for clock in incident.legal_clocks),
        updates=tuple(RecordedUpdate(u.number, who(u.by), u.at, u.text) for u in incident.updates),
        severity_changes=tuple(
            SeverityStep(e.at, who(e.by), e.old.label, e.new.label, e.reason)
            for e in read
            if isinstance(e, SeverityChanged)
        ),
        reopened_at=tuple(e.at for e in read if isinstance(e, CrisisReopened)),
        retrospective=_learned(learned, who) if learned else None,
        timeline=tuple(
            Line(e.at, type(e).__name__, who(e.by), e.told(name), e.link if isinstance(e, Noted) else "")
            for e in read
        ),
        entries=tuple(read),
    )


Who = Callable[[str], Person]


def role_name(key: str) -> str:
    """The word people read for a role."""
    return ROLES.get(key, key.capitalize())


def _roles(incident: Incident, who: Who) -> tuple[Role, ...]:
    """Every role of the crisis, vacant ones too."""
    found = []
    for key in dict.fromkeys((*incident.role_keys, *(holding.role for holding in incident.roles))):
        person, deputy = incident.holder(key), incident.deputy(key)
        found.append(Role(key, role_name(key), _maybe(person, who), _maybe(deputy, who)))
    return tuple(found)


def _step(step: Step, since: datetime, who: Who) -> RecordedStep:
    late = None
    if step.state is StepState.DONE and step.due_at and step.finished_at:
        late = step.finished_at - step.due_at
    return RecordedStep(
        number=step.number,
        key=step.key,
        title=step.title,
        role=role_name(step.role) if step.role else None,
        owner=_maybe(step.owner, who),
        state=step.state.value,
        since=since,
        due_at=step.due_at,
        finished_by=_maybe(step.finished_by, who),
        finished_at=step.finished_at,
        timing="" if late is None else timing(late),
        late=late,
        proof_asked=step.proof_asked,
        proof=step.proof,
        skip_reason=step.skip_reason,
        guide=step.guide,
        notes=tuple(StepNote(who(note.by), note.at, note.text) for note in step.notes),
    )


def _legal_clock(clock: LegalClock, who: Who) -> RecordedLegalClock:
    return RecordedLegalClock(
        name=clock.name,
        since=clock.since,
        deadline=clock.deadline,
        holder=_maybe(clock.holder, who),
        confirmed_by=who(clock.confirmed_by),
        confirmed_at=clock.confirmed_at,
        state="open" if clock.runs else "dropped" if clock.not_applying else "met",
        ended_by=_maybe(clock.ended_by, who),
        ended_at=clock.ended_at,
        reference=clock.reference or None,
        reason=clock.not_applying or None,
    )


def timing(late: timedelta) -> str:
    """`on time`, `20 minutes late`."""
    if late <= timedelta(0):
        return "on time"
    return "less than a minute late" if late < timedelta(minutes=1) else f"{spoken(rounded(late))} late"


def _learned(learned: Retrospective, who: Who) -> Learned:
    return Learned(
        by=who(learned.by),
        at=learned.at,
        summary=learned.summary,
        went_well=learned.went_well,
        went_badly=learned.went_badly,
        lessons=learned.lessons,
        actions=tuple(
            RecordedAction(a.id, a.text, _maybe(a.owner, who), a.due_on, _maybe(a.done_by, who), a.done_at)
            for a in learned.actions
        ),
    )


def _maybe(person: str | None, who: Who) -> Person | None:
    return None if person is None else who(person)
