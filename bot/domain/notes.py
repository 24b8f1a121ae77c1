"""The timeline by hand: notes, and messages that people pin to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.decision import Decision, nothing_changed
from bot.domain.model import Incident, Pin, Status
from bot.domain.timeline import Noted, NoteWithdrawn
from bot.domain.typed import required


def add_note(incident: Incident, *, text: str, by: str, now: datetime) -> Decision:
    """The note stands on the timeline. Raises `TextMissing`, `TextTooLong`, `CrisisCancelled`."""
    _on_record(incident)
    text = required(text, "The note", "Write what happened: `/crisis note The video was taken down`.")
    return Decision(incident, (Noted(now, by, text),), said="It is on the timeline.")


def pin_message(
    incident: Incident, *, message_ts: str, sent_at: datetime, author: str, text: str, link: str, by: str
) -> Decision:
    """The message stands on the timeline at its own time, once, however many people pin it."""
    _on_record(incident)
    pinned = next((p for p in incident.pins if p.ts == message_ts), None)
    if pinned is not None and by in pinned.by:
        return nothing_changed(incident, "It is on the timeline already.")
    if pinned is not None:
        others = tuple(p for p in incident.pins if p is not pinned)
        pins = (*others, replace(pinned, by=pinned.by | {by}))
        return Decision(replace(incident, pins=pins), said="It is on the timeline already.")
    entry = Noted(sent_at, by, text, author=author, link=link, message_ts=message_ts)
    pins = (*incident.pins, Pin(message_ts, frozenset({by})))
    return Decision(replace(incident, pins=pins), (entry,), said="It is on the timeline.")


def unpin_message(incident: Incident, *, message_ts: str, by: str, now: datetime) -> Decision:
    """The last one to take the reaction off takes the message off the timeline."""
    pinned = next((p for p in incident.pins if p.ts == message_ts), None)
    if pinned is None:
        return nothing_changed(incident)
    others = tuple(p for p in incident.pins if p is not pinned)
    left = pinned.by - {by}
    if left:
        return Decision(replace(incident, pins=(*others, replace(pinned, by=left))))
    return Decision(replace(incident, pins=others), (NoteWithdrawn(now, by, message_ts),))


def _on_record(incident: Incident) -> None:
    if incident.status is Status.CANCELLED:
        raise errors.CrisisCancelled(number=incident.number)
