"""The state of one crisis, as values. Times are aware datetimes in UTC; people and channels are Slack ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.severity import Ladder, Severity
from bot.domain.shifts import Shift

TITLE_MAX_CHARS = 140
"""Longest title: fits a Slack header (150) behind the crisis number."""
TEXT_MAX_CHARS = 3000
"""Longest text typed into one field: what a Slack input takes."""


class Status(StrEnum):
    """Where a crisis is in its life."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel as Slack answered it (it may have changed the name we asked for)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RoleHolding:
    """Who holds a role in this crisis, and who stands in."""

    role: str
    person: str
    deputy: str | None = None
    since: datetime | None = None
    """When this person was named in this crisis; None on the roster."""
    given_by: str = ""
    """Who named them; "" for the roster."""
    accepted_at: datetime | None = None
    """When they said, or showed, that they have it."""
    shift: Shift | None = None
    """Their hours, as the roster says."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A role that somebody was asked to take over."""

    role: str
    by: str
    to: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A ladder that runs: who was asked last, and when."""

    rung: str
    """"": nobody was asked yet, and somebody is at once."""
    at: datetime
    """When the last rung was asked, or "On it" was said: what comes next is counted from here."""
    taken_by: str | None = None
    """Who said "On it" and was not asked since whether they still are."""
    climbs: int = 0
    """How often the whole ladder was climbed without an answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the checklist."""

    key: str
    number: int
    title: str
    role: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    due_after: Mapping[Severity, timedelta] = field(default_factory=dict)
    """The playbook's due times; empty for a step people added, whose due time stays where it was put."""
    proof_asked: str | None = None
    guide: str | None = None
    state: StepState = StepState.OPEN
    finished_by: str | None = None
    finished_at: datetime | None = None
    proof: str | None = None
    skip_reason: str | None = None
    notes: tuple[Note, ...] = ()
    snoozed_until: datetime | None = None
    """The next ping waits until then; the due time itself stays."""
    snoozes: int = 0
    """How often it was put off by the one who has it now."""
    asking: Asking | None = None
    """The ladder that runs because the step is late; None: nobody was asked yet, or it ended."""
    version: int = 1
    """Grows with every change; buttons carry the version they were drawn for."""

    @property
    def is_open(self) -> bool:
        return self.state is StepState.OPEN

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at <= now


STEP = "step"
"""What most pings are about."""
LEGAL = "legal"
"""What those are about that ask for a legal clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to a ping."""

    what: str
    by: str
    """Person id; "" when it was settled without an answer."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a person will probably not see what they are asked."""

    person: str
    why: str
    """To follow "is": "in do-not-disturb"."""
    word: str = ""
    """What they say themselves, in their status. It is shown to whoever has to act, and kept out of the timeline."""
    until: datetime | None = None
    """When that ends; None: nobody knows."""


@dataclass(frozen=True, slots=True)
class Ping:
    """One question to somebody: about a step, or about what else is owed (`domain.clocks`)."""

    id: int
    of: str
    """The key of the step; otherwise which one of its kind: a role's key, the id of an action item."""
    person: str
    """Who is asked."""
    in_channel: bool
    """False: by direct message."""
    at: datetime
    rung: str = "owner"
    """Of the ladder; "still": whether they are still on it; "away": it was asked of others, who will not see it."""
    others: tuple[str, ...] = ()
    """Who else is asked by name."""
    proposes: Severity | None = None
    """The level that the message proposes, because too much was missed."""
    handed_by: str | None = None
    word: str = ""
    """What the person said who handed the step over."""
    answer: Answer | None = None
    missing: tuple[Absence, ...] = ()
    """Of "away": whom the step waits for, and after them who was told of it in vain."""
    about: str = STEP
    """A kind of clock, or a step."""
    text: str = ""
    """What is asked, as mrkdwn; "" for a step, which is drawn as it is."""
    due_at: datetime | None = None
    """When it was due; None: it was asked because of what somebody did."""
    catching_up: bool = False
    """It was due long before it was asked: the bot was away."""

    @property
    def step_key(self) -> str:
        """The step it is about; "" when it is about something else."""
        return self.of if self.about == STEP else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a clock asked so far."""

    occasion: datetime
    """What names it, mostly the moment of its first question; another one begins anew."""
    rungs: int
    """How many of its moments passed, asked or left out."""
    at: datetime
    """When it asked last."""
    put_off_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A reminder that waits for somebody's morning."""

    people: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class LegalClock:
    """A deadline set by a law, which a person confirmed to apply (`domain.legal`)."""

    number: int
    """Among those of its crisis, from 1 on."""
    kind: str
    """The key of what is known of it, or `other`."""
    name: str
    told: str
    """Who has to hear of it; "" when people named the clock themselves."""
    since: datetime
    """When the event was that it is counted from."""
    deadline: datetime
    holder: str | None
    """Who answers for it; None: whoever is Legal."""
    confirmed_by: str
    confirmed_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    reference: str = ""
    """What was filed."""
    not_applying: str = ""
    """Why it does not apply after all."""

    @property
    def runs(self) -> bool:
        return self.ended_by is None


@dataclass(frozen=True, slots=True)
class Update:
    """A status update, told to everybody."""

    number: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """A message that people put on the timeline with :pushpin:, and who still has the reaction on it."""

    ts: str
    by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A word that was said about something."""

    to: str
    """A person; "": the channel."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Work that outlives the crisis."""

    id: int
    text: str
    owner: str | None = None
    due_on: date | None = None
    done_by: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Retrospective:
    """What was learned, as written at the close."""

    summary: str
    went_well: str
    went_badly: str
    lessons: tuple[str, ...]
    actions: tuple[ActionItem, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the person who opened the crisis is looking: the command's answer or the form."""

    response_url: str | None = None
    view_id: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One crisis."""

    number: int
    title: str
    severity: Severity
    private: bool
    playbook_key: str
    playbook_title: str
    opened_by: str
    opened_at: datetime
    status: Status = Status.ACTIVE
    severity_since: datetime | None = None
    """When it changed last; None: it did not."""
    what_happened: str = ""
    link: str = ""
    channel: Channel | None = None
    channel_lost: str | None = None
    """Why the bot cannot write in the channel any more ("archived", "removed"); None: it can."""
    earlier_channels: tuple[Channel, ...] = ()
    roles: tuple[RoleHolding, ...] = ()
    role_keys: tuple[str, ...] = ()
    """The playbook's roles, in its order."""
    steps: tuple[Step, ...] = ()
    pings: tuple[Ping, ...] = ()
    updates: tuple[Update, ...] = ()
    pins: tuple[Pin, ...] = ()
    members: frozenset[str] = frozenset()
    ladder: Ladder = field(default_factory=Ladder)
    """How its pings climb, by its severity."""
    offers: tuple[Offer, ...] = ()
    """At most one for each role."""
    handover_after: timedelta | None = None
    """Somebody rested takes a role over after this; None: not by the clock."""
    update_every: timedelta | None = None
    next_update_due: datetime | None = None
    updates_from: datetime | None = None
    """What the next update is counted from: the last one, the opening or a reopening; None: it was promised for its time."""
    asked: Mapping[str, Asked] = field(default_factory=dict)
    """Clock (`about:of`) -> what it asked so far."""
    legal_clocks: tuple[LegalClock, ...] = ()
    """Every one that was confirmed, also those that ended."""
    held: Mapping[str, Held] = field(default_factory=dict)
    """Reminder -> whose morning it waits for."""
    acted: Mapping[str, datetime] = field(default_factory=dict)
    """Person -> when they did something here last."""
    resolved_at: datetime | None = None
    next_check_at: datetime | None = None
    """In monitoring: when the bot asks next whether all is quiet."""
    checks: int = 0
    found_quiet: Mapping[int, Answer] = field(default_factory=dict)
    """Number of a daily check -> who said that all was quiet."""
    review_due: datetime | None = None
    closed_at: datetime | None = None
    cancel_reason: str | None = None
    archive_at: datetime | None = None
    """When the bot archives the channel; None: not planned, or done."""
    archived_by_us: bool = False
    retrospective: Retrospective | None = None
    notices: int = 0
    """How many one-off messages were ordered so far: gives each its own name."""
    failures: frozenset[str] = frozenset()
    """What could not be done in Slack and was told to the lead already."""
    unreached: Mapping[str, Told] = field(default_factory=dict)
    """Name of a reminder that did not get through -> who was told of that."""
    opener_hears: ReplyTo | None = None
    heard: Mapping[str, datetime] = field(default_factory=dict)
    """Subject -> when the latest news of it happened (who is in the channel, its name …): older news is none."""
    version: int = 0
    """Grows with every commit (kept by the store)."""

    @property
    def is_over(self) -> bool:
        return self.status in (Status.CLOSED, Status.CANCELLED)

    @property
    def last_act(self) -> datetime:
        """When a person did something here last; the opening is the first."""
        return max(self.acted.values(), default=self.opened_at)

    @property
    def lead(self) -> str | None:
        return self.holder("lead")

    def holder(self, role: str | None) -> str | None:
        """Who holds a role; None: nobody."""
        return next((h.person for h in self.roles if h.role == role), None)

    def has_accepted(self, role: str) -> bool:
        """Whether its holder, if there is one, said or showed that they have it."""
        return all(h.accepted_at is not None or h.since is None for h in self.roles if h.role == role)

    def deputy(self, role: str | None) -> str | None:
        return next((h.deputy for h in self.roles if h.role == role), None)

    def step(self, key: str) -> Step | None:
        return next((s for s in self.steps if s.key == key), None)

    @property
    def finished_count(self) -> int:
        return sum(not s.is_open for s in self.steps)

    @property
    def progress(self) -> str:
        return f"{self.finished_count}/{len(self.steps)}"

    def overdue(self, now: datetime) -> tuple[Step, ...]:
        return tuple(s for s in self.steps if s.is_overdue(now))

    def responsible_for(self, step: Step) -> str | None:
        """Who answers for a step: its owner, else the holder of its role."""
        return step.owner or self.holder(step.role)

    def with_step(self, changed: Step) -> Incident:
        """The crisis with this step in place of its older self, its version grown by one."""
        newer = replace(changed, version=changed.version + 1)
        return replace(self, steps=tuple(newer if s.key == newer.key else s for s in self.steps))
