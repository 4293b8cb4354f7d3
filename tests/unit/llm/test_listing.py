"""What each vendor tells of its models, read from answers as they give them."""

import httpx
import pytest

from octoprompt.llm.reach import listing
from octoprompt.llm.reach.watch import CURRENT, Watch

OPENROUTER = {
    "id": "anthropic/claude-x",
    "name": "Anthropic: Claude X",
    "context_length": 200000,
    "pricing": {
        "prompt": "0.000003",
        "completion": "0.000015",
        "input_cache_read": "0.0000003",
        "image": "0",
    },
    "top_provider": {"context_length": 200000, "max_completion_tokens": 64000},
}
GROQ = {"id": "llama-x", "object": "model", "context_window": 131072, "max_completion_tokens": 8192}
TOGETHER = {
    "id": "meta/llama-x",
    "display_name": "Llama X",
    "context_length": 131072,
    "pricing": {"input": 0.88, "output": 0.88, "base": 0, "finetune": 0},
}
XAI = {
    "id": "grok-x",
    "context_length": 256000,
    "prompt_text_token_price": 30000,
    "cached_prompt_text_token_price": 7500,
    "completion_text_token_price": 150000,
}
ANTHROPIC = {"id": "claude-x", "display_name": "Claude X", "type": "model"}
GEMINI = {
    "name": "models/gemini-x",
    "displayName": "Gemini X",
    "inputTokenLimit": 1048576,
    "outputTokenLimit": 65536,
    "supportedGenerationMethods": ["generateContent", "countTokens"],
}
EMBEDDER = {"name": "models/embed", "supportedGenerationMethods": ["embedContent"]}
STUDIO = {"id": "qwen", "type": "llm", "max_context_length": 32768, "loaded_context_length": 4096}


async def list_models(kind, answers):
    """List models where these answers are given, by path; gives them and what was asked."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        status, document = answers.get(request.url.path, (404, {"error": "no"}))
        return httpx.Response(status, json=document)

    CURRENT.set(Watch())
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        work = {"kind": kind, "url": "https://host.invalid/v1", "key": "k"}
        found = [model async for _, model in listing.models(client, work)]
    return found, asked


@pytest.mark.parametrize(
    ("kind", "path", "document", "model"),
    [
        (
            "openrouter",
            "/v1/models",
            {"data": [OPENROUTER]},
            {
                "id": "anthropic/claude-x",
                "name": "Anthropic: Claude X",
                "context_window": 200000,
                "max_output": 64000,
                "input_price": 3.0,
                "output_price": 15.0,
                "cached_price": 0.3,
            },
        ),
        (
            "groq",
            "/v1/models",
            {"data": [GROQ]},
            {"id": "llama-x", "name": "", "context_window": 131072, "max_output": 8192},
        ),
        (
            "together",
            "/v1/models",
            [TOGETHER],
            {
                "id": "meta/llama-x",
                "name": "Llama X",
                "context_window": 131072,
                "input_price": 0.88,
                "output_price": 0.88,
            },
        ),
        (
            "xai",
            "/v1/language-models",
            {"models": [XAI]},
            {
                "id": "grok-x",
                "context_window": 256000,
                "input_price": 3.0,
                "output_price": 15.0,
                "cached_price": 0.75,
            },
        ),
        (
            "anthropic",
            "/v1/models",
            {"data": [ANTHROPIC]},
            {"id": "claude-x", "name": "Claude X"},
        ),
        (
            "gemini",
            "/v1/models",
            {"models": [GEMINI, EMBEDDER]},
            {
                "id": "gemini-x",
                "name": "Gemini X",
                "context_window": 1048576,
                "max_output": 65536,
            },
        ),
        (
            "lmstudio",
            "/api/v0/models",
            {"data": [STUDIO, {"id": "embed", "type": "embeddings"}]},
            {"id": "qwen", "context_window": 4096},
        ),
        ("custom", "/v1/models", {"data": [{"id": "m"}]}, {"id": "m", "name": ""}),
    ],
)
async def test_a_listing_is_read(kind, path, document, model):
    """Windows, limits and prices for a million tokens, as far as they are told."""
    found, asked = await list_models(kind, {path: (200, document)})
    assert found == [model]
    assert all("k" not in request.url.query.decode().split("=") for request in asked)


@pytest.mark.parametrize("kind", ["xai", "lmstudio"])
async def test_an_own_listing_that_is_missing_falls_back(kind):
    """To what every OpenAI-compatible server has."""
    found, asked = await list_models(kind, {"/v1/models": (200, {"data": [{"id": "m"}]})})
    assert [model["id"] for model in found] == ["m"]
    assert len(asked) == 2


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "m", "context_length": "many", "pricing": "free"},
        {"id": "m", "context_length": -1, "pricing": {"prompt": "-1", "completion": "x"}},
        {"id": "m", "context_length": True, "pricing": {"prompt": None}, "top_provider": []},
        {"id": "m", "context_length": 10**20, "pricing": {"prompt": "1e9"}},
    ],
)
async def test_nonsense_is_left_out(entry):
    """A name is enough."""
    found, _ = await list_models("custom", {"/v1/models": (200, {"data": [entry, {}, 7, None]})})
    assert found == [{"id": "m", "name": ""}]


@pytest.mark.parametrize(
    "document", [{}, {"data": None}, {"data": "x"}, 7, None, "x", {"models": []}]
)
async def test_what_is_no_listing_fails(document):
    """Rather than to say that there are no models."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        await list_models("custom", {"/v1/models": (200, document)})


async def test_ollama_without_a_window_is_listed():
    """One that cannot be described has its name."""
    tags = {"models": [{"name": "a"}, {"name": "b"}]}
    shown = {"model_info": {"x.context_length": 8192}}
    answers = {"/api/tags": (200, tags), "/api/show": (200, shown)}
    found, _ = await list_models("ollama", answers)
    assert [model.get("context_window") for model in found] == [8192, 8192]
    found, _ = await list_models("ollama", {"/api/tags": (200, tags)})
    assert found == [{"id": "a"}, {"id": "b"}]
