"""How fast we may write to Slack."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiolimiter import AsyncLimiter

EDITS_PER_MINUTE = 45
"""chat.update: 50 a minute for the whole workspace (docs.slack.dev, Tier 3); some room is left."""


class Pace:
    """Lets edits through at a rate Slack accepts; people wait less when many changes become one edit."""

    def __init__(
        self, *, between_edits: timedelta = timedelta(seconds=1), edits_per_minute: float = EDITS_PER_MINUTE
    ) -> None:
        self._between_s = between_edits.total_seconds()
        self._edits = AsyncLimiter(edits_per_minute, 60)
        self._next_edit: dict[tuple[str, str], float] = {}

    async def edit(self, channel: str, ts: str) -> None:
        """Returns when this message may be edited again; the first edit after quiet at once."""
        loop = asyncio.get_running_loop()
        key = (channel, ts)
        wait_s = self._next_edit.get(key, 0.0) - loop.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        await self._edits.acquire()
        self._next_edit[key] = loop.time() + self._between_s
        if len(self._next_edit) > 1000:  # old messages rest; forgetting them costs nothing
            self._next_edit = {k: at for k, at in self._next_edit.items() if at > loop.time()}
