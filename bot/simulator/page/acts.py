"""What a person does on the page, carried out by the same `Person` that tests use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.form import Form
from bot.simulator.page.commands import slack_command
from bot.simulator.page.forms import field_named, pressed, value_entered
from bot.simulator.reading import VisibleMessage

if TYPE_CHECKING:
    from bot.simulator.page.window import Window

Asked = Mapping[str, Any]
Act = Callable[["Window", Asked], Awaitable[None]]

ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    """The page may ask for this by the function's name."""
    ACTS[function.__name__] = function
    return function


async def carry_out(window: Window, asked: Asked) -> str:
    """It was done, or this sentence says why not ("" if it was)."""
    try:
        await ACTS[asked["do"]](window, asked)
    except SlackError as problem:
        return _SENTENCES.get(problem.error, f"Slack does not allow that ({problem.error}).")
    except CannotDo as problem:
        text = str(problem)
        return text[:1].upper() + text[1:].rstrip(".") + "."
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return "That did not fit. Reload the page and try again."
    return ""


_SENTENCES = {
    "message_not_found": "The message is gone.",
    "thread_not_found": "The thread is gone.",
    "invalid_name": "There is no such emoji.",
    "is_archived": "The channel is archived.",
    "already_pinned": "The message is pinned already.",
    "no_pin": "The message is not pinned any more.",
}


# -- looking -------------------------------------------------------------------------------------------------


@act
async def look(window: Window, asked: Asked) -> None:
    window.look(str(asked.get("place") or ""), asked.get("thread"), home=bool(asked.get("home")))
    if window.at_home:
        await window.person.opens_home()


@act
async def earlier(window: Window, asked: Asked) -> None:
    window.show_earlier()


@act
async def thread(window: Window, asked: Asked) -> None:
    window.open_thread(asked.get("ts"))


@act
async def beside(window: Window, asked: Asked) -> None:
    window.open_beside(asked.get("what"))


@act
async def read(window: Window, asked: Asked) -> None:
    window.page.read(window.person, window.channel, str(asked["ts"]), asked.get("thread"))


# -- messages ------------------------------------------------------------------------------------------------


@act
async def say(window: Window, asked: Asked) -> None:
    text = str(asked["text"])
    if not text.strip():
        return
    parent = asked.get("thread")
    if not parent and await slack_command(window.person, window.channel, text):
        return
    await window.person.types(window.channel, text, thread=_message(window, parent) if parent else None)


@act
async def edit(window: Window, asked: Asked) -> None:
    text = str(asked["text"])
    if text.strip():
        await window.person.edits(_message(window, asked["ts"]), text)


@act
async def delete(window: Window, asked: Asked) -> None:
    await window.person.deletes(_message(window, asked["ts"]))


@act
async def react(window: Window, asked: Asked) -> None:
    target, name = _message(window, asked["ts"]), str(asked["name"]).strip(":")
    if window.person.id in target.message.reactions.get(name, []):
        await window.person.unreacts(target, name)
    else:
        await window.person.reacts(target, name)


@act
async def pin(window: Window, asked: Asked) -> None:
    target = _message(window, asked["ts"])
    if target.is_ephemeral:
        raise CannotDo("what only you see cannot be pinned")
    await (window.person.unpins(target) if target.is_pinned else window.person.pins(target))


@act
async def shortcut(window: Window, asked: Asked) -> None:
    target = _message(window, asked["ts"]) if asked.get("ts") else None
    await window.person.uses_shortcut(target, str(asked["name"]))


@act
async def press(window: Window, asked: Asked) -> None:
    target = _view(window, asked["view"]) if "view" in asked else _message(window, asked["ts"])
    choice = asked.get("choice")
    found = pressed(target.controls, str(asked["block"]), str(asked["action"]), choice)
    await window.person.presses(target, found, choice)


# -- channels ------------------------------------------------------------------------------------------------


@act
async def join(window: Window, asked: Asked) -> None:
    await window.person.joins(window.channel)


# -- forms ---------------------------------------------------------------------------------------------------


@act
async def fill(window: Window, asked: Asked) -> None:
    form = _view(window, asked["view"])
    entry = field_named(form, str(asked["block"]), str(asked["action"]))
    value = value_entered(window.slack.team, window.person.user, entry.element, asked.get("value"))
    if value != form.state(entry):
        await window.person.enters(form, entry, value)


@act
async def submit(window: Window, asked: Asked) -> None:
    form = _view(window, asked["view"])
    for block, action, value in asked.get("values", []):
        await fill(window, {"view": form.view.id, "block": block, "action": action, "value": value})
    await window.person.submits()


@act
async def dismiss(window: Window, asked: Asked) -> None:
    _view(window, asked["view"])
    await window.person.dismisses()


# -- around it -----------------------------------------------------------------------------------------------


@act
async def speed(window: Window, asked: Asked) -> None:
    window.page.set_speed(float(asked["speed"]))


@act
async def jump(window: Window, asked: Asked) -> None:
    if not await window.page.jump():
        raise CannotDo("nothing is due: nothing will happen by itself until somebody does something")


@act
async def panel(window: Window, asked: Asked) -> None:
    await window.page.host.on_panel(window.person, str(asked["button"]))


def _message(window: Window, ts: Any) -> VisibleMessage:
    """The message in the open channel, if this person can see it. Raises message_not_found."""
    found = window.message(str(ts))
    if found is None:
        raise SlackError("message_not_found")
    return VisibleMessage(found, window.channel, window.person.screen)


def _view(window: Window, view_id: Any) -> Form:
    """The form in front of this person, or their Home tab. Raises CannotDo."""
    for form in (window.person.form, window.person.home):
        if form is not None and form.view.id == view_id:
            return form
    raise CannotDo("this form is closed")
