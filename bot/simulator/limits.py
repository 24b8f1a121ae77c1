"""Slack's rate limits, measured on the simulator's clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.clock import Clock

# Calls a minute per tier: Slack writes "1+", "20+", "50+", "100+"; only the lower figure may be relied on.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
# auth.test and chat.getPermalink have special limits of "hundreds a minute".
SPECIAL_PER_MINUTE = 600
# chat.postMessage: one a second per channel with short bursts, several hundred a minute per workspace.
POSTS_PER_MINUTE, POSTS_BURST, POSTS_PER_MINUTE_WORKSPACE = 60, 5, 300


@dataclass
class Bucket:
    """Tokens that refill evenly; a call takes one."""

    per_minute: float
    capacity: float
    tokens: float
    filled_at: datetime

    def take(self, now: datetime) -> int | None:
        """None if there was a token, else whole seconds until there is one."""
        elapsed_s = max(0.0, (now - self.filled_at).total_seconds())
        self.tokens = min(self.capacity, self.tokens + elapsed_s * self.per_minute / 60)
        self.filled_at = now
        # Filling by fractions adds rounding errors that must not cost a whole second.
        if self.tokens >= 1 - 1e-9:
            self.tokens -= 1
            return None
        return max(1, math.ceil((1 - self.tokens) * 60 / self.per_minute - 1e-6))


class RateLimits:
    """Counts calls per method, for the whole workspace; messages also per channel."""

    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        self._clock = clock
        self.enabled = enabled
        self._buckets: dict[str, Bucket] = {}

    def retry_after(self, method: str, tier: int, args: Mapping[str, Any]) -> int | None:
        """Seconds for the Retry-After header, or None: the call is within limits (tier 0: special ones)."""
        if not self.enabled:
            return None
        if method == "chat.postMessage":
            channel = self._take(f"{method} {args.get('channel')}", POSTS_PER_MINUTE, POSTS_BURST)
            return channel or self._take(method, POSTS_PER_MINUTE_WORKSPACE, POSTS_PER_MINUTE_WORKSPACE)
        per_minute = TIERS.get(tier, SPECIAL_PER_MINUTE)
        # "Bursts are tolerated": a minute's worth may come at once, then it trickles.
        return self._take(method, per_minute, per_minute)

    def _take(self, name: str, per_minute: float, burst: float) -> int | None:
        now = self._clock.now()
        bucket = self._buckets.setdefault(name, Bucket(per_minute, burst, burst, now))
        return bucket.take(now)
