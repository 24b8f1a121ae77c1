"""The shape of a playbook file and of severity.toml, with a sentence for each way to get it wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.domain.durations import parse_duration
from bot.domain.playbook import ROLES, STEP_TITLE_MAX_CHARS, STEPS_MAX, Playbook, StepTemplate
from bot.domain.severity import RUNGS, Severity, SeverityRule
from playbooks.problems import choices, shown

KEY_MAX_CHARS = 60
PLAYBOOK_TITLE_MAX_CHARS = 75
"""Slack's limit for an entry of a select menu."""
WHEN_MAX_CHARS = 200
PROOF_MAX_CHARS = 150
GUIDE_MAX_CHARS = 2000
SEVERITY_TEXT_MAX_CHARS = 200
CRITERIA_MAX = 20

LEVELS: Mapping[str, Severity] = {level.name.lower(): level for level in Severity}


def wrong(text: str) -> PydanticCustomError:
    """An error whose text is the sentence people read."""
    return PydanticCustomError("wrong", "{text}", {"text": text})


def _text(max_chars: int, *, one_line: bool = True, optional: bool = False) -> Callable[[str], str]:
    def check(text: str) -> str:
        text = text.strip()
        if not text:
            raise wrong(
                "is empty. Write a text, or leave the line out." if optional else "is empty. Write a text."
            )
        if one_line and len(text.splitlines()) > 1:
            raise wrong("must be a single line.")
        if len(text) > max_chars:
            raise wrong(f"is too long: {len(text)} characters. At most {max_chars} are allowed.")
        return text

    return check


def _key(key: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", key):
        raise wrong(f'"{shown(key)}" is not a valid key. Use a-z, 0-9 and -, such as "pause-posts".')
    if len(key) > KEY_MAX_CHARS:
        raise wrong(f"is too long: {len(key)} characters. At most {KEY_MAX_CHARS} are allowed.")
    return key


def _playbook_key(key: str) -> str:
    if key in LEVELS:
        raise wrong(f'"{key}" means a severity in /crisis open. Choose another key.')
    return _key(key)


def _one_of(kind: str, valid: tuple[str, ...]) -> Callable[[str], str]:
    def check(name: str) -> str:
        if name not in valid:
            raise wrong(f'"{shown(name)}" is not a {kind}. {choices(name, valid)}')
        return name

    return check


def _no_doubles(names: list[str]) -> list[str]:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise wrong(f"names {', '.join(doubles)} more than once.")
    return names


def _severity(written: object) -> object:
    if not isinstance(written, str) or written.lower() not in LEVELS:
        quoted = f'"{shown(written)}"' if isinstance(written, str) else shown(written)
        raise wrong(f"{quoted} is not a severity. {choices(written, tuple(LEVELS))}")
    return LEVELS[written.lower()]


def _duration(written: object) -> object:
    if isinstance(written, timedelta):
        return written
    if not isinstance(written, str):
        raise wrong('must be a duration in quotes, such as "90s", "15m", "2h", "3d" or "1h30m".')
    try:
        duration = parse_duration(written)
    except ValueError as error:
        raise wrong(str(error)) from error
    if not duration:
        raise wrong(f'"{shown(written)}" is no time at all. Write a duration longer than 0.')
    return duration


def _clock(written: object) -> object:
    return None if isinstance(written, str) and written.strip().lower() == "never" else _duration(written)


def _lower_levels(table: Mapping[str, object]) -> dict[str, object]:
    """SEV1 counts as sev1; other keys stay as they are, to be named in the report."""
    lowered: dict[str, object] = {}
    for key, value in table.items():
        name = key.lower() if key.lower() in LEVELS else key
        if name in lowered:
            raise wrong(f"gives {name} twice.")
        lowered[name] = value
    return lowered


def _due(written: object) -> object:
    if isinstance(written, str):
        return dict.fromkeys(LEVELS, _duration(written))
    if isinstance(written, Mapping):
        return _lower_levels(written)
    raise wrong('must be a duration such as "15m", or one for each level: { sev1 = "10m", sev2 = "15m" }.')


Key = Annotated[str, AfterValidator(_key)]
Role = Annotated[str, AfterValidator(_one_of("role", tuple(ROLES)))]
Rung = Annotated[str, AfterValidator(_one_of("rung", RUNGS))]
Level = Annotated[Severity, BeforeValidator(_severity)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Clock = Annotated[timedelta | None, BeforeValidator(_clock)]
SeverityText = Annotated[str, AfterValidator(_text(SEVERITY_TEXT_MAX_CHARS))]


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class DueTable(_Table):
    sev1: Duration | None = None
    sev2: Duration | None = None
    sev3: Duration | None = None
    sev4: Duration | None = None


class StepTable(_Table):
    key: Key
    title: Annotated[str, AfterValidator(_text(STEP_TITLE_MAX_CHARS))]
    role: Role
    due: Annotated[DueTable, BeforeValidator(_due)] = DueTable()
    proof: Annotated[str, AfterValidator(_text(PROOF_MAX_CHARS, optional=True))] | None = None
    guide: Annotated[str, AfterValidator(_text(GUIDE_MAX_CHARS, one_line=False, optional=True))] | None = None

    def template(self) -> StepTemplate:
        dues = {level: getattr(self.due, name) for name, level in LEVELS.items()}
        return StepTemplate(
            key=self.key,
            title=self.title,
            role=self.role,
            due={level: due for level, due in dues.items() if due is not None},
            proof=self.proof,
            guide=self.guide,
        )


class PlaybookFile(_Table):
    key: Annotated[str, AfterValidator(_playbook_key)]
    title: Annotated[str, AfterValidator(_text(PLAYBOOK_TITLE_MAX_CHARS))]
    when: Annotated[str, AfterValidator(_text(WHEN_MAX_CHARS))]
    severity: Level
    roles: Annotated[list[Role], Field(min_length=1), AfterValidator(_no_doubles)]
    steps: Annotated[list[StepTable], Field(min_length=1, max_length=STEPS_MAX)]

    def playbook(self) -> Playbook:
        return Playbook(
            key=self.key,
            title=self.title,
            when=self.when,
            severity=self.severity,
            roles=tuple(self.roles),
            steps=tuple(step.template() for step in self.steps),
        )


class RuleTable(_Table):
    description: SeverityText
    criteria: Annotated[list[SeverityText], Field(min_length=1, max_length=CRITERIA_MAX)]
    ack: Clock = None
    still_on_it: Clock = None
    handover: Clock = None
    update_every: Clock = None
    review_within: Clock = None
    quiet_hours: StrictBool
    rungs: Annotated[list[Rung], Field(min_length=1), AfterValidator(_no_doubles)] = list(RUNGS)

    def rule(self, level: Severity) -> SeverityRule:
        fields = self.model_dump() | {"criteria": tuple(self.criteria), "rungs": tuple(self.rungs)}
        return SeverityRule(level=level, **fields)


class SeverityFile(_Table):
    sev1: RuleTable
    sev2: RuleTable
    sev3: RuleTable
    sev4: RuleTable

    @model_validator(mode="before")
    @classmethod
    def _accept_capitals(cls, written: Mapping[str, object]) -> dict[str, object]:
        return _lower_levels(written)

    def rules(self) -> dict[Severity, SeverityRule]:
        tables: dict[str, RuleTable] = {name: getattr(self, name) for name in LEVELS}
        return {LEVELS[name]: table.rule(LEVELS[name]) for name, table in tables.items()}


def known_keys(file: type[PlaybookFile] | type[SeverityFile], place: tuple[Any, ...]) -> tuple[str, ...]:
    """The keys that may stand at this place of a file."""
    match place:
        case ():
            table: type[BaseModel] = file
        case ("steps", int()):
            table = StepTable
        case ("steps", int(), "due"):
            table = DueTable
        case _:
            table = RuleTable
    return tuple(table.model_fields)
