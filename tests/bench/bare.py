"""A bare Bolt app: what crisis-bot is measured against. It keeps nothing, checks nothing and remembers nothing.

The smallest honest app with the same calls to Slack: one AsyncApp, one session for every call, the SDK's own handler for rate
limits. On `/crisis open` it creates the channel, then invites, posts and announces at the same time; on a click it
acknowledges, then edits the checklist. Its state is a dictionary that is gone when it stops.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

STEPS = 10


@dataclass
class Crisis:
    """One checklist: who has which step, and which are done."""

    number: int
    channel: str = ""
    ts: str = ""
    owners: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def blocks(self) -> list[dict[str, Any]]:
        drawn: list[dict[str, Any]] = [_header(f"Checklist {len(self.done)}/{STEPS}")]
        for number in range(1, STEPS + 1):
            key = f"step-{number}"
            state = "Done" if key in self.done else "Open"
            owner = f" · <@{self.owners[key]}>" if key in self.owners else ""
            drawn.append(
                _section(f"*{number}. Something that has to be done in this crisis*\n{state}{owner}")
            )
            drawn.append({"type": "actions", "block_id": f"do:{key}", "elements": self._buttons(key)})
        return drawn

    def _buttons(self, key: str) -> list[dict[str, Any]]:
        if key in self.done:
            return [self._button("step.reopen", "Reopen", key)]
        claim = [] if key in self.owners else [self._button("step.claim", "Claim", key)]
        return [*claim, self._button("step.done", "Done", key)]

    def _button(self, action: str, label: str, key: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": label}
        return {"type": "button", "action_id": action, "text": text, "value": f"{self.number}|{key}|1"}


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(
            os.environ["SLACK_BOT_TOKEN"],
            base_url=os.environ["SLACK_API_URL"],
            session=session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
        )
        app = _app(web, os.environ["CRISIS_ANNOUNCE_CHANNEL"])
        handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
        await handler.connect_async()
        print("bare is ready", flush=True)  # noqa: T201 -- the line the benchmark waits for
        await asyncio.Event().wait()


def _app(web: AsyncWebClient, announcements: str) -> AsyncApp:
    app = AsyncApp(client=web)
    crises: dict[int, Crisis] = {}

    @app.command("/crisis")
    async def opens(ack: Any, command: dict[str, Any]) -> None:
        crisis = crises[len(crises) + 1] = Crisis(len(crises) + 1)
        await ack(f"Opening crisis {crisis.number}.")
        title = command["text"]
        made = await web.conversations_create(name=f"crisis-{crisis.number}")
        crisis.channel = made["channel"]["id"]
        _, _, checklist, _ = await asyncio.gather(
            web.conversations_invite(channel=crisis.channel, users=command["user_id"]),
            web.chat_postMessage(
                channel=crisis.channel,
                text=title,
                blocks=[_header(f"Crisis {crisis.number}"), _section(title)],
            ),
            web.chat_postMessage(channel=crisis.channel, text="Checklist", blocks=crisis.blocks()),
            web.chat_postMessage(channel=announcements, text=f"Crisis {crisis.number}: {title}"),
        )
        crisis.ts = checklist["ts"]

    async def presses(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        pressed = body["actions"][0]
        number, key, _ = pressed["value"].split("|")
        crisis = crises[int(number)]
        match pressed["action_id"]:
            case "step.claim":
                crisis.owners[key] = body["user"]["id"]
            case "step.done":
                crisis.done.add(key)
            case _:
                crisis.done.discard(key)
        await web.chat_update(channel=crisis.channel, ts=crisis.ts, text="Checklist", blocks=crisis.blocks())

    for action in ("step.claim", "step.done", "step.reopen"):
        app.action(action)(presses)
    return app


if __name__ == "__main__":
    asyncio.run(main())
