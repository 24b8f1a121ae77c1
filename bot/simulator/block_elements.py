"""What Slack demands of the things inside a block: options, confirm dialogs, controls, images."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.simulator.block_rich_text import RICH_TEXT
from bot.simulator.block_rules import (
    HOME,
    ID_LIMIT,
    MESSAGE,
    MODAL,
    URL_LIMIT,
    Findings,
    Rule,
    any_text,
    array,
    boolean,
    both,
    exactly_one,
    integer,
    is_text,
    items,
    kinds,
    matching,
    objects,
    one_of,
    plain_text,
    shape,
    string,
)

CONFIRM = shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    {"style": one_of("primary", "danger")},
)


def _option(text: Rule, description: Rule, **more: Rule) -> Rule:
    return shape({"text": text, "value": string(150, 1)}, {"description": description, **more})


# Only checkboxes and radio buttons draw mrkdwn in an option; menus show plain text.
_MENU_OPTION = _option(plain_text(75), plain_text(75))
_CHOICE_OPTION = _option(any_text(75), any_text(75))
_OVERFLOW_OPTION = _option(plain_text(75), plain_text(75), url=string(URL_LIMIT))
_GROUP = shape({"label": plain_text(75), "options": array(_MENU_OPTION, 1, 100)})


def _initial_among_options(value: Any, pointer: str, found: Findings) -> None:
    """An initial option must equal one of the options, whole object for whole object."""
    known = list(items(value, "options"))
    for group in items(value, "option_groups"):
        known += items(group, "options")
    if "initial_option" in value and value["initial_option"] not in known:
        found.add("initial_option must be one of the provided options", f"{pointer}/initial_option")
    for index, option in enumerate(items(value, "initial_options")):
        if option not in known:
            where = f"{pointer}/initial_options/{index}"
            found.add("initial_options must be among the provided options", where)


def _calendar_date(value: Any, pointer: str, found: Findings) -> None:
    if not is_text(value, pointer, found):
        return
    try:
        # fromisoformat also reads "20240131" and "2024-W05-3", which Slack refuses.
        good = len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        found.add("must be a valid date in the format YYYY-MM-DD", pointer)


def _text_lengths(value: Any, pointer: str, found: Findings) -> None:
    """Slack checks the initial value of a text field against the field's own bounds."""
    least, most, initial = value.get("min_length"), value.get("max_length"), value.get("initial_value")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        found.add("min_length must be less than or equal to max_length", f"{pointer}/min_length")
    if isinstance(initial, str):
        if isinstance(most, int) and len(initial) > most:
            found.add(f"must be less than {most + 1} characters", f"{pointer}/initial_value")
        if isinstance(least, int) and initial and len(initial) < least:
            found.add(f"must be more than {least - 1} characters", f"{pointer}/initial_value")


def _response_url_in_modals(value: Any, pointer: str, found: Findings) -> None:
    if value.get("response_url_enabled") and found.surface in (MESSAGE, HOME):
        # A response_url for a chosen conversation exists only for modal submissions.
        found.add("response_url_enabled is only available in modals", f"{pointer}/response_url_enabled")


_ID: dict[str, Rule] = {"action_id": string(ID_LIMIT, 1)}
_HELD: dict[str, Rule] = {**_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU: dict[str, Rule] = {**_HELD, "placeholder": plain_text(150)}
_MULTI: dict[str, Rule] = {**_MENU, "max_selected_items": integer(1)}
_FIELD: dict[str, Rule] = {
    **_ID,
    "placeholder": plain_text(150),
    "focus_on_load": boolean,
    "initial_value": string(3000),
    "dispatch_action_config": shape(
        {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
    ),
}
_NAMES = array(string(ID_LIMIT, 1))
_OPTIONS: dict[str, Rule] = {
    "options": array(_MENU_OPTION, 1, 100),
    "option_groups": array(_GROUP, 1, 100),
}
_FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": _FILTER}
_SLACK_FILE = shape({}, {"id": string(ID_LIMIT, 1), "url": string(URL_LIMIT, 1)}, exactly_one("id", "url"))
IMAGE_FIELDS: dict[str, Rule] = {"image_url": string(URL_LIMIT, 1), "slack_file": _SLACK_FILE}
_URL_ENABLED: dict[str, Rule] = {"response_url_enabled": boolean}
_SOURCE = (exactly_one("options", "option_groups"), _initial_among_options)

ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"text": plain_text(75)},
        {
            **_ID,
            "url": string(URL_LIMIT),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape({"options": array(_OVERFLOW_OPTION, 1, 5)}, {**_ID, "confirm": CONFIRM}),
    "checkboxes": shape(
        {"options": array(_CHOICE_OPTION, 1, 10)},
        {**_HELD, "initial_options": array(_CHOICE_OPTION, 1, 10)},
        _initial_among_options,
    ),
    "radio_buttons": shape(
        {"options": array(_CHOICE_OPTION, 1, 10)},
        {**_HELD, "initial_option": _CHOICE_OPTION},
        _initial_among_options,
    ),
    "static_select": shape({}, {**_MENU, **_OPTIONS, "initial_option": _MENU_OPTION}, *_SOURCE),
    "multi_static_select": shape(
        {}, {**_MULTI, **_OPTIONS, "initial_options": array(_MENU_OPTION, 1, 100)}, *_SOURCE
    ),
    "external_select": shape({}, {**_MENU, "min_query_length": integer(0), "initial_option": _MENU_OPTION}),
    "multi_external_select": shape(
        {}, {**_MULTI, "min_query_length": integer(0), "initial_options": array(_MENU_OPTION, 1, 100)}
    ),
    "users_select": shape({}, {**_MENU, "initial_user": string(ID_LIMIT, 1)}),
    "multi_users_select": shape({}, {**_MULTI, "initial_users": _NAMES}),
    "channels_select": shape(
        {}, {**_MENU, **_URL_ENABLED, "initial_channel": string(ID_LIMIT, 1)}, _response_url_in_modals
    ),
    "multi_channels_select": shape({}, {**_MULTI, "initial_channels": _NAMES}),
    "conversations_select": shape(
        {},
        {**_MENU, **_CONVERSATIONS, **_URL_ENABLED, "initial_conversation": string(ID_LIMIT, 1)},
        _response_url_in_modals,
    ),
    "multi_conversations_select": shape({}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": _NAMES}),
    "datepicker": shape({}, {**_MENU, "initial_date": _calendar_date}),
    "timepicker": shape(
        {},
        {
            **_MENU,
            "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "time in the format HH:mm"),
            "timezone": string(ID_LIMIT, 1),
        },
    ),
    # Slack wants seconds since 1970 written with ten digits.
    "datetimepicker": shape({}, {**_HELD, "initial_date_time": integer(10**9, 10**10 - 1)}),
    "plain_text_input": shape(
        {},
        {**_FIELD, "multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)},
        _text_lengths,
    ),
    "email_text_input": shape({}, _FIELD),
    "url_text_input": shape({}, _FIELD),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_FIELD, "min_value": string(ID_LIMIT), "max_value": string(ID_LIMIT)},
    ),
    "rich_text_input": shape({}, {**_FIELD, "initial_value": RICH_TEXT}),
    "file_input": shape({}, {**_ID, "filetypes": array(string(ID_LIMIT, 1)), "max_files": integer(1, 10)}),
    "image": shape({"alt_text": string(2000, 1)}, IMAGE_FIELDS, exactly_one("image_url", "slack_file")),
}

_MENUS = frozenset(kind for kind in ELEMENTS if kind.endswith("_select"))
# Documented for actions too, but the server answers such a view with an error.
_MULTI_MENUS = frozenset(kind for kind in _MENUS if kind.startswith("multi_"))
_PICKED = _MENUS | {"checkboxes", "radio_buttons", "datepicker", "timepicker"}
_TYPED = frozenset(kind for kind in ELEMENTS if kind.endswith("_input"))

# Slack documents these elements for some surfaces only; all others may stand anywhere.
_ONLY_ON = {
    "email_text_input": (MODAL,),
    "url_text_input": (MODAL,),
    "number_input": (MODAL,),
    "file_input": (MODAL,),
    "rich_text_input": (MODAL, HOME),
    "datetimepicker": (MODAL, MESSAGE),
}


def _on_its_surface(value: Any, pointer: str, found: Findings) -> None:
    kind = value["type"]
    if found.surface not in _ONLY_ON[kind]:
        found.add(f"unsupported type: {kind}", f"{pointer}/type")


def file_is_not_dispatched(block: Any, pointer: str, found: Findings) -> None:
    """An upload cannot report itself as it changes: file_input excludes dispatch_action."""
    element = block.get("element")
    if block.get("dispatch_action") and isinstance(element, dict) and element.get("type") == "file_input":
        found.add("unsupported type: file_input", f"{pointer}/element/type")


for _kind in _ONLY_ON:
    ELEMENTS[_kind] = both(ELEMENTS[_kind], _on_its_surface)

ACCESSORY = kinds(ELEMENTS, _PICKED | {"button", "overflow", "image"})
IN_ACTIONS = kinds(ELEMENTS, (_PICKED - _MULTI_MENUS) | {"button", "overflow", "datetimepicker"})
IN_INPUT = kinds(ELEMENTS, _PICKED | _TYPED | {"datetimepicker"})
IN_CONTEXT = kinds({"image": ELEMENTS["image"], "mrkdwn": any_text(3000), "plain_text": any_text(3000)})


def distinct_action_ids(block: Any, pointer: str, found: Findings) -> None:
    """Inside one block an action_id names one element; the same id may recur in another block."""
    seen: set[str] = set()
    for index, element in enumerate(items(block, "elements")):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                where = f"{pointer}/elements/{index}/action_id"
                found.add(f'`action_id` "{action_id}" already exists in this block', where)
            seen.add(action_id)


def one_focus(blocks: Any, pointer: str, found: Findings) -> None:
    """At most one element of a view takes the focus when it opens."""
    if sum(1 for item in objects(blocks) if item.get("focus_on_load") is True) > 1:
        found.add("only one element may have focus_on_load set to true", pointer)
