"""User data through real servers: killed while they answer, and two at once."""

import itertools
import json
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import Client

KILLS = int(os.environ.get("OCTOPROMPT_STORE_KILLS", "4"))
"""Two at a time, about one a second. `scripts/test python` makes it 120."""
SLACK = 2.0
"""Seconds more, where other tests run beside this one."""
SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))


def create_until_it_dies(client, prefix, saved):
    """Create prompts and tickets one after the other, keeping the ids that were answered."""
    for n in itertools.count():
        try:
            prompt = client.request(
                "prompts/create", {"name": f"{prefix}-{n}", "content": "c" * 500}
            )
            saved["prompts"].add(prompt["id"])
            ticket = client.request("tickets/create", {"title": f"{prefix}-{n}", "tasks": ["t"]})
            saved["tickets"].add(ticket["id"])
            saved["chats"].add(client.request("chats/create", {"title": f"{prefix}-{n}"})["id"])
        except (OSError, EOFError, ValueError):
            return


def every(client, area):
    """Give all records of an area, page by page."""
    page = client.request(f"{area}/list", {"limit": 1000})
    found = page[area]
    while page["cursor"]:
        page = client.request(f"{area}/list", {"limit": 1000, "cursor": page["cursor"]})
        found += page[area]
    return found


def killed_while_it_writes(root, env, prefix, chance):
    """Start a server, kill it some time after its first answers, and give what it answered."""
    saved = {"prompts": set(), "tickets": set(), "chats": set()}
    client = Client(root, env=env)
    client.initialize()
    client.request("prompts/list", {"limit": 1})
    writer = threading.Thread(target=create_until_it_dies, args=(client, prefix, saved))
    writer.start()
    while not saved["chats"] and writer.is_alive():
        time.sleep(0.01)  # noqa: TID251  # until it has answered
    time.sleep(chance * 0.4)  # noqa: TID251  # the server works meanwhile
    client.process.send_signal(signal.SIGKILL)
    client.process.wait(10)
    writer.join(70)
    assert not writer.is_alive()
    client.close()
    return saved


@pytest.mark.timeout(3600)
def test_a_killed_server_keeps_what_it_answered(own_repository, tmp_path):
    """`kill -9` at random moments while two windows write: every answered record is there."""
    env = {"OCTOPROMPT_DATA_DIR": str(tmp_path / "data")}
    chance = random.Random(SEED)  # noqa: S311  # moments to kill, no secrets
    saved = {"prompts": set(), "tickets": set(), "chats": set()}
    with ThreadPoolExecutor(2) as pool:
        windows = [
            pool.submit(killed_while_it_writes, own_repository, env, turn, chance.random())
            for turn in range(KILLS)
        ]
        for window in windows:
            for area, ids in window.result().items():
                saved[area] |= ids
    with Client(own_repository, env=env) as client:
        prompts = every(client, "prompts")
        tickets = every(client, "tickets")
        assert saved["prompts"] <= {p["id"] for p in prompts}
        assert saved["tickets"] <= {t["id"] for t in tickets}
        assert saved["chats"] <= {c["id"] for c in every(client, "chats")}
        assert len(saved["tickets"]) >= KILLS
        assert all(ticket["taskCount"] == 1 for ticket in tickets)
        assert not [n for n in client.notifications if n["method"] == "window/showMessage"]


CHANGES = [
    ("prompts", "prompts/create", {"name": "shared", "content": "c"}),
    ("prompts", "prompts/update", {"id": "THIS", "content": "changed"}),
    ("prompts", "prompts/delete", {"id": "THIS"}),
    ("prompts", "bin/restore", {"kind": "prompt", "id": "THIS"}),
    ("tickets", "tickets/create", {"title": "shared"}),
    ("tickets", "tasks/create", {"ticketId": "THIS", "content": "step"}),
    ("tickets", "tickets/linkFiles", {"id": "THIS", "paths": ["shop/cart.py"]}),
    ("selections", "selections/save", {"name": "shared", "body": {"instructions": "go"}}),
    ("selections", "selections/rename", {"id": "THIS", "name": "renamed"}),
    ("chats", "chats/create", {"title": "shared"}),
    ("chats", "chats/rename", {"id": "THIS", "title": "renamed"}),
    ("projects", "projects/update", {"id": "PROJECT", "description": "shared"}),
    ("providers", "providers/configure", {"id": "mine", "kind": "ollama"}),
]
"""One change after the other, each of the record that the area's first one made."""


def test_a_second_window_sees_every_change_within_two_seconds(own_repository, tmp_path):
    """Of each kind; it is told once, and the window that made the change is not told."""
    env = {"OCTOPROMPT_DATA_DIR": str(tmp_path / "data")}
    with Client(own_repository, env=env) as one, Client(own_repository, env=env) as two:
        (project,) = [p["id"] for p in one.request("projects/list")["projects"]]
        two.request("projects/list")
        time.sleep(2.5)  # noqa: TID251  # what both did at their start has been told
        ids, known, start = {}, {}, (len(_told(one)), len(_told(two)))
        for area, method, given in CHANGES:
            text = json.dumps(given).replace("PROJECT", project).replace("THIS", ids.get(area, ""))
            before = len(_told(two))
            made = one.request(method, json.loads(text))
            began = time.monotonic()
            ids.setdefault(area, made["id"])
            while len(_told(two)) == before:
                assert time.monotonic() - began < 2.0 + SLACK, f"`{method}` was not told"
                time.sleep(0.02)  # noqa: TID251  # the message comes by itself
            shown = [client.request(f"{area}/list")[area] for client in (one, two)]
            assert shown[0] == shown[1], method
            assert known.get(area) != shown[1], f"`{method}` changed nothing"
            known[area] = shown[1]
        assert (len(_told(one)), len(_told(two))) == (start[0], start[1] + len(CHANGES))


def _told(client):
    return [n for n in client.notifications if n["method"] == "octoprompt/data/changed"]
