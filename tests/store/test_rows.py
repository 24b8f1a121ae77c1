"""Every value of the domain comes back from its row as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.effects import EFFECT_KINDS, Effect, Notice, SetTopic
from bot.domain.model import Incident
from bot.domain.timeline import ENTRY_KINDS, Entry
from bot.store import rows
from tests.store.strategies import moments, values_of
from tests.store.values import incident


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(values_of(Incident))
def test_a_crisis_comes_back_as_it_was(kept: Incident) -> None:
    assert rows.incident_of(rows.incident_json(kept)) == kept


@pytest.mark.parametrize("kind", ENTRY_KINDS)
def test_an_entry_of_each_kind_comes_back_as_it_was(kind: str) -> None:
    @settings(max_examples=10)
    @given(values_of(ENTRY_KINDS[kind]))
    def comes_back(entry: Entry) -> None:
        assert rows.entry_of(kind, rows.entry_json(entry)) == entry

    comes_back()


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_an_effect_of_each_kind_comes_back_as_it_was(kind: str) -> None:
    @settings(max_examples=10)
    @given(values_of(EFFECT_KINDS[kind]))
    def comes_back(effect: Effect) -> None:
        back = rows.effect_of(kind, rows.effect_json(effect))
        assert back == effect
        assert (back.key, back.lane, back.rank) == (effect.key, effect.lane, effect.rank)

    comes_back()


@given(st.lists(moments, min_size=2))
def test_texts_of_moments_have_one_width_and_sort_as_the_moments_do(some: list[datetime]) -> None:
    texts = [rows.moment_text(at) for at in some]
    assert len({len(text) for text in texts}) == 1
    assert sorted(texts) == [rows.moment_text(at) for at in sorted(some)]
    assert [rows.moment(text) for text in texts] == some


def test_a_moment_of_another_zone_is_kept_in_utc() -> None:
    text = rows.moment_text(datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=1))))
    assert text == "2026-12-01T08:00:00.000000+00:00"
    assert rows.moment(text).tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        rows.moment_text(datetime(2026, 12, 1))  # noqa: DTZ001


def test_a_field_that_an_older_program_did_not_write_gets_its_default() -> None:
    old = (
        '{"number": 1, "title": "t", "severity": 2, "private": false, "playbook_key": "p", "playbook_title": "P",'
        ' "opened_by": "U", "opened_at": "2026-12-01T08:00:00Z"}'
    )
    assert rows.incident_of(old).version == 0


def test_members_are_looked_up_for_private_crises_only() -> None:
    members = frozenset({"UANA"})
    assert rows.derived(incident(private=True, members=members)).members == members
    assert rows.derived(incident(private=False, members=members)).members == frozenset()


def test_a_persons_lane_is_the_same_in_every_crisis_and_any_other_is_not() -> None:
    assert rows.lane_text(1, Notice(1, "", "UANA")) == rows.lane_text(2, Notice(7, "", "UANA"))
    assert rows.lane_text(1, SetTopic()) != rows.lane_text(2, SetTopic())
