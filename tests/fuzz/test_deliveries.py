"""Whatever arrives in place of what Slack sends: it is acknowledged, breaks nothing, and is logged as no fault of ours."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.request import payload_utils
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.simulator import payloads
from bot.simulator.deliveries import Kind
from tests.fuzz import finding
from tests.fuzz.mutating import mutated
from tests.fuzz.profile import looks
from tests.fuzz.stage import Stage

metadata = st.sampled_from(
    ("", "x", "{", "null", "7", "[1]", "[" * 3000, '{"about": 7}', '{"about": "x|y|z"}', '{"about": "99||0"}',
     '{"channel": {}}', '{"channel": "C0", "source": "x"}', '{"source": {"channel": 1}}', '{"about": null}')
)  # fmt: skip
"""What was put into a form when it was opened, or never."""


def test_any_event(stage: Stage) -> None:
    kinds = [*stage.registry.events, "message", "app_mention", "team_join", "", "unknown_event"]

    @looks(250)
    @given(st.sampled_from(kinds), st.data())
    def any_event(kind: str, data: st.DataObject) -> None:
        channel = stage.run(stage.channel()).id
        stage.run(stage.usable())
        inner = event(stage, kind, channel, data)
        payload = payloads.event(stage.slack.team, inner)
        payload = data.draw(mutated(payload).filter(bolt_reads))
        answer = stage.run(stage.send("events_api", payload))
        stage.nothing_bad(forged=True, answer=answer)

    any_event()


def bolt_reads(payload: dict[str, Any]) -> bool:
    """Bolt can read it. What it cannot, it logs and leaves to Slack's next try, before we are asked."""
    try:
        AsyncBoltRequest(mode="socket_mode", body=payload)
        payload_utils.to_action(payload)
    except Exception:  # noqa: BLE001 - whatever it is
        return False
    return isinstance(payload.get("event", {}), dict)


def event(stage: Stage, kind: str, channel: str, data: st.DataObject) -> dict[str, Any]:
    """An event as Slack tells it, about somebody and some message."""
    user = data.draw(st.sampled_from((stage.town.ben.id, stage.town.cleo.id)))
    message = stage.checklist(stage.slack.channel(channel))
    item = {"type": "message", "channel": channel, "ts": message.ts}
    about: Any = (
        {"id": channel, "name": "crisis-renamed", "created": 1} if kind.endswith("rename") else channel
    )
    happened = {"type": kind, "user": user, "channel": about, "event_ts": "1.2", "ts": "1.2"}
    if kind.startswith("reaction"):
        happened |= {"reaction": "pushpin", "item": item, "item_user": user}
    return happened


def test_any_interaction(stage: Stage) -> None:
    ways = stage.run(finding.found(stage))
    controls = sorted(stage.registry.controls)

    @looks(250)
    @given(
        st.sampled_from(("form", "form", "press", "press in form", "shortcut", "closed", "command")),
        st.data(),
    )
    def any_interaction(kind: str, data: st.DataObject) -> None:
        way = ways[data.draw(st.sampled_from(sorted(ways)))]
        control = data.draw(st.sampled_from(controls))
        right = stage.run(interaction(stage, kind, way, control))
        if "view" in right and data.draw(st.booleans()):
            right["view"]["private_metadata"] = data.draw(metadata)
            payload = right
        else:
            payload = data.draw(mutated(right).filter(bolt_reads))
        channel: Kind = "slash_commands" if kind == "command" else "interactive"
        answer = stage.run(stage.send(channel, payload))
        stage.judge_answer(channel, answer, payload.get("view"))
        stage.nothing_bad(forged=True, answer=answer)

    any_interaction()


async def interaction(stage: Stage, kind: str, way: finding.Way, control: str) -> dict[str, Any]:
    """Something a person does, as Slack sends it."""
    ana, slack, channel = stage.town.ana.user, stage.slack, await stage.channel()
    trigger, url = slack.views.new_trigger(ana.id), slack.response_urls.new(ana.id, channel)
    message = stage.checklist(channel)
    pressed = finding.action(stage.registry.controls[control][0], f"{stage.number}||0")
    match kind:
        case "command":
            return payloads.slash(
                slack.team, ana, channel, "/crisis", "note so", response_url=url, trigger_id=trigger
            )
        case "press":
            return await stage.presses(stage.town.ana, pressed, channel)
        case "shortcut":
            return payloads.message_shortcut(
                slack.team, ana, channel, message, "add_to_timeline", trigger_id=trigger, response_url=url
            )
        case _:
            pass
    form = await finding.opened(stage, way)
    assert form is not None
    match kind:
        case "closed":
            return payloads.view_closed(slack.team, ana, form.view, cleared=False)
        case "press in form":
            surface = payloads.on_view(slack.team, form.view)
            return payloads.block_actions(slack.team, ana, pressed, trigger_id=trigger, surface=surface)
        case _:
            return payloads.view_submission(slack.team, ana, form.view, trigger)
