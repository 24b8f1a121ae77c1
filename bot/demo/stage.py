"""A small company in a simulated Slack, and the bot running in it for real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

import handlers
from bot.app import App, running
from bot.manifest import manifest
from bot.settings import Settings
from bot.simulator import Clock, Person, Slack
from bot.slack.pace import Pace

STARTS_AT = datetime(2026, 11, 20, 22, 40, tzinfo=UTC)
"""A Friday, 23:40 in Berlin."""
GENERAL = "#general"
ANNOUNCEMENTS = "#announcements"
SOCIAL = "#social-media"
VIDEO = "a video of our courier throwing a parcel over a fence"
"""What the evening's news is found by."""


def workspace() -> Slack:
    """The company's Slack with nobody in it yet. Its clock stands still until somebody moves it."""
    return Slack(manifest(handlers.load()), Clock(STARTS_AT))


def people(slack: Slack) -> dict[str, Person]:
    """The team is there, by handle, with its channels."""
    everyone = [
        slack.add_person("ana", real_name="Ana Lee", title="Communications lead", tz="Europe/Berlin"),
        slack.add_person("ben", real_name="Ben Okoro", title="Community manager", tz="Europe/London"),
        slack.add_person("cleo", real_name="Cleo Park", title="Legal counsel", tz="America/New_York"),
        slack.add_person("dana", real_name="Dana Ruiz", title="Managing director", tz="Europe/Madrid"),
        slack.add_person("eli", real_name="Eli Novak", title="On-call engineer", tz="America/Los_Angeles"),
        slack.add_person("maya", real_name="Maya Iyer", title="Press officer", tz="Asia/Kolkata"),
    ]
    slack.add_channel(ANNOUNCEMENTS.removeprefix("#"), members=everyone)
    slack.add_channel(SOCIAL.removeprefix("#"), members=everyone)
    return {person.name: person for person in everyone}


async def evening(slack: Slack) -> None:
    """Something to react to: what the team saw just now."""
    team = {person.name: person for person in slack.people.values()}
    await team["maya"].says(
        SOCIAL, "Quiet evening so far, the spring campaign is scheduled for tomorrow 8:00."
    )
    await team["ben"].says(
        SOCIAL,
        f"A customer posted {VIDEO}. Two million views in an hour, and the replies are getting angry.",
    )
    await team["eli"].says(SOCIAL, "The order page is slow as well, people are looking us up.")


class Bot:
    """The bot of a workspace, which can be stopped and started again on the same database."""

    def __init__(self, slack: Slack, database: Path) -> None:
        self._slack, self._database = slack, database
        self._stack = AsyncExitStack()
        self.app: App | None = None

    async def start(self) -> None:
        """It is connected and works by itself."""
        self.app = await self._stack.enter_async_context(bot_in(self._slack, self._database, ticking=True))

    async def stop(self) -> None:
        """It has finished what it began, and Slack delivers to nobody."""
        self.app = None
        await self._stack.aclose()

    async def next_due(self) -> datetime | None:
        """When it will do something by itself."""
        return await self.app.service.next_due() if self.app else None


@asynccontextmanager
async def bot_in(slack: Slack, database: Path, *, ticking: bool) -> AsyncIterator[App]:
    """The bot is connected to this Slack, with its crises in this file.

    `ticking` False: nothing happens by itself, `App.settle` does it.
    """
    settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{database}",
        crisis_announce_channel=ANNOUNCEMENTS,
        crisis_playbooks=None,
        port=0,
    )
    # The simulator takes edits as fast as they come, and nobody should wait for one here.
    pace = Pace(between_edits=timedelta(0), edits_per_minute=100_000)
    async with running(settings, clock=slack.clock, pace=pace, ticking=ticking) as app:
        yield app
