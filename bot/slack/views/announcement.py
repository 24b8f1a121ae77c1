"""The announcement of a public crisis, edited in place through its life."""

from __future__ import annotations

from datetime import datetime

from bot.domain.model import Incident, Status
from bot.domain.words import in_channel, listed, mention
from bot.slack import phrases
from bot.slack.blocks import Message, context, section
from bot.slack.fitting import compose

UPDATE_MAX_CHARS = 600


def announcement(incident: Incident, *, now: datetime) -> Message:
    """What everybody should know: what it is, who leads, where, what was said last."""
    due = phrases.next_update(incident, now)
    top = phrases.headline(incident)
    place = f"{phrases.lead(incident)} · {_place(incident)}"
    blocks = [section(f"*{top}*\n{place}")]
    if incident.updates:
        last = incident.updates[-1]
        said = phrases.brief(last.text, UPDATE_MAX_CHARS)
        blocks.append(section(f"Last update by {mention(last.by)}{phrases.at(last.at, now)}:\n{said}"))
    if closing := _closing(incident):
        blocks.append(section(closing))
    foot = [phrases.sentence(due) + "."] if due else []
    foot += ["All updates are in the thread."] if incident.updates else []
    if foot:
        blocks.append(context(" ".join(foot)))
    return compose(f"{top}. {phrases.lead(incident)}{', ' + due if due else ''}.", blocks)


def _place(incident: Incident) -> str:
    here = in_channel(incident.channel.id) if incident.channel else "its channel is being made"
    earlier = listed(in_channel(c.id) for c in incident.earlier_channels[-5:])
    return here + (f", before in {earlier}" if earlier else "")


def _closing(incident: Incident) -> str:
    match incident.status:
        case Status.ACTIVE:
            return ""
        case Status.RESOLVED:
            return "It is resolved. The team watches whether it stays quiet."
        case Status.CLOSED:
            return "It is closed. What was learned is told in this channel; `/crisis lessons` finds it later."
        case Status.CANCELLED:
            reason = (
                f" Reason: {phrases.brief(incident.cancel_reason, 600)}" if incident.cancel_reason else ""
            )
            return f"It was cancelled, there is nothing to do.{reason}"
