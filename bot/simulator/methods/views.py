"""views.*: modals and the Home tab."""

from __future__ import annotations

from typing import Any

from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.views import View


@method("views.open", tier=4)
def open_(call: Context) -> Answer:
    return _answer(call, call.views.open(_trigger(call), _view(call)))


@method("views.push", tier=4)
def push(call: Context) -> Answer:
    return _answer(call, call.views.push(_trigger(call), _view(call)))


@method("views.update", tier=4)
def update(call: Context) -> Answer:
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not (view_id or external_id):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view_id or external_id"])
    content = _view(call)
    view = call.views.find(view_id, external_id)
    return _answer(call, call.views.update(view, content, call.args.text("hash") or None))


@method("views.publish", tier=4)
def publish(call: Context) -> Answer:
    if not call.team.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.team.user(call.args.required("user_id"))
    return _answer(call, call.views.publish(user.id, _view(call), call.args.text("hash") or None))


def _trigger(call: Context) -> str:
    return call.args.text("trigger_id") or call.args.required("interactivity_pointer", "invalid_trigger_id")


def _view(call: Context) -> dict[str, Any]:
    view = call.args.json("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    return view


def _answer(call: Context, view: View) -> Answer:
    return {"view": view.as_dict(call.team)}
