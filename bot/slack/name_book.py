"""People's names for what is written outside Slack."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.answers import NETWORK_ERRORS
from bot.slack.people import People

WITHIN_S = 10.0


async def names(settings: Settings, *, warn: Callable[[str], object]) -> Callable[[str], str]:
    """How to write a person: by the name Slack knows, where there is a token and Slack answers; else by the id."""
    known: dict[str, str] = {}
    if settings.slack_bot_token is not None:
        token = settings.slack_bot_token.get_secret_value()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S)) as session:
            web = AsyncWebClient(
                token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[]
            )
            try:
                known = await People(web).names()
            except (SlackApiError, *NETWORK_ERRORS) as error:
                warn(f"Slack did not tell people's names ({type(error).__name__}); they are written as ids.")
    return lambda person: known.get(person, person)
