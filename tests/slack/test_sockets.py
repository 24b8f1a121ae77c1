"""Socket Mode connections that are renewed, dropped and go deaf, without a delivery being lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.manifest import manifest
from bot.simulator import Person, Slack
from bot.slack.sockets import Sockets

PING_EVERY_S = 0.05
DEAF_FOR_S = 0.3


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack(manifest(handlers.load()), ack_timeout_s=0.5) as there:
        yield there


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.add_person("ana")


class Heard:
    """An app that remembers what it heard, and takes its time to answer."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.takes_s = 0.0

    async def __call__(self, req: Any) -> BoltResponse:
        await asyncio.sleep(self.takes_s)
        self.texts.append(req.body.get("text") or req.body["event"]["type"])
        return BoltResponse(status=200, body={"text": "heard"})


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def sockets(slack: Slack, heard: Heard) -> AsyncIterator[Sockets]:
    async with aiohttp.ClientSession() as session:
        made = Sockets(
            _bolt(slack, heard, session), slack.app_token, ping_every_s=PING_EVERY_S, deaf_for_s=DEAF_FOR_S
        )
        assert await made.connect(within_s=5)
        await slack.wait_connected(2)
        yield made
        await made.close()


def _bolt(slack: Slack, heard: Heard, session: aiohttp.ClientSession) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1")

    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
    bolt = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)

    @bolt.middleware
    async def hear(req, resp, next):  # type: ignore[no-untyped-def]  # noqa: A002
        return await heard(req)

    return bolt


async def _until(look: Any, within_s: float = 8.0) -> None:
    async with asyncio.timeout(within_s):
        while not await look():
            await asyncio.sleep(0.01)


async def says(ana: Person, word: str) -> bool:
    """The command arrived and was answered."""
    before = len(ana.sees("#general"))
    await ana.types("#general", f"/crisis {word}")
    return any("heard" in m.text for m in ana.sees("#general")[before:])


async def test_a_renewed_connection_loses_nothing(
    slack: Slack, ana: Person, heard: Heard, sockets: Sockets
) -> None:
    old = set(slack.connections)
    for number in (0, 1):
        await slack.refresh_socket(number)
        assert await says(ana, f"during {number}")

    async def renewed() -> bool:
        return len([s for s in slack.connections if s not in old]) == 2 and await sockets.up() == 2

    await _until(renewed)
    assert await says(ana, "after")
    assert heard.texts == ["during 0", "during 1", "after"]


async def test_a_dropped_connection_comes_back_and_the_other_listens_meanwhile(
    slack: Slack, ana: Person, heard: Heard, sockets: Sockets
) -> None:
    slack.drop_socket()
    assert await says(ana, "meanwhile")

    async def back() -> bool:
        return len(slack.connections) == 2 and await sockets.up() == 2

    await _until(back)
    assert heard.texts == ["meanwhile"]


async def test_a_connection_that_went_deaf_is_noticed_and_made_anew(
    slack: Slack, ana: Person, heard: Heard, sockets: Sockets
) -> None:
    deaf = list(slack.connections)
    for number in (0, 1):
        slack.silence_socket(number)
    assert not await says(ana, "into the void")

    async def hears_again() -> bool:
        await sockets.watch()
        return len([s for s in slack.connections if s not in deaf]) >= 2 and await sockets.up() == 2

    await _until(hears_again)

    async def arrives() -> bool:
        return await says(ana, "again")

    await _until(arrives)
    assert "into the void" not in heard.texts


async def test_connections_the_client_gave_up_on_are_thrown_away_by_the_watchdog(
    slack: Slack, ana: Person, sockets: Sockets
) -> None:
    for line in sockets._lines:
        line._client.auto_reconnect_enabled = line._client.default_auto_reconnect_enabled = False
    while slack.connections:
        slack.drop_socket()

    async def nothing() -> bool:
        return await sockets.up() == 0

    await _until(nothing)

    async def made_anew() -> bool:
        await sockets.watch()
        return await sockets.up() == 2

    await _until(made_anew)
    assert await says(ana, "again")


async def test_while_slack_is_away_nothing_is_up_and_afterwards_everything(
    slack: Slack, ana: Person, sockets: Sockets
) -> None:
    slack.faults.add("apps.connections.open", "http_503", times=None)
    while slack.connections:
        slack.drop_socket()

    async def nothing() -> bool:
        return await sockets.up() == 0

    await _until(nothing)
    slack.faults.clear()

    async def everything() -> bool:
        await sockets.watch()
        return await sockets.up() == 2

    await _until(everything)
    assert await says(ana, "again")


async def test_what_had_come_in_is_answered_before_the_goodbye(
    slack: Slack, ana: Person, heard: Heard, sockets: Sockets
) -> None:
    heard.takes_s = 0.1
    asking = [asyncio.create_task(says(ana, f"number {n}")) for n in range(5)]

    async def all_came_in() -> bool:
        return sum(line._handler.unanswered for line in sockets._lines) == 5

    await _until(all_came_in)
    await sockets.close()
    await asyncio.gather(*asking)
    assert sorted(heard.texts) == [f"number {n}" for n in range(5)]
    assert ana.reads("#general").count("heard") == 5
    assert slack.connections == []


async def test_a_dead_connection_that_is_thrown_away_leaves_nothing_behind(
    slack: Slack, heard: Heard
) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = Sockets(_bolt(slack, heard, session), slack.app_token)
        assert await sockets.connect(within_s=5)
        await slack.wait_connected(2)
        for connection in slack.connections:
            assert connection.transport is not None
            connection.transport.pause_reading()  # the goodbye stays without an answer
        clients = [line._client for line in sockets._lines]
        async with asyncio.timeout(3):
            await asyncio.gather(*(line.close() for line in sockets._lines))
        await asyncio.sleep(0)
        assert all(client.aiohttp_client_session.closed for client in clients)
        assert all(client.message_processor.done() for client in clients)


@pytest.mark.parametrize("error", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_a_token_that_slack_refuses_is_said_at_once(slack: Slack, heard: Heard, error: str) -> None:
    slack.faults.add("apps.connections.open", error, times=None)
    async with aiohttp.ClientSession() as session:
        made = Sockets(_bolt(slack, heard, session), slack.app_token)
        with pytest.raises(SlackApiError):
            await made.connect(within_s=5)


async def test_a_slack_in_trouble_is_waited_for(slack: Slack, heard: Heard) -> None:
    slack.faults.add("apps.connections.open", "http_503", times=3)
    async with aiohttp.ClientSession() as session:
        made = Sockets(_bolt(slack, heard, session), slack.app_token, ping_every_s=PING_EVERY_S)
        assert await made.connect(within_s=5)
        await made.close()
