"""What happens between a person's click and the app's acknowledgement, on Slack's side."""

from __future__ import annotations

from typing import Any

from bot.simulator import composing, messaging, payloads
from bot.simulator.deliveries import Answer, Deliveries
from bot.simulator.errors import SlackError
from bot.simulator.form import Form
from bot.simulator.inputs import Input
from bot.simulator.pressing import Press
from bot.simulator.reading import VisibleMessage
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.state import Channel, User
from bot.simulator.team import SLACKBOT_ID, Team
from bot.simulator.views import View, Views

TROUBLE = "We had some trouble connecting. Try again?"
UNKNOWN_COMMAND = (
    "`{}` is not a valid command. In Slack, all messages that start with the “/” character are interpreted "
    "as commands. If you are trying to send a message and not run a command, try preceding the “/” with an "
    "empty space."
)


class Interactions:
    """Carries what people do to the app and shows them what came of it."""

    def __init__(self, team: Team, views: Views, deliveries: Deliveries, response_urls: ResponseUrls) -> None:
        self.team, self.views = team, views
        self._deliveries, self._response_urls = deliveries, response_urls

    async def command(self, user: User, channel: Channel, line: str) -> None:
        """The slash command was handled; its reply, or Slack's complaint, is on the person's screen."""
        name, _, text = line.partition(" ")
        declared = self.team.manifest.commands.get(name)
        if declared is None:
            self._slackbot(user, channel, UNKNOWN_COMMAND.format(name))
            return
        escapes = bool(declared.get("should_escape"))
        text = composing.typed(self.team, text, with_names=True) if escapes else composing.escaped(text)
        url = self._response_urls.new(user.id, channel)
        trigger_id = self.views.new_trigger(user.id)
        payload = payloads.slash(
            self.team, user, channel, name, text.strip(), response_url=url, trigger_id=trigger_id
        )
        answer = await self._deliveries.interact("slash_commands", payload)
        if not answer.is_acked:
            error = "operation_timeout" if answer.outcome == "timeout" else "dispatch_failed"
            self._slackbot(user, channel, f'{name} failed with the error "{error}"')
        elif any(answer.payload.get(key) for key in ("text", "blocks", "attachments")):
            try:
                self._response_urls.respond(self._response_urls.ticket(url), answer.payload)
            except SlackError as problem:
                self._slackbot(user, channel, f'{name} failed with the error "{problem.error}"')

    async def press_in_message(
        self, user: User, target: VisibleMessage, press: Press, choice: Any = None
    ) -> None:
        """The app knows of the press; if not, the person sees a warning at the message."""
        message, channel = target.message, target.channel
        message.expected = True
        message.trouble.pop(user.id, None)
        action = press.action(self.team, user, message.values, choice)
        url = self._response_urls.new(user.id, channel, message)
        surface = payloads.on_message(channel, message, url)
        trigger_id = self.views.new_trigger(user.id)
        payload = payloads.block_actions(self.team, user, action, trigger_id=trigger_id, surface=surface)
        answer = await self._deliveries.interact("interactive", payload)
        if not answer.is_acked:
            message.trouble[user.id] = TROUBLE
            self.team.publish("message_edited", channel, user.id, message=message.as_dict())

    async def press_in_view(self, user: User, view: View, press: Press, choice: Any = None) -> None:
        """The app knows of the press in a modal or Home tab."""
        view.expected = True
        view.trouble = ""
        action = press.action(self.team, user, view.values, choice)
        await self._view_action(user, view, action)

    async def fill(self, user: User, form: Form, entry: Input, value: Any) -> None:
        """The field holds ``value``; the app knows at once if the field dispatches its changes."""
        view = form.view
        view.values[entry.key] = entry.state(value)
        view.errors.pop(entry.block["block_id"], None)
        self.team.publish("view_changed", None, user.id, view=view.as_dict(self.team))
        is_input = entry.block["type"] == "input"
        if is_input and not entry.block.get("dispatch_action"):
            return
        action = {
            "action_id": entry.element["action_id"],
            "block_id": entry.block["block_id"],
            "action_ts": self.team.new_ts(),
            **view.values[entry.key],
        }
        await self._view_action(user, view, action)

    async def submit(self, user: User, form: Form) -> None:
        """The form was sent and the app's answer is shown, unless Slack's client found something missing."""
        view = form.view
        view.trouble = ""
        view.errors = form.complaints()
        if view.errors:
            self.team.publish("view_changed", None, user.id, view=view.as_dict(self.team))
            return
        payload = payloads.view_submission(self.team, user, view, self.views.new_trigger(user.id, view.id))
        answer = await self._deliveries.interact("interactive", payload)
        try:
            self._after_submission(view, answer)
        except SlackError:
            # An invalid view or errors for unknown blocks: Slack tells the person no more than this.
            view.trouble = TROUBLE
        if self.views.is_open(view):
            self.team.publish("view_changed", None, user.id, view=view.as_dict(self.team))

    async def dismiss(self, user: User, form: Form) -> None:
        """The modal is closed; with clear_on_close, all of them. The app knows if it asked to."""
        view = form.view
        clear = bool(view.content.get("clear_on_close"))
        closed = self.views.close(view, whole_stack=clear)
        for gone in closed:
            if gone.content.get("notify_on_close"):
                payload = payloads.view_closed(self.team, user, gone, cleared=clear)
                await self._deliveries.interact("interactive", payload)

    async def message_shortcut(self, user: User, target: VisibleMessage, name: str) -> None:
        """The app knows that the message's shortcut was used."""
        shortcut = self.team.manifest.shortcut(name, "message")
        target.message.expected = True
        payload = payloads.message_shortcut(
            self.team,
            user,
            target.channel,
            target.message,
            shortcut["callback_id"],
            trigger_id=self.views.new_trigger(user.id),
            response_url=self._response_urls.new(user.id, target.channel),
        )
        self._warn_unless_acked(
            user, await self._deliveries.interact("interactive", payload), target.channel, name
        )

    async def global_shortcut(self, user: User, name: str) -> None:
        """The app knows that the global shortcut was used."""
        shortcut = self.team.manifest.shortcut(name, "global")
        payload = payloads.global_shortcut(
            self.team, user, shortcut["callback_id"], self.views.new_trigger(user.id)
        )
        channel = self.team.direct_message(SLACKBOT_ID, user.id)
        self._warn_unless_acked(user, await self._deliveries.interact("interactive", payload), channel, name)

    def open_home(self, user: User) -> None:
        """The app knows that its Home tab was opened."""
        channel = self.team.direct_message(self.team.bot.id, user.id)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": "home",
        }
        home = self.views.homes.get(user.id)
        if home is not None:
            event["view"] = home.as_dict(self.team)
        self.team.tell_app(event)

    async def _view_action(self, user: User, view: View, action: dict[str, Any]) -> None:
        trigger_id = self.views.new_trigger(user.id, view.id if view.content["type"] == "modal" else None)
        surface = payloads.on_view(self.team, view)
        payload = payloads.block_actions(self.team, user, action, trigger_id=trigger_id, surface=surface)
        answer = await self._deliveries.interact("interactive", payload)
        if not answer.is_acked:
            view.trouble = TROUBLE
            self.team.publish("view_changed", None, user.id, view=view.as_dict(self.team))

    def _after_submission(self, view: View, answer: Answer) -> None:
        if not answer.is_acked:
            view.trouble = TROUBLE
            return
        match answer.payload.get("response_action"):
            case None:
                if self.views.is_open(view):
                    self.views.close(view)
            case "clear":
                self.views.close(view, whole_stack=True)
            case "errors":
                errors = answer.payload.get("errors") or {}
                inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                if not errors or not set(errors) <= inputs:
                    raise SlackError("invalid_response_action")
                view.errors = dict(errors)
            case "update":
                self.views.update(view, answer.payload.get("view") or {})
            case "push":
                self.views.push_for(view.owner_id, answer.payload.get("view") or {})
            case _:
                raise SlackError("invalid_response_action")

    def _warn_unless_acked(self, user: User, answer: Answer, channel: Channel, name: str) -> None:
        if not answer.is_acked:
            self._slackbot(user, channel, f"{name}: {TROUBLE}")

    def _slackbot(self, user: User, channel: Channel, text: str) -> None:
        messaging.whisper(self.team, channel, SLACKBOT_ID, user.id, {"text": text})
