"""A ping that nobody answers climbs, by name, until somebody acts; and what "On it" is worth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.timeline import PingClimbed
from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import crisis
from tests.histories.conftest import Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")

VENUE = "Call the venue"
HOTEL = "Call the hotel"
PLAYBOOK = f"""\
key = "venue"
title = "The venue"
when = "Something is wrong at the venue."
severity = "sev2"
roles = ["lead", "community", "exec"]
[[steps]]
key = "venue"
title = "{VENUE}"
role = "community"
due = "30m"
[[steps]]
key = "hotel"
title = "{HOTEL}"
role = "community"
"""


@pytest.fixture
async def town(start: Start, tmp_path: Path) -> AsyncIterator[Town]:
    """One step of the playbook has a due time. Ben answers for it, Cleo is his deputy, Ana leads, Dana is the executive."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "venue.toml").write_text(PLAYBOOK, encoding="utf-8")
    async with start(crisis_playbooks=str(folder)) as town:
        for role in ("community @ben @cleo", "exec @dana"):
            await town.asks(town.ana, f"/crisis roster {role}")
        yield town


async def late(town: Town, severity: str = "sev2", minutes: int = 30) -> VisibleMessage:
    """Ben was just asked for his step."""
    await town.opens(town.ana, f"{severity} venue Odd posts")
    await town.everybody_accepts()
    await town.later(minutes=minutes)
    return pings(town.ben)[-1]


def pings(person: Person) -> list[VisibleMessage]:
    """The pings among the person's direct messages with the bot."""
    return [m for m in person.dms() if VENUE in m.fallback]


def is_late(message: VisibleMessage) -> str:
    return message.text.splitlines()[0]


async def test_unanswered_it_climbs_by_name_until_somebody_acts(town: Town) -> None:
    first = await late(town)
    assert first.buttons[:2] == ["Claim", "On it"]
    await town.later(minutes=10)
    second = town.card(town.ben, "@ben and @cleo, nobody has answered for this yet.")
    assert f"Step 1: {VENUE}" in second.text
    assert second.notifies == {"ben", "cleo"}
    await town.later(minutes=10)
    third = town.card(town.ana, "@ana, nobody answers for this.")
    await town.later(minutes=10)
    fourth = town.card(town.dana, "@dana, nobody answers for this.")
    await town.clicks(town.cleo, second, "Done")
    for message in (first, second, third, fourth):
        assert "Answered: Done, by @cleo" in message.text
        assert message.buttons == []
    said = town.posts()
    await town.later(minutes=49)
    assert town.posts() == said


async def test_every_rung_stands_on_the_timeline(town: Town) -> None:
    await late(town)
    for _ in range(3):
        await town.later(minutes=10)
    climbed = [e.rung for e in await town.app.store.timeline(1) if isinstance(e, PingClimbed)]
    assert climbed == ["deputy", "lead", "exec"]
    for start in ("@ben and @cleo", "@ana, nobody", "@dana, nobody"):
        _ = town.card(town.ana, start).text
    _ = pings(town.ben)[0].text


async def test_on_it_holds_for_a_while_and_then_asks_again(town: Town) -> None:
    first = await late(town)
    await town.clicks(town.ben, first, "On it")
    assert (await crisis(town)).steps[0].owner == town.ben.id
    await town.later(minutes=29)
    assert len(pings(town.ben)) == 1
    await town.later(minutes=1)
    again = pings(town.ben)[-1]
    assert is_late(again) == "Are you still on it?"
    assert again.buttons == ["Still on it", "Done", "Hand over…"]
    await town.clicks(town.ben, again, "Still on it")
    assert "Answered: Still on it, by @ben" in again.text
    await town.later(minutes=29)
    assert len(pings(town.ben)) == 2
    await town.later(minutes=1)
    third = pings(town.ben)[-1]
    assert is_late(third) == "Are you still on it?"
    await town.later(minutes=10)
    climbed = town.card(town.cleo, "@ben and @cleo, nobody has answered for this yet.")
    await town.clicks(town.cleo, climbed, "On it")
    assert "Answered: On it, by @cleo" in third.text


async def test_a_stale_button_says_what_happened_meanwhile(town: Town) -> None:
    first = await late(town)
    await town.later(minutes=10)
    second = town.card(town.cleo, "@ben and @cleo")
    shown = first.message.body
    await town.clicks(town.cleo, second, "On it")
    _ = first.text
    first.message.body = shown
    await town.clicks(town.ben, first, "On it")
    await town.ben.is_told("@cleo already answered this: On it.")


async def test_at_sev1_a_ping_is_put_off_three_times_and_no_more(town: Town) -> None:
    ping = await late(town, "sev1")
    for _ in range(3):
        await town.ben.chooses(ping, "15 min", of="Snooze")
        await town.settled()
        assert "Answered: Snoozed until" in ping.text
        await town.later(minutes=15)
        ping = pings(town.ben)[-1]
    await town.ben.chooses(ping, "15 min", of="Snooze")
    await town.settled()
    await town.ben.is_told("Step 1 was put off 3 times, and at SEV1 that is enough.")
    assert ping.buttons
    for message in (*town.ben.dms(), *town.ana.dms(), *town.ana.sees(town.channel)):
        _ = message.text


async def test_two_steps_at_the_top_of_the_ladder_propose_a_graver_level(town: Town) -> None:
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.everybody_accepts()
    await town.does(town.ana, "/crisis step Call the press @ben in 35m")
    await town.ben.is_told("@ana gave you step 3")
    for _ in range(15):
        await town.later(minutes=5)
    proposing = [m for m in town.dana.sees(town.channel) if "Should this crisis be SEV1?" in m.text]
    assert len(proposing) == 1
    await town.clicks(town.dana, proposing[0], "Raise severity")
    assert "SEV1, active" in town.summary(town.ana).text
    assert "Should this crisis be SEV1?" not in proposing[0].text
    for person in (town.ana, town.ben, town.cleo, town.dana):
        for message in (*person.dms(), *person.sees(town.channel)):
            _ = message.text


async def test_without_an_executive_the_last_who_is_asked_reads_the_proposal(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "venue.toml").write_text(PLAYBOOK, encoding="utf-8")
    async with start(crisis_playbooks=str(tmp_path)) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        await town.opens(town.ana, "sev2 venue Odd posts")
        await town.everybody_accepts()
        await town.does(town.ana, "/crisis step Call the press @ben in 30m")
        for _ in range(10):
            await town.later(minutes=5)
        (proposing,) = [m for m in town.ana.sees(town.channel) if "Should this crisis be SEV1?" in m.text]
        assert proposing.text.startswith("2 steps of crisis 1, Odd posts wait for @ana.")
        assert "Raise severity" in proposing.buttons
        for message in (*town.ana.sees(town.channel), *town.ana.dms(), *town.ben.dms()):
            _ = message.text


async def test_without_an_executive_whoever_opened_it_is_told_what_they_may_do(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @eve")
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.everybody_accepts()
    incident = await crisis(town)
    assert incident.holder("exec") == town.dana.id
    for minutes in (30, 10, 10, 10):
        await town.later(minutes=minutes)
    for start in ("@ben and @cleo", "@eve, nobody", "@dana, nobody"):
        _ = town.card(town.ana, start).text
    for person in (town.ben, town.eve):
        for message in person.dms():
            _ = message.text


async def test_in_the_channel_people_are_called_who_are_there(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @eve")
    await late(town)
    for person in (town.cleo, town.eve, town.dana):
        await person.leaves(town.channel)
    await town.settled()
    await town.later(minutes=10)
    (called,) = [m for m in town.ana.sees(town.channel) if "nobody has answered for this yet" in m.text]
    assert called.text.startswith("@ben and @ana, nobody has answered for this yet.")
    assert called.notifies == {"ben", "ana"}
    said = town.posts()
    await town.later(minutes=10)
    assert town.posts() == said, "whoever else could be called is not there"
    town.read_by(town.ana)
    for person in (town.ben, town.eve):
        for message in person.dms():
            _ = message.text


async def test_what_one_person_owes_at_once_is_one_message_with_buttons_for_each(town: Town) -> None:
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.everybody_accepts()
    await town.does(town.ana, "/crisis step Call the press @ben in 30m")
    await town.ben.is_told("@ana gave you step 3")
    before = len(town.ben.dms())
    await town.later(minutes=30)
    (both,) = town.ben.dms()[before:]
    assert both.text.startswith("2 steps of crisis 1, Odd posts wait for you.")
    assert both.buttons.count("Done") == 2
    await town.clicks(town.ben, both, "Done", near="Call the press")
    assert "Answered: Done, by @ben" in both.text
    assert both.buttons.count("Done") == 1
    await town.later(minutes=10)
    climbed = town.card(town.ben, "@ben and @cleo, nobody has answered for this yet.")
    assert VENUE in climbed.text
    assert "Call the press" not in climbed.text
    await town.clicks(town.ben, both, "On it", near=VENUE)
    assert both.buttons == climbed.buttons == []
