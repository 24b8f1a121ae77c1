"""Legal clocks: deadlines that a law sets and that run from an event, not from the opening of the crisis.

A person confirms that one applies; nothing here says that one does. What is known of each is what its source says; who has
to keep it asks a lawyer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from bot.domain import errors
from bot.domain.checklist import answer_pings, still_runs
from bot.domain.decision import Decision
from bot.domain.durations import format_duration
from bot.domain.effects import Effect, InvitePeople, ShowSummary
from bot.domain.model import LEGAL, Incident, LegalClock, Status
from bot.domain.timeline import LegalClockDropped, LegalClockMet, LegalClockStarted
from bot.domain.typed import required
from bot.domain.words import in_channel, mention, on_day, one_line, safe

NAME_MAX_CHARS = 100
LONG_OVER = timedelta(days=365)
"""A deadline that was over so long ago was mistyped (our default)."""
NOT_ADVICE = "A lawyer decides whether a clock applies to you, and when it began. I only count; this is not legal advice."


@dataclass(frozen=True, slots=True)
class Law:
    """A deadline that a law sets."""

    key: str
    name: str
    """What has to be done, as people read it."""
    told: str
    """Who has to hear of it; "" for one that people named themselves."""
    event: str
    """What it is counted from."""
    length: str
    source: str
    ends: Callable[[datetime, tzinfo], datetime]
    """From the event, and the zone in which days are counted, to the deadline."""


def after_hours(hours: float) -> Callable[[datetime, tzinfo], datetime]:
    """Hours are absolute: no change of the clocks matters."""
    return lambda since, _zone: since + timedelta(hours=hours)


def after_business_days(days: int) -> Callable[[datetime, tzinfo], datetime]:
    """The same time of day so many days later; Saturdays and Sundays do not count, holidays do: they are not known here."""

    def ends(since: datetime, zone: tzinfo) -> datetime:
        local, left = since.astimezone(zone), days
        while left:
            local += timedelta(days=1)  # on the wall: the time of day stays
            left -= local.weekday() < 5
        return local.astimezone(UTC)

    return ends


def after_a_month(since: datetime, zone: tzinfo) -> datetime:
    """The same day and time of the next month; its last day where it is too short."""
    local = since.astimezone(zone)
    first = (local.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(local.day, last.day)).astimezone(UTC)


AWARE = "when somebody of you became aware of the significant incident"
CSIRT = "the CSIRT or the authority that your country names"
NIS2 = "NIS2 art. 23 (EU), as your country made it law"
LAWS = {
    law.key: law
    for law in (
        Law(
            "gdpr",
            "Notice to the data authority (data breach)",
            "the data protection authority, in parts if not everything is known",
            "when you became aware of the breach of personal data",
            "72 h",
            "GDPR art. 33",
            after_hours(72),
        ),
        Law(
            "sec",
            "Form 8-K, item 1.05 (material cyber incident)",
            "the SEC, by Form 8-K",
            "when the company decided that the incident is material, not when it happened",
            "4 business days",
            "SEC Form 8-K, item 1.05 (companies listed in the US)",
            after_business_days(4),
        ),
        Law(
            "nis2-warning",
            "NIS2 early warning",
            CSIRT,
            AWARE,
            "24 h",
            NIS2,
            after_hours(24),
        ),
        Law(
            "nis2-notice",
            "NIS2 incident notification",
            CSIRT,
            AWARE,
            "72 h",
            NIS2,
            after_hours(72),
        ),
        Law(
            "nis2-report",
            "NIS2 final report",
            CSIRT,
            "when the incident notification was sent",
            "1 month",
            NIS2,
            after_a_month,
        ),
        Law(
            "cpsc",
            "Report to the CPSC (product hazard)",
            "the Consumer Product Safety Commission",
            "when you had the information that supports a hazard that must be reported",
            "24 h",
            "16 CFR 1115.14 (US)",
            after_hours(24),
        ),
    )
}
"""Key -> what is known of it. A key in here is in people's databases: never rename one."""
OTHER = "other"
"""The kind of a clock that people named themselves."""


def another(name: str, length: timedelta) -> Law:
    """A clock of one's own. Raises `TextMissing`, `TextTooLong`, `TimeInThePast`."""
    name = required(
        one_line(name),
        "The name of the clock",
        "Say what is due, such as “Notice to our insurer”.",
        limit=NAME_MAX_CHARS,
    )
    if length <= timedelta(0):
        raise errors.TimeInThePast(what="The deadline")
    ends = after_hours(length / timedelta(hours=1))
    return Law(OTHER, name, "", "when it began", format_duration(length), "", ends)


def start_legal_clock(
    incident: Incident,
    *,
    kind: Law,
    since: datetime,
    holder: str | None,
    by: str,
    now: datetime,
    zone: tzinfo = UTC,
) -> Decision:
    """The clock runs, because this person confirmed that it applies; days are counted where they are (`zone`).

    Whoever answers for it is told, and in the channel. Raises `CrisisOver`, `NotYetBegun`, `LongOver`,
    `AlreadySo` when the same one runs already.
    """
    still_runs(incident)
    if since > now:
        raise errors.NotYetBegun()
    deadline = kind.ends(since, zone)
    if now - deadline > LONG_OVER:
        raise errors.LongOver(deadline=on_day(deadline))
    same = (c for c in incident.legal_clocks if c.runs and (c.kind, c.name) == (kind.key, kind.name))
    for running in same:
        raise errors.AlreadySo(
            fact=f"“{safe(running.name)}” runs already; its deadline is {on_day(running.deadline)}."
        )
    clock = LegalClock(
        len(incident.legal_clocks) + 1, kind.key, kind.name, kind.told, since, deadline, holder, by, now
    )
    entry = LegalClockStarted(now, by, clock.name, since, deadline, holder)
    changed = replace(incident, legal_clocks=(*incident.legal_clocks, clock))
    effects: tuple[Effect, ...] = (ShowSummary(),)
    if holder and holder not in incident.members:
        changed = replace(changed, members=incident.members | {holder})
        effects = (InvitePeople((holder,)), *effects)
    return _told(Decision(changed, (entry,), effects), clock)


def _told(decision: Decision, clock: LegalClock) -> Decision:
    facts = f"*{safe(clock.name)}*, deadline {on_day(clock.deadline)}, counted from {on_day(clock.since)}"
    answers = f" {mention(clock.holder)} answers for it." if clock.holder else ""
    text = f"{mention(clock.confirmed_by)} confirmed that a legal clock applies: {facts}.{answers}"
    decision = decision.noticing(text)
    if clock.holder in (None, clock.confirmed_by):
        return decision
    channel = decision.incident.channel
    where = in_channel(channel.id) if channel else f"crisis {decision.incident.number}"
    text = f"You answer for a legal clock in {where}: {facts}. I ask you in time; `/crisis legal` there shows it."
    return decision.noticing(text, person=clock.holder)


def finish_legal_clock(
    incident: Incident, *, number: int, reference: str, by: str, now: datetime
) -> Decision:
    """What the law asks for was filed, with a reference; also after the crisis was closed.

    Raises `TextMissing`, `TextTooLong`, `AlreadySo`, `CrisisCancelled`.
    """
    clock = running_legal_clock(incident, number)
    right = "Write the reference number, or what was filed with whom."
    reference = required(reference, "The reference", right)
    entry = LegalClockMet(now, by, clock.name, reference)
    ended = replace(clock, ended_by=by, ended_at=now, reference=reference)
    text = f"{mention(by)} filed what the legal clock *{safe(clock.name)}* asks for: {safe(reference)}"
    return _ended(incident, ended, entry, "Filed").noticing(text)


def drop_legal_clock(incident: Incident, *, number: int, reason: str, by: str, now: datetime) -> Decision:
    """The clock does not apply after all: nobody is asked for it any more.

    Raises `TextMissing`, `TextTooLong`, `AlreadySo`, `CrisisCancelled`.
    """
    clock = running_legal_clock(incident, number)
    reason = required(reason, "The reason", "Say why it does not apply, and who decided that.")
    entry = LegalClockDropped(now, by, clock.name, reason)
    ended = replace(clock, ended_by=by, ended_at=now, not_applying=reason)
    text = f"{mention(by)} said that the legal clock *{safe(clock.name)}* does not apply: {safe(reason)}"
    return _ended(incident, ended, entry, "It does not apply").noticing(text)


def _ended(
    incident: Incident, ended: LegalClock, entry: LegalClockMet | LegalClockDropped, what: str
) -> Decision:
    incident, edits = answer_pings(incident, str(ended.number), what, entry.by, entry.at, about=LEGAL)
    clocks = tuple(ended if c.number == ended.number else c for c in incident.legal_clocks)
    return Decision(replace(incident, legal_clocks=clocks), (entry,), (*edits, ShowSummary()))


def running_legal_clock(incident: Incident, number: int) -> LegalClock:
    """The clock of this number, which runs. Raises `CrisisCancelled`, `AlreadySo` (it ended)."""
    if incident.status is Status.CANCELLED:
        raise errors.CrisisCancelled(number=incident.number)
    clock = next((c for c in incident.legal_clocks if c.number == number), None)
    if clock is None:
        raise errors.AlreadySo(fact="There is no such legal clock here.")
    if clock.ended_by is not None:
        how = "does not apply" if clock.not_applying else "was filed"
        raise errors.AlreadySo(fact=f"{mention(clock.ended_by)} already said that this {how}.")
    return clock
