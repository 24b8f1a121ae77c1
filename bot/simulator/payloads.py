"""The payloads Slack sends when a person does something, key by key as Slack sends them."""

from __future__ import annotations

from typing import Any

from bot.simulator.inputs import state_values
from bot.simulator.state import Channel, Message, User
from bot.simulator.team import Team
from bot.simulator.views import View

VERIFICATION_TOKEN = "deprecated-verification-token"  # noqa: S105 -- made up


def event(team: Team, inner: dict[str, Any]) -> dict[str, Any]:
    """An event_callback around ``inner``."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": team.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": team.new_id("Ev"),
        "event_time": team.epoch(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": team.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": team.new_id("4-"),
    }


def slash(
    team: Team, user: User, channel: Channel, command: str, text: str, *, response_url: str, trigger_id: str
) -> dict[str, Any]:
    """A slash command; every value is a string, as in the form it once was."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def channel_name(channel: Channel) -> str:
    """The name in payloads: Slack does not tell an app what a private channel or a DM is called."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage"}[channel.kind]


def block_actions(
    team: Team, user: User, action: dict[str, Any], *, trigger_id: str, surface: dict[str, Any]
) -> dict[str, Any]:
    """A press on a button or a choice in a menu; ``surface`` is from ``on_message`` or ``on_view``."""
    return {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": team.app_id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        **surface,
        "actions": [action],
    }


def on_message(channel: Channel, message: Message, response_url: str) -> dict[str, Any]:
    """The surface of a press in a message; an ephemeral comes without it, for Slack did not keep it."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    surface: dict[str, Any] = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state_values(message.values)},
        "response_url": response_url,
    }
    if message.visible_to is None:
        surface["message"] = message.as_dict()
    return surface


def on_view(team: Team, view: View) -> dict[str, Any]:
    """The surface of a press in a modal or a Home tab."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_dict(team)}


def view_submission(team: Team, user: User, view: View, trigger_id: str) -> dict[str, Any]:
    """A form was sent."""
    return {
        "type": "view_submission",
        **_who(team, user),
        "trigger_id": trigger_id,
        "view": view.as_dict(team),
        "response_urls": [],
    }


def view_closed(team: Team, user: User, view: View, *, cleared: bool) -> dict[str, Any]:
    """A form with notify_on_close was closed without sending it."""
    return {"type": "view_closed", **_who(team, user), "view": view.as_dict(team), "is_cleared": cleared}


def message_shortcut(
    team: Team,
    user: User,
    channel: Channel,
    message: Message,
    callback_id: str,
    *,
    trigger_id: str,
    response_url: str,
) -> dict[str, Any]:
    """A shortcut from a message's menu."""
    return {
        "type": "message_action",
        **_who(team, user),
        "action_ts": team.new_ts(),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message.as_dict(),
    }


def global_shortcut(team: Team, user: User, callback_id: str, trigger_id: str) -> dict[str, Any]:
    """A shortcut from the lightning menu: no channel, no message, no response_url."""
    return {
        "type": "shortcut",
        **_who(team, user),
        "action_ts": team.new_ts(),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
    }


def _who(team: Team, user: User) -> dict[str, Any]:
    return {
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": team.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
