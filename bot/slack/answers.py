"""What Slack's answers mean for an order: done, try again later, or give up with words a person understands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.decision import Decision
from bot.domain.model import Incident
from bot.store.base import Posted


@dataclass(frozen=True, slots=True)
class Done:
    """Slack has it. `then` is what the crisis learns from it."""

    posted: Posted | None = None
    then: Callable[[Incident], Decision] | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` None: by the usual growing pause. `then` is what the crisis learns meanwhile."""

    why: str
    after: timedelta | None = None
    then: Callable[[Incident], Decision] | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Slack will not do it. `why` is a sentence for people; `then` is what the crisis learns instead of that sentence."""

    why: str
    then: Callable[[Incident], Decision] | None = None


Outcome = Done | Retry | GiveUp

# Slack's word that something on its side failed; the change may have been made all the same.
_SLACK_FAILED = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "rollup_error",
        "team_added_to_org",
    }
)
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
ARCHIVED = frozenset({"is_archived", "is_inactive"})
"""Slack's words for an archived channel; chat.update has one of its own (docs.slack.dev, chat.update)."""
NO_CHANNEL = ARCHIVED | {"not_in_channel", "channel_not_found"}
TOKEN_PROBLEMS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "org_login_required"}
)
"""The token is not usable now; an administrator may repair that, and nothing should be lost until then."""
PACED = "paced"
"""Why an edit waits that Slack would accept a little later; nothing is wrong."""
LIMITED = "ratelimited"
"""Why an order waits that Slack refused unread: it asked for too much at once."""
NETWORK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError)

SENTENCES = {
    "restricted_action": "This workspace does not let apps do that. An admin can allow it under Settings, Permissions.",
    "restricted_action_read_only_channel": "Only some people may write in that channel. Ask its manager to allow the app.",
    "cannot_create_channel": "This workspace does not let apps create channels. An admin can allow it.",
    "user_is_ultra_restricted": "This workspace does not let the app create channels.",
    "user_not_found": "Slack does not know this person any more; perhaps they left the workspace.",
    "user_disabled": "This person's account is deactivated.",
    "cannot_dm_bot": "That is a bot, which cannot be asked.",
    "messages_tab_disabled": "Direct messages from the app are switched off. Apply the app's manifest again to allow them.",
    "cant_invite": "Slack does not let me invite this person to the channel.",
    "ura_max_channels": "This guest may not be in more channels.",
    "user_is_restricted": "This guest may not be in that channel.",
    "user_team_not_in_channel": "This person belongs to another workspace.",
    "not_in_channel": "I am not in that channel. Invite me with `/invite`.",
    "channel_not_found": "I cannot see that channel. Invite me with `/invite`, or check the name in the settings.",
    "is_archived": "That channel is archived.",
    "is_inactive": "That channel is archived.",
    "thread_not_found": "The message it belongs under was deleted.",
    "too_many_pins": "The channel has as many pins as Slack allows.",
    "method_not_supported_for_channel_type": "Slack does not allow that in this kind of channel.",
}


def error_name(error: SlackApiError) -> str:
    """Slack's name for what went wrong; "" when the answer had none (a bare 5xx)."""
    return str(error.response.get("error") or "")


def meaning(error: Exception) -> Retry | GiveUp:
    """What to do about a call that failed with this."""
    if not isinstance(error, SlackApiError):
        return Retry(type(error).__name__)
    name = error_name(error)
    if is_limited(error):
        return Retry(LIMITED, retry_after(error))
    if error.response.status_code >= 500 or name in _SLACK_FAILED:
        return Retry(name or f"HTTP {error.response.status_code}")
    if name in TOKEN_PROBLEMS:
        return Retry(name, timedelta(minutes=1))
    return GiveUp(sentence(error))


def is_limited(error: SlackApiError) -> bool:
    """Does Slack ask us to wait?"""
    return error.response.status_code == 429 or error_name(error) in _LIMITED


def retry_after(error: SlackApiError) -> timedelta:
    """How long Slack asks us to wait; a second when it does not say."""
    said = str(error.response.headers.get("Retry-After") or error.response.headers.get("retry-after") or "1")
    return timedelta(seconds=int(said) if said.isdigit() else 1)


def sentence(error: SlackApiError) -> str:
    """Slack's refusal in words for the person who has to act on it."""
    name = error_name(error)
    if name == "missing_scope":
        needed = error.response.get("needed")
        lacks = f"the permission {needed}" if needed else "a permission for that"
        return f"The app lacks {lacks}. Whoever runs it can apply the manifest again and reinstall the app."
    if not name:
        return "Slack is not answering properly just now. Please try again in a minute."
    return SENTENCES.get(name, f"Slack said “{name.replace('_', ' ')}”.")
