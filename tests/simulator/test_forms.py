"""Modals, Home tab, menus and shortcuts, used by a person and served by a real Bolt app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.simulator import Slack


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": label.lower()}


def field(label: str, element: dict[str, Any], **extra: Any) -> dict[str, Any]:
    name = label.lower()
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": "it", **element},
        **extra,
    }


LEVELS = [option("SEV1"), option("SEV2")]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "order",
    "title": plain("Order tea"),
    "submit": plain("Order"),
    "close": plain("Never mind"),
    "notify_on_close": True,
    "private_metadata": "secret",
    "blocks": [
        field("Title", {"type": "plain_text_input", "max_length": 10}),
        field("Severity", {"type": "static_select", "options": LEVELS, "initial_option": LEVELS[0]}),
        field("Owner", {"type": "users_select"}),
        field("Helpers", {"type": "multi_users_select"}, optional=True),
        field("Where", {"type": "conversations_select"}, optional=True),
        field("With", {"type": "checkboxes", "options": [option("Milk"), option("Honey")]}, optional=True),
        field("Day", {"type": "datepicker"}, optional=True),
        field("At", {"type": "timepicker"}, optional=True),
        field("When", {"type": "datetimepicker"}, optional=True),
        field("Cups", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, optional=True),
    ],
}


@pytest.fixture
def opens_form(app: AsyncApp) -> None:
    @app.command("/tea")
    async def tea(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)


@pytest.mark.usefixtures("opens_form")
async def test_a_form_is_filled_by_label_and_submitted(slack: Slack, app: AsyncApp, connect: Any) -> None:
    got: list[dict[str, Any]] = []

    @app.view("order")
    async def order(ack: Any, body: dict[str, Any]) -> None:
        got.append(body)
        if body["view"]["state"]["values"]["title"]["it"]["value"] == "green":
            await ack(response_action="errors", errors={"title": "No green tea left."})
        else:
            await ack()

    await connect()
    ana, dana = slack.add_person("ana", tz="Europe/Berlin"), slack.add_person("dana")
    await ana.types("#general", "/tea")
    form = await ana.is_shown_form("Order tea")
    assert form.fields["Severity"] == "SEV1"
    await ana.submits()
    assert form.errors == {
        "Title": "Please complete this required field.",
        "Owner": "Please complete this required field.",
    }
    assert got == []
    await ana.fills({"Title": "a very long title", "Owner": "@dana"})
    await ana.submits()
    assert form.errors == {"Title": "Must be less than 11 characters"}
    await ana.fills(
        {
            "Title": "green",
            "Severity": "SEV2",
            "Helpers": ["@ana", dana],
            "Where": "#general",
            "With": ["Milk"],
            "Day": "2026-02-01",
            "At": "09:30",
            "When": "2026-02-01 09:30",
            "Cups": "2",
        }
    )
    await ana.submits()
    assert form.errors == {"Title": "No green tea left."}
    assert "No green tea left." in form.text
    await ana.fills({"Title": "black"})
    await ana.submits()
    assert ana.form is None
    view = got[-1]["view"]
    values = view["state"]["values"]
    assert values == {
        "title": {"it": {"type": "plain_text_input", "value": "black"}},
        "severity": {"it": {"type": "static_select", "selected_option": LEVELS[1]}},
        "owner": {"it": {"type": "users_select", "selected_user": dana.id}},
        "helpers": {"it": {"type": "multi_users_select", "selected_users": [ana.id, dana.id]}},
        "where": {
            "it": {"type": "conversations_select", "selected_conversation": slack.channel("general").id}
        },
        "with": {"it": {"type": "checkboxes", "selected_options": [option("Milk")]}},
        "day": {"it": {"type": "datepicker", "selected_date": "2026-02-01"}},
        "at": {"it": {"type": "timepicker", "selected_time": "09:30"}},
        "when": {"it": {"type": "datetimepicker", "selected_date_time": 1769934600}},
        "cups": {"it": {"type": "number_input", "value": "2"}},
    }
    assert (view["private_metadata"], view["callback_id"]) == ("secret", "order")


@pytest.mark.usefixtures("opens_form")
async def test_closing_a_form_is_told_to_the_app(slack: Slack, app: AsyncApp, connect: Any) -> None:
    closed: list[str] = []

    @app.view_closed("order")
    async def order(ack: Any, view: dict[str, Any]) -> None:
        closed.append(view["callback_id"])
        await ack()

    await connect()
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_shown_form("Order tea")
    await ana.dismisses()
    assert ana.form is None
    assert closed == ["order"]


@pytest.mark.usefixtures("opens_form")
async def test_a_form_whose_app_does_not_answer_says_so_and_stays(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    await connect()
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    form = await ana.is_shown_form("Order tea")
    await ana.fills({"Title": "black", "Owner": "@ana"})
    await ana.submits()
    assert form.trouble == "We had some trouble connecting. Try again?"
    assert ana.form is not None


async def test_forms_stack_three_high(slack: Slack, app: AsyncApp, connect: Any) -> None:
    refused: list[str] = []
    step = {
        "type": "modal",
        "title": plain("Step"),
        "blocks": [
            {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]}
        ],
    }

    @app.command("/tea")
    async def tea(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=step)

    @app.action("more")
    async def more(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=step)
        except SlackApiError as refusal:
            refused.append(refusal.response["error"])

    await connect()
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    for _ in range(3):
        form = await ana.is_shown_form("Step")
        await ana.clicks(form, "More")
        await slack.settled()
    assert refused == ["push_limit_reached"]
    await ana.dismisses()
    await ana.dismisses()
    assert ana.form is not None
    assert ana.form.view.previous_id is None


async def test_triggers_expire_and_work_once(slack: Slack, app: AsyncApp) -> None:
    ana = slack.add_person("ana")
    client = app.client

    async def refusal(trigger_id: str) -> str:
        with pytest.raises(SlackApiError) as caught:
            await client.views_open(trigger_id=trigger_id, view=FORM)
        return str(caught.value.response["error"])

    trigger = slack.views.new_trigger(ana.id)
    opened = await client.views_open(trigger_id=trigger, view=FORM)
    assert await refusal(trigger) == "exchanged_trigger_id"
    assert await refusal("1.2.3") == "invalid_trigger_id"
    slack.views.trigger_lifetime_s = 0
    assert await refusal(slack.views.new_trigger(ana.id)) == "expired_trigger_id"
    view = opened["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0NONE", view=FORM)
    long = {**FORM, "title": plain("x" * 25)}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_open(trigger_id=slack.views.new_trigger(ana.id), view=long)


async def test_an_update_keeps_what_was_typed(slack: Slack, app: AsyncApp) -> None:
    ana = slack.add_person("ana")
    opened = await app.client.views_open(trigger_id=slack.views.new_trigger(ana.id), view=FORM)
    await ana.fills({"Title": "black"})
    await app.client.views_update(
        view_id=opened["view"]["id"], view={**FORM, "title": plain("Order more tea")}
    )
    form = await ana.is_shown_form("Order more tea")
    assert form.fields["Title"] == "black"


async def test_rows_and_menus_are_chosen_by_what_they_say(slack: Slack, app: AsyncApp, connect: Any) -> None:
    actions: list[dict[str, Any]] = []

    @app.action({"type": "block_actions", "action_id": "row"})
    @app.action({"type": "block_actions", "action_id": "pick"})
    async def act(ack: Any, action: dict[str, Any]) -> None:
        actions.append(action)
        await ack()

    def row(text: str, accessory: dict[str, Any]) -> dict[str, Any]:
        return {"type": "section", "text": plain(text), "accessory": accessory}

    def button(value: str) -> dict[str, Any]:
        return {"type": "button", "action_id": "row", "text": plain("Claim"), "value": value}

    await connect()
    ana = slack.add_person("ana")
    room = slack.add_channel("room", members=[ana], with_app=True)
    menu = {"type": "overflow", "action_id": "pick", "options": [option("Skip"), option("Assign…")]}
    people = {"type": "users_select", "action_id": "pick", "placeholder": plain("Give to")}
    blocks = [row("Boil", button("1")), row("Pour", button("2")), row("Drink", menu), row("Wash", people)]
    await app.client.chat_postMessage(channel=room.id, text="Tea", blocks=blocks)
    message = await ana.is_told("Boil")
    with pytest.raises(AssertionError, match="there are 2 'Claim'"):
        await ana.clicks(message, "Claim")
    with pytest.raises(AssertionError, match="there is no 'Drop'"):
        await ana.clicks(message, "Drop")
    await ana.clicks(message, "Claim", near="Pour")
    await ana.chooses(message, "Assign…", near="Drink")
    await ana.chooses(message, "@ana", of="Give to")
    assert actions[0]["value"] == "2"
    assert actions[1]["selected_option"] == option("Assign…")
    assert actions[2]["selected_user"] == ana.id


async def test_a_press_nobody_answers_leaves_a_warning(slack: Slack, app: AsyncApp) -> None:
    ana = slack.add_person("ana")
    room = slack.add_channel("room", members=[ana], with_app=True)
    blocks = [{"type": "actions", "elements": [{"type": "button", "action_id": "x", "text": plain("Go")}]}]
    await app.client.chat_postMessage(channel=room.id, text="Tea", blocks=blocks)
    await ana.clicks(ana.sees(room)[0], "Go")
    await ana.is_told("We had some trouble connecting")


async def test_shortcuts_and_home(slack: Slack, app: AsyncApp, connect: Any) -> None:
    bodies: list[dict[str, Any]] = []

    @app.shortcut("brew_message")
    @app.shortcut("brew")
    async def brew(ack: Any, body: dict[str, Any], client: Any) -> None:
        bodies.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        blocks = [{"type": "section", "text": plain("Welcome")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    await connect()
    ana = slack.add_person("ana")
    said = await ana.says("#general", "I want tea")
    await ana.uses_shortcut(said, "Brew from this")
    await ana.is_shown_form("Order tea")
    await ana.uses_shortcut(None, "Brew")
    assert [body["type"] for body in bodies] == ["message_action", "shortcut"]
    assert bodies[0]["message"]["text"] == "I want tea"
    await ana.opens_home()
    await ana.is_told("Welcome")
    with pytest.raises(AssertionError, match="no global shortcut"):
        await ana.uses_shortcut(None, "Coffee")


async def test_waiting_in_vain_shows_what_there_is(slack: Slack, app: AsyncApp) -> None:
    ana = slack.add_person("ana")
    await app.client.chat_postMessage(channel=ana.id, text="tea is ready")
    with pytest.raises(AssertionError, match=r"(?s)is not told 'coffee'.*tea is ready"):
        await ana.is_told("coffee", timeout=0.01)
    assert slack.unexpected() == ["DM: tea-bot: tea is ready"]
    await ana.is_told("tea is ready")
    assert slack.unexpected() == []
    with pytest.raises(AssertionError):
        await ana.is_told("tea is ready", timeout=0.01, again=True)


@pytest.mark.usefixtures("opens_form")
@pytest.mark.parametrize(
    ("answer", "titles"), [("update", ["Next"]), ("push", ["Order tea", "Next"]), ("clear", [])]
)
async def test_a_submission_may_be_answered_with_the_next_view(
    slack: Slack, app: AsyncApp, connect: Any, answer: str, titles: list[str]
) -> None:
    following = {
        "type": "modal",
        "title": plain("Next"),
        "blocks": [{"type": "section", "text": plain("Well done")}],
    }

    @app.view("order")
    async def order(ack: Any) -> None:
        await (
            ack(response_action="clear") if answer == "clear" else ack(response_action=answer, view=following)
        )

    await connect()
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_shown_form("Order tea")
    await ana.fills({"Title": "black", "Owner": ana})
    await ana.submits()
    assert [view.content["title"]["text"] for view in slack.views.stacks[ana.id]] == titles


async def test_a_field_that_dispatches_tells_the_app_at_once(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    actions: list[dict[str, Any]] = []

    @app.action("it")
    async def changed(ack: Any, action: dict[str, Any]) -> None:
        actions.append(action)
        await ack()

    await connect()
    ana = slack.add_person("ana")
    element = {"type": "static_select", "options": LEVELS}
    view = {**FORM, "blocks": [field("Severity", element, dispatch_action=True)]}
    await app.client.views_open(trigger_id=slack.views.new_trigger(ana.id), view=view)
    await ana.fills({"Severity": "SEV2"})
    assert actions[0]["selected_option"] == LEVELS[1]
    assert (actions[0]["block_id"], actions[0]["type"]) == ("severity", "static_select")


async def test_errors_for_a_field_that_is_not_there_are_an_error_of_the_app(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    @app.view("order")
    async def order(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "wrong"})

    await connect()
    ana = slack.add_person("ana")
    await app.client.views_open(trigger_id=slack.views.new_trigger(ana.id), view=FORM)
    await ana.fills({"Title": "black", "Owner": ana})
    await ana.submits()
    assert ana.form is not None
    assert ana.form.trouble


async def test_ticking_a_box_in_a_message_keeps_the_others(slack: Slack, app: AsyncApp, connect: Any) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("boxes")
    async def ticked(ack: Any, body: dict[str, Any]) -> None:
        bodies.append(body)
        await ack()

    await connect()
    ana = slack.add_person("ana")
    room = slack.add_channel("room", members=[ana], with_app=True)
    boxes = {
        "type": "checkboxes",
        "action_id": "boxes",
        "options": [option("Milk"), option("Honey")],
        "initial_options": [option("Milk")],
    }
    blocks = [{"type": "actions", "block_id": "b", "elements": [boxes]}]
    await app.client.chat_postMessage(channel=room.id, text="Tea", blocks=blocks)
    message = ana.sees(room)[0]
    await ana.chooses(message, "Honey")
    assert bodies[0]["actions"][0]["selected_options"] == [option("Milk"), option("Honey")]
    assert bodies[0]["state"]["values"]["b"]["boxes"]["selected_options"] == [option("Milk"), option("Honey")]
    await ana.chooses(message, "Milk")
    assert bodies[1]["actions"][0]["selected_options"] == [option("Honey")]
