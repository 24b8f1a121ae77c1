"""Slack lets a form be opened for three seconds. Whoever comes too late reads it, has lost nothing, and tries again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

import handlers
from bot.domain.handover import offer_role
from bot.domain.legal import LAWS, start_legal_clock
from tests.histories.afterwards import in_front_of
from tests.histories.conftest import Start, Town
from tests.histories.once import timeline

TOO_LATE = "Slack could not open the form in time. Please try it again."
STEP = "Pause scheduled posts"
VENUE = "Call the venue"

Ask = Callable[[Town], Awaitable[Any]]


def types(line: str) -> Ask:
    return lambda town: town.ben.types(town.channel, line)


def in_panel(label: str) -> Ask:
    return lambda town: town.ben.clicks(town.card(town.ben, "SEV2 crisis 1"), label)


def on_step(label: str) -> Ask:
    return lambda town: town.ben.clicks(town.checklist(town.ben), label, near=STEP)


def on_ping(label: str) -> Ask:
    return lambda town: town.ben.clicks(next(m for m in town.ben.dms() if "Step 4" in m.text), label)


def on_offer(label: str) -> Ask:
    return lambda town: town.ben.clicks(next(m for m in town.ben.dms() if label in m.buttons), label)


def on_check(label: str) -> Ask:
    return lambda town: town.ben.clicks(town.card(town.ben, "Day 1 of watching."), label)


def on_clock(label: str) -> Ask:
    return lambda town: town.ben.clicks(
        next(m for m in town.ben.sees(town.channel) if "Filed…" in m.buttons), label
    )


async def by_command(town: Town) -> None:
    await town.ben.types("#general", "/crisis")


async def from_a_message(town: Town) -> None:
    await town.ben.uses_shortcut(await town.ben.says("#general", "Look"), "Open a crisis")


ACTIVE: dict[str, tuple[str, Ask]] = {
    "/crisis": ("open", by_command),
    "the shortcut": ("open", from_a_message),
    "/crisis sev": ("severity", types("/crisis sev")),
    "/crisis update": ("update", types("/crisis update")),
    "/crisis note": ("note", types("/crisis note")),
    "/crisis role": ("role", types("/crisis role")),
    "/crisis cancel": ("cancel", types("/crisis cancel")),
    "Change severity… in the panel": ("severity", in_panel("Change severity…")),
    "Post update… in the panel": ("update", in_panel("Post update…")),
    "Add note… in the panel": ("note", in_panel("Add note…")),
    "Give a role… in the panel": ("role", in_panel("Give a role…")),
    "Add step… in the panel": ("step.add", in_panel("Add step…")),
    "Cancel… in the panel": ("cancel", in_panel("Cancel…")),
    "/crisis handover": ("handover", types("/crisis handover lead")),
    "Hand over a role… in the panel": ("handover", in_panel("Hand over a role…")),
    "I cannot… on an offer": ("handover.decline", on_offer("I cannot…")),
    "/crisis legal": ("legal.start", types("/crisis legal")),
    "Legal clock… in the panel": ("legal.start", in_panel("Legal clock…")),
    "Filed… on a legal clock": ("legal.filed", on_clock("Filed…")),
    "Does not apply… on a legal clock": ("legal.dropped", on_clock("Does not apply…")),
    "Done on a step": ("step.done", on_step("Done")),
    "Assign… on a step": ("step.assign", on_step("Assign…")),
    "Skip… on a step": ("step.skip", on_step("Skip…")),
    "Snooze… on a step": ("step.snooze", on_step("Snooze…")),
    "Add note… on a step": ("step.note", on_step("Add note…")),
    "How to do this on a step": ("step.guide", on_step("How to do this")),
    "Done on a ping": ("step.done", on_ping("Done")),
    "Hand over… on a ping": ("ping.hand_over", on_ping("Hand over…")),
}
RESOLVED: dict[str, tuple[str, Ask]] = {
    "/crisis close": ("close", types("/crisis close")),
    "Close… in the panel": ("close", in_panel("Close…")),
    "Close… on the daily check": ("close", on_check("Close…")),
}
"""How it is asked for -> the form."""


async def crisis_with_panel(town: Town, *, resolved: bool, clock: bool = False) -> None:
    await town.asks(town.ana, "/crisis roster comms @ben")
    await town.opens(town.ana, "sev2 backlash Courier video")
    if clock:  # its deadline was over yesterday
        since, by = town.slack.clock.now() - timedelta(days=4), town.ana.id
        start = partial(start_legal_clock, kind=LAWS["gdpr"], since=since, holder=None, by=by)
        await town.app.service.apply(1, partial(start, now=town.slack.clock.now()))
    offer = partial(offer_role, role="lead", to=town.ben.id, note="All of it", by=town.ana.id)
    await town.app.service.apply(1, partial(offer, now=town.slack.clock.now()))
    await town.later(minutes=31)
    if resolved:
        await town.does(town.ana, "/crisis resolve")
        await town.later(days=1)
    await town.ben.types(town.channel, "/crisis")
    await town.settled()


def sentences(town: Town) -> int:
    """How often Ben has read it."""
    rooms = [c for c in town.slack.team.channels.values() if not c.is_im and c.kind == "public"]
    seen = [m for room in rooms for m in town.ben.sees(room) if m.is_ephemeral]
    return sum(TOO_LATE in m.text for m in (*seen, *town.ben.dms()))


async def comes_too_late_and_tries_again(town: Town, form: str, ask: Ask) -> None:
    before, lifetime = await timeline(town), town.slack.views.trigger_lifetime_s
    town.slack.views.trigger_lifetime_s = -1.0
    await ask(town)
    await town.settled()
    assert [person.form for person in town.slack.people.values()] == [None] * 5
    assert sentences(town) == 1
    assert await timeline(town) == before
    town.slack.views.trigger_lifetime_s = lifetime
    await ask(town)
    await town.settled()
    assert str(in_front_of(town.ben).view.content.get("callback_id", "")) == form
    assert sentences(town) == 1
    assert await timeline(town) == before


@pytest.mark.parametrize("what", [*ACTIVE, *RESOLVED])
async def test_a_form_that_came_too_late_is_told_and_opens_the_next_time(start: Start, what: str) -> None:
    async with start(calm=False) as town:
        await crisis_with_panel(town, resolved=what in RESOLVED, clock="on a legal clock" in what)
        await comes_too_late_and_tries_again(town, *(ACTIVE | RESOLVED)[what])


async def test_a_form_on_top_of_a_sheet_that_came_too_late_opens_the_next_time(start: Start) -> None:
    async with start(calm=False) as town:
        await crisis_with_panel(town, resolved=False)
        for number in range(12):
            await town.does(town.ana, f"/crisis step Long step {number} {'x' * 120}")
        await town.clicks(town.ben, town.checklist(town.ben), "All steps")
        sheet = await town.ben.is_shown_form("Checklist")
        town.slack.views.trigger_lifetime_s = -1.0
        await town.clicks(town.ben, sheet, "Skip…", near=STEP)
        assert sentences(town) == 1
        assert town.ben.form is not None
        assert town.ben.form.title == "Checklist"
        town.slack.views.trigger_lifetime_s = 3.0
        await town.clicks(town.ben, sheet, "Skip…", near=STEP)
        await town.sends(town.ben, "Skip step 2", {"Why is this step not needed?": "No posts"})
        assert (await timeline(town))["StepSkipped"] == 1


def test_no_form_was_forgotten() -> None:
    assert set(handlers.load().forms) == {form for form, _ in (ACTIVE | RESOLVED).values()} - {"step.guide"}
