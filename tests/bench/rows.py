"""Numbers, as they are kept and as they are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing; the median counts."""

    values: tuple[float, ...]

    @property
    def mid(self) -> float:
        return median(self.values)

    def text(self, unit: str) -> str:
        """212 ms (208–231); one measurement: 212 ms."""
        low, high = number(min(self.values)), number(max(self.values))
        around = f" ({low}–{high})" if low != high else ""
        return f"{number(self.mid)} {unit}".strip() + around


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` None: no target, or nothing to judge it by."""

    what: str
    bot: str
    bare: str = "–"
    ratio: str = "–"
    target: str = ""
    met: bool | None = None
    note: str = ""
    numbers: tuple[tuple[str, tuple[float, ...]], ...] = ()
    """What stands behind the texts, by side, for --json."""

    @property
    def verdict(self) -> str:
        met = {True: "met", False: "MISSED", None: ""}[self.met]
        return ": ".join(part for part in (met, self.target) if part)


def compared(
    what: str,
    unit: str,
    bot: Spread,
    bare: Spread | None = None,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    note: str = "",
) -> Row:
    """Both sides of one measurement; the target is a bound on their ratio."""
    ratio = bot.mid / bare.mid if bare and bare.mid else None
    target, met = "", None
    if at_most is not None:
        target, met = f"≤ {at_most} × bare", None if ratio is None else ratio <= at_most
    if at_least is not None:
        target, met = f"≥ {at_least} × bare", None if ratio is None else ratio >= at_least
    return Row(
        what,
        bot.text(unit),
        bare.text(unit) if bare else "–",
        f"{ratio:.2f}" if ratio is not None else "–",
        target,
        met,
        note,
        (("bot", bot.values), *((("bare", bare.values),) if bare else ())),
    )


def grown(
    what: str,
    unit: str,
    by_size: Sequence[tuple[int, Spread]],
    *,
    at_most: float,
    slack: float,
    of: str = "past",
) -> Row:
    """One measurement at growing sizes; flat: the last is at most so many times the first, or `slack` more."""
    first, last = by_size[0][1], by_size[-1][1]
    ratio = last.mid / first.mid if first.mid else math.inf
    return Row(
        f"{what} ({', '.join(f'{size:,}' for size, _ in by_size)} {of})",
        " → ".join(number(spread.mid) for _, spread in by_size) + f" {unit}",
        ratio=f"{ratio:.2f}",
        target=f"flat: ≤ {at_most} × the first, or {number(slack)} {unit} more",
        met=ratio <= at_most or last.mid - first.mid <= slack,
        note="range of the last: " + last.text(unit),
        numbers=tuple((str(size), spread.values) for size, spread in by_size),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def number(value: float) -> str:
    """Three digits that count, and never 1e+03."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(rows: Sequence[Row]) -> str:
    """Aligned, for a terminal."""
    cells = [("measure", "crisis-bot", "bare app", "ratio", "target", "")]
    cells += [(r.what, r.bot, r.bare, r.ratio, r.verdict, r.note) for r in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[5]]) for row in cells]
    return "\n".join(line.rstrip() for line in [lines[0], "-" * len(lines[0]), *lines[1:]])
