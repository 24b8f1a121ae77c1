"""conversations.history and conversations.replies: reading back."""

from __future__ import annotations

from typing import Any

from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import Channel, Message

_SCOPES = ["channels:history", "groups:history", "im:history"]


@method("conversations.history", tier=3, scopes=_SCOPES)
def history(call: Context) -> Answer:
    channel = call.member_channel()
    call.need_for(channel, "history")
    messages = [m for m in channel.messages.values() if not m.deleted and (not m.is_reply or m.broadcast)]
    return _answer(call, channel, sorted(messages, key=lambda m: m.ts, reverse=True)) | {
        "pin_count": len(channel.pins),
    }


@method("conversations.replies", tier=3, scopes=_SCOPES)
def replies(call: Context) -> Answer:
    channel = call.member_channel()
    call.need_for(channel, "history")
    asked = channel.messages.get(call.args.required("ts", "thread_not_found"))
    if asked is None or asked.deleted:
        raise SlackError("thread_not_found")
    return _answer(call, channel, [asked, *channel.replies(asked.ts)])


def _answer(call: Context, channel: Channel, messages: list[Message]) -> Answer:
    found = [m for m in messages if _within(call, m.ts)]
    shown, cursor = call.page(found, default=100, most=999)
    with_metadata = call.args.flag("include_all_metadata")
    answer: Answer = {
        "messages": [_described(channel, m, with_metadata) for m in shown],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _within(call: Context, ts: str) -> bool:
    oldest, latest = call.args.text("oldest"), call.args.text("latest")
    inclusive = call.args.flag("inclusive")
    if oldest and (_moment(ts) < _moment(oldest) or (not inclusive and _moment(ts) == _moment(oldest))):
        return False
    return not latest or _moment(ts) < _moment(latest) or (inclusive and _moment(ts) == _moment(latest))


def _moment(ts: str) -> tuple[int, str]:
    """A timestamp to compare by; as a float it would lose its last digits."""
    seconds, _, fraction = ts.partition(".")
    try:
        return int(seconds), fraction.ljust(6, "0")
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def _described(channel: Channel, message: Message, with_metadata: bool) -> dict[str, Any]:
    described = message.as_dict(with_metadata=with_metadata)
    if message.ts in channel.pins:
        described["pinned_to"] = [channel.id]
        described["pinned_info"] = {
            "channel": channel.id,
            "pinned_by": channel.pins[message.ts]["created_by"],
        }
    answers = channel.replies(message.ts)
    if answers:
        users = list(dict.fromkeys(reply.user_id for reply in answers))
        described |= {
            "reply_count": len(answers),
            "reply_users_count": len(users),
            "reply_users": users[:5],
            "latest_reply": answers[-1].ts,
        }
    if message.is_reply:
        described["parent_user_id"] = channel.messages[message.thread_ts or ""].user_id
    return described
