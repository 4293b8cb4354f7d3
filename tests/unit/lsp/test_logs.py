"""What the local log must not hold."""

import logging
import os

import pytest

from octoprompt import redaction
from octoprompt.lsp import logs
from octoprompt.lsp.logs import Logs, Redactor, make_room

SECRETS = (
    "sk-proj-abcdefghijklmnop1234",
    "sk-ant-api03-abcdefghijklmnop",
    "sk-or-v1-0123456789abcdef0123",
    "gsk_abcdefghijklmnopqrstuv",
    "xai-abcdefghijklmnopqrst",
    "AIzaSyA0123456789abcdefghijklmnopq",
    "ghp_abcdefghijklmnopqrstuvwxyz0123",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_key_is_masked(secret):
    """The usual providers' keys are masked in the message and in the traceback."""
    record = logging.getLogger().makeRecord(
        "x", logging.ERROR, "f", 1, "failed: %s", (f"url?key={secret}",), failure(secret)
    )
    assert Redactor().filter(record)
    text = logging.Formatter().format(record)
    assert secret not in text
    assert "Traceback" in text


def failure(secret: str):
    """Give an exception with a traceback, as logging wants it."""
    try:
        int(secret)
    except ValueError as error:
        return (type(error), error, error.__traceback__)
    raise AssertionError


def test_keys_of_the_environment_are_masked(monkeypatch):
    """A value that some `..._API_KEY` holds is masked whatever it looks like."""
    monkeypatch.setenv("ACME_API_KEY", "plain words only")
    Redactor()
    assert redaction.mask("say plain words only!") == "say [redacted]!"


def test_plain_text_stays():
    """Words and paths that only resemble keys are kept."""
    text = "ask-the-user about desk-lamps in /src/sk-module/tokens.py?x=1"
    assert redaction.mask(text) == text


def write_logs(folder, names, size):
    """Write logs, each a second younger than the one before."""
    folder.mkdir()
    for n, name in enumerate(names):
        (folder / name).write_bytes(b"x" * size)
        os.utime(folder / name, (n, n))


def test_old_logs_go_when_the_folder_is_full(tmp_path):
    """The oldest of processes that ended go first; those of a process that lives stay."""
    own = f"octoprompt-{os.getpid()}.log.1"
    names = [own, *(f"octoprompt-{400_000_000 + n}.log" for n in range(12)), "octoprompt.log"]
    write_logs(tmp_path / "logs", names, logs.MAX_OWN_BYTES)
    make_room(tmp_path / "logs")
    left = {path.name for path in (tmp_path / "logs").iterdir()}
    assert own in left
    assert left == {own, *names[-(len(left) - 1) :]}
    total = (len(left) + 1) * logs.MAX_OWN_BYTES
    assert logs.MAX_FOLDER_BYTES - logs.MAX_OWN_BYTES <= total <= logs.MAX_FOLDER_BYTES


def test_a_log_is_rotated_and_stays_private(tmp_path, capsys):
    """Whatever is logged, a process has two files of its own that nobody else may read."""
    folder = tmp_path / "data" / "logs"
    before = logging.getLogger().handlers[:]
    writer = Logs("INFO")
    writer.add_file(folder)
    try:
        for n in range(300):
            logging.getLogger("octoprompt.x").warning("%d %s", n, "text " * 2000)
    finally:
        writer.close()
        logging.getLogger().handlers[:] = before
        logging.captureWarnings(capture=False)
    files = sorted(folder.iterdir())
    name = f"octoprompt-{os.getpid()}.log"
    assert [path.name for path in files] == [name, f"{name}.1"]
    assert sum(path.stat().st_size for path in files) <= logs.MAX_OWN_BYTES
    assert "299 text" in files[0].read_text()
    assert "299 text" in capsys.readouterr().err
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert {p.stat().st_mode & 0o777 for p in (folder, folder.parent)} == {0o700}
