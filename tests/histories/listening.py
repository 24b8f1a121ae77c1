"""What is listened for while a history is played, and must not be heard: failures of ours, and what Slack would not take."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from bot.simulator import Slack
from tests.slack.judging import independent_view, independently

FAILURES = ("Something went wrong", "Traceback", "trouble connecting", "failed with the error")
_LOUD = re.compile(r"(?<!<)!")
_DISCARDED = re.compile(r"<![^>]*>|https?://\S+")


@contextmanager
def listened() -> Iterator[list[str]]:
    """Every line that is logged at ERROR or above, by us or by a library, while this lasts."""
    heard: list[str] = []

    def hear(_: Any, method: str, event: Any) -> Any:
        if method in ("error", "critical", "exception", "fatal"):
            heard.append(str(event))
        return event

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(f"{record.name}: {record.getMessage()}")

    processors = structlog.get_config()["processors"]
    ear = Ear(logging.ERROR)
    processors.insert(0, hear)
    logging.getLogger().addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(ear)
        if hear in processors:
            processors.remove(hear)


def no_trouble(slack: Slack, errors: list[str]) -> None:
    """Nothing was logged as an error, nobody met a failure, and Slack takes every message and form as it was sent."""
    assert errors == []
    for kind, payload in _once(slack):
        text = json.dumps(payload, ensure_ascii=False)
        assert not [f for f in FAILURES if f in text], text
        if kind == "view":
            independent_view(payload)
        elif payload.get("blocks"):
            independently(str(payload.get("text") or ""), _blocks(payload))
    for channel in slack.team.channels.values():
        for message in [*channel.messages.values(), *channel.ephemerals]:
            assert not message.trouble
            assert not [f for f in FAILURES if f in str(message.body.get("text", ""))], message.body


def said_calmly(slack: Slack) -> None:
    """No exclamation marks. (For histories in which no person types one either.)"""
    for _, payload in _once(slack):
        for text in _texts(payload):
            assert not _LOUD.search(_DISCARDED.sub("", text)), text


def _once(slack: Slack) -> list[tuple[str, dict[str, Any]]]:
    different = {
        json.dumps([kind, payload], sort_keys=True): (kind, payload) for kind, payload in slack.payloads
    }
    return list(different.values())


def _blocks(payload: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = payload["blocks"]
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
