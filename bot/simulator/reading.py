"""What people see on their screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.inputs import inputs_of
from bot.simulator.state import Channel, Message, User
from bot.simulator.team import Team
from bot.simulator.views import View
from bot.simulator.visible import Control, controls, mentions, visible_text


class TeamNames:
    """The names a reader sees for ids, from the workspace."""

    def __init__(self, team: Team, viewer: User) -> None:
        self._team, self._viewer = team, viewer

    def user(self, user_id: str) -> str:
        known = self._team.users.get(user_id)
        return known.name if known else user_id

    def channel(self, channel_id: str) -> str:
        channel = self._team.channels.get(channel_id)
        if channel is None:
            return channel_id
        hidden = channel.kind == "private" and self._viewer.id not in channel.members
        return "private-channel" if hidden else channel.name

    def usergroup(self, group_id: str) -> str:
        group = self._team.usergroups.get(group_id)
        return str(group["handle"]) if group else group_id


@dataclass(frozen=True)
class Screen:
    """The eyes of one person: renders messages and views as they read them."""

    team: Team
    viewer: User

    def text(self, payload: Mapping[str, Any]) -> str:
        """The visible text of a message or view."""
        tz = ZoneInfo(self.viewer.tz)
        return visible_text(payload, TeamNames(self.team, self.viewer), tz=tz, now=self.team.clock.now())

    def controls(self, payload: Mapping[str, Any]) -> list[Control]:
        """What the person can press or fill, from top to bottom."""
        tz = ZoneInfo(self.viewer.tz)
        return controls(payload, TeamNames(self.team, self.viewer), tz=tz, now=self.team.clock.now())

    def message_text(self, message: Message) -> str:
        """The whole message, files by name, with Slack's own warning if a press of this person failed."""
        files = [f"[file: {file['title']}]" for file in message.body.get("files", [])]
        attachments = [self.text(attachment) for attachment in message.body.get("attachments", [])]
        trouble = message.trouble.get(self.viewer.id, "")
        return "\n".join(
            part for part in [self.text(message.as_dict()), *attachments, *files, trouble] if part
        )

    def view_text(self, view: View) -> str:
        """The view with what was typed into it, the errors beside the fields and Slack's own warning."""
        shown = {**view.content, "blocks": filled_blocks(view)}
        errors = [f"{label}: {text}" for label, text in view_errors(view).items()]
        return "\n".join(part for part in [self.text(shown), *errors, view.trouble] if part)

    def messages(self, channel: Channel, *, threads: bool) -> list[Message]:
        """What the person can see in the channel, in order; with ``threads`` replies below their parents."""
        own = [m for m in channel.ephemerals if m.visible_to == self.viewer.id]
        everyone = list(channel.messages.values())
        alive = sorted((m for m in [*everyone, *own] if not m.deleted), key=lambda m: m.ts)
        top = [m for m in alive if not m.is_reply or m.broadcast]
        if not threads:
            return top
        ordered: list[Message] = []
        for message in top:
            ordered.append(message)
            ordered += [m for m in alive if m.is_reply and m.thread_ts == message.ts]
        return ordered


@dataclass(frozen=True)
class VisibleMessage:
    """A message as one person sees it now: it follows edits. Reading it marks it as expected."""

    message: Message
    channel: Channel
    screen: Screen

    @property
    def text(self) -> str:
        self.message.expected = True
        return self.screen.message_text(self.message)

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def fallback(self) -> str:
        """What a notification or a screen reader says."""
        return str(self.message.body.get("text", ""))

    @property
    def buttons(self) -> list[str]:
        """Labels of the buttons, from top to bottom."""
        return [control.label for control in self.controls if control.kind == "button"]

    @property
    def controls(self) -> list[Control]:
        return self.screen.controls(self.message.as_dict())

    @property
    def by(self) -> User:
        return self.screen.team.users[self.message.user_id]

    @property
    def is_ephemeral(self) -> bool:
        return self.message.visible_to is not None

    @property
    def is_pinned(self) -> bool:
        return self.ts in self.channel.pins

    @property
    def is_deleted(self) -> bool:
        return self.message.deleted

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Names of those who reacted, by emoji."""
        users = self.screen.team.users
        return {name: [users[u].name for u in ids] for name, ids in self.message.reactions.items()}

    @property
    def notifies(self) -> set[str]:
        """Names of the people this message notifies by mentioning them; "channel" for everyone."""
        found = mentions(self.message.as_dict())
        names = {TeamNames(self.screen.team, self.screen.viewer).user(u) for u in found.users}
        return names | ({"channel"} if found.channel_wide else set())

    def __str__(self) -> str:
        where = "only you" if self.is_ephemeral else "thread" if self.message.is_reply else ""
        return f"{self.by.name}{f' ({where})' if where else ''}: {self.screen.message_text(self.message)}"


def filled_blocks(view: View) -> list[dict[str, Any]]:
    """The blocks with what the person entered in place of the initial values."""
    states = {entry.key: (entry, view.values.get(entry.key)) for entry in inputs_of(view.blocks)}

    def filled(block: dict[str, Any], element: dict[str, Any]) -> dict[str, Any]:
        entry, state = states.get((block["block_id"], element.get("action_id", "")), (None, None))
        if entry is None or state is None:
            return element
        value = state[entry.shape.key]
        rest = {key: item for key, item in element.items() if key != entry.shape.initial}
        return rest if value in (None, [], "") else {**rest, entry.shape.initial: value}

    blocks = []
    for block in view.blocks:
        shown = dict(block)
        for key in ("element", "accessory"):
            if key in shown:
                shown[key] = filled(block, shown[key])
        if "elements" in shown and shown["type"] == "actions":
            shown["elements"] = [filled(block, element) for element in shown["elements"]]
        blocks.append(shown)
    return blocks


def view_errors(view: View) -> dict[str, str]:
    """Error texts by the label of their field."""
    labels = {entry.block["block_id"]: entry.label for entry in inputs_of(view.blocks)}
    return {labels.get(block_id, block_id): text for block_id, text in view.errors.items()}
