"""Until when somebody works: the roster's hours, on a wall clock where the person is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"([0-2]?\d)(?::([0-5]\d))?\s*[-–]\s*([0-2]?\d)(?::([0-5]\d))?")


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of every day; over midnight where the end comes before the begin."""

    begins: time
    ends: time
    zone: str
    """Where the person is (IANA name)."""

    @property
    def hours(self) -> str:
        """`09:00-17:00`."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def covers(self, at: datetime) -> bool:
        """They work at this moment."""
        local = at.astimezone(self._zone()).time()
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends

    def next_end(self, after: datetime) -> datetime:
        """The first end of such a day after this moment (UTC)."""
        zone = self._zone()
        day = after.astimezone(zone).date()
        ends = (datetime.combine(day + timedelta(days=n), self.ends, tzinfo=zone) for n in (0, 1, 2))
        return next(at for at in (end.astimezone(UTC) for end in ends) if at > after)

    def _zone(self) -> tzinfo:
        """UTC where this machine does not know the zone: an hour wrong is better than nobody asked."""
        try:
            return ZoneInfo(self.zone)
        except (ValueError, OSError, KeyError):
            return UTC


def parse_hours(text: str, zone: str) -> Shift:
    """The shift that `9-17`, `09:00-17:30` or `22-6` stands for. Raises ValueError when it stands for none."""
    found = _HOURS.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[3]) > 23:
        raise ValueError(f"“{text}” is not a shift")
    begins, ends = (time(int(found[n]), int(found[n + 1] or 0)) for n in (1, 3))
    if begins == ends:
        raise ValueError(f"“{text}” is not a shift: it ends when it begins")
    return Shift(begins, ends, zone)
