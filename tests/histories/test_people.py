"""Who is who: asked of Slack in advance, so that nobody waits for it in an emergency."""

from __future__ import annotations

import pytest

from bot.simulator import Person
from bot.slack.people import PAGE
from tests.histories.conftest import Start, Town


def lookups(town: Town) -> list[str]:
    return [call.method for call in town.slack.calls if call.method in ("users.info", "users.list")]


def _guest(town: Town) -> Person:
    gil = town.slack.add_person("gil", guest=True)
    town.slack.channel("#general").members.append(gil.id)
    return gil


async def test_who_opens_a_crisis_is_known_before_they_do(town: Town) -> None:
    await town.app.warm_up()
    known = len(lookups(town))
    await town.opens(town.ana, "sev2 backlash Courier video")
    assert lookups(town)[known:] == []


async def test_guests_are_known_in_advance_too(town: Town) -> None:
    gil = _guest(town)
    await town.app.warm_up()
    known = len(lookups(town))
    assert "members of the workspace" in await town.asks(gil, "/crisis open sev2 Courier video")
    assert lookups(town)[known:] == []


async def test_somebody_who_came_later_is_looked_up_when_they_open_one(town: Town) -> None:
    await town.app.warm_up()
    known = len(lookups(town))
    gil = _guest(town)
    assert "members of the workspace" in await town.asks(gil, "/crisis open sev2 Courier video")
    assert lookups(town)[known:] == ["users.info"]


async def test_a_large_workspace_is_read_page_by_page(town: Town) -> None:
    for number in range(2 * PAGE):
        town.slack.add_person(f"person-{number}")
    await town.app.people.learn(town.app.web, pause_s=0)
    assert lookups(town) == ["users.list"] * 3
    last = town.slack.people[
        next(p.id for p in town.slack.people.values() if p.name == f"person-{2 * PAGE - 1}")
    ]
    await town.asks(last, "/crisis open sev2 backlash Courier video")
    assert lookups(town) == ["users.list"] * 3


@pytest.mark.parametrize("kind", ["missing_scope", "http_503", "reset_before", "internal_error"])
async def test_a_slack_that_does_not_tell_keeps_nobody_from_opening_a_crisis(start: Start, kind: str) -> None:
    async with start(calm=False) as town:
        town.slack.faults.add("users.list", kind, times=None)
        town.slack.faults.add("users.info", kind, times=None)
        await town.app.warm_up()
        await town.opens(town.ana, "sev2 backlash Courier video")
        assert "Checklist 0/14" in town.checklist(town.ana).text


async def test_reading_everybody_waits_as_long_as_slack_asks(start: Start) -> None:
    async with start(calm=False) as town:
        limited = town.slack.faults.add("users.list", "ratelimited", retry_after=0)
        await town.app.people.learn(town.app.web, pause_s=0)
        assert limited.hits == 1
        assert lookups(town) == ["users.list"] * 2
