"""A disk that fails on demand or loses its power: builds disk.c and reads what it wrote down."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("disk.c")
WRITE, SYNC, OPEN, CHANGE = 1, 2, 4, 8
SECTOR = 512
METADATA = "OUR"
"""Created, unlinked, renamed."""


def build(folder: Path) -> Path:
    """Compile the disk; skip, and say so, where that cannot be."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a disk that fails needs Linux and a C compiler (Debian: apt-get install gcc)")
    library = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", library, SOURCE, "-ldl", "-pthread"]
    subprocess.run(command, check=True)
    return library


def run(
    library: Path, folder: Path, program: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of this package, the files beneath a folder on this disk."""
    disk = {"LD_PRELOAD": str(library), "DISK_DIR": str(folder)}
    path = [str(SOURCE.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-m", f"support.{program}", *arguments],
        env={**os.environ, **disk, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )


def control() -> ctypes.CDLL:
    """Give the functions of the disk that this process runs on."""
    return ctypes.CDLL(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the disk, or an acknowledgement (`A`, its text as the path)."""

    kind: str
    path: str
    other: str
    at: int
    data: bytes


def read_log(path: Path) -> list[Event]:
    """Read what the disk wrote down."""
    events: list[Event] = []
    with path.open("rb") as log:
        while head := log.readline():
            kind, name, other, at, size = head.decode().rstrip("\n").split("\t")
            data = log.read(int(size))
            events.append(Event(kind=kind, path=name, other=other, at=int(at), data=data))
    return events


@dataclass(slots=True)
class Disk:
    """What survives when the power goes: what was synced, and any part of the rest."""

    files: dict[str, bytearray]
    """What is surely there."""
    pending: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    """By file: writes since its last sync."""
    moves: list[Event] = field(default_factory=list)
    """Changes of folders since their last sync."""

    def happen(self, event: Event) -> None:
        """Take in what happened."""
        if event.kind in "WT":
            self.pending[event.path].append(event)
        elif event.kind in METADATA:
            self.moves.append(event)
        elif event.kind == "S":
            self._sync(event.path)

    def _sync(self, path: str) -> None:
        """A synced file has its name too; a synced folder has all its names."""
        settled = [m for m in self.moves if _concerns(m, path)]
        self.moves = [m for m in self.moves if m not in settled]
        for move in settled:
            self._move(move)
        for event in self.pending.pop(path, []):
            _apply(self.files.setdefault(path, bytearray()), event)

    def _move(self, event: Event) -> None:
        if event.kind == "O":
            self.files.setdefault(event.path, bytearray())
        elif event.kind == "U":
            self.files.pop(event.path, None)
        elif event.path in self.files:
            self.files[event.other] = self.files.pop(event.path)
            self.pending[event.other] = self.pending.pop(event.path, [])

    def after_power_loss(self, chance: random.Random) -> dict[str, bytearray]:
        """Give a state that may be found: some of what was not synced, in whatever order."""
        left = Disk(
            files={path: bytearray(data) for path, data in self.files.items()},
            pending=defaultdict(list, {p: list(events) for p, events in self.pending.items()}),
        )
        for move in self.moves[: chance.randint(0, len(self.moves))]:
            left._move(move)
        for path, events in left.pending.items():
            for event in events:
                if path in left.files and chance.random() < 0.5:
                    _apply(left.files[path], _torn(event, chance))
        return left.files


def _concerns(move: Event, synced: str) -> bool:
    if move.kind == "O" and move.path == synced:
        return True
    return str(Path(move.other or move.path).parent) == synced


def _torn(event: Event, chance: random.Random) -> Event:
    """Give a write of which the last sectors may be missing."""
    if event.kind != "W" or len(event.data) <= SECTOR or chance.random() < 0.5:
        return event
    kept = chance.randrange(0, len(event.data), SECTOR)
    return Event(kind="W", path=event.path, other="", at=event.at, data=event.data[:kept])


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "T":
        content[:] = content[: event.at].ljust(event.at, b"\0")
        return
    end = event.at + len(event.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[event.at : end] = event.data
