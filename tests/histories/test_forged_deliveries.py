"""Deliveries that Slack would not send: they change nothing, and are no fault of ours in the log."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.simulator import payloads
from tests.histories.afterwards import crisis
from tests.histories.conftest import Town

GONE = "There is no such step in this crisis any more."
NOWHERE = "There is no crisis here any more."


def press(town: Town, action: dict[str, Any]) -> dict[str, Any]:
    """Ana's press on something under the checklist, as Slack would send it."""
    slack, ana, seen = town.slack, town.ana, town.checklist(town.ana)
    url = slack.response_urls.new(ana.id, seen.channel, seen.message)
    surface = payloads.on_message(seen.channel, seen.message, url)
    trigger = slack.views.new_trigger(ana.id)
    return payloads.block_actions(slack.team, ana.user, action, trigger_id=trigger, surface=surface)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("step.claim", f"{10**20}|lead|0", NOWHERE),
        ("step.claim", f"1|lead|{10**20}", NOWHERE),
        ("step.claim", "١|lead|0", NOWHERE),
        ("step.claim", f"1|{'9' * 300}|0", GONE),
        ("ping.take", "1|soon|0", GONE),
        ("ping.done", "1||0", GONE),
        ("action.done", "1|soon|0", "This action item is no longer on the list."),
        ("menu", "junk", None),
        ("menu.ping.snooze", "ping.snooze|soon|1|1|0", "I cannot read the time “soon”."),
        ("menu.ping.snooze", "ping.snooze|99999d|1|1|0", "I cannot read the time “99999d”."),
    ],
)
async def test_a_control_with_a_value_that_was_never_drawn_gets_a_sentence(
    town: Town, name: str, value: str, said: str | None
) -> None:
    await town.opens(town.ana, "Courier")
    field = {"selected_option": {"value": value}} if name.startswith("menu") else {"value": value}
    before = await town.app.store.timeline(1)
    answer = await town.slack.deliveries.interact(
        "interactive", press(town, {"type": "button", "action_id": name, **field})
    )
    await town.settled()
    assert answer.is_acked
    assert said is None or said in town.ana.sees(town.channel)[-1].text
    assert await town.app.store.timeline(1) == before


async def test_a_delivery_without_what_slack_always_sends_is_acknowledged_and_noted(town: Town) -> None:
    await town.opens(town.ana, "Courier")
    right = press(town, {"type": "button", "action_id": "panel.resolve", "value": "1||0"})
    broken: list[tuple[dict[str, Any], str]] = []
    for name, value in (
        ("actions", [{"action_id": 7}]),
        ("channel", "C1"),
        ("user", None),
        ("trigger_id", {}),
    ):
        broken.append((copy.deepcopy(right) | {name: value}, f".{name}"))
    for payload, place in broken:
        with capture_logs() as logged:
            assert (await town.slack.deliveries.interact("interactive", payload)).is_acked
        (line,) = [entry for entry in logged if entry["event"] == "a delivery is not as Slack sends it"]
        assert line["log_level"] == "warning"
        assert line["wrong"][0].startswith(place)
    assert (await crisis(town)).status == "active"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "member_joined_channel", "channel": "C1"},
        {"type": "channel_rename", "channel": "C1"},
        {"type": "channel_left", "channel": {"no": "id"}},
        {"type": "reaction_added", "user": "U1", "reaction": "pushpin", "item": {"type": "message"}},
        {"type": "reaction_removed", "user": "U1", "reaction": "pushpin", "item": "x"},
        {"type": ["message"]},
        {"type": "unheard_of"},
    ],
)
async def test_an_event_that_slack_never_told_so_is_passed_over(town: Town, event: dict[str, Any]) -> None:
    payload = payloads.event(town.slack.team, event)
    assert (await town.slack.deliveries.interact("events_api", payload)).is_acked
    await town.settled()


@pytest.mark.parametrize(("field", "chosen"), [("severity", "5"), ("severity", "x")])
async def test_a_severity_that_the_form_does_not_offer_is_none(town: Town, field: str, chosen: str) -> None:
    await town.opens(town.ana, "Courier")
    await town.ana.types(town.channel, "/crisis sev")
    form = await town.ana.is_shown_form("Change severity")
    payload = payloads.view_submission(town.slack.team, town.ana.user, form.view, "1.2.3")
    payload = copy.deepcopy(payload)
    payload["view"]["state"]["values"][field]["value"]["selected_option"] = {"value": chosen}
    answer = await town.slack.deliveries.interact("interactive", payload)
    assert "is not a severity" in next(iter(answer.payload["errors"].values()))
