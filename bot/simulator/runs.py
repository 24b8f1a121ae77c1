"""mrkdwn as the pieces a client draws: words, styles, references, quotes; everything unescaped and resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, Protocol

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


Kind = Literal[
    "text", "bold", "italic", "strike", "code", "pre", "quote",
    "link", "date", "user", "channel", "group", "broadcast", "emoji",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text. Styles and quotes hold others; a reference keeps what it names (an id or an address)."""

    kind: Kind
    text: str = ""
    within: tuple[Run, ...] = ()
    target: str = ""


# Slack reads only these as references; any other pair of angle brackets stays as it is.
REFERENCE = re.compile(
    r"<(@[UW][^<>|\s]*|#[CGD][^<>|\s]*|![^<>|]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>"
)
BROADCASTS = frozenset({"channel", "here", "everyone"})
# A mark opens after anything but a letter or digit and closes before the same: `a*b*c` and
# `snake_case_name` are shown as typed. Nor may it touch a space inside, or span lines.
SPAN = r"(?<![^\W_])(?<!{m}){m}(?=[^\s{m}])([^{m}\n]*?)(?<=\S){m}(?![^\W_])(?!{m})"
# Finished pieces wait outside Unicode's assigned characters while marks around them are read.
HELD = re.compile("[\U000f0000-\U000ffffd]")

_CODE_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(SPAN.format(m="`"))
_STYLES: list[tuple[Kind, re.Pattern[str]]] = [
    ("bold", re.compile(SPAN.format(m=r"\*"))),
    ("italic", re.compile(SPAN.format(m="_"))),
    ("strike", re.compile(SPAN.format(m="~"))),
]
_QUOTED = re.compile(r"(?:>|&gt;) ?")
_LONG_QUOTE = re.compile(r"^(?:>|&gt;){3} ?(.*)\Z", re.MULTILINE | re.DOTALL)


def unescape(text: str) -> str:
    """The only three escapes Slack has, undone once: `&amp;lt;` shows as `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def runs_of(text: str, reader: Reader) -> list[Run]:
    """The pieces of this mrkdwn, as this reader sees them."""
    return _Parsing(reader).runs(text)


def plain(runs: list[Run] | tuple[Run, ...]) -> str:
    """The same as bare text: marks are gone, a quoted line starts with "> ", a link names where it leads."""
    return "".join(_plain(run) for run in runs)


def reference(target: str, label: str | None, reader: Reader) -> Run:
    """What stands between angle brackets, resolved for this reader."""
    names = reader.names
    if target[0] == "@":
        return Run("user", "@" + names.user(target[1:]), target=target[1:])
    if target[0] == "#":
        return Run("channel", "#" + names.channel(target[1:]), target=target[1:])
    if target[0] != "!":
        return Run("link", unescape(label or ""), target=unescape(target))
    kind, _, rest = target[1:].partition("^")
    if kind in BROADCASTS:
        return Run("broadcast", "@" + kind)
    if kind == "subteam":
        return Run("group", "@" + names.usergroup(rest), target=rest)
    fallback = unescape(label or "")
    if kind == "date":
        stamp, _, layout = rest.partition("^")
        layout, _, url = layout.partition("^")
        shown = shown_date(stamp, unescape(layout), fallback, reader.dates)
        return Run("link", shown, target=unescape(url)) if url else Run("date", shown, target=stamp)
    # An unknown command shows its fallback, or itself in angle brackets.
    return Run("text", fallback or f"<{kind}>")


def link_words(url: str, label: str) -> str:
    """A link as read aloud: its label, and where it leads unless the label already says so."""
    place = url.removeprefix("mailto:").removeprefix("tel:")
    return place if label in ("", url, place) else f"{label} ({place})"


def _plain(run: Run) -> str:
    match run.kind:
        case "bold" | "italic" | "strike":
            return plain(run.within)
        case "quote":
            return "\n".join(f"> {line}" for line in plain(run.within).split("\n"))
        case "link":
            return link_words(run.target, run.text)
        case _:
            return run.text


class _Parsing:
    """One text being read: finished pieces wait in `held` under characters of their own."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held: list[Run] = []

    def runs(self, text: str) -> list[Run]:
        text = HELD.sub("\ufffd", text)
        text = _CODE_BLOCK.sub(lambda match: self._hold(Run("pre", self._raw(match[1]))), text)
        text = _CODE.sub(lambda match: self._hold(Run("code", self._raw(match[1]))), text)
        text = REFERENCE.sub(lambda match: self._hold(reference(match[1], match[2], self._reader)), text)
        text = _LONG_QUOTE.sub(lambda match: "\n".join("&gt;" + line for line in match[1].split("\n")), text)
        return self._lines(self._styled(text))

    def _hold(self, run: Run) -> str:
        self._held.append(run)
        return chr(0xF0000 + len(self._held) - 1)

    def _raw(self, text: str) -> str:
        # References are resolved in code, too; styles are not.
        shown = REFERENCE.sub(lambda match: plain([reference(match[1], match[2], self._reader)]), text)
        return unescape(shown)

    def _styled(self, text: str) -> str:
        """Pairs of marks are held pieces, with what is marked within them."""
        before = None
        while before != text:
            before = text
            for kind, pattern in _STYLES:
                text = pattern.sub(lambda match, kind=kind: self._mark(kind, match[1]), text)  # type: ignore[misc]
        return text

    def _mark(self, kind: Kind, within: str) -> str:
        return self._hold(Run(kind, self._styled(within)))

    def _lines(self, text: str) -> list[Run]:
        """Quoted lines that follow each other are one quote."""
        found: list[Run] = []
        ordinary: list[str] = []
        quoted: list[str] = []

        def close_quote() -> None:
            if quoted:
                found.append(Run("quote", within=tuple(self._pieces("\n".join(quoted)))))
                quoted.clear()

        def close_ordinary(end: str) -> None:
            if ordinary:
                found.extend(self._pieces("\n".join(ordinary) + end))
                ordinary.clear()

        for line in text.split("\n"):
            mark = _QUOTED.match(line)
            if mark:
                close_ordinary("\n")
                quoted.append(line[mark.end() :])
            else:
                if quoted:
                    close_quote()
                    found.append(Run("text", "\n"))
                ordinary.append(line)
        close_ordinary("")
        close_quote()
        return found

    def _pieces(self, text: str) -> list[Run]:
        pieces: list[Run] = []
        at = 0
        for match in HELD.finditer(text):
            pieces += _words(text[at : match.start()])
            pieces.append(self._released(self._held[ord(match[0]) - 0xF0000]))
            at = match.end()
        return pieces + _words(text[at:])

    def _released(self, run: Run) -> Run:
        if run.kind in ("bold", "italic", "strike"):
            return Run(run.kind, within=tuple(self._pieces(run.text)))
        return run


def _words(text: str) -> list[Run]:
    return [Run("text", unescape(text))] if text else []
