"""How Slack shows mrkdwn: references become names, formatting marks vanish, escapes are undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from bot.simulator.slack_dates import DateStyle, shown_date


class Names(Protocol):
    """Looks up what people call a user, channel or group, without the leading @ or #."""

    def user(self, user_id: str, /) -> str: ...

    def channel(self, channel_id: str, /) -> str: ...

    def usergroup(self, group_id: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """The person in front of the screen: the names they know, their time zone, their clock."""

    names: Names
    tz: tzinfo = UTC
    now: datetime | None = None

    @property
    def dates(self) -> DateStyle:
        return DateStyle(self.tz, self.now or datetime.now(self.tz))


# Slack reads only these as references; any other pair of angle brackets stays as it is.
REFERENCE = re.compile(
    r"<(@[UW][^<>|\s]*|#[CGD][^<>|\s]*|![^<>|]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>"
)
BROADCASTS = frozenset({"channel", "here", "everyone"})

_CODE_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
# A mark opens after anything but a letter or digit and closes before the same: `a*b*c` and
# `snake_case_name` are shown as typed. Nor may it touch a space inside, or span lines.
_SPAN = r"(?<![^\W_])(?<!{m}){m}(?=[^\s{m}])([^{m}\n]*?)(?<=\S){m}(?![^\W_])(?!{m})"
_CODE = re.compile(_SPAN.format(m="`"))
_STYLES = [re.compile(_SPAN.format(m=mark)) for mark in (r"\*", "_", "~")]
_QUOTE = re.compile(r"^(?:>|&gt;) ?", re.MULTILINE)
_LONG_QUOTE = re.compile(r"^(?:>|&gt;){3} ?(.*)\Z", re.MULTILINE | re.DOTALL)
# Finished pieces wait outside Unicode's assigned characters while marks around them are read.
_HELD = re.compile("[\U000f0000-\U000ffffd]")


def unescape(text: str) -> str:
    """The only three escapes Slack has, undone once: `&amp;lt;` shows as `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def render(text: str, reader: Reader) -> str:
    """What a person reads where this mrkdwn is posted; a quoted line starts with "> "."""
    kept: list[str] = []
    text = _HELD.sub("\ufffd", text)

    def keep(shown: str) -> str:
        kept.append(shown)
        return chr(0xF0000 + len(kept) - 1)

    def code(match: re.Match[str]) -> str:
        return keep(unescape(REFERENCE.sub(lambda found: _reference(found, reader), match[1])))

    text = _CODE_BLOCK.sub(code, text)
    text = _CODE.sub(code, text)
    text = REFERENCE.sub(lambda found: keep(_reference(found, reader)), text)
    text = _LONG_QUOTE.sub(lambda match: "\n".join("&gt;" + line for line in match[1].split("\n")), text)
    text = _QUOTE.sub("&gt; ", text)
    text = unescape(strip_marks(text, _STYLES))
    return _HELD.sub(lambda match: kept[ord(match[0]) - 0xF0000], text)


def strip_marks(text: str, styles: list[re.Pattern[str]]) -> str:
    """Removes pairs of marks, from outside in, until none is left."""
    before = None
    while before != text:
        before = text
        for style in styles:
            text = style.sub(r"\1", text)
    return text


def _reference(match: re.Match[str], reader: Reader) -> str:
    target, label = match[1], match[2]
    names = reader.names
    if target[0] == "@":
        return "@" + names.user(target[1:])
    if target[0] == "#":
        return "#" + names.channel(target[1:])
    if target[0] != "!":
        return link(unescape(target), unescape(label or ""))
    kind, _, rest = target[1:].partition("^")
    if kind in BROADCASTS:
        return "@" + kind
    if kind == "subteam":
        return "@" + names.usergroup(rest)
    fallback = unescape(label or "")
    if kind == "date":
        stamp, _, layout = rest.partition("^")
        layout, _, url = layout.partition("^")
        shown = shown_date(stamp, unescape(layout), fallback, reader.dates)
        return link(unescape(url), shown) if url else shown
    # An unknown command shows its fallback, or itself in angle brackets.
    return fallback or f"<{kind}>"


def link(url: str, label: str) -> str:
    """A link as read aloud: its label, and where it leads unless the label already says so."""
    if not label or label == url:
        return url.removeprefix("mailto:").removeprefix("tel:")
    place = url.removeprefix("mailto:").removeprefix("tel:")
    return label if label == place else f"{label} ({place})"


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
    re.compile(_SPAN.format(m=r"\*")),
    re.compile(_SPAN.format(m="_")),
]
_MD_LINK: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)"), lambda match: match[1]),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"), lambda match: link(match[2], match[1])),
]
_MD_LINE = [
    (re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE), r"\1"),
    (re.compile(r"^( *)[-*+] +\[ \] ", re.MULTILINE), r"\1☐ "),
    (re.compile(r"^( *)[-*+] +\[[xX]\] ", re.MULTILINE), r"\1☑ "),
    (re.compile(r"^( *)[-*+] +", re.MULTILINE), r"\1• "),
    (re.compile(r"^(?:-{3,}|\*{3,}|_{3,})$", re.MULTILINE), "---"),
]


def render_markdown(text: str, reader: Reader) -> str:
    """What a person reads of a `markdown` block: standard Markdown, not Slack's own dialect."""
    kept: list[str] = []
    text = _HELD.sub("\ufffd", text)

    def keep(shown: str) -> str:
        kept.append(shown)
        return chr(0xF0000 + len(kept) - 1)

    text = re.sub(r"```[^\n`]*\n(.*?)\n?```", lambda match: keep(match[1]), text, flags=re.DOTALL)
    text = re.sub(r"`([^`\n]+)`", lambda match: keep(match[1]), text)
    text = REFERENCE.sub(lambda found: keep(_reference(found, reader)), text)
    for pattern, shown in _MD_LINK:
        text = pattern.sub(lambda match, shown=shown: keep(shown(match)), text)  # type: ignore[misc]
    for pattern, plain in _MD_LINE:
        text = pattern.sub(plain, text)
    text = unescape(strip_marks(text, _MD_STYLES))
    while _HELD.search(text):
        text = _HELD.sub(lambda match: kept[ord(match[0]) - 0xF0000], text)
    return text
