"""Whatever people type, it acts nowhere: it mentions nobody, forges no link, breaks no message, and stays as it was typed."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.visible import mentions
from tests.histories.afterwards import crisis, errors
from tests.histories.conftest import Start, Town
from tests.slack.judging import _mrkdwn

MARKS = "*x* _y_ ~z~ `code` & &amp; &lt;!here&gt; <!date^1|now> <#C00000003> @here {0} %s"


def hostile(town: Town) -> str:
    """Dana has nothing to do with any crisis here: a mention of her is one that nobody meant."""
    return f"<!channel> <@{town.dana.id}> <http://a.example|b> {MARKS}"


def nobody_was_disturbed(town: Town) -> None:
    """No message, nor its text for notifications, reaches the channel, a group or Dana; no link says another place."""
    for kind, payload in town.slack.payloads:
        if kind == "message":
            for shown in (
                mentions({"blocks": payload.get("blocks") or []}),
                mentions({"text": payload["text"]}),
            ):
                assert not shown.channel_wide, payload
                assert not shown.groups, payload
                assert town.dana.id not in shown.users, payload
                assert shown.users <= set(town.slack.people), payload
        for text in (
            [str(payload.get("text") or ""), *_mrkdwn(payload)] if kind == "message" else _mrkdwn(payload)
        ):
            assert not re.search(r"<http://a\.example\|", text), text
            assert f"<@{town.dana.id}" not in text, text
    for channel in town.slack.team.channels.values():
        bot = [m for m in channel.messages.values() if m.user_id == town.slack.bot_user_id]
        assert not [m for m in bot if "<!channel>" in channel.topic.value]


async def closed_with(town: Town, words: str) -> None:
    """The crisis was closed with these words in every field."""
    await town.does(town.ana, "/crisis resolve")
    await town.ana.types(town.channel, "/crisis close")
    fields = ("Summary", "What went well", "What did not", "Lessons", "Why can they stay open?")
    actions = f"Undo {words.replace('@', 'at ')} @ben by 2026-12-01"
    await town.sends(town.ana, "Close the crisis", {**dict.fromkeys(fields, words), "Action items": actions})
    assert town.ana.form is None


async def test_by_command_it_is_harmless_everywhere_and_kept_as_typed(town: Town) -> None:
    ana, words = town.ana, hostile(town)
    title = words[:139].strip()
    await town.asks(ana, f"/crisis open sev2 backlash {title}")
    assert (await crisis(town)).title == title
    for command in (f"update {words}", f"note {words}", f"sev 1 {words}"):
        await town.does(ana, f"/crisis {command}")
    added = words[:120].strip()
    await town.does(ana, f"/crisis step {added} @ben in 5m")
    for command in (
        f"role {words}", f"roster {words}", f"sev {words}", f"status {words}", f"reopen {words}", words,
        f"lessons {words}", f"open backlsh {words}", f"open sev9 {words}", f"step {words} in 3 <!here>",
        "step x @<!channel> in 3 <!here>", "list", "status", "actions", "playbooks", "help", "",
    ):  # fmt: skip
        await town.does(ana, f"/crisis {command}")
    await town.later(minutes=61)
    ping = await town.ben.is_told("Step 15", where=town.slack.app)
    await town.clicks(town.ben, ping, "Hand over…")
    typed = words.replace(f"<@{town.dana.id}>", "<@U1>")
    await town.sends(town.ben, "Hand over step 15", {"Who takes it over?": "@cleo", "A word to them": typed})
    await town.does(ana, f"/crisis cancel {words}")

    now = await crisis(town)
    entries = await town.app.store.timeline(1)
    assert now.updates[0].text == words
    assert now.cancel_reason == words
    assert now.steps[-1].title == added
    told = [getattr(e, "text", "") or getattr(e, "reason", "") or getattr(e, "word", "") for e in entries]
    assert told.count(words) == 4
    assert told.count(typed) == 1
    nobody_was_disturbed(town)


async def test_by_form_it_is_harmless_everywhere_and_kept_as_typed(town: Town) -> None:
    ana = town.ana
    words = hostile(town).replace(f"<@{town.dana.id}>", "<@U1>")
    title = words[:139].strip()
    await ana.types("#general", "/crisis")
    await town.sends(
        ana, "Open a crisis",
        {"Title": title, "What happened": words, "Link to the post": f"javascript:{words}",
         "Playbook": "Social media backlash, our fault"},
    )  # fmt: skip
    assert errors(ana) == {
        "Link to the post": "This is not a link. Paste the address of the post, beginning with https://."
    }
    assert await town.app.store.crisis(1) is None
    link = f"https://a.example/?javascript:{words}"
    await town.sends(ana, "Open a crisis", {"Link to the post": link})
    await ana.dismisses()
    opened = await crisis(town)
    assert (opened.title, opened.what_happened, opened.link) == (title, words, link)
    await ana.types(town.channel, "/crisis")
    panel = town.card(ana, "SEV2 crisis 1")
    for label, form, fields in (
        ("Post update…", "Status update", {"What is known now?": words}),
        ("Add note…", "Add to timeline", {"What happened?": words}),
        ("Add step…", "Add a step", {"What is to be done?": words[:150].strip(), "Owner": "@ben"}),
    ):
        await ana.clicks(panel, label)
        await town.sends(ana, form, fields)
        assert ana.form is None
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("Name a lead", "Skip…", "Skip step 1", {"Why is this step not needed?": words}),
        ("Pause scheduled posts", "Done", "Finish step 2",
         {"Which channels are paused, and who paused them": words}),
        ("Save what caused it", "Add note…", "Note on step 3", {"Note": words}),
    ]  # fmt: skip
    for near, label, form, fields in steps:
        await ana.clicks(town.checklist(ana), label, near=near)
        await town.sends(ana, form, fields)
        assert ana.form is None
    await town.later(hours=2)
    await town.does(ana, "/crisis status")
    await closed_with(town, words)
    for command in ("lessons", "lessons code", f"lessons {words}", "actions", "status 1"):
        await town.asks(ana, f"/crisis {command}")
    await town.opens(ana, "sev2 backlash Again")
    assert "What we learned last time" in ana.reads(town.channel)

    now = await crisis(town)
    retro = now.retrospective
    assert retro is not None
    assert (retro.summary, retro.went_well, retro.went_badly, *retro.lessons) == (words,) * 4
    assert retro.actions[0].owner == town.ben.id
    assert now.updates[0].text == words
    assert [s.skip_reason for s in now.steps[:1]] == [words]
    assert [s.proof for s in now.steps[1:2]] == [words]
    assert [n.text for n in now.steps[2].notes] == [words]
    nobody_was_disturbed(town)


async def test_a_message_put_on_the_timeline_says_what_its_readers_saw_and_mentions_nobody_again(
    town: Town,
) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    group = town.slack.add_usergroup("press-team", [town.dana])
    said = f"@channel @dana @press-team see #general and https://a.example/?x=1&y=2 {MARKS}"
    message = await ana.says(town.channel, said)
    await ana.uses_shortcut(message, "Add to timeline")
    await ana.is_told("It is on the timeline.")
    second = await ana.says(town.channel, said + " 2")
    await ana.reacts(second, "pushpin")
    await town.settled()
    told = [getattr(e, "text", "") for e in await town.app.store.timeline(1)]
    assert said.replace("@press-team", f"@subteam^{group}") in told or said in told, told
    assert [t for t in told if t.endswith(" 2")]
    await town.does(ana, "/crisis status")
    await ana.uses_shortcut(message, "Open a crisis")
    await town.sends(ana, "Open a crisis", {"Title": "Second"})
    assert "@channel @dana" in (await crisis(town, 2)).what_happened
    nobody_was_disturbed(town)


async def test_names_of_people_and_channels_that_look_like_marks_stay_names(start: Start) -> None:
    async with start() as town:
        town.slack.team.users[town.ben.id].real_name = "<!channel> *Ben*"
        await town.opens(town.ana, "Courier")
        await town.does(town.ana, "/crisis note @ben and <b> said so")
        await town.does(town.ana, "/crisis role comms @ben @ben")
        await town.does(town.ana, "/crisis status")
        nobody_was_disturbed(town)


async def test_right_to_left_words_do_not_turn_the_words_around_them(town: Town) -> None:
    title = "\u202eevil فيديو"
    await town.opens(town.ana, title)
    assert (await crisis(town)).title == title
    shown = town.ana.reads("#announcements")
    assert f"\u2068{title}\u2069" in shown


async def test_words_in_odd_scripts_and_sizes_pass_through(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    for text in (
        "👩‍👩‍👧‍👦" * 300, "ل" * 3000, "\u200b\u200b zero", "a\u0301" * 1400, "line\n" * 500 + "end",
        "```\n<!channel>\n```", ">>> quote",
        "x" * 3000, "<" * 3000, "&amp;" * 600, "\\u0000 \ufffd", "|" * 100,
    ):  # fmt: skip
        assert "Posted." in await town.does(ana, f"/crisis update {text}"), text
        assert (await crisis(town)).updates[-1].text == text.strip()
    nobody_was_disturbed(town)
