"""A form that does not open, an answer that cannot be given in place: the person hears of it all the same."""

from __future__ import annotations

import pytest

from tests.histories.afterwards import crisis
from tests.histories.conftest import Town


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("expired_trigger_id", "Slack could not open the form in time. Please try it again."),
        ("exchanged_trigger_id", "Please try it again."),
        ("reset_before", "Please try it again."),
        ("missing_scope", "The form could not be opened. The app lacks a permission for that."),
        ("http_500", "Please try it again."),
        ("ratelimited", "Please try it again."),
    ],
)
async def test_a_form_that_does_not_open_says_what_to_do(town: Town, fault: str, sentence: str) -> None:
    ana = town.ana
    town.slack.faults.add("views.open", fault)
    assert sentence in await town.asks(ana, "/crisis")
    assert ana.form is None
    await town.opens(ana, "backlash Courier")
    town.slack.faults.add("views.open", fault)
    await town.clicks(ana, town.checklist(ana), "Skip…", near="Name a lead")
    told = await ana.is_told(sentence, where=town.channel)
    assert getattr(told, "is_ephemeral", False)
    assert "“”" not in getattr(told, "text", "")
    message = await ana.says("#general", "Look")
    town.slack.faults.add("views.open", fault)
    await ana.uses_shortcut(message, "Open a crisis")
    await town.settled()
    assert [m for m in ana.sees("#general") if m.is_ephemeral and sentence in m.text]
    await ana.clicks(town.checklist(ana), "Skip…", near="Name a lead")
    await town.sends(ana, "Skip step 1", {"Why is this step not needed?": "Named already"})
    assert (await crisis(town)).steps[0].skip_reason == "Named already"


async def test_a_form_on_top_of_another_that_does_not_open_is_answered_too(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "backlash Courier")
    for number in range(12):
        await town.does(ana, f"/crisis step Long step {number} {'x' * 120}")
    await ana.clicks(town.checklist(ana), "All steps")
    form = await ana.is_shown_form("Checklist")
    town.slack.faults.add("views.push", "expired_trigger_id", times=2)
    await town.clicks(ana, form, "Skip…", near="Name a lead")
    await ana.is_told("Please try it again.")
    await ana.clicks(form, "Skip…", near="Name a lead")
    await town.sends(ana, "Skip step 1", {"Why is this step not needed?": "Named already"})
    assert not (await crisis(town)).steps[0].is_open


async def test_an_answer_that_cannot_be_given_in_the_channel_goes_by_direct_message(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "backlash Courier")
    await ana.types(town.channel, "/crisis")
    await town.settled()
    panel = town.card(ana, "SEV2 crisis 1")
    for fault in ("user_not_in_channel", "channel_not_found", "missing_scope", "http_500", "reset_before"):
        town.slack.faults.add("chat.postEphemeral", fault)
        await ana.clicks(panel, "Give a role…")
        said = len(ana.dms())
        await town.sends(ana, "Give a role", {"Role": "Comms", "Person": "@ana" if said % 2 else "@cleo"})
        assert ana.form is None
        assert [m for m in ana.dms()[said:] if "is Comms" in m.text], fault


async def test_names_are_looked_up_in_vain_and_the_note_is_kept(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    for fault in ("http_500", "ratelimited", "missing_scope"):
        town.slack.faults.add("users.info", fault)
        assert "It is on the timeline." in await town.does(town.ana, "/crisis note @cleo saw it")
    noted = [e for e in await town.app.store.timeline(1) if type(e).__name__ == "Noted"]
    assert [getattr(e, "text", "") for e in noted] == ["@cleo saw it"] * 3
