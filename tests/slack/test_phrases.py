"""Phrases, long texts and the net below all messages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import moment
from bot.simulator.visible import mentions
from bot.slack import limits, phrases
from bot.slack.blocks import actions, section
from bot.slack.fitting import compose, first_that_fits, fits, text_length
from tests.slack.crises import NOW, at_work
from tests.slack.judging import judged

MARKED = st.text(alphabet=st.sampled_from("ab &<>|@!#*~`\n\u202e\u0639:/.")) | st.text()


@given(text=MARKED, limit=st.integers(5, 400))
def test_a_brief_text_is_harmless_and_short(text: str, limit: int) -> None:
    shown = phrases.brief(text, limit)
    assert len(shown) <= limit + 2
    assert "\n" not in shown
    found = mentions({"text": shown})
    assert not found.users
    assert not found.groups
    assert not found.channel_wide


@given(text=st.text(max_size=3000) | st.text(alphabet="&<a", min_size=2000, max_size=3000))
def test_a_whole_text_is_whole(text: str) -> None:
    if text.strip():
        piece = phrases.whole(text)["text"]
        assert len(piece["text"]) <= 3000
        shown = piece["text"]
        if piece["type"] == "mrkdwn":
            for mark, typed in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
                shown = shown.replace(mark, typed)
        assert shown.replace("<", "").replace(">", "") == text.replace("<", "").replace(">", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("see https://a.example/x.", "see <https://a.example/x>."),
        ("(https://a.example/?b=1&amp;c=2)", "(<https://a.example/?b=1&amp;c=2>)"),
        ("&lt;https://a.example|b&gt;", "&lt;<https://a.example>|b&gt;"),
        ("no link: javascript:x ftp://y", "no link: javascript:x ftp://y"),
    ],
)
def test_addresses_can_be_pressed(typed: str, shown: str) -> None:
    assert phrases.linked(typed) == shown


def test_text_from_right_to_left_does_not_turn_the_words_around_it() -> None:
    assert phrases.isolated("plain") == "plain"
    assert phrases.isolated("\u0639") == "\u2068\u0639\u2069"
    assert phrases.isolated("a\u202eb") == "\u2068a\u202eb\u2069"


def test_a_guide_in_markdown_reads_well_in_slack() -> None:
    guide = "# First\n**Bold** and [a link](https://a.example/x)\n* one\n- two <!channel>"
    assert phrases.from_markdown(guide) == (
        "*First*\n*Bold* and <https://a.example/x|a link>\n• one\n• two &lt;!channel&gt;"
    )


@given(st.text(alphabet="ab \n&", max_size=9000))
def test_a_long_guide_is_told_in_parts(text: str) -> None:
    pieces = phrases.parts(text)
    assert all(0 < len(p) <= 3000 for p in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_the_net_keeps_any_message_within_the_sizes() -> None:
    blocks = [section("<@U0ANA> " + "x" * 2900, block_id=f"b{n}") for n in range(80)]
    shown = judged(compose("y" * 9000, blocks))
    assert text_length(shown.blocks) > limits.MESSAGE_BLOCKS_TEXT_MAX_CHARS - 60
    assert not fits(blocks)
    assert compose("y", blocks[:2]).blocks == tuple(blocks[:2])


def test_the_first_level_that_fits_is_taken() -> None:
    def draw(size: int) -> list[dict[str, object]]:
        return [section("x" * size) for _ in range(10)]

    assert first_that_fits((3000, 1000, 500), draw) == draw(1000)
    assert first_that_fits((3000, 2000), draw) == draw(2000)


def test_labels_of_buttons_count_as_text() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Done"}, "value": "x"}
    assert text_length([actions([button]), section("four")]) == 8


def test_days_and_progress_in_words() -> None:
    today = date(2026, 11, 2)
    assert phrases.day_words(date(2026, 11, 3), today) == "due 3 November 2026"
    assert phrases.day_words(date(2026, 11, 1), today) == "1 day late (it was due 1 November 2026)"
    assert phrases.bar(0, 0) == "▱" * 10
    assert phrases.bar(14, 14) == "▰" * 10
    assert phrases.steps_of(1) == "1 step"


def test_a_time_on_another_day_names_the_day() -> None:
    assert "{date_short_pretty}" in moment(NOW, NOW + timedelta(days=1))
    assert "{date_short_pretty}" not in moment(NOW, NOW + timedelta(hours=3))
    assert phrases.next_update(at_work(), NOW - timedelta(days=2)).count("{date_short_pretty}") == 1
