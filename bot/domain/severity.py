"""Severity levels and what each of them asks for (read from severity.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Severity(IntEnum):
    """SEV1 is the gravest; a smaller number is a higher severity."""

    SEV1 = 1
    SEV2 = 2
    SEV3 = 3
    SEV4 = 4

    @property
    def label(self) -> str:
        return f"SEV{self.value}"


RUNGS = ("owner", "deputy", "lead", "exec")
"""Who a ping can climb to, in the order of the default ladder."""


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """What one level means and how fast it moves."""

    level: Severity
    description: str
    criteria: tuple[str, ...]
    ack: timedelta | None
    """An unanswered ping climbs to the next rung after this; None: it does not climb."""
    still_on_it: timedelta | None
    """After "On it", ask again after this; None: do not ask."""
    update_every: timedelta | None
    """A status update is due this long after the last one; None: no cadence."""
    review_within: timedelta | None
    """The retrospective is due this long after the crisis is resolved; None: optional."""
    quiet_hours: bool
    """True: pings wait for a person's morning."""
    rungs: tuple[str, ...] = RUNGS


SeverityRules = Mapping[Severity, SeverityRule]
"""All four levels."""
