"""Slack's own commands on the page: /invite, /join, /leave."""

from __future__ import annotations

from bot.simulator import Slack
from tests.simulator.browsing import served


async def test_somebody_is_brought_in_and_leaves_again(slack: Slack) -> None:
    ana, ben = slack.add_person("ana"), slack.add_person("ben")
    room = slack.add_channel("press", members=[ana])
    async with served(slack) as site, site.window(ana, room.id) as window, site.window(ben) as other:
        assert {"/invite", "/join", "/leave"} <= {c["command"] for c in window.hello["commands"]}
        assert await window.does("say", text="/invite @ben") == ""
        await other.until(lambda: other.place("press").get("part") == "channels")
        assert await window.does("say", text="/leave") == ""
        await window.until(lambda: window.place("press").get("part") == "others")
        assert room.members == [ben.id]
        assert await window.does("say", text="/join #press") == ""
        assert room.members == [ben.id, ana.id]


async def test_what_cannot_be_is_said(slack: Slack) -> None:
    ana, ben = slack.add_person("ana"), slack.add_person("ben")
    async with served(slack) as site, site.window(ana) as window:
        assert await window.does("say", text="/invite") == "Write whom: /invite @person."
        assert await window.does("say", text="/invite @nobody") == "Nobody is called '@nobody'."
        assert "already_in_channel" in await window.does("say", text="/invite @ben")
        assert await window.does("say", text="/leave") == "Nobody can leave this one."
        assert await window.does("say", text="/join") == "Write where: /join #channel."
        assert await window.does("say", text=" /leave") == ""
        await window.sees("/leave")
        await window.looks_at(ben.id)
        assert await window.does("say", text="/invite @ben") == "Nobody can be brought into a direct message."
