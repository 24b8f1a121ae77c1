"""`crisis-bot demo`: the page with the real bot behind it, kept in a file or thrown away."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.demo.serve import Demo, DemoProblem, demo
from bot.store.base import StoreProblem
from tests.simulator.browsing import Site, Window, words


def site(running: Demo, session: aiohttp.ClientSession) -> Site:
    """The page of this demo, for windows without a browser."""
    return Site(running.page, running.address.rstrip("/"), session)


async def test_a_crisis_opened_on_the_page_runs_and_time_brings_its_pings() -> None:
    async with demo(0, None) as running, aiohttp.ClientSession() as session:
        browser = site(running, session)
        async with browser.window("ana") as ana, browser.window("ben") as ben:
            assert [p["handle"] for p in ana.hello["people"]] == ["ana", "ben", "cleo", "dana", "eli", "maya"]
            assert (await ana.does("jump")).startswith("Nothing is due")
            await ana.does("say", text="/crisis roster community @ben")
            await ana.does("say", text="/crisis open sev2 backlash Courier video")
            room = "crisis-1-courier-video"
            await ben.until(lambda: ben.place(room).get("mentions"))
            await ben.until(lambda: ben.place("announcements").get("unread"))
            channel = running.slack.channel(room)
            await ben.looks_at(channel.id)
            checklist = await ben.sees("Checklist 0/14")
            await ben.until(lambda: ben.area("list")[checklist["ts"]].get("pinned"))
            row = next(part for part in checklist["body"] if part["t"] == "actions")
            claim = row["items"][0]
            asked = {"ts": checklist["ts"], "block": claim["block"], "action": claim["action"]}
            assert await ben.does("press", **asked) == ""
            await ben.until(lambda: "@ben" in words((ben.messages[-1])["body"]))
            before = running.slack.clock.now()
            assert await ana.does("jump") == ""
            assert before < running.slack.clock.now() <= before + timedelta(hours=2)
            await ben.until(lambda: ben.place("crisis-bot")["mentions"])
            assert await ben.does("speed", speed=3600) == ""
            await ana.until(lambda: ana.place("crisis-bot")["mentions"])


async def test_what_is_kept_goes_on_with_the_same_channels_and_the_same_crisis(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    async with demo(0, file) as running, aiohttp.ClientSession() as session:
        async with site(running, session).window("ana") as ana:
            await ana.does("say", text="/crisis open sev2 backlash Courier video")
            await ana.until(lambda: ana.place("crisis-1-courier-video"))
            await ana.looks_at(running.slack.channel("crisis-1-courier-video").id)
            await ana.sees("Checklist 0/14")
            await ana.does("read", ts=ana.messages[-1]["ts"])
        now = running.slack.clock.now()
    async with demo(0, file) as running, aiohttp.ClientSession() as session:
        assert running.slack.clock.now() >= now
        room = running.slack.channel("crisis-1-courier-video")
        async with site(running, session).window("ana", room.id) as ana:
            assert ana.head["name"] == "crisis-1-courier-video"
            await ana.sees("Checklist 0/14")
            assert ana.place("crisis-1-courier-video")["unread"] == 0
            await ana.does("say", text="/crisis step Call the neighbour")
            await ana.sees("Checklist 0/15")
            await ana.does("say", text="/crisis open sev3 general Another one")
            await ana.until(lambda: ana.place("crisis-2-another-one"))


async def test_the_tour_goes_on_after_a_restart_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"

    def title(window: Window) -> str:
        return str(window.area("panel").get("", {}).get("title"))

    async with (
        demo(0, file) as running,
        aiohttp.ClientSession() as session,
        site(running, session).window("ana") as ana,
    ):
        await ana.until(lambda: title(ana) == "It is 23:40")
        await ana.does("say", text="/crisis open sev2 backlash Courier video")
        await ana.until(lambda: title(ana) == "Go to its channel")
        await ana.looks_at(running.slack.channel("crisis-1-courier-video").id)
        await ana.does("read", ts=ana.messages[-1]["ts"])
        await ana.until(lambda: title(ana) == "Bring somebody in")
    async with (
        demo(0, file) as running,
        aiohttp.ClientSession() as session,
        site(running, session).window("ana") as ana,
    ):
        await ana.until(lambda: title(ana) == "Bring somebody in")
        await ana.does("panel", button="leave")
        await ana.until(lambda: ana.area("panel")[""]["folded"])
    async with (
        demo(0, file) as running,
        aiohttp.ClientSession() as session,
        site(running, session).window("ben") as ben,
    ):
        await ben.until(lambda: ben.area("panel")[""]["folded"])


async def test_a_second_demo_on_the_same_file_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    async with demo(0, file):
        before = (tmp_path / "demo.db.slack.json").read_bytes()
        with pytest.raises(StoreProblem, match="in use by another crisis-bot"):
            async with demo(0, file):
                pass
        assert (tmp_path / "demo.db.slack.json").read_bytes() == before


async def test_a_busy_port_is_named_with_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoProblem, match=rf"Port {port} cannot be used .*--port"):
            async with demo(port, None):
                pass


@pytest.mark.parametrize("there", ["demo.db", "demo.db.slack.json"])
async def test_half_a_demo_is_refused(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("")
    with pytest.raises(DemoProblem, match=r"is not a demo's|belongs to"):
        async with demo(0, tmp_path / "demo.db"):
            pass


async def test_a_folder_that_is_not_there_and_a_damaged_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(DemoProblem, match="There is no folder"):
        async with demo(0, tmp_path / "nowhere" / "demo.db"):
            pass
    for name in ("demo.db", "demo.db.slack.json"):
        (tmp_path / name).write_text("nonsense")
    with pytest.raises(DemoProblem, match="is damaged"):
        async with demo(0, tmp_path / "demo.db"):
            pass
