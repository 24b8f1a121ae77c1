"""A workspace is kept in a file and goes on from there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import Slack
from bot.simulator.keeping import Keeper, Kept, Unreadable, as_json, from_json, read
from bot.simulator.state import Channel, Message, User, Wording
from bot.simulator.views import View
from tests.simulator.conftest import MANIFEST
from tests.simulator.test_forms import FORM

WORDS = st.text(max_size=8)
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
BODIES: Any = st.dictionaries(WORDS, JSON, max_size=3)
MOMENTS = st.datetimes(timezones=st.just(UTC))
MESSAGES = st.builds(
    Message,
    channel_id=WORDS, ts=WORDS, user_id=WORDS, body=BODIES, thread_ts=st.none() | WORDS,
    metadata=st.none() | BODIES, reactions=st.dictionaries(WORDS, st.lists(WORDS, max_size=2), max_size=2),
    values=st.dictionaries(st.tuples(WORDS, WORDS), BODIES, max_size=2),
    trouble=st.dictionaries(WORDS, WORDS, max_size=2),
)  # fmt: skip
CHANNELS = st.builds(
    Channel,
    id=WORDS, name=WORDS, kind=st.sampled_from(["public", "private", "im"]), creator=WORDS, created=st.integers(),
    members=st.lists(WORDS, max_size=3), topic=st.builds(Wording, value=WORDS, last_set=st.integers()),
    messages=st.dictionaries(WORDS, MESSAGES, max_size=2), ephemerals=st.lists(MESSAGES, max_size=2),
    pins=st.dictionaries(WORDS, BODIES, max_size=2),
)  # fmt: skip
USERS = st.builds(
    User, id=WORDS, name=WORDS, real_name=WORDS, dnd_until=st.none() | MOMENTS, bot_id=st.none() | WORDS
)
VIEWS = st.builds(
    View,
    id=WORDS, owner_id=WORDS, content=BODIES, root_id=WORDS, previous_id=st.none() | WORDS,
    values=st.dictionaries(st.tuples(WORDS, WORDS), BODIES, max_size=2),
)  # fmt: skip


@given(st.one_of(MESSAGES, CHANNELS, USERS, VIEWS))
def test_every_part_comes_back_from_json_as_it_was(value: Any) -> None:
    written = json.loads(json.dumps(as_json(value)))
    assert from_json(type(value), written) == value


async def test_a_workspace_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "demo.db.slack.json"
    async with Slack(MANIFEST) as slack:
        ana = slack.add_person("ana", title="Lead")
        slack.add_person("ben")
        slack.add_usergroup("oncall", [ana])
        said = await ana.says("#general", "remember *me*")
        await ana.reacts(said, "eyes")
        await ana.pins(said)
        slack.views.push_for(ana.id, deepcopy(FORM))
        await ana.fills({"Title": "Green", "With": ["Milk"]})
        slack.clock.advance(timedelta(hours=3))
        await Keeper(slack, path, lambda: {"read": {"U1": {"C1": "1.0"}}}).save()
        before, seen = as_json(Kept.of(slack)), ana.reads("#general")
        assert not list(tmp_path.glob("*.part"))
    async with Slack(MANIFEST) as slack:
        kept = read(path)
        assert kept.beside == {"read": {"U1": {"C1": "1.0"}}}
        kept.restore(slack)
        assert as_json(Kept.of(slack)) == before
        people = {person.name: person for person in slack.people.values()}
        assert set(people) == {"ana", "ben"}
        assert people["ana"].reads("#general") == seen
        assert people["ana"].form is not None
        assert people["ana"].form.fields["Title"] == "Green"
        assert people["ana"].user.title == "Lead"
        again = await people["ben"].says("#general", "and me")
        assert again.ts > said.ts


async def test_the_file_follows_the_workspace_once_it_has_settled(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    async with Slack(MANIFEST) as slack:
        ana = slack.add_person("ana")
        keeper = Keeper(slack, path, dict)
        await keeper.close()
        assert not path.exists()
        await keeper.start()
        await ana.says("#general", "soon written")
        async with asyncio.timeout(5):
            # A file is looked at from outside, so it is looked at again and again.
            while "soon written" not in path.read_text():
                await asyncio.sleep(0.02)
        await ana.says("#general", "at the end")
        await keeper.close()
        assert "at the end" in path.read_text()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"version": 1}', '{"version": 99}', '{"version": 1, "now": 3}'],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(text)
    with pytest.raises(Unreadable, match=r"kept\.json (is damaged|was written)"):
        read(path)
    with pytest.raises(Unreadable, match="cannot be read"):
        read(tmp_path / "none.json")


def test_nothing_of_the_state_is_forgotten() -> None:
    """A new field of a kept class is kept by itself; a new kind of type has to be taught to the mapping."""
    plain: Mapping[type, Any] = {
        User: User("U1", "ana", "Ana", dnd_until=datetime(2026, 1, 1, tzinfo=UTC)),
        Channel: Channel(
            "C1", "general", "public", "U1", 0, messages={"1": Message("C1", "1", "U1", {"text": "x"})}
        ),
        View: View("V1", "U1", {"type": "modal"}, "V1", values={("a", "b"): {"type": "x"}}),
    }
    for kind, value in plain.items():
        written = as_json(value)
        assert set(written) == {one.name for one in fields(kind)}
        assert from_json(kind, json.loads(json.dumps(written))) == value
