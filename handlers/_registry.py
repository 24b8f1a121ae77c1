"""What a person can do: commands, buttons, forms, shortcuts; and what Slack tells by itself: events.

Every handler module registers its functions here with a decorator; `load` in `handlers` imports them all. A handler's
docstring is its help text. Whatever is registered twice, or without a word on what it does, stops the start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.model import Incident
from bot.slack.blocks import View
from bot.slack.controls import Control, Controls, Place, always
from handlers._asked import Asked, Happened, Reply

_T = TypeVar("_T")
Handler = Callable[[Asked], Awaitable[Reply]]
EventHandler = Callable[[Happened], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A word after `/crisis`."""

    word: str
    usage: str
    does: str
    in_channel: bool
    """True: only inside a crisis channel."""
    run: Handler


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of a message's menu."""

    callback_id: str
    name: str
    does: str
    run: Handler


@dataclass(slots=True)
class Registry:
    """Everything registered, by the name Slack uses for it."""

    commands: dict[str, Command] = field(default_factory=dict)
    controls: dict[str, tuple[Control, Handler]] = field(default_factory=dict)
    forms: dict[str, Handler] = field(default_factory=dict)
    shortcuts: dict[str, Shortcut] = field(default_factory=dict)
    sheets: dict[str, Callable[[Asked], View]] = field(default_factory=dict)
    """How an open sheet is drawn again after a press in it."""
    events: dict[str, EventHandler] = field(default_factory=dict)

    def drawn(self) -> Controls:
        """The controls, for the views."""
        return Controls(control for control, _ in self.controls.values())


REGISTRY = Registry()


def command(word: str, *, usage: str = "", in_channel: bool = False) -> Callable[[Handler], Handler]:
    """Registers a word after `/crisis`; the docstring says what it does."""

    def register(run: Handler) -> Handler:
        whole = f"/crisis {word} {usage}".replace("  ", " ").strip()
        _add(REGISTRY.commands, word, Command(word, whole, _told(run), in_channel, run))
        return run

    return register


def button(
    action: str,
    label: str,
    place: Place,
    *,
    shown_when: Callable[[Incident, object], bool] | Callable[..., bool] = always,
    choices: tuple[tuple[str, str], ...] = (),
    style: str | None = None,
) -> Callable[[Handler], Handler]:
    """Registers a button, or with `choices` a menu."""

    def register(run: Handler) -> Handler:
        _told(run)
        _add(REGISTRY.controls, action, (Control(action, label, place, shown_when, choices, style), run))
        return run

    return register


def form(callback_id: str) -> Callable[[Handler], Handler]:
    """Registers what happens when a form is sent."""

    def register(run: Handler) -> Handler:
        _told(run)
        _add(REGISTRY.forms, callback_id, run)
        return run

    return register


def shortcut(callback_id: str, name: str, does: str) -> Callable[[Handler], Handler]:
    """Registers an entry of a message's menu. Slack allows 24 characters for its name, 150 for what it does."""

    def register(run: Handler) -> Handler:
        if len(name) > 24 or len(does) > 150:
            raise ValueError(f"shortcut {callback_id}: name or description is too long for Slack")
        _add(REGISTRY.shortcuts, callback_id, Shortcut(callback_id, name, does, run))
        return run

    return register


def redrawn(callback_id: str) -> Callable[[Callable[[Asked], View]], Callable[[Asked], View]]:
    """Registers how an open sheet is drawn again after a press in it."""

    def register(draw: Callable[[Asked], View]) -> Callable[[Asked], View]:
        _add(REGISTRY.sheets, callback_id, draw)
        return draw

    return register


def event(*kinds: str) -> Callable[[EventHandler], EventHandler]:
    """Registers what happens when Slack tells of one of these events."""

    def register(run: EventHandler) -> EventHandler:
        for kind in kinds:
            _add(REGISTRY.events, kind, run)
        return run

    return register


def _told(run: Handler) -> str:
    text = (run.__doc__ or "").strip()
    if not text:
        raise ValueError(f"{run.__module__}.{run.__qualname__} has no docstring; it is the help text")
    return text.splitlines()[0].rstrip(".")


def _add(table: dict[str, _T], name: str, entry: _T) -> None:
    if name in table:
        raise ValueError(f"{name!r} is registered twice")
    table[name] = entry
