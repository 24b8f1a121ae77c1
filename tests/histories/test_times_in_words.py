"""Times in words: in the command, in forms, in the closing form; each in the time zone of the person who writes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.simulator import Person
from tests.histories.afterwards import crisis, errors, in_front_of
from tests.histories.conftest import OPENED_AT, Start, Town

VENUE = "Call the venue"
RIGHT = "Write for instance in 30m, by tomorrow 9, by friday noon or by EOD."


async def due(town: Town, person: Person, command: str) -> datetime | None:
    """When the step that this command adds is due."""
    await town.does(person, f"/crisis step {command}")
    added = (await crisis(town)).steps[-1]
    assert added.title == VENUE
    return added.due_at


async def test_a_step_is_due_in_the_time_zone_of_the_person_who_writes(town: Town) -> None:
    await town.cleo.joins(await town.opens(town.ana, "Courier"))
    said = await town.does(town.ana, f"/crisis step {VENUE} @dana by tomorrow 9")
    assert "for @dana, due Tomorrow 9:00 AM: Call the venue" in said
    # Saturday has begun in Berlin, and not yet in New York.
    assert (await crisis(town)).steps[-1].due_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert await due(town, town.cleo, f"{VENUE} by tomorrow 9") == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert await due(town, town.cleo, f"{VENUE} by midnight") == datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert await due(town, town.ana, f"{VENUE} by EOD @dana") == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert await due(town, town.ana, f"{VENUE} in half an hour") == OPENED_AT + timedelta(minutes=30)
    assert [m for m in town.dana.dms() if "@ana gave you step" in m.text]


@pytest.mark.parametrize("fault", ["http_500", "missing_scope", "reset_before"])
async def test_a_slack_that_does_not_tell_leaves_the_time_zone_of_the_settings(
    start: Start, fault: str
) -> None:
    async with start(calm=False, crisis_timezone="Asia/Tokyo") as town:
        for method in ("users.info", "users.list"):
            town.slack.faults.add(method, fault, times=None)
        await town.opens(town.ana, "Courier")
        tokyo_noon = datetime(2026, 11, 21, 3, tzinfo=UTC)
        assert await due(town, town.ana, f"{VENUE} by noon") == tokyo_noon


@pytest.mark.parametrize(
    ("end", "hour"),
    [
        ("tomorrow 9", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("friday noon", datetime(2026, 11, 27, 11, tzinfo=UTC)),
        ("EOD", datetime(2026, 11, 21, 17, tzinfo=UTC)),
        ("EOD @dana", datetime(2026, 11, 21, 17, tzinfo=UTC)),
        ("@dana 17:30", datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
        ("at 17:30", datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
        ("until 18:00", datetime(2026, 11, 21, 17, tzinfo=UTC)),
        ("by 5.30pm", datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
        ("before half past nine", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("within 30m", OPENED_AT + timedelta(minutes=30)),
        ("by 30m", OPENED_AT + timedelta(minutes=30)),
        ("in twenty minutes", OPENED_AT + timedelta(minutes=20)),
        ("in an hour or so", OPENED_AT + timedelta(hours=1)),
        ("in 1 h 30", OPENED_AT + timedelta(minutes=90)),
    ],
)
async def test_a_time_in_words_at_the_end_is_the_due_time(town: Town, end: str, hour: datetime) -> None:
    await town.opens(town.ana, "Courier")
    assert await due(town, town.ana, f"{VENUE} {end}") == hour


async def test_a_day_alone_is_taken_and_the_answer_says_which_hour(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    said = await town.does(town.ana, f"/crisis step {VENUE} tomorrow")
    assert f"due Tomorrow 9:00 AM: {VENUE}" in said


async def test_a_time_that_is_over_is_refused_and_the_words_are_given_back(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    typed = "Call the venue and ask what their cameras have recorded in -5m"
    answer = await town.does(town.ana, f"/crisis step {typed}")
    assert "The time has to be in the future." in answer
    assert typed in answer


@pytest.mark.parametrize(
    "title",
    ["Stand by", "Call the people in Berlin", "Drive by 2 shops", "Meet at the venue", "Pass it by Ana"],
)
async def test_a_title_keeps_its_words(town: Town, title: str) -> None:
    await town.opens(town.ana, "Courier")
    assert f"without a due time (in 30m at the end sets one): {title}" in await town.does(
        town.ana, f"/crisis step {title}"
    )
    assert (await crisis(town)).steps[-1].title == title


@pytest.mark.parametrize(
    "end", ["by Friday teatime", "in 3 parsecs", "by 25:00", "by 12/1", "on 1.12.2026", "at 1730"]
)
async def test_a_time_that_cannot_be_read_is_asked_for_and_the_words_are_given_back(
    town: Town, end: str
) -> None:
    typed = f"Call the venue and ask what their cameras have recorded {end}"
    await town.opens(town.ana, "Courier")
    before = await crisis(town)
    answer = await town.does(town.ana, f"/crisis step {typed}")
    assert f"I cannot read the time “{end.split(maxsplit=1)[1]}”. {RIGHT}" in answer
    assert typed in answer
    assert await crisis(town) == before


async def test_the_form_takes_times_in_words_and_keeps_everything_when_it_cannot_read_one(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    await ana.types(town.channel, "/crisis")
    await ana.clicks(town.card(ana, "SEV3 crisis 1"), "Add step…")
    await town.sends(
        ana, "Add a step", {"What is to be done?": VENUE, "Owner": "@dana", "Due": "today 9 o'clock-ish"}
    )
    assert errors(ana) == {
        "Due": "I cannot read the time “today 9 o'clock-ish”. "
        "Write for instance in 30m, tomorrow 9, friday noon or EOD."
    }
    await town.sends(ana, "Add a step", {"Due": "2026-11-20 9:00"})
    assert errors(ana) == {"Due": "The time has to be in the future. Write for instance in 30m or in 2h."}
    assert in_front_of(ana).fields["What is to be done?"] == VENUE
    await town.sends(ana, "Add a step", {"Due": "Monday morning"})
    assert ana.form is None
    added = (await crisis(town)).steps[-1]
    assert (added.owner, added.due_at) == (town.dana.id, datetime(2026, 11, 23, 8, tzinfo=UTC))
    await ana.is_told("Step 10 is on the checklist for @dana")


async def test_a_reminder_waits_until_a_time_in_words(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    await due(town, ana, f"{VENUE} @ana in 2h")
    await town.clicks(ana, town.checklist(ana), "Snooze…", near=VENUE)
    await town.sends(ana, "Snooze step 10", {"Or until": "when it is over"})
    assert errors(ana)["Or until"].startswith("I cannot read the time “when it is over”.")
    await town.sends(ana, "Snooze step 10", {"Or until": "noon"})
    assert ana.form is None
    assert (await crisis(town)).steps[-1].snoozed_until == datetime(2026, 11, 21, 11, tzinfo=UTC)


async def test_at_sev1_a_step_sleeps_for_an_hour_at_most(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev2 Odd posts")
    for number, until in ((1, "in 30 days"), (2, "in 40 minutes")):
        await town.clicks(ana, town.checklist(ana), "Snooze…", near=f"{number}. ")
        await town.sends(ana, f"Snooze step {number}", {"Or until": until})
    await town.does(ana, "/crisis sev 1")
    now = town.slack.clock.now()
    asleep = [step.snoozed_until for step in (await crisis(town)).steps[:2]]
    assert asleep == [now + timedelta(hours=1), now + timedelta(minutes=40)]
    await town.clicks(ana, town.checklist(ana), "Snooze…", near="3. ")
    form = await ana.is_shown_form("Snooze step 3")
    assert "at SEV1 it waits for 1 hour at most" in form.text
    await town.sends(ana, "Snooze step 3", {"Or until": "in 30 days"})
    assert errors(ana)["Or until"].startswith("At SEV1 a step waits for 1 hour at most. Write 1h or less")
    await town.sends(ana, "Snooze step 3", {"Or until": "in 1 hour"})
    assert ana.form is None
    _ = town.card(ana, "Severity is now SEV1").text


async def test_a_time_of_another_day_names_its_day(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    await town.by_day()  # 15:40 in Berlin
    await due(town, ana, f"{VENUE} @ana in 1m")
    await town.later(minutes=1)
    asked = next(m for m in ana.dms() if VENUE in m.text)
    await town.clicks(ana, town.checklist(ana), "Snooze…", near=VENUE)
    await town.sends(ana, "Snooze step 10", {"Or until": "tomorrow 9"})
    assert "snoozed until Tomorrow 9:00 AM" in town.row(ana, VENUE)
    assert "Answered: Snoozed until Tomorrow 9:00 AM, by @ana at 3:41 PM" in asked.text
    await town.later(hours=10)
    assert "snoozed until Today 9:00 AM" in town.row(ana, VENUE)


async def test_an_action_item_is_due_on_a_day_in_words(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    await town.does(ana, "/crisis resolve")
    await ana.types(town.channel, "/crisis close")
    lines = (
        "Write the list @ben by tomorrow",
        "Thank the neighbour by Friday noon @cleo",
        "Plan a drill by 1 Dec",
        "Read it by hand",
    )
    await town.sends(
        ana,
        "Close the crisis",
        {"Summary": "It ended.", "Lessons": "Answer sooner", "Action items": "\n".join(lines)},
    )
    retro = (await crisis(town)).retrospective
    assert retro is not None
    assert [(a.text, a.due_on) for a in retro.actions] == [
        ("Write the list", date(2026, 11, 22)),
        ("Thank the neighbour", date(2026, 11, 27)),
        ("Plan a drill", date(2026, 12, 1)),
        ("Read it by hand", None),
    ]
