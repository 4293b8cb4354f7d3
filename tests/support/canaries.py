"""Keys that must be found nowhere, in all the ways in which they may be written."""

import base64
import json
from urllib.parse import quote, quote_plus


def forms(key: str) -> set[bytes]:
    """Give the ways in which a key may be written: as it is, in URLs, in JSON, in base64."""
    raw = key.encode()
    encoded = base64.b64encode(raw).decode().rstrip("=")[:-1]
    texts = {key, quote(key), quote(key, safe=""), quote_plus(key), json.dumps(key)[1:-1]}
    shifted = {base64.b64encode(pad + raw).decode()[4:-6] for pad in (b"x", b"xx")}
    return {form.encode() for form in texts | {encoded} | shifted}
