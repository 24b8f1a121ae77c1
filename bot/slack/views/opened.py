"""What the person reads who opened a crisis: in answer to the command, or in the form they submitted."""

from __future__ import annotations

from bot.domain.model import Incident
from bot.slack import phrases
from bot.slack.blocks import Message, View, section, sheet
from bot.slack.fitting import compose

_FORM_TITLE = "Open a crisis"


def opened(incident: Incident) -> Message:
    """The crisis is open, and where."""
    return compose(_opened(incident), [section(_opened(incident))])


def not_opened(incident: Incident, why: str) -> Message:
    """The crisis has no channel; `why` is a sentence of ours (mrkdwn)."""
    return compose(_not_opened(incident, why), [section(_not_opened(incident, why))])


def opening_view(number: int, title: str) -> View:
    """Until the channel is there."""
    text = f"*Crisis {number}: {phrases.brief(title, 300)}*\nCrisis {number} is being opened…"
    return sheet(_FORM_TITLE, [section(text)])


def opened_view(incident: Incident) -> View:
    return sheet(_FORM_TITLE, [section(f"*{phrases.title(incident)}*\n{_opened(incident)}")])


def not_opened_view(incident: Incident, why: str) -> View:
    return sheet(_FORM_TITLE, [section(_not_opened(incident, why))])


def _opened(incident: Incident) -> str:
    if incident.channel is None:
        return f"Crisis {incident.number} is open. Its channel is being made."
    place = phrases.where(incident)
    return f"Crisis {incident.number} is open: {place}. You are in it, the checklist is waiting there."


def _not_opened(incident: Incident, why: str) -> str:
    return (
        f"Crisis {incident.number} is written down, but its channel could not be made. {why.strip()}\n"
        f"When that is put right, `/crisis reopen {incident.number}` makes the channel."
    )
