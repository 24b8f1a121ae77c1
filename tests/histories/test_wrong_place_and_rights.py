"""Commands in the wrong place, guests, people who left, bots: each gets a sentence, and the crisis goes on."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.domain.channels import channel_lost
from tests.histories.afterwards import crisis, errors
from tests.histories.conftest import Town


async def test_a_command_outside_says_where_it_works(town: Town) -> None:
    ana = town.ana
    assert "No crisis is in progress; /crisis opens one." in await town.asks(ana, "/crisis note x")
    await town.opens(ana, "Courier")
    for word in ("sev 1", "role lead @ben", "step x", "note x", "update x", "resolve", "close", "cancel x"):
        answer = await town.asks(ana, f"/crisis {word}")
        assert f"/crisis {word.split()[0]} works inside a crisis channel." in answer
        assert "In progress: #crisis-1-courier." in answer
    message = await ana.says("#general", "The courier is here")
    await ana.uses_shortcut(message, "Add to timeline")
    await ana.is_told("works inside a crisis channel")
    assert "Write for instance /crisis reopen 12" in await town.asks(ana, "/crisis reopen")
    assert "1 crisis in progress" in await town.asks(ana, "/crisis status")
    direct = await town.asks(ana, "/crisis resolve", where=f"@{town.ben.name}")
    assert "works inside a crisis channel" in direct
    assert (await crisis(town)).status == "active"


async def test_a_guest_works_in_a_crisis_and_sees_nothing_outside_it(town: Town) -> None:
    guest = town.slack.add_person("gina", guest=True)
    lobby = town.slack.add_channel("lobby", members=[guest])
    await town.opens(town.ana, "Courier")
    await town.opens(town.ana, "backlash Other")
    for command in (
        "",
        "open Something",
        "list",
        "status",
        "status 1",
        "lessons",
        "actions",
        "roster",
        "roster lead @gina",
        "reopen 1",
    ):
        answer = await town.asks(guest, f"/crisis {command}", where=lobby)
        assert "for members of the workspace. Ask the person who invited you." in answer, command
        assert "Courier" not in answer
        assert "Other" not in answer
    assert guest.form is None
    message = await guest.says(lobby, "Help")
    await guest.uses_shortcut(message, "Open a crisis")
    await guest.is_told("for members of the workspace")
    assert await town.app.store.crisis(3) is None

    await town.ana.invites(guest, "#crisis-2-other")
    await town.settled()
    assert "Posted." in await town.asks(guest, "/crisis update I am here", where="#crisis-2-other")
    await guest.types("#crisis-2-other", "/crisis")
    await town.settled()
    await guest.is_told("Lead @ana")
    await town.clicks(guest, town.checklist(guest), "Claim", near="Pause scheduled posts")
    assert (await crisis(town, 2)).steps[1].owner == guest.id
    answer = await town.asks(guest, "/crisis status 1", where="#crisis-2-other")
    assert "Courier" not in answer
    assert "0/" in await town.asks(guest, "/crisis status", where="#crisis-2-other")


async def test_somebody_who_left_the_workspace_is_given_nothing(town: Town) -> None:
    ana = town.ana
    gone = town.slack.add_person("gone", real_name="Gone Person", deactivated=True)
    await town.opens(ana, "backlash Courier")
    for command in ("role comms @gone", "role comms @ben @gone", "step Call @gone"):
        answer = await town.does(ana, f"/crisis {command}")
        assert "gone cannot be asked: their account is deactivated. Choose somebody else." in answer
    assert "deactivated" in await town.asks(ana, "/crisis roster comms @gone")
    await ana.clicks(town.checklist(ana), "Assign…", near="Pause scheduled")
    await town.sends(ana, "Assign step 2", {"Who takes this step?": gone})
    assert "deactivated" in errors(ana)["Who takes this step?"]
    assert (await crisis(town)).steps[1].owner is None
    assert await town.app.store.roster() == {}


async def test_a_role_holder_who_left_since_does_not_stop_an_opening_and_the_lead_hears_of_it(
    town: Town,
) -> None:
    ana = town.ana
    await town.asks(ana, "/crisis roster comms @ben @cleo")
    town.slack.deactivate(town.ben)
    await town.opens(ana, "sev2 backlash Courier")
    assert town.cleo.id in town.slack.channel(town.channel).members
    told = await ana.is_told("@ben has left Slack.", where=town.slack.app)
    assert "In crisis 1 others have what was theirs:\n• Comms: @cleo" in told.text
    assert (await crisis(town)).holder("comms") == town.cleo.id


async def test_the_owner_of_a_step_who_left_before_the_ping_is_reported_to_the_lead(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev2 Courier")
    await town.does(ana, "/crisis step Call the venue @ben in 5m")
    await town.ben.is_told("Call the venue", where=town.slack.app)
    town.slack.deactivate(town.ben)
    await town.later(minutes=6)
    assert not [m for m in town.ben.dms() if "late" in m.text or "due now" in m.text]
    told = await ana.is_told("This waits for @ben, who is deactivated in Slack.", where=town.slack.app)
    number = (await crisis(town)).steps[-1].number
    await town.clicks(ana, told, "Hand over…")
    await town.sends(ana, f"Hand over step {number}", {"Who takes it over?": "@cleo"})
    await town.cleo.is_told("Call the venue", where=town.slack.app)


async def test_when_the_lead_left_somebody_else_hears_what_failed(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @ben")
    await town.opens(town.ana, "sev2 backlash Courier")
    town.slack.deactivate(town.ben)
    await town.later(minutes=6)
    await town.ana.is_told(
        "@ben has left Slack. In crisis 1 others have what was theirs:", where=town.slack.app
    )
    assert (await crisis(town)).lead == town.ana.id


async def test_a_crisis_without_a_channel_answers_by_its_number(town: Town) -> None:
    ana = town.ana
    town.slack.team.only_admins_create_channels = True
    await town.asks(ana, "/crisis open Courier")
    assert "Crisis 1: Courier" in await town.asks(ana, "/crisis status 1")
    assert "crisis 1" in await town.asks(ana, "/crisis list")
    await town.later(hours=3)
    town.slack.team.only_admins_create_channels = False
    await town.asks(ana, "/crisis reopen 1")
    assert "Checklist" in ana.reads("#crisis-1-courier")


async def test_a_name_looked_up_once_is_not_taken_for_true_for_ever(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    await town.does(town.ana, "/crisis note @ben saw it")
    town.slack.deactivate(town.ben)
    assert "deactivated" in await town.does(town.ana, "/crisis role comms @ben")


async def test_a_lost_channel_is_told_once(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    now = town.slack.clock.now() + timedelta(seconds=1)
    for _ in range(2):
        await town.app.service.apply(1, partial(channel_lost, why="archived", now=now))
    await town.settled()
    assert len([m for m in town.ana.dms() if "archived. Nothing is lost" in m.text]) == 1
