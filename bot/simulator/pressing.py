"""Finding what to press by what it says, and the action Slack sends for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.entering import entered
from bot.simulator.errors import CannotDo
from bot.simulator.inputs import SHAPES, Values
from bot.simulator.state import User
from bot.simulator.team import Team
from bot.simulator.visible import Control

TOGGLES = ("checkboxes", "multi_static_select")


@dataclass(frozen=True)
class Press:
    """A control and, for a menu, what was picked in it."""

    control: Control
    option: Mapping[str, Any] | None = None

    @property
    def key(self) -> tuple[str, str]:
        return (str(self.control.block_id), str(self.control.action_id))

    def action(self, team: Team, viewer: User, values: Values, choice: Any = None) -> dict[str, Any]:
        """The entry of ``actions`` for this press; the choice is kept in ``values``."""
        element = dict(self.control.element)
        action: dict[str, Any] = {
            "action_id": element["action_id"],
            "block_id": self.control.block_id,
            "type": element["type"],
            "action_ts": team.new_ts(),
        }
        kept = ("text", "value", "style", "placeholder", "initial_option", "initial_date", "initial_user")
        action |= {key: element[key] for key in kept if key in element}
        if element["type"] == "overflow":
            return action | {"selected_option": self.option}
        if element["type"] not in SHAPES:
            return action
        shape = SHAPES[element["type"]]
        if self.option is not None:
            value: Any = self._picked(self.option, values.get(self.key, {}).get(shape.key))
        else:
            value = entered(team, viewer, element, choice)
        values[self.key] = {"type": element["type"], shape.key: value}
        return action | {shape.key: value}

    def _picked(self, option: Mapping[str, Any], before: Any) -> Any:
        if self.control.kind not in TOGGLES:
            return dict(option)
        chosen = list(before or [])
        without = [other for other in chosen if other["value"] != option["value"]]
        return without if len(without) < len(chosen) else [*chosen, dict(option)]


def find(
    controls: Sequence[Control], label: str, near: str | None, of: str | None, *, menus_only: bool
) -> Press:
    """What the person means by ``label``; CannotDo if there is no such thing or more than one.

    Buttons go before options of menus. ``near`` picks the row by its text, ``of`` the menu by its
    placeholder.
    """
    in_row = [c for c in controls if near is None or near in c.row_text]
    if of is not None:
        in_row = [c for c in in_row if c.label == of]
    found = [] if menus_only else [Press(c) for c in in_row if c.kind == "button" and c.label == label]
    if not found:
        found = [Press(c, option) for c in in_row for text, option in c.options if text == label]
    if not found and label.startswith(("@", "#")):
        kinds = (
            ("users_select", "multi_users_select")
            if label.startswith("@")
            else ("channels_select", "conversations_select")
        )
        found = [Press(c) for c in in_row if c.kind in kinds]
    where = f" near {near!r}" if near is not None else ""
    if not found:
        raise CannotDo(f"there is no {label!r}{where} to press; there is:\n{_described(controls)}")
    if len(found) > 1:
        raise CannotDo(f"there are {len(found)} {label!r}{where}, say near= which:\n{_described(controls)}")
    return found[0]


def _described(controls: Sequence[Control]) -> str:
    lines = []
    for control in controls:
        options = f" of {[text for text, _ in control.options]}" if control.options else ""
        lines.append(f"  [{control.label}] ({control.kind}){options} at {control.row_text!r}")
    return "\n".join(lines) or "  nothing"
