"""Crises as files for people outside Slack. `record` names the people, the rest is form: Markdown, JSON or one HTML page."""

from __future__ import annotations

from bot.export.as_json import to_json
from bot.export.html import to_html
from bot.export.markdown import to_markdown
from bot.export.record import Record, record

__all__ = ["Record", "record", "to_html", "to_json", "to_markdown"]
