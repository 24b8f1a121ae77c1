"""A modal or Home tab as the person in front of it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.simulator.entering import shown_value
from bot.simulator.errors import CannotDo
from bot.simulator.inputs import Input, complaint, inputs_of
from bot.simulator.reading import Screen, filled_blocks, view_errors
from bot.simulator.views import View
from bot.simulator.visible import Control


@dataclass(frozen=True)
class Form:
    """An open view; it follows updates. Reading it marks it as expected."""

    view: View
    screen: Screen

    @property
    def title(self) -> str:
        return str((self.view.content.get("title") or {}).get("text", ""))

    @property
    def text(self) -> str:
        self.view.expected = True
        return self.screen.view_text(self.view)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by label."""
        return view_errors(self.view)

    @property
    def trouble(self) -> str:
        """Slack's own warning when the app did not answer."""
        return self.view.trouble

    @property
    def fields(self) -> dict[str, str]:
        """What stands in each field, by label."""
        team = self.screen.team
        shown = {}
        for entry in inputs_of(self.view.blocks):
            value = self.view.values[entry.key][entry.shape.key]
            shown[entry.label] = shown_value(team, entry.element, value)
        return shown

    @property
    def options(self) -> dict[str, list[str]]:
        """What can be chosen in each menu, by label."""
        return {
            control.label: [label for label, _ in control.options]
            for control in self.controls
            if control.options
        }

    @property
    def buttons(self) -> list[str]:
        return [control.label for control in self.controls if control.kind == "button"]

    @property
    def controls(self) -> list[Control]:
        return self.screen.controls({**self.view.content, "blocks": filled_blocks(self.view)})

    @property
    def private_metadata(self) -> str:
        return str(self.view.content.get("private_metadata", ""))

    def input(self, label: str) -> Input:
        """The field under this label; CannotDo naming the fields there are."""
        entries = list(inputs_of(self.view.blocks))
        found = [entry for entry in entries if entry.label == label.removesuffix(" (optional)")]
        if not found:
            raise CannotDo(f"{self.title!r} has no field {label!r}; there are: {[e.label for e in entries]}")
        if len(found) > 1:
            raise CannotDo(f"{self.title!r} has {len(found)} fields called {label!r}")
        return found[0]

    def complaints(self) -> dict[str, str]:
        """What Slack's client refuses to send, by block id."""
        wrong: dict[str, str] = {}
        for entry in inputs_of(self.view.blocks):
            text = complaint(entry, self.view.values[entry.key]) if entry.block["type"] == "input" else None
            if text:
                wrong[entry.block["block_id"]] = text
        return wrong

    def state(self, entry: Input) -> Any:
        """The value in the field, as Slack keeps it."""
        return self.view.values[entry.key][entry.shape.key]

    def __str__(self) -> str:
        return f"form {self.title!r}: {self.screen.view_text(self.view)}"
