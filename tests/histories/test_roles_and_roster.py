"""Who holds which role: in this crisis, and in every new one."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")


async def test_a_role_is_given_in_one_line_with_its_deputy(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    posts = town.posts()
    assert "@ben is Comms, deputy @cleo." in await town.does(town.ana, "/crisis role comms @ben @cleo")
    assert "Comms: @ben (asked, no answer yet), deputy @cleo" in town.summary(town.ana).text
    assert {town.ben.id, town.cleo.id} <= set(town.slack.channel(channel).members)
    asked = await town.ben.is_told("@ana made you Comms in this crisis.", where=town.slack.app)
    assert f"Crisis 1, Courier video in {channel}" in asked.text
    await town.cleo.is_told(f"@ana made you deputy for Comms in {channel}.", where=town.slack.app)
    assert town.posts() == posts


async def test_the_lead_is_handed_to_somebody_else_everywhere_it_is_shown(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis role lead @dana")
    await town.dana.is_told("@ana made you Lead")
    assert "Lead: @dana (asked, no answer yet)" in town.summary(town.ana).text
    assert "Lead @dana" in town.card(town.eve, "SEV2 crisis 1", "#announcements").text
    assert "Lead @dana" in await town.asks(town.eve, "/crisis list")


async def test_a_role_taken_by_oneself_tells_nobody(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.ben.joins(channel)
    assert "@ben is Facts." in await town.does(town.ben, "/crisis role facts @ben")
    assert town.ben.dms() == []
    assert "@ben is Facts." in await town.does(town.ben, "/crisis role facts @ben")


async def test_a_role_is_given_by_form_from_the_panel_and_without_words(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis")
    await town.clicks(town.ana, town.card(town.ana, "SEV2 crisis 1"), "Give a role…")
    await town.sends(town.ana, "Give a role", {"Role": "Legal", "Person": "@cleo"})
    await town.ana.is_told("@cleo is Legal.")
    assert "Legal: @cleo (asked, no answer yet)" in town.summary(town.ana).text
    await town.cleo.is_told("@ana made you Legal")
    await town.everybody_accepts()
    await town.does(town.ana, "/crisis role")
    await town.sends(town.ana, "Give a role", {"Role": "Legal", "Person": "@cleo", "Deputy": "@cleo"})
    assert town.ana.form is not None
    assert town.ana.form.errors == {
        "Deputy": "The deputy has to be another person than the one who holds the role."
    }
    await town.sends(town.ana, "Give a role", {"Deputy": "@dana"})
    await town.ana.is_told("@cleo is Legal, deputy @dana.")
    assert "Legal: @cleo, deputy @dana" in town.summary(town.ana).text
    await town.dana.is_told("@ana made you deputy for Legal")


async def test_where_slack_leaves_names_as_they_were_typed_they_work_all_the_same(start: Start) -> None:
    async with start(escaping=False) as town:
        assert "starts with @cleo as Legal" in await town.asks(town.ana, "/crisis roster legal @cleo")
        await town.opens(town.ana, "sev2 backlash Courier video")
        assert "Legal: @cleo" in town.summary(town.ana).text
        assert "@ben is Comms, deputy @dana." in await town.does(town.ana, "/crisis role comms @Ben @dana")
        await town.does(town.ana, "/crisis step Call the venue @eve in 30m")
        assert "Open · @eve · due 1:10 AM" in town.row(town.ana, "Call the venue")
        await town.cleo.is_told("The roster makes you Legal", where=town.slack.app)
        for person in (town.ben, town.dana, town.eve):
            await person.is_told("@ana", where=town.slack.app)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            "role coms @ben",
            "There is no role coms. Did you mean comms? The roles are: lead, comms, community",
        ),
        ("role comms", "The person is missing. Write /crisis role comms @person, and @deputy behind it"),
        ("role comms @nobody", "I do not know @nobody."),
        ("role comms @ben @ben", "The deputy has to be another person than the one who holds the role."),
        ("role comms @ben @cleo @dana", "Write /crisis role comms @person @deputy"),
        ("role comms @gone", "cannot be asked: their account is deactivated. Choose somebody else."),
        ("role comms @helper", "cannot be asked: that is a bot. Choose somebody else."),
        ("roster coms @ben", "There is no role coms. Did you mean comms?"),
        ("roster comms @nobody", "I do not know @nobody."),
        ("roster comms", "The person is missing. Write /crisis roster comms @person"),
    ],
)
async def test_a_role_that_cannot_be_given_gets_a_sentence_that_says_what_would_be_right(
    town: Town, typed: str, says: str
) -> None:
    town.slack.add_person("gone", deactivated=True)
    town.slack.add_bot("helper")
    await town.opens(town.ana, "sev2 backlash Courier video")
    assert says in await town.does(town.ana, f"/crisis {typed}")
    assert "Comms: nobody yet" in town.summary(town.ana).text


async def test_outside_a_crisis_channel_the_answer_names_the_channels_where_it_works(town: Town) -> None:
    told = await town.asks(town.ana, "/crisis role comms @ben")
    assert "/crisis role works inside a crisis channel. No crisis is in progress; /crisis opens one." in told
    channel = await town.opens(town.ana, "Odd posts")
    for typed in ("role comms @ben", "sev 1", "note x", "update x", "step x", "resolve", "close", "cancel x"):
        word = typed.split()[0]
        told = await town.asks(town.ana, f"/crisis {typed}")
        assert f"/crisis {word} works inside a crisis channel. In progress: {channel}." in told


async def test_the_roster_fills_the_roles_of_every_new_crisis_and_of_none_that_is_open(town: Town) -> None:
    ana = town.ana
    assert "The roster is empty." in await town.asks(ana, "/crisis roster")
    first = await town.opens(ana, "sev2 backlash Courier video")
    said = await town.asks(ana, "/crisis roster lead @dana @eve")
    assert "From now on every new crisis starts with @dana as Lead, with @eve as deputy." in said
    await town.asks(ana, "/crisis roster comms @ben")
    shown = await town.asks(ana, "/crisis roster")
    assert "Lead: @dana, deputy @eve" in shown
    assert "Comms: @ben" in shown
    second = await town.opens(ana, "sev2 backlash Another video")
    for person, role in ((town.dana, "Lead"), (town.ben, "Comms")):
        await person.is_told(f"The roster makes you {role} in this crisis.", where=town.slack.app)
    card = town.card(ana, "Crisis ", second)
    assert "Lead: @dana (asked, no answer yet), deputy @eve" in card.text
    assert "Comms: @ben (asked, no answer yet)" in card.text
    await town.everybody_accepts()
    assert "Lead: @dana, deputy @eve" in card.text
    assert "Comms: @ben\n" in card.text
    members = town.slack.channel(second).members
    assert {p.id for p in (ana, town.dana, town.eve, town.ben)} <= set(members)
    assert members[1] == ana.id
    assert "Lead: @ana" in town.card(ana, "Crisis ", first).text


async def test_a_role_the_playbook_does_not_name_can_be_given_too(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis role security @ben")
    assert "Security: @ben" in town.summary(town.ana).text
    await town.ben.is_told("@ana made you Security", where=town.slack.app)
