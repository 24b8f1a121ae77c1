"""The Slack app's manifest, made from what is registered, so that it cannot drift from the code."""

from __future__ import annotations

import json
from typing import Any

from handlers._registry import Registry

SCOPES = {
    "channels:history": "read a message that is put on the timeline; find our own after a lost answer",
    "channels:join": "join the announcement channel, and come back into a public crisis channel",
    "channels:manage": "create, archive and invite to public crisis channels; set their topic",
    "channels:read": "find the announcement channel; hear who joins",
    "chat:write": "post and edit messages",
    "commands": "the command /crisis and the message shortcuts",
    "dnd:read": "see who is in do-not-disturb, so that the lead hears of it when they are asked",
    "groups:history": "the same in private crisis channels",
    "groups:read": "the same in private crisis channels",
    "groups:write": "create, archive and invite to private crisis channels; set their topic",
    "im:history": "find our own direct message after a lost answer",
    "im:write": "open a direct message",
    "pins:write": "pin the summary and the checklist",
    "reactions:read": "hear of the :pushpin: reaction",
    "users:read": "find a person by @name; see who is deactivated or a guest",
}
"""Every scope, and what for."""


def manifest(registry: Registry) -> dict[str, Any]:
    """The manifest to paste when the app is created (Slack: Create New App, From a manifest). Socket Mode is on."""
    return {
        "display_information": {
            "name": "crisis-bot",
            "description": "Opens a crisis channel, keeps the checklist moving, and remembers what was learned.",
            "background_color": "#7a1f2b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "crisis-bot", "always_online": True},
            "shortcuts": [
                {"name": s.name, "type": "message", "callback_id": s.callback_id, "description": s.does}
                for s in registry.shortcuts.values()
            ],
            "slash_commands": [
                {
                    "command": "/crisis",
                    "description": "Open and run a crisis",
                    "usage_hint": "open sev2 TITLE | list | help",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(registry.events)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def as_json(registry: Registry) -> str:
    """The manifest as the repository holds it."""
    return json.dumps(manifest(registry), indent=2) + "\n"
