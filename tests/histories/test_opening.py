"""A crisis is opened: by form, in one line, from a message; and what is there a moment later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.histories.conftest import Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")

FIELDS = ["Title", "Playbook", "Severity", "Private", "What happened", "Link to the post"]


async def test_the_form_asks_for_all_a_crisis_needs_and_opens_it(town: Town) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    form = await ana.is_shown_form("Open a crisis")
    assert list(form.fields) == FIELDS
    await ana.fills(
        {
            "Title": "Courier throws a parcel",
            "Playbook": "Social media backlash, our fault",
            "Severity": "SEV1: People are at risk, or the whole company is. Everyone is called now.",
            "What happened": "A neighbour filmed it.\nTwo million views.",
            "Link to the post": "https://video.example/watch?v=1",
        }
    )
    await ana.submits()
    await town.settled()
    await ana.is_told("Crisis 1 is open: #crisis-1-courier-throws-a-parcel")
    card = town.summary(ana).text
    assert "Crisis 1: Courier throws a parcel" in card
    assert "SEV1, active" in card
    assert "Two million views." in card
    assert "Post: video.example/watch?v=1" in card
    assert "Checklist 0/14" in town.checklist(ana).text
    town.sees_the_opening(ana)


async def test_a_form_with_a_title_alone_opens_what_the_playbook_says(town: Town) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    await town.sends(ana, "Open a crisis", {"Title": "Odd posts"})
    assert "SEV3, active" in town.summary(ana).text
    assert "Playbook: Anything else" in town.summary(ana).text
    await ana.is_told("Crisis 1 is open")
    town.sees_the_opening(ana)


@pytest.mark.parametrize(
    ("typed", "card", "channel"),
    [
        ("sev2 backlash Courier video", ("SEV2, active", "Social media backlash"), "#crisis-1-courier-video"),
        ("backlash SEV1 Courier video", ("SEV1, active", "Social media backlash"), "#crisis-1-courier-video"),
        ("outage Checkout is down", ("SEV2, active", "Service outage"), "#crisis-1-checkout-is-down"),
        ("sev4 Ärger über Öl", ("SEV4, active", "Anything else"), "#crisis-1-arger-uber-ol"),
        ("Somebody is wrong", ("SEV3, active", "Anything else"), "#crisis-1-somebody-is-wrong"),
    ],
)
async def test_one_line_opens_at_once_without_a_form(
    town: Town, typed: str, card: tuple[str, str], channel: str
) -> None:
    assert await town.opens(town.ana, typed) == channel
    assert town.ana.form is None
    for words in card:
        assert words in town.summary(town.ana).text


async def test_whoever_opens_it_is_a_member_before_anything_else_happens_then_the_role_holders(
    town: Town,
) -> None:
    ana, ben, cleo = town.ana, town.ben, town.cleo
    await town.asks(ana, "/crisis roster comms @ben @cleo")
    before = len(town.slack.calls)
    channel = await town.opens(ana, "backlash Courier video")
    await ben.is_told("The roster makes you Comms in this crisis.", where=town.slack.app)
    done = [(call.method, call.args.get("users", "")) for call in town.slack.calls[before:]]
    changing = [c for c in done if not c[0].startswith(("users.", "conversations.list"))]
    assert changing[0][0] == "conversations.create"
    assert changing[1] == ("conversations.invite", ana.id)
    assert changing[2] == ("conversations.invite", f"{ben.id},{cleo.id}")
    joined = [
        m.body["text"] for m in town.slack.channel(channel).messages.values() if m.subtype == "channel_join"
    ]
    assert [f"<@{p.id}>" in text for p, text in zip((ana, ben, cleo), joined[1:], strict=True)] == [True] * 3


async def test_the_summary_card_says_everything_at_a_glance_and_is_pinned(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster legal @cleo @dana")
    await town.opens(town.ana, "sev2 backlash Courier video")
    card = town.summary(town.ana)
    assert card.is_pinned
    for words in (
        "Crisis 1: Courier video",
        "SEV2, active",
        "Lead: @ana",
        "Legal: @cleo (asked, no answer yet), deputy @dana",
        "Comms: nobody yet",
        "T+ 0:00",
        "Next update due 2:40 AM",
        "Playbook: Social media backlash, our fault",
    ):
        assert words in card.text
    posted = town.posts()
    await town.later(minutes=3)
    await town.does(town.ana, "/crisis role comms @ben")
    await town.everybody_accepts()
    assert "Legal: @cleo, deputy @dana" in card.text
    assert "Comms: @ben\n" in card.text
    assert "T+ 0:03" in card.text
    assert town.posts() == posted


async def test_a_private_crisis_shows_nothing_of_itself_outside(town: Town) -> None:
    ana, ben, eve = town.ana, town.ben, town.eve
    await town.asks(ana, "/crisis roster comms @ben")
    await ana.types("#general", "/crisis")
    title = "Harassment by a director"
    await town.sends(
        ana, "Open a crisis", {"Title": title, "Private": "Only the people in its channel can see it"}
    )
    await ana.is_told("Crisis 1 is open: #crisis-1.")
    channel = town.slack.channel("crisis-1")
    assert channel.kind == "private"
    assert set(channel.members) == {town.slack.bot_user_id, ana.id, ben.id}
    assert "Private: only the people in this channel" in town.summary(ben).text
    assert title in await town.asks(ben, "/crisis list")
    for asked in (
        "/crisis list",
        "/crisis status 1",
        "/crisis reopen 1",
        "/crisis lessons harassment",
        "/crisis",
    ):
        answer = await town.asks(eve, asked)
        assert title not in answer
    assert title not in eve.form.text if eve.form else True
    assert "There is no crisis “1” that I can show you" in await town.asks(eve, "/crisis status 1")
    for where in ("#general", "#announcements"):
        assert title not in eve.reads(where)
    assert title not in town.slack.channel("crisis-1").topic.value
    await town.does(ana, "/crisis update It is being looked into", "#crisis-1")
    await ana.is_told("It is being looked into", where="#crisis-1")
    assert "looked into" not in eve.reads("#announcements")
    town.sees_the_opening(ana)
    eve.reads("#general")


async def test_a_public_crisis_has_one_announcement_edited_in_place_through_its_life(town: Town) -> None:
    ana = town.ana
    channel = await town.opens(ana, "sev2 backlash Courier video")
    (announcement,) = [m for m in town.eve.sees("#announcements") if m.by.is_bot and "crisis 1" in m.text]
    assert f"Lead @ana · {channel}" in announcement.text
    assert "SEV2 crisis 1, active: Courier video" in announcement.text
    await town.does(ana, "/crisis update The post is down")
    assert "Last update by @ana" in announcement.text
    assert "The post is down" in announcement.text
    await town.does(ana, "/crisis sev 1")
    assert "SEV1 crisis 1, active" in announcement.text
    await town.does(ana, "/crisis resolve")
    assert "SEV1 crisis 1, resolved, being watched" in announcement.text
    await town.does(ana, "/crisis cancel It was an old video")
    assert "SEV1 crisis 1, cancelled" in announcement.text
    assert "It was an old video" in announcement.text
    everything = [m for m in town.eve.sees("#announcements", threads=True) if m.by.is_bot]
    posted = [m.text for m in everything if "joined" not in m.text]
    assert len(posted) == 2, posted  # the announcement, and the update in its thread
    ana.reads(channel)


async def test_without_an_announcement_channel_a_crisis_runs_all_the_same(start: Start) -> None:
    async with start(crisis_announce_channel="") as town:
        await town.opens(town.ana, "Odd posts")
        await town.does(town.ana, "/crisis update We look at it")
        await town.ana.is_told("We look at it", where=town.channel)
        assert town.posts("#announcements") == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            "open sev5 Courier video",
            "is not a severity. Write one of 1, 2, 3, 4 (1 is the gravest), for instance /crisis open sev2 Courier video",
        ),
        (
            "open sev2 backlahs Courier video",
            "Did you mean backlash? Then send: /crisis open sev2 backlash Courier video",
        ),
        ("open", "The title is missing. Write for instance /crisis open sev2"),
        ("open sev2 backlash", "The title is missing."),
        (f"open {'long ' * 40}", "characters long; 140 is the most"),
    ],
)
async def test_what_cannot_be_opened_gets_a_sentence_that_says_what_would_be_right(
    town: Town, typed: str, says: str
) -> None:
    assert says in await town.asks(town.ana, f"/crisis {typed}")
    assert town.calls_of("conversations.create") == 0


async def test_a_title_that_is_too_long_for_the_form_keeps_what_was_typed(town: Town) -> None:
    await town.ana.types("#general", "/crisis")
    await town.sends(town.ana, "Open a crisis", {"Title": "x" * 141})
    assert town.ana.form is not None
    assert "Title" in town.ana.form.errors
    assert town.ana.form.fields["Title"] == "x" * 141


async def test_a_crisis_can_be_opened_from_a_message_with_its_words_and_a_link_to_it(town: Town) -> None:
    ana = town.ana
    message = await town.eve.says("#general", "Look at this, @ben: https://video.example/1 is everywhere")
    await ana.uses_shortcut(message, "Open a crisis")
    form = await ana.is_shown_form("Open a crisis")
    assert form.fields["What happened"] == "Look at this, @ben: https://video.example/1 is everywhere"
    await town.sends(ana, "Open a crisis", {"Title": "Courier video"})
    card = town.summary(ana).text
    assert "is everywhere" in card
    assert "Post: acme.slack.com/archives/" in card
    await ana.is_told("Crisis 1 is open")
    town.sees_the_opening(ana)


async def test_a_form_says_which_crises_are_open_already(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.ben.types("#general", "/crisis")
    form = await town.ben.is_shown_form("Open a crisis")
    assert f"Already open: {channel} (SEV2, Courier video)" in form.text


async def test_a_title_with_people_and_signs_in_it_is_shown_as_it_was_typed_and_calls_nobody(
    town: Town,
) -> None:
    await town.opens(town.ana, "sev3 Fish & chips <b> by @ben for @channel")
    card = town.summary(town.ana)
    assert "Crisis 1: Fish & chips <b> by @ben for @channel" in card.text
    announcement = next(m for m in town.ana.sees("#announcements") if "Fish" in m.text)
    assert announcement.notifies == {"ana"}  # the lead; nobody else
    assert town.slack.channel(town.channel).name == "crisis-1-fish-chips-b-by-ben-for-channel"


async def test_a_second_crisis_of_the_same_name_gets_its_own_number_and_channel(town: Town) -> None:
    assert await town.opens(town.ana, "Odd posts") == "#crisis-1-odd-posts"
    assert await town.opens(town.ben, "Odd posts") == "#crisis-2-odd-posts"
    town.sees_the_opening(town.ben)


async def test_a_channel_name_that_is_taken_gets_a_number_behind_it(town: Town) -> None:
    await town.eve.creates("crisis-1-odd-posts")
    await town.opens(town.ana, "Odd posts")
    assert town.slack.channel("crisis-1-odd-posts-2").members[1] == town.ana.id
    town.sees_the_opening(town.ana)


async def test_a_guest_of_the_workspace_opens_nothing_and_is_told_whom_to_ask(town: Town) -> None:
    guest = town.slack.add_person("gus", guest=True)
    await town.ana.invites(guest, "#general")
    for typed in ("/crisis", "/crisis open Odd posts", "/crisis list", "/crisis lessons"):
        assert "is for members of the workspace" in await town.asks(guest, typed)
    assert guest.form is None


PLAYBOOK = """
key = "{key}"
title = "{title}"
when = "When we say so."
severity = "sev4"
roles = ["lead", "comms"]

[[steps]]
key = "call"
title = "Call the neighbours"
role = "comms"
due = "20m"
"""


async def test_a_team_adds_playbooks_and_replaces_shipped_ones(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "flood.toml").write_text(PLAYBOOK.format(key="flood", title="Water in the house"))
    (folder / "ours.toml").write_text(PLAYBOOK.format(key="backlash", title="Angry people, our way"))
    async with start(crisis_playbooks=str(folder)) as town:
        shown = await town.asks(town.ana, "/crisis playbooks")
        assert "Water in the house" in shown
        assert "Angry people, our way" in shown
        assert "Social media backlash, our fault" not in shown
        assert "Service outage" in shown
        await town.opens(town.ana, "backlash Courier video")
        assert "Checklist 0/1" in town.checklist(town.ana).text
        assert "Call the neighbours" in town.row(town.ana, "1. ")
        assert "SEV4, active" in town.summary(town.ana).text
