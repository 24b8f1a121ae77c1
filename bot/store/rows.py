"""Values as they stand in a database, and back. Every engine writes its rows with these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from bot.domain.effects import EFFECT_KINDS, Effect
from bot.domain.model import ActionItem, Incident, Status
from bot.domain.shifts import Shift, parse_hours
from bot.domain.timeline import ENTRY_KINDS, Entry
from bot.store.base import Archived


def moment_text(at: datetime) -> str:
    """A moment as text of one width that sorts as the moments do: 2026-12-01T08:30:00.000000+00:00."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The moment (UTC) that `moment_text` wrote."""
    return datetime.fromisoformat(text)


def optional_moment_text(at: datetime | None) -> str | None:
    return None if at is None else moment_text(at)


def shift_text(shift: Shift | None) -> str | None:
    """`09:00-17:00 Europe/Berlin`."""
    return f"{shift.hours} {shift.zone}" if shift else None


def shift_of(text: str | None) -> Shift | None:
    """The shift that `shift_text` wrote."""
    hours, _, zone = (text or "").partition(" ")
    return parse_hours(hours, zone) if hours else None


def incident_json(incident: Incident) -> str:
    """The whole state of a crisis as one JSON document."""
    return _json(incident)


@lru_cache(maxsize=128)
def incident_of(document: str) -> Incident:
    """The crisis that `incident_json` wrote. A field the document does not have yet gets its default.

    A crisis that people click on is read several times between two changes; the same document is the same value.
    """
    incident: Incident = _adapter(Incident).validate_json(document)
    return incident


def entry_json(entry: Entry) -> str:
    return _json(entry)


def entry_of(kind: str, document: str) -> Entry:
    entry: Entry = _adapter(ENTRY_KINDS[kind]).validate_json(document)
    return entry


def effect_json(effect: Effect) -> str:
    return _json(effect)


def effect_of(kind: str, document: str) -> Effect:
    effect: Effect = _adapter(EFFECT_KINDS[kind]).validate_json(document)
    return effect


def lane_text(number: int, effect: Effect) -> str:
    """The lane by its name among all crises: a person's is the same in each of them."""
    return effect.lane if effect.lane.startswith("dm:") else f"{number}:{effect.lane}"


@dataclass(frozen=True, slots=True)
class ArchiveText:
    """What the search reads of a closed crisis."""

    playbook_key: str
    private: bool
    closed_at: datetime
    title: str
    what_happened: str
    summary: str
    went_well: str
    went_badly: str
    lessons: str
    """One a line."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What stands in tables of its own because it is looked up across crises; it follows from the state."""

    channels: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    """Of a private crisis only: everybody may see the others."""
    archive: ArchiveText | None = None
    """Of a closed crisis only."""
    title: str = ""
    actions: tuple[ActionItem, ...] = ()


def derived(incident: Incident) -> Derived:
    """The rows that follow from this state."""
    channels = (*incident.earlier_channels, *((incident.channel,) if incident.channel else ()))
    return Derived(
        channels=frozenset(channel.id for channel in channels),
        members=incident.members if incident.private else frozenset(),
        archive=_archive_text(incident),
        title=incident.title,
        actions=incident.retrospective.actions if incident.retrospective else (),
    )


def archived(incident: Incident) -> Archived:
    """A closed crisis as the search answers it."""
    learned = incident.retrospective
    return Archived(
        number=incident.number,
        title=incident.title,
        playbook_key=incident.playbook_key,
        private=incident.private,
        closed_at=incident.closed_at or incident.opened_at,
        summary=learned.summary if learned else "",
        lessons=learned.lessons if learned else (),
    )


def _archive_text(incident: Incident) -> ArchiveText | None:
    if incident.status is not Status.CLOSED:
        return None
    learned = incident.retrospective
    return ArchiveText(
        playbook_key=incident.playbook_key,
        private=incident.private,
        closed_at=incident.closed_at or incident.opened_at,
        title=incident.title,
        what_happened=incident.what_happened,
        summary=learned.summary if learned else "",
        went_well=learned.went_well if learned else "",
        went_badly=learned.went_badly if learned else "",
        lessons="\n".join(learned.lessons) if learned else "",
    )


def _json(value: object) -> str:
    return _adapter(type(value)).dump_json(value).decode()


def _adapter(kind: type[object]) -> TypeAdapter[Any]:
    """Reads and writes values of this class. Made when first needed: making all of them takes a while."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


_adapters: dict[type[object], TypeAdapter[Any]] = {}
