"""Buttons and forms that are older than the crisis: the person reads what happened meanwhile, and nothing is undone."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.domain.checklist import finish_step
from tests.histories.afterwards import crisis, errors, in_front_of
from tests.histories.conftest import Town

PAUSE = "Pause scheduled posts"
CLOSING = {"Summary": "It ended.", "Lessons": "Answer sooner"}


async def test_what_somebody_else_did_first_is_said_with_their_name(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "backlash Courier")
    await ben.joins(town.channel)
    await ana.clicks(town.checklist(ana), "Claim", near=PAUSE)
    await ben.clicks(town.checklist(ben), "Claim", near=PAUSE)
    await town.settled()
    await ben.is_told("@ana already took step 2. If you two swap, use ⋯ and Assign….")
    assert (await crisis(town)).steps[1].owner == ana.id

    proof = {"Which channels are paused, and who paused them": "All, by me"}
    await ben.clicks(town.checklist(ben), "Done", near=PAUSE)
    await ben.is_shown_form("Finish step 2")
    await ana.clicks(town.checklist(ana), "Done", near=PAUSE)
    await town.sends(ana, "Finish step 2", proof)
    await town.sends(ben, "Finish step 2", {next(iter(proof)): "All, by Ben"})
    assert "Step 2 is already done by @ana." in next(iter(errors(ben).values()))
    assert in_front_of(ben).fields == {next(iter(proof)): "All, by Ben"}
    await ben.dismisses()
    step = (await crisis(town)).steps[1]
    assert (step.proof, step.finished_by) == ("All, by me", ana.id)


async def test_reopen_of_an_older_checklist_undoes_nothing(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "backlash Courier")
    await ben.joins(town.channel)
    await town.does(ana, "/crisis step Call the venue")
    await town.clicks(ana, town.checklist(ana), "Done", near="Call the venue")
    town.slack.faults.add("chat.update", "http_500", times=None)  # everybody's screen stays as it is
    old = town.checklist(ben)
    await town.clicks(ana, old, "Reopen", near="Call the venue")
    assert (await crisis(town)).steps[-1].is_open
    await town.clicks(ben, old, "Reopen", near="Call the venue")
    await ben.is_told("Step 15 is open already, there is nothing to reopen.")
    now = town.slack.clock.now()
    again = partial(finish_step, step_key="added_15", by=ana.id, now=now)
    await town.app.service.apply(1, again)
    await town.clicks(ben, old, "Reopen", near="Call the venue")
    await ben.is_told("Step 15 changed since you saw it. Please look at the checklist again.")
    town.slack.faults.clear()
    await town.later(minutes=3)
    assert not (await crisis(town)).steps[-1].is_open
    assert "1/15" in town.checklist(ben).text


async def test_a_double_click_does_one_thing(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "backlash Courier")
    await town.does(ana, "/crisis step Call the venue")
    checklist = town.checklist(ana)
    await asyncio.gather(*(ana.clicks(checklist, "Done", near="Call the venue") for _ in range(3)))
    await town.settled()
    entries = [type(e).__name__ for e in await town.app.store.timeline(1)]
    assert entries.count("StepDone") == 1
    assert [m.text for m in ana.sees(town.channel) if m.is_ephemeral] == [
        "Step 15 is on the checklist, without a due time (in 30m at the end sets one): Call the venue"
    ]
    await town.later(minutes=16)
    await ana.types(town.channel, "/crisis")
    panel = town.card(ana, "SEV2 crisis 1")
    await asyncio.gather(*(ana.clicks(panel, "Resolve") for _ in range(2)))
    await town.settled()
    assert [type(e).__name__ for e in await town.app.store.timeline(1)].count("CrisisResolved") == 1


async def test_buttons_of_a_crisis_that_is_over_say_so(town: Town) -> None:
    ana = town.ana
    for ending in ("close", "cancel"):
        await town.opens(ana, "backlash Courier")
        number = (await town.app.store.in_progress(viewer=None))[0].number
        await town.does(ana, "/crisis step Call the venue @ben in 5m")
        await town.later(minutes=6)
        ping = next(m for m in reversed(town.ben.dms()) if "On it" in m.buttons)
        await ana.types(town.channel, "/crisis")
        panel = town.card(ana, f"SEV2 crisis {number}")
        await ana.clicks(panel, "Post update…")
        await ana.is_shown_form("Status update")
        town.slack.faults.add("chat.update", "http_500", times=None)
        checklist = town.checklist(ana)
        if ending == "cancel":
            await town.ben.joins(town.channel)
            await town.ben.types(town.channel, "/crisis cancel It was a test")
            sentence = f"Crisis {number} was cancelled. Open a new one with /crisis open."
        else:
            await town.ben.joins(town.channel)
            await town.ben.types(town.channel, "/crisis resolve")
            await town.ben.types(town.channel, "/crisis close")
            await town.ben.is_shown_form("Close the crisis")
            await town.ben.fills(CLOSING)
            await town.ben.submits()
            sentence = f"Crisis {number} is closed. /crisis reopen takes it up again."
        await ana.fills({"What is known now?": "Still typing"})
        await ana.submits()
        assert errors(ana) == {"What is known now?": sentence}
        assert in_front_of(ana).fields == {"What is known now?": "Still typing"}
        await ana.dismisses()
        for person, message, label, near in (
            (ana, checklist, "Claim", PAUSE), (ana, checklist, "Done", PAUSE), (ana, checklist, "Assign…", PAUSE),
            (ana, checklist, "Snooze…", PAUSE), (ana, panel, "Change severity…", None), (ana, panel, "Resolve", None),
            (town.ben, ping, "Done", None), (town.ben, ping, "1 h", None), (town.ben, ping, "On it", None),
        ):  # fmt: skip
            await person.clicks(message, label, near=near)
            await town.slack.settled()
            assert person.form is None, f"{label} asks for words it will not take"
            where = town.channel if person is ana else town.slack.app
            last = person.sees(where)[-1]
            assert last.is_ephemeral, label
            assert sentence in last.text or "already answered" in last.text, (label, last.text)
        town.slack.faults.clear()
        await town.later(minutes=3)
        now = await crisis(town, number)
        assert now.steps[1].owner is None
        assert now.status == ("cancelled" if ending == "cancel" else "closed")


async def test_two_people_close_and_the_second_keeps_what_they_wrote(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "Courier")
    await ben.joins(town.channel)
    await town.does(ana, "/crisis resolve")
    for person in (ana, ben):
        await person.types(town.channel, "/crisis close")
        await person.is_shown_form("Close the crisis")
    await town.sends(ana, "Close the crisis", {**CLOSING, "Lessons": "Ana's lesson"})
    await town.sends(ben, "Close the crisis", {**CLOSING, "Lessons": "Ben's lesson"})
    assert ana.form is None
    assert errors(ben) == {"Summary": "Crisis 1 is closed already. Nothing was changed."}
    assert in_front_of(ben).fields["Lessons"] == "Ben's lesson"
    retro = (await crisis(town)).retrospective
    assert retro is not None
    assert retro.lessons == ("Ana's lesson",)
    assert town.calls_of("conversations.archive") == 0


async def test_the_open_form_sent_twice_opens_one_crisis(town: Town) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    await ana.is_shown_form("Open a crisis")
    town.slack.duplicate_next()
    await town.sends(ana, "Open a crisis", {"Title": "Courier"})
    await town.settled()
    assert (await crisis(town)).title == "Courier"
    assert await town.app.store.crisis(2) is None
    assert len([c for c in town.slack.team.channels.values() if c.name.startswith("crisis")]) == 1
    assert "Crisis 1 is open: #crisis-1-courier" in in_front_of(ana).text


async def test_a_ping_answered_meanwhile_says_by_whom(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev2 Courier")
    await town.does(ana, "/crisis step Call the venue @ben in 5m")
    await town.later(minutes=6)
    ping = next(m for m in ben.dms() if "On it" in m.buttons)
    await ben.clicks(ping, "Hand over…")
    form = await ben.is_shown_form(f"Hand over step {(await crisis(town)).steps[-1].number}")
    town.slack.faults.add("chat.update", "http_500", times=None)
    await ana.clicks(town.checklist(ana), "Done", near="Call the venue")
    await town.slack.settled()
    await ben.clicks(ping, "On it")
    await town.slack.settled()
    await ben.is_told("@ana already answered this: Done.")
    await ben.fills({"Who takes it over?": "@cleo"})
    await ben.submits()
    assert form.errors == {"Who takes it over?": "@ana already answered this: Done."}
    await ben.dismisses()
    town.slack.faults.clear()
    await town.later(minutes=3)
    assert (await crisis(town)).steps[-1].finished_by == ana.id
    assert "Answered: Done, by @ana" in ping.text
