"""The same app behind a request URL, with signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.simulator import Slack


@pytest.fixture
async def seen(slack: Slack, app: AsyncApp) -> AsyncIterator[list[dict[str, str]]]:
    """The app listens on HTTP; the headers of what arrives."""
    headers: list[dict[str, str]] = []

    async def receive(request: web.Request) -> web.Response:
        headers.append(dict(request.headers))
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", receive)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield headers
    await runner.cleanup()


async def test_commands_and_presses_are_signed_forms(
    slack: Slack, app: AsyncApp, seen: list[dict[str, str]]
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}

    @app.command("/tea")
    async def tea(ack: Any) -> None:
        await ack(text="Sure", blocks=[{"type": "actions", "elements": [button]}])

    @app.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Gone", replace_original=True)

    ana = slack.add_person("ana")
    assert await slack.verify_request_url()
    await ana.types("#general", "/tea")
    reply = await ana.is_told("Go")
    await ana.clicks(reply, "Go")
    await ana.is_told("Gone")
    assert [message.text for message in ana.sees("#general")] == ["Gone"]
    assert all(headers["X-Slack-Signature"].startswith("v0=") for headers in seen)


async def test_a_wrong_signature_is_refused_by_the_app(slack: Slack, app: AsyncApp, seen: list[Any]) -> None:
    slack.signing_secret = "another"
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_told("dispatch_failed")


async def test_events_are_retried_with_headers(
    slack: Slack, app: AsyncApp, seen: list[dict[str, str]]
) -> None:
    texts: list[str] = []
    healthy = False

    @app.middleware
    async def sick(next: Any) -> Any:  # noqa: A002 -- Bolt's name
        if healthy:
            return await next()
        from slack_bolt import BoltResponse

        return BoltResponse(status=500)

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    ana = slack.add_person("ana")
    await ana.types("@tea-bot", "hello")
    await slack.settled()
    healthy = True
    slack.clock.advance(timedelta(minutes=1))
    await slack.settled()
    assert texts == ["hello"]
    assert [headers.get("X-Slack-Retry-Num") for headers in seen] == [None, "1", "2"]
    assert seen[1]["X-Slack-Retry-Reason"] == "http_error"


async def test_nobody_listening_is_a_failed_dispatch(slack: Slack) -> None:
    slack.request_url = "http://127.0.0.1:9/nothing"
    ana = slack.add_person("ana")
    await ana.types("#general", "/tea")
    await ana.is_told("dispatch_failed")
