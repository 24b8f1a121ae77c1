"""Modals and the Home tab as the page draws them, and what is entered in them."""

from __future__ import annotations

from typing import Any

from bot.simulator.entering import entered
from bot.simulator.errors import CannotDo
from bot.simulator.form import Form
from bot.simulator.inputs import Input, inputs_of
from bot.simulator.page.blocks import Pen
from bot.simulator.page.text import Node
from bot.simulator.pressing import Press
from bot.simulator.state import User
from bot.simulator.team import Team
from bot.simulator.visible import Control
from bot.simulator.visible_parts import options_of


def view_node(team: Team, viewer: User, form: Form) -> Node:
    """The view with what was entered so far, and what is wrong with it."""
    view = form.view
    pen = Pen(team, viewer, view.values)

    def words(name: str, otherwise: str) -> str:
        return str((view.content.get(name) or {}).get("text", otherwise))

    has_inputs = any(block["type"] == "input" for block in view.blocks)
    return {
        "id": view.id,
        "title": words("title", ""),
        "submit": words("submit", "Submit" if has_inputs else ""),
        "close": words("close", "Cancel" if has_inputs else "Close"),
        "blocks": pen.blocks(view.blocks),
        "errors": dict(view.errors),
        "trouble": view.trouble,
        "above": view.previous_id is not None,
    }


def field_named(form: Form, block_id: str, action_id: str) -> Input:
    """The field with these ids. Raises CannotDo."""
    for entry in inputs_of(form.view.blocks):
        if entry.key == (block_id, action_id):
            return entry
    raise CannotDo("The form has changed, and this field is gone.")


def value_entered(team: Team, viewer: User, element: Any, raw: Any) -> Any:
    """What Slack keeps for what the page sends: options by number, everything else as it is typed."""
    if raw is None or raw == "" or raw == []:
        return None
    kind = str(element["type"])
    if kind == "checkboxes" or kind.endswith(("static_select", "radio_buttons")):
        options = options_of(element)
        if isinstance(raw, list):
            return [dict(options[int(number)]) for number in raw]
        return dict(options[int(raw)])
    return entered(team, viewer, element, raw)


def pressed(controls: list[Control], block_id: str, action_id: str, choice: Any) -> Press:
    """The control with these ids and, for a menu, the option with this number. Raises CannotDo."""
    for control in controls:
        if (control.block_id, control.action_id) == (block_id, action_id):
            if not control.options:
                return Press(control)
            return Press(control, control.options[int(choice)][1])
    raise CannotDo("The message has changed, and this button is gone.")
