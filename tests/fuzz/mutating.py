"""A document with something in it gone, or another thing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.texts import json_values

Path = tuple[str | int, ...]
GONE = object()


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The way to everything in a payload."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


@st.composite
def mutated(draw: st.DrawFn, payload: dict[str, Any], *, times: int = 2) -> dict[str, Any]:
    """The payload with something in it gone, or another thing."""
    changed = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, times))):
        # What a message holds (it differs from run to run) the bot does not read.
        known = [
            p
            for p in places(changed)
            if len(p) <= 6 and ("message" not in p[:-1] or p[-1] in ("ts", "text", "user"))
        ]
        if not known:
            return changed
        *way, last = draw(st.sampled_from(known))
        inside: Any = changed
        for key in way:
            inside = inside[key]
        value = draw(st.one_of(st.just(GONE), json_values))
        if value is GONE:
            del inside[last]
        else:
            inside[last] = value
    return changed
