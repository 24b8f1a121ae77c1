"""A playbook: the prepared answer to one kind of crisis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.severity import Severity

ROLES: Mapping[str, str] = {
    "lead": "Lead",
    "comms": "Comms",
    "community": "Community",
    "facts": "Facts",
    "legal": "Legal",
    "internal": "Internal",
    "exec": "Executive",
    "security": "Security",
    "safety": "Safety",
    "people": "People",
}
"""Every role, by key, with the word people read. (The deputy is a second person of a role; the bot is the scribe.)"""


def role_word(key: str) -> str:
    """The word people read for a role; an unknown one is shown as it is stored."""
    return ROLES.get(key, key)


STEPS_MAX = 40
"""Most steps one checklist may hold: all of them with their buttons fit one Slack form (100 blocks)."""
STEP_TITLE_MAX_CHARS = 150
"""Longest step title: two lines on a phone."""


@dataclass(frozen=True, slots=True)
class StepTemplate:
    """One step as a playbook describes it."""

    key: str
    title: str
    role: str
    due: Mapping[Severity, timedelta]
    """Time from opening to due, for each level; a level that is missing has no due time."""
    proof: str | None = None
    """What Done asks for; None: nothing."""
    guide: str | None = None
    """Help for a beginner, in Markdown."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """What to do, by whom and by when, for one kind of crisis."""

    key: str
    title: str
    when: str
    severity: Severity
    roles: tuple[str, ...]
    steps: tuple[StepTemplate, ...]
