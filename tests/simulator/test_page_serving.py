"""The page as a site: what it serves, to whom, how time is moved on it, and the panel its host may fill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.simulator import Person, Slack
from bot.simulator.page import Host, Panel
from tests.simulator.browsing import Site, served, words


class Guide(Host):
    """A host with something due and something to tell."""

    due: datetime | None = None
    told: str = "Welcome, *newcomer*"
    pressed: tuple[str, str] | None = None

    def __init__(self) -> None:
        async def next_due() -> datetime | None:
            return self.due

        async def on_panel(person: Person, button: str) -> None:
            self.pressed = (person.name, button)

        def panel(person: Person) -> Panel | None:
            return Panel("Tour", (self.told,), 1, 7, (("next", "Next"),)) if self.told else None

        super().__init__(next_due, panel, on_panel)


@pytest.fixture
async def guide() -> Guide:
    return Guide()


@pytest.fixture
async def site(slack: Slack, guide: Guide) -> AsyncIterator[Site]:
    slack.add_person("ana", real_name="Ana Lee", title="Lead", tz="Europe/Berlin")
    slack.add_person("ben", real_name="Ben Okoro")
    async with served(slack, guide) as site:
        yield site


@pytest.mark.parametrize(
    "path", ["/", "/ben", "/ben/C000?thread=1", "/assets/main.js", "/assets/none.js", "/favicon.ico"]
)
async def test_every_answer_forbids_foreign_and_inline_script(site: Site, path: str) -> None:
    async with site.session.get(site.origin + path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert answer.status == (404 if "none" in path else 200)


@pytest.mark.parametrize("path", ["/assets/..%2f..%2fsite.py", "/assets/%2e%2e%2fsite.py", "/assets/site.py"])
async def test_only_assets_are_served(site: Site, path: str) -> None:
    async with site.session.get(site.origin + path) as answer:
        assert "aiohttp" not in await answer.text()


async def test_other_sites_cannot_use_the_socket(site: Site) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example:80"}):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await site.session.ws_connect(f"{site.origin}/socket", headers=headers)


async def test_a_window_knows_who_is_there_and_what_can_be_typed(site: Site) -> None:
    async with site.window("nobody") as window:
        assert window.hello["me"]["name"] == "Ana Lee"
        first = window.hello["people"][0]
        assert (first["handle"], first["title"], first["zone"]) == ("ana", "Lead", "Europe/Berlin")
        assert [c["command"] for c in window.hello["commands"]] == [
            "/tea",
            "/raw",
            "/invite",
            "/join",
            "/leave",
        ]
        assert {"name": "Brew from this", "type": "message"} in window.hello["shortcuts"]


async def test_what_cannot_be_understood_gets_a_sentence(site: Site) -> None:
    async with site.window("ana") as window:
        await window.ws.send_str("no json")
        await window.ws.send_str("[1]")
        for asked in ({"do": "nothing"}, {"do": "press"}, {"do": "read"}, {"do": "fill", "view": 3}):
            act = str(asked.pop("do"))
            assert (await window.does(act, **asked)).endswith(".")
        assert await window.does("speed", speed="fast") == "That did not fit. Reload the page and try again."
        assert await window.does("say", text="still here") == ""
        await window.sees("still here")


async def test_an_unknown_command_is_answered_by_slack_itself(site: Site) -> None:
    async with site.window("ana") as window:
        assert await window.does("say", text="/nothing at all") == ""
        message = await window.sees("is not a valid command")
        assert message["only_you"]
        assert await window.does("delete", ts=message["ts"]) == ""
        await window.until(lambda: not window.messages)


async def test_the_clock_runs_as_fast_as_one_wants_in_every_window(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("speed", speed=60)
        await ben.until(lambda: ben.area("clock")[""]["speed"] == 60)
        assert slack.clock.speed == 60
        await ben.does("speed", speed=0)
        await ana.until(lambda: ana.area("clock")[""]["speed"] == 0)
        assert (ana.area("clock")[""]["zone"], ben.area("clock")[""]["zone"]) == ("Europe/Berlin", "UTC")


async def test_jumping_goes_to_what_the_host_says_is_due(slack: Slack, site: Site, guide: Guide) -> None:
    async with site.window("ana") as ana:
        assert (await ana.does("jump")).startswith("Nothing is due")
        guide.due = slack.clock.now() + timedelta(minutes=31)
        assert await ana.does("jump") == ""
        assert slack.clock.now() == guide.due
        due = guide.due.timestamp()
        await ana.until(lambda: ana.area("clock")[""]["now"] == due)
        guide.due -= timedelta(hours=1)
        assert await ana.does("jump") == ""
        assert slack.clock.now() > guide.due


async def test_a_clock_moved_by_somebody_else_is_shown(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana:
        before = ana.area("clock")[""]["now"]
        slack.clock.advance(timedelta(hours=2))
        await ana.until(lambda: ana.area("clock")[""]["now"] >= before + 7200)


async def test_the_host_may_fill_a_panel_beside(site: Site, guide: Guide) -> None:
    async with site.window("ana") as ana:
        panel = ana.area("panel")[""]
        assert (panel["title"], panel["done"], panel["total"]) == ("Tour", 1, 7)
        assert words(panel["paragraphs"]) == "Welcome, newcomer"
        assert await ana.does("panel", button="next") == ""
        assert guide.pressed == ("ana", "next")
        guide.told = ""
        site.page.panel_changed()
        await ana.until(lambda: "" not in ana.area("panel"))
