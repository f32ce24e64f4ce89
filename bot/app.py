"""The application: everything that `serve` runs, put together in one place."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import FrameType

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from adapters import wording
from adapters.base import Adapter, Platform
from adapters.webchat.app import WebChat
from flows.events import Event, Said
from flows.loader import SHIPPED, Scripts, load_scripts
from storage import everywhere, inbox, practice, restoration
from storage.clock import Clock
from storage.database import Database
from storage.migration import migrate

from . import auditing, erasing, foundings, memory, platforms, pulse_course, retention, retracting, sample, sign_ins
from .conductor import Conductor
from .config import Settings, SettingsError
from .delays import Delays
from .directory import Directory
from .dispatcher import Dispatcher
from .journal import journal_of
from .measures import Measures
from .practice import Practice
from .pulse import Pulse
from .scheduler import Metronome, Step
from .web.chats import Chats
from .web.cookies import Cookies
from .web.dashboard import Dashboard
from .web.door import Door
from .web.draw import Drawing
from .web.guarding import OwnPagesOnly
from .web.patience import Patience
from .web.practice_report import PATH as REPORT_PATH
from .web.practice_report import PracticeReport
from .web.probes import Probes

log = structlog.get_logger()

HOUR = 3600.0
DISPATCHER, METRONOME = "the dispatcher", "the metronome"
NO_PLATFORM = (
    "This database belongs to real schools, and no chat platform is set up. Set SLACK_BOT_TOKEN and "
    "SLACK_SIGNING_SECRET, or TEAMS_APP_ID and what belongs to it; to practice, run `leadcycle demo` or name another "
    "LEADCYCLE_DATABASE_URL."
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Application:
    """The running parts around one database."""

    def __init__(self, database: Database, settings: Settings, delays: Delays | None = None) -> None:
        """Put the parts together; `start` makes them run."""
        self.database = database
        self.settings = settings
        self.scripts = scripts_of(settings)
        wording.use(self.scripts)
        self._adapters: dict[str, Adapter] = {}
        self.conductor = Conductor(
            database, self.scripts, self._wake, self._look_for, pages_of(settings), journal_of(settings)
        )
        self._measures, self._pulse = Measures(), Pulse(DISPATCHER, METRONOME)
        self.dispatcher = Dispatcher(
            database,
            self._adapters,
            self.conductor.judge,
            delays,
            on_gone=self.conductor.gone,
            measures=self._measures,
            stir=partial(self._pulse.stir, DISPATCHER),
        )
        beats: dict[Step, float] = {
            self._tick: 1.0,
            self.conductor.recover: 10.0,
            self._prune: HOUR,
            self._retract: 60.0,
            self.follow: 6 * HOUR,
            self.watch: 30.0,
        }
        self._metronome = Metronome(beats)
        self._directory = Directory(database)
        self.code = ""
        """by which the first administrator comes in, where nobody has a role yet"""
        self.platforms: tuple[Platform, ...] = ()
        """of real people; none where people only practice"""
        self._chat: WebChat | None = None
        self._board: Practice | None = None
        self._providers = sign_ins.providers(settings)
        self._sending: asyncio.Task[None] | None = None

    @classmethod
    async def prepare(
        cls, settings: Settings, clock: Clock | None = None, delays: Delays | None = None
    ) -> "Application":
        """Open and migrate the database, and set up the platforms; raises what stands in the way as a sentence."""
        database = Database(settings.database_url, clock)
        try:
            application = cls(database, settings, delays)
            await migrate(database)
            await application._begin_restored()
            await application._erase_again()
            await application._set_up()
            await application._log_settings()
        except BaseException:
            await database.close()
            raise
        return application

    def web(self) -> Starlette:
        """Return the HTTP application."""
        probes = Probes(
            self.database, tuple(self._adapters), lambda: self.conductor.trouble, self._pulse, self._measures
        )
        routes: list[BaseRoute] = probes.routes()
        for adapter in self._adapters.values():
            self._measures.begin(adapter.platform)
            routes += adapter.routes()
        if self._chat:
            routes += PracticeReport(self.database, self.scripts, self.settings.practice_hosts).routes()
        routes += self._pages()
        return Starlette(routes=routes, lifespan=self._lifespan)

    def _pages(self) -> list[BaseRoute]:
        """The dashboard and its door."""
        drawing = Drawing(self.scripts, sign_ins.named(self._providers))
        cookies, patience = Cookies(pages_of(self.settings).startswith("https:")), Patience()
        chats, practice = Chats(self.settings), "/practice" if self._chat else ""
        door = Door(self.database, self.scripts, drawing, cookies, patience)
        signing_in = sign_ins.routes(self._providers, self.database, drawing, cookies, patience)
        dashboard = Dashboard(self.database, self.scripts, drawing, cookies, chats, practice)
        pages = [*door.routes(), *signing_in, *drawing.routes(), *dashboard.routes()]
        return [Mount("/", routes=pages, middleware=[Middleware(OwnPagesOnly, self.settings.public_url)])]

    @property
    def is_practice(self) -> bool:
        """Whether it serves the practice school."""
        return self._chat is not None

    def stop_pages(self) -> None:
        """End the open streams of the practice page, so that the server can stop."""
        if self._chat:
            self._chat.stop()

    @asynccontextmanager
    async def _lifespan(self, web: Starlette) -> AsyncIterator[None]:
        self._sending = asyncio.create_task(self.dispatcher.run())
        self._metronome.start()
        self._metronome.soon(self.watch)
        self._metronome.soon(self.follow)
        try:
            yield
        finally:
            self._metronome.stop()
            for platform in self.platforms:
                await platform.finish()
            self.dispatcher.stop()
            await self._sending
            for platform in self.platforms:  # what is on its way needs its connections until it is settled
                await platform.close()
            await self.database.close()

    def _wake(self) -> None:
        self.dispatcher.wake()
        if self._board:
            self._board.notice()

    async def _tick(self) -> None:
        await self.conductor.tick()
        self._pulse.stir(METRONOME)

    def _look_for(self) -> None:
        """Somebody new is on record: see whether a workspace knows them."""
        self._metronome.soon(self.follow)

    async def watch(self) -> None:
        """See to it that the platforms can reach us."""
        for platform in self.platforms:
            await platform.watch()

    async def follow(self) -> None:
        """Look who is who in each workspace, and what has changed there meanwhile."""
        for platform in self.platforms:
            for workspace in await platform.workspaces():
                await self._follow(platform, workspace)

    async def _follow(self, platform: Platform, workspace: str) -> None:
        try:
            accounts = [account async for account in platform.accounts(workspace)]
        except Exception as fault:
            name, error = platform.platform, type(fault).__name__
            log.error("a platform does not say who is there", platform=name, workspace=workspace, error=error)
        else:
            await self._directory.changed(platform.platform, workspace, accounts)

    def _installed(self) -> None:
        """A workspace has come in: see who is there, and send what waited for it."""
        self._look_for()
        self.dispatcher.wake()

    async def _prune(self) -> None:
        await retention.expire(self.database, self.settings)
        await erasing.sweep(self.database)
        await pulse_course.note(self.database, journal_of(self.settings))  # where the disk was full when it closed

    async def _retract(self) -> None:
        await retracting.retract(self.database, self._adapters)

    async def _begin_restored(self) -> None:
        """A copy that was made by `leadcycle backup` begins in restore mode when it is served."""
        async with self.database.look_everywhere() as looking:
            found = await restoration.find(looking)
        if found and found.at is None:
            async with self.database.everywhere() as everyone:
                doubts = await restoration.begin(everyone)
            log.warning("restore mode is on", since=found.since.isoformat(), looked_up=doubts.looked_up)

    async def _erase_again(self) -> None:
        """Whoever was erased stays so, and a pulse that was closed, also in an older backup that was put back."""
        if journal := journal_of(self.settings):
            await erasing.again(self.database, self.scripts, journal)
            await self.conductor.close_lost_pulses()

    async def _log_settings(self) -> None:
        """Whoever shortens what is kept, or shows figures of fewer people, leaves a line in the audit log."""
        async with self.database.look_everywhere() as looking:
            tenants = await everywhere.tenants(looking)
        for tenant in tenants:
            async with self.database.begin(tenant) as store:
                await auditing.served(store, self.settings, self.scripts)

    async def _set_up(self) -> None:
        """Where it is switched on, or no platform is set up, this is a practice school; a real database is refused."""
        async with self.database.look_everywhere() as looking:
            is_practice = await everywhere.practice(looking)
        if not self.settings.practice and platforms.are_set_up(self.settings):
            await self._connect(bool(is_practice))
            return
        if is_practice is False and self.settings.practice:
            raise SettingsError(
                "This database belongs to real schools, and nobody practices in it. Name another "
                "LEADCYCLE_DATABASE_URL, or serve them with LEADCYCLE_PRACTICE not set."
            )
        if is_practice is False:
            raise SettingsError(NO_PLATFORM)
        require_loopback(self.settings)
        if is_practice is None:
            await self._found_practice()
        board = Practice(self.database, self.scripts, self.conductor, self.dispatcher, REPORT_PATH)
        self._board = board
        self._chat = WebChat(self.conductor, board, sample.WORKSPACE, self.settings.practice_hosts)
        self._adapters[self._chat.platform] = self._chat

    async def _connect(self, is_practice: bool) -> None:
        """Speak with the platforms that are set up, for the real schools of this database."""
        if is_practice:
            raise SettingsError(
                "This database holds a practice school, and a chat platform is set up: real people do not mix with "
                "it. Name another LEADCYCLE_DATABASE_URL; if you only practiced, you may delete the file."
            )
        connected = await platforms.connect(
            self.settings, self.database, self.conductor, self._directory, self._installed
        )
        self.platforms = tuple(connected)
        self._adapters |= {each.platform: each for each in connected}
        self.code = await foundings.offer(self.database)

    async def _found_practice(self) -> None:
        """The sample school, on the morning on which its facilitator starts a cycle: both, or neither."""
        start = Event(
            "practice-start",
            sample.PLATFORM,
            sample.WORKSPACE,
            "ana",
            "direct-ana",
            True,
            sample.opening(),
            Said(sample.START, True),
            "",
            True,
        )
        async with self.database.begin(sample.TENANT) as store:
            await sample.found_school(store)
            await practice.move_clock(store, sample.opening() - store.school_time)
            await inbox.capture(store, start)
        await self.conductor.hear(start)


def pages_of(settings: Settings) -> str:
    """The address under which people open the pages; empty where nobody has said how they reach this machine."""
    is_real = not settings.practice and platforms.are_set_up(settings)
    return settings.public_url or ("" if is_real else settings.address)


def scripts_of(settings: Settings) -> Scripts:
    """Return the shipped scripts under the school's own; raises ScriptError with every complaint."""
    return load_scripts(SHIPPED, *([settings.scripts] if settings.scripts else []))


def require_loopback(settings: Settings) -> None:
    """Raise SettingsError: the practice page lets anybody be anybody, so it stays here unless somebody decides.

    A host that cannot be listened on at all is refused first.
    """
    if settings.host in LOOPBACK:
        return
    try:
        socket.getaddrinfo(settings.host, settings.port)
    except OSError as fault:
        raise SettingsError(
            f"LEADCYCLE_HOST is {settings.host}, which is not an address of this computer. "
            "Leave LEADCYCLE_HOST at 127.0.0.1, or write the address to listen on, like 0.0.0.0."
        ) from fault
    if not settings.practice_hosts:
        raise SettingsError(
            f"LEADCYCLE_HOST is {settings.host}, and the practice school lets everybody who reaches it be anybody. "
            "Leave LEADCYCLE_HOST at 127.0.0.1, or name the hosts that may open it in LEADCYCLE_PRACTICE_HOSTS."
        )


class _Server(uvicorn.Server):
    """A server that lets go of open pages when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop the streams first: the server waits for every open response."""
        self._application.stop_pages()
        super().handle_exit(sig, frame)


async def serve(settings: Settings, greet: Callable[[bool, str], None] = lambda is_practice, code: None) -> None:
    """Run until the process is asked to stop.

    When people may come, `greet` is told whether they only practice, and the code for the first administrator, if any.
    """
    application = await Application.prepare(settings)
    async with application.database:
        config = uvicorn.Config(
            application.web(),
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=5,
            forwarded_allow_ips=settings.forwarded_allow_ips,
        )
        address = _listen(settings)
        memory.keep()
        greet(application.is_practice, application.code)
        log.info(
            "serving", address=settings.address, database=application.database.name, practice=application.is_practice
        )
        await _Server(config, application).serve([address])


def _listen(settings: Settings) -> socket.socket:
    """Take the address; raises SettingsError when it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).partition(" (")[0]
        raise SettingsError(
            f"Leadcycle cannot listen on {settings.address}: {reason}. "
            "Stop the program that listens there, or choose another LEADCYCLE_PORT."
        ) from fault
