"""Opening the user's database: verified before use, set aside when damaged, never overwritten."""

import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from octoprompt.database.access import Access
from octoprompt.database.engine import open_engine, read_only_url, sqlite_url
from octoprompt.database.file_lock import FileLock, Presence
from octoprompt.database.private import make_private_file, make_private_folder
from octoprompt.errors import OctoPromptError, StoreProblem
from octoprompt.settings import Settings
from octoprompt.store import schema
from octoprompt.store.backup import DAILY, back_up, backups, is_daily_due, keep_copies
from octoprompt.store.creation import create_schema
from octoprompt.store.health import Finding, Health, examine, search_problem
from octoprompt.store.place import Mark, Place
from octoprompt.store.recovery import recover
from octoprompt.store.standing import Left, Standing

OPEN_SECONDS = 60.0
FILE_NAME = "octoprompt.db"
NEWER = "the database was written by a newer OctoPrompt: it is opened read-only; update this one"


@dataclass(slots=True, kw_only=True)
class Opened:
    """An open database and what has to be closed with it."""

    access: Access
    read_only_reason: str = ""
    notices: tuple[str, ...] = ()
    place: Place | None = None
    """None for a server database and for a temporary one."""
    presence: Presence | None = None
    standing: Standing | None = None
    """None for all but a file of the user's that can be written."""
    temporary: Path | None = None

    def is_here(self) -> bool:
        """Say whether the file that was opened is still at its place."""
        return self.standing is None or self.standing.is_here()

    def trace(self) -> object:
        """Give what changes with every write of any process; None where nothing says so."""
        return None if self.place is None else self.place.trace()

    def leave(self) -> Left | None:
        """Save what is in a file that is not at its place any more, and close it.

        Fails with `StoreProblem` when it cannot be saved: it stays open then.
        """
        if self.standing is None:
            return None
        with self.access.alone():
            left = self.standing.save()
        self.close()
        self.standing.clear_up()
        return left

    def facts(self) -> dict[str, str]:
        """Say how it is open."""
        kind = self.access.engine.dialect.name
        return {
            "kind": f"{kind}, temporary" if self.temporary is not None else kind,
            "schema": schema.HEAD,
            "isReadOnly": str(bool(self.read_only_reason)).lower(),
            "writerLock": self.access.lock_name,
        }

    def back_up_daily(self) -> bool:
        """Make today's backup if there is none yet, and say so; fails with `StoreProblem`."""
        if self.place is None or self.read_only_reason or not is_daily_due(self.place):
            return False
        back_up(self.place, DAILY)
        return True

    def close(self) -> None:
        """Finish the writes that wait, then close everything."""
        if self.standing is not None:
            self.standing.close()
        self.access.close()
        if self.presence is not None:
            self.presence.close()
        if self.temporary is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)


def open_store(settings: Settings) -> Opened:
    """Open what the settings name: a server database by URL, else a SQLite file.

    A folder that cannot be written gives a read-only store, or a temporary one when there is
    nothing to read yet; both say so in `notices`. Fails with `StoreProblem`.
    """
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        return _open_server(settings.database_url)
    place = Place(_database_path(settings))
    with ExitStack() as undo:
        try:
            make_private_folder(place.database.parent, f"{place.database.name}*")
            lock = FileLock(place.lock)
            undo.callback(lock.close)
            with lock.held(OPEN_SECONDS):
                presence = Presence(place.presence)
                undo.callback(presence.close)
                opened = _open_file(place, lock, presence)
                for path in place.files():
                    make_private_file(path)
        except (OSError, OctoPromptError, sqlite3.Error, DatabaseError) as error:
            return _open_otherwise(place, str(error))
        if opened.presence is not None:
            undo.pop_all()
        return opened


def _database_path(settings: Settings) -> Path:
    if settings.database_url:
        named = make_url(settings.database_url).database
        if named and named != ":memory:":
            return Path(named).absolute()
    return settings.data_dir / FILE_NAME


def _open_file(place: Place, lock: FileLock, presence: Presence) -> Opened:
    notices: list[str] = []
    alone = presence.is_alone()
    mark = place.read_mark()
    found = _look(place, mark, alone=alone)
    if found.health in (Health.LOST, Health.DAMAGED, Health.FOREIGN):
        if not alone:
            raise StoreProblem(
                f"the database `{place.database}` is not usable ({found.detail}), "
                "and another window still has it open: close all windows and start again"
            )
        recovery = recover(place, found)
        found = recovery.finding
        notices.extend(recovery.told)
    if alone:
        place.suspicion.unlink(missing_ok=True)
        place.clear_leftovers()
        keep_copies(place)
    if found.health is Health.EXCHANGED:
        notices.append(
            f"`{place.database}` is another database than the one used here before; it is used now"
        )
    if schema.age(found.schema) is schema.Age.NEWER:
        return _open_read_only(place, NEWER, immutable=False)
    if schema.age(found.schema) is schema.Age.OLDER:
        back_up(place, f"before-{schema.HEAD}")
    access = Access(open_engine(sqlite_url(place.database), "FULL"), "store", lock)
    _prepare(access, place, found, mark)
    standing = Standing(place, access)
    access.guard(standing.is_here)
    return Opened(
        access=access,
        notices=tuple(notices),
        place=place,
        presence=presence,
        standing=standing,
    )


def _look(place: Place, mark: Mark | None, *, alone: bool) -> Finding:
    """Look at the database; nobody may use it while all of it is read."""
    suspected = alone and place.suspicion.exists()
    found = examine(place, mark, thoroughly=suspected or (alone and place.has_unmerged_log()))
    if suspected and found.health is Health.GOOD and (problem := search_problem(place.database)):
        return replace(found, health=Health.DAMAGED, detail=problem)
    if found.health is Health.FRESH and (place.copies() or backups(place)):
        # Of what never was there is no backup.
        return replace(found, health=Health.LOST, detail="there is nothing in its place")
    return found


def _prepare(access: Access, place: Place, found: Finding, mark: Mark | None) -> None:
    """Bring the schema up to date and write down outside of the database which one it is.

    The caller holds the lock, which is why this does not go through `Access.write_now`.
    """
    instance = found.instance
    if schema.age(found.schema) is not schema.Age.CURRENT:
        with access.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if instance is None:
                instance = create_schema(connection)
            else:
                schema.upgrade(connection)
            connection.commit()
        # It may hold what nobody else on this machine should read.
        place.database.chmod(0o600)
    current = Mark(instance=instance or "", schema=schema.HEAD)
    if mark != current:
        place.write_mark(current)


def _open_server(url: str) -> Opened:
    try:
        access = Access(open_engine(url, "FULL"), "store")
    except ImportError:
        missing = "its driver is missing: install `octoprompt[postgres]`"
        return _open_temporary(f"`OCTOPROMPT_DATABASE_URL` cannot be used: {missing}")
    except ArgumentError as error:
        return _open_temporary(f"`OCTOPROMPT_DATABASE_URL` cannot be used: {error}")
    except ValueError:
        # Its own message quotes what stands in the port's place: of `postgresql://me:secret` that
        # is the password.
        return _open_temporary("`OCTOPROMPT_DATABASE_URL` cannot be used: its port is no number")

    def prepare(connection: Connection) -> schema.Age:
        age = schema.age(schema.revision(connection))
        if age is schema.Age.EMPTY:
            create_schema(connection)
        if age is schema.Age.OLDER:
            schema.upgrade(connection)
        return age

    try:
        newer = access.write_now(prepare) is schema.Age.NEWER
    except DatabaseError as error:
        access.close()
        return _open_temporary(f"`OCTOPROMPT_DATABASE_URL` cannot be opened: {error.orig}")
    reason = NEWER if newer else ""
    return Opened(access=access, read_only_reason=reason, notices=(reason,) if reason else ())


def _open_otherwise(place: Place, why: str) -> Opened:
    """Open read-only what cannot be written, or a temporary database when there is nothing."""
    reason = f"your data is read-only now: {why}"
    with suppress(OSError, DatabaseError, StoreProblem):
        if place.database.is_file() and place.database.stat().st_size:
            return _open_read_only(place, reason, immutable=not place.has_unmerged_log())
    kept = "; what you made before is untouched" if place.files() else ""
    return _open_temporary(why + kept)


def _open_temporary(why: str) -> Opened:
    folder = Path(tempfile.mkdtemp(prefix="octoprompt-"))
    temporary = Place(folder / FILE_NAME)
    access = Access(open_engine(sqlite_url(temporary.database), "FULL"), "store")
    _prepare(access, temporary, Finding(health=Health.FRESH), None)
    notice = f"what you make now is lost when the server stops, because {why}"
    return Opened(access=access, notices=(notice,), temporary=folder)


def _open_read_only(place: Place, reason: str, *, immutable: bool) -> Opened:
    url = read_only_url(place.database, immutable=immutable)
    access = Access(open_engine(url, "FULL", read_only=True), "store")
    try:
        found = access.read_now(schema.revision)
    except DatabaseError:
        access.close()
        raise
    if schema.age(found) in (schema.Age.EMPTY, schema.Age.OLDER):
        access.close()
        raise StoreProblem(f"`{place.database}` has an old schema and cannot be upgraded: {reason}")
    return Opened(access=access, place=place, read_only_reason=reason, notices=(reason,))
