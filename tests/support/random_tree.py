"""A tree of files under git that changes at random, as people and tools change one."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from support.indexing import write
from support.server import git, make_repository

WORDS = ("price", "cart", "token", "widget", "colour", "parse", "Über", "naïve_x")
NAMES = [
    f"{folder}{stem}{ext}"
    for folder in ("", "a/", "a/b/", "c/", "sub/", "sub/in/", "inner/")
    for stem in "xyz"
    for ext in (".py", ".txt", ".ts")
]


def texts(dice: random.Random) -> list[str]:
    """Give a text of each sort, with words that others have too."""
    name, other = dice.choice(WORDS), dice.choice(WORDS)
    return [
        f"import {other}\n\nclass {name.title()}:\n  def {other}(self):\n    {name}()\n",
        f"def {name}({other}):\n    return {other}({dice.random()})\n",
        f"{name} {other} {dice.randrange(99)}\n",
        "",
        f"def broken({name}:\n  class {other}\n",
    ]


class RandomTree:
    """Changes a repository step by step; the same seed gives the same steps."""

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self._root = root
        self._commits = 0
        write(root, {"sub/.gitignore": "*.txt\n", "inner/.gitignore": "y.*\n"})
        make_repository(root / "inner", {"x.py": "def borrowed(): pass\n"})
        # Rules that the outer repository's git never reads.
        write(root, {"inner/.git/info/exclude": "z.*\n"})
        usual: list[Callable[[], list[str] | None]] = [
            *(self._write, self._write, self._write, self._delete, self._rename),
        ]
        self._usual = usual
        self._ways: list[Callable[[], list[str] | None]] = [
            *usual,
            *(self._touch, self._move_folder, self._commit, self._checkout, self._ignore),
        ]

    def step(self) -> list[str] | None:
        """Change something; gives the paths that a watcher would name, None when it might not."""
        return self.dice.choice(self._ways)()

    def edit(self) -> list[str] | None:
        """Change a file as `step` does, and nothing else: most of that leads to no scan."""
        return self.dice.choice(self._usual)()

    def _files(self) -> list[str]:
        paths = (path for path in self._root.rglob("*") if path.is_file())
        names = (path.relative_to(self._root).as_posix() for path in paths)
        return sorted(name for name in names if "/.git/" not in f"/{name}")

    def _source(self) -> str | bytes:
        binary = b"\0" + self.dice.choice(WORDS).encode()
        return self.dice.choice([*texts(self.dice), binary])

    def _write(self) -> list[str]:
        path = self.dice.choice(NAMES)
        write(self._root, {path: self._source()})
        return [path]

    def _delete(self) -> list[str]:
        path = self.dice.choice(self._files())
        (self._root / path).unlink()
        return [path]

    def _rename(self) -> list[str]:
        old, new = self.dice.choice(self._files() or [""]), self.dice.choice(NAMES)
        (self._root / new).parent.mkdir(parents=True, exist_ok=True)
        (self._root / old).rename(self._root / new)
        return [old, new]

    def _touch(self) -> list[str]:
        os.utime(self._root / self.dice.choice(self._files()))
        return []

    def _move_folder(self) -> list[str]:
        old, new = self.dice.choice([("a", "d"), ("sub", "e"), ("e", "sub")])
        if not (self._root / old).is_dir():
            return []
        shutil.rmtree(self._root / new, ignore_errors=True)
        (self._root / old).rename(self._root / new)
        return [old, new]

    def _commit(self) -> list[str]:
        git(self._root, "add", "-A")
        git(self._root, "commit", "-q", "--allow-empty", "-m", "step")
        self._commits += 1
        return []

    def _checkout(self) -> None:
        self._commit()
        git(self._root, "checkout", "-q", f"HEAD~{self.dice.randrange(self._commits)}")
        self._commits = 0

    def _ignore(self) -> list[str]:
        path = self.dice.choice(["", "sub/", "inner/"]) + ".gitignore"
        write(self._root, {path: self.dice.choice(["", "c/\n", "*.txt\n", "in/\n", "x.*\n"])})
        return [path]
