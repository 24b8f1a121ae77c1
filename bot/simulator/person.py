"""A person at their Slack client: everything they can do and see, in the words of the client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.simulator import channels, composing, messaging
from bot.simulator.entering import entered, person_id
from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.form import Form
from bot.simulator.inputs import Input
from bot.simulator.pressing import Press, find
from bot.simulator.reading import VisibleMessage
from bot.simulator.state import Channel, User
from bot.simulator.watching import Told, Watcher, expect

if TYPE_CHECKING:
    from bot.simulator.workspace import Slack


class Person(Watcher):
    """Someone in the workspace. What their client would not let them do raises CannotDo, saying so."""

    def __init__(self, slack: Slack, user: User) -> None:
        super().__init__(slack, user)
        self._do = slack.interactions

    # -- messages --------------------------------------------------------------------------------------------

    async def types(
        self, where: Any, text: str, *, thread: VisibleMessage | None = None
    ) -> VisibleMessage | None:
        """The message is posted (and returned), or the slash command was handled.

        ``where``: "#channel", "@someone" for a direct message, a Channel, Person or the app.
        """
        channel = self._writable(where)
        if text.startswith("/"):
            if thread is not None:
                raise CannotDo("Slack runs no slash commands in threads")
            await self._do.command(self.user, channel, text)
            return None
        body = {"text": composing.typed(self._team, text.strip(), with_names=False), "team": self._team.id}
        body["client_msg_id"] = self._team.new_id("m")
        message = messaging.post(self._team, channel, self.id, body, thread_ts=thread.ts if thread else None)
        return VisibleMessage(message, channel, self.screen)

    async def says(self, where: Any, text: str, *, thread: VisibleMessage | None = None) -> VisibleMessage:
        """The message is posted, even if it begins with a slash (people put a blank before it)."""
        message = await self.types(where, f" {text}" if text.startswith("/") else text, thread=thread)
        if message is None:
            raise CannotDo("a command is no message")
        return message

    async def edits(self, target: VisibleMessage, text: str) -> None:
        """Their own message reads differently."""
        if target.message.user_id != self.id:
            raise CannotDo("people edit only what they wrote")
        body = {**target.message.body, "text": composing.typed(self._team, text, with_names=False)}
        messaging.edit(self._team, target.channel, target.message, body, marked=True)

    async def deletes(self, target: VisibleMessage) -> None:
        """Their own message, or as an admin anyone's, is gone; an ephemeral only from their own screen."""
        mine = target.message.user_id == self.id or target.message.visible_to == self.id
        if not mine and not self.user.admin:
            raise CannotDo("only admins delete what others wrote")
        messaging.delete(self._team, target.channel, target.message)

    async def reacts(self, target: VisibleMessage, emoji: str) -> None:
        """Their reaction is on the message."""
        messaging.react(self._team, target.channel, target.message, self.id, emoji.strip(":"))

    async def unreacts(self, target: VisibleMessage, emoji: str) -> None:
        """Their reaction is no longer there."""
        messaging.unreact(self._team, target.channel, target.message, self.id, emoji.strip(":"))

    async def pins(self, target: VisibleMessage) -> None:
        """The message is pinned."""
        messaging.pin(self._team, target.channel, target.message, self.id)

    async def unpins(self, target: VisibleMessage) -> None:
        """The message is no longer pinned."""
        messaging.unpin(self._team, target.channel, target.message, self.id)

    # -- channels --------------------------------------------------------------------------------------------

    async def creates(self, name: str, *, private: bool = False) -> Channel:
        """The channel exists with this person in it."""
        return channels.create(self._team, self.user, name.removeprefix("#"), private=private)

    async def joins(self, where: Any) -> None:
        """They are in the public channel."""
        channel = self._known(where)
        if channel.kind != "public":
            raise CannotDo(f"nobody can join the private #{channel.name}")
        channels.join(self._team, channel, self.id)

    async def leaves(self, where: Any) -> None:
        """They are no longer in the channel."""
        channels.leave(self._team, self._known(where), self.id)

    async def invites(self, who: Any, where: Any) -> None:
        """The person (or the app) is in the channel."""
        channel = self._writable(where)
        invited = person_id(self._team, who)
        try:
            channels.may_be_invited(self._team, channel, self.id, invited)
        except SlackError as problem:
            raise CannotDo(f"Slack does not let @{self.name} invite them: {problem.error}") from None
        channels.join(self._team, channel, invited, inviter=self.id)

    async def removes(self, who: Any, where: Any) -> None:
        """The person (or the app) is no longer in the channel."""
        channels.leave(self._team, self._writable(where), person_id(self._team, who), remover=self.id)

    async def archives(self, where: Any) -> None:
        """The channel is archived."""
        channels.archive(self._team, self._writable(where), self.id)

    async def unarchives(self, where: Any) -> None:
        """The channel is open again."""
        channels.unarchive(self._team, self._known(where), self.id)

    async def renames(self, where: Any, name: str) -> None:
        """The channel has another name."""
        channels.rename(self._team, self._writable(where), self.id, name.removeprefix("#"))

    async def sets_topic(self, where: Any, topic: str) -> None:
        """The channel has this topic."""
        channels.word(self._team, self._writable(where), self.id, "topic", topic)

    # -- being there -----------------------------------------------------------------------------------------

    async def is_away(self, text: str, *, emoji: str = "", until: datetime | None = None) -> None:
        """Their custom status says so, until they are back."""
        self.user.status_text, self.user.status_emoji, self.user.status_until = text, emoji, until
        profile = self.user.as_dict(self._team.id, self._team.clock.now(), with_email=False)
        self._team.tell_app({"type": "user_change", "user": profile})

    async def does_not_disturb(self, *, until: datetime, since: datetime | None = None) -> None:
        """Slack keeps notifications back, from now or in hours that are still to come."""
        self.user.dnd_from, self.user.dnd_until = since or self._team.clock.now(), until

    async def is_back(self) -> None:
        """Neither a status nor do-not-disturb."""
        self.user.dnd_from = self.user.dnd_until = None
        await self.is_away("")

    # -- buttons, menus, forms -------------------------------------------------------------------------------

    async def clicks(self, target: Told, label: str, near: str | None = None) -> None:
        """The button (or option of a menu) reading ``label`` is pressed, a confirm dialog accepted.

        ``near`` chooses the row: text of the button's own section, or of the nearest block above it.
        """
        await self._press(target, label, near, None, menus_only=False)

    async def chooses(
        self, target: Told, option: str, *, near: str | None = None, of: str | None = None
    ) -> None:
        """The option is chosen in a menu; "@dana" and "#general" in menus of people and channels.

        ``of`` names the menu by its placeholder ("⋯" for an overflow menu).
        """
        await self._press(target, option, near, of, menus_only=True)

    async def fills(self, values: Mapping[str, Any]) -> None:
        """The fields of the open form, named by label, hold these values; None empties one."""
        for label, value in values.items():
            form = self._open_form()
            entry = form.input(label)
            await self._do.fill(self.user, form, entry, entered(self._team, self.user, entry.element, value))

    async def presses(self, target: Told, press: Press, choice: Any = None) -> None:
        """The same for a control that was found already; ``choice`` is for menus of people, channels and days."""
        if isinstance(target, Form):
            if not self._slack.views.is_open(target.view):
                raise CannotDo(f"the form {target.title!r} is closed")
            await self._do.press_in_view(self.user, target.view, press, choice)
            return
        if target.is_deleted:
            raise CannotDo("the message is gone")
        await self._do.press_in_message(self.user, target, press, choice)

    async def enters(self, form: Form, entry: Input, value: Any) -> None:
        """The field of the open form holds this state value; see `entering.entered`."""
        if not self._slack.views.is_open(form.view):
            raise CannotDo(f"the form {form.title!r} is closed")
        await self._do.fill(self.user, form, entry, value)

    async def submits(self) -> None:
        """The open form was sent; see ``form`` for errors or what came next."""
        await self._do.submit(self.user, self._open_form())

    async def dismisses(self) -> None:
        """The open form is closed without sending it."""
        await self._do.dismiss(self.user, self._open_form())

    async def uses_shortcut(self, target: VisibleMessage | None, name: str) -> None:
        """The shortcut was used, from the message's menu or (target None) from the global one."""
        if target is None:
            await self._do.global_shortcut(self.user, name)
        else:
            await self._do.message_shortcut(self.user, target, name)

    async def opens_home(self) -> None:
        """They look at the app's Home tab; ``home`` is what it shows."""
        if not self._team.manifest.home_tab:
            raise CannotDo("the manifest enables no Home tab")
        self._looks_at_home = True
        self._do.open_home(self.user)

    # -- within ----------------------------------------------------------------------------------------------

    async def _press(
        self, target: Told, label: str, near: str | None, of: str | None, *, menus_only: bool
    ) -> None:
        await self.presses(target, find(target.controls, label, near, of, menus_only=menus_only), label)

    def _open_form(self) -> Form:
        if self.form is None:
            raise CannotDo(f"@{self.name} has no form open")
        expect(self.form)
        return self.form

    def _writable(self, where: Any) -> Channel:
        if self.user.deactivated:
            raise CannotDo(f"@{self.name} is deactivated")
        channel = self._known(where)
        if self.id not in channel.members:
            raise CannotDo(f"@{self.name} is not in #{channel.name}")
        if channel.archived:
            raise CannotDo(f"#{channel.name} is archived")
        return channel
