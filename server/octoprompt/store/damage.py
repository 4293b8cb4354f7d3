"""Rows that cannot be read: each stays out of a list alone, and is named."""

import json
import logging
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstanceState, Session

from octoprompt.store.entities import DamagedValue, Entity

logger = logging.getLogger(__name__)
E = TypeVar("E", bound=Entity)
BAD_VALUES = (DamagedValue, json.JSONDecodeError, TypeError, ValueError)
PLAIN = (str, int, bool, float)
"""What SQLite does not convert: it gives whatever is in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A row that cannot be read."""

    table: str
    id: str
    reason: str


def readable(session: Session, found: Select[E], damaged: list[Damaged] | None = None) -> list[E]:
    """Give the rows of a select without those that cannot be read.

    These are added to `damaged`, or else logged. One at a time is read only when all at once fails.
    """
    try:
        return [sound(row) for row in session.scalars(found)]
    except (*BAD_VALUES, OperationalError) as error:
        if not is_about_values(error):
            raise
    entity = found.column_descriptions[0]["entity"]
    keys = inspect(entity).primary_key
    rows: list[E] = []
    for key in session.execute(found.with_only_columns(*keys, maintain_column_froms=True)):
        named = (column == value for column, value in zip(keys, key, strict=True))
        try:
            rows += map(sound, session.scalars(found.where(*named).limit(None).offset(None)))
        except (*BAD_VALUES, OperationalError) as error:
            if not is_about_values(error):
                raise
            _tell(damaged, Damaged(table=entity.__tablename__, id=str(key[0]), reason=_said(error)))
    return rows


def sound(row: E) -> E:
    """Give a row whose loaded values are what its columns say. Fails with `DamagedValue`."""
    state: InstanceState[Any] = inspect(row)
    for column in state.mapper.column_attrs:
        value: object = state.dict.get(column.key)
        kind: object = column.columns[0].type.python_type
        if value is not None and kind in PLAIN and type(value) is not kind:
            raise DamagedValue(f"`{column.key}` holds `{str(value)[:40]}`")
        if value not in row.allowed.get(column.key, (value,)):
            raise DamagedValue(f"`{column.key}` holds `{str(value)[:40]}`")
    return row


def is_about_values(error: Exception) -> bool:
    """Say whether an error comes from what is in a row, and not from the database or the disk."""
    return not isinstance(error, OperationalError) or "decode" in str(error.orig)


def _said(error: Exception) -> str:
    return str(error.orig) if isinstance(error, OperationalError) else str(error).split("\n")[0]


def _tell(damaged: list[Damaged] | None, found: Damaged) -> None:
    if damaged is None:
        logger.warning("%s `%s` is damaged and left out: %s", found.table, found.id, found.reason)
    else:
        damaged.append(found)
