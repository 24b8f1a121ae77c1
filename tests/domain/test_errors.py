"""The sentences of all refusals, also of those that only a handler raises."""

from __future__ import annotations

from string import Formatter

import pytest

from bot.domain import errors
from bot.domain.errors import Refusal
from tests.domain.a_crisis import assert_reads_well

REFUSALS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]


def example(name: str, sentence: str) -> object:
    """A fact as it is put into the sentence: a number, a sentence of its own, or a word."""
    if name in ("length", "limit"):
        return 3000
    return "Write it." if name == "fact" or sentence.endswith(f"{{{name}}}") else "Ana"


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_refusal_is_a_calm_sentence_with_what_would_be_right(kind: type[Refusal]) -> None:
    names = [name for _, name, _, _ in Formatter().parse(kind.sentence) if name]
    refusal = kind(**{name: example(name, kind.sentence) for name in names})
    assert_reads_well(str(refusal))
    assert set(refusal.facts) == set(names)
    assert len(str(refusal)) < 250
