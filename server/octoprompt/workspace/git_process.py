"""One git command: bounded in time and output, running nothing that a repository brings along."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

DEADLINE_SECONDS = 30.0
OUTPUT_LIMIT = 256 * 1024 * 1024
MESSAGE_LIMIT = 2000
READ_CHUNK = 1 << 16

# A repository's own configuration may name programs. None of them is run: no monitor, hook, pager,
# editor, signature check, credential helper or transport, and nothing is fetched or written.
SAFE_CONFIG = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=cat",
    "core.editor=:",
    "core.askPass=",
    "core.sshCommand=false",
    "core.quotePath=false",
    "core.untrackedCache=keep",
    # Reading the history takes 42 MB with these, and 189 MB without, for 8 % more time.
    "core.packedGitWindowSize=1m",
    "core.packedGitLimit=16m",
    "core.deltaBaseCacheLimit=16m",
    "credential.helper=",
    "diff.external=",
    "log.showSignature=false",
    "gpg.program=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "color.ui=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
SAFE_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "PAGER": "cat",
    "GIT_EDITOR": ":",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GitOutput:
    """What one git command said."""

    code: int
    """Exit code; -1 when it could not start, or was killed."""
    stdout: bytes
    message: str
    """Its standard error, or why it did not run; empty when it went well."""
    truncated: bool = False
    """Whether it said more than the limit and was stopped."""

    @property
    def ok(self) -> bool:
        """Whether it ended well, or was only cut short for its length."""
        return self.code == 0 or self.truncated

    @property
    def text(self) -> str:
        """The output as text; `os.fsencode` gives its bytes back."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def items(self) -> list[str]:
        """The output of `-z`, cut at the NULs."""
        return [os.fsdecode(item) for item in self.stdout.split(b"\0") if item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far a command may go."""

    seconds: float = DEADLINE_SECONDS
    output: int = OUTPUT_LIMIT
    """Bytes of standard output; more stops the command and counts as `truncated`."""


DEFAULT_BOUNDS = Bounds()


class Stop:
    """Ends the command that runs under it, from any thread, now or as soon as it starts."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.reason = ""

    def __call__(self, reason: str) -> None:
        """Kill the command; the first reason counts."""
        self.reason = self.reason or reason
        if self._process is not None:
            kill(self._process)

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Take charge of a command that has just started."""
        self._process = process
        if self.reason:
            kill(process)


def run_git(
    root: Path, args: tuple[str, ...], stdin: bytes, bounds: Bounds, stop: Stop
) -> GitOutput:
    """Run git in a folder and wait for it; never raises for what git or the system says."""
    program = shutil.which("git")
    if program is None:
        return _failed("git is not installed, or not on the PATH")
    options = [word for setting in SAFE_CONFIG for word in ("-c", setting)]
    command = [program, "-C", str(root), "--no-optional-locks", "--no-pager", *options, *args]
    with TemporaryFile() as errors, _stdin(stdin) as given:
        try:
            # The command ends with the server: its output pipe breaks, and its input is at its end.
            process = subprocess.Popen(
                command,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=git_environment(),
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            return _failed(f"git could not start: {error}")
        stop.watch(process)
        stdout, truncated = _collect(process, bounds, stop)
        errors.seek(0)
        said = errors.read(MESSAGE_LIMIT).decode("utf-8", "replace").strip()
    if stop.reason:
        return _failed(stop.reason)
    return GitOutput(
        code=-1 if truncated else process.returncode,
        stdout=stdout,
        message=said,
        truncated=truncated,
    )


def _collect(process: subprocess.Popen[bytes], bounds: Bounds, stop: Stop) -> tuple[bytes, bool]:
    """Read the output up to its bound; give it, and whether there was more."""
    timer = threading.Timer(
        bounds.seconds, stop, (f"git took longer than {bounds.seconds:g} seconds and was stopped",)
    )
    timer.daemon = True
    timer.start()
    pieces: list[bytes] = []
    left = bounds.output
    with process:
        assert process.stdout is not None  # noqa: S101  # it is PIPE above; for the type checker
        while left >= 0 and (piece := os.read(process.stdout.fileno(), READ_CHUNK)):
            pieces.append(piece)
            left -= len(piece)
        if left < 0:
            kill(process)
    timer.cancel()
    stdout = b"".join(pieces)
    return (stdout[: bounds.output], True) if left < 0 else (stdout, False)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and what it started."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        process.kill()


@contextmanager
def _stdin(data: bytes) -> Generator[IO[bytes] | int]:
    """Give an input that is all there, so that writing it never waits for reading the output."""
    if not data:
        yield subprocess.DEVNULL
        return
    with TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file


def git_environment() -> dict[str, str]:
    """Give our environment without what points git elsewhere or makes it run a program."""
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")
    }
    kept.update(SAFE_ENVIRONMENT)
    return kept


def _failed(message: str) -> GitOutput:
    return GitOutput(code=-1, stdout=b"", message=message)
