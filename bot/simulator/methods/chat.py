"""chat.*: messages."""

from __future__ import annotations

import json
from typing import Any

from bot.simulator import messaging
from bot.simulator.blocks import BlockError, check_message
from bot.simulator.calls import Arguments
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import Channel, Message

TEXT_CUT_CHARS = 40_000
MARKDOWN_MAX_CHARS = 12_000
ATTACHMENTS_MAX = 100
# Slack documents the error but not the figure; 16 KB is what others measured.
METADATA_MAX_BYTES = 16_000


@method("chat.postMessage", tier=0, scopes=["chat:write"])
def post_message(call: Context) -> Answer:
    channel = _target(call)
    if channel.archived:
        raise SlackError("is_archived")
    anywhere = channel.kind == "public" and "chat:write.public" in call.team.manifest.scopes
    if call.me.id not in channel.members and not anywhere:
        raise SlackError("not_in_channel")
    body = read_body(call.args)
    if any(call.args.text(name) for name in ("username", "icon_emoji", "icon_url")):
        call.need("chat:write.customize")
        body |= {"username": call.args.text("username")} if call.args.text("username") else {}
    call.record("message", body)
    message = messaging.post(
        call.team,
        channel,
        call.me.id,
        messaging.bot_body(call.team, body),
        thread_ts=call.args.text("thread_ts") or None,
        broadcast=call.args.flag("reply_broadcast"),
        metadata=_metadata(call.args),
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_dict(with_metadata=True)}


@method("chat.postEphemeral", tier=4, scopes=["chat:write"])
def post_ephemeral(call: Context) -> Answer:
    channel = _target(call)
    if channel.archived:
        raise SlackError("is_archived")
    if call.me.id not in channel.members:
        raise SlackError("not_in_channel")
    if call.args.required("user", "user_not_in_channel") not in channel.members:
        raise SlackError("user_not_in_channel")
    body = read_body(call.args)
    call.record("message", body)
    message = messaging.whisper(
        call.team,
        channel,
        call.me.id,
        call.args.text("user"),
        messaging.bot_body(call.team, body),
        call.args.text("thread_ts") or None,
    )
    return {"message_ts": message.ts}


@method("chat.update", tier=3, scopes=["chat:write"])
def update(call: Context) -> Answer:
    channel, message = _own_message(call, "cant_update_message")
    if channel.archived:
        # The one chat method whose reference page names this error instead of is_archived.
        raise SlackError("is_inactive")
    text_given = call.args.values.get("text") is not None
    blocks_given = call.args.values.get("blocks") is not None
    body = read_body(call.args, update=True, before=message)
    metadata = _metadata(call.args)
    if metadata is not None:
        message.metadata = metadata or None
    call.record("message", body)
    # Slack marks a message as edited only if text took the place of blocks or of other text.
    marked = text_given and not blocks_given
    messaging.edit(call.team, channel, message, messaging.bot_body(call.team, body), marked=marked)
    answer = message.as_dict()
    return {"channel": channel.id, "ts": message.ts, "text": answer.get("text", ""), "message": answer}


@method("chat.delete", tier=3, scopes=["chat:write"])
def delete(call: Context) -> Answer:
    channel, message = _own_message(call, "cant_delete_message")
    messaging.delete(call.team, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=0)
def get_permalink(call: Context) -> Answer:
    channel = call.channel()
    message = call.team.message(channel, call.args.text("message_ts"))
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def read_body(args: Arguments, *, update: bool = False, before: Message | None = None) -> dict[str, Any]:
    """Text, blocks and attachments, checked as Slack checks them. Raises no_text, invalid_blocks and kin."""
    blocks = args.json("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    text = args.text("text")
    attachments = args.json("attachments", "invalid_attachments")
    if attachments is not None and len(attachments) > ATTACHMENTS_MAX:
        raise SlackError("too_many_attachments")
    markdown = args.text("markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_MAX_CHARS:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
    if before is not None and args.values.get("text") is None and blocks is None:
        # Without new text the blocks stay; with new text and no blocks they go.
        text, blocks = before.body.get("text", ""), before.body.get("blocks")
    try:
        # Attachments alone are content enough.
        check_message(text=text or ("(attachment)" if attachments else ""), blocks=blocks, update=update)
    except BlockError as problem:
        raise SlackError(problem.error, problem.messages) from None
    body: dict[str, Any] = {"text": text[:TEXT_CUT_CHARS]}
    return (
        body | ({"blocks": blocks} if blocks else {}) | ({"attachments": attachments} if attachments else {})
    )


def _metadata(args: Arguments) -> dict[str, Any] | None:
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_MAX_BYTES:
        raise SlackError("metadata_too_large")
    is_event = bool(metadata.get("event_type")) and isinstance(metadata.get("event_payload"), dict)
    if metadata and not is_event and "entities" not in metadata:
        raise SlackError("invalid_metadata_schema")
    return metadata


def _target(call: Context) -> Channel:
    """The conversation to post to: an id, a public channel's name, or a person, whose DM is opened.

    A deactivated person's DM still takes messages: Slack answers ok (slackapi/python-slack-sdk#1156).
    Only conversations.open says user_disabled.
    """
    wanted = call.args.required("channel", "channel_not_found")
    if wanted in call.team.users:
        return call.team.direct_message(call.me.id, wanted)
    named = call.team.channel_named(wanted) if wanted not in call.team.channels else None
    return call.team.channel_for(call.me.id, named.id if named else wanted)


def _own_message(call: Context, refusal: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = call.team.message(channel, call.args.required("ts", "message_not_found"))
    if message.user_id != call.me.id or message.subtype is not None:
        raise SlackError(refusal)
    return channel, message
