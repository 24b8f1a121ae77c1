"""What is going on, what can be started, and help: list, status, panel, playbooks, and words nobody knows."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")


async def test_the_list_says_of_each_crisis_its_age_severity_lead_progress_and_what_is_overdue(
    town: Town,
) -> None:
    assert "No crisis is in progress. /crisis opens one." in await town.asks(town.eve, "/crisis list")
    first = await town.opens(town.ana, "sev3 backlash Courier video")
    assert "opened just now" in await town.asks(town.eve, "/crisis list")
    await town.later(minutes=32)
    second = await town.opens(town.ben, "sev1 outage Checkout is down")
    town.ana.reads(first)
    town.ana.reads(town.slack.app)
    shown = await town.asks(town.eve, "/crisis list")
    assert "2 crises in progress" in shown
    assert shown.index("Checkout is down") < shown.index("Courier video")  # the gravest first
    assert f"SEV3, active · opened 32 minutes ago · Lead @ana · {first}" in shown
    assert f"SEV1, active · opened just now · Lead @ben · {second}" in shown
    assert "0/14 steps finished" in shown
    assert "Overdue: 1. Name a lead and a deputy, and agree the severity" in shown
    assert shown.count("Overdue") == 1


async def test_the_status_shows_one_crisis_in_detail_here_and_elsewhere_by_its_number(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Claim", near="Pause scheduled posts")
    here = await town.does(town.ana, "/crisis status")
    for words in (
        "Crisis 1: Courier video",
        "SEV2, active",
        "Lead: @ana",
        "Comms: nobody yet",
        "Next update due 2:40 AM",
        "0/14 steps finished",
        "2. Pause scheduled posts, ads and automatic replies · open · @ana · due 12:55 AM",
        "9. Review the text within the agreed time · open · Legal: nobody yet · due 2:05 AM",
        "Last on the timeline",
        "@ana opened the crisis “Courier video” at SEV2",
    ):
        assert words in here
    assert here in await town.asks(town.eve, "/crisis status 1")
    assert here in await town.asks(town.eve, "/crisis status #1")
    assert "1 crisis in progress" in await town.asks(town.eve, "/crisis status")
    for unknown in ("7", "soon", "9" * 40):
        assert (
            "that I can show you. Write its number; /crisis list shows those in progress."
            in await town.asks(town.eve, f"/crisis status {unknown}")
        )
    assert channel in await town.asks(town.eve, "/crisis list")


@pytest.mark.parametrize(
    ("until", "buttons"),
    [
        (
            [],
            [
                "Add step…",
                "Change severity…",
                "Post update…",
                "Resolve",
                "Cancel…",
                "Give a role…",
                "Hand over a role…",
                "Legal clock…",
                "Add note…",
            ],
        ),
        (
            ["resolve"],
            [
                "Add step…",
                "Change severity…",
                "Post update…",
                "Close…",
                "Reopen",
                "Cancel…",
                "Give a role…",
                "Legal clock…",
                "Add note…",
            ],
        ),
        (["resolve", "close"], ["Reopen", "Add note…"]),
        (["cancel It was a test"], []),
    ],
)
async def test_the_panel_shows_how_it_stands_and_everything_that_can_be_done_to_one_person_alone(
    town: Town, until: list[str], buttons: list[str]
) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    for command in until:
        await town.does(town.ana, f"/crisis {command}")
    if "close" in until:
        await town.sends(town.ana, "Close the crisis", {"Summary": "It is over.", "Lessons": "Ask twice"})
    town.ana.reads(channel)
    town.eve.reads("#announcements")
    await town.does(town.ana, "/crisis")
    panel = town.card(town.ana, "SEV2 crisis 1")
    assert panel.is_ephemeral
    assert sorted(panel.buttons) == sorted(buttons)
    assert "Lead @ana · " in panel.text
    assert "/9 steps finished · T+ 0:00" in panel.text
    assert "Only you can see this." in panel.text


async def test_every_button_of_the_panel_does_what_it_says(town: Town) -> None:
    ana = town.ana
    channel = await town.opens(ana, "sev2 Odd posts")
    forms = {
        "Add step…": "Add a step",
        "Change severity…": "Change severity",
        "Post update…": "Status update",
        "Cancel…": "Cancel the crisis",
        "Give a role…": "Give a role",
        "Hand over a role…": "Hand over a role",
        "Legal clock…": "Legal clock",
        "Add note…": "Add to timeline",
    }
    await town.does(ana, "/crisis")
    panel = town.card(ana, "SEV2 crisis 1")
    for label, title in forms.items():
        await town.clicks(ana, panel, label)
        form = await ana.is_shown_form(title)
        assert "Crisis 1: Odd posts" in form.text
        await ana.dismisses()
    await town.clicks(ana, panel, "Resolve")
    await ana.is_told("@ana resolved this crisis.", where=channel)
    await town.does(ana, "/crisis")
    await town.clicks(ana, town.card(ana, "SEV2 crisis 1, resolved"), "Close…")
    await ana.is_shown_form("Close the crisis")
    await ana.dismisses()
    await town.clicks(ana, town.card(ana, "SEV2 crisis 1, resolved"), "Reopen")
    await ana.is_told("@ana reopened this crisis.", where=channel)
    assert "SEV2, active" in town.summary(ana).text


async def test_the_panel_names_what_is_overdue(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.later(minutes=12)
    await town.does(town.ana, "/crisis")
    panel = town.card(town.ana, "SEV2 crisis 1")
    assert (
        "Overdue\n1. Name a lead and agree who does what by when · @ana · due 12:50 AM, 2 minutes late"
        in panel.text
    )
    town.ana.reads(town.slack.app)


async def test_playbooks_shows_what_can_be_started(town: Town) -> None:
    shown = await town.asks(town.ana, "/crisis playbooks")
    assert "Start one with /crisis open KEY TITLE, or with the form: /crisis." in shown
    assert "Social media backlash, our fault" in shown
    assert "backlash · starts at SEV2 · 14 steps" in shown
    assert "general · starts at SEV3 · 9 steps" in shown


WORDS = """open list status role roster sev step note update resolve close reopen cancel
    lessons actions playbooks help""".split()  # noqa: SIM905 - as people say them


async def test_help_shows_every_word_with_what_it_does(town: Town) -> None:
    for typed in ("/crisis help", "/crisis HELP"):
        shown = await town.asks(town.ana, typed)
        for word in WORDS:
            assert f"/crisis {word}" in shown
        assert "/crisis step TITLE [@owner] [in 30m]\nAdds a step to the checklist" in shown
        assert "/crisis role ROLE @person [@deputy]\nSays who holds a role in this crisis" in shown
        assert "/crisis cancel REASON" in shown
        assert shown.index("Anywhere") < shown.index("/crisis open") < shown.index("In a crisis channel")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stauts", "Did you mean /crisis status [N]?"),
        ("lesson ads", "Did you mean /crisis lessons [WORDS]?"),
        ("Resolved", "Did you mean /crisis resolve?"),
        ("xyzzy", "There is no command “xyzzy”."),
        ("<b>", "There is no command “<b>”."),
    ],
)
async def test_an_unknown_word_gets_the_nearest_command_and_the_help_never_silence(
    town: Town, typed: str, meant: str
) -> None:
    told = await town.asks(town.ana, f"/crisis {typed}")
    assert meant in told
    assert "There is no command" in told
    for word in WORDS:
        assert f"/crisis {word}" in told
