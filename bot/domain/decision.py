"""What a decision leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.effects import Effect, Notice, ShowAnnouncement, ShowChecklist, ShowSummary
from bot.domain.model import Incident
from bot.domain.timeline import Entry


@dataclass(frozen=True, slots=True)
class Decision:
    """The crisis as it is now, what to write on its timeline, and what to order from Slack."""

    incident: Incident
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    said: str = ""
    """The sentence the person reads who asked for it; "" when the channel shows it anyway."""

    def and_(self, more: Decision) -> Decision:
        """This decision and the one that was made on the crisis it leads to."""
        return Decision(
            more.incident, (*self.entries, *more.entries), (*self.effects, *more.effects), self.said
        )

    def noticing(self, text: str, *, person: str | None = None) -> Decision:
        """This decision with one more one-off message, to one person or (None) to the channel."""
        number = self.incident.notices + 1
        return replace(
            self,
            incident=replace(self.incident, notices=number),
            effects=(*self.effects, Notice(number, text, person)),
        )


def cards(incident: Incident) -> tuple[Effect, ...]:
    """The messages that show the state of a crisis, all of them."""
    announced: tuple[Effect, ...] = () if incident.private else (ShowAnnouncement(),)
    return (ShowSummary(), ShowChecklist(), *announced)


def nothing_changed(incident: Incident, said: str = "") -> Decision:
    """The same crisis: what was asked for is so already."""
    return Decision(incident, said=said)
