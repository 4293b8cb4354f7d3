"""Kept current file by file, the engine knows what one built from scratch knows."""

import os
import random

import pytest

from octoprompt.index.model import SuggestQuery
from octoprompt.index.retrieval import merging, segments, writing
from octoprompt.index.retrieval.writing import Removed
from support.retrieval import change

ROUNDS = int(os.environ.get("OCTOPROMPT_RETRIEVAL_ROUNDS", "60"))
WORDS = [f"{first}{last}" for first in ("alpha", "beta", "gamma", "delta") for last in "abcdefgh"]
TASKS = ["alphaa betab gammac", "deltah", "betaa betab betac alphaf", "gammah deltaa"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make segments of a few files, so that flushes and merges happen."""
    monkeypatch.setattr(writing, "FLUSH_POSTINGS", 120)
    monkeypatch.setattr(merging, "FLUSH_POSTINGS", 120)
    monkeypatch.setattr(merging, "SLICE_POSTINGS", 60)
    monkeypatch.setattr(segments, "BUCKET_POSTINGS", 16)


def dice(seed):
    """Give the same chances every time."""
    return random.Random(seed)  # noqa: S311 - a test keeps no secrets


def random_file(rng, path):
    """Make a file of a few functions."""
    lines = [" ".join(rng.choices(WORDS, k=6)) for _ in range(rng.randrange(30))]
    names = rng.sample(WORDS, k=rng.randrange(4))
    text = "".join(f"def {name}():\n    {line}\n" for name, line in zip(names, lines, strict=False))
    return change(
        path, text + "\n".join(lines), *(f"{name}:{i}:{i}" for i, name in enumerate(names, 1))
    )


def answers(corpus, paths):
    """Ask everything in every way."""
    chosen = tuple(sorted(paths)[:2])
    return [
        [(one.path, one.score, one.reasons, one.passages) for one in corpus.suggest(task, **more)]
        for task in TASKS
        for more in ({}, {"all_files": True}, {"selected_paths": chosen})
    ]


def rounded(lists):
    """Sums may differ in their last digits by the order of adding."""
    return [[(path, round(score, 3), *rest) for path, score, *rest in one] for one in lists]


@pytest.mark.parametrize("seed", range(4))
def test_incremental_equals_from_scratch(corpora, seed):
    """After random edits, deletions and re-opening, answers are those of a new index."""
    rng = dice(seed)
    corpus = corpora()
    files = {}
    for step in range(ROUNDS):
        batch = []
        for _ in range(rng.randrange(1, 6)):
            path = f"src/{rng.choice(WORDS)}{rng.randrange(3)}.py"
            if path in files and rng.random() < 0.3:
                del files[path]
                batch.append(Removed(path))
            else:
                files[path] = random_file(rng, path)
                batch.append(files[path])
        corpus.write(*batch)
        if step % 7 == 3:
            corpus.tidy()
        if step % 11 == 5:
            corpus = corpus.reopened()
    scratch = corpora()
    scratch.write(*files.values())
    assert rounded(answers(corpus, files)) == rounded(answers(scratch, files))
    assert rounded(answers(corpus.reopened(), files)) == rounded(answers(corpus, files))


def test_merging_leaves_few_segments(corpora):
    """Many small changes do not pile up."""
    rng = dice(1)
    corpus = corpora()
    for number in range(60):
        corpus.write(random_file(rng, f"f{number}.py"))
    before = corpus.engine.facts()
    corpus.tidy()
    after = corpus.engine.facts()
    assert after["text_segments"] < before["text_segments"]
    with corpus.access.engine.connect() as connection:
        heads = connection.exec_driver_sql("SELECT count(*) FROM retrieval_segment").scalar()
        strays = connection.exec_driver_sql(
            "SELECT count(*) FROM retrieval_bucket WHERE segment NOT IN"
            " (SELECT id FROM retrieval_segment)"
        ).scalar()
    assert heads == after["text_segments"] + after["definition_segments"]
    assert strays == 0


def test_a_merge_cut_off_starts_again(corpora):
    """A crash in the middle of a merge loses nothing and leaves nothing."""
    rng = dice(2)
    corpus = corpora()
    files = [random_file(rng, f"f{number}.py") for number in range(60)]
    for file in files:
        corpus.write(file)
    expected = answers(corpus, ["f0.py"])
    for _ in range(2):
        corpus.engine.publish(corpus.access.write_now(corpus.engine.maintain))
    corpus = corpus.reopened()
    corpus.tidy()
    assert rounded(answers(corpus, ["f0.py"])) == rounded(expected)


def test_a_rolled_back_change_leaves_no_trace(corpora):
    """An update that is never published is as if it had never been."""
    corpus = corpora()
    corpus.write(change("kept.py", "alphaa\n"), change("other.py", "betaa\n"))

    def fail(connection):
        corpus.engine.apply(connection, [change("lost.py", "alphaa\n"), Removed("kept.py")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        corpus.access.write_now(fail)
    assert corpus.paths("alphaa") == ["kept.py"]
    corpus.write(change("new.py", "alphaa betaa\n"))
    assert sorted(corpus.paths("alphaa")) == ["kept.py", "new.py"]
    assert sorted(corpus.reopened().paths("alphaa")) == ["kept.py", "new.py"]


def test_two_calls_in_one_transaction_are_chained(corpora):
    """The second call builds on the first, and one publication serves both."""
    corpus = corpora()
    engine = corpus.engine

    def work(connection):
        first = engine.apply(connection, [change("a.py", "alphaa\n"), change("b.py", "alphaa\n")])
        return engine.apply(connection, [Removed("a.py"), change("c.py", "alphaa\n")], first)

    engine.publish(corpus.access.write_now(work))
    assert sorted(corpus.paths("alphaa")) == ["b.py", "c.py"]
    assert sorted(corpus.reopened().paths("alphaa")) == ["b.py", "c.py"]


def test_a_file_that_becomes_empty_says_nothing_any_more(corpora):
    """An old segment must not speak for a file that has lost its text."""
    corpus = corpora()
    rng = dice(3)
    corpus.write(change("a.py", "zebra " * 3), *(random_file(rng, f"f{i}.py") for i in range(30)))
    assert corpus.paths("zebra") == ["a.py"]
    corpus.write(change("a.py", ""))
    assert corpus.paths("zebra") == []
    corpus.tidy()
    assert corpus.reopened().paths("zebra") == []


def test_unsaved_text_speaks_until_it_is_dropped(corpora):
    """An overlay outranks what is stored, in memory only."""
    corpus = corpora()
    corpus.write(change("a.py", "alphaa\n"), change("b.py", "betaa\n"))
    unsaved = change("a.py", "zebra\n", "zebra")
    corpus.engine.overlay("a.py", unsaved.text, unsaved.definitions)
    assert corpus.paths("zebra") == ["a.py"]
    assert corpus.paths("alphaa") == []
    corpus.engine.overlay("a.py", None, None)
    assert corpus.paths("zebra") == []
    assert corpus.paths("alphaa") == ["a.py"]


def show(corpus, *changes):
    """Let unsaved texts speak."""
    for one in changes:
        corpus.engine.overlay(one.path, one.text, one.definitions)


@pytest.mark.parametrize("seed", range(4))
def test_unsaved_texts_answer_as_saved_ones_do(corpora, seed):
    """Edited files and files that are only in an editor: same order, reasons and passages."""
    rng = dice(seed)
    saved, open_now = corpora(), corpora()
    files = [random_file(rng, f"{number}.py") for number in range(12)]
    edits = [random_file(rng, path) for path in ("0.py", "7.py", "new.py", "deep/newer_beta.py")]
    saved.write(*files)
    saved.write(*edits)
    open_now.write(*files)
    show(open_now, *edits)
    paths = ["0.py", "new.py"]
    assert rounded(answers(open_now, paths)) == rounded(answers(saved, paths))
    assert "new.py" in open_now.paths(" ".join(WORDS))


def test_a_file_that_is_only_in_an_editor_vanishes_with_it(corpora):
    """Its number goes to the next file that is saved, which is not mistaken for it."""
    corpus = corpora()
    corpus.write(change("a.py", "alphaa\n"))
    show(corpus, change("new.py", "zebra\n", "zebra"), change("other_zebra.py", "betaa\n"))
    assert corpus.paths("zebra") == ["new.py", "other_zebra.py"]
    assert corpus.paths("zebra", selected_paths=("new.py",)) == ["other_zebra.py"]
    corpus.write(change("b.py", "betaa zebra\n"))
    assert corpus.paths("zebra") == ["new.py", "other_zebra.py", "b.py"]
    for path in ("new.py", "other_zebra.py"):
        corpus.engine.overlay(path, None, None)
    assert corpus.paths("zebra") == ["b.py"]
    show(corpus, change("new.py", "zebra\n", "zebra"))
    corpus.write(change("new.py", "now saved without it\n"))
    assert corpus.paths("zebra") == ["new.py", "b.py"]
    corpus.engine.overlay("new.py", None, None)
    assert corpus.paths("zebra") == ["b.py"]


def test_a_new_file_after_the_last_one_was_deleted_and_all_was_read_again(corpora):
    """The numbers of the tables are taken, also where the last of them has no path any more."""
    corpus = corpora()
    corpus.write(change("a.py", "alphaa\n"), change("gone.py", "betaa\n"))
    corpus.write(Removed("gone.py"))
    corpus = corpus.reopened()
    assert corpus.paths("alphaa a") == ["a.py"]
    show(corpus, change("zebra.py", "alphaa zebra\n", "zebra"))
    assert corpus.paths("zebra") == ["zebra.py"]


def test_a_question_is_answered_from_one_version(corpora):
    """A reader whose snapshot is older than the last change gets the older answer, whole."""
    corpus = corpora()
    rng = dice(4)
    files = [random_file(rng, f"f{number}.py") for number in range(20)]
    corpus.write(*files)
    query = SuggestQuery(text=TASKS[0])
    with corpus.access.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        before = corpus.engine.suggest(connection, query)
        corpus.write(*(Removed(file.path) for file in files[:15]))
        corpus.tidy()
        assert corpus.engine.suggest(connection, query) == before
        connection.rollback()
    assert len(corpus.suggest(TASKS[0])) < len(before[0])


def test_who_asks_while_all_is_made_anew_is_answered(corpora):
    """From the version before, until there is another; nobody waits for one that never comes."""
    corpus = corpora()
    corpus.write(change("old.py", "alphaa\n"))
    corpus.write(change("older.py", "alphaa\n"))
    query = SuggestQuery(text="alphaa")
    with corpus.access.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        before = corpus.engine.suggest(connection, query)
        meanwhile = []
        corpus.make_anew(lambda: meanwhile.append(corpus.engine.suggest(connection, query)))
        assert meanwhile == [before]
        corpus.write(change("new.py", "alphaa\n"))
        assert corpus.engine.suggest(connection, query) == before
        connection.rollback()
    assert corpus.paths("alphaa") == ["new.py"]
    assert corpus.reopened().paths("alphaa") == ["new.py"]


def test_making_anew_that_fails_changes_nothing(corpora):
    """What is in force is what the file holds."""
    corpus = corpora()
    corpus.write(change("old.py", "alphaa\n"))

    def fail():
        raise KeyError

    with pytest.raises(KeyError):
        corpus.make_anew(fail)
    assert corpus.paths("alphaa") == ["old.py"]


def test_rarity_is_that_of_the_file_that_is_open(corpora):
    """Another file's version with the same number says nothing of it."""
    one, other = corpora(), corpora()
    one.write(change("a.py", "alphaa\n"))
    other.write(change("b.py", "betaa\n"))
    expected = other.access.read_now(other.engine.counted).counts
    assert (one.access.read_now(one.engine.counted).counts != expected).any()
    other.access.read_now(one.engine.load)
    assert (other.access.read_now(one.engine.counted).counts == expected).all()


def test_what_goes_with_a_long_file_does_not_depend_on_the_past(corpora):
    """Which terms of it are rare is told by the files as they are."""
    long = " ".join(f"word{chr(97 + i // 26)}{chr(97 + i % 26)}x" for i in range(600))
    half = " ".join(long.split()[:300])
    final = [
        change("long.py", long),
        change("a.py", half),
        change("b.py", " ".join(long.split()[290:])),
    ]
    fresh, edited = corpora(), corpora()
    fresh.write(*final)
    edited.write(*(change(f"old{i}.py", half) for i in range(6)), change("long.py", long))
    assert edited.paths("anything", selected_paths=("long.py",))
    edited.write(*(Removed(f"old{i}.py") for i in range(6)), *final)
    found = [
        [(one.path, one.score) for one in corpus.suggest("anything", selected_paths=("long.py",))]
        for corpus in (fresh, edited)
    ]
    assert found[0] == found[1]
