"""Serve a VS Code with the extension to a browser: for `scripts/run` and for tests/vscode."""

import hashlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
STOP_SECONDS = 5
SETTINGS = {
    # As a desktop VS Code has it; the browser's own default saves by itself.
    "files.autoSave": "off",
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "chat.commandCenter.enabled": False,
    # What other programs on this machine serve is not to be offered here.
    "remote.autoForwardPorts": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an editor is reached, and with which word."""

    port: int = 0
    """0: any that is free."""
    token: str = field(default_factory=lambda: secrets.token_hex(24))
    """Hexadecimal: it never begins with `-`, which would be read as an option."""


def address_of(folder: Path) -> Address:
    """Give a folder the address that it had before, so that its tab can be loaded again.

    Another port where that one is taken, as by an editor that still runs.
    """
    known = _kept_port(folder)
    said = known.read_text(encoding="ascii") if known.exists() else ""
    port = int(said) if said.isdecimal() else 0
    return Address(port=port if _is_free(port) else 0, token=_kept_token())


def keep(folder: Path, port: int) -> None:
    """Remember where a folder was served first."""
    known = _kept_port(folder)
    known.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), known.open("x", encoding="ascii") as file:
        file.write(str(port))


def _kept_port(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:20]
    return CACHE / "editor" / "ports" / name


def _kept_token() -> str:
    """Give one token for all folders: the browser's cookie of it does not tell ports apart."""
    kept = CACHE / "editor" / "token"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        # For the user alone, and there whole or not at all.
        with NamedTemporaryFile("w", dir=kept.parent, encoding="ascii") as file:
            file.write(Address().token)
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, kept)
    return kept.read_text(encoding="ascii")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            # As the server will: a connection of before that lingers is no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """A running VS Code server."""

    process: subprocess.Popen[str]
    address: Address

    def url(self, folder: Path) -> str:
        """Give the address that opens a folder."""
        query = urlencode({"tkn": self.address.token, "folder": folder.resolve().as_posix()})
        return f"http://127.0.0.1:{self.address.port}/?{query}"

    def stop(self) -> None:
        """End it and everything that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        if self.process.stdout:
            self.process.stdout.close()


def server_command() -> list[str]:
    """Give the command of this repository's own language server."""
    return [sys.executable, "-m", "octoprompt", "serve"]


def install(vscode: Path, vsix: Path) -> Path:
    """Give an extensions folder with this very .vsix in it; made once for each."""
    key = hashlib.sha256(vsix.read_bytes()).hexdigest()[:20]
    folder = CACHE / "editor" / f"extensions-{key}"
    done = folder / ".installed"
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    data = CACHE / "editor" / "install"
    data.mkdir(exist_ok=True)
    result = subprocess.run(
        [
            *_command(vscode),
            *("--extensions-dir", str(folder), "--server-data-dir", str(data)),
            *("--install-extension", str(vsix), "--force"),
        ],
        env=_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    if "successfully installed" not in result.stdout:
        sys.exit(f"error: VS Code did not take {vsix}:\n{_short(result.stdout + result.stderr)}")
    done.touch()
    return folder


def serve(
    vscode: Path,
    vsix: Path,
    data: Path,
    env: Mapping[str, str],
    address: Address | None = None,
) -> Editor:
    """Start a VS Code for this machine alone; `data` is its settings and state."""
    address = address or Address()
    extensions = install(vscode, vsix)
    settings = data / "data" / "User" / "settings.json"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(SETTINGS, indent=2), encoding="utf-8")
    options = ["--host", "127.0.0.1", "--port", str(address.port)]
    options += ["--connection-token", address.token]
    folders = ["--server-data-dir", str(data), "--extensions-dir", str(extensions)]
    with (data / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*_command(vscode), *options, *folders, "--telemetry-level", "off"],
            env=_environment(env),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    port = _port(process, data / "server.log")
    return Editor(process=process, address=replace(address, port=port))


def _command(vscode: Path) -> list[str]:
    return ["node", str(vscode / "out" / "server-main.js"), "--accept-server-license-terms"]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Leave out what another VS Code, in whose terminal we may be, says to its children."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VSCODE_", "ELECTRON_"))}
    return {
        **inherited,
        "OCTOPROMPT_SERVER_COMMAND": json.dumps(server_command()),
        **more,
    }


def _port(process: subprocess.Popen[str], log: Path) -> int:
    """Read on until it says where it listens."""
    seen: list[str] = []
    for line in process.stdout or ():
        seen.append(line)
        if match := re.search(r"agent listening on (\d+)", line):
            return int(match[1])
    sys.exit(
        f"error: VS Code did not start:\n{_short(''.join(seen) + log.read_text(encoding='utf-8'))}"
    )


def _short(output: str) -> str:
    """Cut the lines: a stack of VS Code quotes whole bundles."""
    return "\n".join(line[:200] for line in output.splitlines()[:40])
