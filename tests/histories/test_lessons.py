"""What outlives a crisis: lessons that are found and told again, and work that is still to be done."""

from __future__ import annotations

import pytest

from bot.simulator import Person
from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")


async def ends(town: Town, person: Person, *, lessons: str, actions: str = "") -> None:
    """The newest crisis is resolved and closed, and everybody has read what that says."""
    await town.does(person, "/crisis resolve")
    await town.does(person, "/crisis close")
    values = {"Summary": "It is over.", "Lessons": lessons, "Action items": actions}
    await town.sends(person, "Close the crisis", values)
    assert person.form is None, person.form.text
    for where in (town.channel, "#announcements", "#general"):
        person.reads(where)


async def test_lessons_are_found_by_words_and_the_latest_without(town: Town) -> None:
    ana, eve = town.ana, town.eve
    assert "There are no lessons yet." in await town.asks(eve, "/crisis lessons")
    await town.opens(ana, "sev2 backlash Courier video")
    await ends(town, ana, lessons="- Keep a list of who can pause ads\n- Answer the first ten people by name")
    await town.opens(ana, "sev3 outage Checkout is down")
    await ends(town, ana, lessons="Test the backup every month")
    latest = await town.asks(eve, "/crisis lessons")
    assert "The latest lessons, from 2 crises" in latest
    assert latest.index("Checkout is down") < latest.index("Courier video")
    found = await town.asks(eve, "/crisis lessons pausing ads")
    assert "Lessons about “pausing ads”, from 1 crisis" in found
    assert "• Keep a list of who can pause ads\n• Answer the first ten people by name" in found
    assert "Test the backup" not in found
    for odd in ("'", '"', "a AND", "*", "-", "NEAR(", "<@U1>", "🙂"):
        assert await town.asks(eve, f"/crisis lessons {odd}")
    assert "Nothing found for “zebra”. Try fewer or other words" in await town.asks(
        eve, "/crisis lessons zebra"
    )


async def test_a_new_crisis_is_told_what_was_learned_last_time_and_what_is_still_not_done(town: Town) -> None:
    ana = town.ana
    first = await town.opens(ana, "sev2 backlash Courier video")
    assert "What we learned last time" not in ana.reads(first)
    await ends(
        town,
        ana,
        lessons="Keep a list of who can pause ads",
        actions="Write the ads list @ben by 2026-12-01\nThank the neighbour",
    )
    second = await town.opens(ana, "sev2 backlash Another courier video")
    told = town.card(ana, "What we learned last time", second)
    assert "Crisis 1: Courier video, closed 20 November 2026" in told.text
    assert "• Keep a list of who can pause ads" in told.text
    assert "• Write the ads list · @ben, due 1 December 2026 · from crisis 1" in told.text
    assert "• Thank the neighbour · nobody · from crisis 1" in told.text
    third = await town.opens(ana, "sev2 outage Nothing alike")
    assert "What we learned last time" not in ana.reads(third)


async def test_action_items_are_listed_with_whose_and_how_late_and_are_done_with_one_click(
    town: Town,
) -> None:
    ana, ben = town.ana, town.ben
    assert "No action item is open." in await town.asks(ben, "/crisis actions")
    channel = await town.opens(ana, "sev2 backlash Courier video")
    await ends(
        town,
        ana,
        lessons="Keep a list",
        actions="- Thank the neighbour\n- Write the ads list @ben by 2026-12-01\n2. Train the couriers @Cleo by 2026-11-24",
    )
    assert "2 open action items" not in await town.asks(ben, "/crisis actions")
    await town.later(days=6)
    shown = await town.asks(ben, "/crisis actions")
    assert "3 open action items" in shown
    assert (
        shown.index("Train the couriers")
        < shown.index("Write the ads list")
        < shown.index("Thank the neighbour")
    )
    assert "@cleo · 2 days late (it was due 24 November 2026)" in shown
    assert "@ben · due 1 December 2026" in shown
    assert "no owner yet · no day set" in shown
    assert "From crisis 1: Courier video" in shown
    table = town.card(ben, "3 open action items", "#general")
    assert table.buttons == ["Done", "Done", "Done"]
    await town.clicks(ben, table, "Done", near="Write the ads list")
    await ben.is_told("Done: Write the ads list.", where="#general")
    assert "Write the ads list" not in await town.asks(ben, "/crisis actions")
    lessons = town.card(ana, "What we learned in crisis 1", "#announcements")
    assert "• Write the ads list · @ben, by 1 December 2026, done by @ben" in lessons.text
    assert town.slack.channel(channel).archived
    await town.cleo.is_told("Action item: Train the couriers", where=town.slack.app)


async def test_an_action_item_that_somebody_else_finished_says_who(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await ends(town, town.ana, lessons="Keep a list", actions="Write the ads list @ben by 2026-12-01")
    for person in (town.ben, town.ana):
        await town.asks(person, "/crisis actions")
    tables = [town.card(p, "1 open action item", "#general") for p in (town.ben, town.ana)]
    await town.clicks(town.ben, tables[0], "Done")
    await town.ben.is_told("Done: Write the ads list.")
    await town.clicks(town.ana, tables[1], "Done")
    await town.ana.is_told("@ben already finished “Write the ads list”. Nothing was changed.")


async def test_lessons_of_a_private_crisis_are_found_by_its_people_alone(town: Town) -> None:
    ana, eve = town.ana, town.eve
    await ana.types("#general", "/crisis")
    private = "Only the people in its channel can see it"
    await town.sends(
        ana,
        "Open a crisis",
        {"Title": "Misconduct", "Playbook": "Social media backlash, our fault", "Private": private},
    )
    await ends(town, ana, lessons="Ask the works council first", actions="Write to everybody @ana")
    assert "Ask the works council first" in await town.asks(ana, "/crisis lessons council")
    for asked in ("/crisis lessons", "/crisis lessons council", "/crisis actions"):
        answer = await town.asks(eve, asked)
        assert "council" not in answer.replace("“council”", "")
        assert "Misconduct" not in answer
        assert "Write to everybody" not in answer
    assert "council" not in eve.reads("#announcements")
    second = await town.opens(ana, "sev2 backlash Another misconduct")
    assert "council" not in ana.reads(second)
