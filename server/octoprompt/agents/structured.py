"""Answers with a shape: JSON as the provider holds the model to it, read with patience."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from octoprompt.agents.json_reading import read_json
from octoprompt.agents.work import Work
from octoprompt.errors import AnswerMalformed, RequestRefused
from octoprompt.llm.answer import Completion
from octoprompt.llm.request import Message, Options

REPAIRS = 2


class Shape(BaseModel):
    """What an answer must hold; more is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


ShapeT = TypeVar("ShapeT", bound=Shape)


async def ask_for(
    work: Work, shape: type[ShapeT], messages: Sequence[Message], step: str
) -> ShapeT:
    """Ask until the answer has the shape, at most three times.

    Fails with `AnswerMalformed`, the answer in the log, and as `Work.ask` does.
    """
    schema = schema_of(shape)
    last = f"{messages[-1].content}\n\n{instruction(schema)}"
    said = [*messages[:-1], replace(messages[-1], content=last)]
    options = Options(schema=schema)
    problem = ""
    for attempt in range(REPAIRS + 1):
        again = f"{step}, attempt {attempt + 1}" if attempt else step
        try:
            completion = await work.ask(said, step=again, options=options)
        except RequestRefused:
            if options.schema is None:
                raise
            # The provider knows no schemas; the instruction says the same.
            options = Options()
            completion = await work.ask(said, step=again, options=options)
        try:
            return _read(completion, shape)
        except ValueError as error:
            problem = _told(error)
        said += [
            Message("assistant", completion.text),
            Message("user", f"That is not the JSON that was asked for: {problem}. Give it again."),
        ]
    raise AnswerMalformed(
        f"the model gave no usable answer in {REPAIRS + 1} tries: {problem}; what it said is in the"
        " run's log: try another model"
    )


def _read(completion: Completion, shape: type[ShapeT]) -> ShapeT:
    if completion.status == "incomplete":
        raise ValueError("it breaks off before its end")
    return read_json(completion.text, shape.model_validate)


def schema_of(shape: type[Shape]) -> dict[str, Any]:
    """Give the JSON schema of a shape as the strictest providers want it."""
    return cast("dict[str, Any]", _strict(shape.model_json_schema()))


def _strict(schema: object) -> object:
    if isinstance(schema, list):
        return [_strict(one) for one in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    plain = cast("dict[str, object]", schema)
    kept = {
        name: one
        for name, one in plain.items()
        if name != "default" and not (name == "title" and isinstance(one, str))
    }
    if plain.get("type") != "object":
        return {name: _strict(one) for name, one in kept.items()}
    properties = cast("dict[str, object]", plain.get("properties", {}))
    return {name: _strict(one) for name, one in kept.items() if name == "$defs"} | {
        "type": "object",
        "properties": {name: _strict(one) for name, one in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def instruction(schema: dict[str, Any]) -> str:
    """Say in words what a schema says, for models that are not held to it."""
    return f"Answer with JSON alone, of this schema:\n{json.dumps(schema, ensure_ascii=False)}"


def _told(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}"
    return str(error)[:200]
