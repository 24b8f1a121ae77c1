"""Who has read what, and what that leaves unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.simulator.state import Channel, Message, User
from bot.simulator.team import Team
from bot.simulator.visible import Mentions, mentions

# Slack shows these lines without making a channel bold.
_QUIET = frozenset(
    {
        "channel_join",
        "channel_leave",
        "channel_topic",
        "channel_purpose",
        "channel_archive",
        "channel_unarchive",
    }
    | {"channel_name", "tombstone"}
)


@dataclass
class ReadMarks:
    """The newest message each person has read, by channel, and apart from that by thread (``channel/ts``)."""

    read: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, viewer_id: str, channel_id: str, thread_ts: str | None = None) -> str:
        """The timestamp of the newest message they have read there, "" if none."""
        return self.read.get(viewer_id, {}).get(_place(channel_id, thread_ts), "")

    def set(self, viewer_id: str, channel_id: str, ts: str, thread_ts: str | None = None) -> bool:
        """Everything up to ``ts`` is read; True if that is news. A mark never moves back."""
        if ts <= self.of(viewer_id, channel_id, thread_ts):
            return False
        self.read.setdefault(viewer_id, {})[_place(channel_id, thread_ts)] = ts
        return True


class Unread:
    """Counts what a person has not read, from the marks."""

    def __init__(self, team: Team, marks: ReadMarks) -> None:
        self._team, self._marks = team, marks
        self._mentions: dict[int, tuple[int, Mentions]] = {}

    def counts(self, viewer: User, channel: Channel) -> tuple[int, int]:
        """(unread messages, those that call this person). In a direct message everything calls them."""
        if viewer.id not in channel.members:
            return 0, 0
        unread = calling = 0
        for message in self._news(viewer, channel):
            called = channel.is_im or self._calls(viewer, channel, message)
            unread += not message.is_reply or message.broadcast or called
            calling += called
        return unread, calling

    def _news(self, viewer: User, channel: Channel) -> Iterator[Message]:
        top = self._marks.of(viewer.id, channel.id)
        for message in reversed(channel.messages.values()):
            if message.user_id == viewer.id or message.deleted or message.subtype in _QUIET:
                continue
            if message.is_reply and not message.broadcast:
                if message.ts > self._marks.of(viewer.id, channel.id, message.thread_ts):
                    yield message
            elif message.ts > top:
                yield message

    def _calls(self, viewer: User, channel: Channel, message: Message) -> bool:
        found = self._mentioned(message)
        groups = (self._team.usergroups.get(group, {}) for group in found.groups)
        return (
            viewer.id in found.users
            or (found.channel_wide and viewer.id in channel.members)
            or any(viewer.id in group.get("users", []) for group in groups)
        )

    def _mentioned(self, message: Message) -> Mentions:
        version, known = self._mentions.get(id(message), (0, None))
        if known is None or version != message.version:
            known = mentions(message.as_dict())
            self._mentions[id(message)] = (message.version, known)
        return known


def _place(channel_id: str, thread_ts: str | None) -> str:
    return f"{channel_id}/{thread_ts}" if thread_ts else channel_id
