"""What people type wrong is answered with what would be right, where they are looking; nothing changes, nothing is lost."""

from __future__ import annotations

import pytest

from bot.simulator import Person
from tests.histories.afterwards import crisis, errors
from tests.histories.conftest import Start, Town

LONG = "A long word and " * 187 + "done now"
assert len(LONG) == 3000


async def test_a_title_that_cannot_be_is_refused_with_an_example_and_nothing_is_opened(town: Town) -> None:
    for typed, sentence in (
        ("", "The title is missing. Write for instance /crisis open sev2 A video of our courier spreads."),
        ("   ", "The title is missing."),
        ("sev2", "The title is missing."),
        ("sev2 backlash", "The title is missing."),
        (LONG, "The title is 3,000 characters long; 140 is the most."),
        ("sev5 Courier video", "“sev5” is not a severity."),
        ("sev5 Courier video", "/crisis open sev2 Courier video"),
        ("sev0 Courier video", "“sev0” is not a severity."),
        ("backlsh Courier video", "Did you mean backlash?"),
        ("sev1 backlsh Courier video", "/crisis open sev1 backlash Courier video"),
    ):
        answer = await town.asks(town.ana, f"/crisis open {typed}")
        assert sentence in answer, (typed, answer)
    assert await town.app.store.crisis(1) is None
    assert [c.name for c in town.slack.team.channels.values() if c.name.startswith("crisis")] == []


@pytest.mark.parametrize(
    ("typed", "title", "channel"),
    [
        ("🔥🔥🔥", "🔥🔥🔥", "#crisis-1"),
        ("فيديو ساعي البريد", "فيديو ساعي البريد", "#crisis-1"),
        ("sev 2 Courier video", "Courier video", "#crisis-1-courier-video"),
        ("backlash\nCourier video\nagain", "Courier video again", "#crisis-1-courier-video-again"),
        ("x" * 140, "x" * 140, "#crisis-1-" + "x" * 71),
        ("A & B < C > D", "A & B < C > D", "#crisis-1-a-b-c-d"),
        ("{title} %s \\n", "{title} %s \\n", "#crisis-1-title-s-n"),
    ],
)
async def test_an_odd_title_is_kept_as_typed_and_the_channel_gets_a_name_slack_takes(
    town: Town, typed: str, title: str, channel: str
) -> None:
    assert await town.opens(town.ana, typed) == channel
    assert (await crisis(town)).title == title
    assert title in town.summary(town.ana).text
    assert title in town.ana.reads("#announcements").replace("\u2068", "").replace("\u2069", "")


async def test_a_channel_name_that_is_taken_gets_a_number_behind_it(town: Town) -> None:
    for name in ("crisis-1-courier", "crisis-1-courier-2", "crisis-1-courier-3"):
        await town.cleo.creates(f"#{name}")
    await town.cleo.archives("#crisis-1-courier-2")
    await town.opens(town.ana, "Courier")
    assert town.channel == "#crisis-1-courier-4"
    assert "Checklist" in town.ana.reads("#crisis-1-courier-4")


async def test_a_message_opens_a_crisis_with_its_words(town: Town) -> None:
    message = await town.ben.says("#general", LONG)
    await town.ana.uses_shortcut(message, "Open a crisis")
    await town.sends(town.ana, "Open a crisis", {"Title": "From a message"})
    assert (await crisis(town)).what_happened == LONG
    assert "acme.slack.com/archives" in town.summary(town.ana).text


async def test_commands_in_the_crisis_that_cannot_be_say_what_would_be_right(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev2 backlash Courier video")
    await ana.types("#general", "hi")
    town.slack.add_person("dan.a", real_name="Dana Ruiz")
    town.slack.add_bot("helper")
    before = await crisis(town)
    for typed, sentence in (
        ("sev 5", "“5” is not a severity. Write one of 1, 2, 3, 4"),
        ("sev 0", "“0” is not a severity."),
        ("sev x journalists", "“x” is not a severity."),
        ("sev 2", "This crisis is at SEV2 already."),
        (f"sev 1 {LONG}{LONG}", "The reason is 6,000 characters long; 3,000 is the most."),
        ("role bos @ben", "Did you mean"),
        ("role <b> @ben", "There is no role <b>."),
        ("role comms", "The person is missing. Write /crisis role comms @person"),
        ("role comms @nobody.here", "I do not know @nobody.here."),
        ("role comms @ben @ben", "The deputy has to be another person"),
        ("role comms @ben @cleo @dana", "A role has one holder and one deputy."),
        ("role comms @helper", "cannot be asked: that is a bot."),
        ("role comms @crisis-bot", "cannot be asked: that is a bot."),
        ("role comms @slackbot", "cannot be asked: that is a bot."),
        ("step", "The step is missing."),
        ("step in 30m", "The step is missing."),
        ("step Call the venue in 5 blinks", "I cannot read the time “5 blinks”. Write for instance in 30m"),
        ("step Call the venue in 0m", "has to be in the future"),
        ("step Call the venue in 99999999999d", "I cannot read the time “99999999999d”."),
        ("step Call the venue in 99999999 years", "I cannot read the time"),
        ("step Call the venue in 4000d", "I cannot read the time “4000d”."),
        ("step Call the venue @nobody.here in 30m", "I do not know @nobody.here."),
        (f"step {LONG}", "The step is 3,000 characters long"),
        (f"note {LONG} more", "The note is 3,005 characters long; 3,000 is the most."),
        ("reopen", "Crisis 1 is active already."),
        ("reopen 99999999999999999999999999", "There is no crisis"),
        ("status 99999999999999999999999999", "There is no crisis"),
        ("status " + "9" * 5000, "There is no crisis"),
        ("status -1", "There is no crisis “-1” that I can show you. Write its number; /crisis list"),
        ("lsit", "Did you mean /crisis list?"),
        ("<b> & c", "There is no command “<b>”."),
        (LONG.replace(" ", ""), "There is no command “Alongword"),
    ):
        answer = await town.does(ana, f"/crisis {typed}")
        assert sentence in answer, (typed, answer[:400])
        assert "Something went wrong" not in answer
    assert (await crisis(town)).version == before.version, "a refusal changed something"
    assert "Posted." in await town.does(ana, "/crisis update Still here")


async def test_an_ambiguous_name_asks_which_one_and_a_handle_settles_it(start: Start) -> None:
    async with start(escaping=False) as town:
        ana = town.ana
        for handle in ("sam1", "sam2"):
            town.slack.add_person(handle, real_name="Sam")
        town.slack.add_person("sam3", real_name="Sam", deactivated=True)
        uma = town.slack.add_person("uma.b", real_name="UMA")
        await town.opens(ana, "Courier")
        answer = await town.does(ana, "/crisis role comms @Sam")
        assert "@Sam could be @sam1 (Sam) and @sam2 (Sam). Type @ and pick the right one" in answer
        assert (await crisis(town)).holder("comms") is None
        assert "@sam2 is Comms." in await town.does(ana, "/crisis role comms @sam2")
        await town.does(ana, "/crisis resolve")
        await closing(town, ana)
        await town.sends(ana, "Close the crisis", {**CLOSING, "Action items": "Ask @Sam"})
        assert "@Sam could be @sam1" in errors(ana)["Action items"]
        await town.sends(ana, "Close the crisis", {"Action items": "Write to everybody @UMA"})
        retro = (await crisis(town)).retrospective
        assert retro is not None
        assert [(a.text, a.owner) for a in retro.actions] == [("Write to everybody", uma.id)]


async def test_words_may_begin_on_the_next_line(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    assert "Posted." in await town.does(ana, "/crisis update\nThe post is down.\nWe answer everybody.")
    assert (await crisis(town)).updates[0].text == "The post is down.\nWe answer everybody."
    await town.does(ana, "/crisis sev 1\nA newspaper calls")
    assert "A newspaper calls" in ana.reads(town.channel)


async def test_a_step_keeps_everybody_named_in_it_and_goes_to_the_one_at_its_end(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    for number, (typed, title, owner) in enumerate(
        (
            ("Ask @ben about @cleo @dana in 30m", "Ask @ben about @cleo", town.dana),
            ("Call the venue in 30m @dana", "Call the venue", town.dana),
            ("Ask @ben for the keys", "Ask @ben for the keys", None),
            ("Write to press@acme.example & wait", "Write to press@acme.example & wait", None),
            ("Call the venue @dana.", "Call the venue", town.dana),
        ),
        start=1,
    ):
        await town.does(ana, f"/crisis step {typed}")
        step = next(s for s in reversed((await crisis(town)).steps) if s.key.startswith("added"))
        assert (step.title, step.owner) == (title, owner.id if owner else None), number
    assert [s.due_at is not None for s in (await crisis(town)).steps if s.key.startswith("added")] == [
        True, True, False, False, False
    ]  # fmt: skip


async def closing(town: Town, person: Person) -> None:
    await person.types(town.channel, "/crisis close")
    await person.is_shown_form("Close the crisis")


CLOSING = {"Summary": "It ended.", "Lessons": "Answer sooner"}
