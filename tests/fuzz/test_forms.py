"""Every field of every form and anything: it is taken and kept as it was typed, or the form says what is wrong and keeps it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retrospective import lesson_lines
from bot.domain.words import one_line
from bot.simulator import Form
from bot.simulator.inputs import Input, inputs_of
from tests.fuzz import finding
from tests.fuzz.profile import looks
from tests.fuzz.stage import Stage
from tests.fuzz.texts import texts

INPUT_MOST = 3000


def kept(form: str, field: str, typed: str) -> list[str]:
    """What has to stand in the record when this was taken; the only changes to what was typed that there are."""
    match form, field:
        case ("open" | "step.add", "title"):
            return [one_line(typed)]
        case ("close", "lessons"):
            return list(lesson_lines(typed))  # one a line, without bullets
        case ("close", "actions") | ("step.add", "due"):
            return []  # read as people, days and times; see the tests of `action_lines` and `a_span`
        case _:
            return [typed.strip()]


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
        typed = {entry.block["block_id"]: filled(stage, form, entry, data) for entry in entries}
        taken += stage.run(submitted(stage, callback_id, form, typed))
        stage.nothing_bad()

    any_text()
    return taken


def filled(stage: Stage, form: Form, entry: Input, data: st.DataObject) -> str:
    """The field holds something; what was typed into it, if it takes text."""
    element, value = entry.element, None
    match element["type"]:
        case "plain_text_input":
            often = st.sampled_from(("", "30m")) if entry.block["block_id"] == "due" else st.nothing()
            often |= st.just("https://a.example/") if entry.block["block_id"] == "link" else st.nothing()
            value = stage.aimed(data.draw(often | texts(INPUT_MOST)))[: element["max_length"]]
        case "users_select":
            value = data.draw(st.sampled_from(("ben", "ana", "cleo", "gus", "crisis-bot")))
            value = next(u.id for u in stage.slack.team.users.values() if u.name == value)
        case "checkboxes":
            value = data.draw(st.sampled_from(([], list(element["options"]))))
        case _:
            value = data.draw(st.sampled_from(element["options"]))
    form.view.values[entry.key] = entry.state(value)
    return value if isinstance(value, str) and element["type"] == "plain_text_input" else ""


async def submitted(stage: Stage, callback_id: str, form: Form, typed: dict[str, str]) -> bool:
    """It was taken, and stands in the record; or the form is there still, with all that was typed."""
    numbers = await stage.town.app.store.numbers(viewer=stage.town.ana.id)
    was, values = await stage.words(), dict(form.view.values)
    await stage.slack.interactions.submit(stage.town.ana.user, form)
    await stage.town.settled()
    if form.view.errors:
        assert form.view.values == values
        assert stage.town.ana.form is not None
        return False
    opened = [n for n in await stage.town.app.store.numbers(viewer=stage.town.ana.id) if n not in numbers]
    new = await stage.words(opened[0]) if opened else await stage.words() - was
    for field, text in typed.items():
        for wanted in kept(callback_id, field, text):
            seen = stage.named(wanted)
            assert not wanted or wanted in new or seen in new, (callback_id, field, wanted, list(new))
    return True
