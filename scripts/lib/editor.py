"""Serve a VS Code with the extension to a browser: for `scripts/run` and for tests/vscode."""

import hashlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
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
class Editor:
    """A running VS Code server."""

    process: subprocess.Popen[str]
    port: int
    token: str

    def url(self, folder: Path) -> str:
        """Give the address that opens a folder."""
        query = urlencode({"tkn": self.token, "folder": folder.resolve().as_posix()})
        return f"http://127.0.0.1:{self.port}/?{query}"

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


def serve(vscode: Path, vsix: Path, data: Path, env: Mapping[str, str]) -> Editor:
    """Start a VS Code on a free port of this machine alone; `data` is its settings and state."""
    extensions = install(vscode, vsix)
    settings = data / "data" / "User" / "settings.json"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(SETTINGS, indent=2), encoding="utf-8")
    token = secrets.token_hex(24)  # never begins with `-`, which would be read as an option
    options = ["--host", "127.0.0.1", "--port", "0", "--connection-token", token]
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
    return Editor(process=process, port=_port(process, data / "server.log"), token=token)


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
