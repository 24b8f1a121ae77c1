"""Values of any dataclass of the domain: every field is filled, so a field that is added is tested too."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

_known: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(0, 2**40),
    bool: st.booleans(),
    datetime: moments,
    date: st.dates(),
    time: st.times(),
    timedelta: st.timedeltas(timedelta(days=-4000), timedelta(days=4000)),
    type(None): st.none(),
}

_MANY: dict[Any, Callable[[list[Any]], Any]] = {tuple: tuple, frozenset: frozenset}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as a dataclass of the domain names it. Fails for a type that is new there."""
    if hint not in _known:
        _known[hint] = _values_of(hint)
    return _known[hint]


def _values_of(hint: Any) -> st.SearchStrategy[Any]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: values_of(hints[field.name]) for field in fields(hint)})
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return st.one_of([values_of(one) for one in inner])
    if kind is Mapping:
        return st.dictionaries(values_of(inner[0]), values_of(inner[1]), max_size=3)
    return st.lists(values_of(inner[0]), max_size=2).map(_MANY[kind])
