"""Rate limits, faults and the clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Clock, Slack
from tests.simulator.conftest import MANIFEST


@pytest.fixture
def room(slack: Slack) -> Channel:
    return slack.add_channel("room", with_app=True)


async def test_too_many_calls_are_refused_until_the_clock_moved() -> None:
    async with Slack(MANIFEST, rate_limits=True) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        for number in range(20):
            await client.conversations_create(name=f"c{number}")
        with pytest.raises(SlackApiError) as refusal:
            await client.conversations_create(name="one-too-many")
        response = refusal.value.response
        assert (response.status_code, response["error"]) == (429, "ratelimited")
        assert int(response.headers["Retry-After"]) == 3
        slack.clock.advance(timedelta(seconds=3))
        await client.conversations_create(name="now-it-works")


async def test_messages_are_limited_per_channel() -> None:
    async with Slack(MANIFEST, rate_limits=True) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        one, other = slack.add_channel("one", with_app=True), slack.add_channel("other", with_app=True)
        for _ in range(5):
            await client.chat_postMessage(channel=one.id, text="x")
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel=one.id, text="x")
        await client.chat_postMessage(channel=other.id, text="x")


async def test_scripted_faults_hit_the_calls_they_name(
    slack: Slack, client: AsyncWebClient, room: Channel
) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", retry_after=7)
    slack.faults.add("chat.postMessage", "http_503")
    slack.faults.add("chat.postMessage", "internal_error", when=lambda args: args["text"] == "b")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=room.id, text="a")
    assert limited.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError) as broken:
        await client.chat_postMessage(channel=room.id, text="a")
    assert broken.value.response.status_code == 503
    await client.chat_postMessage(channel=room.id, text="a")
    with pytest.raises(SlackApiError) as wrong:
        await client.chat_postMessage(channel=room.id, text="b")
    assert wrong.value.response["error"] == "internal_error"
    assert [call.error for call in slack.calls] == ["ratelimited", "http_503", None, "internal_error"]


@pytest.mark.parametrize(("kind", "kept"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_may_come_before_or_after_the_change(
    slack: Slack, client: AsyncWebClient, room: Channel, kind: str, kept: int
) -> None:
    slack.faults.add("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=room.id, text="x")
    assert len(room.messages) == kept


async def test_a_call_may_hang_until_the_client_gives_up(slack: Slack, room: Channel) -> None:
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=0.05)  # type: ignore[arg-type]
    slack.faults.add("chat.postMessage", "hang")
    with pytest.raises(asyncio.TimeoutError):
        await client.chat_postMessage(channel=room.id, text="x")
    assert room.messages == {}
    await slack.settled()


async def test_distance_is_paid_per_call_and_per_connection(slack: Slack) -> None:
    slack.latency.per_call_s, slack.latency.per_connection_s = 0.01, 0.05
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session)
        started = time.monotonic()
        await client.auth_test()
        await client.auth_test()
    assert 0.07 <= time.monotonic() - started < 0.5
    assert {call.connection_id for call in slack.calls} == {1}


async def test_the_clock_stands_still_moves_and_runs() -> None:
    clock = Clock(datetime(2026, 3, 1, tzinfo=UTC))
    start = clock.now()
    assert clock.now() == start
    rang: list[datetime] = []
    clock.call_at(start + timedelta(minutes=5), lambda: rang.append(clock.now()))
    clock.advance(timedelta(minutes=10))
    assert rang == [start + timedelta(minutes=5)]
    assert clock.now() == start + timedelta(minutes=10)
    clock.set(start)
    assert clock.now() == start
    running = asyncio.ensure_future(clock.run())
    clock.speed = 3600
    await asyncio.wait_for(clock.sleep_until(start + timedelta(seconds=36)), 2)
    assert clock.now() >= start + timedelta(seconds=36)
    running.cancel()


async def test_response_urls_work_five_times_in_half_an_hour(slack: Slack, room: Channel) -> None:
    ana = slack.add_person("ana")
    url = slack.response_urls.new(ana.id, room)
    old = slack.response_urls.new(ana.id, room)
    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(url, json={"text": f"n{number}", "replace_original": True}) as answer:
                assert answer.status == (200 if number < 5 else 404)
        slack.clock.advance(timedelta(minutes=31))
        async with session.post(old, json={"text": "late"}) as answer:
            assert (await answer.json())["error"] == "expired_url"
    assert [message.text for message in ana.sees("#room")] == ["n4"]


@pytest.mark.parametrize(("kind", "shown"), [("reset_before", []), ("reset_after", ["lost"])])
async def test_answers_through_a_response_url_get_lost_before_or_after_they_are_shown(
    slack: Slack, room: Channel, kind: str, shown: list[str]
) -> None:
    ana = slack.add_person("ana")
    slack.faults.add("response_url", kind)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.post(slack.response_urls.new(ana.id, room), json={"text": "lost"})
    assert [message.text for message in ana.sees("#room")] == shown


async def test_a_response_url_fails_on_request_like_a_method(slack: Slack, room: Channel) -> None:
    ana = slack.add_person("ana")
    url = slack.response_urls.new(ana.id, room)
    for kind, times in (("expired_url", 1), ("http_500", 1), ("reset_after", 1)):
        slack.faults.add("response_url", kind, times, when=lambda args: args["user"] == ana.id)
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"text": "one"}) as expired:
            assert (expired.status, (await expired.json())["error"]) == (404, "expired_url")
        async with session.post(url, json={"text": "two"}) as broken:
            assert broken.status == 500
        with pytest.raises(aiohttp.ClientError):
            await session.post(url, json={"text": "three"})
    assert [message.text for message in ana.sees("#room")] == ["three"]


async def test_a_missing_scope_is_named_as_slack_names_it(slack: Slack, client: AsyncWebClient) -> None:
    slack.faults.add("conversations.list", "missing_scope")
    with pytest.raises(SlackApiError) as refusal:
        await client.conversations_list()
    assert refusal.value.response["needed"] == "channels:read"


async def test_changes_are_fed_to_subscribers(slack: Slack, client: AsyncWebClient) -> None:
    kinds: list[str] = []
    unsubscribe = slack.changes.subscribe(lambda change: kinds.append(change.kind))
    created = await client.conversations_create(name="room")
    await client.conversations_archive(channel=created["channel"]["id"])
    unsubscribe()
    await client.conversations_create(name="unseen")
    assert kinds == ["channel_created", "message_posted", "message_posted", "channel_archived"]


async def test_changes_can_be_followed(slack: Slack, client: AsyncWebClient, room: Channel) -> None:
    async def first() -> str:
        async for change in slack.changes:
            return change.detail["message"]["text"]
        return ""

    following = asyncio.ensure_future(first())
    await asyncio.sleep(0)
    await client.chat_postMessage(channel=room.id, text="hello")
    assert await following == "hello"


async def test_a_workspace_closes_with_deliveries_under_way() -> None:
    async with Slack(MANIFEST) as slack:
        ana = slack.add_person("ana")
        await ana.says("@tea-bot", "hello")
