"""What holds for every request and notification of the contract."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from octoprompt import errors
from octoprompt.contract._base import Empty, Notification, ProjectParams, Request, Wire
from octoprompt.contract.openrpc import document, error_codes
from octoprompt.contract.registry import AREAS, NOTIFICATIONS, REQUESTS
from octoprompt.features import registry

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED_PARAMS = {Empty, ProjectParams}
NOUNS = {"references", "status", "markdown", "summary", "log", "models", "versions"}
"""Methods whose second part is no verb: what they do is get it."""
REQUESTS_BY_NAME = sorted(REQUESTS.items())
NOTIFICATIONS_BY_NAME = sorted(NOTIFICATIONS.items())

registry.load()


def class_names(method: str) -> set[str]:
    """Compute how a request may be called: verb, area in singular or plural, the rest."""
    area, action = method.split("/")
    verb, *rest = re.findall(r"[a-z0-9]+|[A-Z][a-z0-9]*", action)
    if verb in NOUNS:
        verb, rest = "get", [verb, *rest]
    tail = "".join(word[0].upper() + word[1:] for word in rest)
    areas = {area, singular(area)}
    return {f"{verb.capitalize()}{a.capitalize()}{tail}" for a in areas}


def singular(area: str) -> str:
    """Give one of an area."""
    if area.endswith("ies"):
        return f"{area[:-3]}y"
    return area.removesuffix("s")


@pytest.mark.parametrize(("method", "request_"), REQUESTS_BY_NAME)
def test_names_follow_the_rule(method: str, request_: type[Request]):
    """Method, class, params, result and handler are called by one rule."""
    area, _, action = method.partition("/")
    assert area in AREAS
    assert request_.__module__ == f"octoprompt.contract.{area}"
    assert re.fullmatch(r"[a-z]+([A-Z][a-z0-9]*)*", action)
    assert request_.__name__ in class_names(method)
    handler = re.sub(r"(?<!^)([A-Z])", r"_\1", request_.__name__).lower()
    assert registry.HANDLERS[method].__name__ == handler


@pytest.mark.parametrize("area", sorted({method.partition("/")[0] for method in REQUESTS}))
def test_every_area_has_its_tests(area: str):
    """`tests/features/test_<area>.py` is there, and asks each method of the area."""
    path = ROOT / "tests" / "features" / f"test_{area}.py"
    assert path.exists(), f"write {path.relative_to(ROOT)}"
    text = path.read_text(encoding="utf-8")
    actions = {m.partition("/")[2] for m in REQUESTS if m.startswith(f"{area}/")}
    asked = {a for a in actions if f'"{area}/{a}"' in text or f'"{a}"' in text}
    assert actions - asked == set()


@pytest.mark.parametrize(("method", "request_"), REQUESTS_BY_NAME)
def test_bodies_follow_the_rule(method: str, request_: type[Request]):
    """Params are the request's own or shared ones; a result is the request's own or a value."""
    area = method.partition("/")[0]
    of_area = {r.params for m, r in REQUESTS.items() if m.startswith(f"{area}/")}
    owners = {f"{r.__name__}Params" for m, r in REQUESTS.items() if m.startswith(f"{area}/")}
    if request_.params not in SHARED_PARAMS:
        assert request_.params.__name__ in owners, f"{request_.params.__name__} has no owner"
        assert request_.params in of_area
    result = request_.result.__name__
    assert result == f"{request_.__name__}Result" or not result.endswith(("Params", "Result"))


@pytest.mark.parametrize("method", sorted(REQUESTS))
def test_every_method_has_a_handler_in_its_area(method: str):
    """A declared method is served, by the module of its area, in a coroutine."""
    handler = registry.HANDLERS.get(method)
    assert handler is not None, f"nothing handles `{method}`"
    assert handler.__module__ == f"octoprompt.features.{method.partition('/')[0]}"
    assert inspect.iscoroutinefunction(handler)


def test_every_handler_has_a_method():
    """No handler is bound to something that is not declared."""
    assert set(registry.HANDLERS) <= set(REQUESTS)


@pytest.mark.parametrize(
    "declared", [declared for _, declared in (*REQUESTS_BY_NAME, *NOTIFICATIONS_BY_NAME)]
)
def test_docstrings_say_what_it_does(declared: type[Request] | type[Notification]):
    """The first line is one sentence; the errors that are named exist."""
    doc = inspect.getdoc(declared) or ""
    first, _, rest = doc.partition("\n")
    assert re.fullmatch(r"[A-Z].*[^.]\.", first), f"`{first}` is no sentence"
    assert not rest or rest.startswith("\n")
    named = re.findall(r"`([A-Z][A-Za-z]+)`", rest.partition("Fails with")[2])
    unknown = [name for name in named if not hasattr(errors, name)]
    assert not unknown


def models() -> list[type[Wire]]:
    """Give every value of the contract."""
    found: list[type[Wire]] = [Wire]
    for model in found:
        found.extend(model.__subclasses__())
    return found


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_values_are_strict(model: type[Wire]):
    """Every value is frozen, refuses unknown fields, has a docstring and camelCase names."""
    assert model.model_config.get("frozen")
    assert model.model_config.get("extra") == "forbid"
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert "_" not in (field.alias or name)


def test_value_names_are_unique():
    """The generated types share one namespace."""
    names = [model.__name__ for model in models()]
    assert len(names) == len(set(names))


def test_every_result_can_be_sent():
    """Every schema that the document points to is in it."""
    spec = document()
    text = json.dumps(spec)
    for name in set(re.findall(r"#/components/schemas/([\w-]+)", text)):
        assert name in spec["components"]["schemas"]
    for name in set(re.findall(r"#/components/errors/(\w+)", text)):
        assert name in spec["components"]["errors"]


def test_error_codes_are_unique_positive_and_drawn():
    """The tree in the docstring is the tree of the classes: names, codes and order."""
    codes = error_codes()
    assert len(set(codes.values())) == len(codes)
    assert min(codes.values()) > 0
    drawn = re.findall(r"(\w+) (\d+)(?: {2,}|$)", errors.__doc__ or "", re.MULTILINE)
    assert {name: int(code) for name, code in drawn} == codes


@pytest.mark.parametrize("name", sorted(error_codes()))
def test_a_branch_of_errors_shares_its_hundred(name: str):
    """An error's code lies in the hundred of its parent, so that a client can group by it."""
    cls = getattr(errors, name)
    parent = cls.__base__
    if parent is not errors.OctoPromptError and issubclass(parent, errors.OctoPromptError):
        assert cls.code // 100 == parent.code // 100


def test_generated_files_are_fresh():
    """What `scripts/generate` would write is what is there."""
    command = [sys.executable, str(ROOT / "scripts" / "generate"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
