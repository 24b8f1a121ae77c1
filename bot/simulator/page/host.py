"""What the one who runs the page may add to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.simulator.person import Person


@dataclass(frozen=True)
class Become:
    """A link to be somebody else (their handle), in the conversation with this id; "": where one is."""

    handle: str
    label: str
    place: str = ""


@dataclass(frozen=True)
class Panel:
    """A side panel the host fills: a title, paragraphs in mrkdwn, how far one is, and buttons (id, label).

    `place`: the conversation (id) that the sidebar points at. `folded`: only the first button is shown, in the bar.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    buttons: tuple[tuple[str, str], ...] = ()
    become: Become | None = None
    place: str = ""
    folded: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def _nothing_due() -> datetime | None:
    return None


async def _no_answer(_person: Person, _button: str) -> None:
    return None


@dataclass
class Host:
    """The page's questions to whoever runs it; the simulator itself has no answer to them."""

    next_due: Callable[[], Awaitable[datetime | None]] = _nothing_due
    """When something will happen next in the world outside Slack; None: nothing will."""
    panel: Callable[[Person], Panel | None] = lambda _person: None
    """The side panel for this person; `Page.panel_changed` says that it is different now."""
    on_panel: Callable[[Person, str], Awaitable[None]] = _no_answer
    """A button of the panel was pressed."""
