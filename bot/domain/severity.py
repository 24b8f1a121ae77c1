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
SNOOZES_AT_SEV1 = 3
"""At the gravest level a ping may be put off so often, and then somebody has to act."""
LONGEST_SNOOZE_AT_SEV1 = timedelta(hours=1)
"""And for so long: the most that Snooze on a ping offers."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How an unanswered ping climbs at one level."""

    ack: timedelta | None = None
    """An unanswered ping climbs to the next rung after this; None: it does not climb."""
    still_on_it: timedelta | None = None
    """After "On it", ask again after this; None: do not ask."""
    quiet_hours: bool = False
    """True: pings wait for a person's morning."""
    rungs: tuple[str, ...] = RUNGS
    snoozes: int | None = None
    """How often one ping may be put off; None: as often as people want."""


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
    handover: timedelta | None = None
    """Whoever holds a role hands it over after this; None: not by the clock."""

    @property
    def ladder(self) -> Ladder:
        snoozes = SNOOZES_AT_SEV1 if self.level is Severity.SEV1 else None
        return Ladder(self.ack, self.still_on_it, self.quiet_hours, self.rungs, snoozes)


SeverityRules = Mapping[Severity, SeverityRule]
"""All four levels."""
