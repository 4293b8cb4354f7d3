"""The retrieval engine of one workspace root.

Kept current file by file, asked for the files that matter.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from octoprompt.bug import bug
from octoprompt.index.history import NO_LOG, GitRun, read_log
from octoprompt.index.model import Suggestion, SuggestQuery
from octoprompt.index.retrieval import commits, merging, overlay, past, ranking, rarity, writing
from octoprompt.index.retrieval import state as states
from octoprompt.index.retrieval.commits import Chunk, History
from octoprompt.index.retrieval.company import Company, company
from octoprompt.index.retrieval.merging import Merge
from octoprompt.index.retrieval.overlay import Overlaid
from octoprompt.index.retrieval.rarity import Rarity
from octoprompt.index.retrieval.state import State, Unsaved
from octoprompt.index.retrieval.writing import Change, Removed

KEPT_STATES = 8
PUBLISH_WAIT = 2.0
"""Seconds that a reader waits for the state of a commit which it already sees."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """What `publish` puts in force once its transaction is committed."""

    state: State
    added: dict[str, int]
    removed: tuple[str, ...] = ()
    merge: Merge | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryUpdate:
    """What `publish_history` puts in force once its transaction is committed."""

    history: History
    fresh: list[Chunk]


class Retrieval:
    """Which files matter for a task.

    Synchronous: writes belong to the writer thread, questions to readers.
    """

    def __init__(self) -> None:
        self._state = states.empty()
        self._states = {0: self._state}
        self._ids: dict[str, int] = {}
        self._merge: Merge | None = None
        self._published = threading.Condition()
        self._history = commits.build([])
        self._links: tuple[State, past.Links] | None = None
        self._rarity = rarity.NONE
        self._overlays: dict[str, Unsaved] = {}
        self._overlaid: tuple[State, Overlaid] | None = None

    def load(self, connection: Connection) -> None:
        """Take over what the database holds, before anything else and while nobody asks."""
        state, ids = states.load(connection)
        self._history = commits.load(connection)
        self._rarity = rarity.NONE  # of another file's version with the same number
        with self._published:
            self._state = state
            self._states = {state.version: state}
            self._ids = ids
            self._merge = None
            self._published.notify_all()

    def apply_anew(self, connection: Connection) -> State:
        """Begin with empty tables in the caller's write transaction, which made them.

        Versions are counted on: who reads what was before has a state of its own.
        """
        state = replace(states.empty(), version=self._state.version + 1)
        writing.save_version(connection, state)
        return state

    def publish_anew(self, state: State) -> None:
        """Put the beginning in force; on the writer thread, right after the commit."""
        self._history = commits.build([])
        with self._published:
            self._ids = {}
            self._merge = None
            self._put(state)

    def apply(
        self,
        connection: Connection,
        changes: Iterable[Change | Removed],
        after: Update | None = None,
    ) -> Update:
        """Write changes of files in the caller's write transaction.

        A second call in one transaction is given the first one's result as `after`; only the last
        one's is published.
        """
        state, ids, added, removed = self._state, self._ids, dict[str, int](), tuple[str, ...]()
        if after is not None:
            state, added, removed = after.state, after.added, after.removed
            gone = set(removed)
            ids = {path: i for path, i in {**self._ids, **added}.items() if path not in gone}
        written = writing.apply(connection, state, ids, changes)
        added = {**added, **written.added}
        return Update(
            state=written.state,
            added=added,
            removed=(*(path for path in removed if path not in written.added), *written.removed),
            merge=self._merge,
        )

    def publish(self, update: Update) -> None:
        """Put an update in force; on the writer thread, right after the commit."""
        with self._published:
            for path in update.removed:
                self._ids.pop(path, None)
            for path, number in update.added.items():
                update.state.paths.add(number, path)
                if path not in update.removed:
                    self._ids[path] = number
            self._merge = update.merge
            self._put(update.state)

    def _put(self, state: State) -> None:
        self._state = state
        self._states[state.version] = state
        for version in sorted(self._states)[:-KEPT_STATES]:
            del self._states[version]
        self._published.notify_all()

    def maintain(self, connection: Connection) -> Update | None:
        """Do a slice of the merging that is due, in the caller's write transaction.

        None when nothing is.
        """
        state, merge = self._state, self._merge
        if merge is None:
            connection.exec_driver_sql(
                "DELETE FROM retrieval_bucket WHERE segment IN"
                " (SELECT id FROM retrieval_segment WHERE is_complete = 0)"
            )
            connection.exec_driver_sql("DELETE FROM retrieval_segment WHERE is_complete = 0")
            if (due := merging.due(state)) is None:
                return None
            return Update(state=state, added={}, merge=merging.begin(connection, state, *due))
        merge = merging.advance(connection, merge)
        if merge.done < merging.END:
            return Update(state=state, added={}, merge=merge)
        return Update(state=merging.finish(connection, state, merge), added={})

    def suggest(
        self,
        connection: Connection,
        query: SuggestQuery,
        uses: Sequence[str] = (),
        uncommitted: str = "",
    ) -> tuple[list[Suggestion], str]:
        """Name the files that matter, best first, and say what the ranking had to do without.

        `uses` are the names that the selected (else the open) files use, `uncommitted` the lines
        of the selected ones that the user has changed.
        """
        state, links = self.known(connection)
        known = ranking.Known(
            state=state,
            links=links,
            rarity=lambda: self.counted(connection),
            uses=uses,
            uncommitted=uncommitted,
        )
        return ranking.suggest(connection, known, query)

    def known(self, connection: Connection) -> tuple[State, past.Links]:
        """Give the state that belongs to the connection's snapshot, and the history tied to it."""
        saved = self._at(connection)
        shown, links = self._with_overlays(saved), self._linked(saved)
        return shown.state, past.widened(links, shown.added) if shown.added else links

    def company(self, connection: Connection, path: str) -> Company:
        """Say what goes with a file whatever the task; nothing for a file that is not indexed."""
        state, links = self.known(connection)
        document = links.ids.get(path, state.next_document)
        if document >= state.next_document:
            return Company()
        return company(connection, state, links, document)

    def counted(self, connection: Connection) -> Rarity:
        """Give the rarity of terms; made anew after a change, when it is needed."""
        state = self._at(connection)
        if self._rarity.version != state.version:
            self._rarity = rarity.count(connection, state)
        return self._rarity

    def moved(self, path: str) -> str | None:
        """Give the path that a file has now by its commits; None when they do not know."""
        return past.moved(self._history, self._ids, path)

    def facts(self) -> dict[str, int]:
        """Count what the engine holds, for people who look for a fault."""
        state = self._state
        return {
            "documents": int(state.present.sum()),
            "text_segments": len(state.text.segments),
            "definition_segments": len(state.definitions.segments),
            "pending_postings": sum(
                run.n_postings for run in (*state.text.runs, *state.definitions.runs)
            ),
            "commits": len(self._history.times),
            "reachable_commits": len(self._history.order),
        }

    def overlay(self, path: str, text: bytes | None, definitions: bytes | None) -> None:
        """Let unsaved text speak for a file, in memory only; None for both ends it."""
        with self._published:
            overlays = {key: value for key, value in self._overlays.items() if key != path}
            if text is not None or definitions is not None:
                overlays[path] = Unsaved(text or b"", definitions or b"")
            self._overlays = overlays
            self._overlaid = None

    def _with_overlays(self, state: State) -> Overlaid:
        with self._published:
            if not self._overlays:
                return Overlaid(state=state, added={})
            if self._overlaid is None or self._overlaid[0] is not state:
                self._overlaid = state, overlay.overlaid(state, self._ids, self._overlays)
            return self._overlaid[1]

    def read_history(self, git: GitRun, rev: str = "HEAD") -> HistoryUpdate:
        """Read what git knows and we do not.

        Seconds the first time, on a thread that nobody waits for.
        """
        history = self._history
        numbers = history.numbers()
        log = read_log(git, lambda sha: bytes.fromhex(sha)[:20] in numbers, rev)
        advanced, fresh = commits.advanced(history, log)
        return HistoryUpdate(history=advanced, fresh=fresh)

    def no_history(self) -> HistoryUpdate:
        """Let no commit count; what is known of them stays, for when there is a HEAD again."""
        history, fresh = commits.advanced(self._history, NO_LOG)
        return HistoryUpdate(history=history, fresh=fresh)

    def apply_history(self, connection: Connection, update: HistoryUpdate) -> None:
        """Keep new commits in the caller's write transaction."""
        commits.save(connection, update.fresh)

    def publish_history(self, update: HistoryUpdate) -> None:
        """Put a history in force; after the commit."""
        self._history = update.history

    def _linked(self, state: State) -> past.Links:
        linked = self._links
        if (
            linked is None
            or linked[0].present is not state.present
            or linked[1].history is not self._history
        ):
            linked = state, past.link(self._history, state, self._ids)
            self._links = linked
        return linked[1]

    def _at(self, connection: Connection) -> State:
        """Give the state that belongs to the connection's snapshot."""
        version = int(
            connection.exec_driver_sql("SELECT version FROM retrieval_state").scalar_one()
        )
        with self._published:
            self._published.wait_for(lambda: max(self._states) >= version, PUBLISH_WAIT)
            state = self._states.get(version)
        if state is None:
            bug(f"retrieval state {version} was never published")
            state, _ = states.load(connection)
        return state
