"""Providers of models: kept in the store, asked by the gateway, their keys in memory alone."""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from octoprompt.contract import providers as wire
from octoprompt.contract._base import Empty
from octoprompt.errors import BadRequest, ModelProblem, NoProvider
from octoprompt.features.registry import Ctx, handles
from octoprompt.llm.kinds import FACTS, KINDS, Kind
from octoprompt.llm.request import ModelFacts, ProviderProfile
from octoprompt.llm.testing import Step
from octoprompt.store import providers as store


@handles(wire.ListProviders)
async def list_providers(ctx: Ctx, _params: Empty) -> wire.ListProvidersResult:
    """List what is set up, and what one can set up."""
    providers = await ctx.app.store.providers.list()
    return wire.ListProvidersResult(
        providers=tuple(_shown(ctx, provider) for provider in providers),
        kinds=tuple(_kind(kind) for kind in KINDS),
    )


@handles(wire.ConfigureProvider)
async def configure_provider(ctx: Ctx, params: wire.ConfigureProviderParams) -> wire.Provider:
    """Set one up or change it; what was known of its models is asked anew."""
    known = {p.id: p for p in await ctx.app.store.providers.list()}.get(params.id)
    kind = params.kind or (known and known.kind)
    fields = store.ProviderFields(
        kind=kind,
        name=params.name or (None if known else _usual_name(params)),
        base_url=_base_url(params, known),
        model=params.model,
        models=None if params.models is None else tuple(map(_said, params.models)),
        is_default=params.is_default,
    )
    provider = await ctx.app.store.providers.configure(params.id, fields, params.version)
    if known is None or (known.kind, known.base_url) != (provider.kind, provider.base_url):
        ctx.app.gateway.catalog.forget(params.id)
    return _shown(ctx, provider)


@handles(wire.RemoveProvider)
async def remove_provider(ctx: Ctx, params: wire.RemoveProviderParams) -> wire.Provider:
    """Forget it with its key."""
    removed = _shown(ctx, await ctx.app.store.providers.remove(params.id))
    ctx.app.gateway.keys.set(params.id, None)
    ctx.app.gateway.catalog.forget(params.id)
    return removed


@handles(wire.SetProviderKey)
async def set_provider_key(ctx: Ctx, params: wire.SetProviderKeyParams) -> wire.Provider:
    """Take a key into memory."""
    provider = await ctx.app.store.providers.get(params.id)
    ctx.app.gateway.keys.set(params.id, params.key)
    ctx.app.gateway.catalog.forget(params.id)
    return _shown(ctx, provider)


@handles(wire.TestProvider)
async def test_provider(ctx: Ctx, params: wire.TestProviderParams) -> wire.TestProviderResult:
    """Try it step by step."""
    profile = profile_of(await ctx.app.store.providers.get(params.id))
    report = await ctx.app.gateway.test(profile, params.model)
    return wire.TestProviderResult(
        ok=report.ok,
        message=report.message,
        models=tuple(model.id for model in report.models),
        steps=tuple(_step(step) for step in report.steps),
    )


@handles(wire.GetProviderModels)
async def get_provider_models(
    ctx: Ctx, params: wire.GetProviderModelsParams
) -> wire.GetProviderModelsResult:
    """Ask the provider; what the user said of models is there even when it cannot be asked."""
    profile = profile_of(await ctx.app.store.providers.get(params.id))
    try:
        listing = await ctx.app.gateway.catalog.models(profile, refresh=params.refresh)
    except ModelProblem as problem:
        catalog = ctx.app.gateway.catalog
        said = [await catalog.facts(profile, facts.id) for facts in profile.overrides]
        return wire.GetProviderModelsResult(
            models=tuple(map(_model, said)), age_seconds=None, problem=problem.message
        )
    return wire.GetProviderModelsResult(
        models=tuple(map(_model, listing.models)), age_seconds=listing.age_s, problem=""
    )


@handles(wire.DiscoverProviders)
async def discover_providers(ctx: Ctx, _params: Empty) -> wire.DiscoverProvidersResult:
    """Knock at the usual ports."""
    known = await ctx.app.store.providers.list()
    found = await ctx.app.gateway.discover(_usual_places())
    return wire.DiscoverProvidersResult(
        found=tuple(
            wire.FoundProvider(
                kind=profile.kind,
                title=FACTS[profile.kind].title,
                base_url=profile.base_url,
                models=tuple(map(_model, models)),
                provider_id=_known_at(known, profile.base_url),
            )
            for profile, models in found
        )
    )


@handles(wire.WarmProviders)
async def warm_providers(ctx: Ctx, _params: Empty) -> Empty:
    """Begin, and do not wait."""
    ctx.app.gateway.warm()
    return Empty()


async def chosen(
    ctx: Ctx, provider_id: str | None, model: str | None
) -> tuple[ProviderProfile, str]:
    """Give whom to ask: what is named, else the default. Fails with `NoProvider`."""
    profile = profile_of(await ctx.app.store.providers.chosen(provider_id or None))
    if name := (model or profile.model).strip():
        return profile, name
    raise NoProvider(
        f"no model of `{profile.title}` is chosen: choose one", data={"providerId": profile.id}
    )


def profile_of(provider: store.Provider) -> ProviderProfile:
    """Give a stored provider as the gateway knows it."""
    return ProviderProfile(
        id=provider.id,
        kind=_known_kind(provider.kind),
        name=provider.name,
        base_url=provider.base_url,
        model=provider.model,
        overrides=tuple(ModelFacts(**dict(model)) for model in provider.models),
    )


def _shown(ctx: Ctx, provider: store.Provider) -> wire.Provider:
    profile = profile_of(provider)
    return wire.Provider(
        id=provider.id,
        kind=profile.kind,
        name=provider.name,
        base_url=provider.base_url,
        model=provider.model,
        models=tuple(map(_model, profile.overrides)),
        is_default=provider.is_default,
        key_source=ctx.app.gateway.keys.source(profile),
        needs_key=FACTS[profile.kind].needs_key,
        version=provider.version,
        created_at=provider.created_at,
        updated_at=provider.updated_at,
    )


def _kind(kind: Kind) -> wire.ProviderKindInfo:
    facts = FACTS[kind]
    return wire.ProviderKindInfo(
        kind=kind,
        title=facts.title,
        base_url=facts.base_url,
        needs_key=facts.needs_key,
        is_local=facts.is_local,
        key_page=facts.key_page,
        key_variables=facts.key_variables,
        environment_key=any(os.environ.get(name, "").strip() for name in facts.key_variables),
    )


def _model(facts: ModelFacts) -> wire.ModelInfo:
    return wire.ModelInfo(
        id=facts.id,
        name=facts.name,
        context_window=facts.context_window,
        max_output=facts.max_output,
        input_price=facts.input_price,
        output_price=facts.output_price,
        cached_price=facts.cached_price,
    )


def _said(model: wire.ModelInfo) -> store.ProviderModel:
    return store.ProviderModel(**dict(model))


def _step(step: Step) -> wire.TestStep:
    return wire.TestStep(
        step=step.name, ok=step.ok, message=step.message, elapsed_ms=step.elapsed_s * 1000
    )


def _known_kind(kind: str) -> Kind:
    """Give the kind; one that a newer version knows is taken for any compatible server."""
    known: dict[str, Kind] = {name: name for name in KINDS}
    return known.get(kind, "custom")


def _usual_name(params: wire.ConfigureProviderParams) -> str:
    return FACTS[params.kind].title if params.kind and params.kind != "custom" else params.id


def _base_url(params: wire.ConfigureProviderParams, known: store.Provider | None) -> str | None:
    """Give the address to store; None leaves the one that is there."""
    if params.base_url:
        return _checked(params.base_url)
    kind = params.kind or (_known_kind(known.kind) if known else None)
    if kind is None:
        return None
    if known is not None and params.base_url is None and params.kind in (None, known.kind):
        return None
    if not FACTS[kind].base_url:
        raise BadRequest("a `custom` provider needs a `baseUrl`, as `https://host/v1`")
    return FACTS[kind].base_url


def _checked(url: str) -> str:
    """Give a base URL without what endpoints add to it. Fails with `BadRequest`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadRequest(f"the `baseUrl` makes no sense: {error}") from error
    is_odd = any(c.isspace() or not c.isprintable() for c in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or is_odd:
        raise BadRequest("the `baseUrl` must be as `https://host/v1` or `http://localhost:8080/v1`")
    if parts.username or parts.password:
        raise BadRequest("the `baseUrl` holds a user or a password: use `providers/setKey`")
    if parts.query or parts.fragment:
        raise BadRequest("the `baseUrl` must have no query: a key belongs in `providers/setKey`")
    return url.rstrip("/").removesuffix("/chat/completions")


def _usual_places() -> list[ProviderProfile]:
    local: list[Kind] = [kind for kind in KINDS if FACTS[kind].is_local]
    return [ProviderProfile(id=kind, kind=kind, base_url=_usual_url(kind)) for kind in local]


def _usual_url(kind: Kind) -> str:
    """Give the address of a local kind; Ollama's users may have moved it by a variable."""
    for name in FACTS[kind].url_variables:
        if host := os.environ.get(name, "").strip():
            url = host if "://" in host else f"http://{host}"
            return url.replace("//0.0.0.0", "//127.0.0.1").rstrip("/")
    return FACTS[kind].base_url


def _known_at(providers: Sequence[store.Provider], base_url: str) -> str | None:
    places = {_place(provider.base_url): provider.id for provider in providers}
    return places.get(_place(base_url))


def _place(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return ("127.0.0.1" if host == "localhost" else host, parts.port)
