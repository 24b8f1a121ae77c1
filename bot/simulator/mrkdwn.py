"""How Slack shows text: mrkdwn and standard Markdown as the words a person reads, and whom they would notify."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.runs import (
    BROADCASTS,
    HELD,
    REFERENCE,
    SPAN,
    Names,
    Reader,
    link_words,
    plain,
    reference,
    runs_of,
    unescape,
)

__all__ = ["Names", "Pinged", "Reader", "render", "render_markdown"]


def render(text: str, reader: Reader) -> str:
    """What a person reads where this mrkdwn is posted; a quoted line starts with "> "."""
    return plain(runs_of(text, reader))


@dataclass(slots=True)
class Pinged:
    """Whom the references of some mrkdwn would notify."""

    users: set[str]
    groups: set[str]
    everyone: bool = False

    def read(self, text: str) -> None:
        """Adds what `text` mentions; an escaped `&lt;!channel&gt;` mentions nobody.

        References inside code are counted: Slack resolves them there too, and a test that asks
        whether anybody was disturbed should rather hear yes.
        """
        for match in REFERENCE.finditer(text):
            target = match[1]
            if target[0] == "@":
                self.users.add(target[1:])
            elif target[0] == "!":
                kind, _, rest = target[1:].partition("^")
                if kind == "subteam":
                    self.groups.add(rest)
                self.everyone = self.everyone or kind in BROADCASTS


_MD_STYLES = [
    re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"),
    re.compile(r"__(?=\S)(.+?)(?<=\S)__"),
    re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"),
    re.compile(SPAN.format(m=r"\*")),
    re.compile(SPAN.format(m="_")),
]
_MD_LINK: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)"), lambda match: match[1]),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"), lambda match: link_words(match[2], match[1])),
]
_MD_LINE = [
    (re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE), r"\1"),
    (re.compile(r"^( *)[-*+] +\[ \] ", re.MULTILINE), r"\1☐ "),
    (re.compile(r"^( *)[-*+] +\[[xX]\] ", re.MULTILINE), r"\1☑ "),
    (re.compile(r"^( *)[-*+] +", re.MULTILINE), r"\1• "),
    (re.compile(r"^(?:-{3,}|\*{3,}|_{3,})$", re.MULTILINE), "---"),
]


def _strip_marks(text: str, styles: list[re.Pattern[str]]) -> str:
    """Pairs of marks are removed, from outside in, until none is left."""
    before = None
    while before != text:
        before = text
        for style in styles:
            text = style.sub(r"\1", text)
    return text


def render_markdown(text: str, reader: Reader) -> str:
    """What a person reads of a `markdown` block: standard Markdown, not Slack's own dialect."""
    kept: list[str] = []
    text = HELD.sub("\ufffd", text)

    def keep(shown: str) -> str:
        kept.append(shown)
        return chr(0xF0000 + len(kept) - 1)

    text = re.sub(r"```[^\n`]*\n(.*?)\n?```", lambda match: keep(match[1]), text, flags=re.DOTALL)
    text = re.sub(r"`([^`\n]+)`", lambda match: keep(match[1]), text)
    text = REFERENCE.sub(lambda found: keep(plain([reference(found[1], found[2], reader)])), text)
    for pattern, shown in _MD_LINK:
        text = pattern.sub(lambda match, shown=shown: keep(shown(match)), text)  # type: ignore[misc]
    for pattern, without in _MD_LINE:
        text = pattern.sub(without, text)
    text = unescape(_strip_marks(text, _MD_STYLES))
    while HELD.search(text):
        text = HELD.sub(lambda match: kept[ord(match[0]) - 0xF0000], text)
    return text
