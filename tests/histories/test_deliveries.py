"""What Slack delivers twice, late, in the wrong order, or all at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.timeline import Noted
from bot.store.base import StoreProblem
from tests.histories.conftest import Start, Town
from tests.histories.once import crisis_channels, in_the_end, timeline, twice, until, written

STEP = "Pause scheduled posts"
OTHER_STEP = "Save what caused it"


@pytest.fixture(params=[False, True], ids=["same socket", "other socket"])
def twofold(request: pytest.FixtureRequest) -> dict[str, bool]:
    """How the second copy of a delivery comes."""
    return {"other_socket": request.param}


async def connected_twice(town: Town) -> None:
    await town.slack.wait_connected(2)


# The same thing, twice.


async def test_a_command_delivered_twice_opens_one_crisis(start: Start, twofold: dict[str, bool]) -> None:
    async with start() as town:
        await connected_twice(town)
        town.slack.duplicate_next(**twofold)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        assert len(crisis_channels(town.slack)) == 1
        assert await town.app.store.numbers(viewer=town.ana.id) == [1]
        assert twice(town.slack) == []
        assert (await timeline(town))["CrisisOpened"] == 1


async def test_an_update_typed_once_and_delivered_twice_is_posted_once(
    start: Start, twofold: dict[str, bool]
) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.duplicate_next(**twofold)
        await town.ana.types(town.channel, "/crisis update The post is down")
        await in_the_end(town)
        assert (await timeline(town))["UpdatePosted"] == 1
        assert written(town.slack)["#announcements"]["1/thread:1"] == 1
        assert twice(town.slack) == []


async def test_a_button_delivered_twice_counts_once(start: Start, twofold: dict[str, bool]) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.duplicate_next(**twofold)
        await town.ben.joins(town.channel)
        await town.settled()
        town.slack.duplicate_next(**twofold)
        await town.clicks(town.ben, town.checklist(town.ben), "Claim", near=STEP)
        assert (await timeline(town))["StepClaimed"] == 1
        before = len(town.ben.dms())
        await town.slack.settled()
        assert len(town.ben.dms()) == before == 0, "nobody is told of a copy"
        assert not [m for m in town.ben.sees(town.channel) if m.is_ephemeral]


async def test_a_form_delivered_twice_counts_once(start: Start, twofold: dict[str, bool]) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.clicks(town.ana, town.checklist(town.ana), "Skip…", near=OTHER_STEP)
        await town.ana.is_shown_form("Skip step 3")
        await town.ana.fills({"Why is this step not needed?": "There is nothing to save"})
        town.slack.duplicate_next(**twofold)
        await town.ana.submits()
        await town.settled()
        assert town.ana.form is None
        assert (await timeline(town))["StepSkipped"] == 1


async def test_an_event_delivered_twice_is_kept_once(start: Start, twofold: dict[str, bool]) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(town.channel, "The courier is suspended")
        town.slack.duplicate_next(**twofold)
        await town.ana.reacts(said, ":pushpin:")
        await town.settled()
        assert (await timeline(town))["Noted"] == 1


async def test_the_same_click_hours_later_still_changes_nothing(start: Start) -> None:
    async with start() as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.clicks(town.ana, town.checklist(town.ana), "Claim", near=STEP)
        click = town.slack.sent[-1]
        assert click.kind == "interactive"
        await town.clicks(town.ana, town.checklist(town.ana), "Assign…", near=STEP)
        await town.sends(town.ana, "Assign step 2", {"Who takes this step?": "@ben"})
        await town.later(hours=20)
        entries = await timeline(town)
        answer = await town.slack.deliveries._send(replace(click, envelope_id="again"))
        await town.settled()
        assert answer.is_acked
        assert await timeline(town) == entries


# Events that were not acknowledged.


async def test_an_event_that_found_nobody_is_taken_from_slacks_retry(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(town.channel, "The courier is suspended")
        await town.settled()
        town.slack.sockets._ack_timeout_s = 0.2  # three seconds of Slack's patience, here in short
        receive, town.app.store.receive = town.app.store.receive, _refuses  # type: ignore[method-assign]
        await town.ana.reacts(said, ":pushpin:")
        await town.slack.changes.stirred()
        await until(
            lambda: len([d for d in town.slack.sent if d.kind == "events_api" and _is_reaction(d)]) >= 2
        )
        town.app.store.receive = receive  # type: ignore[method-assign]
        assert (await timeline(town))["Noted"] == 0
        await town.slack.settled()
        await town.later(minutes=1)
        assert (await timeline(town))["Noted"] == 1
        attempts = [d.retry_attempt for d in town.slack.sent if _is_reaction(d)]
        assert attempts[-1] >= 1


async def _refuses(*_: Any, **__: Any) -> bool:
    raise StoreProblem("The disk is full.")


def _is_reaction(delivery: Any) -> bool:
    return bool(delivery.payload.get("event", {}).get("type") == "reaction_added")


async def test_an_event_outlives_a_store_in_trouble(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(town.channel, "The courier is suspended")
        await town.settled()
        change, town.app.store.change = town.app.store.change, _refuses  # type: ignore[method-assign,assignment]
        await town.ana.reacts(said, ":pushpin:")
        await town.slack.settled()
        with pytest.raises(StoreProblem):
            await town.app.inbox.settle()
        town.app.store.change = change  # type: ignore[method-assign]
        await town.settled()
        assert (await timeline(town))["Noted"] == 1


async def test_an_event_whose_handling_met_a_failing_slack_is_handled_later(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(town.channel, "The courier is suspended")
        town.slack.faults.add("conversations.history", "ratelimited", retry_after=30)
        await town.ana.reacts(said, ":pushpin:")
        await town.settled()
        assert (await timeline(town))["Noted"] == 0
        await town.later(seconds=31)
        assert (await timeline(town))["Noted"] == 1


async def test_events_in_the_wrong_order_change_nothing_they_should_not(start: Start) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.reorder_next()
        first, second = "The courier is suspended", "The parcel is found"
        for words in (first, second):
            await town.ana.reacts(await town.ana.says(town.channel, words), ":pushpin:")
        await town.settled()
        kept = [e.text for e in await town.app.store.timeline(1) if isinstance(e, Noted)]
        assert sorted(kept) == sorted([first, second])


# Two people, and many.


async def test_of_two_who_claim_at_once_one_wins_and_the_other_reads_who(start: Start) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.ben.joins(town.channel)
        await town.settled()
        theirs = {person: town.checklist(person) for person in (town.ana, town.ben)}
        await asyncio.gather(*(p.clicks(card, "Claim", near=STEP) for p, card in theirs.items()))
        await town.settled()
        incident = await town.app.store.crisis(1)
        assert incident is not None
        winner = next(s.owner for s in incident.steps if s.title.startswith(STEP))
        loser = town.ben if winner == town.ana.id else town.ana
        name = "ana" if winner == town.ana.id else "ben"
        await loser.is_told(f"@{name} already took step 2")
        assert (await timeline(town))["StepClaimed"] == 1
        clicks = [d for d in town.slack.sent if d.kind == "interactive"]
        assert len(clicks) == 2


async def test_a_hundred_clicks_end_in_the_right_checklist_with_few_edits(start: Start) -> None:
    async with start() as town:
        await connected_twice(town)
        await town.opens(town.ana, "sev2 backlash Courier video")
        everyone = (town.ana, town.ben, town.cleo, town.dana)
        for person in everyone[1:]:
            await person.joins(town.channel)
        await town.settled()
        card = town.checklist(town.ana)
        titles = [step.title for step in await _steps(town)][:10]
        edits = town.calls_of("chat.update")
        clicks = [(everyone[n % 4], titles[n % 10]) for n in range(100)]
        await asyncio.gather(*(person.clicks(card, "Claim", near=title) for person, title in clicks))
        await town.settled()
        owned = {step.title: town.slack.people[step.owner].name for step in await _steps(town) if step.owner}
        assert set(owned) == set(titles)
        assert (await timeline(town))["StepClaimed"] == 10
        for title, name in owned.items():
            assert f"@{name}" in town.row(town.dana, title)
        assert town.calls_of("chat.update") - edits <= 20
        assert twice(town.slack) == []


async def test_a_hundred_different_clicks_in_turn_are_all_kept(start: Start) -> None:
    async with start() as town:
        await town.opens(town.ana, "sev2 Courier video")
        titles = [f"Call branch {number}" for number in range(5)]
        for title in titles:
            await town.does(town.ana, f"/crisis step {title}")
        edits = town.calls_of("chat.update")
        for turn in range(20):
            card = town.checklist(town.ana)
            label = "Reopen" if turn % 2 else "Done"
            await asyncio.gather(*(town.ana.clicks(card, label, near=title) for title in titles))
            await town.settled()
        entries = await timeline(town)
        assert entries["StepDone"] == entries["StepReopened"] == 50
        assert all(step.is_open for step in await _steps(town))
        assert town.calls_of("chat.update") - edits <= 100, "less than one edit a click"


async def _steps(town: Town) -> tuple[Any, ...]:
    incident = await town.app.store.crisis(1)
    assert incident is not None
    return incident.steps
