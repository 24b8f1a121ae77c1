"""A 429 is for one method, and for messages one channel: those wait as long as Slack asks, and everything else goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.histories.conftest import Start, Town
from tests.histories.once import in_the_end, twice, written

STEP = "Pause scheduled posts"


def limited(town: Town, method: str, seconds: int, channel: str | None = None) -> Any:
    """For so long Slack answers this method (in this channel) with 429, and says for how long still."""
    clock = town.slack.clock
    until = clock.now() + timedelta(seconds=seconds)
    room = town.slack.channel(channel).id if channel else None

    def is_now(args: Any) -> bool:
        fault.retry_after = int((until - clock.now()).total_seconds())
        return clock.now() < until and room in (None, args.get("channel"))

    fault = town.slack.faults.add(method, "ratelimited", times=None, when=is_now)
    return fault


async def two_crises(town: Town) -> tuple[str, str]:
    first = await town.opens(town.ana, "sev2 backlash Courier video")
    return first, await town.opens(town.ben, "sev2 backlash Oven video")


async def test_a_full_channel_holds_up_no_other_channel_and_no_other_method(start: Start) -> None:
    async with start() as town:
        first, second = await two_crises(town)
        full = limited(town, "chat.postMessage", 30, first[1:])
        await town.asks(town.ana, "/crisis update The post is down", first)
        await town.asks(town.ana, "/crisis sev 1 a newspaper calls", first)
        await town.asks(town.ana, "/crisis step Call the courier @cleo in 2h", first)
        await town.asks(town.ben, "/crisis update The oven is off", second)
        assert full.hits == 1, "the second message does not knock where the first was asked to wait"
        there = written(town.slack)
        assert there[second]["2/update:1"] == there["#announcements"]["1/thread:1"] == 1
        assert there["@cleo"].total() == 1
        assert "SEV1" in town.slack.channel(first).topic.value
        assert "Call the courier" in town.card(town.ana, "Checklist ", first).text
        assert town.cleo.id in town.slack.channel(first).members
        await town.later(seconds=29)
        assert full.hits == 1
        await town.later(seconds=1)
        assert [n for n in written(town.slack)[first] if "update" in n or "notice" in n] == [
            "1/update:1",
            "1/notice:1",
        ], "in the order they were said"
        assert twice(town.slack) == []


async def test_announcements_of_all_crises_wait_where_one_was_asked_to_wait(start: Start) -> None:
    async with start() as town:
        first, second = await two_crises(town)
        full = limited(town, "chat.postMessage", 30, "announcements")
        await town.asks(town.ana, "/crisis update The post is down", first)
        await town.asks(town.ben, "/crisis update The oven is off", second)
        assert full.hits == 1
        assert {written(town.slack)[c][f"{n}/update:1"] for n, c in ((1, first), (2, second))} == {1}
        await town.later(seconds=30)
        assert {written(town.slack)["#announcements"][f"{n}/thread:1"] for n in (1, 2)} == {1}
        assert full.hits == 1


async def test_too_many_edits_hold_back_edits_everywhere_and_nothing_else(start: Start) -> None:
    async with start() as town:
        first, second = await two_crises(town)
        full = limited(town, "chat.update", 30)
        await town.ana.clicks(town.card(town.ana, "Checklist ", first), "Claim", near=STEP)
        await town.settled()
        await town.ben.clicks(town.card(town.ben, "Checklist ", second), "Claim", near=STEP)
        await town.settled()
        assert full.hits == 1, "the limit is the workspace's"
        card = town.card(town.ben, "Checklist ", second)
        await town.clicks(town.ben, card, "Skip…", near="Save what")
        await town.sends(town.ben, "Skip step 3", {"Why is this step not needed?": "It is saved"})
        assert "Posted." in await town.asks(town.ben, "/crisis update The oven is off", second)
        assert written(town.slack)[second]["2/update:1"] == 1
        assert "@ben" not in card.text
        await town.later(seconds=29)
        assert full.hits == 1
        await town.later(seconds=1)
        await in_the_end(town)
        for who, where in ((town.ana, first), (town.ben, second)):
            assert f"@{who.name}" in town.card(who, "Checklist ", where).text
        assert "Skipped by @ben" in town.card(town.ben, "Checklist ", second).text
        assert full.hits == 1
