"""Mutated messages with intact framing: no end, no silence, no growth.

`OCTOPROMPT_FUZZ_MESSAGES` and `OCTOPROMPT_FUZZ_SEED` choose how many, and which.
"""

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from octoprompt.contract.openrpc import document
from support.client import PREFIX, Client, frame
from support.server import make_repository, sample

MESSAGES = int(os.environ.get("OCTOPROMPT_FUZZ_MESSAGES", "2000"))
SEED = int(os.environ.get("OCTOPROMPT_FUZZ_SEED", "1"))
BATCH = 200
WARM = BATCH if MESSAGES <= 10_000 else MESSAGES // 2 // BATCH * BATCH
"""From here on memory may not grow: every kind of answer was made, many times in a long run."""
MAX_GROWTH_KB = 60_000
UNTIL_ANSWERED_S = 60
ENDING = ("shutdown", "exit")
SLOW = ("index/rebuild", "index/refresh")
ODD: list[Any] = [
    None, True, -1, 0, 1.5, 1e308, 2**63, 2**70, "", "x" * 5000, "\ud800", "\0", "../../etc/passwd",
    [], {}, [[]], {"jsonrpc": "2.0"}, {"jsonrpc": 1, "method": "exit"}, {"": None}, [None] * 200,
]  # fmt: skip


def seeds(root: Path) -> list[dict[str, Any]]:
    """Give a recorded session: every method once, and what an editor says."""
    spec = document()
    schemas = spec["components"]["schemas"]
    session = [
        {"method": method["name"], "params": sample(method["x-params"], schemas)}
        for method in spec["methods"]
        if not method["name"].endswith(SLOW)
    ]
    session += [
        {
            "method": "workspace/executeCommand",
            "params": {"command": one["method"].replace("/", "."), "arguments": [one["params"]]},
        }
        for one in session[:5]
    ]
    uri = (root / "shop" / "cart.py").as_uri()
    position = {"line": 0, "character": 0}
    change = {"range": {"start": position, "end": position}, "text": "é"}
    text = {"uri": uri, "languageId": "python", "version": 1, "text": "a = 1\n"}
    document_ = {"uri": uri, "version": 2}
    session += [
        {"method": "textDocument/didOpen", "params": {"textDocument": text}},
        {
            "method": "textDocument/didChange",
            "params": {"textDocument": document_, "contentChanges": [change]},
        },
        {"method": "textDocument/didSave", "params": {"textDocument": document_}},
        {"method": "textDocument/didClose", "params": {"textDocument": document_}},
        {
            "method": "workspace/didChangeWatchedFiles",
            "params": {"changes": [{"uri": uri, "type": 2}]},
        },
        {
            "method": "workspace/didChangeWorkspaceFolders",
            "params": {"event": {"added": [], "removed": []}},
        },
        {"method": "$/cancelRequest", "params": {"id": 1}},
        {"method": "$/setTrace", "params": {"value": "off"}},
        {"method": "rpc.discover", "params": {}},
    ]
    return session


def mutate(message: Any, dice: random.Random) -> Any:
    """Change one place of a value."""
    places = list(containers(message))
    place = dice.choice(places)
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    action = dice.randrange(4)
    if not keys or action == 0:
        if isinstance(place, dict):
            place[dice.choice(["jsonrpc", "id", "method", "x", "é"])] = odd(dice)
        else:
            place.append(odd(dice))
        return message
    key = dice.choice(keys)
    if action == 1:
        del place[key]
    elif action == 2:
        place[key] = odd(dice)
    else:
        place[key] = copy.deepcopy(dice.choice(places))
    return message


def odd(dice: random.Random) -> Any:
    """Give an odd value of its own: one that is shared could come to hold itself."""
    return copy.deepcopy(dice.choice(ODD))


def containers(value: Any) -> Any:
    """Give every object and list inside a value, itself first."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)


def bytes_of(message: Any, dice: random.Random) -> bytes:
    """Give a body; now and then with a flipped, lost or doubled byte."""
    body = bytearray(json.dumps(message).encode())
    if dice.random() < 0.3:
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(len(body))
            match dice.randrange(3):
                case 0:
                    body[at] = dice.randrange(256)
                case 1:
                    del body[at]
                case _:
                    body[at:at] = body[at : at + 20]
    return bytes(body)


def expected_id(body: bytes) -> Any:
    """Give the id that must be answered, when the body is a request with a proper one."""
    try:
        message = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or "method" not in message:
        return None
    id_ = message.get("id")
    is_proper = isinstance(id_, str | int) and not isinstance(id_, bool)
    return id_ if is_proper and len(str(id_)) <= 1000 else None


def resident_kb(pid: int) -> int:
    """Give a process's resident memory; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


@pytest.mark.timeout(max(240, MESSAGES // 5))
def test_mutated_messages_do_no_harm(tmp_path):
    """Every parseable id gets exactly one answer; the server lives, answers and stays small."""
    dice = random.Random(SEED)  # noqa: S311 - a seed that can be given again
    root = make_repository(tmp_path / "shop")
    with Client(root) as client:
        client.until_idle()
        session = seeds(root)
        first = 0
        for start in range(0, MESSAGES, BATCH):
            awaited = send_batch(client, session, dice, range(start, start + BATCH))
            check_batch(client, awaited)
            if start == WARM:
                first = resident_kb(client.process.pid)
        growth = resident_kb(client.process.pid) - first
        assert growth <= MAX_GROWTH_KB, f"grew by {growth} kB"
        assert "Traceback" not in "".join(json.dumps(m) for m in client.unasked)


def send_batch(client: Client, session: list[Any], dice: random.Random, ids: range) -> list[Any]:
    """Send mutated messages; gives the ids that must be answered."""
    awaited: list[Any] = []
    for number in ids:
        message = copy.deepcopy(dice.choice(session))
        message = {"jsonrpc": "2.0", **message}
        if not message["method"].startswith(("textDocument/did", "workspace/did", "$/")):
            message["id"] = f"fuzz-{number}"
        for _ in range(dice.randrange(1, 4)):
            message = mutate(message, dice)
        body = bytes_of(message, dice)
        if any(f'"{name}"'.encode() in body for name in ENDING) or PREFIX.encode() + b"x" in body:
            continue
        id_ = expected_id(body)
        if id_ is not None and id_ not in awaited:
            client.expect(id_)
            awaited.append(id_)
        client.raw(frame(body))
    return awaited


def check_batch(client: Client, awaited: list[Any]) -> None:
    """Wait for all answers; then a ping must be answered too."""
    for id_ in awaited:
        message = client.message(id_, timeout=UNTIL_ANSWERED_S)
        error = message.get("error")
        if error is not None:
            assert len(json.dumps(error)) < 8000
            assert "Traceback" not in error["message"]
    client.ping(timeout=10)
    assert client.process.poll() is None, client.log()
