"""The simulator refuses the messages that Slack refuses, in Slack's words."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.blocks import BlockError, check_message, check_view
from tests.simulator.payloads import (
    GOOD,
    Json,
    accept,
    actions,
    button,
    field,
    home,
    modal,
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


class TestMessageAsAWhole:
    @pytest.mark.parametrize(("text", "blocks"), [(None, None), ("", []), (None, []), ("", None)])
    def test_needs_text_or_blocks(self, text: str | None, blocks: list[Json] | None) -> None:
        with pytest.raises(BlockError) as caught:
            check_message(text=text, blocks=blocks, update=False)
        assert (caught.value.error, caught.value.messages) == ("no_text", [])

    def test_blocks_alone_are_enough(self) -> None:
        check_message(text=None, blocks=[section()], update=False)

    def test_text_may_be_long_when_posted_but_not_when_updated(self) -> None:
        check_message(text="x" * 40_000, blocks=None, update=False)
        check_message(text="x" * 4000, blocks=None, update=True)
        with pytest.raises(BlockError) as caught:
            check_message(text="x" * 4001, blocks=None, update=True)
        assert caught.value.error == "msg_too_long"

    def test_fifty_blocks(self) -> None:
        accept(*[{"type": "divider"}] * 50)
        assert refused_message(*[{"type": "divider"}] * 51).messages == [
            "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"
        ]

    def test_all_text_of_the_blocks_together(self) -> None:
        accept(*[section("x" * 3000)] * 4)
        problem = refused_message(*[section("x" * 3000)] * 4, actions(button("y")))
        assert (problem.error, problem.messages) == ("msg_blocks_too_long", [])

    def test_markdown_blocks_share_their_limit(self) -> None:
        accept({"type": "markdown", "text": "x" * 12_000})
        half = {"type": "markdown", "text": "x" * 6001}
        assert refused_message(half, half).error == "msg_blocks_too_long"

    def test_a_block_id_names_one_block(self) -> None:
        accept(section(block_id="a"), section(block_id="b"))
        problem = refused_message(section(block_id="a"), section(block_id="a"))
        assert problem.messages == ['[ERROR] `block_id` "a" already exists [json-pointer:/blocks/1/block_id]']

    def test_an_action_id_names_one_element_of_its_block(self) -> None:
        twin = button(action_id="claim")
        accept(actions(twin), actions(twin), section(accessory=twin))
        assert refused_message(actions(twin, twin)).messages == [
            '[ERROR] `action_id` "claim" already exists in this block '
            "[json-pointer:/blocks/0/elements/1/action_id]"
        ]

    def test_one_table(self) -> None:
        table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
        accept(table)
        assert refused_message(table, table).error == "invalid_blocks"

    def test_every_problem_is_listed(self) -> None:
        problem = refused_message(
            section("x" * 3001), {"type": "header", "text": mrkdwn("x")}, {"type": "hr"}
        )
        assert problem.error == "invalid_blocks"
        assert problem.messages == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            "[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/1/text/type]",
            "[ERROR] unsupported type: hr [json-pointer:/blocks/2/type]",
        ]
        assert "3001" in str(problem)


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ({"text": plain("no type")}, "missing required field: type"),
        ({"type": "section"}, "must define either `text` or `fields`"),
        ({"type": "section", "text": "bare"}, "must provide an object [json-pointer:/blocks/0/text]"),
        ({"type": "section", "text": plain("x"), "color": "red"}, "invalid additional property: color"),
        (section(accessory=text_input()), "unsupported type: plain_text_input"),
        (section(accessory={"type": "datetimepicker"}), "unsupported type: datetimepicker"),
        (section(expand="yes"), "must provide a boolean"),
        (section(block_id=7), "must provide a string"),
        (section(accessory=None), "must not be null: accessory"),
        ({"type": "divider", "text": plain("x")}, "invalid additional property: text"),
        ({"type": "header"}, "missing required field: text"),
        ({"type": "header", "text": {"type": "plain_text"}}, "missing required field: text"),
        ({"type": "section", "text": {**mrkdwn("x"), "emoji": True}}, "invalid additional property: emoji"),
        ({"type": "section", "text": {**plain("x"), "verbatim": True}}, "additional property: verbatim"),
        ({"type": "context", "elements": [button()]}, "unsupported type: button"),
        (actions(button(style="default")), "must be a valid enum value"),
        (actions({"type": "button", "text": mrkdwn("x")}), "unsupported type: mrkdwn"),
        (actions(text_input()), "unsupported type: plain_text_input"),
        (actions({"type": "image", "image_url": "https://x", "alt_text": "x"}), "unsupported type: image"),
        (actions({"type": "multi_users_select"}), "unsupported type: multi_users_select"),
        ({"type": "actions", "elements": button()}, "must provide an array"),
        (actions(button(confirm={"title": plain("x")})), "missing required field: deny"),
        (
            actions(select(option(), option("Two", "2"), initial_option=option("Three", "3"))),
            "initial_option",
        ),
        (
            actions({"type": "checkboxes", "options": [option()], "initial_options": [option("Two", "2")]}),
            "initial_options must be among the provided options",
        ),
        (actions({"type": "static_select"}), "must define either `options` or `option_groups`"),
        (actions(select({"text": mrkdwn("x"), "value": "1"})), "unsupported type: mrkdwn"),
        (actions(select({"text": plain("x")})), "missing required field: value"),
        (actions(select(option(url="https://x"))), "invalid additional property: url"),
        (actions({"type": "datepicker", "initial_date": "2024-02-30"}), "must be a valid date"),
        (actions({"type": "datepicker", "initial_date": "20240229"}), "must be a valid date"),
        (actions({"type": "timepicker", "initial_time": "24:00"}), "must be a valid time"),
        (actions({"type": "datetimepicker", "initial_date_time": 17}), "greater than or equal to"),
        (actions({"type": "conversations_select", "response_url_enabled": True}), "only available in modals"),
        ({"type": "image", "image_url": "https://x"}, "missing required field: alt_text"),
        ({"type": "image", "alt_text": "x"}, "must define either `image_url` or `slack_file`"),
        (field(button()), "unsupported type: button"),
        (field({"type": "number_input", "is_decimal_allowed": False}), "unsupported type: number_input"),
        ({"type": "input", "label": mrkdwn("x"), "element": text_input()}, "unsupported type: mrkdwn"),
        (field(text_input(max_length=3001)), "must be less than or equal to 3000"),
        (field(text_input(max_length=3, initial_value="long")), "must be less than 4 characters"),
        (field(text_input(min_length=3, initial_value="no")), "must be more than 2 characters"),
        (field(text_input(min_length=9, max_length=3)), "min_length must be less than"),
        (rich(), "no fewer than 1 items allowed"),
        (rich(word()), "unsupported type: text"),
        (rich(paragraph({"type": "bold"})), "unsupported type: bold"),
        (rich(paragraph({"type": "user"})), "missing required field: user_id"),
        (rich(paragraph({"type": "broadcast", "range": "all"})), "must be a valid enum value"),
        (rich(paragraph(word(style={"big": True}))), "invalid additional property: big"),
        (rich(paragraph(word(), kind="rich_text_list", style="bullet")), "unsupported type: text"),
        (rich(paragraph(paragraph(word()), kind="rich_text_list")), "missing required field: style"),
        (
            rich(paragraph({"type": "broadcast", "range": "here"}, kind="rich_text_preformatted")),
            "unsupported type: broadcast",
        ),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
    ],
)
def test_refused_blocks(block: Json, complaint: str) -> None:
    problem = refused_message(block)
    assert problem.error == "invalid_blocks"
    assert any(complaint in message for message in problem.messages), problem.messages
    assert all(message.startswith("[ERROR] ") for message in problem.messages)
    assert all("[json-pointer:/blocks/0" in message for message in problem.messages)


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_accepted_blocks(block: Json) -> None:
    before = copy.deepcopy(block)
    accept(block)
    assert block == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.data())
def test_no_payload_is_too_strange_to_be_refused_properly(data: st.DataObject) -> None:
    """Whatever one value of a good block is replaced with, the answer is a verdict, not a crash."""
    block = copy.deepcopy(data.draw(st.sampled_from(GOOD)))
    place: Any = block
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(anything)
    for problem in verdicts(block):
        assert problem.messages or problem.error == "msg_blocks_too_long"


def verdicts(block: Json) -> list[BlockError]:
    problems = []
    checks = (
        partial(check_message, text="fallback", blocks=[block], update=False),
        partial(check_view, modal(block)),
        partial(check_view, home(block)),
    )
    for check in checks:
        try:
            check()
        except BlockError as problem:
            problems.append(problem)
    return problems
