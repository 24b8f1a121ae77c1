"""What Slack tells counts in the order it happened."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import channel_created, channel_renamed, member_joined, member_left
from bot.domain.news import news
from tests.domain.a_crisis import CHANNEL, NOW, a_crisis

MOVES = (member_joined, member_left)


@given(order=st.permutations(range(6)), last_is_in=st.booleans())
def test_whoever_left_last_is_out_whatever_the_order_the_news_arrives_in(
    order: list[int], last_is_in: bool
) -> None:
    crisis = a_crisis()
    for number in order:
        learn = partial(MOVES[(number + last_is_in) % 2], person="UEVE")
        at = NOW + timedelta(microseconds=number)
        crisis = news(crisis, about="member UEVE", at=at, learn=learn).incident
    assert ("UEVE" in crisis.members) == last_is_in


def test_news_about_one_thing_does_not_age_news_about_another() -> None:
    crisis = channel_created(a_crisis(), channel=CHANNEL, now=NOW).incident
    joined = partial(member_joined, person="UEVE")
    crisis = news(crisis, about="member UEVE", at=NOW, learn=joined).incident
    earlier = NOW - timedelta(hours=1)
    crisis = news(crisis, about="name", at=earlier, learn=partial(channel_renamed, name="other")).incident
    assert crisis.channel is not None
    assert crisis.channel.name == "other"


def test_the_same_news_twice_changes_nothing_the_second_time() -> None:
    joined = partial(member_joined, person="UEVE")
    once = news(a_crisis(), about="member UEVE", at=NOW, learn=joined).incident
    assert news(once, about="member UEVE", at=NOW, learn=joined).incident is once
