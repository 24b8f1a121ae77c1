"""What Slack tells about the crisis channel and who is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.decision import Decision, cards, nothing_changed
from bot.domain.effects import Effect, InvitePeople, PinMessage, SetTopic, ShowLearned, TellOpener
from bot.domain.model import Channel, Incident, ReplyTo
from bot.domain.opening import everyone
from bot.domain.timeline import ChannelArchived, ChannelBack, ChannelLost, ChannelOpened, SlackRefused

LOST_WORDS = {
    "archived": (
        "The channel of crisis {number} was archived. Nothing is lost. "
        "`/crisis reopen {number}` goes on in a new channel."
    ),
    "removed": (
        "I was removed from the channel of crisis {number} and cannot write there. Invite me again with `/invite`, "
        "or go on in a new channel with `/crisis reopen {number}`."
    ),
}


def channel_created(incident: Incident, *, channel: Channel, now: datetime) -> Decision:
    """The crisis has its channel: the opener first, then the role holders, are invited and everything is shown. Once."""
    if incident.channel is not None:
        return nothing_changed(incident)
    others = tuple(p for p in everyone(incident.roles) if p != incident.opened_by)
    others += tuple(sorted(incident.members - {incident.opened_by, *others}))
    invites = tuple(InvitePeople(group) for group in ((incident.opened_by,), others) if group)
    effects: tuple[Effect, ...] = (
        *invites,
        *cards(incident),
        TellOpener(incident.opener_hears or ReplyTo(), incident.opened_by),
    )
    if not incident.earlier_channels:
        effects += (ShowLearned(),)
    effects += (PinMessage("summary"), PinMessage("checklist"), SetTopic())
    changed = replace(incident, channel=channel, channel_lost=None, opener_hears=None)
    return Decision(changed, (ChannelOpened(now, "", channel.name),), effects)


def channel_refused(incident: Incident, *, why: str, now: datetime) -> Decision:
    """Slack will not create the channel: the person who opened the crisis reads why and what to do."""
    told = TellOpener(incident.opener_hears or ReplyTo(), incident.opened_by, failed=why)
    return Decision(incident, (SlackRefused(now, "", "create the channel", why),), (told,))


def channel_lost(incident: Incident, *, why: str, now: datetime) -> Decision:
    """The bot cannot write in the channel; the lead is told by direct message how to go on. Once."""
    if incident.channel is None or incident.channel_lost == why or incident.archived_by_us:
        return nothing_changed(incident)
    decision = Decision(replace(incident, channel_lost=why), (ChannelLost(now, "", why),))
    if incident.is_over:
        return decision
    return decision.noticing(
        LOST_WORDS[why].format(number=incident.number), person=incident.lead or incident.opened_by
    )


def channel_back(incident: Incident, *, now: datetime) -> Decision:
    """The bot can write again (invited, or people un-archived the channel); everything shows the present state."""
    if incident.channel_lost is None and not incident.archived_by_us:
        return nothing_changed(incident)
    back = replace(incident, channel_lost=None, archived_by_us=False)
    return Decision(back, (ChannelBack(now, ""),), (*cards(back), SetTopic()))


def channel_archived(incident: Incident, *, now: datetime) -> Decision:
    """The bot archived the channel as planned. Once."""
    if incident.archived_by_us:
        return nothing_changed(incident)
    return Decision(replace(incident, archived_by_us=True, archive_at=None), (ChannelArchived(now, ""),))


def channel_renamed(incident: Incident, *, name: str) -> Decision:
    """The crisis knows its channel by the new name."""
    if incident.channel is None or incident.channel.name == name:
        return nothing_changed(incident)
    return Decision(replace(incident, channel=replace(incident.channel, name=name)))


def member_joined(incident: Incident, *, person: str) -> Decision:
    return Decision(replace(incident, members=incident.members | {person}))


def member_left(incident: Incident, *, person: str) -> Decision:
    return Decision(replace(incident, members=incident.members - {person}))


def order_failed(incident: Incident, *, what: str, why: str, to_lead: bool, now: datetime) -> Decision:
    """An order was given up: it stands on the timeline, and the lead gets a word, once for each kind of failure.

    `to_lead` False: that word itself is what failed; then the channel gets it, as somebody has to know.
    """
    failure = f"{what}: {why}"
    if failure in incident.failures:
        return nothing_changed(incident)
    changed = replace(incident, failures=incident.failures | {failure})
    decision = Decision(changed, (SlackRefused(now, "", what, why),))
    if not to_lead and (incident.channel is None or incident.channel_lost):
        return decision
    person = (incident.lead or incident.opened_by) if to_lead else None
    return decision.noticing(f"Crisis {incident.number}: I could not {what}. {why}", person=person)
