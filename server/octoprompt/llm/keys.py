"""Keys of providers: in memory for this session, or from the environment, and nowhere else.

Every key that passes here is entered in the register of secrets, so that no sink shows it.
"""

import os
from typing import Literal
from urllib.parse import urlsplit

from octoprompt import redaction
from octoprompt.errors import KeyMissing
from octoprompt.llm.kinds import FACTS
from octoprompt.llm.request import ProviderProfile
from octoprompt.llm.veil import masked

KeySource = Literal["session", "environment", "none"]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Keys:
    """The keys of this session, by provider."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self.seen: set[str] = set()
        """All that were ever used here and are long enough to be told from ordinary words."""

    def set(self, provider_id: str, key: str | None) -> None:
        """Take a key, or forget the one there is; blanks around it are no part of it."""
        key = (key or "").strip()
        if key:
            self._note(key)
            self._keys[provider_id] = key
        else:
            self._keys.pop(provider_id, None)

    def of(self, provider: ProviderProfile) -> str | None:
        """Give the key to use: this session's, else the environment's."""
        if (key := self._keys.get(provider.id)) is not None:
            return key
        variable = variable_of(provider)
        if variable is None:
            return None
        key = os.environ[variable].strip()
        self._note(key)
        return key

    def masked(self, text: str) -> str:
        """Give a text that a person wrote without the keys of providers."""
        return masked(text, self.seen)

    def _note(self, key: str) -> None:
        redaction.register(key)
        if len(key) >= redaction.MIN_SECRET_CHARS:
            self.seen.add(key)

    def missing(self, provider: ProviderProfile) -> KeyMissing:
        """Give the error for a provider that needs a key and has none."""
        names = " or ".join(f"`{name}`" for name in FACTS[provider.kind].key_variables)
        return KeyMissing(
            f"`{provider.title}` needs an API key: enter it in the provider's settings, or set"
            f" {names} and restart",
            data={"providerId": provider.id},
        )

    def source(self, provider: ProviderProfile) -> KeySource:
        """Say where the key comes from."""
        if provider.id in self._keys:
            return "session"
        return "none" if variable_of(provider) is None else "environment"


def variable_of(provider: ProviderProfile) -> str | None:
    """Give the environment variable that holds the key for a provider, if one may be used.

    It is for the vendor: another host gets it only when it is this machine, or when the environment
    itself names that host.
    """
    facts = FACTS[provider.kind]
    if not _may_have(provider):
        return None
    return next((name for name in facts.key_variables if os.environ.get(name, "").strip()), None)


def _may_have(provider: ProviderProfile) -> bool:
    facts = FACTS[provider.kind]
    host = _host(provider.base_url)
    named = [os.environ.get(name, "") for name in facts.url_variables]
    return host in LOOPBACK or host in {_host(url) for url in (facts.base_url, *named) if url}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
