"""Who may act in a private crisis."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotAMember
from bot.domain.model import Incident


def admitted(incident: Incident, *, person: str, channel_id: str | None) -> Incident:
    """The crisis, for somebody who may act in it. Raises `NotAMember`.

    Whoever acts from inside the private channel is in it, whatever we knew of it (Slack lets nobody else in).
    """
    if not incident.private or person in incident.members:
        return incident
    if incident.channel is not None and incident.channel.id == channel_id:
        return replace(incident, members=incident.members | {person})
    raise NotAMember
