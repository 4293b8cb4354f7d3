"""The locks are what pyproject.toml asks for: exact, hashed, and free of any one registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PRODUCT = PROJECT["project"]["dependencies"]
DEVELOPMENT = PROJECT["dependency-groups"]["dev"]
LOCKS = {
    "requirements.lock": PRODUCT,
    "requirements-dev.lock": [*PRODUCT, *DEVELOPMENT],
}


def _text(lock: str) -> str:
    return (ROOT / "server" / lock).read_text(encoding="utf-8")


def _pins(lock: str) -> dict[str, set[str]]:
    """Give the versions by name; there may be one for each range of Pythons."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", _text(lock), re.MULTILINE):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


@pytest.mark.parametrize(("lock", "wanted"), LOCKS.items(), ids=LOCKS)
def test_lock_is_fresh(lock: str, wanted: list[str]):
    """Every dependency has a pin that satisfies it; else `scripts/lock` is due."""
    pins = _pins(lock)
    requirements = [Requirement(line) for line in wanted]

    stale = [
        str(requirement)
        for requirement in requirements
        if not any(
            requirement.specifier.contains(version, prereleases=True)
            for version in pins.get(canonicalize_name(requirement.name), ())
        )
    ]

    assert stale == [], "run scripts/lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock: str):
    """A pin without a hash could be anything."""
    blocks = re.split(r"^(?=[\w.-]+==)", _text(lock), flags=re.MULTILINE)[1:]

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host(lock: str):
    """The same lock works with every registry."""
    assert re.findall(r"\w+://\S+|^-.*", _text(lock), re.MULTILINE) == []


def test_development_runs_what_is_shipped():
    """The pins of the product are the same in both locks."""
    product, development = (_pins(lock) for lock in LOCKS)

    assert {name: development.get(name) for name in product} == product


def test_the_extension_records_no_download_addresses():
    """`npm ci` takes packages from whichever registry is configured."""
    text = (ROOT / "client-vscode" / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
