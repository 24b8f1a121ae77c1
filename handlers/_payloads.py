"""Reading what Slack sends: which kind of thing it is, what was pressed, and what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.controls import MENU, Target

COMMAND = "/crisis"


def kind_of(body: Mapping[str, Any]) -> str:
    """What was delivered: event, command, form, action, shortcut; "other" for what the manifest never asked for."""
    match body.get("type"):
        case "event_callback":
            return "event"
        case "block_actions":
            return "action"
        case "view_submission" | "view_closed":
            return "form"
        case "message_action" | "shortcut":
            return "shortcut"
        case _:
            return "command" if body.get("command") == COMMAND else "other"


def pressed(action: Mapping[str, Any]) -> tuple[str, str, str]:
    """Action, choice and value of a press; a menu's options name their own action."""
    name = str(action.get("action_id") or "")
    if name == MENU or name.startswith(f"{MENU}."):
        name, choice, value = str((action.get("selected_option") or {}).get("value") or "||").split("|", 2)
        return name, choice, value
    return name, "", str(action.get("value") or "")


def target_of(value: str) -> Target | None:
    """What a control is about; None for a value that is not ours."""
    try:
        return Target.read(value)
    except ValueError:
        return None


def metadata_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """What was put into a form when it was opened; empty for one that is not ours."""
    try:
        read = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
