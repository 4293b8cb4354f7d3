"""Edits under stress: undone byte for byte, never over a person's changes, never half written."""

import hashlib
import os
import random
import signal
import threading
import time
from collections import Counter

import pytest
import pytest_asyncio

from support.chatting import chatting
from support.client import RpcFailure
from support.server import make_repository
from support.streaming import ask_run, kills, talking, until

SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
SEQUENCES = int(os.environ.get("OCTOPROMPT_UNDOS", "12"))
RACES = int(os.environ.get("OCTOPROMPT_EDIT_RACES", "25"))
MEGABYTES = 50 if SEQUENCES > 100 else 5
FORMS = (
    lambda text: text.encode(),
    lambda text: text.replace("\n", "\r\n").encode(),
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.rstrip("\n").encode(),
    lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    lambda text: text.replace("line", "zeile ü").encode("latin-1"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a small repository."""
    folder = tmp_path_factory.mktemp("edits")
    async with chatting(folder, make_repository(folder / "shop")) as window:
        yield window


def block(path, search, replace):
    """Give a search and replace block."""
    return f"{path}\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def snapshot(folder):
    """Give bytes and mode of every file outside of git."""
    return {
        path.relative_to(folder).as_posix(): (
            str(path.readlink()) if path.is_symlink() else path.read_bytes(),
            path.lstat().st_mode,
        )
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def git_tree(folder):
    """Name what git's own folder holds."""
    kept = sorted(path for path in (folder / ".git").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in kept:
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def some_files(root, chance, turn):
    """Write files of many forms; give their names and the lines that they have."""
    names = {}
    for n in range(chance.randrange(2, 6)):
        path = root / f"t{turn}" / f"f{n}.txt"
        path.parent.mkdir(exist_ok=True)
        lines = [f"line {n} {k} {chance.random():.6f}" for k in range(chance.randrange(3, 30))]
        path.write_bytes(chance.choice(FORMS)("\n".join(lines) + "\n"))
        path.chmod(chance.choice((0o644, 0o755, 0o600)))
        names[path.relative_to(root).as_posix()] = lines
    binary = root / f"t{turn}/picture.bin"
    binary.write_bytes(bytes(range(256)) * chance.randrange(1, 20))
    names[binary.relative_to(root).as_posix()] = ["no text"]
    link = root / f"t{turn}/link.txt"
    link.symlink_to("f0.txt")
    names[link.relative_to(root).as_posix()] = names[f"t{turn}/f0.txt"]
    return names


def some_edits(chance, names, turn):
    """Give an answer that changes, deletes, renames and makes files."""
    parts = []
    for name, lines in names.items():
        at = chance.randrange(len(lines))
        latin = lines[at].replace("line", "zeile ü")
        match chance.randrange(5):
            case 0:
                parts.append(f"DELETE: {name}\n")
            case 1:
                parts.append(f"RENAME: {name} -> {name}.new\n")
            case _:
                parts.append(block(name, lines[at], f"{lines[at]} changed"))
                parts.append(block(name, latin, f"{latin} changed"))
    parts.append(block(f"t{turn}/made.txt", "", "new\nfile"))
    return "\n".join(parts)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_applied_is_undone_byte_for_byte(window):
    """Content, line ends, byte order marks, encodings and modes of every file."""
    root = window.app.project(None).workspace.root
    chance = random.Random(SEED)  # noqa: S311  # shapes, no secrets
    git_before, kinds = git_tree(root), set()
    for turn in range(SEQUENCES):
        names = some_files(root, chance, turn)
        before = snapshot(root)
        ids = []
        for _ in range(chance.randrange(1, 4)):
            # Several agents, each over what the one before left.
            made = await window("edits/propose", text=some_edits(chance, names, turn))
            new = [edit["id"] for edit in made["edits"]]
            applied = (await window("edits/apply", ids=new))["edits"]
            kinds |= {edit["kind"] for edit in applied if edit["status"] == "applied"}
            ids += new
        assert snapshot(root) != before
        chance.shuffle(ids)
        undone = await window("edits/undo", ids=ids)
        assert snapshot(root) == before, turn
        assert "applied" not in {edit["status"] for edit in undone["edits"]}
    assert kinds == {"create", "modify", "delete", "rename"}
    assert git_tree(root) == git_before


@pytest.mark.asyncio(loop_scope="module")
async def test_an_agent_is_not_undone_under_another_ones_feet(window):
    """The earlier one's file is left while the later one's change is in it; then both come off."""
    root = window.app.project(None).workspace.root
    path = root / "both.py"
    path.write_text("a = 1\nb = 2\n", "utf-8")
    ids = []
    for line, new in (("a = 1", "a = 3"), ("b = 2", "b = 4")):
        (edit,) = (await window("edits/propose", text=block("both.py", line, new)))["edits"]
        await window("edits/apply", ids=[edit["id"]])
        ids.append(edit["id"])
    (left,) = (await window("edits/undo", ids=ids[:1]))["edits"]
    assert [problem["kind"] for problem in left["problems"]] == ["left"]
    assert path.read_text("utf-8") == "a = 3\nb = 4\n"
    for edit_id in reversed(ids):
        await window("edits/undo", ids=[edit_id])
    assert path.read_text("utf-8") == "a = 1\nb = 2\n"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_kept_is_no_more_than_what_was_touched(window):
    """A large file is renamed, deleted and comes back; the store grows by less than twice that."""
    root = window.app.project(None).workspace.root
    data = random.Random(SEED).randbytes(MEGABYTES * 1_000_000)  # noqa: S311
    (root / "film.bin").write_bytes(data)
    contents = window.app.settings.data_dir / "contents"
    size = sum(path.stat().st_size for path in contents.glob("??/*"))
    for text in ("RENAME: film.bin -> old/film.bin\n", "DELETE: film.bin\n"):
        (edit,) = (await window("edits/propose", text=text))["edits"]
        (edit,) = (await window("edits/apply", ids=[edit["id"]]))["edits"]
        if edit["status"] == "applied":
            assert not (root / "film.bin").exists()
        else:
            assert [problem["kind"] for problem in edit["problems"]][-1] in ("unwritable", "stale")
        await window("edits/undo", ids=[edit["id"]])
        assert (root / "film.bin").read_bytes() == data
    grown = sum(path.stat().st_size for path in contents.glob("??/*")) - size
    assert grown < 2 * len(data)
    (root / "film.bin").unlink()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_persons_change_is_never_lost(window):
    """Before applying it is merged or refused; before undoing the file is left as it is."""
    root = window.app.project(None).workspace.root
    chance = random.Random(SEED + 1)  # noqa: S311
    merged = 0
    for turn in range(RACES):
        path = root / f"race{turn}.py"
        lines = [f"value_{k} = {k}  # {chance.random():.6f}" for k in range(20)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        at, own = chance.randrange(20), chance.randrange(20)
        text = block(path.name, lines[at], f"model_{at} = 1")
        (edit,) = (await window("edits/propose", text=text))["edits"]
        mine = [*lines]
        mine[own] = f"person = {turn}"
        path.write_text("\n".join(mine) + "\n", "utf-8")
        (edit,) = (await window("edits/apply", ids=[edit["id"]]))["edits"]
        after = path.read_text("utf-8")
        assert f"person = {turn}" in after
        merged += edit["status"] == "applied"
        if edit["status"] != "applied":
            assert [p["kind"] for p in edit["problems"]] == ["stale"]
            assert after.splitlines() == mine
            continue
        path.write_text(after + "later = True\n", "utf-8")
        (edit,) = (await window("edits/undo", ids=[edit["id"]]))["edits"]
        assert path.read_text("utf-8") == after + "later = True\n"
        assert [p["kind"] for p in edit["problems"]] == ["left"]
    assert merged > RACES / 3


@pytest.mark.timeout(120 + 20 * kills(1))
def test_a_killed_server_leaves_each_file_old_or_new(own_repository, tmp_path):
    """`kill -9` while it writes files: none is mixed, and the edits say what became of each."""
    chance = random.Random(SEED)  # noqa: S311
    lines = [f"line {k}" for k in range(5000)]
    old = "\n".join(lines) + "\n"
    new = old.replace(lines[-1], "new")
    client = talking(own_repository, tmp_path)
    n_mixed = Counter()
    for turn in range(kills(1)):
        names = [f"kill{turn}-{n}.txt" for n in range(40)]
        for name in names:
            (own_repository / name).write_text(old, "utf-8")
        text = "\n".join(block(name, lines[-1], "new") for name in names)
        made = client.request("edits/propose", {"text": text})["edits"]
        applying = threading.Thread(target=_apply, args=(client, [edit["id"] for edit in made]))
        applying.start()
        time.sleep(chance.random() * 1.5)  # noqa: TID251  # the server works meanwhile
        client.process.send_signal(signal.SIGKILL)
        client.process.wait(10)
        applying.join(60)
        client.close()
        client = talking(own_repository, tmp_path)
        edits = client.request("edits/list", {"runId": made[0]["runId"]})["edits"]
        for edit in edits:
            now = (own_repository / edit["path"]).read_text("utf-8")
            assert now in (old, new)
            assert edit["status"] == ("applied" if now == new else "proposed")
            n_mixed[edit["status"]] += 1
        left = [p for p in own_repository.iterdir() if p.name.startswith(f".kill{turn}-")]
        assert len(left) <= 1
        for path in (*own_repository.glob("kill*.txt"), *left):
            path.unlink()
    client.close()
    print(f"{kills(1)} kills, files {dict(n_mixed)}")  # noqa: T201


def _apply(client, ids):
    try:
        client.request("edits/apply", {"ids": ids})
    except (OSError, EOFError, ValueError, RpcFailure):
        return


def test_a_killed_server_leaves_its_run_interrupted(own_repository, tmp_path):
    """What it had is kept in the log, and the list of the next server says so."""
    client = talking(own_repository, tmp_path)
    ask_run(client, "words-1000")
    until(lambda: [n for n in client.notifications if n["method"] == "octoprompt/agents/progress"])
    client.process.send_signal(signal.SIGKILL)
    client.process.wait(10)
    client.close()
    again = talking(own_repository, tmp_path)
    (run,) = again.request("agents/list", {})["runs"]
    assert (run["status"], bool(run["problem"])) == ("interrupted", True)
    assert again.request("agents/log", {"runId": run["id"]})["entries"]
    again.close()


@pytest.mark.timeout(120 + 20 * kills(2))
def test_a_run_goes_on_after_its_server_was_killed_and_pays_nothing_twice(own_repository, tmp_path):
    """Answers that were there are not asked for again; one that was on its way may be."""
    chance = random.Random(SEED + 2)  # noqa: S311
    for _ in range(min(kills(2), 40)):
        (tmp_path / "asked.txt").unlink(missing_ok=True)
        n_looks = chance.randrange(3, 9)
        client = talking(own_repository, tmp_path)
        ask_run(client, f"looks-{n_looks}")
        n_seen = chance.randrange(1, n_looks + 1)
        until(lambda n=n_seen, c=client: len(_progress(c)) > n)
        time.sleep(chance.random() * 0.1)  # noqa: TID251  # the server works meanwhile
        client.process.send_signal(signal.SIGKILL)
        client.process.wait(10)
        client.close()
        again = talking(own_repository, tmp_path)
        run = again.request("agents/list", {})["runs"][0]
        assert (run["status"], run["canResume"]) == ("interrupted", True)
        answered = run["usage"]["steps"]
        assert answered >= n_seen
        ended = again.request("agents/resume", {"runId": run["id"]})
        asked = [int(line) for line in (tmp_path / "asked.txt").read_text().split()]
        again.close()
        assert (ended["status"], ended["runId"]) == ("complete", run["id"])
        assert ended["summary"].startswith("word0")
        assert ended["usage"]["steps"] == n_looks + 1
        wanted = [2 + 2 * n for n in range(n_looks + 1)]
        assert sorted(set(asked)) == wanted
        twice = [n for n in wanted if asked.count(n) > 1]
        assert twice in ([], wanted[answered : answered + 1])


def _progress(client):
    return [n for n in client.notifications if n["method"] == "octoprompt/agents/progress"]
