"""Turns the parsed contents of one file into values of the domain, or into problems with their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.domain.playbook import ROLES, Playbook
from bot.domain.severity import SeverityRules
from playbooks.problems import Lines, Place, Problem, choices, key_path, shown
from playbooks.schema import LEVELS, PlaybookFile, SeverityFile, known_keys

_TOP_LEVEL_ONLY = set(PlaybookFile.model_fields) - {"key", "title"}


def check_playbook(file: str, data: Mapping[str, Any], lines: Lines) -> tuple[Playbook | None, list[Problem]]:
    """The playbook in a file's contents; None if anything is wrong with it."""
    if any(name.lower() in LEVELS for name in data):
        text = "looks like the severity levels. Name this file severity.toml."
        return None, [Problem(file, text)]
    problems = [_problem(file, place, text, data, lines) for place, text in _between_keys(data)]
    try:
        playbook = PlaybookFile.model_validate(data).playbook()
    except ValidationError as errors:
        problems += _problems(file, PlaybookFile, errors, data, lines)
        return None, problems
    return (None if problems else playbook), problems


def check_severities(
    file: str, data: Mapping[str, Any], lines: Lines
) -> tuple[SeverityRules | None, list[Problem]]:
    """The four levels in a file's contents; None if anything is wrong with them."""
    try:
        return SeverityFile.model_validate(data).rules(), []
    except ValidationError as errors:
        return None, _problems(file, SeverityFile, errors, data, lines)


def raw_key(data: Mapping[str, Any]) -> str | None:
    """The key a playbook file gives, also when other things in it are wrong."""
    key = data.get("key")
    return key if isinstance(key, str) and key else None


def _between_keys(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What one key says against another; looked for even where other keys are wrong."""
    roles = data.get("roles")
    declared = [role for role in ROLES if role in roles] if _is_list_of_text(roles) else []
    first: dict[str, int] = {}
    for position, step in enumerate(_steps(data)):
        role, key = step.get("role"), step.get("key")
        if declared and isinstance(role, str) and role in ROLES and role not in declared:
            text = (
                f'"{shown(role)}" is not in this playbook\'s roles. Add it there. {choices(role, declared)}'
            )
            yield ("steps", position, "role"), text
        if isinstance(key, str) and key in first:
            text = (
                f'"{shown(key)}" is also the key of step {first[key] + 1}. Each step needs a key of its own.'
            )
            yield ("steps", position, "key"), text
        elif isinstance(key, str):
            first[key] = position


def _is_list_of_text(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _steps(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = data.get("steps")
    return [step if isinstance(step, dict) else {} for step in steps] if isinstance(steps, list) else []


def _problems(
    file: str,
    shape: type[PlaybookFile] | type[SeverityFile],
    errors: ValidationError,
    data: Mapping[str, Any],
    lines: Lines,
) -> list[Problem]:
    return [
        _problem(file, error["loc"], _sentence(shape, error), data, lines)
        for error in errors.errors(include_url=False)
    ]


def _problem(file: str, place: Place, text: str, data: Mapping[str, Any], lines: Lines) -> Problem:
    line = lines.find(_as_written(data, place))
    return Problem(file, text, key_path(place) + _step_name(data, place), line)


def _step_name(data: Mapping[str, Any], place: Place) -> str:
    match place:
        case ("steps", int(position), *_) if position < len(_steps(data)):
            key = _steps(data)[position].get("key")
            return f' ("{shown(key)}")' if isinstance(key, str) and key else ""
        case _:
            return ""


def _as_written(data: Any, place: Place) -> Place:
    """The place with its names as the file spells them: SEV1 where the file says SEV1."""
    written: list[str | int] = []
    for part in place:
        name = part
        if isinstance(data, dict):
            name = next((key for key in data if key.lower() == part), part)
        written.append(name)
        try:
            data = data[name]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)


def _sentence(shape: type[PlaybookFile] | type[SeverityFile], error: ErrorDetails) -> str:
    """What is wrong and what would be right, for each kind of error pydantic knows here."""
    place, context = error["loc"], error.get("ctx", {})
    match error["type"]:
        case "missing" if place[-1] in LEVELS:
            return f"is missing. All four levels are needed: {', '.join(LEVELS)}."
        case "missing":
            return "is missing. Add a [[steps]] section." if place == ("steps",) else "is missing."
        case "extra_forbidden":
            return _unknown_key(shape, place)
        case "string_type":
            return f"must be a text in quotes, not {_kind(error['input'])}."
        case "bool_type":
            return f"must be true or false, without quotes, not {_kind(error['input'])}."
        case "list_type" if place == ("steps",):
            return "must be a list of sections: write [[steps]] with two brackets before each step."
        case "list_type":
            return f'must be a list such as ["lead", "comms"], not {_kind(error["input"])}.'
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"must be a section with keys of its own, not {_kind(error['input'])}."
        case "too_short":
            return "is empty. At least one entry is needed."
        case "too_long":
            found, most = context["actual_length"], context["max_length"]
            return f"has too many entries: {found}. At most {most} are allowed."
        case _:
            return error["msg"]


def _unknown_key(shape: type[PlaybookFile] | type[SeverityFile], place: Place) -> str:
    name = str(place[-1])
    if len(place) == 3 and place[0] == "steps" and name in _TOP_LEVEL_ONLY:
        return f'does not belong to a step. Move "{name}" to the top of the file, above the first [[steps]].'
    return f'"{shown(name)}" is not known here. {choices(name, known_keys(shape, place[:-1]))}'


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f'the text "{shown(value, 40)}"'
        case list():
            return "a list"
        case dict():
            return "a section"
        case _:
            return "a date or time"
