"""Slack having a bad day, on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Fault:
    """Something that goes wrong in the next ``times`` matching calls; ``hits`` counts how often it did."""

    method: str
    kind: str
    times: int | None = 1
    when: Callable[[Mapping[str, Any]], bool] | None = None
    retry_after: int = 1
    seconds: float = 0.0
    hits: int = 0

    def matches(self, method: str, args: Mapping[str, Any]) -> bool:
        any_method = self.method == "*" and method != "response_url"
        if not (any_method or self.method == method) or (self.times is not None and self.hits >= self.times):
            return False
        return self.when is None or self.when(args)


class Faults:
    """The faults waiting for their call, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.chooser: Callable[[str, Mapping[str, Any]], Fault | None] | None = None
        """Asked for every call that no fault waits for; None: the call goes well."""

    def add(
        self,
        method: str,
        kind: str,
        times: int | None = 1,
        *,
        when: Callable[[Mapping[str, Any]], bool] | None = None,
        retry_after: int = 1,
        seconds: float = 0.0,
    ) -> Fault:
        """The next ``times`` calls (None: all) of ``method`` ("*": any) for which ``when`` holds go wrong.

        "response_url" in the place of a method: answers through one.
        """
        fault = Fault(method, kind, times, when, retry_after, seconds)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Slack is well again."""
        self._faults.clear()
        self.chooser = None

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault this call meets, if any."""
        for fault in self._faults:
            if fault.matches(method, args):
                fault.hits += 1
                return fault
        return self.chooser(method, args) if self.chooser is not None else None
