"""A call of the Web API: its arguments as Slack reads them, and the log of all calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.simulator.errors import SlackError


@dataclass
class Call:
    """One call as logged. ``ok`` is None until it is answered, and stays None if it never was."""

    method: str
    args: dict[str, Any]
    at: datetime
    connection_id: int
    ok: bool | None = None
    error: str | None = None


class Arguments:
    """Arguments of a call: the SDK uses query, form and JSON, so each value may be text or already JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def text(self, name: str, default: str = "") -> str:
        """The value as text, ``default`` if absent."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """The value as text. Raises ``error`` if it is absent or empty."""
        value = self.text(name)
        if value:
            return value
        details = [f"[ERROR] missing required field: {name}"] if error == "invalid_arguments" else []
        raise SlackError(error, details)

    def flag(self, name: str, default: bool = False) -> bool:
        """The value as yes or no."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in ("1", "true", "yes")

    def number(self, name: str, default: int) -> int:
        """The value as a whole number."""
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise SlackError("invalid_arguments", [f"[ERROR] must be an integer: {name}"]) from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """The value as JSON, None if absent. Raises ``error`` if it cannot be parsed."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """The value as a list, given with commas or as JSON."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        text = self.text(name)
        if text.startswith("["):
            return [str(item) for item in self.json(name)]
        return [part.strip() for part in text.split(",") if part.strip()]


async def read_arguments(request: web.Request) -> Arguments:
    """The arguments of the request, wherever they were put. Raises invalid_json, json_not_object."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        values |= body
    elif request.method == "POST":
        values |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(values)
