"""How soon a set of messages could be with Slack at best, inside its limits for new messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.simulator.limits import POSTS_BURST, POSTS_PER_MINUTE, POSTS_PER_MINUTE_WORKSPACE


@dataclass(frozen=True)
class Posting:
    """One message: where it went, and how many pings stand in it."""

    to: str
    pings: int


def soonest(messages: Sequence[Posting]) -> list[float]:
    """For each ping of these messages, in seconds, when Slack could have had it; nothing may be sooner.

    In one place a short burst goes at once and the others at one a second; of those, over all places, a minute's worth goes at
    once and the rest at so many a minute. Both limits are taken as used by nothing else, Slack as answering at once, and each
    message as sent in the moment it may be, the fullest ones first.
    """
    by_place: dict[str, list[int]] = defaultdict(list)
    for message in messages:
        by_place[message.to].append(message.pings)
    allowed = [
        (max(0, place - POSTS_BURST + 1) * 60 / POSTS_PER_MINUTE, -pings)
        for queue in by_place.values()
        for place, pings in enumerate(sorted(queue, reverse=True))
    ]
    at_best = []
    for place, (in_its_place_s, pings) in enumerate(sorted(allowed)):
        of_all_s = max(0, place - POSTS_PER_MINUTE_WORKSPACE + 1) * 60 / POSTS_PER_MINUTE_WORKSPACE
        at_best += [max(in_its_place_s, of_all_s)] * -pings
    return sorted(at_best)
