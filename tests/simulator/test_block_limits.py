"""The numbers the simulator knows agree with those of slackblocks, which somebody else collected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks
from slackblocks import _limits as limits

from tests.simulator.payloads import (
    Json,
    accept,
    actions,
    button,
    confirm,
    field,
    mrkdwn,
    option,
    paragraph,
    plain,
    refused_message,
    rich,
    section,
    select,
    text_input,
    word,
)


def lengths(name: str, build: Callable[[str], Json]) -> Any:
    """`build` makes a block around a text; Slack takes `limit` characters there and no more."""
    return pytest.param(getattr(limits, name), build, id=name.lower())


@pytest.mark.parametrize(
    ("limit", "build"),
    [
        lengths("SECTION_TEXT_MAX_LENGTH", section),
        lengths("SECTION_FIELDS_ITEM_MAX_LENGTH", lambda text: {"type": "section", "fields": [mrkdwn(text)]}),
        lengths("HEADER_TEXT_MAX_LENGTH", lambda text: {"type": "header", "text": plain(text)}),
        lengths("BLOCK_ID_MAX_LENGTH", lambda text: section(block_id=text)),
        lengths("BUTTON_TEXT_MAX_LENGTH", lambda text: actions(button(text))),
        lengths("BUTTON_VALUE_MAX_LENGTH", lambda text: actions(button(value=text))),
        lengths("BUTTON_URL_MAX_LENGTH", lambda text: actions(button(url=text))),
        lengths(
            "BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH", lambda text: actions(button(accessibility_label=text))
        ),
        lengths("ACTION_ID_MAX_LENGTH", lambda text: actions(button(action_id=text))),
        lengths("OPTION_TEXT_MAX_LENGTH", lambda text: actions(select(option(text)))),
        lengths("OPTION_VALUE_MAX_LENGTH", lambda text: actions(select(option(value=text)))),
        lengths(
            "OPTION_DESCRIPTION_MAX_LENGTH", lambda text: actions(select(option(description=plain(text))))
        ),
        lengths(
            "OPTION_URL_MAX_LENGTH",
            lambda text: actions({"type": "overflow", "options": [option(url=text)]}),
        ),
        lengths(
            "OPTION_GROUP_LABEL_MAX_LENGTH",
            lambda text: actions(
                {"type": "static_select", "option_groups": [{"label": plain(text), "options": [option()]}]}
            ),
        ),
        lengths(
            "SELECT_PLACEHOLDER_MAX_LENGTH", lambda text: actions(select(option(), placeholder=plain(text)))
        ),
        lengths(
            "CONFIRMATION_TITLE_MAX_LENGTH", lambda text: actions(button(confirm=confirm(title=plain(text))))
        ),
        lengths(
            "CONFIRMATION_TEXT_MAX_LENGTH", lambda text: actions(button(confirm=confirm(text=mrkdwn(text))))
        ),
        lengths(
            "CONFIRMATION_CONFIRM_MAX_LENGTH",
            lambda text: actions(button(confirm=confirm(confirm=plain(text)))),
        ),
        lengths(
            "CONFIRMATION_DENY_MAX_LENGTH", lambda text: actions(button(confirm=confirm(deny=plain(text))))
        ),
        lengths("INPUT_LABEL_MAX_LENGTH", lambda text: field(label=text)),
        lengths("INPUT_HINT_MAX_LENGTH", lambda text: field(hint=plain(text))),
        lengths(
            "PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH",
            lambda text: field(text_input(placeholder=plain(text))),
        ),
        lengths(
            "IMAGE_ALT_TEXT_MAX_LENGTH",
            lambda text: {"type": "image", "image_url": "https://x", "alt_text": text},
        ),
        lengths("MARKDOWN_TEXT_MAX_LENGTH", lambda text: {"type": "markdown", "text": text}),
    ],
)
def test_a_text_has_at_most_as_many_characters_as_slackblocks_says(
    limit: int, build: Callable[[str], Json]
) -> None:
    accept(build("x" * limit))
    (message,) = refused_message(build("x" * (limit + 1))).messages
    assert f"must be less than {limit + 1} characters" in message


@pytest.mark.parametrize(
    "build",
    [
        section,
        lambda text: {"type": "header", "text": plain(text)},
        lambda text: {"type": "context", "elements": [mrkdwn(text)]},
        lambda text: actions(button(text)),
        lambda text: actions(select(option(text))),
        lambda text: actions(select(option(value=text))),
        lambda text: field(label=text),
        lambda text: {"type": "image", "image_url": "https://x", "alt_text": text},
        lambda text: rich(paragraph(word(text))),
        lambda text: {"type": "markdown", "text": text},
    ],
)
def test_a_text_is_not_empty(build: Callable[[str], Json]) -> None:
    (message,) = refused_message(build("")).messages
    assert "must be more than 0 characters" in message


def counts(least: int, most: int, build: Callable[[int], Json], name: str) -> Any:
    return pytest.param(least, most, build, id=name)


@pytest.mark.parametrize(
    ("least", "most", "build"),
    [
        counts(
            1,
            limits.SECTION_FIELDS_MAX_ITEMS,
            lambda n: {"type": "section", "fields": [plain("f")] * n},
            "fields",
        ),
        counts(
            1,
            limits.CONTEXT_ELEMENTS_MAX_ITEMS,
            lambda n: {"type": "context", "elements": [plain("c")] * n},
            "context",
        ),
        counts(1, limits.ACTIONS_ELEMENTS_MAX_ITEMS, lambda n: actions(*[button()] * n), "actions"),
        counts(
            limits.OVERFLOW_OPTIONS_MIN_ITEMS,
            limits.OVERFLOW_OPTIONS_MAX_ITEMS,
            lambda n: actions({"type": "overflow", "options": [option()] * n}),
            "overflow",
        ),
        counts(
            limits.SELECT_OPTIONS_MIN_ITEMS,
            limits.SELECT_OPTIONS_MAX_ITEMS,
            lambda n: actions(select(*[option()] * n)),
            "select",
        ),
        counts(
            limits.CHECKBOXES_OPTIONS_MIN_ITEMS,
            limits.CHECKBOXES_OPTIONS_MAX_ITEMS,
            lambda n: actions({"type": "checkboxes", "options": [option()] * n}),
            "checkboxes",
        ),
        counts(
            limits.RADIO_BUTTONS_OPTIONS_MIN_ITEMS,
            limits.RADIO_BUTTONS_OPTIONS_MAX_ITEMS,
            lambda n: actions({"type": "radio_buttons", "options": [option()] * n}),
            "radio_buttons",
        ),
        counts(
            1,
            limits.TABLE_ROWS_MAX_ITEMS,
            lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * n},
            "table_rows",
        ),
        counts(
            1,
            limits.TABLE_COLUMNS_MAX_ITEMS,
            lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * n]},
            "table_columns",
        ),
    ],
)
def test_a_list_has_as_many_items_as_slackblocks_says(
    least: int, most: int, build: Callable[[int], Json]
) -> None:
    accept(build(least))
    accept(build(most))
    assert f"no more than {most} items allowed" in refused_message(build(most + 1)).messages[0]
    assert f"no fewer than {least} items allowed" in refused_message(build(least - 1)).messages[0]


def test_what_slackblocks_builds_is_accepted() -> None:
    two = [slackblocks.Option(slackblocks.PlainText(name), name) for name in "ab"]
    sure = slackblocks.Confirm("Sure?", "Really", "Yes", "No")
    claim = slackblocks.Button("Claim", action_id="claim", value="1", style="primary", confirm=sure)
    built = [
        slackblocks.HeaderBlock("Crisis"),
        slackblocks.SectionBlock("*Task*", fields=["a", "b"], accessory=claim),
        slackblocks.ContextBlock([slackblocks.Text("by me")]),
        slackblocks.DividerBlock(),
        slackblocks.ActionsBlock(
            [
                claim,
                slackblocks.StaticSelectMenu(action_id="s", options=two, placeholder="Pick"),
                slackblocks.OverflowMenu(action_id="o", options=two),
                slackblocks.CheckboxGroup(action_id="c", options=two, initial_options=two[:1]),
                slackblocks.RadioButtonGroup(action_id="r", options=two),
                slackblocks.DatePicker(action_id="d", initial_date="2024-01-31"),
                slackblocks.UserSelectMenu(action_id="u", placeholder="Who"),
            ]
        ),
        slackblocks.ImageBlock("https://x", "alt", "title"),
        slackblocks.InputBlock("Title", slackblocks.PlainTextInput(action_id="t"), hint="short"),
        slackblocks.RichTextBlock(
            [
                slackblocks.RichTextSection(
                    [
                        slackblocks.RichText("hi", bold=True),
                        slackblocks.RichTextUser("U1"),
                        slackblocks.RichTextLink("https://x", "x"),
                    ]
                ),
                slackblocks.RichTextCodeBlock([slackblocks.RichText("code")]),
                slackblocks.RichTextQuote([slackblocks.RichText("quote")]),
            ]
        ),
        slackblocks.MarkdownBlock("**hi**"),
    ]
    accept(*[block._resolve() for block in built])
