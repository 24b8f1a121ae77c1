"""The composition root: builds everything from the settings, starts it, stops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot import logs, metrics
from bot.auditor import Auditor
from bot.clock import Clock, SystemClock
from bot.health import HttpServer
from bot.heartbeat import Heartbeat
from bot.outbox import Outbox
from bot.service import Service
from bot.settings import Settings
from bot.slack.announcing import AnnouncementProblem, Announcing
from bot.slack.answers import NETWORK_ERRORS, TOKEN_PROBLEMS, error_name
from bot.slack.drawing import Drawing
from bot.slack.gateway import Gateway
from bot.slack.letters import Letters
from bot.slack.pace import Pace, Rests
from bot.slack.people import People
from bot.slack.sockets import Sockets
from bot.store.base import Store, StoreProblem
from bot.store.sqlite import SqliteStore
from bot.ticker import Ticker
from handlers._asked import Bot
from handlers._inbox import Inbox
from handlers._registry import Registry
from handlers._routing import Router
from playbooks import Library, load

log = structlog.get_logger(__name__)

CALL_TIMEOUT_S = 10.0
LOOKUP_WITHIN_S = 0.8
"""What a handler asks Slack before it acknowledges: the person waits, and Slack gives up after 3 s."""
KEEP_CONNECTIONS_S = 75.0
"""Idle connections to Slack are kept so long; aiohttp drops them after 15 s by default, and a crisis opens after quiet."""
CONNECT_WITHIN_S = 15.0
DRAIN_WITHIN_S = 4.0
"""For what is on its way when the bot stops; with the goodbye to Slack (3.5 s at most) it stays below 10 s."""
LEARN_EVERY_S = 12 * 3600
"""Who is who is good for a day."""
BLIND_FOR_S = 60.0
"""Slack not reached for so long turns /healthz red."""
SILENT_AFTER_S = 30.0
"""Slack not reached for so long: no path to anybody counts as working."""
STORE_WITHIN_S = 2.0
"""/healthz answers, also while the database does not."""
AUDIT_EVERY_S = 15.0
HEARTBEAT_EVERY_S = 60.0
DELIVERIES_KEPT = timedelta(days=2)
"""Slack repeats an event for some minutes (docs.slack.dev, Events API); two days leave room for a long outage."""


class StartProblem(Exception):
    """The bot cannot start; the text says why and what to do."""


@dataclass(slots=True)
class App:
    """The running bot."""

    settings: Settings
    store: Store
    service: Service
    outbox: Outbox
    inbox: Inbox
    router: Router
    sockets: Sockets | None
    web: AsyncWebClient
    announcing: Announcing
    people: People
    auditor: Auditor
    heard_at: float
    server: HttpServer = field(init=False)
    heartbeat: Heartbeat | None = None
    port: int = 0
    loops: list[asyncio.Task[None]] = field(default_factory=list)

    async def settle(self) -> None:
        """Everything due is done and nothing is under way. For those who drive the clock by hand."""
        while True:
            await self.router.drain(within_s=5)
            await self.inbox.settle()
            await self.outbox.settle()
            if self.router.is_idle and not await self.service.sweep():
                return

    async def warm_up(self) -> None:
        """What an opening needs from Slack is known, over connections that stay: an opening should not wait for it.

        What cannot be had now is asked for when it is needed; a wrong announcement channel is told in the log.
        """
        roster = await self.store.roster()
        asked = [self.announcing.channel(), *(self.people.get(holding.person) for holding in roster.values())]
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, AnnouncementProblem):
                log.warning("announcements do not work", problem=str(answer))
        await self.learn_people()

    async def learn_people(self) -> None:
        """Everybody in the workspace is known for a day."""
        await self.people.learn(self.web)

    async def problems(self) -> list[str]:
        """What keeps the bot from working now."""
        found = []
        try:
            async with asyncio.timeout(STORE_WITHIN_S):
                await self.store.ping()
                found += await self.auditor.problems()
        except StoreProblem as problem:
            found.append(str(problem))
        except TimeoutError:
            found.append("The database does not answer.")
        if self.sockets is not None and await self.sockets.up() == 0:
            found.append("Slack is not connected: no socket is up.")
        if time.monotonic() - self.heard_at > BLIND_FOR_S:
            found.append("Slack does not answer.")
        if any(loop.done() for loop in self.loops):
            found.append("A part of the bot has stopped working. Start it again, and look at the log.")
        return found

    async def audit(self) -> None:
        """What is late was counted, and told where it can be."""
        await self.auditor.look(slack_answers=time.monotonic() - self.heard_at < SILENT_AFTER_S)

    async def look_after(self) -> None:
        """Connections are watched, Slack is asked whether it is there, old deliveries are forgotten, numbers are taken."""
        now = self.service.clock.now()
        if self.sockets is not None:
            await self.sockets.watch()
        try:
            await self.web.auth_test()
            self.heard_at = time.monotonic()
        except (SlackApiError, *NETWORK_ERRORS) as error:
            log.warning("Slack does not answer", error=type(error).__name__)
        await self.store.forget_deliveries(now - DELIVERIES_KEPT)
        waiting, late = await self.store.waiting(now)
        metrics.OUTBOX_WAITING.set(waiting)
        metrics.OUTBOX_LATE_SECONDS.set(late.total_seconds())


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock | None = None,
    pace: Pace | None = None,
    call_timeout_s: float = CALL_TIMEOUT_S,
    look_after_every_s: float = 10.0,
    ticking: bool = True,
) -> AsyncIterator[App]:
    """The bot, started and connected; on leaving it finishes what it began and stops.

    `ticking` False: nothing happens by itself, `settle` does it. Raises `StartProblem`, `StoreProblem` and
    `playbooks.PlaybookProblems` when it cannot start.
    """
    library = load(settings.crisis_playbooks)
    registry = handlers.load()
    for secret in settings.secrets:
        logs.redact(secret)
    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(settings.sqlite_path)
        stack.push_async_callback(store.close)
        slack = await stack.enter_async_context(_slack(settings, call_timeout_s))
        app = await _built(settings, store, slack, library, registry, clock or SystemClock(), pace or Pace())
        await store.release()
        stack.push_async_callback(_stop, app)
        await _listen(app)
        ticker = Ticker()
        stack.callback(ticker.stop)
        if ticking:
            app.loops = [asyncio.create_task(app.outbox.run()), asyncio.create_task(app.inbox.run())]
            ticker.every(1, app.service.sweep)
            ticker.every(look_after_every_s, app.look_after)
            ticker.every(AUDIT_EVERY_S, app.audit)
            if app.heartbeat is not None:
                ticker.every(HEARTBEAT_EVERY_S, app.heartbeat.beat)
            ticker.every(LEARN_EVERY_S, app.learn_people)
            ticker.start()
            warming = asyncio.create_task(app.warm_up())
            stack.callback(warming.cancel)
        log.info("started", mode=settings.mode, port=app.port)
        yield app


@dataclass(frozen=True, slots=True)
class _Web:
    """Slack, as we call it."""

    session: aiohttp.ClientSession
    client: AsyncWebClient
    quick: AsyncWebClient
    """For what has to be known before the acknowledgement."""


@asynccontextmanager
async def _slack(settings: Settings, call_timeout_s: float) -> AsyncIterator[_Web]:
    """All calls share their connections; they differ in how long they may take."""

    def session(within_s: float) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=within_s)
        return aiohttp.ClientSession(connector=connector, connector_owner=False, timeout=timeout)

    def client(using: aiohttp.ClientSession) -> AsyncWebClient:
        # No retries by the SDK: it would post a message again whose answer was lost (slack_sdk 3.47, http_retry).
        return AsyncWebClient(token=token, base_url=settings.slack_api_url, session=using, retry_handlers=[])

    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with (
        aiohttp.TCPConnector(limit=100, keepalive_timeout=KEEP_CONNECTIONS_S) as connector,
        session(call_timeout_s) as patient,
        session(min(call_timeout_s, LOOKUP_WITHIN_S)) as quick,
    ):
        yield _Web(patient, client(patient), client(quick))


async def _built(
    settings: Settings,
    store: Store,
    slack: _Web,
    library: Library,
    registry: Registry,
    clock: Clock,
    pace: Pace,
) -> App:
    """Every part, connected to the others. Raises `StartProblem` when Slack does not know us."""
    web, session = slack.client, slack.session
    me = await _who_am_i(web)
    my_id = me.bot_user_id or ""
    controls = registry.drawn()
    people = People(slack.quick)
    announcing = Announcing(web, settings.crisis_announce_channel)
    zone, archive_after = ZoneInfo(settings.crisis_timezone), settings.crisis_archive_after
    where = partial(people.zones, otherwise=zone)
    service = Service(
        store, clock, library, committed=lambda: outbox.kick(), where=where, has_left=people.has_left
    )
    letters = Letters(web, store, await store.identity(), pace, Rests(clock))
    drawing = Drawing(store, controls, announcing, clock)
    gateway = Gateway(web, session, store, letters, drawing, announcing, people, clock, my_id, zone)
    outbox = Outbox(service, gateway, clock)
    bot = Bot(service, web, slack.quick, session, people, controls, archive_after, my_id, zone)
    inbox = Inbox(bot, registry)
    router = Router(bot, registry, received=inbox.kick)
    bolt = _bolt(settings, web, me, router)
    app_token = settings.slack_app_token
    sockets = Sockets(bolt, app_token.get_secret_value()) if app_token else None
    auditor = Auditor(service, outbox)
    app = App(
        settings,
        store,
        service,
        outbox,
        inbox,
        router,
        sockets,
        web,
        announcing,
        people,
        auditor,
        time.monotonic(),
    )
    app.server = HttpServer(app.problems, bolt if sockets is None else None)
    if settings.crisis_heartbeat_url is not None:
        app.heartbeat = Heartbeat(settings.crisis_heartbeat_url, session, app.problems)
    return app


async def _listen(app: App) -> None:
    """Slack can deliver. Raises `StartProblem`."""
    try:
        app.port = await app.server.start(app.settings.port)
    except OSError as error:
        raise StartProblem(
            f"Port {app.settings.port} cannot be used ({error.strerror}). Set PORT to a free one."
        ) from None
    try:
        connected = app.sockets is None or await app.sockets.connect(within_s=CONNECT_WITHIN_S)
    except SlackApiError as error:
        raise StartProblem(
            f"Slack refuses a Socket Mode connection with SLACK_APP_TOKEN ({error_name(error)}). "
            "It needs the scope connections:write, and Socket Mode has to be on. `crisis-bot check` tells more."
        ) from None
    if not connected:
        raise StartProblem(f"No Socket Mode connection to Slack came about within {CONNECT_WITHIN_S:.0f} s.")


async def _stop(app: App) -> None:
    """Nothing new is taken, what came in is answered, what was begun is finished; what takes too long waits in the store."""
    log.info("stopping")
    await asyncio.gather(app.server.stop(), *([app.sockets.close()] if app.sockets else []))
    await asyncio.gather(
        app.router.drain(within_s=DRAIN_WITHIN_S),
        app.inbox.stop(within_s=DRAIN_WITHIN_S),
        app.outbox.stop(within_s=DRAIN_WITHIN_S),
    )
    for loop in app.loops:
        loop.cancel()
    await asyncio.gather(*app.loops, return_exceptions=True)


async def _who_am_i(web: AsyncWebClient) -> AuthorizeResult:
    """The bot's identity in its workspace. Raises `StartProblem` when Slack refuses the token or does not answer."""
    try:
        answer = await web.auth_test()
    except SlackApiError as error:
        name = error_name(error)
        if name in TOKEN_PROBLEMS:
            raise StartProblem(
                f"Slack refuses SLACK_BOT_TOKEN ({name}). Copy it again from the app's page."
            ) from None
        raise StartProblem(
            f"Slack answered “{name or error.response.status_code}” to the first call."
        ) from None
    except NETWORK_ERRORS as error:
        raise StartProblem(f"Slack cannot be reached at {web.base_url} ({type(error).__name__}).") from None
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=web.token)


def _bolt(settings: Settings, web: AsyncWebClient, me: AuthorizeResult, router: Router) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return me

    secret = settings.slack_signing_secret
    bolt = AsyncApp(
        client=web,
        authorize=authorize,
        signing_secret=secret.get_secret_value() if secret else None,
        request_verification_enabled=settings.slack_app_token is None,
    )

    @bolt.middleware
    async def route(req, resp, next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt gives arguments by these names
        return await router(req)

    return bolt
