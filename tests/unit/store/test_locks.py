"""The locks between processes, also as they are on Windows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octoprompt.database.file_lock import Presence

TESTS = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="there Windows' own locks are in use")


class User:
    """A process that uses a database."""

    def __init__(self, folder):
        path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.windows_user", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )

    def says(self, word):
        """Give its answer."""
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def leave(self):
        """End it, as a crash would."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def users(tmp_path):
    """Three processes."""
    found = [User(tmp_path) for _ in range(3)]
    yield found
    for user in found:
        user.leave()


def test_only_the_first_of_several_is_alone(users):
    """Also when the first one has gone: the second is still there for the third."""
    one, two, three = users
    assert one.says("ask") == "True"
    assert two.says("ask") == "False"
    one.leave()
    assert three.says("ask") == "False"
    two.leave()
    three.leave()


def test_who_comes_after_the_last_is_alone(users):
    """Nothing is left of processes that died."""
    one, two, three = users
    assert (one.says("ask"), two.says("ask")) == ("True", "False")
    one.leave()
    two.leave()
    assert three.says("ask") == "True"


def test_one_at_a_time_has_the_lock(users):
    """And the next one gets it when its owner dies."""
    one, two, _ = users
    assert one.says("lock") == "True"
    assert two.says("lock") == "False"
    one.leave()
    assert two.says("lock") == "True"


def test_presence_is_the_same_here(tmp_path):
    """Alone, not alone while another is there, and alone again."""
    first = Presence(tmp_path / "users")
    assert first.is_alone()
    second = Presence(tmp_path / "users")
    assert not second.is_alone()
    first.close()
    third = Presence(tmp_path / "users")
    assert not third.is_alone()
    second.close()
    third.close()
    assert Presence(tmp_path / "users").is_alone()
