"""The Web API answers as Slack documents it, asked by the real SDK."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Slack


@pytest.fixture
async def room(client: AsyncWebClient, slack: Slack) -> Channel:
    answer = await client.conversations_create(name="room")
    return slack.channel(answer["channel"]["id"])


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


async def test_a_bot_creates_a_channel_and_is_in_it(client: AsyncWebClient, slack: Slack) -> None:
    answer = await client.conversations_create(name="inc-1")
    channel = answer["channel"]
    assert channel["creator"] == slack.bot_user_id
    info = await client.conversations_info(channel=channel["id"], include_num_members=True)
    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (True, 1)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("Upper", "invalid_name_specials"),
        ("with space", "invalid_name_specials"),
        ("a.b", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
        ("general", "name_taken"),
    ],
)
async def test_channel_names_have_rules(client: AsyncWebClient, name: str, error: str) -> None:
    assert await error_of(client.conversations_create(name=name)) == error


async def test_an_archived_channel_keeps_its_name(client: AsyncWebClient, room: Channel) -> None:
    await client.conversations_archive(channel=room.id)
    assert await error_of(client.conversations_archive(channel=room.id)) == "already_archived"
    assert await error_of(client.conversations_create(name="room")) == "name_taken"


async def test_a_workspace_can_forbid_creating_channels(client: AsyncWebClient, slack: Slack) -> None:
    slack.team.only_admins_create_channels = True
    assert await error_of(client.conversations_create(name="x")) == "restricted_action"


async def test_nothing_can_be_done_in_an_archived_channel(
    client: AsyncWebClient, slack: Slack, room: Channel
) -> None:
    ana = slack.add_person("ana")
    posted = await client.chat_postMessage(channel=room.id, text="hello")
    await client.conversations_archive(channel=room.id)
    refused = [
        client.chat_postMessage(channel=room.id, text="x"),
        client.conversations_invite(channel=room.id, users=ana.id),
        client.conversations_setTopic(channel=room.id, topic="x"),
        client.pins_add(channel=room.id, timestamp=posted["ts"]),
        client.conversations_rename(channel=room.id, name="x"),
    ]
    assert [await error_of(call) for call in refused] == ["is_archived"] * 5
    assert await error_of(client.chat_update(channel=room.id, ts=posted["ts"], text="x")) == "is_inactive"


async def test_invites_are_all_or_nothing_unless_forced(
    client: AsyncWebClient, slack: Slack, room: Channel
) -> None:
    ana, gone = slack.add_person("ana"), slack.add_person("gone", deactivated=True)
    users = [gone.id, "U0NOBODY", ana.id]
    assert await error_of(client.conversations_invite(channel=room.id, users=users)) == "cant_invite"
    assert ana.id not in room.members
    answer = await client.conversations_invite(channel=room.id, users=users, force=True)
    assert [problem["error"] for problem in answer["errors"]] == ["cant_invite", "user_not_found"]
    assert ana.id in room.members
    assert await error_of(client.conversations_invite(channel=room.id, users=ana.id)) == "already_in_channel"
    assert (
        await error_of(client.conversations_invite(channel=room.id, users=slack.bot_user_id))
        == "cant_invite_self"
    )
    many = ",".join(["U1"] * 101)
    assert await error_of(client.conversations_invite(channel=room.id, users=many)) == "too_many_users"


async def test_a_single_channel_guest_is_in_one_channel_only(
    client: AsyncWebClient, slack: Slack, room: Channel
) -> None:
    guest = slack.add_person("guest", guest="single_channel")
    slack.add_channel("theirs", members=[guest])
    assert await error_of(client.conversations_invite(channel=room.id, users=guest.id)) == "ura_max_channels"


async def test_a_private_channel_does_not_exist_for_outsiders(client: AsyncWebClient, slack: Slack) -> None:
    secret = slack.add_channel("secret", private=True, members=[slack.add_person("ana")])
    assert await error_of(client.conversations_info(channel=secret.id)) == "channel_not_found"
    assert await error_of(client.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in listed["channels"]] == ["general"]


async def test_posting_needs_membership(client: AsyncWebClient, slack: Slack) -> None:
    general = slack.channel("general").id
    assert await error_of(client.chat_postMessage(channel=general, text="x")) == "not_in_channel"
    await client.conversations_join(channel=general)
    await client.chat_postMessage(channel="#general", text="x")


async def test_lists_are_paged(client: AsyncWebClient, slack: Slack) -> None:
    for number in range(5):
        slack.add_channel(f"c{number}")
    # The SDK turns the pages within one response object: each is looked at before the next.
    pages = [len(page["channels"]) async for page in await client.conversations_list(limit=4)]
    assert pages == [4, 2]
    names = [page["members"][0]["name"] async for page in await client.users_list(limit=1)]
    assert names == ["slackbot", "tea-bot"]
    assert await error_of(client.conversations_list(cursor="nonsense")) == "invalid_cursor"


async def test_topics_leave_a_system_message_and_have_a_limit(
    client: AsyncWebClient, slack: Slack, room: Channel
) -> None:
    await client.conversations_setTopic(channel=room.id, topic="Sev1")
    history = await client.conversations_history(channel=room.id)
    assert [m["subtype"] for m in history["messages"]] == ["channel_topic", "channel_join"]
    assert await error_of(client.conversations_setTopic(channel=room.id, topic="x" * 251)) == "too_long"


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient, room: Channel) -> None:
    metadata = {"event_type": "ping", "event_payload": {"id": "7"}}
    posted = await client.chat_postMessage(channel=room.id, text="x", metadata=metadata)
    plain = await client.conversations_history(channel=room.id, limit=1)
    full = await client.conversations_history(channel=room.id, limit=1, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata
    assert full["messages"][0]["ts"] == posted["ts"]
    big = {"event_type": "x", "event_payload": {"x": "y" * 20_000}}
    assert (
        await error_of(client.chat_postMessage(channel=room.id, text="x", metadata=big))
        == "metadata_too_large"
    )


async def test_history_honours_its_bounds(client: AsyncWebClient, room: Channel) -> None:
    stamps = [(await client.chat_postMessage(channel=room.id, text=str(n)))["ts"] for n in range(3)]
    assert stamps == sorted(set(stamps))

    async def texts(**bounds: Any) -> list[str]:
        answer = await client.conversations_history(channel=room.id, **bounds)
        return [m["text"] for m in answer["messages"] if not m.get("subtype")]

    assert await texts(oldest=stamps[0]) == ["2", "1"]
    assert await texts(oldest=stamps[0], inclusive=True) == ["2", "1", "0"]
    assert await texts(latest=stamps[1]) == ["0"]


async def test_threads_are_read_apart_from_the_channel(client: AsyncWebClient, room: Channel) -> None:
    parent = (await client.chat_postMessage(channel=room.id, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=room.id, text="reply", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel=room.id, text="deeper", thread_ts=reply)
    history = await client.conversations_history(channel=room.id, limit=1)
    assert (history["messages"][0]["text"], history["messages"][0]["reply_count"]) == ("parent", 2)
    replies = await client.conversations_replies(channel=room.id, ts=parent)
    assert [m["text"] for m in replies["messages"]] == ["parent", "reply", "deeper"]
    assert await error_of(client.conversations_replies(channel=room.id, ts="1.1")) == "thread_not_found"


async def test_messages_have_limits(client: AsyncWebClient, slack: Slack, room: Channel) -> None:
    post, channel = client.chat_postMessage, room.id
    # Straight to the method: the SDK warns of a missing text before Slack refuses it.
    empty = client.api_call("chat.postMessage", json={"channel": channel})
    assert await error_of(empty) == "no_text"
    ts = (await post(channel=channel, text="x" * 50_000))["ts"]
    assert len(room.messages[ts].body["text"]) == 40_000
    assert await error_of(client.chat_update(channel=channel, ts=ts, text="x" * 4001)) == "msg_too_long"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    assert await error_of(post(channel=channel, text="x", blocks=[section] * 5)) == "msg_blocks_too_long"
    with pytest.raises(SlackApiError) as refusal:
        await post(channel=channel, text="x", blocks=[{"type": "nonsense"}])
    assert refusal.value.response["error"] == "invalid_blocks"
    assert refusal.value.response["response_metadata"]["messages"]


async def test_an_update_without_text_keeps_and_with_text_drops_the_blocks(
    client: AsyncWebClient, room: Channel
) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "block"}}
    ts = (await client.chat_postMessage(channel=room.id, text="x", blocks=[section]))["ts"]
    metadata = {"event_type": "x", "event_payload": {}}
    await client.api_call("chat.update", json={"channel": room.id, "ts": ts, "metadata": metadata})
    assert "blocks" in room.messages[ts].body
    await client.chat_update(channel=room.id, ts=ts, text="only text")
    assert "blocks" not in room.messages[ts].body
    assert room.messages[ts].edited


async def test_only_own_messages_can_be_changed(client: AsyncWebClient, slack: Slack, room: Channel) -> None:
    ana = slack.add_person("ana")
    await client.conversations_invite(channel=room.id, users=ana.id)
    said = await ana.says(room, "mine")
    assert await error_of(client.chat_update(channel=room.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=room.id, ts=said.ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=room.id, ts="1.1", text="x")) == "message_not_found"


async def test_a_message_to_a_person_opens_the_direct_message(client: AsyncWebClient, slack: Slack) -> None:
    ana, gone = slack.add_person("ana"), slack.add_person("gone", deactivated=True)
    posted = await client.chat_postMessage(channel=ana.id, text="psst")
    assert posted["channel"].startswith("D")
    opened = await client.conversations_open(users=ana.id)
    assert opened["channel"]["id"] == posted["channel"]
    assert [message.text for message in ana.dms()] == ["psst"]
    assert await error_of(client.conversations_open(users=gone.id)) == "user_disabled"


async def test_ephemerals_reach_one_person_and_no_history(
    client: AsyncWebClient, slack: Slack, room: Channel
) -> None:
    ana, dana = slack.add_person("ana"), slack.add_person("dana")
    await client.conversations_invite(channel=room.id, users=ana.id)
    assert (
        await error_of(client.chat_postEphemeral(channel=room.id, user=dana.id, text="x"))
        == "user_not_in_channel"
    )
    await client.chat_postEphemeral(channel=room.id, user=ana.id, text="only you")
    await ana.is_told("only you")
    history = await client.conversations_history(channel=room.id)
    assert "only you" not in json.dumps(history.data)


async def test_pins_reactions_and_bookmarks(client: AsyncWebClient, room: Channel) -> None:
    ts = (await client.chat_postMessage(channel=room.id, text="x"))["ts"]
    await client.pins_add(channel=room.id, timestamp=ts)
    assert await error_of(client.pins_add(channel=room.id, timestamp=ts)) == "already_pinned"
    assert len((await client.pins_list(channel=room.id))["items"]) == 1
    await client.pins_remove(channel=room.id, timestamp=ts)
    assert await error_of(client.pins_remove(channel=room.id, timestamp=ts)) == "no_pin"
    await client.reactions_add(channel=room.id, timestamp=ts, name="eyes")
    assert (
        await error_of(client.reactions_add(channel=room.id, timestamp=ts, name="eyes")) == "already_reacted"
    )
    assert (await client.reactions_get(channel=room.id, timestamp=ts))["message"]["reactions"][0][
        "count"
    ] == 1
    await client.bookmarks_add(channel_id=room.id, title="Runbook", type="link", link="https://example.org")
    assert (await client.bookmarks_list(channel_id=room.id))["bookmarks"][0]["title"] == "Runbook"


async def test_a_file_is_uploaded_in_three_steps(client: AsyncWebClient, slack: Slack, room: Channel) -> None:
    await client.files_upload_v2(
        channel=room.id, content="a,b", filename="report.csv", initial_comment="Here"
    )
    ana = slack.add_person("ana")
    assert "[file: report.csv]" in ana.reads("#room")


async def test_tokens_and_scopes_are_checked(slack: Slack) -> None:
    assert await error_of(AsyncWebClient(base_url=slack.api_url).auth_test()) == "not_authed"
    assert await error_of(AsyncWebClient("xoxb-wrong", base_url=slack.api_url).auth_test()) == "invalid_auth"
    app = AsyncWebClient(slack.app_token, base_url=slack.api_url)
    assert await error_of(app.auth_test()) == "not_allowed_token_type"
    bot = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    with pytest.raises(SlackApiError) as refusal:
        await bot.dnd_info(user=slack.bot_user_id)
    answer = refusal.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "dnd:read")
    assert "chat:write" in answer["provided"]
    assert await error_of(bot.api_call("no.such.method")) == "unknown_method"


async def test_a_person_away_or_in_do_not_disturb_shows_as_slack_shows_it(
    client: AsyncWebClient, slack: Slack
) -> None:
    slack.team.manifest.scopes.append("dnd:read")
    ben, now = slack.add_person("ben"), slack.clock.now()

    async def window() -> tuple[bool, float, float]:
        found = await client.dnd_info(user=ben.id)
        assert "snooze_enabled" not in found, "Slack tells that only of one's own account"
        return found["dnd_enabled"], found["next_dnd_start_ts"], found["next_dnd_end_ts"]

    assert await window() == (False, 1, 1)
    await ben.does_not_disturb(since=now + timedelta(hours=1), until=now + timedelta(hours=2))
    start, end = int((now + timedelta(hours=1)).timestamp()), int((now + timedelta(hours=2)).timestamp())
    assert await window() == (True, start, end)
    slack.clock.advance(timedelta(hours=2))
    assert await window() == (False, 1, 1)
    await ben.is_away("On holiday", emoji=":palm_tree:", until=now + timedelta(hours=2))
    profile = (await client.users_info(user=ben.id))["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"]) == ("On holiday", ":palm_tree:")
    assert profile["status_expiration"] == end
    await ben.is_back()
    members = (await client.users_list())["members"]
    profile = next(m["profile"] for m in members if m["id"] == ben.id)
    assert (profile["status_text"], profile["status_expiration"]) == ("", 0)


@pytest.mark.parametrize("how", ["params", "data", "json"])
async def test_arguments_may_come_as_query_form_or_json(slack: Slack, how: str) -> None:
    room = slack.add_channel("room", with_app=True)
    blocks: Any = [{"type": "divider"}]
    args = {"channel": room.id, "text": "x", "blocks": blocks if how == "json" else json.dumps(blocks)}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        request = session.post(slack.api_url + "chat.postMessage", **{how: args})  # type: ignore[arg-type]
        async with request as answer:
            assert (await answer.json())["message"]["blocks"][0]["type"] == "divider"
    assert slack.calls[-1].args["channel"] == room.id
    assert slack.payloads[-1][1]["blocks"] == blocks


async def test_users_are_described(client: AsyncWebClient, slack: Slack) -> None:
    ana = slack.add_person("ana", real_name="Ana Lee", tz="Europe/Berlin", guest=True)
    user = (await client.users_info(user=ana.id))["user"]
    assert (user["tz"], user["tz_offset"], user["is_restricted"]) == ("Europe/Berlin", 3600, True)
    assert "email" not in user["profile"]
    assert await error_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    slack.deactivate(ana)
    assert (await client.users_info(user=ana.id))["user"]["deleted"] is True
