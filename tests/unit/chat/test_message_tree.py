"""The tree of a chat's messages: places, versions, branches, what a summary covers."""

import random

from octoprompt.store.message_tree import Node, Tree


def tree(*rows):
    """Make a tree of `id parent` rows, with flags: `x` deleted, `!` excluded, `=id` a summary."""
    nodes = []
    for number, row in enumerate(rows, 1):
        name, parent, *flags = row.split()
        covers = next((flag[1:] for flag in flags if flag[0] == "="), None)
        nodes.append(
            Node(
                id=name,
                parent_id=None if parent == "-" else parent,
                number=number,
                role="summary" if any(flag[0] == "=" for flag in flags) else "user",
                covers=covers or None,
                is_excluded="!" in flags,
                is_deleted="x" in flags,
            )
        )
    return Tree(nodes)


def test_versions_stand_side_by_side():
    """Siblings share a parent, the oldest first; a path leads to its leaf."""
    one = tree("a -", "b a", "c a", "d c", "e -")
    assert one.siblings("b") == one.siblings("c") == ("b", "c")
    assert one.siblings("a") == ("a", "e")
    assert one.path("d") == ["a", "c", "d"]
    assert one.path(None) == []
    assert (one.latest_leaf("a"), one.latest_leaf("b"), one.latest_leaf(None)) == ("d", "b", "e")


def test_a_deleted_message_is_passed_over():
    """What followed it follows what it followed, and counts among the versions there."""
    one = tree("a -", "b a x", "c b", "d a")
    assert one.path("c") == ["a", "c"]
    assert one.siblings("c") == ("c", "d")
    assert (one.parent("c"), one.has("b")) == ("a", False)
    assert one.below("a") == ["a", "c", "d"]
    assert one.siblings("b") == ("b",)


def test_a_leaf_that_went_gives_way_to_the_latest_one_of_its_place():
    """A remembered leaf that was deleted or lost never leaves a chat empty."""
    assert tree("a -", "b a", "c a x").leaf("c") == "b"
    assert tree("a -", "b a x").leaf("b") == "a"
    assert tree("a - x").leaf("a") is None
    assert tree("a -", "b a").leaf("lost") == "b"
    assert tree().leaf(None) is None


def test_a_message_whose_parent_is_lost_begins_a_conversation():
    """A damaged database loses no message that is still there."""
    one = tree("b gone", "c b")
    assert one.path("c") == ["b", "c"]
    assert one.parent("b") is None


def test_no_way_to_the_beginning_goes_in_a_circle():
    """A parent that is no older than its child counts as lost: such chats come in from files."""
    one = tree("a a", "b c", "c b", "d c x", "e d")
    assert [one.path(name) for name in "abce"] == [["a"], ["b"], ["b", "c"], ["b", "c", "e"]]
    assert one.below("b") == ["b", "c", "e"]


def test_a_summary_stands_for_what_came_before():
    """Up to what it covers; the last one in force counts; an excluded one does not."""
    one = tree("a -", "b a", "c b", "s c =b", "d s")
    path = one.path("d")
    assert one.unsent(path) == {"a", "b"}
    two = tree("a -", "b a", "c b", "s c =b", "d s", "t d =c", "e t")
    assert two.unsent(two.path("e")) == {"a", "b", "c", "s"}
    off = tree("a -", "b a !", "s b =b !", "c s")
    assert off.unsent(off.path("c")) == {"b", "s"}
    begun = tree("a -", "s a =", "c s")
    assert begun.unsent(begun.path("c")) == {"s"}
    lost = tree("a -", "b a x", "s b =b", "c s")
    assert lost.unsent(lost.path("c")) == {"a"}
    gone = tree("a -", "s a =gone", "c s")
    assert gone.unsent(gone.path("c")) == {"a"}


def test_deleting_and_restoring_is_exact():
    """In random trees every path holds what is there, in order, and coming back changes nothing."""
    chance = random.Random(5)  # noqa: S311  # shapes, no secrets
    for _ in range(200):
        size = chance.randrange(1, 30)
        parents = ["-", *(f"n{chance.randrange(n)}" if n else "-" for n in range(1, size))]
        rows = [f"n{n} {parent}" for n, parent in enumerate(parents)]
        before = tree(*rows)
        gone = {n for n in range(size) if chance.random() < 0.3}
        after = tree(*(f"{row} x" if n in gone else row for n, row in enumerate(rows)))
        for n in range(size):
            if n in gone:
                continue
            kept = [i for i in before.path(f"n{n}") if int(i[1:]) not in gone]
            assert after.path(f"n{n}") == kept
            assert f"n{n}" in after.siblings(f"n{n}")
            assert after.latest_leaf(f"n{n}") in after.below(f"n{n}")


def test_a_long_conversation_takes_no_recursion():
    """Ten thousand messages in one branch."""
    one = tree("n0 -", *(f"n{n} n{n - 1}" for n in range(1, 10_000)))
    assert len(one.path("n9999")) == len(one.below("n0")) == 10_000
