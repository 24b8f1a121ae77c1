"""The announcement channel: found by the name or id in the settings, and joined."""

from __future__ import annotations

import re

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers import Retry, error_name, meaning, sentence

_ID = re.compile(r"[CG][A-Z0-9]{8,}")


class AnnouncementProblem(Exception):
    """The announcement channel cannot be used; the text says why and what to do."""


class Announcing:
    """Knows the announcement channel once it was asked for."""

    def __init__(self, web: AsyncWebClient, setting: str | None) -> None:
        self._web = web
        self._setting = setting
        self._channel_id: str | None = None

    async def channel(self) -> str | None:
        """The channel's id, with the bot in it; None when none is set.

        Raises `AnnouncementProblem` when there is no such channel or the bot may not join, and what the SDK raises
        when Slack fails.
        """
        if self._setting is None or self._channel_id is not None:
            return self._channel_id
        found = self._setting if _ID.fullmatch(self._setting) else await self._named(self._setting)
        await self._join(found)
        self._channel_id = found
        return found

    def forget(self) -> None:
        """Look it up again next time."""
        self._channel_id = None

    async def _named(self, name: str) -> str:
        cursor = ""
        while True:
            page = await self._web.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
            )
            for channel in page["channels"]:
                if channel["name"] == name:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                raise AnnouncementProblem(
                    f"There is no channel #{name} that I can see. Create it, invite me if it is private, "
                    "or change CRISIS_ANNOUNCE_CHANNEL."
                )

    async def _join(self, channel_id: str) -> None:
        try:
            await self._web.conversations_join(channel=channel_id)
        except SlackApiError as error:
            # A private channel cannot be joined; when we are in it already that does not matter.
            if error_name(error) == "method_not_supported_for_channel_type":
                return
            if isinstance(meaning(error), Retry):
                raise
            raise AnnouncementProblem(
                f"The announcement channel cannot be used. {sentence(error)}"
            ) from error
