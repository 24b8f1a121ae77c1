"""Somebody whose account was closed since: what they would be asked is asked of others, who read of it."""

from __future__ import annotations

from collections import Counter

from bot.domain.timeline import PersonLeft
from bot.simulator import VisibleMessage
from tests.histories.afterwards import crisis, dms
from tests.histories.conftest import Town

GENERAL = "sev2 general Odd posts"


def words_on(town: Town) -> list[str]:
    """What the lead reads of people who left."""
    return [m.text for m in town.ana.dms() if "has left Slack" in m.text]


async def names(town: Town, number: int = 1) -> dict[str, str]:
    """Role -> who holds it."""
    return {h.role: town.slack.people[h.person].name for h in (await crisis(town, number)).roles}


async def closed(town: Town, items: str) -> None:
    await town.opens(town.ana, GENERAL)
    await town.does(town.ana, "/crisis resolve")
    await town.does(town.ana, "/crisis close")
    values = {"Summary": "It is over.", "Lessons": "Know the number", "Why can they stay open?": "It is over"}
    await town.sends(town.ana, "Close the crisis", {**values, "Action items": items})


def asked_for(town: Town, item: str) -> list[VisibleMessage]:
    return [m for m in town.ana.dms() if f"Action item: {item}" in m.text]


async def test_a_lead_of_the_roster_who_has_just_left_leads_no_crisis(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @dana")
    await town.asks(town.ana, "/crisis roster community @ben @cleo")
    town.slack.deactivate(town.dana)
    town.slack.deactivate(town.ben)
    await town.opens(town.ana, "sev2 backlash Odd posts")
    assert await names(town) == {"lead": "ana", "community": "cleo"}
    assert "Lead: @ana" in town.summary(town.ana).text
    first, second = words_on(town)
    assert {first, second} == {
        "@dana has left Slack. In crisis 1 others have what was theirs:\n• Lead: @ana",
        "@ben has left Slack. In crisis 1 others have what was theirs:\n• Community: @cleo",
    }
    await town.cleo.is_told("The roster makes you Community in this crisis.")
    left = [e.person for e in await town.app.store.timeline(1) if isinstance(e, PersonLeft)]
    assert sorted(left) == sorted([town.dana.id, town.ben.id])
    assert dms(town.dana, "crisis") == dms(town.ben, "crisis") == []


async def test_a_role_without_a_deputy_is_told_to_be_nobodys(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster exec @dana")
    town.slack.deactivate(town.dana)
    await town.opens(town.ana, GENERAL)
    assert "exec" not in await names(town)
    assert words_on(town) == [
        "@dana has left Slack. In crisis 1 others have what was theirs:\n• Executive: nobody"
    ]


async def test_an_action_item_of_somebody_who_left_is_asked_of_the_lead_at_once(town: Town) -> None:
    await closed(town, "Write the list @ben by 2026-12-11\nBuy the pumps @cleo by 2026-12-11")
    town.slack.deactivate(town.ben)
    await town.later(days=19, hours=9)
    (asked,) = asked_for(town, "Write the list")
    assert asked.buttons == ["Done"]
    assert words_on(town) == [
        "@ben has left Slack. In crisis 1 others have what was theirs:\n• Action item “Write the list”: @ana"
    ]
    assert asked_for(town, "Buy the pumps") == [], "Cleo is still there"
    await town.later(days=3)
    assert len(asked_for(town, "Write the list")) == 2, "the day after, as ever"
    assert len(words_on(town)) == 1


async def test_a_legal_clock_of_somebody_who_left_is_asked_of_the_lead(town: Town) -> None:
    await town.opens(town.ana, "sev4 Odd posts")
    await town.ana.types(town.channel, "/crisis legal")
    await town.settled()
    values = {"Which clock applies?": "72 h: Notice to the data authority (data breach)"}
    values |= {"When did it begin?": "now", "Who answers for it?": "@ben"}
    await town.sends(town.ana, "Legal clock", values)
    town.slack.deactivate(town.ben)
    await town.later(hours=36)
    (question,) = [m for m in town.ana.dms() if m.buttons == ["Filed…", "Does not apply…"]]
    assert "1 day 12 hours left" in question.text
    (word,) = words_on(town)
    assert word.endswith("• Notice to the data authority (data breach): @ana")


async def test_where_everybody_left_it_is_told_once_and_the_reminders_go_on_as_planned(town: Town) -> None:
    await closed(town, "Write the list @ana by 2026-12-11")
    town.slack.deactivate(town.ana)

    async def told() -> Counter[str]:
        return Counter(type(entry).__name__ for entry in await town.app.store.timeline(1))

    await town.later(days=19, hours=9)
    await town.later(hours=1)
    assert (await told())["PersonLeft"] == 1
    await town.later(days=30)
    before = await told()
    await town.later(days=1)
    assert before == await told(), "nothing goes round in circles"
    assert before["PersonLeft"] == 1
    assert before["Reminded"] <= 3
