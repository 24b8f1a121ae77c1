"""The simulator refuses the modals and home tabs that Slack refuses, in Slack's words."""

from __future__ import annotations

import pytest
from slackblocks import _limits as limits

from bot.simulator.blocks import BlockError, check_view
from tests.simulator.payloads import (
    GOOD,
    Json,
    actions,
    field,
    home,
    modal,
    mrkdwn,
    option,
    paragraph,
    plain,
    rich,
    section,
    text_input,
    word,
)


def refused_view(view: Json) -> list[str]:
    with pytest.raises(BlockError) as caught:
        check_view(view)
    assert caught.value.error == "invalid_arguments"
    return caught.value.messages


class TestViews:
    def test_the_words_of_slack(self) -> None:
        assert refused_view(modal(section(), title=plain("x" * 25))) == [
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        ]
        assert refused_view({}) == ["[ERROR] missing required field: type [json-pointer:/view]"]
        assert refused_view({"type": "modal"}) == [
            "[ERROR] missing required field: title [json-pointer:/view]",
            "[ERROR] missing required field: blocks [json-pointer:/view]",
        ]

    def test_accepted_views(self) -> None:
        check_view(
            modal(*GOOD[:-1], field(), close=plain("Cancel"), clear_on_close=True, private_metadata="")
        )
        check_view(modal(section(), submit=...))
        check_view(home(section(), field(), GOOD[-1], callback_id="home"))
        check_view(home())

    @pytest.mark.parametrize(
        ("name", "limit"),
        [
            ("private_metadata", limits.VIEW_PRIVATE_METADATA_MAX_LENGTH),
            ("callback_id", limits.VIEW_CALLBACK_ID_MAX_LENGTH),
            ("external_id", limits.VIEW_EXTERNAL_ID_MAX_LENGTH),
        ],
    )
    def test_strings_of_a_view(self, name: str, limit: int) -> None:
        for build in (modal, home):
            check_view(build(section(), **{name: "x" * limit}))
            assert (
                f"json-pointer:/view/{name}" in refused_view(build(section(), **{name: "x" * (limit + 1)}))[0]
            )

    @pytest.mark.parametrize("name", ["title", "submit", "close"])
    def test_titles_are_short_and_plain(self, name: str) -> None:
        check_view(modal(section(), **{name: plain("x" * 24)}))
        for text in (plain("x" * 25), plain(""), mrkdwn("x")):
            assert refused_view(modal(section(), **{name: text}))

    def test_a_form_needs_a_submit_button(self) -> None:
        assert refused_view(modal(field(), submit=...)) == [
            "[ERROR] missing required field: submit [json-pointer:/view]"
        ]

    def test_a_hundred_blocks(self) -> None:
        for build in (modal, home):
            check_view(build(*[section()] * 100))
            assert "no more than 100 items" in refused_view(build(*[section()] * 101))[0]

    def test_a_block_id_names_one_block(self) -> None:
        assert "already exists" in refused_view(modal(field(block_id="a"), field(block_id="a")))[0]

    @pytest.mark.parametrize(
        "view",
        [
            {"type": "popup", "blocks": []},
            home(section(), title=plain("Home")),
            home(section(), submit=plain("Go")),
            modal(section(), submit_disabled=False),
            modal({"type": "markdown", "text": "x"}),
            home({"type": "markdown", "text": "x"}),
            modal(GOOD[-1]),
            home(field({"type": "file_input"})),
            home(actions({"type": "datetimepicker"})),
            modal(field({"type": "file_input"}, dispatch_action=True)),
            modal(field(text_input(focus_on_load=True)), field(text_input(focus_on_load=True))),
            modal(field({"type": "number_input"})),
            modal(field({"type": "datepicker", "initial_date": "tomorrow"})),
        ],
    )
    def test_refused_views(self, view: Json) -> None:
        assert all("[json-pointer:/view" in message for message in refused_view(view))

    @pytest.mark.parametrize(
        "element",
        [
            {"type": "email_text_input"},
            {"type": "url_text_input", "initial_value": "https://x"},
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "1"},
            {"type": "file_input", "filetypes": ["png"], "max_files": 10},
            {"type": "rich_text_input", "initial_value": rich(paragraph(word()))},
            {"type": "multi_static_select", "options": [option()], "initial_options": [option()]},
            {"type": "multi_conversations_select", "initial_conversations": ["C1"]},
            {"type": "conversations_select", "response_url_enabled": True},
        ],
        ids=lambda element: element["type"],
    )
    def test_elements_of_a_form(self, element: Json) -> None:
        check_view(modal(field(element)))
