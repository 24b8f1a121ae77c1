"""The timeline: notes, messages put on it by shortcut or :pushpin:, and what `/crisis status` tells of it."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")


async def timeline(town: Town) -> list[str]:
    """The last entries, as Eve reads them."""
    told = await town.asks(town.eve, "/crisis status 1")
    return told.split("Last on the timeline\n")[1].splitlines()


async def test_a_note_is_on_the_timeline_and_not_in_the_channel(town: Town) -> None:
    await town.opens(town.ana, "Odd posts")
    posts = town.posts()
    await town.later(minutes=5)
    said = await town.does(town.ana, "/crisis note The video was taken down, says @ben & <legal>")
    assert "It is on the timeline." in said
    assert (await timeline(town))[-1] == "12:45 AM @ana: The video was taken down, says @ben & <legal>"
    assert town.posts() == posts


async def test_a_note_is_written_in_a_form_from_the_panel_and_without_words(town: Town) -> None:
    await town.opens(town.ana, "Odd posts")
    await town.does(town.ana, "/crisis note")
    await town.sends(town.ana, "Add to timeline", {"What happened?": "The video was taken down"})
    await town.does(town.ana, "/crisis")
    await town.clicks(town.ana, town.card(town.ana, "SEV3 crisis 1"), "Add note…")
    await town.sends(town.ana, "Add to timeline", {"What happened?": "And came back"})
    assert [line.split(": ", 1)[1] for line in (await timeline(town))[-2:]] == [
        "The video was taken down",
        "And came back",
    ]


async def test_a_message_is_put_on_the_timeline_by_its_menu_with_its_own_time_and_author(town: Town) -> None:
    channel = await town.opens(town.ana, "sev4 Odd posts")
    await town.ben.joins(channel)
    await town.later(minutes=1)
    message = await town.ben.says(channel, "The neighbour called, see https://video.example/1")
    await town.later(minutes=30)
    await town.does(town.ana, "/crisis note Half an hour later")
    await town.ana.uses_shortcut(message, "Add to timeline")
    await town.settled()
    await town.ana.is_told("It is on the timeline.", where=channel)
    assert (await timeline(town))[-2:] == [
        "12:41 AM @ben: The neighbour called, see https://video.example/1",
        "1:11 AM @ana: Half an hour later",
    ]
    await town.ana.uses_shortcut(message, "Add to timeline")
    await town.settled()
    await town.ana.is_told("It is on the timeline already.", where=channel)


async def test_outside_a_crisis_channel_the_menu_says_where_it_works(town: Town) -> None:
    message = await town.ben.says("#general", "Hello")
    await town.ana.uses_shortcut(message, "Add to timeline")
    await town.settled()
    told = await town.ana.is_told("works inside a crisis channel", where="#general")
    assert "A message can be added to the timeline where the crisis is worked on." in told.text


async def test_a_pin_puts_the_message_on_the_timeline_once_and_the_last_to_take_it_off_removes_it(
    town: Town,
) -> None:
    channel = await town.opens(town.ana, "Odd posts")
    await town.ben.joins(channel)
    message = await town.ben.says(channel, "The neighbour called")
    posts = town.posts()
    await town.later(minutes=3)
    for person in (town.ana, town.ben):
        await person.reacts(message, ":pushpin:")
        await town.settled()
    assert [line for line in await timeline(town) if "called" in line] == [
        "12:40 AM @ben: The neighbour called"
    ]
    await town.ana.unreacts(message, ":pushpin:")
    await town.settled()
    assert "The neighbour called" in str(await timeline(town))
    await town.ben.unreacts(message, ":pushpin:")
    await town.settled()
    last = await timeline(town)
    assert "The neighbour called" not in str(last)
    await town.ben.reacts(message, ":pushpin:")
    await town.settled()
    assert "The neighbour called" in str(await timeline(town))
    assert town.posts() == posts


async def test_other_reactions_and_pins_elsewhere_change_nothing(town: Town) -> None:
    channel = await town.opens(town.ana, "Odd posts")
    before = await timeline(town)
    here, elsewhere = await town.ana.says(channel, "Hello"), await town.ana.says("#general", "Hello")
    await town.ana.reacts(here, "+1")
    await town.ana.reacts(elsewhere, "pushpin")
    await town.settled()
    assert await timeline(town) == before


async def test_a_reply_in_a_thread_can_be_pinned(town: Town) -> None:
    channel = await town.opens(town.ana, "Odd posts")
    first = await town.ana.says(channel, "Who called?")
    await town.later(minutes=2)
    reply = await town.ana.says(channel, "The bank, about the @ben case", thread=first)
    await town.later(minutes=2)
    await town.ana.reacts(reply, "pushpin")
    await town.settled()
    assert (await timeline(town))[-1] == "12:42 AM @ana: The bank, about the @ben case"
    await town.ana.unreacts(reply, "pushpin")
    await town.settled()
    assert "The bank" not in str(await timeline(town))


async def test_everything_that_is_done_is_on_the_timeline_with_who_and_when(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis step Call the venue")
    await town.clicks(town.ana, town.checklist(town.ana), "Claim", near="Call the venue")
    await town.later(minutes=2)
    await town.clicks(town.ana, town.checklist(town.ana), "Done", near="Call the venue")
    await town.does(town.ana, "/crisis sev 1 it grows")
    assert [line.removeprefix("12:4") for line in (await timeline(town))[-4:]] == [
        "0 AM @ana added step 10, Call the venue",
        "0 AM @ana took step 10, Call the venue",
        "2 AM @ana finished step 10, Call the venue",
        "2 AM @ana changed the severity from SEV2 to SEV1: it grows",
    ]
    town.ana.reads(town.channel)


async def test_a_pin_in_the_channel_of_a_cancelled_crisis_is_passed_over(town: Town) -> None:
    channel = await town.opens(town.ana, "Odd posts")
    await town.does(town.ana, "/crisis cancel It was a test")
    await town.ana.is_told("cancelled this crisis")
    before = await timeline(town)
    await town.ana.reacts(await town.ana.says(channel, "Good night"), "pushpin")
    await town.settled()
    assert await timeline(town) == before
