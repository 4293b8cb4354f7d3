"""How the contract is written: `Wire` values, declarations, and the registry of these."""

from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

PREFIX = "octoprompt/"
DEADLINE_S = 60.0

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""What a person calls something: one to 200 characters, without blanks around it."""
Text = Annotated[str, StringConstraints(max_length=4_000_000)]
"""What a person writes: up to four million characters."""


class Wire(BaseModel):
    """A value on the wire: frozen, camelCase there and snake_case here, unknown fields refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        json_schema_serialization_defaults_required=True,
        # A session uses a few of the 250 models: the others cost no time at the start, no memory.
        defer_build=True,
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
    """A method that a client may call: `class GetPrompt(Request[P, R], method="prompts/get")`.

    The class name follows from the method: the verb, the area, the rest (`tickets/linkFiles` is
    `LinkTicketFiles`), with `Get` before a noun (`index/status` is `GetIndexStatus`); the area is
    in the singular where one thing is meant. The docstring is the documentation: first line what it
    does, then what the signature cannot say, then how it fails, naming the errors in backticks.
    """

    method: ClassVar[str]
    """The name without the prefix, as `prompts/rename`."""
    params: ClassVar[type[Wire]]
    result: ClassVar[type[Wire]]
    deadline_s: ClassVar[float | None]
    """Seconds after which the server gives up; None where only the client may."""

    def __init_subclass__(cls, *, method: str, deadline_s: float | None = DEADLINE_S) -> None:
        """Enter the declaration in the registry."""
        if method in REQUESTS:
            raise TypeError(f"`{method}` is declared twice")
        cls.method = method
        cls.deadline_s = deadline_s
        cls.params, cls.result = get_args(cls.__dict__["__orig_bases__"][0])
        REQUESTS[method] = cls


class Notification(Generic[ParamsT]):
    """A message that the server sends: `class IndexChanged(Notification[P], method=...)`."""

    method: ClassVar[str]
    params: ClassVar[type[Wire]]

    def __init_subclass__(cls, *, method: str) -> None:
        """Enter the declaration in the registry."""
        if method in NOTIFICATIONS:
            raise TypeError(f"`{method}` is declared twice")
        cls.method = method
        (cls.params,) = get_args(cls.__dict__["__orig_bases__"][0])
        NOTIFICATIONS[method] = cls


REQUESTS: dict[str, type[Request[Any, Any]]] = {}
NOTIFICATIONS: dict[str, type[Notification[Any]]] = {}
