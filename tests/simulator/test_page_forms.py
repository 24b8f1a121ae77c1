"""Buttons, menus and forms on the page, with a real Bolt app behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.simulator import Slack
from tests.simulator.browsing import Site, Window, served, words
from tests.simulator.test_forms import FORM, LEVELS, plain


@pytest.fixture
async def site(slack: Slack, app: AsyncApp, connect: Any) -> AsyncIterator[Site]:
    slack.add_person("ana", real_name="Ana Lee", tz="Europe/Berlin")
    slack.add_person("ben", real_name="Ben Okoro")

    @app.command("/tea")
    async def tea(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    await connect()
    async with served(slack) as site:
        yield site


async def opened(window: Window) -> dict[str, Any]:
    assert await window.does("say", text="/tea") == ""
    form: dict[str, Any] = await window.until(lambda: window.form)
    return form


async def test_a_form_names_its_fields_what_can_be_chosen_and_what_is_chosen(site: Site) -> None:
    async with site.window("ana") as ana, site.window("ben") as ben:
        form = await opened(ana)
        assert (form["title"], form["submit"], form["close"]) == ("Order tea", "Order", "Never mind")
        severity = ana.field("Severity")["field"]
        assert [option["label"] for option in severity["options"]] == ["SEV1", "SEV2"]
        assert severity["value"] == "0"
        assert "@ben" in [option["label"] for option in ana.field("Owner")["field"]["options"]]
        kinds = {
            label: ana.field(label)["field"]["as"]
            for label in ("Title", "With", "Day", "When", "Cups", "Helpers")
        }
        assert kinds == {
            "Title": "text", "With": "checks", "Day": "date", "When": "datetime-local", "Cups": "number",
            "Helpers": "checks",
        }  # fmt: skip
        assert ben.form is None


async def test_what_was_typed_is_there_again_after_a_reload(slack: Slack, site: Site) -> None:
    async with site.window("ana") as before:
        await opened(before)
        await before.fills("Title", "Green")
        await before.fills("Severity", "1")
        await before.fills("With", ["0", "1"])
        await before.fills("When", "2026-01-06T10:30")
        await before.fills("Owner", next(iter(slack.people)))
    async with site.window("ana") as after:
        await after.until(lambda: after.form)
        shown = {
            label: after.field(label)["field"]["value"]
            for label in ("Title", "Severity", "With", "When", "Owner")
        }
        assert shown == {
            "Title": "Green", "Severity": "1", "With": ["0", "1"], "When": "2026-01-06T10:30",
            "Owner": next(iter(slack.people)),
        }  # fmt: skip
        await after.fills("Title", "")
        await after.until(lambda: after.field("Title")["field"]["value"] == "")


async def test_slack_and_the_app_say_what_is_wrong_at_the_field(
    slack: Slack, app: AsyncApp, site: Site
) -> None:
    sent: list[dict[str, Any]] = []

    @app.view("order")
    async def order(ack: Any, view: dict[str, Any]) -> None:
        sent.append(view["state"]["values"])
        if len(sent) == 1:
            await ack(response_action="errors", errors={"owner": "Ben is on holiday"})
        else:
            await ack()

    async with site.window("ana") as window:
        form = await opened(window)
        await window.does("submit", view=form["id"], values=[])
        await window.until(lambda: window.form and window.form["errors"])
        assert window.form is not None
        assert window.form["errors"]["title"] == "Please complete this required field."
        values = [["title", "it", "Green"], ["owner", "it", next(iter(slack.people))], ["with", "it", ["1"]]]
        await window.does("submit", view=form["id"], values=values)
        await window.until(lambda: window.form and window.form["errors"] == {"owner": "Ben is on holiday"})
        await window.does("submit", view=form["id"], values=values)
        await window.until(lambda: window.form is None)
        assert sent[-1]["title"]["it"]["value"] == "Green"
        assert [option["value"] for option in sent[-1]["with"]["it"]["selected_options"]] == ["honey"]
        assert await window.does("submit", view=form["id"], values=[]) == "This form is closed."


async def test_a_form_can_be_dismissed_and_the_app_can_be_silent(app: AsyncApp, site: Site) -> None:
    closed: list[str] = []

    @app.view_closed("order")
    async def gone(ack: Any, view: dict[str, Any]) -> None:
        closed.append(view["callback_id"])
        await ack()

    async with site.window("ana") as window:
        form = await opened(window)
        values = [["title", "it", "Green"], ["owner", "it", "nobody"]]
        assert await window.does("submit", view=form["id"], values=values) == "Nobody is called 'nobody'."
        values[1][2] = window.hello["me"]["id"]
        await window.does("submit", view=form["id"], values=values)
        await window.until(lambda: window.form and "trouble connecting" in window.form["trouble"])
        assert await window.does("dismiss", view=form["id"]) == ""
        await window.until(lambda: window.form is None)
        assert closed == ["order"]


BUTTONS = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "claim", "text": plain("Claim"), "value": "1"},
        {"type": "overflow", "action_id": "more", "options": [LEVELS[0], LEVELS[1]]},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Assign")},
    ],
}


async def test_buttons_and_menus_in_messages_reach_the_app_and_change_every_window(
    slack: Slack, app: AsyncApp, client: Any, site: Site
) -> None:
    pressed: list[Any] = []

    async def took(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        action = body["actions"][0]
        pressed.append(
            action.get("value") or action.get("selected_user") or action["selected_option"]["value"]
        )
        text = f"taken by {body['user']['name']}"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=text, blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": text}}, BUTTONS,
        ])  # fmt: skip

    for name in ("claim", "more", "who"):
        app.action(name)(took)
    slack.channel("general").members.append(slack.bot_user_id)
    await client.chat_postMessage(channel=slack.channel("general").id, text="a step", blocks=[BUTTONS])
    async with site.window("ana") as ana, site.window("ben") as ben:
        message = ana.messages[-1]
        controls = message["body"][0]["items"]
        assert [one["t"] for one in controls] == ["button", "menu", "field"]
        asked = {"ts": message["ts"], "block": "row"}
        assert await ana.does("press", **asked, action="claim") == ""
        await ben.sees("taken by ana")
        assert await ben.does("press", **asked, action="more", choice="1") == ""
        assert await ben.does("press", **asked, action="who", choice=ana.hello["me"]["id"]) == ""
        assert pressed == ["1", "sev2", ana.hello["me"]["id"]]
        assert (await ben.does("press", **asked, action="gone")).startswith("The message has changed")


async def test_a_click_nobody_answers_warns_only_the_one_who_clicked(
    slack: Slack, client: Any, site: Site
) -> None:
    slack.channel("general").members.append(slack.bot_user_id)
    await client.chat_postMessage(channel=slack.channel("general").id, text="a step", blocks=[BUTTONS])
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("press", ts=ana.messages[-1]["ts"], block="row", action="claim")
        await ana.until(lambda: "trouble connecting" in ana.messages[-1]["trouble"])
        assert ben.messages[-1]["trouble"] == ""


async def test_shortcuts_of_a_message_and_the_home_tab(
    slack: Slack, app: AsyncApp, client: Any, site: Site
) -> None:
    @app.shortcut("brew_message")
    async def brew(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text="brewing"
        )

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        text = {"type": "mrkdwn", "text": "*Teas* of yours"}
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "section", "text": text}]}
        )

    slack.channel("general").members.append(slack.bot_user_id)
    async with site.window("ana") as ana, site.window("ben") as ben:
        await ana.does("say", text="leaves")
        message = await ana.sees("leaves")
        assert await ana.does("shortcut", ts=message["ts"], name="Brew from this") == ""
        assert (await ana.sees("brewing"))["only_you"]
        assert "brewing" not in "".join(ben.received)
        bot = next(name for name, one in ana.area("side").items() if one["kind"] == "app")
        await ana.looks_at(bot, home=True)
        await ana.until(lambda: ana.area("home").get(""))
        assert words(ana.area("home")[""]["blocks"]) == "Teas of yours"
