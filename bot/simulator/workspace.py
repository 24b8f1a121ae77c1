"""The simulated Slack as tests and demos hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

from bot.simulator import payloads
from bot.simulator.calls import Call
from bot.simulator.changes import Changes
from bot.simulator.clock import Clock
from bot.simulator.connections import Connections
from bot.simulator.deliveries import Deliveries, Delivery, Transport
from bot.simulator.errors import CannotDo
from bot.simulator.faults import Faults
from bot.simulator.http_mode import HttpMode
from bot.simulator.interacting import Interactions
from bot.simulator.manifest import Manifest
from bot.simulator.person import Person
from bot.simulator.reading import Screen, VisibleMessage
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.server import Latency, Server, Tokens
from bot.simulator.socket_mode import SocketMode
from bot.simulator.state import Channel, Guest, User
from bot.simulator.team import SLACKBOT_ID, Team
from bot.simulator.views import Views

# Real seconds without any change before Slack counts as settled: Bolt looks for an ack every 10 ms.
QUIET_S = 0.03


class Slack(Connections):
    """A whole Slack on 127.0.0.1: ``async with Slack(manifest=...) as slack``."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        clock: Clock | None = None,
        *,
        rate_limits: bool = False,
        port: int = 0,
        ack_timeout_s: float = 3.0,
        trigger_lifetime_s: float = 3.0,
        domain: str = "acme",
    ) -> None:
        self.clock = clock or Clock()
        self.changes = Changes()
        self.team = Team(Manifest(manifest), self.clock, self.changes, domain=domain)
        self.bot_token, self.app_token = "xoxb-simulated-bot", "xapp-1-simulated-app"
        self.signing_secret = "simulated-signing-secret"  # noqa: S105 -- made up
        self.request_url: str | None = None
        self.ack_timeout_s = ack_timeout_s
        self.people: dict[str, Person] = {}
        self.sockets = SocketMode(self.team.app_id, self.changes, ack_timeout_s)
        self.deliveries = Deliveries(self.clock, self.changes, self._transport)
        self.payloads: list[tuple[str, dict[str, Any]]] = []
        self.views = Views(self.team, trigger_lifetime_s=trigger_lifetime_s, record=self._record)
        self.response_urls = ResponseUrls(self.team, self._record)
        self.interactions = Interactions(self.team, self.views, self.deliveries, self.response_urls)
        tokens = Tokens(self.bot_token, self.app_token)
        self.server = Server(
            self.team,
            self.views,
            self.changes,
            self.sockets,
            self.response_urls,
            tokens,
            self._record,
            rate_limits=rate_limits,
        )
        self._port = port
        self._session: ClientSession | None = None
        self._ticking: asyncio.Task[None] | None = None
        self.add_channel("general")

    async def __aenter__(self) -> Self:
        await self.server.start(self._port)
        self.response_urls.origin = self.server.origin
        self._session = ClientSession()
        self._ticking = asyncio.ensure_future(self.clock.run())
        self.team.on_event = lambda event: self.deliveries.send_event(payloads.event(self.team, event))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.team.on_event = lambda event: None
        await self.deliveries.stop()
        if self._ticking is not None:
            self._ticking.cancel()
        await self.server.stop()
        if self._session is not None:
            await self._session.close()

    # -- for the app -----------------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        """The ``base_url`` for the SDK's clients."""
        return f"{self.server.origin}/api/"

    @property
    def bot_user_id(self) -> str:
        return self.team.bot.id

    @property
    def app(self) -> User:
        """The app's bot, for invites and removals."""
        return self.team.bot

    # -- what there is ---------------------------------------------------------------------------------------

    def add_person(
        self,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "UTC",
        email: str | None = None,
        title: str = "",
        guest: bool | Guest = False,
        admin: bool = False,
        deactivated: bool = False,
    ) -> Person:
        """Someone is in the workspace. ``guest=True`` means a guest of several channels."""
        kind: Guest = guest if isinstance(guest, str) else "multi_channel" if guest else "no"
        user = self.team.add_user(
            name, real_name=real_name, tz=tz, email=email, title=title, guest=kind, admin=admin
        )
        person = self.people[user.id] = Person(self, user)
        if deactivated:
            self.deactivate(person)
        return person

    def enter_people(self) -> None:
        """Everybody who has an account here is in `people`, and nobody else."""
        accounts = [u for u in self.team.users.values() if not u.is_bot and u.id != SLACKBOT_ID]
        self.people = {user.id: Person(self, user) for user in accounts}

    def add_bot(self, name: str) -> User:
        """Another app's bot is in the workspace."""
        return self.team.add_user(name, is_bot=True)

    def deactivate(self, person: Person) -> None:
        """The account is closed: Slack takes it out of every channel without a word in them."""
        person.user.deactivated = True
        for channel in self.team.channels.values():
            if not channel.is_im and person.id in channel.members:
                channel.members.remove(person.id)
        now = self.clock.now()
        self.team.tell_app(
            {"type": "user_change", "user": person.user.as_dict(self.team.id, now, with_email=False)}
        )

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Iterable[Person | User] = (),
        with_app: bool = False,
    ) -> Channel:
        """The channel exists with these members; #general has everyone."""
        name = name.removeprefix("#")
        ids = [member.id for member in members] + ([self.team.bot.id] if with_app else [])
        return self.team.add_channel(
            name, "private" if private else "public", ids[0] if ids else SLACKBOT_ID, ids
        )

    def add_usergroup(self, handle: str, members: Iterable[Person] = ()) -> str:
        """The user group exists; returns its id."""
        group_id = self.team.new_id("S")
        users = [member.id for member in members]
        self.team.usergroups[group_id] = {
            "id": group_id,
            "team_id": self.team.id,
            "is_usergroup": True,
            "handle": handle.removeprefix("@"),
            "name": handle.removeprefix("@").title(),
            "description": "",
            "date_delete": 0,
            "users": users,
            "user_count": len(users),
        }
        return group_id

    def channel(self, name: str) -> Channel:
        """The channel with this name or id, archived or not."""
        channel = self.team.channels.get(name) or self.team.channel_named(name)
        if channel is None:
            names = sorted(c.name for c in self.team.channels.values() if not c.is_im)
            raise CannotDo(f"there is no channel {name!r}; there are {names}")
        return channel

    # -- what happened ---------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every Web API call, in the order of arrival."""
        return self.server.calls

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def latency(self) -> Latency:
        return self.server.latency

    @property
    def rate_limits(self) -> bool:
        """Whether Slack's rate limits hold; they can be turned on and off at any time."""
        return self.server.limits.enabled

    @rate_limits.setter
    def rate_limits(self, enabled: bool) -> None:
        self.server.limits.enabled = enabled

    @property
    def sent(self) -> list[Delivery]:
        """Every delivery attempt, copies included."""
        return self.deliveries.log

    def unexpected(self) -> list[str]:
        """What the app said that nobody was told, read, pressed or was shown."""
        screen = Screen(self.team, User("", "nobody", "nobody"))
        found = []
        for channel in self.team.channels.values():
            for message in [*channel.messages.values(), *channel.ephemerals]:
                by_app = message.user_id == self.team.bot.id and message.subtype is None
                if by_app and not message.expected and not message.deleted:
                    where = f"#{channel.name}" if channel.name else "DM"
                    found.append(f"{where}: {VisibleMessage(message, channel, screen)}")
        found += [
            f"form: {screen.view_text(v)}"
            for stack in self.views.stacks.values()
            for v in stack
            if not v.expected
        ]
        return found

    # -- Socket Mode and HTTP --------------------------------------------------------------------------------

    async def verify_request_url(self) -> bool:
        """True if the app answers Slack's challenge at ``request_url``."""
        transport = self._transport()
        if not isinstance(transport, HttpMode):
            raise CannotDo("set request_url first")
        return await transport.verify_url(payloads.VERIFICATION_TOKEN)

    async def settled(self, timeout: float = 10.0) -> None:
        """Every delivery is acknowledged or waits for its retry, no call is in flight, and nothing stirs."""
        async with asyncio.timeout(timeout):
            while True:
                if self.deliveries.in_flight or self.server.in_flight:
                    await self.changes.stirred()
                    continue
                try:
                    await asyncio.wait_for(self.changes.stirred(), QUIET_S)
                except TimeoutError:
                    return

    def _transport(self) -> Transport:
        if self.request_url is None:
            return self.sockets
        if self._session is None:
            raise CannotDo("Slack is not running")
        return HttpMode(self._session, self.request_url, self.signing_secret, self.ack_timeout_s)

    def _record(self, kind: str, payload: dict[str, Any]) -> None:
        self.payloads.append((kind, payload))
