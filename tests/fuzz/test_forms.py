"""Every field of every form and anything: it is taken and kept as it was typed, or the form says what is wrong and keeps it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import Form, payloads
from bot.simulator.inputs import Input, inputs_of
from tests.fuzz import finding
from tests.fuzz.profile import looks
from tests.fuzz.stage import Stage
from tests.fuzz.texts import texts

BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
INPUT_MOST = 3000
READ_AS = {
    "due": ("", "30m"),
    "until": ("", "tomorrow 9"),
    "link": ("", "https://a.example/"),
    "since": ("now", "3h ago"),
    "length": ("", "48h"),
}
"""Fields that take no other text than such."""
FORGED_MOST = 13_000
"""Slack's client holds people to the fields' lengths; a delivery does not have to come from it."""


def kept(form: str, field: str, typed: str) -> list[str]:
    """What has to stand in the record when this was taken; the only changes to what was typed that there are."""
    match form, field:
        case ("open" | "step.add", "title"):
            return [" ".join(typed.split())]
        case ("close", "lessons"):
            return [BULLET.sub("", line).strip() for line in typed.splitlines()]  # one a line
        case ("legal.start", _) | ("close", "actions") | ("step.add", "due") | ("step.snooze", "until"):
            return []  # read as people, days and times; see the tests of `action_lines` and `a_moment`
        case _:
            return [typed.strip()]


@pytest.mark.timeout(240)  # two dozen forms, each many times
def test_any_form_with_any_text(stage: Stage) -> None:
    ways = stage.run(finding.found(stage))
    assert set(ways) >= set(stage.registry.forms), "a form that no press opens"
    stage.nothing_bad()
    for callback_id in sorted(stage.registry.forms):
        assert any_text_in(stage, callback_id, ways[callback_id]), f"{callback_id} was never taken"


def any_text_in(stage: Stage, callback_id: str, way: finding.Way) -> int:
    """How often this form was taken."""
    taken = 0

    @looks(15, callback_id)
    @given(st.data())
    def any_text(data: st.DataObject) -> None:
        nonlocal taken
        form = stage.run(finding.opened(stage, way))
        assert form is not None
        entries = list(inputs_of(form.view.blocks))
        forged = data.draw(st.sampled_from((False, False, True)))
        same = data.draw(st.just("") | st.sampled_from(("&" * INPUT_MOST, "word " * 600)))
        typed = {
            entry.block["block_id"]: filled(stage, form, entry, data, same, forged=forged)
            for entry in entries
        }
        send = sent_past_the_client if forged else submitted
        if stage.run(send(stage, form)):
            taken += 1
            stage.run(stands_in_the_record(stage, callback_id, typed))
        stage.nothing_bad()

    any_text()
    stage.run(stage.exports())
    return taken


def filled(stage: Stage, form: Form, entry: Input, data: st.DataObject, same: str, *, forged: bool) -> str:
    """The field holds something (the same in each, if that is not empty); what was typed into it, if it takes text."""
    element, value = entry.element, None
    match element["type"]:
        case "plain_text_input":
            known = READ_AS.get(entry.block["block_id"])
            text = texts(FORGED_MOST if forged else INPUT_MOST)
            value = (
                stage.aimed(data.draw(st.sampled_from(known) | text))
                if known
                else same or stage.aimed(data.draw(text))
            )
            value = value if forged else value[: element["max_length"]]
        case "users_select":
            value = data.draw(st.sampled_from(("ben", "ana", "cleo", "gus", "crisis-bot")))
            value = next(u.id for u in stage.slack.team.users.values() if u.name == value)
        case "checkboxes":
            value = data.draw(st.sampled_from(([], list(element["options"]))))
        case _:
            value = data.draw(st.sampled_from(element["options"]))
    form.view.values[entry.key] = entry.state(value)
    return value if isinstance(value, str) and element["type"] == "plain_text_input" else ""


async def submitted(stage: Stage, form: Form) -> bool:
    """It was taken; or the form is there still, with all that was typed."""
    values = dict(form.view.values)
    await stage.remembers()
    await stage.slack.interactions.submit(stage.town.ana.user, form)
    await stage.town.settled()
    if form.view.errors:
        assert form.view.values == values
        assert stage.town.ana.form is not None
    return not form.view.errors


async def sent_past_the_client(stage: Stage, form: Form) -> bool:
    """It was taken; or the answer says what is wrong with which field."""
    await stage.remembers()
    trigger = stage.slack.views.new_trigger(stage.town.ana.id)
    payload = payloads.view_submission(stage.slack.team, stage.town.ana.user, form.view, trigger)
    answer = await stage.send("interactive", payload)
    stage.judge_answer("interactive", answer, payload["view"])
    return answer.payload.get("response_action") != "errors"


async def stands_in_the_record(stage: Stage, callback_id: str, typed: dict[str, str]) -> None:
    """What was typed is there, whole."""
    new = await stage.new_words()
    for field, text in typed.items():
        for wanted in kept(callback_id, field, text):
            assert not wanted or wanted in new or stage.named(wanted) in new, (
                callback_id,
                field,
                wanted,
                list(new),
            )
