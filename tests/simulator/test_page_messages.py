"""What a person's window is sent: messages as typed pieces, badges, threads; and never what is not theirs to see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.simulator import Slack
from tests.simulator.browsing import Site, runs, served, words


@pytest.fixture
async def site(slack: Slack) -> AsyncIterator[Site]:
    slack.add_person("ana", real_name="Ana Lee", tz="Europe/Berlin")
    slack.add_person("ben", real_name="Ben Okoro", tz="America/New_York")
    async with served(slack) as site:
        yield site


async def test_what_one_says_the_other_window_shows(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        assert await ana.does("say", text="Hello *everybody*, @ben knows more: https://example.org") == ""
        message = await ben.sees("Hello everybody")
        assert message["by"]["name"] == "Ana Lee"
        assert (message["mine"], (await ana.sees("Hello"))["mine"]) == (False, True)
        kinds = [(run["k"], words(run)) for run in runs(message["body"])]
        assert ("bold", "everybody") in kinds
        assert ("user", "@ben") in kinds
        assert next(run for run in runs(message["body"]) if run["k"] == "user")["me"] is True
        assert next(run for run in runs(message["body"]) if run["k"] == "link")["to"] == "https://example.org"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg/onload=alert(1)>',
        "<javascript:alert(1)|click>",
        "&lt;b&gt;&amp;",
        "\u202eabc\u0000\U000f0000",
    ],
)
async def test_hostile_text_arrives_as_text(slack: Slack, site: Site, text: str) -> None:
    async with site.window("ana") as ana:
        assert await ana.does("say", text=text) == ""
        message = await ana.sees("")
        assert {run["k"] for run in runs(message["body"])} == {"text"}
        assert words(message["body"]) == text.replace("\U000f0000", "\ufffd").strip()


async def test_a_link_that_is_no_web_address_leads_nowhere(slack: Slack, site: Site) -> None:
    ana = next(iter(slack.people.values()))
    said = await ana.says("#general", "x")
    said.message.body["text"] = "<javascript:alert(1)|click here> and <https://example.org|this>"
    async with site.window("ana") as window:
        message = await window.sees("click here")
        assert [run["s"] for run in runs(message["body"]) if run["k"] == "link"] == ["this"]


async def test_everybody_reads_times_of_their_own_zone(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("say", text="now")
        assert (await ana.sees("now"))["when"]["time"] == "10:00 AM"
        assert (await ben.sees("now"))["when"]["time"] == "4:00 AM"
        assert (await ben.sees("now"))["when"]["day_name"] == "Today"
        slack.clock.advance(timedelta(days=1))
        site.page.clock_moved()
        await ben.until(lambda: ben.messages[-1]["when"]["day_name"] == "Yesterday")


async def test_private_channels_reach_only_their_members(slack: Slack, site: Site) -> None:
    ana = next(iter(slack.people.values()))
    secret = slack.add_channel("secret-plan", private=True, members=[ana])
    async with site.window("ben") as ben, site.window("ana") as window:
        await ana.says(secret, "the private words")
        await ana.says("#general", "see #secret-plan")
        await window.until(lambda: window.place("secret-plan"))
        await ben.sees("see #private-channel")
        assert await ben.does("look", place=secret.id) == ""
        assert ben.head["name"] == "general"
        assert await ben.does("look", place="nowhere") == ""
        assert not any("secret" in text or "private words" in text for text in ben.received)


async def test_who_leaves_a_private_channel_is_shown_another(slack: Slack, site: Site) -> None:
    ana, ben = slack.people.values()
    secret = slack.add_channel("secret-plan", private=True, members=[ana, ben])
    async with site.window("ben", secret.id) as window:
        assert window.head["name"] == "secret-plan"
        await ana.removes(ben, secret)
        await window.until(lambda: window.head["name"] == "general")
        assert window.place("secret-plan") == {}


async def test_what_is_unread_and_who_is_called_is_counted_until_it_is_read(slack: Slack, site: Site) -> None:
    ana, ben = slack.people.values()
    social = slack.add_channel("social", members=[ana, ben])
    async with site.window("ben") as window:
        await ana.says(social, "one")
        await ana.says(social, "two, @ben")
        await ben.says(social, "my own words count for nothing")
        await window.until(lambda: window.place("social")["unread"] == 2)
        assert window.place("social")["mentions"] == 1
        await ana.says(ben, "in a direct message everything calls you")
        await window.until(lambda: window.place("Ana Lee")["mentions"] == 1)
        await window.looks_at(social.id)
        assert window.head["read_to"] == ""
        await window.does("read", ts=window.messages[-1]["ts"])
        await window.until(lambda: window.place("social")["unread"] == 0)
        assert window.place("social")["mentions"] == 0
    async with site.window("ben") as again:
        await again.until(lambda: again.place("social"))
        assert again.place("social")["unread"] == 0


async def test_a_thread_is_shown_beside_and_counts_its_replies(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("say", text="question")
        parent = await ben.sees("question")
        assert await ben.does("thread", ts=parent["ts"]) == ""
        assert await ben.does("say", text="an answer, @ana", thread=parent["ts"]) == ""
        await ben.until(lambda: len(ben.area("thread")) == 2)
        await ana.until(lambda: ana.messages[-1].get("replies", {}).get("count") == 1)
        assert ana.reads() == ["question"]
        await ana.until(lambda: ana.place("general")["mentions"] == 1)
        await ana.does("thread", ts=parent["ts"])
        await ana.until(lambda: len(ana.area("thread")) == 2)
        await ana.does("read", ts=max(ana.area("thread")), thread=parent["ts"])
        await ana.until(lambda: ana.place("general")["mentions"] == 0)


async def test_reactions_and_pins_are_seen_by_all_and_taken_back(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("say", text="look at this")
        ts = (await ben.sees("look at this"))["ts"]
        assert await ben.does("react", ts=ts, name="pushpin") == ""
        await ana.until(lambda: ana.messages[-1]["reactions"])
        reaction = ana.messages[-1]["reactions"][0]
        assert (reaction["char"], reaction["count"], reaction["mine"], reaction["who"]) == (
            "📌",
            1,
            False,
            "Ben Okoro",
        )
        assert await ben.does("react", ts=ts, name="pushpin") == ""
        await ana.until(lambda: not ana.messages[-1]["reactions"])
        assert await ben.does("pin", ts=ts) == ""
        await ana.until(lambda: ana.messages[-1].get("pinned") == "Ben Okoro" and ana.head["pins"] == 1)
        await ana.does("beside", what="pins")
        await ana.until(lambda: ana.area("beside").get(""))
        assert words(ana.area("beside")[""]["messages"][0]["body"]) == "look at this"


async def test_only_ones_own_words_can_be_changed(slack: Slack, site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("say", text="hi @ben")
        message = await ana.sees("hi")
        assert message["source"] == "hi @ben"
        assert await ben.does("edit", ts=message["ts"], text="no") == "People edit only what they wrote."
        assert await ben.does("delete", ts=message["ts"]) == "Only admins delete what others wrote."
        assert await ana.does("edit", ts=message["ts"], text="hello @ben") == ""
        await ben.until(lambda: ben.reads() == ["hello @ben"] and ben.messages[0]["edited"])
        assert await ana.does("delete", ts=message["ts"]) == ""
        await ben.until(lambda: ben.reads() == [])
        assert await ben.does("react", ts=message["ts"], name="x") == "The message is gone."


async def test_a_long_channel_is_sent_in_parts(slack: Slack, site: Site) -> None:
    ana = next(iter(slack.people.values()))
    for number in range(250):
        await ana.says("#general", f"message {number}")
    async with site.window("ben") as window:
        await window.until(lambda: len(window.messages) == 100)
        assert window.reads()[0] == "message 150"
        assert window.head["earlier"] == 150
        await window.does("earlier")
        await window.until(lambda: len(window.messages) == 200)
        await window.does("earlier")
        await window.until(lambda: len(window.messages) == 250)
        await window.until(lambda: window.head["earlier"] == 0)
        before = len(window.received)
        await ana.says("#general", "one more")
        await window.sees("one more")
        assert all(len(text) < 5000 for text in window.received[before:])


async def test_channels_appear_are_joined_and_archived_live(slack: Slack, site: Site) -> None:
    ana = next(iter(slack.people.values()))
    async with site.window("ben") as window:
        room = await ana.creates("crisis-room")
        await window.until(lambda: window.place("crisis-room").get("part") == "others")
        await window.looks_at(room.id)
        assert window.head["joinable"]
        assert not window.head["writable"]
        assert await window.does("say", text="hi") == "@ben is not in #crisis-room."
        assert await window.does("join") == ""
        await window.until(
            lambda: window.place("crisis-room")["part"] == "channels" and window.head["writable"]
        )
        await ana.archives(room)
        await window.until(
            lambda: window.place("crisis-room")["part"] == "archived" and window.head["archived"]
        )
        assert await window.does("say", text="hi") == "#crisis-room is archived."


async def test_a_conversation_with_somebody_begins_when_it_is_opened(slack: Slack, site: Site) -> None:
    ana, ben = slack.people.values()
    async with site.window("ana") as window, site.window("ben") as other:
        await window.until(lambda: window.place("Ben Okoro"))
        await window.looks_at(ben.id)
        assert (window.head["kind"], window.head["name"]) == ("dm", "Ben Okoro")
        await window.does("say", text="just us")
        await other.until(lambda: other.place("Ana Lee")["mentions"] == 1)
        assert await window.does("look", place=ana.id) == ""
