"""What is wrong in a form is said at its field; everything typed stays, and fits when it is as long as Slack allows."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.domain.checklist import add_step
from bot.simulator import Person
from tests.histories.afterwards import crisis, errors, in_front_of
from tests.histories.conftest import Town

CLOSING = {"Summary": "It ended.", "Lessons": "Answer sooner"}


async def test_a_form_says_what_is_wrong_at_the_field_and_keeps_everything_typed(town: Town) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    await town.sends(ana, "Open a crisis", {"Title": "", "What happened": "They threw it."})
    assert "Title" in errors(ana)
    await town.sends(ana, "Open a crisis", {"Title": "   "})
    assert errors(ana) == {"Title": "The title is missing. Say in a few words what is happening."}
    assert in_front_of(ana).fields["What happened"] == "They threw it."
    assert await town.app.store.crisis(1) is None
    await town.sends(ana, "Open a crisis", {"Title": "Courier"})
    assert (await crisis(town)).what_happened == "They threw it."


async def test_every_field_of_the_open_form_takes_its_most_and_the_card_points_to_the_whole(
    town: Town,
) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    text = "<" * 2900 + "&" * 100
    link = "https://example.com/" + "é" * 1900
    await town.sends(
        ana, "Open a crisis", {"Title": "&" * 140, "What happened": text, "Link to the post": link}
    )
    opened = await crisis(town)
    assert (opened.title, opened.what_happened, opened.link) == ("&" * 140, text, link)
    assert "/crisis status" in town.summary(ana).text
    assert "<" * 500 in await town.does(ana, "/crisis status")


async def test_forms_in_the_crisis_put_the_sentence_at_the_field_that_is_wrong(town: Town) -> None:
    ana = town.ana
    gone = town.slack.add_person("gone", real_name="Gone Person", deactivated=True)
    town.slack.add_bot("helper")
    await town.opens(ana, "backlash Courier")
    await ana.types(town.channel, "/crisis")
    panel = town.card(ana, "SEV2 crisis 1")

    await ana.clicks(panel, "Add step…")
    await town.sends(ana, "Add a step", {"What is to be done?": "Call", "Due": "soonish"})
    assert errors(ana) == {
        "Due": "I cannot read the time “soonish”. Write for instance in 30m, tomorrow 9, friday noon or EOD."
    }
    await town.sends(ana, "Add a step", {"Due": "0m"})
    assert list(errors(ana)) == ["Due"]
    await town.sends(ana, "Add a step", {"Due": "in 2 hours", "Owner": "@gone"})
    assert errors(ana) == {
        "Owner": "gone cannot be asked: their account is deactivated. Choose somebody else."
    }
    await town.sends(ana, "Add a step", {"Owner": "@helper"})
    assert "that is a bot" in errors(ana)["Owner"]
    assert in_front_of(ana).fields["What is to be done?"] == "Call"
    await town.sends(ana, "Add a step", {"Owner": "@ben"})
    added = (await crisis(town)).steps[-1]
    assert (added.title, added.owner) == ("Call", town.ben.id)
    assert ana.form is None

    await ana.clicks(panel, "Give a role…")
    await town.sends(ana, "Give a role", {"Role": "Comms", "Person": "@ben", "Deputy": "@ben"})
    assert list(errors(ana)) == ["Deputy"]
    await town.sends(ana, "Give a role", {"Person": gone, "Deputy": None})
    assert list(errors(ana)) == ["Person"]
    await town.sends(ana, "Give a role", {"Person": "@cleo"})
    assert (await crisis(town)).holder("comms") == town.cleo.id

    for label, title in (("Skip…", "Skip step 1"), ("Add note…", "Note on step 1")):
        await ana.clicks(town.checklist(ana), label, near="Name a lead")
        await ana.is_shown_form(title)
        field = next(iter(in_front_of(ana).fields))
        await town.sends(ana, title, {field: " \n "})
        assert "is missing" in errors(ana)[field]
        await ana.dismisses()
    assert (await crisis(town)).steps[0].is_open


async def closing(town: Town, person: Person) -> None:
    await person.types(town.channel, "/crisis close")
    await person.is_shown_form("Close the crisis")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Write the guide @nobody.here", "I do not know @nobody.here."),
        ("Write the guide @helper", "that is a bot"),
        ("Write the guide @gone by 2026-12-01", "their account is deactivated"),
        (
            "Write the guide @ben by 2026-13-45",
            "“2026-13-45” is not a day. Write it like 2026-11-27, tomorrow or Friday.",
        ),
        ("Write the guide @ben by 31.12.2026", "“31.12.2026” is not a day."),
        (
            "Write the guide @ben by Friday teatime",
            "“Friday teatime” is not a day. Write it like 2026-11-27, ",
        ),
        ("Write the guide @ben by 2026-11-18", "2026-11-18 is over already. Write a day from 2026-11-21 on."),
        ("Write the guide @ben by 2026-11-20", "2026-11-20 is over already. Write a day from 2026-11-21 on."),
        ("late one @ben by yesterday", "2026-11-20 is over already. Write a day from 2026-11-21 on."),
        ("Write the guide @ben by next week", "“next week” is not a day."),
        ("@ben by 2026-12-01", "Line 2 says who or when, but not what is to be done."),
        ("Write the guide @ben by 2026-12-01T10:00", "is not a day."),
    ],
)
async def test_an_action_item_that_cannot_be_read_is_named_and_the_form_keeps_everything(
    town: Town, line: str, sentence: str
) -> None:
    ana = town.ana
    town.slack.add_person("gone", real_name="Gone Person", deactivated=True)
    town.slack.add_bot("helper")
    await town.opens(ana, "Courier")
    await town.does(ana, "/crisis resolve")
    await closing(town, ana)
    typed = f"- Something fine\n{line}"
    await town.sends(ana, "Close the crisis", {**CLOSING, "Action items": typed})
    assert sentence in errors(ana)["Action items"]
    assert errors(ana)["Action items"].startswith("Line 2")
    assert in_front_of(ana).fields["Action items"] == typed
    assert in_front_of(ana).fields["Summary"] == "It ended."
    await town.sends(ana, "Close the crisis", {"Action items": "Write the guide @ben by 2026-12-01"})
    assert ana.form is None
    retro = (await crisis(town)).retrospective
    assert retro is not None
    assert [(a.text, a.owner) for a in retro.actions] == [("Write the guide", town.ben.id)]


async def test_a_close_that_lacks_something_says_what_at_every_field(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    answer = await town.does(ana, "/crisis close")
    assert "Crisis 1 is still active. Resolve it first" in answer
    await ana.clicks(town.card(ana, "Crisis 1 is still active"), "Resolve")
    await town.settled()
    await closing(town, ana)
    await town.sends(ana, "Close the crisis", {"Summary": " ", "Lessons": "- \n  \n• "})
    assert set(errors(ana)) == {"Summary", "Lessons"}
    await town.sends(ana, "Close the crisis", {"Action items": "Write the guide by tomorrow week"})
    assert set(errors(ana)) == {"Summary", "Lessons", "Action items"}
    await town.sends(ana, "Close the crisis", {"Action items": ""})
    assert set(errors(ana)) == {"Summary", "Lessons"}
    await town.sends(ana, "Close the crisis", CLOSING)
    assert (await crisis(town)).status == "closed"


async def test_the_longest_texts_everywhere_fit_every_message_and_nothing_typed_is_lost(town: Town) -> None:
    ana = town.ana
    nasty = ("&<>*_~`@here " * 250)[:2999].strip()
    await town.opens(ana, "sev1 backlash " + "&" * 140)
    titles = [s.title for s in (await crisis(town)).steps]
    for step in (1, 3, 5, 7):
        await ana.clicks(town.checklist(ana), "Skip…", near=titles[step - 1])
        await town.sends(ana, f"Skip step {step}", {"Why is this step not needed?": nasty})
    for step in (2, 4):
        await ana.clicks(town.checklist(ana), "Add note…", near=titles[step - 1])
        await town.sends(ana, f"Note on step {step}", {"Note": nasty})
    for number in range(25):
        title, now = f"{number} {'<&>' * 48}", town.slack.clock.now()
        due = timedelta(minutes=number + 1)
        more = partial(add_step, title=title, by=ana.id, now=now, owner=town.ben.id, due_in=due)
        await town.app.service.apply(1, more)
    await town.does(ana, f"/crisis step {'<&>' * 50} @ben in 30m")
    assert len((await crisis(town)).steps) == 40
    assert "A checklist holds 40 steps at most" in await town.does(ana, "/crisis step One more")
    await ana.types(town.channel, "/crisis")
    panel = town.card(ana, "SEV1 crisis 1")
    for label, form, field in (
        ("Post update…", "Status update", "What is known now?"),
        ("Add note…", "Add to timeline", "What happened?"),
    ):
        await ana.clicks(panel, label)
        await town.sends(ana, form, {field: nasty})
        assert ana.form is None
    await ana.clicks(panel, "Change severity…")
    await ana.is_shown_form("Change severity")
    await town.sends(ana, "Change severity", {"Severity": severity(ana, "SEV2"), "Reason": nasty})
    await town.later(minutes=40)
    await town.does(ana, "/crisis status")
    await town.does(ana, "/crisis resolve")
    await town.later(days=1, minutes=1)
    await closing(town, ana)
    fields = ("Summary", "What went well", "What did not", "Lessons", "Why can they stay open?")
    items = "\n".join(f"{'<&>' * 40} {n} @ben by 2026-12-{n:02}" for n in range(1, 20))
    await town.sends(ana, "Close the crisis", {**dict.fromkeys(fields, nasty), "Action items": items})
    assert ana.form is None
    for command in ("list", "lessons", "lessons here", "actions", "status", "reopen"):
        await town.does(ana, f"/crisis {command}")
    final = await crisis(town)
    retro = final.retrospective
    assert retro is not None
    assert (retro.summary, retro.went_well, retro.went_badly, *retro.lessons) == (nasty,) * 4
    assert final.updates[0].text == nasty
    assert [s.skip_reason for s in final.steps if s.number in (1, 3, 5, 7)] == [nasty] * 4
    assert [s.notes[0].text for s in final.steps if s.number in (2, 4)] == [nasty] * 2
    told = [getattr(e, "text", "") or getattr(e, "reason", "") for e in await town.app.store.timeline(1)]
    assert told.count(nasty) >= 5


def severity(person: Person, level: str) -> str:
    """The option of the open form that stands for this level."""
    options = in_front_of(person).input("Severity").element["options"]
    return next(o["text"]["text"] for o in options if o["text"]["text"].startswith(level))
