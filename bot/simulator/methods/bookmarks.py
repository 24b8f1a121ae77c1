"""bookmarks.*: the links above a channel."""

from __future__ import annotations

from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import Channel

BOOKMARKS_MAX = 100


@method("bookmarks.add", tier=2, scopes=["bookmarks:write"])
def add(call: Context) -> Answer:
    channel = _channel(call)
    if call.args.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    link = call.args.required("link", "invalid_link")
    if "://" not in link:
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= BOOKMARKS_MAX:
        raise SlackError("too_many_bookmarks")
    bookmark = {
        "id": call.team.new_id("Bk"),
        "channel_id": channel.id,
        "title": call.args.required("title"),
        "link": link,
        "emoji": call.args.text("emoji"),
        "type": "link",
        "date_created": call.team.epoch(),
        "date_updated": 0,
        "last_updated_by_user_id": call.me.id,
        "app_id": call.team.app_id,
    }
    channel.bookmarks[str(bookmark["id"])] = bookmark
    call.team.publish("channel_changed", channel, call.me.id, bookmark=bookmark)
    return {"bookmark": bookmark}


@method("bookmarks.edit", tier=2, scopes=["bookmarks:write"])
def edit(call: Context) -> Answer:
    channel = _channel(call)
    bookmark = channel.bookmarks.get(call.args.text("bookmark_id"))
    if bookmark is None:
        raise SlackError("not_found")
    bookmark |= {name: call.args.text(name) for name in ("title", "link", "emoji") if call.args.text(name)}
    bookmark["date_updated"] = call.team.epoch()
    call.team.publish("channel_changed", channel, call.me.id, bookmark=bookmark)
    return {"bookmark": bookmark}


@method("bookmarks.remove", tier=2, scopes=["bookmarks:write"])
def remove(call: Context) -> Answer:
    channel = _channel(call)
    if channel.bookmarks.pop(call.args.text("bookmark_id"), None) is None:
        raise SlackError("not_found")
    call.team.publish("channel_changed", channel, call.me.id)
    return {}


@method("bookmarks.list", tier=3, scopes=["bookmarks:read"])
def list_(call: Context) -> Answer:
    return {"bookmarks": list(call.channel("channel_id").bookmarks.values())}


def _channel(call: Context) -> Channel:
    channel = call.member_channel("channel_id")
    if channel.archived:
        raise SlackError("is_archived")
    return channel
