"""What Slack tells counts in the order it happened, whatever the order in which it arrives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.decision import Decision, nothing_changed
from bot.domain.model import Incident


def news(incident: Incident, *, about: str, at: datetime, learn: Callable[[Incident], Decision]) -> Decision:
    """The crisis learned it, unless something newer about the same thing is known already.

    `about`: what it is news of, for instance whether one person is in the channel.
    """
    known = incident.heard.get(about)
    if known is not None and at <= known:
        return nothing_changed(incident)
    decision = learn(incident)
    heard = {**decision.incident.heard, about: at}
    return replace(decision, incident=replace(decision.incident, heard=heard))
