"""The workspace itself: who and what is in it, and what the app hears about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.simulator.changes import Change, Changes
from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError
from bot.simulator.manifest import Manifest
from bot.simulator.state import Channel, ChannelKind, Guest, Message, User

SLACKBOT_ID = "USLACKBOT"


class Team:
    """People, channels and user groups, looked up the way Slack looks them up."""

    def __init__(self, manifest: Manifest, clock: Clock, changes: Changes, *, domain: str = "acme") -> None:
        self.manifest = manifest
        self.clock = clock
        self.changes = changes
        self.id, self.name, self.domain, self.app_id = "T0ACME", domain.capitalize(), domain, "A0CRISIS"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.only_admins_create_channels = False
        self.on_event: Callable[[dict[str, Any]], None] = lambda event: None
        self.last_number = 0
        self.last_ts_us = 0
        self.users[SLACKBOT_ID] = User(SLACKBOT_ID, "slackbot", "Slackbot", is_bot=False)
        self.bot = self.add_user(manifest.bot_name, real_name=manifest.app_name, is_bot=True)

    # -- identities ------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """A fresh identifier such as U00000001A."""
        self.last_number += 1
        return f"{prefix}0{self.last_number:07X}"

    def new_ts(self) -> str:
        """A fresh message timestamp: of the clock, unique, always later than the one before."""
        now_us = int(self.clock.now().timestamp() * 1_000_000)
        self.last_ts_us = max(now_us, self.last_ts_us + 1)
        return f"{self.last_ts_us // 1_000_000}.{self.last_ts_us % 1_000_000:06d}"

    def epoch(self) -> int:
        """The clock in whole seconds, as Slack dates its objects."""
        return int(self.clock.now().timestamp())

    # -- adding ----------------------------------------------------------------------------------------------

    def add_user(
        self,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "UTC",
        email: str | None = None,
        title: str = "",
        guest: Guest = "no",
        admin: bool = False,
        is_bot: bool = False,
    ) -> User:
        """An account exists. A human member, unless a guest, is in #general as on every real workspace."""
        user = User(
            id=self.new_id("U"),
            name=name,
            real_name=real_name or name.replace("-", " ").replace(".", " ").title(),
            tz=tz,
            email=email if email is not None else f"{name}@{self.domain}.example",
            title=title,
            guest=guest,
            admin=admin,
            is_bot=is_bot,
            bot_id=self.new_id("B") if is_bot else None,
        )
        self.users[user.id] = user
        general = self.channel_named("general")
        if general and guest == "no" and not is_bot:
            general.members.append(user.id)
        self.tell_app(
            {"type": "team_join", "user": user.as_dict(self.id, self.clock.now(), with_email=False)}
        )
        return user

    def add_channel(self, name: str, kind: ChannelKind, creator: str, members: Iterable[str]) -> Channel:
        """A conversation exists with exactly these members; nobody is told."""
        channel_id = self.new_id("D" if kind == "im" else "C")
        channel = Channel(channel_id, name, kind, creator, self.epoch(), members=list(dict.fromkeys(members)))
        self.channels[channel_id] = channel
        return channel

    # -- looking up ------------------------------------------------------------------------------------------

    def user(self, user_id: str) -> User:
        """The account. Raises user_not_found."""
        try:
            return self.users[user_id]
        except KeyError:
            raise SlackError("user_not_found") from None

    def user_named(self, name: str) -> User | None:
        """The account with this handle, the leading @ optional."""
        wanted = name.removeprefix("@").lower()
        return next((user for user in self.users.values() if user.name.lower() == wanted), None)

    def channel_named(self, name: str) -> Channel | None:
        """The channel with this name, the leading # optional; archived channels keep their names."""
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if not c.is_im and c.name == wanted), None)

    def channel_for(self, viewer: str, channel_id: str) -> Channel:
        """The conversation, if ``viewer`` may know of it.

        Raises channel_not_found, which is also Slack's answer for private channels one is not in.
        """
        channel = self.channels.get(channel_id)
        if channel is None or (channel.kind != "public" and viewer not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def direct_message(self, one: str, other: str) -> Channel:
        """The conversation between the two, opened if they never spoke."""
        pair = list(dict.fromkeys([one, other]))
        for channel in self.channels.values():
            if channel.is_im and sorted(channel.members) == sorted(pair):
                return channel
        return self.add_channel("", "im", one, pair)

    def message(self, channel: Channel, ts: str) -> Message:
        """The message. Raises message_not_found, also for ephemerals: Slack does not keep those."""
        message = channel.messages.get(ts)
        if message is None or message.deleted:
            raise SlackError("message_not_found")
        return message

    # -- telling the app -------------------------------------------------------------------------------------

    def tell_app(self, event: dict[str, Any], channel: Channel | None = None) -> None:
        """The app gets the event, if its manifest subscribes to it."""
        if self._subscription(event, channel) in self.manifest.bot_events:
            self.on_event({**event, "event_ts": event.get("event_ts", self.new_ts())})

    def tell_app_if_member(self, event: dict[str, Any], channel: Channel) -> None:
        """The app gets the event, if it is in the channel and subscribed."""
        if self.bot.id in channel.members:
            self.tell_app(event, channel)

    def tell_app_if_visible(self, channel: Channel, event: dict[str, Any]) -> None:
        """The app gets the event, if the channel is public or the app is in it."""
        if channel.kind == "public" or self.bot.id in channel.members:
            self.tell_app(event, channel)

    def publish(
        self, kind: str, channel: Channel | None = None, user_id: str | None = None, /, **detail: Any
    ) -> None:
        """Subscribers of the change feed know."""
        self.changes.publish(Change(kind, channel.id if channel else None, user_id, detail))

    @staticmethod
    def _subscription(event: dict[str, Any], channel: Channel | None) -> str:
        if event["type"] != "message" or channel is None:
            return str(event["type"])
        return {"public": "message.channels", "private": "message.groups", "im": "message.im"}[channel.kind]
