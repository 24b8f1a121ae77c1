"""Whatever people typed comes out of an export as itself: never as markup, never cut, never lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.model import Incident, RoleHolding, Status, StepState
from bot.domain.timeline import ENTRY_KINDS, Entry, NoteWithdrawn
from bot.export import Record, record, to_html, to_json, to_markdown, wording
from bot.export.markdown import literal
from tests.domain.a_crisis import NOW, minutes
from tests.html_page import Page
from tests.store.strategies import values_of

PIECES = [
    "<script>alert(1)</script>", "</style>", "</title>", "</svg>", "<!--", "-->", "]]>", "&lt;", "&", '"', "'", "|", "`",
    "```", "#", "# ", "- ", "+ ", "1. ", "2)", "> ", "*", "**", "_", "~~", "~~~", "[a](b)", "![x](y)", "[a]: b", "\n", "\r\n",
    "\r", "\n\n", "    ", "\t", "\\", "---", "===", ":--", "|--", "$x$", "{{ 7 * 7 }}", "{% raw %}", "<@U1>", "word", "é",
    "عاجل", "\u202e", "\u2069", "🔥", "\x00", "\x1b[31m", "\x85", "\u2028", "\u00a0", "www.evil.example", "<br>", "<b x=",
    "https://evil.example/a_b*c?x=1&copy;|", "http://", "javascript:alert(1)", "a@b.example", "日本", "x" * 3000,
]  # fmt: skip
hostile = (
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: text.strip() and wording.shown(text).strip() and not wording.is_link(text))
)


def filled(hint: Any, text: str) -> Any:
    """A value of the type in which every field is filled, and every text is this one."""
    plain = {
        str: text,
        int: 1,
        bool: True,
        datetime: NOW,
        date: NOW.date(),
        time: NOW.time(),
        timedelta: minutes(5),
    }
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: filled(hints[field.name], text) for field in fields(hint)})  # type: ignore[operator]
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Mapping:
        return {}
    if kind in (tuple, frozenset):
        return kind((filled(inner[0], text),))
    return filled(inner[0], text)


def everything(text: str) -> Record:
    """A crisis with this text in every field, of every person and of every kind of timeline entry."""
    incident: Incident = filled(Incident, text)
    steps = tuple(
        replace(incident.steps[0], number=n, state=state) for n, state in enumerate(StepState, start=1)
    )
    holding = RoleHolding("lead", text, text)
    incident = replace(incident, status=Status.CLOSED, steps=steps, roles=(holding,), role_keys=("lead",))
    entries: list[Entry] = [filled(kind, text) for kind in ENTRY_KINDS.values() if kind is not NoteWithdrawn]
    return record(incident, entries, lambda _: text)


CALM = Page(to_html([everything("calm")]))


@settings(max_examples=60, deadline=None)
@example("<script>alert(1)</script></style></title></svg><!-- {{ 7 * 7 }}")
@example("\x00\x1b[2J \u202e" + "y" * 3000)
@given(hostile)
def test_a_page_has_no_element_that_the_template_does_not_make(text: str) -> None:
    made = everything(text)
    page = Page(to_html([made]))
    assert page.shape == CALM.shape
    assert not page.open
    assert all(re.match(r"https?://", href) and href in text for href in page.links)
    told = [wording.shown(line.text) for line in made.timeline]
    typed = [wording.shown(text)] * (len(CALM.typed) - len(told))
    assert page.typed == [*typed, *told]
    assert len(typed) >= 10


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def blocks(tokens: list[Token]) -> list[tuple[str, str, int]]:
    return [(token.type, token.tag, token.level) for token in tokens]


def marks(tokens: list[Token]) -> list[str]:
    """What stands inside the lines besides text, line breaks and links that show where they lead."""
    children = [child for token in tokens for child in token.children or ()]
    assert all(child.markup == "autolink" for child in children if child.type.startswith("link"))
    usual = ("text", "hardbreak", "link_open", "link_close")
    return [child.type for child in children if child.type not in usual]


def as_seen(token: Token) -> list[str]:
    """The lines of a paragraph."""
    text = "".join("\n" if child.type == "hardbreak" else child.content for child in token.children or ())
    return [line.strip() for line in text.split("\n")]


CALM_MARKDOWN = MARKDOWN.parse(to_markdown([everything("calm")]))


@settings(max_examples=100, deadline=None)
@example("a | b\n--|--\n# c\n1. d\n    e\n```\n<script>\n> f\n===\n\\")
@example("`|`\\|\\\\| *a* _b_ [c](d) &lt; <br>")
@given(hostile)
def test_in_markdown_what_was_typed_comes_out_as_itself(text: str) -> None:
    tokens = MARKDOWN.parse(to_markdown([everything(text)]))
    assert blocks(tokens) == blocks(CALM_MARKDOWN)
    assert marks(tokens) == marks(CALM_MARKDOWN)
    quotes = [i for i, token in enumerate(tokens) if token.type == "blockquote_open"]
    typed = wording.shown(text).strip().split("\n")
    expected = [re.sub("[ \t]+", " ", line).strip() for line in typed]
    assert len(quotes) >= 8
    assert all(as_seen(tokens[i + 2]) == expected for i in quotes)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("# No heading", r"\# No heading"),
        ("12. No list", r"12\. No list"),
        ("a|b `c` <d> & *e*", r"a\|b \`c\` &lt;d&gt; &amp; \*e\*"),
        ("See https://x.example/a_b.", "See <https://x.example/a_b>."),
        ("to\u202eright", "to&#8238;right"),
        ("It is 12:30, 3.5 times as much - so far", "It is 12:30, 3.5 times as much - so far"),
    ],
)
def test_markdown_marks_only_what_would_act(typed: str, written: str) -> None:
    assert literal(typed) == written


@settings(max_examples=60, deadline=None)
@given(st.one_of(hostile, st.text(min_size=1)))
def test_json_keeps_every_typed_byte(text: str) -> None:
    made = everything(text)
    written = to_json([made])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", written)
    (crisis,) = json.loads(written)["crises"]
    assert [crisis[key] for key in ("title", "what_happened", "link", "playbook", "cancel_reason")] == [
        text
    ] * 5
    step = crisis["steps"][0]
    typed = [step[key] for key in ("title", "proof", "proof_asked", "skip_reason", "guide")]
    assert [*typed, step["notes"][0]["text"], step["owner"]["name"]] == [text] * 7
    learned = crisis["retrospective"]
    assert [learned[k] for k in ("summary", "went_well", "went_badly")] == [text] * 3
    assert [*learned["lessons"], learned["actions"][0]["text"], crisis["updates"][0]["text"]] == [text] * 3
    for entry, kept in zip(made.entries, crisis["entries"], strict=True):
        assert kept["kind"] == type(entry).__name__
        assert all(kept[f.name] == text for f in fields(entry) if isinstance(getattr(entry, f.name), str))


@settings(max_examples=40, deadline=None)
@given(
    values_of(Incident), st.lists(st.one_of([values_of(kind) for kind in ENTRY_KINDS.values()]), max_size=6)
)
def test_any_crisis_can_be_written(incident: Incident, entries: list[Entry]) -> None:
    made = record(incident, entries, lambda person: person)
    assert json.loads(to_json([made, made]))["crises"][1]["number"] == incident.number
    assert Page(to_html([made, made])).elements
    assert to_markdown([made, made]).startswith("# 2 crises\n")


def test_every_kind_of_line_end_is_a_line_break_and_control_characters_are_seen() -> None:
    assert wording.shown("a\r\nb\rc\x0bd\x85e\u2028f\ng") == "a\nb\nc\nd\ne\nf\ng"
    assert wording.shown("\x1b[31m\x00\x9b\tend") == "\ufffd[31m\ufffd\ufffd\tend"
