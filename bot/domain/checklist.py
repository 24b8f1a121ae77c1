"""Steps: claimed, assigned, done, skipped, reopened, snoozed, noted, added."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.decision import Decision, nothing_changed
from bot.domain.durations import format_duration, spoken
from bot.domain.effects import Effect, InvitePeople, ShowChecklist, ShowPing
from bot.domain.model import STEP, Answer, Asking, Incident, Note, Ping, Status, Step, StepState
from bot.domain.playbook import STEP_TITLE_MAX_CHARS, STEPS_MAX
from bot.domain.severity import LONGEST_SNOOZE_AT_SEV1, Severity
from bot.domain.timeline import (
    Entry,
    StepAdded,
    StepAssigned,
    StepClaimed,
    StepDone,
    StepNoted,
    StepReopened,
    StepSkipped,
    StepSnoozed,
)
from bot.domain.typed import allowed, required
from bot.domain.words import mention, moment, one_line, safe


def named(step: Step) -> str:
    """Number and title, for the timeline."""
    return f"{step.number}, {step.title}"


def claim_step(incident: Incident, *, step_key: str, by: str, now: datetime) -> Decision:
    """The step belongs to the person who asked first, and its pings say so. Again by the same person: nothing.

    Raises `StepTaken` (somebody else has it), `StepFinished`, `CrisisOver`.
    """
    step = open_step(incident, step_key)
    if step.owner == by:
        return nothing_changed(incident)
    if step.owner is not None:
        raise errors.StepTaken(owner=mention(step.owner), number=step.number)
    claimed = replace(step, owner=by, asking=_asking(step, now, taken_by=by))
    return _settled(incident, claimed, StepClaimed(now, by, step.key, named(step)), "On it", by, now)


def assign_step(
    incident: Incident, *, step_key: str, person: str, by: str, now: datetime, word: str = ""
) -> Decision:
    """The step belongs to `person`, who is told (unless they did it themselves) and is in the channel.

    An overdue step's ping goes on with the new owner. Raises `StepFinished`, `CrisisOver`, `TextTooLong`.
    """
    step = open_step(incident, step_key)
    if step.owner == person:
        return nothing_changed(incident)
    word = allowed(word, "The message")
    entry = StepAssigned(now, by, step.key, named(step), person, word)
    handed = f"Handed over to {mention(person)}"
    asking = _asking(step, now, taken_by=person if person == by else None)
    snoozed_until = step.snoozed_until if asking is None or _has_slept(step, now) else None
    given = replace(step, owner=person, asking=asking, snoozed_until=snoozed_until, snoozes=0)
    decision = _settled(incident, given, entry, handed, by, now)
    if person not in incident.members:
        changed = replace(decision.incident, members=incident.members | {person})
        decision = replace(decision, incident=changed, effects=(InvitePeople((person,)), *decision.effects))
    if person == by:
        return decision
    if step.is_overdue(now) and incident.status is Status.ACTIVE:
        return _ping_moved(decision, step_key, person, by, word, now)
    due = f" It is due {moment(step.due_at, now)}." if step.due_at else ""
    said = f" “{safe(word)}”" if word else ""
    where = f"<#{incident.channel.id}>" if incident.channel else f"crisis {incident.number}"
    return decision.noticing(
        f"{mention(by)} gave you step {step.number} in {where}: *{safe(step.title)}*.{due}{said}",
        person=person,
    )


def finish_step(incident: Incident, *, step_key: str, by: str, now: datetime, proof: str = "") -> Decision:
    """The step is done, with its proof. Again by the same person: nothing.

    Raises `StepFinished` (somebody else was first), `ProofMissing`, `TextTooLong`, `CrisisOver`.
    """
    step = known_step(incident, step_key)
    if step.state is StepState.DONE and step.finished_by == by:
        return nothing_changed(incident)
    step = open_step(incident, step_key)
    proof = allowed(proof, "The proof")
    if step.proof_asked and not proof:
        raise errors.ProofMissing(number=step.number, asked=safe(step.proof_asked))
    done = replace(
        step,
        state=StepState.DONE,
        finished_by=by,
        finished_at=now,
        owner=step.owner or by,
        proof=proof or None,
        asking=None,
    )
    return _settled(incident, done, StepDone(now, by, step.key, named(step), proof), "Done", by, now)


def skip_step(incident: Incident, *, step_key: str, by: str, reason: str, now: datetime) -> Decision:
    """The step is skipped for a reason that everybody can read. Raises `TextMissing`, `StepFinished`, `CrisisOver`."""
    step = open_step(incident, step_key)
    reason = required(reason, "The reason", "Say in a few words why this step is not needed.")
    skipped = replace(
        step, state=StepState.SKIPPED, finished_by=by, finished_at=now, skip_reason=reason, asking=None
    )
    entry = StepSkipped(now, by, step.key, named(step), reason)
    return _settled(incident, skipped, entry, "Skipped", by, now)


def reopen_step(incident: Incident, *, step_key: str, seen_version: int, by: str, now: datetime) -> Decision:
    """The step is open again, with its owner, without its proof, and due by the present severity.

    `seen_version` is the version the button was drawn for: a button that is older than the last finish does nothing, lest it
    undo work its reader has not seen. Raises `StepOpen`, `StepChanged`, `CrisisOver`.
    """
    still_runs(incident)
    step = known_step(incident, step_key)
    if step.is_open:
        raise errors.StepOpen(number=step.number)
    if seen_version != step.version:
        raise errors.StepChanged(number=step.number)
    opened = replace(
        step,
        state=StepState.OPEN,
        finished_by=None,
        finished_at=None,
        proof=None,
        skip_reason=None,
        snoozes=0,
    )
    due = due_again(opened, incident.severity, incident.opened_at)
    again = replace(due, asking=begun_anew(incident, due, by=by, now=now))
    return _changed(incident, again, StepReopened(now, by, step.key, named(step)))


def snooze_step(incident: Incident, *, step_key: str, span: timedelta, by: str, now: datetime) -> Decision:
    """The next ping of this step comes `span` from now; its due time stays.

    Raises `StepFinished`, `TimeInThePast`, `SnoozedEnough`, `SnoozedTooLong`.
    """
    step = open_step(incident, step_key)
    if span <= timedelta(0):
        raise errors.TimeInThePast(what="A snooze")
    most = incident.ladder.snoozes
    if most is not None and step.snoozes >= most:
        raise errors.SnoozedEnough(number=step.number, times=most, severity=incident.severity.label)
    longest = LONGEST_SNOOZE_AT_SEV1
    if incident.severity is Severity.SEV1 and span > longest:
        raise errors.SnoozedTooLong(
            number=step.number,
            severity=incident.severity.label,
            longest=spoken(longest),
            example=format_duration(longest),
        )
    entry = StepSnoozed(now, by, step.key, named(step), span)
    snoozed = replace(step, snoozed_until=now + span, snoozes=step.snoozes + 1, asking=None)
    return _settled(incident, snoozed, entry, f"Snoozed until {moment(now + span, now)}", by, now)


def note_on_step(incident: Incident, *, step_key: str, text: str, by: str, now: datetime) -> Decision:
    """A note stands on the step. Raises `TextMissing`, `UnknownStep`."""
    still_runs(incident)
    step = known_step(incident, step_key)
    text = required(text, "The note", "Write what the others should know about this step.")
    noted = replace(step, notes=(*step.notes, Note(by, now, text)))
    return _changed(incident, noted, StepNoted(now, by, step.key, named(step), text))


def add_step(
    incident: Incident,
    *,
    title: str,
    by: str,
    now: datetime,
    owner: str | None = None,
    due_in: timedelta | None = None,
) -> Decision:
    """The checklist has one more step at its end. Raises `TextMissing`, `TextTooLong`, `ChecklistFull`, `TimeInThePast`."""
    still_runs(incident)
    title = required(
        one_line(title), "The step", "Say what is to be done: `/crisis step Call the venue @dana in 30m`.",
        limit=STEP_TITLE_MAX_CHARS,
    )  # fmt: skip
    if len(incident.steps) >= STEPS_MAX:
        raise errors.ChecklistFull(limit=STEPS_MAX)
    if due_in is not None and due_in <= timedelta(0):
        raise errors.TimeInThePast(what="The due time")
    number = len(incident.steps) + 1
    step = Step(key=f"added_{number}", number=number, title=title, due_at=now + due_in if due_in else None)
    entry = StepAdded(now, by, step.key, named(step))
    decision = Decision(replace(incident, steps=(*incident.steps, step)), (entry,), (ShowChecklist(),))
    whose = f" for {mention(owner)}" if owner else ""
    due = (
        f"due {moment(step.due_at, now)}"
        if step.due_at
        else "without a due time (`in 30m` at the end sets one)"
    )
    said = f"Step {number} is on the checklist{whose}, {due}: {safe(title)}"
    if owner is None:
        return replace(decision, said=said)
    given = assign_step(decision.incident, step_key=step.key, person=owner, by=by, now=now)
    return Decision(given.incident, (entry, *given.entries), given.effects, said)


def known_step(incident: Incident, step_key: str) -> Step:
    """The step of this key. Raises `UnknownStep`."""
    step = incident.step(step_key)
    if step is None:
        raise errors.UnknownStep()
    return step


def open_step(incident: Incident, step_key: str) -> Step:
    """The step, which can still be worked on. Raises `CrisisOver`, `UnknownStep`, `StepFinished`."""
    still_runs(incident)
    step = known_step(incident, step_key)
    if not step.is_open:
        by = mention(step.finished_by) if step.finished_by else "somebody"
        raise errors.StepFinished(number=step.number, state=step.state, by=by)
    return step


def due_again(step: Step, severity: Severity, opened_at: datetime) -> Step:
    """An open playbook step with the due time of this severity; any other step as it is."""
    if not step.is_open or not step.due_after:
        return step
    after = step.due_after.get(severity)
    return replace(step, due_at=opened_at + after if after is not None else None, version=step.version + 1)


def _asking(step: Step, now: datetime, *, taken_by: str | None = None) -> Asking | None:
    """The ladder of a step that is late begins anew now, with its owner as asked; None: it is not late."""
    is_late = step.asking is not None or step.is_overdue(now) or _has_slept(step, now)
    return Asking("owner", now, taken_by) if is_late else None


def _has_slept(step: Step, now: datetime) -> bool:
    """Its snooze is over."""
    return step.snoozed_until is not None and step.snoozed_until <= now


def begun_anew(incident: Incident, step: Step, *, by: str, now: datetime) -> Asking | None:
    """The ladder of a step that comes back late: whoever answers for it is asked at once, in person and before others are.

    Only who brought it back themselves counts as asked. None: it is not late.
    """
    if not step.is_overdue(now):
        return None
    return Asking("owner" if incident.responsible_for(step) == by else "", now)


def answer_pings(
    incident: Incident, of: str, what: str, by: str, now: datetime, *, about: str = STEP
) -> tuple[Incident, tuple[Effect, ...]]:
    """Every unanswered ping of the step (or of what else it is about) says what was answered by whom."""
    waiting = [p for p in incident.pings if p.answer is None and (p.about, p.of) == (about, of)]
    answer = Answer(what, by, now)
    pings = tuple(replace(p, answer=answer) if p in waiting else p for p in incident.pings)
    return replace(incident, pings=pings), tuple(show_ping(p) for p in waiting)


def show_ping(ping: Ping) -> ShowPing:
    """The order to show this ping where it belongs."""
    if ping.in_channel:
        return ShowPing(ping.id, None, (ping.person, *ping.others))
    return ShowPing(ping.id, ping.person)


def still_runs(incident: Incident) -> None:
    """The crisis is active or resolved. Raises `CrisisOver`, or `CrisisCancelled`, which no reopening helps."""
    if incident.status is Status.CANCELLED:
        raise errors.CrisisCancelled(number=incident.number)
    if incident.is_over:
        raise errors.CrisisOver(number=incident.number, status=incident.status)


def _changed(incident: Incident, step: Step, entry: Entry) -> Decision:
    return Decision(incident.with_step(step), (entry,), (ShowChecklist(),))


def _settled(incident: Incident, step: Step, entry: Entry, what: str, by: str, now: datetime) -> Decision:
    """The changed step; its waiting pings say what was answered."""
    incident, edits = answer_pings(incident, step.key, what, by, now)
    decision = _changed(incident, step, entry)
    return replace(decision, effects=(*decision.effects, *edits))


def _ping_moved(
    decision: Decision, step_key: str, person: str, by: str, word: str, now: datetime
) -> Decision:
    """The new owner of an overdue step has the ping, with its buttons."""
    incident = decision.incident
    ping = Ping(len(incident.pings) + 1, step_key, person, in_channel=False, at=now, handed_by=by, word=word)
    moved = replace(incident, pings=(*incident.pings, ping))
    return replace(decision, incident=moved, effects=(*decision.effects, show_ping(ping)))
