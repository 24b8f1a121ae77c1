"""Buttons and menus as the views draw them; which there are is decided where they are handled (handlers/).

A control carries ids and never data: its value is `number|key|version` (crisis, step key or ping id or action id, the version
it was drawn for). A menu's options name their action first: `action|number|key|version`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.model import Incident

MENU = "menu"
"""action_id prefix of every overflow menu and select whose options name their own action."""


_VALUE = re.compile(r"([0-9]{1,9})\|([^|]*)\|([0-9]{1,9})")
"""No number of ours is longer, and the database takes none beyond 64 bits."""


class Place(StrEnum):
    """Where a control stands."""

    STEP = "step"
    STEP_MENU = "step menu"
    PING = "ping"
    CHECK = "check"
    PANEL = "panel"
    ANSWER = "answer"
    """In an answer to one person that offers the button that fixes it; drawn by name, not by place."""
    ACTION_ITEM = "action item"
    LEGAL = "legal clock"


@dataclass(frozen=True, slots=True)
class Target:
    """What a control is about."""

    number: int
    key: str = ""
    version: int = 0

    @property
    def value(self) -> str:
        return f"{self.number}|{self.key}|{self.version}"

    @property
    def id(self) -> int:
        """The key of what is counted: pings, action items. 0, which none of them has, for a key that is no number."""
        return int(self.key) if re.fullmatch(r"[0-9]{1,9}", self.key) else 0

    @classmethod
    def read(cls, value: str) -> Target:
        """The target a control's value names. Raises ValueError for anything we did not write."""
        found = _VALUE.fullmatch(value)
        if found is None:
            raise ValueError(f"{value[:40]!r} is no value of a control")
        return cls(int(found[1]), found[2], int(found[3]))


def always(_incident: Incident, _about: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Control:
    """One thing a person can press or choose."""

    action: str
    label: str
    place: Place
    shown_when: Callable[[Incident, Any], bool] = always
    """(crisis, step or ping or None) -> is it offered?"""
    choices: tuple[tuple[str, str], ...] = ()
    """(label, choice): then it is a menu with this label; the choice reaches the handler."""
    style: str | None = None
    """"primary" or "danger"; never the only sign of what it does."""


class Controls:
    """All controls, by place, in the order they were registered."""

    def __init__(self, controls: Iterable[Control]) -> None:
        self._all = tuple(controls)

    def shown(self, place: Place, incident: Incident, about: Any = None) -> list[Control]:
        return [c for c in self._all if c.place is place and c.shown_when(incident, about)]

    def named(self, action: str) -> Control:
        return next(c for c in self._all if c.action == action)
