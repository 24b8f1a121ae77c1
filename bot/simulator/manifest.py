"""What the app's manifest declares to Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import CannotDo


class Manifest:
    """An app manifest, read the way Slack reads it."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        features = source.get("features", {})
        settings = source.get("settings", {})
        self.scopes: list[str] = list(source.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.bot_events: list[str] = list(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands: dict[str, dict[str, Any]] = {
            c["command"]: c for c in features.get("slash_commands", [])
        }
        self.shortcuts: list[dict[str, Any]] = list(features.get("shortcuts", []))
        self.app_name: str = source.get("display_information", {}).get("name", "app")
        self.bot_name: str = features.get("bot_user", {}).get("display_name", self.app_name)
        home = features.get("app_home", {})
        # Slack's default when a manifest says nothing: no Home tab.
        self.home_tab: bool = home.get("home_tab_enabled", False)
        self.messages_tab: bool = home.get("messages_tab_enabled", True)
        self.messages_read_only: bool = home.get("messages_tab_read_only_enabled", False)

    def shortcut(self, name: str, kind: str) -> dict[str, Any]:
        """The shortcut people find under ``name``; ``kind`` is "message" or "global"."""
        for shortcut in self.shortcuts:
            if shortcut["name"] == name and shortcut["type"] == kind:
                return shortcut
        offered = [s["name"] for s in self.shortcuts if s["type"] == kind]
        raise CannotDo(f"Slack offers no {kind} shortcut {name!r}; there are: {offered}")
