"""The tree that a chat's messages make: versions beside each other, one branch in sight.

A message that was deleted keeps its place: what followed it follows what it followed, and is where
it was when it comes back. A message whose parent is lost begins a conversation. Children have
greater numbers than their parents: a parent that is no older than its child, which only a file that
was made by hand can bring in, counts as lost, so that no way to the beginning goes in a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What the tree needs to know of a message."""

    id: str
    parent_id: str | None
    number: int
    role: str
    covers: str | None
    """For a summary that is in force: the last message that it stands for."""
    is_excluded: bool
    is_deleted: bool


class Tree:
    """The messages of one chat by their places."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        """Take all nodes of a chat, deleted ones too."""
        self.nodes = {node.id: node for node in sorted(nodes, key=lambda node: node.number)}
        # Filled from the oldest on: what is not in it yet is no parent.
        self._parents: dict[str, str | None] = {}
        self._children: dict[str | None, list[str]] = {}
        for node in self.nodes.values():
            self._parents[node.id] = parent = self._visible(node.parent_id)
            if not node.is_deleted:
                self._children.setdefault(parent, []).append(node.id)

    def _visible(self, node_id: str | None) -> str | None:
        """Give the nearest message at or above this place that is not deleted."""
        if node_id is None or node_id not in self._parents:
            return None
        return self._parents[node_id] if self.nodes[node_id].is_deleted else node_id

    def has(self, node_id: str) -> bool:
        """Say whether a message is there and not deleted."""
        node = self.nodes.get(node_id)
        return node is not None and not node.is_deleted

    def parent(self, node_id: str) -> str | None:
        """Give the message before this one."""
        return self._parents[node_id]

    def siblings(self, node_id: str) -> tuple[str, ...]:
        """Give all versions at a message's place, the oldest first, itself among them."""
        if not self.has(node_id):
            return (node_id,)
        return tuple(self._children[self._parents[node_id]])

    def path(self, leaf: str | None) -> list[str]:
        """Give the branch that ends with a message, the oldest first; None has no messages."""
        found: list[str] = []
        at = self._visible(leaf)
        while at is not None:
            found.append(at)
            at = self._parents[at]
        return found[::-1]

    def below(self, node_id: str) -> list[str]:
        """Give a message and all that follow it in any branch, in the order of their making."""
        found = {node_id}
        for node in self.nodes.values():
            if not node.is_deleted and self._parents[node.id] in found:
                found.add(node.id)
        return [other for other in self.nodes if other in found]

    def latest_leaf(self, node_id: str | None) -> str | None:
        """Give the latest message at or below a place; None is the place before all messages."""
        if node_id is None:
            alive = [node.id for node in self.nodes.values() if not node.is_deleted]
            return alive[-1] if alive else None
        return self.below(node_id)[-1]

    def leaf(self, wanted: str | None) -> str | None:
        """Give the leaf that a chat remembers, or the latest one when that is not there."""
        if wanted is not None and self.has(wanted):
            return wanted
        return self.latest_leaf(self._visible(wanted))

    def unsent(self, path: list[str]) -> set[str]:
        """Give the messages of a branch that are kept out of what is sent."""
        out = {node_id for node_id in path if self.nodes[node_id].is_excluded}
        in_force = self.summary(path)
        covered = self._covered_number(in_force)
        for node_id in path:
            node = self.nodes[node_id]
            is_idle_summary = node.role == "summary" and node_id != in_force
            if node.number <= covered or is_idle_summary:
                out.add(node_id)
        return out

    def summary(self, path: list[str]) -> str | None:
        """Give the last summary of a branch that is in force."""
        for node_id in reversed(path):
            node = self.nodes[node_id]
            if node.role == "summary" and node.covers and not node.is_excluded:
                return node_id
        return None

    def _covered_number(self, summary: str | None) -> int:
        """Give the number up to which a summary stands for messages, 0 for none."""
        if summary is None:
            return 0
        node = self.nodes[summary]
        last = self.nodes.get(node.covers or "")
        return node.number - 1 if last is None else last.number
