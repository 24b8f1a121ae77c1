"""A small town with the whole bot in it: the real app over real Socket Mode to the simulator, on a real SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import handlers
from bot.app import App, running
from bot.manifest import manifest
from bot.settings import Settings
from bot.simulator import Clock, Person, Slack, VisibleMessage
from bot.slack.pace import Pace

OPENED_AT = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
"""A Friday night."""


@dataclass
class Town:
    """Slack, its people, and the bot."""

    slack: Slack
    app: App
    ana: Person
    ben: Person
    cleo: Person
    dana: Person
    eve: Person

    async def settled(self) -> None:
        """The bot did all it had to do, and Slack told it everything."""
        while True:
            before = len(self.slack.calls)
            await self.slack.settled()
            await self.app.settle()
            if len(self.slack.calls) == before:
                return

    async def later(self, **span: float) -> None:
        """Time passes, and what became due in it is done."""
        self.slack.clock.advance(timedelta(**span))
        await self.settled()

    async def asks(self, person: Person, command: str, where: str = "#general") -> str:
        """What the person reads in answer to a command, all of it."""
        before = len(person.sees(where))
        await person.types(where, command)
        await self.settled()
        return "\n".join(m.text for m in person.sees(where)[before:] if m.is_ephemeral)

    async def opens(self, person: Person, rest: str) -> str:
        """`/crisis open …`; the name of the channel it made, with its #."""
        await person.types("#general", f"/crisis open {rest}")
        await self.settled()
        return self.channel

    @property
    def channel(self) -> str:
        """The newest crisis channel."""
        incidents = [c for c in self.slack.team.channels.values() if c.name.startswith("crisis-")]
        return f"#{incidents[-1].name}"

    def card(self, person: Person, starts: str, where: str | None = None) -> VisibleMessage:
        """The message in the crisis channel whose text starts so."""
        found = [m for m in person.sees(where or self.channel) if m.text.startswith(starts)]
        assert found, f"nothing starts with {starts!r} in:\n{person.reads(where or self.channel)}"
        return found[-1]

    def summary(self, person: Person) -> VisibleMessage:
        return self.card(person, "Crisis ")

    def checklist(self, person: Person) -> VisibleMessage:
        return self.card(person, "Checklist ")


Start = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts a town; keywords are settings and `clock`, `slack`. Starting again on the same Slack keeps everything."""

    @asynccontextmanager
    async def started(slack: Slack | None = None, **settings: str) -> AsyncIterator[Town]:
        if slack is None:
            async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as new:
                _people(new)
                async with started(new, **settings) as town:
                    yield town
                return
        for name in ("SLACK_SIGNING_SECRET",):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/crisis.db")
        monkeypatch.setenv("CRISIS_ANNOUNCE_CHANNEL", "announcements")
        monkeypatch.setenv("PORT", "0")
        for name, value in settings.items():
            monkeypatch.setenv(name.upper(), value)
        pace = Pace(between_edits=timedelta(0), edits_per_minute=100_000)
        loaded = Settings.load(tmp_path / "no.env")
        async with running(loaded, clock=slack.clock, pace=pace, ticking=False) as app:
            await slack.wait_connected(1)
            people = {p.name: p for p in slack.people.values()}
            yield Town(slack, app, people["ana"], people["ben"], people["cleo"], people["dana"], people["eve"])

    return started


@pytest.fixture
async def town(start: Start) -> AsyncIterator[Town]:
    async with start() as started:
        yield started


def _people(slack: Slack) -> None:
    everyone = [
        slack.add_person("ana", real_name="Ana Lee", tz="Europe/Berlin"),
        slack.add_person("ben", real_name="Ben Okoro", tz="Europe/London"),
        slack.add_person("cleo", real_name="Cleo Park", tz="America/New_York"),
        slack.add_person("dana", real_name="Dana Ruiz", tz="Europe/Madrid"),
        slack.add_person("eve", real_name="Eve Stone", tz="Europe/Berlin"),
    ]
    slack.add_channel("announcements", members=everyone)
