"""What Slack tells about crisis channels: people come and go, channels are archived or renamed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.domain.channels import channel_back, channel_lost, channel_renamed, member_joined, member_left
from bot.domain.decision import Decision
from bot.domain.model import Incident
from handlers._asked import Happened
from handlers._registry import event


@event("member_joined_channel")
async def joined(happened: Happened) -> None:
    """Whoever joins is in the crisis; the bot itself can write again."""
    person = str(happened.event["user"])
    if person == happened.bot.user_id:
        await _change(happened, partial(channel_back, now=happened.now))
    else:
        await _change(happened, partial(member_joined, person=person), about=f"member {person}")


@event("member_left_channel")
async def left(happened: Happened) -> None:
    """Whoever leaves is out of the crisis; the bot itself cannot write any more."""
    person = str(happened.event["user"])
    if person == happened.bot.user_id:
        await _change(happened, partial(channel_lost, why="removed", now=happened.now))
    else:
        await _change(happened, partial(member_left, person=person), about=f"member {person}")


@event("channel_left", "group_left")
async def removed(happened: Happened) -> None:
    """The bot was removed from the channel."""
    await _change(happened, partial(channel_lost, why="removed", now=happened.now))


@event("channel_archive", "group_archive")
async def archived(happened: Happened) -> None:
    """Somebody archived the channel."""
    if happened.event.get("user") != happened.bot.user_id:
        await _change(happened, partial(channel_lost, why="archived", now=happened.now))


@event("channel_unarchive", "group_unarchive")
async def unarchived(happened: Happened) -> None:
    """Somebody brought the channel back."""
    await _change(happened, partial(channel_back, now=happened.now))


@event("channel_rename", "group_rename")
async def renamed(happened: Happened) -> None:
    """The channel has another name."""
    name = str(happened.event["channel"]["name"])
    await _change(happened, partial(channel_renamed, name=name), about="name")


async def _change(
    happened: Happened, learn: Callable[[Incident], Decision], *, about: str = "whether we can write"
) -> None:
    """The crisis whose present channel this is learns it; other channels do not matter."""
    channel = happened.event["channel"]
    channel_id = channel["id"] if isinstance(channel, dict) else channel
    crisis = await happened.bot.store.crisis_in(channel_id)
    if crisis is not None and crisis.channel is not None and crisis.channel.id == channel_id:
        await happened.learned(crisis.number, learn, about=f"{about} in {channel_id}")
