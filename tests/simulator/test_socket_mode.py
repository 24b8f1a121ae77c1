"""A real Bolt app over real Socket Mode."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.simulator import Slack

BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Claim"},
    "action_id": "claim",
    "value": "1",
}
CUP = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Boil* water"}, "accessory": BUTTON}]


async def test_a_command_is_escaped_acknowledged_and_answered(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    got: list[dict[str, Any]] = []

    @app.command("/tea")
    async def tea(ack: Any, body: dict[str, Any], respond: Any) -> None:
        got.append(body)
        await ack("Brewing")
        await respond("Ready", response_type="in_channel")

    await connect()
    ana, dana = slack.add_person("ana"), slack.add_person("dana")
    await ana.types("#general", "/tea <for> @dana in #general")
    assert got[0]["text"] == f"&lt;for&gt; <@{dana.id}|dana> in <#{slack.channel('#general').id}|general>"
    assert got[0]["channel_name"] == "general"
    await ana.is_told("Brewing")
    await dana.is_told("Ready")
    await dana.is_not_told("Brewing")


async def test_an_unescaped_command_and_an_unknown_one(slack: Slack, app: AsyncApp, connect: Any) -> None:
    @app.command("/raw")
    async def raw(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"got {command['text']}")

    await connect()
    ana = slack.add_person("ana")
    await ana.types("#general", "/raw @ana")
    await ana.is_told("got @ana")
    await ana.types("#general", "/coffee")
    await ana.is_told("is not a valid command")


async def test_a_click_carries_what_slack_sends(slack: Slack, app: AsyncApp, connect: Any) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("claim")
    async def claim(ack: Any, body: dict[str, Any], client: Any) -> None:
        bodies.append(body)
        await ack()
        text = f"Claimed by <@{body['user']['id']}>"
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=text, blocks=[]
        )

    await connect()
    ana = slack.add_person("ana")
    room = slack.add_channel("room", members=[ana], with_app=True)
    await app.client.chat_postMessage(channel=room.id, text="Boil water", blocks=CUP)
    message = await ana.is_told("Boil water")
    await ana.clicks(message, "Claim")
    await ana.is_told("Claimed by @ana")
    body = bodies[0]
    assert body["type"] == "block_actions"
    assert body["actions"][0]["value"] == "1"
    assert body["container"] == {
        "type": "message",
        "message_ts": body["message"]["ts"],
        "channel_id": room.id,
        "is_ephemeral": False,
    }
    assert body["response_url"].startswith("http://127.0.0.1")
    assert slack.unexpected() == []


async def test_an_app_that_does_not_answer_is_reported_as_slack_does(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_told('/tea failed with the error "dispatch_failed"')

    @app.command("/tea")
    async def tea() -> None:
        await asyncio.Event().wait()

    await connect()
    await ana.types("#general", "/tea")
    await ana.is_told('/tea failed with the error "operation_timeout"')


async def test_a_duplicate_delivery_arrives_twice_and_is_answered_once(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    seen: list[str] = []

    @app.command("/tea")
    async def tea(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body["trigger_id"])
        await ack("one cup")

    await connect()
    await connect()
    ana = slack.add_person("ana")
    slack.duplicate_next(other_socket=True)
    await ana.types("#general", "/tea")
    await slack.settled()
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert [m.text for m in ana.sees("#general") if "cup" in m.text] == ["one cup"]


async def test_each_delivery_goes_to_one_socket_in_turn(slack: Slack, app: AsyncApp, connect: Any) -> None:
    count = 0

    @app.command("/tea")
    async def tea(ack: Any) -> None:
        nonlocal count
        count += 1
        await ack()

    await connect()
    await connect()
    ana = slack.add_person("ana")
    for _ in range(4):
        await ana.types("#general", "/tea")
    assert count == 4


async def test_a_held_delivery_is_overtaken_by_the_next(slack: Slack, app: AsyncApp, connect: Any) -> None:
    order: list[str] = []

    @app.command("/tea")
    async def tea(ack: Any, command: dict[str, Any]) -> None:
        order.append(command["text"])
        await ack()

    await connect()
    ana = slack.add_person("ana")
    slack.reorder_next()
    await asyncio.gather(ana.types("#general", "/tea first"), ana.types("#general", "/tea second"))
    assert order == ["second", "first"]


async def test_a_refreshed_socket_is_replaced(slack: Slack, app: AsyncApp, connect: Any) -> None:
    @app.command("/tea")
    async def tea(ack: Any) -> None:
        await ack("still here")

    await connect(ping_interval=0.1)
    before = slack.connections[0]
    await slack.refresh_socket(0)
    while before in slack.connections or not slack.connections:
        await slack.changes.stirred()
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_told("still here")


async def test_a_dropped_socket_comes_back(slack: Slack, connect: Any) -> None:
    await connect(ping_interval=0.1)
    before = slack.connections[0]
    slack.drop_socket(0)
    assert slack.connections == []
    await slack.wait_connected()
    assert slack.connections[0] is not before


async def test_a_silent_socket_loses_what_is_sent_to_it(slack: Slack, app: AsyncApp, connect: Any) -> None:
    @app.command("/tea")
    async def tea(ack: Any) -> None:
        await ack("heard")

    await connect()
    slack.silence_socket(0)
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_told("operation_timeout")
    assert len(slack.connections) == 1


async def test_an_event_nobody_heard_comes_again_after_a_minute(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    events: list[dict[str, Any]] = []

    @app.event("message")
    async def message(body: dict[str, Any], request: Any = None) -> None:
        events.append(body)

    ana = slack.add_person("ana")
    room = slack.add_channel("room", members=[ana], with_app=True)
    await ana.types(room, "hello")
    await slack.settled()
    assert [d.retry_attempt for d in slack.sent] == [0, 1]
    await connect()
    await slack.settled()
    assert events == []
    slack.clock.advance(timedelta(minutes=1))
    await slack.settled()
    assert [body["event"]["text"] for body in events] == ["hello"]
    assert [d.retry_attempt for d in slack.sent] == [0, 1, 2]
    slack.clock.advance(timedelta(minutes=10))
    await slack.settled()
    assert len(events) == 1


async def test_events_only_reach_the_app_where_it_is_and_for_what_it_subscribed(
    slack: Slack, app: AsyncApp, connect: Any
) -> None:
    kinds: list[str] = []

    @app.use
    async def write_down(body: dict[str, Any], next: Any) -> None:  # noqa: A002 -- Bolt's name
        kinds.append(body["event"]["type"] + ":" + body["event"].get("subtype", ""))
        await next()

    @app.event(re.compile(".*"))
    async def ignore() -> None: ...

    await connect()
    ana = slack.add_person("ana")
    elsewhere = slack.add_channel("elsewhere", members=[ana])
    room = slack.add_channel("room", members=[ana])
    await ana.types(elsewhere, "not for the app")
    await ana.invites(slack.app, room)
    said = await ana.says(room, "hi @tea-bot")
    await ana.reacts(said, "pushpin")
    await ana.archives(elsewhere)
    await ana.removes(slack.app, room)
    await slack.settled()
    # The message "tea-bot has joined" was sent too, but Bolt keeps what an app did itself from its listeners.
    assert sorted(kinds) == [
        "app_mention:",
        "channel_archive:",
        "channel_left:",
        "member_joined_channel:",
        "message:",
        "reaction_added:",
    ]


async def test_an_eleventh_socket_is_refused(slack: Slack, connect: Any) -> None:
    for _ in range(10):
        await connect()
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.app_token}"}
        async with session.post(slack.api_url + "apps.connections.open", headers=headers) as answer:
            url = (await answer.json())["url"]
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["reason"] == "too_many_websockets"
    assert len(slack.connections) == 10


@pytest.mark.parametrize("where", ["#general", "@tea-bot"])
async def test_people_write_to_channels_and_to_the_app(slack: Slack, where: str) -> None:
    ana = slack.add_person("ana", tz="Europe/Berlin")
    message = await ana.says(where, "a < b & @ana")
    assert message.fallback == f"a &lt; b &amp; <@{ana.id}>"
    assert message.text == "a < b & @ana"
    await ana.edits(message, "changed")
    assert "ana: changed" in ana.reads(where)
    await ana.deletes(message)
    assert ana.sees(where) == []


async def test_a_bot_that_watches_its_pings_leaves_a_silent_socket(slack: Slack, connect: Any) -> None:
    await connect(ping_interval=0.1)
    silent = slack.connections[0]
    slack.silence_socket(0)
    async with asyncio.timeout(3):
        while slack.connections in ([], [silent]):
            await slack.changes.stirred()
    assert slack.connections[-1] is not silent


async def test_groups_and_everyone_can_be_mentioned(slack: Slack) -> None:
    ana = slack.add_person("ana")
    group = slack.add_usergroup("@oncall", members=[ana])
    message = await ana.says("#general", "@oncall and @here look at https://example.org/a")
    assert message.fallback == f"<!subteam^{group}> and <!here> look at <https://example.org/a>"
    assert "channel" in message.notifies
