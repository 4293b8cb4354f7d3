"""How the contract is written: `Wire` values, `Request` and `Notification` declarations, and their registry."""

from typing import ClassVar, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

PREFIX = "octoprompt/"


class Wire(BaseModel):
    """A value on the wire: frozen, camelCase there and snake_case here, unknown fields refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class Empty(Wire):
    """Nothing: `{}`."""


class ProjectParams(Wire):
    """Params of a request that concerns one workspace root."""

    project_id: str | None = None
    """Which root; may be left out when only one is open."""


ParamsT = TypeVar("ParamsT", bound=Wire)
ResultT = TypeVar("ResultT", bound=Wire)


class Request(Generic[ParamsT, ResultT]):
    """A method that a client may call, declared as `class VerbArea(Request[Params, Result], method="area/verb")`.

    The docstring is its documentation: first line what it does, then what the signature cannot say, then how it fails.
    """

    method: ClassVar[str]
    """The name without the prefix, as `prompts/rename`."""
    params: ClassVar[type[Wire]]
    result: ClassVar[type[Wire]]

    def __init_subclass__(cls, *, method: str) -> None:
        """Enter the declaration in the registry."""
        cls.method = method
        cls.params, cls.result = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]
        REQUESTS[method] = cls


class Notification(Generic[ParamsT]):
    """A message that the server sends unasked, declared as `class IndexChanged(Notification[Params], method=...)`."""

    method: ClassVar[str]
    params: ClassVar[type[Wire]]

    def __init_subclass__(cls, *, method: str) -> None:
        """Enter the declaration in the registry."""
        cls.method = method
        (cls.params,) = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]
        NOTIFICATIONS[method] = cls


REQUESTS: dict[str, type[Request[Wire, Wire]]] = {}
NOTIFICATIONS: dict[str, type[Notification[Wire]]] = {}
