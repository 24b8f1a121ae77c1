"""A button or menu with any value: it does what it says, or tells what is wrong, and shows nobody what is not theirs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.controls import Target
from tests.fuzz import finding
from tests.fuzz.profile import looks
from tests.fuzz.stage import SECRET, Stage
from tests.fuzz.texts import short

NUMBERS = (
    "0",
    "-1",
    "1",
    "2",
    "3",
    "999",
    "9" * 20,
    "9" * 5000,
    "1e3",
    "١",
    "²",
    " 1",
    "1_0",
    "+1",
    "0x1",
    "",
    "NaN",
    "None",
)
KEYS = (
    "",
    "1",
    "0",
    "-1",
    "9" * 20,
    "9" * 300,
    "step",
    "pause-posts",
    "added_15",
    "١",
    "²",
    "' OR 1=1",
    "\x00",
    "é" * 2000,
    "1.0",
)
VERSIONS = ("0", "1", "-1", "9" * 20, "9" * 5000, "", "x", "٣")

whole = st.sampled_from(("", "|", "||", "|||", "||||||", "1", "1|", "null", "{}", "x" * 2001)) | short


choices = st.sampled_from(("15m", "30m", *NUMBERS)) | short


def values(right: Target, private: Target) -> st.SearchStrategy[str]:
    """What a control could carry: nearly right, or anything else."""
    near = st.tuples(
        st.sampled_from((str(right.number), str(private.number))),
        st.sampled_from((right.key, private.key)),
        st.sampled_from((str(right.version), "0", "1")),
    )
    numbers = st.sampled_from((str(right.number), str(private.number), *NUMBERS))
    keys, versions = st.sampled_from((right.key, *KEYS)), st.sampled_from((str(right.version), *VERSIONS))
    return st.one_of((near | st.tuples(numbers, keys, versions)).map("|".join), whole)


def test_any_control_with_any_value(stage: Stage) -> None:
    for name in stage.registry.controls:
        any_value_of(stage, name)


def any_value_of(stage: Stage, name: str) -> None:
    control = stage.registry.controls[name][0]

    @looks(12, name)
    @given(st.sampled_from(("ana", "eve")), st.data())
    def any_value(who: str, data: st.DataObject) -> None:
        crisis = stage.run(stage.usable())
        private = Target(stage.private, stage.run(stage.crisis(stage.private)).steps[0].key)
        value = data.draw(values(finding.target(control, crisis), private))
        pressed = finding.action(control, value)
        if control.choices:
            pressed["selected_option"] = {"value": f"{name}|{data.draw(choices)}|{value}"}
        stage.run(press(stage, who, pressed))

    any_value()


async def press(stage: Stage, who: str, pressed: dict[str, Any]) -> None:
    """Whoever has nothing to do with the private crisis neither changes it nor reads of it."""
    person = next(p for p in stage.slack.people.values() if p.name == who)
    private, shown = await stage.crisis(stage.private), len(stage.slack.payloads)
    stage.closes_forms()
    answer = await stage.send("interactive", await stage.presses(person, pressed, await stage.channel()))
    if who == "eve":
        assert await stage.crisis(stage.private) == private
        assert SECRET not in json.dumps(stage.slack.payloads[shown:])
    stage.nothing_bad(answer=answer)
