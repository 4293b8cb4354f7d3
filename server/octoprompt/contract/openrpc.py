"""The contract as an OpenRPC 1.3 document, from which the other generated files come."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Literal, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from octoprompt import __version__, contract, errors
from octoprompt.contract._base import PREFIX, Wire
from octoprompt.contract.registry import AREAS, NOTIFICATIONS, REQUESTS

Json = dict[str, Any]
Use = tuple[type[BaseModel], Literal["validation", "serialization"]]
REF = "#/components/schemas/"


@cache
def document() -> Json:
    """Give the OpenRPC document; treat it as read-only.

    A value that a client may send with less than the server answers (fields with defaults) has two
    schemas: `Name` is the complete one, `NameInput` the one for params.
    """
    schemas = _schemas()
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "OctoPrompt",
            "version": __version__,
            "description": inspect.cleandoc(contract.__doc__ or ""),
            "license": {"name": "MIT"},
        },
        "methods": [_method(name, schemas) for name in sorted(REQUESTS)],
        "x-notifications": [_notification(name) for name in sorted(NOTIFICATIONS)],
        "components": {
            "schemas": schemas,
            "errors": {
                name: {"code": code, "message": _summary(_error(name))}
                for name, code in sorted(error_codes().items(), key=lambda entry: entry[1])
            },
        },
    }


def error_codes() -> dict[str, int]:
    """Give the wire code of every error of the tree, by class name."""
    return {cls.__name__: cls.code for cls in _tree(errors.OctoPromptError)}


def _tree(root: type[errors.OctoPromptError]) -> Iterable[type[errors.OctoPromptError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def _error(name: str) -> type[errors.OctoPromptError]:
    return cast("type[errors.OctoPromptError]", getattr(errors, name))


def _method(name: str, schemas: Json) -> Json:
    request = REQUESTS[name]
    return {
        "name": PREFIX + name,
        "tags": [{"name": name.partition("/")[0]}],
        "summary": _summary(request),
        "description": _rest(request),
        "paramStructure": "by-name",
        "params": _params(request.params.__name__, schemas),
        "result": {
            "name": request.result.__name__,
            "schema": {"$ref": REF + request.result.__name__},
        },
        "errors": [{"$ref": f"#/components/errors/{error}"} for error in _errors_named_in(request)],
        "x-class": request.__name__,
        "x-params": {"$ref": REF + _input_name(request.params.__name__, schemas)},
        "x-command": (PREFIX + name).replace("/", "."),
        "x-deadline-seconds": request.deadline_s,
    }


def _params(model: str, schemas: Json) -> list[Json]:
    schema = schemas[_input_name(model, schemas)]
    required = schema.get("required", ())
    return [
        {"name": name, "required": name in required, "schema": field}
        for name, field in schema.get("properties", {}).items()
    ]


def _notification(name: str) -> Json:
    notification = NOTIFICATIONS[name]
    return {
        "name": PREFIX + name,
        "tags": [{"name": name.partition("/")[0]}],
        "summary": _summary(notification),
        "description": _rest(notification),
        "params": {"$ref": REF + notification.params.__name__},
        "x-class": notification.__name__,
    }


def _errors_named_in(request: type) -> list[str]:
    """Find the errors that the docstring names, and what stands below them in the tree."""
    named = set(re.findall(r"`(\w+)`", inspect.getdoc(request) or "")) & error_codes().keys()
    below = {cls.__name__ for name in named for cls in _tree(_error(name))}
    return sorted(below, key=lambda name: error_codes()[name])


def _summary(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _rest(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[2].strip()


def _input_name(model: str, schemas: Json) -> str:
    return f"{model}Input" if f"{model}Input" in schemas else model


def _schemas() -> Json:
    uses: dict[Use, None] = {}
    for name in sorted(REQUESTS):
        uses[REQUESTS[name].params, "validation"] = None
        uses[REQUESTS[name].result, "serialization"] = None
    for name in sorted(NOTIFICATIONS):
        uses[NOTIFICATIONS[name].params, "serialization"] = None
    _refs, together = models_json_schema(list(uses), ref_template=REF + "{model}")
    docs = _field_docs()
    named = {
        _plain(name): _tidy(schema, docs.get(_plain(name).removesuffix("Input"), {}))
        for name, schema in together["$defs"].items()
    }
    return dict(sorted(named.items()))


def _plain(name: str) -> str:
    return name.removesuffix("-Output").replace("-Input", "Input")


def _tidy(schema: Json, docs: Mapping[str, str]) -> Json:
    """Drop pydantic's titles, give fields their docs, mend references to renamed schemas."""
    properties = {
        name: _clean_schema(field) | ({"description": docs[name]} if name in docs else {})
        for name, field in schema.get("properties", {}).items()
    }
    rest = _clean_schema({key: value for key, value in schema.items() if key != "properties"})
    return rest | ({"properties": properties} if properties else {})


def _clean(value: object) -> object:
    match value:
        case dict():
            return _clean_schema(cast("Json", value))
        case list():
            return [_clean(inner) for inner in cast("list[Any]", value)]
        case _:
            return value


def _clean_schema(schema: Json) -> Json:
    if "discriminator" in schema:
        # Each choice says by a constant of its own which one it is: `anyOf` is the same, and plain.
        rest = {key: value for key, value in schema.items() if key != "discriminator"}
        schema = {"anyOf" if key == "oneOf" else key: value for key, value in rest.items()}
    entries = schema.items()
    return {key: _clean_entry(key, value) for key, value in entries if not _is_title(key, value)}


def _clean_entry(key: str, value: object) -> object:
    match key, value:
        case "$ref", str():
            return REF + _plain(value.removeprefix(REF))
        case "description", str():
            return inspect.cleandoc(value)
        case (("default" | "const" | "enum"), _):
            return value
        case _:
            return _clean(value)


def _is_title(key: str, value: object) -> bool:
    return key == "title" and isinstance(value, str)


def _field_docs() -> dict[str, dict[str, str]]:
    """Read the string below each field, by model and wire name.

    Pydantic can do so itself, but at import, where it costs time.
    """
    docs: dict[str, dict[str, str]] = {}
    for name in ("_base", *AREAS):
        module = importlib.import_module(f"{contract.__name__}.{name}")
        docs |= _docs_of_classes(ast.parse(inspect.getsource(module)))
    return {model.__name__: _inherited(model, docs) for model in _models()}


def _models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [Wire]
    for model in found:
        found.extend(model.__subclasses__())
    return found


def _inherited(model: type[BaseModel], docs: dict[str, dict[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for base in reversed(model.__mro__):
        merged |= docs.get(base.__name__, {})
    aliases = {name: field.alias or name for name, field in model.model_fields.items()}
    return {aliases.get(name, name): text for name, text in merged.items()}


def _docs_of_classes(tree: ast.Module) -> dict[str, dict[str, str]]:
    return {
        node.name: _docs_of_fields(node.body)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def _docs_of_fields(body: list[ast.stmt]) -> dict[str, str]:
    docs: dict[str, str] = {}
    for field, after in pairwise(body):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = " ".join(inspect.cleandoc(text).split())
            case _:
                pass
    return docs
