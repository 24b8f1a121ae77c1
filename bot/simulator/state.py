"""What a workspace holds: people, channels, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Guest = Literal["no", "multi_channel", "single_channel"]
ChannelKind = Literal["public", "private", "im"]


@dataclass
class User:
    """A person or a bot of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    email: str = ""
    title: str = ""
    is_bot: bool = False
    guest: Guest = "no"
    admin: bool = False
    deactivated: bool = False
    presence: Literal["active", "away"] = "active"
    dnd_from: datetime | None = None
    dnd_until: datetime | None = None
    status_text: str = ""
    status_emoji: str = ""
    status_until: datetime | None = None
    bot_id: str | None = None

    def as_dict(self, team_id: str, now: datetime, *, with_email: bool) -> dict[str, Any]:
        """The user object of users.info."""
        profile: dict[str, Any] = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "title": self.title,
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            # Slack takes an expired status away a little later.
            "status_expiration": int(self.status_until.timestamp()) if self.status_until else 0,
            "team": team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deactivated,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "profile": profile,
        }
        if self.deactivated:
            # Slack leaves the time zone and the guest flags out for a deactivated account.
            return user
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return user | {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.guest != "no",
            "is_ultra_restricted": self.guest == "single_channel",
            "who_can_share_contact_card": "EVERYONE",
            "is_email_confirmed": True,
        }


@dataclass
class Message:
    """A message in a channel, or (``visible_to``) an ephemeral one."""

    channel_id: str
    ts: str
    user_id: str
    body: dict[str, Any]
    thread_ts: str | None = None
    broadcast: bool = False
    visible_to: str | None = None
    subtype: str | None = None
    metadata: dict[str, Any] | None = None
    deleted: bool = False
    edited: dict[str, Any] | None = None
    version: int = 1
    reactions: dict[str, list[str]] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    expected: bool = False
    # What Slack's own client warns of beside the message, by who pressed.
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_dict(self, *, with_metadata: bool = False) -> dict[str, Any]:
        """The message object of conversations.history; metadata only when asked for, as Slack does."""
        message: dict[str, Any] = {"type": "message", "user": self.user_id, "ts": self.ts, **self.body}
        if self.subtype:
            message["subtype"] = self.subtype
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.edited:
            message["edited"] = self.edited
        if with_metadata and self.metadata:
            message["metadata"] = self.metadata
        if self.reactions:
            message["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return message


@dataclass
class Wording:
    """A topic or purpose, with who set it and when (epoch seconds)."""

    value: str = ""
    creator: str = ""
    last_set: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "creator": self.creator, "last_set": self.last_set}


@dataclass
class Channel:
    """A channel or a direct message between two accounts."""

    id: str
    name: str
    kind: ChannelKind
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    archived: bool = False
    topic: Wording = field(default_factory=Wording)
    purpose: Wording = field(default_factory=Wording)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    pins: dict[str, dict[str, Any]] = field(default_factory=dict)
    bookmarks: dict[str, dict[str, Any]] = field(default_factory=dict)
    previous_names: list[str] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        return self.kind == "im"

    def replies(self, thread_ts: str) -> list[Message]:
        return [
            m for m in self.messages.values() if m.thread_ts == thread_ts and m.is_reply and not m.deleted
        ]

    def as_dict(self, viewer: str, *, with_num_members: bool = True) -> dict[str, Any]:
        """The conversation object as ``viewer`` gets it."""
        if self.is_im:
            other = next((member for member in self.members if member != viewer), viewer)
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_channel": False,
                "is_group": False,
                "is_mpim": False,
                "is_private": False,
                "is_archived": self.archived,
                "is_org_shared": False,
                "is_open": True,
                "user": other,
                "is_user_deleted": False,
            }
        channel: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_archived": self.archived,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_member": viewer in self.members,
            "created": self.created,
            "creator": self.creator,
            "topic": self.topic.as_dict(),
            "purpose": self.purpose.as_dict(),
            "previous_names": list(self.previous_names),
        }
        if with_num_members:
            channel["num_members"] = len(self.members)
        return channel
