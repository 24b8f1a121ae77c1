"""What is wrong in the files a team edits, and where: enough to fix it without reading any code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

Place = tuple[str | int, ...]
"""The way to a value: `("steps", 2, "role")`; list positions count from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file."""

    file: str
    text: str
    """What is wrong and what would be right."""
    key: str = ""
    """Path of the key, steps counted from 1: `steps[3].role`; empty: the file as a whole."""
    line: int | None = None

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        place = ", ".join(part for part in (line, shown(self.key, 120)) if part)
        return _printable(f"{place}: {self.text}" if place else self.text)


class PlaybookProblems(Exception):
    """Every mistake found in playbooks and severity.toml, in one text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        count = len(self.problems)
        mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
        lines = [f"{mistakes} in the playbook files (steps are counted from 1):"]
        for file, found in groupby(self.problems, key=lambda problem: problem.file):
            lines += ["", file, *(f"  {problem}" for problem in found)]
        super().__init__("\n".join(lines))


def shown(written: object, most: int = 60) -> str:
    """What the file says there, short enough for a sentence about it."""
    text = _printable(str(written))
    return text if len(text) <= most else text[: most - 1] + "…"


def _printable(text: str) -> str:
    """One line, in which nothing steers the terminal that shows it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def key_path(place: Place) -> str:
    """The path as people write it; list positions count from 1, as on a checklist."""
    path = ""
    for part in place:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def choices(written: object, valid: Sequence[str]) -> str:
    """The nearest valid name, if one is nearer than all others, and all of them."""
    name = str(written).strip().lower()
    near = difflib.get_close_matches(name, valid, n=2)
    likeness = [difflib.SequenceMatcher(None, name, guess).ratio() for guess in near]
    clear = len(near) == 1 or (len(near) > 1 and likeness[0] > likeness[1])
    guess = f'Did you mean "{near[0]}"? ' if clear else ""
    return f"{guess}Valid: {', '.join(valid)}."


_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_LIST_ITEM = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=(.*)")


class Lines:
    """On which line of a TOML text each table and key begins (the parser itself does not tell)."""

    def __init__(self, text: str) -> None:
        self._line_of: dict[Place, int] = {}
        self._items: dict[Place, int] = {}
        """Number of items seen so far of each list of tables."""
        table: Place = ()
        open_quotes = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if open_quotes:
                open_quotes = "" if line.count(open_quotes) % 2 else open_quotes
            elif item := _LIST_ITEM.match(line):
                items = self._inside_current_items(_names(item[1]))
                self._items[items] = self._items.get(items, 0) + 1
                self._line_of.setdefault(items, number)
                table = (*items, self._items[items] - 1)
                self._line_of[table] = number
            elif header := _TABLE.match(line):
                table = self._inside_current_items(_names(header[1]))
                self._line_of.setdefault(table, number)
            elif key := _KEY.match(line):
                self._line_of.setdefault((*table, *_names(key[1])), number)
                open_quotes = next((q for q in ('"""', "'''") if key[2].count(q) % 2), "")

    def find(self, place: Place) -> int | None:
        """Line of the key itself, or else of what it belongs to; None: of neither."""
        while place and place not in self._line_of:
            place = place[:-1]
        return self._line_of.get(place)

    def _inside_current_items(self, names: tuple[str, ...]) -> Place:
        """`steps.due` after the third `[[steps]]` is the third step's: `("steps", 2, "due")`."""
        place: Place = ()
        for name in names[:-1]:
            place = (*place, name)
            if place in self._items:
                place = (*place, self._items[place] - 1)
        return (*place, names[-1])


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
