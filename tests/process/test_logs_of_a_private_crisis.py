"""The log of the real program, whatever happens: no token, no word of a private crisis, and nobody who is in it."""

from __future__ import annotations

import pytest

from tests.process.conftest import Place, until

WORDS = ("Misconduct", "Rosenbaum", "settlement", "harassed", "lawyer")


@pytest.mark.parametrize("form", ["text", "json"])
async def test_nothing_secret_is_written(place: Place, form: str) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves(log_format=form, log_level="DEBUG")
    await ana.types("#general", "/crisis")
    await ana.is_shown_form("Open a crisis")
    await ana.fills(
        {
            "Title": "Misconduct of Rosenbaum",
            "Private": "Only the people in its channel can see it",
            "What happened": "Somebody was harassed",
        }
    )
    slack.faults.add("conversations.invite", "restricted_action")
    slack.faults.add("conversations.setTopic", "http_500", times=2)
    slack.faults.add("pins.add", "restricted_action")
    slack.faults.add("chat.update", "invalid_blocks")
    await ana.submits()
    await until(lambda: any(c.name == "crisis-1" for c in slack.team.channels.values()))
    room = slack.channel("crisis-1")
    slack.team.channels[room.id].members.append(ana.id)
    await until(lambda: any("Checklist" in m.text for m in ana.sees("#crisis-1")))
    await ana.types("#crisis-1", "/crisis update A settlement is near")
    await ana.types("#crisis-1", "/crisis note The lawyer called")
    await ana.types("#crisis-1", "/crisis sev 9 lawyer")
    await ana.types("#crisis-1", "/crisis step Meet the lawyer @ben in 30m")
    await until(lambda: any("settlement" in m.text for m in ana.sees("#crisis-1")))
    await until(lambda: any("is on the checklist for @ben" in m.text for m in ana.sees("#crisis-1")))
    slack.drop_socket()
    await until(lambda: "an order was given up" in program.log and "an order waits" in program.log)
    assert await program.terminated() == 0
    everything = program.out + program.log
    assert len(everything) > 500
    for word in WORDS:
        assert word.lower() not in everything.lower(), word
    assert "StepAssigned" in everything, "what was done is told, only not by whom and for whom"
    for person in (ana, place.ben):
        assert person.id not in everything
    for secret in (slack.bot_token, slack.app_token, slack.bot_token.removeprefix("xoxb-"), "ticket="):
        assert secret not in everything.replace("ticket=[hidden]", "")
    if form == "json":
        assert all(line.startswith("{") and line.endswith("}") for line in program.logged)
