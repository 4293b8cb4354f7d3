"""The kinds of providers: where they are, how their keys are called, what litellm calls them."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
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
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFacts:
    """What holds for all providers of a kind."""

    title: str
    base_url: str
    """Where it is unless the user says otherwise; empty when only the user can know."""
    prefix: str
    """What litellm puts before a model's name to choose the protocol."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that usually hold the key."""
    url_variables: tuple[str, ...] = ()
    """Environment variables that usually say where it is."""
    key_page: str = ""
    """Where a person gets a key."""
    wants_marks: bool = False
    """Keeps in its cache only what the request marks; others find out by themselves."""
    is_local: bool = False
    """Serves models of this machine: no key, no cost."""
    needs_key: bool = True

    @property
    def table_provider(self) -> str:
        """What litellm's table calls the provider; empty for those that it cannot know."""
        return self.prefix.removesuffix("/") if self.needs_key else ""


FACTS: dict[Kind, KindFacts] = {
    "openai": KindFacts(
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        prefix="openai/",
        key_variables=("OPENAI_API_KEY",),
        url_variables=("OPENAI_BASE_URL", "OPENAI_API_BASE"),
        key_page="https://platform.openai.com/api-keys",
    ),
    "anthropic": KindFacts(
        title="Anthropic",
        base_url="https://api.anthropic.com",
        prefix="anthropic/",
        key_variables=("ANTHROPIC_API_KEY",),
        url_variables=("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"),
        key_page="https://console.anthropic.com/settings/keys",
        wants_marks=True,
    ),
    "gemini": KindFacts(
        title="Google Gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta",
        prefix="gemini/",
        key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        key_page="https://aistudio.google.com/apikey",
    ),
    "groq": KindFacts(
        title="Groq",
        base_url="https://api.groq.com/openai/v1",
        prefix="groq/",
        key_variables=("GROQ_API_KEY",),
        key_page="https://console.groq.com/keys",
    ),
    "openrouter": KindFacts(
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        prefix="openrouter/",
        key_variables=("OPENROUTER_API_KEY",),
        key_page="https://openrouter.ai/settings/keys",
    ),
    "xai": KindFacts(
        title="xAI",
        base_url="https://api.x.ai/v1",
        prefix="xai/",
        key_variables=("XAI_API_KEY",),
        key_page="https://console.x.ai",
    ),
    "together": KindFacts(
        title="Together AI",
        base_url="https://api.together.xyz/v1",
        prefix="together_ai/",
        key_variables=("TOGETHER_API_KEY", "TOGETHERAI_API_KEY"),
        key_page="https://api.together.ai/settings/api-keys",
    ),
    "ollama": KindFacts(
        title="Ollama",
        base_url="http://127.0.0.1:11434",
        # Its own protocol: only there a request says how large the window must be.
        prefix="ollama_chat/",
        url_variables=("OLLAMA_HOST",),
        is_local=True,
        needs_key=False,
    ),
    "lmstudio": KindFacts(
        title="LM Studio",
        base_url="http://127.0.0.1:1234/v1",
        prefix="openai/",
        is_local=True,
        needs_key=False,
    ),
    "custom": KindFacts(title="OpenAI-compatible", base_url="", prefix="openai/", needs_key=False),
}
