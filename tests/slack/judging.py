"""Whether Slack would take a message or form: by our sizes, the simulator and the package slackblocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import slackblocks
from slackblocks import Text, TextType

from bot.simulator.blocks import check_message, check_view
from bot.simulator.visible import Mentions, controls, mentions, visible_text
from bot.slack import limits
from bot.slack.blocks import Message, View
from bot.slack.fitting import text_length
from tests.slack.crises import ANA, BEN, CARLA, DANA, NOW

Json = Mapping[str, Any]
OURS = frozenset({ANA, BEN, CARLA, DANA})
PEOPLE = {ANA: "ana", BEN: "ben", CARLA: "carla", DANA: "dana"}


class Names:
    """Who is who, for the reader of a test."""

    def user(self, user_id: str) -> str:
        return PEOPLE.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        return {"C0CRISIS": "crisis-12-angry-video", "C0OLD": "crisis-12-old"}.get(channel_id, channel_id)

    def usergroup(self, group_id: str) -> str:
        return group_id


def judged(message: Message) -> Message:
    """The message: Slack takes it, it mentions nobody but our own people, and its text says something."""
    assert message.text.strip(), "a screen reader would read nothing"
    assert len(message.text) <= 3900
    assert message.blocks, "without blocks the text would be shown, which is written for notifications"
    assert len(message.blocks) <= limits.BLOCKS_PER_MESSAGE
    assert text_length(message.blocks) <= limits.MESSAGE_BLOCKS_TEXT_MAX_CHARS
    blocks = list(message.blocks)
    check_message(text=message.text, blocks=blocks, update=True)
    independently(message.text, blocks)
    for disturbed in (mentions({"blocks": blocks}), mentions({"text": message.text})):
        _only_ours(disturbed)
    no_forged_link(marked(message))
    return message


def judged_view(view: View) -> View:
    """The form, which Slack takes."""
    check_view(view)
    assert len(view["blocks"]) <= limits.BLOCKS_PER_VIEW
    assert len(str(view)) < 250_000, "Slack takes no larger view"
    independent_view(view)
    return view


def independently(text: str, blocks: Sequence[Json]) -> None:
    """The package slackblocks, which knows nothing of us, takes the message."""
    slackblocks.Message(channel="C0CRISIS", text=text, blocks=[_block(b) for b in blocks])


def independent_view(view: Json) -> None:
    """The package slackblocks takes the form."""
    slackblocks.ModalView(
        title=_text(view["title"]),
        blocks=[_block(b) for b in view["blocks"]],
        close=_text(view["close"]),
        submit=_text(view["submit"]) if "submit" in view else None,
        private_metadata=view.get("private_metadata"),
        callback_id=view["callback_id"],
    )


def read(shown: Message | View) -> str:
    """The lines a person sees."""
    payload = shown_payload(shown)
    return visible_text(payload, Names(), tz=NOW.tzinfo, now=NOW)  # type: ignore[arg-type]


def labels(shown: Message | View) -> list[str]:
    """The labels of everything that can be pressed, chosen or filled in."""
    return [c.label for c in controls(shown_payload(shown), Names())]


def menu_labels(shown: Message | View) -> list[list[str]]:
    """The options of every ⋯ menu."""
    found = controls(shown_payload(shown), Names())
    return [[label for label, _ in c.options] for c in found if c.kind == "overflow"]


def shown_payload(shown: Message | View) -> dict[str, Any]:
    return {"blocks": list(shown.blocks), "text": shown.text} if isinstance(shown, Message) else shown


def filled(view: View, **values: Any) -> View:
    """The view as Slack sends it back when these fields were filled in; the rest keeps what it held."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            name = block["block_id"]
            state[name] = {"value": _answered(element, values.pop(name, None))}
    assert not values, f"the form has no fields {sorted(values)}"
    return {**view, "state": {"values": state}}


def _answered(element: dict[str, Any], value: Any) -> dict[str, Any]:
    match element["type"]:
        case "static_select":
            chosen = element.get("initial_option")
            if value is not None:
                chosen = next(o for o in element["options"] if o["value"] == value)
            return {"type": "static_select", "selected_option": chosen}
        case "users_select":
            return {"type": "users_select", "selected_user": value or element.get("initial_user")}
        case "checkboxes":
            return {"type": "checkboxes", "selected_options": element["options"] if value else []}
        case _:
            text = element.get("initial_value") if value is None else value
            return {"type": "plain_text_input", "value": text or None}


def _only_ours(disturbed: Mentions) -> None:
    assert not disturbed.channel_wide
    assert not disturbed.groups
    assert disturbed.users <= OURS, f"nobody meant {disturbed.users - OURS}"


def marked(message: Message) -> str:
    """All of the message in which Slack's marks act."""
    return "\n".join([message.text, *_mrkdwn(list(message.blocks))])


def _mrkdwn(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for item in value.values():
            yield from _mrkdwn(item)
    elif isinstance(value, list):
        for item in value:
            yield from _mrkdwn(item)


def no_forged_link(marks: str) -> None:
    """A link in it shows where it leads, or it is one of ours."""
    for url, label in re.findall(r"<(https?://[^|>]*)\|([^>]*)>", marks):
        where = url.split("://", 1)[1].replace("&amp;", "&")
        shown = label.replace("&amp;", "&").removesuffix("…")
        assert where.startswith(shown) or "example.com/list" in url, (url, label)


def _text(piece: Json) -> Text:
    kind = TextType.MARKDOWN if piece["type"] == "mrkdwn" else TextType.PLAINTEXT
    return Text(piece["text"], type_=kind, **({"verbatim": True} if piece.get("verbatim") else {}))


def _block(block: Json) -> Any:
    match block["type"]:
        case "actions":
            return slackblocks.ActionsBlock(
                [_element(e) for e in block["elements"]], block_id=block.get("block_id")
            )
        case "input":
            return slackblocks.InputBlock(
                label=_text(block["label"]),
                element=_element(block["element"]),
                block_id=block["block_id"],
                hint=_text(block["hint"]) if "hint" in block else None,
                optional=block["optional"],
            )
        case "section" if "accessory" in block:
            return slackblocks.SectionBlock(
                _text(block["text"]), block_id=block.get("block_id"), accessory=_element(block["accessory"])
            )
        case _:
            return slackblocks.Block.from_dict(dict(block))


def _element(element: Json) -> Any:
    match element["type"]:
        case "button":
            return slackblocks.Button(
                text=_text(element["text"]), action_id=element["action_id"], value=element["value"]
            )
        case "overflow":
            return slackblocks.OverflowMenu(element["action_id"], [_option(o) for o in element["options"]])
        case "static_select":
            initial = element.get("initial_option")
            return slackblocks.StaticSelectMenu(
                action_id=element["action_id"],
                options=[_option(o) for o in element["options"]],
                initial_option=_option(initial) if initial else None,
            )
        case "users_select":
            return slackblocks.UserSelectMenu(
                action_id=element["action_id"], initial_user=element.get("initial_user")
            )
        case "checkboxes":
            return slackblocks.CheckboxGroup(element["action_id"], [_option(o) for o in element["options"]])
        case "plain_text_input":
            return slackblocks.PlainTextInput(
                action_id=element["action_id"],
                initial_value=element.get("initial_value"),
                multiline=element["multiline"],
                max_length=element["max_length"],
                placeholder=_text(element["placeholder"]) if "placeholder" in element else None,
            )
        case kind:
            raise AssertionError(f"no view of ours uses {kind}")


def _option(option: Json) -> slackblocks.Option:
    description = option.get("description")
    return slackblocks.Option(
        text=_text(option["text"]),
        value=option["value"],
        description=_text(description) if description else None,
    )
