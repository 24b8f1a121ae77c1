"""A status update: in the crisis channel, and in the thread of the announcement."""

from __future__ import annotations

from bot.domain.model import Incident, Status, Update
from bot.domain.words import at_time, mention, moment, safe
from bot.slack import phrases
from bot.slack.blocks import Block, Message, context, section
from bot.slack.fitting import compose


def update(incident: Incident, update: Update) -> Message:
    """The update for the people who work on the crisis."""
    top = f"*Status update {update.number}* by {mention(update.by)}, {at_time(update.at)}"
    return compose(f"Status update {update.number}: {safe(update.text)}", _drawn(incident, update, top))


def threaded(incident: Incident, update: Update) -> Message:
    """The update for everybody else."""
    top = (
        f"*Update {update.number} on crisis {incident.number}* by {mention(update.by)}, {at_time(update.at)}"
    )
    text = f"Update {update.number} on crisis {incident.number}: {safe(update.text)}"
    return compose(text, _drawn(incident, update, top))


def _drawn(incident: Incident, update: Update, top: str) -> list[Block]:
    blocks = [section(top), phrases.whole(update.text)]
    newest = not incident.updates or incident.updates[-1].number == update.number
    if newest and incident.status is Status.ACTIVE and incident.next_update_due:
        blocks.append(context(f"Next update due {moment(incident.next_update_due, update.at)}."))
    return blocks
