"""How a handler is bound to its request, and what every handler gets."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from octoprompt import features
from octoprompt.app import App
from octoprompt.bug import bug
from octoprompt.contract._base import Notification, Request, Wire

ParamsT = TypeVar("ParamsT", bound=Wire)
ResultT = TypeVar("ResultT", bound=Wire)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the server itself is doing."""

    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Requests by method, failures by code, messages that were dropped."""
    tasks: tuple[str, ...] = ()
    """The requests that are being worked on, and for how long."""
    loop_lag_ms: Mapping[str, float] = field(default_factory=dict[str, float])


EditOpen = Callable[[Path, int | None, str], Awaitable[bool]]
"""Gives an open file, at a version of its text, a new text; False when the editor would not."""


async def _no_editor(_path: Path, _version: int | None, _text: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ctx:
    """What a handler may use: the application, and a way to tell the client something meanwhile."""

    app: App
    notify: Callable[[type[Notification[Any]], Wire], None]
    vitals: Callable[[], Vitals] = Vitals
    edit_open: EditOpen = _no_editor


Handler = Callable[[Ctx, ParamsT], Awaitable[ResultT]]
HANDLERS: dict[str, Handler[Any, Any]] = {}


def handles(
    request: type[Request[ParamsT, ResultT]],
) -> Callable[[Handler[ParamsT, ResultT]], Handler[ParamsT, ResultT]]:
    """Bind the decorated coroutine function to a request of the contract."""

    def bind(handler: Handler[ParamsT, ResultT]) -> Handler[ParamsT, ResultT]:
        if request.method in HANDLERS:
            bug(f"two handlers for `{request.method}`")
        HANDLERS[request.method] = handler
        return handler

    return bind


def load() -> None:
    """Import every module of features, so that all handlers are bound."""
    for module in pkgutil.iter_modules(features.__path__):
        importlib.import_module(f"{features.__name__}.{module.name}")
