"""How a handler is bound to its request, and what every handler gets."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file that an editor shows, and the text that it should have."""

    path: Path
    version: int | None
    """Of the text before; an editor that shows another one by now refuses."""
    before: str
    after: str


class Editor:
    """What changes the texts that are open. This one is none: it shows nothing and refuses."""

    @property
    def can_preview(self) -> bool:
        """Whether it can let a person tick each place of a change first."""
        return False

    async def change(self, files: Sequence[OpenFile], *, preview: bool) -> bool:
        """Give open files other texts, all or none, after a preview if so wanted.

        False when it would not, or a person would not; in a preview that person may take some
        places and leave others.
        """
        return not files and not preview


NO_EDITOR = Editor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ctx:
    """What a handler may use: the application, and a way to tell the client something meanwhile."""

    app: App
    notify: Callable[[type[Notification[Any]], Wire], None]
    vitals: Callable[[], Vitals] = Vitals
    editor: Editor = NO_EDITOR


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
