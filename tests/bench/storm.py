"""A hundred clicks in one crisis while Slack's rate limits hold: is the checklist right in the end, and at what cost?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.doing import Clicker, checklists
from tests.bench.rows import Row
from tests.bench.sides import Name, running

CLICKS, SECONDS = 100, 10
RIGHT_WITHIN_S = 120.0
STAYS_S, HOPELESS_S = 5.0, 20.0
"""Right for so long without a call: it stays so. Wrong for so long without a call: nobody will repair it."""


@dataclass(frozen=True)
class Storm:
    """How it ended."""

    right_after_s: float | None
    """From the last click until the checklist shows what was clicked, for good; None: never."""
    edits: int
    refused: int
    """Answers 429."""


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    say("storm: 100 clicks in one crisis, inside Slack's limits")
    bot, bare = await _storm("bot"), await _storm("bare")

    def row(what: str, bot_text: str, bare_text: str, target: str, met: bool | None) -> Row:
        return Row(what, bot_text, bare_text, target=target, met=met)

    return [
        row(
            f"checklist right after {CLICKS} clicks in {SECONDS} s",
            _right(bot),
            _right(bare),
            "right",
            bot.right_after_s is not None,
        ),
        row("edits of the checklist for them", str(bot.edits), str(bare.edits), "", None),
        row("calls Slack refused (429)", str(bot.refused), str(bare.refused), "0", bot.refused == 0),
    ]


async def _storm(name: Name) -> Storm:
    async with running(name, per_call_s=0.1, rate_limits=False) as side:
        targets = await checklists(side, 1)
        side.slack.rate_limits = True
        load = await Clicker(side, targets).at_rate(CLICKS / SECONDS, SECONDS)
        if load.missed or load.sent != CLICKS:
            raise RuntimeError(f"{load.sent} clicks were made, {load.missed} were not acknowledged")
        ended = time.monotonic()
        right_at: float | None = None
        calls, called_at = 0, ended
        while time.monotonic() - ended < RIGHT_WITHIN_S:
            await asyncio.sleep(0.05)
            is_right = all(target.shown == target.expected for target in targets)
            made = sum(not side.is_beat(call) for call in side.slack.calls)
            if not is_right or right_at is None or made != calls:
                right_at = time.monotonic() if is_right else None
            calls, called_at = made, called_at if made == calls else time.monotonic()
            silent_s = time.monotonic() - called_at
            if silent_s > HOPELESS_S or (right_at is not None and time.monotonic() - right_at > STAYS_S):
                break
        edits = [call for call in side.slack.calls if call.method == "chat.update"]
        refused = sum(call.error == "ratelimited" for call in side.slack.calls)
        return Storm(max(0.0, right_at - ended) if right_at else None, len(edits), refused)


def _right(storm: Storm) -> str:
    return "never" if storm.right_after_s is None else f"after {storm.right_after_s:.1f} s"
