"""Who may act in a private crisis."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.errors import NotAMember
from bot.domain.privacy import admitted
from tests.domain.a_crisis import ANA, BO, CHANNEL, a_crisis, opening, refused


def test_a_public_crisis_admits_everybody_and_makes_nobody_a_member() -> None:
    incident = a_crisis()
    assert admitted(incident, person=BO, channel_id=None) == incident


def test_a_private_crisis_admits_its_members_from_anywhere() -> None:
    incident = a_crisis(private=True)
    assert admitted(incident, person=ANA, channel_id="C9") == incident


def test_who_writes_in_the_private_channel_is_in_it() -> None:
    incident = admitted(a_crisis(private=True), person=BO, channel_id=CHANNEL.id)
    assert BO in incident.members


@pytest.mark.parametrize("place", ["C9", None])
def test_a_private_crisis_admits_nobody_else(place: str | None) -> None:
    for incident in (a_crisis(private=True), opening(private=True).incident):
        sentence = refused(NotAMember, partial(admitted, incident, person=BO, channel_id=place))
        assert sentence == "This is a private crisis, and you are not in it. Ask its lead to invite you."
