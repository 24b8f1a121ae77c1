"""The timeline by hand: notes, messages added to it, the :pushpin: reaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.errors import CrisisCancelled, WrongPlace
from bot.domain.model import Incident, Status
from bot.domain.notes import add_note, pin_message, unpin_message
from bot.slack.answers import NETWORK_ERRORS, Retry, error_name, meaning
from bot.slack.controls import Place
from bot.slack.views.forms import crisis as forms
from handlers._asked import Asked, Bot, Form, Happened, Reply
from handlers._registry import button, command, event, form, shortcut
from handlers._typed import plain_names, typed_words

log = structlog.get_logger(__name__)

PUSHPIN = "pushpin"
UNREADABLE = "(a message that Slack does not let me read)"


def _is_on_record(incident: Incident, _: object) -> bool:
    return incident.status is not Status.CANCELLED


@command("note", usage="TEXT", in_channel=True)
async def note(asked: Asked) -> Reply:
    """Puts a note on the timeline."""
    if not asked.text:
        return await ask_for_note(asked)
    text = await typed_words(asked.bot, asked.text)
    return await asked.apply(partial(add_note, text=text, by=asked.by, now=asked.now))


@button("panel.note", "Add note…", Place.PANEL, shown_when=_is_on_record)
async def ask_for_note(asked: Asked) -> Reply:
    """Asks for a note."""
    return Form(forms.note_form(asked.here, metadata=asked.remembered()))


@form("note")
async def note_by_form(asked: Asked) -> Reply:
    """Puts the note on the timeline."""
    text = await plain_names(asked.bot, forms.read_note(asked.view))
    await asked.apply(partial(add_note, text=text, by=asked.by, now=asked.now))
    return None


@shortcut("add_to_timeline", "Add to timeline", "Put this message on the timeline of its crisis")
async def add_message(asked: Asked) -> Reply:
    """Puts the message on the timeline, at its own time."""
    if asked.crisis is None:
        raise WrongPlace(
            word="note", where="A message can be added to the timeline where the crisis is worked on."
        )
    return await asked.apply(await _pinned(asked.bot, asked.message, str(asked.channel_id), asked.by))


@event("reaction_added")
async def pinned(happened: Happened) -> None:
    """A :pushpin: on a message in a crisis channel puts it on the timeline."""
    crisis, item = await _pin(happened)
    if crisis is None:
        return
    message = await _message(happened.bot, item["channel"], item["ts"])
    if message is not None:
        decide = await _pinned(happened.bot, message, item["channel"], str(happened.event["user"]))
        with suppress(CrisisCancelled):  # a reaction asks for no answer
            await happened.learned(crisis.number, decide, about=_subject(happened))


@event("reaction_removed")
async def unpinned(happened: Happened) -> None:
    """The :pushpin: taken off takes the message off the timeline."""
    crisis, item = await _pin(happened)
    if crisis is not None:
        decide = partial(
            unpin_message, message_ts=item["ts"], by=str(happened.event["user"]), now=happened.now
        )
        await happened.learned(crisis.number, decide, about=_subject(happened))


def _subject(happened: Happened) -> str:
    """Whether this person's pushpin is on this message."""
    item = happened.event["item"]
    return f"pin of {happened.event['user']} on {item['channel']} {item['ts']}"


async def _pin(happened: Happened) -> tuple[Incident | None, Mapping[str, str]]:
    item = happened.event.get("item") or {}
    on_message = item.get("type") == "message" and item.get("channel") and item.get("ts")
    if happened.event.get("reaction") != PUSHPIN or not on_message:
        return None, item
    return await happened.bot.store.crisis_in(item["channel"]), item


async def _pinned(bot: Bot, message: Mapping[str, Any], channel_id: str, by: str) -> Any:
    """The decision that puts this message on the timeline."""
    ts = str(message["ts"])
    text = await typed_words(bot, str(message.get("text") or ""))
    return partial(
        pin_message,
        message_ts=ts,
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        author=str(message.get("user") or ""),
        text=text or "(a message without words)",
        link=await _permalink(bot, channel_id, ts),
        by=by,
    )


async def _permalink(bot: Bot, channel_id: str, ts: str) -> str:
    try:
        return str((await bot.quick.chat_getPermalink(channel=channel_id, message_ts=ts))["permalink"])
    except (SlackApiError, *NETWORK_ERRORS):
        return ""


async def _message(bot: Bot, channel_id: str, ts: str) -> Mapping[str, Any] | None:
    """The message, also a reply in a thread; None when it is gone. Raises what the SDK raises when Slack fails.

    Where Slack does not let us read it, the pin is kept all the same, with the link to it.
    """
    try:
        return await _read(bot, channel_id, ts)
    except SlackApiError as error:
        if isinstance(meaning(error), Retry):
            raise
        log.info("a pinned message cannot be read", error=error_name(error))
        return {"ts": ts, "text": UNREADABLE}


async def _read(bot: Bot, channel_id: str, ts: str) -> Mapping[str, Any] | None:
    page = await bot.web.conversations_history(
        channel=channel_id, latest=ts, oldest=ts, inclusive=True, limit=1
    )
    if not page["messages"]:
        page = await bot.web.conversations_replies(
            channel=channel_id, ts=ts, latest=ts, oldest=ts, inclusive=True, limit=1
        )
    return next((m for m in page["messages"] if m["ts"] == ts), None)
