"""Private stays private: outside its channel nobody reads, hears or measures anything of a private crisis."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from prometheus_client import generate_latest

from bot import logs
from bot.domain.checklist import add_step
from bot.simulator import Person
from tests.histories.afterwards import crisis, errors, in_front_of
from tests.histories.conftest import Start, Town

TITLE, LESSON, STEP, WORD = "Zebra founder accused", "Zebra call the lawyer", "Zebra read the file", "Zebra"


async def opens_private(town: Town, person: Person, title: str = TITLE) -> str:
    """The person opened a private crisis by the form; its channel."""
    await person.types("#general", "/crisis")
    await town.sends(
        person, "Open a crisis",
        {"Title": title, "Playbook": "Social media backlash, our fault", "Private": "Only the people in its channel can see it",
         "What happened": f"{WORD} what happened"},
    )  # fmt: skip
    await person.dismisses()
    return town.channel


def nothing_leaked(town: Town, *inside: Person) -> None:
    """Only the people inside were ever shown the word, by the bot or by Slack."""
    team = town.slack.team
    room = {c.id for c in team.channels.values() if c.kind == "private" and c.name.startswith("crisis-")}
    allowed = {p.id for p in inside}
    for channel in team.channels.values():
        assert WORD.lower() not in channel.name.lower()
        for message in [*channel.messages.values(), *channel.ephemerals]:
            said = json.dumps(message.body, ensure_ascii=False).replace(
                f"for “{WORD}”", ""
            )  # their own question
            if channel.id in room or WORD not in said:
                continue
            seen_by = (
                {message.visible_to}
                if message.visible_to
                else set(channel.members) - {town.slack.bot_user_id}
            )
            assert seen_by <= allowed, (channel.name, message.body)
    for stack in town.slack.views.stacks.values():
        for view in stack:
            if WORD in json.dumps(view.content, ensure_ascii=False):
                assert view.owner_id in allowed


async def shows_nothing(town: Town, person: Person) -> None:
    """No command of this person's, who is not in it, shows anything of it."""
    for command in (
        "list",
        "status 1",
        "lessons",
        f"lessons {WORD}",
        "lessons lawyer",
        "actions",
        "reopen 1",
        "status",
    ):
        answer = await town.asks(person, f"/crisis {command}")
        assert WORD not in answer.replace(f"“{WORD}”", ""), command
        assert "risis 1:" not in answer
    for method in ("status 1", "reopen 1"):
        assert "There is no crisis “1” that I can show you." in await town.asks(person, f"/crisis {method}")
    await person.types("#general", "/crisis")
    assert "Already open" not in (await person.is_shown_form("Open a crisis")).text
    await person.dismisses()


@pytest.fixture(params=["text", "json"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that is logged, at the most talkative level there is."""
    stream = StringIO()
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("DEBUG", request.param)
    yield stream
    root.setLevel(before[0])
    for handler in list(root.handlers):
        if handler not in before[1]:
            root.removeHandler(handler)


async def test_through_its_whole_life_nobody_outside_learns_of_it(town: Town) -> None:
    ana, ben, dana = town.ana, town.ben, town.dana
    channel = await opens_private(town, ana)
    assert channel == "#crisis-1"
    assert town.slack.channel(channel).kind == "private"
    await shows_nothing(town, dana)
    await town.does(ana, f"/crisis step {STEP} @ben in 5m")
    await town.does(ana, f"/crisis update {WORD} update")
    await town.does(ana, f"/crisis note {WORD} note")
    await town.does(ana, f"/crisis sev 1 {WORD} reason")
    await town.later(minutes=70)
    ping = await ben.is_told(STEP, where=town.slack.app)
    assert "crisis 1" in ping.text
    assert [m.text for m in ben.dms() if TITLE in m.text] == [], "a locked screen shows it"
    await shows_nothing(town, dana)
    await town.does(ana, "/crisis resolve")
    await town.later(days=1, minutes=1)
    await ana.types(channel, "/crisis close")
    await town.sends(
        ana, "Close the crisis",
        {"Summary": f"{WORD} sum", "Lessons": LESSON, "Action items": f"{WORD} action @ben by 2026-12-01"},
    )  # fmt: skip
    assert ana.form is None
    await shows_nothing(town, dana)
    assert LESSON in await town.asks(ana, "/crisis lessons lawyer")
    assert f"{WORD} action" in await town.asks(ben, "/crisis actions")
    await town.later(days=2)
    assert town.slack.channel(channel).archived
    await shows_nothing(town, dana)

    second = await town.opens(ana, "sev2 backlash Another lawyer call, founder accused")
    assert LESSON not in ana.reads(second)
    assert TITLE not in ana.reads(second)
    assert [
        m for m in town.slack.channel("announcements").messages.values() if TITLE in json.dumps(m.body)
    ] == []
    nothing_leaked(town, ana, ben)


async def test_logs_and_metrics_hold_no_word_of_it(start: Start, logged: StringIO) -> None:
    async with start(calm=False) as town:
        ana = town.ana
        await opens_private(town, ana)
        await town.does(ana, f"/crisis step {STEP} @ben in 5m")
        await town.does(ana, f"/crisis update {WORD} update")
        for fault in (
            "internal_error",
            "ratelimited",
            "invalid_blocks",
            "http_500",
            "not_in_channel",
            "reset_after",
        ):
            town.slack.faults.add("chat.update", fault)
            await town.does(ana, f"/crisis note {WORD} note")
            await town.does(ana, f"/crisis update {WORD} {fault}")
            await town.later(minutes=2)
        town.slack.faults.add("conversations.setTopic", "too_long")
        await town.does(ana, f"/crisis bogus {WORD}")
        await town.does(ana, f"/crisis sev 1 {WORD}")
        await town.does(ana, f"/crisis cancel {WORD}")
        measured = generate_latest().decode()
        assert "crisis" in measured
        assert WORD not in measured
    said = logged.getvalue()
    assert "crisis opened" in said
    assert WORD not in said
    assert town.slack.bot_token not in said
    assert town.slack.app_token not in said


async def test_somebody_a_person_invited_can_act_and_somebody_removed_cannot(town: Town) -> None:
    ana, ben, dana = town.ana, town.ben, town.dana
    channel = await opens_private(town, ana)
    await ana.invites(dana, channel)
    await town.settled()
    assert dana.id in (await crisis(town)).members
    await town.clicks(dana, town.checklist(dana), "Claim", near="Pause scheduled")
    assert (await crisis(town)).steps[1].owner == dana.id
    assert TITLE in await town.asks(dana, "/crisis list")
    await town.does(ana, f"/crisis step {STEP} @ben in 5m")
    await town.later(minutes=20)
    ping = next(m for m in ben.dms() if "On it" in m.buttons)
    danas = next(m for m in dana.dms() if "On it" in m.buttons)

    await ana.removes(ben, channel)
    await ana.removes(dana, channel)
    await town.settled()
    before = await crisis(town)
    assert not {ben.id, dana.id} & before.members
    for person, message, labels in (
        (ben, ping, ("On it", "Done", "15 min", "Hand over…")),
        (dana, danas, ("On it", "Done", "15 min", "Hand over…")),
    ):
        for label in labels:
            await town.clicks(person, message, label)
            assert person.form is None, label
        told = await person.is_told(
            "This is a private crisis, and you are not in it. Ask its lead to invite you."
        )
        assert getattr(told, "is_ephemeral", False)
    after = await crisis(town)
    assert (after.version, after.steps) == (before.version, before.steps)
    await shows_nothing(town, dana)
    said = len(ben.dms())
    await town.later(hours=3)
    assert [m.text for m in ben.dms()[said:] if WORD in m.text] == []
    await ana.invites(ben, channel)
    await town.settled()
    await town.clicks(ben, ping, "On it")
    assert "Answered: On it, by @ben" in ping.text


async def test_a_form_left_open_does_not_let_somebody_back_in(town: Town) -> None:
    ana, ben = town.ana, town.ben
    channel = await opens_private(town, ana)
    await ana.invites(ben, channel)
    await town.settled()
    await ben.types(channel, "/crisis")
    await town.settled()
    panel = town.card(ben, "SEV2 crisis 1")
    await ben.clicks(panel, "Post update…")
    await ben.is_shown_form("Status update")
    await ana.removes(ben, channel)
    await town.settled()
    await town.sends(ben, "Status update", {"What is known now?": "I am still here"})
    assert "you are not in it" in errors(ben)["What is known now?"]
    assert in_front_of(ben).fields["What is known now?"] == "I am still here"
    now = await crisis(town)
    assert now.updates == ()
    assert ben.id not in now.members


async def test_the_whole_checklist_on_the_screen_of_somebody_removed_stays_as_it_was(town: Town) -> None:
    ana, ben = town.ana, town.ben
    channel = await opens_private(town, ana)
    for number in range(16):
        title, now = f"Long step {number} {'x' * 120}", town.slack.clock.now()
        await town.app.service.apply(1, partial(add_step, title=title, by=ana.id, now=now))
    await ana.invites(ben, channel)
    await town.settled()
    await ben.clicks(town.checklist(ben), "All steps")
    form = await ben.is_shown_form("Checklist")
    await ana.removes(ben, channel)
    await town.clicks(ana, town.checklist(ana), "Claim", near="Pause scheduled")
    shown = form.text
    await town.clicks(ben, form, "Claim", near="Pause scheduled")
    assert (await crisis(town)).steps[1].owner == ana.id
    await ben.is_told("This is a private crisis, and you are not in it.")
    await ben.dismisses()
    assert form.text == shown, "the sheet was drawn again for somebody who left"


async def test_whoever_acts_inside_is_in_it_whatever_was_missed(town: Town) -> None:
    ana, dana = town.ana, town.dana
    channel = await opens_private(town, ana)
    town.slack.channel(channel).members.append(dana.id)  # and the event never came
    await dana.types(channel, "/crisis")
    await town.settled()
    await dana.clicks(town.card(dana, "SEV2 crisis 1"), "Post update…")
    await town.sends(dana, "Status update", {"What is known now?": "I am here"})
    assert dana.form is None
    assert dana.id in (await crisis(town)).members
    assert TITLE in await town.asks(dana, "/crisis list")


async def test_a_role_holder_who_was_removed_gets_no_more_words_of_it(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.asks(ana, "/crisis roster community @ben")
    channel = await opens_private(town, ana)
    assert ben.id in town.slack.channel(channel).members
    await ana.removes(ben, channel)
    await town.settled()
    await town.later(hours=4)
    assert [m.text for m in ben.dms() if "Pause scheduled" in m.text or WORD in m.text] == []
    assert [m for m in ana.sees(channel) if "Pause scheduled" in m.text and "nobody yet" in m.text]
    nothing_leaked(town, ana)


async def test_a_refused_private_channel_says_so_without_its_title(town: Town) -> None:
    town.slack.team.manifest.scopes.remove("groups:write")
    await town.ana.types("#general", "/crisis")
    await town.sends(
        town.ana, "Open a crisis", {"Title": TITLE, "Private": "Only the people in its channel can see it"}
    )
    shown: Any = town.ana.form
    assert "The app lacks the permission groups:write." in shown.text
    assert "/crisis reopen 1" in shown.text
    await town.ana.dismisses()
    await shows_nothing(town, town.dana)
    town.slack.team.manifest.scopes.append("groups:write")
    await town.asks(town.ana, "/crisis reopen 1")
    assert TITLE in town.ana.reads("#crisis-1")
    nothing_leaked(town, town.ana)


async def test_a_ping_still_on_its_way_does_not_reach_somebody_removed_meanwhile(town: Town) -> None:
    channel = await opens_private(town, town.ana)
    await town.does(town.ana, f"/crisis step {STEP} @ben in 5m")
    town.slack.faults.add("chat.postMessage", "http_500", when=lambda args: args["channel"] == town.ben.id)
    await town.later(minutes=5)
    said = len(town.ben.dms())
    await town.ana.removes(town.ben, channel)
    await town.later(minutes=2)
    assert [m.text for m in town.ben.dms()[said:]] == []


async def test_somebody_who_left_stays_out_though_slack_tells_of_their_coming_last(town: Town) -> None:
    ana, ben = town.ana, town.ben
    channel = await opens_private(town, ana)
    town.slack.reorder_next()
    await ana.invites(ben, channel)
    await ana.removes(ben, channel)
    await town.settled()
    told = [sent.payload["event"]["type"] for sent in town.slack.sent if "event" in sent.payload]
    assert told[-2:] == ["member_left_channel", "member_joined_channel"]
    assert ben.id not in (await crisis(town)).members
    await shows_nothing(town, ben)
