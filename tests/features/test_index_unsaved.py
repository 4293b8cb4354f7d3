"""Unsaved texts among changes of files: an index answers as if they were on disk."""

import asyncio
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from octoprompt.index.index import Index
from octoprompt.index.model import SuggestQuery
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace
from support.indexing import differing, opened, until_idle, write
from support.random_tree import NAMES, WORDS, texts

STEPS = int(os.environ.get("OCTOPROMPT_SOAK_STEPS", "40"))
FILES = NAMES[:12]


class Desk:
    """A folder, and an editor over it that does not save everything."""

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self.root = root
        write(root, {path: self.source() for path in FILES[::2]})
        self.workspace = Workspace(root, WorkspaceOptions())
        self._version = 0

    def source(self) -> str:
        """Give some text of a program."""
        return self.dice.choice(texts(self.dice))

    def step(self, index: Index) -> None:
        """Type, save, close without saving, or change a file behind the editor's back."""
        path, overlay = self.dice.choice(FILES), self.workspace.overlay
        on_disk = self.root / path
        match self.dice.randrange(6):
            case 0 | 1 | 2:
                self._version += 1
                overlay.set(path, self.source(), self._version)
                index.overlay_changed(path)
            case 3 if (text := overlay.get(path)) is not None:
                write(self.root, {path: text.text})
                overlay.drop(path)
                index.overlay_changed(path)
                index.files_changed([path])
            case 4:
                overlay.drop(path)
                index.overlay_changed(path)
            case _:
                if self.dice.random() < 0.3 and on_disk.exists():
                    on_disk.unlink()
                else:
                    write(self.root, {path: self.source()})
                index.files_changed([path])

    def all_saved(self, elsewhere: Path) -> Path:
        """Give a copy of the folder in which everything is saved."""
        shutil.copytree(self.root, elsewhere)
        texts = [self.workspace.overlay.get(path) for path in self.workspace.overlay.paths()]
        write(elsewhere, {text.path: text.text for text in texts if text is not None})
        return elsewhere


async def answers(index: Index) -> dict[str, Any]:
    """Ask an index everything."""
    found: dict[str, Any] = {"paths": await index.paths()}
    for word in WORDS:
        symbols = await index.find_symbols(word, 100)
        found[f"symbols {word}"] = sorted((s.path, s.name, s.kind, s.line) for s in symbols)
        hits = (await index.search(word, "text", 500)).hits
        found[f"search {word}"] = sorted((hit.path, hit.line, hit.text) for hit in hits)
        uses = await index.references(word, None, 500)
        found[f"uses {word}"] = sorted((u.path, u.line) for u in uses.uses)
        query = SuggestQuery(text=word, limit=200, all_files=True)
        suggested, _ = await index.suggest(query)
        found[f"suggest {word}"] = {s.path: round(s.score, 3) for s in suggested}
    for path in found["paths"]:
        parsed = await index.parsed(path)
        found[f"parsed {path}"] = (parsed.language, parsed.symbols, parsed.imports, parsed.problem)
    found["files"] = (await index.list_files(recursive=True)).entries
    found["tokens"] = {path: index.tokens_of(path) for path in found["paths"]}
    return found


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.timeout(60 + STEPS * 3)
async def test_unsaved_texts_count_as_if_they_were_saved(tmp_path, seed: int):
    """Typed, saved, closed and overtaken by the disk at random, with and without pauses."""
    (tmp_path / "root").mkdir()
    desk = Desk(tmp_path / "root", seed)
    index = Index(desk.workspace, tmp_path / "cache", WorkspaceOptions())
    await index.start()
    try:
        await index.refresh()
        for step in range(1, STEPS + 1):
            desk.step(index)
            await asyncio.sleep(desk.dice.choice((0, 0, 0.003, 0.01, 0.03)))
            if step % 10 == 0:
                await until_idle(index)
                saved = desk.all_saved(tmp_path / f"saved{step}")
                async with opened(saved, tmp_path / f"fresh{step}") as fresh:
                    differs = differing(await answers(index), await answers(fresh))
                    assert differs == {}, f"seed {seed} step {step}: {differs}"
                shutil.rmtree(saved)
    finally:
        await index.close()
