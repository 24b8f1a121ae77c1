"""Messages as the page draws them, for one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.simulator.page.blocks import Pen
from bot.simulator.page.emoji import character
from bot.simulator.page.text import Node, mrkdwn_nodes
from bot.simulator.reading import Screen
from bot.simulator.runs import plain, runs_of
from bot.simulator.slack_dates import DateStyle, shown_date
from bot.simulator.state import Channel, Message, User
from bot.simulator.team import Team

COLOURS = 8
SAID_MAX_CHARS = 240


def face(team: Team, user: User) -> Node:
    """Who somebody is on the screen: name, what they do, initials on one of some colours."""
    words = user.real_name.replace("-", " ").split()
    initials = "".join(word[0] for word in words[:2]).upper()
    return {
        "id": user.id,
        "handle": user.name,
        "name": user.real_name if not user.is_bot else user.name,
        "title": user.title,
        "initials": initials,
        "colour": crc32(user.id.encode()) % COLOURS,
        "app": user.is_bot,
    }


def message_node(team: Team, viewer: User, channel: Channel, message: Message, *, in_thread: bool) -> Node:
    """Everything the page shows of the message."""
    pen = Pen(team, viewer, message.values)
    author = team.users[message.user_id]
    node: Node = {
        "ts": message.ts,
        "by": face(team, author),
        "when": _moment(team, viewer, message.ts),
        "system": message.subtype is not None,
        "body": _body(pen, message),
        "edited": message.edited is not None,
        "only_you": message.visible_to is not None,
        "mine": message.user_id == viewer.id and message.subtype is None,
        "reactions": [_reaction(team, viewer, name, ids) for name, ids in message.reactions.items()],
        "trouble": message.trouble.get(viewer.id, ""),
        "said": _said(team, viewer, author, message),
    }
    if node["mine"]:
        node["source"] = plain(runs_of(str(message.body.get("text") or ""), pen.reader))
    pin = channel.pins.get(message.ts)
    if pin:
        node["pinned"] = team.users[pin["created_by"]].real_name
    replies = channel.replies(message.ts) if message.thread_ts == message.ts else []
    if replies and not in_thread:
        node["replies"] = _replies(team, viewer, replies)
    if message.is_reply and not in_thread:
        node["thread"] = message.thread_ts
    return node


def _body(pen: Pen, message: Message) -> list[Node]:
    body = message.body
    return [
        *_content(pen, body),
        *({"t": "attached", "parts": _content(pen, attached)} for attached in body.get("attachments", [])),
        *(
            {"t": "section", "text": [{"k": "text", "s": f"File: {file['title']}"}]}
            for file in body.get("files", [])
        ),
    ]


def _content(pen: Pen, body: dict[str, Any]) -> list[Node]:
    if body.get("blocks"):
        return pen.blocks(body["blocks"])
    text = str(body.get("text") or "")
    return [{"t": "section", "text": mrkdwn_nodes(text, pen.reader, pen.viewer.id)}] if text else []


def _moment(team: Team, viewer: User, ts: str) -> Node:
    zone = ZoneInfo(viewer.tz)
    style = DateStyle(zone, team.clock.now())
    seconds = ts.partition(".")[0]

    def shown(layout: str) -> str:
        return shown_date(seconds, layout, "", style)

    return {
        "time": shown("{time}"),
        "full": shown("{date_long} at {time_secs}"),
        "day": f"{datetime.fromtimestamp(int(seconds), zone):%Y-%m-%d}",
        "day_name": shown("{day_divider_pretty}"),
        "at": float(ts),
    }


def _reaction(team: Team, viewer: User, name: str, ids: list[str]) -> Node:
    return {
        "name": name,
        "char": character(name) or f":{name}:",
        "count": len(ids),
        "mine": viewer.id in ids,
        "who": ", ".join(team.users[user_id].real_name for user_id in ids),
    }


def _replies(team: Team, viewer: User, replies: list[Message]) -> Node:
    people = list(dict.fromkeys(reply.user_id for reply in replies))
    return {
        "count": len(replies),
        "people": [face(team, team.users[user_id]) for user_id in people[:5]],
        "last": _moment(team, viewer, replies[-1].ts)["time"],
    }


def _said(team: Team, viewer: User, author: User, message: Message) -> str:
    """What a screen reader says when it arrives."""
    text = " ".join(Screen(team, viewer).message_text(message).split())
    cut = text if len(text) <= SAID_MAX_CHARS else text[: SAID_MAX_CHARS - 1] + "…"
    return f"{author.real_name}: {cut}"
