"""A workspace with a small app in it, written against the real SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Slack

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Tea Bot"},
    "features": {
        "bot_user": {"display_name": "tea-bot"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/tea", "description": "Tea", "should_escape": True},
            {"command": "/raw", "description": "Raw", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Brew from this", "type": "message", "callback_id": "brew_message", "description": "d"},
            {"name": "Brew", "type": "global", "callback_id": "brew", "description": "d"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "channels:manage",
                "channels:read",
                "channels:history",
                "channels:join",
                "groups:write",
                "groups:read",
                "groups:history",
                "im:write",
                "im:read",
                "im:history",
                "pins:read",
                "pins:write",
                "bookmarks:read",
                "bookmarks:write",
                "reactions:read",
                "reactions:write",
                "users:read",
                "files:write",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "message.channels",
                "message.im",
                "app_mention",
                "app_home_opened",
                "member_joined_channel",
                "member_left_channel",
                "channel_archive",
                "channel_rename",
                "channel_left",
                "reaction_added",
            ]
        }
    },
}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack(MANIFEST, ack_timeout_s=0.3) as slack:
        yield slack


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    """The real SDK, without its own retries."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret="simulated-signing-secret")


@pytest.fixture
async def connect(slack: Slack, app: AsyncApp) -> AsyncIterator[Any]:
    """Calling it opens a Socket Mode connection of the app."""
    handlers: list[AsyncSocketModeHandler] = []

    async def open_socket(ping_interval: float = 10) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_interval)
        handlers.append(handler)
        await handler.connect_async()
        await slack.wait_connected(len(handlers))
        return handler

    yield open_socket
    for handler in handlers:
        await handler.close_async()
