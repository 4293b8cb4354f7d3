"""Fixtures with a real server; a folder's conftest.py takes them by import."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.client import Client

FILES = {
    "README.md": "# Shop\n\nSells apples.\n",
    "shop/__init__.py": "",
    "shop/cart.py": (
        '"""Carts."""\n\nfrom shop.prices import price_of\n\n\n'
        "class Cart:\n    def total(self, items):\n"
        "        return sum(price_of(item) for item in items)\n"
    ),
    "shop/prices.py": "def price_of(item):\n    return {'apple': 3}[item]\n",
    "web/app.ts": "export function greet(name: string): string {\n  return `Hi ${name}`;\n}\n",
    ".gitignore": "build/\n",
}


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small git repository, for reading only."""
    return make_repository(tmp_path_factory.mktemp("repository") / "shop")


@pytest.fixture
def own_repository(tmp_path: Path) -> Path:
    """A small git repository that a test may change."""
    return make_repository(tmp_path / "shop")


@pytest.fixture(scope="module")
def server(repository: Path) -> Iterator[Client]:
    """A server on the small repository, initialized and indexed, shared by a module's tests.

    The loop must not have been held for long at the end of it.
    """
    client = Client(repository)
    client.initialize()
    client.until_idle()
    yield client
    lag = client.request("debug/dump")["loopLagMs"]
    log = client.log()
    assert client.close() == 0
    assert lag["ownMax"] < 250, f"something held the event loop: {lag}\n{log}"


def make_repository(root: Path, files: dict[str, str] = FILES) -> Path:
    """Write files and commit them."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Open the shop")
    return root.resolve()


def git(root: Path, *arguments: str) -> None:
    """Run git without anything that the machine's user has set up."""
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
    }
    env = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(root), *arguments], env=env, check=True, capture_output=True)


def sample(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:  # noqa: PLR0911 - by kind
    """Give a small value that fits a JSON schema, with required fields only."""
    match schema:
        case {"$ref": ref}:
            return sample(schemas[ref.rpartition("/")[2]], schemas)
        case {"enum": [first, *_]} | {"const": first}:
            return first
        case {"anyOf": [first, *_]}:
            return sample(first, schemas)
        case {"type": "object"}:
            required = schema.get("required", ())
            properties = schema.get("properties", {})
            return {name: sample(properties[name], schemas) for name in required}
        case {"type": "array"}:
            return [sample(schema["items"], schemas)] * schema.get("minItems", 0)
        case {"type": kind}:
            values = {"string": "x", "boolean": False, "null": None, "number": 1.0}
            return values.get(kind, schema.get("minimum", 1))
        case _:
            return {}
