"""How an answer reaches the person, wherever they asked."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.answers import NETWORK_ERRORS, Retry, error_name, meaning, sentence
from bot.slack.blocks import Message, View, section, sheet
from handlers._asked import Bot
from handlers._typed import plain_names

log = structlog.get_logger(__name__)

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)>")
TOO_LATE = "Slack could not open the form in time. Please try it again."


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked for is not possible; the sentence says why and what to do."""

    text: str
    field: str = ""
    """Of a form: the field that is wrong, if it is one."""


def ephemeral(message: Message) -> dict[str, Any]:
    """The answer to a command, for the person alone."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": list(message.blocks)}


def a_message(reply: Message | str) -> Message:
    """A sentence as a message."""
    return reply if isinstance(reply, Message) else Message(reply, (section(reply),))


class Answers:
    """Answers people directly: an answer is no promise, and is not repeated when it fails."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> set[asyncio.Task[None]]:
        return self._under_way

    def later(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Runs after the acknowledgement; the process does not stop before it is done."""
        task = asyncio.create_task(coroutine)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def show_form(self, body: Mapping[str, Any], view: View) -> None:
        """The form is open, or the person reads why not."""
        refused = await self.opened(body, view)
        if refused is not None:
            await self.tell(body, a_message(refused.text))

    async def opened(self, body: Mapping[str, Any], view: View) -> Refused | None:
        """The form is open (on top of the one the press came from), or why not."""
        method = self._bot.web.views_push if body.get("view") else self._bot.web.views_open
        try:
            await method(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            late = "trigger" in error_name(error) or isinstance(meaning(error), Retry)
            log.info("a form did not open", error=error_name(error), form=view.get("callback_id"))
            return Refused(TOO_LATE if late else f"The form could not be opened. {sentence(error)}")
        except NETWORK_ERRORS:
            return Refused(TOO_LATE)
        return None

    async def tell(self, body: Mapping[str, Any], message: Message, *, channel_id: str | None = None) -> None:
        """The person reads it where they pressed or typed; where that is not possible, in a direct message."""
        user = body.get("user_id") or body["user"]["id"]
        try:
            if await self._told_in_place(body, user, message, channel_id):
                return
        except (SlackApiError, *NETWORK_ERRORS) as error:
            log.info("an answer goes by direct message", error=type(error).__name__)
        try:
            await self._bot.web.chat_postMessage(channel=user, text=message.text, blocks=list(message.blocks))
        except (SlackApiError, *NETWORK_ERRORS) as error:
            log.warning("an answer did not reach the person", error=type(error).__name__)

    async def _told_in_place(
        self, body: Mapping[str, Any], user: str, message: Message, channel_id: str | None
    ) -> bool:
        """Raises what the SDK and the session raise."""
        if body.get("response_url"):
            said = {**ephemeral(message), "replace_original": False}
            async with self._bot.session.post(body["response_url"], json=said) as answer:
                return answer.status == 200
        if body.get("view") and body["type"] == "block_actions":
            note = sheet(body["view"]["title"]["text"], list(message.blocks) or [section(message.text)])
            await self._bot.web.views_push(trigger_id=body["trigger_id"], view=note)
            return True
        if not channel_id:
            return False
        await self._bot.web.chat_postEphemeral(
            channel=channel_id, user=user, text=message.text, blocks=list(message.blocks)
        )
        return True

    async def redraw(self, view: Mapping[str, Any], drawn: View) -> None:
        """The open sheet shows the present state."""
        try:
            await self._bot.web.views_update(view_id=view["id"], view=drawn)
        except (SlackApiError, *NETWORK_ERRORS) as error:
            log.info("a sheet was not redrawn", error=type(error).__name__)

    async def in_plain(self, text: str) -> str:
        """A sentence for a place that shows plain text only: names for mentions, times in UTC."""
        try:
            text = await plain_names(self._bot, text)
        except (SlackApiError, *NETWORK_ERRORS):
            log.info("names could not be looked up")
        text = _CHANNEL.sub("the channel", _DATE.sub(lambda m: m[1], text))
        return html.unescape(text).replace("`", "").replace("*", "")
