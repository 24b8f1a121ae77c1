"""One crisis from the first word to the archived lessons, as people live it."""

from __future__ import annotations

from typing import Any


async def test_a_crisis_runs_from_the_command_to_the_archived_lessons(town: Any) -> None:
    ana, ben, cleo = town.ana, town.ben, town.cleo
    await town.asks(ana, "/crisis roster comms @ben @cleo")
    channel = await town.opens(ana, "sev2 backlash Courier video")
    assert channel == "#crisis-1-courier-video"
    await ana.is_told("Crisis 1 is open: #crisis-1-courier-video")
    assert {ana.id, ben.id, cleo.id} <= set(town.slack.channel(channel).members)
    assert "Lead: @ana" in town.summary(ana).text
    assert "Comms: @ben (asked, no answer yet), deputy @cleo" in town.summary(ana).text
    assert town.summary(ana).is_pinned
    assert town.checklist(ana).is_pinned
    assert "SEV2 crisis 1, active: Courier video" in ana.reads("#announcements")

    await ben.clicks(town.checklist(ben), "Claim", near="Pause scheduled posts")
    await town.settled()
    assert "@ben" in town.checklist(ana).text
    assert "Comms: @ben, deputy @cleo" in town.summary(ana).text  # whoever acts is there
    await ben.clicks(town.checklist(ben), "Done", near="Pause scheduled posts")
    await ben.is_shown_form("Finish step 2")
    await ben.fills({"Which channels are paused, and who paused them": "All four networks, by me"})
    await ben.submits()
    await town.settled()
    assert "1/14" in town.checklist(ana).text

    await town.later(minutes=51)
    ping = await ben.is_told("Post that we see it")
    await ben.clicks(ping, "On it")
    await town.settled()
    assert "Answered: On it, by @ben" in ping.text

    await ana.types(channel, "/crisis update The post is down, we are answering everybody")
    await town.settled()
    assert "The post is down" in ana.reads(channel)
    assert "The post is down" in "\n".join(m.text for m in ana.sees("#announcements", threads=True))

    await ana.types(channel, "/crisis sev 1 a newspaper calls")
    await town.settled()
    assert "Severity is now SEV1 (was SEV2)" in ana.reads(channel)

    await ana.types(channel, "/crisis resolve")
    await town.settled()
    await ana.types(channel, "/crisis close")
    await ana.is_shown_form("Close the crisis")
    await ana.fills(
        {
            "Summary": "A courier threw a parcel; the video spread.",
            "What went well": "We answered within the hour",
            "What did not": "Nobody knew who could pause the ads",
            "Lessons": "Keep a list of who can pause ads\nAnswer the first ten people by name",
            "Action items": "Write the ads list @ben by 2026-12-01",
        }
    )
    await ana.submits()
    await town.settled()
    assert ana.form is None, ana.form.text
    assert "Keep a list of who can pause ads" in ana.reads("#announcements")
    assert "Keep a list of who can pause ads" in await town.asks(ana, "/crisis lessons paused")
    assert "Write the ads list" in await town.asks(ana, "/crisis actions")
    assert not town.slack.channel(channel).archived
    await town.later(days=1)
    assert town.slack.channel(channel).archived

    second = await town.opens(cleo, "sev2 backlash Another courier video")
    await town.settled()
    assert "What we learned last time" in cleo.reads(second)
    assert "Keep a list of who can pause ads" in cleo.reads(second)
