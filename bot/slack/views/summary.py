"""The summary card, pinned in the crisis channel and edited in place."""

from __future__ import annotations

from datetime import datetime

from bot.domain.model import Incident, Status
from bot.domain.words import in_channel, listed, mention, on_day, safe
from bot.slack import limits, phrases
from bot.slack.blocks import Block, Message, context, header, plain, section
from bot.slack.fitting import compose
from bot.slack.views.legal import running_lines

WHAT_HAPPENED_MAX_CHARS = 600


def summary(incident: Incident, *, now: datetime) -> Message:
    """The crisis at a glance."""
    return compose(_spoken(incident, now), card(incident, now=now, what_happened_max=WHAT_HAPPENED_MAX_CHARS))


def card(incident: Incident, *, now: datetime, what_happened_max: int) -> list[Block]:
    """The facts of the crisis, as the summary and the status show them."""
    name = f"Crisis {incident.number}: {incident.title}"
    blocks = [header(name)]
    if len(name) > limits.HEADER_MAX_CHARS:
        blocks.append({"type": "section", "text": plain(incident.title)})
    blocks.append(
        section(
            f"*{incident.severity.label}, {phrases.STATUS_WORDS[incident.status]}*\n{_times(incident, now)}"
        )
    )
    blocks.append(section(phrases.role_lines(incident) or phrases.lead(incident)))
    blocks.append(section(_facts(incident, now)))
    if incident.what_happened:
        blocks += _what_happened(incident, what_happened_max)
    if ending := _ending(incident):
        blocks.append(section(ending))
    if marks := _marks(incident):
        blocks.append(context(*marks))
    return blocks


def _spoken(incident: Incident, now: datetime) -> str:
    due = phrases.next_update(incident, now)
    return (
        f"{phrases.sentence(_plain_headline(incident))}. {phrases.lead(incident)}{', ' + due if due else ''}."
    )


def _plain_headline(incident: Incident) -> str:
    status = phrases.STATUS_WORDS[incident.status]
    return f"crisis {incident.number}, {incident.severity.label}, {status}: {safe(incident.title)}"


def _times(incident: Incident, now: datetime) -> str:
    if incident.closed_at:
        span = f"from {on_day(incident.opened_at)} to {on_day(incident.closed_at)}"
        return f"{phrases.clock(incident, now)}, {span}"
    minute = now.replace(second=0, microsecond=0)
    opened = f"opened {on_day(incident.opened_at)} by {mention(incident.opened_by)}"
    return f"{phrases.clock(incident, now)} as of {on_day(minute)}, {opened}"


def _facts(incident: Incident, now: datetime) -> str:
    lines = []
    if due := phrases.next_update(incident, now):
        lines.append(phrases.sentence(due))
    lines += running_lines(incident, now)
    if incident.resolved_at and incident.status is Status.RESOLVED:
        lines.append(f"Resolved {on_day(incident.resolved_at)}; I ask once a day whether all is quiet")
    if incident.review_due and incident.retrospective is None and not incident.is_over:
        lines.append(f"Close it with the lessons by {on_day(incident.review_due)}: `/crisis close`")
    lines.append(f"Playbook: {phrases.brief(incident.playbook_title, 150)}")
    if incident.link:
        lines.append(f"Post: {phrases.link_to_post(incident.link)}")
    return "\n".join(lines)


def _what_happened(incident: Incident, most: int) -> list[Block]:
    if len(incident.what_happened) <= most:
        return [section("*What happened*"), phrases.whole(incident.what_happened)]
    shown = phrases.brief(incident.what_happened, most)
    return [section(f"*What happened*\n{shown}\n`/crisis status` shows the whole text.")]


def _ending(incident: Incident) -> str:
    """What becomes of the channel, and how to take the crisis up again."""
    match incident.status:
        case Status.ACTIVE | Status.RESOLVED:
            return ""
        case Status.CANCELLED:
            reason = f": {phrases.brief(incident.cancel_reason, 600)}" if incident.cancel_reason else ""
            return f"*Cancelled*{reason}\n{_archiving(incident)}".rstrip()
        case Status.CLOSED:
            again = f"`/crisis reopen {incident.number}` takes the crisis up again."
            return f"*Closed.* {_archiving(incident)} {again}".replace("  ", " ")


def _archiving(incident: Incident) -> str:
    if incident.archived_by_us:
        return "The channel is archived."
    return f"The channel will be archived {on_day(incident.archive_at)}." if incident.archive_at else ""


def _marks(incident: Incident) -> list[str]:
    marks = []
    if incident.private:
        marks.append("Private: only the people in this channel can see this crisis.")
    if incident.earlier_channels:
        marks.append("Continues " + listed(in_channel(c.id) for c in incident.earlier_channels[-5:]))
    return marks
