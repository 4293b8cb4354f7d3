"""Providers of models: where models are served, which there are, and whether they answer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from octoprompt.contract._base import Empty, Name, Request, Wire

ProviderKind = Literal[
    "openai",
    "anthropic",
    "gemini",
    "groq",
    "openrouter",
    "xai",
    "together",
    "ollama",
    "lmstudio",
    "custom",
]
KeySource = Literal["session", "environment", "none"]
StepName = Literal["url", "key", "models", "completion"]
ProviderId = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Price = Annotated[float, Field(ge=0, le=1_000_000)]
"""USD for a million tokens."""
Tokens = Annotated[int, Field(ge=1, le=1_000_000_000)]


class ModelInfo(Wire):
    """What is known of a model; null for what nobody tells."""

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    name: str = ""
    """For people, where it differs from the id."""
    context_window: Tokens | None = None
    """Tokens that it can take."""
    max_output: Tokens | None = None
    input_price: Price | None = None
    output_price: Price | None = None
    cached_price: Price | None = None
    """For tokens of the question that the provider has in its cache."""


class Provider(Wire):
    """Where models are served. Its key is never part of it."""

    id: str
    kind: ProviderKind
    name: str
    base_url: str
    model: str
    """The one to use when none is named; empty when none is chosen."""
    models: tuple[ModelInfo, ...]
    """What the user says of models; outweighs what the provider tells."""
    is_default: bool
    """The one to use when none is named; one of the list is."""
    key_source: KeySource
    """Where its key comes from: `session` is `providers/setKey`."""
    needs_key: bool
    """Without a key it cannot answer."""
    version: int
    created_at: datetime
    updated_at: datetime


class ProviderKindInfo(Wire):
    """A kind of providers, for a form."""

    kind: ProviderKind
    title: str
    base_url: str
    """Where it is unless the user says otherwise; empty when the user must say."""
    needs_key: bool
    is_local: bool
    key_page: str
    """The web page where a person gets a key; empty when there is none."""
    key_variables: tuple[str, ...]
    """Environment variables that are used when no key was set."""
    environment_key: bool
    """Whether one of them is set for the server."""


class ListProvidersResult(Wire):
    """All providers by name, and the kinds that one can be of."""

    providers: tuple[Provider, ...]
    kinds: tuple[ProviderKindInfo, ...]


class ListProviders(Request[Empty, ListProvidersResult], method="providers/list"):
    """List the providers that are set up; asks none of them anything."""


class ConfigureProviderParams(Wire):
    """A provider, new or changed; what is left out stays, or is as usual for its kind."""

    id: ProviderId
    """Chosen by the client: letters, digits, `.`, `_` and `-`."""
    kind: ProviderKind | None = None
    """Needed for a new one."""
    name: Name | None = None
    base_url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = (
        None
    )
    """An `http` or `https` URL; empty for the usual one of its kind."""
    model: ModelName | None = None
    models: Annotated[tuple[ModelInfo, ...], Field(max_length=1000)] | None = None
    is_default: bool | None = None
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class ConfigureProvider(Request[ConfigureProviderParams, Provider], method="providers/configure"):
    """Set up a provider or change one; its key is set apart, by `providers/setKey`.

    A new kind without a new `baseUrl` takes the usual address of the kind. Fails with `BadRequest`
    for a URL that makes no sense or holds a password, and with `StaleVersion`.
    """


class RemoveProviderParams(Wire):
    """Which provider."""

    id: ProviderId


class RemoveProvider(Request[RemoveProviderParams, Provider], method="providers/remove"):
    """Forget a provider and its key, and give what it was; `providers/configure` brings it back.

    Fails with `UnknownId`.
    """


class SetProviderKeyParams(Wire):
    """A key for this session."""

    id: ProviderId
    key: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] | None
    """Null or empty forgets it, and the environment's counts again."""


class SetProviderKey(Request[SetProviderKeyParams, Provider], method="providers/setKey"):
    """Give a provider's key to the server, which keeps it in memory and nowhere else.

    Fails with `UnknownId`.
    """


class TestProviderParams(Wire):
    """Which provider, and with which model."""

    id: ProviderId
    model: ModelName | None = None
    """Left out: the provider's own, or the first of its list."""


class TestStep(Wire):
    """One step of a test."""

    step: StepName
    ok: bool
    message: str
    """What was found, or what went wrong and what to do."""
    elapsed_ms: float


class TestProviderResult(Wire):
    """How far it came; the first step that failed is the last."""

    ok: bool
    message: str
    """For people, in one sentence."""
    models: tuple[str, ...]
    """The ids of the models that the provider has."""
    steps: tuple[TestStep, ...]


class TestProvider(
    Request[TestProviderParams, TestProviderResult], method="providers/test", deadline_s=300.0
):
    """Try a provider step by step: its address, its key, its models, one token of an answer.

    A provider that does not work is a result, not an error. Fails with `UnknownId`.
    """


class GetProviderModelsParams(Wire):
    """Which provider's models."""

    id: ProviderId
    refresh: bool = False
    """Ask the provider, however fresh the list is that is there."""


class GetProviderModelsResult(Wire):
    """A provider's models, with what the user says of them."""

    models: tuple[ModelInfo, ...]
    age_seconds: float | None
    """How long ago the provider was asked; null when it could not be."""
    problem: str
    """Why it could not be asked, so that `models` holds only what is known without; or empty."""


class GetProviderModels(
    Request[GetProviderModelsParams, GetProviderModelsResult], method="providers/models"
):
    """List the models of a provider, from the provider itself where that is possible.

    Fails with `UnknownId`.
    """


class FoundProvider(Wire):
    """A provider that runs on this machine."""

    kind: ProviderKind
    title: str
    base_url: str
    models: tuple[ModelInfo, ...]
    provider_id: str | None
    """The provider that is set up for it; null when there is none."""


class DiscoverProvidersResult(Wire):
    """What runs on this machine."""

    found: tuple[FoundProvider, ...]


class DiscoverProviders(Request[Empty, DiscoverProvidersResult], method="providers/discover"):
    """Look for Ollama and LM Studio at their usual ports; takes a second, changes nothing."""


class WarmProviders(Request[Empty, Empty], method="providers/warm"):
    """Load, in a process of its own, what the first answer would wait for; answers at once."""
