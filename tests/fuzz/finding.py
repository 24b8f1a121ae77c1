"""Every form there is, found the way a person finds it: by pressing everything that can be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.model import Incident
from bot.simulator import Form, payloads
from bot.slack.controls import MENU, Control, Place, Target
from tests.fuzz.stage import Stage


@dataclass(frozen=True)
class Way:
    """What to press or type for a form, and whether the crisis is resolved by then."""

    kind: str
    name: str
    resolved: bool


def ways(stage: Stage) -> Iterator[Way]:
    """Everything that could open a form."""
    for resolved in (False, True):
        for word in stage.registry.commands:
            if word not in ("resolve", "reopen"):  # these act at once
                yield Way("command", word, resolved)
        for name, (control, _) in stage.registry.controls.items():
            if control.label.endswith("…") or control.place in (Place.STEP, Place.PING):
                yield Way("control", name, resolved)
        for callback_id in stage.registry.shortcuts:
            yield Way("shortcut", callback_id, resolved)


async def found(stage: Stage) -> dict[str, Way]:
    """By callback_id: how each form is opened."""
    result: dict[str, Way] = {}
    for way in ways(stage):
        form = await opened(stage, way)
        if form is not None:
            result.setdefault(str(form.view.content["callback_id"]), way)
    return result


async def opened(stage: Stage, way: Way) -> Form | None:
    """The form that this opens for Ana, if it opens one."""
    crisis = await stage.usable(resolved=way.resolved)
    ana, channel, slack = stage.town.ana, await stage.channel(), stage.slack
    stage.closes_forms()
    match way.kind:
        case "command":
            where = slack.channel("general") if way.name == "" else channel
            await slack.interactions.command(ana.user, where, f"/crisis {way.name}")
        case "control":
            control = stage.registry.controls[way.name][0]
            payload = await stage.presses(ana, action(control, target(control, crisis).value), channel)
            await stage.send("interactive", payload)
        case _:
            message = stage.checklist(channel)
            shortcut = payloads.message_shortcut(
                slack.team, ana.user, channel, message, way.name,
                trigger_id=slack.views.new_trigger(ana.id), response_url=slack.response_urls.new(ana.id, channel),
            )  # fmt: skip
            await stage.send("interactive", shortcut)
    await stage.town.settled()
    return ana.form


def target(control: Control, crisis: Incident) -> Target:
    """Something this control can be about."""
    match control.place:
        case Place.STEP | Place.STEP_MENU:
            step = next((s for s in crisis.steps if s.is_open and s.proof_asked), crisis.steps[0])
            return Target(crisis.number, step.key, step.version)
        case Place.PING:
            asked = [p for p in crisis.pings if p.answer is None] or [crisis.pings[0]]
            ping = next((p for p in asked if control.shown_when(crisis, p)), asked[0])
            return Target(crisis.number, str(ping.id))
        case Place.LEGAL:
            return Target(crisis.number, "1")
        case Place.ACTION_ITEM:
            return Target(crisis.number, "1")
        case _:
            return Target(crisis.number)


def action(control: Control, value: str) -> dict[str, Any]:
    """The press as Slack sends it."""

    def in_menu(choice: str) -> dict[str, Any]:
        return {"selected_option": {"value": f"{control.action}|{choice}|{value}"}}

    common = {"block_id": "b", "action_ts": "1.2"}
    if control.choices:
        return {
            **common,
            "type": "static_select",
            "action_id": f"{MENU}.{control.action}",
            **in_menu(control.choices[0][1]),
        }
    if control.place is Place.STEP_MENU:
        return {**common, "type": "overflow", "action_id": MENU, **in_menu("")}
    return {**common, "type": "button", "action_id": control.action, "value": value}
