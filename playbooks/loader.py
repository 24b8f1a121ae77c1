"""Reads the shipped playbooks and a team's own, and reports every mistake in them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.domain.playbook import Playbook
from bot.domain.severity import SeverityRules
from playbooks.checking import check_playbook, check_severities, raw_key
from playbooks.problems import Lines, PlaybookProblems, Problem

SEVERITY_FILE = "severity.toml"
LAST_KEY = "general"
"""Offered after all others: it fits anything."""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything a crisis can be started with."""

    playbooks: Mapping[str, Playbook]
    """By key; sorted by key, the general one last."""
    severities: SeverityRules


@dataclass(frozen=True, slots=True)
class _Source:
    """One TOML file, parsed."""

    name: str
    data: Mapping[str, Any]
    lines: Lines

    @property
    def is_severities(self) -> bool:
        return self.name.lower().endswith(f"/{SEVERITY_FILE}")


def load(folder: Path | None = None) -> Library:
    """The shipped playbooks and severities, each replaced by the team's own where `folder` holds one.

    A playbook replaces the shipped one with the same key, whatever its file is called; severity.toml replaces
    the shipped one as a whole. Other files, hidden files and subfolders are ignored.
    Raises PlaybookProblems with every mistake in every file.
    """
    problems: list[Problem] = []
    shipped, shipped_rules = _read_all(resources.files("playbooks"), "playbooks", problems)
    own: dict[str, Playbook] = {}
    own_rules: SeverityRules | None = None
    if folder is not None and (problem := _not_a_folder(folder)):
        problems.append(problem)
    elif folder is not None:
        own, own_rules = _read_all(folder, str(folder), problems)
    rules = own_rules or shipped_rules
    if problems or rules is None:
        raise PlaybookProblems(problems or [Problem(f"playbooks/{SEVERITY_FILE}", "is missing.")])
    found = shipped | own
    keys = sorted(found, key=lambda key: (key == LAST_KEY, key))
    return Library(
        playbooks=MappingProxyType({key: found[key] for key in keys}),
        severities=MappingProxyType(dict(rules)),
    )


def _not_a_folder(folder: Path) -> Problem | None:
    try:
        if folder.is_dir():
            return None
        text = "is a file, not a folder." if folder.exists() else "There is no such folder."
    except OSError as error:
        text = f"cannot be read: {_reason(error)}."
    return Problem(str(folder), f"{text} Give a folder that holds .toml files.")


def _read_all(
    folder: Traversable, shown: str, problems: list[Problem]
) -> tuple[dict[str, Playbook], SeverityRules | None]:
    """The sound files of a folder; what is wrong with the others is added to `problems`."""
    playbooks: dict[str, Playbook] = {}
    rules: SeverityRules | None = None
    file_of: dict[str, str] = {}
    for source in _sources(folder, shown, problems):
        if source.is_severities:
            rules, found = check_severities(source.name, source.data, source.lines)
            problems += found
            continue
        playbook, found = check_playbook(source.name, source.data, source.lines)
        problems += found
        key = raw_key(source.data)
        if key is not None and key in file_of:
            text = f'"{key}" is also the key of {file_of[key]}. Each playbook needs a key of its own.'
            problems.append(Problem(source.name, text, "key", source.lines.find(("key",))))
        elif key is not None:
            file_of[key] = source.name
        if playbook is not None:
            playbooks[playbook.key] = playbook
    return playbooks, rules


def _sources(folder: Traversable, shown: str, problems: list[Problem]) -> Iterator[_Source]:
    try:
        files = sorted(folder.iterdir(), key=lambda file: file.name)
    except OSError as error:
        problems.append(Problem(shown, f"cannot be read: {_reason(error)}."))
        return
    for file in files:
        if file.name.startswith(".") or not file.name.lower().endswith(".toml"):
            continue
        parsed = _parse(file, f"{shown}/{file.name}")
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            yield parsed


def _parse(file: Traversable, name: str) -> _Source | Problem:
    try:
        # Windows editors start UTF-8 files with a byte order mark, which tomllib refuses.
        text = file.read_bytes().decode("utf-8-sig")
        return _Source(name, tomllib.loads(text), Lines(text))
    except IsADirectoryError:
        return Problem(name, "is a folder, not a file. Rename it, or move its files up.")
    except OSError as error:
        return Problem(name, f"cannot be read: {_reason(error)}.")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(name, "is not UTF-8 text. Save the file with the encoding UTF-8.", line=line)
    except ValueError as error:  # TOMLDecodeError, or a number with too many digits
        return _syntax_problem(name, str(error))
    except RecursionError:
        return Problem(name, "is nested too deeply to be read.")


def _syntax_problem(name: str, said: str) -> Problem:
    """The parser's words, its line taken out of them: `Unclosed array (at line 3, column 5)`."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", said)
    if at is None:
        return Problem(name, f"is not valid TOML: {said}.")
    return Problem(name, f"is not valid TOML: {said[: at.start()]} (column {at[2]}).", line=int(at[1]))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
