"""Whatever stands in a row: it is read as what it says, or refused with one kind of error, never taken for something else."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.effects import EFFECT_KINDS
from bot.domain.model import Incident
from bot.domain.timeline import ENTRY_KINDS
from bot.store import rows
from tests.fuzz.mutating import mutated
from tests.fuzz.profile import looks
from tests.store.strategies import values_of


@looks(150)
@given(values_of(Incident), st.data())
def test_any_state(incident: Incident, data: st.DataObject) -> None:
    damaged = data.draw(mutated(json.loads(rows.incident_json(incident))))
    try:
        read = rows.incident_of(json.dumps(damaged))
    except ValidationError:
        return
    assert rows.incident_of(rows.incident_json(read)) == read


@looks(150)
@given(st.sampled_from(sorted({**EFFECT_KINDS, **ENTRY_KINDS})), st.data())
def test_any_order_or_entry(kind: str, data: st.DataObject) -> None:
    is_entry = kind in ENTRY_KINDS
    value = data.draw(values_of((ENTRY_KINDS if is_entry else EFFECT_KINDS)[kind]))
    document = rows.entry_json(value) if is_entry else rows.effect_json(value)
    whole = json.loads(document)
    text = json.dumps(data.draw(mutated(whole))) if whole else document
    text = text[: data.draw(st.just(len(text)) | st.integers(0, len(text)))]
    with suppress(ValidationError):
        _ = rows.entry_of(kind, text) if is_entry else rows.effect_of(kind, text)
