"""Creating a crisis channel, once, whatever happened to an earlier try."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.model import Channel, Incident
from bot.slack.answers import Retry, error_name, meaning
from bot.slack.channel_names import channel_name
from bot.slack.letters import CLOCKS_APART

NAMES_TRIED = 30


async def create_channel(
    web: AsyncWebClient, incident: Incident, *, bot_user_id: str, tried_since: datetime | None
) -> Channel:
    """The crisis has a channel of its own; a taken name (also by an archived channel) gets a number behind it.

    `tried_since`: an earlier try began then and its answer is not known; a channel it left behind is taken, also where
    Slack refuses by now to make one.
    Raises SlackApiError.
    """
    attempt = 0
    while True:
        name = channel_name(incident, attempt)
        try:
            made = await web.conversations_create(name=name, is_private=incident.private)
            return Channel(made["channel"]["id"], made["channel"]["name"])
        except SlackApiError as error:
            attempt += 1
            taken = error_name(error) == "name_taken" and attempt < NAMES_TRIED
            if not taken and (tried_since is None or isinstance(meaning(error), Retry)):
                raise
            refused = None if taken else error
        if tried_since and (ours := await _ours(web, name, bot_user_id, tried_since)):
            return ours
        if refused is not None:
            raise refused


async def _ours(web: AsyncWebClient, name: str, bot_user_id: str, since: datetime) -> Channel | None:
    """The channel of this name that we created since then; creating one made us a member."""
    cursor = ""
    while True:
        page = await web.users_conversations(
            types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
        )
        for channel in page["channels"]:
            made_at = float(channel.get("created") or 0)
            if (
                channel["name"] == name
                and channel.get("creator") == bot_user_id
                and made_at >= (since - CLOCKS_APART).timestamp()
            ):
                return Channel(channel["id"], channel["name"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
