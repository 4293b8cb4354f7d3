"""User data: opened with care, closed after the last write, and one object for each area."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from octoprompt.errors import OctoPromptError, StoreProblem
from octoprompt.settings import Settings
from octoprompt.store.bin import Bin
from octoprompt.store.changes import POLL_SECONDS, Changes, watch
from octoprompt.store.chats import Chats
from octoprompt.store.data import Data
from octoprompt.store.edits import Edits
from octoprompt.store.messages import Messages
from octoprompt.store.opening import Opened, open_store
from octoprompt.store.past_runs import PastRuns
from octoprompt.store.projects import Projects
from octoprompt.store.prompts import Prompts
from octoprompt.store.providers import Providers
from octoprompt.store.runs import Runs
from octoprompt.store.selections import Selections
from octoprompt.store.sessions import Sessions
from octoprompt.store.standing import settle
from octoprompt.store.streams import Streams
from octoprompt.store.summaries import Summaries
from octoprompt.store.tasks import Tasks
from octoprompt.store.tickets import Tickets
from octoprompt.store.usage import UsageLog

logger = logging.getLogger(__name__)
CARE_AFTER_SECONDS = 20.0
AWAY_SECONDS = 2 * POLL_SECONDS + 0.5
"""After these every other window has noticed, too, that the file was moved, and closed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """What an open store holds."""

    projects: Projects
    selections: Selections
    prompts: Prompts
    tickets: Tickets
    tasks: Tasks
    chats: Chats
    messages: Messages
    streams: Streams
    bin: Bin
    summaries: Summaries
    data: Data
    runs: Runs
    past_runs: PastRuns
    edits: Edits
    providers: Providers
    usage: UsageLog


class Store:
    """The user's data. Every method is for the event loop; the work is done on threads."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing is touched before `open`."""
        self._settings = settings
        self._opened: Opened | None = None
        self._areas: Areas | None = None
        self._daily: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._return: asyncio.Task[None] | None = None
        self._sessions: Sessions | None = None
        self.on_change: Callable[[], None] = lambda: None
        """Called on the event loop when another window changed something."""
        self.on_notice: Callable[[str], None] = lambda _notice: None
        """Called on the event loop with what happened to the data after the start."""
        self.on_care: Callable[[], Awaitable[None]] = _nothing
        """Awaited once a day, after the backup: whoever keeps things beside the database."""

    async def open(self) -> None:
        """Verify, repair or create the database, and bring its schema up to date.

        What the user should know of it is in `notices` afterwards. Fails with `StoreProblem` when
        not even a temporary database can be had.
        """
        opened = await asyncio.to_thread(open_store, self._settings)
        self._daily = asyncio.create_task(self._care_daily(opened))
        changes = Changes()
        sessions = Sessions(opened.access, changes, opened.read_only_reason)
        sessions.on_moved = self._follow
        sessions.on_damage = self._suspect
        self._opened, self._sessions = opened, sessions
        self._areas = Areas(
            projects=Projects(sessions),
            selections=Selections(sessions),
            prompts=Prompts(sessions),
            tickets=Tickets(sessions),
            tasks=Tasks(sessions),
            chats=Chats(sessions),
            messages=Messages(sessions),
            streams=Streams(sessions),
            bin=Bin(sessions),
            summaries=Summaries(sessions),
            data=Data(sessions, opened.place),
            runs=Runs(sessions),
            past_runs=PastRuns(sessions),
            edits=Edits(sessions),
            providers=Providers(sessions),
            usage=UsageLog(sessions),
        )
        self._watch = asyncio.create_task(watch(sessions, changes, self._tell, self._look))
        for notice in opened.notices:
            logger.warning("%s", notice)

    async def _care_daily(self, opened: Opened) -> None:
        """Once a day, when the start is over: make the backup, then clear out the bin.

        A backup that began is finished before closing.
        """
        await asyncio.sleep(CARE_AFTER_SECONDS)
        backup = asyncio.create_task(asyncio.to_thread(_back_up, opened))
        try:
            is_new, problem = await asyncio.shield(backup)
        except asyncio.CancelledError:
            await backup
            raise
        if problem:
            self.on_notice(problem)
        if is_new:
            await self.bin.tidy()
            await self.on_care()

    def _suspect(self) -> None:
        if self._opened is not None and self._opened.place is not None:
            self._opened.place.suspect()

    async def _look(self) -> object:
        """Give the trace of the database's file, which is followed first."""
        await self._follow()
        return None if self._opened is None else self._opened.trace()

    async def _follow(self) -> None:
        """Look whether the file was deleted or replaced; if so, save its content and open anew."""
        if self._return is None:
            if self._opened is None or self._opened.is_here():
                return
            self._return = asyncio.create_task(self._come_back(self._opened))
            self._return.add_done_callback(self._came_back)
        await asyncio.shield(self._return)

    def _came_back(self, _task: asyncio.Task[None]) -> None:
        self._return = None

    async def _come_back(self, moved: Opened) -> None:
        sessions = self._sessions
        if sessions is None:
            return
        sessions.pause()
        try:
            left = await asyncio.to_thread(moved.leave)
        except OctoPromptError:
            # Not even saved: all stays as it is, and is tried again.
            sessions.resume(sessions.access, sessions.read_only_reason)
            raise
        try:
            await asyncio.sleep(AWAY_SECONDS)
            told = "" if left is None else await asyncio.to_thread(settle, left)
            opened = await asyncio.to_thread(open_store, self._settings)
        except (OctoPromptError, OSError) as error:
            problem = StoreProblem(f"the database could not be opened again: {error}")
            sessions.give_up(problem)
            raise problem from error
        self._opened = opened
        sessions.resume(opened.access, opened.read_only_reason)
        for notice in (told, *opened.notices):
            if notice:
                logger.warning("%s", notice)
                self.on_notice(notice)
        self.on_change()

    def _tell(self) -> None:
        self.on_change()

    @property
    def notices(self) -> tuple[str, ...]:
        """What happened to the data at the start, in sentences for the user."""
        return () if self._opened is None else self._opened.notices

    def facts(self) -> dict[str, str]:
        """Say what kind of database it is, for a bug report; nothing of what is in it."""
        opened = self._opened
        return {} if opened is None else opened.facts()

    @property
    def projects(self) -> Projects:
        """The workspace roots that were ever opened."""
        return self._open_areas.projects

    @property
    def selections(self) -> Selections:
        """The named sets of context items."""
        return self._open_areas.selections

    @property
    def prompts(self) -> Prompts:
        """The texts that are used again and again."""
        return self._open_areas.prompts

    @property
    def tickets(self) -> Tickets:
        """What is to be done."""
        return self._open_areas.tickets

    @property
    def tasks(self) -> Tasks:
        """The steps of tickets."""
        return self._open_areas.tasks

    @property
    def chats(self) -> Chats:
        """The conversations."""
        return self._open_areas.chats

    @property
    def messages(self) -> Messages:
        """What was said in them."""
        return self._open_areas.messages

    @property
    def streams(self) -> Streams:
        """The answers that are being written."""
        return self._open_areas.streams

    @property
    def bin(self) -> Bin:
        """What was deleted and can be brought back."""
        return self._open_areas.bin

    @property
    def summaries(self) -> Summaries:
        """What models said of contents."""
        return self._open_areas.summaries

    @property
    def data(self) -> Data:
        """Everything as a whole: export, import, backup."""
        return self._open_areas.data

    @property
    def providers(self) -> Providers:
        """Where models are served."""
        return self._open_areas.providers

    @property
    def usage(self) -> UsageLog:
        """What models were asked."""
        return self._open_areas.usage

    @property
    def runs(self) -> Runs:
        """What agents did, and do."""
        return self._open_areas.runs

    @property
    def past_runs(self) -> PastRuns:
        """What runs that ended have used and learnt."""
        return self._open_areas.past_runs

    @property
    def edits(self) -> Edits:
        """What agents propose for files."""
        return self._open_areas.edits

    @property
    def _open_areas(self) -> Areas:
        if self._areas is None:
            raise StoreProblem("the database of your data is not open")
        return self._areas

    async def close(self) -> None:
        """Finish the writes that wait, then close the database."""
        if self._opened is None:
            return
        background = [task for task in (self._daily, self._watch) if task is not None]
        for task in background:
            task.cancel()
        await asyncio.wait(background)
        if self._return is not None:
            await asyncio.wait([self._return])
        opened, self._opened, self._areas = self._opened, None, None
        await asyncio.to_thread(_close, opened)


async def _nothing() -> None:
    pass


def _close(opened: Opened) -> None:
    """Close the database; what only its connections still reach is saved before."""
    if opened.is_here():
        opened.close()
        return
    try:
        left = opened.leave()
        told = "" if left is None else settle(left)
    except (OctoPromptError, OSError) as error:
        told = str(error)
        opened.close()
    if told:
        logger.warning("%s", told)


def _back_up(opened: Opened) -> tuple[bool, str]:
    """Make the daily backup; say whether one was made, and why one that was due was not."""
    try:
        return opened.back_up_daily(), ""
    except StoreProblem as error:
        logger.warning("%s", error)
        return False, error.message
