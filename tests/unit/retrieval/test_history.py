"""The history: read once, kept by commit, tied to HEAD."""

import subprocess

import pytest

from octoprompt.index.history import clean, parse_log
from support.retrieval import change


class Repository:
    """A git repository under a test's thumb."""

    def __init__(self, root):
        self.root = root
        self.calls = []
        root.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *args):
        self.calls.append(args[0])
        name = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", "-C", str(self.root), *name, *args], capture_output=True, text=True, check=True
        )
        return done.stdout

    def commit(self, message, **files):
        for name, text in files.items():
            (self.root / name.replace("__", ".")).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path):
    """Give an empty repository."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def shop(corpus):
    """Give an engine that knows three files whose text says nothing."""
    corpus.write(*(change(f"{name}.py", "x = 1\n") for name in ("cart", "mail", "tax")))
    return corpus


def test_past_commits_vote_for_their_files(shop, repository):
    """A file whose past speaks of the task is found although its text does not."""
    repository.commit("begin", cart__py="1", mail__py="1", tax__py="1")
    repository.commit("Deliver receipts by post", mail__py="2")
    repository.commit("Receipts carry a number", mail__py="3")
    repository.commit("Round the totals", cart__py="2")
    shop.remember(repository.git)
    first = shop.suggest("receipts are late")[0]
    assert first.path == "mail.py"
    assert "changed in 2 commits about receipts" in first.reasons


def test_nothing_newer_than_head_is_seen(shop, repository):
    """After a checkout of an older commit the history is that commit's."""
    old = repository.commit("begin", cart__py="1", mail__py="1", tax__py="1")
    repository.commit("Deliver receipts by post", mail__py="2")
    shop.remember(repository.git)
    assert shop.paths("receipts")[0] == "mail.py"
    repository.git("checkout", "-q", old)
    shop.remember(repository.git)
    assert all(
        "receipts" not in reason for one in shop.suggest("receipts") for reason in one.reasons
    )
    assert shop.engine.facts()["reachable_commits"] == 1
    repository.git("checkout", "-q", "main")
    shop.remember(repository.git)
    assert shop.paths("receipts")[0] == "mail.py"


def test_the_future_leaves_no_trace(corpora, repository):
    """An engine that saw newer commits answers at an older one as if it had not."""
    files = [change(f"{name}.py", "x = 1\n") for name in ("cart", "mail", "tax")]
    repository.commit("begin", cart__py="1", mail__py="1")
    old = repository.commit("Deliver receipts", mail__py="2", tax__py="1")
    for number in range(3):
        repository.commit(f"Receipts again {number}", cart__py=f"{number}", tax__py=f"{number}")
    seer, other = corpora(), corpora()
    for corpus in (seer, other):
        corpus.write(*files)
    seer.remember(repository.git)
    repository.git("checkout", "-q", old)
    for corpus in (seer, other):
        corpus.remember(repository.git)
    for more in ({}, {"selected_paths": ("cart.py",)}):
        assert seer.suggest("receipts", **more) == other.suggest("receipts", **more)


def test_known_commits_are_not_read_again(shop, repository):
    """Moving HEAD about costs one listing of commits, even after a restart."""
    repository.commit("begin", cart__py="1", mail__py="1", tax__py="1")
    repository.commit("Deliver receipts by post", mail__py="2")
    shop.remember(repository.git)
    again = shop.reopened()
    repository.calls.clear()
    again.remember(repository.git)
    assert "log" not in repository.calls
    assert again.paths("receipts") == shop.paths("receipts")


def test_a_renamed_file_keeps_its_past(shop, repository):
    """Votes for a path that is gone go to the path it became."""
    repository.commit("begin", cart__py="1", post__py="a\nb\nc\nd\n", tax__py="1")
    repository.commit("Deliver receipts", post__py="a\nb\nc\nd\ne\n")
    (repository.root / "post.py").rename(repository.root / "mail.py")
    repository.commit("Move things about")
    shop.remember(repository.git)
    assert shop.paths("receipts")[0] == "mail.py"


def test_files_that_change_together_are_brought_together(shop, repository):
    """A chosen file brings those that past commits joined to it."""
    repository.commit("begin", cart__py="1", mail__py="1", tax__py="1")
    for number in range(3):
        repository.commit(f"step {number}", cart__py=f"{number}", tax__py=f"{number}")
    shop.remember(repository.git)
    first = shop.suggest("anything", selected_paths=("cart.py",))[0]
    assert first.path == "tax.py"
    assert "usually changes together with `cart.py`" in first.reasons


def test_a_shallow_clone_says_so(shop, repository, tmp_path):
    """A history that is cut short is said to be."""
    repository.commit("begin", cart__py="1")
    repository.commit("more", cart__py="2")
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", f"file://{repository.root}", str(tmp_path / "shallow")],
        check=True,
    )
    shallow = Repository.__new__(Repository)
    shallow.root, shallow.calls = tmp_path / "shallow", []
    shop.remember(shallow.git)
    assert shop.note("cart") == "the clone is shallow: only 1 commits of history"


def test_the_order_of_commits_and_odd_names_survive(repository):
    """Renames, blanks, quotes, umlauts and merges are read as they are."""
    repository.commit("begin", **{'a b"c__py': "1\n2\n3\n", "ü__py": "1"})
    (repository.root / 'a b"c.py').rename(repository.root / "d.py")
    repository.commit("move\n\nbody text\n\nCo-authored-by: A <a@example.org>")
    form = ("--format=%x01%H%x02%ct%x02%B%x02", "-z", "--name-status", "-M", "--no-merges")
    newest, oldest = parse_log(repository.git("log", *form))
    assert newest.message == "move\n\nbody text"
    assert newest.renames == (('a b"c.py', "d.py"),)
    assert sorted(oldest.paths) == ['a b"c.py', "ü.py"]


@pytest.mark.parametrize("text", ["", "\x01", "\x01a\x02b", "\x01" + "a" * 40 + "\x02x\x02m\x02\0"])
def test_odd_output_of_git_is_survived(text):
    """What cannot be read is left out."""
    assert list(parse_log(text)) == []


def test_trailers_and_addresses_are_no_words_of_the_task():
    """Names of people and links would join commits that have nothing in common."""
    message = "Fix it\n\nSee https://example.org/x for more.\n\nSigned-off-by: A B <a@b>\n"
    assert clean(message) == "Fix it\n\nSee   for more."
