"""The simulator turns mrkdwn and its dates into what Slack shows, and escaped text into nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.visible import mentions, visible_text
from tests.simulator.payloads import (
    NAMES,
    THEN,
    paragraph,
    rich,
    seen,
)


def read(text: str, **reader: Any) -> str:
    return seen({"text": text}, **reader)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class TestMrkdwn:
    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("*bold* _it_ ~gone~ `code`", "bold it gone code"),
            ("_*both*_ and *_both_*", "both and both"),
            ("(*a*), *b*! *c*", "(a), b! c"),
            ("snake_case_name 2*3*4 a~b~c x`y`z", "snake_case_name 2*3*4 a~b~c x`y`z"),
            ("* a* *a * ** *", "* a* *a * ** *"),
            ("*two\nlines*", "*two\nlines*"),
            ("**markdown**", "**markdown**"),
            ("`*code* <@U1> &lt;b&gt;`", "*code* @Ada <b>"),
            ("```\n*x*\n_y_\n```", "*x*\n_y_"),
            (":fire: :+1:", ":fire: :+1:"),
            ("> quote\n&gt;also\nnot", "> quote\n> also\nnot"),
            (">>> all\nof it", "> all\n> of it"),
            ("5 > 4 &amp; 3 &lt; 4", "5 > 4 & 3 < 4"),
            ("&amp;lt;", "&lt;"),
            ("if a < b and c > d", "if a < b and c > d"),
            ("private \U000f0000 use", "private \ufffd use"),
        ],
    )
    def test_formatting(self, source: str, shown: str) -> None:
        assert read(source) == shown

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("<@U1> <@U2|bob> <@U9>", "@Ada @Bob @U9"),
            ("*<@U1>* leads", "@Ada leads"),
            ("<#C1> <#C1|old-name>", "#crisis #crisis"),
            ("<!channel> <!here> <!everyone> <!here|here>", "@channel @here @everyone @here"),
            ("<!subteam^S1> <!subteam^S1|@old>", "@oncall @oncall"),
            ("<!unknown|shown> <!unknown>", "shown <unknown>"),
            ("<https://x.org/a_b_c|the_*plan*>", "the_*plan* (https://x.org/a_b_c)"),
            ("<https://x.org?a=1&amp;b=2>", "https://x.org?a=1&b=2"),
            ("<mailto:ada@x.org|ada@x.org> <mailto:ada@x.org|Ada>", "ada@x.org Ada (ada@x.org)"),
            ("&lt;@U1&gt; &lt;!channel&gt;", "<@U1> <!channel>"),
        ],
    )
    def test_references(self, source: str, shown: str) -> None:
        assert read(source) == shown

    @given(st.text(alphabet=st.characters(exclude_characters="*_~`", exclude_categories=("Co", "Cs"))))
    def test_escaped_text_is_shown_as_it_was_written(self, text: str) -> None:
        quoted = any(line.startswith(">") for line in text.splitlines())
        if not quoted and text:
            assert read("x" + escaped(text)) == "x" + text

    @given(st.text(alphabet="<>!@#&;|^ UCS1channelherevybtm\n*`"))
    def test_escaped_text_never_notifies(self, text: str) -> None:
        found = mentions({"text": escaped(text)})
        assert (found.users, found.groups, found.channel_wide) == (frozenset(), frozenset(), False)


class TestDates:
    @pytest.mark.parametrize(
        ("layout", "shown"),
        [
            ("{date_num}", "2023-11-14"),
            ("{date_slash}", "11/14/2023"),
            ("{date}", "November 14th"),
            ("{date_short}", "Nov 14"),
            ("{date_long}", "Tuesday, November 14th"),
            ("{date_long_full}", "November 14, 2023"),
            ("{date_pretty}", "Today"),
            ("{date_short_pretty} at {time}", "Today at 10:13 PM"),
            ("due {date_long_pretty}, {time_secs}", "due today, 10:13:20 PM"),
            ("{ago}", "46 minutes ago"),
            ("{day_divider_pretty}", "Today"),
            ("{never}", "fallback"),
            ("no token", "fallback"),
        ],
    )
    def test_tokens(self, layout: str, shown: str) -> None:
        assert read(f"<!date^{THEN}^{layout}|fallback>") == shown
        date = {"type": "date", "timestamp": THEN, "format": layout, "fallback": "fallback"}
        assert seen({"blocks": [rich(paragraph(date))]}) == shown

    @pytest.mark.parametrize(
        ("now", "pretty", "ago"),
        [
            (datetime(2023, 11, 13, 12, 0, tzinfo=UTC), "Tomorrow", "in 1 day"),
            (datetime(2023, 11, 14, 22, 13, tzinfo=UTC), "Today", "just now"),
            (datetime(2023, 11, 15, 0, 14, tzinfo=UTC), "Yesterday", "2 hours ago"),
            (datetime(2023, 12, 31, 0, 0, tzinfo=UTC), "November 14th", "1 month ago"),
            (datetime(2025, 1, 1, 0, 0, tzinfo=UTC), "November 14th, 2023", "1 year ago"),
        ],
    )
    def test_near_dates(self, now: datetime, pretty: str, ago: str) -> None:
        assert read(f"<!date^{THEN}^{{date_pretty}} · {{ago}}|then>", now=now) == f"{pretty} · {ago}"

    def test_every_reader_sees_their_own_time(self) -> None:
        stamp = f"<!date^{THEN}^{{date_num}} {{time}}|then>"
        assert read(stamp, zone="Europe/Berlin") == "2023-11-14 11:13 PM"
        assert read(stamp, zone="Asia/Tokyo") == "2023-11-15 7:13 AM"
        assert read(f"<!date^{THEN}^{{date_pretty}}|then>", zone="Asia/Tokyo") == "Today"

    def test_a_date_may_be_a_link_or_broken(self) -> None:
        assert read(f"<!date^{THEN}^{{time}}^https://x.org|then>") == "10:13 PM (https://x.org)"
        assert read("<!date^soon^{time}|then>") == "then"

    def test_without_a_clock_today_is_today(self) -> None:
        stamp = int(datetime.now(UTC).timestamp())
        assert visible_text({"text": f"<!date^{stamp}^{{ago}}|then>"}, NAMES, tz=UTC) == "Just now"
