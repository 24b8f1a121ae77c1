"""How the parts of a block look on the screen: texts, rich text, and controls in their first state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.simulator.mrkdwn import Reader, render
from bot.simulator.runs import link_words
from bot.simulator.slack_dates import shown_date

Part = Mapping[str, Any]

_BULLETS = "•◦▪"


def text_of(item: Any, reader: Reader) -> str:
    """A text object as read: mrkdwn rendered, plain_text literally, escapes and all."""
    if not isinstance(item, Mapping):
        return ""
    text = str(item.get("text") or "")
    return render(text, reader) if item.get("type") == "mrkdwn" else text


def rich_text(block: Part, reader: Reader) -> str:
    return "\n".join(_paragraph(part, reader) for part in block.get("elements") or [])


def _paragraph(part: Part, reader: Reader) -> str:
    pieces = part.get("elements") or []
    if part.get("type") == "rich_text_list":
        indent = int(part.get("indent") or 0)
        first = int(part.get("offset") or 0) + 1
        lines = []
        for number, item in enumerate(pieces, first):
            mark = f"{number}." if part.get("style") == "ordered" else _BULLETS[indent % len(_BULLETS)]
            lines.append(f"{'    ' * indent}{mark} {_paragraph(item, reader)}")
        return "\n".join(lines)
    shown = "".join(_piece(piece, reader) for piece in pieces)
    if part.get("type") == "rich_text_quote":
        return "\n".join(f"> {line}" for line in shown.split("\n"))
    return shown


def _piece(piece: Part, reader: Reader) -> str:
    match piece.get("type"):
        case "text":
            return str(piece.get("text", ""))
        case "link":
            return link_words(str(piece.get("url", "")), str(piece.get("text") or ""))
        case "user":
            return "@" + reader.names.user(str(piece.get("user_id")))
        case "usergroup":
            return "@" + reader.names.usergroup(str(piece.get("usergroup_id")))
        case "channel":
            return "#" + reader.names.channel(str(piece.get("channel_id")))
        case "broadcast":
            return f"@{piece.get('range')}"
        case "emoji":
            return f":{piece.get('name')}:"
        case "color":
            return str(piece.get("value"))
        case "date":
            layout, fallback = str(piece.get("format", "")), str(piece.get("fallback") or "")
            shown = shown_date(piece.get("timestamp", ""), layout, fallback, reader.dates)
            return link_words(str(piece["url"]), shown) if piece.get("url") else shown
        case _:
            return ""


def option_text(option: Any, reader: Reader) -> str:
    return text_of(option.get("text"), reader) if isinstance(option, Mapping) else ""


def options_of(element: Part) -> list[Mapping[str, Any]]:
    """All the options of a control, those of its groups included."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(one for group in groups for one in group.get("options") or [])]


def conversation(conversation_id: str, reader: Reader) -> str:
    """A conversation as the picker names it: a person for a direct message, else a channel."""
    if conversation_id[:1] in ("U", "W"):
        return "@" + reader.names.user(conversation_id)
    return "#" + reader.names.channel(conversation_id)


def placeholder(element: Part) -> str:
    """The grey text of an empty control: its own, or the one Slack puts there."""
    own = element.get("placeholder")
    if isinstance(own, Mapping) and own.get("text"):
        return str(own["text"])
    kind = str(element.get("type"))
    if kind.endswith("_select"):
        return "Choose options" if kind.startswith("multi_") else "Choose an option"
    return {"datepicker": "Pick a date", "timepicker": "Pick a time", "datetimepicker": "Pick a time"}.get(
        kind, ""
    )


def _chosen(element: Part, reader: Reader) -> str:
    """The values a control starts with, separated by commas; empty when nothing is chosen."""
    picked: list[str] = []
    for name in ("initial_option", "initial_options"):
        some = element.get(name) or []
        picked += [option_text(one, reader) for one in (some if isinstance(some, list) else [some])]
    for name in ("user", "channel", "conversation"):
        some = [*([element[f"initial_{name}"]] if element.get(f"initial_{name}") else [])]
        some += element.get(f"initial_{name}s") or []
        picked += [conversation(str(one), reader) for one in some]
    picked += [str(element[name]) for name in ("initial_date", "initial_time") if element.get(name)]
    if element.get("initial_date_time"):
        moment = datetime.fromtimestamp(int(element["initial_date_time"]), UTC).astimezone(reader.tz)
        picked.append(f"{moment:%Y-%m-%d %H:%M}")
    return ", ".join(picked)


def element_text(element: Part, reader: Reader) -> str:
    """A control or image as it first appears, before anybody touches it.

    `[Claim]` is a button, `[Owner ▾]` a menu, `[⋯]` an overflow menu, `[x]`/`[ ]` a checkbox,
    `(•)`/`( )` a radio button, a bare line a filled text field and `‹hint›` an empty one.
    """
    kind = str(element.get("type"))
    if kind == "button":
        return f"[{text_of(element.get('text'), reader)}]"
    if kind == "overflow":
        return "[⋯]"
    if kind == "image":
        return str(element.get("alt_text", ""))
    if kind in ("mrkdwn", "plain_text"):
        return text_of(element, reader)
    if kind in ("checkboxes", "radio_buttons"):
        return "\n".join(_choice(element, option, reader) for option in options_of(element))
    if kind.endswith(("_select", "picker")):
        return f"[{_chosen(element, reader) or placeholder(element)} ▾]"
    if kind == "file_input":
        return "[Add files]"
    initial = element.get("initial_value")
    if isinstance(initial, Mapping):
        return rich_text(initial, reader)
    return str(initial) if initial else f"‹{placeholder(element)}›"


def _choice(element: Part, option: Part, reader: Reader) -> str:
    on = option == element.get("initial_option") or option in (element.get("initial_options") or [])
    marks = ("[ ]", "[x]") if element.get("type") == "checkboxes" else ("( )", "(•)")
    mark = marks[on]
    described = text_of(option.get("description"), reader)
    return f"{mark} {option_text(option, reader)}" + (f" — {described}" if described else "")
