"""Modals and Home tabs: who has which open, on top of what, and by which trigger."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.blocks import BlockError, check_view
from bot.simulator.errors import SlackError
from bot.simulator.inputs import Values, first_values, state_values
from bot.simulator.messaging import with_block_ids
from bot.simulator.team import Team

STACK_MAX = 3
VIEW_MAX_BYTES = 250_000


@dataclass
class View:
    """A modal on someone's screen or the Home tab of someone."""

    id: str
    owner_id: str
    content: dict[str, Any]
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    expected: bool = False

    @property
    def blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = self.content.get("blocks", [])
        return blocks

    def as_dict(self, team: Team) -> dict[str, Any]:
        """The view object of API answers and payloads."""
        content = {key: self.content.get(key) for key in ("title", "submit", "close")}
        return {
            "id": self.id,
            "team_id": team.id,
            "type": self.content["type"],
            "blocks": self.blocks,
            "private_metadata": self.content.get("private_metadata", ""),
            "callback_id": self.content.get("callback_id", ""),
            "external_id": self.content.get("external_id", ""),
            "state": {"values": state_values(self.values)},
            "hash": self.hash,
            **content,
            "clear_on_close": self.content.get("clear_on_close", False),
            "notify_on_close": self.content.get("notify_on_close", False),
            "submit_disabled": False,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "app_id": team.app_id,
            "app_installed_team_id": team.id,
            "bot_id": team.bot.bot_id,
        }


@dataclass
class Trigger:
    """Permission to show something to a person, once, for a few real seconds."""

    user_id: str
    made_at: float
    view_id: str | None = None
    used: bool = False


class Views:
    """Every open modal, in stacks per person, and every Home tab."""

    def __init__(
        self, team: Team, *, trigger_lifetime_s: float, record: Callable[[str, dict[str, Any]], None]
    ) -> None:
        self.team = team
        self.trigger_lifetime_s = trigger_lifetime_s
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._triggers: dict[str, Trigger] = {}
        self._record = record

    def new_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger_id. Its three seconds are real ones: they measure the network, not the simulated day."""
        trigger_id = f"{time.monotonic_ns()}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, time.monotonic(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """The trigger, now used up. Raises invalid_, exchanged_ or expired_trigger_id."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.made_at > self.trigger_lifetime_s:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def open(self, trigger_id: str, content: dict[str, Any]) -> View:
        """A new modal is in front of the person; a stack that was open before is gone."""
        self.check(content, "modal")
        trigger = self.exchange(trigger_id)
        if trigger.view_id is not None:
            # From inside a modal, views.open puts the new one on top: Slack treats it as a push.
            return self._stack_on_top(trigger.user_id, content)
        for view in self.stacks.pop(trigger.user_id, []):
            self.team.publish("view_closed", None, trigger.user_id, view_id=view.id)
        return self._stack_on_top(trigger.user_id, content)

    def push(self, trigger_id: str, content: dict[str, Any]) -> View:
        """A new modal lies on top of the one the trigger came from. Raises push_limit_reached."""
        self.check(content, "modal")
        trigger = self.exchange(trigger_id)
        if not self.stacks.get(trigger.user_id):
            raise SlackError("not_found")
        return self._stack_on_top(trigger.user_id, content)

    def push_for(self, user_id: str, content: dict[str, Any]) -> View:
        """The same for ``response_action: push``, which needs no trigger."""
        self.check(content, "modal")
        return self._stack_on_top(user_id, content)

    def update(self, view: View, content: dict[str, Any], hash_: str | None = None) -> View:
        """The modal shows ``content``; inputs that stay keep what was typed. Raises hash_conflict."""
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self.check(content, view.content["type"], replacing=view)
        self._show(view, content, kept=view.values)
        self.team.publish("view_changed", None, view.owner_id, view=view.as_dict(self.team))
        return view

    def publish(self, user_id: str, content: dict[str, Any], hash_: str | None = None) -> View:
        """The person's Home tab shows ``content``. Raises hash_conflict."""
        home = self.homes.get(user_id)
        if hash_ and (home is None or home.hash != hash_):
            raise SlackError("hash_conflict")
        self.check(content, "home")
        if home is None:
            view_id = self.team.new_id("V")
            home = self.homes[user_id] = View(view_id, user_id, {}, root_id=view_id)
        self._show(home, content)
        self.team.publish("home_published", None, user_id, view=home.as_dict(self.team))
        return home

    def close(self, view: View, *, whole_stack: bool = False) -> list[View]:
        """The modal (or the whole stack) is gone; returns what closed, topmost first."""
        stack = self.stacks.get(view.owner_id, [])
        closing = list(reversed(stack)) if whole_stack else [view]
        for gone in closing:
            stack.remove(gone)
            self.team.publish("view_closed", None, view.owner_id, view_id=gone.id)
        return closing

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """The open view. Raises not_found, also for one that was closed meanwhile."""
        for view in self.all():
            if (view_id and view.id == view_id) or (
                external_id and view.content.get("external_id") == external_id
            ):
                return view
        raise SlackError("not_found")

    def top(self, user_id: str) -> View | None:
        """The modal in front of the person."""
        stack = self.stacks.get(user_id)
        return stack[-1] if stack else None

    def is_open(self, view: View) -> bool:
        return any(view is other for other in self.all())

    def all(self) -> list[View]:
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]

    def check(self, content: Mapping[str, Any], kind: str, *, replacing: View | None = None) -> None:
        """Slack accepts the view. Raises invalid_arguments, view_too_large, duplicate_external_id."""
        if len(json.dumps(content).encode()) > VIEW_MAX_BYTES:
            raise SlackError("view_too_large")
        try:
            check_view(dict(content))
        except BlockError as problem:
            raise SlackError(problem.error, problem.messages) from None
        if content.get("type") != kind:
            raise SlackError(
                "invalid_arguments", [f"[ERROR] must be of type {kind} [json-pointer:/view/type]"]
            )
        external_id = content.get("external_id")
        if external_id and any(
            v.content.get("external_id") == external_id for v in self.all() if v is not replacing
        ):
            raise SlackError("duplicate_external_id")
        self._record("view", dict(content))

    def _stack_on_top(self, user_id: str, content: dict[str, Any]) -> View:
        stack = self.stacks.setdefault(user_id, [])
        if len(stack) >= STACK_MAX:
            raise SlackError("push_limit_reached")
        view_id = self.team.new_id("V")
        root_id, previous_id = (stack[0].id, stack[-1].id) if stack else (view_id, None)
        view = View(view_id, user_id, {}, root_id=root_id, previous_id=previous_id)
        self._show(view, content)
        stack.append(view)
        self.team.publish("view_opened", None, user_id, view=view.as_dict(self.team))
        return view

    def _show(self, view: View, content: dict[str, Any], kept: Values | None = None) -> None:
        view.content = with_block_ids(self.team, dict(content))
        view.values = first_values(view.blocks, kept)
        view.hash = f"{self.team.epoch()}.{secrets.token_hex(4)}"
        view.errors, view.trouble = {}, ""
