"""Masked files, remembered: a file is searched for secrets once, however often it is shown."""

from collections import OrderedDict

from octoprompt.context.model import Mask
from octoprompt.context.redact import mask_secrets

REMEMBERED = 20_000
Masked = tuple[str, tuple[Mask, ...]]

# By content hash: None for a text that is sent as it is, which nearly every one is, so this stays
# small. It only saves work: the answer depends on the text alone.
_KNOWN: OrderedDict[str, Masked | None] = OrderedDict()


def masked_file(content: str, text: str) -> Masked:
    """Give a file's text with its secrets masked, and the masks; `content` is the file's hash."""
    if content in _KNOWN:
        known = _KNOWN[content]
        return (text, ()) if known is None else known
    masked = mask_secrets(text)
    _KNOWN[content] = None if masked == (text, ()) else masked
    while len(_KNOWN) > REMEMBERED:
        _KNOWN.popitem(last=False)
    return masked
