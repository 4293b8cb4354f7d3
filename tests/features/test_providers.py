"""Providers through the endpoint: set up, keys, tests, models, discovery."""

import pytest
import pytest_asyncio

from octoprompt import redaction
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.line import Failure, TryFailed
from octoprompt.llm.request import ModelFacts
from octoprompt.llm.scripted import Fails, Said, Script
from octoprompt.settings import WorkspaceOptions
from octoprompt.store.model_entities import ProviderEntity
from support.indexing import served
from support.provider import Provider
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "test-Key-0123456789-abc"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a small repository."""
    folder = tmp_path_factory.mktemp("providers")
    async with served(make_repository(folder / "shop"), folder) as handlers:
        yield handlers


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def nothing_set_up(call, monkeypatch):
    """Each test begins without providers, and without keys in the environment."""
    for name in ("OPENAI_API_KEY", "OLLAMA_HOST", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for provider in (await call("providers/list"))["providers"]:
        await call("providers/remove", id=provider["id"])


def play(call, monkeypatch, *scenes, models=()):
    """Let a script be the model."""
    script = Script(*scenes, models=models)
    monkeypatch.setattr(call.app, "gateway", Gateway(script))
    return script


async def test_a_provider_is_set_up_and_changed(call):
    """What is left out is as usual for its kind, or stays."""
    made = await call("providers/configure", id="mine", kind="openai")
    assert (made["name"], made["baseUrl"]) == ("OpenAI", "https://api.openai.com/v1")
    assert (made["model"], made["keySource"], made["needsKey"]) == ("", "none", True)
    changed = await call("providers/configure", id="mine", model="gpt-5", name="Work")
    assert (changed["name"], changed["model"], changed["version"]) == ("Work", "gpt-5", 2)
    moved = await call("providers/configure", id="mine", baseUrl="http://localhost:8080/v1/")
    assert moved["baseUrl"] == "http://localhost:8080/v1"
    back = await call("providers/configure", id="mine", baseUrl="")
    assert back["baseUrl"] == "https://api.openai.com/v1"
    other = await call("providers/configure", id="mine", kind="groq")
    assert (other["kind"], other["baseUrl"]) == ("groq", "https://api.groq.com/openai/v1")
    (listed,) = (await call("providers/list"))["providers"]
    assert listed == other


async def test_several_of_one_kind_and_one_default(call):
    """The first is the default until another is chosen; a default that goes leaves another."""
    await call("providers/configure", id="b", kind="custom", baseUrl="http://127.0.0.1:1/v1")
    await call("providers/configure", id="a", kind="custom", baseUrl="http://127.0.0.1:2/v1")
    assert await defaults(call) == ["b"]
    await call("providers/configure", id="a", isDefault=True)
    assert await defaults(call) == ["a"]
    assert (await call("providers/remove", id="a"))["baseUrl"] == "http://127.0.0.1:2/v1"
    assert await defaults(call) == ["b"]


async def defaults(call):
    """Name the default providers."""
    return [p["id"] for p in (await call("providers/list"))["providers"] if p["isDefault"]]


async def test_the_kinds_tell_what_a_form_needs(call, monkeypatch):
    """Ten kinds; those of this machine need no key; a variable that is set is told, not shown."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    kinds = {kind["kind"]: kind for kind in (await call("providers/list"))["kinds"]}
    assert len(kinds) == 10
    assert {kind for kind, facts in kinds.items() if not facts["needsKey"]} == {
        *("ollama", "lmstudio", "custom")
    }
    assert kinds["openai"]["environmentKey"]
    assert KEY not in str(kinds)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"id": "x"}, 100),
        ({"id": "x", "kind": "custom"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "ftp://host/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "host/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "http://"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "http://h:99999/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "http://[::1/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "http://ho st/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "http://host\n/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "https://user:secret@host/v1"}, 100),
        ({"id": "x", "kind": "custom", "baseUrl": "https://host/v1?key=secret"}, 100),
        ({"id": "x", "kind": "nobody"}, -32602),
        ({"id": "../x", "kind": "openai"}, -32602),
        ({"id": "", "kind": "openai"}, -32602),
        ({"id": "x" * 61, "kind": "openai"}, -32602),
        ({"id": "x", "kind": "openai", "key": "secret"}, -32602),
        ({"id": "x", "kind": "openai", "models": [{"id": "m", "inputPrice": -1}]}, -32602),
    ],
)
async def test_what_makes_no_sense_is_refused(call, params, code):
    """And nothing is set up; a secret in a URL is not repeated."""
    error = await call.error("providers/configure", **params)
    assert error.code == code
    assert "secret" not in error.message
    assert (await call("providers/list"))["providers"] == []


@pytest.mark.parametrize("method", ["remove", "setKey", "test", "models"])
async def test_an_unknown_provider_is_told(call, method):
    """By its id."""
    params = {"id": "nobody", **({"key": "x"} if method == "setKey" else {})}
    assert (await call.error(f"providers/{method}", **params)).code == 102


async def test_a_stale_change_is_refused(call):
    """Another window was first."""
    made = await call("providers/configure", id="x", kind="ollama")
    await call("providers/configure", id="x", model="one", version=made["version"])
    error = await call.error("providers/configure", id="x", model="two", version=made["version"])
    assert (error.code, error.data["version"]) == (105, 2)


async def test_keys_of_the_session_and_of_the_environment(call, monkeypatch):
    """The session's outweighs the environment's; forgetting it brings that back."""
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    assert (await call("providers/configure", id="x", kind="openai"))["keySource"] == "environment"
    assert (await call("providers/setKey", id="x", key=f" {KEY}\n"))["keySource"] == "session"
    assert call.app.gateway.keys._keys == {"x": KEY}  # noqa: SLF001 - nothing shows a key
    assert redaction.mask_values(KEY) == redaction.MASK
    assert (await call("providers/setKey", id="x", key=None))["keySource"] == "environment"
    await call("providers/setKey", id="x", key=KEY)
    await call("providers/remove", id="x")
    made = await call("providers/configure", id="x", kind="groq")
    assert made["keySource"] == "none"


async def test_the_environments_key_goes_to_its_vendor_alone(call, monkeypatch):
    """Another host does not get it, unless it is this machine or the environment names it."""
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    for url, source in (
        ("https://evil.example/v1", "none"),
        ("http://localhost:9/v1", "environment"),
        ("https://proxy.example/v1", "none"),
    ):
        made = await call("providers/configure", id="x", kind="openai", baseUrl=url)
        assert made["keySource"] == source
    monkeypatch.setenv("OPENAI_BASE_URL", "https://proxy.example/v1")
    assert (await call("providers/list"))["providers"][0]["keySource"] == "environment"


async def test_a_test_takes_all_steps(call, monkeypatch):
    """Address, key, models, one token; the model is the first that can chat."""
    models = [ModelFacts(id="embed-1"), ModelFacts(id="chat-1")]
    script = play(call, monkeypatch, Said("OK"), models=models)
    await call("providers/configure", id="x", kind="openai", baseUrl="http://localhost:9/v1")
    await call("providers/setKey", id="x", key=KEY)
    result = await call("providers/test", id="x")
    assert result["ok"]
    assert [step["step"] for step in result["steps"]] == ["url", "key", "models", "completion"]
    assert result["models"] == ["embed-1", "chat-1"]
    assert "`chat-1` answers" in result["message"]
    (request,) = script.requests
    assert (request.model, request.options.max_tokens) == ("chat-1", 1)


@pytest.mark.parametrize(
    ("failure", "step", "words"),
    [
        (Failure(kind="connect"), "url", "cannot reach"),
        (Failure(kind="page"), "url", "web page"),
        (Failure(kind="redirect"), "url", "another host"),
        (Failure(kind="status", status=401), "key", "does not take the API key"),
        (Failure(kind="status", status=500), "models", "fails by itself"),
    ],
)
async def test_a_test_names_the_step_that_fails(call, monkeypatch, failure, step, words):
    """It is the last one, and what to do is said."""

    class Broken(Script):
        async def models(self, provider, key):  # noqa: ARG002
            raise TryFailed(failure)

    monkeypatch.setattr(call.app, "gateway", Gateway(Broken()))
    await call("providers/configure", id="x", kind="openai", baseUrl="http://localhost:9/v1")
    await call("providers/setKey", id="x", key=KEY)
    result = await call("providers/test", id="x")
    assert not result["ok"]
    assert [s["step"] for s in result["steps"] if not s["ok"]] == [step]
    assert result["steps"][-1]["step"] == step
    assert words in result["message"]


async def test_a_missing_key_is_the_key_step(call, monkeypatch):
    """Found before anything is paid for."""
    play(call, monkeypatch, models=[ModelFacts(id="m")])
    await call("providers/configure", id="x", kind="groq", baseUrl="http://localhost:9/v1")
    result = await call("providers/test", id="x")
    assert (result["ok"], result["steps"][-1]["step"]) == (False, "key")
    assert "`GROQ_API_KEY`" in result["message"]


async def test_a_key_that_only_the_answer_needs_is_the_key_step(call, monkeypatch):
    """OpenRouter lists its models to anybody."""
    refused = Fails(Failure(kind="status", status=401, detail="No auth credentials found"))
    play(call, monkeypatch, refused, models=[ModelFacts(id="m")])
    await call("providers/configure", id="x", kind="openrouter", baseUrl="http://localhost:9/v1")
    await call("providers/setKey", id="x", key=KEY)
    result = await call("providers/test", id="x")
    assert [(s["step"], s["ok"]) for s in result["steps"]] == [
        *(("url", True), ("models", True), ("key", False))
    ]


async def test_models_are_merged_from_all_who_know(call, monkeypatch):
    """The user's word outweighs the provider's, which outweighs the table."""
    told = [ModelFacts(id="gpt-4o", context_window=1000), ModelFacts(id="new")]
    play(call, monkeypatch, models=told)
    mine = [{"id": "gpt-4o", "inputPrice": 9.0}, {"id": "own", "contextWindow": 77}]
    await call("providers/configure", id="x", kind="openai", models=mine)
    await call("providers/setKey", id="x", key=KEY)
    result = await call("providers/models", id="x")
    models = {model["id"]: model for model in result["models"]}
    assert list(models) == ["gpt-4o", "new", "own"]
    known = models["gpt-4o"]
    assert (known["contextWindow"], known["inputPrice"], known["outputPrice"]) == (1000, 9.0, 10.0)
    assert models["new"]["contextWindow"] is None
    assert models["own"]["contextWindow"] == 77
    assert result["problem"] == ""


async def test_models_that_cannot_be_asked_for_are_told_why(call):
    """What the user said is there all the same."""
    models = [{"id": "own", "contextWindow": 77}]
    url = "http://127.0.0.1:9/v1"
    await call("providers/configure", id="x", kind="custom", baseUrl=url, models=models)
    result = await call("providers/models", id="x", refresh=True)
    assert [model["id"] for model in result["models"]] == ["own"]
    assert (result["ageSeconds"], "cannot reach" in result["problem"]) == (None, True)


async def test_a_listing_is_remembered_until_something_changes(call):
    """One request for two questions; another one after a new key or when asked to."""
    with Provider() as provider:
        await call("providers/configure", id="x", kind="custom", baseUrl=provider.url)
        first = await call("providers/models", id="x")
        assert first["models"][0]["inputPrice"] == 1.0
        await call("providers/models", id="x")
        assert len(provider.requests) == 1
        await call("providers/models", id="x", refresh=True)
        await call("providers/setKey", id="x", key=KEY)
        await call("providers/models", id="x")
        assert len(provider.requests) == 3


async def test_what_runs_on_this_machine_is_found(call, monkeypatch):
    """Ollama where its variable says; who is set up for it already is told."""
    with Provider() as provider:
        monkeypatch.setenv("OLLAMA_HOST", provider.root.removeprefix("http://"))
        (found,) = [f for f in (await call("providers/discover"))["found"] if f["kind"] == "ollama"]
        assert (found["title"], found["baseUrl"]) == ("Ollama", provider.root)
        assert [model["id"] for model in found["models"]] == ["tiny:latest", "ok"]
        assert found["models"][0]["contextWindow"] == 32_000
        assert found["providerId"] is None
        url = provider.root.replace("127.0.0.1", "localhost")
        await call("providers/configure", id="local", kind="ollama", baseUrl=url)
        found = (await call("providers/discover"))["found"]
        assert "local" in [f["providerId"] for f in found]


async def test_warming_is_answered_at_once(call, monkeypatch):
    """The work goes on elsewhere."""
    play(call, monkeypatch)
    assert await call("providers/warm") == {}


async def test_providers_travel_without_their_keys(call):
    """What comes back is what went out; one with another address is left alone."""
    models = [{"id": "own", "contextWindow": 77}]
    url = "http://127.0.0.1:9/v1"
    made = await call("providers/configure", id="x", kind="custom", baseUrl=url, models=models)
    await call("providers/setKey", id="x", key=KEY)
    document = (await call("data/export", kinds=["providers"]))["document"]
    assert KEY not in str(document)
    await call("providers/remove", id="x")
    await call("data/import", document=document)
    (back,) = (await call("providers/list"))["providers"]
    same = ("id", "kind", "name", "baseUrl", "model", "models", "createdAt")
    assert [back[name] for name in same] == [made[name] for name in same]
    assert back["keySource"] == "none"
    moved = await call("providers/configure", id="x", baseUrl="http://127.0.0.1:8/v1")
    result = await call("data/import", document=document, onConflict="replace")
    assert "another address" in str(result)
    assert (await call("providers/list"))["providers"] == [moved]


async def test_what_is_stored_and_makes_no_sense_hides_nothing(call):
    """A kind and facts of a later version are taken for what this one knows."""
    await call("providers/configure", id="x", kind="ollama")
    await call.app.store.providers._sessions.write(spoil)  # noqa: SLF001 - nothing here writes such
    (provider,) = (await call("providers/list"))["providers"]
    assert (provider["kind"], [model["id"] for model in provider["models"]]) == ("custom", ["ok"])


def spoil(session):
    """Store what only another version would."""
    row = session.get(ProviderEntity, "x")
    row.kind = "quantum"
    row.body = {"models": [{"id": "ok", "qubits": 3}, {"id": ""}, {"contextWindow": "many"}, 7]}


async def test_limits_of_time_are_settings(tmp_path):
    """What the client does not say is as usual."""
    options = WorkspaceOptions.model_validate({"models": {"gapSeconds": 5, "totalSeconds": 50}})
    async with served(make_repository(tmp_path / "shop"), tmp_path, options) as call:
        limits = call.app.gateway.limits
        assert (limits.gap_s, limits.total_s) == (5, 50)
        assert (limits.connect_s, limits.first_token_s) == (10, 60)
