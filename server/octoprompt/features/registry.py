"""How a handler is bound to its request, and what every handler gets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from octoprompt.app import App
from octoprompt.bug import bug
from octoprompt.contract._base import Notification, Request, Wire

ParamsT = TypeVar("ParamsT", bound=Wire)
ResultT = TypeVar("ResultT", bound=Wire)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ctx:
    """What a handler may use: the application, and a way to tell the client something meanwhile."""

    app: App
    notify: Callable[[type[Notification[Any]], Wire], None]


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
