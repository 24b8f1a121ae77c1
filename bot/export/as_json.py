"""A crisis as JSON, for programs: everything the record holds, and every timeline entry as it was appended.

Format 1. Moments are ISO 8601 in UTC (`2026-03-02T09:00:00Z`), days `2026-12-01`, lengths of time seconds under a key that ends
in `_s`, people `{"id", "name"}` (in `entries`: the id alone), severities `SEV1` to `SEV4`. A key that has no value is null.
A later format may add keys; the number grows when one changes its meaning or goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import Field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.severity import Severity
from bot.export.record import Record

FORMAT = 1

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control characters that JSON leaves alone, line ends of JavaScript, marks that turn text around in a terminal."""


def to_json(records: Sequence[Record]) -> str:
    """One JSON document that ends in a line break: `{"format": 1, "crises": […]}`. What was typed reads back byte for byte."""
    crises = [_plain(record) | {"entries": [_entry(e) for e in record.entries]} for record in records]
    text = json.dumps({"format": FORMAT, "crises": crises}, ensure_ascii=False, indent=2)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _entry(entry: object) -> dict[str, Any]:
    return {"kind": type(entry).__name__, **_plain(entry)}


def _plain(value: Any) -> Any:
    """The value as JSON knows it."""
    match value:
        case Severity():
            return value.label
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return int(seconds) if seconds.is_integer() else seconds
        case tuple():
            return [_plain(one) for one in value]
        case None | bool() | int() | str():
            return value
        case _ if is_dataclass(value):
            return {_key(field): _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _key(field: Field[Any]) -> str:
    """The field's name; with its unit when it is a length of time, also one that is missing."""
    return f"{field.name}_s" if "timedelta" in str(field.type) else field.name
