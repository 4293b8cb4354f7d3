"""Setting a ticket's tasks to a checklist that a person edited."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from octoprompt.store.entities import TaskEntity, now
from octoprompt.store.tasks import task_entities

LIKE = 0.6
"""How similar two texts are, 0..1, to be the same task reworded."""
MOST_COMPARED = 50
"""Texts on either side; a comparison costs about a tenth of a millisecond."""
COMPARED_LENGTH = 200


def rewrite_tasks(session: Session, ticket_id: str, wanted: Sequence[tuple[str, bool]]) -> None:
    """Make the tasks these, in this order: each its content and whether it is done.

    A task with the same words stays what it is, with its description; a reworded one is changed;
    what is left over goes into the bin.
    """
    left = task_entities(session, ticket_id)
    matched = _same_words(left, wanted)
    _reworded(left, wanted, matched)
    for number, (content, done) in enumerate(wanted):
        entity = matched.get(number)
        if entity is None:
            entity = TaskEntity(ticket_id=ticket_id, position=0, content=content, done=done)
            session.add(entity)
        else:
            _change(entity, content, done=done)
        entity.position = number + 1
    for entity in left:
        entity.deleted_at = now()
    session.flush()


def _same_words(
    left: list[TaskEntity], wanted: Sequence[tuple[str, bool]]
) -> dict[int, TaskEntity]:
    """Take from `left` the tasks whose words are wanted, by the number of the wanted."""
    by_words: dict[str, list[TaskEntity]] = {}
    for entity in left:
        by_words.setdefault(_words(entity.content), []).append(entity)
    matched: dict[int, TaskEntity] = {}
    for number, (content, _) in enumerate(wanted):
        if same := by_words.get(_words(content)):
            matched[number] = same.pop(0)
    taken = {entity.id for entity in matched.values()}
    left[:] = [entity for entity in left if entity.id not in taken]
    return matched


def _reworded(
    left: list[TaskEntity], wanted: Sequence[tuple[str, bool]], matched: dict[int, TaskEntity]
) -> None:
    """Take from `left` what is similar enough to something wanted that nothing matches."""
    missing = [number for number in range(len(wanted)) if number not in matched]
    for number in missing[:MOST_COMPARED]:
        ranked = [(_likeness(e.content, wanted[number][0]), e) for e in left[:MOST_COMPARED]]
        likeness, best = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and likeness >= LIKE:
            matched[number] = best
            left.remove(best)


def _change(entity: TaskEntity, content: str, *, done: bool) -> None:
    """Change what is different; how blanks are set is none."""
    if _words(entity.content) == _words(content):
        content = entity.content
    if (entity.content, entity.done) != (content, done):
        entity.content, entity.done = content, done
        entity.touch()


def _words(content: str) -> str:
    return " ".join(content.split())


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:COMPARED_LENGTH], other[:COMPARED_LENGTH]).ratio()
