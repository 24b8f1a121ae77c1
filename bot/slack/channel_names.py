"""Names of crisis channels."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.model import Incident
from bot.slack.limits import CHANNEL_NAME_MAX_CHARS

_SPELLED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe", "þ": "th"})


def channel_name(incident: Incident, attempt: int) -> str:
    """`crisis-12-slug-of-the-title`; for a private crisis the number alone. `attempt` counts from 0 and makes it another name.

    Slack takes small letters, digits, `-` and `_` (docs.slack.dev, conversations.create).
    """
    base = f"crisis-{incident.number}"
    ending = f"-{attempt + 1}" if attempt else ""
    slug = "" if incident.private else slugged(incident.title)
    room = CHANNEL_NAME_MAX_CHARS - len(base) - len(ending) - 1
    return base + (f"-{slug[:room].rstrip('-')}" if slug else "") + ending


def slugged(title: str) -> str:
    """Small letters and digits with single hyphens; "" when the title has none (emoji, another script)."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
