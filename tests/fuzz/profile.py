"""How hard the fuzzers look: always at the same examples, or, asked to by `FUZZ=20`, at twenty times as many new ones."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

TIMES = int(os.environ.get("FUZZ", "0"))


def looks(examples: int, about: str = "") -> Callable[[Any], Any]:
    """So many examples; in search of something (`FUZZ`) many more, and what is found is made small.

    `about` what: the same test about something else gets other examples.
    """
    searching = TIMES > 0
    phases = [Phase.explicit, Phase.generate]
    found = settings(
        max_examples=examples * max(1, TIMES),
        derandomize=not searching,
        database=None,
        deadline=None,
        phases=[*phases, Phase.shrink] if searching else phases,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    if searching:
        return found
    return lambda test: seed(zlib.crc32(about.encode()))(found(test))
