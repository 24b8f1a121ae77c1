"""Messages that reach Slack once: posted with a name of their own, looked up by it when an answer was lost, edited later."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.effects import is_unhurried
from bot.domain.words import shortened
from bot.slack.answers import Done, Outcome, error_name, is_limited, retry_after
from bot.slack.blocks import Message
from bot.slack.limits import MESSAGE_TEXT_MAX_CHARS
from bot.slack.pace import Pace, Rests
from bot.store.base import Order, Posted, Slot, Store

log = structlog.get_logger(__name__)

EVENT_TYPE = "crisis_bot_message"
"""Metadata type of every message we post; its payload is the message's name, and nothing of its words."""
CLOCKS_APART = timedelta(hours=2)
"""How far Slack's clock and ours may differ when we look for a message we may have posted: ours may have jumped an hour."""
EDITS = "edits"
"""All of chat.update, as far as Slack's patience goes."""
NEW = "new messages"
"""All of chat.postMessage: Slack limits it for each place, and for the workspace."""
LATELY_S = 60.0
_CHANNELS = ("C", "G")
_REFUSED_BLOCKS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, and where it belongs: a channel or a person, perhaps in a thread."""

    message: Message
    to: str
    thread_ts: str | None = None
    only_edit: bool = False
    """Nobody needs it any more who has not seen it already."""
    slot: Slot | None = None
    """The name of the message where it is not the order's own: the first one's of those that share it."""

    @property
    def digest(self) -> str:
        shown = json.dumps([self.message.text, self.message.blocks], sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


class Letters:
    """Posts and edits. Raises what the SDK raises; the gateway knows what that means."""

    def __init__(self, web: AsyncWebClient, store: Store, identity: str, pace: Pace, rests: Rests) -> None:
        self._web = web
        self._store = store
        self._identity = identity
        self._pace = pace
        self._rests = rests
        self._wrote_at: dict[str, float] = {}

    async def check(self, order: Order) -> None:
        """The message may be written now, as far as is known before it is drawn. Raises `NotYet`."""
        posted = await self._store.message(order.crisis, order.effect.key)
        if posted is not None:
            self._rests.check(EDITS)
            self._pace.check(posted.channel, posted.ts, unhurried=is_unhurried(order.effect))

    async def show(self, order: Order, letter: Letter) -> Outcome:
        """The message of this order's slot shows this, in this place; posted if it is not there yet."""
        posted = await self._store.message(order.crisis, order.effect.key)
        if posted is not None and _has_moved(posted, letter.to):
            posted = None  # the crisis is in another channel now, or has none and asks the person
        if posted is not None and posted.digest == letter.digest:
            return Done(posted)
        if posted is not None and (edited := await self._edit(order, posted, letter)):
            return Done(edited)
        found = await self._find(order, letter) if order.attempts > 1 else None
        if found is not None and (edited := await self._edit(order, found, letter)):
            return Done(edited)
        if letter.only_edit:
            return Done()
        return Done(await self._post(order, letter))

    async def _edit(self, order: Order, posted: Posted, letter: Letter) -> Posted | None:
        """The edited message; None when somebody deleted it."""
        self._rests.check(EDITS)
        await self._pace.edit(posted.channel, posted.ts, unhurried=is_unhurried(order.effect))
        try:
            await self._say(self._web.chat_update, letter.message, channel=posted.channel, ts=posted.ts)
        except SlackApiError as error:
            if error_name(error) in ("message_not_found", "cant_update_message"):
                return None
            self._learn(EDITS, error)
            raise
        return replace(posted, digest=letter.digest)

    async def _post(self, order: Order, letter: Letter) -> Posted:
        self._rests.check(NEW)
        self._rests.check(letter.to)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"name": self._name(order, letter)}}
        try:
            answer = await self._say(
                self._web.chat_postMessage,
                letter.message,
                channel=letter.to,
                thread_ts=letter.thread_ts,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            self._learn(letter.to if self._was_written_to(letter.to) else NEW, error)
            raise
        finally:
            self._wrote(letter.to)
        return Posted(answer["channel"], answer["ts"], letter.digest)

    def _was_written_to(self, place: str) -> bool:
        """Lately, so that it may be this place that Slack wants left alone. Otherwise it is too much for the workspace."""
        return asyncio.get_running_loop().time() - self._wrote_at.get(place, float("-inf")) < LATELY_S

    def _wrote(self, place: str) -> None:
        now = asyncio.get_running_loop().time()
        self._wrote_at = {p: at for p, at in self._wrote_at.items() if now - at < LATELY_S}
        self._wrote_at[place] = now

    def _learn(self, what: str, error: SlackApiError) -> None:
        """Slack limits new messages for each place, edits for the whole workspace: others of the kind need not ask."""
        if is_limited(error):
            self._rests.asked(what, retry_after(error))

    async def _say(self, method: Any, message: Message, **where: Any) -> Any:
        text = shortened(message.text, MESSAGE_TEXT_MAX_CHARS)
        try:
            return await method(text=text, blocks=list(message.blocks) or None, **where)
        except SlackApiError as error:
            if error_name(error) not in _REFUSED_BLOCKS or not message.blocks:
                raise
            # A bug of ours; people get the words rather than nothing.
            log.error("Slack refused the blocks of a message", error=error_name(error), text_chars=len(text))
            return await method(text=text, blocks=[], **where)

    def _name(self, order: Order, letter: Letter) -> str:
        number, slot = letter.slot or (order.crisis, order.effect.key)
        return f"{self._identity}/{number}/{slot}"

    async def _find(self, order: Order, letter: Letter) -> Posted | None:
        """The message an earlier try may have left behind, whose answer was lost."""
        channel = letter.to
        if channel.startswith(("U", "W")):
            channel = (await self._web.conversations_open(users=[channel]))["channel"]["id"]
        since = str((order.first_tried_at - CLOCKS_APART).timestamp())
        cursor = ""
        while True:
            asked: dict[str, Any] = {
                "oldest": since,
                "include_all_metadata": True,
                "limit": 200,
                "cursor": cursor,
            }
            if letter.thread_ts:
                page = await self._web.conversations_replies(channel=channel, ts=letter.thread_ts, **asked)
            else:
                page = await self._web.conversations_history(channel=channel, **asked)
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if (metadata.get("event_payload") or {}).get("name") == self._name(order, letter):
                    return Posted(channel, message["ts"], digest="")
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None


def _has_moved(posted: Posted, to: str) -> bool:
    """A person's messages stand in a channel of their own, whose id we do not know beforehand."""
    return posted.channel.startswith(_CHANNELS) if to.startswith(("U", "W")) else posted.channel != to
