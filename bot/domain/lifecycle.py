"""The life of a crisis: severity, updates, resolve, close, reopen, cancel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.checklist import answer_pings, begun_anew, due_again, named, show_ping, skip_step, still_runs
from bot.domain.decision import Decision, cards
from bot.domain.effects import (
    CreateChannel,
    Effect,
    SetTopic,
    ShowCheck,
    ShowLessons,
    ShowUpdate,
    ThreadUpdate,
)
from bot.domain.model import LEGAL, Incident, ReplyTo, Retrospective, Status, Step, StepState, Update
from bot.domain.severity import LONGEST_SNOOZE_AT_SEV1, Severity, SeverityRule
from bot.domain.timeline import (
    CrisisCancelled,
    CrisisClosed,
    CrisisReopened,
    CrisisResolved,
    Entry,
    SaidToGoOn,
    SeverityChanged,
    StepReopened,
    UpdatePosted,
    UpdatePromised,
)
from bot.domain.typed import allowed, required
from bot.domain.words import listed, mention, moment, safe

CHECK_EVERY = timedelta(days=1)
"""Monitoring asks once a day whether all is quiet."""


def change_severity(
    incident: Incident, *, to: Severity, rule: SeverityRule, by: str, reason: str = "", now: datetime
) -> Decision:
    """The crisis has this severity; due times, the update clock, the cards and the topic follow at once.

    Anyone may raise it. Raises `OnlyTheLeadLowers`, `AlreadySo`, `CrisisOver`.
    """
    still_runs(incident)
    reason = allowed(reason, "The reason")
    if to is incident.severity:
        raise errors.AlreadySo(fact=f"This crisis is at {to.label} already.")
    if to > incident.severity and incident.lead and by not in (incident.lead, incident.deputy("lead")):
        raise errors.OnlyTheLeadLowers(lead=mention(incident.lead))
    update_due, updates_from = _next_update(incident, rule, now)
    incident, edits = _moved(incident, to, by, now)
    changed = replace(
        incident,
        severity=to,
        severity_since=now,
        ladder=rule.ladder,
        handover_after=rule.handover,
        update_every=rule.update_every,
        next_update_due=update_due,
        updates_from=updates_from,
        review_due=_review(incident.resolved_at, rule),
    )
    entry = SeverityChanged(now, by, incident.severity, to, reason)
    why = f": {safe(reason)}" if reason else "."
    text = f"Severity is now *{to.label}* (was {incident.severity.label}), set by {mention(by)}{why}"
    if changed.next_update_due:
        text += f"\n{_update_is_due(changed.next_update_due, now)}"
    proposed = tuple(show_ping(p) for p in incident.pings if p.proposes is not None and p.answer is None)
    effects = dict.fromkeys((*cards(changed), SetTopic(), *edits, *proposed))
    return Decision(changed, (entry,), tuple(effects)).noticing(text)


def post_update(incident: Incident, *, text: str, by: str, now: datetime) -> Decision:
    """The update stands in the channel and under the announcement; the next one's clock starts again.

    Raises `TextMissing`, `TextTooLong`, `CrisisOver`.
    """
    still_runs(incident)
    text = required(
        text, "The update", "Write what is known now: `/crisis update The post is down, we are answering`."
    )
    update = Update(len(incident.updates) + 1, text, by, now)
    due = now + incident.update_every if incident.update_every and incident.status is Status.ACTIVE else None
    incident, edits = answer_pings(incident, "", "Update posted", by, now, about="update")
    changed = replace(incident, updates=(*incident.updates, update), next_update_due=due, updates_from=now)
    thread: tuple[Effect, ...] = () if incident.private else (ThreadUpdate(update.number),)
    effects = (ShowUpdate(update.number), *thread, *_but_checklist(changed), *edits)
    said = "Posted." + (f" The next update is due {moment(due, now)}." if due else "")
    return Decision(changed, (UpdatePosted(now, by, text),), effects, said)


def promise_update(incident: Incident, *, span: timedelta, by: str, now: datetime) -> Decision:
    """The next update is due `span` from now, and not before. Raises `CrisisOver`, `AlreadySo` (resolved), `TimeInThePast`."""
    still_runs(incident)
    if incident.status is not Status.ACTIVE:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is resolved, and no update is due.")
    if span <= timedelta(0):
        raise errors.TimeInThePast(what="The next update")
    due = now + span
    incident, edits = answer_pings(
        incident, "", f"The next update comes {moment(due, now)}", by, now, about="update"
    )
    changed = replace(incident, next_update_due=due, updates_from=None)
    effects = (*edits, *_but_checklist(changed))
    return Decision(changed, (UpdatePromised(now, by, span),), effects)


def say_it_goes_on(incident: Incident, *, by: str, now: datetime) -> Decision:
    """The crisis is not forgotten: nobody is asked about its silence for a while. Raises `CrisisOver`."""
    still_runs(incident)
    incident, edits = answer_pings(incident, "", "It goes on", by, now, about="silence")
    return Decision(incident, (SaidToGoOn(now, by),), edits)


def _but_checklist(incident: Incident) -> tuple[Effect, ...]:
    return tuple(c for c in cards(incident) if c.key != "checklist")


def resolve_crisis(incident: Incident, *, rule: SeverityRule, by: str, now: datetime) -> Decision:
    """The crisis is being watched: step pings stop, one check a day begins. Raises `AlreadySo`, `CrisisOver`."""
    still_runs(incident)
    if incident.status is Status.RESOLVED:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is resolved already.")
    incident, edits = _quiet(incident, "The crisis was resolved", by, now, but=LEGAL)
    changed = replace(
        incident,
        status=Status.RESOLVED,
        resolved_at=now,
        next_check_at=now + CHECK_EVERY,
        next_update_due=None,
        review_due=_review(now, rule),
    )
    text = (
        f"{mention(by)} resolved this crisis. Reminders for steps stop; I ask once a day whether all is quiet. "
        "`/crisis close` keeps what was learned, `/crisis reopen` takes it up again."
    )
    return Decision(changed, (CrisisResolved(now, by),), (*edits, *cards(changed), SetTopic())).noticing(text)


def close_crisis(
    incident: Incident,
    *,
    retrospective: Retrospective,
    open_steps_reason: str,
    archive_after: timedelta,
    now: datetime,
) -> Decision:
    """The lessons are kept and told, open steps skipped with the reason, the channel archived `archive_after` from now.

    Raises `NotResolved`, `NoLessons`, `TextMissing` (no reason for the open steps), `AlreadySo`, `CrisisCancelled`.
    """
    by = retrospective.by
    if incident.status is Status.CLOSED:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is closed already.")
    still_runs(incident)
    if incident.status is not Status.RESOLVED:
        raise errors.NotResolved(number=incident.number)
    missing = [
        w
        for w, v in (("the summary", retrospective.summary.strip()), ("a lesson", retrospective.lessons))
        if not v
    ]
    if missing:
        raise errors.NoLessons(missing=" and ".join(missing))
    decision = Decision(incident)
    still_open = [s for s in incident.steps if s.is_open]
    if still_open:
        what = f"The reason for {len(still_open)} open step{'' if len(still_open) == 1 else 's'}"
        required(
            open_steps_reason,
            what,
            "Say in a few words why nobody has to do that any more, or finish it first.",
        )
    for step in still_open:
        skipped = skip_step(decision.incident, step_key=step.key, by=by, reason=open_steps_reason, now=now)
        decision = Decision(skipped.incident, (*decision.entries, *skipped.entries))
    changed = replace(
        decision.incident,
        status=Status.CLOSED,
        closed_at=now,
        next_check_at=None,
        archive_at=now + archive_after,
        retrospective=_with_finished_work(retrospective, incident.retrospective),
    )
    entry = CrisisClosed(now, by, len(retrospective.lessons), len(retrospective.actions))
    told = (ShowLessons(announced=False), *(() if incident.private else (ShowLessons(announced=True),)))
    said = f"Crisis {incident.number} is closed. Thank you. `/crisis lessons` finds what was learned."
    effects = (*cards(changed), *told, *_checks(changed), SetTopic())
    return Decision(changed, (*decision.entries, entry), effects, said)


def reopen_crisis(incident: Incident, *, by: str, now: datetime, reply_to: ReplyTo | None = None) -> Decision:
    """The crisis is active again, in its channel or, where that is gone, in a new one linked with the old.

    Also gives an active crisis whose channel is gone a new one. Raises `AlreadySo`, `CrisisCancelled`.
    """
    if incident.status is Status.CANCELLED:
        raise errors.CrisisCancelled(number=incident.number)
    homeless = incident.channel is None or incident.channel_lost is not None or incident.archived_by_us
    if incident.status is Status.ACTIVE and not homeless:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is active already.")
    changed = replace(
        incident,
        status=Status.ACTIVE,
        resolved_at=None,
        closed_at=None,
        next_check_at=None,
        archive_at=None,
        review_due=None,
        next_update_due=now + incident.update_every if incident.update_every else None,
        updates_from=now,
        roles=tuple(replace(holding, since=now) for holding in incident.roles),  # their hours begin anew
    )
    entries: tuple[Entry, ...] = ()
    if incident.status is not Status.ACTIVE:
        steps = tuple(_taken_up(step, incident, by, now) for step in incident.steps)
        again = (s for s, old in zip(steps, incident.steps, strict=True) if s.is_open and not old.is_open)
        entries = (CrisisReopened(now, by), *(StepReopened(now, by, s.key, named(s)) for s in again))
        changed = replace(changed, steps=steps)
    if not homeless:
        text = f"{mention(by)} reopened this crisis. Reminders run again.{_late(changed, now)}"
        told = (ShowLessons(announced=False),) if incident.retrospective else ()
        effects = (*cards(changed), *_checks(changed), *told, SetTopic())
        return Decision(changed, entries, effects).noticing(text)
    old = (incident.channel,) if incident.channel else ()
    moved = replace(
        changed,
        channel=None,
        channel_lost=None,
        archived_by_us=False,
        earlier_channels=(*incident.earlier_channels, *old),
        members=incident.members | {by},
        opener_hears=reply_to,
    )
    said = f"Crisis {incident.number} goes on in a new channel. You will be in it in a moment."
    announced = tuple(c for c in cards(moved) if c.key == "announcement")
    return Decision(moved, entries, (CreateChannel(), *announced), said)


def cancel_crisis(
    incident: Incident, *, reason: str, by: str, archive_after: timedelta, now: datetime
) -> Decision:
    """The crisis was opened by mistake: it stops, stays out of the figures, and its channel will be archived.

    Raises `TextMissing` (no reason), `AlreadySo`, `CrisisOver` (closed).
    """
    if incident.status is Status.CANCELLED:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is cancelled already.")
    still_runs(incident)
    reason = required(reason, "The reason", "Write why: `/crisis cancel It was a test`.")
    incident, edits = _quiet(incident, "The crisis was cancelled", by, now)
    changed = replace(
        incident,
        status=Status.CANCELLED,
        closed_at=now,
        cancel_reason=reason,
        next_check_at=None,
        next_update_due=None,
        archive_at=now + archive_after,
    )
    text = f"{mention(by)} cancelled this crisis: {safe(reason)}"
    return Decision(
        changed, (CrisisCancelled(now, by, reason),), (*edits, *cards(changed), *_checks(changed), SetTopic())
    ).noticing(text)


def _next_update(
    incident: Incident, rule: SeverityRule, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the next update is due at this level, and what it is counted from.

    A promise somebody made stays; only a graver level brings it nearer, where its rhythm, begun now, is faster.
    """
    due, counted_from, every = incident.next_update_due, incident.updates_from, rule.update_every
    if incident.status is not Status.ACTIVE:
        return None, counted_from
    if due is not None and counted_from is None:
        nearer = now + every if every and rule.level < incident.severity else due
        return (nearer, now) if nearer < due else (due, None)
    counted_from = counted_from or (incident.updates[-1].at if incident.updates else incident.opened_at)
    return _late_at_last_now(counted_from + every if every else None, due, now), counted_from


def _late_at_last_now(due: datetime | None, before: datetime | None, now: datetime) -> datetime | None:
    """The due time at another level. What is late by it is late from now on, or since before, as it was then."""
    if due is None or due > now:
        return due
    return before if before is not None and before <= now else now


def _update_is_due(due: datetime, now: datetime) -> str:
    when = "is due now" if due == now else f"{'was' if due < now else 'is'} due {moment(due, now)}"
    return f"The next update {when}."


def _moved(incident: Incident, to: Severity, by: str, now: datetime) -> tuple[Incident, tuple[Effect, ...]]:
    """The steps with the due times of this severity, and asleep no longer than it allows.

    One that is due only later asks nobody until then, and then anew.
    """
    effects: tuple[Effect, ...] = ()
    for old in incident.steps:
        step = due_again(old, to, incident.opened_at)
        step = replace(step, due_at=_late_at_last_now(step.due_at, old.due_at, now))
        longest = now + LONGEST_SNOOZE_AT_SEV1
        if to is Severity.SEV1 and step.is_open and step.snoozed_until and step.snoozed_until > longest:
            step = replace(step, snoozed_until=longest, version=step.version + 1)
        if step.asking is not None and not step.is_overdue(now):
            incident, edits = answer_pings(
                incident, step.key, f"The step has more time at {to.label}", by, now
            )
            effects += edits
            step = replace(step, asking=None)
        incident = replace(incident, steps=tuple(step if s.key == step.key else s for s in incident.steps))
    return incident, effects


def _checks(incident: Incident) -> tuple[Effect, ...]:
    """The daily questions say that nobody waits for an answer any more."""
    return tuple(ShowCheck(number) for number in range(1, incident.checks + 1))


def _taken_up(step: Step, incident: Incident, by: str, now: datetime) -> Step:
    """The step of a crisis that goes on: open again if only the close skipped it; asked for at once if it is late."""
    if step.state is StepState.SKIPPED and step.finished_at == incident.closed_at:
        opened = replace(
            step,
            state=StepState.OPEN,
            finished_by=None,
            finished_at=None,
            skip_reason=None,
            version=step.version + 1,
        )
        step = due_again(opened, incident.severity, incident.opened_at)
    return replace(step, asking=begun_anew(incident, step, by=by, now=now))


def _late(incident: Incident, now: datetime) -> str:
    numbers = [str(step.number) for step in incident.overdue(now)]
    return f" Late already: {'steps' if len(numbers) > 1 else 'step'} {listed(numbers)}." if numbers else ""


def _with_finished_work(new: Retrospective, old: Retrospective | None) -> Retrospective:
    """After a reopen: an action item that was finished already stays so."""
    finished = {a.text: a for a in old.actions if a.done_by} if old else {}
    actions = tuple(
        replace(a, done_by=finished[a.text].done_by, done_at=finished[a.text].done_at)
        if a.text in finished
        else a
        for a in new.actions
    )
    return replace(new, actions=actions)


def _review(resolved_at: datetime | None, rule: SeverityRule) -> datetime | None:
    return resolved_at + rule.review_within if resolved_at and rule.review_within else None


def _quiet(
    incident: Incident, what: str, by: str, now: datetime, *, but: str = ""
) -> tuple[Incident, tuple[Effect, ...]]:
    """Every unanswered ping (but those about this) says that nobody waits for it any more."""
    edits: tuple[Effect, ...] = ()
    for about, of in dict.fromkeys(
        (p.about, p.of) for p in incident.pings if p.answer is None and p.about != but
    ):
        incident, more = answer_pings(incident, of, what, by, now, about=about)
        edits += more
    return incident, edits
