"""The simulator shows a message or view as Slack would put it before a person's eyes."""

from __future__ import annotations

import pytest

from bot.simulator.visible import controls, mentions
from tests.simulator.payloads import (
    NAMES,
    THEN,
    Json,
    actions,
    button,
    confirm,
    field,
    home,
    modal,
    mrkdwn,
    option,
    paragraph,
    plain,
    rich,
    section,
    seen,
    select,
    text_input,
    word,
)

MESSAGE = {
    "text": "not shown",
    "blocks": [
        {"type": "header", "text": plain("*Crisis* &amp; <@U1>")},
        section("*Call the bank*\nby noon", accessory=button("Claim", action_id="claim")),
        {"type": "section", "fields": [mrkdwn("*Owner*\n<@U1>"), plain("*Due*")]},
        {"type": "divider"},
        actions(
            button("Done"),
            select(option("High"), option("Low", "2"), placeholder=plain("Priority")),
            select(option("High"), option("Low", "2"), initial_option=option("Low", "2")),
            {"type": "users_select", "initial_user": "U2"},
            {"type": "datepicker", "placeholder": plain("Due date")},
            {"type": "overflow", "options": [option("Edit"), option("Drop", "2")]},
        ),
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": "u", "alt_text": "red dot"}, mrkdwn("by <@U2>")],
        },
        {"type": "image", "image_url": "u", "alt_text": "chart of tasks", "title": plain("Tasks")},
    ],
}


def test_a_message_as_people_read_it() -> None:
    assert seen(MESSAGE).split("\n") == [
        "*Crisis* &amp; <@U1>",
        "Call the bank [Claim]",
        "by noon",
        "Owner",
        "@Ada",
        "*Due*",
        "---",
        "[Done] [Priority ▾] [Low ▾] [@Bob ▾] [Due date ▾] [⋯]",
        "red dot by @Bob",
        "Tasks",
        "chart of tasks",
    ]


def test_rich_text_as_people_read_it() -> None:
    steps = [paragraph(word("call *not bold*")), paragraph({"type": "user", "user_id": "U1"})]
    block = rich(
        paragraph(
            word("see ", style={"bold": True}),
            {"type": "link", "url": "https://x.org", "text": "plan"},
            word(" in "),
            {"type": "channel", "channel_id": "C1"},
            {"type": "emoji", "name": "fire"},
            {"type": "broadcast", "range": "here"},
            {"type": "usergroup", "usergroup_id": "S1"},
        ),
        paragraph(*steps, kind="rich_text_list", style="bullet"),
        paragraph(*steps, kind="rich_text_list", style="ordered", indent=1, offset=4),
        paragraph(word("one\ntwo"), kind="rich_text_quote"),
        paragraph(word("<@U1> &amp;"), kind="rich_text_preformatted"),
    )
    assert seen({"blocks": [block]}).split("\n") == [
        "see plan (https://x.org) in #crisis:fire:@here@oncall",
        "• call *not bold*",
        "• @Ada",
        "    5. call *not bold*",
        "    6. @Ada",
        "> one",
        "> two",
        "<@U1> &amp;",
    ]


def test_markdown_and_tables_as_people_read_them() -> None:
    text = "# Report\n**Done**: *3* of [12](https://x.org)\n- [x] call\n- write `a*b*`\n---\nsnake_case_x"
    row = [{"type": "raw_text", "text": "Lead"}, rich(paragraph({"type": "user", "user_id": "U1"}))]
    number = [{"type": "raw_text", "text": "Open"}, {"type": "raw_number", "value": 3}]
    blocks = [{"type": "markdown", "text": text}, {"type": "table", "rows": [row, number]}]
    assert seen({"blocks": blocks}).split("\n") == [
        "Report",
        "Done: 3 of 12 (https://x.org)",
        "☑ call",
        "• write a*b*",
        "---",
        "snake_case_x",
        "Lead | @Ada",
        "Open | 3",
    ]


FORM = modal(
    section("Tell us", accessory={"type": "checkboxes", "options": [option("Loud")]}),
    field(text_input(placeholder=plain("What broke?"), action_id="title"), hint=plain("One line")),
    field(text_input(initial_value="Bank is down"), label="Summary", optional=True, block_id="summary"),
    field(
        {
            "type": "radio_buttons",
            "options": [option("SEV1", description=plain("all stop")), option("SEV2", "2")],
            "initial_option": option("SEV2", "2"),
        },
        label="Severity",
    ),
    field({"type": "multi_users_select", "initial_users": ["U1", "U2"]}, label="People"),
    field({"type": "conversations_select", "initial_conversation": "C1"}, label="Where"),
    field({"type": "datetimepicker", "initial_date_time": THEN}, label="When"),
    field({"type": "file_input"}, label="Proof"),
    close=plain("Cancel"),
)


def test_a_form_as_people_read_it() -> None:
    assert seen(FORM, zone="Europe/Berlin").split("\n") == [
        "Declare",
        "Tell us",
        "[ ] Loud",
        "Title",
        "‹What broke?›",
        "One line",
        "Summary (optional)",
        "Bank is down",
        "Severity",
        "( ) SEV1 — all stop",
        "(•) SEV2",
        "People",
        "[@Ada, @Bob ▾]",
        "Where",
        "[#crisis ▾]",
        "When",
        "[2023-11-14 23:13 ▾]",
        "Proof",
        "[Add files]",
        "[Cancel] [Go]",
    ]
    assert seen(home(section("*Hello*"))) == "Hello"


class TestControls:
    def test_buttons_and_menus_of_a_message(self) -> None:
        found = controls(MESSAGE, NAMES)
        assert [(control.kind, control.label) for control in found] == [
            ("button", "Claim"),
            ("button", "Done"),
            ("static_select", "Priority"),
            ("static_select", "Choose an option"),
            ("users_select", "Choose an option"),
            ("datepicker", "Due date"),
            ("overflow", "⋯"),
        ]
        assert [control.block_index for control in found] == [1] + [4] * 6
        assert not any(control.is_input for control in found)
        claim, overflow = found[0], found[-1]
        assert (claim.action_id, claim.block_id, claim.row_text) == ("claim", None, "Call the bank\nby noon")
        assert claim.element is MESSAGE["blocks"][1]["accessory"]  # type: ignore[index]
        assert [text for text, _ in overflow.options] == ["Edit", "Drop"]
        assert overflow.options[1][1]["value"] == "2"
        # A divider and other actions do not separate buttons from the words above them.
        assert overflow.row_text == "Owner\n@Ada\n*Due*"

    def test_fields_of_a_form(self) -> None:
        found = controls(FORM, NAMES)
        assert [control.label for control in found[1:]] == [
            *("Title", "Summary", "Severity", "People", "Where", "When", "Proof")
        ]
        assert [control.is_input for control in found] == [False] + [True] * 7
        assert (found[2].block_id, found[2].row_text) == ("summary", "Summary (optional)")
        assert [text for text, _ in found[3].options] == ["SEV1", "SEV2"]

    def test_options_of_groups_come_in_order(self) -> None:
        groups = [{"label": plain(name), "options": [option(name, name)]} for name in ("A", "B")]
        menu = {"type": "static_select", "option_groups": groups}
        (control,) = controls({"blocks": [actions(menu)]}, NAMES)
        assert [text for text, _ in control.options] == ["A", "B"]
        assert control.row_text == ""

    def test_mrkdwn_options_are_rendered(self) -> None:
        boxes = {"type": "checkboxes", "options": [{"text": mrkdwn("*Ask* <@U1>"), "value": "1"}]}
        (control,) = controls({"blocks": [section(accessory=boxes)]}, NAMES)
        assert control.options[0][0] == "Ask @Ada"

    def test_an_image_is_no_control(self) -> None:
        image = {"type": "image", "image_url": "u", "alt_text": "logo"}
        assert controls({"blocks": [section(accessory=image)]}, NAMES) == []
        assert seen({"blocks": [section(accessory=image)]}) == "Task logo"


class TestMentions:
    @pytest.mark.parametrize(
        ("payload", "users", "everyone"),
        [
            ({"text": "<@U1> and <@U2|bob>"}, {"U1", "U2"}, False),
            ({"text": "<!here>"}, set(), True),
            ({"text": "&lt;!channel&gt; @channel @Ada"}, set(), False),
            ({"text": "<!date^1^{date}|<@U1>> <#C1> <https://x|@here>"}, {"U1"}, False),
            ({"text": "<@U1>", "blocks": [section("nobody")]}, set(), False),
            ({"blocks": [section("<@U1> <!everyone>")]}, {"U1"}, True),
            ({"blocks": [{"type": "section", "fields": [mrkdwn("<@U1>"), plain("<@U2>")]}]}, {"U1"}, False),
            ({"blocks": [{"type": "context", "elements": [mrkdwn("<!channel>")]}]}, set(), True),
            ({"blocks": [{"type": "header", "text": plain("<!channel>")}]}, set(), False),
            (
                {"blocks": [rich(paragraph({"type": "user", "user_id": "U1"}, word("<!here>")))]},
                {"U1"},
                False,
            ),
            ({"blocks": [rich(paragraph({"type": "broadcast", "range": "here"}))]}, set(), True),
            ({"blocks": [actions(button(confirm=confirm(text=mrkdwn("<@U1>"))))]}, set(), False),
            ({"blocks": [actions({"type": "users_select", "initial_user": "U1"})]}, set(), False),
            (home(section("<@U1> <!channel>")), set(), False),
        ],
    )
    def test_who_is_notified(self, payload: Json, users: set[str], everyone: bool) -> None:
        found = mentions(payload)
        assert (set(found.users), found.channel_wide) == (users, everyone)

    def test_groups(self) -> None:
        group = {"type": "usergroup", "usergroup_id": "S2"}
        payload = {"blocks": [section("<!subteam^S1|@oncall>"), rich(paragraph(group))]}
        assert mentions(payload).groups == {"S1", "S2"}
        assert not mentions(payload).channel_wide
