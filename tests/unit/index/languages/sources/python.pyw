"""Prefetching."""

from __future__ import annotations

import asyncio, os.path as osp
from collections.abc import Iterator as It
from . import lookups
from ..utils.functional import (
    cached_property,
    partition as split,
)
from .fields import *

MAX_DEPTH: int = 5
REGISTRY = {
    "prefetch": None,
}
left, right = 1, 2
type Pair[T] = tuple[T, T]

if osp.exists("x"):
    import json as fast_json

    def guarded() -> None: ...


def register(*names: str, into=REGISTRY) -> Callable[[type], type]:
    """Give a decorator.

    It puts a class into a registry.
    """
    def wrap(cls):
        into[names[0]] = cls
        return cls

    return wrap


@register("queryset")
@functools.total_ordering
class QuerySet(AltersData, models.Manager["Model"], Generic[T], metaclass=Meta):
    r'''Lazy rows.'''

    model: type[Model] | None = None
    _sticky, _hints = False, {}
    ordering = ["id"]

    def __init__(self, model=None, *, using: str = "default"):
        self.model = model
        self._cache: list[Row] = []

    @property
    def ordered(self) -> bool:
        # A comment, not a docstring.
        return bool(self.query.order_by)

    @ordered.setter
    def ordered(self, value): self._ordered = value

    async def aget(
        self,
        *args: object,
        key: Callable[[Row], int] = lambda row: row.id,
    ) -> Row:
        """Give one row."""

        class Missing(LookupError):
            pass

        try:
            return await sync_to_async(self.get)(*args, key=key)
        except self.model.DoesNotExist as error:
            raise Missing(f"no {self.model.__name__!r} of {len(args)}") from error

    class Meta:
        abstract = True


def ünïcode(value): return [x for x in value if (n := len(x)) > MAX_DEPTH]
