from octoprompt.index.tasks import MAX_BATCH_FILES, Queue
from octoprompt.index.walk import Seen


def seen(name, size=10, mtime=1):
    """Give a file as a walk sees it."""
    return Seen(name, size, mtime)


def many(n, size=10):
    """Give some files."""
    return [seen(f"f{i}", size) for i in range(n)]


def test_a_few_changed_files_go_through_both_stages_at_once():
    """A saved file is current after one answer of a worker."""
    queue = Queue()
    queue.add(many(2))
    work = queue.take()
    assert work is not None
    assert (work.stage, work.paths) == ("both", ["f0", "f1"])
    assert queue.take() is None


def test_texts_come_before_symbols():
    """Search is useful before symbols are."""
    queue = Queue()
    queue.add(many(2 * MAX_BATCH_FILES))
    first = queue.take()
    assert first is not None
    assert first.stage == "text"
    for task in first.tasks:
        queue.then_symbols(task)
    second = queue.take()
    assert second is not None
    assert second.stage == "text"
    assert queue.take().stage == "symbols"


def test_a_newer_sight_of_a_file_replaces_the_older():
    """The result of work on the older sight is dropped, and the file is worked on again."""
    queue = Queue()
    queue.add([seen("a", mtime=1)])
    (old,) = queue.take().tasks
    queue.add([seen("a", mtime=2)])
    assert not queue.is_current(old)
    queue.done(old)
    assert queue.pending == 1
    (new,) = queue.take().tasks
    queue.done(new)
    assert queue.pending == 0


def test_files_of_a_failed_batch_go_alone():
    """So that the one that kills workers is found, and no other suffers for it."""
    queue = Queue()
    queue.add(many(10))
    work = queue.take()
    queue.again("text", work.tasks)
    queue.add(many(3, size=11))
    alone = [queue.take() for _ in range(7)]
    assert all(len(work.tasks) == 1 and work.tasks[0].is_suspect for work in alone)


def test_a_batch_is_bounded_by_bytes():
    """A worker answers in a moment whatever the files' sizes."""
    queue = Queue()
    queue.add(many(10, size=600 * 1024))
    assert len(queue.take().tasks) == 1


def test_text_is_pending_until_its_symbols_wait():
    """`text_ready` is true while symbols are still to come."""
    queue = Queue()
    queue.add(many(6))
    work = queue.take()
    assert queue.pending_text == 6
    for task in work.tasks:
        queue.then_symbols(task)
    assert (queue.pending_text, queue.pending) == (0, 6)
